"""The places through time: their tree, names and outlines, how they are found, imported and exported."""
