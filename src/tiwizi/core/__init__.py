"""The pure core: tables in, tables out. No Django, no disk, no clock, no hidden randomness."""
