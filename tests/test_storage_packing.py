"""Bodies in the archive: small because a site's pages are alike, and byte for byte as received."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from storage.archive import Archive
from storage.packing import (
    pack,
    pack_against,
    pack_markup,
    pack_text,
    unpack,
    unpack_markup,
)
from storage.runs import FetchKind
from tests.support.make import NOW, SOURCE, capture

FRAME = b"".join(b"<li><a href='/column/%d'>Column %d</a></li>\n" % (n, n * n) for n in range(500))


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_what_is_packed_comes_back(data: bytes, base: bytes) -> None:
    assert unpack(pack(data)) == data
    packed = pack_against(FRAME + data, FRAME + base)
    assert packed is not None
    assert unpack(packed, FRAME + base) == FRAME + data


@given(st.text(), st.text())
def test_markup_comes_back_with_its_text_and_as_it_was_packed_before(
    markup: str, text: str
) -> None:
    assert unpack_markup(pack_markup(markup, text), text) == markup
    assert unpack_markup(pack_text(markup), text) == markup


def test_markup_takes_little_beside_its_text() -> None:
    lines = [" ".join(f"word{n * n}" for n in range(m, m + 30)) for m in range(0, 600, 30)]
    markup = "".join(f"<p>{line}</p>\n" for line in lines)
    assert len(pack_markup(markup, "\n".join(lines))) < len(pack_text(markup)) / 2


def test_unlike_bodies_are_not_packed_against_each_other() -> None:
    assert pack_against(b"<p>quite another page</p>" * 5, FRAME) is None


def test_pages_of_a_site_share_what_they_have_in_common(tmp_path: Path) -> None:
    bodies = [FRAME + b"<p>Text %d</p>" % n for n in range(20)] + [b"<p>redesigned</p>" * 40]
    with Archive.create(tmp_path / "a.db") as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
            ids = [
                tx.pages.keep(
                    SOURCE.id, capture(body, url=f"http://x.test/{n}.htm"), FetchKind.ARTICLE
                )
                for n, body in enumerate(bodies)
            ]
        assert [store.pages.snapshot(one).body for one in ids] == bodies
        last = store.pages.last_capture(SOURCE.id, "http://x.test/7.htm")
        assert last is not None
        assert last.body == bodies[7]
        sizes = [row["n"] for row in store._db.query("SELECT length(data) AS n FROM blobs")]
    assert max(sizes[1:20]) < sizes[0] / 10
