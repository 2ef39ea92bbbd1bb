"""Addresses of pages that list others, told by how they are written: tags, categories, authors,
archives of a month, further pages of a list, searches, feeds. None of them is an article.

Looks at addresses alone. What a page itself shows is for those who have it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from hubwatch.patterns import lazy_pattern

_TAXONOMIES = frozenset([
    "tag", "tags", "tagged", "label", "labels", "keyword", "keywords", "category", "categories",
    "cat", "cats", "author", "authors", "search", "标签", "分类", "作者", "栏目", "搜索",
    "kategorie", "kategorien", "categorie", "catégorie", "categoria", "categoría",
    "categorias", "categorías",
    "etiqueta", "etiquetas", "etiquette", "schlagwort", "schlagworte", "thematique", "thematiques",
    "thématique", "thématiques", "rubrique", "rubriques", "mot-cle", "mots-cles", "rubrik",
])  # fmt: skip
_ARCHIVES = frozenset(["archive", "archives", "归档", "date"])
_FEEDS = frozenset(["feed", "feeds", "rss", "atom"])
_ASKS = frozenset(["cat", "tag", "author", "s", "q", "paged", "search", "keyword", "category_name"])
_YEAR = lazy_pattern(r"(?:19[89]|20[0-4])[0-9]")
_MONTH = lazy_pattern(r"0?[1-9]|1[0-2]")
_DAY = lazy_pattern(r"0?[1-9]|[12][0-9]|3[01]")
_NUMBER = lazy_pattern(r"[0-9]{1,9}")
_ENDING = lazy_pattern(r"\.(?:s?html?|php|aspx?|jsp)\Z", re.I)


def lists_others(url: str) -> bool:
    """Whether an address is written like that of a page that lists others. Never raises."""
    return listing_shape(url) != ""


_NUMBERED_XML = lazy_pattern(r"\d{5,}[^/]{0,20}\.xml\Z", re.I)
"""An article that is XML, shown by a stylesheet: no feed has such a name."""


def listing_shape(url: str) -> str:
    """The shape, as under `[links] deny`, of such pages. Empty where an address is none of them.

    Never raises.
    """
    try:
        parts = urlsplit(url)
        pairs = [(key.lower(), value) for key, value in parse_qsl(parts.query, max_num_fields=50)]
    except ValueError:
        return ""
    path = parts.path.removesuffix("/") if parts.path != "/" else ""
    written = path.split("/")[1:]
    words = [_ENDING.sub("", unquote(each)).lower() for each in written]
    if found := sorted(key for key, value in pairs if key in _ASKS and not _MARK.fullmatch(value)):
        names_one = any(words[1:]) or any(_names_item(key, value) for key, value in pairs)
        return "" if names_one else f"re:[?&]{found[0]}="
    if not words or not words[-1]:
        return ""
    return (
        _of_feed(words, parts.path)
        or _of_page(words, written)
        or _of_taxonomy(words, written)
        or _of_dates(words, written, parts.path)
    )


def _names_item(key: str, value: str) -> bool:
    """Whether a part of a query names one thing by its number or mark, whatever list it is of:
    `show.php?cat=3&id=55`."""
    is_named = key not in _ASKS and not _PLACES.fullmatch(key)
    return is_named and (_NUMBER.fullmatch(value) or _MARK.fullmatch(value)) is not None


_MARK = lazy_pattern(
    r"(?=[^/]*[0-9])(?:[0-9A-Fa-f]{12,64}|(?=[0-9]{0,11}[A-F])[0-9A-F]{6,11}"
    r"|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
)
"""What machines call things by: no word that somebody looks for."""
_PLACES = lazy_pattern(
    r"(?:current_?)?(?:p|pg|page|pagina|seite)(?:_?(?:no|num|number|index|size))?|start|offset|from"
    r"|limit|size|rows|lang|l|type|order|sort|year|month|y|m|d|date"
)
"""What a query calls the part of a list that is asked for."""


def _of_feed(words: list[str], path: str) -> str:
    is_feed = re.search(r"\.(?:xml|rss|atom|rdf)\Z", path, re.I)
    if words[-1] in _FEEDS or (is_feed and not _NUMBERED_XML.search(path)):
        return r"re:(?:/(?:feed|rss|atom)/?|\.(?:xml|rss|atom|rdf))$"
    return ""


def _of_page(words: list[str], written: list[str]) -> str:
    """`/news/page/3/`. `/page/300.html` may be an article."""
    further = len(words) > 1 and words[-2] == "page" and _NUMBER.fullmatch(written[-1])
    return "re:/page/[0-9]{1,9}/?$" if further else ""


def _of_taxonomy(words: list[str], written: list[str]) -> str:
    """`/tag/x`, `/blog/category/x.html`, `/tags/`. Deeper pages may be articles of a category, and
    `/archives/12` is one of a program that calls its articles so."""
    for at in (len(words) - 1, len(words) - 2):
        word = words[at] if at >= 0 else ""
        alone = at == len(words) - 1
        dated = alone or _YEAR.fullmatch(words[-1])
        if word in _TAXONOMIES or (word in _ARCHIVES and dated):
            around = "/".join(written[:at])
            lead = f"/{around}/" if around else "/"
            if alone:
                return f"{lead}{written[at]}[/]"
            return f"{lead}{written[at]}/{{section}}[/]"
    return ""


def _of_dates(words: list[str], written: list[str], path: str) -> str:
    """`/2025/04/`, `/archive/2025/04`: a year and what follows it, and nothing behind."""
    names = ("{yyyy}", "{m}", "{d}")
    patterns = (_YEAR, _MONTH, _DAY)
    for count in (3, 2, 1):
        tail = words[-count:]
        if len(tail) < count or (count == 1 and (len(words) > 1 or not path.endswith("/"))):
            continue
        fits = all(pattern.fullmatch(word) for pattern, word in zip(patterns, tail, strict=False))
        if fits and not _ENDING.search(written[-1]):
            around = "/".join(written[:-count])
            return (f"/{around}/" if around else "/") + "/".join(names[:count]) + "[/]"
    return ""
