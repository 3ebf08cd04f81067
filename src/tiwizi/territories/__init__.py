"""The places through time: their tree, names and outlines, search, import and export."""
