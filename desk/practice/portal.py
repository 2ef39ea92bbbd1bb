"""The practice portal on one day: its pages, and every article with what became of it.

The articles are for tests and for the demo, which compare what Hubwatch found with what there was
to find. Serves nothing (see `server`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from .city_pages import CITY_SITES, REDESIGN, city_pages
from .feed_pages import feed_pages
from .pages import PracticePage, opening
from .plan import SITES, Placed, PracticeState, plan
from .trs_pages import trs_pages


@dataclass(frozen=True, slots=True)
class Truth:
    """What the portal holds on one day. `articles` are all that were ever served up to then."""

    anchor: date
    day: int
    articles: tuple[Placed, ...]

    def served(self) -> tuple[Placed, ...]:
        """Articles whose address answers on this day."""
        return tuple(article for article in self.articles if article.served(self.day))

    def new(self) -> tuple[Placed, ...]:
        """Articles first served on this day (on day 1: all)."""
        return self._in(PracticeState.NEW)

    def changed(self) -> tuple[Placed, ...]:
        """Articles edited materially on this day."""
        return self._in(PracticeState.CHANGED_MATERIAL)

    def cosmetic(self) -> tuple[Placed, ...]:
        """Articles whose page changed on this day while its text did not."""
        return self._in(PracticeState.CHANGED_COSMETIC)

    def gone(self) -> tuple[Placed, ...]:
        """Articles taken down on this day: 404, and out of their list."""
        return self._in(PracticeState.GONE)

    def redesigned(self) -> tuple[str, ...]:
        """Ids of the sources whose list has a new layout from this day on."""
        return tuple(SITES[key].source_id for key, day in REDESIGN.items() if day == self.day)

    def copies(self) -> Mapping[str, tuple[Placed, ...]]:
        """Stories that stand at several addresses today, reprints included: slug → articles,
        earliest first."""
        groups: dict[str, list[Placed]] = {}
        for article in self.served():
            groups.setdefault(article.story.news, []).append(article)
        return {
            slug: tuple(sorted(group, key=lambda article: article.published.sort_key))
            for slug, group in groups.items()
            if len(group) > 1
        }

    def events(self) -> Mapping[str, frozenset[str]]:
        """What happened and is told by several stories today: the name of the event → the slugs of
        the stories, each told in words of its own."""
        groups: dict[str, set[str]] = {}
        for article in self.served():
            if article.story.event:
                groups.setdefault(article.story.event, set()).add(article.story.news)
        return {event: frozenset(news) for event, news in groups.items() if len(news) > 1}

    def stories(self) -> int:
        """How many different stories are served today."""
        return len({article.story.news for article in self.served()})

    def of_source(self, source_id: str) -> tuple[Placed, ...]:
        """Articles served today that belong to one source."""
        return tuple(article for article in self.served() if article.site.source_id == source_id)

    def _in(self, state: PracticeState) -> tuple[Placed, ...]:
        return tuple(article for article in self.articles if article.state(self.day) is state)


def truth(anchor: date, day: int) -> Truth:
    """What there is to find on `day`. `anchor` is the date of day 1.

    Raises ValueError for a day before 1.
    """
    return Truth(anchor, day, plan(anchor, day))


def hosts() -> tuple[str, ...]:
    """The names under which the practice portal is served."""
    return tuple(site.host for site in SITES.values())


def sources_folder() -> Path:
    """The folder of source files that describe the practice portal."""
    return Path(str(files(__package__).joinpath("sources")))


# Everything that is answered on one day: host and path → page.

Address = tuple[str, str]  # host, path

NOT_FOUND = b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>404 Not Found</title></head>
<body><h1>404 Not Found</h1><p>The page you asked for does not exist.</p></body></html>
"""


def pages_of(anchor: date, day: int) -> Mapping[Address, PracticePage]:
    """All pages of `day`. The same anchor and day always give the same bytes.

    `anchor` is the date of day 1. Raises ValueError for a day before 1.
    """
    articles = plan(anchor, day)
    by_host = {
        key: tuple(article for article in articles if article.site.key == key) for key in SITES
    }
    hosts = {site.host: city_pages(site, by_host[site.key], anchor, day) for site in CITY_SITES}
    hosts[SITES["zh"].host] = trs_pages(by_host["zh"], anchor, day)
    hosts[SITES["feed"].host] = feed_pages(by_host["feed"], anchor, day)
    return {
        (host, path): page
        for host, pages in hosts.items()
        for path, page in (pages | {"/robots.txt": _robots(host, anchor)}).items()
    }


def _robots(host: str, anchor: date) -> PracticePage:
    """Rules as RFC 9309 has them. The drafts folder exists and is not for robots."""
    lines = ["User-agent: *", "Disallow: /internal/"]
    if host == SITES["feed"].host:
        lines.append(f"Sitemap: http://{host}/sitemap.xml")
    return PracticePage(
        ("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8", opening(anchor, 1)
    )
