"""The Word and Excel files of a digest in an office program that is not ours: LibreOffice.

Needs `soffice`; `.ci/run` installs it.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from desk.digest.formats import render
from desk.digest.model import PLAIN, SHIPPED, Digest, DigestLanguage, DigestStyle, Format
from tests.support.big_digests import big_digest
from tests.support.digest_samples import sample
from tests.support.hostile_digests import PAYLOADS, digest_of, with_words

pytestmark = pytest.mark.browser

SAID = ("Hub cities", "Key items", "贵阳入选", "A note of the editor.", "Digest 12")


def converted(
    digest: Digest, form: Format, to: str, folder: Path, look: DigestStyle = PLAIN
) -> bytes:
    """A digest in one format, opened by LibreOffice and saved in another."""
    office = shutil.which("soffice")
    if office is None:
        pytest.fail("there is no LibreOffice here; install it (libreoffice-writer-nogui)")
    source = folder / f"digest.{form.value}"
    source.write_bytes(render(digest, form, look))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", to, "--outdir", folder / "out", source],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / f"digest.{to.partition(':')[0]}").read_bytes()


def chinese_font() -> bool:
    """Whether this machine has a font for Chinese: without one, a PDF shows boxes in its place."""
    listed = subprocess.run(["fc-list", ":lang=zh"], check=True, capture_output=True, text=True)
    return bool(listed.stdout.strip())


def test_writer_opens_the_word_file_and_reads_every_word(tmp_path: Path) -> None:
    text = converted(sample(), Format.DOCX, "txt:Text (encoded):UTF8", tmp_path).decode()
    assert [said for said in SAID if said not in text] == []


def test_writer_prints_the_word_file(tmp_path: Path) -> None:
    pages = PdfReader(io.BytesIO(converted(sample(), Format.DOCX, "pdf", tmp_path))).pages
    text = "".join(page.extract_text() for page in pages)
    shown = SAID if chinese_font() else filter(str.isascii, SAID)
    assert [said for said in shown if said not in text] == []
    links = {
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for page in pages
        for note in page.get("/Annots", ())
    }
    assert "http://english.practice.test/2024-06/05/c_1.htm" in links
    assert all(link.startswith(("http://", "https://")) for link in links if link)


def test_calc_opens_the_workbook_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    table = converted(sample(), Format.XLSX, "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path)
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    titles = [row[rows[0].index("title")] for row in rows[1:]]
    assert titles[0] == "贵阳入选“科创中国”创新枢纽城市"
    assert titles[1] == "=1+1 is two"


@pytest.mark.parametrize("language", DigestLanguage)
def test_a_digest_of_many_sources_has_five_pages_before_its_annex(
    language: DigestLanguage, tmp_path: Path
) -> None:
    data = converted(big_digest(145, language), Format.DOCX, "pdf", tmp_path)
    read = PdfReader(io.BytesIO(data))
    starts = [read.get_destination_page_number(each) for each in flat(read.outline)]
    titles = [each.title for each in flat(read.outline)]
    heading = {"zh": "来源", "en": "Sources", "both": "来源 / Sources"}[language]
    assert starts[titles.index(heading)] <= 5
    assert titles[0] in ("重点", "Key items", "重点 / Key items")
    assert {starts[titles.index(t)] for t in titles if t.startswith("5. ")} == {0}
    assert re.search(r"\b1$", read.pages[0].extract_text().strip())  # its number, at its foot


def flat(entries: list[Any]) -> list[Any]:
    """The bookmarks of a PDF in their order."""
    found: list[Any] = []
    for entry in entries:
        found += flat(entry) if isinstance(entry, list) else [entry]
    return found


def test_writer_opens_the_layout_of_official_documents(tmp_path: Path) -> None:
    digest = big_digest(145, DigestLanguage.ZH)
    look = DigestStyle(word_template=Path(SHIPPED))
    data = converted(digest, Format.DOCX, "pdf", tmp_path, look)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    assert "— 1 —" in pages[0]
    assert "— 2 —" in pages[1]
    line = "近日，市科学技术局发布消息，新一批创新平台投入使用。"
    assert (not chinese_font()) or any(line in text for text in pages)  # 28 characters, two blank


@pytest.mark.parametrize(("form", "to"), [(Format.DOCX, "txt"), (Format.XLSX, "csv")])
def test_hostile_texts_break_neither(form: Format, to: str, tmp_path: Path) -> None:
    everything = " ".join(PAYLOADS)
    digest = with_words(digest_of(lambda: everything), lambda: everything)
    assert "alert(1)" in converted(digest, form, to, tmp_path).decode("utf-8", "replace")
