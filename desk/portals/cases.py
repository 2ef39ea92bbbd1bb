"""Recording cases: an archived page and what a person says it reads as, kept beside the sources.

What is recorded is what the reader says today; until a person has compared it with the page and set
`confirmed = true` the case fails. Cases are read and tried by `scraper.sources.cases`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from hubwatch.errors import ConfigError
from scraper.pages.article import read_article
from scraper.sources.cases import EXPECTED, HEADERS, PAGE, TEXTS, values_of
from scraper.sources.model import Source
from scraper.sources.write import paragraph, quoted
from storage.types import Capture

from ..files import write_whole

_LONGEST_NAME = 80
_HEAD = """\
# Recorded by `hubwatch sources record`: what the reader made of the page, right or wrong.
# Compare every line with the page itself, correct what is wrong, and leave "" where the page says
# nothing. Then set this to true; until then the case fails.
confirmed = false

"""


def case_name(url: str) -> str:
    """A folder name from an address: `2026-03-01-c-914299` for `/2026-03/01/c_914299.htm`."""
    path = urlsplit(url)
    stem = path.path.rpartition(".")[0] or path.path
    words = re.findall(r"[A-Za-z0-9]+", f"{stem} {path.query}")
    return "-".join(words).lower()[-_LONGEST_NAME:].strip("-") or "home"


def record(source: Source, capture: Capture, folder: Path, *, replacing: bool) -> Path:
    """Write a case for this page; returns its folder. Raises ConfigError if there is one."""
    expected = folder / EXPECTED
    if expected.exists() and not replacing:
        raise ConfigError(f"{folder}: is recorded already; --replace records it anew, --name apart")
    reading = read_article(capture, source.fields, source.id)
    headers = {
        "url": capture.url,
        "final_url": capture.final_url,
        "fetched_at": capture.fetched_at.isoformat(),
        "status": capture.status,
        "headers": [list(pair) for pair in capture.headers],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be made: {error.strerror}") from None
    write_whole(folder / PAGE, capture.body)
    write_whole(folder / HEADERS, json.dumps(headers, ensure_ascii=False, indent=1).encode())
    write_whole(expected, _text(values_of(reading)).encode())
    return folder


def _text(values: dict[str, str | tuple[str, ...]]) -> str:
    lines = [f"{key} = {quoted(str(values[key]))}" for key in TEXTS]
    files = values["attachments"]
    lines.append(f"attachments = [{', '.join(quoted(url) for url in files)}]")
    lines.append(paragraph("body", str(values["body"])))
    return _HEAD + "\n".join(lines) + "\n"
