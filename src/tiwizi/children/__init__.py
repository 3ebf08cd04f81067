"""Child processes with limits: what native libraries do with hostile texts and files, they do not do to the server."""
