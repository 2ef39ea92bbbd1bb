"""Whether a page that came without a length broke off: a server that dies leaves as one that is
done does.

Only what HTML says tells them apart, and many old pages never say that they end.
"""

from __future__ import annotations

import hashlib
import re

from hubwatch.patterns import lazy_pattern

_HEAD, _TAIL = 2_048, 4_096
_IS_PAGE = lazy_pattern(rb"<html[\s>]|<!doctype\s+html")
_END = lazy_pattern(rb"</(?:html|body)\s*>", re.I)
_WITHIN_TAG = lazy_pattern(rb"<(?:/?[a-z][^<>]*|!-?-?[^<>]*)?$")
_LAST_TAG = lazy_pattern(rb"<(/?)([a-z][a-z0-9]*)[^<>]*>$")
_INNER = frozenset(
    b"a abbr b dd dt em h1 h2 h3 h4 h5 h6 i img li p small span strong td th time tr u".split()
)


class PageEnds:
    """How the pages of hosts end, as far as they were seen."""

    def __init__(self) -> None:
        self._ending: set[str] = set()
        self._endless: set[str] = set()
        self._doubted: dict[str, bytes] = {}

    def note(self, host: str, body: bytes) -> None:
        """A page of a host came whole."""
        if host not in self._ending and _is_page(body) and _END.search(body):
            self._ending.add(host)

    def breaks_off(self, host: str, url: str, body: bytes) -> bool:
        """Whether a page lacks its end. One that breaks off within a tag does. One that does in
        its text or within a row does where other pages of the host have an end; where no other is
        known it is asked for once more, and is whole if it comes just so again."""
        if not _is_page(body):
            return False
        if _END.search(body):
            self._ending.add(host)
            return False
        tail = body[-_TAIL:].rstrip().lower()
        if _WITHIN_TAG.search(tail):
            return True
        if not _ends_inside(tail) or host in self._endless:
            return False
        if host in self._ending:
            return True
        digest = hashlib.sha256(body).digest()
        if self._doubted.get(url) == digest:
            self._endless.add(host)
            return False
        self._doubted[url] = digest
        return True


def _is_page(body: bytes) -> bool:
    return _IS_PAGE.search(body[:_HEAD].lower()) is not None


def _ends_inside(tail: bytes) -> bool:
    """Whether a page ends in running text or within a row."""
    if not tail.endswith(b">"):
        return True
    last = _LAST_TAG.search(tail)
    return last is not None and (not last[1] or last[2] in _INNER)
