"""The verbs of committees."""
