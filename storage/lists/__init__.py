"""Lists: the rows that stood on them, and how they looked."""
