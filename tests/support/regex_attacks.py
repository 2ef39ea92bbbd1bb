"""Texts made to keep a regular expression busy, made from the expression itself.

For each of its repetitions: what stands before it, then what it repeats, many times over, then
something that nothing takes, so that every way of parting the repeats is tried where there are
several. Judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, TypeAlias

Node: TypeAlias = Any
"""A node of the parser's tree: a pair of an opcode and its argument."""
_NOTHING_TAKES = "\x02"
_IN_CATEGORY = {
    sre.CATEGORY_DIGIT: "7",
    sre.CATEGORY_NOT_DIGIT: "x",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "x",
    sre.CATEGORY_WORD: "w",
    sre.CATEGORY_NOT_WORD: "-",
}
_FEW = 12
"""Branches of an alternative that are tried in turn."""


def attacks(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Texts of about `size` characters for each repetition of a pattern."""
    tree = list(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    seen: set[str] = set()
    for before, repeated in _pumps(tree, ""):
        for lead in {before, ""}:
            text = lead + repeated * (size // len(repeated)) + _NOTHING_TAKES
            if text not in seen:
                seen.add(text)
                yield text
    whole = _sample(tree)
    if whole:
        yield whole * (size // len(whole))
        yield whole[:-1] * (size // max(1, len(whole) - 1))


def _pumps(nodes: list[Node], before: str) -> Iterator[tuple[str, str]]:
    """What stands before a repetition, and what it repeats, for each of them, inner ones too."""
    for op, argument in nodes:
        node = (op, argument)
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            inner = list(argument[2])
            for one in _samples(inner):
                if one:
                    yield before, one
            yield from _pumps(inner, before)
        elif op is sre.SUBPATTERN:
            yield from _pumps(list(argument[3]), before)
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from _pumps(list(branch), before)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _pumps(list(argument[1]), before)
        before += _sample([node])


def _samples(nodes: list[Node]) -> list[str]:
    """Some texts that the nodes take: one for each branch of the first alternative in them."""
    for at, (op, argument) in enumerate(nodes):
        head, tail = nodes[:at], nodes[at + 1 :]
        if op is sre.BRANCH:
            return [
                _sample(head) + _sample(list(branch)) + _sample(tail)
                for branch in argument[1][:_FEW]
            ]
        if op is sre.SUBPATTERN:
            return [_sample(head) + inner + _sample(tail) for inner in _samples(list(argument[3]))]
        if op is sre.IN and len(nodes) == 1:
            return [_of_set([one]) for one in argument[:_FEW]] + [_of_set(argument)]
    return [_sample(nodes)]


def _sample(nodes: list[Node]) -> str:
    """A short text that the nodes take, assertions aside."""
    return "".join(_of(op, argument) for op, argument in nodes)


def _of(op: Any, argument: Any) -> str:
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.NOT_LITERAL:
        return "x" if argument != ord("x") else "y"
    if op is sre.ANY:
        return "x"
    if op is sre.IN:
        return _of_set(argument)
    if op is sre.CATEGORY:
        return _IN_CATEGORY[argument]
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _sample(list(argument[2])) * max(1, argument[0])
    if op is sre.SUBPATTERN:
        return _sample(list(argument[3]))
    if op is sre.ATOMIC_GROUP:
        return _sample(list(argument))
    if op is sre.BRANCH:
        return _sample(list(argument[1][0]))
    return ""


def _of_set(items: list[Node]) -> str:
    if items[0][0] is sre.NEGATE:
        taken = {argument for op, argument in items[1:] if op is sre.LITERAL}
        return next(letter for letter in "x 7-y." if ord(letter) not in taken)
    op, argument = items[0]
    if op is sre.RANGE:
        return chr(argument[0])
    return _of(op, argument)
