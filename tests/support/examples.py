"""How many examples a property is tried with, and how much of a long list.

A quarter by default, so that the tests are quick; all of it in `.ci/long`, which sets
HUBWATCH_THOROUGH and runs what is marked `long`.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

_FEWEST = 5


def examples(most: int) -> int:
    """So many examples are tried now, of `most`."""
    return most if os.environ.get("HUBWATCH_THOROUGH") else max(_FEWEST, most // 4)


def quarters() -> list[Any]:
    """The places at which each fourth of a list begins; all but the first are `long`."""
    return [pytest.param(0), *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3))]
