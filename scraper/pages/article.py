"""Reads one article page: bytes → `Reading`, every field with its evidence.

Template selectors first, then standard metas and JSON-LD, then the visible line, a generic
extractor last. Never raises for what a page holds; never fetches, stores or asks the clock.
"""

from __future__ import annotations

from bs4.exceptions import ParserRejectedMarkup

from storage.types import (
    ArticleData,
    Attachment,
    Capture,
    Evidence,
    Image,
    Origin,
    Outcome,
    Reading,
)

from ..sources.model import FieldRules
from .body import generic, place
from .body.cut import cut_out
from .body.markup import read_markup
from .body.media import mark_captions, read_attachments, read_images
from .body.noise import strip_lines
from .body.paragraphs import read_paragraphs
from .body.place import Place
from .decode import Decoded, decode
from .fields.language import read_language
from .fields.people import read_author, read_source
from .fields.published import read_dates
from .fields.title import read_title
from .fields.visible import read_dateline
from .page import Page
from .recognise import SHORT, Verdict, judge_page, judge_response, went_home
from .text import MAX_TEXT, clean_paragraphs, cut_bytes
from .tree import attribute
from .version import READER_VERSION

_LEAST_BODY = 40
"""Characters that a body found without a template must have."""


class _Body:
    """The body as read: text, clean HTML, pictures and files."""

    def __init__(self, found: Place | None, page: Page, title: str, rules: FieldRules) -> None:
        self.text = self.html = self.cut = ""
        self.images: tuple[Image, ...] = ()
        self.attachments: tuple[Attachment, ...] = ()
        self.place = found
        if found is None:
            return
        self.attachments = read_attachments(found.tag, page)
        root = cut_out(found.tag, page, rules.remove)
        self.images = read_images(root, page)
        mark_captions(root)
        kept = strip_lines(read_paragraphs(root), title, rules.zone)
        whole = clean_paragraphs("\n\n".join(p.text for p in kept))
        self.text = cut_bytes(whole, MAX_TEXT).rstrip()
        self.cut = "" if len(self.text) == len(whole) else f"text cut after {MAX_TEXT} bytes"
        self.html = read_markup(root, page)

    @property
    def has_content(self) -> bool:
        return bool(self.text) or bool(self.images) or bool(self.attachments)


def read_article(capture: Capture, rules: FieldRules, source_id: str) -> Reading:
    """Read a captured page with these rules. The reading's outcome says why there is no article."""
    verdict = judge_response(capture)
    if verdict is not None:
        return _reading(verdict.outcome, verdict.reason, rules)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return _reading(Outcome.BAD_ENCODING, decoded.reason, rules)
    try:
        page = Page(decoded.text, capture.final_url or capture.url, capture.fetched_at)
        verdict = judge_page(page, capture)
        if verdict is not None:
            return _reading(verdict.outcome, verdict.reason, rules, decoded)
        return _read(page, capture, rules, source_id, decoded)
    except (ParserRejectedMarkup, RecursionError) as fault:
        return _reading(
            Outcome.UNSUPPORTED, f"the markup cannot be parsed: {fault}"[:200], rules, decoded
        )


def _read(
    page: Page, capture: Capture, rules: FieldRules, source_id: str, decoded: Decoded
) -> Reading:
    title, title_from = read_title(page, rules)
    if "\ufffd" not in decoded.text:
        title = title.replace("\ufffd", "")  # made by an entity such as &#0;, not by lost bytes
    found = place.by_template(page, rules.body) or place.by_known_container(page)
    line = read_dateline(page, title, rules.zone, found.tag if found else None)
    dates = read_dates(page, rules, line)
    source, source_from = read_source(page, rules, line)
    author, author_from = read_author(page, rules, line)
    if author == source:  # www.gov.cn prints the issuing body as its author
        author = author_from = None
    canonical = _canonical(page)
    body = _read_body(found, page, title, rules)
    verdict = _unusable(title, body, page, capture, rules)
    if verdict is not None:
        return _reading(verdict.outcome, verdict.reason, rules, decoded)
    evidence = [title_from, *dates.evidence, source_from, author_from, _body_evidence(body)]
    article = ArticleData(
        url=capture.final_url or capture.url,
        source_id=source_id,
        title=title,
        body=body.text,
        html=body.html,
        published=dates.published,
        updated=dates.updated,
        source=source,
        author=author,
        language=read_language(page, f"{title}\n{body.text}", rules.language),
        canonical_url=canonical,
        images=body.images,
        attachments=body.attachments,
        evidence=tuple(item for item in evidence if item is not None),
    )
    cut = page.cut or body.cut
    return _reading(Outcome.PARTIAL if cut else Outcome.OK, cut, rules, decoded, article)


def _read_body(found: Place | None, page: Page, title: str, rules: FieldRules) -> _Body:
    """The template's body, a known container's, or trafilatura's: the first with content."""
    body = _Body(found, page, title, rules)
    if body.has_content and (
        found is None or found.origin is Origin.TEMPLATE or len(body.text) >= _LEAST_BODY
    ):
        return body
    for find in (generic.extract, place.by_density):
        other = find(page)
        if other is not None:
            second = _Body(other, page, title, rules)
            if len(second.text) > len(body.text):
                return second
    return body


def _unusable(
    title: str, body: _Body, page: Page, capture: Capture, rules: FieldRules
) -> Verdict | None:
    """Why the page is no article although nothing was wrong with the response."""
    if went_home(capture):
        return Verdict(Outcome.SOFT_404, "the address led to a front page")
    if "\ufffd" in title:
        return Verdict(Outcome.BAD_ENCODING, "broken characters in the title")
    if title and body.has_content:
        return None
    missing = (
        "neither title nor body"
        if not (title or body.has_content)
        else "no title"
        if not title
        else "no body"
    )
    if rules.body and not (body.place and body.place.origin is Origin.TEMPLATE):
        return Verdict(Outcome.LAYOUT_CHANGED, f"{missing}: no selector of the template matches")
    if page.visible_size < SHORT // 10:
        return Verdict(Outcome.EMPTY, f"{missing}: next to no visible text")
    return Verdict(Outcome.EMPTY, f"{missing} found")


def _canonical(page: Page) -> str | None:
    for tag in page.tags("link"):
        if "canonical" in attribute(tag, "rel").lower().split():
            return page.link(attribute(tag, "href")) or None
    return page.link(page.meta("og:url")) or None


def _body_evidence(body: _Body) -> Evidence | None:
    if body.place is None:
        return None
    return Evidence("body", body.place.origin, body.place.rule, body.text[:200])


def _reading(
    outcome: Outcome,
    reason: str,
    rules: FieldRules,
    decoded: Decoded | None = None,
    article: ArticleData | None = None,
) -> Reading:
    encoding = decoded.encoding if decoded else ""
    return Reading(outcome, reason, READER_VERSION, encoding, rules.template, article)
