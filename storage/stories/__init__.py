"""Which articles tell one story: how texts compare, the links between them, and what people say."""
