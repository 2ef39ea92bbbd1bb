"""The decision: whatever arrives, deciding and applying it a second time changes nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import TextResponse

from scraper.hashes import body_hash, content_hash
from scraper.items import ArticleItem, FetchedPage
from scraper.parsing.article import read_article
from scraper.pipelines.archive import ingest
from scraper.pipelines.decide import decide
from scraper.pipelines.read import Read, prepare
from scraper.revisions import changed_fields
from scraper.sources.model import FieldRules
from storage.archive import Archive
from storage.articles.records import Query
from storage.types import (
    Attachment,
    Change,
    Insert,
    Known,
    Outcome,
    Quarantine,
    Reading,
    Revise,
    Touch,
)
from tests.support import make
from tests.support.crawling import source
from tests.support.examples import examples
from tests.support.make import BODY, NOW, SOURCE, later

URL = make.article().url


def known(reading: Reading) -> Known:
    assert reading.article
    return Known(7, URL, content_hash(reading.article), gone=False)


def test_the_four_decisions() -> None:
    first, edited = make.reading(), make.reading(title="Another title")
    assert isinstance(decide(first, None, URL), Insert)
    assert decide(first, known(first), URL) == Touch(7)
    assert isinstance(decide(edited, known(first), URL), Revise)
    assert isinstance(decide(make.unreadable(), known(first), URL), Quarantine)


def test_a_page_cut_at_a_bound_is_kept() -> None:
    cut = Reading(Outcome.PARTIAL, "cut", 1, article=make.article())
    assert isinstance(decide(cut, None, URL), Insert)


def test_what_counts_as_a_change_is_named() -> None:
    before = make.article()
    paper = (Attachment("http://e.test/a.pdf", "a", "pdf"),)
    after = make.article(title="T", published=make.day("2026-03-02"), attachments=paper)
    assert changed_fields(before, after) == ("title", "published", "attachments")
    assert changed_fields(before, make.article(body=BODY.upper(), html="<p>x</p>")) == ()
    assert content_hash(before) != content_hash(after)


@pytest.mark.parametrize(
    ("body", "proves"),
    [
        ("因检修，城东变电站7月2日8时至17时停电，影响菜市场和第二小学。", True),
        ("昨日，城东图书馆少儿阅览室重新开放，首日接待小读者四百余人。", True),
        ("根据考试成绩，现将拟录用人员名单予以公示，公示期4月1日至4月8日。", False),
        ("请各单位收到通知后五日内报送材料，逾期不予受理，特此通知大家。", False),
        (
            "The names of those who passed are attached. Objections are heard until April 8.",
            False,
        ),
        (
            "The swimming pool stays closed on Monday, April 8, because workmen repair its "
            "leaking roof from six in the morning.",
            True,
        ),
    ],
)
def test_a_short_notice_proves_a_copy_where_it_names_a_day(body: str, proves: bool) -> None:
    assert bool(body_hash(make.article(body=body))) is proves


def test_short_texts_prove_no_copy() -> None:
    assert body_hash(make.article(body="See attachment.")) == ""
    assert body_hash(make.article()) == body_hash(make.article(title="x", url="http://e.test/9"))


PAGES = st.builds(
    make.reading,
    url=st.sampled_from([f"http://e.test/{n}" for n in range(3)]),
    title=st.sampled_from(["One", "Two", "oNE "]),
    body=st.sampled_from([BODY, BODY + "\n\nMore.", BODY.replace(" ", "\u3000")]),
)


def arrive(store: Archive, reading: Reading, seconds: int) -> Change:
    assert reading.article
    with store.writing() as tx:
        found = tx.archive.pages.known(SOURCE.id, reading.article.url)
        intent = decide(reading, found, reading.article.url)
        return tx.articles.apply(
            intent, source_id=SOURCE.id, run_id=None, now=later(seconds=seconds)
        ).change


@settings(max_examples=examples(25))
@given(st.lists(PAGES, min_size=1, max_size=6))
def test_deciding_twice_is_deciding_once(pages: list[Reading]) -> None:
    with TemporaryDirectory() as folder, Archive.create(Path(folder) / "a.db") as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        for n, page in enumerate(pages):
            arrive(store, page, n)
            events = len(store.revisions.events())
            assert arrive(store, page, n) is Change.UNCHANGED
            assert len(store.revisions.events()) == events
        urls = {page.article.url for page in pages if page.article}
        assert len(store.articles.select(Query())) == len(urls)
        assert store.maintenance.integrity() == ()


def test_an_age_that_is_counted_anew_with_each_fetch_moves_no_day(tmp_path: Path) -> None:
    """A page that goes on saying `3 hours ago` was not published again."""
    url = "http://a.test/a/1.htm"
    text = "<p>The city opened a laboratory for big data, the local government said.</p>" * 2
    with Archive.create(tmp_path / "a.db") as store:
        with store.writing() as tx:
            tx.sources.register(source("a").ref, NOW)
            run = tx.runs.start("a", NOW)
        for days in (0, 5):
            html = f"<h1>City opens laboratory</h1><p>3 hours ago</p>{text}<!-- {days} -->"
            at = later(days=days)
            received = make.capture(html.encode(), url=url, final_url=url, fetched_at=at)
            read = read_article(received, FieldRules(), "a")
            assert read.article is not None
            assert read.article.published is not None
            page = FetchedPage(source("a"), received, read, prepared=prepare(read.article, None))
            ingest(store, page, run_id=run.id, now=at, watchlist=None)
            kept = store.articles.get(1)
            assert kept.published is not None
            assert kept.published.day == later(hours=-3).date()
        assert len(store.revisions.events()) == 1


def test_an_item_in_a_log_is_one_short_line() -> None:
    item = ArticleItem(make.capture(), source("a"))
    item.read = Read(make.reading())
    item.page = FetchedPage(source("a"), make.capture(), make.reading())
    assert make.capture().url in repr(item)
    assert len(repr(item)) < 200
    assert "\n" not in repr(item)


@pytest.mark.parametrize("flag", ["cached", "dataloss", "download_stopped"])
def test_an_answer_that_proves_nothing_makes_a_flawed_item(flag: str) -> None:
    assert flag in ArticleItem.of(TextResponse(URL, flags=[flag]), NOW).flaw
    assert ArticleItem.of(TextResponse(URL, flags=["partial"]), NOW).flaw == ""  # of no length
    assert ArticleItem.of(TextResponse(URL), NOW).flaw == ""
