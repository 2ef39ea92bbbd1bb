"""What people decide of stories and correct in articles."""
