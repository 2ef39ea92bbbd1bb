"""Reasons are for people: none shows how Python writes its values and errors."""

from __future__ import annotations

import json
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twisted.web._newclient import ParseError

from hubwatch.errors import PageError
from hubwatch.reasons import in_words, is_internal
from scraper.archives.jsonl import LineFault, parse_line, read_record
from scraper.archives.warc import read_pages
from scraper.middlewares.exceptions import fault_of
from scraper.parsing.documents.read import read_file


def raised(call: object) -> Exception:
    try:
        call()  # type: ignore[operator]
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def deep() -> None:
    deep()


ERRORS = [
    raised(lambda: int("zz", 16)),
    raised(lambda: {}["word/document.xml"]),
    raised(lambda: [].pop()),
    raised(lambda: None.strip()),  # type: ignore[attr-defined]
    raised(lambda: b"\xff".decode()),
    raised(lambda: Path("/nowhere/at/all").read_bytes()),
    raised(lambda: zipfile.ZipFile(BytesIO(b"x"))),
    raised(deep),
    ParseError("wrong number of parts", b"HTTP/1.1"),
    ValueError(),
    Exception("<object object at 0x7f0000>"),
    ConnectionResetError(104, "Connection reset by peer"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_told_in_words(error: Exception) -> None:
    for text in (in_words(error), fault_of(error).reason):
        assert text
        assert not is_internal(text)
        assert type(error).__name__ not in text


def test_words_of_a_library_for_people_stay() -> None:
    assert in_words(zipfile.BadZipFile("File is not a zip file")) == "File is not a zip file"
    assert in_words(ConnectionResetError(104, "Connection reset by peer")) == (
        "Connection reset by peer"
    )


FIELDS = st.sampled_from(
    ["published", "updated", "dates", "provenance", "images", "attachments", "outcome", "gone_at",
     "url", "title", "body", "published_precision", "published_zone", "first_seen_at", "html"]
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=8),
        st.sampled_from(["2024-13-01", "2024-05-06T25:00", "0001-01-01", "9999-12-31T23:59+14:00"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["kind", "date", "precision", "zone", "from", "rule", "raw", "verdict",
                             "url", "title", "confidence"]), inner, max_size=6,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(FIELDS, VALUES, max_size=5))
def test_what_is_wrong_with_a_record_is_told_in_words(fields: dict[str, object]) -> None:
    value = {"url": "http://a.test/1", "title": "Hub", "body": "Text", **fields}
    try:
        read_record(parse_line(json.dumps(value).encode()), "a", None, "Asia/Shanghai")
    except ValueError as error:
        assert not is_internal(str(error)), error


@given(
    st.binary(max_size=300), st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
)
def test_what_is_wrong_with_a_file_is_told_in_words(noise: bytes, magic: bytes) -> None:
    found = read_file(magic + noise, "pdf")
    assert not is_internal(found.reason), found.reason


@given(st.binary(max_size=400))
@example(b"Content-Length: 9\r\n\r\n\0")
def test_what_is_wrong_with_a_warc_is_told_in_words(noise: bytes) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.test/1\r\n"
    for data in (
        noise,
        head + noise,
        head + b"Content-Length: 99\r\n\r\nHTTP/1.1 200 OK\r\n" + noise,
    ):
        with tempfile.NamedTemporaryFile(suffix=".warc") as file:
            Path(file.name).write_bytes(data)
            try:
                for each in read_pages(Path(file.name)):
                    if isinstance(each, LineFault):
                        assert not is_internal(each.reason), each.reason
            except PageError as error:
                assert not is_internal(str(error)), error
