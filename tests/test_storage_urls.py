"""URL identity: one spelling for one page, never one key for two pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.urls import host_of, url_key


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
