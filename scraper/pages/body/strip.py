"""The article's own paragraphs, and what stands before, between and behind them taken out.

Takes out of the tree what it takes out of the text, so that both say the same. What a single line
is, `noise` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bs4.element import Tag

from storage.types import Origin

from ..lines import line_text, named
from ..text import letters, squeeze
from .noise import is_foot, is_head, is_link, is_running, is_teaser, names_people, opens_links
from .paragraphs import Paragraph

_HEAD_LINES = 14
_BEGUN = 2
"""So many paragraphs of sentences, and the head of an article is over."""
_MOST_BEHIND = 0.25
_COPY = 40
_WHOLE = 0.7
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_FEW = 20
_MOST_REMOVED = 400


@dataclass(frozen=True, slots=True)
class Stripped:
    """The paragraphs that are the article, and the lines beside them that name its people and
    sources (editor, source, author): those belong to other fields."""

    kept: tuple[Paragraph, ...]
    split_off: tuple[str, ...]


def strip_lines(paragraphs: Sequence[Paragraph], title: str, zone: str, origin: Origin) -> Stripped:
    """The paragraphs without date line and breadcrumb at the head, footer and links at the end,
    links to other articles in between, and copies.

    Paragraphs taken out are taken out of the tree as well, where they fill an element. Where a
    template named the body, only links that call themselves related go.
    """
    keep = [True] * len(paragraphs)
    _drop_head(paragraphs, keep, squeeze(title), zone)
    _drop_tail(paragraphs, keep)
    _drop_feet(paragraphs, keep, zone)
    split_off = tuple(
        p.text for p, kept in zip(paragraphs, keep, strict=True) if not kept and names_people(p)
    )
    _drop_links(paragraphs, keep, origin)
    _drop_copies(paragraphs, keep)
    _drop_last_headings(paragraphs, keep)
    gone = [p for p, kept in zip(paragraphs, keep, strict=True) if not kept]
    remove_all([tag for p in gone[:_MOST_REMOVED] if (tag := _own_element(p)) is not None])
    kept_ones = tuple(p for p, kept in zip(paragraphs, keep, strict=True) if kept)
    return Stripped(kept_ones, split_off)


def _drop_head(paragraphs: Sequence[Paragraph], keep: list[bool], key: str, zone: str) -> None:
    """Up to the headline everything, then what names date, source and people, until the text has
    begun in earnest."""
    before: list[Paragraph] = []
    running = 0
    for at, paragraph in enumerate(paragraphs[:_HEAD_LINES]):
        if key and squeeze(paragraph.text) == key and not running:
            keep[: at + 1] = [False] * (at + 1)
            before = []
        elif is_head(paragraph, before, key, zone):
            keep[at] = False
        else:
            before.append(paragraph)
        running += is_running(paragraph.text, paragraph.linked)
        if running >= _BEGUN:
            return


def _drop_tail(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """From a heading such as "related stories" on everything, if little text follows it."""
    sizes = [len(p.text) - p.linked for p in paragraphs]
    total = sum(len(p.text) for p in paragraphs) or 1
    before = 0
    for i, paragraph in enumerate(paragraphs):
        if before > 0.5 * total and opens_links(paragraph):
            if sum(sizes[i:]) <= _MOST_BEHIND * total:
                keep[i:] = [False] * (len(keep) - i)
                return
            keep[i] = False
        before += len(paragraph.text)


def _drop_feet(paragraphs: Sequence[Paragraph], keep: list[bool], zone: str) -> None:
    for i in range(len(paragraphs) - 1, -1, -1):
        if keep[i]:
            if not is_foot(paragraphs[i], zone):
                return
            keep[i] = False


def _drop_links(paragraphs: Sequence[Paragraph], keep: list[bool], origin: Origin) -> None:
    """Paragraphs that are but a link to another article, and the heading over them. A body that is
    mostly links is a list on purpose."""
    plain = sum(len(p.text) - p.linked for p, kept in zip(paragraphs, keep, strict=True) if kept)
    whole = sum(len(p.text) for p, kept in zip(paragraphs, keep, strict=True) if kept)
    any_link = origin is not Origin.TEMPLATE and 2 * plain >= whole
    for i, paragraph in enumerate(paragraphs):
        if not keep[i] or not paragraph.linked or paragraph.tag.name == "table":
            continue
        if is_teaser(paragraph) or (any_link and is_link(paragraph)):
            keep[i] = False
            if i and keep[i - 1] and paragraphs[i - 1].tag.name in _HEADINGS:
                keep[i - 1] = False


def _drop_copies(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """What was said before, word for word: portals repeat a body for readers of another kind, and
    a caption under each size of a picture. A line that comes back later, as an interview's
    question or a refrain, is no copy."""
    seen: dict[str, int] = {}
    run: list[int] = []
    said = copied = 0.0
    for at, i in enumerate([*(i for i, kept in enumerate(keep) if kept), -1]):
        key = "" if i < 0 else squeeze(paragraphs[i].text)
        size = letters(key)
        if key in seen:
            if size >= _COPY and at - seen[key] == 1:
                keep[i] = False
            run.append(i)
            copied += size
            continue
        if copied >= max(_COPY, _WHOLE * said):
            for copy in run:
                keep[copy] = False
        said += size + copied
        run, copied = [], 0.0
        seen[key] = at


def _drop_last_headings(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """A heading over nothing headed what was taken out."""
    kept = [i for i, stays in enumerate(keep) if stays]
    if all(paragraphs[i].tag.name in _HEADINGS for i in kept):
        return
    while paragraphs[kept[-1]].tag.name in _HEADINGS:
        keep[kept.pop()] = False


def remove_all(doomed: list[Tag]) -> None:
    """Take elements out of the tree.

    bs4 finds each one by walking its siblings; of a parent that loses many the rest is put back.
    """
    parents: dict[int, tuple[Tag, dict[int, Tag]]] = {}
    for tag in doomed:
        if tag.parent is not None:
            parents.setdefault(id(tag.parent), (tag.parent, {}))[1][id(tag)] = tag
    for parent, children in parents.values():
        if len(children) > _FEW:
            rest = [node for node in parent.contents if id(node) not in children]
            parent.clear()
            parent.extend(rest)
            continue
        for tag in children.values():
            tag.extract()


def _own_element(paragraph: Paragraph) -> Tag | None:
    """The element whose whole text the paragraph is; None where it shares it with others."""
    tag = paragraph.tag
    key = squeeze(paragraph.text)
    if not _is_small(tag) or squeeze(line_text(tag)) != key or named(tag, "img"):
        return None
    while (
        tag.parent is not None
        and tag.parent.parent is not None
        and _is_small(tag.parent)
        and not named(tag.parent, "img")
        and squeeze(line_text(tag.parent)) == key
    ):
        tag = tag.parent
    return tag


def _is_small(tag: Tag) -> bool:
    return len(tag.contents) <= _FEW
