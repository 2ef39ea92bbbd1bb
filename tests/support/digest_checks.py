"""What must hold of every digest in each format, whatever its texts say."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

import docx
import openpyxl
from markdown_it import MarkdownIt
from pypdf import PdfReader

from desk.digest import wording
from desk.digest.formats import render
from desk.digest.model import Digest, Format
from desk.text import FORMULA_STARTS
from tests.support.digest_samples import PERIOD
from tests.support.hostile_digests import (
    ALLOWED,
)


class Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def markup(digest: Digest) -> Markup:
    parsed = Markup()
    parsed.feed(render(digest, Format.HTML).decode())
    parsed.close()
    return parsed


ATOM = "{http://www.w3.org/2005/Atom}"


def mail(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(page)
    parser.close()
    return parser.found


def html_holds_listed_markup_only(digest: Digest) -> None:
    for tag, attributes in markup(digest).tags:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        if "target" in attributes:  # beside the page that shows it, which it does not learn of
            assert attributes["target"] == "_blank"
            assert attributes["rel"] == "noopener noreferrer"
        href = attributes.get("href") or "#"
        assert href.startswith("#") or urlsplit(href).scheme in ("http", "https")


def markdown_links_to_http_only(digest: Digest) -> None:
    parsed = MarkdownIt("commonmark").parse(render(digest, Format.MD).decode())
    kinds = set()
    for token in parsed:
        for inner in (token, *(token.children or ())):
            kinds.add(inner.type)
            if inner.type == "link_open":
                assert urlsplit(str(inner.attrs["href"])).scheme in ("http", "https")
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_block", "code_inline"}
    headings = [token for token in parsed if token.type == "heading_open"]
    told = [wording.doubts(digest), wording.unread(digest), wording.why(digest)]
    ours = 1 + len(list(filter(None, told))) + len(("references", "how made", "sources"))
    figures = bool(wording.annex(digest))
    assert len(headings) == ours + figures + bool(digest.front) + len(digest.inside)


def csv_has_no_formula(digest: Digest) -> None:
    text = render(digest, Format.CSV).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 1 + len(digest.items)
    for cell in rows[1]:
        assert not cell.strip().startswith(tuple("=+-@\t\r\n＝＋－＠"))
    title = rows[1][rows[0].index("title")]
    assert title.removeprefix("'") == digest.items[0].title


def json_is_raw(digest: Digest) -> None:
    document = json.loads(render(digest, Format.JSON))
    (item,) = [item for section in document["sections"] for item in section["items"]]
    assert item["title"] == digest.items[0].title


def page_holds_listed_markup_only(digest: Digest) -> None:
    for tag, attributes in tags(render(digest, Format.HTML).decode()):
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        href = attributes.get("href") or "#"
        assert href.startswith("#") or urlsplit(href).scheme in ("http", "https")


def mail_holds_listed_markup_only(digest: Digest) -> None:
    message = mail(render(digest, Format.EML))
    body = message.get_body(("html",))
    assert body is not None
    for tag, attributes in tags(body.get_content()):
        assert tag in {
            *("html", "head", "meta", "title", "body", "table", "tr", "td", "strong", "em", "br"),
            *("span", "a", "p"),
        }
        assert not [name for name in attributes if name.startswith("on")]
        href = attributes.get("href")
        assert href is None or urlsplit(href).scheme in ("http", "https")


def feed_links_to_http_only(digest: Digest) -> None:
    root = ElementTree.fromstring(render(digest, Format.ATOM))
    for link in root.iter(f"{ATOM}link"):
        assert urlsplit(link.get("href") or "").scheme in ("http", "https")
    assert {node.get("type") for node in root.iter(f"{ATOM}summary")} <= {"text"}


def word_document_links_to_http_only(digest: Digest) -> None:
    raw = render(digest, Format.DOCX)
    opened = docx.Document(io.BytesIO(raw))
    for relation in opened.part.rels.values():
        if relation.is_external:
            assert urlsplit(relation.target_ref).scheme in ("http", "https")
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        body = package.read("word/document.xml")
    assert b"instrText" not in body  # no field, so nothing that Word would run or fetch


def workbook_has_no_formula(digest: Digest) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(digest, Format.XLSX)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                text = str(cell.value or "")
                if cell.data_type == "s" and text[:1] in FORMULA_STARTS and text:
                    assert cell.quotePrefix
                if cell.hyperlink is not None:
                    assert urlsplit(cell.hyperlink.target).scheme in ("http", "https")


def citation_is_one_line_and_one_paragraph(digest: Digest) -> None:
    (item,) = digest.items
    cited = wording.cite_item(item, PERIOD.zone)
    assert len(wording.plain(cited).splitlines()) == 1
    found = tags(wording.rich(cited))
    assert {tag for tag, _ in found} <= {"p", "a"}
    assert all(urlsplit(a["href"] or "").scheme in ("http", "https") for t, a in found if t == "a")


def subject_is_one_header_line(digest: Digest) -> None:
    raw = render(digest, Format.EML)
    names = {line.partition(b":")[0] for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")}
    known = {b"Subject", b"MIME-Version", b"Content-Type", b"X-Unsent"}
    assert {name for name in names if not name.startswith((b" ", b"\t"))} <= known


def shown(data: bytes, form: Format) -> str:
    """All that a file says, its parts unpacked."""
    if form in (Format.DOCX, Format.XLSX):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return "\n".join(
                package.read(name).decode("utf-8", "ignore") for name in _names(package)
            )
    if form is Format.EML:
        return "\n".join(
            part.get_content() for part in mail(data).walk() if not part.is_multipart()
        )
    if form is Format.PDF:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return data.decode("utf-8-sig")


def _names(package: zipfile.ZipFile) -> Iterator[str]:
    yield from (name for name in package.namelist() if name.endswith((".xml", ".rels")))
