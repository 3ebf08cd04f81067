"""`python -m bench [PART ...]`: every benchmark, one table after the other, or only the parts named."""

import sys

from bench import allocation, command, committees, composite, office, poverty, slow_clients

PARTS = {
    "allocation": allocation,
    "composite": composite,
    "command": command,
    "poverty": poverty,
    "office": office,
    "committees": committees,
    "slow_clients": slow_clients,
}

for name in sys.argv[1:] or PARTS:
    PARTS[name].main()
