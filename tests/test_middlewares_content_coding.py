"""Content codings: whole bodies come out whole, cut ones are told, bombs are stopped."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.codings import MOST_CODINGS, BrokenCoding, decode
from scraper.middlewares.content_coding import decode_body
from scraper.middlewares.fetch_result import Fault
from storage.types import Outcome
from tests.support.effort import cpu, slowness

LIMIT = 1_000_000


def _raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body, wbits=-15)


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", _raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
}


@pytest.mark.parametrize("name", CODINGS)
@given(body=st.binary(min_size=1, max_size=3000))
def test_whole_bodies_come_out_whole(name: str, body: bytes) -> None:
    coding, pack = CODINGS[name]
    assert decode(pack(body), [coding], LIMIT) == body


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("keep", [0.3, 0.5, 0.9, 0.999])
def test_cut_bodies_are_reported(name: str, keep: float) -> None:
    coding, pack = CODINGS[name]
    packed = pack(b"".join(str(number).encode() for number in range(20_000)))
    with pytest.raises(BrokenCoding) as caught:
        decode(packed[: int(len(packed) * keep)], [coding], LIMIT)
    assert caught.value.outcome is Outcome.TRUNCATED


@pytest.mark.slow
@pytest.mark.parametrize("name", CODINGS)
def test_bombs_are_stopped(name: str) -> None:
    coding, pack = CODINGS[name]
    with pytest.raises(BrokenCoding) as caught:
        decode(pack(b"\0" * 30_000_000), [coding], LIMIT)
    assert caught.value.outcome is Outcome.TOO_BIG


@pytest.mark.parametrize("name", CODINGS)
@given(body=st.binary(min_size=1, max_size=200))
def test_noise_has_an_outcome(name: str, body: bytes) -> None:
    coding, _ = CODINGS[name]
    try:
        decode(body, [coding], LIMIT)
    except BrokenCoding as fault:
        assert fault.outcome in (Outcome.TRUNCATED, Outcome.UNSUPPORTED, Outcome.TOO_BIG)


def test_codings_are_undone_in_reverse_order() -> None:
    body = gzip.compress(zlib.compress(b"twice"))
    assert decode(body, ["deflate", "gzip"], LIMIT) == b"twice"


def test_members_and_padding_of_gzip() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 8
    assert decode(body, ["gzip"], LIMIT) == b"one two"


def test_an_unknown_coding_is_not_guessed() -> None:
    with pytest.raises(BrokenCoding) as caught:
        decode(b"x", ["rot13"], LIMIT)
    assert caught.value.outcome is Outcome.UNSUPPORTED


def test_every_zstd_frame_counts() -> None:
    skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    body = zstandard.compress(b"one ") + skipped + zstandard.compress(b"two")
    assert decode(body, ["zstd"], LIMIT) == b"one two"
    assert decode(body + b"\0" * 8, ["zstd"], LIMIT) == b"one two"
    for cut in (1, 3, len(zstandard.compress(b"two")) - 2):
        with pytest.raises(BrokenCoding) as caught:
            decode(body[:-cut], ["zstd"], LIMIT)
        assert caught.value.outcome is Outcome.TRUNCATED
        assert caught.value.had.startswith(b"one ")


@pytest.mark.parametrize("pack", [zlib.compress, _raw_deflate])
def test_every_deflate_stream_counts(pack: Callable[[bytes], bytes]) -> None:
    body = pack(b"one ") + pack(b"two")
    assert decode(body, ["deflate"], LIMIT) == b"one two"
    assert decode(pack(b"one") + b"\0\0\0\0", ["deflate"], LIMIT) == b"one"


def test_a_second_member_that_is_cut_is_reported() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    for keep in range(len(gzip.compress(b"one ")) + 1, len(body)):
        with pytest.raises(BrokenCoding) as caught:
            decode(body[:keep], ["gzip"], LIMIT)
        assert caught.value.outcome is Outcome.TRUNCATED


@given(size=st.integers(65_000, 66_200))
def test_a_stream_that_ends_where_a_piece_does_is_whole(size: int) -> None:
    body = b"a" * size
    assert decode(_raw_deflate(body), ["deflate"], LIMIT) == body


SHORT: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(b"")),
    "deflate": ("deflate", zlib.compress(b"")),
    "raw deflate": ("deflate", _raw_deflate(b"")),
    "zstd": ("zstd", zstandard.compress(b"")),
    "skipped zstd": ("zstd", b"\x50\x2a\x4d\x18\0\0\0\0"),
}


@pytest.mark.parametrize("name", SHORT)
def test_very_many_streams_take_linear_time(name: str) -> None:
    coding, stream = SHORT[name]
    with cpu() as spent:
        assert decode(stream * 200_000, [coding], LIMIT) == b""
    assert spent.under(1.5), spent


def test_more_codings_than_anybody_means_are_refused() -> None:
    body = b"page"
    for _ in range(MOST_CODINGS + 1):
        body = gzip.compress(body)
    with pytest.raises(BrokenCoding) as caught:
        decode(body, ["gzip"] * (MOST_CODINGS + 1), LIMIT)
    assert caught.value.outcome is Outcome.UNSUPPORTED
    assert decode(gzip.decompress(body), ["gzip"] * MOST_CODINGS, LIMIT) == b"page"


def test_a_fault_of_a_body_is_a_fault_of_its_fetch() -> None:
    async def undo() -> None:
        assert await decode_body(gzip.compress(b"page"), ["gzip"], LIMIT) == b"page"
        with pytest.raises(Fault) as caught:
            await decode_body(gzip.compress(b"page")[:-9], ["gzip"], LIMIT)
        assert (caught.value.outcome, caught.value.transient) == (Outcome.TRUNCATED, True)
        with pytest.raises(Fault) as caught:
            await decode_body(gzip.compress(b"") * 200_000, ["gzip"], LIMIT, seconds=0.05)
        assert caught.value.outcome is Outcome.TIMEOUT

    asyncio.run(undo())


@pytest.mark.parametrize("bodies", [1, 12])
def test_other_work_goes_on_while_bodies_are_unpacked(bodies: int) -> None:
    """The longest wait of a neighbour is a slice: not the whole of it, nor a slice of each."""
    waits: list[float] = []

    async def neighbour() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            waits.append(time.thread_time() - began)

    async def main() -> None:
        beside = asyncio.create_task(neighbour())
        body = gzip.compress(b"") * (200_000 // bodies)
        await asyncio.gather(*[decode_body(body, ["gzip"], LIMIT) for _ in range(bodies)])
        beside.cancel()

    asyncio.run(main())
    assert len(waits) > 5
    assert max(waits) / slowness() < 0.1
