"""Which of the links in a list's rows leads to what the rows are about.

The same column in all rows: a telling text that differs from row to row, else a document. Reads
no dates; the headline's words are chosen in `titles`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from .outline import Outline, OutlineLink
from .records import sample_of
from .titles import is_more, says_much

_SAMPLE = 24
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|csv|zip|rar|7z|mp3|mp4|m4a|wav|txt|rtf|odt)$", re.I
)
_FILE_WORDS = re.compile(r"download|file|document\.do|attach|getpdf|viewdoc|show_public_doc", re.I)
_WEAK_FORMAT = re.compile(r"\.(?:docx?|rtf|odt|zip|xlsx?|wpd)$", re.I)


def rank_links(rows: Sequence[Sequence[tuple[str, OutlineLink]]], outline: Outline) -> list[str]:
    """The link columns, the one that leads to what the rows are about first."""
    columns: dict[str, list[OutlineLink]] = {}
    for links in rows:
        for key, link in links:
            columns.setdefault(key, []).append(link)
    own = Counter(host_of(link.url) for links in columns.values() for link in links)
    home = outline.page.host
    host = home if home in own else own.most_common(1)[0][0]
    scores = {
        key: _link_worth(links, len(rows), outline, host) - 0.02 * order
        for order, (key, links) in enumerate(list(columns.items())[:60])
    }
    return sorted(columns, key=lambda key: -scores.get(key, -1.0))


def _link_worth(links: list[OutlineLink], rows: int, outline: Outline, host: str) -> float:
    sample = sample_of(links, _SAMPLE)
    count = len(sample)
    texts = [outline.text(link.start, link.end) for link in sample]
    different = len({link.url for link in sample}) / count if count > 1 else 1.0
    varied = len(set(texts)) / count if count > 1 else 1.0
    telling = sum(says_much(text) and not is_more(text) for text in texts) / count
    files = sum(is_file(link.url) for link in sample) / count
    away = sum(host_of(link.url) != host for link in sample) / count
    worth = len(links) / rows * (0.3 + different) + telling * varied * 0.8 + 0.15 * varied
    worth += files * (0.45 if telling < 0.5 else 0.1) - 0.15 * away
    weak = sum(_WEAK_FORMAT.search(link.url) is not None for link in sample) / count
    worth -= 0.1 * weak
    return worth


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an address; empty where it has none."""
    return urlsplit(url).hostname or ""


@lru_cache(maxsize=4096)
def is_file(url: str) -> bool:
    """Whether an address looks like a document rather than a page."""
    parts = urlsplit(url)
    return bool(_FILE.search(parts.path) or _FILE_WORDS.search(parts.path.rpartition("/")[2]))


def stem_of(url: str) -> str:
    """An address without its ending: equal for two formats of one document."""
    return re.sub(r"\.\w{2,5}$", "", url.partition("#")[0])


def ending_of(url: str) -> str:
    """The ending of an address's file, lower-case, without dot."""
    return urlsplit(url).path.rpartition("/")[2].rpartition(".")[2].lower()[:5]
