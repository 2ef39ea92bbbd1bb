"""Two versions of an article compared: what was removed and added, of what kind; does it matter?

Pure. What is not known to be cosmetic is material: an edit told for nothing costs a look, one that
is not told costs trust.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from storage.text import HAN
from storage.types import Attachment, Weight, When

from .boilerplate import lines
from .tokens import Sentence, Token, TokenType, sentences

TITLE, PUBLISHED, ATTACHMENTS, SENTENCES = "title", "published", "attachments", "sentences"
SPACING = "spaces and punctuation"
PRECISION = "precision of the date"
ADDRESSES = "addresses of attachments"

_MOST_SENTENCES = 1500
_MOST_TOKENS = 3000
_MOST_PAIRS = 200_000
"""Beyond these the parts that differ are told as wholes: an honest verdict, a coarser diff. Pairs
are places in both with the same word; comparing takes that long and longer."""
_ALIKE = 0.5
"""A sentence of which less than half is left is another sentence."""
_CONTEXT = 30
_SUMMARY = 240
_TOLD = 60
_OFFICE = re.compile(
    f"(?:[市省县区局处院校会]长|主任|书记|主席|委员|教授|院士|记者|经理)[{HAN}]{{0,2}}$"
)
"""After such a word stands the name of who holds the office."""


@dataclass(frozen=True, slots=True)
class Version:
    """What counts of one version of an article."""

    title: str
    body: str
    published: When | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Hunk:
    """One difference, as printed: what was `removed` and what was `added`, either may be empty,
    `before` and `after` are the words around it. `kind` says what it is, `weight` if it matters."""

    kind: str
    weight: Weight
    removed: str = ""
    added: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TextComparison:
    """All differences of two versions, in their order."""

    hunks: tuple[Hunk, ...]

    @property
    def weight(self) -> Weight:
        """Material if one difference is."""
        heavy = any(hunk.weight is Weight.MATERIAL for hunk in self.hunks)
        return Weight.MATERIAL if heavy else Weight.COSMETIC

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of what matters, or of all if nothing does, the most frequent first."""
        counted = Counter(hunk.kind for hunk in self.hunks if hunk.weight is self.weight)
        return tuple(kind for kind, _ in counted.most_common())

    @property
    def summary(self) -> str:
        """One line for people: what changed from what to what."""
        told = [_told(hunk) for hunk in self.hunks if hunk.weight is self.weight]
        text = "; ".join(dict.fromkeys(told))
        return text if len(text) <= _SUMMARY else text[: _SUMMARY - 1].rstrip() + "…"


def compare(before: Version, after: Version) -> TextComparison:
    """What differs between two versions of one article."""
    hunks = [*_titles(before, after), *_days(before.published, after.published)]
    hunks += _files(before.attachments, after.attachments)
    hunks += _bodies(before.body, after.body)
    return TextComparison(tuple(hunks))


def _told(hunk: Hunk) -> str:
    removed, added = _cut(hunk.removed), _cut(hunk.added)
    if not removed and not added:
        return hunk.kind
    if removed and added:
        return f"{hunk.kind}: {removed} → {added}"
    return f"{hunk.kind}: {'removed' if removed else 'added'} {removed or added}".strip()


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _TOLD else flat[: _TOLD - 1].rstrip() + "…"


def _titles(before: Version, after: Version) -> Iterator[Hunk]:
    if before.title == after.title:
        return
    same = _keys(sentences([before.title])) == _keys(sentences([after.title]))
    yield Hunk(
        SPACING if same else TITLE,
        Weight.COSMETIC if same else Weight.MATERIAL,
        before.title,
        after.title,
    )


def _keys(found: Iterable[Sentence]) -> str:
    return "".join(sentence.key for sentence in found)


def _days(before: When | None, after: When | None) -> Iterator[Hunk]:
    if before == after:
        return
    removed, added = (when.iso if when else "" for when in (before, after))
    if before and after and _same_moment(before, after):
        yield Hunk(PRECISION, Weight.COSMETIC, removed, added)
    elif removed != added:
        yield Hunk(PUBLISHED, Weight.MATERIAL, removed, added)


def _same_moment(one: When, other: When) -> bool:
    if isinstance(one.value, datetime) and isinstance(other.value, datetime):
        return one.value == other.value or (
            one.precision is not other.precision and _day(one) == _day(other)
        )
    return one.precision is not other.precision and _day(one) == _day(other)


def _day(when: When) -> date:
    return when.value.date() if isinstance(when.value, datetime) else when.value


def _files(before: Sequence[Attachment], after: Sequence[Attachment]) -> Iterator[Hunk]:
    old, new = ({each.url: each for each in part} for part in (before, after))
    if old.keys() == new.keys():
        return
    gone, come = [old[url] for url in old if url not in new], [new[u] for u in new if u not in old]
    if sorted(map(_place, gone)) == sorted(map(_place, come)):
        yield Hunk(ADDRESSES, Weight.COSMETIC, _named(gone), _named(come))
    else:
        yield Hunk(ATTACHMENTS, Weight.MATERIAL, _named(gone), _named(come))


def _place(file: Attachment) -> str:
    parts = urlsplit(file.url)
    return f"{parts.netloc}{parts.path}"


def _named(files: Iterable[Attachment]) -> str:
    return ", ".join(file.name or file.url for file in files)


def _bodies(before: str, after: str) -> Iterator[Hunk]:
    (old_lines, old_kinds), (new_lines, new_kinds) = lines(before), lines(after)
    old, new = sentences(old_lines), sentences(new_lines)
    if _keys(old) == _keys(new):
        if before != after:
            for kind in sorted(old_kinds | new_kinds) or [SPACING]:
                yield Hunk(kind, Weight.COSMETIC)
        return
    for removed, added in _blocks(old, new):
        yield from _within(removed, added)


def _blocks(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> Iterator[tuple[Sequence[Sentence], Sequence[Sentence]]]:
    """The runs of sentences that differ."""
    head = 0
    while head < min(len(old), len(new)) and old[head].key == new[head].key:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail].key == new[-1 - tail].key:
        tail += 1
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    a, b = [each.key for each in old], [each.key for each in new]
    if max(len(a), len(b)) > _MOST_SENTENCES or _pairs(a, b) > _MOST_PAIRS:
        yield old, new
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield old[i1:i2], new[j1:j2]


def _within(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Hunk]:
    """The differences of a run of sentences: word by word where they are the same at heart."""
    if _keys(old) == _keys(new):  # cut into sentences elsewhere
        yield Hunk(SPACING, Weight.COSMETIC, _printed(old), _printed(new))
        return
    one, other = _Row.of(old), _Row.of(new)
    a, b = [token.key for token in one.tokens], [token.key for token in other.tokens]
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    too_many = max(len(a), len(b)) > _MOST_TOKENS or _pairs(a, b) > _MOST_PAIRS
    if not old or not new or too_many or matcher.ratio() < _ALIKE:
        yield Hunk(SENTENCES, Weight.MATERIAL, _printed(old), _printed(new))
        return
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield _hunk(one, other, (i1, i2), (j1, j2))


def _pairs(one: Sequence[str], other: Sequence[str]) -> int:
    counted = Counter(other)
    return sum(counted[key] for key in one)


def _printed(found: Sequence[Sentence]) -> str:
    return " ".join(sentence.text for sentence in found)


@dataclass(frozen=True, slots=True)
class _Row:
    """Some sentences in a row, their tokens placed in the joined text."""

    text: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, found: Sequence[Sentence]) -> _Row:
        tokens: list[Token] = []
        start = 0
        for each in found:
            tokens += [
                Token(token.key, token.kind, start + token.start, start + token.end)
                for token in each.tokens
            ]
            start += len(each.text) + 1
        return cls(_printed(found), tuple(tokens))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where these tokens stand in the text; nothing of it if there are none."""
        if first == last:
            at = self.tokens[first].start if first < len(self.tokens) else len(self.text)
            return at, at
        return self.tokens[first].start, self.tokens[last - 1].end


def _hunk(one: _Row, other: _Row, old: tuple[int, int], new: tuple[int, int]) -> Hunk:
    removed, added = one.tokens[slice(*old)], other.tokens[slice(*new)]
    start, end = one.span(*old)
    new_start, new_end = other.span(*new)
    same = _runs(removed) == _runs(added)
    kind = SPACING if same else _kind((*removed, *added))
    if kind == TokenType.WORD and _OFFICE.search(one.text[max(0, start - _CONTEXT) : start]):
        kind = TokenType.NAME.value
    weight = Weight.COSMETIC if same else Weight.MATERIAL
    return Hunk(
        kind,
        weight,
        one.text[start:end],
        other.text[new_start:new_end],
        one.text[max(0, start - _CONTEXT) : start],
        one.text[end : end + _CONTEXT],
    )


def _runs(tokens: Sequence[Token]) -> str:
    return Sentence("", tuple(tokens)).key


def _kind(tokens: Sequence[Token]) -> str:
    """The gravest of what differs."""
    found = {token.kind for token in tokens}
    return next(kind for kind in TokenType if kind in found).value
