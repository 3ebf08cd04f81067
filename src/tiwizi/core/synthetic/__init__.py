"""Made-up households that meet the counts of a census."""
