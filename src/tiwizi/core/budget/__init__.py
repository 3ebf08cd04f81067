"""The budget formula: purses, bounds, shares whose sum is exact, and whom they reach."""
