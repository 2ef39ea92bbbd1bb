"""The body of one page as read: where it was found, its text, its clean HTML, pictures and files.

Joins the pieces of this folder; reads no other field.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.types import Attachment, Image

from ...sources.model import FieldRules
from ..page import Page
from ..text import MAX_TEXT, clean_paragraphs, cut_bytes, letters
from . import generic, place, shown, weigh
from .cut import cut_out
from .markup import read_markup
from .media import read_attachments, read_images
from .paragraphs import read_paragraphs
from .place import BodyPlace
from .strip import strip_lines

_LEAST = 80
"""Letters that trafilatura must have found; of a page that says less it takes the menus."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body as read. `cut` says in one line what a bound left out, mostly empty; `split_off`
    holds the lines that stood in the body and belong to other fields (editor, source)."""

    place: BodyPlace | None = None
    text: str = ""
    html: str = ""
    cut: str = ""
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    split_off: tuple[str, ...] = ()

    @property
    def has_content(self) -> bool:
        """True for a body of text, of pictures only, of files only."""
        return bool(self.text) or bool(self.images) or bool(self.attachments)


def find_body(page: Page, rules: FieldRules) -> BodyPlace | None:
    """Where the body is: by the template's selectors, else by the weight of its text. None where
    nothing runs."""
    return place.by_template(page, rules.body) or weigh.by_weight(page)


def read_body(found: BodyPlace | None, page: Page, title: str, rules: FieldRules) -> Body:
    """The body at the place found. Where nothing was found there, the well-known containers and
    the pictures and files are asked; where that is nothing either, or in doubt, trafilatura."""
    body = _read_place(found, page, title, rules)
    for find in (place.by_known_container, shown.by_media):
        if not body.has_content:
            body = _read_place(find(page), page, title, rules)
    if body.has_content and (body.place is None or body.place.sure):
        return body
    other = _read_place(generic.extract(page), page, title, rules)
    return other if _running(other.text) > max(_LEAST, _running(body.text)) else body


def _running(text: str) -> float:
    """Letters of the lines that are sentences."""
    sizes = ((line, letters(line)) for line in text.split("\n"))
    return sum(size for line, size in sizes if weigh.runs(line, size))


def _read_place(found: BodyPlace | None, page: Page, title: str, rules: FieldRules) -> Body:
    if found is None:
        return Body()
    attachments = read_attachments(found.tag, page)
    root = cut_out(found.tag, page, rules.remove)
    images = read_images(root, page)
    lines = strip_lines(read_paragraphs(root), title, rules.zone, found.origin)
    whole = clean_paragraphs("\n\n".join(p.text for p in lines.kept))
    text = cut_bytes(whole, MAX_TEXT).rstrip()
    cut = "" if len(text) == len(whole) else f"text cut after {MAX_TEXT} bytes"
    html = read_markup(root, page)
    return Body(found, text, html, cut, images, attachments, lines.split_off)
