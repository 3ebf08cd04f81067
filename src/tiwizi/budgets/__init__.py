"""Envelopes, scenarios of the formula, what each place would get and why, and the adoption of one of them."""
