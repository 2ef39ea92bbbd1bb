"""How much a text is about a subject: where and how often it is named, in whose sentences, by the
way or not, beside whom and where. And which parts of a page are no text at all.

Pure, and linear in the text. Looks only at texts that name a watched topic.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.relevance import (
    ABOUT_AGAIN,
    ABOUT_ASIDE,
    ABOUT_BARE,
    ABOUT_BUSY,
    ABOUT_GENRE,
    ABOUT_LATE,
    ABOUT_LONE,
    ABOUT_LONG,
    ABOUT_LONGER,
    ABOUT_NAMESAKE,
    ABOUT_NOWHERE,
    ABOUT_ORGANISATION,
    ABOUT_OTHER,
    ABOUT_PASSING,
    ABOUT_PLACE,
    ABOUT_SHARE,
    ABOUT_START,
    ABOUT_TITLE_WORK,
    ABOUT_WIDE,
    BESIDE,
    IN_FIRST,
    IN_LEAD,
    IN_TITLE,
    UNHINDERED,
    WEAKENED,
    ScorePart,
)
from storage.text import han_pattern

from .finder import FoundPhrase
from .watchlist import Subject

# What a page puts around its text: navigation, tags, links to other texts

_LABELS = "|".join(
    (
        "相关(?:链接|阅读|新闻|报道|文章|推荐|稿件|专题)|延伸阅读|推荐阅读|往期回顾|猜你喜欢|友情链接|快速链接",
        "(?:热门)?标签|关键[词字]|热词|热搜|热门(?:搜索|话题|词)|热点专题|今日热点|专题专栏|专题|点击排行|阅读排行",
        "(?:网站|栏目)?导航|栏目|当前位置|[您你](?:现在)?的位置|所在位置|网站地图|更多(?:新闻)?|上一篇|下一篇",
        r"related(?: (?:links?|stories|articles?|news|reading|topics|posts))?|read (?:more|also)",
        r"see also|also read|more (?:news|stories|headlines|on this)|most (?:read|viewed)|trending",
        r"popular (?:now|topics|searches)|hot (?:topics|words|tags|searches)|tags?|tagged|keywords",
        r"topics|categor(?:y|ies)|filed under|sections|navigation|menu|you are here|breadcrumbs?",
        r"(?:quick )?links|special (?:coverage|topics)|(?:previous|next)(?: (?:article|story))?",
        "read next|trending now|share",
    )
)
_BEFORE_LABEL = r"[ \t\u3000]{0,8}[\[【（(<《■●•▶>*#-]{0,4}"
_AFTER_LABEL = r"[\]】）)》]{0,2}[ \t\u3000]{0,8}(?:[:：|>»›]|(?=\n|$))"
_LABEL = han_pattern(f"{_BEFORE_LABEL}(?:{_LABELS}){_AFTER_LABEL}", re.I)
_LABEL_STARTS = lazy_pattern("[\n。！？!?.;；]")
_HAS_BARS = lazy_pattern("[|｜>»›＞/]")
_PARTED = lazy_pattern(r"[|｜>»›＞]|[ \u3000]/[ \u3000]")
_CLOSED = lazy_pattern(r"[。！？.!?][”’」』\"')）]*[ \t\u3000]*$")
_SHORT, _LINKS = 60, 2
_LONGEST_PIECE = 90
_FAR = 1 << 60


def boilerplate(text: str) -> list[tuple[int, int]]:
    """The stretches of a text that are navigation, tags or links to other texts: what follows a
    label such as `Tags:` in its line, or stands below one until a whole sentence; lines of several
    short pieces parted by bars or arrows."""
    found: list[tuple[int, int]] = []
    for start in (0, *(one.end() for one in _LABEL_STARTS.finditer(text))):
        label = _LABEL.match(text, start)
        if label is None or (found and start < found[-1][1]):
            continue
        end = _line_end(text, label.end())
        if not text[label.end() : end].strip():
            end = _below(text, end)
        found.append((label.start(), end))
    if _HAS_BARS.search(text):
        found += _bars(text)
    return _merged(found)


def _bars(text: str) -> Iterator[tuple[int, int]]:
    """Lines of several short pieces. Several of them in a row are a table."""
    row: list[tuple[int, int]] = []
    start = 0
    for line in (*text.split("\n"), ""):
        parts = _PARTED.split(line) if len(line) < 4 * _SHORT else []
        if len(parts) > _LINKS and all(len(part.strip()) <= _LONGEST_PIECE for part in parts):
            row.append((start, start + len(line)))
        else:
            yield from row if len(row) <= _LINKS else ()
            row = []
        start += len(line) + 1


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _below(text: str, place: int) -> int:
    """How far the short lines go that stand below a label."""
    while place < len(text):
        end = _line_end(text, place + 1)
        line = text[place:end]
        if len(line) > 2 * _SHORT or _CLOSED.search(line):
            break
        place = end
    return place


def outside(found: Iterable[FoundPhrase], spans: Sequence[tuple[int, int]]) -> list[FoundPhrase]:
    """What stands in none of these stretches, which are in order and do not overlap."""
    return [one for one in found if not _holds(spans, one.start)]


def _holds(spans: Sequence[tuple[int, int]], place: int) -> bool:
    at = bisect_right(spans, (place, _FAR)) - 1
    return at >= 0 and place < spans[at][1]


# Sentences

# A full stop ends a sentence only before a blank and a capital, digit or quote: `No. 5` and
# `Jan. 3` split too, which costs a little context and never the phrase itself.
_ENDING = r"(?<=[。！？；!?])[”’\"』」）)]*|(?<=\.)[”’\"')]*(?=\s+[^\sa-z])|(?<=\n)"
SENTENCE_END = lazy_pattern(rf"[。！？；!?.\n](?:{_ENDING})")
CLAUSE_END = lazy_pattern(rf"[,，;:：。！？；!?.\n](?:(?<=[,，;:：])|{_ENDING})")
_WORD = lazy_pattern(r"\w")
_MOST = 400
_BEFORE, _AFTER = 60, 24
_LIST_PIECE = 60
_NEXT_TO_NOTHING = 12
_NAMINGS = 200
_ENOUGH, _NEXT = 15, 2
_PIECES = lazy_pattern(r", | and | or |; |、|，")
_CLAUSE = lazy_pattern(r"[，,；;：:。]")


class _Sentences:
    """The sentences of a text: 400 at most, without those that hold no word or lie in a stretch
    that is no text."""

    __slots__ = ("_begins", "spans")

    def __init__(self, text: str, without: Sequence[tuple[int, int]]) -> None:
        self.spans = list(islice(_sentences(text, without), _MOST))
        self._begins = [start for start, _ in self.spans]

    def __len__(self) -> int:
        return len(self.spans)

    def at(self, place: int) -> int:
        """The number of the sentence around a place, -1 for none."""
        number = bisect_right(self._begins, place) - 1
        return number if number >= 0 and place < self.spans[number][1] else -1

    def around(self, place: int) -> tuple[int, int]:
        """Where the sentence around a place begins and ends. An empty stretch if there is none."""
        number = self.at(place)
        return self.spans[number] if number >= 0 else (place, place)

    def holding(self, places: Iterable[int]) -> set[int]:
        """The numbers of the sentences that hold one of these places."""
        return set(map(self.at, places)) - {-1}


def _sentences(text: str, without: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start = 0
    for end in (*(one.end() for one in SENTENCE_END.finditer(text)), len(text)):
        if _WORD.search(text, start, end) and not _holds(without, start):
            yield start, end
        start = end


@dataclass(frozen=True, slots=True)
class Named:
    """A naming of the subject: where, and what stands around it. `beside` is what its `core_near`
    found, `weak` what weakens it."""

    field: str
    start: int
    end: int
    beside: str | None = None
    weak: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else was found: starts in the title and in the body of what belongs to each sign."""

    title: str
    body: str
    lead: int
    boilerplate: tuple[tuple[int, int], ...]
    in_title: Mapping[str, Sequence[int]]
    in_body: Mapping[str, Sequence[int]]
    other: str = ""


def parts(subject: Subject, named: Sequence[Named], around: Surroundings) -> tuple[ScorePart, ...]:
    """What each sign of being about the subject adds, for a text that names it. Last, what a text
    has more than it may have without a place, or lacks of what it has at least that names it in
    passing."""
    made: list[ScorePart] = []
    for sign in signs(subject, named, around):
        points = round(sign.value * subject.points[sign.name], 1)
        if sign.name in BOUNDS:
            beyond = points - sum(part.points for part in made)
            points = round(max(0.0, beyond) if sign.name == PASSING else min(0.0, beyond), 1)
        made.append(ScorePart(points, sign.kind, sign.what))
    return tuple(one for one in made if one.points)


PASSING = "passing"
UNPLACED = "unplaced"
BOUNDS = (UNPLACED, PASSING)
"""The signs whose points are not added: those of UNPLACED are the most that a text has, those of
PASSING the least."""


class Sign(NamedTuple):
    """A sign that a text is about a subject: the name of its points, how far it holds (0 to 1), and
    the words for it."""

    name: str
    value: float
    kind: str
    what: str = ""


def signs(subject: Subject, named: Sequence[Named], around: Surroundings) -> Iterator[Sign]:
    """The signs of being about a subject in a text that names it. Of very many namings the first
    count."""
    named = named[:_NAMINGS]
    others = [one for one in named if not _is_firm(one, around)]
    if len(others) < len(named) and all(one.field == "title" for one in others):
        others = []  # a title says the name of a firm in short
    if not others:
        yield Sign("start", 1, ABOUT_START)
        yield Sign("longer", 1, ABOUT_LONGER)
        yield Sign(UNPLACED, 1, ABOUT_LONGER)
        return
    named = others
    lines = _Sentences(around.body, around.boilerplate)
    found = list(_added(subject, named, lines, around))
    yield from found
    if all(one.beside is None for one in named) and not _is_placed(named, lines, around):
        yield Sign(UNPLACED, 1, ABOUT_NOWHERE)
    elif _is_named_late(found, lines) or all(
        one.field == "body" and _is_listed(one, lines, around.body) for one in named
    ):
        yield Sign(UNPLACED, 1, ABOUT_ASIDE)
    if _is_meant(named, found, lines, around):
        yield Sign(PASSING, 1, ABOUT_PASSING)


def _added(
    subject: Subject, named: Sequence[Named], lines: _Sentences, around: Surroundings
) -> Iterator[Sign]:
    """The signs whose points are added up."""
    title = [one for one in named if one.field == "title"]
    body = [one for one in named if one.field != "title"]
    yield Sign("start", 1, ABOUT_START)
    if title:
        yield Sign("title", 1, IN_TITLE)
    elif around.in_title.get("work"):
        yield Sign("title_work", 1, ABOUT_TITLE_WORK)
    first = min((one.start for one in body), default=len(around.body))
    if lines and first < _opening(lines):
        yield Sign("first", 1, IN_FIRST)
    elif first < around.lead:
        yield Sign("lead", 1, IN_LEAD)
    beside = next((one.beside for one in named if one.beside is not None), None)
    if beside is not None:
        yield Sign("beside", 1, BESIDE if beside else UNHINDERED, beside)
    if _busy(named, lines, around):
        yield Sign("busy", 1, ABOUT_BUSY)
    yield from _shares(body, lines, around, is_titled=bool(title))
    yield from _company(subject, named, lines, around)


def _is_named_late(found: Sequence[Sign], lines: _Sentences) -> bool:
    """Whether one sentence of several names the subject, half of the text comes before it, and
    little of the text belongs to it: what a portrait or a report tells besides."""
    values = {sign.name: sign.value for sign in found}
    return (
        len(lines) >= _TOLD_AT_ONCE
        and not {"title", "again"} & values.keys()
        and values.get("share", 0) <= _LITTLE
        and values.get("late", 0) >= _HALF
    )


def _is_listed(one: Named, lines: _Sentences, text: str) -> bool:
    """Whether a naming is one of three things or more that are only listed, as what there is to do
    besides: 科普惠民、“科创中国”、学会改革等工作, is in a later one of six in a row, as on a wall
    of honours, or in a later one of four items."""
    if _is_item(one, text):
        return True
    start, end = lines.around(one.start)
    before, after = (
        _LISTED_LEFT.search(text[start : one.start]),
        _LISTED_RIGHT.match(text[one.end : end]),
    )
    if before is not None and after is not None and (before[1] + after[1]).count("、") > 1:
        return True
    left, right = _ROW_LEFT.search(text[start : one.start]), _ROW_RIGHT.match(text, one.end, end)
    if left is None or right is None or "、" not in left[1]:
        return False
    return (left[1] + right[1]).count("、") >= _ROW


def _is_item(one: Named, text: str) -> bool:
    """Whether a naming stands in a later one of four items or more, parted by semicolons or counted
    as 一是, 二是, 三是."""
    before = text[max(0, one.start - _ITEMS_REACH) : one.start]
    after = text[one.end : one.end + _ITEMS_REACH]
    mine, rest = _STOPS.split(before)[-1], _STOPS.split(after, maxsplit=1)[0]
    left, right = (len(_SEMICOLON.findall(each)) for each in (mine, rest))
    if left and left + right >= _ITEMS - 1:
        return True
    earlier, later = _COUNTED.findall(before), _COUNTED.findall(after)
    is_within = bool(later or _COUNTED.search(mine))
    return len(earlier) > 1 and is_within and len(earlier) + len(later) >= _ITEMS


_ITEMS, _ITEMS_REACH = 4, 1_000
_STOPS = lazy_pattern(r"[。！？!?\n]|\. ")
_SEMICOLON = lazy_pattern("[；;]")
_COUNTED = lazy_pattern("[一二三四五六七八九十]是")
_LISTED_LEFT = lazy_pattern('((?:[^，,。；;、]{2,16}、){0,6})[“"《「]?$')
_ROW_LEFT = lazy_pattern("((?:[^，,。；;、]{2,16}、){0,6})[^，,。；;、]{0,10}$")
_ROW_RIGHT = lazy_pattern("[^，,。；;、]{0,12}((?:、[^，,。；;、]{2,16}){0,6})")
_ROW = 5
_LISTED_RIGHT = lazy_pattern('[”"》」]?((?:、[^，,。；;、]{2,16}){0,6})等')

_LITTLE, _HALF = 0.4, 0.5
_DOUBTS = ("namesake", "apart", "other")
_HARDLY = 20
"""One sentence of so many or more is not even in passing."""
_SAID = 20


def _is_meant(
    named: Sequence[Named], found: Sequence[Sign], lines: _Sentences, around: Surroundings
) -> bool:
    """Whether the subject itself is named, be it in passing: nothing says that something else of
    the name is meant, and it stands in the title or in running text. One line of a long report is
    not enough."""
    signs_by_name = {sign.name: sign.value for sign in found}
    if any(signs_by_name.get(name) for name in _DOUBTS) or signs_by_name.get("longer") == 1:
        return False
    if any(one.field == "title" for one in named):
        return True
    naming = lines.holding(one.start for one in named)
    return len(naming) * _HARDLY >= len(lines) and any(
        _is_running(around.body, lines.around(one.start), one) for one in named
    )


def _is_running(text: str, sentence: tuple[int, int], one: Named) -> bool:
    """Whether a naming stands in a whole sentence, or in a line that says more than the name."""
    start, end = sentence
    if (
        start == end
        or _FILE.search(text[start:end])
        or _is_roll(text[start:end], one.start - start)
    ):
        return False
    if _CLOSED.search(text[start:end].rstrip("\n;；")):
        return True
    return _said(text[start : one.start]) + _said(text[one.end : end]) >= _SAID


_FILE = lazy_pattern(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|wps|zip|rar|jpe?g|png)\W{0,4}$")
"""How a line ends that is the name of a file."""
_ROLL = lazy_pattern("[:：]([^:：]{1,400})$")
_ROLL_PIECES = lazy_pattern("[、，,；;]")


def _is_roll(sentence: str, place: int) -> bool:
    """Whether a naming is one of four names or more after a colon, as of sponsors or prizes."""
    roll = _ROLL.search(sentence)
    pieces = _ROLL_PIECES.split(roll[1]) if roll else []
    return (
        roll is not None
        and roll.start() < place
        and len(pieces) >= _ITEMS
        and all(_said(piece) <= _LONGEST_NAME for piece in pieces)
    )


_LONGEST_NAME = 40


def _said(text: str) -> int:
    """How much a piece of text says: a letter or digit of most scripts is one, a Han character
    two."""
    return sum(1 + (char > "\u2e80") for char in text if char.isalnum())


def _busy(named: Sequence[Named], lines: _Sentences, around: Surroundings) -> bool:
    """Whether a sentence that names it speaks of its work besides, or a title does."""
    for field, work in (("title", around.in_title), ("body", around.in_body)):
        spans = [(one.start, one.end) for one in named if one.field == field]
        starts = work.get("work", ())
        for span in spans:
            low, high = lines.around(span[0]) if field == "body" else (0, len(around.title))
            for start in starts[bisect_left(starts, low) : bisect_left(starts, high)]:
                if not any(first <= start < last for first, last in spans):
                    return True
    return False


def _opening(lines: _Sentences) -> int:
    """Where the first sentence ends, and the second if the first says next to nothing."""
    start, end = lines.spans[0]
    return lines.spans[1][1] if end - start < _NEXT_TO_NOTHING and len(lines) > 1 else end


def _shares(
    body: Sequence[Named], lines: _Sentences, around: Surroundings, *, is_titled: bool
) -> Iterator[Sign]:
    """How much of the text is the subject's."""
    naming = lines.holding(one.start for one in body)
    if not lines:  # the title is all there is
        yield Sign("first", 1, IN_FIRST)
        yield Sign("share", 1, ABOUT_SHARE, "1/1")
    else:
        taken_up = lines.holding(_taken_up(body, around.body))
        belonging = _passage(naming, lines, around, is_titled=is_titled) | taken_up
        share = len(belonging) / min(len(lines), _ENOUGH)
        yield Sign("share", min(1, share), ABOUT_SHARE, f"{len(belonging)}/{len(lines)}")
        if len(belonging) == 1 < len(lines) - 1 and not is_titled:
            lone = min((len(lines) - 1) / 4, 1) / (2 if min(naming) == 0 else 1)
            yield Sign("lone", lone, ABOUT_LONE, str(len(lines)))
        if naming:
            yield Sign(
                "late", min(naming) / len(lines), ABOUT_LATE, f"{min(naming) + 1}/{len(lines)}"
            )
    if len(naming) > 1:
        yield Sign("again", min(len(naming) - 1, 4) / 4, ABOUT_AGAIN, str(len(naming)))
    if len(lines) > 5:
        yield Sign("long", min(len(lines) - 5, 15) / 15, ABOUT_LONG, str(len(lines)))


_NO_NOUN = "在的和与及等是为将已于由对从向有也还被把给"
_HEAD = lazy_pattern(
    f"[”」』》〉’\"']?(?:((?![{_NO_NOUN}])[\u3400-\u9fff]{{2,3}})| ([a-z]{{4,20}})\\b)"
)


_HEADS = 20


def _taken_up(body: Sequence[Named], text: str) -> Iterator[int]:
    """Where the body says again what a naming went on with: `the Innovation China bureau … The
    bureau pays`, “科创中国”联络处……联络处."""
    heads = (_HEAD.match(text, one.end) for one in body)
    words = dict.fromkeys(head[1] or f"he {head[2]}" for head in heads if head)
    for word in islice(words, _HEADS):
        place = text.find(word)
        while place >= 0:
            yield place
            place = text.find(word, place + 1)


def _passage(
    naming: set[int], lines: _Sentences, around: Surroundings, *, is_titled: bool
) -> set[int]:
    """The sentences that belong to the subject: those that name it, and from there on those with a
    word of its work, as long as no two others come between."""
    every = sorted(naming | lines.holding(around.in_body.get("work", ())))
    found = set(naming)
    last = -1 if is_titled else -_FAR
    for number in every:
        if number in found or number - last <= _NEXT:
            found.add(number)
            last = number
    last = _FAR
    for number in reversed(every):
        if number in found or last - number <= _NEXT:
            found.add(number)
            last = number
    return found


def _company(
    subject: Subject,
    named: Sequence[Named],
    lines: _Sentences,
    around: Surroundings,
) -> Iterator[Sign]:
    """Beside whom, where, and how it is named."""
    both = (around.in_title, around.in_body)
    if any(one.get("organisation") for one in both):
        yield Sign("organisation_named", 1, ABOUT_ORGANISATION, ", ".join(subject.organisations))
    beside_nothing = all(one.beside is None for one in named)
    company = (*(one.get(sign) for one in both for sign in ("work", "organisation")),)
    is_titled = any(one.field == "title" for one in named)
    if lines and beside_nothing and not is_titled and not any(company):
        yield Sign("bare", 1, ABOUT_BARE)
    if any(_within(around, "place", one, lines) for one in named):
        yield Sign("place", 1, ABOUT_PLACE)
    if lines and beside_nothing and not _names_place(around):
        yield Sign("nowhere", 1, ABOUT_NOWHERE)
    here, wide = (any(_within(around, one, each, lines) for each in named) for one in _REACHES)
    if beside_nothing and wide and not here:
        yield Sign("wide", 1, ABOUT_WIDE)
    if not any(one.field == "title" for one in named):
        asides = sum(_is_aside(around, one, lines) for one in named)
        if asides == len(named):
            yield Sign("aside", 1, ABOUT_ASIDE)
    if all(_within(around, "namesake", one, lines) for one in named):
        met = sum(len(one.get("namesake", ())) for one in both)
        yield Sign("namesake", min(met, 2) / 2, ABOUT_NAMESAKE)
    longer = _in_longer_names(named, around)
    if longer:
        yield Sign("longer", longer, ABOUT_LONGER)
    weak = next((one.weak for one in named if one.weak), "")
    if weak:
        yield Sign("apart", 1, WEAKENED, weak)
    if around.other and not any(one.field == "title" for one in named):
        yield Sign("other", 1, ABOUT_OTHER, around.other)
    if around.in_title.get("genre"):
        yield Sign("genre", 1, ABOUT_GENRE)


_REACHES = ("city", "wide")
_NO_PLACE = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|"
    "Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|Mon|Tue|Wed|Thu|Fri|Sat|Sun|"
    "China|Chinese|Beijing|English|Innovation|North|South|East|West|The"
)
_PLACE_EN = lazy_pattern(
    rf"\b(?:in|near|at|to|from) (?!(?:{_NO_PLACE})\b)[A-Z][a-z]{{3,}}(?!day\b)"
)
_PLACE_HAN = han_pattern(
    "[\u3400-\u9fff](?:[^社园地城景片辖校灾林牧矿老新小\\W]区|"
    "[^城超全各上股门都夜\\W]市(?![场民值级面政况占])|[^全各个些多贫困强点范大小穷农\\W]县|[^城乡各\\W]镇)"
)


def _names_place(around: Surroundings) -> bool:
    """Whether a text names a place that is known, or one by its look: `near Yunyang`, 云阳县."""
    return any(one.get("place") for one in (around.in_title, around.in_body)) or any(
        map(_looks_placed, (around.title, around.body))
    )


_CAPITAL = han_pattern("北京|京|[Bb]eijing|BEIJING")
"""Where such things are told of the whole country."""
_TOLD_AT_ONCE = 4
"""Sentences of a text so short that all of it is of one thing."""


def _is_placed(named: Sequence[Named], lines: _Sentences, around: Surroundings) -> bool:
    """Whether a place is named where the subject is: in the title, in a sentence that belongs to
    it, or anywhere in a short text. A title alone says too little to tell."""
    if not lines or _places(around.in_title, around.title) or _looks_placed(around.title):
        return True
    body = [one for one in named if one.field != "title"]
    naming = lines.holding(one.start for one in body)
    is_titled = len(body) < len(named)
    belonging = _passage(naming, lines, around, is_titled=is_titled)
    belonging |= lines.holding(_taken_up(body, around.body))
    if len(lines) <= _TOLD_AT_ONCE:
        belonging = set(range(len(lines)))
    places = _places(around.in_body, around.body)
    spans = (lines.spans[number] for number in belonging)
    return any(
        _between(places, low, high) or _looks_placed(around.body[low:high]) for low, high in spans
    )


def _places(found: Mapping[str, Sequence[int]], text: str) -> list[int]:
    """Where a text names a place that is not the capital, where all is told."""
    return [each for each in found.get("place", ()) if _CAPITAL.match(text, each) is None]


def _looks_placed(text: str) -> bool:
    return _PLACE_EN.search(text) is not None or _PLACE_HAN.search(text) is not None


_NO_NAME = "Program|Programme|Project|Platform|Initiative|Week|Conference|In|On|To|At|Is|Was"
_NAME_GOES_ON = lazy_pattern(rf" (?!(?:{_NO_NAME})\b)[A-Z]")
_OPENS = "“「『《〈‘\"'"
_GOES_ON = lazy_pattern("[\u3400-\u9fffA-Za-z0-9]{1,8}[”」』》〉’\"']")


_FIRM = han_pattern(
    r"[（(][\u3400-\u9fff]{2,8}[）)][\u3400-\u9fff]{0,16}(?:公司|集团|集團|中心|基金|合伙企业|事务所)"
    r"|(?:(?![与和同及由在走赴落入牵组推携])(?!联合|平台|试点|枢纽|服务|专家|专项|项目|行动|对接)"
    r"[\u3400-\u9fff]){0,10}"
    r"(?:有限(?:责任)?公司|有限責任公司|股份公司|合伙企业|基金管理(?![办规条细]))"
    r"|(?: \([A-Z][a-z]+\))?(?: (?!(?:Service|Expert|Hub|Pilot|Program|Programme|Platform|City"
    r"|Meets|Joins|Signs|Visits|With|And|In)\b)[A-Z][a-z]+){0,3},?"
    r" (?:Co\.?|Ltd|Inc|LLC|LLP|Limited|Holdings)(?![\w-])"
)
"""How the name of a firm goes on that begins with the subject's."""
_LONGEST_FIRM = 60


def _is_firm(one: Named, around: Surroundings) -> bool:
    text = around.title if one.field == "title" else around.body
    return _FIRM.match(text[one.end : one.end + _LONGEST_FIRM]) is not None


def _in_longer_names(named: Sequence[Named], around: Surroundings) -> float:
    """How many of the namings in the body go on as a longer name: `Innovation China Robotics`,
    “科创中国杯”. Not with a word of the subject."""
    body = [one for one in named if one.field != "title"]
    starts = {one.start for one in body}.union(around.in_body.get("work", ()))
    found = 0
    for one in body:
        after, before = around.body[one.end : one.end + 12], around.body[one.start - 1 : one.start]
        goes_on = _NAME_GOES_ON.match(after) and one.end + 1 not in starts
        is_quoted = before and before in _OPENS and _GOES_ON.match(after)
        found += bool(goes_on or (is_quoted and one.end not in starts))
    return found / len(body) if body else 0.0


def _within(around: Surroundings, sign: str, one: Named, lines: _Sentences) -> bool:
    """Whether the sign stands in the naming's sentence, or in the title."""
    if around.in_title.get(sign):
        return True
    if one.field == "title":
        low, high = 0, _opening(lines) if lines else 0
    else:
        low, high = lines.around(one.start)
    return _between(around.in_body.get(sign, ()), low, high)


def _between(starts: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(starts, low)
    return at < len(starts) and starts[at] < high


def _is_aside(around: Surroundings, one: Named, lines: _Sentences) -> bool:
    """Whether a naming stands in a list, after a word that says so, or as what somebody is."""
    if one.field == "title":
        return False
    low, high = lines.around(one.start)
    near = max(low, one.start - _BEFORE), min(high, one.end + _AFTER)
    if _between(around.in_body.get("aside", ()), *near):
        return True
    text = around.body[low:high]
    return _in_list(text, one.start - low, one.end - low) or _is_attribute(around, one)


def _in_list(text: str, start: int, end: int) -> bool:
    """Whether it is one of three or more short things in a row."""
    if "、" in text:
        clause = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
        after = _CLAUSE.search(text, end)
        return text.count("、", clause, after.start() if after else len(text)) >= 2
    places = [0, *(m.start() for m in _PIECES.finditer(text)), len(text)]
    at = bisect_right(places, start) - 1
    around = places[max(0, at - 1) : at + 3]
    pieces = [b - a for a, b in pairwise(around)]
    return len(places) > 3 and len(pieces) == 3 and max(pieces) <= _LIST_PIECE


def _is_attribute(around: Surroundings, one: Named) -> bool:
    """科创中国枢纽城市的广州: what it says of the place is not what the sentence says."""
    behind = around.body[one.end : one.end + 12]
    at = behind.find("的")
    if at < 0 or _CLAUSE.search(behind, 0, at):
        return False
    return _between(around.in_body.get("city", ()), one.end + at + 1, one.end + at + 3)
