"""The parts of an article as the archive keeps them: packed, folded, as JSON. Takes a while.

A pure function of the article, so that whoever has it can make them before the lock, in another
process too. Which tables they go to is the business of the writers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..packing import pack_markup, pack_text
from ..stories.sketch import sketch
from ..text import shadow
from ..types import ArticleData, DateClue, Reading

_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Columns:
    """`evidence`, `dates` and `words_body` are packed texts (`packing.unpack_text`), `html` is
    packed against the body (`packing.unpack_markup`), `images` and `attachments` are JSON; the two
    `words` are what the text index is given, `sketch` is what near copies of the body are found
    by."""

    html: bytes
    evidence: bytes
    dates: bytes
    images: str
    attachments: str
    words_title: str
    words_body: bytes
    sketch: bytes


def columns_of(article: ArticleData) -> Columns:
    """The columns of an article."""
    return Columns(
        html=pack_markup(article.html, article.body),
        evidence=pack_text(as_json(article.evidence)),
        dates=pack_text(dates_json(article.dates)),
        images=as_json(article.images),
        attachments=as_json(article.attachments),
        words_title=shadow(article.title),
        words_body=pack_text(shadow(article.body)),
        sketch=sketch(article.body),
    )


def dates_json(clues: Sequence[DateClue]) -> str:
    """The dossier of dates as JSON; `rows.dates` is the inverse."""
    told = [
        {
            "kind": clue.kind,
            "date": clue.when.iso,
            "precision": clue.when.precision,
            "zone": clue.when.zone,
            "origin": clue.origin,
            "rule": clue.rule,
            "raw": clue.raw,
            "standing": clue.standing,
            "why": clue.why,
        }
        for clue in clues
    ]
    return json.dumps(told, ensure_ascii=False)


def as_json(values: Sequence[Any]) -> str:
    """A column of small values, as JSON that people can read."""
    return _JSON.encode([_flat(value) for value in values])


def _flat(value: Any) -> dict[str, Any]:
    # dataclasses.asdict copies deeply; these hold only texts and numbers.
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def reading_row(reading: Reading, article: ArticleData, columns: Columns) -> dict[str, Any]:
    """The columns of `readings` that come from the page itself."""
    published, updated = article.published, article.updated
    return {
        "reader_version": reading.version,
        "template": reading.template,
        "encoding": reading.encoding,
        "title": article.title,
        "body": article.body,
        "html": columns.html,
        "published": published.iso if published else None,
        "published_precision": published.precision.value if published else None,
        "published_zone": published.zone if published else None,
        "published_sort": published.sort_key if published else None,
        "updated": updated.iso if updated else None,
        "updated_precision": updated.precision.value if updated else None,
        "updated_zone": updated.zone if updated else None,
        "source_line": article.source,
        "author": article.author,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "images": columns.images,
        "attachments": columns.attachments,
        "evidence": columns.evidence,
        "dates": columns.dates,
        "publisher": article.publisher,
        "editor": article.editor,
    }
