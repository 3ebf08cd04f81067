"""What the database itself holds to: which rows are on record, by which digest, and what it refuses whatever the program."""
