# ruff: noqa: E501 - a table of addresses is read by its columns
"""Link shapes from addresses, and a source's file from a draft: both read back as they were."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.sources.address_patterns import generalise
from scraper.sources.links import compile_link, is_article
from scraper.sources.load import load_catalogue
from scraper.sources.model import EntryKind, LinkRules, ListRules, PagingKind
from scraper.sources.write import Draft, EntryDraft, source_of, source_text
from storage.urls import url_key

HOST = "news.example.org"
DRAFT = Draft(
    id="our-town",
    name="Our Town",
    city="Our Town",
    language="en",
    zone="Asia/Shanghai",
    template="generic",
    home=f"https://{HOST}/",
    schedule="every 2h",
    entries=(EntryDraft(EntryKind.LIST, f"https://{HOST}/news.html", "news_{n}.html from 2"),),
    hosts=(HOST,),
)


def taken(url: str, shapes: tuple[str, ...]) -> bool:
    """Whether a link rule of these shapes takes an address."""
    return is_article(url, LinkRules((HOST,), tuple(map(compile_link, shapes))))


@pytest.mark.parametrize(
    ("paths", "shape"),
    [
        (["news/2026-03/01/c_914.htm", "news/2026-02/12/c_9.htm"], "news/{yyyy}-{mm}/{dd}/c_{id}.htm"),
        (["culture/2026-03/01/c_914.htm", "news/2026-02/12/c_9.htm"], "{section}/{yyyy}-{mm}/{dd}/c_{id}.htm"),
        (["x/202201/t20220127_123.html", "x/202202/t20220228_1.html"], "x/{yyyymm}/t{yyyymmdd}_{id}.html"),
        (["art/2026/11/29/art_1_3.html", "art/2026/10/4/art_1_4.html"], "art/{yyyy}/{m}/{d}/art_{id}_{id}.html"),
        (["a/2026-11-29/3.html", "a/2026-10-4/4.html"], "a/{yyyy}-{m}-{d}/{id}.html"),
        (["art/2016/11/2/art_16_30.html", "art/2016/1/22/art_16_31.html"], "art/{yyyy}/{m}/{d}/art_{id}_{id}.html"),
        (["a/202311/17/WS65571297a310d5acd876f404.html", "a/202311/18/WS75571297a310d5acd8761111.html"], "a/{yyyymm}/{dd}/WS{hex}.html"),
        (["n1/2026/0301/c12-45.html", "n1/2026/0302/c12-46.html"], "n{id}/{yyyy}/{mm}{dd}/c{id}-{id}.html"),
        (["view.php?id=12&cat=a", "view.php?id=13&cat=a"], "view.php?id={id}&cat=a"),
        (["detail/?tx_news=3044&cHash=b8af7d0fbf094517781e0382102d7b27&action=detail"], "detail/?tx_news={id}&cHash={hex}&action=detail"),
        (["v?no=12&token=Ab3xY9kk2Q"], "v?no={id}&token={section}"),
        (["v?no=12&channel=news2026&lang=en-GB"], "v?no={id}&channel=news2026&lang=en-GB"),
        (["news/labs-open.html", "news/city-talks.html", "news/a-2026-plan.html"], "news/{section}.html"),
        (["f/2024.html", "f/2025.html", "f/2031.html"], "f/{id}.html"),
    ],
)  # fmt: skip
def test_a_shape_is_what_addresses_have_in_common(paths: list[str], shape: str) -> None:
    (found,) = generalise([f"https://{HOST}/{path}" for path in paths])
    assert found.text == f"/{shape}"
    assert found.count == len(paths)


@pytest.mark.parametrize(
    ("paths", "shape"),
    [
        (["2026/11/03/the-{}", "2026/11/04/the-{}", "2026/11/09/the-{}"], "{yyyy}/{mm}/{dd}/{section}"),
        (["n/new-plan-{}.html", "n/new-plan-for-{}.html", "n/new-plan-at-{}.html"], "n/{section}.html"),
        (["n/press_release_{}", "n/press_release_b-{}", "n/press_release_c_{}"], "n/{section}"),
        (["n/c_12-{}.html", "n/c_13-b-{}.html", "n/c_14_{}.html"], "n/c_{section}.html"),
        (["n/c_123.html", "n/c_124.html", "n/c_99.html"], "n/c_{id}.html"),
        (["n/t20261127_123.html", "n/t20261126_9.html", "n/t20261125_12.html"], "n/t{yyyymmdd}_{id}.html"),
    ],
)  # fmt: skip
def test_a_word_that_a_few_headlines_begin_with_is_no_part_of_their_shape(
    paths: list[str], shape: str
) -> None:
    words = ("harbour", "school", "library")
    urls = [f"https://{HOST}/{path.format(word)}" for path, word in zip(paths, words, strict=True)]
    (found,) = generalise(urls)
    assert found.text == f"/{shape}"


def test_a_word_that_many_addresses_begin_with_is_part_of_their_shape() -> None:
    (found,) = generalise([f"https://{HOST}/n/statement-{chr(97 + at)}x" for at in range(24)])
    assert found.text == "/n/statement-{section}"


@pytest.mark.parametrize(
    ("paths", "shape"),
    [
        (["view.do;jsessionid=0A{:030X}?id=42914", "view.do;jsessionid=0B{:030X}?id=4"], "view.do?id={id}"),
        (["v/12.html;PHPSESSID=a{}", "v/13.html"], "v/{id}.html"),
        (["v?id=12&spm=a.b{}", "v?id=13&from=timeline", "v?id=14"], "v?id={id}"),
        (["v?id=12&from=here{}", "v?id=13&from=here"], "v?id={id}&from={section}"),
    ],
)  # fmt: skip
def test_what_the_archive_cuts_from_addresses_is_no_part_of_a_shape(
    paths: list[str], shape: str
) -> None:
    urls = [f"https://{HOST}/{path.format(7919 * at)}" for at, path in enumerate(paths, 1)]
    (found,) = generalise(urls)
    assert found.text == f"/{shape}"
    assert all(taken(url, (found.text,)) for url in urls)
    assert all(taken(url_key(url), (found.text,)) for url in urls)


days = st.dates(date(1999, 1, 1), date(2030, 12, 31))
slugs = st.from_regex(r"[a-z][a-z0-9-]{2,30}[a-z]", fullmatch=True)
paths = st.one_of(
    st.builds("/{:%Y-%m/%d}/c_{}.htm".format, days, st.integers(1, 10**9)),
    st.builds("/{}/{:%Y/%m}/{}.html".format, slugs, days, slugs),
    st.builds("/view?id={}&kind={}".format, st.integers(1, 10**9), slugs),
    st.builds("/{}/{}/".format, slugs, slugs),
    st.from_regex(r"(?:/[A-Za-z0-9_~%.{}\[\]()*+^$|-]{0,12}){1,4}", fullmatch=True),
    st.from_regex(r"/[a-z\[]{1,3}\?[A-Za-z0-9{}\[\]=&./-]{0,20}", fullmatch=True),
)


@pytest.mark.parametrize(
    "paths",
    [
        ["/[/"],
        ["/[]"],
        ["/"],
        ["", "?id=4"],
        ["/[news]/1.html", "/[news]/2.html"],
        ["/{id}/a", "/{id}/b"],
        ["/{a}/x", "/b/x"],
        ["/view?kind[0]=a&id=1", "/view?kind[0]=b&id=2"],
        ["/a.html", f"/{'b' * 101}.html"],
        ["/a/b", f"/c/{'d' * 600}"],
        [f"/{'b' * 101}/1.html", "/a/1.html", "/b/2.html"],
    ],
)
def test_signs_that_mean_something_in_a_shape_are_taken_as_they_are(paths: list[str]) -> None:
    urls = [f"https://{HOST}{path}" for path in paths]
    shapes = tuple(shape.text for shape in generalise(urls))
    assert [url for url in urls if not taken(url, shapes)] == []


@pytest.mark.parametrize(
    ("alone", "next_one"),
    [
        ("2026/01/16/a-year-on-the-breakwater", "2025/11/28/furniture-makers-eye-the-market"),
        ("2026/01/a-year-on-the-breakwater", "2025/11/furniture-makers-eye-the-market"),
        ("blog/2026-01-16/a-year-on-the-pier", "blog/2025-11-28/furniture-makers-eye-it"),
        ("p/2026/01/16/xin-gang-kou-kai", "p/2026/02/01/gang-qu-zhao-shang-hui"),
        ("news/2026/1/6/a-year-on-the-pier", "news/2025/11/28/tides-of-the-north"),
    ],
)
def test_a_headline_alone_in_a_dated_folder_is_one_of_many(alone: str, next_one: str) -> None:
    others = ("news/port-opens", "news/new-berth-for-cold", "stories/tea", "stories/wind-tour")
    shapes = generalise([f"https://{HOST}/{path}" for path in (*others, alone)])
    assert taken(f"https://{HOST}/{next_one}", tuple(shape.text for shape in shapes))


@pytest.mark.parametrize("alone", ["2026/01/16/index", "about/us/team/who-we-are"])
def test_what_is_alone_and_no_dated_headline_stays_alone(alone: str) -> None:
    others = ("news/port-opens", "news/new-berth-for-cold", "stories/tea", "stories/wind-tour")
    shapes = generalise([f"https://{HOST}/{path}" for path in (*others, alone)])
    beside = f"https://{HOST}/{alone.rpartition('/')[0]}/of-the-same-folder-too"
    assert not taken(beside, tuple(shape.text for shape in shapes))


@given(st.lists(paths, min_size=1, max_size=12, unique=True))
def test_the_shapes_take_every_address_they_were_made_from(found: list[str]) -> None:
    urls = [f"https://{HOST}{path}" for path in found]
    urls = [url for url in urls if taken(url, ())]  # pictures and the like are never articles
    shapes = generalise(urls)
    if len(shapes) < 6:
        assert [url for url in urls if not taken(url, tuple(s.text for s in shapes))] == []


@given(st.lists(days, min_size=3, max_size=10, unique=True))
def test_tomorrows_article_has_the_shape_too(found: list[date]) -> None:
    def address(day: date) -> str:
        return f"https://{HOST}/news/{day:%Y-%m/%d}/c_{day.toordinal()}.htm"

    shapes = tuple(shape.text for shape in generalise([address(day) for day in found]))
    assert taken(address(max(found) + timedelta(days=1)), shapes)
    assert not taken(f"https://{HOST}/news/index.htm", shapes)


texts = st.text(min_size=1, max_size=60).filter(lambda text: text.strip())


@given(texts, texts, st.text(max_size=300))
def test_what_is_written_loads_as_it_was_meant(name: str, city: str, note: str) -> None:
    draft = replace(DRAFT, name=name, city=city, note=note, allow=("/{yyyy}/{id}.html",))
    text = source_text(draft)
    data = tomllib.loads(text)
    assert data["name"] == name.encode("utf-8", "replace").decode()
    source = source_of(text, "our-town.toml", load_catalogue().templates)
    assert source.links.allow_written == ("/{yyyy}/{id}.html",)
    assert source.entries[0].paging.pattern == "news_{n}.html"


def test_rows_and_fields_are_written_where_they_are_given() -> None:
    entry = replace(DRAFT.entries[0], rows=ListRules(row="ul.a > li", date="em"), max_pages=9)
    draft = replace(DRAFT, entries=(entry,), selectors=(("title", (".t", "h1")),))
    source = source_of(source_text(draft), "x.toml", load_catalogue().templates)
    assert (source.entries[0].rows.row, source.entries[0].rows.date) == ("ul.a > li", "em")
    assert source.entries[0].paging.max_pages == 9
    assert source.fields.title == (".t", "h1")


def test_a_json_entry_and_how_often_it_is_read_are_written_as_they_are_read_back() -> None:
    rules = ListRules(row="data.list", link="link", title="title.rendered", modified="modified")
    url = f"https://{HOST}/wp-json/wp/v2/posts?per_page=100"
    daily = EntryDraft(EntryKind.JSON, url, "next", 9, rules, "1d")
    draft = replace(DRAFT, entries=(*DRAFT.entries, daily))
    entry = source_of(source_text(draft), "x.toml", load_catalogue().templates).entries[1]
    assert (entry.rows, entry.paging.max_pages) == (rules, 9)
    assert (entry.paging.kind, entry.every) == (PagingKind.NEXT, timedelta(days=1))


def test_what_is_escaped_in_a_headline_is_not_learned() -> None:
    titles = ("%E5%B8%82%E6%94%BF", "%E5%8C%BA%E6%94%BF", "%E5%8E%BF%E5%A7%94")
    (shape,) = generalise([f"http://a.test/2025/0{n}/12/{t}/" for n, t in enumerate(titles, 1)])
    assert shape.text == "/{yyyy}/{mm}/{dd}/{section}/"


def test_a_story_alone_in_a_dated_folder_stands_for_others() -> None:
    paths = ["a-new-orchid", "seeds-for-all", "a-park-opens", "2025/12/the-year-in-parks-2025"]
    shapes = tuple(
        shape.text for shape in generalise([f"https://{HOST}/news/{one}" for one in paths])
    )
    assert taken(f"https://{HOST}/news/2025/11/a-seminar-on-water", shapes)
    assert not taken(f"https://{HOST}/news/about/the-team", shapes)


@pytest.mark.parametrize(
    ("names", "shape"),
    [
        (["2026-03-05-a-bridge.html", "2026-02-11-third.html", "2026-01-19-the-old-school.html"], "{yyyy}-{mm}-{dd}-{section}.html"),
        (["20260305-a-bridge", "20260211-third", "20260119-the-old-school"], "{yyyymmdd}-{section}"),
        (["news-2026-03-05-a-bridge", "news-2026-02-11-third"], "news-{yyyy}-{mm}-{dd}-{section}"),
        (["202603-a-bridge", "202602-third"], "{yyyymm}-{section}"),
        (["12345-a-bridge", "12350-third", "12361-the-old-school"], "{id}-{section}"),
        (["a-bridge-12345.html", "third-12350.html", "the-old-school-12361.html"], "{section}-{id}.html"),
        (["a-bridge,12345.html", "third,12350.html", "old-school,12361.html"], "{section},{id}.html"),
        (["20260305.html", "20260306.html"], "{yyyymmdd}.html"),
        (["2026-03-05.html", "2026-03-06.html"], "{yyyy}-{mm}-{dd}.html"),
        (["content_12345.htm", "content_12350.htm"], "content_{id}.htm"),
        (["content_20260305_123.htm", "content_20260211_99.htm"], "content_{yyyymmdd}_{id}.htm"),
    ],
)  # fmt: skip
def test_row_275_headlines_in_addresses_stand_for_any(names: list[str], shape: str) -> None:
    shapes = tuple(
        one.text for one in generalise([f"https://{HOST}/news/{name}" for name in names])
    )
    assert shapes == (f"/news/{shape}",)
    later = {"{section}": "another-story", "{id}": "20001", "{yyyy}": "2031", "{mm}": "11"}
    later |= {"{dd}": "07", "{yyyymmdd}": "20311107", "{yyyymm}": "203111"}
    name = shape
    for mark, value in later.items():
        name = name.replace(mark, value)
    assert taken(f"https://{HOST}/news/{name}", shapes)


def test_many_words_before_a_day_are_one_shape() -> None:
    words = ("budget", "vote", "speech", "works", "school", "market", "bridge", "park", "tram")
    urls = [
        f"https://{HOST}/n/{word}-2026-03-{at:02}-story.html" for at, word in enumerate(words, 1)
    ]
    shapes = tuple(one.text for one in generalise(urls))
    assert all(taken(url, shapes) for url in urls)
    assert taken(f"https://{HOST}/n/festival-2026-04-01-story.html", shapes)
