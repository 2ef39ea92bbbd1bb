"""What we know: the archive, its history, its search, and the values that cross walls."""
