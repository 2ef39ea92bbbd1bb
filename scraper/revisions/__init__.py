"""What changed between two versions of an article, and whether it matters."""
