"""Small cells: which are withheld, what an outsider could still derive, and what protects them."""
