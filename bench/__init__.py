"""How fast things are, in one run, with the machine; `make bench` prints it. Tests never time anything."""
