"""Whether two figures agree, one is a slip of the other, and whether they count one thing."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from hubwatch.patterns import lazy_pattern
from storage.facts import Figure, Modifier
from storage.text import simplify

from .lexicon import phrases_of, romanised, spoken, subjects, terms_of, words
from .statements import GENERAL


def is_equal(one: Figure, other: Figure) -> bool:
    """Whether two figures agree as far as each was printed: about 120 million and 119.6 million do,
    over 4 million and 4.13 million, 80 hectares and 1,200 mu, 26 kilometers and 26.45."""
    (low, high), (low_too, high_too) = _ends(one), _ends(other)
    slack = max(1e-6 * abs(high), 1e-6 * abs(high_too), _rounding(one), _rounding(other))
    if (
        one.factor != other.factor
        and one.base not in ("count", "%", "pp")
        and one.unit != other.unit
    ):
        # What was converted was rounded to a whole number of the other unit.
        slack += 0.5 * max(_last_printed(one), _last_printed(other))
    if low <= high_too + slack and low_too <= high + slack:
        return one.factor != other.factor or not _are_as_coarse(one, other)
    if (
        one.base == "count"
        or one.unit != other.unit
        or {one.low, other.low} != {one.high, other.high}
    ):
        return False
    coarse, fine = sorted((one.low, other.low), key=lambda value: value != int(value))
    return coarse == int(coarse) != 0 and fine != int(fine) and abs(coarse - fine) <= 0.5


def _rounding(figure: Figure) -> float:
    """How far from a figure lies what it may have been rounded from."""
    return min(_step(figure) / 2, _MOST_ROUNDED * abs(figure.low * figure.factor))


_MOST_ROUNDED = 0.1
"""Nobody makes twenty thousand of 15,000."""


def _are_as_coarse(one: Figure, other: Figure) -> bool:
    """Whether two numbers that differ were rounded alike, so that rounding does not explain it: 500
    beds and 600."""
    if {one.modifier, other.modifier} & _INEXACT:
        return False
    if one.low != one.high or other.low != other.high:
        return False
    first, second = one.low * one.factor, other.low * other.factor
    size = max(abs(first), abs(second))
    return _step(one) == _step(other) and abs(first - second) > 1e-6 * size


_ABOVE = frozenset((Modifier.OVER, Modifier.AT_LEAST))
_BELOW = frozenset((Modifier.UNDER, Modifier.AT_MOST))
_INEXACT = _ABOVE | _BELOW | {Modifier.ABOUT}


def _last_printed(figure: Figure) -> float:
    """What one in the last digit that is printed stands for."""
    fraction = f"{abs(figure.low):.9g}".partition(".")[2]
    return float(10 ** -len(fraction)) * figure.factor


_ABOUT, _MOST_ABOUT, _BEYOND, _MOST_BEYOND, _IN_WORDS = 0.03, 0.1, 0.15, 0.3, 0.08
"""How far from a number lie those that it stands for where it is said to be about so many, or more,
and where a share is told in words: a third, 三成."""


@lru_cache(maxsize=2048)
def _ends(figure: Figure) -> tuple[float, float]:
    """Between which values a figure lies, in its base unit."""
    low, high = figure.low * figure.factor, figure.high * figure.factor
    if low > high:
        low, high = high, low
    size = max(abs(low), abs(high))
    coarse = _last_digit(figure) / size if size else 0.0
    if figure.modifier in _ABOVE:
        high += max(_BEYOND, min(_MOST_BEYOND, coarse)) * size
    elif figure.modifier in _BELOW:
        low -= _BEYOND * size
    elif figure.modifier is Modifier.ABOUT:
        about = max(_ABOUT, min(_MOST_ABOUT, coarse / 2)) * size
        low, high = low - about, high + about
    elif figure.base == "%" and not any(each.isdecimal() for each in printed(figure)):
        low, high = low - _IN_WORDS * size, high + _IN_WORDS * size
    if figure.modifier is Modifier.GROWTH:
        before = figure.sentence[: figure.start - figure.begin][-_CLOSE_BEFORE:]
        high += _BEYOND * size * (_MORE.search(before) is not None)
        low -= _BEYOND * size * (_LESS.search(before) is not None)
    return low, high


_CLOSE_BEFORE = 16
_MORE = lazy_pattern(
    r"(?:\b(?:over|more than|above|at least|exceeding)|超过?|逾|突破)\s?$", re.IGNORECASE
)
_LESS = lazy_pattern(
    r"(?:\b(?:nearly|almost|close to|under|less than|just below|up to)|近|不足|不到)\s?$",
    re.IGNORECASE,
)
"""How a growth is meant, whose modifier says but that it is one."""


def _last_digit(figure: Figure) -> float:
    """What one in the last digit of a number that is not 0 stands for, in its base."""
    digits = digits_of(figure)
    size = abs(figure.low * figure.factor)
    return float(10 ** (len(f"{size:.0f}") - len(digits))) if size >= 1 else 0.0


@lru_cache(maxsize=2048)
def _step(figure: Figure) -> float:
    """By how much a figure may differ for having been rounded: one in its last digit printed, where
    it is a round one."""
    value = abs(figure.low)
    if value == 0:
        return 0.0
    digits = f"{value:.9g}"
    if "e" in digits:
        digits = f"{value:.0f}"
    whole, _, fraction = digits.partition(".")
    if fraction:
        return float(10 ** -len(fraction)) * figure.factor
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(10**zeros) * figure.factor if zeros >= 2 else 0.0


def base_of(figure: Figure) -> str:
    """In what a figure is compared: prices by weight as the sums they are."""
    return "CNY" if figure.base == "CNY/kg" else figure.base


def are_incomparable(one: Figure, other: Figure) -> bool:
    """Whether one number is so many times the other that nobody would take one for the other, and
    no zeros were lost."""
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    return high > _TIMES * low and digits_of(one) != digits_of(other)


_TIMES = 20
"""So many times as large as the other a number is at most that was miswritten."""
_TELLING = 3
"""Numbers of fewer digits may well resemble each other by chance."""
_SLIP, _ONE_DIGIT, _NEAR, _FAR, _FARTHER = 0.25, 0.2, 0.1, -0.2, -0.4


def is_slip(one: Figure, other: Figure) -> bool:
    """Whether two numbers have the same digits in another order, or but for a zero."""
    first, second = digits_of(one), digits_of(other)
    if first == second:
        return False
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    bare = first.replace("0", "")
    return len(bare) > 1 and sorted(bare) == sorted(second.replace("0", "")) and high < _TIMES * low


def are_tenfold(one: Figure, other: Figure) -> bool:
    """Whether one number has a zero more than the other."""
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    return low > 0 and abs(high / low - 10) < 1e-6


def resemblance(one: Figure, other: Figure) -> float:
    """How much two numbers that differ look like one that was written down twice: with the same
    digits, or all but one, most, and less the more one is several times the other."""
    short = min(len(digits_of(one)), len(digits_of(other))) < _TELLING
    if is_slip(one, other):
        return _NEAR if short else _SLIP
    first, second = digits_of(one), digits_of(other)
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    if len(first) == len(second) > 1 and high < 10 * low:
        changed = sum(a != b for a, b in zip(first, second, strict=True))
        if changed == 1 and not short:
            return _ONE_DIGIT
    if high <= 1.25 * low:
        return _NEAR
    return 0.0 if high <= 2 * low else _FAR if high <= 4 * low else _FARTHER


_SEVERAL = 4


def are_several_times_apart(one: Figure, other: Figure) -> bool:
    """Whether one number is several times the other."""
    low, high = sorted(abs(each.low * each.factor) for each in (one, other))
    return high > _SEVERAL * low > 0 and not is_slip(one, other)


def may_be_within(part: Figure, whole: Figure) -> bool:
    """Whether one number may be a part of what another is. Shares may be anything."""
    if part.base in ("%", "pp"):
        return True
    return abs(part.low * part.factor) < abs(whole.high * whole.factor)


@lru_cache(maxsize=2048)
def digits_of(figure: Figure) -> str:
    """The digits of a number in its base unit, without the zeros that only say how large it is."""
    return f"{abs(figure.low * figure.factor):.6g}".split("e")[0].replace(".", "").strip("0")


# What is counted

_NO_OBJECT = lazy_pattern(r"(?:总?数量?|人数|总量|规模|总额|number|total|amount)?", re.IGNORECASE)


@lru_cache(maxsize=2048)
def says_little(object_: str) -> bool:
    """Whether any sum of money or measure may be called so: total, investment, scale."""
    found = terms_of(object_)
    alone = len(found) == 1 and all(GENERAL.issuperset(term) for term in found)
    return alone or _NO_OBJECT.fullmatch(object_) is not None


_CLASSIFIER = lazy_pattern(
    r"(?<=[\d一二三四五六七八九十两百千万亿余多])(?![一二三四五六七八九十两百千万亿余多])([\u4e00-\u9fff]{1,2})$"
)
_PERSON = "人"
_PERSONS_TOO = lazy_pattern(r"^(?:people|persons?|participants)\b", re.IGNORECASE)
_PERSONS = lazy_pattern(
    r"\b(?:adult|applicant|artist|athlete|baby|babie|boy|buyer|candidate|champion|child(?:ren)?|citizen"
    r"|contestant|craftsm[ae]n|customer|dancer|delegate|doctor|donor|driver|employee|engineer|expert"
    r"|farmer|firefighter|fisherm[ae]n|girl|graduate|grower|guest|herder|judge|lawyer|m[ae]n|medic"
    r"|member|merchant|miner|mother|nurse|officer|official|passenger|patient|pensioner|performer"
    r"|player|pupil|ranger|recruit|researcher|resident|retiree|rider|runner|sailor|scientist|senior"
    r"|singer|soldier|spectator|student|survivor|teacher|tourist|trainee|traveler|user|veteran"
    r"|victim|viewer|villager|visitor|volunteer|winner|wom[ae]n|worker)(?:s|ies)?\b|\b(?:elderly|staff"
    r"|crew|dead|injured|missing|visits|trips)\b",
    re.IGNORECASE,
)
_PERSON_COUNTS = (_PERSON, "人次")
_ANY_CLASSIFIER = frozenset("个项种类次批")


@lru_cache(maxsize=2048)
def _classifier(figure: Figure) -> str:
    """The measure word behind a number, people in one way. Empty for none."""
    found = _CLASSIFIER.search(printed(figure))
    return "" if not found else _PERSON if found[1] in ("人", "名", "位") else found[1]


def _are_people(one: str, other: str) -> bool:
    """Whether two English objects name persons, one of them no more than that."""
    first, second = _PERSONS_TOO.search(one), _PERSONS_TOO.search(other)
    if not first and not second:
        return False
    return bool((first or _PERSONS.search(one)) and (second or _PERSONS.search(other)))


def _are_persons(english: str, chinese: str) -> bool:
    """Whether an English object names persons, and a Chinese one, counted as such, no others."""
    if _PERSONS_TOO.search(english):
        return True
    if not _PERSONS.search(english):
        return False
    named = {term for term in terms_of(chinese) if not GENERAL.issuperset(term)}
    return not any(_may_be_persons(subject) for term in named for subject in term)


@cache
def _may_be_persons(subject: str) -> bool:
    """Whether a subject is a kind of persons: teachers, tourists."""
    return any(_PERSONS.fullmatch(phrase) for phrase in phrases_of(subject))


def object_fit(one: Figure, other: Figure, *, across: bool) -> float:
    """1: the same thing is counted. 0: another. Between: it cannot be said."""
    if not across and one.base == other.base == "count":
        mine, theirs = _classifier(one), _classifier(other)
        if mine and theirs and not {mine, theirs} & _ANY_CLASSIFIER:
            if mine != theirs:
                return 0.0
            if _NO_OBJECT.fullmatch(one.object) or _NO_OBJECT.fullmatch(other.object):
                return 0.8
            if mine == theirs == _PERSON:
                return 0.8
    if across and {one.base, other.base} == {"count"}:
        persons = [_classifier(each) in _PERSON_COUNTS for each in (one, other)]
        if any(persons):
            chinese, english = (one, other) if persons[0] else (other, one)
            if _are_persons(english.object, simplify(chinese.object)):
                return 0.8
    if not across and one.base == "count" and _are_people(one.object, other.object):
        return 0.8
    if not one.object or not other.object:
        return 0.5
    first, second = (subjects(f"{each.object} {_classifier(each)}") for each in (one, other))
    if first & second:
        return 1.0
    if not across:
        left, right = words(one.object), words(other.object)
        if left and right and len(left & right) >= 0.5 * min(len(left), len(right)):
            return 1.0
        return 0.0 if first and second else 0.4
    if first and not second:
        return 0.8 if first & subjects(other.sentence) else 0.0
    if second and not first:
        return 0.8 if second & subjects(one.sentence) else 0.0
    if romanised(one.object) & spoken(other.object) or romanised(other.object) & spoken(one.object):
        return 0.8
    return 0.0 if first and second else 0.6


def printed(figure: Figure) -> str:
    body = figure.sentence
    return body[max(0, figure.start - figure.begin) : figure.end - figure.begin]
