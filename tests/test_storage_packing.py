"""Bodies in the archive: small because a site's pages are alike, and byte for byte as received."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from storage.packing import pack, pack_against, unpack
from storage.records import FetchKind
from storage.store import Store
from tests.make import NOW, SOURCE, capture

FRAME = b"".join(b"<li><a href='/column/%d'>Column %d</a></li>\n" % (n, n * n) for n in range(500))


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_what_is_packed_comes_back(data: bytes, base: bytes) -> None:
    assert unpack(pack(data)) == data
    packed = pack_against(FRAME + data, FRAME + base)
    assert packed is not None
    assert unpack(packed, FRAME + base) == FRAME + data


def test_unlike_bodies_are_not_packed_against_each_other() -> None:
    assert pack_against(b"<p>quite another page</p>" * 5, FRAME) is None


def test_pages_of_a_site_share_what_they_have_in_common(tmp_path: Path) -> None:
    bodies = [FRAME + b"<p>Text %d</p>" % n for n in range(20)] + [b"<p>redesigned</p>" * 40]
    with Store.create(tmp_path / "a.db") as store:
        with store.writing() as tx:
            tx.register_source(SOURCE, NOW)
            ids = [
                tx.keep_capture(
                    SOURCE.id, capture(body, url=f"http://x.test/{n}.htm"), FetchKind.ARTICLE
                )
                for n, body in enumerate(bodies)
            ]
        assert [store.snapshot(one).body for one in ids] == bodies
        last = store.last_capture(SOURCE.id, "http://x.test/7.htm")
        assert last is not None
        assert last.body == bodies[7]
        sizes = [row["n"] for row in store._db.query("SELECT length(data) AS n FROM blobs")]
    assert max(sizes[1:20]) < sizes[0] / 10
