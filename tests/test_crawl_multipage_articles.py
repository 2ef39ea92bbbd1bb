"""Articles over several pages: joined in order, each page kept, changes and gaps noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.parsing.article import read_article
from scraper.sources.links import compile_link
from scraper.sources.model import LinkRules
from storage.articles.records import Article
from storage.types import Capture, Outcome, Reading
from tests.support.crawling import FIELDS, Crawl, source
from tests.support.make import NOW
from tests.support.servers import Server, Site, answer, in_turn, page

TEXTS = {
    1: "The city said on Monday that forty laboratories will open their doors to companies.",
    2: "On the second page it named the first twenty laboratories, all of them in the east.",
    3: "On the third page it named the others, and thanked the companies for their patience.",
}


def part(number: int, count: int = 3, text: str = "", stem: str = "1", extra: str = "") -> str:
    """A page of an article over `count` pages, with numbered links at its end."""
    names = [f"{stem}.htm"] + [f"{stem}_{n}.htm" for n in range(2, count + 1)]
    links = "".join(
        f"<b>【{n}】</b>" if n == number else f'<a href="{name}">【{n}】</a>'
        for n, name in enumerate(names, 1)
    )
    following = f'<a href="{names[number]}">下一页</a>' if number < count else ""
    return (
        "<html lang=en><head><title>Laboratories open</title></head><body>"
        "<h1>Laboratories open</h1><p class=info>Updated: 2026-03-01</p>"
        f"<div class=content><p>{text or TEXTS[number]}</p><p>Lines of page {number}.</p>{extra}"
        f"<div class=pager>{links} {following}</div></div></body></html>"
    )


@pytest.fixture
def site(server: Server) -> Site:
    site = server.site("a.test")
    site.listing("/news.html", "/a/1.htm")
    for number, path in enumerate(("/a/1.htm", "/a/1_2.htm", "/a/1_3.htm"), 1):
        site.answer(path, page(part(number)))
    return site


@pytest.fixture
def crawl(tmp_path: Path, server: Server) -> Crawl:
    return Crawl(tmp_path / "archive.db", server)


def shown(crawl: Crawl) -> Article:
    found: Article = crawl.ask(lambda store: store.articles.get(1))
    return found


def order(text: str) -> list[int]:
    """The pages whose text is in it, in the order they stand."""
    found = {number: text.find(words) for number, words in TEXTS.items()}
    return sorted((n for n, at in found.items() if at >= 0), key=lambda n: found[n])


def test_all_pages_become_one_article_in_order(crawl: Crawl, site: Site) -> None:
    (run,) = crawl(source("a"))
    assert (run.outcome, run.counts.new, run.counts.fetched) == (Outcome.OK, 1, 1)
    assert site.paths() == ["/news.html", "/a/1.htm", "/a/1_2.htm", "/a/1_3.htm"]
    article = shown(crawl)
    assert order(article.body) == order(article.html) == [1, 2, 3]
    for words in ("【", "下一页", "】"):
        assert words not in article.body + article.html
    (made,) = [each for each in article.evidence if each.field == "pages"]
    assert made.rule == "3 pages"
    assert site.url("/a/1_3.htm") in made.raw


def test_every_page_is_kept_as_proof(crawl: Crawl, site: Site) -> None:
    (run,) = crawl(source("a"))
    sql = "SELECT url FROM snapshots WHERE kind = 'article' ORDER BY id"
    kept = [site.url(path) for path in ("/a/1_2.htm", "/a/1_3.htm", "/a/1.htm")]
    assert [url for (url,) in crawl.table(sql)] == kept
    assert crawl.logged(run, "1_2.htm") == ["ok"]
    known = crawl.ask(lambda store: store.pages.known("a", site.url("/a/1.htm")))
    assert [part.url for part in known.parts] == kept[:2]
    assert all(part.snapshot_id for part in known.parts)


def test_an_unchanged_portal_is_asked_for_no_page_again(crawl: Crawl, site: Site) -> None:
    crawl(source("a"))
    site.hits.clear()
    crawl.now += timedelta(hours=2)
    crawl(source("a"))
    assert site.paths() == ["/news.html"]


def test_a_recheck_asks_for_all_pages_and_finds_nothing_new(crawl: Crawl, site: Site) -> None:
    crawl(source("a"))
    site.hits.clear()
    crawl.now += timedelta(days=1)
    (run,) = crawl(source("a"))
    assert site.paths() == ["/news.html", "/a/1.htm", "/a/1_2.htm", "/a/1_3.htm"]
    assert (run.counts.changed, run.counts.unchanged) == (0, 1)
    assert crawl.table("SELECT count(*) FROM snapshots WHERE kind = 'article'") == [(3,)]


def test_an_edit_of_a_later_page_is_an_edit_of_the_article(crawl: Crawl, site: Site) -> None:
    crawl(source("a"))
    edited = "The third page was corrected and says that there were only nineteen of them."
    site.answer("/a/1_3.htm", page(part(3, text=edited)))
    crawl.now += timedelta(days=1)
    (run,) = crawl(source("a"))
    assert run.counts.changed == 1
    assert edited in shown(crawl).body
    assert order(shown(crawl).body) == [1, 2]
    assert crawl.ask(lambda store: store.revisions.of(1))[1].changed == ("body",)


def test_a_missing_page_leaves_the_article_partial_and_is_asked_for_again(
    crawl: Crawl, site: Site
) -> None:
    site.answer("/a/1_2.htm", in_turn(answer(404), page(part(2))))
    crawl(source("a"))
    (event,) = [each for each in crawl.events if getattr(each, "change", None) == "new"]
    assert event.outcome is Outcome.PARTIAL
    assert "page 2 of 3 is missing" in event.reason
    assert order(shown(crawl).body) == [1, 3]
    crawl.now += timedelta(hours=2)
    site.hits.clear()
    crawl(source("a"))
    assert site.paths() == ["/news.html"]
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert order(shown(crawl).body) == [1, 2, 3]


def test_an_old_article_that_lacks_a_page_is_completed_too(crawl: Crawl, site: Site) -> None:
    crawl.now = NOW + timedelta(days=200)  # published too long ago for rechecks by age
    site.answer("/a/1_2.htm", in_turn(answer(404), page(part(2))))
    crawl(source("a"))
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert order(shown(crawl).body) == [1, 2, 3]


def test_a_page_that_cannot_be_had_for_now_does_not_shorten_the_article(
    crawl: Crawl, site: Site
) -> None:
    crawl(source("a"))
    site.answer("/a/1_3.htm", answer(404))
    crawl.now += timedelta(days=1)
    (run,) = crawl(source("a"))
    assert run.counts.changed == 0
    assert order(shown(crawl).body) == [1, 2, 3]


def test_an_article_that_has_fewer_pages_now_was_edited(crawl: Crawl, site: Site) -> None:
    crawl(source("a"))
    site.answer("/a/1.htm", page(part(1, count=2)))
    site.answer("/a/1_2.htm", page(part(2, count=2)))
    crawl.now += timedelta(days=1)
    (run,) = crawl(source("a"))
    assert run.counts.changed == 1
    assert order(shown(crawl).body) == [1, 2]


def test_pages_that_only_the_one_before_names_are_followed(crawl: Crawl, site: Site) -> None:
    for number in (1, 2, 3):
        path = "/a/1.htm" if number == 1 else f"/a/1_{number}.htm"
        following = f'<a href="1_{number + 1}.htm">下一页</a>' if number < 3 else ""
        before = {1: "", 2: '<a href="1.htm">上一页</a> ', 3: '<a href="1_2.htm">上一页</a> '}[
            number
        ]
        site.answer(path, page(part(number).partition("<div class=pager>")[0] + before + following))
    crawl(source("a"))
    assert order(shown(crawl).body) == [1, 2, 3]
    assert "一页" not in shown(crawl).body + shown(crawl).html


def test_a_server_that_gives_the_first_page_for_any_number_is_not_followed(
    crawl: Crawl, site: Site
) -> None:
    for path in ("/a/1_2.htm", "/a/1_3.htm"):
        site.answer(path, page(part(1)))
    (run,) = crawl(source("a"))
    assert run.outcome is Outcome.OK
    assert site.paths() == ["/news.html", "/a/1.htm", "/a/1_2.htm"]
    assert order(shown(crawl).body) == [1]


def test_the_page_bound_of_a_run_holds_for_further_pages(crawl: Crawl, site: Site) -> None:
    few = replace(source("a").bounds, pages=3)
    crawl(source("a", bounds=few))
    assert site.paths() == ["/news.html", "/a/1.htm", "/a/1_2.htm"]
    assert order(shown(crawl).body) == [1, 2]
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert order(shown(crawl).body) == [1, 2, 3]


def test_files_and_pictures_of_later_pages_belong_to_the_article(crawl: Crawl, site: Site) -> None:
    extra = '<p><a href="/f/list.pdf">The list</a></p><p><img src="/lab.jpg" alt="A lab"></p>'
    site.answer("/a/1_2.htm", page(part(2, extra=extra)))
    crawl(source("a"))
    assert [file.url for file in shown(crawl).attachments] == [site.url("/f/list.pdf")]
    assert [image.url for image in shown(crawl).images] == [site.url("/lab.jpg")]


def test_a_longer_article_than_we_follow_says_so(crawl: Crawl, site: Site) -> None:
    for number in range(1, 26):
        path = "/a/1.htm" if number == 1 else f"/a/1_{number}.htm"
        site.answer(path, page(part(number, count=25, text=f"This is what page {number} says.")))
    crawl(source("a"))
    (event,) = [each for each in crawl.events if getattr(each, "change", None) == "new"]
    assert (event.outcome, event.reason) == (Outcome.PARTIAL, "more than 20 pages")
    assert "page 20 says" in shown(crawl).body
    assert "page 21 says" not in shown(crawl).body


def test_one_page_brought_by_an_import_still_has_to_fetch_the_further_ones(
    crawl: Crawl, site: Site
) -> None:
    from scraper.items import FetchedPage
    from scraper.parsing.article import read_article
    from scraper.pipelines.archive import ingest
    from storage.archive import Archive
    from tests.support.make import capture

    url = site.url("/a/1.htm")
    only = capture(part(1).encode(), url=url, final_url=url)
    with Archive.create(crawl.archive) as store:
        with store.writing() as tx:
            tx.sources.register(source("a").ref, NOW)
            run = tx.runs.start("a", NOW)
        reading = read_article(only, source("a").fields, "a")
        page = FetchedPage(source("a"), only, reading)
        ingest(store, page, run_id=run.id, now=NOW, watchlist=None)
    assert order(shown(crawl).body) == [1]
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert order(shown(crawl).body) == [1, 2, 3]


TEXT = " ".join(TEXTS.values())


def around(*frames: str) -> str:
    """A page that has a headline and a date, and shows its text in a frame."""
    return (
        "<html lang=en><head><title>Laboratories open</title></head><body>"
        '<div><a href="/">Home</a> <a href="/news.html">News</a></div>'
        "<h1>Laboratories open</h1><p class=info>Updated: 2026-03-01</p>"
        f"<div class=content>{''.join(frames)}</div><div>Copyright by the city</div></body></html>"
    )


def frame(url: str, more: str = 'width="720" height="900"') -> str:
    return f'<iframe src="{url}" {more}></iframe>'


def test_a_text_in_a_frame_is_the_article_s_and_its_page_is_kept(
    crawl: Crawl, server: Server
) -> None:
    site = server.site("a.test")
    site.listing("/news.html", "/show.do?id=30936")
    frames = (
        frame("/body.do;jsessionid=7A93?newsId=30936"),
        frame("/weather.html"),
        frame("/comments.do?id=30936"),
        frame("/hits.do?id=30936", "width=1 height=1"),
        frame("http://b.test/body.do?id=30936"),
    )
    site.answer("/show.do?id=30936", page(around(*frames)))
    site.answer("/body.do;jsessionid=7A93?newsId=30936", page(f"<p>{TEXT}</p>"))
    asked = source("a", links=LinkRules(("a.test",), (compile_link("/show.do?id={id}"),)))
    (run,) = crawl(asked)
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert site.paths() == [
        "/news.html",
        "/show.do?id=30936",
        "/body.do;jsessionid=7A93?newsId=30936",
    ]
    article = shown(crawl)
    assert article.title == "Laboratories open"
    assert order(article.body) == [1, 2, 3]
    (made,) = [each for each in article.evidence if each.field == "body"]
    assert TEXTS[1][:40] in made.raw
    site.answer("/body.do;jsessionid=7A93?newsId=30936", page(f"<p>{TEXTS[2]} {TEXTS[3]}</p>"))
    crawl.now += timedelta(days=1)
    (run,) = crawl(asked)
    assert run.counts.changed == 1
    assert order(shown(crawl).body) == [2, 3]


def test_a_frame_that_does_not_come_is_a_gap(crawl: Crawl, server: Server) -> None:
    site = server.site("a.test")
    site.listing("/news.html", "/a/1.htm")
    site.answer("/a/1.htm", page(around(frame("/text/1.htm"))))
    crawl(source("a"))
    (event,) = [each for each in crawl.events if getattr(each, "change", None) == "new"]
    assert (event.outcome, shown(crawl).body) == (Outcome.PARTIAL, "")
    assert "page 2 of 2 is missing: http://a.test/text/1.htm" in event.reason
    site.answer("/text/1.htm", page(f"<p>{TEXT}</p>"))
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert order(shown(crawl).body) == [1, 2, 3]


def read_here(markup: str) -> Reading:
    url = "http://a.test/show?id=4711"
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return read_article(Capture(url, url, NOW, 200, headers, markup.encode()), FIELDS, "a")


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (["/text.html"], "/text.html"),
        (["/one.html", "/two.html"], ""),
        (["/one.html?id=4711", "/two.html?id=4712"], "/one.html?id=4711"),
        (["http://b.test/text.html"], ""),
        (["/player/4711.html"], ""),
        (["/f/4711.pdf"], ""),
        (["javascript:void(0)", "about:blank", ""], ""),
    ],
)
def test_which_frame_shows_the_text(frames: list[str], expected: str) -> None:
    reading = read_here(around(*map(frame, frames)))
    assert reading.more_pages == ((f"http://a.test{expected}",) if expected else ())
    shown_beside = around(f"<p>{TEXT}</p>", *map(frame, frames))
    assert read_here(shown_beside).more_pages == ()
