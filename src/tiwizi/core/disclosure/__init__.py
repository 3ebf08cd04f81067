"""Small cells: which are withheld, what an outsider could still work out, and what protects them."""
