"""Write the documents that are made from the code, or say which are not up to date.

python -m tests.generate           # write them all
python -m tests.generate --check   # name those that differ; exit code 1 if there are any
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support import command_pages, key_pages, machine_page

DECLARED = key_pages.DOCUMENTS
ROOT = Path(__file__).resolve().parent.parent


def command_reference() -> dict[str, str]:
    """docs/reference/commands.md and docs/man: every command."""
    root = command_pages.command_tree()
    manual = command_pages.manual_pages(root)
    return {
        "docs/reference/commands.md": command_pages.reference(root),
        **{f"docs/man/{name}": text for name, text in manual.items()},
    }


def key_reference() -> dict[str, str]:
    """docs/reference, a page for each kind of TOML file: every key."""
    return {
        "docs/reference/keys.md": key_pages.index(),
        **{f"docs/reference/{one.name}.md": key_pages.reference(one) for one in DECLARED},
    }


def schemas() -> dict[str, str]:
    """hubwatch/schemas: the same keys for editors."""
    return {f"{key_pages.SCHEMAS}/{one.name}.json": key_pages.schema_text(one) for one in DECLARED}


def machine_interface() -> dict[str, str]:
    """docs/machine.md: every JSON document. Its introduction is written by hand."""
    place = "docs/machine.md"
    return {place: machine_page.page((ROOT / place).read_text("utf-8"))}


DOCUMENTS = (command_reference, key_reference, schemas, machine_interface)
"""Each returns texts by their place in the repository."""
FOLDERS = ("docs/man", "hubwatch/schemas")
"""Folders in which nothing else lies."""


def differing() -> dict[Path, str | None]:
    """What would have to be written, by file; None where a file is made by nothing any more."""
    made = {ROOT / place: text for document in DOCUMENTS for place, text in document().items()}
    left = [path for folder in FOLDERS for path in (ROOT / folder).iterdir() if path not in made]
    there = {path: path.read_text("utf-8") if path.exists() else None for path in made}
    changed = {path: text for path, text in made.items() if there[path] != text}
    return {**changed, **dict.fromkeys(left)}


def main() -> None:
    """Write, or check."""
    found = differing()
    for path, text in found.items():
        print(path.relative_to(ROOT))
        if "--check" in sys.argv:
            continue
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    sys.exit(1 if found and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
