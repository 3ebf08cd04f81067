"""What the database itself enforces: which rows are on record, by which digest, and which changes it refuses from any
program."""
