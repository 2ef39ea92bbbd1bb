"""Reads what stands at an entry point, by its kind: a list page, a feed, a sitemap, or JSON.

A source has mostly one kind, and only the reader of that is loaded.
"""

from __future__ import annotations

from dataclasses import replace

from storage.types import Capture

from ..bugs import collecting
from ..sources.model import Entry, EntryKind, Source
from .pieces import in_pieces, together
from .refused import mark_alike
from .types import ListPage


def rows_of(capture: Capture, entry: Entry, source: Source) -> ListPage:
    """The rows of a captured entry point, or of a further page of it. A row that breaks the reading
    is left out, and told in `broken`."""
    pieces = in_pieces(capture, entry)
    if pieces:
        return together([rows_at_once(piece, entry, source) for piece in pieces], entry)
    return rows_at_once(capture, entry, source)


def rows_at_once(capture: Capture, entry: Entry, source: Source) -> ListPage:
    """The same of one that is read as it is, however long."""
    with collecting() as broken:
        page = mark_alike(_rows_of(capture, entry, source))
    return replace(page, broken=tuple(broken)) if broken else page


def _rows_of(capture: Capture, entry: Entry, source: Source) -> ListPage:
    # `UTC` is what a source says of which nobody knows the zone: its times stay as printed.
    zone = source.zone if source.zone != "UTC" else ""
    if entry.kind is EntryKind.FEED:
        from .feeds import read_feed

        return read_feed(capture, entry, source.links, zone)
    if entry.kind is EntryKind.SITEMAP:
        from .sitemaps import read_sitemap

        return read_sitemap(capture, source.links, zone)
    if entry.kind is EntryKind.JSON:
        from .lists.json_lists import read_json_list

        return read_json_list(capture, entry, source.links, zone)
    from .lists.read import read_list

    return read_list(capture, entry, source.links, zone)
