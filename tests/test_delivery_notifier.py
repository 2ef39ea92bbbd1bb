"""Notifying through Apprise: what the services get, what their answers mean, where nothing goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.delivery import DeliveryState, notifier
from desk.delivery.notifier import calm, fitted, notify
from desk.delivery.webhook import WebhookRoute
from tests.support import certificates
from tests.support.make import NOW
from tests.support.servers import (
    Hit,
    Server,
    answer,
    canary,
    endless,
    free_port,
    in_turn,
    redirect,
    reset,
    serving,
)

pytest.importorskip("apprise")

from desk.delivery.notifier_process import refusal_inside, without_secrets

TOKEN = "abcdef0123456789deadbeef"


@dataclass(frozen=True)
class Service:
    """A service for chats as it is spoken to: its host and path, an address of it for Apprise, and
    what it answers where all is well, where the token is none, and where it was asked too often.
    All three answer 200. The formats are those of the services' own documents."""

    host: str
    path: str
    address: str
    well: dict[str, object]
    stranger: dict[str, object]
    slower: dict[str, object]
    text: Callable[[dict[str, object]], object]


DINGTALK = Service(
    "oapi.dingtalk.com",
    f"/robot/send?access_token={TOKEN}",
    f"dingtalk://{TOKEN}/",
    {"errcode": 0, "errmsg": "ok"},
    {"errcode": 300005, "errmsg": f"token {TOKEN} is not exist"},
    {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
    lambda said: said["text"]["content"],  # type: ignore[index]
)
WECOM = Service(
    "qyapi.weixin.qq.com",
    f"/cgi-bin/webhook/send?key={TOKEN}",
    f"wecombot://{TOKEN}/",
    {"errcode": 0, "errmsg": "ok"},
    {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1], from ip: 192.0.2.1"},
    {"errcode": 45009, "errmsg": "api freq out of limit"},
    lambda said: said["text"]["content"],  # type: ignore[index]
)
FEISHU = Service(
    "open.feishu.cn",
    f"/open-apis/bot/v2/hook/{TOKEN}/",
    f"feishu://{TOKEN}/",
    {"code": 0, "data": {}, "msg": "success"},
    {"code": 19001, "data": {}, "msg": "param invalid: incoming webhook access token invalid"},
    {"code": 11232, "data": {}, "msg": "frequency limited"},
    lambda said: said["content"]["text"],  # type: ignore[index]
)
SERVICES = pytest.mark.parametrize(
    "service", [DINGTALK, WECOM, FEISHU], ids=["dingtalk", "wecom", "feishu"]
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> tuple[certificates.Identity, Path]:
    identity = certificates.authority("Practice Root")
    return identity, identity.pem(tmp_path_factory.mktemp("root") / "root.pem")


@dataclass
class Loopback:
    """A service on loopback, trusted by its certificate, and the way to it."""

    service: Service
    server: Server

    @property
    def route(self) -> WebhookRoute:
        """How it is reached."""
        return WebhookRoute(self.server.hosts)

    @property
    def hits(self) -> list[Hit]:
        """What it was asked."""
        return self.server.site(self.service.host).hits

    def says(self, document: object, status: int = 200, **headers: str) -> None:
        """Have it answer so."""
        body = json.dumps(document).encode()
        self.behaves(answer(status, body, Content_Type="application/json", **headers))

    def behaves(self, behaviour: Callable[..., None]) -> None:
        """Have it behave so."""
        self.server.site(self.service.host).answer(self.service.path, behaviour)

    def notify(self, text: str = "地铁二号线 opens") -> tuple[DeliveryState, str]:
        """One notification, how it ended and why."""
        found = notify(self.service.address, "A subject", text, self.route, NOW)
        return found.sent, found.reason


@pytest.fixture
def loopback(
    request: pytest.FixtureRequest,
    root: tuple[certificates.Identity, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Service], Loopback]]:
    identity, pem = root
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    servers = []

    def start(service: Service) -> Loopback:
        block = serving(certificates.server(service.host, identity).context(tmp_path))
        servers.append(block)
        found = Loopback(service, block.__enter__())
        found.says(service.well)
        return found

    yield start
    for block in servers:
        block.__exit__(None, None, None)


Start = Callable[[Service], Loopback]


@pytest.mark.slow
@SERVICES
def test_a_service_gets_one_message_in_its_own_format(service: Service, loopback: Start) -> None:
    there = loopback(service)
    assert there.notify() == (DeliveryState.DELIVERED, "HTTP 200")
    (hit,) = there.hits
    assert (hit.method, hit.path) == ("POST", service.path)
    said = json.loads(hit.body)
    assert said.get("msgtype", said.get("msg_type")) == "text"
    text = service.text(said)
    assert isinstance(text, str)
    assert text.startswith("A subject") and text.endswith("地铁二号线 opens")


@pytest.mark.slow
@SERVICES
def test_an_error_inside_an_answer_of_200_is_none_the_less_an_error(
    service: Service, loopback: Start
) -> None:
    there = loopback(service)
    there.says(service.stranger)
    state, reason = there.notify()
    assert state is DeliveryState.DELAYED
    assert TOKEN not in reason
    there.says(service.slower)
    state, reason = there.notify()
    assert state is DeliveryState.DELAYED
    if "errcode" in service.slower:
        assert str(service.slower["errmsg"]) in reason


@pytest.mark.slow
def test_a_signed_address_signs_and_names_people(loopback: Start) -> None:
    there = loopback(DINGTALK)
    site = there.server.site(DINGTALK.host)
    got: list[Hit] = []

    class Any(dict):  # type: ignore[type-arg]
        def get(self, key: str, default: object = None) -> object:
            return answer(200, b'{"errcode": 0}')

    site.routes = Any()
    address = f"dingtalk://5ecre7abc@{TOKEN}/13800138000"
    assert notify(address, "s", "t", there.route, NOW).sent is DeliveryState.DELIVERED
    got = there.hits
    asked = parse_qs(urlsplit(got[0].path).query)
    assert set(asked) == {"access_token", "timestamp", "sign"}
    assert json.loads(got[0].body)["at"] == {"atMobiles": ["13800138000"], "isAtAll": False}


@pytest.mark.slow
def test_what_a_service_answers_counts(loopback: Start) -> None:
    there = loopback(WECOM)
    for status, sent in (
        (400, DeliveryState.REFUSED),
        (403, DeliveryState.REFUSED),
        (503, DeliveryState.DELAYED),
    ):
        there.says({"errmsg": "no"}, status)
        assert there.notify() == (sent, f"HTTP {status}")
    there.says({}, 429, Retry_After="7")
    found = notify(WECOM.address, "s", "t", there.route, NOW)
    assert found.sent is DeliveryState.DELAYED
    assert found.wait is not None and 5 <= found.wait.total_seconds() <= 7
    there.behaves(reset)
    assert there.notify() == (DeliveryState.DOUBT, "it was sent and not answered")
    there.behaves(endless())
    assert there.notify() == (DeliveryState.DOUBT, "it was sent and not answered")
    nowhere = WebhookRoute({WECOM.host: f"127.0.0.1:{free_port()}"})
    found = notify(WECOM.address, "s", "t", nowhere, NOW)
    assert found.sent is DeliveryState.DELAYED
    assert found.reason.startswith("cannot be reached")


@pytest.mark.slow
def test_an_unknown_certificate_is_refused_even_where_the_address_asks_for_no_check(
    loopback: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = loopback(WECOM)
    other = certificates.authority("Another Root").pem(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    found = notify(f"wecombot://{TOKEN}/?verify=no", "s", "t", there.route, NOW)
    assert (found.sent, found.reason[:4]) == (DeliveryState.REFUSED, "TLS:")
    assert not there.hits


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1:{port}/",
        "json://2130706433:{port}/",
        "json://[::1]:{port}/",
        "json://localhost:{port}/",
        "xml://127.0.0.1:{port}/",
        "form://localhost:{port}/",
        "mailto://user:pass@127.0.0.1:{port}/?to=a@example.org&from=b@example.org",
        "rsyslog://127.0.0.1:{port}/",
        "syslog://",
        "dbus://",
        "json://169.254.169.254/latest",
        "file:///etc/passwd",
        "nonsense",
        "mqtt://127.0.0.1:{port}/topic",
        "exec://127.0.0.1",
    ],
)
def test_no_address_leads_inside_or_past_http(address: str) -> None:
    with canary() as bird:
        found = notify(address.format(port=bird.port), "s", "t", WebhookRoute(), NOW)
        assert found.sent is DeliveryState.REFUSED
        assert bird.hits == 0


@pytest.mark.slow
def test_a_redirect_inwards_is_not_followed() -> None:
    with serving() as server, canary() as bird:
        server.site("hook.test").answer("/", redirect(f"http://127.0.0.1:{bird.port}/"))
        found = notify("json://hook.test/?redirect=yes", "s", "t", WebhookRoute(server.hosts), NOW)
        assert (found.sent, found.reason) == (DeliveryState.REFUSED, "HTTP 302")
        assert bird.hits == 0


@pytest.mark.slow
def test_a_host_of_ones_own_network_is_reached_where_it_is_named() -> None:
    with serving() as server:
        server.site("127.0.0.1").answer("/", answer(200))
        place = f"127.0.0.1:{server.port}"
        assert (
            notify(f"json://{place}/", "s", "t", WebhookRoute(), NOW).sent is DeliveryState.REFUSED
        )
        named = WebhookRoute(intranet=(place,))
        assert notify(f"json://{place}/", "s", "t", named, NOW).sent is DeliveryState.DELIVERED


@pytest.mark.slow
def test_what_was_taken_in_part_is_in_doubt(loopback: Start) -> None:
    """One address may lead to several people, with a request each."""
    there = loopback(WECOM)
    host = "api.telegram.org"
    service = Service(host, f"/bot123456789:{TOKEN}abcdefghijkl/sendMessage", "", {}, {}, {}, repr)
    there = loopback(service)
    there.behaves(in_turn(answer(200, b'{"ok": true}'), answer(400, b'{"ok": false}')))
    address = f"tgram://123456789:{TOKEN}abcdefghijkl/1001/1002"
    found = notify(address, "s", "t", there.route, NOW)
    assert len(there.hits) == 2
    assert found.sent is DeliveryState.DOUBT
    assert found.reason.startswith("taken in part: HTTP 400")


@pytest.mark.slow
def test_a_notifier_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "SECONDS", 0.01)
    found = notify("json://hook.test/", "s", "t", WebhookRoute(), NOW)
    assert found.sent is DeliveryState.DOUBT


def test_without_the_extra_nothing_is_sent_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notifier, "find_spec", lambda name: None)
    found = notify("json://hook.test/", "s", "t", WebhookRoute(), NOW)
    assert found.sent is DeliveryState.DELAYED
    assert "hubwatch[apprise]" in found.reason


@pytest.mark.parametrize(
    ("body", "is_refusal"),
    [
        (b'{"errcode": 0}', False),
        (b'{"errcode": "0"}', False),
        (b'{"errcode": 45009, "errmsg": "slower"}', True),
        (b'{"errCode": "40001"}', True),
        (b'{"error_code": 7}', True),
        (b'{"ok": false, "description": "Unauthorized"}', True),
        (b'{"ok": true}', False),
        (b'{"success": false}', True),
        (b'{"code": 200}', False),
        (b'{"code": 1000, "msg": "sent"}', False),
        (b"ok", False),
        (b"", False),
        (b"[1]", False),
        (b"[" * 100_000, False),
        (b'{"errcode": true}', False),
    ],
)
def test_what_inside_an_answer_is_a_refusal(body: bytes, is_refusal: bool) -> None:
    assert bool(refusal_inside(body)) is is_refusal


@given(st.from_regex(r"[A-Za-z0-9_-]{5,30}", fullmatch=True), st.text(max_size=40))
def test_no_word_of_an_address_is_repeated(token: str, around: str) -> None:
    told = without_secrets(f"{around} {token} {token.upper()}", f"dingtalk://{token}/")
    assert token not in told
    assert token.lower() not in told.lower()


@given(st.lists(st.text(max_size=900), max_size=8), st.text(max_size=100))
def test_a_message_fits_whatever_it_tells(parts: list[str], subject: str) -> None:
    text = fitted(subject, parts, lambda left: f"and {left} more")
    assert len((subject + text).encode(errors="replace")) <= notifier.MOST_BYTES


def test_no_text_from_elsewhere_mentions_people_or_brings_markup() -> None:
    told = calm('<at user_id="all">所有人</at> @everyone <!channel>')
    assert "<" not in told and "@everyone" not in told
