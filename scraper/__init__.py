"""How we learn it: sources, spiders, pages, relevance, and the decision new or changed."""
