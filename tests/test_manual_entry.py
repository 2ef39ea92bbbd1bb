"""Items added by hand as values: the name an item goes by, and adding twice is adding once."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.manual_entry import ManualInput, Wrong, checked, file_of, homes_of, keep
from scraper.manual_entry import ManualFile, ManualItem, kind_taken, name_of
from storage.archive import Archive
from storage.types import Precision, When
from storage.urls import identity_key, is_synthetic
from tests.support.desks import catalogue, watchlist
from tests.support.examples import examples
from tests.support.make import NOW, SHANGHAI, day, later
from tests.support.manual_entry import HAN_TITLE, PNG

MOST = 10**6
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
files = st.one_of(
    st.none(),
    st.builds(ManualFile, st.just("p.png"), st.binary(max_size=40).map(lambda data: PNG + data)),
    st.builds(ManualFile, st.just("n.txt"), words.filter(str.strip).map(str.encode)),
)
typed = st.builds(
    ManualInput,
    title=words,
    source=words,
    date=st.sampled_from(["2026-01-31", "2026-02", "2025-12-31 23:59", "2026-02-30", "x", ""]),
    url=st.sampled_from(["", "http://x.test/a", "http://x.test/a#b", "ftp://x", " "]),
    note=words,
    file=files,
)


def item(**fields: object) -> ManualItem:
    usual = ManualItem(
        HAN_TITLE, day("2026-01-31"), "2026-01-31", "Li", file=ManualFile("a.png", PNG)
    )
    return replace(usual, **fields)  # type: ignore[arg-type]


def test_a_synthetic_name_follows_from_file_title_source_and_date() -> None:
    name = name_of(item(), "wechat")
    assert is_synthetic(name)
    assert identity_key(name.upper().replace("URN:UUID", "urn:uuid")) == name
    same = (
        item(title=f"  {HAN_TITLE}\u200b "),
        item(person="Bo", note="other", said="31 January"),
        item(file=ManualFile("renamed.png", PNG)),
    )
    assert {name_of(one, "wechat") for one in same} == {name}
    others = (
        item(title="Another"),
        item(published=day("2026-02-01")),
        item(published=When(day("2026-01-01").value, Precision.MONTH, SHANGHAI)),
        item(file=ManualFile("a.png", PNG + b"x")),
        item(file=None),
    )
    names = {name_of(one, "wechat") for one in others} | {name_of(item(), "elsewhere")}
    assert len(names - {name}) == 6


def test_an_item_at_an_address_goes_by_that() -> None:
    assert name_of(item(url="https://x.test/1"), "wechat") == "https://x.test/1"


def test_the_name_of_a_file_is_its_sha256() -> None:
    # RFC 6920, section 8.2: the digest of "Hello World!".
    told = ManualFile("hello.txt", b"Hello World!").address
    assert told == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        (b"GIF89a\x01\x00", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"\x00\x00\x00\x18ftypheic\x00", "heic"),
        ("纯文本。".encode("gb18030"), "txt"),
        ("纯文本。".encode("utf-16"), "txt"),
        (b"<html><body>x", "html"),
    ],
)
def test_kinds_are_recognised_by_the_bytes(body: bytes, kind: str) -> None:
    assert kind_taken(ManualFile("x.exe", body)) == kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"MZ\x90\x00",
        b"\x7fELF\x02\x01",
        b"PK\x03\x04rest",
        b"Rar!\x1a\x07",
        b"\x00" * 99,
    ],
)
def test_other_bytes_are_not_taken(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"is empty|none of these"):
        kind_taken(ManualFile("x.pdf", body))


@pytest.mark.parametrize("name", ["../../etc/x.png", "C:\\Users\\li\\x.png", "x.png"])
def test_a_file_keeps_only_the_last_part_of_its_name(name: str) -> None:
    assert file_of(name, PNG).name == "x.png"


def table(store: Archive, name: str) -> int:
    return int(store._db.execute(f"SELECT count(*) FROM {name}").fetchone()[0])


@settings(max_examples=examples(20))
@given(st.lists(typed, min_size=1, max_size=5))
def test_adding_twice_is_adding_once(items: list[ManualInput]) -> None:
    tables = ("articles", "stories", "events", "snapshots", "decisions", "additions", "runs")
    with (
        tempfile.TemporaryDirectory() as folder,
        Archive.create(Path(folder) / "hubwatch.db") as store,
    ):

        def add_all(person: str, now: object) -> list[int | dict[str, Wrong]]:
            found: list[int | dict[str, Wrong]] = []
            for one in items:
                homes = homes_of(catalogue(), store)
                made = checked(one, homes, person=person, now=NOW, most=MOST)
                is_wrong = isinstance(made, dict)
                found.append(made if is_wrong else keep(store, made, watchlist(), now)[0])  # type: ignore[arg-type]
            return found

        first = add_all("Li", NOW)
        before = {name: table(store, name) for name in tables}
        assert add_all("Li", later(days=9)) == first
        assert {name: table(store, name) for name in tables} == before
        kept = {one for one in first if isinstance(one, int)}
        assert before["articles"] == len(kept)
        assert all(
            one.added and one.added.person == "Li" for one in store.articles.get_many(sorted(kept))
        )
        assert store.maintenance.integrity() == ()
