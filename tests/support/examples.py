"""How many examples a property is tried with, and how much of a long list.

A quarter by default, so that the tests are quick; all of it in `.ci/long`, which sets
HUBWATCH_THOROUGH and runs what is marked `long`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

_FEWEST = 5


def examples(most: int) -> int:
    """So many examples are tried now, of `most`."""
    return most if os.environ.get("HUBWATCH_THOROUGH") else max(_FEWEST, most // 4)


def cases(every: Iterable[Any], kept: Iterable[Any]) -> list[Any]:
    """Parameters of a test: every case; those that are not kept for every day are `long`."""
    kept = list(kept)
    return [each if each in kept else pytest.param(each, marks=pytest.mark.long) for each in every]


def shares(count: int) -> list[Any]:
    """The places at which each of so many shares of a list begins; all but the first are `long`."""
    return cases(range(count), [0])
