"""The sources: what the archive knows of each, and how it is doing."""
