"""The files that articles link to: what became of each, what they say, finding them by it."""
