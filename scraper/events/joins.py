"""Whether two reports tell one event: what they share, as evidence, and how much that weighs.

Pure. Which reports are worth comparing is told by their anchors, which an index holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from zlib import crc32

from hubwatch.patterns import lazy_pattern
from storage.facts import Figure, Modifier
from storage.stories.queries import anchor_of
from storage.text import simplify

from ..facts.read import figures_of
from .lexicon import cities, romanised, spoken, subjects, words
from .lists import listed_kinds
from .periods import days_of, ordinals_of, spans_of
from .statements import GENERAL, Report, bare_days, near_days, relative_days, weight_of
from .unlike import are_one_form, differences_of, figures_apart

LATER = 14
"""A report of an event in the other language comes so many days before or after, at most."""
UNOPPOSED, JOINED, SURE, IN_ONE_LANGUAGE = 4.2, 6.5, 6.5, 7.5
"""From so much evidence on two reports tell one event: where nothing speaks against it, where an
ordinal or a day does, and in one language, where nothing may. From SURE on it counts also where
one of them has a better match."""

_LONGEST = 6000
_MOST_FIGURES, _MOST_SUBJECTS, _MOST_DAYS, _MOST_CITIES = 24, 16, 6, 3
_MOST_LISTS, _TWICE = 3, (1, 2)


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """What is compared of a figure. `kind` is what it is in and whether it is a growth, `value` is
    in that base, `features` are its sizes, `weight` says how much it says that two reports have
    it."""

    printed: str
    kind: tuple[str, bool]
    value: float
    is_exact: bool
    features: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Profile:
    """What is compared of a report. `places` are the cities it is about, romanised, `specific` the
    subjects that say most: those of the title first, none that stand in any report. `listed` is
    what it says that cities are, in lists of them, `names` are those that may be romanised."""

    report: Report
    places: frozenset[str]
    figures: tuple[ComparedFigure, ...]
    names: frozenset[str]
    days: frozenset[str]
    ordinals: frozenset[int]
    subjects: frozenset[str]
    in_title: frozenset[str]
    specific: frozenset[str]
    listed: frozenset[str]

    @cached_property
    def anchors(self) -> Mapping[int, str]:
        """Its anchors, which are asked for by several."""
        return anchors_of(self)


@dataclass(frozen=True, slots=True)
class EventEvidence:
    """Why two reports tell one event, or do not. `strength` is what it all weighs."""

    strength: float
    days: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def profile_of(report: Report, place: str = "", figures: Sequence[Figure] | None = None) -> Profile:
    """What is compared of a report. `place` is the city of its source, where that has one,
    `figures` are those of its body where they have been read already."""
    body = report.body[:_LONGEST]
    text = f"{report.title}\n{body}"
    plain = simplify(text)
    if figures is None:
        figures = figures_of(body, report.published)
    counted = [one for one in figures[:_MOST_FIGURES] if one.end <= _LONGEST]
    in_title = figures_of(report.title, report.published)
    found, titled = subjects(text), subjects(report.title)
    specific = sorted(found - GENERAL, key=lambda one: (one not in titled, one))
    return Profile(
        report,
        _places(report, place),
        tuple(map(_compared, (*counted, *in_title[:4]))),
        romanised(text[:_LONGEST]) - cities(),
        days_of(plain),
        ordinals_of(plain),
        found,
        titled,
        frozenset(specific[:_MOST_SUBJECTS]),
        listed_kinds(report.title, report.body),
    )


def _compared(figure: Figure) -> ComparedFigure:
    value = figure.low * figure.factor
    return ComparedFigure(
        figure.sentence[figure.start - figure.begin : figure.end - figure.begin],
        (figure.base, figure.modifier is Modifier.GROWTH),
        value,
        figure.modifier in _EXACT,
        _sizes_of(figure.base, abs(value)),
        _weight_of(figure.base, abs(figure.low)),
    )


_EXACT = frozenset((Modifier.EXACT, Modifier.TARGET, Modifier.GROWTH))


@lru_cache(maxsize=4096)
def _sizes_of(base: str, value: float) -> frozenset[str]:
    """A figure by its size, so that rounded ones meet: two sizes where it is near an edge."""
    return frozenset(f"f{base}{value * by:.0e}" for by in (0.98, 1.02) if value >= 10)


_SMALL = 0.3


@lru_cache(maxsize=4096)
def _weight_of(base: str, value: float) -> float:
    digits = f"{value:.10g}".replace(".", "").strip("0").split("e")[0]
    if base in ("year", "month", "week", "day", "rank"):
        return _SMALL
    if len(digits) <= 1:
        return _SMALL if value < 100 else 0.8
    return {2: 1.1, 3: 1.7}.get(len(digits), 2.2)


def _places(report: Report, place: str) -> frozenset[str]:
    """The city of the source, else those that title and first lines name."""
    if place:
        return frozenset((re.sub("[^a-z]", "", place.lower()),))
    head = f"{report.title}\n{report.body[:300]}"
    return (romanised(head) | spoken(head)) & cities()


NO_FEATURE = ""
"""The feature that every report of a place has."""


def anchors_of(profile: Profile) -> dict[int, str]:
    """The anchors by which other reports of the event may be found, with the feature of the report
    that each place has there: a day (d), the size of a figure (f), a subject (s). Lists of cities
    (l) have no place: what one city's portal lists another's may give otherwise. Each is there
    twice, since two reports must share two."""
    features = [
        *(f"d{day[-5:]}" for day in sorted(profile.days)[:_MOST_DAYS]),
        *(size for figure in profile.figures[:_MOST_FIGURES] for size in sorted(figure.features)),
        *(f"s{one}" for one in sorted(profile.specific)),
    ]
    listed = [("", f"l{n} {kind}") for kind in sorted(profile.listed)[:_MOST_LISTS] for n in _TWICE]
    if not features and not listed:
        return {}
    places = sorted(profile.places)[:_MOST_CITIES] if features else []
    found = [(place, feature) for place in places for feature in (NO_FEATURE, *features)]
    return {
        anchor_of(crc32(place.encode()), crc32(feature.encode())): feature
        for place, feature in (*found, *listed)
    }


NOTHING = EventEvidence(0.0)


def evidence_of(
    one: Profile, other: Profile, common: frozenset[str] = frozenset(), least: float = -100.0
) -> EventEvidence:
    """What two reports share, and how much it weighs. Subjects that are `common` weigh nothing:
    a great part of all that the place has is about them. Where `least` cannot be reached, what
    takes longest is not looked for, and the strength is 0."""
    if not one.places & other.places or not _in_time(one, other):
        return NOTHING
    across = one.report.language != other.report.language
    figures, in_figures = _shared_figures(one, other)
    days, in_days = _shared_days(one, other)
    shared = (one.subjects & other.subjects) - common
    most = min(weight_of(one.subjects), weight_of(other.subjects))
    in_subjects = 5 * weight_of(shared) / max(6.0, most)
    in_subjects += min(2.0, 0.6 * weight_of((one.in_title & other.in_title) - common))
    against: list[str] = []
    strength = in_figures + in_days + in_subjects
    if one.ordinals and other.ordinals:
        if one.ordinals & other.ordinals:
            strength += _AN_ORDINAL
        else:
            strength -= 3.0
            against.append("ordinal")
    if in_days < 0 or _are_of_other_spans(one.report, other.report):
        strength -= 2.5 * (in_days >= 0)
        against.append("day")
    if _are_begin_and_end(one.report.title, other.report.title):
        strength -= 3.0
        against.append("act")
    if strength + _most_names(one, other, across) + _MOST_WORDS * (not across) < least:
        return NOTHING
    names = _shared_names(one, other, across)
    strength += min(_MOST_NAMES, _A_NAME * len(names))
    if not across:
        left, right = words(one.report.text[:_LONGEST]), words(other.report.text[:_LONGEST])
        strength += 4 * len(left & right) / max(12, min(len(left), len(right))) - 2
    if strength >= _MAY_JOIN:
        apart = _apart(one.report, other.report, figures)
        strength -= sum(apart.values())
        against += [what for what, weight in apart.items() if weight >= _AGAINST]
    return EventEvidence(
        round(strength, 2),
        tuple(sorted(days)),
        tuple(figures),
        tuple(sorted(names)),
        tuple(sorted(shared - GENERAL)),
        tuple(against),
    )


_MAY_JOIN = 2.5
"""From so much on it is worth asking what sets two reports apart."""
_AGAINST, _ANOTHER, _A_FIGURE = 2.5, 3.0, 0.5


def _apart(one: Report, other: Report, shared: Collection[str]) -> dict[str, float]:
    """What sets two reports apart though they share as much, and what each weighs against them."""
    found = dict.fromkeys(differences_of(one, other), _ANOTHER)
    if are_one_form(one, other):
        found["form"] = _ANOTHER
    if not shared and (figures := figures_apart(one, other)):
        found["figures"] = _AGAINST if figures > 1 else _A_FIGURE
    return found


_HEAD = 160


def _are_of_other_spans(one: Report, other: Report) -> bool:
    """Whether each of two reports says at its head of which days it is, from one to another, and
    none of these have a day in common: the prices of two weeks."""
    ours, yours = _spans(one), _spans(other)
    return bool(ours and yours) and not any(
        begin <= last and first <= end for begin, end in ours for first, last in yours
    )


@lru_cache(maxsize=512)
def _spans(report: Report) -> frozenset[tuple[str, str]]:
    found = spans_of(simplify(report.title)) or spans_of(simplify(report.body[:_HEAD]))
    # What goes over the end of a year is compared with nothing.
    return frozenset() if any(begin > end for begin, end in found) else found


_BEGINS = lazy_pattern(
    r"启动[^，。；]{0,12}(?:响应|预警)|(?:发布|升级)[^，。；]{0,12}(?:预警|警报)|超警|停[运航课工水电气业产播]"
    r"|封[闭控路]|关闭|闭馆|\bsuspen[ds]|\bclos(?:es?|ed|ing)\b|\bshut|\bhalt|\bactivat"
    r"|\b(?:issues?|issued|raises?|raised)\b[^.;,]{0,30}\b(?:alert|warning|alarm)",
    re.IGNORECASE,
)
_ENDS = lazy_pattern(
    r"终止|解除|恢复|复[航课工产运]|重启|重新开放|退至|回落|\blifts?\b|\blifted\b|\bresum|\breopen"
    r"|\brestor|\breced|\bback to normal\b|\ball[- ]clear\b",
    re.IGNORECASE,
)


def _are_begin_and_end(one: str, other: str) -> bool:
    """Whether of two titles one says that something is closed, or warned of, and the other that it
    is over."""
    mine, theirs = _turn_in(one), _turn_in(other)
    return mine[0] != mine[1] and mine == theirs[::-1]


@lru_cache(maxsize=2048)
def _turn_in(title: str) -> tuple[bool, bool]:
    """Whether a title says that something begins to be closed or warned of, and that it ends."""
    plain = simplify(title)
    return _BEGINS.search(plain) is not None, _ENDS.search(plain) is not None


_A_NAME, _MOST_NAMES, _MOST_WORDS, _MOST_OF_DAYS, _AN_ORDINAL = 1.3, 4.0, 2.0, 2.0, 0.5


def _most_names(one: Profile, other: Profile, across: bool) -> float:
    """How much names may weigh, at most: as many as are romanised in either report."""
    counts = [len(each.names) for each in (one, other)]
    return min(_MOST_NAMES, _A_NAME * (sum(counts) if across else min(counts)))


def most_evidence(
    profile: Profile, shared: Collection[str], common: frozenset[str], *, across: bool
) -> float:
    """How much can speak, at most, for a report telling the event of another one of which nothing
    is known but the features that both have or may have."""
    in_figures = sum(
        figure.weight
        for figure in profile.figures
        if not figure.features or not figure.is_exact or not figure.features.isdisjoint(shared)
    )
    unknown = profile.subjects - profile.specific
    told = unknown | {one for one in profile.specific if f"s{one}" in shared}
    weight = weight_of(told - common)
    strength = min(6.0, in_figures) + 5 * weight / max(6.0, weight)
    strength += min(2.0, 0.6 * weight_of((told & profile.in_title) - common))
    strength += _MOST_OF_DAYS + _AN_ORDINAL * bool(profile.ordinals)
    if not across:
        strength += _MOST_WORDS
    elif profile.report.language == "zh":
        return strength + _MOST_NAMES
    return strength + min(_MOST_NAMES, _A_NAME * len(profile.names))


def _in_time(one: Profile, other: Profile) -> bool:
    first, second = one.report.published, other.report.published
    if first is None or second is None:
        return False
    return abs((first - second).days) <= LATER


def _shared_names(one: Profile, other: Profile, across: bool) -> frozenset[str]:
    if not across:
        return one.names & other.names
    first, second = one.report.text[:_LONGEST], other.report.text[:_LONGEST]
    return (one.names & spoken(second)) | (other.names & spoken(first))


def _shared_figures(one: Profile, other: Profile) -> tuple[list[str], float]:
    """The figures that both have, rounded or not, and what they weigh: long numbers most."""
    found: dict[str, float] = {}
    left = [*other.figures]
    for mine in one.figures:
        for place, theirs in enumerate(left):
            if mine.kind == theirs.kind and _agree(mine, theirs):
                del left[place]
                weight = min(mine.weight, theirs.weight)
                found[mine.printed] = max(found.get(mine.printed, 0.0), weight)
                break
    return list(found), min(6.0, sum(found.values()))


def _agree(one: ComparedFigure, other: ComparedFigure) -> bool:
    size = max(abs(one.value), abs(other.value))
    exact = one.is_exact and other.is_exact
    return abs(one.value - other.value) <= (0.006 if exact else 0.05) * size


def _shared_days(one: Profile, other: Profile) -> tuple[frozenset[str], float]:
    """The days that both name, and what they weigh: against, where both say when it happened and
    these are other days."""
    ours, yours = (
        near_days(each.report, each.days) | bare_days(each.report) for each in (one, other)
    )
    told = [relative_days(each.report) for each in (one, other)]
    shared = ours & yours | ours & told[1] | yours & told[0]
    if shared:
        return shared, 1.5 if len(shared) == 1 else 2.0
    return shared, -2.5 if ours and yours else 0.0


def is_joined(evidence: EventEvidence, *, across: bool) -> bool:
    """Whether that much evidence joins two reports."""
    if not across:
        return evidence.strength >= IN_ONE_LANGUAGE and not evidence.against
    return evidence.strength >= (JOINED if evidence.against else UNOPPOSED)


def report_of(source: str, language: str, published: date | None, title: str, body: str) -> Report:
    """A report as it is compared: its language by its text where none is said."""
    if not language:
        language = "zh" if re.search("[\u4e00-\u9fff]{4}", body[:400]) else "en"
    return Report(source, language[:2], published, title, body)


def best(found: Iterable[tuple[int, EventEvidence]]) -> list[tuple[int, EventEvidence]]:
    """The candidates, the strongest first."""
    return sorted(found, key=lambda each: (-each[1].strength, each[0]))
