"""The journal: who did what, when, in which role, on what; append-only, each entry chained to the one before."""
