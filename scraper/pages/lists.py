"""Reads one list page: its rows, and where the list goes on.

Rows by selectors where the source has them, else every link the link rule allows, else the list
that shows by its looks. Never raises for what a page holds; follows nothing.
"""

from __future__ import annotations

from bs4.exceptions import ParserRejectedMarkup

from storage.types import Capture, Outcome

from ..sources.model import Entry, LinkRules
from .decode import decode
from .listing.pagers import read_more
from .listing.rows import Rows, read_rows
from .page import Page
from .recognise import SHORT, judge_page, judge_response
from .types import ListPage

_OPEN, _CLOSE = "<![CDATA[", "]]>"
_MAX_RECORDS = 2_000


def read_list(capture: Capture, entry: Entry, links: LinkRules, zone: str) -> ListPage:
    """Read a captured list page. `zone` is where its dates are at home."""
    verdict = judge_response(capture)
    if verdict is not None:
        return ListPage(verdict.outcome, verdict.reason)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return ListPage(Outcome.BAD_ENCODING, decoded.reason)
    try:
        page = Page(
            unwrap_records(decoded.text), capture.final_url or capture.url, capture.fetched_at
        )
        rows = read_rows(page, entry.rows, links, zone)
        more = read_more(page, entry, links)
    except (ParserRejectedMarkup, RecursionError) as fault:
        return ListPage(Outcome.UNSUPPORTED, f"the markup cannot be parsed: {fault}"[:200])
    outcome, reason = _judge(page, capture, rows, entry)
    return ListPage(outcome, reason, rows.own, more, rows.off_site, decoded.encoding)


def _judge(page: Page, capture: Capture, rows: Rows, entry: Entry) -> tuple[Outcome, str]:
    if rows.own or rows.off_site:
        return (Outcome.PARTIAL, page.trimmed) if page.trimmed else (Outcome.OK, "")
    verdict = judge_page(page, capture)
    if verdict is not None:
        return verdict.outcome, verdict.reason
    if entry.rows.row and not rows.places and page.visible_size > SHORT // 10:
        return Outcome.LAYOUT_CHANGED, f"no element matches the row selector {entry.rows.row!r}"
    if rows.places and (entry.rows.row or entry.rows.link):
        return Outcome.EMPTY, f"{rows.places} rows, but the link rule allows none of their links"
    cut = f"; {page.trimmed}" if page.trimmed else ""
    return Outcome.EMPTY, f"no link that the link rule allows{cut}"


def unwrap_records(text: str) -> str:
    """Lists that hide rows in `<record><![CDATA[…]]></record>` (jcms) as plain markup."""
    if "<record>" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for _ in range(_MAX_RECORDS):
        start = text.find(_OPEN, at)
        end = text.find(_CLOSE, start) if start >= 0 else -1
        if end < 0:
            break
        pieces.append(text[start + len(_OPEN) : end])
        at = end + len(_CLOSE)
    # What stands behind the end of the body is lost to the parser.
    end = text.lower().rfind("</body")
    end = len(text) if end < 0 else end
    return f"{text[:end]}<div>{''.join(pieces)}</div>{text[end:]}"
