"""The HTTP API: what the archive knows, and what people say of it, for programs."""
