"""Walking a source: its lists, its articles, what is due again, the files they link to."""
