"""Whole articles out and in: nothing is lost, nothing happens twice, nobody is flooded."""

from __future__ import annotations

import gzip
import json
import marshal
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.documents.articles import PAGE
from desk.saved_pages import SavedReading
from hubwatch.errors import Busy
from hubwatch.locks import Lock
from scraper.archives.ingest import BATCH, Homes, ImportTally, ingest
from scraper.archives.jsonl import (
    MAX_LINE,
    Line,
    LineFault,
    as_record,
    read_lines,
    read_record,
    record_as_read,
    write_line,
)
from scraper.parsing.article import read_article
from scraper.pipelines.decide import decide
from scraper.relevance.watchlist import load_watchlist
from scraper.sources.load import load_catalogue
from scraper.sources.model import FieldRules
from storage.archive import Archive
from storage.articles.records import Query
from storage.runs import Counts, FetchKind
from storage.types import (
    ArticleData,
    Attachment,
    Capture,
    Change,
    Image,
    Outcome,
    Precision,
    Reading,
    Weight,
    When,
)
from tests.support.cli import CommandLine
from tests.support.examples import examples
from tests.support.make import BODY, NOW, SHANGHAI, SOURCE, article, capture, insert, later, reading
from tests.support.servers import article_html

CATALOGUE = load_catalogue()
WATCHLIST = load_watchlist()
LATER = later(days=3)


def lines_of(*values: object) -> list[Line | LineFault]:
    return [Line(number, dict(value)) for number, value in enumerate(values, 1)]  # type: ignore[call-overload]


def take(store: Archive, *values: object, fallback: str = "") -> ImportTally:
    homes = Homes(CATALOGUE, store.sources.refs(), fallback)
    return ingest(store, lines_of(*values), homes, WATCHLIST, lambda: LATER, "old.jsonl")


def exported(store: Archive) -> list[dict[str, Any]]:
    out = BytesIO()
    for each in store.articles.each(Query()):
        write_line(out, as_record(each))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def record(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A line as somebody else's archive might write it."""
    return {
        "url": f"http://old.example.org/a/{number}.htm",
        "source": "old-portal",
        "title": f"Guiyang chosen as hub city {number}",
        "published": "2024-05-06",
        "body": f"{BODY} {number}",
        **fields,
    }


# ---- what a line holds


def test_a_line_has_every_field_of_parse_json_and_what_an_archive_adds(store: Archive) -> None:
    take(store, record())
    (line,) = exported(store)
    parsed = PAGE(SavedReading(Path("x"), "http://x.test/", reading()))
    assert set(parsed) - {"reason", "encoding", "template", "more_pages"} <= set(line)
    assert {"source_id", "id", "story", "first_seen_at", "city"} <= set(line)
    assert (line["source_id"], line["source"]) == ("old-portal", None)


def test_a_record_is_of_plain_values_that_any_format_takes(store: Archive) -> None:
    take(store, record())
    (kept,) = store.articles.each(Query())
    read = read_article(saved(DATED), FieldRules(), "a")
    assert read.article is not None
    assert read.article.evidence
    assert read.article.dates
    for value in (as_record(kept), record_as_read(read.article, read.outcome)):
        assert kinds_in(value) <= {dict, list, str, int, float, bool, type(None)}
        assert marshal.loads(marshal.dumps(value)) == value


DATED = article_html("One").replace(
    "<body>", "<body><p>Published: 2026-03-01 Updated: 2026-03-02</p>"
)


def saved(html: str) -> Capture:
    return replace(capture(), body=html.encode())


def kinds_in(value: object) -> set[type]:
    """The types of a value and of all that it holds, keys too."""
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    found = {type(value)}
    return found.union(*map(kinds_in, inner)) if isinstance(inner, list) else found


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60
).filter(str.strip)
days = st.dates(date(1992, 1, 2), date(2100, 1, 1))
clocks = st.times().map(lambda clock: clock.replace(tzinfo=UTC))
dates = st.one_of(
    st.none(),
    days.map(lambda day: When(day, Precision.DAY, SHANGHAI)),
    days.map(lambda day: When(day.replace(day=1), Precision.MONTH, SHANGHAI)),
    st.builds(
        lambda day, clock, exact: When(datetime.combine(day, clock), exact, "UTC"),
        days,
        clocks,
        st.sampled_from([Precision.MINUTE, Precision.SECOND]),
    ),
    st.builds(  # of no known zone
        lambda day, clock: When(datetime.combine(day, clock), Precision.SECOND, ""),
        days,
        st.times(),
    ),
    days.map(lambda day: When(day, Precision.DAY, "")),
)
articles = st.builds(
    article,
    title=words,
    body=words,
    published=dates,
    updated=dates,
    source=st.none() | words,
    author=st.none() | words,
    html=st.just("<p>Guiyang &amp; <b>Anshun</b></p>"),
    images=st.lists(st.builds(Image, st.just("http://x.test/i.png"), words), max_size=2).map(tuple),
    attachments=st.lists(
        st.builds(Attachment, st.just("http://x.test/f.pdf"), words, st.just("pdf")), max_size=2
    ).map(tuple),
)


@pytest.mark.slow
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(articles, min_size=1, max_size=4))
def test_out_in_and_out_again_gives_the_same_lines(
    tmp_path: Path, found: list[ArticleData]
) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    with Archive.create(folder / "first.db") as store:
        _keep(store, found)
        before = exported(store)
    with Archive.create(folder / "second.db") as store:
        assert take(store, *before).faults == []
        assert exported(store) == before
        assert store.maintenance.integrity() == ()


def _keep(store: Archive, found: list[ArticleData]) -> None:
    with store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        for number, data in enumerate(found):
            data = replace(data, url=f"http://english.practice.test/a/{number}.htm")
            intent = decide(Reading(Outcome.OK, "", 1, article=data), None, data.url)
            tx.articles.apply(intent, source_id=SOURCE.id, run_id=run.id, now=NOW)


def test_dates_keep_what_is_known_of_them() -> None:
    def when(text: str, **fields: str) -> When:
        value = {**record(), "published": text, **fields}
        found = read_record(value, "old-portal", None, SHANGHAI).article.published
        assert found is not None
        return found

    assert when("2024-05").precision is Precision.MONTH
    assert when("2024-05-06") == When(date(2024, 5, 6), Precision.DAY, SHANGHAI)
    assert when("2024-05-06T09:30:00+08:00").zone == SHANGHAI
    assert when("2024-05-06T09:30:00").iso == "2024-05-06T09:30:00+08:00"
    assert when("2024-05-06T09:30:00", published_zone="").iso == "2024-05-06T09:30:00"
    assert when("2024-05-06", published_zone="") == When(date(2024, 5, 6), Precision.DAY, "")
    assert when("2024-05-06T09:30:00").precision is Precision.MINUTE
    assert when("2024-05-06T09:30:05").precision is Precision.SECOND
    assert when("2024-05-06T09:30:00", published_precision="second").precision is Precision.SECOND
    assert when("2024-05-06T03:30:00+02:00").iso == "2024-05-06T01:30:00+00:00"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": " "}, "title: is missing or empty"),
        ({"body": None}, "body: is missing or empty"),
        ({"url": "javascript:alert(1)"}, "url: not an http(s) address"),
        ({"published": "last week"}, "published: 'last week' is not an ISO 8601 date"),
        ({"published": "0001-01-01"}, "published: '0001-01-01' is not a plausible date"),
        ({"title": "\ud800"}, "title: holds a character that is none"),
        ({"title": 7}, "title: must be a text"),
        ({"images": ["x"]}, "images: must be a list of objects"),
        ({"attachments": [{"url": "file:///etc/passwd"}]}, "url: not an http(s) address"),
        ({"provenance": {"title": {"from": "guess"}}}, "provenance: title: from must be one of"),
        ({"outcome": "empty"}, "outcome: 'empty' is not that of an article"),
        ({"source_id": "No Id"}, "'No Id' is not an id"),
        ({"published_zone": "Nowhere/City"}, "published: "),
    ],
)
def test_a_line_that_cannot_be_used_is_reported_and_counted(
    store: Archive, fields: dict[str, Any], told: str
) -> None:
    tally = take(store, record(1), {**record(2), **fields}, record(3))
    (fault,) = tally.faults
    assert fault.number == 2
    assert told in fault.reason
    assert (tally.figures["new"], tally.figures["faults"]) == (2, 1)
    (run,) = tally.runs
    assert (run.outcome, run.kind, run.counts.new) == (Outcome.PARTIAL, "import", 2)


def test_markup_from_elsewhere_is_sanitised(store: Archive) -> None:
    take(store, record(html='<p onclick="x()">Yes</p><script>no()</script>'))
    (line,) = exported(store)
    assert line["html"] == "<p>Yes</p>"


# ---- whose it is


@pytest.mark.parametrize(
    ("fields", "home", "line"),
    [
        ({"source_id": "guiyang-en", "source": "China Daily"}, "guiyang-en", "China Daily"),
        ({"source": "guiyang-en"}, "guiyang-en", None),
        ({"source": "guiyang-en", "source_line": "China Daily"}, "guiyang-en", "China Daily"),
        ({"source": "old-portal"}, "old-portal", None),
        ({"source": "China Daily"}, "old-example-org", "China Daily"),
        ({"source": None}, "old-example-org", None),
        (
            {"source": "China Daily", "url": "http://english.guiyang.gov.cn/2023-08/29/c_9.htm"},
            "guiyang-en",
            "China Daily",
        ),
    ],
)
def test_source_is_the_source_line_unless_it_names_a_source(
    store: Archive, fields: dict[str, Any], home: str, line: str | None
) -> None:
    tally = take(store, {**record(), **fields})
    assert tally.faults == []
    (kept,) = store.articles.each(Query())
    assert (kept.source_id, kept.source) == (home, line)


def test_what_no_source_takes_goes_to_the_named_one(store: Archive) -> None:
    take(store, record(source="China Daily"), fallback="attic")
    assert [each.source_id for each in store.articles.each(Query())] == ["attic"]


def test_a_source_without_a_definition_is_recorded_once_as_external(store: Archive) -> None:
    take(store, record(1, city="Anshun", language="en"), record(2, city="Elsewhere"))
    take(store, record(3, city="Elsewhere"))
    ref = store.sources.refs()["old-portal"]
    assert (ref.name, ref.city, ref.language) == ("old-portal", "Anshun", "en")


# ---- the same door as a crawl


def test_importing_twice_changes_nothing(store: Archive) -> None:
    values = [record(number) for number in range(BATCH + 7)]
    first = take(store, *values)
    assert first.figures["new"] == len(values)
    before, events = exported(store), store.revisions.events()
    again = take(store, *values)
    assert (again.figures["unchanged"], again.figures["new"]) == (len(values), 0)
    assert exported(store) == before
    assert store.revisions.events() == events
    assert store.maintenance.integrity() == ()


def test_a_changed_line_becomes_a_revision_and_copies_become_a_story(store: Archive) -> None:
    take(store, record(1, body=BODY), record(2, body=BODY))
    one, two = store.articles.each(Query())
    assert one.story_id == two.story_id
    tally = take(store, record(1, body=BODY, title="Another title"))
    assert tally.figures["changed"] == 1
    first, second = store.revisions.of(one.id)
    assert (first.number, second.number) == (1, 2)
    assert (second.weight, second.kinds) == (Weight.MATERIAL, ("title",))
    tally = take(store, record(1, body=BODY, title="Another, title"))
    assert tally.figures["changed"] == 1
    assert store.revisions.of(one.id)[2].weight is Weight.COSMETIC


def test_an_import_is_matched_and_searchable_and_no_news(store: Archive) -> None:
    tally = take(store, record())
    (kept,) = store.articles.search(Query(words="hub city", topics=("hub-city",)))
    assert kept.article.baseline
    assert all(run.baseline for run in tally.runs)
    assert all(event.baseline for event in store.revisions.events())


def test_an_import_says_nothing_of_how_its_source_is_doing(store: Archive) -> None:
    take(store, record(source_id="guiyang-en"))
    (state,) = [each for each in store.sources.states() if each.source.id == "guiyang-en"]
    assert state.last_ok_at is None
    assert state.baseline_done_at is None


def test_the_page_kept_here_has_the_last_word(store: Archive) -> None:
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        snapshot = tx.pages.keep(SOURCE.id, capture(), FetchKind.ARTICLE)
        tx.articles.apply(
            insert(), source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=snapshot
        )
        tx.runs.finish(run.id, NOW, Outcome.OK, Counts(new=1))
    before = exported(store)
    tally = take(store, {**before[0], "body": "Something else."})
    assert tally.figures["stays"] == 1
    assert exported(store) == before
    assert "1 differ from the page kept here" in tally.runs[0].reason


def test_what_was_withdrawn_stays_so_and_first_seen_is_kept(store: Archive) -> None:
    seen, gone = NOW - timedelta(days=400), NOW - timedelta(days=300)
    value = record(first_seen_at=seen.isoformat(), gone_at=gone.isoformat())
    take(store, value)
    take(store, value)
    (kept,) = store.articles.each(Query())
    assert (kept.first_seen_at, kept.gone_at) == (seen, gone)
    assert [event.change for event in store.revisions.events()] == [Change.NEW, Change.GONE]
    assert store.pages.due_rechecks(kept.source_id, LATER, (timedelta(days=7),), 10) == ()


def test_one_import_at_a_time_and_a_dead_one_is_ended(store: Archive) -> None:
    with Lock(store.path, "import").acquire(timedelta(), "import x"), pytest.raises(Busy):
        take(store, record())
    with store.writing() as tx:
        dead = tx.runs.start(SOURCE.id, NOW, kind="import")
    take(store, record())
    assert [run.outcome for run in store.runs.latest() if run.id == dead.id] == [
        Outcome.INTERRUPTED
    ]


def test_cut_short_keeps_what_it_has(store: Archive) -> None:
    def lines() -> Iterator[Line | LineFault]:
        yield from lines_of(*[record(number) for number in range(BATCH)])
        raise KeyboardInterrupt

    homes = Homes(CATALOGUE, {})
    with pytest.raises(KeyboardInterrupt):
        ingest(store, lines(), homes, WATCHLIST, lambda: LATER, "x")
    assert store.articles.count(Query()) == BATCH
    assert store.runs.latest()[0].outcome is Outcome.INTERRUPTED


# ---- files and the command line


def test_lines_are_read_one_by_one_whatever_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    long = b'{"title": "' + b"x" * MAX_LINE + b'"}'
    content = [b'\xef\xbb\xbf{"a": 1}', b"", b"[1]", b"{", b"\xff{}", long, b'{"b": 2}']
    path.write_bytes(gzip.compress(b"\n".join(content), 1))
    found = list(read_lines(path))
    assert [each.number for each in found] == [1, 3, 4, 5, 6, 7]
    assert [type(each) for each in found] == [
        Line,
        LineFault,
        LineFault,
        LineFault,
        LineFault,
        Line,
    ]
    deep = tmp_path / "deep.jsonl"
    deep.write_bytes(b'{"a":' * 50_000)
    (fault,) = read_lines(deep)
    assert isinstance(fault, LineFault)


def test_the_command_line_there_and_back(hubwatch: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    lines = [json.dumps(record(number), ensure_ascii=False) for number in range(3)]
    file.write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    ended = hubwatch("--db", tmp_path / "a.db", "import", file, "--json")
    assert ended.code == 3
    assert ended.json["new"] == 3
    assert [each["number"] for each in ended.json["problems"]] == [4]
    assert ended.json["sources"]["old-portal"]["new"] == 3

    out = tmp_path / "out.jsonl"
    ended = hubwatch("--db", tmp_path / "a.db", "export", "-o", out, "--source", "old-portal")
    assert (ended.code, ended.out) == (0, "")
    assert f"{out}: 3 articles" in ended.err
    assert hubwatch("--db", tmp_path / "a.db", "export").out == out.read_text("utf-8")
    assert hubwatch("--db", tmp_path / "b.db", "import", out).code == 0
    assert hubwatch("--db", tmp_path / "b.db", "export").out == out.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_filters_of_an_export(hubwatch: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    values = [
        record(1, published="2024-01-05", city="Anshun"),
        record(2, published="2024-03-05", source="other", city="Wuhu"),
    ]
    file.write_text("\n".join(json.dumps(value) for value in values), encoding="utf-8")
    hubwatch("--db", tmp_path / "a.db", "import", file)

    def urls(*args: str) -> list[str]:
        ended = hubwatch("--db", tmp_path / "a.db", "export", *args)
        return [line["url"][-5:] for line in ended.json_lines]

    assert urls() == ["1.htm", "2.htm"]
    assert urls("--city", "wuhu") == ["2.htm"]
    assert urls("--since", "2024-02-01") == ["2.htm"]
    assert urls("--until", "2024-02-01") == ["1.htm"]
    assert urls("--source", "nobody") == []


def test_an_export_that_fails_leaves_the_old_file(hubwatch: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text(json.dumps(record()), encoding="utf-8")
    hubwatch("--db", tmp_path / "a.db", "import", file)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("UPDATE readings SET html = x'00'")
    connection.close()
    out = tmp_path / "out.jsonl"
    out.write_text("old", encoding="utf-8")
    ended = hubwatch("--db", tmp_path / "a.db", "export", "-o", out)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_show_and_reparse_are_honest_about_an_import(hubwatch: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text(json.dumps(record()), encoding="utf-8")
    db = tmp_path / "a.db"
    hubwatch("--db", db, "import", file)
    assert "imported, no archived page behind it" in hubwatch("--db", db, "show", 1).out
    shown = hubwatch("--db", db, "show", 1, "--json").json
    assert shown["revisions"][0]["snapshot"] is None
    assert "0 pages read again" in hubwatch("--db", db, "reread", "pages").err


@pytest.mark.parametrize("order", [1, -1])
def test_row_264_a_file_that_cannot_be_read_keeps_no_other_from_its_turn(
    hubwatch: CommandLine, tmp_path: Path, order: int
) -> None:
    good, junk, odd = tmp_path / "a.jsonl", tmp_path / "b.warc", tmp_path / "c.txt"
    good.write_text(json.dumps(record()), encoding="utf-8")
    junk.write_bytes(b"hello")
    odd.write_text("x", encoding="utf-8")
    hubwatch("--db", tmp_path / "a.db", "init")
    files = (junk, good, odd)[::order]
    ended = hubwatch("--db", tmp_path / "a.db", "import", *files)
    assert ended.code == 3
    assert f"{good}: 1 read" in ended.out
    assert sorted(ended.err.splitlines()) == [
        f"{junk}: not a WARC file from record 1 on: no record begins there",
        f"{odd}: is neither .jsonl nor .warc; both may end in .gz",
    ]
    assert hubwatch("--db", tmp_path / "a.db", "import", junk, odd).code == 1


def test_row_264_the_whole_lines_of_a_cut_file_are_kept(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    lines = "".join(f"{json.dumps(record(number))}\n" for number in range(300))
    packed = gzip.compress(lines.encode(), 0)
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    ended = hubwatch("--db", tmp_path / "a.db", "import", cut, "--json")
    assert ended.code == 3
    (problem,) = ended.json["problems"]
    assert "the gzip data ends early" in problem["reason"]
    assert 140 < ended.json["new"] == problem["number"] - 1 < 151


def test_what_an_export_calls_its_file_an_import_takes(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    lines = tmp_path / "x.jsonl"
    lines.write_text(json.dumps(record()), encoding="utf-8")
    db = tmp_path / "a.db"
    assert hubwatch("--db", db, "import", lines).code == 0
    for ending in ("jsonl", "ndjson", "jsonl.gz", "ndjson.gz"):
        out = tmp_path / f"q.{ending}"
        assert hubwatch("--db", db, "export", "-o", out).code == 0
        ended = hubwatch("--db", db, "import", out, "--json")
        assert (ended.code, ended.json["unchanged"]) == (0, 1)


def test_usage(hubwatch: CommandLine, tmp_path: Path) -> None:
    odd = tmp_path / "notes.txt"
    odd.write_text("x", encoding="utf-8")
    db = tmp_path / "a.db"
    assert "is neither .jsonl nor .warc" in hubwatch("--db", db, "import", odd).err
    assert hubwatch("--db", db, "import", tmp_path / "none.jsonl").code == 2
    empty = tmp_path / "bad.jsonl"
    empty.write_text("{", encoding="utf-8")
    assert hubwatch("--db", db, "import", empty).code == 1
    assert hubwatch("--db", db, "import", empty, "--source", "No Id").code == 2
