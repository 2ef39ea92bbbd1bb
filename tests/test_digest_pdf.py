"""A digest as a PDF: bookmarks, page numbers, Chinese; without the extra an issue goes out and says
so."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from desk.digest.formats import as_pdf, render
from desk.digest.formats.as_pdf import MOST_ITEMS, NoPdf, lacking_font
from desk.digest.issues import issue, issued_bytes, missing_pdf
from desk.digest.model import PLAIN, DigestLanguage, DigestStyle, Format
from hubwatch.errors import HubwatchError
from tests.support.big_digests import big_digest
from tests.support.digest_samples import sample
from tests.support.digest_series import begun, made
from tests.support.digest_series import text as page_text
from tests.support.servers import Canary
from tests.support.visits import Visits

with_extra = pytest.mark.skipif(as_pdf.obstacle() != "", reason="the extra `pdf` is not installed")


def outline(entries: list[Any]) -> list[str]:
    found: list[str] = []
    for entry in entries:
        found += outline(entry) if isinstance(entry, list) else [entry.title]
    return found


def has_chinese_font() -> bool:
    listed = subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True, text=True)
    return bool(listed.stdout.strip())


@with_extra
def test_it_has_bookmarks_page_numbers_and_its_words() -> None:
    read = PdfReader(io.BytesIO(render(big_digest(40, DigestLanguage.ZH), Format.PDF)))
    titles = outline(read.outline)
    for title in ("重点", "第5项重点工程在高新区开工，总投资50亿元", "未能读取的内容", "来源"):
        assert title in titles, title
    pages = [page.extract_text() for page in read.pages]
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text
    if has_chinese_font():
        assert "该市近日获批" in pages[0]
    assert "42/140" in "".join(pages)  # a figure of a picture
    links = {
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for page in read.pages
        for note in page.get("/Annots", ())
    }
    assert all(link.startswith(("http://", "https://")) for link in links if link)


@with_extra
def test_nothing_is_fetched_or_read_for_it(tmp_path: Path) -> None:
    canary = Canary()
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>canary</text></svg>")
    address = f"http://127.0.0.1:{canary.port}/x.png"
    (tmp_path / "digest.html.j2").write_text(
        f'<p>shown<img src="{secret.as_uri()}"><img src="{address}">'
        f'<link rel="stylesheet" href="{address}"><link rel="attachment" href="{secret.as_uri()}">'
    )
    data = render(sample(), Format.PDF, DigestStyle(tmp_path))
    assert "shown" in PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert b"canary" not in data
    assert PdfReader(io.BytesIO(data)).attachments == {}
    assert canary.hits == 0


@with_extra
def test_a_digest_too_long_for_one_is_told() -> None:
    item = sample().key[0]
    long = replace(sample(), key=(item,) * (MOST_ITEMS + 1))
    with pytest.raises(NoPdf, match=str(MOST_ITEMS)):
        render(long, Format.PDF)


def test_without_the_extra_an_issue_goes_out_and_says_so(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(visits.store)
    visits.run({"a": page_text(1)})
    number = made(visits)
    monkeypatch.setattr(as_pdf, "find_spec", lambda name: None)
    at = visits.now + timedelta(hours=2)
    issue(visits.store, number, PLAIN, person="Li", now=at)
    kept = {file.format for file in visits.store.digests.files(number)}
    assert kept == {form.value for form in Format} - {"pdf"}
    assert "no PDF" in missing_pdf(visits.store, number)
    assert "hubwatch[pdf]" in missing_pdf(visits.store, number)
    with pytest.raises(HubwatchError, match="without the format pdf"):
        issued_bytes(visits.store, number, Format.PDF, PLAIN)


def test_a_machine_without_a_chinese_font_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_pdf, "_has_chinese_font", lambda: False)
    assert "font" in lacking_font("贵阳")
    assert lacking_font("Guiyang") == ""


def test_what_the_extra_lacks_on_this_machine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'\nsee its documentation")

    monkeypatch.setattr(as_pdf, "import_module", broken)
    monkeypatch.setattr(as_pdf, "_has_chinese_font", lambda: False)
    pango, font = as_pdf.shortcomings()
    assert pango == "WeasyPrint cannot run here: cannot load library 'libpango-1.0-0'"
    assert "no font for Chinese" in font
