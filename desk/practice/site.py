"""Everything the practice portal answers on one day: host and path → page.

Puts the three families together and adds what every host has. Opens no socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .city_pages import CITY_SITES, city_pages
from .feed_pages import feed_pages
from .pages import PracticePage, opening
from .plan import SITES, plan
from .trs_pages import trs_pages

Address = tuple[str, str]  # host, path

NOT_FOUND = b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>404 Not Found</title></head>
<body><h1>404 Not Found</h1><p>The page you asked for does not exist.</p></body></html>
"""


def pages_of(anchor: date, day: int) -> Mapping[Address, PracticePage]:
    """All pages of `day`; the same anchor and day always give the same bytes.

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
    """Rules as RFC 9309 has them; the drafts folder exists and is not for robots."""
    lines = ["User-agent: *", "Disallow: /internal/"]
    if host == SITES["feed"].host:
        lines.append(f"Sitemap: http://{host}/sitemap.xml")
    return PracticePage(
        ("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8", opening(anchor, 1)
    )
