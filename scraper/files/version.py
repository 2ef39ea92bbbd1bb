"""The version of the reader of files, kept with every text it read."""

from __future__ import annotations

FILE_READER_VERSION = 1
"""Raised whenever the same file may now read differently; `reparse` follows it."""
