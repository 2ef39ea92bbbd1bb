"""Bytes, texts and addresses spoilt by chance, the same ones for the same seed."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import zstandard

_PIECES = (
    b"<", b">", b"&", b"\"", b"'", b"\0", b"\xff", b"\xfe\xff", b"<!--", b"-->", b"]]>",
    b"<![CDATA[", b"<script>", b"</script", b"<base href=//[>", b"<meta http-equiv=refresh>",
    b"</html>", b"<table>", b"&#xD800;", b"&#0;", b"&nbsp", b"\xe2\x80\xae", b"\xed\xa0\x80",
    b"<p style=display:none>", b"<title>", b"\r", b"\x1b[31m", b"{{{{", b"2026-13-45", b"\xa1\xa1",
    b"<template><div hidden>", b"<noscript>", b"<iframe>", b"<textarea>", b"<svg><style>",
)  # fmt: skip
_ADDRESSES = (
    "http://[::1", "http://a:99999999/", "//", "///", "http:///x", "javascript:alert(1)",
    "data:,x", "file:///etc/passwd", "http://127.0.0.1:22/", "http://2130706433/", "http://0x7f.1/",
    "http://user:pw@a.test/", "mailto:a@b", "?", "#", "", " ", "http://" + "a" * 300 + ".test/",
    "/a/" + "x" * 5000 + ".htm", "/a/%00.htm", "/a/%zz.htm", "/a/１.htm", "http://a.test:0/",
    "\\\\a\\b", "ftp://a/", "/a/../../../x", "http://xn--a.test/", "http://é.test/",
    "/a/1.htm\r\nX: y", "http://[fe80::1%25]/", "http://169.254.169.254/latest", "/a/{}.htm",
    "/a/1.htm?" + "a=1&" * 400,
    "http://a.test\\@b.test/",
)  # fmt: skip
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 1, mtime=0),
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=1),
    "zstd": zstandard.compress,
}


def spoilt(body: bytes, dice: random.Random) -> bytes:
    """A body with a few of its bytes changed, left out, doubled or moved."""
    found = bytearray(body)
    for _ in range(dice.choice((1, 2, 5, 20))):
        at = dice.randrange(len(found) + 1)
        end = min(len(found), at + dice.choice((1, 3, 40, 400)))
        match dice.randrange(6):
            case 0:
                found[at:at] = dice.choice(_PIECES) * dice.choice((1, 1, 3, 500))
            case 1:
                del found[at:end]
            case 2:
                found[at:at] = found[at:end] * dice.choice((1, 2, 50))
            case 3:
                found[at:end] = dice.randbytes(end - at)
            case 4:
                found[at:end] = bytes(reversed(found[at:end]))
            case _:
                del found[dice.choice((at, len(found) // 2, len(found) - 3)) :]
                found = found or bytearray(b" ")
    return bytes(found[:1_500_000])


def address(dice: random.Random) -> str:
    """An address that leads nowhere good."""
    found = dice.choice(_ADDRESSES)
    if dice.random() < 0.3:
        found = spoilt(found.encode() or b"/", dice).decode("latin-1")
    return found


def packed(body: bytes, dice: random.Random) -> tuple[bytes, str]:
    """A body in one to seven codings, and how they are stated: truly, mostly."""
    names = dice.choices(list(PACKERS), k=dice.choice((1, 1, 2, 3, 7)))
    for name in names:
        body = PACKERS[name](body)
    if dice.random() < 0.4:
        body = dice.choice(
            (body[: len(body) // 2], body + body, body + b"\0" * 9, spoilt(body, dice), body[:-1])
        )
    if dice.random() < 0.2:
        names[dice.randrange(len(names))] = dice.choice(
            ("rot13", "", "GZIP", "identity", "gzip;q=1")
        )
    return body, dice.choice((", ", ",")).join(names)
