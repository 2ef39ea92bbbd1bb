"""Why a page reads as it does: the blocks it consists of, the one that was taken for the text, why
the others were not, and where on the page each field stands.

Reads the page once more and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bs4.exceptions import ParserRejectedMarkup

from storage.articles.records import by_field
from storage.lists import RowWitness
from storage.types import Capture, Evidence, Origin, Reading

from ..sources.model import FieldRules
from .article import read_article
from .body.place import BodyPlace, TextWeights, measure, share_beside
from .body.read import find_body
from .encoding import decode
from .page import Page, page_of
from .templates import layout_of
from .text import letters, squeeze
from .tree import Element, VisibleLine, attribute, names_of

_MOST_BLOCKS, _MOST_LINES = 400, 4_000
_LEAST_RAW = 3
_NAME = 60


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A visible line, and the fields that were read from it."""

    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedBlock:
    """A part of the page. `score` is what its running text weighs in letters, `share` how much that
    is of all that runs (0 to 1). `why` says in words why it was taken, or was not."""

    name: str
    lines: tuple[ExplainedLine, ...]
    score: float
    share: float
    is_chosen: bool
    why: str

    @property
    def size(self) -> int:
        """How many letters it shows."""
        return round(sum(letters(line.text) for line in self.lines))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading with the page it was made of, from top to bottom. `rule` found the text."""

    reading: Reading
    blocks: tuple[ExplainedBlock, ...] = ()
    rule: str = ""


def explain(
    capture: Capture, rules: FieldRules, source_id: str, row: RowWitness | None = None
) -> Explanation:
    """Read a captured page and say why it reads so. A page that is no HTML has no blocks."""
    reading = read_article(capture, rules, source_id, row)
    decoded = decode(capture.body, capture.header("content-type") or "")
    if decoded.hopeless:
        return Explanation(reading)
    try:
        page = page_of(capture, decoded.text)
        article = reading.article
        title = article.title if article else ""
        place = find_body(page, layout_of(page, rules), title)
        weights = measure(page, title)
        places = _places(page, article.evidence if article else ())
        blocks = tuple(_blocks(page, place, weights, places))
    except (ParserRejectedMarkup, RecursionError):
        return Explanation(reading)
    return Explanation(reading, blocks[:_MOST_BLOCKS], place.rule if place else "")


def _places(page: Page, evidence: tuple[Evidence, ...]) -> dict[int, tuple[str, ...]]:
    """The first line that has the words of each field, by its number."""
    found: dict[int, tuple[str, ...]] = {}
    for field, one in by_field(evidence).items():
        raw = squeeze(one.raw)
        if field == "body" or len(raw) < _LEAST_RAW:
            continue
        for at, line in enumerate(page.lines[:_MOST_LINES]):
            if raw in squeeze(line.text):
                found[at] = (*found.get(at, ()), field)
                break
    return found


def _blocks(
    page: Page,
    place: BodyPlace | None,
    weights: TextWeights,
    places: dict[int, tuple[str, ...]],
) -> Iterator[ExplainedBlock]:
    """The page's lines from top to bottom: those of the text, and around it those of each element
    that stands beside it or beside an element around it."""
    around = set(place.tag.iterancestors()) if place else set(page.tree.iter("html", "body"))
    current: Element | None = None
    held: list[ExplainedLine] = []
    for at, line in enumerate(page.lines[:_MOST_LINES]):
        block = _block_of(line, place, around)
        if held and block is not current:
            yield _block(current, held, place, weights)
            held = []
        current = block
        held.append(ExplainedLine(line.text, places.get(at, ())))
    if held:
        yield _block(current, held, place, weights)


def _block_of(line: VisibleLine, place: BodyPlace | None, around: set[Element]) -> Element:
    chain = [line.tag, *line.tag.iterancestors()]
    if place is not None and place.tag in chain:
        return place.tag
    for lead in place.standfirst if place else ():
        if lead in chain:
            return lead
    inside = [tag for tag in chain if tag not in around]
    return inside[-1] if inside else line.tag


def _block(
    tag: Element | None,
    lines: list[ExplainedLine],
    place: BodyPlace | None,
    weights: TextWeights,
) -> ExplainedBlock:
    score = weights.sums.get(tag, 0.0) if tag is not None else 0.0
    share = max(0.0, score / weights.whole) if weights.whole else 0.0
    is_chosen = place is not None and (tag is place.tag or tag in place.standfirst)
    why = _why_taken(tag, place) if is_chosen and place else _why_not(tag, score, place, weights)
    return ExplainedBlock(_named(tag), tuple(lines), score, min(1.0, share), is_chosen, why)


def _why_taken(tag: Element | None, place: BodyPlace) -> str:
    if tag is not place.tag:
        return "the standfirst: it belongs to the text"
    if place.origin is Origin.TEMPLATE:
        return "a selector of the rules names it"
    return "most of the text that runs stands in it"


def _why_not(
    tag: Element | None, score: float, place: BodyPlace | None, weights: TextWeights
) -> str:
    if tag is None:
        return "no element of its own"
    if tag in weights.beside or share_beside(str(tag.tag), names_of(tag)):
        return "named as what stands beside a text"
    if score <= 0 and any(node in weights.beside for node in tag.iterdescendants()):
        return "named as what stands beside a text"
    if score < 0:
        return "mostly links"
    if not score:
        return "nothing that runs: links and scraps"
    if place is not None and place.origin is Origin.TEMPLATE:
        return "the rules name another"
    if tag in weights.far:
        return "weighs less, far from the headline"
    return "weighs less"


def _named(tag: Element | None) -> str:
    """`div#id.class`, as far as it has them."""
    if tag is None:
        return ""
    name, classes = attribute(tag, "id"), attribute(tag, "class").split()
    marks = [f"#{name}"] if name else []
    return "".join([str(tag.tag), *marks, *(f".{word}" for word in classes[:3])])[:_NAME]


def joined(found: Explanation) -> Explanation:
    """The same with small neighbours of one reason as one block: menus fall into dozens."""
    blocks: list[ExplainedBlock] = []
    for one in found.blocks:
        last = blocks[-1] if blocks else None
        if last is None or one.is_chosen or last.is_chosen or last.why != one.why or one.score > 0:
            blocks.append(one)
            continue
        blocks[-1] = replace(
            last, lines=(*last.lines, *one.lines), score=last.score + one.score, share=last.share
        )
    return replace(found, blocks=tuple(blocks))
