"""Loading sources and templates: what overrides what, who shadows whom, and every complaint."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import soupsieve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hubwatch.errors import SourceError
from hubwatch.spans import parse_span
from scraper.sources.links import compile_link
from scraper.sources.load import PLAIN, Catalogue, load_catalogue, load_usable
from scraper.sources.model import EntryKind, PagingKind, Source
from scraper.sources.values import parse_paging

TEMPLATE = """
id = "house"
name = "House family"
family = "house"
language = "en"

[fields]
title = "h1"
published = ["meta[name=PubDate]", ".date"]
body = [".text"]
remove = [".share"]

[links]
allow = ["/{yyyy}-{mm}/{dd}/c_{id}.htm"]

[list]
row = "li"
link = "a"

[paging]
kind = "pattern"
pattern = "{name}_{n}.html"
first = 2
max_pages = 4
"""

SOURCE = """
id = "town"
name = "Town news"
city = "Town"
template = "house"
home = "http://town.practice.test/"
schedule = "every 2h"

[[entry]]
url = "http://town.practice.test/news.html"
"""


def write(folder: Path, source: str = SOURCE, template: str = TEMPLATE) -> Path:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "house.toml").write_text(template, "utf-8")
    (folder / "town.toml").write_text(source, "utf-8")
    return folder


def town(folder: Path, more: str = "") -> Source:
    return load_catalogue([write(folder, SOURCE + more)]).get("town")


def complaint(folder: Path, source: str = SOURCE, template: str = TEMPLATE) -> str:
    with pytest.raises(SourceError) as caught:
        load_catalogue([write(folder, source, template)])
    return str(caught.value)


def test_a_source_takes_everything_else_from_its_template(tmp_path: Path) -> None:
    source = town(tmp_path)
    assert (source.language, source.zone) == ("en", "Asia/Shanghai")
    assert source.links.hosts == ("town.practice.test",)
    assert source.links.allow[0].search("/2024-01/31/c_1.htm")
    assert [compile_link(shape) for shape in source.links.allow_written] == list(source.links.allow)
    assert source.fields.template == "house"
    assert source.fields.title == ("h1",)
    entry = source.entries[0]
    assert entry.kind is EntryKind.LIST
    assert (entry.rows.row, entry.rows.link) == ("li", "a")
    assert (entry.paging.kind, entry.paging.pattern) == (PagingKind.PATTERN, "news_{n}.html")
    assert (entry.paging.first, entry.paging.max_pages) == (2, 4)
    assert source.checked is None
    assert source.path.endswith("town.toml")


def test_a_source_overrides_what_differs(tmp_path: Path) -> None:
    source = town(
        tmp_path,
        """
paging = "index_{n}.htm from 1"
max_pages = 9
row = "tr"

[[entry]]
kind = "feed"
url = "https://feeds.practice.test/rss.xml"

[[entry]]
kind = "sitemap"
url = "https://town.practice.test/sitemap.xml"

[links]
hosts = ["Town.practice.test", "www.town.practice.test"]
allow = ["re:^/a/[0-9]+$"]
deny = ["/a/1"]

[fields]
body = "#zoom"
site_names = ["Town"]

[politeness]
delay = "5s"

[bounds]
pages = 7
seconds = 60
links = 8
page_bytes = 4096
page_seconds = 9
redirects = 0

[rechecks]
after = ["12h", "2d"]
per_run = 3
""",
    )
    first, feed, sitemap = source.entries
    assert (first.paging.pattern, first.paging.first, first.paging.max_pages) == (
        "index_{n}.htm",
        1,
        9,
    )
    assert (first.rows.row, first.rows.link) == ("tr", "a")
    assert (feed.kind, feed.paging.kind) == (EntryKind.FEED, PagingKind.NONE)
    assert sitemap.kind is EntryKind.SITEMAP
    assert source.links.hosts == ("town.practice.test", "www.town.practice.test")
    assert [pattern.pattern for pattern in source.links.allow] == ["^/a/[0-9]+$"]
    assert source.fields.body == ("#zoom",)
    assert source.fields.remove == (".share",)
    assert source.fields.site_names == ("Town",)
    assert source.politeness.delay == timedelta(seconds=5)
    assert (source.bounds.pages, source.bounds.links, source.bounds.page_bytes) == (7, 8, 4096)
    assert source.bounds.duration == timedelta(minutes=1)
    assert source.bounds.page_timeout == timedelta(seconds=9)
    assert source.bounds.redirects == 0
    assert source.rechecks.after == (timedelta(hours=12), timedelta(days=2))
    assert source.rechecks.per_run == 3


def test_hosts_of_entries_count_where_none_are_named(tmp_path: Path) -> None:
    more = '\n[[entry]]\nkind = "feed"\nurl = "https://feeds.practice.test/rss.xml"\n'
    assert town(tmp_path, more).links.hosts == ("town.practice.test", "feeds.practice.test")


def test_a_later_folder_overrides_sources_and_templates(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write(first)
    (second / "own.toml").write_text(SOURCE.replace("Town news", "My town"), "utf-8")
    (second / "templates").mkdir()
    (second / "templates" / "mine.toml").write_text(TEMPLATE.replace('"h1"', '"h2"'), "utf-8")
    source = load_catalogue([first, second]).get("town")
    assert source.name == "My town"
    assert source.fields.title == ("h2",)
    shipped = load_catalogue()
    assert len(load_catalogue([first, second]).sources) == len(shipped.sources) + 1


def test_a_shipped_source_can_be_shadowed(tmp_path: Path) -> None:
    write(tmp_path, SOURCE.replace('"town"', '"guiyang-en"'))
    assert load_catalogue([tmp_path]).get("guiyang-en").name == "Town news"


def test_an_unknown_id_names_the_nearest(tmp_path: Path) -> None:
    catalogue = load_catalogue([write(tmp_path)])
    with pytest.raises(SourceError, match="no source 'twon'; did you mean 'town'"):
        catalogue.get("twon")
    with pytest.raises(SourceError, match="hubwatch sources"):
        catalogue.get("zzzzzzzz")


def test_the_nearest_source_takes_an_address(tmp_path: Path) -> None:
    write(tmp_path)
    section = SOURCE.replace('"town"', '"section"').replace("/news.html", "/2024-01/news.html")
    (tmp_path / "section.toml").write_text(section, "utf-8")
    catalogue = load_catalogue([tmp_path])
    assert found(catalogue, "http://town.practice.test/2023-01/01/c_1.htm") == "section"
    assert found(catalogue, "http://town.practice.test/2024-01/01/c_1.htm") == "section"
    assert found(catalogue, "http://town.practice.test/about.htm") is None
    assert found(catalogue, "nonsense") is None


def found(catalogue: Catalogue, url: str) -> str | None:
    source = catalogue.for_url(url)
    return source.id if source else None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schedule =", "shedule =", "shedule: unknown key; did you mean 'schedule'?"),
        ('schedule = "every 2h"', "", "schedule: is missing"),
        ('schedule = "every 2h"', 'schedule = " "', "schedule: is empty"),
        ('schedule = "every 2h"', "schedule = 2", "schedule: must be a text in quotes, not 2"),
        ('"town"', '"Town 1"', "id: 'Town 1' is not an id"),
        ('"house"', '"hause"', "template: there is no template 'hause'; did you mean 'house'?"),
        ('home = "http', "home = http", "is not TOML"),
        ('home = "http://', 'home = "file://', "home: 'file://town.practice.test/' is not an"),
        (
            '"http://town.practice.test/news',
            '"/news',
            "entry[1].url: '/news.html' is not an address",
        ),
        ("[[entry]]", "[entry]", "entry: must be tables, each written as [[entry]]"),
        ("[[entry]]", '[[entry]]\nkind = "fead"', "entry[1].kind: 'fead' is none of list, feed"),
        ("[[entry]]", '[[entry]]\npaging = "often"', "entry[1].paging: 'often' is none of"),
        (
            "[[entry]]",
            "[[entry]]\nmax_pages = 0",
            "entry[1].max_pages: must be a whole number from 1",
        ),
        ("[[entry]]", '[[entry]]\nrow = "li["', "entry[1].row: 'li[' is no CSS selector"),
        ("[[entry]]", "[links]\nallow = [1]\n[[entry]]", "links.allow: must be a list of texts"),
        ("[[entry]]", '[links]\nallow = "x"\n[[entry]]', "links.allow: a link shape begins with /"),
        (
            "[[entry]]",
            '[links]\nhosts = "http://a"\n[[entry]]',
            "links.hosts: 'http://a' is not a host",
        ),
        (
            "[[entry]]",
            '[fields]\nbody = "..a"\n[[entry]]',
            "fields.body: '..a' is no CSS selector",
        ),
        (
            "[[entry]]",
            '[fields]\nboby = "a"\n[[entry]]',
            "fields.boby: unknown key; did you mean 'body'",
        ),
        (
            "[[entry]]",
            '[politeness]\ndelay = "2"\n[[entry]]',
            "politeness.delay: '2' is no span of time",
        ),
        (
            "[[entry]]",
            '[politeness]\ndelay = "2h"\n[[entry]]',
            "politeness.delay: must be at most 1h",
        ),
        ("[[entry]]", "[bounds]\npages = true\n[[entry]]", "bounds.pages: must be a whole number"),
        (
            "[[entry]]",
            '[rechecks]\nafter = ["soon"]\n[[entry]]',
            "rechecks.after: 'soon' is no span of time",
        ),
        ("[[entry]]", 'checked = "2024-01-01"\n[[entry]]', "checked: must be a date such as"),
        ("[[entry]]", 'timezone = "China"\n[[entry]]', "timezone: no time zone 'China'"),
        (
            "[[entry]]",
            'language = "English"\n[[entry]]',
            "language: 'English' is not a language tag",
        ),
        ("[[entry]]", 'links = "a"\n[[entry]]', "links: must be a table, written as [links]"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_key(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in SOURCE
    line = complaint(tmp_path, SOURCE.replace(old, new, 1))
    assert line.startswith(f"{tmp_path / 'town.toml'}: ")
    assert said in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("family =", "familie =", "familie: unknown key; did you mean 'family'?"),
        ("{name}_{n}.html", "{name}.html", "paging.pattern: '{name}.html' is none of"),
        ('pattern = "{name}_{n}.html"', "", "paging.pattern: is missing"),
        ('kind = "pattern"', 'kind = "patern"', "paging.kind: 'patern' is none of"),
        ("[links]", '[links]\nhosts = ["a.test"]', "links.hosts: unknown key"),
        ('link = "a"', 'link = "a["', "list.link: 'a[' is no CSS selector"),
    ],
)
def test_a_mistake_in_a_template_is_one_line_too(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    line = complaint(tmp_path, template=TEMPLATE.replace(old, new, 1))
    assert line.startswith(f"{tmp_path / 'templates' / 'house.toml'}: ")
    assert said in line
    assert "\n" not in line


def test_a_source_without_entries_is_refused(tmp_path: Path) -> None:
    assert "needs at least one [[entry]]" in complaint(tmp_path, SOURCE.split("[[entry]]")[0])


def test_an_id_twice_in_one_folder_names_both_files(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "village.toml").write_text(SOURCE, "utf-8")
    with pytest.raises(
        SourceError, match=r"village\.toml: id: 'town' is already used in .*town\.toml"
    ):
        load_catalogue([tmp_path])


def test_unreadable_files_and_folders_say_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        load_catalogue([tmp_path / "none"])
    (tmp_path / "bad.toml").write_bytes("id = '贵阳'".encode("gb18030"))
    with pytest.raises(SourceError, match="is not UTF-8"):
        load_catalogue([tmp_path])


def test_values() -> None:
    assert parse_span("90s") == parse_span("1.5m") == timedelta(seconds=90)
    assert parse_span("500ms") == timedelta(seconds=0.5)
    assert parse_span("1w") == timedelta(days=7)
    assert parse_paging("?start={n} from 20").first == 20
    assert parse_paging("next").kind is PagingKind.NEXT
    assert parse_paging("script").kind is PagingKind.SCRIPT
    assert parse_paging("none").kind is PagingKind.NONE


def test_an_entry_says_how_often_it_is_read(tmp_path: Path) -> None:
    text = (
        SOURCE
        + """
[[entry]]
kind = "json"
url = "http://town.practice.test/wp-json/wp/v2/posts?per_page=100"
link = "link"
title = "title.rendered"
date = "date"
modified = "modified"
paging = "next"
every = "1d"
"""
    )
    source = load_catalogue([write(tmp_path, text)]).get("town")
    cheap, whole = source.entries
    assert (cheap.every, whole.every) == (timedelta(0), timedelta(days=1))
    assert (whole.paging.kind, whole.rows.modified) == (PagingKind.NEXT, "modified")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('every = "now and then"', "entry[1].every: "),
        ('every = "31d"', "entry[1].every: must be at most 30d"),
        ('modified = "date"', "entry[1].modified: "),
    ],
)
def test_how_often_an_entry_is_read_is_checked(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(SourceError) as caught:
        load_catalogue([write(tmp_path, f"{SOURCE}{line}\n")])
    assert complaint in str(caught.value)


def test_a_broken_file_leaves_out_its_own_source_alone(tmp_path: Path) -> None:
    write(tmp_path)
    good = SOURCE.replace('"town"', '"village"')
    (tmp_path / "village.toml").write_text(good, "utf-8")
    (tmp_path / "town.toml").write_text(SOURCE + "[[entry", "utf-8")
    found = load_usable([tmp_path])
    assert found.get("village").name == "Town news"
    assert "town" not in found.sources
    with pytest.raises(SourceError, match=r"town\.toml: is not TOML"):
        found.get("town")
    assert [(each.path, each.id) for each in found.faults] == [
        (str(tmp_path / "town.toml"), "town")
    ]


def test_no_shipped_source_takes_the_place_of_a_broken_one(tmp_path: Path) -> None:
    assert "guiyang-en" in load_usable().sources
    (tmp_path / "mine.toml").write_text('id = "guiyang-en"\nname = ', "utf-8")
    found = load_usable([tmp_path])
    assert "guiyang-en" not in found.sources
    assert "guiyang-en" not in list(found.sources)
    assert list(found.left_out) == ["guiyang-en"]


def test_a_broken_template_leaves_out_the_sources_that_name_it(tmp_path: Path) -> None:
    write(tmp_path, template=TEMPLATE.replace('title = "h1"', 'title = "h1["'))
    (tmp_path / "templates" / "trs.toml").write_text("id = 3", "utf-8")
    found = load_usable([tmp_path])
    broken = {"town"} | {name for name in found.left_out if name != "town"}
    assert len(broken) > 1  # the shipped ones of that family
    assert not broken & set(found.sources)
    assert "guiyang-en" in found.sources
    with pytest.raises(SourceError, match=r"house\.toml: fields\.title"):
        found.get("town")


def test_an_id_twice_leaves_both_out(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "village.toml").write_text(SOURCE, "utf-8")
    assert "town" not in load_usable([tmp_path]).sources


# Hypothesis makes texts that the pattern takes; to make one smaller takes it minutes.
@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=50)
@given(st.from_regex(re.compile(PLAIN.pattern), fullmatch=True))
def test_a_plain_selector_can_be_used(selector: str) -> None:
    soupsieve.compile(selector)


@pytest.mark.parametrize(
    "selector", ["#1", "li:has(", "a >", ".b[", "a, , b", "a[b=c d]", "a[b='\\n']"]
)
def test_what_is_no_selector_is_not_plain(selector: str) -> None:
    assert PLAIN.fullmatch(selector) is None


def test_most_selectors_are_plain() -> None:
    rows = [
        text
        for source in load_catalogue().sources.values()
        for entry in source.entries
        for text in (entry.rows.row, entry.rows.date)
        if text
    ]
    plain = sum(PLAIN.fullmatch(row) is not None for row in rows)
    assert plain > 0.7 * len(rows) > 20
