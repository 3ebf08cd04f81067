"""The budget formula: purses, bounds, shares that sum to the dirham, and whom they reach."""
