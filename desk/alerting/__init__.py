"""Telling people what is amiss: by e-mail, webhook or command, once, and provably."""
