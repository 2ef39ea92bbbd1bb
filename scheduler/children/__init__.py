"""The processes that the daemon starts: one from start to end, its memory, what it says."""
