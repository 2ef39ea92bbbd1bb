"""Scans and pictures: they say what they are, and are read where Tesseract is installed."""

from __future__ import annotations

import io
import time

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.documents import scans
from scraper.parsing.documents.read import read_file
from scraper.sources.model import FieldRules
from storage.types import Outcome
from tests.support import documents
from tests.support.make import capture

LINES = ("Harbour town opens its tide mill", "The wheel turned on Tuesday", "for the first time")
needs_ocr = pytest.mark.skipif(bool(scans.lacking()), reason=scans.lacking() or "all is there")


def drawn(kind: str, pages: int = 1) -> bytes:
    """A page with three lines, as a picture or as a PDF file of pictures."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1240, 700), 255)
    font = ImageFont.load_default(size=48)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(page).text((80, 80 + 90 * number), line, font=font, fill=0)
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [page] * (pages - 1)} if pages > 1 else {}
    page.save(out, kind, **more)
    return out.getvalue()


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["PDF", "PNG", "TIFF"])
def test_a_picture_of_a_page_is_read_and_marked_so(kind: str) -> None:
    found = read_file(drawn(kind), kind.lower())
    assert found.outcome is Outcome.PARTIAL
    assert found.reason == scans.READ_BY
    assert all(line in found.text for line in LINES)


@needs_ocr
@pytest.mark.slow
def test_a_scan_under_the_address_of_an_article_is_an_article_in_doubt() -> None:
    url = "http://www.practice.test/notice.pdf"
    kept = capture(
        drawn("PDF"), url=url, final_url=url, headers=(("content-type", "application/pdf"),)
    )
    reading = read_article(kept, FieldRules(), "t")
    assert reading.outcome is Outcome.PARTIAL
    assert reading.article is not None
    assert LINES[0] in reading.article.body
    body = next(each for each in reading.article.evidence if each.field == "body")
    assert body.rule == f"pdf file, {scans.READ_BY}"
    assert str(body.confidence) == "doubtful"


@needs_ocr
@pytest.mark.slow
def test_pages_and_seconds_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_PAGES", 2)
    found = read_file(drawn("PDF", 4), "pdf")
    assert found.reason == f"{scans.READ_BY}; only the first 2 of 4 pages"
    began = time.monotonic()
    found = read_file(drawn("PDF", 4), "pdf", scan_seconds=0.05)
    assert time.monotonic() - began < 5
    assert found.outcome is Outcome.UNSUPPORTED


@needs_ocr
@pytest.mark.parametrize("body", [b"%PDF-1.4 broken", b"\x89PNG\r\n\x1a\n" + b"x" * 50])
def test_damaged_files_end_as_a_value(body: bytes) -> None:
    assert read_file(body, "").outcome is Outcome.UNSUPPORTED


@needs_ocr
def test_a_picture_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "LARGEST_PICTURE", 1_000)
    found = read_file(drawn("PNG"), "png")
    assert found.outcome is Outcome.UNSUPPORTED
    assert "a picture of 1240 times 700" in found.reason


def test_a_scan_says_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "lacking", lambda: "the extra hubwatch[ocr] reads scans")
    found = read_file(documents.scan(3), "pdf")
    assert found.outcome is Outcome.UNSUPPORTED
    assert found.reason == (
        "no text in it, most likely a scan (3 pages); the extra hubwatch[ocr] reads scans"
    )
