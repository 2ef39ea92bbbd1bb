"""Which articles tell one story: sketches of texts, links between them, and what people say."""
