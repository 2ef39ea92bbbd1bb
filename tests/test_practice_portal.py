"""The practice portal's stories and its answer book: how many, how diverse, how they move on."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest

from desk.practice.plan import CITY_VARIANTS, SITES, Placed, PracticeState
from desk.practice.portal import hosts, pages_of, sources_folder, truth
from desk.practice.stories import PracticeStory, PracticeTopic, content, hand_written
from scraper.contradictions import doubts_of
from scraper.events.doubts import DoubtKind, Excuse
from scraper.events.joins import report_of
from scraper.events.statements import Report
from scraper.facts.read import facts_of
from scraper.sources.links import is_article
from storage.urls import url_key

ANCHOR = date(2026, 3, 18)
DERIVED = {row["slug"] for rows in content("reprints.toml").values() for row in rows}


def stories(day: int) -> dict[str, Placed]:
    return {article.story.slug: article for article in truth(ANCHOR, day).served()}


def shingles(story: PracticeStory) -> frozenset[str]:
    size = 6 if story.language == "zh" else 5
    units = list(story.body) if story.language == "zh" else story.body.split()
    return frozenset(" ".join(units[at : at + size]) for at in range(len(units) - size + 1))


def test_there_are_enough_articles_portals_and_kinds() -> None:
    today = truth(ANCHOR, 1)
    kinds = Counter(story.kind for story in hand_written())
    languages = Counter((s.kind, s.language) for s in hand_written() if s.age >= 0)

    assert len(today.served()) >= 150
    assert {article.site.host for article in today.served()} == set(hosts())
    assert languages[PracticeTopic.HUB, "en"] >= 14
    assert languages[PracticeTopic.HUB, "zh"] >= 9
    assert languages[PracticeTopic.OTHER_HUB, "en"] >= 6
    assert languages[PracticeTopic.OTHER_HUB, "zh"] >= 6
    assert kinds[PracticeTopic.NOTICE] >= 8


def test_dates_run_back_about_forty_days_and_are_never_in_the_future() -> None:
    ages = [(ANCHOR - article.published.day).days for article in truth(ANCHOR, 1).served()]

    assert min(ages) >= 0
    assert 35 <= max(ages) <= 42
    assert sum(age < 7 for age in ages) >= 25


def test_addresses_are_unique_and_usable() -> None:
    urls = [article.url for article in truth(ANCHOR, 12).articles]

    assert len({url_key(url) for url in urls}) == len(urls)


def test_the_same_anchor_and_day_give_the_same_bytes() -> None:
    def served(day: int) -> dict[tuple[str, str], bytes]:
        return {address: page.body for address, page in pages_of(ANCHOR, day).items()}

    first = served(2)
    truth(ANCHOR + timedelta(days=400), 3)

    assert served(2) == first


def test_every_slot_is_filled_for_many_days() -> None:
    for article in truth(ANCHOR, 30).articles:
        text = f"{article.story.title}\n{article.story.body}"
        assert not re.search(r"[{}]", text), text


def report(article: Placed) -> Report:
    site, story = article.site, article.story
    return report_of(site.source_id, site.language, article.published.day, story.title, story.body)


def doubts() -> list[tuple[str, str, DoubtKind, Excuse | None]]:
    """What stories of one event say differently on day 1."""
    today = stories(1)
    return [
        (one, other, doubt.kind, doubt.excuse)
        for told in truth(ANCHOR, 1).events().values()
        for one, other in combinations(sorted(told), 2)
        for doubt in doubts_of(report(today[one]), report(today[other]))
    ]


def test_events_are_told_in_two_languages_and_once_with_another_figure() -> None:
    today = stories(1)
    hub = [
        told
        for told in truth(ANCHOR, 1).events().values()
        if all(today[news].story.kind is PracticeTopic.HUB for news in told)
    ]
    assert len(hub) >= 12
    assert all({today[news].story.language for news in told} == {"en", "zh"} for told in hub)
    found = doubts()
    assert [each for each in found if each[3] is None] == [
        ("en-signing-day", "zh-signing-day", DoubtKind.FIGURE, None)
    ]
    assert [each[:2] for each in found if each[3] is Excuse.CORRECTION] == [
        ("en-testing-hall", "en-testing-hall-correction")
    ]


@pytest.mark.parametrize("slug", ["en-year-in-figures", "zh-year-in-figures"])
def test_one_story_gives_twelve_figures_with_unit_and_object(slug: str) -> None:
    story = stories(1)[slug].story
    figures = facts_of(story.body, story.title, ANCHOR).figures

    assert len({(f.low, f.unit, f.object) for f in figures if f.unit and f.object}) >= 12


def test_two_lists_of_one_series_are_two_events_in_both_languages() -> None:
    events = truth(ANCHOR, 1).events()
    second, third = events["training-bases-second"], events["training-bases-third"]

    assert len(second) == len(third) == 2
    assert not second & third


def test_bodies_are_three_to_seven_paragraphs() -> None:
    assert {len(a.story.paragraphs) for a in stories(4).values()} <= set(range(3, 8))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_stories_are_nearly_the_same(language: str) -> None:
    texts = {
        slug: shingles(article.story)
        for slug, article in stories(20).items()
        if article.story.language == language and slug not in DERIVED
    }
    worst = max(
        (len(texts[a] & texts[b]) / min(len(texts[a]), len(texts[b])), a, b)
        for a, b in combinations(texts, 2)
    )

    assert worst[0] < 0.45, worst


def test_titles_are_distinct_but_for_the_weekly_notices() -> None:
    titles = Counter(article.story.title for article in stories(8).values())
    repeated = {title for title, count in titles.items() if count > 1}

    assert repeated == {
        "This week at Guiyang's libraries and museums",
        "全市食品安全监督抽检情况周报",
    }


def test_weekly_notices_share_a_title_and_not_a_paragraph() -> None:
    notices = [a.story for a in stories(4).values() if a.story.title.startswith("This week")]
    paragraphs = [text for story in notices for text in story.paragraphs]

    assert len(notices) >= 5
    assert len(set(paragraphs)) == len(paragraphs)


def test_mirrors_share_text_but_not_address_or_date() -> None:
    copies = truth(ANCHOR, 1).copies()
    threefold = [group for group in copies.values() if len(group) == 3]

    assert len(copies) >= 7
    assert threefold
    for group in copies.values():
        if all(not article.story.reprint_of for article in group):
            assert len({article.story.body for article in group}) == 1
            assert len({article.site.host for article in group}) == len(group)
    assert any(len({a.published.day for a in group}) == 3 for group in threefold)


def test_reprints_are_cut_or_edited_and_a_round_up_holds_whole_stories() -> None:
    today = stories(1)
    reprints = [article.story for article in today.values() if article.story.reprint_of]
    assert len(reprints) >= 3
    for story in reprints:
        original = today[story.reprint_of].story
        assert story.body != original.body
        assert len(shingles(story) & shingles(original)) / len(shingles(story)) > 0.7
    (row,) = content("reprints.toml")["round_up"]
    whole = shingles(today[row["slug"]].story)
    assert len(row["gathers"]) == 3
    assert all(shingles(today[slug].story) <= whole for slug in row["gathers"])


def test_every_date_line_shape_and_both_address_styles_occur() -> None:
    english = truth(ANCHOR, 1).of_source("practice-en")

    assert {article.variant for article in english} == set(range(len(CITY_VARIANTS)))
    assert any(re.fullmatch(r"/\d{4}-\d\d/\d\d/content_\d+\.htm", a.path) for a in english)
    assert any(re.fullmatch(r"/\w+/\d{4}-\d\d/\d\d/c_\d+\.htm", a.path) for a in english)


def test_day_two_is_what_was_promised() -> None:
    today = truth(ANCHOR, 2)

    assert len({article.story.slug for article in today.new()}) >= 6
    assert sum(article.story.kind is PracticeTopic.HUB for article in today.new()) >= 2
    assert [len(today.changed()), len(today.cosmetic()), len(today.gone())] == [1, 1, 1]
    for article in (*today.changed(), *today.gone()):
        assert (ANCHOR - article.published.day).days in (1, 2)
        assert article.first_day == 1


def test_a_material_edit_changes_a_number_and_a_sentence_and_a_cosmetic_one_no_word() -> None:
    today = truth(ANCHOR, 2)
    edited, polished = today.changed()[0], today.cosmetic()[0]

    assert edited.text(1).body != edited.text(2).body
    assert re.findall(r"\d+", edited.text(1).body) != re.findall(r"\d+", edited.text(2).body)
    assert polished.text(1).body != polished.text(2).body
    first, second = (re.sub(r"\W", "", polished.text(day).body) for day in (1, 2))
    assert first == second


def test_later_days_go_on() -> None:
    for day in range(3, 15):
        today = truth(ANCHOR, day)
        assert len(today.new()) >= 4
        assert {article.published.day for article in today.new()} == {
            ANCHOR + timedelta(days=day - 1)
        }
        assert not today.gone()
    assert truth(ANCHOR, 3).articles[0].state(3) is PracticeState.SAME


def test_there_is_no_day_zero() -> None:
    with pytest.raises(ValueError, match="day 1"):
        truth(ANCHOR, 0)


def test_truth_and_link_rules_agree() -> None:
    load = pytest.importorskip("scraper.sources.load")
    catalogue = load.load_catalogue([sources_folder()])

    for article in truth(ANCHOR, 5).articles:
        source = catalogue.get(article.site.source_id)
        assert is_article(article.url, source.links)
        assert source.language == article.site.language
    assert {site.source_id for site in SITES.values()} <= set(catalogue.sources)
