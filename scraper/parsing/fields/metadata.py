"""What a page says of itself in machine words: standard metas, Open Graph, JSON-LD.

Offers clues in order of trust. Which clue wins is decided by the reader of the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.types import Origin

from ..page import Page, plain_text
from ..text import squeeze
from ..tree import Element, attribute, has_ancestor, line_text

PUBLISHED = (
    "pubdate", "publishdate", "firstpublishedtime", "publishtime", "publish_time",
    "publishedtime", "published_time", "article:published_time", "og:published_time",
    "og:article:published_time", "datepublished", "date.published", "publish-date",
    "published-date", "publication_date", "publication-date", "pub_date", "pubtime",
    "date-published", "weibo:article:create_at", "bytedance:published_time", "parsely-pub-date",
    "sailthru.date", "dateissued", "article.published", "article_date_original",
    "originalpublicationdate", "displaydate", "cxenseparse:recs:publishtime", "dc.date.issued",
    "dcterms.issued", "citation_publication_date", "citation_online_date", "article:published",
    "shareaholic:article_published_time", "rnews:datepublished",
)  # fmt: skip
"""Metas that hold the published date and nothing else."""
DATED = (
    "dc.date", "dcterms.date", "dcterms.created", "dc.date.created", "dc.created",
    "og:release_date", "release_date", "uploaddate", "datecreated", "date", "citation_date",
    "article.created", "created", "eprints.datestamp",
)  # fmt: skip
"""Metas that mostly hold the published date, and on some sites the day of the visit."""
UPDATED = (
    "lastmodifiedtime", "article:modified_time", "og:updated_time", "datemodified",
    "date.modified", "dcterms.modified", "weibo:article:update_at", "bytedance:updated_time",
    "article:modified", "og:modified_time", "last-modified", "lastmodified", "last_modified",
    "lastupdate", "last-update", "last_update", "lastupdated", "last-updated", "last_updated",
    "updated", "updated_time", "update_time", "updatetime", "update-time", "updatedate",
    "modified", "modified_time", "date_modified", "date-modified", "dc.date.modified",
    "modificationdate", "revised", "moddate", "article:updated_time", "og:article:modified_time",
)  # fmt: skip
BUILT = (
    "maketime", "htmlgeneratetime", "makedate", "builddate", "build-date", "generatetime",
    "generate-time", "page-create-time", "buildtime",
)  # fmt: skip
"""Metas that say when a system made the file: a trap, years after the article."""
SOURCE = ("contentsource", "source", "mediaid", "article:source")
AUTHOR = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "sailthru.author",
    "parsely-author",
    "byl",
)
EDITOR = ("editor", "article:editor", "责任编辑")
TITLE = ("articletitle",)
SOCIAL_TITLE = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "headline",
)


@dataclass(frozen=True, slots=True)
class Clue:
    """One statement of a page about one field, not yet judged."""

    origin: Origin
    rule: str
    raw: str


def metas(page: Page, names: tuple[str, ...]) -> Iterator[Clue]:
    """The clues of these metas, in the order of the names."""
    for name in page.metas_among(names):
        content = page.meta(name)
        if content:
            yield Clue(Origin.META, f"meta {name}", content)


def selected(
    page: Page, rules: tuple[str, ...], text_of: Callable[[Tag], str] | None = None
) -> Iterator[Clue]:
    """The clues a template's selectors give."""
    for rule in rules:
        for text in page.rule_texts(rule, text_of):
            yield Clue(Origin.TEMPLATE, rule, text)


def json_ld(page: Page, key: str) -> Iterator[Clue]:
    """A property of the page's JSON-LD, articles before anything else."""
    for item in page.linked:
        text = plain_text(item.get(key))
        if text:
            yield Clue(Origin.JSON_LD, f"JSON-LD {key}", text)


# What a page marks for machines where people see it: microdata (schema.org) and microformats.

HEADLINE, HEADLINE_CLASSES = "headline", ("entry-title", "p-name")
PUBLISHED_MARK, PUBLISHED_CLASSES = "datePublished", ("published", "dt-published", "entry-date")
UPDATED_MARK, UPDATED_CLASSES = "dateModified", ("updated", "dt-updated", "modified")
_MOST_MARKED = 40


def marked(page: Page, name: str, classes: tuple[str, ...]) -> Iterator[tuple[Element, str]]:
    """The elements of the page's own article that microdata calls by this name, then those that
    have one of these classes inside the one article that the page marks. Each with a rule that
    says so."""
    for tag in page.with_itemprop(name)[:_MOST_MARKED]:
        if (
            tag.tag != "meta"
            and not has_ancestor(tag, "aside", "nav")
            and not page.is_anothers(tag)
        ):
            yield tag, f"itemprop {name}"
    for each in classes:
        for tag in page.select(f".{each}")[:_MOST_MARKED]:
            if page.is_own(tag) and not has_ancestor(tag, "aside", "nav"):
                yield tag, f"class {each}"


def names_of_site(page: Page) -> set[str]:
    """The names by which a site calls itself: in its head, in its title, in its link home, and its
    host's with those above it."""
    names = [page.meta(each) for each in ("og:site_name", "application-name", "dc.publisher")]
    names += [clue.raw for clue in json_ld(page, "publisher")]
    parts = [part.strip() for part in _TITLE_JOINTS.split(page.title_text)]
    names += parts[:1] + parts[-1:] if len(parts) > 1 else []
    for tag in page.tags("a")[:_MOST_HEAD_LINKS]:
        if urlsplit(page.link(attribute(tag, "href")) or "?").path in ("", "/"):
            names.append(line_text(tag))
            names += [attribute(picture, "alt") for picture in tag.iter("img")]
    labels = page.host.split(".")
    names += [".".join(labels[at:]) for at in range(len(labels) - 1)]
    return {squeeze(name) for name in names if 1 < len(name) <= _LONGEST_NAME}


_TITLE_JOINTS = lazy_pattern(r"\s[|–—·»-]\s|[|｜_－-](?=[一-鿿])")
_MOST_HEAD_LINKS, _LONGEST_NAME = 60, 120
