"""Archived pages as WARC 1.1 (ISO 28500:2017), out and in: a response record each, gzipped record
by record. HTML responses that others archived are taken in as if they had been fetched then.

There are no request records, and none are invented. What somebody handed over as a file was no
response: it is a resource record. A page whose scripts were run is two records: the response as it
was received, and what became of it, a conversion that refers to it (section 6.8 of the standard).
Bodies are kept without their content coding,
so the headers that speak of it (RFC 9110, section 8.4; RFC 9112, section 6) are left out and
Content-Length says how long the body is here. The other headers are as received.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Generic, TypeVar
from urllib.parse import urldefrag
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from hubwatch.errors import PageError, StorageError
from hubwatch.reasons import in_words
from storage.archive import Archive
from storage.types import Capture, Change, Known, Outcome, Rendering
from storage.urls import host_of, url_key

from ..codings import BrokenCoding, decode
from ..items import FetchedPage
from ..pipelines.archive import ingest
from ..pipelines.read import row_of, taught
from ..relevance.watchlist import Watchlist
from ..sources.model import Source
from ..space import Space
from ..workers.readers import BlockingReaders
from .ingest import (
    Clock,
    Homes,
    ImportTally,
    Runs,
    definition_of,
    importing,
    refuse_if_short,
)
from .jsonl import LineFault

ASKED = "Hubwatch-Asked-URI"
"""Our own field of a record: what was asked for, where a redirect led to WARC-Target-URI."""
RENDERED = "Hubwatch-Rendered"
"""Our own field. Of a response: that a rendered page was made of it, so it is no page by itself.
Of a conversion: how it came about, a JSON object."""
_MADE: dict[str, type] = {
    "browser": str,
    "requests": int,
    "size": int,
    "seconds": float,
    "note": str,
}
_MOST_TOLD = 4096  # bytes of each word about a rendering
_CODING = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_DESCRIPTION = (
    "pages as archived by Hubwatch; bodies are without content coding, and Content-Encoding, "
    "Transfer-Encoding and Content-Length were changed accordingly; no request records; "
    "conversions are documents as a browser had them once their scripts had run"
)


class Packing(Enum):
    """Whether each record is gzipped, as WARC recommends."""

    GZIP = "gzip"
    PLAIN = "plain"


V = TypeVar("V")
_REMEMBERED = 64 * 1024 * 1024


class _Originals(Generic[V]):
    """The responses that rendered pages were made of, as far back as 64 MiB go: many pages are made
    of one. Who writes a file and who reads it remember the same."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[V, int]] = OrderedDict()
        self._size = 0

    def get(self, name: str) -> V | None:
        """What was put under a name, if it is not forgotten."""
        if name not in self._held:
            return None
        self._held.move_to_end(name)
        return self._held[name][0]

    def put(self, name: str, value: V, size: int) -> None:
        """Remember what has this size in bytes, and forget what was not wanted for longest."""
        self._size += size - self._held.pop(name, (None, 0))[1]
        self._held[name] = value, size
        while self._size > _REMEMBERED and len(self._held) > 1:
            self._size -= self._held.popitem(last=False)[1][1]


def write_warc(
    out: IO[bytes], captures: Iterable[Capture], now: datetime, packing: Packing = Packing.GZIP
) -> int:
    """Write the captures as a WARC file. Returns how many. The same captures and the same `now`
    give the same bytes."""
    writer = WARCWriter(out, gzip=packing is Packing.GZIP, warc_version="1.1")
    writer.write_record(_info(writer, now))
    count = 0
    originals: _Originals[str] = _Originals()
    for capture in captures:
        if capture.rendering is None:
            writer.write_record(_response(writer, capture, _head(capture)))
        else:
            for record in _rendered(writer, capture, capture.rendering, originals):
                writer.write_record(record)
        count += 1
    return count


def _info(writer: WARCWriter, now: datetime) -> object:
    record = writer.create_warcinfo_record(
        None,
        {
            "software": "Hubwatch",
            "format": "WARC File Format 1.1",
            "description": _DESCRIPTION,
        },
    )
    record.rec_headers.replace_header("WARC-Date", _stamp(now))
    record.rec_headers.replace_header("WARC-Record-ID", _id(f"warcinfo {_stamp(now)}"))
    return record


def _head(capture: Capture, but: str = "") -> dict[str, str]:
    """The fields that tell records apart. `but` is what tells those of one page and date apart."""
    date = _stamp(capture.fetched_at)
    head = {"WARC-Record-ID": _id(f"{date} {capture.url}{but}"), "WARC-Date": date}
    if capture.final_url and capture.url != capture.final_url:
        head[ASKED] = capture.url
    return head


def _rendered(
    writer: WARCWriter, capture: Capture, made: Rendering, originals: _Originals[str]
) -> Iterator[object]:
    """The response that a page was made of, unless it is remembered, and what became of it."""
    first = _original(capture, made)
    digest = hashlib.sha256(repr((first.final_url, first.headers)).encode() + first.body)
    name = digest.hexdigest()
    response_id = originals.get(name)
    if response_id is None:
        head = {**_head(first, f" {name}"), RENDERED: "yes"}
        response_id = head["WARC-Record-ID"]
        originals.put(name, response_id, len(first.body))
        yield _response(writer, first, head)
    told = {name: value for name, value in asdict(made).items() if name in _MADE}
    yield writer.create_warc_record(
        capture.final_url or capture.url,
        "conversion",
        payload=BytesIO(capture.body),
        length=len(capture.body),
        warc_content_type=capture.header("content-type") or "text/html; charset=utf-8",
        warc_headers_dict={
            **_head(capture, " rendered"),
            "WARC-Refers-To": response_id,
            RENDERED: json.dumps(told),
        },
    )


def _original(capture: Capture, made: Rendering) -> Capture:
    """What was received of a rendered page. A route is the scripts' business: no server heard of
    it."""
    kind = (("content-type", made.content_type),) if made.content_type else ()
    others = (pair for pair in capture.headers if pair[0] != "content-type")
    return replace(
        capture,
        url=urldefrag(capture.url).url,
        final_url=urldefrag(capture.final_url or capture.url).url,
        headers=(*kind, *others),
        body=made.received,
        rendering=None,
    )


def _response(writer: WARCWriter, capture: Capture, head: dict[str, str]) -> object:
    if not capture.status:
        return _resource(writer, capture, head)
    return writer.create_warc_record(
        capture.final_url or capture.url,
        "response",
        payload=BytesIO(capture.body),
        length=len(capture.body),
        warc_headers_dict=head,
        http_headers=_http_head(capture),
    )


def _resource(writer: WARCWriter, capture: Capture, head: dict[str, str]) -> object:
    return writer.create_warc_record(
        capture.url,
        "resource",
        payload=BytesIO(capture.body),
        length=len(capture.body),
        warc_content_type=capture.header("content-type") or "application/octet-stream",
        warc_headers_dict=head,
    )


class _HttpHead(StatusAndHeaders):  # type: ignore[misc]
    """Writes the bytes of headers as they were received, a character each, where warcio would
    write others beyond ASCII with percent signs."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        text: str = self.to_str(filter_func)
        try:
            return text.encode("latin-1") + b"\r\n"
        except UnicodeEncodeError:  # from a file that was read by another Hubwatch
            return text.encode("utf-8") + b"\r\n"


class _HttpHeadParser(StatusAndHeadersParser):  # type: ignore[misc]
    """Reads headers as a crawl does: a character for each byte."""

    @staticmethod
    def decode_header(line: bytes) -> str:
        return line.decode("latin-1")


def _http_head(capture: Capture) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(capture.status).phrase
    except ValueError:
        phrase = ""
    kept = [(name, value) for name, value in capture.headers if name.lower() not in _CODING]
    return _HttpHead(
        f"{capture.status} {phrase}".rstrip(),
        [*kept, ("content-length", str(len(capture.body)))],
        protocol="HTTP/1.1",
    )


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# Taking in what others archived

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a page after content decoding. A longer one is a fault."""
_MAX_HEAD = 1024 * 1024
"""Bytes of a record's heads together, with the blank lines before it."""
_PIECE = 64 * 1024
_HTML = ("text/html", "application/xhtml+xml")
_NO_CODING = ("content-encoding", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Passed:
    """A record that is no archived page, for the count."""

    number: int


@dataclass(frozen=True, slots=True)
class WarcPage:
    """An archived page. `asked` is a further address that led to it, if the file says so."""

    number: int
    capture: Capture
    asked: str = ""


def read_pages(path: Path) -> Iterator[WarcPage | Passed | LineFault]:
    """The records of a WARC file, gzipped or not. Where it breaks off or is damaged, a fault is the
    last one. Raises PageError for a file that is none."""
    number = 0
    originals: _Originals[Capture] = _Originals()
    try:
        with path.open("rb") as stream:
            records = _Records(stream, check_digests=True)
            records.reader = reader = _BoundedReader(stream)
            loader = records.loader
            loader.http_parser = _HttpHeadParser(loader.HTTP_TYPES, verify=False)
            for number, record in enumerate(records, 1):
                reader.heads = 0
                yield _read(number, record, originals)
                reader.heads = 0
        return
    except ArchiveLoadFailed:  # its words quote what it found, whatever that is
        why = "no record begins there"
    except (OSError, EOFError, ValueError) as error:
        why = in_words(error, "it ends early")
    except (AttributeError, IndexError, KeyError, TypeError):  # what warcio raises of odd heads
        why = "the head of the record is none"
    told = f"not a WARC file from record {number + 1} on: {why}"
    if not number:
        raise PageError(f"{path}: {told}")
    yield LineFault(number + 1, told)


class _Records(ArchiveIterator):  # type: ignore[misc]
    """Says nothing on stderr of a record whose length is wrong: its digest or the next one does."""

    INC_RECORD = ""


class _BoundedReader(DecompressingBufferedReader):  # type: ignore[misc]
    """Reads lines of heads within a bound: warcio takes a head for as long as it goes on."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.heads = 0

    def _decompress(self, data: bytes) -> bytes:
        engine: Any = self.decompressor
        try:
            unpacked: bytes = engine.decompress(data) if engine and data else data
        except zlib.error:
            if self.num_block_read:
                raise ValueError("the gzip data is damaged") from None
            self._init_decomp(None)  # the file is not gzipped
            return data
        return unpacked

    def readline(self, length: int | None = None) -> bytes:
        most = _MAX_HEAD + 1 - self.heads
        line: bytes = super().readline(most if length is None else min(length, most))
        self.heads += len(line)
        if self.heads > _MAX_HEAD:
            raise ValueError(f"its head is longer than {_MAX_HEAD >> 20} MiB")
        return line


def ingest_pages(
    store: Archive,
    pages: Iterator[WarcPage | Passed | LineFault],
    homes: Homes,
    watchlist: Watchlist,
    clock: Clock,
    origin: str,
    free_space: int = 0,
) -> ImportTally:
    """Read archived pages by the rules of the source that takes their address, and keep them.

    Pages are read within a reader's bounds, as in a crawl. A page that is archived already changes
    nothing. Neither does one that is older than the one a known article was last read from. Raises
    StorageError, also where fewer than `free_space` bytes are left on the disk, Busy, and PageError
    from `pages`.
    """
    space = Space(store.path, free_space)
    refuse_if_short(space)
    with (
        importing(store, clock, origin) as (runs, tally),
        closing(BlockingReaders(watchlist)) as readers,
    ):
        for page in pages:
            refuse_if_short(space)
            tally.figures["read"] += 1
            if isinstance(page, LineFault):
                tally.fault(page)
            elif isinstance(page, Passed):
                tally.figures["skipped"] += 1
            else:
                _ingest(store, page, homes, readers, clock, runs, tally)
    return tally


def _ingest(
    store: Archive,
    page: WarcPage,
    homes: Homes,
    readers: BlockingReaders,
    clock: Clock,
    runs: Runs,
    tally: ImportTally,
) -> None:
    home = homes.of_page(page.capture.final_url)
    if home is None:
        tally.figures["skipped"] += 1
        tally.unclaimed[host_of(page.capture.final_url)] += 1
        return
    runs.begin([home])
    source, run_id = taught(store, definition_of(home)), runs.id_of(home.ref.id)
    if _is_kept(store, source, page.capture):
        tally.count(runs, source.id, Change.UNCHANGED)
        return
    fetched = _fetched_page(store, page, source, readers)
    if _is_older(store, source, fetched):
        tally.count(runs, source.id, "stays")
        return
    kept = ingest(store, fetched, run_id=run_id, now=clock(), watchlist=readers.watchlist)
    change = kept.applied.change
    is_edit = change in (Change.BACK, Change.COSMETIC)
    tally.count(runs, source.id, Change.CHANGED if is_edit else change)


def _fetched_page(
    store: Archive, page: WarcPage, source: Source, readers: BlockingReaders
) -> FetchedPage:
    read = readers.read_page(page.capture, source, row_of(store, source.id, page.capture))
    reading = read.reading
    if reading.outcome is Outcome.BUSY:
        raise StorageError(f"nothing more is imported: {reading.reason}")
    own = reading.article.url if reading.article else ""
    led = (page.asked, page.capture.final_url) if own else ()
    aliases = tuple(url for url in dict.fromkeys(led) if url and url_key(url) != url_key(own))
    return FetchedPage(
        source, page.capture, reading, aliases, prepared=read.prepared, body=read.body
    )


def _is_kept(store: Archive, source: Source, capture: Capture) -> bool:
    last = store.pages.sound_capture(source.id, capture.url)
    return last is not None and last.body == capture.body


def _is_older(store: Archive, source: Source, page: FetchedPage) -> bool:
    """Whether what is known was read from a page as new as this one, or is known to be gone."""
    article = page.reading.article
    known = store.pages.known(source.id, article.url if article else page.capture.url)
    if known is None:
        return False
    if known.parts and page.reading.more_pages:  # a record is one page of several
        return True
    return known.gone or _last_read(store, known) >= page.capture.fetched_at


def _last_read(store: Archive, known: Known) -> datetime:
    if known.snapshot_id is None:
        return datetime.min.replace(tzinfo=UTC)
    return store.pages.snapshot(known.snapshot_id).fetched_at


def _read(
    number: int, record: Any, originals: _Originals[Capture]
) -> WarcPage | Passed | LineFault:
    try:
        if record.rec_type == "conversion":
            return _conversion(number, record, originals)
        if record.rec_type != "response" or record.http_headers is None:
            return Passed(number)
        if record.http_headers.get_statuscode() != "200":
            return Passed(number)
        if record.rec_headers.get_header(RENDERED):
            first = _page(number, record).capture
            name = record.rec_headers.get_header("WARC-Record-ID") or ""
            originals.put(name, first, len(first.body))
            return Passed(number)
        kind = record.http_headers.get_header("content-type") or ""
        return _page(number, record) if _is_html(kind) else Passed(number)
    except (ValueError, OverflowError) as error:
        return LineFault(number, in_words(error))


def _is_html(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _HTML


def _page(number: int, record: Any) -> WarcPage:
    headers = tuple(
        (name.lower(), value)
        for name, value in record.http_headers.headers
        if name.lower() not in _NO_CODING
    )
    url, asked, at = _whence(record)
    body = _body(record)
    body = _decoded(_unchunked(body, record.http_headers), record.http_headers)
    return WarcPage(number, Capture(asked or url, url, at, 200, headers, body), asked)


def _conversion(
    number: int, record: Any, originals: _Originals[Capture]
) -> WarcPage | Passed | LineFault:
    """A page as its scripts made it, with the response that it was made of. Conversions of others
    are passed over: they may be of any kind. Raises ValueError."""
    told = record.rec_headers.get_header(RENDERED)
    if not told:
        return Passed(number)
    kind = record.rec_headers.get_header("Content-Type") or ""
    if not _is_html(kind):
        raise ValueError(f"a rendered page is HTML, and not {kind[:60]!r}")
    first = originals.get(record.rec_headers.get_header("WARC-Refers-To") or "")
    if first is None:
        raise ValueError("the response that it refers to is not before it")
    rendering = Rendering(first.body, first.header("content-type") or "", **_made(told))
    url, asked, at = _whence(record)
    others = (pair for pair in first.headers if pair[0] not in ("content-type", "content-length"))
    headers = (("content-type", kind), *others)
    capture = Capture(asked or url, url, at, 200, headers, _body(record), rendering)
    return WarcPage(number, capture, asked)


def _made(told: str) -> dict[str, Any]:
    """How a page was rendered, as our own field says it. Raises ValueError."""
    try:
        said = json.loads(told)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise ValueError(f"{RENDERED} {told[:60]!r} is no JSON object")
    made: dict[str, Any] = {}
    for name, kind in _MADE.items():
        value: Any = said.get(name, kind())
        value = float(value) if kind is float and type(value) is int else value
        if type(value) is not kind or not _is_bounded(value):
            raise ValueError(f"{RENDERED}: {name} is {str(value)[:60]!r}")
        made[name] = value
    return made


def _is_bounded(value: Any) -> bool:
    return len(value.encode()) <= _MOST_TOLD if isinstance(value, str) else 0 <= value < 2**53


def _whence(record: Any) -> tuple[str, str, datetime]:
    """Where a page is from, what else was asked for, if anything was, and when. Raises
    ValueError."""
    url: str = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    asked = record.rec_headers.get_header(ASKED) or ""
    for address in filter(None, (url, asked)):
        url_key(address)
    return url, asked, _date(record.rec_headers.get_header("WARC-Date"))


def _date(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise ValueError(f"WARC-Date {text!r} is no date") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _body(record: Any) -> bytes:
    """What a record holds, bounded while it is read. Raises ValueError for a page that is too long,
    or damaged by its own block digest."""
    body = _bounded(record.raw_stream)
    while record.raw_stream.read(_PIECE):
        pass  # what stands behind the body belongs to the record too
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise ValueError("the file ends in the middle of it")
    # Who computes payload digests disagrees on what they are of; block digests are clear.
    if any("block digest failed" in problem for problem in record.digest_checker.problems):
        raise ValueError("its digest does not match: damaged, or cut off")
    return body


def _bounded(stream: Any) -> bytes:
    pieces, size = [], 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BODY:
            raise _too_big()
    return b"".join(pieces)


def _too_big() -> ValueError:
    return ValueError(f"{Outcome.TOO_BIG}: the page is larger than {MAX_BODY >> 20} MiB")


def _unchunked(body: bytes, head: StatusAndHeaders) -> bytes:
    """The body without its chunks. Many a crawler took them off and left the header."""
    coding = (head.get_header("transfer-encoding") or "").strip().lower()
    return _bounded(ChunkedDataReader(BytesIO(body))) if coding == "chunked" else body


def _decoded(body: bytes, head: StatusAndHeaders) -> bytes:
    """The body without its content codings. As it is where it is not in them: many a crawler took
    them off and left the header."""
    stated = (head.get_header("content-encoding") or "").lower()
    codings = [coding.strip() for coding in stated.split(",") if coding.strip()]
    try:
        return decode(body, codings, MAX_BODY)
    except BrokenCoding as broken:
        if broken.outcome is Outcome.UNSUPPORTED and not broken.had:
            return body
        if broken.outcome is Outcome.TOO_BIG:
            raise _too_big() from None
        raise ValueError(f"{broken.outcome}: {broken.reason}") from None
