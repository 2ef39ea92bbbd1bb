"""Our pictures drawn: as inline SVG without script, and as the table that says the same.

What is drawn is a `Picture` of `desk/pictures.py`. Colours are attributes, for files without a
style sheet; where there is one, its rules for the classes `l0` to `l4` and so on come first, and
know the dark. Nothing here reads the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from markupsafe import Markup

from .messages import Bilingual, Translator, parts_of
from .pictures import MOST_ROWS, Picture, PictureKind, PictureRow, address_of
from .text import one_line, width

Names = Mapping[str, str]
"""What cities are called, by their English names. What is not in it is called as it is."""

LEVELS = 5
"""Shades of cells: 0 for nothing, then lighter to darker."""
_FILLS = ("none", "#e3edf4", "#b5d0e1", "#4179a3", "#1d4c74")
_INKS = ("#5c5953", "#1d1c1a", "#1d1c1a", "#ffffff", "#ffffff")
_GAP = ("#fbe3dd", "#9a2b1e")
_SOFT, _INK, _HAIR = "#5c5953", "#1d1c1a", "#dcd8cf"
_FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
_ROW, _TOTAL, _LINE, _CHAR = 22, 36, 13, 6.9
_MARGIN, _WIDEST = 8, 22
_WEEK, _DAY, _BAR = 46, 38, 13
_HIGH = 64


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table: as text, the page of the desk that lists what it counts (a path, empty
    where it counts nothing), its shade from 0 to 4, and whether it stays behind what it should
    be."""

    text: str
    address: str = ""
    level: int = 0
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class PictureTable:
    """A picture as a table: what it shows, in a line, what it comes to, in another, the headings of
    its columns, the first of which is that of the rows' names, and the rows. `more` counts the rows
    that are not shown."""

    title: str
    summary: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class RowRange:
    """So many of a picture's rows, `most` from `first` on, counted from 0. That of all of them
    together stands above each part, and each says what the whole picture comes to."""

    first: int = 0
    most: int = MOST_ROWS


WHOLE = RowRange()


def table(
    picture: Picture, words: Translator, names: Names | None = None, part: RowRange = WHOLE
) -> PictureTable:
    """The table that says what the picture shows, in the language of `words`."""
    shown = picture.rows[part.first : part.first + part.most]
    rows = [
        (_name(picture, row, words, names), tuple(_cells(picture, row)))
        for row in (picture.total, *shown)
        if row.numbers
    ]
    if picture.usual:
        rows.append((words("usual"), tuple(Cell(_decimal(each)) for each in picture.usual)))
    first = words("city") if picture.kind is not PictureKind.RHYTHM else ""
    days = [words("week of %(day)s", day=day) if _is_weekly(picture) else day
            for day in picture.days]  # fmt: skip
    return PictureTable(
        title_of(picture, words),
        summary_of(picture, words, names),
        (first, *days),
        tuple(rows),
        picture.all_rows - len(shown),
    )


def title_of(picture: Picture, words: Translator) -> str:
    """What it shows: `Stories by city and week`."""
    if picture.kind is PictureKind.CITIES:
        return (
            words("Matches by city and week")
            if picture.grade
            else words("Stories by city and week")
        )
    if picture.kind is PictureKind.RHYTHM:
        return words("Stories by day")
    return words("Sources read, by city and day")


def summary_of(picture: Picture, words: Translator, names: Names | None = None) -> str:
    """What it comes to, in a sentence or two."""
    if words.tongues:
        names_of = [
            {city: parts_of(name)[-1 if place else 0] for city, name in (names or {}).items()}
            for place in range(len(words.tongues))
        ]
        said = zip(words.tongues, names_of, strict=True)
        return Bilingual(*(summary_of(picture, each, called) for each, called in said))
    if picture.kind is PictureKind.CITIES:
        return _summary_of_cities(picture, words, names)
    if picture.kind is PictureKind.RHYTHM:
        published, seen = (sum(row.numbers) for row in picture.rows)
        return words(
            "In %(days)s days %(published)s stories were published, and %(seen)s came in.",
            days=len(picture.days),
            published=published,
            seen=seen,
        )
    last = next((n for n in reversed(range(len(picture.days))) if picture.total.of[n]), None)
    if last is None:
        return words("Nothing was due in these days.")
    told = words(
        "On %(day)s %(read)s of %(of)s sources were read.",
        day=picture.days[last],
        read=picture.total.numbers[last],
        of=picture.total.of[last],
    )
    if not picture.total.lacking:
        return f"{told} {words('There is no gap in these days.')}"
    gaps = f"{picture.gaps}+" if _is_all_gaps(picture) else str(picture.gaps)
    cities = words(
        "Cities with gaps in these days: %(gaps)s of %(all)s.", gaps=gaps, all=picture.all_rows
    )
    return f"{told} {cities}"


def _is_all_gaps(picture: Picture) -> bool:
    """Whether more cities have gaps than are shown, perhaps."""
    return picture.gaps == len(picture.rows) < picture.all_rows


def _summary_of_cities(picture: Picture, words: Translator, names: Names | None) -> str:
    counts = (
        words.plural("%(number)s story", "%(number)s stories", sum(picture.total.numbers)),
        words.plural("%(number)s city", "%(number)s cities", picture.all_rows),
        words.plural("%(number)s week", "%(number)s weeks", len(picture.days)),
    )
    told = words("%(counts)s.", counts=words.pgettext("names", ", ").join(counts))
    if not picture.rows:
        return told
    row = max(picture.rows, key=lambda each: max(each.numbers))
    place = row.numbers.index(max(row.numbers))
    most = words(
        "Most in a week: %(city)s, %(n)s in that of %(day)s.",
        city=_city(row.name, words, names),
        n=row.numbers[place],
        day=picture.days[place],
    )
    return f"{told} {most}"


def _name(picture: Picture, row: PictureRow, words: Translator, names: Names | None) -> str:
    if picture.kind is PictureKind.RHYTHM:
        return words("published") if row.name == "published" else words("came in")
    return words("all cities") if row is picture.total else _city(row.name, words, names)


def _city(name: str, words: Translator, names: Names | None) -> str:
    known = (names or {}).get(name) or words.term("city", name)
    return one_line(known, 80) or words("no city")


def _is_weekly(picture: Picture) -> bool:
    return picture.kind is PictureKind.CITIES


def _cells(picture: Picture, row: PictureRow) -> Iterator[Cell]:
    most = picture.most
    for place, number in enumerate(row.numbers):
        if picture.kind is PictureKind.COVERAGE:
            of = row.of[place]
            address = address_of(picture, row, place) if of else ""
            yield Cell(f"{number}/{of}" if of else "", address, min(of, 1), number < of)
        else:
            address = address_of(picture, row, place) if number else ""
            yield Cell(str(number), address, _level(number, most) if row.name else 0)


def _level(number: int, most: int) -> int:
    """The shade of a number: by the root, so that small ones differ, too."""
    if not number or not most:
        return 0
    return max(1, min(LEVELS - 1, round(sqrt(number / most) * (LEVELS - 1))))


def _decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# SVG.


def svg(
    picture: Picture,
    words: Translator,
    names: Names | None = None,
    base: str | None = None,
    part: RowRange = WHOLE,
) -> Markup:
    """The picture, or a part of its rows, as one element `svg`, in the language of `words`.

    With `base`, the address of a desk or empty within its pages, each number leads to what it
    counts. Such a picture is kept from screen readers and from the Tab key: a table with the same
    links has to stand beside it. Without, it is one image with a name.
    """
    link = None if base is None else (lambda cell: f"{base}{cell.address}" if cell.address else "")
    if picture.kind is PictureKind.RHYTHM:
        wide, high, parts = _bars(picture, words, link)
    else:
        wide, high, parts = _grid(picture, words, names, link, part)
    title = f"{title_of(picture, words)}. {summary_of(picture, words, names)}"
    said: dict[str, object] = (
        {"role": "img", "aria_label": title}
        if link is None
        else {"aria_hidden": "true", "focusable": "false"}
    )
    return _element(
        "svg",
        Markup("\n").join(parts),
        xmlns="http://www.w3.org/2000/svg",
        css="picture",
        viewBox=f"0 0 {wide} {high}",
        width=wide,
        height=high,
        font_family=_FONT,
        font_size=12,
        **said,
    )


def _element(name: str, *inner: Markup | str, **attributes: object) -> Markup:
    """An element with what is in it. `css` is its class, `_` in a name stands for a hyphen, and
    figures are rounded to a tenth."""
    written = Markup("").join(
        Markup(' {}="{}"').format(
            "class" if key == "css" else key.replace("_", "-"),
            round(value, 1) if isinstance(value, float) else value,
        )
        for key, value in attributes.items()
    )
    content = Markup("").join(inner)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, content)


_Link = Callable[[Cell], str] | None
_Drawing = tuple[int, int, list[Markup]]


def _text(x: float, y: float, text: object, fill: str, css: str, anchor: str = "") -> Markup:
    """A text, by default where the element around it has its texts, else at its start."""
    placed = {"text_anchor": anchor} if anchor else {}
    return _element("text", str(text), x=x, y=y, fill=fill, css=css, **placed)


def _linked(drawn: Markup, address: str, title: str) -> Markup:
    named = _element("title", title)
    if not address:
        return _element("g", named, drawn)
    return _element("a", named, drawn, href=address, tabindex=-1)


def _grid(
    picture: Picture, words: Translator, names: Names | None, link: _Link, part: RowRange
) -> _Drawing:
    """Rows of shaded cells with their numbers, names at the left, days above. What all cells share
    is said once, since they are many."""
    shown = table(picture, words, names, part)
    column = _WEEK if _is_weekly(picture) else _DAY
    left = round(min(_WIDEST, max(width(name) for name, _ in shown.rows)) * _CHAR) + _MARGIN
    parts = list(_days_above(picture, left, column))
    y = 2 * _LINE + 8
    for place, (name, cells) in enumerate(shown.rows):
        is_total = place == 0
        is_high = is_total and picture.kind is PictureKind.COVERAGE
        css = "total" if is_total else "ink"
        parts.append(_linked(_text(0, y + 15, _cut(name), _INK, css), "", name))
        row = list[Markup]()
        for number, cell in enumerate(cells):
            x = left + number * column
            drawn = _two_lines(x, y, column, cell) if is_high else _cell(x, y, column, cell)
            title = f"{name}, {shown.headings[number + 1]}: {cell.text}"
            row.append(_linked(drawn, link(cell) if link else "", title) if cell.text else drawn)
        parts.append(_element("g", Markup("\n").join(row), text_anchor="middle"))
        y += (_TOTAL if is_high else _ROW) + (4 if is_total else 0)
    return left + len(picture.days) * column + 2, y + 4, parts


def colours_of(cell: Cell) -> tuple[str, str]:
    """The ground of a cell and the ink on it, as `#rrggbb`. The ground is `none` for nothing."""
    return _GAP if cell.is_gap else (_FILLS[cell.level], _INKS[cell.level])


def _cell(x: int, y: int, column: int, cell: Cell) -> Markup:
    level = min(cell.level, 1) if cell.is_gap else cell.level
    fill, ink = colours_of(cell)
    css = "gap" if cell.is_gap else f"l{level}"
    frame: dict[str, object] = {"stroke": _GAP[1], "stroke_width": 1.5} if cell.is_gap else {}
    box = _element(
        "rect",
        x=x + 1,
        y=y + 1,
        width=column - 2,
        height=_ROW - 2,
        rx=2,
        fill=fill,
        css=css,
        **frame,
    )
    if cell.text in ("", "0"):
        return box + (_text(x + column // 2, y + 15, "·", _SOFT, "soft"))
    css, ink = (f"on-{css}", ink) if css != "l0" else ("ink", _INK)
    return box + _text(x + column // 2, y + 15, cell.text, ink, css)


def _two_lines(x: int, y: int, column: int, cell: Cell) -> Markup:
    """How many of how many, one above the other: of all cities the figures are long."""
    read, _, of = cell.text.partition("/")
    middle, css = x + column // 2, "on-gap" if cell.is_gap else "ink"
    if not cell.text:
        return _text(middle, y + 15, "·", _SOFT, "soft")
    above = _text(middle, y + 15, read, _GAP[1] if cell.is_gap else _INK, css)
    return above + _text(middle, y + 15 + _LINE, f"/{of}", _SOFT, "soft")


def _days_above(picture: Picture, left: int, column: int) -> Iterator[Markup]:
    """The axis: the day under each month, which stands where it begins."""
    month = ""
    for place, day in enumerate(picture.days):
        x = left + place * column + column / 2
        if day[:7] != month:
            month = day[:7]
            yield _text(x, _LINE, month, _SOFT, "soft", "middle")
        css = "rest" if date.fromisoformat(day).weekday() >= 5 else "ink"
        yield _text(x, 2 * _LINE + 3, str(int(day[8:])), _SOFT, css, "middle")


def _cut(name: str) -> str:
    """As much of a name as the margin has room for."""
    if width(name) <= _WIDEST:
        return name
    kept = name
    while width(kept) > _WIDEST - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _bars(picture: Picture, words: Translator, link: _Link) -> _Drawing:
    """A strip of bars for each row, with an axis; what is usual as a line over the first."""
    left, parts, y = 40, list[Markup](), 0
    wide = left + len(picture.days) * _BAR + 30
    for place, row in enumerate(picture.rows):
        usual = picture.usual if not place else ()
        most = max([*row.numbers, *usual, 1])
        floor = y + _LINE + 14 + _HIGH
        name = _name(picture, row, words, None)
        told = f"{name} ({words('line: usual')})" if usual else name
        parts.append(_text(left, y + _LINE, told, _INK, "total"))
        parts += _axis(picture, left, floor, most)
        for number, cell in enumerate(_cells(picture, row)):
            x = left + number * _BAR
            if not row.numbers[number]:
                continue
            high = max(2.0, _HIGH * row.numbers[number] / most)
            box = _element(
                "rect",
                x=x + 1,
                y=floor - high,
                width=_BAR - 2,
                height=high,
                fill=_FILLS[3],
                css="bar",
            )
            label = _text(x + _BAR / 2, floor - high - 2, cell.text, _INK, "small", "middle")
            title = f"{name}, {picture.days[number]}: {cell.text}"
            parts.append(_linked(box + label, link(cell) if link else "", title))
        if usual:
            parts.append(_step(usual, left, floor, most))
        y = floor + 2 * _LINE + 4
    return wide, y, parts


def _axis(picture: Picture, left: int, floor: int, most: float) -> Iterator[Markup]:
    end = left + len(picture.days) * _BAR
    for value, at in ((0.0, floor), (most, floor - _HIGH)):
        yield _element("line", x1=left, x2=end, y1=at, y2=at, stroke=_HAIR, css="hair")
        yield _text(left - 5, at + 4, _decimal(value), _SOFT, "soft", "end")
    for place, day in enumerate(picture.days):
        if date.fromisoformat(day).weekday() == 0:
            x = left + place * _BAR
            yield _element("line", x1=x, x2=x, y1=floor, y2=floor + 4, stroke=_SOFT, css="hair")
            yield _text(x, floor + _LINE + 3, day[5:], _SOFT, "soft")


def _step(usual: tuple[float, ...], left: int, floor: int, most: float) -> Markup:
    """What is usual, as a line of steps."""
    points = []
    for place, value in enumerate(usual):
        at = round(floor - _HIGH * value / most, 1)
        points += [f"{left + place * _BAR},{at}", f"{left + (place + 1) * _BAR},{at}"]
    return _element(
        "polyline",
        points=" ".join(points),
        fill="none",
        stroke=_GAP[1],
        stroke_width=1.5,
        css="usual",
    )


# A series: one thing at several times.


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A value at a time, which is a year, a month or a day (ISO 8601): as a number and as text, and
    the page that says so."""

    when: str
    value: float
    text: str
    address: str


_SERIES_HIGH, _SERIES_STEP, _SERIES_SIDE = 90, 110, 60


def series_svg(points: Sequence[SeriesPoint]) -> Markup:
    """A line through the points of a series, from zero or from the lowest value below it, each
    point in its place in time and linked. A table with the same links has to stand beside it."""
    days = [_first_day(point.when) for point in points]
    span = max(1, days[-1] - days[0])
    wide = _SERIES_STEP * (len(points) - 1)
    low, high = min(0.0, *(p.value for p in points)), max(0.0, *(p.value for p in points))
    floor, tall = _LINE + 10 + _SERIES_HIGH, (high - low) or 1.0
    spots = [
        (
            _SERIES_SIDE + wide * (day - days[0]) / span,
            floor - _SERIES_HIGH * (point.value - low) / tall,
        )
        for day, point in zip(days, points, strict=True)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    end, zero = _SERIES_SIDE + wide, floor - _SERIES_HIGH * -low / tall
    parts = [
        _element("line", x1=_SERIES_SIDE, x2=end, y1=zero, y2=zero, stroke=_HAIR, css="hair"),
        _element("polyline", points=line, fill="none", stroke=_SOFT, stroke_width=1.5, css="trend"),
    ]
    for (x, y), point in zip(spots, points, strict=True):
        drawn = (
            _element("circle", cx=x, cy=y, r=4, fill=_FILLS[3], css="bar")
            + _text(x, y - 8, point.text, _INK, "small", "middle")
            + _text(x, floor + _LINE + 4, point.when, _SOFT, "soft", "middle")
        )
        parts.append(_linked(drawn, point.address, f"{point.when}: {point.text}"))
    return _element(
        "svg",
        Markup("\n").join(parts),
        xmlns="http://www.w3.org/2000/svg",
        css="picture",
        viewBox=f"0 0 {end + _SERIES_SIDE} {floor + 2 * _LINE}",
        width=end + _SERIES_SIDE,
        height=floor + 2 * _LINE,
        font_family=_FONT,
        font_size=12,
        aria_hidden="true",
        focusable="false",
    )


def _first_day(when: str) -> int:
    year, month, day = (*map(int, when.split("-")), 1, 1)[:3]
    return date(year, month, day).toordinal()
