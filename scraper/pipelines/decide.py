"""The decision new, changed or the same, by comparing what was read with what is known.

Touches nothing: no clock, no archive. `storage` carries the result out.
"""

from __future__ import annotations

from storage.types import Insert, Intent, Known, Outcome, Quarantine, Reading, Revise, Touch

from ..hashes import Hashes, hashes_of

_USABLE = (Outcome.OK, Outcome.PARTIAL)


def decide(reading: Reading, known: Known | None, url: str, hashes: Hashes | None = None) -> Intent:
    """What the archive shall do with this reading of the page at `url`; `hashes` are those of its
    article where they have been made already."""
    article = reading.article
    if article is None or reading.outcome not in _USABLE:
        return Quarantine(url, reading)
    hashes = hashes or hashes_of(article)
    content, body = hashes.content, hashes.body
    if known is None:
        return Insert(reading, content, body)
    if known.content_hash == content:
        return Touch(known.article_id)
    return Revise(known.article_id, reading, content, body)
