"""Readers of bytes from outside under Hypothesis: whatever arrives, each answers with a value or
with the one error that it declares, says the same when asked again, and what it says can be stored.

How much work a reader does is counted in calls, not in seconds.
"""

from __future__ import annotations

import cProfile
import encodings
import gzip
import io
import json
import pkgutil
import pstats
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from hubwatch.errors import PageError
from hubwatch.reasons import is_internal
from scraper.archives.jsonl import (
    Line,
    LineFault,
    parse_line,
    read_lines,
    read_record,
    record_as_read,
)
from scraper.archives.warc import Packing, Passed, WarcPage, read_pages, write_warc
from scraper.bugs import collecting
from scraper.middlewares.fetch_result import FetchKind
from scraper.middlewares.robots import read_robots
from scraper.middlewares.throttle import LONGEST_WAIT, wait_until
from scraper.parsing.dates.in_text import find_dates, read_date
from scraper.parsing.encoding import decode, decode_list
from scraper.parsing.feeds import read_entries, read_feed_site
from scraper.parsing.lists.json_lists import linked_next, read_items
from scraper.parsing.page import absolute
from scraper.parsing.sitemaps import read_addresses
from scraper.sources.model import ListRules
from scraper.spiders.fetch import _Asked, _request, validator_of
from storage.types import Capture, Outcome
from storage.urls import host_of, identity_key, is_address, is_synthetic, key_of, moved, url_key
from tests.support.examples import examples
from tests.support.make import NOW, SHANGHAI, capture

ODD = (
    *("\0", "\x1b", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffe", "\ud800", "\U0001d7d9", "ß"),
    *("٣", "²", "①", "１", "ı", "İ", "贵阳", "%", "%zz", "%00", "%ff", "//", "@", ":", "[", "]"),
    *("#", "?", "&", ";", "\\", "\n", "\r", "\t", " ", "-", "xn--", "9" * 400, "-1", "1e999"),
    *("http://", "https://a.test/", "ftp://a.test/", "a.test:99999", "[::1]", "javascript:", ""),
    *("urn:uuid:12345678-1234-1234-1234-123456789abc", "data:,x", "2026-03-01", "2026-02-30"),
    *("0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1772323200", "NaN"),
    *("Sat, 31 Dec 9999 23:59:59 -1200", "Mon, 01 Jan 0001 00:00:00 +1400", "1 Jan 1 0:0 +2400"),
    *("20260301093000", "民國115年3月1日", "二〇二六年三月一日", "Mar 1, 2026 12:00 PM", "GMT+99"),
)
texts = st.lists(st.sampled_from(ODD) | st.text(max_size=4), max_size=8).map("".join)


@contextmanager
def without_bugs() -> Iterator[None]:
    """Nothing may break, not even where it would cost itself alone."""
    with collecting() as broken:
        yield
    assert broken == []


def calls(work: Callable[[], object]) -> int:
    """How many calls of functions something takes."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(pstats.Stats(profile, stream=io.StringIO()).total_calls)  # type: ignore[attr-defined]


def storable(value: object) -> None:
    """Every text in a value can be written as UTF-8, and holds no NUL."""
    if isinstance(value, str):
        value.encode("utf-8")
        assert "\0" not in value
    elif isinstance(value, tuple | list):
        for each in value:
            storable(each)
    elif is_dataclass(value):
        for each in fields(value):
            storable(getattr(value, each.name))


# Addresses


@given(st.sampled_from(["", "http://", "https://a.test/"]), texts)
def test_any_text_is_an_address_with_one_key_or_none(start: str, text: str) -> None:
    url = start + text
    assert isinstance(is_synthetic(url), bool)
    assert not moved(url, url)
    try:
        key = url_key(url)
    except ValueError:
        assert not is_address(url)
        assert key_of(url) == url
        return
    assert url_key(key) == key == key_of(url) == identity_key(url)
    assert host_of(key) == host_of(url)
    assert key.isascii()


@given(texts, st.sampled_from(["http://a.test/x/", "https://a.test", "http://a.test/?q#x"]))
def test_any_link_joins_to_an_address_that_can_be_kept_or_to_nothing(text: str, base: str) -> None:
    found = absolute(text, base)
    assert found == absolute(text, base)
    assert not found or absolute(found, base) == found
    storable(found)


# Headers and dates


@given(
    st.one_of(
        texts,
        st.builds(
            lambda at, hours: format_datetime(at.replace(tzinfo=timezone(timedelta(hours=hours)))),
            st.datetimes(),
            st.integers(-23, 23),
        ),
    )
)
def test_any_retry_after_is_a_wait_within_its_bound_or_none(text: str) -> None:
    until = wait_until(text, NOW)
    assert until is None or (NOW < until <= NOW + LONGEST_WAIT and until.tzinfo is UTC)


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_a_validator_goes_back_as_it_came(etag: bytes, modified: bytes, date: bytes) -> None:
    heads = (("etag", etag), ("last-modified", modified), ("date", date))
    said = tuple((name, value.decode("latin-1")) for name, value in heads)
    validator = validator_of(capture(headers=said), NOW)
    if validator is None:
        return
    asked = _request(_Asked("http://a.test/", FetchKind.LIST, validator, None, None)).headers
    assert asked.get("If-None-Match", b"") == (etag if validator.etag else b"")
    assert asked.get("If-Modified-Since", b"") == (modified if validator.last_modified else b"")


def test_a_tag_of_thousands_of_characters_is_not_sent_back() -> None:
    """Servers refuse requests with such headers."""
    headers = (("etag", '"' + "x" * 9_000 + '"'), ("last-modified", format_datetime(NOW)))
    validator = validator_of(capture(headers=headers), NOW)
    assert validator is not None
    assert (validator.etag, validator.last_modified) == (None, format_datetime(NOW))


@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_a_wait_until_the_end_of_time_is_the_longest_wait(hours: int) -> None:
    end = datetime.max.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert wait_until(format_datetime(end), NOW) == NOW + LONGEST_WAIT


@given(st.lists(st.sampled_from(["<", ">", 'rel="next"', ";", ",", "rel=next"]) | texts))
def test_any_link_header_names_a_page_of_the_same_host_or_none(parts: list[str]) -> None:
    found = linked_next(capture(url="http://a.test/", headers=(("link", "".join(parts)),)))
    assert not found or host_of(found) == "a.test"


@given(texts, st.sampled_from([SHANGHAI, "UTC", ""]))
def test_any_text_holds_dates_that_can_be_kept_or_none(text: str, zone: str) -> None:
    for when in (read_date(text, zone), *(each.when for each in find_dates(text, zone))):
        if when is not None:
            storable(when.iso)
            assert type(when).from_iso(when.iso, when.precision, when.zone) == when
            assert len(when.sort_key) == 20


# Encodings

CODECS = sorted({each.name for each in pkgutil.iter_modules(encodings.__path__)})
PYTHONS_OWN = ("unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "utf_7")


@given(
    st.sampled_from(CODECS) | texts,
    st.lists(
        st.binary(max_size=9)
        | st.sampled_from(
            [b"\\ud800", b"\\x41", b"+2AD-", b"xn--a-", b"~{", b"\x1b$B", b"<p>", b"\xe9"]
        )
    ),
    st.sampled_from(["", "<meta charset='{}'>", "<?xml encoding='{}'?>"]),
)
@settings(max_examples=examples(600))
def test_any_label_reads_as_text_that_can_be_kept(label: str, parts: list[bytes], at: str) -> None:
    body = at.format(label).encode("utf-8", "replace") + b"".join(parts)
    for read in (decode, decode_list):
        found = read(body, f"text/html; charset={label}")
        assert found == read(body, f"text/html; charset={label}")
        found.text.encode("utf-8")
        assert found.hopeless == (not found.encoding)


@pytest.mark.parametrize("label", PYTHONS_OWN)
def test_a_label_that_is_a_notation_of_python_is_none(label: str) -> None:
    """Browsers know none of these, and a page must not be read as what it does not show."""
    body = "<p>Guiyang \\u0041 -café- is a hub city</p>".encode("cp1252")
    assert decode(body, f"text/html; charset={label}") == decode(body, "text/html")
    assert decode_list(body, f"text/html; charset={label}") == decode_list(body, "text/html")


# Feeds, sitemaps, lists as JSON

ELEMENTS = """
item entry title link guid id pubDate published updated dc:date dc:creator summary description
content content:encoded enclosure media:content media:thumbnail media:rating itunes:duration
itunes:image geo:lat georss:point georss:polygon gml:pos gml:Point author name email source cloud
image textinput category ttl width height creativeCommons:license psc:chapter
admin:errorReportsTo loc lastmod news:news news:title news:publication_date url sitemap channel
"""
NAMES = st.sampled_from(ELEMENTS.split())
ATTRIBUTES = st.lists(
    st.tuples(
        st.sampled_from(["href", "rel", "type", "xml:base", "url", "mode", "start", "rdf:about"]),
        st.sampled_from(["next", "alternate", "text/html", "base64", "xhtml", "related"])
        | texts.map(lambda text: text.replace('"', "").replace("<", "")),
    ).map(lambda pair: f' {pair[0]}="{pair[1]}"'),
    max_size=2,
).map("".join)


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Elements around what they hold; some are not closed, some closed twice."""
    return st.builds(
        lambda shape, name, attributes, inner: shape.format(name, attributes, inner),
        st.sampled_from(
            ["<{0}{1}>{2}</{0}>"] * 6
            + ["<{0}{1}><![CDATA[{2}]]></{0}>", "<{0}{1}/>", "<{0}{1}>{2}", "{2}</{0}>"]
        ),
        NAMES,
        ATTRIBUTES,
        st.lists(inner, max_size=4).map("".join),
    )


ROOTS = st.sampled_from(
    [
        (
            '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:media="http://search.yahoo.com/mrss/" '
            'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
            'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" '
            'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" '
            'xmlns:psc="http://podlove.org/simple-chapters"><channel>',
            "</channel></rss>",
        ),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "</urlset>"),
        ("<sitemapindex>", "</sitemapindex>"),
    ]
)
MARKUP = st.recursive(texts, element, max_leaves=25)


@given(
    ROOTS,
    st.lists(element(MARKUP), max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["application/xml", "text/xml; charset=gbk", "text/html; charset=utf-8"]),
    st.booleans(),
)
@settings(max_examples=examples(400))
def test_any_markup_is_a_feed_or_a_sitemap_whose_rows_can_be_kept(
    root: tuple[str, str], parts: list[str], codec: str, kind: str, is_whole: bool
) -> None:
    text = root[0] + "".join(parts) + (root[1] if is_whole else "")
    page = capture(text.encode(codec, "replace"), headers=(("content-type", kind),))
    for read in (read_entries, read_addresses):
        with without_bugs():
            found = read(page, SHANGHAI)
        assert found == read(page, SHANGHAI)
        assert found.rows or found.pager.pages or found.outcome is not Outcome.OK
        assert not is_internal(found.reason)
        storable(found)
    storable(read_feed_site(page))


@pytest.mark.parametrize(
    "odd",
    [
        "</width>",
        "<image><url>x</url></image></height>",
        "<gml:pos>26.6 106.7</gml:pos>",
        "<creativeCommons:license/></creativeCommons:license>",
    ],
)
def test_an_element_that_the_library_breaks_on_costs_no_row(odd: str) -> None:
    items = "".join(
        f"<item><title>News {number}</title><link>http://a.test/{number}</link>"
        f"<pubDate>2026-03-0{number}</pubDate>{odd if number == 2 else ''}</item>"
        for number in (1, 2, 3)
    )
    page = capture(
        f'<rss xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml">'
        f"<channel><title>Town</title><link>http://a.test/</link>{odd}{items}</channel></rss>".encode()
    )
    found = read_entries(page, SHANGHAI)
    assert [(row.url, row.title, row.published and row.published.iso) for row in found.rows] == [
        (f"http://a.test/{number}", f"News {number}", f"2026-03-0{number}") for number in (1, 2, 3)
    ]
    assert read_feed_site(page) == ("http://a.test/", "Town")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["url", "title", "date", "total", "items"]), inner)
    ),
    max_leaves=12,
)


@given(values, st.lists(st.fixed_dictionaries({"url": texts, "title": texts, "date": values})))
@settings(max_examples=examples(200))
def test_any_json_is_a_list_whose_rows_can_be_kept(around: object, items: list[object]) -> None:
    body = json.dumps({"data": {"x": around, "list": items}}).encode()
    page = capture(body, headers=(("content-type", "application/json"),))
    with without_bugs():
        found = read_items(page, ListRules(), SHANGHAI)
    assert repr(found) == repr(read_items(page, ListRules(), SHANGHAI))
    storable(found.rows)


# robots.txt


@given(
    st.lists(
        st.sampled_from(
            (
                *("User-agent: *", "User-agent: hubwatch", "Disallow: ", "Allow: "),
                *("Crawl-delay: ", "Request-rate: ", "Visit-time: ", "Sitemap: "),
                *("\n", "\n", "\r", "*", "$", "/"),
            )
        )
        | texts,
        max_size=30,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.text("ab/*$%?=", max_size=12),
)
def test_any_bytes_are_rules_that_answer(parts: list[str], codec: str, place: str) -> None:
    body = "".join(parts).encode(codec, "replace")
    one, other = read_robots(body), read_robots(body)
    url = f"http://a.test/{place}"
    assert one.can_fetch(url, "hubwatch") == other.can_fetch(url, "hubwatch")
    assert one.crawl_delay("hubwatch") == other.crawl_delay("hubwatch")


# Work


def _feed(count: int) -> Callable[[], object]:
    item = "<item><title>T</title><link>http://a.test/{}</link><pubDate>2026-03-01</pubDate></item>"
    body = "".join(map(item.format, range(count)))
    page = capture(f"<rss><channel>{body}</channel></rss>".encode())
    return lambda: read_entries(page, SHANGHAI)


def _sitemap(count: int) -> Callable[[], object]:
    body = "".join(f"<url><loc>http://a.test/{number}</loc></url>" for number in range(count))
    page = capture(f"<urlset>{body}</urlset>".encode())
    return lambda: read_addresses(page, SHANGHAI)


def _robots(count: int) -> Callable[[], object]:
    body = "User-agent: *\n" + "".join(f"Disallow: /a*{number}*b\n" for number in range(count))
    return lambda: read_robots(body.encode()).can_fetch("http://a.test/aaa/b", "hubwatch")


def _record(count: int) -> Callable[[], object]:
    image = {"url": "http://a.test/i.png", "caption": "A"}
    value = {"url": "http://a.test/1", "title": "T", "body": "B", "images": [image] * count}
    return lambda: read_record(value, "a", None, SHANGHAI)


@pytest.mark.parametrize("work", [_feed, _sitemap, _robots, _record])
def test_four_times_as_much_is_four_times_the_work(
    work: Callable[[int], Callable[[], object]],
) -> None:
    work(10)()  # what is loaded or learned once
    assert calls(work(400)) < 5 * calls(work(100))


# Lines of JSON

CLUES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["published", "written"]) | texts,
        "date": st.sampled_from(["2026-03-01", "2026-03-01T08:00:00+08:00"]) | texts,
        "precision": st.sampled_from(["day", "second"]) | texts,
        "zone": st.sampled_from([SHANGHAI, "", "Nowhere/Else"]) | texts,
        "from": st.sampled_from(["meta"]) | texts,
        "rule": texts,
        "raw": texts,
        "verdict": st.sampled_from(["chosen", "refused: too old"]) | texts,
    }
)
PROOF = st.dictionaries(
    st.just("title") | texts,
    st.fixed_dictionaries({"from": st.just("meta"), "rule": texts, "raw": texts}),
    max_size=2,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(["title", "body", "author", "language", "publisher", "html"], texts),
    "url": st.just("http://a.test/1") | texts,
    **dict.fromkeys(["published", "updated", "first_seen_at", "gone_at"], texts),
    **dict.fromkeys(["published_zone", "updated_zone"], st.sampled_from([SHANGHAI, ""]) | texts),
    "published_precision": st.sampled_from(["second", "day", "month"]) | texts,
    "images": st.lists(
        st.fixed_dictionaries({"url": st.just("http://a.test/i"), "caption": texts})
    ),
    "attachments": st.lists(st.fixed_dictionaries({"url": texts, "name": texts, "kind": texts})),
    "dates": st.lists(CLUES, max_size=2),
    "provenance": PROOF,
}


@given(st.data(), st.sampled_from(sorted(FIELDS)), st.booleans())
@settings(max_examples=examples(400))
def test_any_record_is_an_article_that_goes_out_as_it_came_in_or_a_fault(
    data: st.DataObject, odd: str, is_mess: bool
) -> None:
    """Mostly one field is odd, so that the others do not hide it."""
    value: dict[str, Any] = {"url": "http://a.test/1", "title": "Hub", "body": "Text"}
    for name in sorted(FIELDS) if is_mess else (odd,):
        value[name] = data.draw(FIELDS[name] | values if is_mess else FIELDS[name], name)
    try:
        found = read_record(parse_line(json.dumps(value).encode()), "a", None, SHANGHAI)
    except ValueError as error:
        assert not is_internal(str(error)), error
        return
    storable(found)
    article = found.article
    for when in (article.published, article.updated, *(clue.when for clue in article.dates)):
        assert when is None or (len(when.sort_key) == 20 and when.day)
    line = json.dumps(record_as_read(article, found.outcome), ensure_ascii=False).encode()
    again = read_record(parse_line(line), "a", article.source, SHANGHAI)
    assert again.article == article


@pytest.mark.parametrize(
    "odd",
    [
        {"provenance": {"\ud800": {"from": "meta"}}},
        {"provenance": {"a\0": {"from": "meta"}}},
        {"dates": [{"raw": "\ud800"}]},
        {"dates": [{"verdict": "refused: \ud800"}]},
        {"dates": [{"rule": "x" * 70_000}]},
        {"dates": [{"zone": "Nowhere/Else"}]},
        {"dates": [{"date": "0001-01-01", "zone": "Etc/GMT-14"}]},
    ],
)
def test_what_could_not_be_exported_is_not_imported(odd: dict[str, Any]) -> None:
    clue = {"kind": "published", "date": "2026-03-01", "precision": "day", "zone": SHANGHAI}
    clue |= {"from": "meta", "rule": "r", "raw": "2026-03-01", "verdict": "chosen"}
    value = {"url": "http://a.test/1", "title": "Hub", "body": "Text"}
    assert read_record({**value, "dates": [clue]}, "a", None, SHANGHAI).article.dates
    if "dates" in odd:
        odd = {"dates": [{**clue, **odd["dates"][0]}]}
    with pytest.raises(ValueError, match=r"dates|provenance"):
        read_record({**value, **odd}, "a", None, SHANGHAI)


def test_a_file_that_is_empty_but_for_its_mark_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\r\n\n")
    assert list(read_lines(path)) == []


class Lines(RuleBasedStateMachine):
    """A file of lines grows by objects, noise and blank lines, and is read after each step."""

    @initialize(packed=st.booleans(), mark=st.booleans())
    def begin(self, packed: bool, mark: bool) -> None:
        self.packed, self.number = packed, 1
        self.data = b"\xef\xbb\xbf" if mark else b""
        self.expected: list[int] = []
        self.faulty: set[int] = set()

    @rule(value=st.dictionaries(texts, values, max_size=3))
    def add_an_object(self, value: dict[str, Any]) -> None:
        self.expected.append(self.number)
        self._add(json.dumps(value).encode())

    @rule(
        noise=st.binary(min_size=1, max_size=9).map(lambda noise: b"!" + noise.replace(b"\n", b""))
    )
    def add_noise(self, noise: bytes) -> None:
        self.expected.append(self.number)
        self.faulty.add(self.number)
        self._add(noise)

    @rule(blank=st.sampled_from([b"", b" ", b"\t\r"]))
    def add_a_blank_line(self, blank: bytes) -> None:
        if self.number > 1:
            self._add(blank)

    @rule()
    def read(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ("a.jsonl.gz" if self.packed else "a.jsonl")
            path.write_bytes(gzip.compress(self.data, 1, mtime=0) if self.packed else self.data)
            found = list(read_lines(path))
            assert found == list(read_lines(path))
        assert [each.number for each in found] == self.expected
        assert {each.number for each in found if isinstance(each, LineFault)} == self.faulty
        assert all(isinstance(each, Line | LineFault) for each in found)

    @precondition(lambda self: self.packed and self.expected)
    @rule(share=st.floats(0, 1, exclude_max=True))
    def cut(self, share: float) -> None:
        """What is cut is read up to there, and said to be cut."""
        data = gzip.compress(self.data, 1, mtime=0)
        left = data[: int(share * len(data))]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.jsonl.gz"
            path.write_bytes(left)
            found: list[Line | LineFault] = []
            is_refused = False
            try:
                for each in read_lines(path):
                    found.append(each)
            except PageError:
                is_refused = True
            ends = bool(found) and isinstance(found[-1], LineFault)
            assert is_refused or ends or not left
            whole = [each.number for each in (found[:-1] if ends else found)]
            assert whole == self.expected[: len(whole)]

    def _add(self, line: bytes) -> None:
        self.data += line + b"\n"
        self.number += 1


TestLines = Lines.TestCase
TestLines.settings = settings(max_examples=examples(60), stateful_step_count=10, deadline=None)


# WARC

TOKENS = st.text("abcXYZ-", min_size=1, max_size=8)
WORTH = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
PAGES = st.builds(
    lambda place, moved, at, kind, heads, body, status: Capture(
        f"http://a.test/{place}",
        f"http://a.test/{place}{moved}",
        at.replace(tzinfo=UTC),
        status,
        (("content-type", kind), *((name.lower(), value.strip()) for name, value in heads)),
        body,
    ),
    st.text("ab/%é贵?=&", max_size=8),
    st.sampled_from(["", "", "x"]),
    st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["text/html", "text/html; charset=gbk", "image/png"]),
    st.lists(st.tuples(TOKENS, WORTH), max_size=3),
    st.binary(max_size=200) | st.sampled_from([b"0\r\n\r\n", b"\x1f\x8b", b"WARC/1.0\r\n\r\n"]),
    st.sampled_from([200, 200, 200, 404, 599]),
)


class Warc(RuleBasedStateMachine):
    """Pages are written, and read again; then the file is damaged in one place."""

    @initialize(packing=st.sampled_from(Packing))
    def begin(self, packing: Packing) -> None:
        self.packing = packing
        self.pages: list[Capture] = []

    @rule(page=PAGES)
    def add(self, page: Capture) -> None:
        self.pages.append(page)

    def written(self) -> bytes:
        out = io.BytesIO()
        assert write_warc(out, self.pages, NOW, self.packing) == len(self.pages)
        return out.getvalue()

    @rule()
    def read(self) -> None:
        first, *found = _records(self.written())
        assert isinstance(first, Passed)
        assert len(found) == len(self.pages)
        for page, record in zip(self.pages, found, strict=True):
            if page.status != 200 or not page.headers[0][1].startswith("text/html"):
                assert isinstance(record, Passed)
                continue
            assert isinstance(record, WarcPage), record
            read = record.capture
            assert (read.url, read.final_url, read.body) == (page.url, page.final_url, page.body)
            assert read.fetched_at == page.fetched_at
            length = ("content-length", str(len(page.body)))
            assert [pair for pair in read.headers if pair != length] == list(page.headers)

    @precondition(lambda self: self.pages)
    @rule(share=st.floats(0, 1, exclude_max=True))
    def cut(self, share: float) -> None:
        """A file that is cut never gives what was not in it."""
        data = self.written()
        for each in _records(data[: int(share * len(data))], broken=True):
            if isinstance(each, WarcPage):
                assert each.capture.body in [page.body for page in self.pages]

    @precondition(lambda self: self.pages)
    @rule(share=st.floats(0, 1, exclude_max=True), noise=st.binary(min_size=1, max_size=9))
    def damage(self, share: float, noise: bytes) -> None:
        data = bytearray(self.written())
        at = int(share * len(data))
        data[at : at + len(noise)] = noise
        for each in _records(bytes(data), broken=True):
            if isinstance(each, LineFault):
                assert not is_internal(each.reason), each.reason


def _records(data: bytes, *, broken: bool = False) -> list[WarcPage | Passed | LineFault]:
    found: list[WarcPage | Passed | LineFault] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc"
        path.write_bytes(data)
        try:
            for each in read_pages(path):
                found.append(each)
        except PageError as error:
            assert broken, error
            assert not is_internal(str(error)), error
    return found


TestWarc = Warc.TestCase
TestWarc.settings = settings(max_examples=examples(80), stateful_step_count=8, deadline=None)


@pytest.mark.parametrize("value", ["贵阳".encode(), "Guiyang é".encode("latin-1"), b"a\xff\x85b"])
def test_headers_of_pages_go_through_a_file_as_received(value: bytes) -> None:
    headers = (("content-type", "text/html"), ("x-name", value.decode("latin-1")))
    out = io.BytesIO()
    write_warc(out, [capture(headers=headers)], NOW, Packing.PLAIN)
    assert b"x-name: " + value + b"\r\n" in out.getvalue()
    (read,) = (each for each in _records(out.getvalue()) if isinstance(each, WarcPage))
    assert read.capture.header("x-name") == value.decode("latin-1")
