"""The queue of stories that wait for a person's decision."""
