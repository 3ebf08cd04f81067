"""Child processes with limits, so that hostile texts and files cannot crash the server through native libraries."""
