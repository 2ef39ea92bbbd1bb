"""The link rule: which addresses are articles, and the shapes it is written in."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.sources.links import MAX_URL, authority_of, compile_link, is_article
from scraper.sources.model import LinkRules
from tests.support.effort import cpu
from tests.support.examples import examples

HOST = "english.practice.test"


def rules(*allow: str, deny: tuple[str, ...] = (), hosts: tuple[str, ...] = (HOST,)) -> LinkRules:
    return LinkRules(hosts, tuple(map(compile_link, allow)), tuple(map(compile_link, deny)))


FAMILY = rules("/[{section}/]{yyyy}-{mm}/{dd}/c_{id}[_{id}].htm")


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/2023-08/29/c_914299.htm",
        f"https://{HOST}/wsb/2023-08/29/c_914299.htm",
        f"https://{HOST.upper()}/wsb/2023-08/29/c_914299.htm",
        f"https://{HOST}:443/wsb/2023-08/29/c_914299_2.htm",
        f"https://{HOST}/2023-08/29/c_914299.htm?from=list#top",
    ],
)
def test_articles(url: str) -> None:
    assert is_article(url, FAMILY)


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/news.html",
        f"http://{HOST}/2023-13/29/c_914299.htm",
        f"http://{HOST}/a/b/2023-08/29/c_914299.htm",
        f"http://{HOST}/2023-08/29/c_914299.htm.exe",
        f"http://www.{HOST}/2023-08/29/c_914299.htm",
        f"http://{HOST}.evil.test/2023-08/29/c_914299.htm",
        f"http://{HOST}:8080/2023-08/29/c_914299.htm",
        f"http://{HOST}:0/2023-08/29/c_914299.htm",
        f"http://{HOST}:99999999/2023-08/29/c_914299.htm",
        f"http://{HOST}@evil.test/2023-08/29/c_914299.htm",
        f"http://me@{HOST}/2023-08/29/c_914299.htm",
        f"http://evil.test\\@{HOST}/2023-08/29/c_914299.htm",
        f"ftp://{HOST}/2023-08/29/c_914299.htm",
        f"http://{HOST}/2023-08/29/c_914299.htm ",
        f"http://{HOST}/\n2023-08/29/c_914299.htm",
        "javascript:void(0)",
        "/2023-08/29/c_914299.htm",
        "http://[::1/2023-08/29/c_914299.htm",
        "",
    ],
)
def test_not_articles(url: str) -> None:
    assert not is_article(url, FAMILY)


@pytest.mark.parametrize("suffix", ["jpg", "JPG", "css", "js", "pdf", "docx", "zip", "mp4"])
def test_pictures_scripts_and_attachments_never_are(suffix: str) -> None:
    assert not is_article(f"http://{HOST}/a.{suffix}", rules())
    assert is_article(f"http://{HOST}/{suffix}", rules())


def test_without_allow_everything_on_the_hosts_counts_unless_denied() -> None:
    only_denied = rules(deny=("/list/{any}", "re:[?&]print="))
    assert is_article(f"http://{HOST}/any/thing", only_denied)
    assert is_article(f"http://{HOST}", only_denied)
    assert not is_article(f"http://{HOST}/list/1.html", only_denied)
    assert not is_article(f"http://{HOST}/a.html?print=1", only_denied)


@pytest.mark.parametrize("path", ["/index.html", "/Default.aspx", "/index.php"])
def test_a_home_page_is_none_however_wide_a_shape_is(path: str) -> None:
    for rules in (LinkRules(("a.test",)), LinkRules(("a.test",), (compile_link("/{section}"),))):
        assert not is_article(f"http://a.test{path}", rules)
        assert is_article(f"http://a.test/2026{path}", LinkRules(("a.test",)))
    assert is_article("http://a.test/index.php?id=7", LinkRules(("a.test",)))


def test_a_port_counts_only_where_it_is_written() -> None:
    port = rules(hosts=("127.0.0.1:8123",))
    assert is_article("http://127.0.0.1:8123/a", port)
    assert not is_article("http://127.0.0.1/a", port)


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ("/art/{yyyy}/{m}/{d}/art_{id}_{id}.html", "/art/2021/7/6/art_1591173_59380535.html"),
        ("/{section}/{yyyymm}/t{yyyymmdd}_{id}.html", "/kjbgz/202601/t20260127_195800.html"),
        ("/a/{yyyymm}/{dd}/WS{hex}.html", "/a/202311/17/WS65571297a310d5acd876f404.html"),
        ("/n3/{yyyy}/{mm}{dd}/c{id}-{id}.html", "/n3/2024/0403/c98649-20153157.html"),
        ("/{any}/content/post_{id}.html", "/zwgk/zwdt/jryw/content/post_1.html"),
        ("/view/iList.jsp?cat_id={id}", "/view/iList.jsp?cat_id=24"),
        ("re:^/a/\\d+$", "/a/12"),
    ],
)
def test_shapes(shape: str, path: str) -> None:
    assert compile_link(shape).search(path)
    assert not compile_link(shape).search(path + "x")


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("news.html", "begins with /"),
        ("/{year}/", "unknown placeholder '{year}'"),
        ("/a}", "unknown placeholder '}'"),
        ("/[a[b]]", "stand inside each other"),
        ("/a]", "do not pair"),
        ("/[a", "not closed"),
        ("/{any}/{any}", "once"),
        ("re:", "empty"),
        ("re:(", "not a regular expression"),
        ("re:(a+)+$", "parted in too many ways"),
        ("re:^/(a|aa)+$", "parted in too many ways"),
        ("re:^/news/(?:[0-9]+-?)+[.]html$", "parted in too many ways"),
        ("re:(x+x+)+y", "parted in too many ways"),
        ("re:" + "(" * 5000, "not a regular expression"),
    ],
)
def test_a_wrong_shape_says_why(shape: str, said: str) -> None:
    with pytest.raises(ValueError, match="(?s)" + said.replace("{", r"\{").replace("}", r"\}")):
        compile_link(shape)


# ---- expressions of people's own


WRITTEN = st.recursive(
    st.sampled_from(["a", "b", "/", "-", "[a-z]", "[^/]", ".", "[0-9]{1,4}", "aa", "ab"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2,}", "{1,500}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.tuples(inner, st.sampled_from(["*", "+"])).map(
            lambda pair: pair[0] + pair[1] if len(pair[0]) == 1 else f"({pair[0]}){pair[1]}"
        ),
        st.lists(inner, min_size=2, max_size=4).map("|".join).map(lambda one: f"({one})"),
        st.lists(inner, min_size=2, max_size=4).map("".join),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=examples(60))
@given(expression=WRITTEN, anchor=st.sampled_from(["", "^/"]), piece=st.text("ab/-01", max_size=4))
def test_nothing_that_anybody_writes_keeps_a_crawl_busy(
    expression: str, anchor: str, piece: str
) -> None:
    """It is refused, or all addresses of a long list together take a bounded time."""
    compile_link.cache_clear()
    try:
        pattern = compile_link(f"re:{anchor}{expression}$")
    except ValueError:
        return
    with cpu() as spent:
        for number in range(100):
            pattern.search(f"/{(piece or 'a') * (1900 // (len(piece) or 1))}{number}\x02")
    assert spent.under(10), spent


@pytest.mark.parametrize(
    "shape",
    [
        "/{section}-{section}-{section}-{section}-{section}-{section}.html",
        "/{any}_{section}-{section}_{section}.html",
    ],
)
def test_a_shape_of_many_placeholders_takes_no_time(shape: str) -> None:
    pattern = compile_link(shape)
    with cpu() as spent:
        for number in range(200):
            pattern.search(f"/{'a-_' * 650}{number}")
    assert spent.under(2), spent
    assert pattern.search("/a-b-c-d-e-f.html" if "any" not in shape else "/n/a_b-c_d.html")


def test_usual_expressions_are_taken_as_they_are() -> None:
    for text in (
        "^/a/[0-9]+$",
        "[?&]print=",
        r"/index(?:_[0-9]{1,4})?[.]shtml$",
        r"^/news/.*/c_\d+\.html$",
        r"^/(?:en|zh)/t\d{8}_\d+\.s?html",
    ):
        assert isinstance(compile_link(f"re:{text}"), re.Pattern), text
    repeated = compile_link(r"re:^(?:/[a-z]+){1,4}/\d+\.html$")
    assert not isinstance(repeated, re.Pattern)
    assert repeated.search("/a/b/1.html")
    assert not repeated.search("/a/b/c/d/e/1.html")
    assert pickle.loads(pickle.dumps(repeated)) == repeated


def test_hosts_of_addresses() -> None:
    assert authority_of("HTTP://WWW.Practice.Test:80/a") == "www.practice.test"
    assert authority_of("https://practice.test:8443/") == "practice.test:8443"
    with pytest.raises(ValueError, match="http"):
        authority_of("file:///etc/passwd")


@given(st.text(alphabet="/-_.aé0123456789tc?=&[]@:\\ ", max_size=300))
def test_no_address_raises_and_none_leaves_the_host(tail: str) -> None:
    for url in (tail, f"http://{HOST}{tail}", f"http://{tail}"):
        if is_article(url, rules()):
            assert authority_of(url) == HOST


@pytest.mark.parametrize("shape", ["/{any}/{yyyymm}/t{yyyymmdd}_{id}.html", "/{any}[_{id}].html"])
def test_hostile_addresses_take_no_time(shape: str) -> None:
    rule = rules(shape)
    with cpu() as spent:
        for piece in ("/2", "/202401/t20240101_", "1", "_1"):
            is_article((f"http://{HOST}/" + piece * MAX_URL)[:MAX_URL], rule)
    assert spent.under(0.1), spent


@pytest.mark.parametrize(
    ("path", "shape", "denied", "taken"),
    [
        ("/v.do;jsessionid=0AF3?id=3", "/v.do?id={id}", (), True),
        ("/v.do?id=3", "/v.do?id={id}", (), True),
        ("/a/3.html;sid=x.y", "/a/{id}.html", (), True),
        ("/v.do;jsessionid=0AF3?id=3", "/v.do;jsessionid={hex}?id={id}", (), True),
        ("/v?id=3&spm=a.b", "/v?id={id}", (), True),
        ("/v.do;jsessionid=0AF3?id=3", "/{any}", ("/v.do?id={id}",), False),
        ("/a/3.pdf;jsessionid=0AF3", "/a/{any}", (), False),
        ("/index.html;jsessionid=0AF3", "/{any}", (), False),
        ("/v.do;id=3", "/v.do", (), False),
    ],
)
def test_session_ids_and_tracking_parameters_are_looked_past(
    path: str, shape: str, denied: tuple[str, ...], taken: bool
) -> None:
    assert is_article(f"http://{HOST}{path}", rules(shape, deny=denied)) is taken
