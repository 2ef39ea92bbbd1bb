"""Digests as objects of the archive, what each of them told, and how they were handed on."""
