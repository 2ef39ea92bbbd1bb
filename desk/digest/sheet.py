"""A draft as a TOML file that an editor changes and brings back: order, headings, words.

What was read from pages stands there as comments. It cannot be changed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hubwatch.errors import ConfigError
from hubwatch.toml import Table, load_toml
from scraper.sources.write import paragraph, quoted
from storage.digests import DigestHead

from .. import N_, _, term
from . import wording
from .build import put_off
from .edit import arranged, introduced, noted, titled, translated
from .model import Digest, DigestItem, Left

_KEYS = ("digest", "draft", "title", "introduction", "item")
_ITEM_KEYS = ("article", "section", "translation", "note", "later")
_HEAD = N_("""\
# {status}. Change the order of the items, their sections, notes and translations, then bring
# the file back with `hubwatch digest edit {number} --import FILE --by NAME`.
# An item taken out is left out for good; `later = true` leaves it for the next digest.
""")
_MOST = 10**9


def write_sheet(head: DigestHead, digest: Digest) -> str:
    """The draft as a file to edit."""
    return "\n".join(_lines(head, digest)) + "\n"


def read_sheet(path: Path, head: DigestHead, digest: Digest) -> Digest:
    """The draft as the file says. Raises ConfigError, one line `FILE: KEY: what is wrong`, also
    where the draft was edited since the file was written."""
    table = load_toml(path).only(_KEYS)
    if table.number("digest", 0, 0, _MOST) != head.number:
        raise table.error("digest", _("this file is not of digest %(number)s", number=head.number))
    if table.number("draft", 0, 0, _MOST) != head.version:
        raise table.error("draft", _("the draft was edited since; export it again"))
    entries = [_entry(each) for each in table.tables("item")]
    try:
        return _applied(digest, table, entries)
    except (LookupError, ValueError) as error:
        raise ConfigError(f"{path}: {error.args[0]}") from None


@dataclass(frozen=True, slots=True)
class _Entry:
    article: int
    section: str
    translation: str
    note: str
    is_later: bool


def _entry(table: Table) -> _Entry:
    table.only(_ITEM_KEYS)
    later = table.data.get("later", False)
    if not isinstance(later, bool):
        raise table.error("later", _("must be true or false"))
    return _Entry(
        table.number("article", 0, 1, _MOST),
        table.text("section"),
        table.text("translation", ""),
        table.text("note", ""),
        later,
    )


def _applied(digest: Digest, table: Table, entries: list[_Entry]) -> Digest:
    digest = introduced(titled(digest, table.text("title")), table.text("introduction", ""))
    sections: dict[str, list[int]] = {}
    for entry in entries:
        sections.setdefault(entry.section, []).append(entry.article)
    digest = arranged(digest, tuple(sections.items()))
    for entry in entries:
        digest = translated(digest, entry.article, entry.translation)
        digest = noted(digest, entry.article, entry.note)
    for entry in entries:
        if entry.is_later:
            digest = put_off(digest, entry.article)
    return digest


def _lines(head: DigestHead, digest: Digest) -> Iterator[str]:
    status = f"{wording.status(digest)} {head.version}"
    yield _(_HEAD).format(status=status, number=head.number)
    yield f"digest = {head.number}"
    yield f"draft = {head.version}"
    yield f"title = {quoted(digest.edition.title)}"
    yield _text("introduction", digest.introduction)
    for section in digest.chapters:
        for item in section.items:
            yield from _item(item, section.heading)
    for left in digest.left:
        yield from _left(left)


def _item(item: DigestItem, heading: str) -> Iterator[str]:
    yield ""
    yield "[[item]]"
    yield f"# {item.number}. {item.title}"
    facts = (*wording.publishers(item), wording.day(item.published))
    yield f"# {' · '.join(facts)}"
    yield f"article = {item.article_id}"
    yield f"section = {quoted(heading)}"
    yield _text("translation", item.translation)
    yield _text("note", item.note)


def _left(left: Left) -> Iterator[str]:
    yield ""
    yield "# " + _(
        "Left out (%(role)s): %(title)s", role=term("left_out", left.role), title=left.item.title
    )
    yield "# " + _("Take the # away from these lines to bring it back:")
    yield "# [[item]]"
    yield f"# article = {left.item.article_id}"
    yield f"# section = {quoted(left.heading)}"


def _text(key: str, text: str) -> str:
    """A key with its text, as a comment where there is none."""
    if not text:
        return f'# {key} = ""'
    return paragraph(key, text) if "\n" in text else f"{key} = {quoted(text)}"
