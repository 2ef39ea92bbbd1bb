"""docs/machine.md is what the commands print: no key that it lacks, none that it invents."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from desk.practice.demo import practice_config
from desk.practice.server import Served, serve
from desk.readers.chunks import pack_chunks
from desk.readers.work import FACTS
from scheduler.cluster.link import WorkerLink
from scheduler.cluster.tickets import Beat, RedisServer
from scraper.hashes import body_hash, content_hash
from scraper.revisions import classify_change
from storage.archive import Archive
from storage.decisions import Verb
from storage.facts import UnreadText
from storage.lists import ListRow
from storage.maintenance import GlobalPause
from storage.people import PersonRole
from storage.runs import Counts, Fetch, FetchKind
from storage.sources import SourceCheck, SourceVerdict
from storage.types import Outcome, Quarantine, Rendering, Revise
from tests.support.cli import CommandLine, Ended
from tests.support.first_day import FAULTS, host_of, serve_day
from tests.support.first_day import NOW as FIRST_DAY
from tests.support.incident_archive import ALERTS, amiss
from tests.support.make import BODY, NOW, SOURCE, capture, insert, reading, unreadable
from tests.support.redis_servers import CENTRE, SECRET, redis_server
from tests.support.servers import serving

CLUSTER = "cluster status --json"
DOC = Path(__file__).resolve().parent.parent / "docs" / "machine.md"
ANCHOR = date(2026, 3, 2)
AT = ("--now", "2026-03-08T09:00+08:00")
PAGE = """<!doctype html><html lang="en"><head><title>Hub city opens labs</title></head><body>
<div class="article"><h1>Hub city opens labs</h1><div class="info">Updated: 2026-03-01</div>
<div id="Content"><p>Guiyang opened forty laboratories to companies on Sunday, a step in its work
as a hub city of Innovation China, officials said.</p><p><img src="/a.jpg" alt="A lab"></p>
<p><a href="/files/list.pdf">The list of laboratories</a></p></div></div></body></html>"""
LIST = """<ul><li><a href="/1.html">The first of the stories</a><i>2026-03-01</i></li>
<li><a href="/2.html">The second of the stories</a><i>2026-02-28</i></li></ul>
<a href="/3.html">Next</a>"""
AWAY = "http://english.practice.test/"
LISTED, FLOWERS = f"{AWAY}news.html", f"{AWAY}2026-03/01/c_9.htm"
SHORT_LIST = Path("short.toml")
SHORT = """[[topic]]
id = "city"
[[topic.name]]
language = "en"
forms = ["city"]
"""
PAIRS = Path(__file__).parent / "labelled" / "contradictions.jsonl"
URL = "http://english.guiyang.gov.cn/2026-03/01/c_914299.htm"
_HEADING = re.compile(r"^## (`hubwatch .+)$", re.MULTILINE)
_ALL_OF = re.compile(r"All keys of `([^`]+)`")
_KEY = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|", re.MULTILINE)
_MAPS = (
    "provenance",
    "changes",
    "sources",
    "selectors",
    "fields",
    "differences",
    "points",
    "value",
    "doubts",
)


def documented() -> dict[str, dict[str, str]]:
    """Key → type of every command of the page."""
    parts = _HEADING.split(DOC.read_text(encoding="utf-8"))[1:]
    told: dict[str, dict[str, str]] = {}
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        keys = {key: kind.strip() for key, kind in _KEY.findall(text)}
        for base in _ALL_OF.findall(text):
            keys |= told[base]
        told |= dict.fromkeys(re.findall(r"`hubwatch ([^`]+)`", heading), keys)
    return told


def printed(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of a document with its value, as the page writes them: `matches[].topic`."""
    if isinstance(value, list):
        for item in value:
            yield from printed(item, f"{path}[]" if path else "")
        return
    if not isinstance(value, dict):
        return
    named = path.rpartition(".")[2] in _MAPS
    for key, inner in value.items():
        place = f"{path}.{'*' if named else key}".lstrip(".")
        if not named:
            yield place, inner
        if key not in ("reasons",):
            yield from printed(inner, place)


def fits(value: Any, kind: str) -> bool:
    """Whether a value is of a type as the page writes it."""
    checks: dict[str, Callable[[Any], bool]] = {
        "text": lambda v: isinstance(v, str),
        "moment": lambda v: isinstance(v, str) and v[10] == "T" and v[-6] in "+-",
        "day": lambda v: isinstance(v, str) and date.fromisoformat(v) is not None,
        "date": lambda v: isinstance(v, str) and v[:4].isdigit(),
        "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
        "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        "boolean": lambda v: isinstance(v, bool),
        "list": lambda v: isinstance(v, list),
        "object": lambda v: isinstance(v, dict),
        "null": lambda v: v is None,
    }
    return any(checks[word](value) for word in kind.split(" or "))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(ANCHOR, 1) as served:
        yield served


def badly_read() -> None:
    """An archive `bad.db` with an article that was read wrongly, of a page that was rendered, and a
    page that is set aside."""
    with Archive.create(Path("bad.db")) as store, store.writing() as tx:
        tx.sources.register(SOURCE, NOW)
        run = tx.runs.start(SOURCE.id, NOW)
        wrong = insert(title="Home > News")
        made = Rendering(b"<p>", "text/html", "Chromium 140", 2, 3_000, 1.5, "pictures")
        page = replace(capture(PAGE.encode()), rendering=made)
        kept = tx.pages.keep(SOURCE.id, page, FetchKind.ARTICLE)
        tx.articles.apply(wrong, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=kept)
        page = capture(b"<p>", url="http://english.practice.test/2026-03/01/c_7.htm")
        bad = tx.pages.keep(SOURCE.id, page, FetchKind.ARTICLE)
        aside = Quarantine(page.url, unreadable(Outcome.EMPTY))
        tx.articles.apply(aside, source_id=SOURCE.id, run_id=run.id, now=NOW, snapshot_id=bad)
        flowers = insert(url=FLOWERS, title="A hub city for flowers", body="Tulips are sold.")
        tx.articles.apply(flowers, source_id=SOURCE.id, run_id=run.id, now=NOW)
        lost = "http://english.practice.test/2026-03/01/c_8.htm"
        tx.lists.record_rows(run.id, LISTED, LISTED, [ListRow(lost, "Lost")], NOW)
        tx.runs.log_fetch(run.id, Fetch(lost, FetchKind.ARTICLE, NOW, Outcome.TIMEOUT, "30 s"))


def witnessed(source_id: str) -> None:
    """Let an entry of a source of the demo's archive lack an address, and its rule refuse a row."""
    at = "2026-03-08T00:00:00.000000Z"
    with closing(sqlite3.connect("hubwatch.db")) as db, db:
        asked = "SELECT entry_url, max(last_run_id) FROM listings WHERE source_id = ?"
        entry, run = db.execute(asked, [source_id]).fetchone()
        db.execute(
            "INSERT INTO entry_gaps (source_id, entry_url, url_key, url, shown_by, title, day, "
            "reason, first_at, first_run_id, last_at, last_run_id) "
            "VALUES (?, ?, 'k', 'http://a.test/9', 'http://a.test/map', 'T', '2026-03-01', "
            "'unlisted', ?, ?, ?, ?)",
            [source_id, entry, at, run, at, run],
        )
        db.execute(
            "INSERT INTO refused_rows (source_id, url, entry_url, list_url, title, why, alike, "
            "first_seen_at, first_run_id, last_seen_at, last_run_id) "
            "VALUES (?, 'http://a.test/8', ?, ?, 'T', 'no shape', 1, ?, ?, ?, ?)",
            [source_id, entry, entry, at, run, at, run],
        )


def changed(article_id: int) -> None:
    """Let an article of the demo's archive change in something that matters, and be withdrawn."""
    later = datetime(2026, 3, 8, tzinfo=UTC)
    with Archive.open(Path("hubwatch.db")) as store:
        article = store.articles.get(article_id)
        assert article
        body = f"{article.body}\n\nThe deadline was moved to May 31."
        page = reading(url=article.url, title=article.title, body=body, published=article.published)
        assert page.article
        before = replace(page.article, body=article.body)
        intent = Revise(article_id, page, content_hash(page.article), body_hash(page.article))
        with store.writing() as tx:
            run = tx.runs.start(article.source_id, later)
            intent = classify_change(before, page.article).of(intent)
            tx.articles.apply(intent, source_id=article.source_id, run_id=run.id, now=later)
            tx.articles.mark_gone(
                article_id, run_id=run.id, now=later, outcome=Outcome.GONE, evidence="HTTP 404"
            )
            tx.runs.finish(run.id, later, Outcome.OK, Counts())


def held_back(run: int) -> None:
    """Let a version of the demo's archive be one that a run held back."""
    with closing(sqlite3.connect("hubwatch.db")) as db, db:
        newest = "(SELECT id FROM revisions ORDER BY id DESC LIMIT 1)"
        values = "run_id = ?, held = 'bulk', told_at = NULL"
        db.execute(f"UPDATE revisions SET {values} WHERE id = {newest}", [run])


def documents(ended: Ended) -> list[Any]:
    """What a command printed: one document, a list, or a document a line."""
    assert "Traceback" not in ended.err
    try:
        return [json.loads(ended.out)]
    except ValueError:
        return ended.json_lines


def digests(hubwatch: CommandLine, here: tuple[str, ...], run: Callable[..., None]) -> None:
    """What is printed of digests that are kept: a draft, an issue, its delivery."""
    config = Path("hubwatch.toml")
    config.write_text(
        f'{config.read_text("utf-8")}\n[[delivery]]\nname = "share"\nkind = "folder"\n'
        'folder = "share"\n',
        "utf-8",
    )
    Path("share").mkdir()
    drafted = ("digest", "draft", "--since-last", "--since", "2026-01-01", "--by", "Ana")
    run("digest draft --json", *here, *drafted, "--json")
    trimmed = ("digest", "edit", "1", "--trim", "2", "--by", "Ana")
    run("digest edit --json", *here, *trimmed, "--json")
    chosen = ("digest", "brief", "1", "2", "--json")
    run("digest brief --json", *here, *chosen)
    run("digest brief --json", *here, *chosen, "-o", "brief.xlsx")
    stated = json.loads(hubwatch(*here, "facts", "--json").out)
    told = {
        each["article"] for each in hubwatch(*here, "digest", "show", "1", "--json").json["stories"]
    }
    for fact in (one for one in stated if one["article"] in told):
        hubwatch(*here, "facts", "confirm", str(fact["id"]), "--by", "Ana")
    run("digest issue --json", *here, "digest", "issue", "1", "--by", "Li", "--json")
    run("digest --format json", *here, "digest", "render", "1", "--format", "json")
    run("digest send --json", *here, "digest", "send", "1", "--to", "share", "--json")
    put_right = ("digest", "correct", "1", "--reason", "Item 1", "--by", "Ana", "--json")
    run("digest correct --json", *here, *put_right)
    run("digest issue --json", *here, "digest", "issue", "2", "--by", "Li", "--json")
    wrong = ("digest", "withdraw", "2", "--reason", "By mistake", "--by", "Ana", "--json")
    run("digest withdraw --json", *here, *wrong)
    run("digest discard --json", *here, "digest", "discard", "3", "--by", "Ana", "--json")
    empty = ("--since", "2020-01-01", "--until", "2020-01-02")
    hubwatch(*here, "digest", "draft", *empty, "--by", "Ana")
    run("digest add --json", *here, "digest", "add", "4", "1", "2", "--by", "Ana", "--json")
    run("digest deliver --json", *here, "digest", "deliver", "--json")
    run("digest list --json", *here, "digest", "list", "--json")
    run("digest show --json", *here, "digest", "show", "1", "--json")
    run("digest show --json", *here, "digest", "show", "2", "--json")
    run("cite --json", *here, "cite", "1", "--json")


def elsewhere(here: tuple[str, ...], run: Callable[..., None]) -> None:
    """What is printed of a source that is crawled elsewhere."""
    out = ("slice", "out", "practice-feed", "--to", "a.slice", "--job", "a", "--json")
    run("slice out --json", *here, *out)
    run("slice out --json", *here, *out, "--hold", "1h")
    run("crawl --slice --json", *here, "crawl", "--slice", "a.slice", "--json")
    for answer in ("a.slice.answer", "a.slice.answer", "page.html"):
        run("slice merge --json", *here, "slice", "merge", answer, "--json")
    text = UnreadText(1, 2, "A title", "It sold 9 boats.", date(2026, 3, 1))
    (chunk,) = pack_chunks(FACTS, [text])
    Path("a.chunk").write_bytes(chunk.data)
    read = ("slice", "read", "a.chunk", "--answer", "a.read", "--json")
    run("slice read --json", *here, *read)
    run("slice drop --json", *here, "slice", "drop", "a", "--json")
    run("slice list --json", *here, "slice", "list", "--json")


def apart() -> list[dict[str, str]]:
    """Two reports of one event that contradict each other."""
    zh = (
        "4月12日，贵阳市科协在贵安新区举行“科创中国”签约仪式，47个项目签约，总金额9500万元。"
        "2023年全市技术合同成交额320亿元。"
    )
    en = (
        "Guiyang's science association held a signing ceremony for Innovation China projects in "
        "Gui'an New Area on April 12. A total of 52 projects were signed, worth 95 million yuan. "
        "The city's technology contract turnover was 28 billion yuan in 2022."
    )
    titles = {"zh": "“科创中国”项目签约", "en": "Innovation China projects signed"}
    return [
        {
            "url": f"https://{language}.test/1.htm",
            "source": language,
            "city": "Guiyang",
            "language": language,
            "title": titles[language],
            "published": "2024-04-13",
            "body": body,
        }
        for language, body in (("zh", zh), ("en", en))
    ]


def everything(hubwatch: CommandLine, served: Served) -> dict[str, list[Any]]:
    """Every command with `--json`, on archives that have something of each kind."""
    Path("hubwatch.toml").write_text(practice_config(served.hosts), encoding="utf-8")
    Path("page.html").write_text(PAGE, encoding="utf-8")
    Path("lines.jsonl").write_text(
        json.dumps({"url": URL, "title": "T", "body": "B", "source_id": "old"}) + "\n{}\n"
    )
    here = ("--config", "hubwatch.toml", *AT)
    badly_read()
    bad = (*here, "--db", "bad.db")
    crawled = ("practice-en", "practice-en-kjj", "practice-zh")
    since = ("practice-en-kjj", "--since", "2025-01-01", "--json")
    found: dict[str, list[Any]] = {}

    def run(name: str, *args: str) -> None:
        found.setdefault(name, []).extend(documents(hubwatch(*args)))

    run("init --json", *here, "init", "--json")
    run("init --json", "--config", "new/hubwatch.toml", "init", "--json")
    run("crawl --json", *here, "crawl", *crawled, "practice-feed", "--json")
    elsewhere(here, run)
    run("parse --json", *here, "parse", "page.html", "--url", URL, "--json")
    run("parse --explain --json", "parse", "--explain", "page.html", "--json")
    run("parse --json", *here, "parse", "page.html", "page.html", "--json")
    Path("list.html").write_text(LIST, encoding="utf-8")
    run("parse --list --json", *here, "parse", "--list", "list.html", "--url", URL, "--json")
    run("parse --list --json", *here, "parse", "--list", "list.html", "list.html", "--json")
    run("search --json", *here, "search", "hub city", "--limit", "50", "--json")
    run("search --json", *here, "search", "attachment", "--json")
    for words in ("hub city", "attachment"):
        run("search --json --basis", *here, "search", words, "--json", "--basis")
    for number in {hit["id"] for hit in found["search --json"][0]}:
        run("show --json", *here, "show", str(number), "--json")
    run("stories --json", *here, "stories", "--limit", "500", "--json")
    several = [story for story in found["stories --json"][0] if len(story["articles"]) > 1]
    both = (str(several[0]["id"]), str(several[1]["id"]), "--by", "Ana", "--json")
    run("stories merge --json", *here, "stories", "merge", *both)
    run("decisions undo --json", *here, "decisions", "undo", "1", "--json")
    run("stories merge --json", *here, "stories", "merge", *both)
    run("stories split --json", *here, "stories", "split", *both)
    run("stories merge --json", *here, "stories", "merge", *both)
    ours = (both[0], "accept", "--by", "Bo", "--why", "ours", "--json")
    run("decisions add --json", *here, "decisions", "add", *ours)
    said = ("decisions", "correct", "1", "author", "Ana", "--by", "Bo", "--json")
    run("decisions correct --json", *here, *said)
    run("decisions --json", *here, "decisions", "--all", "--json")
    changed(1)
    run("changes --json", *here, "changes", "--json")
    held_back(1)
    run("changes release --json", *here, "changes", "release", "1", "--by", "Ana", "--json")
    run("show --json", *here, "show", "1", "--json")
    run("stories show --json", *here, "stories", "show", "1", "--json")
    told, another = in_one_event(found["stories --json"][0])
    for verb in ("link", "unlink"):
        said = (told, another, "--by", "Ana", "--json")
        run(f"stories {verb} --json", *here, "stories", verb, *said)
    run("stories event --json", *here, "stories", "event", told, "--json")
    run("stories show --json", *here, "stories", "show", str(several[1]["id"]), "--json")
    run("sources runs --json", *here, "sources", "runs", "--json")
    run("sources --json", *here, "sources", "--json")
    run("sources show --json", *here, "sources", "show", "practice-en", "--json")
    for recorded in ("wuhan-zh", "taiyuan-zh-rsj", "suzhou-zh-fg"):
        run("sources show --json", *here, "sources", "show", recorded, "--json")
    witnessed("practice-feed")
    run("sources show --json", *here, "sources", "show", "practice-feed", "--json")
    run("timetable --json", *here, "timetable", "--json")
    run("pictures --json", *here, "pictures", "cities", "--json")
    run("pictures --json", *here, "pictures", "coverage", "--json")
    run("pictures --json", *here, "pictures", "rhythm", SOURCE.id, "--json")
    rest = ("--until", "2026-04-01", "--why", "moved", "--by", "Ana", "--json")
    for what in ("practice-en", "--all"):
        run("timetable pause --json", *here, "timetable", "pause", what, *rest)
    for job in (("practice-en",), ()):
        run("timetable resume --json", *here, "timetable", "resume", *job, "--json")
    run("config show --json", *here, "config", "show", "--json")
    run("config check --json", *here, "config", "check", "--json")
    run("config check --json", "--config", "none.toml", "config", "check", "--json")
    ahead = ("timetable", "--simulate", "1d", "--json")
    run("timetable --simulate --json", *here, *ahead)
    add = ("sources", "add", "--yes", "--json")
    run("sources add --json", *here, *add, "http://zh.practice.test/", "--id", "zh-new")
    run("sources add --json", *here, *add, "http://feed.practice.test/", "--dry-run")
    hand = (
        "stories",
        "add",
        "--title",
        "By hand",
        "--source",
        "WeChat",
        "--date",
        "2026-03",
        "--by",
        "Li",
    )
    Path("hand.txt").write_text("Tulips are sold on the square.", encoding="utf-8")
    for _ in range(2):
        run("stories add --json", *here, *hand, "--file", "hand.txt", "--json")
    run(
        "stories add --json", *here, "stories", "add", "http://zh.practice.test/none.html", "--json"
    )
    run("show --json", *here, "show", str(found["stories add --json"][0]["article"]), "--json")
    run("why --json", *here, "why", str(found["stories add --json"][0]["article"]), "--json")
    files(run, here)
    clustered(run)
    run("sources check --json", *here, "sources", "check", "zh-new", "--json")
    run("sources check --all --json", *here, "sources", "check", "--all", "--json")
    run("sources repair --json", *here, "sources", "repair", "practice-en", "--dry-run", "--json")
    taught = ("sources", "teach", "1", "title", "--by", "Ana", "--json")
    run("sources teach --json", *here, *taught)
    run("sources teach --json", *here, *taught, "--dry-run")
    hits = (hit for hit in found["search --json"][0] if hit["source"] == "practice-en")
    wrong = ("sources", "teach", str(next(hits)["id"]), "author", "Related stories", "--by=Ana")
    run("sources teach --json", *here, *wrong, "--dry-run", "--json")
    source = next(
        hit["source"]
        for hit in hubwatch(*here, "search", "--limit", "500", "--json").json
        if hit["id"] == 1
    )
    forgotten = ("sources", "forget", source, "--by", "Ana", "--json")
    run("sources forget --json", *here, *forgotten)
    written = next(path for path in Path().rglob("zh-new.toml")).read_text("utf-8")
    moved = re.sub(r'(url = "http://zh\.practice\.test/)', r"\1nowhere/", written)
    broken = next(path for path in Path().rglob("zh-new.toml")).with_name("zh-broken.toml")
    broken.write_text(moved.replace('id = "zh-new"', 'id = "zh-broken"'), encoding="utf-8")
    live = ("sources", "repair", "zh-broken", "--live", "--dry-run", "--json")
    run("sources repair --live --json", *here, *live)
    broken.unlink()
    run("sources record --json", *here, "sources", "record", "practice-en", "--json")
    case = Path(found["sources record --json"][0]["folder"], "expected.toml")
    case.write_text(case.read_text("utf-8").replace('title = "', 'title = "Not '), "utf-8")
    run("sources test --json", *here, "sources", "test", "practice-en", "--json")
    period = ("--since", "2026-01-01", "--until", "2026-03-09")
    hour = ("--now", "2026-03-02T05:30+00:00")
    Path("alerts.toml").write_text(practice_config(served.hosts) + ALERTS, encoding="utf-8")
    ill = ("--config", "alerts.toml", *hour, "--db", "amiss.db")
    amiss(Path("amiss.db"))
    run("doctor --json", *ill, "doctor", "--json")
    run("status --json", *here, "status", "--json")
    full = f'{practice_config(served.hosts)}\n[limits]\nfree_space = "9000 TB"\n'
    Path("full.toml").write_text(full, encoding="utf-8")
    run("status --json", "--config", "full.toml", *AT, "status", "--json")
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.maintenance.pause_all(GlobalPause(NOW, "moved", "Ana"))
    run("status --json", *here, "status", "--json")
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.maintenance.resume_all()
    run("incidents --json", *ill, "incidents", "--json")
    run("incidents show --json", *ill, "incidents", "show", "1", "--json")
    seen = ("incidents", "ack", "1", "--by", "Ana", "--json")
    run("incidents ack --json", *ill, *seen)
    run("incidents check --json", *ill, "incidents", "check", "--json")
    run("alerts send --json", *ill, "alerts", "send", "--json")
    run("alerts test --json", *ill, "alerts", "test", "--json")
    run("alerts broadcast --json", *ill, "alerts", "broadcast", "the disk is full", "--json")
    run("alerts list --json", *ill, "alerts", "list", "--json")
    with Path("alerts.toml").open("a", encoding="utf-8") as file:
        file.write('[[delivery]]\nname = "shelf"\nkind = "folder"\nfolder = "."\n')
        file.write('[[alerts.subscription]]\nname = "ana"\nperson = "Ana"\nto = "shelf"\n')
    with Archive.open(Path("amiss.db")) as store, store.writing() as tx:
        tx.people.add("Ana", PersonRole.REVIEWER, NOW)
        kept = tx.people.subscriptions
        kept.begin("ana", NOW)
        kept.make("ana", person="Ana", target="shelf", key="k", stories=[], now=NOW)
    run("subscriptions send --json", *ill, "subscriptions", "send", "--json")
    run("subscriptions test --json", *ill, "subscriptions", "test", "--json")
    run("subscriptions list --json", *ill, "subscriptions", "list", "--json")
    with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
        tx.slots.plan("practice-en", NOW, "", NOW)
    run("digest --format json", *here, "digest", *period, "--format", "json")
    digests(hubwatch, here, run)
    run("export", *here, "export")
    with_files = next(line["id"] for line in found["export"] if line["attachments"])
    run("show --json", *here, "show", str(with_files), "--json")
    run("show --json", *bad, "show", "1", "--json")
    run("why --json", *bad, "why", "1", "--json")
    run("import --json", *bad, "import", "lines.jsonl", "--json")
    run("backfill --estimate --json", *here, "backfill", *since, "--estimate")
    run("backfill --json", *here, "backfill", *since)
    run("reread pages --json", *bad, "reread", "pages", "--dry-run", "--json")
    run("quarantine --json", *bad, "quarantine", "--json")
    run("quarantine show --json", *bad, "quarantine", "show", "1", "--json")
    run("reread quarantine --json", *bad, "reread", "quarantine", SOURCE.id, "--json")
    asked_about_relevance(run, hubwatch, here, bad)
    run("archive check --json", *bad, "archive", "check", "--json")
    with closing(sqlite3.connect("bad.db")) as db, db:
        db.execute("UPDATE readings SET author = 'rot'")
    run("archive scrub --json", *bad, "archive", "scrub", "--json")
    run("archive mend --json", *bad, "archive", "mend", "--json")
    run("archive repair --json", *bad, "archive", "repair", "--json")
    run("reread stories --json", *bad, "reread", "stories", "--json")
    for name in ("Ana", "Li"):
        run("people add --json", *here, "people", "add", name, "--json")
    run("people link --json", *here, "people", "link", "Li", "--json")
    run("people feeds --json", *here, "people", "feeds", "Ana", "--json")
    tokens = (*here, "people", "tokens")
    run("people tokens add --json", *tokens, "add", "Ana", "--for", "the portal", "--json")
    run("people tokens --json", *tokens, "--json")
    run("people tokens end --json", *tokens, "end", "1", "--json")
    run("people revoke --json", *here, "people", "revoke", "Li", "--json")
    run("people --json", *here, "people", "--json")
    run("archive prune --json", *here, "archive", "prune", "--dry-run", "--json")
    run("archive prune --json", *here, "archive", "prune", "--json")
    run("backup --json", *here, "backup", "b.zip", "--json")
    run("backup verify --json", "backup", "verify", "--deep", "b.zip", "page.html", "--json")
    moved = ("--config", "moved/h.toml", "--db", "moved/h.db", *AT)
    run("backup restore --json", *moved, "backup", "restore", "b.zip", "--json")
    run("backup restore --json", *moved, "backup", "restore", "b.zip", "--replace", "--json")
    return found


def files(run: Callable[..., None], here: tuple[str, ...]) -> None:
    """The commands that write people's own files, and `setup`, which writes all of them."""
    Path("alone").mkdir()
    own = ("--config", "alone/hubwatch.toml", *AT)
    contact = 'contact = "mailto:ops@example.org"\n'
    text = contact + Path("hubwatch.toml").read_text("utf-8")
    Path("alone/hubwatch.toml").write_text(text, "utf-8")
    run("init --json", *own, "init", "--json")
    told = ("--tell", "/usr/bin/logger -t hubwatch", "--service", "systemd")
    run("setup --json", *own, "setup", "--add", "http://english.practice.test/", *told, "--json")
    run("setup --json", *own, "setup", "--add", "foshan-en", "--no-crawl", "--json")
    for what in ("foshan-en", "hub-cities"):
        for command in ("disable", "enable"):
            run(f"sources {command} --json", *own, "sources", command, what, "--json")
    with Archive.open(Path("alone/hubwatch.db")) as store, store.writing() as tx:
        tx.sources.record_check(SourceCheck("foshan-en", SourceVerdict.STALE, "old", NOW))
    run("sources enable --json", *own, "sources", "enable", "foshan-en", "--json")
    named = ("sources", "edit", "foshan-en", "name=Foshan")
    run("sources edit --json", *own, *named, "--dry-run", "--json")
    run("sources edit --json", *own, *named, "--json")
    run("sources remove --json", *own, "sources", "remove", "foshan-en", "--json")
    draft = next(path for path in Path().rglob("zh-new.toml")).read_text("utf-8")
    Path("draft.toml").write_text(draft, "utf-8")
    saved = ("sources", "save", "draft.toml", "--id", "zh-saved", "--json")
    run("sources save --json", *own, *saved)
    entry = ("--schedule", "every 1d")
    run("timetable add --json", *own, "timetable", "add", "x", "archive check", *entry, "--json")
    changed = ("timetable", "edit", "x", "--command", "reparse", "--dry-run", "--json")
    run("timetable edit --json", *own, *changed)
    text = Path("alone/hubwatch.toml").read_text("utf-8").replace("archive check", "reparse")
    Path("alone/hubwatch.toml").write_text(text, "utf-8")
    run("config check --json", *own, "config", "check", "--json")
    with serving() as server:
        serve_day(server, Path("day/sources"))
        moved = next(broken for verdict, _, broken in FAULTS if verdict == "moved")
        moved(server, server.site(host_of("cast-zh")), "cast-zh")
        hosts = "".join(f'"{name}" = "{place}"\n' for name, place in server.hosts.items())
        Path("day/hubwatch.toml").write_text(f"[network.hosts]\n{hosts}", "utf-8")
        day = ("--config", "day/hubwatch.toml", "--db", "day.db", "--now", FIRST_DAY)
        for dry in ("--dry-run", "--json"):
            run("sources adopt --json", *day, "sources", "adopt", "cast-zh", dry, "--json")
    for dry in ("--dry-run", "--json"):
        run("timetable remove --json", *own, "timetable", "remove", "x", dry, "--json")


def clustered(run: Callable[..., None]) -> None:
    """A place of a cluster with a worker and something out, where there is a Redis, and one whose
    Redis is down."""
    place = '[cluster]\nredis = "{}"\n[[cluster.place]]\nname = "north"\n'
    down = Path("down.toml")
    down.write_text(f'archive = "hubwatch.db"\n{place.format("redis://127.0.0.1:1/0")}', "utf-8")
    run(CLUSTER, "--config", str(down), *AT, "cluster", "status", "--json")
    if shutil.which("redis-server") is None:
        return
    os.environ["REDIS_SECRET"] = SECRET
    with redis_server(Path.cwd() / "redis", ("north",)) as server:
        known = f'user = "{CENTRE}"\npassword = "env:REDIS_SECRET"\n[[cluster.place]]'
        said = place.format(server.address).replace("[[cluster.place]]", known)
        up = Path("up.toml")
        up.write_text(f'archive = "hubwatch.db"\n{said}', "utf-8")
        worker = WorkerLink(RedisServer(server.address, "hub-north", lambda: SECRET), "north")
        worker.beat(Beat("n1", "a:1"), 60_000)
        with Archive.open(Path("hubwatch.db")) as store, store.writing() as tx:
            tx.sources.slices.attempts.plan("a", 1, SOURCE.id, "north", NOW, NOW)
            tx.sources.slices.readings.begin("r", "pages", "north", "rules", 9, NOW)
        run(CLUSTER, "--config", str(up), *AT, "cluster", "status", "--json")


def in_one_event(stories: list[dict[str, Any]]) -> tuple[str, str]:
    """A story whose event another story tells, too, and a story of another event."""
    events = Counter(story["event"] for story in stories)
    told = next(story for story in stories if events[story["event"]] > 1)
    another = next(story for story in stories if story["event"] != told["event"])
    return str(told["id"]), str(another["id"])


def decided(archive: Path) -> tuple[str, ...]:
    """People reject stories of the watched subject, for one reason, and accept two of others;
    returns articles that lead such stories."""
    with Archive.open(archive) as store, store.writing() as tx:
        places = {story.id: story.lead.id for story in store.stories.latest(500)}
        graded = store.relevance.grades(list(places.values()), ["hub-city", "innovation-china"])
        about = [story for story, lead in places.items() if lead in graded]
        others = [story for story, lead in places.items() if lead not in graded]
        for story in about[:4]:
            tx.decisions.decide(story, Verb.REJECT, person="Ana", now=NOW, value="no news")
        for story in others[:2]:
            tx.decisions.decide(story, Verb.ACCEPT, person="Ana", now=NOW)
    return tuple(str(places[story]) for story in (*about[:5], others[0]))


def asked_about_relevance(
    run: Callable[..., None],
    hubwatch: CommandLine,
    here: tuple[str, ...],
    bad: tuple[str, ...],
) -> None:
    """`why` of each kind, and the commands of the watchlist, also where people have decided."""
    Path("texts.jsonl").write_text(json.dumps({"title": "CAST", "body": BODY}) + "\nx\n", "utf-8")
    SHORT_LIST.write_text(SHORT, "utf-8")
    leads = decided(Path("hubwatch.db"))
    hubwatch(*bad, "reread", "grades")
    for asked in (*leads, "the hub city", f"{AWAY}wsb/2026-02/20/c_1.htm"):
        run("why --json", *here, "why", asked, "--json")
    run("why --json", *here, "why", f"{AWAY}none.html", "--json")
    for place in (FLOWERS, f"{AWAY}2026-03/01/c_7.htm", f"{AWAY}2026-03/01/c_8.htm"):
        run("why --json", *bad, "why", place, "--json")
    run("match --json", *here, "match", "texts.jsonl", "--json")
    said = "Guiyang wants 5 to 8 labs by 2030. Firms can apply until April 30, 2026. It rained."
    Path("said.jsonl").write_text(json.dumps({"body": said}) + "\n", "utf-8")
    run("facts FILE --json", *here, "facts", "said.jsonl", "--json")
    run("reread facts --json", *here, "reread", "facts", "--json")
    run("reread events --json", *here, "reread", "events", "--json")
    run("reread contradictions --json", *here, "reread", "contradictions", "--json")
    listed = json.loads(hubwatch(*here, "facts", "--json").out)
    said = ("--value", "7", "--unit", "count", "--object", "labs", "--by", "Ana")
    number = str(listed[0]["id"])
    run("facts reject --json", *here, "facts", "reject", number, "--by", "Li", "--json")
    run("facts confirm --json", *here, "facts", "confirm", number, "--by", "Li", "--json")
    run("facts correct --json", *here, "facts", "correct", number, *said, "--json")
    run("facts --json", *here, "facts", "--json")
    run("watchlist show --json", *here, "watchlist", "show", "--json")
    run("watchlist test --json", *here, "watchlist", "test", str(SHORT_LIST), "--json")
    run("watchlist test --json", *here, "watchlist", "test", "--json")
    run("contradictions FILE --json", "contradictions", str(PAIRS), "--json")
    Path("apart.jsonl").write_text("\n".join(map(json.dumps, apart())), "utf-8")
    other = ("--db", "apart.db")
    assert hubwatch(*other, "init").code == 0
    assert hubwatch(*other, "import", "apart.jsonl").code == 0
    number = str(json.loads(hubwatch(*other, "contradictions", "--json").out)[0]["id"])
    run("contradictions show --json", *other, "contradictions", "show", number, "--json")
    word = ("--as", "open", "--by", "Ana", "--json")
    run("contradictions settle --json", *other, "contradictions", "settle", number, *word)
    run("contradictions --json", *other, "contradictions", "--json")
    lately = ("--since", "2024-04-01", "--format", "json")
    run("digest --format json", *other, "digest", *lately)
    run("reread grades --json", *here, "reread", "grades", "--json")
    own = Path("own.toml")
    own.write_text(f'archive = "hubwatch.db"\nwatchlist = "{SHORT_LIST}"\n', "utf-8")
    line = ("--config", "own.toml", *AT, "watchlist", "dismiss", "no news", "science")
    run("watchlist dismiss --json", *line, "--dry-run", "--json")
    run("watchlist dismiss --json", *line, "--json")
    run("watchlist dismiss --json", *line, "--undo", "--json")


@pytest.mark.slow
def test_every_key_printed_is_documented_and_every_documented_key_is_printed(
    hubwatch: CommandLine, served: Served
) -> None:
    found, told = everything(hubwatch, served), documented()
    assert set(found) == set(told)
    for name, documents in found.items():
        keys = [pair for document in documents for pair in printed(document)]
        if name == CLUSTER and shutil.which("redis-server") is None:
            continue
        assert {key for key, _ in keys} ^ set(told[name]) == set(), name
        wrong = [(k, v, told[name][k]) for k, v in keys if not fits(v, told[name][k])]
        assert not wrong, name


def test_the_exit_codes_are_documented() -> None:
    text = DOC.read_text(encoding="utf-8")
    assert all(f"| {code} |" in text for code in (0, 1, 2, 3, 130))
