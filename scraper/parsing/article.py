"""Reads one article page: bytes → `Reading`, every field with its evidence.

Template selectors first, then standard metas and JSON-LD, then the visible line, a generic
extractor last. Never raises for what a page holds. Never fetches, stores or asks the clock.
"""

from __future__ import annotations

from bs4.exceptions import ParserRejectedMarkup

from hubwatch.reasons import in_words
from storage.lists import RowWitness
from storage.types import (
    ArticleData,
    Capture,
    Confidence,
    Evidence,
    Origin,
    Outcome,
    Reading,
)

from ..sources.model import FieldRules
from .article_pages import find_parts, framed_text, remove_pager
from .body.place import BodyPlace, is_list, is_one_teaser, is_round_up
from .body.read import Body, find_body, read_body
from .body.trust import is_notice
from .dates.events import read_events
from .dates.of_article import Aged, Dates, read_address, read_dates, read_habits
from .encoding import Decoded, decode
from .fields.language import read_language
from .fields.people import read_people
from .fields.title import read_title
from .fields.visible import Context, VisibleFields, read_visible
from .memory import remembering
from .page import Page, page_of
from .page_kinds import (
    SHORT,
    PageVerdict,
    evergreen_page,
    judge_page,
    judge_response,
    site_page_heading,
    went_home,
)
from .templates import layout_of
from .version import READER_VERSION


def read_article(
    capture: Capture, rules: FieldRules, source_id: str, row: RowWitness | None = None
) -> Reading:
    """Read a captured page with these rules. `row` is what the lists that lead to it say of it. The
    reading's outcome says why there is no article."""
    verdict = judge_response(capture)
    if verdict is not None and verdict.outcome is Outcome.UNSUPPORTED:
        from .documents.read import read_document  # few pages are documents

        document = read_document(capture, rules, source_id, row)
        if document is not None:
            return document
    if verdict is not None:
        return _reading(verdict.outcome, verdict.reason, rules)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return _reading(Outcome.BAD_ENCODING, decoded.reason, rules)
    try:
        with remembering(source_id) as memory:
            page = page_of(capture, decoded.text, memory)
            verdict = judge_page(page, capture)
            if verdict is not None:
                return _reading(verdict.outcome, verdict.reason, rules, decoded)
            return _read(page, capture, layout_of(page, rules), source_id, decoded, row)
    except (ParserRejectedMarkup, RecursionError) as fault:
        return _reading(
            Outcome.UNSUPPORTED, f"the markup cannot be parsed: {in_words(fault)}", rules, decoded
        )


def _read(
    page: Page,
    capture: Capture,
    rules: FieldRules,
    source_id: str,
    decoded: Decoded,
    row: RowWitness | None,
) -> Reading:
    title, title_from = read_title(page, rules, row)
    if "\ufffd" not in decoded.text:
        title = title.replace("\ufffd", "")  # made by an entity such as &#0;, not by lost bytes
    parts = find_parts(page)
    remove_pager(parts)
    found = find_body(page, rules, title)
    habits = read_habits(page, rules, title)
    address = read_address(page, habits.zone)
    context = Context(
        title,
        habits.zone,
        habits.order,
        found.tag if found else None,
        address.when.day if address else None,
        page.article,
        today=page.now.date(),
    )
    seen = read_visible(page, context)
    # What came without a header was never fetched: a saved file, of which nobody knows when.
    aged = Aged(title, capture.fetched_at) if capture.headers and capture.status else None
    dates = read_dates(page, rules, seen, habits, address, row, aged)
    body = read_body(found, page, title, rules)
    further = tuple(url for _, url in parts.addresses)
    if not body.text and not further and (frame := framed_text(page)):
        further = (frame,)
    has_content = body.has_content or bool(further)
    verdict = _unusable(
        title, body, page, capture, rules, has_content=has_content, seen=seen, dates=dates
    )
    if verdict is not None:
        reason = f"{verdict.reason}; {page.cut}" if page.cut else verdict.reason
        return _reading(verdict.outcome, reason, rules, decoded)
    people = read_people(page, rules, seen, body.text, found.tag if found else None)
    evidence = [title_from, *dates.evidence, *people.evidence, _body_evidence(body)]
    article = ArticleData(
        url=capture.final_url or capture.url,
        source_id=source_id,
        title=title,
        body=body.text,
        html=body.html,
        published=dates.published,
        updated=dates.updated,
        source=people.source,
        author=people.author,
        language=read_language(page, f"{title}\n{body.text}", rules.language),
        canonical_url=page.canonical or None,
        images=body.images,
        attachments=body.attachments,
        evidence=_with_missing([item for item in evidence if item is not None]),
        publisher=people.publisher,
        editor=people.editor,
        dates=(*dates.candidates, *read_events(body.text, habits.zone, dates.published)),
    )
    lack = page.cut or body.cut or ("" if title else "no title found")
    outcome = Outcome.PARTIAL if lack else Outcome.OK
    return _reading(outcome, lack, rules, decoded, article, further)


def _unusable(
    title: str,
    body: Body,
    page: Page,
    capture: Capture,
    rules: FieldRules,
    *,
    has_content: bool,
    seen: VisibleFields,
    dates: Dates,
) -> PageVerdict | None:
    """Why the page is no article although nothing was wrong with the response."""
    if went_home(capture):
        return PageVerdict(Outcome.SOFT_404, "the address led to a front page")
    if "\ufffd" in title:
        return PageVerdict(Outcome.BAD_ENCODING, "broken characters in the title")
    is_dated = seen.best is not None
    if body.place is not None and (reason := _of_others(body.place, body.text, page, title, seen)):
        return PageVerdict(Outcome.EMPTY, reason)
    is_elsewhere = bool(rules.body) and not (body.place and body.place.origin is Origin.TEMPLATE)
    if not is_dated and not rules.body and (heading := site_page_heading(page, title)):
        return PageVerdict(Outcome.EMPTY, f"a page of the site itself, headed {heading!r}")
    if not rules.body and body.place is not None:
        is_dated = is_dated or dates.is_stated
        if reason := evergreen_page(page, title, body.place.tag, is_dated=is_dated):
            return PageVerdict(Outcome.EMPTY, reason)
    if has_content and (title or not is_elsewhere):
        return None  # an article without a title is one
    missing = "no title" if has_content else "no body" if title else "neither title nor body"
    if is_elsewhere:
        return PageVerdict(
            Outcome.LAYOUT_CHANGED, f"{missing}: no selector of the template matches"
        )
    if page.visible_size < SHORT // 10:
        return PageVerdict(Outcome.EMPTY, f"{missing}: next to no visible text")
    return PageVerdict(Outcome.EMPTY, f"{missing} found")


def _of_others(place: BodyPlace, text: str, page: Page, title: str, seen: VisibleFields) -> str:
    """Why what was found is no text of this page, mostly empty: a list, a teaser, a notice."""
    if place.origin is Origin.TEMPLATE:
        return ""
    is_dated = seen.best is not None
    if is_list(place.tag) and not (is_dated and is_round_up(place.tag, is_sure=seen.is_sure)):
        return "no text of its own: it leads to other pages"
    if not is_dated and is_one_teaser(place.tag, page, title):
        return "no text of its own: a teaser of another page"
    if not is_dated and not place.is_near and is_notice(text):
        return "no text but a notice of the site, away from a headline"
    return ""


def _body_evidence(body: Body) -> Evidence | None:
    if body.place is None:
        return None
    place = body.place
    confidence = body.confidence
    return Evidence("body", place.origin, place.rule, body.text[:200], confidence, body.doubt)


_FIELDS = ("title", "published", "source", "author", "publisher", "body")


def _with_missing(found: list[Evidence]) -> tuple[Evidence, ...]:
    """What was found, and of each field that was not that it is unknown."""
    there = {one.field for one in found}
    missing = (field for field in _FIELDS if field not in there)
    return (*found, *(_unknown(field) for field in missing))


def _unknown(field: str) -> Evidence:
    words = "the page says nothing of it"
    return Evidence(field, Origin.GENERIC, "", "", Confidence.UNKNOWN, words)


def _reading(
    outcome: Outcome,
    reason: str,
    rules: FieldRules,
    decoded: Decoded | None = None,
    article: ArticleData | None = None,
    more_pages: tuple[str, ...] = (),
) -> Reading:
    encoding = decoded.encoding if decoded else ""
    return Reading(outcome, reason, READER_VERSION, encoding, rules.template, article, more_pages)
