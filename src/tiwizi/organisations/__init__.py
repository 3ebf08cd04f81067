"""Organisations: who asks for projects and carries them, and the people whom a register ties to them."""
