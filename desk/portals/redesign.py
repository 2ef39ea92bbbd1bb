"""A portal that built its pages anew: the places of the fields and the rows of its lists found
again, by what the archive knows of the same articles.

What is proposed is tried on every page at hand, the old ones too. Nothing is written unless asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from hubwatch.errors import SourceError
from scraper.hashes import body_hash, content_hash
from scraper.parsing.entries import rows_of
from scraper.parsing.survey import open_pages, propose_body, propose_date, propose_title
from scraper.parsing.text import squeeze
from scraper.pipelines.read import load_pages, read_pages, taught
from scraper.sources.build import Template
from scraper.sources.load import HERE, read_bounded
from scraper.sources.model import FieldRules, Source
from scraper.sources.write import entry_lines, source_of, texts_line, with_entry_keys, with_key
from storage.archive import Archive
from storage.articles.records import Article
from storage.revisions import Hidden
from storage.types import ArticleData, Capture, Held, Reading

from .. import _
from ..config import Config
from .draft import folder_for, write_source
from .list_repair import ListRepair, ListState, propose_lists

FIELDS = ("title", "published", "body")
_MOST = 40
_LOOKED_AT = 6
_LEAST_RIGHT = 0.8
_LEAST_BODY = 0.6
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class KnownPage:
    """An article of which a later version lacks something: what is known of it, its page as it was
    then, and that page as it reads by today's rules."""

    article: Article
    hidden: Hidden
    capture: Capture
    reading: Reading


@dataclass(frozen=True, slots=True)
class SourceRepair:
    """What was found. `selectors` are `[fields]` entries to be written, none where today's rules
    read the pages already. `right` counts by field on how many of the pages it is what the archive
    knows: now, and with the selectors. `lists` are the lists of the source. `text` is that of the
    file to be written, with what is proven of both; empty where nothing is."""

    pages: tuple[KnownPage, ...]
    selectors: tuple[tuple[str, tuple[str, ...]], ...]
    right: Mapping[str, tuple[int, int]]
    repaired: tuple[Reading, ...]
    lists: tuple[ListRepair, ...] = ()
    text: str = ""

    @property
    def fields_hold(self) -> bool:
        """Whether nearly every page gives again what is known of it."""
        needed = _LEAST_RIGHT * len(self.pages)
        return bool(self.pages) and all(now >= needed for _, now in self.right.values())

    @property
    def broken(self) -> tuple[ListRepair, ...]:
        """The lists whose rows are not found any more, found again or not."""
        lost = (ListState.REPAIRED, ListState.UNPROVEN)
        return tuple(each for each in self.lists if each.state in lost)

    @property
    def passed(self) -> bool:
        """Whether something was lost, and all of it is found again."""
        fields = not self.pages or self.fields_hold
        lists = all(each.state is ListState.REPAIRED for each in self.broken)
        return bool(self.pages or self.broken) and fields and lists


def propose_repair(
    store: Archive, source: Source, templates: Mapping[str, Template]
) -> SourceRepair:
    """Look for the places of the fields on the pages that lack something, and for the rows of the
    lists that lost theirs. Changes nothing. Raises SourceError where the file of the source cannot
    be changed so."""
    source = taught(store, source)
    pages = tuple(_known_pages(store, source))
    rules, selectors = source.fields, dict[str, tuple[str, ...]]()
    repaired = [page.reading for page in pages]
    sample = _sample(pages)
    for field in FIELDS:
        right = _right(pages, repaired, field)
        selector = _selector(field, sample, rules.zone) if right < len(pages) else ""
        if not selector:
            continue
        tried = _with(rules, field, selector)
        again = [_read(store, source, page.hidden, tried) for page in pages]
        if _right(pages, again, field) > right:
            rules, repaired, selectors[field] = tried, again, getattr(tried, field)
    before = [page.reading for page in pages]
    found = SourceRepair(
        pages,
        tuple(selectors.items()),
        {field: (_right(pages, before, field), _right(pages, repaired, field)) for field in FIELDS},
        tuple(repaired),
        propose_lists(store, source),
    )
    return replace(found, text=_file_text(source, found, templates))


def write_repair(found: SourceRepair, source: Source, config: Config) -> Path:
    """Write the file: in place of one's own, else into one's own folder. Return its path."""
    own = not Path(source.path).resolve().is_relative_to(HERE)
    path = Path(source.path) if own else folder_for(config) / f"{source.id}.toml"
    write_source(found.text, path, replacing=own)
    return path


def show_repaired(store: Archive, found: SourceRepair, now: datetime) -> int:
    """Show the pages that give again what was known, as a person wanted. Nothing of that is told as
    news. Return how many there are. Raises StorageError."""
    shown = 0
    for page, reading in zip(found.pages, found.repaired, strict=True):
        article = reading.article
        if article is None or not all(_fits(page.article, article).values()):
            continue
        content = content_hash(article)
        known = store.pages.known(page.article.source_id, page.article.url)
        same = known is not None and known.content_hash == content
        with store.writing() as tx:
            tx.articles.reread(
                page.article.id,
                page.hidden.number,
                reading,
                snapshot_id=page.hidden.snapshot_id,
                content_hash=content,
                body_hash=body_hash(article),
                now=now,
            )
            tx.articles.show_hidden(
                page.article.id, page.hidden.number, Held.KNOWN if same else Held.BULK
            )
        shown += 1
    return shown


def _with(rules: FieldRules, field: str, selector: str) -> FieldRules:
    chosen = (selector, *getattr(rules, field))
    return replace(rules, **{field: chosen})  # type: ignore[arg-type]


def _known_pages(store: Archive, source: Source) -> list[KnownPage]:
    found = []
    for hidden in store.revisions.hidden(source.id, _MOST):
        article = store.articles.as_read(hidden.article_id)
        if article is None:
            continue
        capture = store.pages.snapshot(hidden.snapshot_id)
        reading = _read(store, source, hidden, source.fields)
        found.append(KnownPage(article, hidden, capture, reading))
    return found


def _read(store: Archive, source: Source, hidden: Hidden, rules: FieldRules) -> Reading:
    pages = load_pages(store, source.id, hidden.snapshot_id, ())
    return read_pages(pages, rules, source.id)


def _fits(known: Article, now: ArticleData | None) -> dict[str, bool]:
    """Field by field, whether a page gives what is known of its article."""
    if now is None:
        return dict.fromkeys(FIELDS, False)
    day = known.published.day if known.published else None
    lines, text = _lines(known.body), squeeze(now.body)
    kept = sum(len(line) for line in lines if line in text)
    return {
        "title": squeeze(now.title) == squeeze(known.title),
        "published": day is None or (now.published is not None and now.published.day == day),
        "body": kept >= _LEAST_BODY * sum(map(len, lines)),
    }


def _lines(body: str) -> list[str]:
    return [squeeze(line) for line in body.split("\n") if line.strip()]


def _right(pages: Sequence[KnownPage], readings: Sequence[Reading], field: str) -> int:
    """On how many of the pages a field reads as the archive knows it."""
    return sum(
        _fits(page.article, reading.article)[field]
        for page, reading in zip(pages, readings, strict=True)
    )


def _sample(pages: Sequence[KnownPage]) -> list[KnownPage]:
    """Some of the pages that still say what their articles are called: the others are edited."""
    said = [
        page
        for page in pages
        if squeeze(page.article.title) in squeeze(page.capture.body.decode("utf-8", "replace"))
    ]
    return (said or list(pages))[:_LOOKED_AT]


def _selector(field: str, sample: Sequence[KnownPage], zone: str) -> str:
    pages = open_pages([page.capture for page in sample])
    if len(pages) != len(sample) or not pages:
        return ""
    if field == "title":
        return propose_title(pages, [page.article.title for page in sample])
    if field == "body":
        return propose_body(pages)[0]
    dated = [
        (page, known.article.published.day)
        for page, known in zip(pages, sample, strict=True)
        if known.article.published is not None
    ]
    return propose_date([page for page, _ in dated], [day for _, day in dated], zone)


# The file of the source, changed as text, so that its comments and everything else stay


def _file_text(source: Source, found: SourceRepair, templates: Mapping[str, Template]) -> str:
    selectors = found.selectors if found.fields_hold else ()
    lists = [each for each in found.broken if each.changes]
    if not selectors and not lists:
        return ""
    text = read_bounded(Path(source.path), _MOST_BYTES).decode("utf-8")
    for key, chosen in selectors:
        text = with_key(text, "fields", key, texts_line(key, chosen))
    for each in lists:
        text = with_entry_keys(text, each.at, each.changes)
    there = source_of(text, source.path, templates)
    for key, chosen in selectors:
        if getattr(there.fields, key) != chosen:
            raise _cannot_be_changed(source, texts_line(key, chosen))
    for each in lists:
        if not _reads_so(there, each):
            raise _cannot_be_changed(source, "; ".join(entry_lines(each.changes)))
    return text


def _cannot_be_changed(source: Source, line: str) -> SourceError:
    return SourceError(
        _(
            "%(path)s: cannot be changed plainly; write there: %(line)s",
            path=source.path,
            line=line,
        )
    )


def _reads_so(there: Source, each: ListRepair) -> bool:
    """Whether the changed source reads a list as it was tried."""
    entry = there.entries[each.at] if each.at < len(there.entries) else None
    if entry is None or each.capture is None or entry.url != each.entry.url:
        return False
    page = rows_of(each.capture, entry, there)
    on = not each.following or each.following in page.more[:1]
    return on and [row.url for row in page.rows] == [row.url for row in each.after]
