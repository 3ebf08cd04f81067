"""SQLite as the office uses it."""
