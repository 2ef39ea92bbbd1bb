"""By mail, to a webhook, into a folder: what becomes of one attempt is told truly."""

from __future__ import annotations

import socket
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.config import read_config
from desk.delivery import DeliveryState, put
from desk.delivery.mail import MailServer, Security, parse_address, send_mail, send_rest
from desk.delivery.targets import Mail, Secret, Webhook, parse_secret
from desk.delivery.webhook import Post, WebhookRoute, header_text, post, signature
from hubwatch.errors import ConfigError
from tests.support import certificates
from tests.support.mailboxes import Hook, Mailbox, webhook
from tests.support.make import NOW
from tests.support.proxies import proxying


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Desk <desk@example.org>"
    message["To"] = "a@example.org, b@example.org"
    message["Subject"] = "简报 1"
    message["Message-ID"] = "<digest-1@example.org>"
    message.set_content("贵阳 news\n.\n")
    return message


TO = ("a@example.org", "b@example.org")


def server(box: Mailbox, **changes: object) -> MailServer:
    fields: dict[str, object] = {"security": Security.NONE, "seconds": 10.0, **changes}
    return MailServer("127.0.0.1", box.port, **fields)  # type: ignore[arg-type]


def test_a_mail_arrives_whole(box: Mailbox) -> None:
    assert send_mail(server(box), letter(), TO).sent is DeliveryState.DELIVERED
    (got,) = box.letters
    assert (got.sender, got.recipients) == ("desk@example.org", list(TO))
    assert got.message["Subject"] == "简报 1"
    assert got.message.get_content().splitlines() == ["贵阳 news", "."]


def test_a_password_is_given_and_a_wrong_one_is_no_reason_to_try_again(box: Mailbox) -> None:
    assert (
        send_mail(server(box, user="hub", password="right"), letter(), TO).sent
        is DeliveryState.DELIVERED
    )
    result = send_mail(server(box, user="hub", password="wrong"), letter(), TO)
    assert result.sent is DeliveryState.REFUSED
    assert "wrong" not in result.reason
    assert {login for login, _ in box.logins} == {"hub"}


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        ("451 later", DeliveryState.DELAYED),
        ("552 too much", DeliveryState.REFUSED),
        ("250 ok", DeliveryState.DELIVERED),
    ],
)
def test_what_the_server_answers_to_the_text_counts(
    box: Mailbox, answer: str, sent: DeliveryState
) -> None:
    box.answers.append(answer)
    assert send_mail(server(box), letter(), TO).sent is sent


def test_a_server_that_breaks_off_after_the_text_leaves_doubt(box: Mailbox) -> None:
    box.drop = 1
    assert send_mail(server(box), letter(), TO).sent is DeliveryState.DOUBT


def test_unknown_recipients_are_named_and_the_others_get_it(box: Mailbox) -> None:
    box.unknown = {"b@example.org"}
    result = send_mail(server(box), letter(), TO)
    assert (result.sent, result.reason) == (DeliveryState.DELIVERED, "not for b@example.org")
    box.unknown = set(TO)
    assert send_mail(server(box), letter(), TO).sent is DeliveryState.REFUSED


def test_who_is_refused_for_the_moment_is_named_and_gets_it_alone_later(box: Mailbox) -> None:
    people = (*TO, "c@example.org")
    box.later, box.unknown = {"b@example.org"}, {"c@example.org"}
    result = send_mail(server(box), letter(), people)
    assert (result.sent, result.lacking) == (DeliveryState.PARTLY, ("b@example.org",))
    told = "not yet for b@example.org: SMTP 450: 4.2.0 greylisted; not for c@example.org"
    assert result.reason == told
    still = send_rest(server(box), letter(), people, result.lacking)
    assert (still.sent, still.lacking) == (DeliveryState.DELAYED, ())
    box.later.clear()
    rest = send_rest(server(box), letter(), people, result.lacking)
    assert (rest.sent, rest.reason) == (DeliveryState.DELIVERED, "to b@example.org: taken")
    assert [each.recipients for each in box.letters] == [["a@example.org"], ["b@example.org"]]
    assert send_rest(server(box), letter(), TO[:1], result.lacking).sent is DeliveryState.DELIVERED
    assert len(box.letters) == 2


def test_a_mail_that_all_refuse_for_the_moment_is_delayed(box: Mailbox) -> None:
    box.later = set(TO)
    result = send_mail(server(box), letter(), TO)
    assert (result.sent, result.lacking) == (DeliveryState.DELAYED, ())


def test_no_server_and_a_silent_server_are_delays(box: Mailbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        silent = MailServer("127.0.0.1", listener.getsockname()[1], Security.NONE, seconds=0.3)
        assert send_mail(silent, letter(), TO).sent is DeliveryState.DELAYED
        closed = silent
    assert send_mail(closed, letter(), TO).sent is DeliveryState.DELAYED


def test_a_server_without_the_privacy_that_was_asked_for_gets_nothing(box: Mailbox) -> None:
    result = send_mail(server(box, security=Security.STARTTLS), letter(), TO)
    assert result.sent is DeliveryState.REFUSED
    assert not box.letters


@pytest.mark.parametrize(
    "text", ["a@b\r\nBcc: x@y.z", "nobody", "贵阳@例.cn", "a b@c.d", "", "@x.y", "a@b, c@d.e\n"]
)
def test_row_61_what_breaks_a_header_line_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        parse_address(text)


def what(hook: Hook, **changes: object) -> Post:
    fields: dict[str, object] = {
        "url": "http://hook.test/in?x=1",
        "body": b'{"a":1}',
        "media_type": "application/json",
        "key": "digest-1-team",
        **changes,
    }
    return Post(**fields)  # type: ignore[arg-type]


def route(hook: Hook, seconds: float = 10.0) -> WebhookRoute:
    return WebhookRoute({"hook.test": hook.place}, seconds=seconds)


def test_a_post_arrives_with_its_key_and_signature(hook: Hook) -> None:
    sent = post(what(hook, secret="s3cret"), route(hook), NOW)
    assert sent.sent is DeliveryState.DELIVERED
    (got,) = hook.posts
    assert (got.path, got.body) == ("/in?x=1", b'{"a":1}')
    assert got.headers["Idempotency-Key"] == "digest-1-team"
    assert got.headers["X-Hubwatch-Signature"] == signature("s3cret", got.body)
    assert got.headers["Host"] == "hook.test"


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (204, DeliveryState.DELIVERED),
        (301, DeliveryState.REFUSED),
        (400, DeliveryState.REFUSED),
        (429, DeliveryState.DELAYED),
        (503, DeliveryState.DELAYED),
        (0, DeliveryState.DOUBT),
    ],
)
def test_row_62_what_a_webhook_answers_counts(hook: Hook, status: int, sent: DeliveryState) -> None:
    hook.answers.append(status)
    hook.headers = {"Location": f"http://{hook.place}/elsewhere", "Retry-After": "7"}
    result = post(what(hook), route(hook), NOW)
    assert result.sent is sent
    assert result.wait == (timedelta(seconds=7) if sent is DeliveryState.DELAYED else None)
    assert [each.path for each in hook.posts] == ["/in?x=1"]


def test_row_62_a_slow_webhook_leaves_doubt_within_the_bound(hook: Hook) -> None:
    hook.pause = 30
    result = post(what(hook), route(hook, seconds=0.3), NOW)
    assert result.sent is DeliveryState.DOUBT


def test_row_62_a_webhook_that_drips_is_cut_at_the_bound() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        import threading

        over = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                for byte in b"HTTP/1.1 200 OK\r\n" * 1000:
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        return
                    if over.wait(0.05):
                        return

        threading.Thread(target=drip, daemon=True).start()
        there = WebhookRoute({"hook.test": f"127.0.0.1:{listener.getsockname()[1]}"}, seconds=0.5)
        result = post(Post("http://hook.test/", b"", "text/plain", "k"), there, NOW)
        over.set()
    assert (result.sent, "no answer in time" in result.reason) == (DeliveryState.DOUBT, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://[::1]:{port}/",
        "http://localhost:{port}/",
        "http://inner.test:{port}/",
        "http://user@hook.test/",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
    ],
)
def test_row_62_no_webhook_leads_inside(hook: Hook, url: str) -> None:
    inside = WebhookRoute({}, lookup=lambda name: ["127.0.0.1"])
    result = post(what(hook, url=url.format(port=hook.port)), inside, NOW)
    assert result.sent is DeliveryState.REFUSED
    assert not hook.posts


def test_row_62_a_host_of_ones_own_network_is_reached_where_it_is_named(hook: Hook) -> None:
    url = f"http://inner.test:{hook.port}/x"
    named = WebhookRoute({}, (f"inner.test:{hook.port}",), lookup=lambda name: ["127.0.0.1"])
    assert post(what(hook, url=url), named, NOW).sent is DeliveryState.DELIVERED


def test_a_proxy_is_given_whole_addresses(hook: Hook) -> None:
    with proxying({"chat.test": hook.place}) as proxy:
        sent = post(what(hook, url="http://chat.test/in?x=1"), WebhookRoute(proxy=proxy.url), NOW)
        assert sent.sent is DeliveryState.DELIVERED
        assert proxy.asked == ["POST http://chat.test/in?x=1 HTTP/1.1"]
        assert post(what(hook), WebhookRoute({"hook.test": hook.place}, proxy=proxy.url), NOW).sent
    assert [each.path for each in hook.posts] == ["/in?x=1"] * 2
    assert len(proxy.asked) == 1


def test_https_goes_through_a_tunnel_and_is_checked_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = certificates.authority("Practice Root")
    shown = certificates.server("chat.test", root).context(tmp_path)
    with webhook(shown) as hook, proxying({"chat.test": hook.place}) as proxy:
        asked = what(hook, url="https://chat.test/in")
        assert post(asked, WebhookRoute(proxy=proxy.url), NOW).sent is DeliveryState.REFUSED
        monkeypatch.setenv("SSL_CERT_FILE", str(root.pem(tmp_path / "root.pem")))
        assert post(asked, WebhookRoute(proxy=proxy.url), NOW).sent is DeliveryState.DELIVERED
        assert proxy.asked == ["CONNECT chat.test:443 HTTP/1.1"] * 2
    assert [each.body for each in hook.posts] == [b'{"a":1}']


def test_a_proxy_that_refuses_or_is_not_there_is_a_reason_to_try_again(hook: Hook) -> None:
    with proxying({}) as proxy:
        told = post(what(hook, url="https://chat.test/in"), WebhookRoute(proxy=proxy.url), NOW)
    assert (told.sent, told.reason) == (
        DeliveryState.DELAYED,
        "cannot be reached: the proxy does not connect, it answers 403",
    )
    gone = post(what(hook, url="https://chat.test/in"), WebhookRoute(proxy=proxy.url), NOW)
    assert gone.sent is DeliveryState.DELAYED


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/", "http://localhost/", "http://2130706433/"])
def test_row_62_no_webhook_leads_inside_by_a_proxy(hook: Hook, url: str) -> None:
    with proxying({"127.0.0.1": hook.place, "localhost": hook.place}) as proxy:
        sent = post(what(hook, url=url), WebhookRoute(proxy=proxy.url), NOW)
    assert sent.sent is DeliveryState.REFUSED
    assert proxy.asked == []


@given(st.text())
def test_row_61_a_header_value_is_one_line_of_plain_characters(text: str) -> None:
    line = header_text(text)
    assert line.isascii()
    assert line.isprintable()


def test_row_61_a_webhook_header_never_breaks(hook: Hook) -> None:
    sent = post(what(hook, headers=(("X-Title", "a\r\nX-Evil: 1"),)), route(hook), NOW)
    assert sent.sent is DeliveryState.DELIVERED
    assert "X-Evil" not in hook.posts[0].headers
    assert hook.posts[0].headers["X-Title"] == "a X-Evil: 1"


def test_a_folder_gets_whole_files_once_and_keeps_what_says_otherwise(tmp_path: Path) -> None:
    files = {"digest-1.html": b"<p>", "digest-1.json": b"{}"}
    assert put(tmp_path / "none", files).sent is DeliveryState.DELAYED
    assert put(tmp_path, files).sent is DeliveryState.DELIVERED
    before = (tmp_path / "digest-1.html").stat().st_mtime_ns
    assert put(tmp_path, files).sent is DeliveryState.DELIVERED
    assert (tmp_path / "digest-1.html").stat().st_mtime_ns == before
    (tmp_path / "digest-1.json").write_bytes(b"mine")
    (tmp_path / "digest-1.html").unlink()
    assert put(tmp_path, files).sent is DeliveryState.REFUSED
    assert not (tmp_path / "digest-1.html").exists()


CONFIG = """
[[delivery]]
name = "team"
kind = "mail"
server = "mail.example.org"
from = "Desk <desk@example.org>"
to = ["a@example.org"]
user = "desk"
password = "file:smtp"
formats = ["docx"]
[[delivery]]
name = "chat"
kind = "webhook"
url = "env:HOOK"
"""


def test_targets_are_read_and_secrets_stay_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hubwatch.toml"
    path.write_text(CONFIG, encoding="utf-8")
    config = read_config(path)
    mail = config.target("team").place
    assert isinstance(mail, Mail)
    assert (mail.server.port, mail.recipients) == (587, ("a@example.org",))
    (tmp_path / "smtp").write_text("canary-5up3r\n", encoding="utf-8")
    (tmp_path / "smtp").chmod(0o644)
    with pytest.raises(ConfigError, match="others may read"):
        mail.ready_server()
    (tmp_path / "smtp").chmod(0o600)
    assert mail.ready_server().password == "canary-5up3r"
    assert "canary" not in repr(config) + repr(mail.ready_server())
    hook = config.target("chat").place
    assert isinstance(hook, Webhook)
    monkeypatch.setenv("HOOK", "no address canary")
    with pytest.raises(ConfigError, match=r"env:HOOK") as error:
        hook.ready_url()
    assert "canary" not in str(error.value)
    monkeypatch.setenv("HOOK", "https://chat.example.org/x")
    assert hook.ready_url() == "https://chat.example.org/x"
    with pytest.raises(ConfigError, match="there are team, chat"):
        config.target("nobody")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ('password = "file:smtp"|password = "hunter2"', "does not belong here"),
        (
            'kind = "webhook"\nurl = "env:HOOK"|kind = "apprise"\naddress = "slack://hunter2"',
            "does not belong here",
        ),
        ('kind = "mail"|kind = "fax"', "none of folder, mail, webhook, apprise"),
        ('to = ["a@example.org"]|to = []', "names nobody"),
        ('name = "chat"|name = "team"', "two deliveries"),
        ('server = "mail.example.org"|server = "http://x"', "no server"),
    ],
)
def test_a_bad_delivery_is_one_clear_line(tmp_path: Path, change: str, complaint: str) -> None:
    path = tmp_path / "hubwatch.toml"
    path.write_text(CONFIG.replace(*change.split("|")), encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint) as error:
        read_config(path)
    assert "hunter2" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_secret_from_the_environment_must_be_there() -> None:
    with pytest.raises(ConfigError, match="is empty or not set"):
        parse_secret("env:NOBODY_SET_THIS", Path()).reveal({})
    assert Secret("env:X").reveal({"X": "y"}) == "y"
