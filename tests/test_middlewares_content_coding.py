"""Content codings: whole bodies come out whole, cut ones are told, bombs are stopped."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.middlewares.content_coding import decode_body
from scraper.middlewares.fetch_result import Fault
from storage.types import Outcome

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
    assert decode_body(pack(body), [coding], LIMIT) == body


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("keep", [0.3, 0.5, 0.9, 0.999])
def test_cut_bodies_are_reported(name: str, keep: float) -> None:
    coding, pack = CODINGS[name]
    packed = pack(b"".join(str(number).encode() for number in range(20_000)))
    with pytest.raises(Fault) as caught:
        decode_body(packed[: int(len(packed) * keep)], [coding], LIMIT)
    assert caught.value.outcome is Outcome.TRUNCATED


@pytest.mark.slow
@pytest.mark.parametrize("name", CODINGS)
def test_bombs_are_stopped(name: str) -> None:
    coding, pack = CODINGS[name]
    with pytest.raises(Fault) as caught:
        decode_body(pack(b"\0" * 30_000_000), [coding], LIMIT)
    assert caught.value.outcome is Outcome.TOO_BIG


@pytest.mark.parametrize("name", CODINGS)
@given(body=st.binary(min_size=1, max_size=200))
def test_noise_has_an_outcome(name: str, body: bytes) -> None:
    coding, _ = CODINGS[name]
    try:
        decode_body(body, [coding], LIMIT)
    except Fault as fault:
        assert fault.outcome in (Outcome.TRUNCATED, Outcome.UNSUPPORTED, Outcome.TOO_BIG)


def test_codings_are_undone_in_reverse_order() -> None:
    body = gzip.compress(zlib.compress(b"twice"))
    assert decode_body(body, ["deflate", "gzip"], LIMIT) == b"twice"


def test_members_and_padding_of_gzip() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 8
    assert decode_body(body, ["gzip"], LIMIT) == b"one two"


def test_an_unknown_coding_is_not_guessed() -> None:
    with pytest.raises(Fault) as caught:
        decode_body(b"x", ["rot13"], LIMIT)
    assert caught.value.outcome is Outcome.UNSUPPORTED
