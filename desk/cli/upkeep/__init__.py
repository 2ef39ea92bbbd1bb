"""The commands that keep an installation for years."""
