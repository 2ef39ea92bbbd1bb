"""Handing an issue on: written down before it is tried, repeated under the same key, told truly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.delivery import DeliveryState
from desk.delivery.mail import MailServer, Security
from desk.delivery.notifier import MOST_BYTES
from desk.delivery.targets import Apprise, DeliveryTarget, Folder, Mail, Secret, Webhook
from desk.delivery.webhook import WebhookRoute
from desk.digest.drafts import Wanted, correct, draft, withdraw
from desk.digest.issues import issue, issued_bytes
from desk.digest.model import PLAIN, Format
from desk.digest.sending import Sender, formats_of
from hubwatch.errors import ConfigError, HubwatchError
from storage.archive import Archive
from tests.support.cli import CommandLine, Ended, away
from tests.support.digest_series import text
from tests.support.mailboxes import Hook, Mailbox
from tests.support.make import SHANGHAI, SOURCE, later
from tests.support.paths import ROOT
from tests.support.visits import Visits

NOW = later(days=40)
FORMS = (Format.HTML, Format.JSON, Format.TXT, Format.EML, Format.DOCX)


@pytest.fixture
def desk(store: Archive) -> Archive:
    """An archive with digest 1 issued, and digest 2 a draft."""
    visits = Visits(store, days=30)
    visits.run({"old": text(0)})
    visits.run({"a": text(1)})
    for _ in range(2):
        draft(store, WANTED, person="Ana", now=NOW)
    issue(store, 1, PLAIN, person="Li", now=NOW, forms=FORMS)
    return store


def sender(store: Archive, hook: Hook | None = None, at: datetime = NOW) -> Sender:
    hosts = {"hook.test": hook.place} if hook else {}
    return Sender(store, WebhookRoute(hosts, seconds=5.0), at)


def people(box: Mailbox, formats: tuple[str, ...] = ()) -> DeliveryTarget:
    server = MailServer("127.0.0.1", box.port, Security.NONE, seconds=5.0)
    place = Mail(server, "Desk <desk@example.org>", ("Li <li@example.org>", "ana@example.org"))
    return DeliveryTarget("team", place, formats)


WANTED = Wanted("Weekly", SHANGHAI, since=later(days=29), enabled=(SOURCE,))
CLOSED = MailServer("127.0.0.1", 9, Security.NONE, seconds=5.0)
CHAT = DeliveryTarget("chat", Webhook("http://hook.test/in"))


def test_a_mail_carries_the_frozen_bodies_and_what_was_asked_for(
    desk: Archive, box: Mailbox
) -> None:
    handed = sender(desk).send(1, people(box, ("docx",)))
    assert handed.delivery.state == "delivered"
    (letter,) = box.letters
    assert letter.recipients == ["li@example.org", "ana@example.org"]
    message = letter.message
    assert message["Message-ID"] == f"<{handed.delivery.key}@example.org>"
    assert message["X-Unsent"] is None
    assert message["Subject"].startswith("Weekly, ")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "On a" in plain.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "digest-1.docx"
    assert attached.get_content() == issued_bytes(desk, 1, Format.DOCX, PLAIN)


def test_what_was_delivered_is_not_sent_again(desk: Archive, box: Mailbox, hook: Hook) -> None:
    for target in (people(box), CHAT):
        assert sender(desk, hook).send(1, target).result
        assert sender(desk, hook).send(1, target).result is None
    assert (len(box.letters), len(hook.posts)) == (1, 1)
    assert json.loads(hook.posts[0].body)["digest"]["number"] == 1


def test_row_62_a_failing_webhook_is_tried_again_later_and_later_with_one_key(
    desk: Archive, hook: Hook
) -> None:
    hook.answers = [503] * 20
    at, pauses = NOW, []
    state = "owed"
    while state == "owed":
        (handed,) = sender(desk, hook, at).send_pending(CHAT)
        state = handed.delivery.state
        if handed.delivery.next_at:
            assert not sender(
                desk, hook, handed.delivery.next_at - timedelta(seconds=1)
            ).send_pending(CHAT)
            pauses.append(handed.delivery.next_at - at)
            at = handed.delivery.next_at
    assert state == "failed"
    assert pauses == sorted(pauses)
    assert len(hook.posts) == len(handed.delivery.attempts) == 8
    assert {post.headers["Idempotency-Key"] for post in hook.posts} == {handed.delivery.key}
    hook.answers = []
    assert sender(desk, hook, at).send(1, CHAT).delivery.state == "delivered"


def test_row_62_what_was_tried_by_a_clock_that_ran_ahead_is_tried_now(
    desk: Archive, hook: Hook
) -> None:
    hook.answers = [503, 503]
    for at in (NOW, NOW + timedelta(days=5)):
        assert len(sender(desk, hook, at).send_pending(CHAT)) == 1
    (handed,) = sender(desk, hook, NOW + timedelta(hours=1)).send_pending(CHAT)
    assert handed.delivery.state == "delivered"


def test_row_62_what_a_clock_that_ran_ahead_touched_rests_once_it_was_tried_by_the_right_one(
    desk: Archive, hook: Hook
) -> None:
    hook.answers = [503] * 5
    for at in (NOW + timedelta(days=5), NOW):
        assert len(sender(desk, hook, at).send_pending(CHAT)) == 1
    soon = NOW + timedelta(minutes=1)
    assert sender(desk, hook, soon).send_pending(CHAT) == ()
    (owed,) = sender(desk, hook, soon).postponed(CHAT)
    assert owed.next_at
    assert len(sender(desk, hook, owed.next_at).send_pending(CHAT)) == 1


def test_row_62_a_webhook_that_refuses_is_given_up(desk: Archive, hook: Hook) -> None:
    hook.answers = [410]
    handed = sender(desk, hook).send(1, CHAT)
    assert handed.delivery.state == "failed"
    assert sender(desk, hook, NOW + timedelta(days=1)).send_pending(CHAT) == ()


def test_row_62_a_webhook_that_asks_for_time_gets_it(desk: Archive, hook: Hook) -> None:
    hook.answers, hook.headers = [429], {"Retry-After": "7200"}
    assert sender(desk, hook).send(1, CHAT).delivery.next_at == NOW + timedelta(hours=2)


def test_row_62_in_doubt_a_mail_is_repeated_with_its_id_and_says_so(
    desk: Archive, box: Mailbox
) -> None:
    box.drop = 1
    first = sender(desk).send(1, people(box))
    assert first.result is not None
    assert (first.result.sent, first.delivery.state) == (DeliveryState.DOUBT, "owed")
    second = sender(desk, at=NOW + timedelta(minutes=2)).send(1, people(box))
    assert (second.is_again, second.delivery.state) == (True, "delivered")
    letters = [letter.message for letter in box.letters]
    assert len({message["Message-ID"] for message in letters}) == 1
    for message, again in zip(letters, (False, True), strict=True):
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            assert ("This is sent again" in body.get_content()) is again


def test_row_62_a_mail_that_was_surely_not_taken_is_repeated_as_if_new(
    desk: Archive, box: Mailbox
) -> None:
    box.answers = ["451 later"]
    assert sender(desk).send(1, people(box)).delivery.state == "owed"
    second = sender(desk).send(1, people(box))
    assert (second.is_again, second.delivery.state) == (False, "delivered")


def test_row_62_who_was_refused_for_the_moment_gets_the_mail_alone(
    desk: Archive, box: Mailbox
) -> None:
    """Also if the server is away in between, and once the tries are used up only when asked for."""
    box.later = {"li@example.org"}
    first = sender(desk).send(1, people(box))
    assert (first.delivery.state, first.delivery.attempts[0].sent) == ("owed", "partly")
    at = first.delivery.next_at
    assert at is not None
    nobody = replace(people(box), place=replace(people(box).place, server=CLOSED))
    (away,) = sender(desk, at=at).send_pending(nobody)
    state = "owed"
    while state == "owed":
        at += timedelta(days=1)
        (handed,) = sender(desk, at=at).send_pending(people(box))
        state = handed.delivery.state
    assert state == "failed"
    assert handed.delivery.attempts[-1].reason.startswith("to li@example.org: SMTP 450")
    box.later.clear()
    last = sender(desk, at=at).send(1, people(box))
    assert (last.delivery.state, last.is_again) == ("delivered", False)
    assert [each.recipients for each in box.letters] == [["ana@example.org"], ["li@example.org"]]
    assert len({each.message["Message-ID"] for each in box.letters}) == 1
    assert away.delivery.attempts[-1].lacking == ()


def test_row_62_an_attempt_is_stored_before_it_is_made(desk: Archive, hook: Hook) -> None:
    """Killed while the webhook has the post and has not answered: the attempt is there, in doubt,
    and the next one has the same key."""
    hook.pause = 30
    script = (
        "import sys\nfrom pathlib import Path\nfrom datetime import datetime\n"
        "from storage.archive import Archive\nfrom desk.digest.sending import Sender\n"
        "from desk.delivery.targets import DeliveryTarget, Webhook\n"
        "from desk.delivery.webhook import WebhookRoute\n"
        "store = Archive.open(Path(sys.argv[1]))\n"
        "route = WebhookRoute({'hook.test': sys.argv[2]})\n"
        "target = DeliveryTarget('chat', Webhook('http://hook.test/in'))\n"
        "Sender(store, route, datetime.fromisoformat(sys.argv[3])).send(1, target)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(desk.path), hook.place, NOW.isoformat()], cwd=ROOT
    )
    deadline = time.monotonic() + 60
    while not hook.posts and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    (delivery,) = desk.deliveries.select(1, "chat")
    (attempt,) = delivery.attempts
    assert (delivery.state, attempt.ended_at) == ("owed", None)
    hook.pause = 0
    handed = sender(desk, hook).send(1, CHAT)
    assert (handed.is_again, handed.delivery.state) == (True, "delivered")
    assert [each.sent for each in handed.delivery.attempts] == ["in doubt", "delivered"]
    assert len(hook.posts) == 2
    assert len({post.headers["Idempotency-Key"] for post in hook.posts}) == 1


@pytest.mark.slow
def test_a_chat_gets_the_beginning_of_an_issue_through_apprise(
    desk: Archive, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    monkeypatch.setenv("CHAT", "json://hook.test/in")
    target = DeliveryTarget("team", Apprise(Secret("env:CHAT")))
    with pytest.raises(ConfigError, match="gets `txt` alone"):
        formats_of(replace(target, formats=("json",)))
    hook.answers = [503]
    assert sender(desk, hook).send(1, target).delivery.state == "owed"
    assert (
        sender(desk, hook, NOW + timedelta(hours=1)).send(1, target).delivery.state == "delivered"
    )
    assert sender(desk, hook, NOW + timedelta(hours=2)).send(1, target).result is None
    said = json.loads(hook.posts[-1].body)
    assert said["title"] == "Weekly"
    assert "On a" in said["message"]
    assert len((said["title"] + said["message"]).encode()) <= MOST_BYTES


def test_a_folder_is_filled_once(desk: Archive, tmp_path: Path) -> None:
    target = DeliveryTarget("share", Folder(tmp_path / "out"), ("html", "json"))
    assert sender(desk).send(1, target).delivery.state == "owed"
    (tmp_path / "out").mkdir()
    assert sender(desk).send(1, target).delivery.state == "delivered"
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["digest-1.html", "digest-1.json"]


def test_drafts_and_old_issues_are_not_sent(desk: Archive, tmp_path: Path) -> None:
    target = DeliveryTarget("share", Folder(tmp_path), ("json",))
    with pytest.raises(HubwatchError, match="issue 2 --by NAME` comes first"):
        sender(desk).send(2, target)
    assert sender(desk, at=NOW + timedelta(days=8)).send_pending(target) == ()
    assert len(sender(desk, at=NOW + timedelta(days=6)).send_pending(target)) == 1


def correction_of(store: Archive, number: int) -> int:
    """An issued correction of it."""
    made = correct(store, number, reason="Item 1: yuan", person="Li", now=NOW)
    issue(store, made, PLAIN, person="Li", now=NOW, forms=FORMS)
    return made


def test_what_was_corrected_goes_to_nobody_and_its_correction_to_everybody(
    desk: Archive, box: Mailbox, hook: Hook, tmp_path: Path
) -> None:
    hook.answers = [503]
    assert sender(desk, hook).send(1, CHAT).delivery.state == "owed"
    last = correction_of(desk, correction_of(desk, 1))
    late = sender(desk, hook, at=NOW + timedelta(hours=1))
    share = DeliveryTarget("share", Folder(tmp_path), ("json",))
    for target in (people(box), share, CHAT):
        handed = late.send_pending(target)
        assert [(each.delivery.digest, each.delivery.state) for each in handed] == [
            (last, "delivered")
        ]
        assert late.postponed(target) == ()
    assert [path.name for path in tmp_path.glob("digest-*")] == [f"digest-{last}.json"]
    with pytest.raises(HubwatchError, match=f"`hubwatch digest send {last} --to share`"):
        late.send(1, share)
    assert desk.deliveries.unsent(NOW) == ()


def test_a_correction_answers_the_mail_that_it_corrects(desk: Archive, box: Mailbox) -> None:
    first = sender(desk).send(1, people(box)).delivery
    second = correction_of(desk, 1)
    between = sender(desk).send(second, people(box)).delivery
    third = correction_of(desk, second)
    sender(desk).send(third, people(box))
    ids = [f"<{each.key}@example.org>" for each in (first, between)]
    told = [letter.message for letter in box.letters]
    assert [each["In-Reply-To"] for each in told] == [None, *ids]
    assert str(told[2]["References"]).split() == ids
    assert f"a correction of digest {second}" in told[2]["Subject"]
    assert sender(desk).send(1, people(box)).result is None


def test_beside_what_a_folder_got_stands_what_holds_in_its_place(
    desk: Archive, tmp_path: Path
) -> None:
    share = DeliveryTarget("share", Folder(tmp_path), ("json", "html"))
    sender(desk).send(1, share)
    second = correction_of(desk, 1)
    sender(desk).send(second, share)
    last = withdraw(desk, second, reason="Sent by mistake", person="Li", now=NOW)
    issue(desk, last, PLAIN, person="Li", now=NOW, forms=FORMS)
    sender(desk).send(last, share)
    notices = sorted(path.name for path in tmp_path.glob("*-by-*"))
    assert notices == [
        f"digest-1-corrected-by-{second}.txt",
        f"digest-1-withdrawn-by-{last}.txt",
        f"digest-{second}-withdrawn-by-{last}.txt",
    ]
    told = (tmp_path / notices[0]).read_text().splitlines()
    assert told == ["This corrects digest 1: Item 1: yuan", "digest-3.json", "digest-3.html"]
    assert "withdraws digest 3: Sent by mistake" in (tmp_path / notices[2]).read_text()


def test_a_folder_that_never_got_the_issue_gets_its_correction_alone(
    desk: Archive, tmp_path: Path
) -> None:
    share = DeliveryTarget("share", Folder(tmp_path), ("json",))
    last = correction_of(desk, 1)
    sender(desk).send(last, share)
    assert [path.name for path in tmp_path.glob("digest-*")] == [f"digest-{last}.json"]


def test_whoever_got_what_was_corrected_and_not_the_correction_is_told_of(
    desk: Archive, box: Mailbox, tmp_path: Path
) -> None:
    share = DeliveryTarget("share", Folder(tmp_path), ("json",))
    for target in (people(box), share):
        sender(desk).send(1, target)
    second = correction_of(desk, 1)
    sender(desk).send(second, share)
    third = correction_of(desk, second)
    sender(desk).send(third, share)
    left = desk.deliveries.forgotten(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert [(each.digest, each.target, each.before) for each in left] == [(third, "team", 1)]


def test_a_missing_secret_is_no_attempt(desk: Archive, box: Mailbox) -> None:
    from desk.delivery.targets import Secret

    target = people(box)
    assert isinstance(target.place, Mail)
    needy = replace(target, place=replace(target.place, password=Secret("env:NOBODY_SET_THIS")))
    with pytest.raises(ConfigError, match="NOBODY_SET_THIS"):
        sender(desk).send(1, needy)
    assert desk.deliveries.select(1, "team")[0].attempts == ()


def test_a_format_that_is_none_is_a_clear_line(desk: Archive, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'epub' is none of html, pdf, docx"):
        sender(desk).send(1, DeliveryTarget("share", Folder(tmp_path), ("epub",)))


def test_what_is_pending_and_not_due_is_said(
    desk: Archive,
    hook: Hook,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away(tmp_path, monkeypatch)
    hubwatch = CommandLine(capsys)
    Path("hubwatch.toml").write_text(
        f'archive = "{desk.path}"\n[[delivery]]\nname = "chat"\nkind = "webhook"\n'
        f'url = "http://hook.test/in"\n[network.hosts]\n"hook.test" = "{hook.place}"\n'
    )
    hook.answers = [503]
    here = ("--config", "hubwatch.toml", "--now")
    deliver = ("digest", "deliver")
    failed = hubwatch(*here, NOW.isoformat(), *deliver)
    assert (failed.code, len(hook.posts)) == (1, 1)
    assert "not due" not in failed.err
    early = hubwatch(*here, (NOW + timedelta(seconds=5)).isoformat(), *deliver)
    assert (early.code, early.out, len(hook.posts)) == (0, "", 1)
    assert early.err.startswith(
        "digest 1 is owed to chat and not due before 2026-04-11 12:01 (last: "
    )
    assert "503" in early.err
    assert hubwatch(*here, (NOW + timedelta(minutes=2)).isoformat(), *deliver).code == 0
    done = hubwatch(*here, (NOW + timedelta(minutes=3)).isoformat(), *deliver)
    assert (done.code, done.err, len(hook.posts)) == (0, "nothing is owed\n", 2)


def test_a_target_that_cannot_be_tried_keeps_nothing_from_the_others(
    desk: Archive,
    hook: Hook,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told, and gets what it is owed once it can be, however long that takes."""
    away(tmp_path, monkeypatch)
    hubwatch = CommandLine(capsys)
    issue(
        desk, draft(desk, WANTED, person="Ana", now=NOW), PLAIN, person="Li", now=NOW, forms=FORMS
    )
    Path("out").mkdir()
    Path("hubwatch.toml").write_text(
        f'archive = "{desk.path}"\n[network.hosts]\n"hook.test" = "{hook.place}"\n'
        '[[delivery]]\nname = "chat"\nkind = "webhook"\nurl = "env:NOBODY_SET_THIS"\n'
        '[[delivery]]\nname = "share"\nkind = "folder"\nfolder = "out"\nformats = ["json"]\n'
    )

    def deliver(at: datetime) -> Ended:
        return hubwatch("--config", "hubwatch.toml", "--now", at.isoformat(), "digest", "deliver")

    first = deliver(NOW)
    assert first.code == 3
    assert sorted(path.name for path in Path("out").iterdir()) == ["digest-1.json", "digest-3.json"]
    lines = [line for line in first.err.splitlines() if "NOBODY_SET_THIS" in line]
    assert [line.partition(":")[0] for line in lines] == [
        f"digest {number} was not sent to chat" for number in (1, 3)
    ]
    late = NOW + timedelta(days=9)
    assert deliver(late).code == 1
    monkeypatch.setenv("NOBODY_SET_THIS", "http://hook.test/in")
    assert (deliver(late).code, len(hook.posts)) == (0, 2)


def test_by_command(
    desk: Archive,
    box: Mailbox,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is to be sent is shown, then sent; the timetable's command makes an issue and sends it;
    no secret is printed or kept."""
    away(tmp_path, monkeypatch)
    hubwatch = CommandLine(capsys)
    monkeypatch.setenv("SMTP_WORD", "canary-5up3r")
    Path("hubwatch.toml").write_text(
        f'archive = "{desk.path}"\n[[delivery]]\nname = "team"\nkind = "mail"\n'
        f'server = "127.0.0.1:{box.port}"\nsecurity = "none"\nuser = "hub"\n'
        'password = "env:SMTP_WORD"\nfrom = "desk@example.org"\nto = ["li@example.org"]\n'
    )
    here = ("--config", "hubwatch.toml", "--now", NOW.isoformat())
    dry = hubwatch(*here, "digest", "send", "1", "--to", "team", "--dry-run")
    assert "subject: Weekly" in dry.out
    assert "to: li@example.org" in dry.out
    assert not box.letters
    sent = hubwatch(*here, "digest", "send", "1", "--to", "team")
    assert (sent.code, len(box.letters)) == (0, 1)
    nothing = hubwatch(*here, "digest", "deliver", "--since-last")
    assert (nothing.code, "nothing came in" in nothing.err) == (0, True)
    Visits(desk, days=41).run({"b": text(2)})
    later_on = ("--config", "hubwatch.toml", "--now", later(days=43).isoformat())
    made = hubwatch(*later_on, "digest", "deliver", "--since-last")
    assert (made.code, len(box.letters)) == (0, 2)
    assert "On b" in str(box.letters[1].message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    wrong = correction_of(desk, 1)
    assert (
        f"digest {wrong} holds in its place"
        in hubwatch(*here, "digest", "render", "1", "-o", "one.json").err
    )
    printed = "".join(ended.out + ended.err for ended in (dry, sent, nothing, made))
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("hubwatch.db*") if path.is_file())
    assert "canary" not in printed
    assert b"canary" not in kept
