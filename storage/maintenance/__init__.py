"""Maintenance: copies, integrity, what may go, what rests because a person said so."""
