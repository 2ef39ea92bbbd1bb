"""Files to import, made to do harm, with records in them that have to come in all the same."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from tests.support.servers import article_html

from .mutations import packed, spoilt

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file to import, in pieces. `whole` are the numbers of records that have to come in."""

    name: str
    pieces: Callable[[], Iterator[bytes]]
    whole: tuple[int, ...] = ()


def record(number: int, **fields: object) -> bytes:
    """A good line."""
    value = {
        "url": f"http://old.example.org/a/{number}.htm",
        "source": "old-portal",
        "title": f"Hub city {number}",
        "body": f"The city opened laboratory {number} on Monday, and more are to come.",
        "published": "2024-05-06",
        **fields,
    }
    return json.dumps(value).encode() + b"\n"


def response(number: int, page: bytes = b"", coding: str = "") -> bytes:
    """A good record of a WARC file."""
    body = page or article_html(f"Hub city {number}").encode()
    said = f"Content-Encoding: {coding}\r\n" if coding else ""
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{said}\r\n".encode() + body
    return (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://old.example.org/a/{number}.htm"
        f"\r\nWARC-Date: 2024-05-06T00:00:00Z\r\nContent-Length: {len(block)}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


def files(dice: random.Random) -> Iterator[BadFile]:
    """Files without end, of one kind each."""
    while True:
        yield from dice.sample(
            [
                _lines(dice), _spoilt_lines(dice), _long_line(dice), _blank(dice), _cut_gzip(dice),
                _zeros(dice), _records(dice), _spoilt_records(dice), _head(dice), _many(dice),
            ],
            10,
        )  # fmt: skip


def _lines(dice: random.Random) -> BadFile:
    bad = [
        b"[" * dice.choice((10, 100_000)) + b"\n", b'{"url": 1}\n', b"\xff\xfe\n", b"null\n",
        record(9, published=dice.choice(("2024-13-01", "0", "9999-12-31T23:59:59-14:00", "x"))),
        record(8, url=dice.choice(("file:///x", "http://[", "ni:///x", "", "http://a.test:0/"))),
        record(7, dates=[{"kind": "x"}], provenance={"title": {"from": "y"}}), record(6, body=[]),
    ]  # fmt: skip
    dice.shuffle(bad)
    mixed = b"".join(record(at) + line for at, line in enumerate(bad, 10))
    return BadFile("lines.jsonl", lambda: iter([mixed]), tuple(range(10, 10 + len(bad))))


def _spoilt_lines(dice: random.Random) -> BadFile:
    data = spoilt(b"".join(record(number) for number in range(20)), dice)
    return BadFile("spoilt.jsonl", lambda: iter([data]))


def _long_line(dice: random.Random) -> BadFile:
    size = int(dice.choice((0.2, 1, 4, 7.9, 24, 40)) * MEGABYTE)
    text = dice.choice(("The city opens laboratories. ", "科创中国试点城市", "a", "\n\n", "\u3000"))
    body = text * (size // len(text.encode())) + dice.choice(("", "", "\U0001f600"))
    more: dict[str, object] = {"body": body}
    if dice.random() < 0.4:
        name = dice.choice(("url", "title", "html", "author", "published", "outcome", "x", "city"))
        more = {name: f"http://a.test/{body}"}
    elif dice.random() < 0.5:
        one = dice.choice(({"url": "http://a.test/1"}, {}, [], {"kind": "x"}))
        name = dice.choice(("images", "attachments", "dates", "x"))
        more = {name: [one] * (size // (len(json.dumps(one)) + 2))}
    elif dice.random() < 0.3:
        more = {"provenance": {f"f{n}": {"from": "meta"} for n in range(size // 30)}}
    times = dice.choice((1, 1, 60)) if size < MEGABYTE else 1

    def pieces() -> Iterator[bytes]:
        yield record(1)
        for number in range(times):
            yield record(100 + number, **more)
        yield record(3)

    return BadFile("long.jsonl", pieces, (1, 3))


def _blank(dice: random.Random) -> BadFile:
    blank = dice.choice((b"\n", b" \n", b"\r\n", b"\t"))
    times = dice.choice((20, 200))

    def pieces() -> Iterator[bytes]:
        yield record(1)
        for _ in range(times):
            yield blank * (MEGABYTE // len(blank))
        yield b"\n" + record(2)

    return BadFile("blank.jsonl.gz", pieces, (1, 2))


def _cut_gzip(dice: random.Random) -> BadFile:
    data = gzip.compress(b"".join(record(number) for number in range(500)), mtime=0)
    data = dice.choice((data[: len(data) // 2], spoilt(data, dice), gzip.compress(b"") * 100_000))
    return BadFile(dice.choice(("cut.gz.jsonl", "cut.jsonl.gz")), lambda: iter([data]))


def _zeros(dice: random.Random) -> BadFile:
    times = dice.choice((50, 500))
    name = dice.choice(("zeros.jsonl.gz", "zeros.warc.gz"))
    return BadFile(name, lambda: (bytes(MEGABYTE) for _ in range(times)))


def _records(dice: random.Random) -> BadFile:
    found = BytesIO()
    for number in range(10):
        found.write(response(number))
        body, stated = packed(article_html("Coded").encode(), dice)
        found.write(response(100 + number, body, stated))
    return BadFile("records.warc", lambda: iter([found.getvalue()]), tuple(range(10)))


def _spoilt_records(dice: random.Random) -> BadFile:
    data = spoilt(b"".join(response(number) for number in range(10)), dice)
    return BadFile("spoilt.warc", lambda: iter([data]))


def _head(dice: random.Random) -> BadFile:
    head = dice.choice(
        (b"WARC/1.0\r\n" + b"a: b\r\n" * MEGABYTE, b"WARC/1.0 " + b"x" * 40 * MEGABYTE,
         b"\n" * 40 * MEGABYTE, response(2).replace(b"WARC-Target-URI", b"X"))
    )  # fmt: skip
    return BadFile(dice.choice(("head.warc", "head.warc.gz")), lambda: iter([response(1), head]))


def _many(dice: random.Random) -> BadFile:
    nested = b"<html><body>" + dice.choice((b"<div>", b"<b>x</b>", b"<a href=x")) * 150_000
    pages = [response(1), response(2, nested), response(3, bytes(12 * MEGABYTE)), response(4)]
    return BadFile("many.warc", lambda: iter(pages), (1, 4))
