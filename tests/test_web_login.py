"""Who comes in at the desk, and what no page, form or header of elsewhere can do there."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desk.web import app as web_app
from storage.archive import Archive
from storage.people import LINK_LASTS, VISIT_LASTS, PersonRole, TokenKind
from tests.support.desks import Client, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later


@pytest.fixture
def filled(archive: Path) -> Path:
    """An archive with one story."""
    keep(archive, page_of(1))
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """A desk at which Li may sign in."""
    let_in(filled, "Li")
    with serving(filled) as client:
        yield client


def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_the_page_asked_for(
    client: Client,
) -> None:
    sent = client.get("/story/1?x=1")
    assert (sent.status, sent.headers["location"]) == (303, "/sign-in?to=%2Fstory%2F1%3Fx%3D1")
    assert "Open the sign-in link" in client.get("/sign-in").text
    done = client.post("/sign-in", [("link", "link-of-Li"), ("to", "/story/1")])
    assert (done.status, done.headers["location"]) == (303, "/story/1")
    assert "Story number 1" in client.get("/story/1").text


def test_looking_at_a_link_does_not_use_it_up_and_pressing_the_button_does(client: Client) -> None:
    for _ in range(3):
        assert "for Li" in client.get("/sign-in?link=link-of-Li").text
    assert sign_in(client, "link-of-Li").status == 303
    other = Client(client.port)
    assert "used or is too old" in other.get("/sign-in?link=link-of-Li").text
    assert "used or is too old" in sign_in(other, "link-of-Li").text
    assert other.get("/").status == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: Client) -> None:
    (cookie,) = sign_in(client, "link-of-Li").cookies
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Path=/" in cookie
    assert "link-of-Li" not in cookie


def test_only_https_keeps_the_cookie_to_https(filled: Path) -> None:
    let_in(filled, "Li")
    with serving(filled, origins=frozenset({"https://desk.example.org"})) as client:
        done = client.post("/sign-in", [("link", "link-of-Li")], Origin="https://desk.example.org")
        assert "secure" in done.cookies[0].lower()


def test_signing_out_ends_the_visit_for_a_copied_cookie_too(client: Client) -> None:
    sign_in(client, "link-of-Li")
    copy = Client(client.port, cookies=dict(client.cookies))
    assert copy.get("/").status == 200
    client.post("/sign-out", [])
    assert client.get("/").status == 303
    assert copy.get("/").status == 303


@pytest.mark.parametrize(
    ("kind", "lasts"), [(TokenKind.LINK, LINK_LASTS), (TokenKind.VISIT, VISIT_LASTS)]
)
def test_passes_end(store: Archive, kind: TokenKind, lasts: timedelta) -> None:
    with store.writing() as tx:
        tx.people.add("Li", PersonRole.REVIEWER, NOW)
        until = tx.people.issue_token("Li", kind, "secret", NOW)
    assert until == NOW + lasts
    assert store.people.holder("secret", kind, until - timedelta(seconds=1))
    assert store.people.holder("secret", kind, until) is None
    other = TokenKind.VISIT if kind is TokenKind.LINK else TokenKind.LINK
    assert store.people.holder("secret", other, NOW) is None


def test_who_is_deactivated_is_out_at_once_and_may_be_added_again(
    client: Client, filled: Path
) -> None:
    sign_in(client, "link-of-Li")
    assert client.get("/").status == 200
    with Archive.open(filled) as store:
        with store.writing() as tx:
            tx.people.deactivate("Li", NOW)
        assert [(one.name, one.revoked_at) for one in store.people.all()] == [("Li", NOW)]
    assert client.get("/").status == 303
    let_in(filled, "Li", PersonRole.READER)
    assert client.get("/").status == 303  # the old visit stays over
    sign_in(client, "link-of-Li")
    assert client.get("/").status == 200


def test_a_new_link_ends_the_older_one(store: Archive) -> None:
    with store.writing() as tx:
        tx.people.add("Li", PersonRole.REVIEWER, NOW)
        tx.people.issue_token("Li", TokenKind.LINK, "first", NOW)
        tx.people.issue_token("Li", TokenKind.LINK, "second", NOW)
    assert store.people.holder("first", TokenKind.LINK, NOW) is None
    assert store.people.holder("second", TokenKind.LINK, NOW)


def test_no_secret_is_in_the_archive(filled: Path) -> None:
    let_in(filled, "Li")
    with Archive.open(filled) as store:
        rows = [tuple(row) for row in store._db.execute("SELECT * FROM passes").fetchall()]
    assert "link-of-Li" not in str(rows)


@pytest.mark.parametrize("name", ["", " Li", "Li\n", "Li\x1b[1m", "x" * 81])
def test_a_name_is_a_name(store: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="name"), store.writing() as tx:
        tx.people.add(name, PersonRole.READER, NOW)


def test_readers_read_and_do_not_decide(filled: Path) -> None:
    link = let_in(filled, "Rea", PersonRole.READER)
    with serving(filled) as client:
        sign_in(client, link)
        page = client.get("/?grade=all").text
        assert "Story number 1" in page
        assert 'action="/say"' not in page
        for path in ("/say", "/undo", "/merge", "/split"):
            said = client.post(path, [("verb", "accept"), ("story", 1), ("article", 1)])
            assert said.status == 403
            assert "role of a reviewer" in said.text
    with Archive.open(filled) as store:
        assert store.decisions.of() == ()


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
        ("https://127.0.0.1", 403),
        ("http://127.0.0.1.evil.example", 403),
    ],
)
def test_forms_from_elsewhere_are_refused(client: Client, origin: str, status: int) -> None:
    sign_in(client, "link-of-Li")
    said = client.post("/say", [("verb", "accept"), ("story", 1)], Origin=origin)
    assert said.status == status
    assert "Only forms of this desk" in said.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "169.254.169.254:80", ""])
def test_another_name_for_this_address_leads_nowhere(client: Client, host: str) -> None:
    sign_in(client, "link-of-Li")
    assert client.get("/", Host=host).status in (400, 421)


def test_a_body_that_no_form_has_is_refused_unread(client: Client) -> None:
    sign_in(client, "link-of-Li")
    assert client.post("/say", [("why", "x" * 3_000_000)]).status == 413


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/static/desk.css", "/nothing", "/page/999", "/story/1"]
)
def test_every_answer_allows_nothing_but_itself(client: Client, path: str) -> None:
    sign_in(client, "link-of-Li")
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_nothing_of_a_page_comes_from_elsewhere(client: Client) -> None:
    sign_in(client, "link-of-Li")
    for path in (
        "/",
        "/story/1",
        "/sources",
        "/cities",
        "/coverage",
        "/search?q=story",
        "/why?q=1",
    ):
        page = client.get(path).text
        for wanted in ("<script", "<link", "<img"):
            for part in page.split(wanted)[1:]:
                tag = part.split(">")[0]
                assert "://" not in tag
                assert wanted != "<script" or "src=" in tag  # no script of its own either
        assert " style=" not in page
        assert " onclick" not in page


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil", "x"])
def test_no_form_leads_out_of_the_desk(client: Client, target: str) -> None:
    done = client.post("/sign-in", [("link", "link-of-Li"), ("to", target)])
    assert done.headers["location"] == "/"
    said = client.post("/say", [("verb", "accept"), ("story", 1), ("to", target)])
    assert said.status == 303
    assert said.headers["location"].startswith("/")
    assert not said.headers["location"].startswith(("//", "/\\"))
    assert "evil" not in said.headers["location"].partition("?")[0]


def test_the_one_named_user_needs_no_sign_in(filled: Path) -> None:
    let_in(filled, "Ana", PersonRole.STAFF)
    with serving(filled, user="Ana") as client:
        page = client.get("/")
        assert page.status == 200
        assert "Signed in as Ana" in page.text
        assert "Sign out" not in page.text


def test_a_trusted_proxy_says_who_somebody_is(filled: Path) -> None:
    let_in(filled, "Li")
    trusted = {"login_header": "X-Login", "proxies": frozenset({"127.0.0.1"})}
    with serving(filled, **trusted) as client:
        assert client.get("/", X_Login="Li").status == 200
        assert client.get("/", X_Login="Somebody").status == 403
        assert client.get("/").status == 403
    with serving(filled, **{**trusted, "proxies": frozenset({"10.0.0.1"})}) as client:
        assert client.get("/", X_Login="Li").status == 403


def test_a_login_header_means_nothing_where_none_is_configured(client: Client) -> None:
    assert client.get("/", X_Login="Li", X_Forwarded_User="Li").status == 303


def test_old_passes_are_swept(store: Archive) -> None:
    with store.writing() as tx:
        tx.people.add("Li", PersonRole.REVIEWER, NOW)
        tx.people.issue_token("Li", TokenKind.VISIT, "old", NOW)
        tx.people.issue_token("Li", TokenKind.VISIT, "new", later(days=200))
    assert store._db.execute("SELECT count(*) FROM passes").fetchone()[0] == 1


def test_a_form_that_does_not_arrive_is_not_waited_for(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "BODY_SECONDS", 0.5)
    with serving(filled) as client, socket.create_connection(("127.0.0.1", client.port)) as slow:
        head = (
            f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n"
            f"Origin: {client.origin}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlink="
        )
        slow.sendall(head.encode())
        slow.settimeout(10)
        began = time.monotonic()
        answer = b""
        while piece := slow.recv(4096):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"The form took too long to arrive." in answer
        assert time.monotonic() - began < 5
        assert client.get("/sign-in").status == 200


def test_two_desks_at_one_host_do_not_sign_each_others_people_out(
    filled: Path, tmp_path: Path
) -> None:
    let_in(filled, "Li")
    other = Path(shutil.copy(filled, tmp_path / "other.db"))
    with serving(filled) as first, serving(other) as second:
        second.cookies = first.cookies  # a browser keeps cookies by host
        sign_in(first, "link-of-Li")
        sign_in(second, "link-of-Li")
        assert (first.get("/").status, second.get("/").status) == (200, 200)
        second.post("/sign-out", [])
        assert (first.get("/").status, second.get("/").status) == (200, 303)


@pytest.mark.parametrize("host", ["127.0.0.1:abc", "127.0.0.1:99999", "[::1", "a b", ":"])
def test_a_host_that_is_none_is_turned_away(client: Client, host: str) -> None:
    for path in ("/", "/sign-in", "/static/desk.css"):
        assert 400 <= client.get(path, Host=host).status < 500
