"""Attached files on the command line: search, show, parse, reparse, and the keys of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubwatch.errors import SourceError
from scraper.sources.load import load_catalogue
from scraper.sources.model import AttachmentRules
from storage.archive import Archive
from tests.support import documents
from tests.support.cli import CommandLine
from tests.support.crawling import Crawl, source
from tests.support.servers import Server, answer, article_html, page

PDF = documents.pdf("The telescope of the city\nis described here.", font="ascii")
PARTS = {
    "/a/1.htm": "The first page says that forty laboratories will open their doors to companies.",
    "/a/1_2.htm": "The second page names them and thanks the companies for their long patience.",
}


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Crawl:
    """An archive with a notice that has two files, one of them not to be had."""
    site = server.site("a.test")
    site.listing("/news.html", "/a/1.htm")
    links = '<p><a href="/f/x.pdf">List</a> <a href="/f/y.docx">Form</a></p>'
    site.answer("/a/1.htm", page(article_html("Notice").replace("<p>It did", f"{links}<p>It did")))
    site.answer("/f/x.pdf", answer(200, PDF, Content_Type="application/pdf"))
    crawl = Crawl(tmp_path / "archive.db", server)
    crawl(source("a"))
    return crawl


def test_search_finds_an_article_by_its_file_and_says_which(
    hubwatch: CommandLine, archive: Crawl
) -> None:
    db = ("--db", str(archive.archive))
    assert "List: The [telescope] of the city" in hubwatch(*db, "search", "telescope").out
    (hit,) = hubwatch(*db, "search", "telescope", "--json").json
    assert [(found["name"], found["kind"]) for found in hit["in_files"]] == [("List", "pdf")]
    assert hubwatch(*db, "search", "microscope", "--json").json == []


def test_show_prints_what_became_of_each_file(hubwatch: CommandLine, archive: Crawl) -> None:
    db = ("--db", str(archive.archive))
    shown = hubwatch(*db, "show", "1").out
    assert f"List (pdf; {len(PDF)} bytes; 44 characters of text)" in shown
    assert "Form (docx; not fetched: gone, HTTP 404)" in shown
    first, second = hubwatch(*db, "show", "1", "--json").json["attachments"]
    assert (first["outcome"], first["bytes"], first["media_type"]) == (
        "ok",
        len(PDF),
        "application/pdf",
    )
    assert (second["outcome"], second["bytes"], second["text_outcome"]) == ("gone", None, None)


@pytest.mark.slow
def test_reparse_reads_files_again_that_older_rules_read(
    hubwatch: CommandLine, archive: Crawl
) -> None:
    with Archive.open(archive.archive) as store:
        store._db.execute("UPDATE file_texts SET reader_version = 0, text = words")
    db = ("--db", str(archive.archive))
    assert (
        "1 attached file would be read again" in hubwatch(*db, "reread", "pages", "--dry-run").err
    )
    assert "1 attached file read again" in hubwatch(*db, "reread", "pages").err
    assert "attached file" not in hubwatch(*db, "reread", "pages").err
    with Archive.open(archive.archive) as store:
        assert store.attachments.text(1).startswith("The telescope")
        assert store.maintenance.integrity() == ()


def test_reparse_joins_the_archived_pages_of_an_article(tmp_path: Path, server: Server) -> None:
    from desk.reparse import apply, reread
    from scraper.relevance.watchlist import load_watchlist
    from scraper.sources.load import Catalogue

    site = server.site("a.test")
    site.listing("/news.html", "/a/1.htm")
    pager = '<p><a href="1.htm">1</a> <a href="1_2.htm">2</a></p>'
    for path, text in PARTS.items():
        html = article_html("Notice", text).replace("<p>It did", f"{pager}<p>It did")
        site.answer(path, page(html))
    crawl = Crawl(tmp_path / "archive.db", server)
    crawl(source("a"))
    catalogue = Catalogue({"a": source("a")}, {})
    with Archive.open(crawl.archive) as store:
        (again,) = reread(store, catalogue)
        assert again.changes == ()
        store._db.execute("UPDATE readings SET title = 'wrong'")
        (again,) = reread(store, catalogue)
        apply(store, again, crawl.now, load_watchlist())
        article = store.articles.get(1)
        assert article is not None
        assert all(text in article.body for text in PARTS.values())
        (again,) = reread(store, catalogue)  # the parts belong to the new reading as well
        assert again.changes == ()


def test_parse_of_one_page_names_the_further_ones(hubwatch: CommandLine, tmp_path: Path) -> None:
    html = article_html("Notice", PARTS["/a/1.htm"])
    html = html.replace("</body>", '<a href="1_2.htm">2</a></body>')
    Path("page.html").write_text(html, encoding="utf-8")
    asked = ("parse", "page.html", "--url", "http://a.test/a/1.htm")
    read = hubwatch(*asked, "--json").json
    assert (read["outcome"], read["more_pages"]) == ("ok", ["http://a.test/a/1_2.htm"])
    assert "http://a.test/a/1_2.htm" in hubwatch(*asked).out


SHIPPED = Path(__file__).parent.parent / "scraper" / "sources" / "shipped" / "guiyang-en.toml"


def rules(folder: Path, more: str, top: str = "") -> AttachmentRules:
    folder.mkdir(exist_ok=True)
    text = SHIPPED.read_text(encoding="utf-8").replace("guiyang-en", "town")
    (folder / "town.toml").write_text(f"{top}\n{text}\n{more}\n", encoding="utf-8")
    return load_catalogue([folder]).get("town").attachments


def test_a_source_says_which_files_it_wants(tmp_path: Path) -> None:
    assert rules(tmp_path, "").per_run == 40
    assert rules(tmp_path, "", "attachments = false").per_run == 0
    found = rules(tmp_path, '[attachments]\nbytes = 5000\nhosts = ["f.test"]\nper_article = 3')
    assert (found.bytes, found.hosts, found.per_article) == (5000, ("f.test",), 3)


@pytest.mark.parametrize("wrong", ["byte = 5", "bytes = 5", 'hosts = ["http://x/"]'])
def test_a_mistake_in_it_is_reported_with_its_key(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SourceError, match="attachments"):
        rules(tmp_path, f"[attachments]\n{wrong}")


def test_a_warc_export_holds_the_files_too(hubwatch: CommandLine, archive: Crawl) -> None:
    hubwatch("--db", str(archive.archive), "export", "-o", "all.warc")
    written = Path("all.warc").read_bytes()
    assert PDF in written
    assert written.count(b"WARC-Type: response") == 2
