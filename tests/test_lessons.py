"""What the pages of a source teach: constant texts go, places that differ win, people undo it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.fields.title import without_constants
from scraper.parsing.lessons import LEAST, Observed, learn
from scraper.sources.model import FieldRules, Taught
from scraper.spiders.lessons import MOST_PAGES
from storage.archive import Archive
from storage.articles.records import by_field
from storage.lessons import Lesson, LessonKind
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, source
from tests.support.make import capture
from tests.support.servers import Server, page, serving

MANY = 8
NAMES = [
    "harbour",
    "library",
    "orchestra",
    "tramway",
    "vineyard",
    "observatory",
    "lighthouse",
    "bakery",
]
TEXT = "".join(
    f"<p>Sentence {n} of what the town said about the {{name}} on that day in spring.</p>"
    for n in range(8)
)
SHAPES = {
    "prefix": "<title>Town: all of its news | The {name} opens</title>"
    "<meta property='og:title' content='Town: all of its news | The {name} opens'>",
    "tail": "<title>The {name} opens ~ all the town says</title>",
    "colon": "<title>Town council:The {name} opens</title>",
    "h1": "<title>Town</title><meta property='og:title' content='What the town says'>",
}
BODIES = {
    "prefix": "<div class='hd'>x</div>",
    "tail": "",
    "colon": "",
    "h1": "<h1>Our town and its people</h1><h2>The {name} opens</h2>",
}
RULES = FieldRules(language="en", body=(".content",), template="plain")
TOWN = source("town", fields=RULES)


def article(kind: str, n: int) -> str:
    html = (
        f"<html><head>{SHAPES[kind]}</head><body>{BODIES[kind]}<p>Published: 2026-02-2{n}</p>"
        f"<div class='content'>{TEXT}</div></body></html>"
    )
    return html.replace("{name}", NAMES[n])


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def publish(server: Server, kind: str, numbers: range = range(MANY)) -> None:
    site = server.site("town.test")
    links = "".join(f"<li><a href='/a/{n}.htm'>More</a></li>" for n in numbers)
    site.answer("/news.html", page(f"<ul class='news'>{links}</ul>"))
    for n in numbers:
        site.answer(f"/a/{n}.htm", page(article(kind, n)))


TITLES = "SELECT r.title FROM articles a JOIN readings r ON r.id = a.reading_id ORDER BY a.url"


def titles(crawl: Crawl) -> list[str]:
    return [title for (title,) in crawl.table(TITLES)]


def lessons(crawl: Crawl) -> tuple[Lesson, ...]:
    found: tuple[Lesson, ...] = crawl.ask(lambda store: store.sources.lessons.of("town"))
    return found


@pytest.mark.parametrize("kind", SHAPES)
def test_the_first_crawl_of_a_portal_is_right(server: Server, archive: Path, kind: str) -> None:
    publish(server, kind)
    crawl = Crawl(archive, server)
    crawl(TOWN)
    assert titles(crawl) == [f"The {name} opens" for name in NAMES]
    assert lessons(crawl)
    assert all(each.evidence and each.pages == MANY for each in lessons(crawl))
    assert crawl.table("SELECT count(*) FROM revisions") == [(MANY,)]
    assert crawl.table("SELECT count(*) FROM events WHERE change = 'changed'") == [(0,)]
    found = crawl.ask(lambda store: store.articles.at_url("http://town.test/a/1.htm"))
    assert len(found) == 1


@pytest.mark.parametrize("kind", SHAPES)
def test_later_crawls_read_by_it_and_find_no_edits(
    server: Server, archive: Path, kind: str
) -> None:
    publish(server, kind, range(MANY - 1))
    crawl = Crawl(archive, server)
    crawl(TOWN)
    publish(server, kind)
    crawl.now += timedelta(days=1, minutes=1)
    (run,) = crawl(TOWN)
    assert (run.counts.new, run.counts.changed, run.counts.cosmetic) == (1, 0, 0)
    assert titles(crawl) == [f"The {name} opens" for name in NAMES]


def test_a_source_that_has_not_grown_is_not_learned_from_again(
    server: Server, archive: Path
) -> None:
    site = server.site("town.test")
    numbers = range(2 * MOST_PAGES)
    links = "".join(f"<li><a href='/a/{n}.htm'>More</a></li>" for n in numbers)
    site.answer("/news.html", page(f"<ul class='news'>{links}</ul>"))
    for n in numbers:
        site.answer(f"/a/{n}.htm", page(article("tail", n % MANY).replace("opens", f"opens {n}")))
    crawl = Crawl(archive, server)
    crawl(TOWN)
    (before,) = crawl.table("SELECT pages, at FROM learned")
    crawl.now += timedelta(days=1, minutes=1)
    crawl(TOWN)
    assert crawl.table("SELECT pages, at FROM learned") == [before]
    assert before[0] == 2 * MOST_PAGES


@pytest.fixture
def home(tmp_path: Path, archive: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "town.toml").write_text(
        'id = "town"\nname = "t"\ncity = "Guiyang"\nlanguage = "en"\ntimezone = "Asia/Shanghai"\n'
        'template = "generic"\nhome = "http://town.test/"\nschedule = "every 1 h"\n\n[[entry]]\n'
        'kind = "list"\nurl = "http://town.test/news.html"\n\n[links]\nhosts = ["town.test"]\n'
        'allow = ["/a/{id}.htm"]\n\n[fields]\nbody = ".content"\n',
        encoding="utf-8",
    )
    config = tmp_path / "hubwatch.toml"
    config.write_text(f'archive = "{archive}"\nsources = ["sources"]\n', encoding="utf-8")
    return config


def test_lessons_are_shown_and_undone_and_stay_undone(
    server: Server, archive: Path, home: Path, hubwatch: CommandLine
) -> None:
    publish(server, "prefix")
    crawl = Crawl(archive, server)
    crawl(TOWN)
    shown = hubwatch("--config", home, "sources", "show", "town")
    assert "What its pages taught" in shown.out
    assert "Town: all of its news" in shown.out
    found = hubwatch("--config", home, "sources", "show", "town", "--json").json["lessons"]
    assert {each["kind"] for each in found} == {"constant"}
    number = found[0]["number"]
    done = hubwatch("--config", home, "sources", "forget", "town", number, "--by", "Ana")
    assert done.code == 0, done.err
    again = hubwatch("--config", home, "sources", "forget", "town", number, "--by", "Ana")
    assert (again.code, "no lesson" in again.err) == (1, True)
    hubwatch("--config", home, "sources", "forget", "town", "--by", "Ana")
    assert titles(crawl)[0] == f"Town: all of its news | The {NAMES[0]} opens"
    with Archive.open(archive) as store, store.writing() as tx:
        tx.sources  # noqa: B018 - the archive is there
        store._db.execute("DELETE FROM learned")
    crawl.now += timedelta(days=1, minutes=1)
    crawl(TOWN)
    assert lessons(crawl) == ()
    after = hubwatch("--config", home, "sources", "show", "town", "--json").json["lessons"]
    assert [each["number"] for each in after] == [each["number"] for each in found]
    assert {each["undone_by"] for each in after} == {"Ana"}


def test_a_lesson_comes_from_what_people_correct(
    server: Server, archive: Path, home: Path, hubwatch: CommandLine
) -> None:
    site = server.site("town.test")
    links = "".join(f"<li><a href='/a/{n}.htm'>More</a></li>" for n in range(MANY))
    site.answer("/news.html", page(f"<ul class='news'>{links}</ul>"))
    for n in range(MANY):
        html = article("h1", n).replace("What the town says", f"Number {n} of our bulletin")
        html = html.replace("<h1>Our town and its people</h1>", "")
        site.answer(f"/a/{n}.htm", page(html))
    crawl = Crawl(archive, server)
    crawl(TOWN)
    assert titles(crawl)[3] == "Number 3 of our bulletin"
    for n in (2, 3):
        (found,) = crawl.ask(
            lambda store, n=n: store.articles.at_url(f"http://town.test/a/{n}.htm")
        )
        said = ("decisions", "correct", found.id, "title", f"The {NAMES[n]} opens", "--by", "Ana")
        done = hubwatch(
            "--config", home, "--now", f"{crawl.now + timedelta(hours=1):%Y-%m-%dT%H:%MZ}", *said
        )
        assert done.code == 0, done.err
    crawl.now += timedelta(days=1, minutes=1)
    crawl(TOWN)
    (lesson,) = (each for each in lessons(crawl) if each.kind is LessonKind.PLACE)
    assert (lesson.field, lesson.value) == ("title", "h2")
    assert "as people corrected it" in lesson.evidence[0]
    assert titles(crawl) == [f"The {name} opens" for name in NAMES]


# What some pages teach, and what they do not


def pages(count: int = MANY, **fields: object) -> list[Observed]:
    """So many pages; callables among the fields are called with their number."""
    return [
        Observed(
            f"http://t.test/{n}",
            **{k: v(n) if callable(v) else v for k, v in fields.items()},  # type: ignore[arg-type]
        )
        for n in range(count)
    ]


def taught(found: list[Observed]) -> set[tuple[str, str, str]]:
    return {(str(each.kind), each.field, each.value) for each in learn(found)}


def test_few_pages_teach_nothing() -> None:
    assert taught(pages(LEAST - 1, titles=lambda n: (("h1", "Town"), ("h2", f"News {n}")))) == set()


def test_what_rows_say_too_is_of_the_title() -> None:
    found = pages(
        title=lambda n: f"Notice | Number {n}",
        titles=lambda n: (("h1", f"Notice | Number {n}"),),
        said_titles=lambda n: (f"Notice | Number {n}",),
    )
    assert taught(found) == set()


def test_a_tail_that_many_pages_share_goes_where_rows_lack_it() -> None:
    found = pages(
        titles=lambda n: (("title", f"The {NAMES[n]} - {'Culture' if n % 2 else 'Trade'}"),),
        said_titles=lambda n: (f"The {NAMES[n]}",),
    )
    assert taught(found) >= {("constant", "title", "Culture"), ("constant", "title", "Trade")}


def test_numbered_titles_have_no_constant_beginning() -> None:
    assert (
        taught(
            pages(
                titles=lambda n: (("h1", f"News number {n}"),), title=lambda n: f"News number {n}"
            )
        )
        == set()
    )


def test_the_day_that_is_the_same_everywhere_is_never_the_published_one() -> None:
    today = date(2026, 3, 1)
    found = pages(
        days=lambda n: (("meta pubdate", today), ("published", date(2026, 2, 1 + n))),
        day=today,
        said_days=lambda n: (date(2026, 2, 1 + n),),
    )
    assert taught(found) == {
        ("never", "published", "meta pubdate"),
        ("place", "published", "published"),
    }


def test_days_that_agree_already_teach_nothing() -> None:
    found = pages(
        days=lambda n: (("meta pubdate", date(2026, 2, 1 + n)), ("time element", date(2026, 3, 1))),
        day=lambda n: date(2026, 2, 1 + n),
        said_days=lambda n: (date(2026, 2, 1 + n),),
    )
    assert taught(found) == set()


@pytest.mark.parametrize(
    ("title", "constant", "left"),
    [
        ("Town | The harbour", "Town", "The harbour"),
        ("The harbour - Town", "Town", "The harbour"),
        ("Townhall opens", "Town", "Townhall opens"),
        ("TOWN: The harbour", "Town", "The harbour"),
        ("Town", "Town", "Town"),
        ("Town |", "Town", "Town |"),
        ("林城发布-【赛】开幕", "林城发布", "【赛】开幕"),
    ],
)
def test_constants_go_where_a_sign_parts_them(title: str, constant: str, left: str) -> None:
    assert without_constants(title, (constant,)) == left


# The place of the texts: one that stands elsewhere is in doubt


def told(n: int, name: str) -> str:
    text = TEXT.replace("{name}", NAMES[n])
    return (
        f"<html><head><title>The {NAMES[n]} opens</title></head><body><h1>The {NAMES[n]} opens</h1>"
        f"<div class='{name}'>{text}</div></body></html>"
    )


def test_a_text_that_stands_elsewhere_than_all_others_is_in_doubt(
    server: Server, archive: Path
) -> None:
    site = server.site("town.test")
    links = "".join(f"<li><a href='/a/{n}.htm'>The {NAMES[n]} opens</a></li>" for n in range(MANY))
    site.answer("/news.html", page(f"<ul class='news'>{links}</ul>"))
    for n in range(MANY):
        name = "banner-notice" if n == MANY - 1 else "telling"
        site.answer(f"/a/{n}.htm", page(told(n, name)))
    crawl = Crawl(archive, server)
    crawl(source("town", fields=FieldRules(language="en")))
    found = {(each.kind, each.field, each.value) for each in lessons(crawl)}
    assert (LessonKind.PLACE, "body", "div.telling") in found
    rules = FieldRules(language="en", taught=Taught((), (("body", "div.telling"),), ()))
    doubts = []
    for n in (0, MANY - 1):
        name = "banner-notice" if n == MANY - 1 else "telling"
        got = capture(told(n, name).encode(), url="http://town.test/a/1.htm")
        read = read_article(got, rules, "town").article
        assert read is not None
        doubts.append(by_field(read.evidence)["body"].doubt)
    assert "not where the other texts of the source stand" not in doubts[0]
    assert doubts[1].startswith("not where the other texts of the source stand")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("ARET and an institute set up a laboratory", "ARET and an institute set up a laboratory"),
        ("ARET, partners open a laboratory", "ARET, partners open a laboratory"),
        ("A laboratory opens | ARET", "A laboratory opens"),
        ("ARET - A laboratory opens", "A laboratory opens"),
        ("Two years of ARET", "Two years of ARET"),
        ("「ARET」 A laboratory opens", "A laboratory opens"),
        ("A laboratory opens • ARET", "A laboratory opens"),
    ],
)
def test_row_287_a_headline_that_begins_or_ends_with_the_sites_name_keeps_it(
    title: str, wanted: str
) -> None:
    assert without_constants(title, ("ARET",)) == wanted
