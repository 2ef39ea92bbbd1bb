"""A digest in the formats that people and programs read. Each is the same in the same bytes."""
