"""The versions of the readers of pages, of files and of facts. Not the version of the product."""

from __future__ import annotations

READER_VERSION = 8
"""Raised whenever the same bytes may now read differently. `reread pages` follows it."""


# The version of the reader of files, kept with every text it read.

FILE_READER_VERSION = 2
"""Raised whenever the same file may now read differently. `reread pages` follows it."""


FACTS_VERSION = 1
"""Raised whenever the same text may now have other facts. `reread facts` follows it."""
