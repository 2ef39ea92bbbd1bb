"""The versions of the readers of pages, files, facts and contradictions."""

from __future__ import annotations

READER_VERSION = 26
"""Raised whenever the same bytes may now read differently. `reread pages` follows it."""


# The version of the reader of files, kept with every text it read.

FILE_READER_VERSION = 2
"""Raised whenever the same file may now read differently. `reread pages` follows it."""


FACTS_VERSION = 15
"""Raised whenever the same text may now have other facts. `reread facts` follows it."""


CONTRADICTIONS_VERSION = 13
"""Raised whenever the same two texts may now contradict each other otherwise. What crawls and
imports look for follows it."""
