"""What `.ci/run` tries of many cases that are alike; `.ci/long` tries all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def cases(every: Iterable[Any], kept: Iterable[Any]) -> list[Any]:
    """Parameters of a test: every case, those that are not kept marked as long."""
    kept = list(kept)
    return [each if each in kept else pytest.param(each, marks=pytest.mark.long) for each in every]
