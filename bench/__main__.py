"""`python -m bench`: every benchmark, one table after the other."""

from bench import allocation, command, composite

for part in (allocation, composite, command):
    part.main()
