"""What a census says of places: measures, a composite index, remoteness, and their sums higher up."""
