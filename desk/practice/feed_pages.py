"""A portal with a news feed and a sitemap: generic article pages with JSON-LD and og meta.

RSS 2.0 with RFC 822 dates for the newest twenty, a sitemap index over a gzipped sitemap for all.
Decides nothing about which article stands where (see `plan`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import date, datetime
from email.utils import format_datetime

from .pages import (
    ROWS,
    PracticePage,
    esc,
    has_picture,
    list_modified,
    modified,
    newest_first,
    picture,
    related,
    stamp_slots,
    summary,
)
from .plan import FEED_VARIANTS, SITES, Placed

SITE = SITES["feed"]
NAME = "Anshun (practice) News"
HTML = "text/html; charset=UTF-8"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def feed_pages(articles: Sequence[Placed], anchor: date, day: int) -> dict[str, PracticePage]:
    """Path → page of the host with the feed on one day."""
    rows = newest_first(article for article in articles if article.served(day))
    when = list_modified(articles, anchor, day)
    inner = gzip.compress(_sitemap(rows, anchor, day).encode(), 9, mtime=0)
    home = PracticePage(_home(rows[:8]).encode(), HTML, when)
    pages = {
        "/": home,
        "/index.html": home,
        "/rss.xml": PracticePage(
            _rss(rows[:ROWS], when, day).encode(), "application/rss+xml", when
        ),
        "/sitemap.xml": PracticePage(_sitemap_index(when).encode(), "application/xml", when),
        "/sitemap-news.xml.gz": PracticePage(inner, "application/gzip", when),
        "/images/photo.png": PracticePage(picture("feed"), "image/png", when),
    }
    for article in rows:
        body = _article(article, rows, day).encode()
        pages[article.path] = PracticePage(body, HTML, modified(article, anchor, day))
    return pages


def _rss(rows: Sequence[Placed], when: datetime, day: int) -> str:
    items = "".join(
        f"<item><title>{esc(row.text(day).title)}</title><link>{row.url}</link>"
        f'<guid isPermaLink="true">{row.url}</guid>'
        f"<pubDate>{format_datetime(_moment(row))}</pubDate>"
        f"<description>{esc(summary(row, day))}</description></item>\n"
        for row in rows
    )
    return (
        f'{XML}<rss version="2.0"><channel><title>{NAME}</title><link>http://{SITE.host}/</link>'
        f"<description>Practice portal: every story on it is invented.</description>"
        f"<language>en</language><lastBuildDate>{format_datetime(when)}</lastBuildDate>\n"
        f"{items}</channel></rss>\n"
    )


def _moment(article: Placed) -> datetime:
    """Feeds need a time: where only the day is known, its first minute in Shanghai."""
    value = article.published.value
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(f"{value.isoformat()}T00:00:00+08:00")


def _stamp(article: Placed) -> str:
    """ISO 8601 as exact as the page knows it: to the minute, or the day alone."""
    value = article.published.value
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def _sitemap_index(when: datetime) -> str:
    return (
        f'{XML}<sitemapindex xmlns="{SITEMAP}"><sitemap>'
        f"<loc>http://{SITE.host}/sitemap-news.xml.gz</loc>"
        f"<lastmod>{when.isoformat()}</lastmod></sitemap></sitemapindex>\n"
    )


def _sitemap(rows: Sequence[Placed], anchor: date, day: int) -> str:
    urls = "".join(
        f"<url><loc>{row.url}</loc><lastmod>{modified(row, anchor, day):%Y-%m-%d}</lastmod>"
        f"<news:news><news:publication><news:name>{NAME}</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{_stamp(row)}</news:publication_date>"
        f"<news:title>{esc(row.text(day).title)}</news:title></news:news></url>\n"
        for row in rows
    )
    return f'{XML}<urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}">\n{urls}</urlset>\n'


def _frame(title: str, head: str, content: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{esc(title)}</title>
<meta name="viewport" content="width=device-width">
<link rel="alternate" type="application/rss+xml" title="{NAME}" href="/rss.xml">
{head}</head>
<body>
<header><a href="/">{NAME}</a>
<nav><a href="/index.html">Home</a> <a href="/rss.xml">RSS</a></nav></header>
{content}
<footer><p>{SITE.footer}. Practice portal: every story on it is invented.</p></footer>
</body>
</html>
"""


def _home(rows: Sequence[Placed]) -> str:
    links = "".join(f'<li><a href="{row.path}">{esc(row.story.title)}</a></li>\n' for row in rows)
    return _frame(NAME, "", f"<main><h1>{NAME}</h1><ul>\n{links}</ul></main>")


def _article(article: Placed, siblings: Sequence[Placed], day: int) -> str:
    story = article.text(day)
    line = esc(FEED_VARIANTS[article.variant].line.format(**stamp_slots(article)))
    figure = '<figure><img src="/images/photo.png" alt=""></figure>\n' * has_picture(article)
    body = "\n".join(f"<p>{esc(text)}</p>" for text in story.paragraphs)
    links = "".join(
        f'<li><a href="{other.path}">{esc(other.story.title)}</a></li>'
        for other in related(article, siblings, day)
    )
    content = f"""<main><article>
<h1>{esc(story.title)}</h1>
<p class="byline">{line}</p>
<div class="article-body">
{figure}{body}
</div>
</article>
<aside><h2>More news</h2><ul>{links}</ul></aside></main>"""
    return _frame(f"{story.title} - {NAME}", _head(article, day), content)


def _head(article: Placed, day: int) -> str:
    story = article.text(day)
    stamp = _stamp(article)
    og = "".join(
        f'<meta property="{name}" content="{esc(value)}">\n'
        for name, value in (
            ("og:type", "article"),
            ("og:site_name", NAME),
            ("og:title", story.title),
            ("og:description", summary(article, day)),
            ("og:url", article.url),
            ("article:published_time", stamp),
        )
    )
    link = f'<link rel="canonical" href="{article.url}">\n'
    if article.variant % 2:
        return link + og
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": stamp,
        "mainEntityOfPage": article.url,
        "publisher": {"@type": "Organization", "name": NAME},
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'{link}{og}<script type="application/ld+json">{text}</script>\n'
