"""Committees: who sits, how they sit and vote, what they decide, and under which act of delegation they may."""
