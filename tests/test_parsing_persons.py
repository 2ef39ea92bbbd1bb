"""Who wrote an article: persons told apart from organisations and from what stands beside them."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.fields import persons
from scraper.parsing.fields.persons import persons_in
from scraper.sources.model import FieldRules
from storage.types import ArticleData
from tests.support.make import capture

URL = "http://news.practice.test/2024/05/harbour.html"
TITLE = "Harbour town opens its tide mill again"
TEXT = "<p>The tide mill at the old harbour turned its wheel on Tuesday for the first time in ninety years, to the applause of some two hundred people on the quay.</p>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ann Miller", "Ann Miller"),
        ("By Ann Miller", "Ann Miller"),
        ("By ANN MILLER and BO LEE, AP Auto Writer", "ANN MILLER, BO LEE"),
        ("Ann Miller and Bo Lee", "Ann Miller and Bo Lee"),
        ("Ann Miller 5 minute Read", "Ann Miller"),
        ("Ann Miller | Staff Writer", "Ann Miller"),
        ("Ann Miller Senior Political Correspondent", "Ann Miller"),
        ("Ann Miller - 11/19/19 06:56 AM EST", "Ann Miller"),
        ("Ann Miller on Tuesday", "Ann Miller"),
        ("Ann Miller, The Harbour Times", "Ann Miller"),
        ("Von Jürgen Groß, dpa", "Jürgen Groß"),
        ("Von Jürgen Groß (jgr)", "Jürgen Groß"),
        ("Redaktion/Jürgen Groß", "Jürgen Groß"),
        ("Do Correio Em São João (SP)", ""),
        ("Annette von Holm", "Annette von Holm"),
        ("Por María de los Ángeles Ruiz", "María de los Ángeles Ruiz"),
        ("José Volta e Pinto", "José Volta e Pinto"),
        ("J&#xE9;r&#244;me Petit", "Jérôme Petit"),
        ("Іван Франко", "Іван Франко"),
        ("作者：张三", "张三"),
        ("本报记者 张三 李四", "张三 李四"),
        ("记者张三、李四", "张三、李四"),
        ("홍길동 기자", "홍길동"),
        ("张三 整合", "张三"),
        ("李四 港口区", "李四"),
        ("张三 李四", "张三 李四"),
        ("王五、赵六 摄影", "王五、赵六"),
        ("Ann Miller and Bo Lee USA TODAY", "Ann Miller, Bo Lee"),
        ("Harbour Allgemeine Zeitung GmbH", ""),
        ("Jornal do Porto", ""),
        ("Harbour Articles", ""),
        ("行情速递", ""),
        ("Harbour News Staff", ""),
        ("Associated Press", ""),
        ("Reuters", ""),
        ("admin", ""),
        ("https://social.test/ann.miller", ""),
        ("5 minute read", ""),
        ("港口日报", ""),
        ("本站编辑", ""),
        ("新华社", ""),
        ("", ""),
    ],
)
def test_the_persons_of_a_byline(byline: str, names: str) -> None:
    assert persons_in(byline) == names


def read(byline: str, head: str = "", foot: str = "") -> ArticleData:
    page = (
        f"<html lang=en><head><meta charset=utf-8><title>{TITLE}</title>{head}</head>"
        f"<body><h1>{TITLE}</h1>{byline}<div class=x>{TEXT * 3}</div>{foot}</body></html>"
    )
    reading = read_article(capture(page.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is not None, reading
    return reading.article


@pytest.mark.parametrize(
    "byline",
    [
        "<a rel=author href='/x'>Ann Miller</a>",
        "<div class=byline><span>By</span> <a href='/x'>Ann Miller</a> <span>5 min read</span></div>",
        "<span itemprop=author itemscope><span itemprop=name>Ann Miller</span><i>Reporter</i></span>",
        "<p class='article__author-name'>Ann Miller</p>",
        "<div class=ArticleByline><p class=postAuthor>Ann Miller</p></div>",
        "<div data-testid=byline>By Ann Miller</div>",
        "<p>Words: <a href='/authors/ann-miller/'>Ann Miller</a></p>",
    ],
)
def test_the_elements_of_a_byline(byline: str) -> None:
    assert read(byline).author == "Ann Miller"


@pytest.mark.parametrize(
    "byline",
    [
        "<p>di Anna Bianchi</p>",
        "<p>Von Anna Bianchi</p>",
        "<p>Por Anna Bianchi</p><p>7 May 2024</p>",
        "<p>Written by Anna Bianchi on 7 May 2024</p>",
        "<p>Penulis: Anna Bianchi</p>",
        "<p>Autor: Anna Bianchi</p>",
        "<p class=firma>di Anna Bianchi</p>",
        "<div class=head--name>Anna Bianchi</div>",
        "<a href='/team/anna-bianchi.html'>Anna Bianchi</a>",
        "<a href='/authors/1234/anna-bianchi'>Anna Bianchi</a>",
        "<p class=byline>By <a href=/x>Anna Bianch<span>i</span></a></p>",
    ],
)
def test_bylines_of_the_world(byline: str) -> None:
    assert read(byline).author == "Anna Bianchi"


@pytest.mark.parametrize(
    "around", ["has-sidebar", "layout-right-sidebar", "no-promo", "post-footer related-post"]
)
def test_what_the_whole_page_is_called_puts_nobody_beside_it(around: str) -> None:
    """A wrapper of the headline and the text may be named after what else it holds."""
    page = f"<div class='{around}'><h1>{TITLE}</h1><p class=byline>Ann Miller</p><div>{TEXT * 3}</div></div>"
    html = f"<html><title>{TITLE}</title><body>{page}</body></html>"
    reading = read_article(capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t")
    assert reading.article is not None
    assert reading.article.author == "Ann Miller"


def test_the_footer_of_the_article_names_its_writer_and_that_of_the_page_nobody() -> None:
    def author(foot: str) -> str | None:
        html = f"<html><title>{TITLE}</title><body><article><h1>{TITLE}</h1><div>{TEXT * 3}</div>{foot}"
        reading = read_article(capture(html.encode(), url=URL, final_url=URL), FieldRules(), "t")
        assert reading.article is not None
        return reading.article.author

    byline = "<a rel=author href=/a>Ann Miller</a>"
    assert author(f"<footer>{byline}</footer></article>") == "Ann Miller"
    assert author(f"</article><footer>{byline}</footer>") is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>New York</p><p>7 May 2024</p>",
        "<a href='/real-estate/'>Real Estate</a>",
        "<a href='/topic/ann-miller/'>Ann Miller</a>",
        "<p class=author>责任编辑：张三</p>",
        "<p>By the harbour, a mill turns again</p>",
        "<p>Von Dienstag an dreht sich das Rad wieder</p>",
    ],
)
def test_what_stands_there_and_is_no_byline(line: str) -> None:
    assert read(line).author is None


def test_how_far_a_writer_may_be_believed() -> None:
    def level(article: ArticleData) -> tuple[str, str]:
        found = next(item for item in article.evidence if item.field == "author")
        return str(found.confidence), found.doubt

    assert level(read("<p class=byline>By Ann Miller</p>")) == ("sure", "")
    found = level(read("", "<meta name=author content='Friends of the Harbour'>"))
    assert found == ("doubtful", "not the name of a person, by its shape")


def test_several_writers_of_one_byline() -> None:
    byline = "<div class=by><a rel=author href='/a'>Ann Miller</a> <a rel=author href='/b'>Bo Lee</a></div>"
    assert read(byline).author == "Ann Miller, Bo Lee"


@pytest.mark.parametrize(
    "beside",
    [
        "<div class=comments><b class=author>Ann Miller</b> says: hear, hear</div>",
        "<aside><a rel=author href='/a'>Ann Miller</a></aside>",
        "<div class='related-stories'><p class=byline>By Ann Miller</p></div>",
        "<p class=author>The Harbour Times</p>",
    ],
)
def test_what_names_no_writer_of_this_article(beside: str) -> None:
    rows = "".join(f"<p>Row {n} of the page</p>" for n in range(12))
    assert read("", foot=rows + beside).author is None


def test_a_person_comes_before_an_organisation() -> None:
    head = "<meta name=author content='Harbour Media'>"
    assert read("<p class=byline>By Ann Miller</p>", head).author == "Ann Miller"
    linked = """<script type=application/ld+json>{"@type":"NewsArticle","author":[{"@type":"Organization","name":"Harbour Media"},{"@type":"Person","name":"Ann Miller"}]}</script>"""
    assert read("", linked).author == "Ann Miller"


def test_an_organisation_stays_where_no_person_is_named_and_a_company_does_not() -> None:
    assert read("", "<meta name=author content='Friends of the Harbour'>").author == (
        "Friends of the Harbour"
    )
    assert read("", "<meta name=author content='Harbour Verlag GmbH'>").author is None


@pytest.mark.parametrize(
    "office",
    [
        "Environmental Health Division",
        "Office of Public Information",
        "Harbour Newsroom",
        "Harbour Press Agency",
        "Gabinete de Comunicación",
        "Servicio de Cultura",
        "Direction des communications",
        "Abteilung Kultur",
        "Ufficio Comunicazione",
        "Afdeling Communicatie",
        "Odbor Kultury",
        "Biuro Prasowe",
        "Отдел Культуры",
        "港口市文化局",
    ],
)
def test_an_office_that_stands_where_writers_do_is_the_source(office: str) -> None:
    for found in (
        read(f"<p class=byline>By {office}</p>"),
        read(f"<div class=metadata-author><b>{office}</b> <i>24/02/24</i></div>"),
        read(f"<a rel=author href=/a>{office}</a>"),
        read("", f"<meta name=author content='{office}'>"),
    ):
        assert (found.source, found.author) == (office, None)


def test_a_person_and_the_site_itself_are_no_office() -> None:
    for name in ("Ann Divis", "Emily Poster", "Jim Davis", "Michelle Branch", "Rosa Cabinet"):
        found = read(f"<p class=byline>By {name}</p>")
        assert (found.author, found.source) == (name, None)
    both = read("<p class=byline>By Ann Miller, Culture Division</p>")
    assert (both.author, both.source) == ("Ann Miller", None)
    site = "<meta property=og:site_name content='Harbour Daily News'>"
    own = read("<p class=byline>By Harbour Daily News</p>", site)
    assert own.author is None
    for words in (
        "The Russian and Syrian defence ministries",
        "Replying to @PortNews",
        "https://news.test/press",
    ):
        assert read(f"<p class=byline>{words}</p>").source is None
    named = read("<p>Source: Port Gazette</p><p class=byline>By Culture Division</p>")
    assert named.source == "Port Gazette"


@pytest.mark.parametrize(
    "line",
    [
        "<div style='display:none'>Byline</div>Ann Miller",
        "<span hidden>Written by the following person</span><span>Ann Miller</span>",
        "<div class=field--label>Texte</div><div class=field--item>Ann Miller</div>",
        "<span>Author</span> <span>Ann Miller</span>",
        "<b>Tekst:</b> <span>Ann Miller</span>",
        "<span>Autor</span><a href=/a>Ann Miller</a>",
    ],
)
def test_a_label_in_an_element_of_its_own_is_no_part_of_a_name(line: str) -> None:
    assert read(f"<div class='article-header byline'>{line}</div>").author == "Ann Miller"


@pytest.mark.parametrize(
    "line",
    [
        "Posted By Ann Miller, Thursday, March 7, 2024",
        "Posted by Ann Miller on March 7, 2024",
        "By Ann Miller, Thursday, March 7, 2024",
        "Posted by: Ann Miller, Thu., 7 March 2024",
        "Por Ann Miller, jueves, 7 de marzo de 2024",
        "Von Ann Miller, Donnerstag, 7. März 2024",
    ],
)
def test_the_day_behind_a_writer_is_no_part_of_the_name(line: str) -> None:
    found = read(f"<p>{line}</p>")
    assert (found.author, found.source) == ("Ann Miller", None)
    assert found.published is not None
    office = read(f"<p>{line.replace('Ann Miller', 'Harbour Press Office')}</p>")
    assert office.author is None
    assert office.source == "Harbour Press Office"


def test_a_writer_alone_under_the_headline_is_no_source() -> None:
    linked = """<script type=application/ld+json>{"@type":"NewsArticle","author":{"@type":"Person","name":"Ann Miller"}}</script>"""
    found = read("<p>7 May 2024 | Ann Miller</p>", linked)
    assert (found.author, found.source) == ("Ann Miller", None)


def test_names_take_no_time() -> None:
    for text in ("A " * 5_000, "By " * 3_000, "张" * 5_000, "and " * 3_000, "A-" * 5_000):
        assert persons_in(text) == "" or persons_in(text)
    assert persons.MOST == 8
