"""The files that articles link to: what became of each, and what they say."""
