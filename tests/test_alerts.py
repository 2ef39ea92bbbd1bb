"""People are told once, on every channel; what was not taken is tried again and says so."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.alerting.config import Alerts, Channel, Quiet
from desk.alerting.send import Message, mail_of, message_of, send
from desk.config import read_config
from desk.delivery import DeliveryResult, DeliveryState
from desk.practice.portal import sources_folder
from hubwatch.errors import ConfigError
from scheduler.health.inspection import Inspection
from storage.archive import Archive
from storage.incidents import AlertDelivery, Finding, Incident, Kind, Notice, Severity, What
from tests.support.cli import CommandLine, away
from tests.support.incident_archive import amiss
from tests.support.mailboxes import Hook, Mailbox
from tests.support.make import NOW, SHANGHAI, SOURCE, later

FINDING = Finding(Kind.BLOCKED, SOURCE.id, Severity.WARNING, "refused", ("run 1",), ("look",))
CANARY = "c4nary-s3cret-7f1e"


@dataclass
class People:
    """Who is told, and how they answer: one result after the other, then delivered."""

    store: Archive
    alerts: Alerts = Alerts((Channel("ops", command=("true",)),))  # noqa: RUF009
    answers: list[DeliveryResult | Exception] = field(default_factory=list)
    got: list[Message] = field(default_factory=list)

    def hear(self, now: datetime) -> str:
        """Send what there is; the reason of what was not taken."""
        (sent, *_) = send(self.store, self.alerts, SHANGHAI, now, self._take)
        return sent.reason

    def _take(self, channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        self.got.append(message)
        answer = self.answers.pop(0) if self.answers else DeliveryResult(DeliveryState.DELIVERED)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def told(self) -> list[str]:
        """What the notices were, in order."""
        return [each["what"] for message in self.got for each in message.document["notices"]]

    def open(self, now: datetime = NOW, **fields: object) -> int:
        """Something is amiss."""
        with self.store.writing() as tx:
            return tx.incidents.open(replace(FINDING, **fields), now).id  # type: ignore[arg-type]

    def close(self, number: int, now: datetime) -> None:
        """It is over."""
        with self.store.writing() as tx:
            tx.incidents.close(number, "over", now)


@pytest.fixture
def people(store: Archive) -> People:
    return People(store)


def test_people_are_alerted_once_of_the_beginning_and_once_of_the_end(people: People) -> None:
    number = people.open()
    for minutes in range(3):
        people.hear(later(minutes=minutes))
    people.close(number, later(hours=1))
    people.hear(later(hours=1))
    people.hear(later(hours=2))
    assert people.told == ["opened", "closed"]


def test_several_notices_are_one_message(people: People) -> None:
    people.open()
    people.open(kind=Kind.NETWORK, source_id="", severity=Severity.CRITICAL, message="no network")
    people.hear(NOW)
    (message,) = people.got
    assert [each["kind"] for each in message.document["notices"]] == ["network", "blocked"]
    assert "2 new" in message.subject
    assert message.text.index("no network") < message.text.index("refused")


@pytest.mark.parametrize(
    "word", [DeliveryState.DELAYED, DeliveryState.DOUBT, DeliveryState.REFUSED]
)
def test_what_was_not_taken_is_sent_again_with_its_own_key_and_says_so(
    people: People, word: DeliveryState
) -> None:
    people.open()
    people.answers = [DeliveryResult(word, "try later")]
    assert people.hear(NOW) == f"{word}: try later"
    people.open(now=later(minutes=1), kind=Kind.ROBOTS)
    people.hear(later(minutes=1))
    first, again, other = people.got
    assert first.key == again.key != other.key
    assert "Sent for the 2. time" in again.text
    assert "time:" not in first.text + other.text
    assert people.hear(later(minutes=2)) == ""
    assert len(people.got) == 3


def test_who_ends_between_sending_and_marking_sends_again_with_the_same_key(
    people: People,
) -> None:
    people.open()
    people.answers = [RuntimeError("killed")]
    with pytest.raises(RuntimeError):
        people.hear(NOW)
    (waiting,) = people.store.incidents.waiting_deliveries("ops")
    assert (waiting.tries, waiting.reason) == (1, "whether it arrived is not known")
    people.hear(later(minutes=5))
    assert [each.key for each in people.got] == [waiting.key, waiting.key]


def test_tries_become_rarer_and_end_after_three_days(people: People) -> None:
    people.open()
    people.answers = [DeliveryResult(DeliveryState.DELAYED, "down")] * 10_000
    for minutes in range(0, 5 * 24 * 60, 10):
        people.hear(later(minutes=minutes))
    (delivery,) = people.store.incidents.deliveries()
    assert delivery.dropped_at is not None
    assert timedelta(days=3) <= delivery.dropped_at - NOW <= timedelta(days=3, hours=7)
    assert 15 <= delivery.tries == len(people.got) <= 40


def test_what_is_over_before_it_could_be_reported_is_not_reported(people: People) -> None:
    number = people.open()
    people.close(number, later(minutes=1))
    people.hear(later(minutes=2))
    assert people.got == []


def test_quiet_hours_hold_back_all_but_what_is_critical(people: People) -> None:
    night, morning = NOW.replace(hour=16), NOW.replace(hour=23, minute=30)  # 0:00 and 7:30 there
    quiet = Quiet(datetime(2026, 1, 1, 22).time(), datetime(2026, 1, 1, 7).time())  # noqa: DTZ001
    people.alerts = replace(people.alerts, quiet=quiet)
    people.open(night)
    brief = people.open(night, kind=Kind.ROBOTS)
    people.open(night, kind=Kind.NETWORK, source_id="", severity=Severity.CRITICAL)
    people.hear(night)
    people.close(brief, night + timedelta(hours=1))
    people.hear(night + timedelta(hours=2))
    assert [m.document["notices"][0]["kind"] for m in people.got] == ["network"]
    people.hear(morning)
    assert [each["kind"] for each in people.got[1].document["notices"]] == ["blocked"]


@pytest.mark.parametrize(
    ("hour", "begin", "end", "quiet"),
    [
        (23, 22, 7, True),
        (6, 22, 7, True),
        (7, 22, 7, False),
        (12, 22, 7, False),
        (12, 9, 17, True),
        (17, 9, 17, False),
        (8, 9, 17, False),
    ],
)
def test_quiet_hours_may_pass_midnight(hour: int, begin: int, end: int, quiet: bool) -> None:
    day = NOW.replace(hour=0, minute=0)
    hours = Quiet((day + timedelta(hours=begin)).time(), (day + timedelta(hours=end)).time())
    assert hours.contains(day + timedelta(hours=hour)) is quiet


def test_a_channel_is_sent_what_is_grave_enough_for_it(people: People) -> None:
    grave = Channel("grave", command=("true",), severity=Severity.CRITICAL)
    people.alerts = Alerts((*people.alerts.channels, grave))
    number = people.open()
    people.open(kind=Kind.VALIDATOR, severity=Severity.INFO)
    people.hear(NOW)
    assert [len(message.document["notices"]) for message in people.got] == [1]
    with people.store.writing() as tx:
        tx.incidents.see(number, replace(FINDING, severity=Severity.CRITICAL), NOW)
        tx.incidents.remind(number, What.WORSE, NOW)
    people.hear(later(minutes=1))
    people.close(number, later(minutes=2))
    people.hear(later(minutes=2))
    assert people.told == ["opened", "worse", "worse", "closed", "closed"]


def test_who_sees_to_it_is_not_reminded(people: People) -> None:
    number = people.open()
    people.hear(NOW)
    with people.store.writing() as tx:
        tx.incidents.remind(number, What.REMINDER, NOW)
        tx.incidents.acknowledge(number, person="Ana", note="", now=NOW)
    people.hear(later(minutes=1))
    assert people.told == ["opened"]


# By the command line, over real sockets


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    away(tmp_path, monkeypatch)
    amiss(tmp_path / "hubwatch.db")
    return CommandLine(capsys)


def configured(box: Mailbox, hook: Hook) -> tuple[str, ...]:
    """A configuration with every kind of channel, its secrets in the environment and a file."""
    secret = Path("smtp-password")
    secret.write_text(CANARY + "-mail\n", encoding="utf-8")
    secret.chmod(0o600)
    os.environ["HUBWATCH_TEST_HOOK"] = f"http://hook.test/services/{CANARY}-hook"
    os.environ["HUBWATCH_TEST_PING"] = f"http://hook.test/ping/{CANARY}-ping"
    Path("out").mkdir(exist_ok=True)
    Path("hubwatch.toml").write_text(
        f"""
archive = "hubwatch.db"
sources = ["{sources_folder()}"]
enabled = ["practice-en"]

[network.hosts]
"hook.test" = "{hook.place}"

[[delivery]]
name = "mail"
kind = "mail"
server = "127.0.0.1:{box.port}"
security = "none"
user = "hubwatch"
password = "file:smtp-password"
from = "hubwatch@example.org"
to = ["ops@example.org"]

[[delivery]]
name = "chat"
kind = "webhook"
url = "env:HUBWATCH_TEST_HOOK"

[[delivery]]
name = "shelf"
kind = "folder"
folder = "out"

[alerts]
ping = "env:HUBWATCH_TEST_PING"

[[alerts.channel]]
to = "mail"

[[alerts.channel]]
to = "chat"

[[alerts.channel]]
to = "shelf"

[[alerts.channel]]
name = "own"
command = ["tee", "told.json"]
""",
        encoding="utf-8",
    )
    return ("--config", "hubwatch.toml", "--now", "2026-03-02T05:30+00:00")


def pings(hook: Hook) -> list[str]:
    return [each.path.removeprefix("/ping/") for each in hook.posts if "/ping/" in each.path]


def test_every_channel_gets_the_same_and_gets_it_once(
    hubwatch: CommandLine, box: Mailbox, hook: Hook
) -> None:
    here = configured(box, hook)
    for _ in range(2):
        assert hubwatch(*here, "alerts", "send").code == 0
    (letter,) = box.letters
    posted = [each for each in hook.posts if "/services/" in each.path]
    (shelved,) = Path("out").iterdir()
    documents = [json.loads(posted[0].body), json.loads(shelved.read_bytes())]
    documents.append(json.loads(Path("told.json").read_bytes()))
    assert len(posted) == 1
    assert {each["notices"][0]["kind"] for each in documents} == {"layout_changed"}
    assert posted[0].headers["Idempotency-Key"] == documents[0]["key"]
    assert "rows are not found any more" in letter.message.get_content()
    assert letter.message["Message-ID"].endswith("@example.org>")
    assert box.logins == [("hubwatch", f"{CANARY}-mail")]
    assert pings(hook) == [f"{CANARY}-ping/start", f"{CANARY}-ping"] * 2
    listed = hubwatch(*here, "alerts", "list", "--json").json
    assert [each["tries"] for each in listed] == [1, 1, 1, 1]


@pytest.mark.slow
def test_an_alert_goes_out_through_apprise_and_its_address_stays_secret(
    hubwatch: CommandLine, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    monkeypatch.setenv("HUBWATCH_TEST_CHAT", f"json://hook.test/{CANARY}")
    Path("hubwatch.toml").write_text(
        f"""
archive = "hubwatch.db"
sources = ["{sources_folder()}"]
enabled = ["practice-en"]

[network.hosts]
"hook.test" = "{hook.place}"

[[delivery]]
name = "wecom"
kind = "apprise"
address = "env:HUBWATCH_TEST_CHAT"

[[alerts.channel]]
to = "wecom"
""",
        encoding="utf-8",
    )
    here = ("--config", "hubwatch.toml", "--now", "2026-03-02T05:30+00:00")
    hook.answers = [503]
    refused = hubwatch(*here, "alerts", "send")
    assert refused.code == 3
    assert "HTTP 503" in refused.out
    told = [hubwatch(*here[:-1], f"2026-03-02T05:{m}+00:00", "alerts", "send") for m in (40, 50)]
    assert [each.code for each in told] == [0, 0]
    first, again = (json.loads(each.body) for each in hook.posts)
    assert "rows are not found any more" in first["message"]
    assert "Sent for the 2. time" in again["message"]
    assert CANARY not in "".join(each.out + each.err for each in (refused, *told))


def test_a_critical_incident_fails_the_ping(
    hubwatch: CommandLine, box: Mailbox, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = configured(box, hook)
    with Archive.open(Path("hubwatch.db")) as store:
        found = store.incidents.unresolved()
        grave = [replace(found[0], finding=replace(found[0].finding, severity=Severity.CRITICAL))]
    done = Inspection(0, 0, 0, tuple(grave))
    monkeypatch.setattr("desk.incidents.inspect", lambda *args, **fields: done)
    assert hubwatch(*here, "alerts", "send").code == 0
    assert pings(hook) == [f"{CANARY}-ping/start", f"{CANARY}-ping/fail"]


def test_an_alert_reaches_who_was_refused_for_the_moment_and_nobody_twice(
    hubwatch: CommandLine, box: Mailbox, hook: Hook
) -> None:
    here = configured(box, hook)
    written = Path("hubwatch.toml").read_text(encoding="utf-8")
    to = 'to = ["ops@example.org", "Li <li@example.org>"]'
    Path("hubwatch.toml").write_text(
        written.replace('to = ["ops@example.org"]', to), encoding="utf-8"
    )
    box.later = {"li@example.org"}
    sent = hubwatch(*here, "alerts", "send")
    assert "not yet for li@example.org" in sent.out + sent.err
    box.later.clear()
    for minute in (40, 50):
        assert hubwatch(*here[:-1], f"2026-03-02T05:{minute}+00:00", "alerts", "send").code == 0
    assert [each.recipients for each in box.letters] == [["ops@example.org"], ["li@example.org"]]
    assert len({each.message["Message-ID"] for each in box.letters}) == 1


def test_a_channel_that_is_down_stops_no_other(
    hubwatch: CommandLine, box: Mailbox, hook: Hook
) -> None:
    here = configured(box, hook)
    hook.answers = [200, 500, 200, 200]  # the ping, the webhook, the ping
    box.answers = ["451 later"]
    ended = hubwatch(*here, "alerts", "send", "--json")
    assert ended.code == 3
    told = {each["channel"]: each for each in ended.json["channels"]}
    assert {name for name, each in told.items() if each["waiting"]} == {"mail", "chat"}
    assert told["chat"]["reason"] == "delayed: HTTP 500"
    assert told["shelf"]["taken"] == told["own"]["taken"] == 1


@pytest.mark.parametrize("slow", ["first", "last"])
def test_a_channel_that_hangs_delays_no_other(people: People, slow: str) -> None:
    """Wherever it stands among them, and however many messages it holds up."""
    channels = [Channel(name, command=("true",)) for name in ("first", "middle", "last")]
    got, others_have_it = [], threading.Event()

    def hand_over(channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        if channel.name == slow:
            in_time = others_have_it.wait(10)
            return DeliveryResult(DeliveryState.DELAYED, "slow" if in_time else "others wait")
        got.append(channel.name)
        if len(got) == 2 * 2:
            others_have_it.set()
        return DeliveryResult(DeliveryState.DELIVERED)

    alerts = Alerts(tuple(channels))
    people.open()
    with people.store.writing() as tx:
        notices = people.store.incidents.unsent(slow)
        for each in channels:
            tx.incidents.make_delivery(each.name, f"{each.name}-key", notices, NOW)
    people.open(kind=Kind.ROBOTS)
    sent = send(people.store, alerts, SHANGHAI, NOW, hand_over)
    assert [each.channel for each in sent] == ["first", "middle", "last"]
    assert {each.channel: each.reason for each in sent if each.reason} == {slow: "delayed: slow"}


def test_a_channel_that_took_too_long_is_left_alone_until_the_next_round(people: People) -> None:
    people.open()
    waits = send(people.store, people.alerts, SHANGHAI, NOW, people._take, timedelta())
    assert [(each.waiting, each.reason) for each in waits] == [(1, "the channel is slow")]
    assert not people.got
    assert people.hear(NOW) == ""
    assert people.told == ["opened"]


def test_row_64_no_secret_is_anywhere(
    hubwatch: CommandLine, box: Mailbox, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    here = configured(box, hook)
    caplog.set_level("DEBUG")
    said = ""
    commands = [
        ("alerts", "send"),
        ("alerts", "send", "--json"),
        ("alerts", "test"),
        ("alerts", "list", "--json"),
        ("incidents", "--all", "--json"),
        ("incidents", "show", "1"),
        ("status", "--json"),
        ("timetable", "--json"),
    ]
    for number in range(3):
        hook.answers = [500, 302, 403, 0][number:]
        box.answers = ["535 wrong password", "554 no", "451 later"][number:]
        for command in commands:
            ended = hubwatch(*here, *command)
            said += ended.out + ended.err
        Path("smtp-password").chmod(0o644 if number == 1 else 0o600)
        os.environ["HUBWATCH_TEST_HOOK"] = f"http://127.0.0.1:1/{CANARY}"
    assert CANARY not in said
    assert CANARY not in caplog.text
    with Archive.open(Path("hubwatch.db")) as store:
        store.maintenance.integrity()
    kept = [path for path in Path().rglob("*") if path.is_file() and path.name != "smtp-password"]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
    assert len(kept) >= 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('to = "mail"', 'to = "male"', "alerts.channel[1].to: there is no delivery 'male'; did"),
        ('to = "mail"', 'severity = "info"', "alerts.channel[1].to: name a [[delivery]]"),
        ('to = "chat"', 'to = "mail"', "alerts.channel: two channels are called 'mail'"),
        ('name = "own"', 'severity = "awful"', "'awful' is none of info, warning, critical"),
        ("[alerts]", '[alerts]\nquiet = "22-7"', "alerts.quiet: '22-7' are no hours"),
        ("[alerts]", '[alerts]\nremind = "soon"', "alerts.remind: 'soon' is no span of time"),
        ("[alerts]", "[alerts]\nremnd = 1", "alerts.remnd: unknown key; did you mean 'remind'?"),
        ('"env:HUBWATCH_TEST_PING"', '"ftp://x"', "alerts.ping: "),
    ],
)
def test_a_mistake_is_reported_in_one_line(
    hubwatch: CommandLine, box: Mailbox, hook: Hook, old: str, new: str, says: str
) -> None:
    configured(box, hook)
    path = Path("hubwatch.toml")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reminders_may_be_switched_off(hubwatch: CommandLine, box: Mailbox, hook: Hook) -> None:
    configured(box, hook)
    path = Path("hubwatch.toml")
    text = path.read_text("utf-8").replace("[alerts]", '[alerts]\nremind = "never"')
    path.write_text(text, encoding="utf-8")
    assert read_config(path).alerts.remind == timedelta(0)


def test_a_test_is_not_kept_and_the_list_says_so(
    hubwatch: CommandLine, box: Mailbox, hook: Hook
) -> None:
    configured(box, hook)
    Archive.create(Path("hubwatch.db")).close()
    assert hubwatch("--config", "hubwatch.toml", "alerts", "test").code == 0
    listed = hubwatch("--config", "hubwatch.toml", "alerts", "list")
    assert (listed.out, listed.err) == ("", "no message was sent yet; tests are not listed\n")


def test_a_text_is_told_over_every_channel_without_an_archive(
    hubwatch: CommandLine, box: Mailbox, hook: Hook
) -> None:
    configured(box, hook)
    Path("hubwatch.db").unlink()
    ended = hubwatch(
        "--config", "hubwatch.toml", "alerts", "broadcast", "the disk\nis full", "--json"
    )
    assert ended.code == 0
    assert {each["sent"] for each in json.loads(ended.out)} == {"delivered"}
    hook.answers = [500]
    refused = hubwatch("--config", "hubwatch.toml", "alerts", "broadcast", "the disk is full")
    assert refused.code == 1


def test_without_a_channel_a_test_says_how_to_write_one(hubwatch: CommandLine) -> None:
    Path("hubwatch.toml").write_text('archive = "hubwatch.db"\n', encoding="utf-8")
    ended = hubwatch("--config", "hubwatch.toml", "alerts", "test")
    assert ended.code == 2
    assert "alerts.channel" in ended.err


def test_row_61_what_a_portal_says_makes_no_header(people: People) -> None:
    evil = "x\r\nBcc: all@example.org\r\n\r\nbody"
    finding = replace(FINDING, message=evil, source_id=f"a{evil}")
    incident = Incident(1, finding, NOW, NOW)
    notice = Notice(1, 1, What.OPENED, NOW, Severity.WARNING, evil)
    delivery = AlertDelivery(1, "ops", "k", NOW, notices=(notice,))
    message = message_of(delivery, {1: incident}, f"host{evil}")
    mail = mail_of("a@example.org", ("b@example.org",), message, NOW)
    sent = mail.as_bytes().partition(b"\n\n")[0]
    assert b"\nBcc" not in sent
    assert mail["Subject"].startswith("Hubwatch hostx Bcc: all@example.org")


def test_an_acknowledgement_has_a_name_and_the_first_one_stays(
    hubwatch: CommandLine, box: Mailbox, hook: Hook
) -> None:
    here = configured(box, hook)
    ack: Callable[..., object] = lambda *words: hubwatch(*here, "incidents", "ack", *words)  # noqa: E731
    assert hubwatch(*here, "incidents", "ack", "1", "--by", " ").code == 1
    assert hubwatch(*here, "incidents", "ack", "7", "--by", "Ana").code == 1
    ack("1", "--by", "Ana", "--note", "wrote to them")
    ack("1", "--by", "Bo")
    (found,) = hubwatch(*here, "incidents", "--json").json
    assert (found["acked_by"], found["ack_note"]) == ("Ana", "wrote to them")
