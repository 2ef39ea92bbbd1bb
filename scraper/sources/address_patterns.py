"""From addresses to link shapes: what the articles of a list have in common, as a person would
write it under `[links] allow`.

Looks at addresses alone. Which of them are articles is the caller's finding. Whether the shapes
take too much is judged with `is_article`, like any rule's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hubwatch.patterns import lazy_pattern

from .links import RAW, authority_of, compile_link, plain_parts, target_of

MOST = 6
"""So many shapes are proposed. Addresses of more kinds have nothing in common."""
_NUMBER = lazy_pattern(r"\d+")
_TOKEN = lazy_pattern(r"[0-9]+|[A-Za-z]+|[^0-9A-Za-z]+")
_MANY = 5
"""A number that is the same in so many addresses names their list, not one of them."""
_FEW_WORDS = 2
_HEX = lazy_pattern(r"[0-9A-Fa-f]{12,64}")
_YEAR = lazy_pattern(r"(?:19[89]|20[0-4])[0-9]")
_MONTH = lazy_pattern(r"0[1-9]|1[0-2]")
_DAY = lazy_pattern(r"0[1-9]|[12][0-9]|3[01]")
_LOOSE_MONTH = lazy_pattern(r"0?[1-9]|1[0-2]")
_LOOSE_DAY = lazy_pattern(r"0?[1-9]|[12][0-9]|3[01]")
_RUN_TOGETHER = ((_YEAR, 4), (_MONTH, 2), (_DAY, 2))


@dataclass(frozen=True, slots=True)
class Shape:
    """A link shape with the number of addresses it was made from."""

    text: str
    count: int

    @property
    def is_strict(self) -> bool:
        """Whether it says more than "one more part of the path": a date, digits, a hash."""
        return any(mark in self.text for mark in ("{yyyy", "{id}", "{hex}"))


def generalise(urls: Sequence[str]) -> tuple[Shape, ...]:
    """The shapes of these addresses, the most frequent first, at most `MOST`.

    Addresses with equally many parts, the same ending and the same query keys share a shape. What
    is the same in all of a shape's addresses stays as it is, dates and numbers apart. Session ids
    and tracking parameters are left out, as the archive knows addresses without them, and so is
    what is no http(s) address.
    """
    groups: dict[tuple[object, ...], list[_Address]] = {}
    known: dict[tuple[str, str], _Address] = {}
    for url in urls:
        address = _address(url)
        if address is not None:
            known.setdefault((authority_of(url), address.target), address)
    for address in known.values():
        groups.setdefault(address.kind, []).append(address)
    parts = [(_written(part), part) for group in groups.values() for part in _parted(group)]
    parts = [(_loosened(shape, part, parts), part) for shape, part in parts]
    merged: dict[str, int] = {}
    for shape, part in sorted(parts, key=lambda each: -len(each[1])):
        if not any(_takes(text, shape) and _fits(text, part) for text in merged):
            merged[shape] = merged.get(shape, 0) + len(part)
    return tuple(Shape(text, count) for text, count in list(merged.items())[:MOST])


def _loosened(
    shape: str, part: Sequence[_Address], parts: Sequence[tuple[str, Sequence[_Address]]]
) -> str:
    """The shape of one address alone with any name at its end, where it lies in a dated folder
    below those of several whose ends are names: `/news/{yyyy}/a-story` beside `/news/{section}`. A
    headline in the folder of a day or month may lie anywhere."""
    head, _, last = shape.rpartition("/")
    if len(part) > 1 or "?" in shape or not any(mark in head for mark in ("{yyyy", "{id}")):
        return shape
    dot = last.rfind(".")
    ending = last[dot:] if dot > 0 else ""
    is_headline = (
        "{yyyy" in head
        and "{m" in head.replace("yyyym", "{m")
        and len(last.split("-")) > _FEW_WORDS
    )
    for other, several in parts:
        folder, _, name = other.rpartition("/")
        is_below = is_headline or head.startswith(f"{folder}/")
        if name == f"{{section}}{ending}" and len(several) > 2 and is_below:
            loose = f"{head}/{{section}}{ending}"
            return loose if _fits(loose, part) else shape
    return shape


@dataclass(frozen=True, slots=True)
class _Address:
    target: str
    """Path and query, which is what a shape is matched with."""
    parts: tuple[str, ...]
    query: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> tuple[object, ...]:
        last = self.parts[-1]
        ending = last.rpartition(".")[2].lower() if "." in last else "/" if not last else ""
        filled = tuple(bool(part) for part in self.parts)
        return filled, ending, tuple(key for key, _ in self.query)


def _address(url: str) -> _Address | None:
    try:
        authority_of(url)
    except ValueError:
        return None
    target = target_of(plain_parts(urlsplit(url)))
    path, _, asked = target.partition("?")
    query = tuple(map(_pair, asked.split("&"))) if asked else ()
    return _Address(target, tuple(path.removeprefix("/").split("/")), query)


def _pair(written: str) -> tuple[str, str]:
    """A parameter's name with its sign, and its value. A bare `article268` (SPIP) is a number
    behind a word, any other bare one a value without a name."""
    key, sign, value = written.partition("=")
    if sign:
        return key + sign, value
    word = key.rstrip("0123456789")
    return (word, key[len(word) :]) if word != key else ("", key)


def _parted(group: list[_Address]) -> Iterator[list[_Address]]:
    """A group by the words around the numbers of its last part: `c_1.htm` and `content_1.htm` are
    two shapes. Those that are alone with their words go together."""
    led: dict[str, list[_Address]] = {}
    for address in group:
        led.setdefault(_led_by(address.parts[-1]) or _with_number(address.parts[-1])[0], []).append(
            address
        )
    group = led.pop("", [])
    for shape, each in led.items():
        # Several kinds of news in front of their days are as many words as there are.
        is_led = shape[0] == "{" or len(each) > 1
        if is_led and _are_headlines([address.parts[-1] for address in each]):
            yield each
        else:
            group += each
    by_words: dict[tuple[str, ...], list[_Address]] = {}
    for address in group:
        by_words.setdefault(_skeleton(address.parts[-1]), []).append(address)
    numbered = {words: each for words, each in by_words.items() if {"0", "#"} & set(words)}
    own = [each for words, each in numbered.items() if len(each) > 1 or _is_plain(words)]
    if len(own) > MOST // 2:
        own = []
    taken = {id(address) for each in own for address in each}
    yield from own
    if rest := [address for address in group if id(address) not in taken]:
        yield rest


_LEAD = lazy_pattern(
    r"([A-Za-z]{0,12}[-_]?)(?:(?:19|20)\d\d)([-_.]?)(?:0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?([-_])"
    r"(?![0-9a-fA-F]{6,}(?:\.|$))(?=[^.]*[^\W\d_]{2})"
)


def _led_by(part: str) -> str:
    """The shape of a last part that is a day and a headline, `2026-03-05-a-story.html`. Empty for
    any other."""
    match = _LEAD.match(part)
    if match is None:
        return ""
    before, sign, day, after = match.groups()
    date = sign.join(("{yyyy}", "{mm}", "{dd}")[: 3 if day else 2])
    if not sign:
        date = "{yyyymmdd}" if day else "{yyyymm}"
    ending = part.rpartition(".")[2] if "." in part[match.end() :] else ""
    return f"{before}{date}{after}{{section}}{'.' if ending else ''}{ending}"


_NUMBERED = lazy_pattern(
    r"(\d{2,})([-_,])([^.]*[^\W\d_]{2}[^.]*?)(\.\w{1,5})?$|([^.]*[^\W\d_]{2}[^.]*?)([-_,])(\d{2,})(\.\w{1,5})?$"
)


def _with_number(part: str) -> tuple[str, str]:
    """The shape of a last part that is a number and words, `123-a-story`, and the words. Empty for
    any other."""
    match = _NUMBERED.match(part) if len(part) <= _LONGEST_PART else None
    if match is None:
        return "", ""
    if match[1]:
        return f"{{id}}{match[2]}{{section}}{match[4] or ''}", match[3]
    return f"{{section}}{match[6]}{{id}}{match[8] or ''}", match[5]


def _are_headlines(parts: Sequence[str]) -> bool:
    """Whether the words beside the numbers or days of last parts are another for each."""
    if all(map(_led_by, parts)):
        return True
    words = {_NUMBER.sub("", _with_number(part)[1]) for part in parts}
    return len(words) == len(parts) >= _FEWEST_HEADLINES


_LONGEST_PART, _FEWEST_HEADLINES = 300, 3


def _is_plain(skeleton: tuple[str, ...]) -> bool:
    """Whether a part is a number with a word or two, as machines name files: no headline."""
    return sum(token[0].isalpha() for token in skeleton) <= _FEW_WORDS


def _skeleton(part: str) -> tuple[str, ...]:
    """The letters and signs of a part, its numbers apart. A hash or a long word is only one."""
    if _HEX.search(part):
        return ("#",)
    return tuple("0" if token[0].isdecimal() else token for token in _TOKEN.findall(part))


def _written(group: Sequence[_Address]) -> str:
    columns = [_column(values) for values in zip(*(each.parts for each in group), strict=True)]
    text = "/" + "/".join(_dated(columns))
    if group[0].query:
        keys = [key for key, _ in group[0].query]
        values = zip(*([value for _, value in each.query] for each in group), strict=True)
        pairs = [f"{key}{_value(found)}" for key, found in zip(keys, values, strict=True)]
        text += f"?{'&'.join(pairs)}"
    return _checked(text, group)


def _checked(text: str, group: Sequence[_Address]) -> str:
    """The shape, or where the language cannot say it (brackets and braces in an address) a regular
    expression of the folder they share."""
    if _fits(text, group):
        return text
    firsts = {each.parts[0] if len(each.parts) > 1 else "" for each in group}
    first = firsts.pop() if len(firsts) == 1 else ""
    folder = f"/{re.escape(first)}/" if first else "/"
    if _YEAR.fullmatch(first):  # next year's articles are articles, too
        folder = "/[12][0-9]{3}/"
    within = f"{RAW}^{folder}[^?#]"
    return within if _fits(within, group) else f"{RAW}^{folder}"


def _fits(text: str, group: Sequence[_Address]) -> bool:
    """Whether a shape takes each of these addresses."""
    try:
        pattern = compile_link(text)
    except ValueError:
        return False
    return all(pattern.search(each.target) for each in group)


def _column(values: Sequence[str]) -> str:
    """One part of the path for all addresses, days of the month not yet told from numbers."""
    if any(not value for value in values):
        return "" if not any(values) else "{section}"
    shapes = {_led_by(value) or _with_number(value)[0] for value in values}
    if len(shapes) == 1 and (shape := shapes.pop()) and _are_headlines(values):
        return shape
    tokens = [_TOKEN.findall(value) for value in values]
    kinds = {tuple(_kind(token) for token in each) for each in tokens}
    if any("%" in value for value in values):
        return _varied(values)
    if len(kinds) == 1 and not all(_HEX.search(value) for value in values):
        found = [_token(column) for column in zip(*tokens, strict=True)]
        if None not in found:
            return _paired("".join(filter(None, found)))
    return _varied(values)


def _kind(token: str) -> str:
    return "0" if token[0].isdecimal() else "a" if token[0].isalpha() and token.isascii() else token


def _token(values: Sequence[str]) -> str | None:
    """The same run of letters, or numbers. None for words that differ."""
    if not values[0][0].isdecimal():
        return values[0] if len(set(values)) == 1 else None
    if all(len(value) in (6, 8) and _is_run_together(value) for value in values):
        lengths = {len(value) for value in values}
        if len(lengths) == 1:
            return "{yyyymmdd}" if lengths == {8} else "{yyyymm}"
    if all(_YEAR.fullmatch(value) for value in values):
        return "{yyyy}"
    if all(_MONTH.fullmatch(value[:2]) and _DAY.fullmatch(value[2:]) for value in values):
        return "{mmdd?}"
    return _small(values)


def _is_run_together(digits: str) -> bool:
    at = 0
    for pattern, size in _RUN_TOGETHER[: 3 if len(digits) == 8 else 2]:
        if not pattern.fullmatch(digits[at : at + size]):
            return False
        at += size
    return True


def _small(values: Sequence[str]) -> str:
    """Numbers that may be months or days carry that beside them until the year is known."""
    for name, pattern in (
        ("mm", _MONTH),
        ("m", _LOOSE_MONTH),
        ("dd", _DAY),
        ("d", _LOOSE_DAY),
    ):
        if all(pattern.fullmatch(value) for value in values):
            return f"{{{name}?}}"
    return "{id}"


# A question mark stands in names that are not decided yet: `{mm?}` is a month, or any number.
_AFTER_YEAR = lazy_pattern(r"(\{yyyy\})([-_./]?)\{(mm|m)\?\}(?:([-_./])\{(mm|m|dd|d)\?\})?")
_AFTER_MONTH = lazy_pattern(r"\{(mm|m|dd|d)\?\}")


def _paired(text: str) -> str:
    """`{yyyy}-{mm?}-{mm?}` is a date."""

    def dated(match: re.Match[str]) -> str:
        if match[5] is None:
            return f"{match[1]}{match[2]}{{{match[3]}}}"
        day = _day(match[5])
        return f"{match[1]}{match[2]}{{{_month(match[3], day)}}}{match[4]}{{{day}}}"

    return _AFTER_YEAR.sub(dated, text)


def _day(name: str) -> str:
    return "d" if name in ("m", "d") else "dd"


def _month(name: str, day: str) -> str:
    """Where days stand without a zero before them, so do months, though none of these shows it."""
    return "m" if day == "d" else name


def _dated(columns: list[str]) -> list[str]:
    """Months and days where a year or month stands before them, numbers where none does."""
    found: list[str] = []
    for column in columns:
        decided = _after(found[-1] if found else "", column)
        if decided == "{d}" and found[-1].endswith("{mm}"):
            found[-1] = f"{found[-1][: -len('{mm}')]}{{m}}"
        found.append(_AFTER_MONTH.sub("{id}", decided.replace("{mmdd?}", "{id}")))
    found[-1] = _LONE_YEAR.sub("{id}", found[-1])
    return found


def _after(before: str, column: str) -> str:
    """A part of the path as a month, a day or both, where the part before it asks for one."""
    only = _AFTER_MONTH.fullmatch(column)
    if only and before.endswith(("{mm}", "{m}", "{yyyymm}")):
        return f"{{{_day(only[1])}}}"
    if not before.endswith("{yyyy}"):
        return column
    if only and only[1] in ("mm", "m"):
        return f"{{{only[1]}}}"
    if two := re.fullmatch(_MONTH_DAY, column):
        return f"{{{_month(two[1], _day(two[3]))}}}{two[2]}{{{_day(two[3])}}}"
    return "{mm}{dd}" if column == "{mmdd?}" else column


_LONE_YEAR = lazy_pattern(r"\{yyyy\}(?![-_./]?\{m)")
_MONTH_DAY = r"\{(mm|m)\?\}([-_.])\{(mm|m|dd|d)\?\}"


def _varied(values: Sequence[str]) -> str:
    """What differs in words: the common beginning and end stay, where they end at a sign."""
    head, tail = _common(values), _common([value[::-1] for value in values])[::-1]
    head = head.partition("%")[0]  # what is escaped in some headlines is written plainly in others
    tail = tail[tail.find(".") :] if "." in tail else ""
    shortest = min(len(value) for value in values)
    if len(head) + len(tail) >= shortest:
        head = ""
    cut = [value[len(head) : len(value) - len(tail)] for value in values]
    signs = re.match(r".*[^0-9A-Za-z]", head)
    stem = head.rstrip("0123456789abcdefABCDEF")
    if all(_HEX.fullmatch(head[len(stem) :] + middle) for middle in cut):
        return f"{stem}{{hex}}{tail}"
    kept = signs.group() if signs and len(values) > 2 and _names(signs.group(), values) else ""
    kept = _NUMBER.sub("{id}", kept)  # the year of these is not that of those to come
    return f"{kept}{{section}}{tail}"


_MANY_WORDED = 20
"""So many headlines do not all begin with the same word by chance."""


def _names(head: str, values: Sequence[str]) -> bool:
    """Whether a common beginning belongs to the kind of address: a number follows at once, as in
    `c_12-a.html`, or there are many. Few headlines may all begin with the same word."""
    return len(values) >= _MANY_WORDED or all(value[len(head)].isdecimal() for value in values)


def _common(values: Sequence[str]) -> str:
    first, last = min(values), max(values)
    size = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return first[:size]


def _value(values: Sequence[str]) -> str:
    """A query's value: the same for all, a number, or whatever it is. Few addresses may have a
    number or a mark in common by chance, and one has it for itself."""
    if len(set(values)) == 1 and (not _is_mark(values[0]) or len(values) >= _MANY):
        return values[0]
    if all(value.isascii() and value.isdecimal() for value in values):
        return "{id}"
    return "{hex}" if all(_HEX.fullmatch(value) for value in values) else "{section}"


def _is_mark(value: str) -> bool:
    """Whether a value is a number or as a machine makes marks: `494ba9ff03bd`, no word."""
    plain = value.replace("-", "")
    if len(plain) < _LEAST_MARK or not plain.isalnum():
        return value.isdecimal()
    return _HEX.fullmatch(plain) is not None or len(_TOKEN.findall(plain)) >= _MIXED


_LEAST_MARK, _MIXED = 8, 4
"""A mark has so many characters, and its letters and numbers take turns so often."""


def _takes(taker: str, shape: str) -> bool:
    """Whether one shape is the same as another but for `{section}` in place of a word."""
    if taker.startswith(RAW) or shape.startswith(RAW):
        return taker == shape
    theirs, ours = shape.split("/"), taker.split("/")
    return len(theirs) == len(ours) and all(
        one == other or (one == "{section}" and other)
        for one, other in zip(ours, theirs, strict=True)
    )
