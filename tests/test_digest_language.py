"""A digest says its own words in the language that was chosen, in every format; the language is
frozen with the issue."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup

from desk.digest import edit as by
from desk.digest import wording
from desk.digest.drafts import correct, keep, opened, read_document, required, write_document
from desk.digest.evidence import evidence
from desk.digest.formats import render
from desk.digest.issues import issued_bytes
from desk.digest.model import PLAIN, Digest, DigestLanguage, EventReport, Format
from desk.drawing import summary_of
from desk.messages import Bilingual, translator
from hubwatch.errors import HubwatchError
from storage.digests import DigestState
from tests.support.big_digests import CITIES, big_digest
from tests.support.cli import CommandLine
from tests.support.digest_checks import mail
from tests.support.digest_samples import sample
from tests.support.digest_series import WANTED, begun, issued, made
from tests.support.digest_series import text as page_text
from tests.support.hub_city import at, hub_city_archive
from tests.support.make import NOW
from tests.support.visits import Visits

ZH, BOTH = DigestLanguage.ZH, DigestLanguage.BOTH
READ = [Format.HTML, Format.EML, Format.DOCX, Format.MD, Format.TXT, Format.ATOM, Format.XLSX,
    Format.CSV, Format.JSON, Format.FIGURES]  # fmt: skip
TERMS = frozenset({"SHA", "Hubwatch", "HTTP", "JSON", "Asia", "Shanghai"})
"""The Latin words that a Chinese digest may say beside what pages, people and names say."""


def said(body: bytes, form: Format) -> list[str]:
    """Every text that a format shows, as a reader meets it."""
    match form:
        case Format.HTML:
            return _page(body.decode())
        case Format.EML:
            message = mail(body)
            page, plain = message.get_body(("html",)), message.get_body(("plain",))
            assert page is not None
            assert plain is not None
            return [*_page(page.get_content()), plain.get_content(), str(message["Subject"])]
        case Format.DOCX:
            return list(_document(body))
        case Format.ATOM:
            soup = BeautifulSoup(body, "xml")
            for each in soup.find_all(["id", "updated", "published", "generator"]):
                each.decompose()
            return [*soup.stripped_strings, *(each["term"] for each in soup.find_all("category"))]
        case Format.XLSX:
            book = openpyxl.load_workbook(io.BytesIO(body))
            cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
            return [*book.sheetnames, *(str(cell) for cell in cells if cell is not None)]
        case Format.CSV | Format.FIGURES:
            rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
            return [cell for row in rows for cell in row]
        case Format.JSON:
            document = json.loads(body)
            texts = [document["coverage"]["summary"], *document["made"]]
            texts += [section["heading"] for section in document["sections"]]
            items = [item for section in document["sections"] for item in section["items"]]
            texts += [update["what"] for item in items for update in item["updates"]]
            return [*texts, *(item["citation"] for item in items)]
        case _:
            return [body.decode()]


def _page(page: str) -> list[str]:
    soup = BeautifulSoup(page, "lxml")
    for each in soup.find_all(["style", "meta"]):
        each.decompose()
    labels = [str(each["aria-label"]) for each in soup.find_all(attrs={"aria-label": True})]
    return [*soup.stripped_strings, *labels]


def _document(body: bytes) -> Iterator[str]:
    opened = docx.Document(io.BytesIO(body))
    for part in opened.part.package.iter_parts():
        if str(part.partname).endswith(("document.xml", "footnotes.xml")) or re.search(
            r"(header|footer)\d*\.xml$", str(part.partname)
        ):
            soup = BeautifulSoup(part.blob, "xml")
            yield from (each.get_text() for each in soup.find_all("p"))


def theirs(digest: Digest) -> list[str]:
    """What pages, people and sources say, longest first."""
    texts = {digest.edition.title, *digest.introduction.split("\n\n"), *CITIES}
    for scan in digest.coverage.scans:
        texts |= {scan.name, scan.source_id, scan.city}
    for item in digest.items:
        texts |= {item.title, item.translation, item.note, item.excerpt, item.issuer, item.url}
        texts |= {item.publisher, item.city, *item.topics, *(each.url for each in item.also_at)}
        texts |= {each.publisher for each in item.also_at}
        texts |= {item.quote.text, item.quote.phrase} if item.quote else set()
        texts |= {each for one in item.reported for each in (one.title, one.url, one.publisher)}
        texts |= {each for one in item.figures for each in (one.object, one.place, one.person)}
        for told in item.contradictions:
            texts |= {told.person, told.reason}
            texts |= {
                each for one in (told.first, told.second) for each in (one.publisher, one.url)
            }
    if digest.metadata:
        texts |= {digest.metadata.made_by, digest.metadata.issued_by}
    return sorted((each for each in texts if each), key=len, reverse=True)


def latin(digest: Digest, form: Format) -> set[str]:
    """The Latin words of ours that a digest says in a format."""
    shown = " ".join(said(render(digest, form), form))
    shown = " ".join(shown.split())
    shown = re.sub(r"[0-9a-f]{64}|https?://\S+", " ", shown)
    for one in theirs(digest):
        shown = re.sub(re.escape(" ".join(one.split())), " ", shown, flags=re.I)
    for word in sorted({word for one in theirs(digest) for word in one.split()}, key=len):
        if word.isascii() and len(word) > 3:
            shown = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", shown, flags=re.I)
    return {word for word in re.findall(r"[A-Za-z]{2,}", shown) if word not in TERMS}


@pytest.mark.parametrize("form", READ)
def test_a_chinese_digest_says_no_latin_word_of_its_own(form: Format) -> None:
    assert latin(big_digest(language=ZH), form) == set()
    assert latin(by.said_in(sample(), ZH), form) == set()
    assert latin(by.said_in(sample(), DigestLanguage.EN), form) != set()


@pytest.mark.parametrize("form", READ)
def test_a_digest_in_both_languages_says_everything_in_both(form: Format) -> None:
    if form is Format.FIGURES:
        shown = " ".join(said(render(by.said_in(sample(), BOTH), form), form))
        assert "超过 / over" in shown
        return
    shown = " ".join(said(render(big_digest(language=BOTH), form), form))
    gone = ("标题：", "title: ") if form is Format.JSON else ("状态码 404", "status 404")
    for one in ("重点", "Key items", *gone):
        assert one in shown, one


def test_the_lines_of_the_pictures_stand_once_in_each_language() -> None:
    digest = by.said_in(big_digest(language=BOTH), BOTH)
    plain = "".join(render(digest, Format.TXT).decode().split())
    english = render(by.said_in(digest, DigestLanguage.EN), Format.TXT).decode()
    assert digest.pictures
    for picture in digest.pictures:
        for tag in ("zh", "en"):
            words = translator(tag)
            names = {n: wording.named(n, digest, words) for n, _ in digest.labels}
            told = "".join(summary_of(picture, words, names).split())
            assert plain.count(told) == 1, told
            assert tag == "zh" or told in "".join(english.split())


def test_a_bilingual_text_fills_each_language_with_its_own() -> None:
    words = translator("both")
    inner = words(", ").join((words("never"), words.plural("%(number)s run", "%(number)s runs", 2)))
    outer = words("%(name)s (%(what)s)", name="X", what=inner)
    assert isinstance(outer, Bilingual)
    chinese, english = (translator(tag) for tag in ("zh", "en"))
    for place, one in enumerate((chinese, english)):
        parts = (one("never"), one.plural("%(number)s run", "%(number)s runs", 2))
        assert outer.parts[place] == one(
            "%(name)s (%(what)s)", name="X", what=one(", ").join(parts)
        )
    assert words("SHA-256 %(n)s", n=1) == "SHA-256 1"


def test_cities_topics_and_headings_have_their_chinese_names() -> None:
    page = render(big_digest(language=ZH), Format.HTML).decode()
    for name in ("贵阳市", "芜湖市", "更新或撤回"):
        assert name in page, name
    assert "芜湖市 / Wuhu" in render(big_digest(language=BOTH), Format.HTML).decode()


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("", ""),
        ("title: A → B", "标题：A → B"),
        ("amounts: removed 3; wording", "金额：删除 3；措辞"),
        ("sentences: added see title: x; dates", "句子：新增 see title: x；日期"),
        ("no kind: of ours", "no kind: of ours"),
    ],
)
def test_the_summary_of_a_change_keeps_what_pages_said(said: str, chinese: str) -> None:
    assert wording.change(said, translator("zh")) == chinese
    assert wording.change(said) == said


@pytest.mark.parametrize(
    "reason",
    [
        "paused until 2026-03-01 08:00 Asia/Shanghai by Li: moving",
        "rests until 08:00 Asia/Shanghai, since it failed 3 times in a row",
        "gone: status 404",
        "http_error: status 503 with an anti-bot answer",
        "2 failed: http_error 2; stopped",
        "something that nobody foresaw, at length",
    ],
)
def test_a_reason_is_in_chinese_or_left_to_the_archive(reason: str) -> None:
    shown = wording.reason(reason, translator("zh"))
    left = re.sub("Asia/Shanghai|Li|moving|HTTP", "", shown)
    assert not re.search("[A-Za-z]{2}", left), shown
    assert wording.reason(reason) == reason


def test_the_language_is_frozen_with_the_issue(visits: Visits) -> None:
    begun(visits.store)
    visits.run({"a": page_text(1)})
    store, number = visits.store, made(visits)
    draft = opened(store, number)
    chinese = by.said_in(draft, ZH)
    keep(store, required(store, number), chinese, what="language zh", person="Ana", now=NOW)
    issued(visits, number, (Format.HTML,))
    assert opened(store, number).edition.language is ZH
    before = issued_bytes(store, number, Format.HTML, PLAIN)
    assert 'lang="zh-Hans"' in before.decode()
    assert issued_bytes(store, number, Format.HTML, PLAIN, ZH) == before
    with pytest.raises(HubwatchError, match="issued in another language"):
        issued_bytes(store, number, Format.HTML, PLAIN, DigestLanguage.EN)
    again = correct(store, number, reason="English, please", person="Ana", now=NOW)
    assert opened(store, again).edition.language is ZH


def test_a_document_of_before_languages_is_an_english_one() -> None:
    document = json.loads(write_document(sample()))
    del document["digest"]["edition"]["language"], document["digest"]["labels"]
    old = read_document(json.dumps(document))
    assert old.edition.language is DigestLanguage.EN
    assert render(old, Format.TXT) == render(sample(), Format.TXT)


def test_every_command_of_digests_takes_a_language(hubwatch: CommandLine, tmp_path: Path) -> None:
    filled = hub_city_archive(tmp_path / "news.db")
    base = ("--db", filled, *at(), "digest")
    assert "## 参考文献" in hubwatch(*base, "--language", "zh").out
    number = hubwatch(
        *base, "draft", "--since", "7d", "--language", "both", "--by", "Ana", "--json"
    )
    assert number.json["number"] == 1
    assert "参考文献 / References" in hubwatch(*base, "preview", 1).out
    assert "## References" in hubwatch(*base, "preview", 1, "--language", "en").out
    assert "## References" in hubwatch(*base, "render", 1, "--language", "en").out
    hubwatch(*base, "edit", 1, "--language", "zh", "--by", "Ana")
    hubwatch(*base, "issue", 1, "--by", "Ana")
    assert "## 参考文献" in hubwatch(*base, "render", 1).out
    refused = hubwatch(*base, "render", 1, "--language", "en")
    assert refused.code != 0
    assert "another language" in refused.err


def test_the_configuration_says_the_usual_language(hubwatch: CommandLine, tmp_path: Path) -> None:
    filled = hub_city_archive(tmp_path / "news.db")
    config = tmp_path / "hubwatch.toml"
    config.write_text('[digest]\nlanguage = "zh"\n', encoding="utf-8")
    base = ("--config", config, "--db", filled, *at(), "digest")
    assert "## 参考文献" in hubwatch(*base).out
    assert "## References" in hubwatch(*base, "--language", "en").out


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [
        (DigestLanguage.EN, "en", ("Evidence", "Files", "the page, as it was read")),
        (DigestLanguage.ZH, "zh-Hans", ("证据", "文件", "网页，读取结果")),
        (
            DigestLanguage.BOTH,
            "zh-Hans",
            ("证据 / Evidence", "网页，读取结果 / the page, as it was read"),
        ),
    ],
)
def test_the_index_of_the_evidence_is_in_the_language_of_the_digest(
    visits: Visits, language: DigestLanguage, tag: str, words: tuple[str, ...]
) -> None:
    begun(visits.store)
    visits.run({"a": page_text(1)})
    number = made(visits, replace(WANTED, language=language))
    with zipfile.ZipFile(io.BytesIO(evidence(visits.store, number, PLAIN))) as packed:
        page = packed.read("index.html").decode()
        readable = packed.read("items/001/readable.txt").decode()
    assert f'<html lang="{tag}">' in page
    for each in words:
        assert each in page, each
    assert readable.startswith("On a\n\n")
    if language is DigestLanguage.ZH:
        shown = BeautifulSoup(page, "lxml").select("h2, .mark, .also p, .also span")
        assert not re.search("[A-Za-z]{2}", " ".join(each.get_text() for each in shown))


@pytest.mark.parametrize(
    ("tag", "is_so"),
    [("fa", True), ("ar", True), ("ur-PK", True), ("ug-CN", True), ("he", True), ("az-Arab", True),
     ("pa-Arab-PK", True), ("zh", False), ("en", False), ("az", False), ("ar-Latn", False),
     ("", False), ("farsi", False), ("ks-Deva", False), ("sd", True), ("mn", False)],
)  # fmt: skip
def test_a_language_from_the_right_is_set_so(tag: str, is_so: bool) -> None:
    assert wording.is_from_the_right(tag) is is_so
    item = replace(sample().items[0], language=tag, title="گویانگ", quote=None, excerpt="شهر")
    digest = replace(sample(), key=(item,))
    page = BeautifulSoup(render(digest, Format.HTML), "html.parser")
    (heading,) = page.select("#i1 h3")
    assert (heading.get("dir") == "rtl") is is_so
    quote = page.select_one("#i1 .quote")
    assert quote is not None and (quote.get("dir") == "rtl") is is_so
    date = page.select_one("#i1 .by .date")
    assert date is not None and date.get("dir") is None and date.find_parent(dir="rtl") is None
    with zipfile.ZipFile(io.BytesIO(render(digest, Format.DOCX))) as package:
        runs = BeautifulSoup(package.read("word/document.xml"), "xml").find_all("r")
    assert any(one.find("rtl") and "گویانگ" in one.text for one in runs) is is_so
    assert not any(one.find("rtl") and item.published.iso in one.text for one in runs)


@pytest.mark.parametrize("form", [Format.TXT, Format.MD, Format.DOCX, Format.EML, Format.HTML])
def test_the_marks_between_words_of_ours_are_those_of_the_language(form: Format) -> None:
    first = sample().items[0]
    told = EventReport(9, 9, "另一则", "http://b.test/9.htm", "乙站", "en", first.published)
    copy = replace(first.also_at[0], url="http://c.test/8.htm", publisher="丙站")
    item = replace(first, reported=(told,), also_at=(copy,))
    digest = by.said_in(replace(sample(), key=(item,)), ZH)
    shown = " ".join(" ".join(said(render(digest, form), form)).split())
    for ours in ("乙站，", "c.test/8.htm", "另有英文报道："):
        assert ours in shown
    about = re.findall(r"(?:另有英文报道|c\.test/8\.htm)[^另<>]{0,40}", shown)
    assert not [each for each in about if re.search(r"[一-鿿0-9]: |[一-鿿]; | \(", each)]


@pytest.mark.parametrize("tag", ["he", "zh"])
def test_a_paragraph_from_the_right_begins_there_in_word(tag: str) -> None:
    item = replace(sample().items[0], language=tag, title="שלום 12", quote=None, excerpt="שנים")
    with zipfile.ZipFile(
        io.BytesIO(render(replace(sample(), key=(item,)), Format.DOCX))
    ) as package:
        paragraphs = BeautifulSoup(package.read("word/document.xml"), "xml").find_all("p")
    for text in ("שלום 12", "שנים"):
        one = next(each for each in paragraphs if text in each.text)
        assert (one.find("bidi") is not None) is (tag == "he")


def test_a_proposal_ends_with_the_stop_of_its_language() -> None:
    for language, stop in ((ZH, "。"), (DigestLanguage.EN, ".")):
        draft = replace(sample().metadata, state=DigestState.DRAFT)
        digest = by.said_in(replace(sample(), metadata=draft), language)
        (first, *_) = digest.items[0].proposals
        page = BeautifulSoup(render(digest, Format.HTML), "html.parser")
        told = page.select_one(".proposed")
        assert told is not None
        line = wording.figure_of(first, translator(language))
        assert f"{line}{stop} “" in " ".join(told.text.split())
