"""What readers elsewhere can be asked for: archived pages, grades and facts, read as they are here.

Each is a pure function of what is sent. What comes back must be of the kind that the function
returns; what is odd about it is read here as well (`is_odd`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scraper.facts.read import facts_of
from scraper.parsing.body.read import sanitise
from scraper.parsing.text import MAX_TEXT
from scraper.parsing.version import READER_VERSION
from scraper.pipelines.read import KeptPages, read_pages
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist, load_watchlist
from scraper.sources.model import FieldRules
from storage.facts import ArticleFacts, UnreadText
from storage.relevance import Relevance, Text
from storage.types import ArticleData, Outcome, Reading

from ..relevance.backtest import TextItem, as_article
from .plain import from_plain, to_plain

_ROOT = Path(__file__).resolve().parents[2]
_LIBRARIES = (
    "lxml", "beautifulsoup4", "soupsieve", "trafilatura", "htmldate", "dateparser", "nh3",
    "feedparser", "regex", "ahocorasick-rs", "china-cities", "pypdf", "tzdata",
)  # fmt: skip
_LONGEST_LINE = 10_000
"""Characters of any field of a reading but its text and its markup."""


@dataclass(frozen=True, slots=True)
class PageItem:
    """The archived pages of one article, of which source it is, and the rules to read it by.
    `place` is where it stands among all, which is not sent."""

    pages: KeptPages
    source_id: str
    rules: FieldRules
    place: int = 0


def read_page(item: PageItem) -> Reading:
    """As `reread pages` does."""
    return read_pages(item.pages, item.rules, item.source_id)


def grade_text(item: TextItem) -> Relevance:
    """As `reread grades` does."""
    return match(as_article(item.text), _watchlist(item.watchlist))


@cache
def _watchlist(path: Path) -> Watchlist:
    return load_watchlist(path)


def read_facts(text: UnreadText) -> ArticleFacts:
    """As `reread facts` does."""
    return facts_of(text.body, text.title, text.published)


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: what is done with an item, and what comes of it. An item is sent as a value
    of the kind `sent`, a word, and something that many have in common (`apart`), and is made of
    them again there (`whole`). `pack_common` and `unpack_common` say how the last travels: as
    JSON, and into a folder. `is_odd` says of a result that few are so, or none can be, and
    `is_unclean` says so of what only a worker with limits should look into."""

    name: str
    call: Callable[[Any], Any]
    result: type
    sent: type
    apart: Callable[[Any], tuple[Any, str, Any]]
    whole: Callable[[Any, str, Any], Any]
    pack_common: Callable[[Any], Any]
    unpack_common: Callable[[Any, Path], Any]
    is_odd: Callable[[Any, Any], bool]
    is_unclean: Callable[[Any], bool] = lambda result: False


def _odd_reading(item: PageItem, reading: Reading) -> bool:
    """Whether a page seems to read as few do, or as none can."""
    article = reading.article
    if article is None or reading.outcome not in (Outcome.OK, Outcome.PARTIAL):
        return True
    first = item.pages.first
    texts = (reading.reason, reading.encoding, reading.template, *_texts_of(article))
    addresses = [
        *(each.url for each in article.images),
        *(each.url for each in article.attachments),
        *reading.more_pages,
        *([article.canonical_url] if article.canonical_url else []),
    ]
    return not (
        reading.version == READER_VERSION
        and article.source_id == item.source_id
        and article.url == (first.final_url or first.url)
        and reading.template in _templates(item.rules)
        and max(map(len, texts)) <= _LONGEST_LINE
        and len(article.body.encode()) <= MAX_TEXT
        and all(each.startswith(("http://", "https://")) for each in addresses)
    )


def _unclean_markup(reading: Reading) -> bool:
    """Whether the markup is not as our sanitizer leaves it, which takes minutes over what is nested
    a hundred thousand deep."""
    article = reading.article
    return article is not None and sanitise(article.html) != article.html


def _texts_of(article: ArticleData) -> Iterator[str]:
    """What has a line or two: everything but the text and its markup."""
    for name in ("title", "source", "author", "language", "canonical_url", "publisher", "editor"):
        yield getattr(article, name) or ""
    for group in (article.images, article.attachments, article.evidence, article.dates):
        for each in group:
            yield from (
                value for one in fields(each) if isinstance(value := getattr(each, one.name), str)
            )


def _templates(rules: FieldRules) -> Iterator[str]:
    yield rules.template
    for each in rules.older:
        yield from _templates(each)


def _odd_grade(item: TextItem, found: Relevance) -> bool:
    """Whether it names what the watchlist does not, or what does not stand in the text."""
    watchlist, text = _watchlist(item.watchlist), item.text
    lengths = {"title": len(text.title), "body": len(text.body)}
    topics = {*(each.topic for each in found.matches), *(each.topic for each in found.scores)}
    stands = [
        *((each.field, each.start) for each in found.matches),
        *((each.field, each.start) for each in found.places),
    ]
    return not (
        found.watchlist == watchlist.version
        and topics <= set(watchlist.topics)
        and all(0 <= start <= lengths.get(field, -1) for field, start in stands)
        and all(each.place in watchlist.gazetteer.places for each in found.places)
    )


def _odd_facts(item: UnreadText, found: ArticleFacts) -> bool:
    """Whether it stands where the text has ended, or has a sentence that is none of the text."""
    spans = [
        *((each.start, each.end) for each in found.figures),
        *((each.start, each.end) for each in found.deadlines),
        *((each.start, each.end) for each in found.actors),
        *((each.start, each.end) for each in found.events),
    ]
    sentences = [
        *(each.sentence for each in found.figures),
        *(each.sentence for each in found.deadlines),
        *(each.sentence for each in found.events),
    ]
    return not (
        all(0 <= start <= end <= len(item.body) for start, end in spans)
        and all(each in item.body for each in sentences)
    )


def _unpack_watchlist(said: object, folder: Path) -> Path:
    path = folder / "watchlist.toml"
    path.write_text(from_plain(str, said), "utf-8")
    return path


PAGES = Work(
    "pages",
    read_page,
    Reading,
    KeptPages,
    lambda item: (item.pages, item.source_id, item.rules),
    PageItem,
    to_plain,
    lambda said, folder: from_plain(FieldRules, said),
    _odd_reading,
    _unclean_markup,
)
GRADES = Work(
    "grades",
    grade_text,
    Relevance,
    Text,
    lambda item: (item.text, "", item.watchlist),
    lambda text, word, watchlist: TextItem(text, watchlist),
    lambda path: path.read_text("utf-8"),
    _unpack_watchlist,
    _odd_grade,
)
FACTS = Work(
    "facts",
    read_facts,
    ArticleFacts,
    UnreadText,
    lambda item: (item, "", None),
    lambda text, word, nothing: text,
    lambda nothing: None,
    lambda said, folder: None,
    _odd_facts,
)
WORKS = {each.name: each for each in (PAGES, GRADES, FACTS)}
MODULES = ("scraper.parsing.article", "desk.readers.work", "desk.readers.chunks")


@cache
def rules_in_use() -> str:
    """A checksum of all by which this program reads: its own modules and tables, Python, and the
    libraries. Where it is the same the same bytes read the same."""
    digest = sha256(f"{sys.version_info[:3]}".encode())
    for room in ("hubwatch", "storage", "scraper"):
        for path in sorted((_ROOT / room).rglob("*")):
            if path.suffix in (".py", ".toml", ".json", ".tsv", ".txt") and _is_read(path):
                digest.update(f"{path.relative_to(_ROOT)}\n".encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    return digest.hexdigest()


def _is_read(path: Path) -> bool:
    """Not the sources, templates and cases, whose rules are sent."""
    return "sources" not in path.relative_to(_ROOT).parts or path.suffix == ".py"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
