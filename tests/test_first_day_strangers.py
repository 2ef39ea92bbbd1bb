"""A first day on portals that are broken, or sound, in ways that nobody planned for; by TLS, and
behind a proxy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.certificates import server as certificate
from tests.support.cli import CommandLine
from tests.support.first_day import LISTS, NOW, host_of, list_paths, serve_day, serve_portal
from tests.support.proxies import proxying
from tests.support.servers import (
    Behaviour,
    Hit,
    Server,
    Site,
    answer,
    late,
    redirect,
    reset,
    serving,
)

AT = ("--config", "hubwatch.toml", "--now", NOW)
HTML = {"Content_Type": "text/html; charset=utf-8"}
MENU = "".join(
    f"<li><a href='/{word}/'>{word.title()} of the city</a></li>"
    for word in ("about", "offices", "services", "contact", "maps", "history", "transport")
)  # fmt: skip
FRAME = "<html><head><title>{title}</title></head><body><ul class=menu>{menu}</ul>{inner}</body>"


def says(body: str, status: int = 200, **headers: str) -> Behaviour:
    return answer(status, body.encode(), **{**HTML, **headers})


def framed(title: str, inner: str) -> str:
    return FRAME.format(title=title, menu=MENU, inner=inner)


def lists(behaviour: Behaviour) -> Callable[[Server, Site, str], None]:
    def change(server: Server, site: Site, source_id: str) -> None:
        for path in list_paths(source_id):
            site.answer(path, behaviour)

    return change


def everything(behaviour: Behaviour) -> Callable[[Server, Site, str], None]:
    def change(server: Server, site: Site, source_id: str) -> None:
        for path in (*site.routes, "/", "/robots.txt"):
            site.answer(path, behaviour)

    return change


def robots(behaviour: Behaviour) -> Callable[[Server, Site, str], None]:
    return lambda server, site, source_id: site.answer("/robots.txt", behaviour)


def rewritten(change: Callable[[bytes], bytes], **headers: str) -> Callable[..., None]:
    """Every page of the portal, its bytes changed."""

    def broken(server: Server, site: Site, source_id: str) -> None:
        for path, behaviour in list(site.routes.items()):
            body = body_of(behaviour)
            site.answer(path, answer(200, change(body), **{**HTML, **headers}))

    return broken


class _Wire:
    """Takes what a behaviour sends."""

    def __init__(self) -> None:
        self.sent = b""

    def sendall(self, data: bytes) -> None:
        self.sent += data


def body_of(behaviour: Behaviour) -> bytes:
    wire = _Wire()
    behaviour(wire, Hit("h", "/", {}, 0.0))  # type: ignore[arg-type]
    return wire.sent.partition(b"\r\n\r\n")[2]


def in_gbk(body: bytes) -> bytes:
    return body.replace(b"utf-8", b"gb2312").replace(b"UTF-8", b"gb2312").decode().encode("gb18030")


def other_dates(body: bytes) -> bytes:
    text = re.sub(r"(?<![\d/])(20\d\d)-(\d\d)-(\d\d)(?!\d)", r"\1/\2/\3", body.decode())
    return text.encode()


def leads_on(server: Server, site: Site, source_id: str) -> None:
    new = server.site(f"new-{host_of(source_id)}")
    for path, behaviour in list(site.routes.items()):
        new.answer(path, behaviour)
        url = new.url(path)
        site.answer(path, says(
            f"<html><head><meta http-equiv=refresh content='0; url={url}'><title>Moved</title>"
            f"</head><body><a href='{url}'>We have moved</a></body></html>"))  # fmt: skip


def list_elsewhere(server: Server, site: Site, source_id: str) -> None:
    (path, *_rest) = list_paths(source_id)
    site.answer("/newsroom/latest/", site.routes[path])
    site.answer("/", says(framed("City", "<a href='/newsroom/latest/'>News</a>")))
    for each in list_paths(source_id):
        site.answer(each, says("<h1>Not found</h1>", 404))


def aged(age: int) -> Callable[[Server, Site, str], None]:
    return lambda server, site, source_id: serve_portal(server, source_id, age)


def sound(server: Server, site: Site, source_id: str) -> None:
    """Nothing is wrong."""


PARKED = (
    "<html><head><title>{host}</title></head><body><h1>This domain is for sale!</h1><p>The "
    "owner of this domain offers it for sale. Buy this domain.</p><h2>Related</h2><ul><li><a "
    "href='/?q=1'>City travel</a></li><li><a href='/?q=2'>Cheap flights and hotels</a></li><li><a "
    "href='/?q=3'>Study abroad programmes</a></li></ul></body></html>"
)
LOGIN = framed("City portal", "<form action=/login method=post><label>Account <input name=user>"
    "</label><label>Password <input type=password name=pw></label></form>")  # fmt: skip
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><div id=cf-content></div><script "
    "src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script></body></html>"
)
NOT_FOUND = framed("Page not found | City portal",
    "<h1>Sorry</h1><p>The page you asked for could not be found.</p>")  # fmt: skip
CASES: list[tuple[str, str, Callable[[Server, Site, str], None]]] = [
    ("holds", "sound", sound),
    ("holds", "in GBK", rewritten(in_gbk, Content_Type="text/html; charset=gb2312")),
    ("holds", "in GBK, unlabelled", rewritten(in_gbk, Content_Type="text/html")),
    ("holds", "dates with strokes", rewritten(other_dates)),
    ("holds", "slow", lambda server, site, source_id: [
        site.answer(path, late(1.5, behaviour)) for path, behaviour in list(site.routes.items())
    ] and None),
    ("holds", "robots.txt is a page", robots(says(NOT_FOUND))),
    ("holds", "robots.txt forbids others", robots(says(
        "User-agent: BadBot\nDisallow: /\n\nUser-agent: *\nDisallow: /admin/\n"))),
    ("stale", "a list of 2019", aged(2300)),
    ("gone", "not found, with a menu", lists(says(NOT_FOUND))),
    ("gone", "a parked domain", everything(says(PARKED))),
    ("gone", "the list stands elsewhere", list_elsewhere),
    ("gone", "home with a language chosen", lists(redirect("/index.html"))),
    ("blocked", "a login", lists(says(LOGIN))),
    ("blocked", "sent to a login", lists(redirect("/account/login?next=news"))),
    ("blocked", "a challenge with 403", everything(says(CHALLENGE, 403))),
    ("blocked", "a check for people, in Chinese", lists(says(
        "<html><head><title>提示</title></head><body><p>您的访问行为异常，请完成人机验证</p>"
        "</body></html>"))),
    ("robots", "forbidden by a rule for the folder", robots(says("User-agent: *\nDisallow: /*"))),
    ("error", "robots.txt fails", robots(says("", 500))),
    ("error", "robots.txt is cut off", robots(reset)),
    ("error", "bad gateway", everything(says("<h1>502 Bad Gateway</h1>", 502))),
    ("moved", "led on by a page", leads_on),
    ("empty", "an empty answer", lists(says(""))),
    ("empty", "nothing but white space", lists(says(" \n\n "))),
    ("javascript", "an application with a menu", lists(says(framed("News",
        "<div id=newsList class=list></div><script>fetch('/x/list?page=1').then(r=>r.json()).then("
        "d=>{document.querySelector('#newsList').innerHTML=d.map(row).join('')})</script>")))),
]  # fmt: skip


@pytest.fixture
def server(hubwatch: CommandLine) -> Iterator[Server]:
    with serving() as found:
        yield found


def configure(server: Server, ids: list[str], *lines: str) -> None:
    hosts = "\n".join(f"{json.dumps(n)} = {json.dumps(p)}" for n, p in server.hosts.items())
    known = f"enabled = {json.dumps(ids)}"
    text = "\n".join(
        (
            'archive = "hubwatch.db"',
            'contact = "mailto:us@example.org"',
            known,
            *lines,
            "[network.hosts]",
            hosts,
        )
    )
    Path("hubwatch.toml").write_text(text, encoding="utf-8")


def usable() -> list[str]:
    """Sources whose lists are pages, in Chinese first: these may be in GBK."""
    html = [
        each
        for each, shapes in LISTS.items()
        if all(s.wrap not in ("json", "feed") for s in shapes)
    ]
    return sorted(html, key=lambda each: "-zh" not in each)


@pytest.mark.slow
def test_every_verdict_is_right_whatever_is_wrong(hubwatch: CommandLine, server: Server) -> None:
    serve_day(server, Path("sources"))
    ids = usable()[: len(CASES)]
    for source_id, (_verdict, _name, change) in zip(ids, CASES, strict=True):
        site = server.site(host_of(source_id))
        site.answer("/index.html", says(framed("City", "<h1>Welcome</h1>")))
        site.answer("/account/login?next=news", says(LOGIN))
        change(server, site, source_id)
    configure(server, ids)
    hubwatch(*AT, "init")
    ended = hubwatch(*AT, "sources", "check", "--all", "--json")
    found = {each["source"]: each for each in ended.json_lines}
    wrong = {
        name: (found[source_id]["verdict"], verdict, found[source_id]["evidence"])
        for source_id, (verdict, name, _change) in zip(ids, CASES, strict=True)
        if found[source_id]["verdict"] != verdict
    }
    assert not wrong, "\n".join(map(str, wrong.items()))
    moved = ids[[name for _v, name, _c in CASES].index("the list stands elsewhere")]
    assert found[moved]["repair"] == f"hubwatch sources repair {moved} --live"


def by_tls(ids: list[str]) -> None:
    for each in ids:
        path = Path("sources") / f"{each}.toml"
        path.write_text(path.read_text("utf-8").replace("http://", "https://"), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("fault", ("expired", "another name", "self-signed"))
def test_a_certificate_that_proves_nothing_is_an_error_that_says_so(
    hubwatch: CommandLine, tmp_path: Path, fault: str
) -> None:
    (source_id,) = ids = usable()[:1]
    host = host_of(source_id)
    name, days = (
        ("other.test" if fault == "another name" else host),
        -2 if fault == "expired" else 9,
    )
    identity = certificate(name, None, days=days)
    with serving(identity.context(tmp_path)) as server:
        serve_day(server, Path("sources"))
        by_tls(ids)
        configure(server, ids)
        hubwatch(*AT, "init")
        ended = hubwatch(*AT, "sources", "check", "--all", "--json")
    (line,) = ended.json_lines
    assert (line["verdict"], line["repair"]) == ("error", f"hubwatch sources check {source_id}")
    assert "certificate" in line["evidence"]


@pytest.mark.slow
def test_a_first_day_behind_a_proxy(hubwatch: CommandLine, server: Server) -> None:
    serve_day(server, Path("sources"))
    ids = usable()[:6]
    lists(says("<h1>Not found</h1>", 404))(server, server.site(host_of(ids[2])), ids[2])
    robots(says("User-agent: *\nDisallow: /\n"))(server, server.site(host_of(ids[4])), ids[4])
    with proxying(server.hosts) as proxy:
        configure(server, ids)
        text = Path("hubwatch.toml").read_text("utf-8").partition("[network.hosts]")[0]
        proxied = f'{text}[network]\nproxy = "{proxy.url}"\n'
        Path("hubwatch.toml").write_text(proxied, encoding="utf-8")
        hubwatch(*AT, "init")
        ended = hubwatch(*AT, "sources", "check", "--all", "--json")
        assert len(proxy.asked) >= len(ids), ended.out
    found = [
        each["verdict"] for each in sorted(ended.json_lines, key=lambda e: ids.index(e["source"]))
    ]
    assert found == ["holds", "holds", "gone", "holds", "robots", "holds"]
