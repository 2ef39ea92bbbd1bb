"""Whether a source can be read: tried live, on its archived pages, and by recorded cases.

A live check tries lists, pager and articles with the source's own rules, as a crawl would, and
keeps nothing. Coverage counts what today's rules make of archived pages. A case is a page with what
a person says it reads as.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from hubwatch.errors import ConfigError
from scraper.parsing.article import read_article
from scraper.parsing.entries import rows_of
from scraper.parsing.lists.dated_archives import names_archive
from scraper.parsing.page_kinds import went_home
from scraper.parsing.script_pages import needs_script
from scraper.parsing.types import ListPage
from scraper.pipelines.read import row_of, taught
from scraper.sources.cases import EXPECTED, HEADERS, PAGE, TEXTS, values_of
from scraper.sources.load import Catalogue
from scraper.sources.model import Entry, EntryKind, FieldRules, PagingKind, Source
from scraper.sources.write import paragraph, quoted
from storage.archive import Archive
from storage.lists import ListRow, RowWitness
from storage.runs import FetchKind
from storage.types import Capture, Outcome

from ..files import write_atomically
from ..reparse import Rereading, reread
from ..text import count_in_english
from .articles import FIELDS, REQUIRED, ArticleSample, days_agree, idle_selectors, titles_agree
from .pages import FetchedAddress, PageSource

MOST_ARTICLES = 20


LEADS_HOME = "leads to the front page"
RENDER = "with `render = true` in its file a browser runs its scripts"
"""What helps where a page is empty without them."""


class PortalCheckState(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class PortalFinding:
    """One thing that was checked: `check` names it, `detail` says what was seen."""

    check: str
    state: PortalCheckState
    url: str
    detail: str


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """What came of one entry: how it was answered, and what was read of it. `page` is None where
    there was nothing to read, `needs_script` why its rows are not in the page."""

    entry: Entry
    seen: FetchedAddress
    page: ListPage | None = None
    needs_script: str = ""

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """The rows that were read."""
        return self.page.rows if self.page is not None else ()

    @property
    def leads_home(self) -> bool:
        """Whether the address of a list leads to the front page, which is no answer to what was
        asked."""
        capture = self.seen.capture
        return capture is not None and self.entry.kind is EntryKind.LIST and went_home(capture)


@dataclass(frozen=True, slots=True)
class ArticleCheck:
    """What came of one article: how it was answered, and how it reads, if it was."""

    row: ListRow
    seen: FetchedAddress
    sample: ArticleSample | None = None
    needs_script: str = ""


@dataclass(slots=True)
class PortalReport:
    """All findings, the rows of the lists, the articles that were read, and what each finding rests
    on. `offer` is what the portal has in place of entries that bring nothing: kind and address."""

    findings: list[PortalFinding] = field(default_factory=list)
    rows: list[ListRow] = field(default_factory=list)
    samples: list[ArticleSample] = field(default_factory=list)
    entries: list[EntryCheck] = field(default_factory=list)
    offer: str = ""
    articles: list[ArticleCheck] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong. Warnings are for people."""
        return not any(finding.state is PortalCheckState.FAULT for finding in self.findings)


def check_source(
    source: Source, inherited: FieldRules, pages: PageSource, articles: int = 3
) -> PortalReport:
    """Try every entry, the first pager step of each, and so many articles. `inherited` are the
    rules of its template. Raises Busy."""
    report = PortalReport()
    for entry in source.entries:
        rows = _entry(source, entry, pages, report)
        report.rows.extend(row for row in rows if row.url not in {r.url for r in report.rows})
    if report.rows:
        for row in _spread(report.rows, min(articles, MOST_ARTICLES)):
            report.findings += _article(source, row, pages, report)
    report.findings += _headlines(source, report)
    report.findings += _selectors(source, inherited, report)
    return report


def _selectors(
    source: Source, inherited: FieldRules, report: PortalReport
) -> Iterator[PortalFinding]:
    """A warning for each selector of the source itself that matched on no article."""
    captures = [sample.capture for sample in report.samples]
    for idle in idle_selectors(captures, source.fields, inherited):
        on = f"on none of {idle.pages} articles" if idle.pages > 1 else "not on the one article"
        read = any(fields_of(sample)[idle.field] for sample in report.samples)
        instead = "another one in its list does" if idle.others else "general rules read it"
        detail = f"{idle.field}: {idle.selector!r} matches {on}"
        detail += f"; {instead}" if read else ""
        yield PortalFinding("fields", PortalCheckState.WARNING, source.entries[0].url, detail)


def _headlines(source: Source, report: PortalReport) -> Iterator[PortalFinding]:
    """A fault where several articles were read and none has the headline that the list gives."""
    titled = [sample for sample in report.samples if sample.row and sample.row.title]
    titles = [s.reading.article.title for s in titled if s.reading.article and s.row]
    wrong = [s for s in titled if s.row and not titles_agree(fields_of(s)["title"], s.row.title)]
    if len(titles) > 1 and len(wrong) == len(titled):
        same = f": all are {titles[0]!r}" if len(set(titles)) == 1 else ""
        text = f"no article has the headline that the list gives it{same}"
        yield PortalFinding("title", PortalCheckState.FAULT, source.entries[0].url, text)


def _entry(
    source: Source, entry: Entry, pages: PageSource, report: PortalReport
) -> tuple[ListRow, ...]:
    """The rows of one entry. What is wrong with it is noted."""

    def note(state: PortalCheckState, detail: str) -> None:
        report.findings.append(PortalFinding(entry.kind.value, state, entry.url, detail))

    (seen,) = pages.fetch([entry.url], entry.fetch_kind)
    if seen.capture is None:
        report.entries.append(EntryCheck(entry, seen))
        note(PortalCheckState.FAULT, seen.reason)
        return ()
    if detail := pages.robots(entry.url):
        report.findings.append(
            PortalFinding("robots", PortalCheckState.OK, entry.url, f"robots.txt {detail}")
        )
    page = _whole(rows_of(seen.capture, entry, source), entry, source, pages)
    lacks = "" if page.rows else needs_script(seen.capture)
    report.entries.append(EntryCheck(entry, seen, page, lacks))
    if report.entries[-1].leads_home:
        note(PortalCheckState.FAULT, f"{LEADS_HOME}: what is read there is not this list")
        return ()
    if not page.rows:
        detail = f"its rows are not in the page: {lacks}; {RENDER}" if lacks else page.reason
        note(PortalCheckState.FAULT, f"{page.outcome}: {_with_lacks(detail, seen.capture)}")
        return ()
    if made := seen.capture.rendering:
        done = f"{made.browser} ran its scripts: {made.requests} requests, {made.seconds:.1f} s"
        report.findings.append(
            PortalFinding("render", PortalCheckState.OK, entry.url, _with_lacks(done, seen.capture))
        )
    note(PortalCheckState.OK, _describe_rows(page))
    for doubt in _doubts(entry, page):
        note(PortalCheckState.WARNING, doubt)
    if entry.kind is EntryKind.LIST and entry.paging.kind is not PagingKind.NONE:
        report.findings.append(_pager(source, entry, page, pages))
    return page.rows


def _with_lacks(detail: str, capture: Capture) -> str:
    """With what a rendered page was not given."""
    lacks = capture.rendering.note if capture.rendering is not None else ""
    return f"{detail}; {lacks}" if lacks else detail


def _whole(page: ListPage, entry: Entry, source: Source, pages: PageSource) -> ListPage:
    """The page. Of an index of sitemaps, which has no rows itself, the first and the last part with
    rows: one of them has the latest. Of one of archives by month or year the newest two."""
    is_index = entry.kind is EntryKind.SITEMAP or page.outcome is Outcome.OK
    if page.rows or not is_index or not page.more:
        return page
    ends = (page.more[-1], page.more[0])
    rows: dict[str, ListRow] = {}
    for url in dict.fromkeys(ends if entry.kind is EntryKind.SITEMAP else page.more[:2]):
        (seen,) = pages.fetch([url], entry.fetch_kind)
        if seen.capture is not None:
            found = rows_of(seen.capture, entry, source)
            rows.update((row.url, row) for row in found.rows)
    return replace(page, rows=tuple(rows.values()))


def _describe_rows(page: ListPage) -> str:
    dated = sum(row.published is not None for row in page.rows)
    detail = f"{count_in_english(len(page.rows), 'article')}, {dated} of them dated"
    return f"{detail}, {len(page.off_site)} lead to other hosts" if page.off_site else detail


def _doubts(entry: Entry, page: ListPage) -> Iterator[str]:
    dated = sum(row.published is not None for row in page.rows)
    untitled = sum(not row.title for row in page.rows)
    if entry.kind is not EntryKind.SITEMAP:
        if page.rows and not dated:
            yield "no dates on the list: how new an article is shows on its own page alone"
        if untitled:
            yield f"{untitled} of {len(page.rows)} rows have no title"
    if page.reason:
        yield page.reason


def _pager(source: Source, entry: Entry, page: ListPage, pages: PageSource) -> PortalFinding:
    """What the step to the second page shows."""
    rule = entry.paging.pattern or entry.paging.kind.value
    if not page.more:
        detail = f"{rule}: the page names no page after it"
        return PortalFinding("pager", PortalCheckState.WARNING, entry.url, detail)
    url = page.more[0]
    (seen,) = pages.fetch([url], entry.fetch_kind, page.form)
    if seen.capture is None:
        return PortalFinding("pager", PortalCheckState.WARNING, url, f"{rule}: {seen.reason}")
    known = {row.url for row in page.rows}
    fresh = {row.url for row in rows_of(seen.capture, entry, source).rows} - known
    if not fresh and names_archive(url) and len(page.more) > 1:  # the first page shows that month
        url = page.more[1]
        (seen,) = pages.fetch([url], entry.fetch_kind)
        more = rows_of(seen.capture, entry, source).rows if seen.capture is not None else ()
        fresh = {row.url for row in more} - known
    if not fresh:
        detail = f"{rule}: the second page lists nothing that the first does not"
        return PortalFinding("pager", PortalCheckState.WARNING, url, detail)
    return PortalFinding("pager", PortalCheckState.OK, url, f"{rule}: {len(fresh)} more articles")


def _spread(rows: list[ListRow], wanted: int) -> list[ListRow]:
    """So many rows, from the first to the last."""
    if wanted >= len(rows):
        return rows
    step = (len(rows) - 1) / max(1, wanted - 1)
    return [rows[round(at * step)] for at in range(wanted)]


def _article(
    source: Source, row: ListRow, pages: PageSource, report: PortalReport
) -> Iterator[PortalFinding]:
    (seen,) = pages.fetch([row.url], FetchKind.ARTICLE)
    if seen.capture is None:
        report.articles.append(ArticleCheck(row, seen))
        yield PortalFinding("article", PortalCheckState.FAULT, row.url, seen.reason)
        return
    reading = read_article(seen.capture, source.fields, source.id, RowWitness.of(row))
    sample = ArticleSample(seen.capture, row, reading)
    report.samples.append(sample)
    lacks = needs_script(seen.capture) if sample.reading.article is None else ""
    report.articles.append(ArticleCheck(row, seen, sample, lacks))
    if sample.reading.article is None:
        detail = f"{sample.reading.outcome}: {sample.reading.reason}"
        detail = f"{detail}; {lacks}; {RENDER}" if lacks else _with_lacks(detail, seen.capture)
        yield PortalFinding("article", PortalCheckState.FAULT, row.url, detail)
        return
    values = fields_of(sample)
    missing = [name for name in FIELDS if not values[name]]
    needed = [name for name in missing if name in REQUIRED]
    found = ", ".join(name for name in FIELDS if values[name])
    if needed:
        yield PortalFinding(
            "article", PortalCheckState.FAULT, row.url, f"missing: {', '.join(needed)}"
        )
    else:
        detail = f"found: {found}" + (f"; not there: {', '.join(missing)}" if missing else "")
        yield PortalFinding("article", PortalCheckState.OK, row.url, detail)
    title = sample.reading.article.title
    if row.title and not titles_agree(title, row.title):
        detail = f"the list says {row.title!r}, the article {title!r}"
        yield PortalFinding("title", PortalCheckState.WARNING, row.url, detail)
    if not days_agree(sample) and row.published:
        detail = (
            f"the list says {row.published.iso}, the article {values['published'] or 'nothing'}"
        )
        yield PortalFinding("date", PortalCheckState.WARNING, row.url, detail)


def fields_of(sample: ArticleSample) -> dict[str, str]:
    """The fields of an article as texts. Empty where nothing was read."""
    article = sample.reading.article
    if article is None:
        return dict.fromkeys(FIELDS, "")
    return {
        "title": article.title,
        "published": article.published.iso if article.published else "",
        "updated": article.updated.iso if article.updated else "",
        "source": article.source or "",
        "author": article.author or "",
        "body": article.body,
    }


# Coverage: archived pages, field by field.

Counting = Callable[[Iterator[Rereading]], Iterable[Rereading]]


@dataclass(slots=True)
class PortalCoverage:
    """`pages` that were read, `lost` the addresses that read as articles before and do not now,
    `gained` pages set aside that are articles now, of `aside`."""

    pages: int = 0
    changed: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, str]] = field(default_factory=list)
    aside: int = 0
    gained: int = 0

    @property
    def passed(self) -> bool:
        """Whether no page is lost and no required field is found less often."""
        return not self.lost and all(self.after[name] >= self.before[name] for name in REQUIRED)


def cover(
    store: Archive, catalogue: Catalogue, source_id: str, counting: Counting
) -> PortalCoverage:
    """Read all archived pages of a source again, those set aside too. Raises StorageError."""
    found = PortalCoverage()
    for item in counting(reread(store, catalogue, [source_id])):
        _count(found, item)
    _count_aside(found, store, catalogue, source_id)
    return found


def _count(found: PortalCoverage, item: Rereading) -> None:
    found.pages += 1
    changes = {change.field: change for change in item.changes}
    article = item.reading.article if item.reading else None
    if article is None:
        found.lost.append((item.url, item.fault))
        found.before.update(("title", "body"))  # what every kept article has
        return
    found.changed += bool(changes.keys() & set(FIELDS))
    for name in FIELDS:
        now = bool(getattr(article, name))
        found.after[name] += now
        found.before[name] += bool(changes[name].before) if name in changes else now
        found.differing[name] += name in changes


def _count_aside(
    found: PortalCoverage, store: Archive, catalogue: Catalogue, source_id: str
) -> None:
    source = taught(store, catalogue.get(source_id))
    for item in store.pages.quarantined(None, source_id):
        if item.snapshot_id is None:
            continue
        found.aside += 1
        capture = store.pages.snapshot(item.snapshot_id)
        row = row_of(store, source_id, capture)
        reading = read_article(capture, source.fields, source_id, row)
        found.gained += reading.article is not None


# Recording cases, which are kept beside the sources.

_LONGEST_NAME = 80
_HEAD = """\
# Recorded by `hubwatch sources record`: what the reader made of the page, right or wrong.
# Compare every line with the page itself, correct what is wrong, and leave "" where the page says
# nothing. Then set this to true; until then the case fails.
confirmed = false

"""


def case_name(url: str) -> str:
    """A folder name from an address: `2026-03-01-c-914299` for `/2026-03/01/c_914299.htm`."""
    path = urlsplit(url)
    stem = path.path.rpartition(".")[0] or path.path
    words = re.findall(r"[A-Za-z0-9]+", f"{stem} {path.query}")
    return "-".join(words).lower()[-_LONGEST_NAME:].strip("-") or "home"


def record(source: Source, capture: Capture, folder: Path, *, replacing: bool) -> Path:
    """Write a case for this page. Return its folder. Raises ConfigError if there is one."""
    expected = folder / EXPECTED
    if expected.exists() and not replacing:
        raise ConfigError(f"{folder}: is recorded already; --replace records it anew, --name apart")
    reading = read_article(capture, source.fields, source.id)
    headers = {
        "url": capture.url,
        "final_url": capture.final_url,
        "fetched_at": capture.fetched_at.isoformat(),
        "status": capture.status,
        "headers": [list(pair) for pair in capture.headers],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be made: {error.strerror}") from None
    write_atomically(folder / PAGE, capture.body)
    write_atomically(folder / HEADERS, json.dumps(headers, ensure_ascii=False, indent=1).encode())
    write_atomically(expected, _text(values_of(reading)).encode())
    return folder


def _text(values: dict[str, str | tuple[str, ...]]) -> str:
    lines = [f"{key} = {quoted(str(values[key]))}" for key in TEXTS]
    files = values["attachments"]
    lines.append(f"attachments = [{', '.join(quoted(url) for url in files)}]")
    lines.append(paragraph("body", str(values["body"])))
    return _HEAD + "\n".join(lines) + "\n"
