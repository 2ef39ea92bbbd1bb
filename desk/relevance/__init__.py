"""Relevance as people use it: grading texts, applying an edited watchlist, testing it, why."""
