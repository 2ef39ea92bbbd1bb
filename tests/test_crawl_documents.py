"""Documents that stand where an article is expected."""

# ruff: noqa: E501 - the lines of documents stand beside what they are called
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scraper.parsing.article import read_article
from scraper.sources.links import compile_link, is_article
from scraper.sources.model import FieldRules, LinkRules
from storage.lists import RowWitness
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


SIGNED = (
    NOTICE,
    TEXT,
    "材料一式三份，逾期不予受理，未尽事宜另行通知。",
    "贵阳市科学技术协会",
    "2023年5月12日",
)


def level(article: ArticleData, field: str) -> tuple[str, str, str]:
    """The rule, the confidence and the doubt of a field."""
    found = next(one for one in article.evidence if one.field == field)
    return found.rule, str(found.confidence), found.doubt


@pytest.mark.parametrize(
    "body", [documents.docx(*SIGNED), documents.pdf("\n".join(SIGNED))], ids=["docx", "pdf"]
)
def test_every_field_of_a_document_says_how_far_it_may_be_believed(body: bytes) -> None:
    article = article_of(read(body))
    assert {one.field for one in article.evidence} >= {
        *("title", "published", "source", "author", "publisher", "body")
    }
    assert all(one.confidence for one in article.evidence)
    assert level(article, "title")[:2] == ("first line", "doubtful")
    assert article.published is not None
    assert article.published.day.isoformat() == "2023-05-12"
    rule, confidence, doubt = level(article, "published")
    assert (rule, confidence) == ("line of the text", "doubtful")
    assert "guess" in doubt
    assert level(article, "author")[1] == "unknown"
    assert level(article, "body")[1] == "sure"


def test_a_list_that_leads_to_a_document_and_its_address_are_believed() -> None:
    body = documents.docx(*SIGNED)
    row = RowWitness((NOTICE,), (date(2023, 5, 15),))
    received = capture(body, url=URL, final_url=URL)
    article = article_of(read_article(received, FieldRules(zone="Asia/Shanghai"), "a", row))
    assert level(article, "title") == ("first line", "sure", "")
    assert level(article, "published") == ("row of the list", "sure", "")
    assert article.published is not None
    assert article.published.iso == "2023-05-15"
    there = "http://a.test/2023-05/13/7.docx"
    dated = article_of(read_article(capture(body, url=there, final_url=there), FieldRules(), "a"))
    assert level(dated, "published") == ("date in the address", "sure", "")


def test_a_day_within_a_sentence_or_after_the_fetch_is_not_a_document_s_own() -> None:
    sentence = (
        "会议定于2023年5月12日在贵阳召开，请各单位按时参加，并于会前报送参会人员名单和发言材料，"
        "逾期视为放弃，联系人王先生。"
    )
    for line in (sentence, "2099年1月1日"):
        article = article_of(read(documents.docx(NOTICE, line)))
        assert article.published is None
        assert level(article, "published")[1] == "unknown"


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


def test_row_286_the_title_of_a_document_stands_below_the_head_of_its_letter() -> None:
    head = ("AGENCY FOR RESEARCH AND TRANSLATION MEDIA RELEASE", "Advance estimates of R&D")
    body = documents.docx(*head, "Spending rose by four per cent in 2025, the agency said today.")
    received = capture(body, url=URL, final_url=URL)
    article = article_of(read_article(received, FieldRules(), "a"))
    assert article.title == head[1]
    assert level(article, "title")[:2] == ("first line", "doubtful")
    row = RowWitness((head[1],), ())
    article = article_of(read_article(received, FieldRules(), "a", row))
    assert level(article, "title")[1] == "sure"
    notice = "关于发布项目申报指南的通知"
    han = documents.docx("贵阳市科学技术局", notice, "各区县科技局：现将项目指南发布。")
    article = article_of(read_article(capture(han, url=URL, final_url=URL), FieldRules(), "a"))
    assert article.title == notice


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("Thông tin về việc sửa chữa cầu Bến Lội", ("ỦY BAN NHÂN DÂN", "TỈNH HẢI THANH", "Số: 125/TCBC-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Hải Thanh, ngày 25 tháng 11 năm 2026", "THÔNG CÁO BÁO CHÍ", "Thông tin về việc sửa chữa cầu Bến Lội")),
        ("Extension of the last date for proposals under the scheme for small harbours and jetties of the western coast", ("GOVERNMENT OF WESTLAND", "DEPARTMENT OF PORTS", "Harbour House, 3rd floor", "F.No. 14/2/2026-Ports", "Dated: 28.11.2026", "CIRCULAR", "Extension of the last date for proposals", "under the scheme for small harbours", "and jetties of the western coast")),
    ],
)  # fmt: skip
def test_the_title_that_a_list_says_is_found_below_a_long_letterhead(
    said: str, lines: tuple[str, ...]
) -> None:
    body = documents.docx(*lines, "The works take three weeks, and buses go round by the mill.")
    received = capture(body, url=URL, final_url=URL)
    row = RowWitness((said,), ())
    article = article_of(read_article(received, FieldRules(), "a", row))
    assert article.title == said
    assert level(article, "title")[:2] == ("row of the list, and the text", "sure")


@pytest.mark.parametrize(
    ("said", "lines", "title"),
    [
        ("科研诚信案件调查处理细则", ("云岭省科学技术厅", "云科规〔2026〕3号", "各市科技局，各有关单位：", "现将有关事项通知如下，请遵照执行。"), "科研诚信案件调查处理细则"),
        ("Fees for berths from April on", ("Dear Sir or Madam", "The board has set the fees for the coming season."), "Fees for berths from April on"),
        ("港口泊位收费标准", ("各会员单位：", "经理事会研究，决定自四月起调整泊位收费。"), "港口泊位收费标准"),
        ("点击下载附件", ("各会员单位：", "经理事会研究，决定自四月起调整泊位收费。"), "各会员单位："),
        ("收费通知", ("贵阳市科学技术局", "筑科通〔2026〕12号", "关于调整泊位收费的通知", "各会员单位：现将收费标准予以发布。"), "关于调整泊位收费的通知"),
    ],
)  # fmt: skip
def test_a_document_that_begins_without_a_headline_is_called_as_its_list_calls_it(
    said: str, lines: tuple[str, ...], title: str
) -> None:
    received = capture(documents.docx(*lines), url=URL, final_url=URL)
    row = RowWitness((said,), ())
    article = article_of(read_article(received, FieldRules(), "a", row))
    assert article.title == title
    assert level(article, "title")[1] == "doubtful"
