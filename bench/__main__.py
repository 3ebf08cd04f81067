"""`python -m bench [PART ...]`: every benchmark, one table after the other, or only the parts named."""

import sys

from bench import allocation, command, committees, composite, hostile, office, poverty, reset, slow_clients, verify

PARTS = {
    "allocation": allocation,
    "composite": composite,
    "command": command,
    "poverty": poverty,
    "office": office,
    "committees": committees,
    "verify": verify,
    "hostile": hostile,
    "reset": reset,
    "slow_clients": slow_clients,
}

for name in sys.argv[1:] or PARTS:
    PARTS[name].main()
