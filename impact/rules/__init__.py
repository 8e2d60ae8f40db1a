"""What counts, a module for each kind of record. Importing one registers its rules."""
