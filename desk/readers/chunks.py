"""Chunks of items that go to a reader, and the answers that come back: JSON Lines in one zstd frame
(RFC 8878), a head and then a line an item.

What is sent says by which rules it is to be read, and a reader that has others reads nothing. What
comes back is taken in by a worker process with limits (`take_in`), value by value.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hubwatch.errors import HubwatchError
from scraper.workers.faults import CallFault
from scraper.workers.pool import each
from storage.packing import pack, unpack_foreign

from .plain import NotPlain, from_plain, to_plain
from .work import MODULES, WORKS, Work, rules_in_use

FORMAT = 1
FEWEST_ITEMS, MOST_ITEMS = 100, 1_000
"""Of a chunk: starting a reader costs as much as some hundred pages."""
MOST_BYTES = 16 * 1024**2
"""Of a chunk, unpacked: half a thousand pages of 32 KB. The item that goes beyond is its last."""
_MOST_UNPACKED = 256 * 1024**2
"""Of what a reader takes in hand: one item may be the pages of a long article."""
_MOST_ANSWER = 96 * 1024**2
_LONGEST_LINE = 8 * 1024**2


class NoChunk(HubwatchError):
    """A file that is no chunk of ours, or asks for what this program does not do. One line."""


@dataclass(frozen=True, slots=True)
class PackedChunk:
    """A chunk as it is sent, and its items."""

    data: bytes
    items: tuple[Any, ...]


def pack_chunks(work: Work, items: Iterable[Any], most: int = MOST_ITEMS) -> Iterator[PackedChunk]:
    """All items in chunks of so many at most, in order, each when it is asked for."""
    lines: list[bytes] = []
    kept: list[Any] = []
    common: dict[int, tuple[int, Any]] = {}
    size = 0
    for item in items:
        sent, word, shared = work.apart(item)
        number, _ = common.setdefault(id(shared), (len(common), shared))
        lines.append(_line([number, word, to_plain(sent)]))
        kept.append(item)
        size += len(lines[-1])
        if size >= MOST_BYTES or len(kept) >= most:
            yield _packed(work, lines, kept, common)
            lines, kept, common, size = [], [], {}, 0
    if kept:
        yield _packed(work, lines, kept, common)


def _packed(
    work: Work, lines: list[bytes], items: list[Any], common: dict[int, tuple[int, Any]]
) -> PackedChunk:
    head = {
        "format": FORMAT,
        "work": work.name,
        "rules": rules_in_use(),
        "items": len(items),
        "common": [work.pack_common(shared) for _, shared in common.values()],
    }
    return PackedChunk(pack(b"\n".join([_line(head), *lines])), tuple(items))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# At the reader.


@dataclass(frozen=True, slots=True)
class ReadChunk:
    """What became of a chunk: so many items, of which so many could not be read there."""

    work: str
    items: int
    unread: int
    bytes: int
    sha256: str


def read_chunk(path: Path, target: Path) -> ReadChunk:
    """Read a chunk, and write the answer. Raises NoChunk, OSError."""
    data = path.read_bytes()
    with tempfile.TemporaryDirectory(prefix="hubwatch-chunk-") as folder:
        work, items = _opened(data, Path(folder))
        results = list(each(work.call, items, MODULES, count=1))
    head = {
        "format": FORMAT,
        "work": work.name,
        "rules": rules_in_use(),
        "items": len(items),
        "chunk": sha256(data).hexdigest(),
    }
    # A page that is not read within the bounds here is read at the centre, which tells of it.
    plain = [None if isinstance(found, CallFault) else to_plain(found) for found in results]
    answer = pack(b"\n".join(map(_line, [head, *plain])))
    target.write_bytes(answer)
    unread = sum(each is None for each in plain)
    return ReadChunk(work.name, len(items), unread, len(answer), sha256(answer).hexdigest())


def _opened(data: bytes, folder: Path) -> tuple[Work, list[Any]]:
    try:
        head, lines = _taken_apart(unpack_foreign(data, _MOST_UNPACKED), _MOST_UNPACKED)
        if head.get("rules") != rules_in_use():
            raise NoChunk(
                "it is to be read by other rules than those here; install the very same Hubwatch "
                "and libraries as at the centre"
            )
        work = WORKS[head["work"]]
        common = [work.unpack_common(said, folder) for said in head["common"]]
        items = []
        for number, word, said in map(_loaded, lines):
            sent: Any = from_plain(work.sent, said)
            items.append(work.whole(sent, from_plain(str, word), common[number]))
    except (ValueError, LookupError, TypeError) as error:
        raise NoChunk(f"no chunk of ours: {type(error).__name__}: {error}") from None
    return work, items


def _taken_apart(data: bytes, longest: int) -> tuple[dict[str, Any], list[bytes]]:
    """The head and the lines of the items. Raises ValueError."""
    first, *lines = data.split(b"\n", MOST_ITEMS + 1)
    if max(map(len, (first, *lines))) > longest:
        raise ValueError("a line is too long")
    head = _loaded(first)
    if not isinstance(head, dict) or head.get("format") != FORMAT or head["items"] != len(lines):
        raise ValueError("its head is of something else")
    return head, lines


def _loaded(line: bytes) -> Any:
    try:
        return json.loads(line.decode())
    except RecursionError:
        raise ValueError("it goes too deep") from None


# At the centre.


def take_in(
    data: bytes, work_name: str, chunk: str, count: int
) -> tuple[list[Any], list[int]] | str:
    """The values of an answer to the chunk of that checksum, with so many items, in their order;
    None for what could not be read there; and the places of those that are odd by themselves. Or
    why it is none. To be called in a worker: made for that, a value takes for ever."""
    work = WORKS[work_name]
    try:
        head, lines = _taken_apart(unpack_foreign(data, _MOST_ANSWER), _LONGEST_LINE)
        wanted = {
            "format": FORMAT,
            "work": work.name,
            "rules": rules_in_use(),
            "items": count,
            "chunk": chunk,
        }
        if head != wanted:
            return "it is the answer to something else"
        values = [_value(work, line) for line in lines]
        odd = [at for at, each in enumerate(values) if each is not None and work.is_unclean(each)]
        return values, odd
    except NotPlain as error:
        return f"a value is none that a reading has: {error}"
    except (ValueError, LookupError, TypeError) as error:
        return f"it is no answer of ours: {type(error).__name__}"


def _value(work: Work, line: bytes) -> Any:
    said = _loaded(line)
    return None if said is None else from_plain(work.result, said)


def odd_ones(work: Work, items: Sequence[Any], values: Sequence[Any]) -> list[int]:
    """The places of what was not read there, or of what few items read as. Takes no time to speak
    of, whatever the values are."""
    pairs = zip(items, values, strict=True)
    return [
        place
        for place, (item, value) in enumerate(pairs)
        if value is None or _odd(work, item, value)
    ]


def _odd(work: Work, item: Any, value: Any) -> bool:
    try:
        return work.is_odd(item, value)
    except (ValueError, LookupError, TypeError):
        return True
