"""The files of articles: fetched politely after the articles, kept, read, searchable, owed."""

from __future__ import annotations

import errno
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.crawl.request import FileDone
from scraper.sources.model import AttachmentRules
from storage.archive import Archive
from storage.articles.records import Query
from storage.attachments import GIVE_UP_AFTER, AttachedFile
from storage.types import Outcome
from tests.support import documents
from tests.support.crawling import Crawl, source
from tests.support.make import NOW
from tests.support.servers import (
    Server,
    Site,
    answer,
    article_html,
    in_turn,
    page,
    redirect,
    silence,
)

PDF = documents.pdf("贵阳市枢纽城市专利申报名单", "second page: telescope")
PATENT = "专利申报"


def linking(*links: str, text: str = "") -> str:
    """An article page that links to files."""
    files = "".join(f'<p><a href="{link}">File {link}</a></p>' for link in links)
    html = article_html("Hub city notice", text)
    return html.replace("<p>It did not", f"{files}<p>It did not")


def file(body: bytes, media: str = "application/pdf", etag: str = "") -> object:
    headers = {"Content_Type": media} | ({"ETag": etag} if etag else {})
    return answer(200, body, **headers)


@pytest.fixture
def site(server: Server) -> Site:
    site = server.site("a.test")
    site.listing("/news.html", "/a/1.htm")
    return site


@pytest.fixture
def crawl(tmp_path: Path, server: Server) -> Crawl:
    return Crawl(tmp_path / "archive.db", server)


def files(crawl: Crawl, article_id: int = 1) -> tuple[AttachedFile, ...]:
    found: tuple[AttachedFile, ...] = crawl.ask(lambda store: store.attachments.of(article_id))
    return found


def hits(crawl: Crawl, words: str) -> list[tuple[int, list[str]]]:
    """Articles found, each with the names of the files it was found in."""

    def ask(store: Archive) -> list[tuple[int, list[str]]]:
        found = store.articles.search(Query(words))
        return [(hit.article.id, [each.name for each in hit.in_files]) for hit in found]

    result: list[tuple[int, list[str]]] = crawl.ask(ask)
    return result


def test_row_207_a_file_whose_address_says_no_kind_is_had_and_read(
    crawl: Crawl, site: Site
) -> None:
    text = f"<p>附件：<a href='/down.jsp?id=1'>申报表</a> <a href='/f/2' download>{PATENT}</a></p>"
    html = article_html("Hub city notice").replace("<p>It did not", f"{text}<p>It did not")
    site.answer("/a/1.htm", page(html))
    site.answer("/down.jsp?id=1", file(PDF, "application/octet-stream"))
    words = {"Content_Type": "application/octet-stream"}
    words["Content_Disposition"] = "attachment; filename*=UTF-8''list.txt"
    site.answer("/f/2", answer(200, "telescope, 望远镜".encode(), **words))
    crawl(source("a"))
    assert [(each.outcome, each.kind) for each in files(crawl)] == [(Outcome.OK, "file")] * 2
    assert hits(crawl, "telescope") == [(1, ["申报表", PATENT])]


def test_a_file_is_fetched_kept_and_found_by_its_words(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/list.pdf")))
    site.answer("/f/list.pdf", file(PDF))
    (run,) = crawl(source("a"))
    assert (run.outcome, run.reason) == (Outcome.OK, "")
    (kept,) = files(crawl)
    assert (kept.outcome, kept.media_type, kept.size) == (Outcome.OK, "application/pdf", len(PDF))
    assert (kept.text_outcome, kept.text_reason) == (Outcome.OK, "")
    assert kept.characters > 10
    assert kept.snapshot_id is not None
    assert crawl.ask(lambda store: store.pages.snapshot(kept.snapshot_id).body) == PDF
    assert "telescope" in crawl.ask(lambda store: store.attachments.text(kept.file_id))
    assert hits(crawl, PATENT) == [(1, ["File /f/list.pdf"])]
    assert hits(crawl, "telescope") == [(1, ["File /f/list.pdf"])]
    assert crawl.logged(run, "list.pdf") == ["ok"]
    assert FileDone("a", site.url("/f/list.pdf"), Outcome.OK) in crawl.events


def test_a_hit_says_in_which_file_and_shows_the_place(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/list.pdf", "/f/other.docx")))
    site.answer("/f/list.pdf", file(PDF))
    site.answer("/f/other.docx", file(documents.docx("nothing of it")))
    crawl(source("a"))
    (hit,) = crawl.ask(lambda store: store.articles.search(Query(PATENT)))
    (found,) = hit.in_files
    assert (found.url, found.kind) == (site.url("/f/list.pdf"), "pdf")
    assert f"[{PATENT}]" in found.snippet


def test_words_may_stand_partly_in_the_article_and_partly_in_its_file(
    crawl: Crawl, site: Site
) -> None:
    site.answer("/a/1.htm", page(linking("/f/list.pdf")))
    site.answer("/f/list.pdf", file(PDF))
    crawl(source("a"))
    assert [found for found, _ in hits(crawl, "laboratories telescope")] == [1]
    assert hits(crawl, "laboratories microscope") == []
    assert crawl.ask(lambda store: store.articles.count(Query("laboratories telescope"))) == 1
    assert hits(crawl, "利") == [(1, [])]  # one lone character is looked for in the texts


def test_the_article_itself_comes_before_those_that_only_link(crawl: Crawl, site: Site) -> None:
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    site.answer("/a/1.htm", page(linking("/f/1.docx")))
    site.answer("/f/1.docx", file(documents.docx("telescope telescope telescope")))
    site.article("/a/2.htm", "A telescope for the city")
    crawl(source("a"))
    assert [names for _, names in hits(crawl, "telescope")] == [[], ["File /f/1.docx"]]


def test_an_unchanged_portal_is_asked_for_no_file_again(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/list.pdf")))
    site.answer("/f/list.pdf", file(PDF))
    crawl(source("a"))
    site.hits.clear()
    crawl.now += timedelta(hours=2)
    crawl(source("a"))
    assert site.paths() == ["/news.html"]


def test_the_files_of_an_edited_article_are_asked_for_again_conditionally(
    crawl: Crawl, site: Site
) -> None:
    site.answer("/a/1.htm", page(linking("/f/list.pdf")))

    def conditional(connection: object, hit: object) -> None:
        headers = hit.headers  # type: ignore[attr-defined]
        known = headers.get("if-none-match") == '"one"'
        answer(304 if known else 200, b"" if known else PDF, ETag='"one"')(connection, hit)  # type: ignore[arg-type]

    site.answer("/f/list.pdf", conditional)  # type: ignore[arg-type]
    crawl(source("a"))
    site.answer("/a/1.htm", page(linking("/f/list.pdf", text="The list was corrected. " * 9)))
    site.hits.clear()
    crawl.now += timedelta(days=1)
    (run,) = crawl(source("a"))
    assert run.counts.changed == 1
    assert crawl.logged(run, "list.pdf") == ["unchanged"]
    assert hits(crawl, PATENT) == [(1, ["File /f/list.pdf"])]


def test_a_file_that_changed_is_found_by_its_new_words_only(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/list.docx")))
    old, new = documents.docx("telescope"), documents.docx("microscope")
    site.answer("/f/list.docx", in_turn(file(old), file(new)))  # type: ignore[arg-type]
    crawl(source("a"))
    site.answer("/a/1.htm", page(linking("/f/list.docx", text="The list was corrected. " * 9)))
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert hits(crawl, "telescope") == []
    assert hits(crawl, "microscope") == [(1, ["File /f/list.docx"])]


def test_the_same_bytes_are_kept_and_read_once(crawl: Crawl, site: Site) -> None:
    site.listing("/news.html", "/a/1.htm", "/a/2.htm")
    for number in (1, 2):
        site.answer(f"/a/{number}.htm", page(linking(f"/f/{number}.pdf")))
        site.answer(f"/f/{number}.pdf", file(PDF))
    crawl(source("a"))
    assert crawl.table("SELECT count(*) FROM file_texts") == [(1,)]
    assert len({kept.sha256 for number in (1, 2) for kept in files(crawl, number)}) == 1
    assert sorted(found for found, _ in hits(crawl, "telescope")) == [1, 2]


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (answer(404), "gone"),
        (answer(500), "http_error"),
        (page("<!doctype html><title>404</title><p>Not there"), "soft_404"),
        (answer(200, b""), "empty"),
        (redirect("http://elsewhere.test/x.pdf"), "refused_address"),
        (file(b"%PDF-1.4 " + bytes(90_000)), "too_big"),
    ],
)
def test_a_file_that_cannot_be_had_has_a_word_and_hurts_nobody(
    crawl: Crawl, site: Site, behaviour: object, outcome: str
) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf", "/f/y.docx")))
    site.answer("/f/x.pdf", behaviour)  # type: ignore[arg-type]
    site.answer("/f/y.docx", file(documents.docx("telescope")))
    (run,) = crawl(source("a", attachments=AttachmentRules(bytes=50_000)))
    assert (run.outcome, run.counts.new, run.counts.failed) == (Outcome.OK, 1, 0)
    assert run.reason == f"attachments not had: {outcome} 1"
    x, y = files(crawl)
    assert (x.outcome, x.snapshot_id) == (outcome, None)
    assert x.reason
    assert y.outcome is Outcome.OK
    assert outcome in crawl.logged(run, "x.pdf")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (documents.encrypted_pdf("x", "secret"), "password"),
        (documents.scan(), "scan"),
        (b"%PDF-1.4 torn", "damaged"),
        (documents.package({"a": "b"}), "ZIP"),
    ],
)
def test_a_file_without_text_is_kept_and_says_why(
    crawl: Crawl, site: Site, body: bytes, words: str
) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", file(body))
    crawl(source("a"))
    (kept,) = files(crawl)
    assert (kept.outcome, kept.size) == (Outcome.OK, len(body))
    assert kept.text_outcome is Outcome.UNSUPPORTED
    assert words in kept.text_reason


def test_a_failed_file_rests_ever_longer_and_is_given_up(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", answer(404))
    asked = []
    for day in (0, 1, 2, 3, 5, 7, 14, 28, 42, 56, 70, 84, 99):
        crawl.now = NOW + timedelta(days=day)
        site.hits.clear()
        crawl(source("a", rechecks=replace(source("a").rechecks, per_run=0)))
        if "/f/x.pdf" in site.paths():
            asked.append(day)
    assert asked == [0, 1, 3, 7, 14, 28, 42, 56]
    assert len(asked) == GIVE_UP_AFTER


def test_a_file_that_no_process_can_be_started_for_is_owed(
    crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.EMFILE, "too many open files")

    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", file(PDF))
    with monkeypatch.context() as exhausted:
        exhausted.setattr("scraper.workers.pool._start", full)
        crawl(source("a"))
    assert files(crawl)[0].outcome is Outcome.BUSY
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert hits(crawl, "telescope") == [(1, ["File /f/x.pdf"])]


def test_a_file_that_comes_back_is_had_after_its_rest(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", in_turn(answer(404), file(PDF)))  # type: ignore[arg-type]
    crawl(source("a"))
    crawl.now += timedelta(hours=1)
    crawl(source("a"))
    assert hits(crawl, "telescope") == []
    crawl.now += timedelta(days=1)
    crawl(source("a"))
    assert hits(crawl, "telescope") == [(1, ["File /f/x.pdf"])]


def test_robots_rules_hold_for_files(crawl: Crawl, site: Site) -> None:
    site.answer("/robots.txt", answer(200, b"User-agent: *\nDisallow: /f/\n"))
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", file(PDF))
    crawl(source("a"))
    assert files(crawl)[0].outcome is Outcome.ROBOTS
    assert "/f/x.pdf" not in site.paths()


def test_files_on_other_hosts_are_had_only_if_the_source_names_them(
    crawl: Crawl, site: Site, server: Server
) -> None:
    other = server.site("files.test")
    other.answer("/x.pdf", file(PDF))
    site.answer("/a/1.htm", page(linking("http://files.test/x.pdf")))
    crawl(source("a"))
    assert (files(crawl)[0].outcome, other.hits) == (Outcome.REFUSED_ADDRESS, [])
    assert "files.test" in files(crawl)[0].reason
    crawl.now += timedelta(days=1)
    crawl(source("a", attachments=AttachmentRules(hosts=("files.test",))))
    assert files(crawl)[0].outcome is Outcome.OK


@pytest.mark.slow
def test_bounds_of_a_run_and_of_an_article(crawl: Crawl, site: Site) -> None:
    names = [f"/f/{number}.pdf" for number in range(5)]
    site.answer("/a/1.htm", page(linking(*names)))
    for name in names:
        site.answer(name, file(PDF + name.encode()))
    rules = AttachmentRules(per_article=4, per_run=2)
    had = []
    for hour in range(4):
        crawl.now = NOW + timedelta(hours=hour)
        crawl(source("a", attachments=rules))
        had.append(sum(kept.outcome is Outcome.OK for kept in files(crawl)))
    assert had == [2, 4, 4, 4]
    assert files(crawl)[4].outcome is Outcome.PARTIAL
    assert "only 4 files" in files(crawl)[4].reason


def test_a_source_may_want_none(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    crawl(source("a", attachments=AttachmentRules(per_run=0)))
    assert site.paths() == ["/news.html", "/a/1.htm"]
    assert files(crawl)[0].outcome is None


def test_files_beyond_the_page_bound_wait_without_a_word_on_the_run(
    crawl: Crawl, site: Site
) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", file(PDF))
    few = replace(source("a").bounds, pages=2)
    (run,) = crawl(source("a", bounds=few))
    assert (run.outcome, files(crawl)[0].outcome) == (Outcome.OK, None)
    crawl.now += timedelta(hours=2)
    crawl(source("a"))
    assert files(crawl)[0].outcome is Outcome.OK


def test_the_index_is_in_order_and_can_be_made_again(crawl: Crawl, site: Site) -> None:
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", file(PDF))
    crawl(source("a"))
    with Archive.open(crawl.archive) as store:
        assert store.maintenance.integrity() == ()
        store._db.execute("DELETE FROM file_texts_fts_docsize")
        store._db.execute("INSERT INTO file_texts_fts(file_texts_fts) VALUES ('delete-all')")
        assert store.maintenance.integrity() != ()
        store.maintenance.rebuild_index(lambda done, of: None)
        assert store.maintenance.integrity() == ()
    assert hits(crawl, PATENT) == [(1, ["File /f/x.pdf"])]


def test_one_typed_address_brings_its_own_files_only(crawl: Crawl, site: Site) -> None:
    site.listing("/news.html", "/a/1.htm")
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", file(PDF))
    site.answer("/a/2.htm", page(linking("/f/y.pdf")))
    site.answer("/f/y.pdf", file(PDF))
    crawl(source("a", attachments=AttachmentRules(per_run=0)))
    crawl(source("a"), page=site.url("/a/2.htm"))
    assert [files(crawl, number)[0].outcome for number in (1, 2)] == [None, Outcome.OK]


@pytest.mark.slow
def test_a_crawl_killed_between_article_and_file_still_has_to_fetch_the_file(
    crawl: Crawl, site: Site
) -> None:
    Archive.create(crawl.archive).close()
    site.answer("/a/1.htm", page(linking("/f/x.pdf")))
    site.answer("/f/x.pdf", in_turn(silence(), file(PDF)))  # type: ignore[arg-type]
    child = crawl.start_child("a")
    until = time.monotonic() + 20
    while "/f/x.pdf" not in site.paths() and time.monotonic() < until:
        time.sleep(0.01)
    child.kill()
    child.communicate()
    assert (crawl.table("SELECT count(*) FROM articles"), files(crawl)[0].outcome) == ([(1,)], None)
    site.hits.clear()
    crawl(source("a"))
    assert site.paths() == ["/news.html", "/f/x.pdf"]
    assert hits(crawl, "telescope") == [(1, ["File /f/x.pdf"])]
