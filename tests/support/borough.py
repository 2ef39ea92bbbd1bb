"""A borough that publishes thirty stories, three days apart, each on a page of its own."""

from __future__ import annotations

from datetime import date, timedelta

NEWEST = date(2026, 2, 27)
SUBJECTS = ("Harbour rail line", "School kitchens", "Old cement works", "Night buses", "Flood wall")
DEEDS = ("opens its doors to visitors", "turns to local growers", "passes a first spring test",
    "waits for steel from the valley", "asks residents about quieter pumps",
    "closes for a week of repairs")  # fmt: skip
TITLES = [f"{who} {what}" for what in DEEDS for who in SUBJECTS]


def slug(title: str) -> str:
    return title.lower().replace(" ", "-")


def day_of(at: int) -> date:
    return NEWEST - timedelta(days=3 * at)


def path_of(at: int) -> str:
    return f"/{day_of(at):%Y/%m/%d}/{slug(TITLES[at])}/"


def article(at: int, head: str = "", related: str = "") -> str:
    title, day = TITLES[at], day_of(at)
    text = (
        f"{title}, the council said on {day:%A} after a meeting that lasted well into the evening. "
        f"Work on file {4400 + at} began two years ago, when residents asked for it in a petition."
    )
    return (
        f"<html lang=en><head><title>{title} – Borough of Elsewhere</title>{head}"
        f'<meta property="og:type" content="article"></head><body><article><h1>{title}</h1>'
        f"<p class=when>{day:%B %d, %Y}</p><div class=text><p>{text}</p><p>Nobody on the council "
        f"spoke against it, and {at + 3} members asked to be told how it goes.</p></div></article>"
        f"<div class=related><h3>Related</h3><ul>{related}</ul></div></body></html>"
    )
