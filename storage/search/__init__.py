"""Finding what is said: the queries of a search, the text indexes, whether they drifted."""
