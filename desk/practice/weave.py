"""Everyday stories, woven from themes: a title and lead, facts, a voice and a close each.

A theme makes four stories that share nothing. When all are told, round-ups follow: four leads of
different themes on one page, which is news in brief and joins nothing. No randomness: a story
depends on its language, city and number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .story import PracticeStory, PracticeTopic, content, written

VARIANTS = 4  # stories of a theme, and items of a round-up
STRIDES = (1, 7, 11, 13, 17, 19, 23, 27)  # odd and no multiples of 5: each visits every lead
BRIEF = {"en": "In brief: {title}, and more", "zh": "简讯四则：{title}"}


@cache
def themes(language: str) -> Mapping[str, Mapping[str, Any]]:
    """The themes of one language: name → title, lead, fact (eight), voice, close."""
    names = ("themes_en_1.toml", "themes_en_2.toml") if language == "en" else ("themes_zh.toml",)
    return {theme: rows for name in names for theme, rows in content(name)["theme"].items()}


def everyday(language: str, city: str, order: int) -> PracticeStory:
    """The everyday story number `order` (from 0) of a language, its slots not yet filled."""
    total = len(themes(language)) * VARIANTS
    if order >= total:
        return _round_up(language, city, order - total)
    theme, variant = _strand(language, order)
    rows = themes(language)[theme]
    paragraphs = [
        rows["lead"][variant],
        rows["fact"][2 * variant],
        rows["fact"][2 * variant + 1],
        rows["voice"][variant],
        rows["close"][variant],
    ]
    if order % 3 == 0:
        profiles = content("profiles.toml")[language][city]
        paragraphs.insert(3, profiles[(order // 3) % len(profiles)])
    return _story(
        f"{language}-{theme}-{variant}", language, city, rows["title"][variant], paragraphs
    )


def _round_up(language: str, city: str, order: int) -> PracticeStory:
    """Four leads on one page; each round through all leads groups them in another way."""
    total = len(themes(language)) * VARIANTS
    picked = []
    for place in range(order * VARIANTS, (order + 1) * VARIANTS):
        turn, step = divmod(place, total)
        theme, variant = _strand(language, (step * STRIDES[turn % len(STRIDES)] + turn) % total)
        rows = themes(language)[theme]
        picked.append((rows["title"][variant], rows["lead"][variant]))
    title = BRIEF[language].replace("{title}", picked[0][0])
    paragraphs = [lead for _, lead in picked]
    return _story(f"{language}-brief-{order}", language, city, title, paragraphs)


def _strand(language: str, order: int) -> tuple[str, int]:
    names = tuple(themes(language))
    return names[order % len(names)], order // len(names)


def _story(slug: str, language: str, city: str, title: str, paragraphs: list[str]) -> PracticeStory:
    text = written("\n\n".join(paragraphs))
    return PracticeStory(slug, PracticeTopic.EVERYDAY, language, title, text, city=city)
