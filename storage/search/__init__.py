"""The text index, and an archive that is open to be searched."""
