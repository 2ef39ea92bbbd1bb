"""How crawls went: runs, fetches, list rows, slots, and what is still owed."""
