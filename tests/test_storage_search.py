"""Search finds Han of any length, spaced words and prefixes, and shows where."""

from __future__ import annotations

import itertools
import random
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage import database
from storage.archive import Archive
from storage.articles import search
from storage.articles.records import Order, Query
from storage.text import fold, fold_with_map, fts_text, read_words, snippets
from storage.types import Precision, When
from tests.support import make
from tests.support.make import NOW, SOURCE, later

CHINESE = "贵阳市科协表示，贵阳入选“科创中国”试点城市，将推动大数据产业创新发展。"
ARTICLES: tuple[dict[str, str], ...] = (
    {"title": "Guiyang chosen as hub city"},
    {"title": "贵阳创新发展", "body": CHINESE, "language": "zh"},
    {"title": "Fair opens", "body": "Big ＤＡＴＡ fair; hub cities were invited."},
)


@pytest.fixture
def filled(store: Archive) -> Archive:
    with store.writing() as tx:
        for n, fields in enumerate(ARTICLES):
            address = {"url": f"http://e.test/{n}", "published": make.day(f"2026-02-0{n + 1}")}
            tx.articles.apply(
                make.insert(**address, **fields),
                source_id=SOURCE.id,
                run_id=None,
                now=NOW,
            )
    return store


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("贵阳", {1}),
        ("贵阳市", {1}),
        ("创新", {1}),
        ("科", {1}),
        ("hub cit*", {0, 2}),
        ('"hub city"', {0}),
        ("big data", {0, 2}),
        ("HUB", {0, 2}),
        ("nothing-like-it", set()),
        ("?!", set()),
        ("贵阳 大数据", {1}),
        ('AND OR NEAR( "', set()),
        ("", {0, 1, 2}),
    ],
)
def test_words_find_what_a_person_means(filled: Archive, words: str, expected: set[int]) -> None:
    found = filled.articles.select(Query(words=words))
    assert {int(article.url[-1]) for article in found} == expected


def test_filters_and_order(filled: Archive) -> None:
    assert [a.language for a in filled.articles.select(Query(languages=("zh",)))] == ["zh"]
    assert len(filled.articles.select(Query(cities=("guiyang",)))) == 3
    assert filled.articles.select(Query(sources=("elsewhere",))) == ()
    newest = filled.articles.select(Query(words="hub", order=Order.NEWEST))
    assert [a.url[-1] for a in newest] == ["2", "0"]
    since = make.day("2026-02-02").sort_key
    assert since < make.day("2026-02-03").sort_key
    assert filled.articles.select(Query(seen_since=later(hours=1))) == ()
    assert len(filled.articles.select(Query(since=later(days=-29)))) == 2


@pytest.mark.parametrize("at_most", [0, 3, 20_000])
@pytest.mark.parametrize("order", Order)
def test_a_period_holds_the_same_however_its_articles_are_numbered(
    store: Archive, monkeypatch: pytest.MonkeyPatch, order: Order, at_most: int
) -> None:
    monkeypatch.setattr(search, "_PERIOD", at_most)
    days = (9, 2, 27, 14, 5, 20, 11, 1)  # as they came in
    with store.writing() as tx:
        for day in days:
            address = {"url": f"http://e.test/{day}", "published": make.day(f"2026-02-{day:02}")}
            page = make.insert(**address, title="Fair" if day % 2 else "Fair of the hub", body="")
            tx.articles.apply(page, source_id=SOURCE.id, run_id=None, now=NOW)
    for words, wanted in (("fair", days), ("hub", (2, 14, 20))):
        for first, last in ((1, 31), (9, 14), (10, 27), (15, 19), (28, 31)):
            since = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=first - 2, hours=16)
            query = Query(words=words, since=since, order=order)
            query = replace(query, until=since + timedelta(days=last - first + 1))
            expected = {day for day in wanted if first <= day <= last}
            found = [int(each.url.rpartition("/")[2]) for each in store.articles.select(query)]
            assert (len(found), set(found)) == (len(expected), expected)
            assert store.articles.count(query) == len(expected)
            few = [article for article, _ in store.articles.hits(replace(query, limit=2))]
            assert few == [each.id for each in store.articles.select(query)][:2]


def test_a_date_of_no_known_zone_is_asked_for_by_the_clock_of_whoever_asks(store: Archive) -> None:
    """Half past eight in the evening, nobody says where: it is on that day for everybody."""
    with store.writing() as tx:
        for n, zone in enumerate(("", "UTC")):
            moment = datetime(2026, 2, 3, 20, 30, tzinfo=UTC if zone else None)
            published = When(moment, Precision.MINUTE, zone)
            fields = {"url": f"http://e.test/{n}", "title": f"Notice {n}", "published": published}
            tx.articles.apply(make.insert(**fields), source_id=SOURCE.id, run_id=None, now=NOW)
    for hours in (-9, 0, 8):
        zone = timezone(timedelta(hours=hours))
        begin = datetime(2026, 2, 3, tzinfo=zone)
        day = Query(since=begin, until=begin + timedelta(days=1))
        found = {int(article.url[-1]) for article in store.articles.select(day)}
        assert found == ({0} if hours > 3 else {0, 1}), hours
        tomorrow = store.articles.select(Query(since=begin + timedelta(days=1)))
        assert {int(article.url[-1]) for article in tomorrow} == ({1} if hours > 3 else set())
    kept = store.articles.select(Query(words="Notice 0"))[0].published
    assert kept is not None
    assert (kept.iso, kept.zone, kept.day) == ("2026-02-03T20:30:00", "", date(2026, 2, 3))


def test_languages_are_compared_by_their_first_part(filled: Archive) -> None:
    plain = filled.articles.select(Query(languages=("zh",)))
    assert filled.articles.select(Query(languages=("zh-CN",))) == plain
    assert filled.articles.select(Query(languages=("ZH_Hans", "xx"))) == plain


def test_lone_han_characters_of_a_phrase_are_searched_one_by_one(filled: Archive) -> None:
    assert read_words('"试 点"') == read_words("试 点")
    assert read_words('"试 点"').like == ("试", "点")
    assert read_words('"试 点城 ab cd"').match == '("点城 ab cd" OR "點城 ab cd")'
    wanted = {hit.id for hit in filled.articles.select(Query(words="试点城市"))}
    for words in ('"试 点"', "试 点", '"试 城市"', "试* 点"):
        assert {hit.id for hit in filled.articles.select(Query(words=words))} >= wanted, words


def test_snippets_are_the_printed_text_with_the_find_marked(filled: Archive) -> None:
    (hit,) = filled.articles.search(Query(words="试点城市"))
    assert any("[试点城市]" in snippet for snippet in hit.snippets)
    wide = [
        hit for hit in filled.articles.search(Query(words="data")) if "Fair" in hit.article.title
    ]
    assert any("[ＤＡＴＡ]" in snippet for snippet in wide[0].snippets)


@given(st.text(max_size=60))
def test_no_query_is_a_syntax_error(words: str) -> None:
    read = read_words(words)
    assert read.match.count('"') % 2 == 0


@given(st.text(alphabet="年月贵阳a股5b 。", min_size=1, max_size=14), st.data())
def test_whatever_stands_in_a_text_is_found_by_it(text: str, data: st.DataObject) -> None:
    """Unless it begins or ends within a word of letters and digits."""

    def parts(at: int) -> bool:
        return not (text[at - 1 : at + 1].isascii() and text[at - 1 : at + 1].isalnum() and at)

    ends = [at for at in range(len(text) + 1) if at in (0, len(text)) or parts(at)]
    start, stop = sorted(data.draw(st.lists(st.sampled_from(ends), min_size=2, max_size=2)))
    read = read_words(text[start:stop])
    with closing(database.sqlite3.connect(":memory:")) as index:
        index.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
        )
        index.execute("INSERT INTO words VALUES (?)", [fts_text(text)])
        found = "SELECT count(*) FROM words WHERE words MATCH ?"
        assert not read.match or index.execute(found, [read.match]).fetchone()[0]
    assert all(character in text for character in read.like)


@pytest.mark.parametrize(
    "words", ["2024年", "5月25日", "A股", "A区", "第5代", "III期", "市A", "二〇二五年"]
)
def test_a_lone_han_beside_digits_is_found_wherever_the_text_goes_on(
    store: Archive, words: str
) -> None:
    text = "在全市A股企业中，2024年全国第5代与III期间，5月25日前二〇二五年度A区域。"
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW)
        fresh = make.insert(body=text * 3, language="zh")
        tx.articles.apply(fresh, source_id=SOURCE.id, run_id=run.id, now=NOW)
    assert len(store.articles.select(Query(words=words))) == 1
    assert len(store.articles.select(Query(words=f'"{words}"'))) == 1
    assert (
        store.articles.select(Query(words=words.replace("5", "6").replace("A", "B") + "9x")) == ()
    )


TITLES = ("贵阳获评创新枢纽城市", "貴陽獲評創新樞紐城市")
TEXTS = (
    "该市面向企业开放实验室，发展12个开发区。", "該市面向企業開放實驗室，發展12個開發區。",
)  # fmt: skip


@pytest.fixture
def in_both(store: Archive) -> Archive:
    """What two papers tell of one thing, each in the characters of its own place."""
    for number, (title, body) in enumerate(zip(TITLES, TEXTS, strict=True)):
        told = make.insert(url=f"http://e.test/{number}", title=title, body=body, language="zh")
        with store.writing() as tx:
            tx.articles.apply(told, source_id=SOURCE.id, run_id=None, now=NOW)
    return store


@pytest.mark.parametrize(
    "words",
    [
        "贵阳", "貴陽", "貴阳", "枢纽城市", "樞紐城市", "樞紐 開放", "开放", "发", "發", "发展12个",
        '"發展12個開發區"', "开放实验*", *TITLES, *(text.rstrip("。") for text in TEXTS),
    ],
)  # fmt: skip
def test_simplified_and_traditional_characters_are_the_same(in_both: Archive, words: str) -> None:
    hits = in_both.articles.search(Query(words=words))
    assert {hit.article.url[-1] for hit in hits} == {"0", "1"}
    query = Query(words=words)
    for hit in hits:
        assert hit.snippets, words
        ((title, said),) = in_both.articles.found_in(query, [hit.article]).values()
        assert any(is_hit for _, is_hit in (*title, *said))


def test_what_is_marked_is_printed_as_it_was(in_both: Archive) -> None:
    hits = in_both.articles.search(Query(words="开放"))
    assert [
        any(f"[{found}]" in snippet for hit in hits for snippet in hit.snippets)
        for found in ("开放", "開放")
    ] == [True, True]


@pytest.mark.parametrize("words", ["贵阴", "樞紐城區", '"开放城市"', "创新贵阳", "企业开发"])
def test_other_words_are_not_found_in_either_script(in_both: Archive, words: str) -> None:
    assert in_both.articles.select(Query(words=words)) == ()


def test_a_text_is_found_by_any_part_of_it_in_the_other_script(in_both: Archive) -> None:
    chance = random.Random(5)
    for text in TEXTS:
        ends = [at for at in range(len(text)) if text[at - 1 : at + 1] != "12"]
        for _ in range(60):
            start, stop = sorted(chance.sample(ends, 2))
            found = in_both.articles.select(Query(words=text[start:stop]))
            assert len(found) == 2 or text[start:stop] == "，", text[start:stop]


def test_a_very_long_title_is_searched_for_in_time(in_both: Archive) -> None:
    started = time.perf_counter()
    assert in_both.articles.select(Query(words=TEXTS[0][:8] * 60)) == ()
    assert time.perf_counter() - started < 3


@given(st.text(max_size=80))
@example("\u200c")
@example("e\u200d\u0301")
def test_folding_with_a_map_points_into_the_text(text: str) -> None:
    folded, origin = fold_with_map(text)
    assert len(folded) == len(origin)
    assert all(0 <= index < len(text) for index in origin)
    each = "".join(fold(char) for char in text)
    assert fold(folded) == fold(each.replace("\u200c", "").replace("\u200d", ""))


@given(st.text(alphabet="贵阳创新科城ab 1", min_size=2, max_size=30))
def test_every_pair_of_han_is_a_word_of_the_fts_text(text: str) -> None:
    words = fts_text(text).split()
    for left, right in itertools.pairwise(text):
        if left > "\u4e00" and right > "\u4e00":
            assert left + right in words


def test_a_snippet_marks_all_that_was_asked_for() -> None:
    terms = read_words("hub city 科创中国").terms
    assert snippets("Old hub, new city: 科创中国", terms) == ["Old [hub], new [city]: [科创中国]"]
    far = "hub " + "and more " * 30 + "city"
    assert [each.count("[") for each in snippets(far, terms)] == [1, 1]


QUOTES = ("“{}”", "”{}”", "„{}“", "«{}»", "»{}«", "＂{}＂", "「{}」", "『{}』", "｢{}｣", "〝{}〞")


@pytest.mark.parametrize("quotes", QUOTES)
@pytest.mark.parametrize("words", ["city hub", "Big data", "贵阳 创新发展", "hub* x"])
def test_quotes_of_all_kinds_make_a_phrase(quotes: str, words: str) -> None:
    typed = f"fair {quotes.format(words)} 贵阳"
    assert read_words(typed) == read_words(f'fair "{words}" 贵阳')
    assert read_words(typed) != read_words(f"fair {words} 贵阳")


def test_quotes_within_a_phrase_and_around_titles_part_words_only(filled: Archive) -> None:
    assert read_words('"a “b c” d"').match == '"a b c d"'
    assert read_words("it’s 《科创 中国》").match == read_words("it's 科创 中国").match
    assert (
        read_words("贵阳入选“科创中国”试点").match == read_words('"贵阳入选 科创中国 试点"').match
    )
    assert not filled.articles.select(Query(words="“city hub”"))
    assert filled.articles.select(Query(words="“hub city”"))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("hub", {"Guiyang chosen as hub city", "Fair opens"}), ("hub -city", {"Fair opens"}),
        ("-city", {"贵阳创新发展", "Fair opens"}), ("hub -cit*", set()),
        ('hub -"were invited"', {"Guiyang chosen as hub city"}), ("hub -“data fair”", {
            "Guiyang chosen as hub city"
        }),
        ("－贵阳", {"Guiyang chosen as hub city", "Fair opens"}), ("贵阳 -試點城市", set()),
        ("-市 hub", {"Guiyang chosen as hub city", "Fair opens"}), ("贵阳 -市", set()),
        ("hub - city", {"Guiyang chosen as hub city"}),
        ("hub-city", {"Guiyang chosen as hub city"}),
        ("hub -", {"Guiyang chosen as hub city", "Fair opens"}), ("-hub -贵阳", set()),
        ("贵阳 -城市群市", {"贵阳创新发展"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", [*Order])
def test_what_stands_after_a_minus_is_not_said(
    filled: Archive, words: str, wanted: set[str], order: Order
) -> None:
    """Whichever way a search is answered, and counted."""
    query = Query(words=words, order=order, limit=None)
    assert {one.title for one in filled.articles.select(query)} == wanted
    assert {one.title for one in filled.articles.select(replace(query, limit=9))} == wanted
    assert filled.articles.count(query) == len(wanted)
    assert filled.articles.count_since(query, 0, 9) == len(wanted)


def test_snippets_of_nothing() -> None:
    assert snippets("text", ()) == []
