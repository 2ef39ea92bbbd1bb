"""Relevance: the watchlist, and where a text names what it watches."""
