"""Dividing articles into stories by what holds them together and what people keep apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bond:
    """Two articles and how strongly they hang together; `order` settles what is equally strong."""

    one: int
    other: int
    strength: float
    order: tuple[str, str] = ("", "")


Pair = tuple[int, int]


def pair(one: int, other: int) -> Pair:
    """Two articles, the lower id first."""
    return (one, other) if one < other else (other, one)


def divide(
    articles: Iterable[int], bonds: Iterable[Bond], apart: Iterable[Pair]
) -> list[frozenset[int]]:
    """The stories, that of the lowest article first.

    The strongest bonds are heard first; one that would bring together two articles that people hold
    apart is not heard. What comes out depends on the bonds, not on the order they came in.
    """
    group = {article: article for article in articles}
    members = {article: {article} for article in group}
    foes = _foes(apart, group)
    for bond in sorted(bonds, key=lambda b: (-b.strength, b.order, pair(b.one, b.other))):
        one, other = group[bond.one], group[bond.other]
        if one == other or foes.get(one, set()) & members[other]:
            continue
        if len(members[one]) < len(members[other]):
            one, other = other, one
        for article in members[other]:
            group[article] = one
        members[one] |= members.pop(other)
        foes[one] = foes.get(one, set()) | foes.pop(other, set())
    return sorted((frozenset(found) for found in members.values()), key=min)


def _foes(apart: Iterable[Pair], group: Mapping[int, int]) -> dict[int, set[int]]:
    foes: dict[int, set[int]] = {}
    for one, other in apart:
        if one in group and other in group:
            foes.setdefault(one, set()).add(other)
            foes.setdefault(other, set()).add(one)
    return foes
