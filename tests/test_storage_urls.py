"""URL identity: one spelling for one page, never one key for two pages."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.urls import _key_of_any, host_of, url_key, with_slashes


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        (
            "HTTP://English.Guiyang.GOV.cn:80/a/./b/../c.htm#top",
            "http://english.guiyang.gov.cn/a/c.htm",
        ),
        ("http://e.test", "http://e.test/"),
        ("http://e.test/?utm_source=x&id=7&spm=a.b", "http://e.test/?id=7"),
        ("http://e.test/a?from=timeline&isappinstalled=0", "http://e.test/a"),
        ("http://e.test/a?from=beijing", "http://e.test/a?from=beijing"),
        ("http://e.test/a;jsessionid=0A1B?x=1", "http://e.test/a?x=1"),
        ("http://e.test/%7euser/%e8%b4%b5", "http://e.test/~user/%E8%B4%B5"),
        ("http://e.test/贵阳", "http://e.test/%E8%B4%B5%E9%98%B3"),
        ("http://贵阳.test/", "http://xn--6rtx61f.test/"),
        ("https://e.test:443/a", "https://e.test/a"),
        ("https://e.test:8443/a", "https://e.test:8443/a"),
        ("http://e.test./a", "http://e.test/a"),
    ],
)
def test_spellings(spelling: str, key: str) -> None:
    if "xn--" in key:
        assert url_key(spelling).startswith("http://xn--")
    else:
        assert url_key(spelling) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://e.test/a", "https://e.test/a"),
        ("http://e.test/a", "http://www.e.test/a"),
        ("http://e.test/a", "http://e.test/a/"),
        ("http://e.test/a", "http://e.test/A"),
        ("http://e.test/?id=1", "http://e.test/?id=2"),
        ("http://e.test/a%2Fb", "http://e.test/a/b"),
        ("http://e.test/?a=1&b=2", "http://e.test/?b=2&a=1"),
        ("http://fass.test/", "http://faß.test/"),
        ("http://e.test/?a=1&a=1", "http://e.test/?a=1"),
        ("http://e.test/a//b", "http://e.test/a/b"),
        ("http://e.test/index.html", "http://e.test/"),
        ("http://e.test//.", "http://e.test/."),
        ("http://e.test/a//.", "http://e.test/a/."),
    ],
)
def test_never_joined_by_syntax_alone(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "bad",
    ["ftp://e.test/", "file:///etc/passwd", "http://user@e.test/", "http://a\\@b/", "http:///x"],
)
def test_what_has_no_key(bad: str) -> None:
    with pytest.raises(ValueError):
        url_key(bad)


_PATHS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\\ ", min_codepoint=0x21), max_size=30
)


@given(_PATHS, _PATHS)
def test_a_key_is_its_own_key_and_keeps_its_host(path: str, query: str) -> None:
    url = f"http://E.test/{path}?{query}"
    key = url_key(url)
    assert url_key(key) == key
    assert host_of(key) == "e.test"


_LABEL = st.text("abz019贵é", min_size=1, max_size=4)
_HOSTS = st.lists(_LABEL, min_size=2, max_size=3).map(".".join)
_PORTS = st.sampled_from(["", ":80", ":443", ":8080"])
_SCHEMES = st.sampled_from(["http", "https"])
_PLACES = st.text("abAB01./%2Fé&=?_-~+ ", max_size=16)


@given(_SCHEMES, _HOSTS, _PORTS, _PLACES)
def test_a_key_stays_what_it_is_whatever_the_host(
    scheme: str, host: str, port: str, place: str
) -> None:
    place = place.strip()
    key = url_key(f"{scheme}://{host}{port}/{place}")
    assert url_key(key) == key
    assert url_key(f"{scheme.upper()}://{host.upper()}{port}/{place}#part") == key


@given(_HOSTS, _HOSTS, _SCHEMES, _PORTS, _PLACES)
def test_two_hosts_never_have_one_key(
    one: str, other: str, scheme: str, port: str, place: str
) -> None:
    keys = {url_key(f"{scheme}://{host}{port}/{place}") for host in (one, other)}
    assert len(keys) == len({one, other})
    assert {host_of(key) for key in keys} == {host_of(f"http://{one}"), host_of(f"http://{other}")}


@st.composite
def _neighbours(draw: st.DrawFn) -> tuple[str, str]:
    """Two places of a host that differ in little: a character more, less, other, or encoded."""
    one = draw(_PLACES)
    at = draw(st.integers(0, len(one)))
    here = one[at : at + 1]
    with_it = draw(st.sampled_from(["", *"aA0./%&=?_+é", "%2F", "%2f", "%61", "%C3%A9", here * 2]))
    return one, one[:at] + with_it + one[at + draw(st.integers(0, 1)) :]


def _asks_for(place: str) -> tuple[object, ...]:
    """What a server is asked for, byte for byte: each segment of the path, each parameter in
    order; a path that climbs is taken to where it leads."""
    path, _, query = place.partition("?")
    segments: list[bytes] = []
    for segment in (decoded := [unquote_to_bytes(quote(each, "%")) for each in path.split("/")]):
        if segment == b"..":
            segments = segments[:-1]
        elif segment != b".":
            segments.append(segment)
    if decoded[-1] in (b".", b".."):
        segments.append(b"")
    parameters = [unquote_to_bytes(quote(each, "%=")) for each in query.split("&") if each]
    return (*(segments or [b""]), None, *parameters)


@given(_neighbours())
def test_two_pages_of_a_host_never_have_one_key(places: tuple[str, str]) -> None:
    one, other = (url_key(f"http://e.test/{place}") for place in places)
    if one == other:
        assert _asks_for(places[0].strip()) == _asks_for(places[1].strip())


@given(st.from_regex(r"https?://[a-z0-9.:-]{1,12}/[\w/.~!$&'()*+,:;=@%?#-]{0,30}", fullmatch=True))
def test_what_is_its_own_key_is_so_by_all_the_rules(url: str) -> None:
    try:
        key = _key_of_any(url)
    except ValueError:
        with pytest.raises(ValueError):
            url_key(url)
    else:
        assert url_key(url) == key


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\news\a.html", "/news/a.html"),
        (r"http:\\e.test\a?b=c\d", "http://e.test/a?b=c%5Cd"),
        (r"//evil.test\@good.test/", "//evil.test/@good.test/"),
        (r"..\a#b\c", r"../a#b\c"),
        ("/a%5Cb", "/a%5Cb"),
    ],
)
def test_backslashes_are_slashes_up_to_the_query(written: str, read: str) -> None:
    assert with_slashes(written) == read


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://a.test/v.do?id=5&jsessionid=0AF3B2C1D4E5F60718293A4B5C6D7E8F", "http://a.test/v.do?id=5"),
        ("http://a.test/v.php?PHPSESSID=abc&id=5", "http://a.test/v.php?id=5"),
        ("http://a.test/v.asp?id=5&ASPSESSIONIDQQ=KJHG", "http://a.test/v.asp?id=5"),
        ("http://a.test/portal.php?mod=view&aid=900&sid=ika5tk", "http://a.test/portal.php?mod=view&aid=900"),
        ("http://a.test/portal.php?mod=view&aid=900&sid=DHcmxx", "http://a.test/portal.php?mod=view&aid=900"),
    ],
)  # fmt: skip
def test_row_220_a_session_id_is_no_part_of_an_address(url: str, key: str) -> None:
    assert url_key(url) == key
    assert url_key(key) == key


@pytest.mark.parametrize(
    "query",
    [
        "sid=507f1f77bcf86cd799439011",
        "cat=5&sid=507f1f77bcf86cd799439011",
        "id=5&sid=festival",
        "id=5&sid=100234",
        "id=5&sessionid=12",
        "s=harbour",
        "m=list&sid=ika5tk",
    ],
)  # fmt: skip
def test_row_220_what_may_name_a_page_stays(query: str) -> None:
    assert url_key(f"http://a.test/view.php?{query}").endswith(query)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://a.test/en/w/tugs?redirect=%2Fen%2Fnews%3Fcur%3D2", "http://a.test/en/w/tugs"),
        ("http://a.test/-/tugs?p_l_back_url=%2Fnews&lang=en", "http://a.test/-/tugs?lang=en"),
        (
            "http://a.test/-/a-new-tug?_com_liferay_asset_INSTANCE_x1_redirect=http%3A%2F%2Fa.test%2Fnews",
            "http://a.test/-/a-new-tug",
        ),
        ("http://a.test/news/a-new-tug/?returnUrl=/news/", "http://a.test/news/a-new-tug/"),
        ("http://a.test/show.jsp?id=12&backUrl=/list.jsp?p=3", "http://a.test/show.jsp?id=12"),
        ("http://a.test/2026/1207.html?referer=https://a.test/", "http://a.test/2026/1207.html"),
    ],
)  # fmt: skip
def test_the_page_that_one_came_from_is_no_part_of_an_address(url: str, key: str) -> None:
    assert url_key(url) == key
    assert url_key(key) == key


@pytest.mark.parametrize(
    "place",
    [
        "go?redirect=/news/a-new-tug",
        "sign-in?returnUrl=/news/1207",
        "user/login.do?backUrl=/news/1207",
        "2026/login?backUrl=/news/1207",
        "en/w/?redirect=/news/1207",
        "news/a-new-tug?redirect=no",
        "news/a-new-tug?page=/2",
    ],
)
def test_where_an_address_leads_stays(place: str) -> None:
    assert url_key(f"http://a.test/{place}").endswith(place)
