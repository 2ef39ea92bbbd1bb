"""Archives by month or year in place of a pager: `/newsroom/2026/10/`, `?mo=10&yr=2026`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import parse_qsl, urlsplit

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern

from .. import languages
from ..dates.in_text import common_year, month_number
from ..page import Page
from ..text import narrow
from ..tree import line_text

_MONTH = lazy_pattern(
    r"(?<=[/=_.-])((?:19|20)\d\d)([/_.-]?)(0[1-9]|1[0-2]|(?<=[/_.-])[1-9])"
    r"(/(?:index\.\w{3,5})?|\.s?html?)?$"
)
_NAMED_MONTH = lazy_pattern(
    r"(?<=[/=_.-])(?:((?:19|20)\d\d)[/_.-]([^\W\d_]{3,12})|([^\W\d_]{3,12})[/_.-]?((?:19|20)\d\d))"
    r"(/(?:index\.\w{3,5})?|\.s?html?)?$"
)
_REIGN_MONTH = lazy_pattern(
    r"(?<=[/=_.-])(?:(r)(?:eiwa)?|(h)(?:eisei)?)[_-]?(\d{1,2})(?:nen)?([/_.-])(0?[1-9]|1[0-2])"
    r"(/(?:index\.\w{3,5})?|\.s?html?)?$",
    re.I,
)
"""A month under the year of a reign: `/r8/11/`, `/h30/04.html`."""
_ASKED_YEAR = lazy_pattern(
    r"y|yr|yy(?:yy)?|years?|jahr|ann[eé]e|anno|a[nñ]o|ano|any|jaar|[aå]r|rok|god|nian|nen|tahun|yil"
    r"|vuosi|nam"
)
_ASKED_MONTH = lazy_pattern(
    r"m|mo|mon|mnth|mm|months?|monat|mois|mes|mese|maand|m[aå]n(?:ed|ad)|miesi[aą]c|m[eě]s[ií]c|yue"
    r"|tsuki|bulan|ay|kuukausi|thang"
)
"""The last word of what a query calls the year and the month: `archive_year`, `news[month]`."""
_WORDS = lazy_pattern(r"[^\W\d_]+")
_CAMEL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_ASKED_BOTH = frozenset(("date", "archive", "archives", "period", "ym", "yearmonth"))
_FULL_YEAR, _MONTH_OF_YEAR = lazy_pattern(r"(?:19|20)\d\d"), lazy_pattern(r"0?[1-9]|1[0-2]")
_YEAR_AND_MONTH = lazy_pattern(r"((?:19|20)\d\d)[/._-]?(0[1-9]|1[0-2])")
_NO_NAME = lazy_pattern(r"[\d\s()（）年月.,/·-]+")
_LONGEST_NAME = 30
_FRONT = lazy_pattern(r"/?(?:[a-z]{2}/)?(?:(?:index|default|home|main)\.\w{3,5})?", re.I)
_TO_NEWS = han_pattern(
    languages.any_of(
        (*languages.NEWS_OF_LETTERS, *languages.NEWS_OF_SYLLABLES, *languages.SHOW_ALL)
    )
)


def month_archives(
    page: Page, links: Iterable[tuple[str, str]], rows: Collection[str]
) -> tuple[list[tuple[str, str]], bool]:
    """The archives by month that a page links to, newest first, each with its words, and whether
    the page is of one of them itself: then only those before it, whatever the words. From the front
    page of a site the link called "News" may lead to that of the newest month. `links` are the
    page's, with their words."""
    here = urlsplit(page.url)
    groups: dict[tuple[str, ...], dict[tuple[int, int], tuple[str, str]]] = {}
    of_page = _month_in(page.url)
    known = {of_page[1]} if of_page is not None else set()
    for url, words in links:
        said = _month_in(url) if len(words) <= _LONGEST_NAME and url not in rows else None
        if said is None or urlsplit(url).netloc != here.netloc:
            continue
        month, shape = said
        if _FRONT.fullmatch(here.path) and _TO_NEWS.fullmatch(words.strip().casefold()):
            known.add(shape)
        elif shape not in known and not (
            _names_month(month, words) and here.path.startswith(_folder(urlsplit(shape[0]).path))
        ):
            continue
        groups.setdefault(shape, {}).setdefault(month, (url, words))
    shape, group = max(groups.items(), key=lambda each: len(each[1]), default=((), {}))
    if len(group) < 2 and shape not in known:
        return [], False
    own = [month for month, (url, _) in group.items() if _is_part(page.url, url)]
    own += [of_page[0]] if of_page is not None and shape == of_page[1] else []
    older = [month for month in group if not own or month < max(own)]
    return [group[month] for month in sorted(older, reverse=True)], bool(own)


def are_months_alike(one: str, other: str) -> bool:
    """Whether two addresses are those of months of one archive."""
    months = _month_in(one), _month_in(other)
    return months[0] is not None and months[1] is not None and months[0][1] == months[1][1]


def _names_month(month: tuple[int, int], words: str) -> bool:
    """Whether words say the year of a month, or the month alone, and little else."""
    if len(_NO_NAME.sub("", words)) > 14:
        return False
    alone = re.fullmatch(r"(\d{1,2})[月월]", words)
    return (
        _says_year(month[0], words)
        or alone is not None
        or month_number(words.strip(" .")) == month[1]
    )


def _says_year(year: int, words: str) -> bool:
    said = year_of(words)
    return str(year) in words or (said is not None and said[0] == year)


def _folder(path: str) -> str:
    """The folder of a program that answers queries, `/news/` of `/news/archive.php`. At the root of
    a site there are others beside it, so that only its index stands for all."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/" if "." in name and (folder or _INDEX.match(name)) else path


_INDEX = lazy_pattern(r"(?:index|default|home)\.", re.I)


def _is_part(here: str, archive: str) -> bool:
    """Whether an address is that of an archive or of a further page of it."""
    asked = _asked(archive)
    if asked and _asked_month(archive) is not None:
        return here.partition("?")[0] == archive.partition("?")[0] and {*asked} <= {*_asked(here)}
    return here.startswith(archive)


def _asked(url: str) -> list[tuple[str, str]]:
    """Names and values of a query. None where it has too many."""
    try:
        return parse_qsl(urlsplit(url[:2_000]).query, max_num_fields=20)
    except ValueError:
        return []


def _asked_month(url: str) -> tuple[tuple[int, int], tuple[str, ...]] | None:
    """Year and month that a query asks for, in one value or by their names, and what else the
    address says."""
    year = month = 0
    left: list[str] = []
    for name, value in _asked(url):
        words = _WORDS.findall(_CAMEL.sub("_", name).casefold())
        last = words[-1] if words else ""
        is_month = _ASKED_MONTH.fullmatch(last) is not None
        both = _YEAR_AND_MONTH.fullmatch(value) if is_month or last in _ASKED_BOTH else None
        if both is not None:
            year, month = int(both[1]), int(both[2])
        elif _ASKED_YEAR.fullmatch(last) and _FULL_YEAR.fullmatch(value):
            year = int(value)
        elif is_month and (number := _month_number(value)):
            month = number
        else:
            left.append(f"{name}={value}")
    return ((year, month), (url.partition("?")[0], "asked", *left)) if year and month else None


def _month_number(said: str) -> int:
    return int(said) if _MONTH_OF_YEAR.fullmatch(said) else month_number(said)


def _month_in(url: str) -> tuple[tuple[int, int], tuple[str, ...]] | None:
    """Year and month in the query or at the end of an address, in digits or by name, and what is
    left of it."""
    if "?" in url and (asked := _asked_month(url)) is not None:
        return asked
    match = _MONTH.search(url[:2_000])
    if match is not None:
        shape = url[: match.start()], match[2], match[4] or ""
        return (int(match[1]), int(match[3])), shape
    match = _REIGN_MONTH.search(url[:2_000])
    if match is not None:
        year = common_year((match[1] or match[2]).upper(), match[3])
        shape = url[: match.start()], match[4], match[6] or ""
        return (year, int(match[5])), shape
    match = _NAMED_MONTH.search(url[:2_000])
    month = month_number(match[2] or match[3]) if match is not None else 0
    if match is None or not month:
        return None
    return (int(match[1] or match[4]), month), (url[: match.start()], "name", match[5] or "")


_YEAR = han_pattern(
    r"(?P<era>令和|平成|昭和|民[國国])\s?(?P<of_era>元|\d{1,3})\s?年?"
    r"|(?<!\d)(?P<thai>25[4-9]\d)(?!\d)"
    r"|(?<!\d)(?P<common>(?:19|20)\d\d)(?!\d)(?:\s?[-–/]\s?(?:20)?\d\d(?!\d))?\s?[年년]?"
    r"|(?<!\d)(?P<republic>1[0-4]\d)\s?年"
)
"""A year, as Japan counts reigns, as Thailand, as all, and as Taiwan: `2025/26` is that of 2025."""
_COUNTED = lazy_pattern(r"度|[(\[]\d{1,5}[)\]]?|[\s:：,.()（）·|/–-]+")
_BARE = lazy_pattern(r"(?:(?:archive|news|press|year|jahr|año|année|anno)s?)?", re.I)
_COUNTING = r"(?:fy|nen(?:do)?)?"
_REIGN = rf"(?<=[/=_.-])(?:[rhs]|reiwa|heisei)[0-6]?\d{_COUNTING}(?!\w)"
"""A year of a reign as addresses have it: `r7`, `H30`, `r7nendo`."""
_YEAR_LAST = lazy_pattern(
    rf"(?:(?<=[/=_.-])[a-z]{{0,10}}(?:19|20)\d\d{_COUNTING}|{_REIGN}|(?<=/)1[01]\d)"
    r"(?:/(?:index\.\w{3,5})?|\.\w{3,5})?$",
    re.I,
)


def year_archives(
    page: Page, links: Iterable[tuple[str, str]], rows: Collection[str] = (), oldest: int = 0
) -> tuple[tuple[int, str, str], ...]:
    """The archives by year that a page links to, newest first: year, address, words. They are links
    whose words are a year and at most what the page is called, and whose addresses, in its folder,
    differ by one number; one alone, where its address is the page's own with the year behind it.
    With `oldest` they are those before that year, also in other folders if the address says the
    year, too. Where the page is one of them itself it is those before it."""
    folder = urlsplit(page.url).path.rpartition("/")[0] + "/"
    called = ""
    groups: dict[tuple[str, str], dict[int, tuple[str, str]]] = {}
    for url, words in links:
        is_one = url not in rows and page.is_on_server(url) and "action=edit" not in url
        said = year_of(words) if is_one else None
        if said is None:
            continue
        year, name = said
        is_bare = _BARE.fullmatch(name) is not None
        if not is_bare:
            called = called or _called(page)
            if name not in called:
                continue
        span = rf"{year}[-_](?:20)?{(year + 1) % 100:02}|{_REIGN}|\d{{1,9}}"
        for number in re.finditer(span, url[:2_000], re.I):
            before, after = url[: number.start()], url[number.end() :]
            shape = f"{before}\0{after}"
            is_near = urlsplit(before).path.startswith(folder) or re.fullmatch(
                rf"{re.escape(before)}[\w-]{{1,9}}{re.escape(after)}", page.url
            )
            if is_near or (oldest and is_bare and number[0] == str(year)):
                groups.setdefault((shape, name), {}).setdefault(year, (url, words))
    alike = [
        group
        for group in groups.values()
        if oldest or len({*group.values()}) > 1 or _is_below(page.url, group)
    ]
    group = max(alike, key=len, default={})
    own = [year for year, (url, _) in group.items() if url == page.url]
    last = min([*own, *([oldest] if oldest else [])], default=9_999)
    return tuple((year, *group[year]) for year in sorted(group, reverse=True) if year < last)


def _is_below(here: str, group: Mapping[int, tuple[str, str]]) -> bool:
    """Whether the address of a year's archive is that of the list with the year behind it: `/news`
    and `/news/2025`, `/newsroom.html` and `/newsroom/2025.html`."""
    stem = re.escape(_FILE_END.sub("", urlsplit(here).path))
    return any(
        re.fullmatch(
            rf"{stem}[/_-]{year}(?:/(?:index\.\w{{3,5}})?|\.\w{{3,5}})?", urlsplit(url).path
        )
        for year, (url, _) in group.items()
    )


_FILE_END = lazy_pattern(r"(?:/index)?\.\w{3,5}$|/$")


def _called(page: Page) -> str:
    """What a page is called by its title and its headings, as `year_of` writes names."""
    tags = [tag for name in ("title", "h1", "h2") for tag in page.tags(name)[:3]]
    return "\n".join(_COUNTED.sub("", narrow(line_text(tag))).casefold() for tag in tags)


def year_of(words: str) -> tuple[int, str] | None:
    """The one year that a link says, as the common era counts it, and what else it says."""
    plain = narrow(words)
    found = [*_YEAR.finditer(plain)] if len(plain) <= _LONGEST_NAME else []
    if len(found) != 1:
        return None
    (match,) = found
    if match["era"]:
        year = common_year(match["era"], match["of_era"])
    elif match["thai"]:
        year = int(match["thai"]) - 543
    else:
        year = int(match["common"] or 1911 + int(match["republic"]))
    return year, _COUNTED.sub("", plain[: match.start()] + plain[match.end() :]).casefold()


def is_month(words: str) -> bool:
    """Whether words name a year or a month of one and nothing else: 2026年3月, March 2026."""
    said = year_of(words)
    if said is None:
        return False
    rest = said[1]
    return (
        not rest
        or re.fullmatch(r"(?:1[0-2]|[1-9])[月월]?", rest) is not None
        or bool(month_number(rest))
    )


def names_archive(url: str) -> bool:
    """Whether an address is that of a month or a year. What its page lists may stand on others as
    well."""
    return _month_in(url) is not None or _YEAR_LAST.search(url[:2_000]) is not None


def shows_again(url: str) -> bool:
    """Whether an address is that of an archive, of a month, of a year or of all: what its first
    page lists may stand on the pages before it as well."""
    return names_archive(url) or _OF_ALL.search(url[:2_000]) is not None


_OF_ALL = lazy_pattern(
    r"[/?&=_-](?:news|press)?[-_]?(?:ar(?:ch?|h|k|qu)[iy][vfe]\w{0,4}|arxiu|history|histori[ck]o?|hemeroteca"
    r"|lishi|wangqi|past|kako)(?:=\w{1,12})?(?:/|(?:/index)?\.\w{3,5})?$",
    re.I,
)
