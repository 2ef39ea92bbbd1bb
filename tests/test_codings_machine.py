"""Bodies put together step by step: whatever was packed comes out, or what is wrong is said."""

from __future__ import annotations

import gzip
import zlib

import brotli
import zstandard
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scraper.codings import BrokenCoding, decode, decoding
from storage.types import Outcome
from tests.support.examples import examples

LIMIT = 200_000
PACKERS = {
    "gzip": lambda body: gzip.compress(body, 1, mtime=0),
    "deflate": zlib.compress,
    "raw": lambda body: zlib.compress(body, wbits=-15),
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
SKIPPED = b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip"


class Bodies(RuleBasedStateMachine):
    """A body grows by streams, is padded, cut, or wrapped in a further coding."""

    @initialize(name=st.sampled_from(sorted(PACKERS)))
    def begin(self, name: str) -> None:
        self.pack = PACKERS[name]
        self.name = name
        self.codings = ["deflate" if name == "raw" else name]
        self.content = b""
        self.body = b""
        self.is_cut = self.is_padded = False

    def can_grow(self) -> bool:
        alone = self.name == "br" and bool(self.body)
        return not (self.is_cut or self.is_padded or alone or len(self.codings) > 1)

    @precondition(can_grow)
    @rule(content=st.binary(max_size=200), times=st.sampled_from([1, 1, 1, 300]))
    def add_a_stream(self, content: bytes, times: int) -> None:
        self.content += content * times
        self.body += self.pack(content * times)

    @precondition(lambda self: self.can_grow() and self.name == "zstd" and self.body)
    @rule()
    def add_a_frame_to_be_skipped(self) -> None:
        self.body += SKIPPED

    @precondition(lambda self: self.can_grow() and self.body and self.name != "br")
    @rule(size=st.integers(1, 20))
    def pad(self, size: int) -> None:
        self.body += b"\0" * size
        self.is_padded = True

    @precondition(lambda self: self.can_grow() and self.body)
    @rule(size=st.integers(1, 4))
    def cut(self, size: int) -> None:
        self.body = self.body[: -min(size, len(self.body) - 1)] if len(self.body) > 1 else b""
        self.is_cut = True

    @precondition(lambda self: 0 < len(self.codings) < 5 and self.body and not self.is_cut)
    @rule(name=st.sampled_from(["gzip", "deflate", "br", "zstd"]))
    def wrap(self, name: str) -> None:
        self.body = PACKERS[name](self.body)
        self.codings.append(name)

    @rule()
    def look_again(self) -> None:
        """There is always something to do."""

    @invariant()
    def what_was_packed_comes_out_or_its_lack_is_said(self) -> None:
        if not getattr(self, "body", b""):
            return
        try:
            found = decode(self.body, self.codings, LIMIT)
        except BrokenCoding as broken:
            too_big = len(self.content) > LIMIT
            assert too_big or self.is_cut or not self.content
            assert broken.outcome is not Outcome.TOO_BIG or too_big
            assert self.content.startswith(broken.had[: len(self.content)])
        else:
            assert found == self.content or (self.is_cut and self.content.startswith(found))
        for _ in zip(range(3), _steps(self.body, self.codings), strict=False):
            pass  # work that is given up in the middle leaves nothing behind


def _steps(body: bytes, codings: list[str]) -> object:
    try:
        yield from decoding(body, codings, LIMIT)
    except BrokenCoding:
        return


TestBodies = Bodies.TestCase
TestBodies.settings = settings(max_examples=examples(200), stateful_step_count=12, deadline=None)
