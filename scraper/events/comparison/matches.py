"""Two figures that may count one thing, and the units that say little of what is counted."""

from __future__ import annotations

from dataclasses import dataclass

from storage.facts import Figure

from ..agreement import is_equal
from ..statements import Report, Stated, stated_figures

MONEY = {"CNY", "CNY/kg", "USD", "EUR"}
VAGUE = MONEY | {"%", "pp", "m2", "m", "kg", "W", "TEU", "m3", "kWh", "PFLOPS"}
"""What is counted in these says little by itself: it is the sentence that must agree."""
DURATIONS = {"year", "month", "week", "day", "hour", "minute"}
"""Any sentence may hold one of these, of anything."""


@dataclass(frozen=True, slots=True)
class FigureMatch:
    """Two figures that may count one thing. `is_left`: nothing in the other report agreed with
    either of them, and it is all that is known that ties them."""

    one: Stated
    other: Stated
    strength: float
    equal: bool
    is_left: bool = False


def states_figure(report: Report, figure: Figure) -> bool:
    """Whether a sentence of a report gives a figure."""
    return any(
        each.base == figure.base and is_equal(each, figure) for _, each in stated_figures(report)
    )
