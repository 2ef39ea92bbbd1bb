"""How likely two figures or days that differ are of one thing, by all that is known of them,
weighed.

The weights are those of a logistic regression (L2, strength 10, on evidence brought to one scale)
on pairs of reports: eleven sets of others, our own in `tests/labelled`, and reports of one city
about other things. `docs/events.md` says what each set is worth with weights found without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from ..bonds import bond_of
from ..statements import Report, days_around
from .times import days_between

Evidence = dict[str, float]
"""What speaks for something or against it, each by its name."""
Weights = Mapping[str, float]
LIKELY = 0.4
"""From which likelihood on it is one thing, where two reports tell one event. With a lower mark
more is found, and more that is wrong between reports of one city about other things."""
_MOST_DAYS, _USUAL_DAYS = 30, 10


def likelihood(evidence: Evidence, weights: Weights) -> float:
    """How likely it is by some evidence that it is one thing, 0 to 1. What there is no evidence of
    counts for nothing."""
    return 1.0 / (1.0 + exp(-sum(weights.get(name, 0.0) * each for name, each in evidence.items())))


def evidence_of_reports(one: Report, other: Report) -> Evidence:
    """What ties two reports to one event, and parts them. The first, without a name, is the same
    for all."""
    gap = days_between(one, other)
    ours, yours = days_around(one), days_around(other)
    return {
        "": 1.0,
        "bond": bond_of(one, other),
        "days apart": min(_MOST_DAYS, _USUAL_DAYS if gap is None else gap),
        "a day": bool(ours & yours),
        "other days": bool(ours and yours) and not ours & yours,
        "two languages": one.language != other.language,
    }


FIGURE_WEIGHTS: Weights = {
    "": -1.85,
    "bond": 0.28,
    "days apart": -0.04,
    "a day": 0.63,
    "other days": -0.95,
    "two languages": 0.63,
    "pairs left": -0.54,
    "counted alike": 0.46,
    "near": 0.79,
    "a slip": 2.95,
    "resemblance": 3.43,
    "words around": 1.46,
    "a figure beside": 1.6,
    "one time": 0.87,
    "other names": -0.83,
    "excused": -2.6,
    "part": 0.84,
    "target": -1.66,
    "year": -0.88,
    "asof": -1.04,
}
"""What speaks for two figures being of one thing. A reason why they may differ is named by its own
name, too, where it counts for more or less than others."""
DAY_WEIGHTS: Weights = {
    "": -2.45,
    "bond": 0.4,
    "a day": -1.36,
    "two languages": 0.29,
    "pairs left": -0.44,
    "figures differ": -0.71,
    "one act": 0.41,
    "one listed act": 0.66,
    "no act in common": -1.25,
    "happens once": 0.89,
    "one role": 1.19,
    "last days": 0.46,
    "to come": 0.92,
    "words around": 1.06,
    "days near": -0.2,
    "excused": -2.55,
    "another": -0.74,
}
"""What speaks for two days being of one thing. Where both reports name one day around their
publication, another one is that of another thing."""
