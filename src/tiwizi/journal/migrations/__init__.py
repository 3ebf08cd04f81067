"""The tables of the journal and the triggers that keep them append-only."""
