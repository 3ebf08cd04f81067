"""PostgreSQL as the office uses it."""
