"""Collections of saved real pages with labels, as cases for the extraction benchmark.

The collections are other people's pages and lie outside the project: a folder with each collection
unpacked, or as `NAME.tar.gz`. Scores nothing.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from .scores import Row, link_key

NOWHERE = "http://www.example.gov.cn/"
"""The address of a page whose own is not known."""
_FULL_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_HREF = re.compile(rb"""(?:href|src|data-href)\s*=\s*["']?([^"'>\s][^"'>]*)""", re.I)
_LINK_TAGS = re.compile(rb"<(?:link|guid)[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)")


class Absent(Exception):
    """A collection that is not at hand; says why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One saved page and what is known of it; empty where the collection does not say."""

    name: str
    markup: bytes
    url: str = NOWHERE
    charset: str = ""
    body: str = ""
    day: str = ""
    family: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListCase:
    """One saved list page and its labelled rows."""

    name: str
    markup: bytes
    url: str
    rows: tuple[Row, ...]
    unlinked: int


class Corpora:
    """The folder of collections; archives are unpacked into `scratch` when first asked for."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def find(self, name: str) -> Path:
        """The unpacked collection. Raises Absent."""
        if self._folder is None:
            raise Absent("no folder of collections: give --corpora or set HUBWATCH_CORPORA")
        if (self._folder / name).is_dir():
            return self._folder / name
        archive = self._folder / f"{name}.tar.gz"
        if not archive.exists():
            raise Absent(f"no collection {name!r} in the folder of collections")
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory()
        target = Path(self._scratch.name)
        if not (target / name).is_dir():
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter="data")
        return target / name

    def folders(self) -> list[Path]:
        """The collections that lie there unpacked, by name."""
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(path for path in self._folder.iterdir() if path.is_dir())

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._scratch is not None:
            self._scratch.cleanup()


def english_bodies(corpora: Corpora) -> list[Case]:
    """articles-en: 181 pages with their bodies; stored as UTF-8 whatever they say."""
    folder = corpora.find("articles-en")
    labels = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Case(
            name,
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()),
            label.get("url") or NOWHERE,
            "utf-8",
            body=label.get("articleBody", ""),
        )
        for name, label in sorted(labels.items())
    ]


def chinese_pages(corpora: Corpora) -> list[Case]:
    """articles-zh-labelled: 29 pages with their bodies, and the day where the label is a full
    date (three of the date labels are an author, empty, or know only the month)."""
    folder = corpora.find("articles-zh-labelled")
    cases = []
    for path in sorted((folder / "original").glob("*.html")):
        stem = path.stem
        body = (folder / "cleaned" / f"{stem}.txt").read_text("utf-8")
        dated = _FULL_DATE.match((folder / "date" / f"{stem}.txt").read_text("utf-8").strip())
        day = "{}-{:0>2}-{:0>2}".format(*dated.groups()) if dated else ""
        author = (folder / "author" / f"{stem}.txt").read_text("utf-8").strip()
        authors = tuple(author.split()) if author and author != "UNKNOWN" else ()
        cases.append(Case(stem[:8], path.read_bytes(), body=body, day=day, authors=authors))
    return cases


def portal_pages(corpora: Corpora) -> list[Case]:
    """portals: eight pages of government portals and news agencies with title and time. Their
    family is what the note says of them."""
    corpora.find("articles-zh")
    folder = corpora.find("portals")
    cases = []
    for label in json.loads((folder / "expected.json").read_text("utf-8")):
        site = label["site"].split()[0]
        url = site if site.startswith("http") else f"http://{site}/"
        path = folder / label["file"]
        if not path.exists():
            path = corpora.find("articles-zh") / label["file"].partition("articles-zh/")[2]
        name = "/".join(path.parts[-2:])
        cases.append(
            Case(
                name,
                path.read_bytes(),
                url,
                day=label["published"][:10],
                title=label.get("title") or "",
                family=_family(label["note"], url),
            )
        )
    return cases


def _family(note: str, url: str) -> str:
    """The template that a source for this page would name."""
    by_note = {"TRS": "trs", "jcms": "jcms", "China Daily": "chinadaily", "Xinhua": "xinhua"}
    by_host = {"xinhuanet.com": "xinhua", "news.cn": "xinhua", "people.com.cn": "people"}
    for start, family in by_note.items():
        if note.startswith(start):
            return family
    host = urlsplit(url).hostname or ""
    return next((by_host[end] for end in by_host if host.endswith(end)), "generic")


def dated_pages(corpora: Corpora) -> list[Case]:
    """dates: 200 pages in many languages with the day they were published, five without any."""
    folder = corpora.find("dates")
    labels = json.loads((folder / "eval_mediacloud_2020.json").read_text("utf-8"))
    return [
        Case(
            label["file"].removesuffix(".html"),
            (folder / "test_set" / label["file"]).read_bytes(),
            url,
            day=label["date"] if isinstance(label["date"], str) else "",
        )
        for url, label in labels.items()
    ]


LABELS = "labels.jsonl"


def labelled_pages(corpora: Corpora) -> dict[str, list[Case]]:
    """Collections of one's own: each folder that has a file `labels.jsonl`, one object a page with
    `file`, and what is known of `url`, `title`, `day`, `authors` (a list) and `body`. Raises Absent
    where there is none."""
    found = {}
    for folder in corpora.folders():
        path = folder / LABELS
        if path.is_file():
            lines = path.read_text("utf-8").splitlines()
            found[folder.name] = [_from_label(folder, line) for line in lines if line.strip()]
    if not found:
        raise Absent(f"no folder with a {LABELS} among the collections")
    return found


def _from_label(folder: Path, line: str) -> Case:
    label = json.loads(line)
    markup = (folder / label["file"]).read_bytes()
    return Case(
        str(label["file"]),
        gzip.decompress(markup) if label["file"].endswith(".gz") else markup,
        label.get("url") or NOWHERE,
        label.get("charset") or "",
        label.get("body") or "",
        (label.get("day") or "")[:10],
        title=label.get("title") or "",
        authors=tuple(label.get("authors") or ()),
    )


def list_pages(corpora: Corpora) -> list[ListCase]:
    """lists: 76 list pages of courts and offices with their rows. The address of a page is not in
    the collection; it is taken to be where most of its links lead to labelled rows."""
    folder = corpora.find("lists")
    cases = []
    for path in sorted(folder.glob("*.compare.json")):
        labels = json.loads(path.read_text("utf-8"))
        name = path.name.removesuffix(".compare.json")
        markup = (folder / f"{name}.html").read_bytes()
        rows = tuple(_labelled(label) for label in labels if label.get("download_urls"))
        url = _address(markup, rows)
        rows = tuple(Row(urljoin(url, row.link), row.day, row.title) for row in rows)
        cases.append(ListCase(name, markup, url, rows, len(labels) - len(rows)))
    return cases


def _labelled(label: dict[str, object]) -> Row:
    day = "" if label.get("date_filed_is_approximate") else str(label.get("case_dates") or "")
    return Row(str(label["download_urls"]), day[:10], str(label.get("case_names") or ""))


def _address(markup: bytes, rows: Sequence[Row]) -> str:
    """The folder of some labelled link from which most of the page's links are labelled ones."""
    wanted = {link_key(row.link) for row in rows}
    links = {
        found.decode("utf-8", "replace").replace("&amp;", "&").strip()
        for pattern in (_HREF, _LINK_TAGS)
        for found in pattern.findall(markup)
    }
    bases = dict.fromkeys(base for row in rows for base in _folders(row.link))
    if not bases:
        return NOWHERE
    scored = [(sum(link_key(_joined(b, one)) in wanted for one in links), b) for b in [*bases][:60]]
    best = max(hits for hits, _ in scored)
    # Of equals the shallowest: a page rarely lies beside its documents.
    return min((base for hits, base in scored if hits == best), key=len)


def _folders(link: str) -> list[str]:
    """The address of the site and of every folder on the way to a link."""
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https"):
        return []
    steps = parts.path.split("/")[1:-1]
    root = f"{parts.scheme}://{parts.netloc}/"
    folders = ["/".join(steps[:n]) for n in range(len(steps) + 1)]
    return [
        root + quote(f"{folder}/" if folder else "", safe="/%:@!$&'()*+,;=~") for folder in folders
    ]


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""
