"""What portals answered while they were checked, in a folder: a check that was cut off goes on from
there, and asks nobody twice.

A file an answer, written beside its place and then moved there: a kill leaves all of it or none.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from storage.runs import FetchKind
from storage.types import Capture, Outcome, Rendering

from ..middlewares.fetch_result import FetchResult

_PASSING = (Outcome.INTERRUPTED, Outcome.BUSY, Outcome.NO_SPACE, Outcome.FAILED)
"""Says nothing of the portal: such an address is asked for again."""


class FetchMemory:
    """Answers by what was asked for. A folder that cannot be written to holds none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, url: str, kind: FetchKind) -> FetchResult | None:
        """What came of asking for this address. None if nobody did, or the file is damaged."""
        try:
            head, _, body = self._place(url, kind).read_bytes().partition(b"\n")
            return _result_of(json.loads(head), body)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, fetched: FetchResult) -> None:
        """Keep an answer."""
        if fetched.outcome in _PASSING:
            return
        body = fetched.capture.body if fetched.capture is not None else b""
        data = json.dumps(_head_of(fetched)).encode() + b"\n" + body
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            Path(out.name).replace(self._place(fetched.url, fetched.kind))

    def forget(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, url: str, kind: FetchKind) -> Path:
        return (
            self._folder / f"{sha256(f'{kind} {url}'.encode('utf-8', 'replace')).hexdigest()}.page"
        )


def _head_of(fetched: FetchResult) -> dict[str, object]:
    capture = fetched.capture
    return {
        "url": fetched.url,
        "kind": fetched.kind,
        "at": fetched.at.isoformat(),
        "outcome": fetched.outcome,
        "reason": fetched.reason,
        "connected": fetched.connected,
        "halting": fetched.halting,
        "temporary": fetched.temporary,
        "moved_to": fetched.moved_to,
        "behind": fetched.behind,
        "capture": capture
        and {
            "url": capture.url,
            "final_url": capture.final_url,
            "at": capture.fetched_at.isoformat(),
            "status": capture.status,
            "headers": capture.headers,
            "rendering": capture.rendering and _rendering_head(capture.rendering),
        },
    }


def _result_of(head: dict[str, object], body: bytes) -> FetchResult:
    """Raises KeyError, TypeError or ValueError for what is none."""
    said = head["capture"]
    capture = None
    if isinstance(said, dict):
        capture = Capture(
            str(said["url"]),
            str(said["final_url"]),
            datetime.fromisoformat(said["at"]),
            int(said["status"]),
            tuple((str(name), str(value)) for name, value in said["headers"]),
            body,
            _rendering_of(said["rendering"]) if said["rendering"] else None,
        )
    return FetchResult(
        str(head["url"]),
        FetchKind(str(head["kind"])),
        datetime.fromisoformat(str(head["at"])),
        Outcome(str(head["outcome"])),
        str(head["reason"]),
        capture,
        connected=bool(head["connected"]),
        halting=bool(head["halting"]),
        temporary=bool(head["temporary"]),
        moved_to=str(head["moved_to"]),
        behind=Outcome(str(head["behind"])) if head["behind"] else None,
    )


def _rendering_head(rendering: Rendering) -> dict[str, object]:
    return {**asdict(rendering), "received": b64encode(rendering.received).decode("ascii")}


def _rendering_of(said: dict[str, Any]) -> Rendering:
    """Raises KeyError, TypeError or ValueError for what is none."""
    return Rendering(**{**said, "received": b64decode(said["received"])})
