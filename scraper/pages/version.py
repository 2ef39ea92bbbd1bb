"""The version of the reader, kept with every reading. Not the version of the product."""

from __future__ import annotations

READER_VERSION = 4
"""Raised whenever the same bytes may now read differently; `reparse` follows it."""
