"""Articles as JSON Lines: one object an article, with the fields of `parse --json` and what an
archive adds. A file is read line by line, each an object or a fault, never more than one in memory
and in linear time, whatever it holds.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from gzip import GzipFile
from io import BufferedReader
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from hubwatch.errors import PageError
from hubwatch.patterns import lazy_pattern
from hubwatch.reasons import in_words
from storage.articles.records import Article
from storage.types import (
    ArticleData,
    Attachment,
    Confidence,
    DateClue,
    DateKind,
    Evidence,
    FieldStatus,
    Image,
    Origin,
    Outcome,
    Precision,
    When,
)
from storage.urls import identity_key, is_synthetic, url_key

from ..sources.values import parse_zone

MAX_LINE = 8 * 1024 * 1024
"""Bytes; a longer line is a fault, and skipped without being kept in memory. Twice what the longest
article of a crawl takes, with its markup."""
MAX_SHORT_LINE = 256 * 1024
"""Bytes; a longer line is read in a worker process, within its bounds."""
MAX_ITEMS = 2_000
"""Pictures, files or fields of an article; more are a fault, since each takes more memory than the
line that names it."""
MAX_FIELD = 64 * 1024
"""Characters of a title, an address, a name and the like; only texts and markup may be longer."""
_BOM = b"\xef\xbb\xbf"
_PIECE = 256 * 1024
_LINE = lazy_pattern(rb"[^\s][^\n]*")


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line or record that cannot be used. `number` counts lines (or records) from 1."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds a JSON object. `size` is that of the line, in bytes."""

    number: int
    value: dict[str, Any]
    size: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line that is too long to be read in this very process."""

    number: int
    raw: bytes

    @property
    def size(self) -> int:
        """Bytes of the line."""
        return len(self.raw)


AnyLine = Line | LongLine | LineFault


def read_lines(path: Path) -> Iterator[AnyLine]:
    """The lines of a file (`.gz`: unpacked on the way), empty ones left out. Where it breaks off, a
    fault is the last one. Raises PageError where not even one line could be read."""
    number = 0
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            for number, raw in _raw_lines(stream):
                if raw is None or raw.strip():  # of the first one nothing but a mark may be there
                    yield _read(number, raw)
        return
    except EOFError:
        why = "the gzip data ends early"
    except (zlib.error, gzip.BadGzipFile):
        why = "the gzip data is damaged"
    except OSError as error:
        why = error.strerror or str(error)
    if not number:
        raise PageError(f"{path}: cannot be read: {why}")
    yield LineFault(number + 1, f"cannot be read from here on: {why}")


def write_line(out: IO[bytes], value: dict[str, Any]) -> None:
    """Write one object as one line of UTF-8."""
    out.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


def _raw_lines(stream: GzipFile | BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Every line that holds anything, without what is blank before it, and its number from 1. None
    for one that is too long, of which no more than the bound is ever kept."""
    number, size, line = 1, 0, bytearray()
    while chunk := stream.read1(_PIECE):  # what comes before the data break off is had
        at = 0
        if size:
            end = chunk.find(b"\n")
            part = chunk if end < 0 else chunk[:end]
            size += len(part)
            line += part if size <= MAX_LINE else b""
            if end < 0:
                continue
            yield number, _whole(number, line, size)
            size, at = 0, end
        last = at
        for found in _LINE.finditer(chunk, at):
            number += chunk.count(b"\n", last, found.start())
            last = found.start()
            if found.end() == len(chunk):
                line = bytearray(found.group())
                size = len(line)
            else:
                yield number, _whole(number, found.group(), len(found.group()))
        number += chunk.count(b"\n", last)
    if size:
        yield number, _whole(number, line, size)


def _whole(number: int, line: bytes | bytearray, size: int) -> bytes | None:
    if size > MAX_LINE:
        return None
    return bytes(line).removeprefix(_BOM) if number == 1 else bytes(line)


def _read(number: int, raw: bytes | None) -> AnyLine:
    if raw is None:
        return LineFault(number, f"is longer than {MAX_LINE >> 20} MiB")
    if len(raw) > MAX_SHORT_LINE:
        return LongLine(number, raw)
    try:
        return Line(number, parse_line(raw), len(raw))
    except ValueError as error:
        return LineFault(number, in_words(error))


def parse_line(raw: bytes) -> dict[str, Any]:
    """The object that a line holds. Raises ValueError with what is wrong."""
    try:
        value = json.loads(raw)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except RecursionError:
        raise ValueError("is not JSON that anybody writes: it nests too deep") from None
    except ValueError as error:
        raise ValueError(f"is not JSON: {str(error)[:100]}") from None
    if not isinstance(value, dict):
        raise ValueError("is not a JSON object")
    return value


# One article as one JSON object

_NO_CHARACTER = lazy_pattern("[\\0\\ud800-\\udfff]")
_MONTH = lazy_pattern(r"[0-9]{4}-[0-9]{2}")
_DAY = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1900, 2200)
_YEARS_OF_TEXTS = range(1000, 3000)
"""Of the dates that stand on a page, which may tell of long ago."""
NAMED_BY_HASH = "ni:///sha-256;"
"""How the name of a file begins that stands nowhere: its SHA-256 in base64url (RFC 6920)."""
_USABLE = (Outcome.OK, Outcome.PARTIAL)


@dataclass(frozen=True, slots=True)
class Record:
    """An article that came from elsewhere. `first_seen_at` and `gone_at` are that archive's."""

    article: ArticleData
    outcome: Outcome = Outcome.OK
    first_seen_at: datetime | None = None
    gone_at: datetime | None = None


def as_record(article: Article) -> dict[str, Any]:
    """An article for a line of JSON. The keys are documented and stay. What is unknown is null. All
    values are plain ones, which others can write in any format of theirs."""
    record = {
        "outcome": Outcome.OK,
        **_text_fields(article),
        "url": article.url,
        "source_id": article.source_id,
        "id": article.id,
        "story": article.story_id,
        "first_seen_at": article.first_seen_at.isoformat(),
        "city": article.city,
        "gone_at": article.gone_at.isoformat() if article.gone_at else None,
        **_further_fields(article),
    }
    return {name: _plain(value) for name, value in record.items()}


def record_as_read(article: ArticleData, outcome: Outcome) -> dict[str, Any]:
    """The same of an article as it was read: without what only an archive knows."""
    record = {
        "outcome": outcome,
        **_text_fields(article),
        "url": article.url,
        "source_id": article.source_id,
        **_further_fields(article),
    }
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: Any) -> Any:
    """A value in which the members of our enums are mere texts, keys too."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _text_fields(article: Article | ArticleData) -> dict[str, Any]:
    published, updated = article.published, article.updated
    return {
        "title": article.title,
        "published": published.iso if published else None,
        "updated": updated.iso if updated else None,
        "source": article.source,
        "author": article.author,
        "language": article.language,
        "body": article.body,
        "images": [{"url": image.url, "caption": image.caption} for image in article.images],
        "attachments": [
            {"url": file.url, "name": file.name, "kind": file.kind} for file in article.attachments
        ],
        "provenance": {
            each.field: {
                "from": each.origin,
                "rule": each.rule,
                "raw": each.raw,
                "confidence": each.confidence,
                "doubt": each.doubt,
            }
            for each in article.evidence
        },
    }


def _further_fields(article: Article | ArticleData) -> dict[str, Any]:
    published, updated = article.published, article.updated
    return {
        "html": article.html,
        "published_precision": published.precision if published else None,
        "published_zone": published.zone if published else None,
        "updated_precision": updated.precision if updated else None,
        "updated_zone": updated.zone if updated else None,
        "written": article.written.iso if article.written else None,
        "publisher": article.publisher,
        "editor": article.editor,
        "dates": dates_record(article.dates),
    }


def read_record(
    value: Mapping[str, Any], source_id: str, source_line: str | None, zone: str
) -> Record:
    """The article a JSON object holds, as one of this source. `zone` is where dates without a zone
    are at home. Raises ValueError naming the field that cannot be used."""
    article = ArticleData(
        url=_identity_of(value),
        source_id=source_id,
        title=_needed(value, "title"),
        body=_body_of(value),
        html=_markup(text_of(value, "html", MAX_LINE)),
        published=read_when(value, "published", zone),
        updated=read_when(value, "updated", zone),
        source=source_line,
        author=text_of(value, "author"),
        language=text_of(value, "language"),
        images=tuple(_image(item) for item in _items(value, "images")),
        attachments=tuple(_attachment(item) for item in _items(value, "attachments")),
        evidence=_evidence(value),
        publisher=text_of(value, "publisher"),
        editor=text_of(value, "editor"),
        dates=read_dates_record(_items(value, "dates")),
    )
    return Record(
        article, _outcome(value), _instant(value, "first_seen_at"), _instant(value, "gone_at")
    )


def address_of(value: Mapping[str, Any], name: str = "url") -> str:
    """An http(s) address in a field. Raises ValueError."""
    text = _needed(value, name)
    try:
        url_key(text)
    except ValueError as error:
        raise ValueError(f"{name}: {in_words(error)}") from None
    return text


def _identity_of(value: Mapping[str, Any]) -> str:
    """The address of an article, or the made-up name of one that has no page of its own."""
    text = text_of(value, "url") or ""
    return identity_key(text) if is_synthetic(text) else address_of(value)


def _body_of(value: Mapping[str, Any]) -> str:
    """The text. What has no page may be a picture without any."""
    if is_synthetic(text_of(value, "url") or ""):
        return text_of(value, "body", MAX_LINE) or ""
    return _needed(value, "body", MAX_LINE)


def text_of(value: Mapping[str, Any], name: str, longest: int = MAX_FIELD) -> str | None:
    """A text in a field. None if it is missing, null or empty. Raises ValueError, also where it has
    more than `longest` characters."""
    text = value.get(name)
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise ValueError(f"{name}: must be a text")
    if len(text) > longest:
        raise ValueError(f"{name}: is longer than {longest} characters")
    if _NO_CHARACTER.search(text):
        raise ValueError(f"{name}: holds a character that is none")
    return text


def _needed(value: Mapping[str, Any], name: str, longest: int = MAX_FIELD) -> str:
    text = text_of(value, name, longest)
    if text is None or not text.strip():
        raise ValueError(f"{name}: is missing or empty")
    return text


def _outcome(value: Mapping[str, Any]) -> Outcome:
    word = text_of(value, "outcome") or Outcome.OK
    if word not in _USABLE:
        raise ValueError(f"outcome: {word!r} is not that of an article")
    return Outcome(word)


def read_when(value: Mapping[str, Any], name: str, zone: str) -> When | None:
    """A date in a field, of that zone if it names none. None if it is missing. Raises
    ValueError."""
    text = text_of(value, name)
    if text is None:
        return None
    own_zone = text_of(value, f"{name}_zone")
    if own_zone is None and value.get(f"{name}_zone") != "":
        own_zone = zone if zone != "UTC" else None
    try:
        home = parse_zone(own_zone) if own_zone else ""
        when = _parsed_when(text.strip(), text_of(value, f"{name}_precision"), home)
        if when.day.year not in _YEARS:
            raise ValueError(f"{text!r} is not a plausible date")
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: {in_words(error)}") from None
    return when


def _parsed_when(text: str, precision: str | None, zone: str) -> When:
    if _MONTH.fullmatch(text):
        return When(date.fromisoformat(f"{text}-01"), Precision.MONTH, zone)
    if _DAY.fullmatch(text):
        return When(date.fromisoformat(text), Precision.DAY, zone)
    moment = _moment(text, zone)
    if moment.tzinfo is None:
        zone = ""
    elif not zone or moment.astimezone(ZoneInfo(zone)).utcoffset() != moment.utcoffset():
        moment, zone = moment.astimezone(UTC), "UTC"
    exact = Precision.SECOND if moment.second or moment.microsecond else Precision.MINUTE
    return When(moment, Precision(precision) if precision else exact, zone)


def _moment(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO 8601 date") from None
    return moment if moment.tzinfo or not zone else moment.replace(tzinfo=ZoneInfo(zone))


def _instant(value: Mapping[str, Any], name: str) -> datetime | None:
    text = text_of(value, name)
    if text is None:
        return None
    try:
        moment = _moment(text, "UTC").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: {in_words(error)}") from None
    if moment.year not in _YEARS:
        raise ValueError(f"{name}: {text!r} is not a plausible date")
    return moment


def _items(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = value.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{name}: must be a list of objects")
    if len(items) > MAX_ITEMS:
        raise ValueError(f"{name}: has {len(items)} entries, more than {MAX_ITEMS}")
    return items


def _image(item: Mapping[str, Any]) -> Image:
    return Image(address_of(item), text_of(item, "caption") or "")


def _attachment(item: Mapping[str, Any]) -> Attachment:
    url = text_of(item, "url") or ""
    return Attachment(
        url if url.startswith(NAMED_BY_HASH) else address_of(item),
        text_of(item, "name") or "",
        (text_of(item, "kind") or "").lower(),
    )


_MOST_DATES = 50


def dates_record(clues: Iterable[DateClue]) -> list[dict[str, Any]]:
    """Every candidate for an article's dates with its evidence, in their order. The keys are
    documented in docs/machine.md and stay."""
    return [
        {
            "kind": clue.kind,
            "date": clue.when.iso,
            "precision": clue.when.precision,
            "zone": clue.when.zone,
            "from": clue.origin,
            "rule": clue.rule,
            "raw": clue.raw,
            "verdict": clue.verdict,
        }
        for clue in clues
    ]


def read_dates_record(items: Iterable[Mapping[str, Any]]) -> tuple[DateClue, ...]:
    """The inverse, at most fifty. Raises ValueError for what is no candidate."""
    return tuple(_clue(item) for item, _ in zip(items, range(_MOST_DATES), strict=False))


def _clue(item: Mapping[str, Any]) -> DateClue:
    names = ("date", "precision", "zone", "rule", "raw")
    wrong = [name for name in names if not isinstance(item.get(name), str)]
    if wrong:
        raise ValueError(f"dates: {wrong[0]}: must be a text")
    try:
        texts = {name: text_of(item, name) or "" for name in (*names, "kind", "from", "verdict")}
        zone = parse_zone(texts["zone"]) if texts["zone"] else ""
        when = When.from_iso(texts["date"], texts["precision"], zone)
        if when.value.year not in _YEARS_OF_TEXTS:
            raise ValueError(f"{texts['date']!r} is not a plausible date")
        status, _, why = texts["verdict"].partition(": ")
        return DateClue(
            DateKind(texts["kind"]),
            when,
            Origin(texts["from"]),
            texts["rule"],
            texts["raw"],
            FieldStatus(status),
            why,
        )
    except ValueError as error:
        raise ValueError(f"dates: {in_words(error)}") from None


def _evidence(value: Mapping[str, Any]) -> tuple[Evidence, ...]:
    found = value.get("provenance") or {}
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise ValueError("provenance: must be an object of objects, one a field")
    if len(found) > MAX_ITEMS or any(len(name) > MAX_FIELD for name in found):
        raise ValueError(f"provenance: has more than {MAX_ITEMS} fields, or one of a long name")
    return tuple(_one_evidence(name, each) for name, each in found.items())


def _one_evidence(name: str, each: Mapping[str, Any]) -> Evidence:
    if _NO_CHARACTER.search(name):
        raise ValueError("provenance: the name of a field holds a character that is none")
    origin = text_of(each, "from") or ""
    if origin not in set(Origin):
        raise ValueError(f"provenance: {name}: from must be one of {', '.join(Origin)}")
    confidence = text_of(each, "confidence")
    if confidence and confidence not in set(Confidence):
        raise ValueError(f"provenance: {name}: confidence must be {', '.join(Confidence)}")
    texts = [text_of(each, key) or "" for key in ("rule", "raw", "doubt")]
    level = Confidence(confidence) if confidence else None
    return Evidence(name, Origin(origin), texts[0], texts[1], level, texts[2])


def _markup(html: str | None) -> str:
    """Somebody else's file is no more to be trusted than a page."""
    if html is None:
        return ""
    # Imported here: most archives from elsewhere hold texts, and need no HTML parser.
    from ..parsing.body.read import sanitise

    return sanitise(html)
