"""When a job is due: how people write it, and what it means in a zone."""
