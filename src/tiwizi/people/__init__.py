"""Accounts, their roles at places, invitations, and the doors through which every request passes."""
