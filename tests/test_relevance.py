"""The watchlist and what it finds: programme or another hub, by which words, and where."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.errors import SourceError
from scraper.relevance.finder import Phrase, PhraseFinder, fold, fold_with_places
from scraper.relevance.match import match as relevance_of
from scraper.relevance.match import sentence_at
from scraper.relevance.watchlist import TopicKind, Watchlist, load_watchlist
from storage.types import ArticleData, Grade, Match
from tests.support.examples import examples

WATCHLIST = load_watchlist()
OTHER_HUBS = {topic.id for topic in WATCHLIST.topics.values() if not topic.watched}


def article(title: str, body: str = "") -> ArticleData:
    return ArticleData("http://english.practice.test/1.htm", "practice", title, body)


def match(read: ArticleData, watchlist: Watchlist) -> tuple[Match, ...]:
    return relevance_of(read, watchlist).matches


def grade(title: str, body: str = "") -> Grade | None:
    return next((one.grade for one in match(article(title, body), WATCHLIST) if watched(one)), None)


def watched(one: Match) -> bool:
    return one.topic in WATCHLIST.watched


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("City joins the Innovation China programme", ""),
        ("Plans for a hub city", "Our city was made a hub city of Innovation China in May."),
        ("A hub city takes shape", "The Innovation China programme began here."),
        ("Work begins", 'It is a pilot city (park) of "Science and Technology Innovation China".'),
        (
            "Plaque handed over",
            "The national innovation-driven demonstration city was named by the China Association "
            "for Science and Technology.",
        ),
        ("我市入选“科创中国”试点城市", "名单已经公布。"),
        ("揭牌仪式举行", "中国科协授予我市创新驱动示范市称号。"),
        ("建设枢纽城市", "我市是“科创中国”枢纽城市之一。"),
        ("Ｉｎｎｏｖａｔｉｏｎ　Ｃｈｉｎａ comes to town", ""),
    ],
)
def test_the_programme_in_all_its_names_is_core(title: str, body: str) -> None:
    assert grade(title, body) is Grade.CORE


@pytest.mark.parametrize(
    ("title", "body", "topic"),
    [
        ("A national logistics hub city", "The logistics hub city grows.", "logistics-hub"),
        ("New transport hub opens", "It is a transportation hub city now.", "transport-hub"),
        ("Computing hub gets faster", "", "computing-hub"),
        ("Cargo flies from freight hub", "", "freight-hub"),
        ("Tourism hub city", "", "other-hub"),
        ("国家物流枢纽城市建设加快", "物流枢纽城市。", "logistics-hub"),
        ("综合交通枢纽城市", "", "transport-hub"),
        ("算力枢纽节点启用", "", "computing-hub"),
        ("货运枢纽", "", "freight-hub"),
        ("Pilot city for waste sorting", "", "other-pilot"),
        ("垃圾分类试点城市名单", "垃圾分类试点城市。", "other-pilot"),
    ],
)
def test_other_hubs_are_topics_of_their_own(title: str, body: str, topic: str) -> None:
    matches = match(article(title, body), WATCHLIST)
    assert {one.topic for one in matches} == {topic}
    assert all(one.grade is not Grade.CORE for one in matches)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("A hub city for everybody", "The hub city has nine parks."),
        ("Pilot city wanted", "A pilot city, one of ten pilot cities."),
        ("With innovation China grows", "Through innovation China's cities change."),
        ("试点城市名单", "试点城市共十个。"),
        ("The hubcity of clubs", "Clubhub cityscape."),
        ("Everyday news", "A bridge was opened."),
    ],
)
def test_words_without_the_programme_count_for_nothing(title: str, body: str) -> None:
    assert match(article(title, body), WATCHLIST) == ()


def test_the_programme_is_core_where_a_text_opens_with_it_and_a_mention_in_passing() -> None:
    rain = "It rained all day. " * 40
    assert grade("A fair", f"{rain}Innovation China was there.") is Grade.MENTION
    assert grade("A fair", f"{rain}It is a hub city of Innovation China.") is Grade.MENTION
    short = "It rained all day. " * 5
    assert grade("A fair", f"{short}It is a hub city of Innovation China.") is not Grade.CORE
    assert grade("A visit", "Experts of Innovation China were in Guiyang.") is Grade.CORE


def test_a_pilot_city_of_something_else_far_from_the_programme_is_not_core() -> None:
    rain = "It rained all day. " * 40
    body = f"{rain}Innovation China sent guests. {rain}It is a pilot city."
    assert grade("A fair for e-commerce", body) is Grade.MENTION


def test_news_of_another_hub_that_names_the_programme_in_its_text_is_not_core() -> None:
    body = "Innovation China sent guests to the hub city."
    assert grade("A fair", body) is Grade.CORE
    assert grade("Fair in the logistics hub city", body) is Grade.RELATED
    assert grade("Logistics hub joins Innovation China", body) is Grade.CORE


def test_a_match_shows_phrase_place_and_sentence() -> None:
    body = "First sentence. The city is a hub-city of Innovation China! Third.\n\nMore."
    found = {one.topic: one for one in match(article("News", body), WATCHLIST)}
    hub = found["hub-city"]
    assert (hub.field, hub.phrase, hub.start) == ("body", "hub-city", body.index("hub-city"))
    assert hub.sentence == "The city is a hub-city of Innovation China!"


def test_the_longest_name_is_reported_and_once_a_field() -> None:
    body = "A logistics hub city. The logistics hub city again."
    assert [one.phrase for one in match(article("", body), WATCHLIST)] == ["logistics hub city"]


def test_words_are_not_joined_across_paragraphs_nor_parted_by_line_breaks() -> None:
    assert match(article("", "A logistics\n\nhub"), WATCHLIST) == ()
    assert match(article("", "A logistics\nhub"), WATCHLIST)[0].phrase == "logistics\nhub"


def test_topics_have_labels_in_both_languages() -> None:
    for topic in WATCHLIST.topics.values():
        assert {"en", "zh"} <= set(topic.labels)
        if topic.kind is not TopicKind.ORGANISATION:
            assert {name.language for name in topic.names} >= {"en", "zh"}
    assert WATCHLIST.topics["innovation-china"].label("zh") == "科创中国"
    assert WATCHLIST.topics["innovation-china"].label("de") == "Innovation China"


def test_validity_dates_are_recorded() -> None:
    names = WATCHLIST.topics["hub-city"].names
    assert any(name.valid_until == date(2025, 12, 31) for name in names)


# --- folding and finding -----------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "hub city",
            "Hub-Cities",
            "HUB\u00a0CITY",
            "ｈｕｂ　ｃｉｔｙ",
            "hu\u200bb city",
            "logistics hub",
        ),
        *(
            "Innovation China",
            "innovation china",
            "科创中国",
            "試點",
            "试点城市",
            "物流枢纽城市",
            "CAST",
        ),
        *(" ", "\n", "\n\n", ". ", "。", "ﬁ", "ß", "İ", "e\u0301", "…", "①", "贵阳", "x", "\u0301"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join)


def squeezed(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())


@given(TEXTS, TEXTS)
@settings(max_examples=examples(200))
def test_places_point_at_text_that_folds_to_the_phrase(title: str, body: str) -> None:
    forms = {
        topic.id: {squeezed(form) for name in topic.names for form in name.forms}
        for topic in WATCHLIST.topics.values()
    }
    patterned = {
        topic.id for topic in WATCHLIST.topics.values() if any(not n.forms for n in topic.names)
    }
    for one in match(article(title, body), WATCHLIST):
        text = title if one.field == "title" else body
        assert text[one.start : one.start + len(one.phrase)] == one.phrase
        assert squeezed(one.phrase) in forms[one.topic] or one.topic in patterned
        assert one.phrase in one.sentence


@given(TEXTS, TEXTS)
@settings(max_examples=examples(50))
def test_matching_is_deterministic(title: str, body: str) -> None:
    first = match(article(title, body), WATCHLIST)
    assert match(article(title, body), load_watchlist()) == first


@given(
    st.text(max_size=200), st.integers(0, 200), st.sampled_from(["hub", "hub city", "hub cities"])
)
@settings(max_examples=examples(100))
def test_a_logistics_hub_never_yields_core(body: str, place: int, word: str) -> None:
    told = f"{body[:place]} logistics {word} {body[place:]}"
    assert grade(told.split("\n")[0], told) is not Grade.CORE
    # Line ends close the sentences: a small letter after a full stop would carry the first one on.
    passing = f"Innovation China was named.\nA logistics {word}.\n{body}"
    without = f"Innovation China was named.\n{body}"
    # One sentence more changes what share of the text the programme has, and makes nothing core.
    assert grade("News", passing) is not Grade.CORE or grade("News", without) is Grade.CORE


@given(TEXTS)
@settings(max_examples=examples(200))
def test_folding_keeps_places_and_equals_folding_at_once(text: str) -> None:
    folded = fold_with_places(text)
    assert folded.text == fold(text)
    spans = [folded.span(place, place + 1) for place in range(len(folded.text))]
    known = [span for span in spans if span is not None]
    assert known == sorted(known)
    assert all(0 <= start < end <= len(text) for start, end in known)
    if folded.text and not folded.at:
        assert len(folded.text) == len(text)


def test_folding_knows_width_case_marks_and_invisible_characters() -> None:
    assert fold("Ｈｕｂ\u00a0CITY") == "hub city"
    assert fold("cafe\u0301") == unicodedata.normalize("NFC", "café")
    assert fold("hu\u200bb\u00ad") == "hub"


def test_a_phrase_inside_one_printed_character_is_not_found() -> None:
    finder = PhraseFinder([Phrase("i", "a"), Phrase("12", "b")])
    assert finder.find("ﬁ ⑫") != []  # ⑫ is 12, as a whole
    assert [one.phrase.text for one in finder.find("ﬁ ⑫")] == ["12"]


def test_phrases_that_begin_alike_are_all_found() -> None:
    finder = PhraseFinder([Phrase("hub", "a"), Phrase("hub city", "b"), Phrase("city", "c")])
    assert [one.phrase.key for one in finder.find("Hub City")] == ["b", "a", "c"]
    assert [one.phrase.key for one in finder.find("hub cityscape")] == ["a"]


def test_an_empty_list_of_phrases_finds_nothing() -> None:
    assert PhraseFinder([]).find("hub city") == []


def test_sentences_end_at_marks_of_both_scripts_and_are_cut_when_endless() -> None:
    text = "第一句。第二句说枢纽城市！第三句"
    start = text.index("枢纽")
    assert sentence_at(text, start, start + 4) == "第二句说枢纽城市！"
    long = "word " * 500 + "hub city" + " word" * 500
    cut = sentence_at(long, 2500, 2508)
    assert "hub city" in cut
    assert cut.startswith("…")
    assert len(cut) <= 410


# --- the file ----------------------------------------------------------------------------------

GOOD = """
[contexts]
club = ["Rotary"]

[[topic]]
id = "tower"
labels = { en = "Towers" }
gives_way_to = ["other"]

[[topic.name]]
language = "en"
forms = ["tower"]
requires = ["club"]

[[topic]]
id = "other"
kind = "other"
labels = { en = "Others" }

[[topic.name]]
language = "en"
forms = ["water tower"]
"""


def load(tmp_path: Path, text: str) -> Watchlist:
    file = tmp_path / "watchlist.toml"
    file.write_text(text, "utf-8")
    return load_watchlist(file)


def test_a_watchlist_of_ones_own(tmp_path: Path) -> None:
    own = load(tmp_path, GOOD)
    assert own.watched == ("tower",)
    assert [one.topic for one in match(article("A tower for Rotary"), own)] == ["tower"]
    assert match(article("A tower"), own) == ()
    assert [one.topic for one in match(article("Rotary water tower"), own)] == ["other"]
    assert own.version != WATCHLIST.version
    assert own.version == load(tmp_path, GOOD).version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'gives_way_to = ["other"]',
            'gives_way_to = ["othr"]',
            "topic[1].gives_way_to: there is no",
        ),
        ('requires = ["club"]', 'requires = ["clubs"]', "did you mean 'club'?"),
        ('kind = "other"', 'kind = "others"', "topic[2].kind: 'others' is neither"),
        ('id = "other"', 'id = "tower"', "topic[2].id: 'tower' is already used"),
        ('forms = ["tower"]', "forms = []", "topic[1].name[1].forms: is missing"),
        ('forms = ["tower"]', 'forms = ["--"]', "is not a phrase"),
        ('forms = ["tower"]', f'forms = ["{"a" * 201}"]', "is longer than 200 characters"),
        ('forms = ["tower"]', 'form = ["tower"]', "form: unknown key; did you mean 'forms'?"),
        ('language = "en"\nforms = ["tower"]', 'forms = ["tower"]', "language: is missing"),
        ("[contexts]", "near = -1\n[contexts]", "near: must be a whole number"),
        ("[contexts]", "[contexts", "is not TOML"),
        (
            'requires = ["club"]',
            "valid_from = 2024-01-01\nvalid_until = 2023-01-01",
            "valid_until: lies before valid_from",
        ),
    ],
)
def test_a_mistake_is_one_line_with_file_and_key(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(SourceError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    line = str(caught.value)
    assert said in line
    assert line.startswith(str(tmp_path / "watchlist.toml"))
    assert "\n" not in line


def test_a_missing_or_empty_watchlist_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        load_watchlist(tmp_path / "none.toml")
    with pytest.raises(SourceError, match="needs at least one"):
        load(tmp_path, "near = 3")
