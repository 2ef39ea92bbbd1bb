"""What the documentation site needs beside mkdocs: the documents outside docs/ become pages of it,
and nothing that a page shows may come from another host.

Links are written as a code host follows them. Here those that lead out of docs/, and those of the
documents outside it, are turned into links between pages. One that leads to no page stays as it is,
and a strict build fails on it. In the contents `folder/*.md` stands for all pages of a folder.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "LICENSE",
    "benchmarks/README.md": "benchmarks.md",
    **{
        path.relative_to(ROOT).as_posix(): f"schemas/{path.name}"
        for path in ROOT.glob("*/schemas/*.json")
    },
}
"""Document of the repository → its place in the site."""

log = logging.getLogger("mkdocs.hooks.site")
_LINK = re.compile(r"(\]\()([^)#\s]+)([)#])")
_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b(?![^>]*rel=["']?canonical)[^>]*?\bhref=["']?(?:https?:)?//""",
    re.IGNORECASE,
)
_LOADED_BY_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", re.IGNORECASE)


def on_config(config: Any) -> Any:
    """Write out the folders of the contents."""
    config["nav"] = _written_out(config["nav"], Path(config["docs_dir"]))
    return config


def _written_out(part: Any, docs: Path) -> Any:
    if isinstance(part, dict):
        return {title: _written_out(inner, docs) for title, inner in part.items()}
    if not isinstance(part, list):
        return part
    pages: list[Any] = []
    for each in part:
        if isinstance(each, str) and "*" in each:
            found = [path.relative_to(docs).as_posix() for path in docs.glob(each)]
            pages += sorted(found, key=lambda page: (not page.endswith("/README.md"), page))
        else:
            pages.append(_written_out(each, docs))
    return pages


def on_files(files: Any, config: Any) -> Any:
    """Add the documents outside docs/."""
    for written, place in PAGES.items():
        text = (ROOT / written).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links between documents into links between pages."""
    place = page.file.src_uri
    origins = {there: here for here, there in PAGES.items()}
    origin = origins.get(place, f"docs/{place}")

    def turned(found: re.Match[str]) -> str:
        before, target, after = found.groups()
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), target))
        there = PAGES.get(path, path.removeprefix("docs/") if path.startswith("docs/") else "")
        if not there:
            return found[0]
        return f"{before}{posixpath.relpath(there, posixpath.dirname(place) or '.')}{after}"

    return _LINK.sub(turned, markdown)


def on_post_build(config: Any) -> None:
    """Warn, and so fail a strict build, where a page loads something from another host."""
    site = Path(config["site_dir"])
    for pattern, wrong in (("*.html", _LOADED), ("*.css", _LOADED_BY_STYLE)):
        for path in sorted(site.rglob(pattern)):
            if found := wrong.search(path.read_text(encoding="utf-8")):
                log.warning("%s loads from elsewhere: %s", path.relative_to(site), found[0])
