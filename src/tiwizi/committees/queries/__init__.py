"""What the tables say, read for the pages, the commands and the pure rules."""
