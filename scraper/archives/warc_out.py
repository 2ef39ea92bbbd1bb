"""Archived pages as WARC 1.1 (ISO 28500:2017): a response record each, gzipped record by record.

There are no request records, and none are invented. What somebody handed over as a file was no
response: it is a resource record. Bodies are kept without their content coding,
so the headers that speak of it (RFC 9110, section 8.4; RFC 9112, section 6) are left out and
Content-Length says how long the body is here; the other headers are as received.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from http import HTTPStatus
from io import BytesIO
from typing import IO
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.types import Capture

ASKED = "Hubwatch-Asked-URI"
"""Our own field of a record: what was asked for, where a redirect led to WARC-Target-URI."""
_CODING = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_DESCRIPTION = (
    "pages as archived by Hubwatch; bodies are without content coding, and Content-Encoding, "
    "Transfer-Encoding and Content-Length were changed accordingly; no request records"
)


class Packing(Enum):
    """Whether each record is gzipped, as WARC recommends."""

    GZIP = "gzip"
    PLAIN = "plain"


def write_warc(
    out: IO[bytes], captures: Iterable[Capture], now: datetime, packing: Packing = Packing.GZIP
) -> int:
    """Write the captures as a WARC file; returns how many. The same captures and the same `now`
    give the same bytes."""
    writer = WARCWriter(out, gzip=packing is Packing.GZIP, warc_version="1.1")
    writer.write_record(_info(writer, now))
    count = 0
    for capture in captures:
        writer.write_record(_response(writer, capture))
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


def _response(writer: WARCWriter, capture: Capture) -> object:
    url, date = capture.final_url or capture.url, _stamp(capture.fetched_at)
    head = {"WARC-Record-ID": _id(f"{date} {capture.url}"), "WARC-Date": date}
    if capture.url != url:
        head[ASKED] = capture.url
    if not capture.status:
        return _resource(writer, capture, head)
    return writer.create_warc_record(
        url,
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


def _http_head(capture: Capture) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(capture.status).phrase
    except ValueError:
        phrase = ""
    kept = [(name, value) for name, value in capture.headers if name.lower() not in _CODING]
    return StatusAndHeaders(
        f"{capture.status} {phrase}".rstrip(),
        [*kept, ("content-length", str(len(capture.body)))],
        protocol="HTTP/1.1",
    )


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
