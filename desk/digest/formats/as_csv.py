"""A digest as CSV (RFC 4180), one row an item, for spreadsheets; and the annex of its figures.

A spreadsheet runs a cell that begins like a formula, so such cells get an apostrophe in front.
It can be undone: a cell that begins with an apostrophe has exactly one too many. JSON is the raw
form.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from storage.articles.records import Evidence
from storage.facts import rounded

from ...messages import Translator
from ...text import neutral, one_line
from .. import wording
from ..model import Digest, DigestFigure, DigestItem, DigestStyle

COLUMNS = (
    "number",
    "section",
    "city",
    "title",
    "issuer",
    "publisher",
    "published",
    "first_seen",
    "grade",
    "topics",
    "phrase",
    "sentence",
    "url",
    "also_at",
    "updated",
    "what_changed",
    "withdrawn",
    "state",
    "article_id",
    "story_id",
    "translation",
    "note",
    "excerpt",
    "flags",
    "archived",
    "archived_page",
    "sha256",
    "doubts",
    "figures",
    "contradictions",
    "reported",
)
FIGURE_COLUMNS = (
    *("number", "object", "value", "up_to", "unit", "modifier", "place", "as_of", "sentence"),
    *("publisher", "published", "title", "url", "archived", "archived_page", "sha256", "verdict"),
    *("by", "at", "article_id", "story_id"),
)
"""The columns of the annex of figures: what is stated, where, and who confirmed it."""


def render_csv(digest: Digest, style: DigestStyle) -> bytes:
    """The items as CSV with a header line. Times are in the period's zone. UTF-8 with a byte order
    mark, by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(digest))
    for section in digest.chapters:
        for item in section.items:
            writer.writerow(
                [neutral(one_line(cell)) for cell in row_of(item, section.heading, digest)]
            )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def render_figures(digest: Digest, style: DigestStyle) -> bytes:
    """The annex of figures as CSV, one row a figure that people confirmed, in the same manner."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(digest, FIGURE_COLUMNS))
    for item, figure in wording.annex(digest):
        writer.writerow(
            [
                neutral(one_line(cell)) if isinstance(cell, str) else cell
                for cell in figure_row(item, figure, digest)
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def columns(digest: Digest, names: Sequence[str] = COLUMNS) -> tuple[str, ...]:
    """The header line in the language of the digest."""
    words = wording.words_of(digest)
    return tuple(words.term("digest_column", name) for name in names)


def figure_row(
    item: DigestItem, figure: DigestFigure, digest: Digest
) -> tuple[str | int | float, ...]:
    """The cells of a figure, in the order of `FIGURE_COLUMNS`. Nothing in them is neutral yet."""
    period, words = digest.edition.period, wording.words_of(digest)
    page = wording.page_of(item, figure)
    own = item.proof if figure.article_id == item.article_id else None
    proof = page.proof if page else own
    cited = wording.cite_figure(item, figure, period.zone, words)
    is_range = figure.high is not None and figure.high != figure.low
    return (
        item.number,
        figure.object,
        figure.day if figure.low is None else rounded(figure.low),
        rounded(figure.high) if figure.high is not None and is_range else "",
        wording.unit_of(figure, words),
        words.term("modifier", figure.modifier),
        figure.place,
        figure.as_of,
        figure.sentence,
        cited.publisher,
        cited.published,
        cited.title,
        cited.url,
        period.local(proof.archived_at) if proof and proof.archived_at else "",
        str(proof.snapshot_id) if proof and proof.snapshot_id else "",
        proof.sha256 if proof else "",
        words.term("fact_verdict", figure.verdict) if figure.verdict else "",
        figure.person,
        period.local(figure.reviewed_at) if figure.reviewed_at else "",
        figure.article_id,
        item.story_id,
    )


def _doubt(one: Evidence, words: Translator) -> str:
    reasons = words(", ").join(words.term("doubt", part) for part in one.doubt.split("; "))
    if words.tag == "en":
        return f"{one.field}: {one.doubt}"
    return words("%(what)s: %(detail)s", what=words.term("field", one.field), detail=reasons)


def row_of(item: DigestItem, heading: str, digest: Digest) -> tuple[str, ...]:
    """The cells of an item, in the order of the columns. Nothing in them is neutral yet."""
    period, proof = digest.edition.period, item.proof
    words = wording.words_of(digest)
    told = zip(wording.reported(item, words), item.reported, strict=True)
    return (
        str(item.number),
        wording.heading(heading, digest, words),
        wording.named(item.city, digest, words),
        item.title,
        item.issuer,
        item.publisher,
        wording.day(item.published, words) if item.published else "",
        period.local(item.first_seen_at),
        words.term("grade", item.grade) if item.grade else "",
        " ".join(wording.named(topic, digest, words) for topic in item.topics),
        item.quote.phrase if item.quote else "",
        item.quote.text if item.quote else "",
        item.url,
        " ".join(place.url for place in item.also_at),
        period.local(item.updated_at) if item.updated_at else "",
        words("; ").join(
            wording.changed(item, update, period.zone, words) for update in item.updates
        ),
        period.local(item.gone_at) if item.gone_at else "",
        words.term("state_word", item.state),
        str(item.article_id),
        str(item.story_id),
        item.translation,
        item.note,
        item.excerpt,
        words("; ").join(wording.flags(item, period, words)),
        period.local(proof.archived_at) if proof and proof.archived_at else "",
        str(proof.snapshot_id) if proof and proof.snapshot_id else "",
        proof.sha256 if proof else "",
        words("; ").join(_doubt(one, words) for one in item.doubts),
        words("; ").join(
            filter(None, (wording.figures(item, words), *wording.proposals(item, words)))
        ),
        words("; ").join(wording.contradictions(item, period.zone, words)),
        words("; ").join(f"{line} {one.url}" for line, one in told),
    )
