"""Documents that stand where an article is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.parsing.article import read_article
from scraper.sources.links import compile_link, is_article
from scraper.sources.model import FieldRules, LinkRules
from storage.types import ArticleData, Outcome, Reading
from tests.support import documents
from tests.support.crawling import Crawl, source
from tests.support.make import capture
from tests.support.servers import Server, answer

NOTICE = "贵阳市枢纽城市建设项目申报指南"
TEXT = "各有关单位：现将申报指南予以公布，请于三月底前报送材料。"
URL = "http://a.test/download.jsp?file=7"


def read(body: bytes, **headers: str) -> Reading:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return read_article(
        capture(body, url=URL, final_url=URL, headers=pairs), FieldRules(language="zh"), "a"
    )


def article_of(reading: Reading) -> ArticleData:
    assert reading.article is not None
    return reading.article


@pytest.mark.parametrize(
    "body", [documents.docx(NOTICE, TEXT), documents.pdf(f"{NOTICE}\n{TEXT}")], ids=["docx", "pdf"]
)
def test_a_document_is_an_article_titled_by_its_first_line(body: bytes) -> None:
    found = read(body)
    assert found.outcome is Outcome.OK
    article = article_of(found)
    assert (article.title, article.language, article.url) == (NOTICE, "zh", URL)
    assert TEXT in article.body
    assert article.html.startswith("<p>")


def test_without_a_usable_first_line_the_file_names_it() -> None:
    body = documents.docx("A" * 200)
    named = read(body, content_disposition="attachment; filename*=UTF-8''%E6%8C%87%E5%8D%97.docx")
    assert article_of(named).title == "指南.docx"
    assert article_of(read(body)).title == "download.jsp"


def test_markup_in_a_document_is_text() -> None:
    article = article_of(read(documents.docx("Notice", "<script>alert(1)</script>")))
    assert "<script>" not in article.html
    assert "<script>" in article.body


def test_a_document_without_text_says_why() -> None:
    found = read(documents.scan())
    assert (found.outcome, found.article) == (Outcome.UNSUPPORTED, None)
    assert "scan" in found.reason


@pytest.mark.parametrize(
    ("shape", "url", "expected"),
    [
        ("/f/{any}.pdf", "/f/list.pdf", True),
        ("/f/{any}.pdf", "/f/list.PDF", False),  # shapes tell letters apart
        ("re:^/f/.*\\.pdf$", "/f/list.pdf", True),
        ("/f/{any}", "/f/list.pdf", False),
        ("/f/{any}.docx", "/f/list.pdf", False),
        ("/f/{any}.zip", "/f/list.zip", False),
    ],
)
def test_documents_are_articles_only_where_a_shape_says_so(
    shape: str, url: str, expected: bool
) -> None:
    rules = LinkRules(("a.test",), (compile_link(shape),), (), (shape,))
    assert is_article(f"http://a.test{url}", rules) is expected


def test_a_list_row_that_leads_to_a_document_is_an_article(tmp_path: Path, server: Server) -> None:
    site = server.site("a.test")
    site.listing("/news.html", "/f/1.pdf")
    site.answer("/f/1.pdf", answer(200, documents.pdf(f"{NOTICE}\n{TEXT}")))
    crawl = Crawl(tmp_path / "archive.db", server)
    links = LinkRules(("a.test",), (compile_link("/f/{id}.pdf"),), (), ("/f/{id}.pdf",))
    (run,) = crawl(source("a", links=links))
    assert (run.outcome, run.counts.new) == (Outcome.OK, 1)
    assert crawl.ask(lambda store: store.articles.get(1)).title == NOTICE
