"""`python -m bench`: every benchmark, one table after the other."""

from bench import allocation, command, composite, poverty

for part in (allocation, composite, command, poverty):
    part.main()
