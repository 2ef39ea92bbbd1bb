"""Looking at a page of a portal that nobody has described yet."""
