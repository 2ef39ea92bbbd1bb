"""Pages as fetched: responses, addresses that are set aside, what to ask for again."""
