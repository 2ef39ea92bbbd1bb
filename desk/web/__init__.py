"""The review page: stories sorted in a browser. Served on loopback, or behind a proxy."""
