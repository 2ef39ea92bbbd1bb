"""People are alerted of new stories at once and once, whatever dies in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desk.alerting import subscriptions as module
from desk.alerting.config import Channel, Quiet, Subscription
from desk.alerting.send import Message
from desk.alerting.subscriptions import MOST_NAMED, SubscriptionReport, SubscriptionSender, send_all
from desk.config import read_config
from desk.delivery import DeliveryResult, DeliveryState
from desk.practice.portal import sources_folder
from hubwatch.errors import ConfigError
from storage.archive import Archive
from storage.people import PersonRole
from storage.relevance import Relevance, Score
from storage.subscriptions import MessageState
from storage.types import Grade
from tests.support.cli import CommandLine, away
from tests.support.desks import watchlist
from tests.support.digest_series import text
from tests.support.examples import examples
from tests.support.mailboxes import Hook
from tests.support.make import NOW, SHANGHAI, SOURCE
from tests.support.paths import ROOT
from tests.support.visits import Visits

TOPIC = next(iter(watchlist().topics))
ANA = Subscription("ana", "Ana", "chat", zone=SHANGHAI)
BEGIN = NOW + timedelta(days=2)
DELIVERED = DeliveryResult(DeliveryState.DELIVERED)


class Killed(BaseException):
    """The process is killed here."""


@dataclass
class Newsroom:
    """An archive that gets news, people who subscribed, and what they got."""

    store: Archive
    visits: Visits
    answers: list[DeliveryResult | Killed] = field(default_factory=list)
    got: list[tuple[str, str, Message]] = field(default_factory=list)
    published: int = 0

    def publish(self, *grades: Grade | None, **fields: object) -> list[int]:
        """News of these grades, in a run; the numbers of the articles."""
        names = [f"n{self.published + number}" for number in range(len(grades))]
        before = self.store.people.subscriptions.newest_article()
        self.visits.run({name: text(self.published + n) for n, name in enumerate(names)})
        self.published += len(grades)
        numbers = list(range(before + 1, before + 1 + len(grades)))
        with self.store.writing() as tx:
            for number, grade in zip(numbers, grades, strict=True):
                scores = (Score(TOPIC, grade, 9.0, ()),) if grade else ()
                tx.relevance.replace(number, Relevance("v1", (), scores))
        return numbers

    def send(self, now: datetime, *wanted: Subscription) -> tuple[SubscriptionReport, ...]:
        """One round."""
        desk = "https://desk.test"
        sender = SubscriptionSender(self.store, watchlist(), SHANGHAI, desk, self._take)
        return send_all(sender, wanted or (ANA,), now)

    def _take(self, channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        answer = self.answers.pop(0) if self.answers else DELIVERED
        if isinstance(answer, Killed) and answer.args == ("before",):
            raise answer
        if isinstance(answer, Killed) or answer.sent in (
            DeliveryState.DELIVERED,
            DeliveryState.DOUBT,
        ):
            self.got.append((channel.name, channel.to, message))
        if isinstance(answer, Killed):
            raise answer
        return answer

    @property
    def articles(self) -> list[int]:
        """The articles that people were alerted of, in order."""
        return [
            each["article"] for _, _, message in self.got for each in message.document["stories"]
        ]


def newsroom_of(store: Archive) -> Newsroom:
    room = Newsroom(store, Visits(store))
    with store.writing() as tx:
        for name in ("Ana", "Li"):
            tx.people.add(name, PersonRole.REVIEWER, NOW)
    room.publish(Grade.CORE, Grade.CORE)  # the baseline
    return room


@pytest.fixture
def room(store: Archive) -> Newsroom:
    return newsroom_of(store)


def minutes(count: float) -> datetime:
    return BEGIN + timedelta(minutes=count)


def test_only_what_is_new_goes_out_and_goes_out_once(room: Newsroom) -> None:
    room.publish(Grade.CORE)
    assert room.send(minutes(0))[0].state is None  # it begins: what is there is no news
    core, *_ = room.publish(Grade.CORE, Grade.RELATED, Grade.MENTION, None)
    for count in (5, 10, 30, 60):
        room.send(minutes(count))
    assert room.articles == [core]
    ((_, to, message),) = room.got
    assert to == "chat"
    assert message.document["person"] == "Ana"
    (story,) = message.document["stories"]
    assert story["at_desk"] == f"https://desk.test/story/{story['story']}"
    assert story["title"] in message.subject
    assert story["url"] in message.text


def test_the_baseline_of_a_new_source_is_no_news(store: Archive) -> None:
    room = Newsroom(store, Visits(store))
    with store.writing() as tx:
        tx.people.add("Ana", PersonRole.REVIEWER, NOW)
    room.send(minutes(0))
    room.publish(Grade.CORE, Grade.CORE)
    room.send(minutes(30))
    (new,) = room.publish(Grade.CORE)
    room.send(minutes(60))
    assert room.articles == [new]


def test_grades_topics_and_cities_choose(room: Newsroom) -> None:
    wanted = (
        replace(ANA, name="any", to="a", grades=()),
        replace(ANA, name="two", to="b", grades=(Grade.CORE, Grade.RELATED)),
        replace(ANA, name="city", to="c", cities=("guiyang",), grades=(Grade.RELATED,)),
        replace(ANA, name="topic", to="d", topics=(TOPIC,)),
    )
    room.send(minutes(0), *wanted)
    core, related, mention, nothing = room.publish(Grade.CORE, Grade.RELATED, Grade.MENTION, None)
    room.send(minutes(20), *wanted)
    got = {
        name: [each["article"] for each in message.document["stories"]]
        for name, _, message in room.got
    }
    assert got["any"] == [core, related, mention, nothing]
    assert got["two"] == [core, related]
    assert got["city"] == [related]
    assert "topic" not in got  # no name of it was found, a score alone is none


def test_what_a_kept_search_finds_goes_to_who_keeps_it(room: Newsroom) -> None:
    with room.store.writing() as tx:
        tx.people.keep_search("Ana", "mine", "q=On&by=newest", NOW)
    mine = replace(ANA, search="mine", grades=())
    room.send(minutes(0), mine)
    numbers = room.publish(None, None)
    room.send(minutes(20), mine)
    assert room.articles == numbers
    (report,) = room.send(minutes(40), replace(mine, name="li", person="Li"))
    assert report.fault == "Li keeps no search 'mine'"
    assert not report.is_well


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"person": "Nobody"}, "Nobody may not use the desk"),
        ({"topics": ("no-such",)}, "no topic 'no-such'"),
        ({"cities": ("Atlantis",)}, "no source is of the city 'Atlantis'"),
    ],
)
def test_what_is_not_there_is_said_and_keeps_nothing_from_the_others(
    room: Newsroom, change: dict[str, object], fault: str
) -> None:
    wrong = replace(ANA, name="wrong", **change)  # type: ignore[arg-type]
    room.send(minutes(0), wrong, ANA)
    new = room.publish(Grade.CORE)
    reports = room.send(minutes(20), wrong, ANA)
    assert fault in reports[0].fault
    assert room.articles == new


def test_who_may_not_use_the_desk_any_more_gets_nothing(room: Newsroom) -> None:
    room.send(minutes(0))
    room.publish(Grade.CORE)
    with room.store.writing() as tx:
        tx.people.deactivate("Ana", NOW)
    room.send(minutes(20))
    assert not room.got


def test_in_quiet_hours_all_waits_and_comes_in_one_message_after_them(room: Newsroom) -> None:
    quiet = replace(ANA, quiet=Quiet(hour(22), hour(7)))  # in Shanghai: 14:00 to 23:00 UTC
    room.send(minutes(0), quiet)
    night = BEGIN.replace(hour=14, minute=0)
    numbers = []
    for count in range(0, 9 * 60, 90):
        numbers += room.publish(Grade.CORE)
        (report,) = room.send(night + timedelta(minutes=count), quiet)
        assert report.is_quiet
    assert not room.got
    room.send(night + timedelta(hours=9), quiet)
    ((_, _, message),) = room.got
    assert sorted(room.articles) == numbers
    assert "6 stories new" in message.subject


def test_what_comes_within_the_pause_is_one_message(room: Newsroom) -> None:
    room.send(minutes(0))
    for count in range(1, 10):
        room.publish(Grade.CORE)
        room.send(minutes(count))
    room.send(minutes(11))
    assert [len(message.document["stories"]) for _, _, message in room.got] == [1, 8]


def test_a_flood_is_counted_and_no_message_names_more_than_a_few(room: Newsroom) -> None:
    room.send(minutes(0))
    room.publish(*[Grade.CORE] * (MOST_NAMED + 3))
    room.send(minutes(20))
    room.send(minutes(60))
    ((_, _, message),) = room.got
    assert len(message.document["stories"]) == MOST_NAMED
    assert message.document["count"] == MOST_NAMED + 3
    assert "and 3 more" in message.text


def test_what_was_published_long_ago_is_no_news_however_lately_it_was_found(
    room: Newsroom,
) -> None:
    late = BEGIN + timedelta(days=30)  # the pages are dated 2026-03-01
    room.send(late)
    room.publish(Grade.CORE)
    room.send(late + timedelta(minutes=20))
    assert not room.got


def test_a_story_goes_once_to_a_person_and_channel_by_whichever_subscription(
    room: Newsroom,
) -> None:
    both = replace(ANA, name="both", grades=())
    li = replace(ANA, name="li", person="Li")
    other = replace(ANA, name="mail", to="mail")
    wanted = (ANA, both, li, other)
    room.send(minutes(0), *wanted)
    core, related = room.publish(Grade.CORE, Grade.RELATED)
    room.send(minutes(20), *wanted)
    assert sorted(
        (name, each["article"]) for name, _, m in room.got for each in m.document["stories"]
    ) == [("ana", core), ("both", related), ("li", core), ("mail", core)]


def test_a_story_that_joins_another_is_not_sent_again(room: Newsroom) -> None:
    room.send(minutes(0))
    (first,) = room.publish(Grade.CORE)
    room.send(minutes(20))
    (second,) = room.publish(Grade.CORE)
    stories = room.store.stories.of_articles([first, second])
    with room.store.writing() as tx:
        tx.stories.merge([stories[second], stories[first]], person="Li", why="", now=BEGIN)
    room.send(minutes(40))
    assert room.articles == [first]


def test_a_new_report_of_a_story_from_before_is_no_news(room: Newsroom) -> None:
    (old,) = room.publish(Grade.CORE)
    room.send(minutes(0))
    (again,) = room.publish(Grade.CORE)
    stories = room.store.stories.of_articles([old, again])
    with room.store.writing() as tx:
        tx.stories.merge([stories[old], stories[again]], person="Li", why="", now=BEGIN)
    room.send(minutes(20))
    assert not room.got


@pytest.mark.parametrize("state", [DeliveryState.DELAYED, DeliveryState.REFUSED])
def test_what_was_surely_not_taken_is_tried_again_for_a_day(
    room: Newsroom, state: DeliveryState
) -> None:
    room.send(minutes(0))
    numbers = room.publish(Grade.CORE)
    room.answers = [DeliveryResult(state, "down")] * 3
    tries = [room.send(minutes(20 + count))[0].tries for count in (0, 5, 10, 20, 40)]
    assert tries == [1, 2, 3, 3, 4]
    assert room.articles == numbers
    keys = {each.key for each in room.store.people.subscriptions.latest(9)}
    assert len(keys) == 1
    room.publish(Grade.CORE)
    room.answers = [DeliveryResult(state, "down")] * 99
    for hours in range(1, 40):
        room.send(minutes(60 * hours))
    last = room.store.people.subscriptions.latest(9)
    assert [each.state for each in last][-2:] == [MessageState.FAILED, MessageState.DELIVERED]


def test_what_was_tried_by_a_clock_that_ran_ahead_is_tried_now(room: Newsroom) -> None:
    room.send(minutes(0))
    numbers = room.publish(Grade.CORE)
    room.answers = [DeliveryResult(DeliveryState.DELAYED, "down")]
    assert room.send(minutes(60 * 20))[0].tries == 1
    assert room.send(minutes(20))[0].state is MessageState.DELIVERED
    assert room.articles == numbers


def test_while_a_message_waits_what_is_new_waits_too(room: Newsroom) -> None:
    """However long a channel is down, its messages do not pile up."""
    room.send(minutes(0))
    room.answers = [DeliveryResult(DeliveryState.DELAYED, "down")] * 5
    numbers = []
    for count in range(6):
        numbers += room.publish(Grade.CORE)
        room.send(minutes(60 + 180 * count))
    room.send(minutes(60 + 180 * 6))
    assert room.articles == numbers
    assert len(room.store.people.subscriptions.latest(9)) == 2


def test_a_channel_that_hangs_delays_nobody_else(room: Newsroom) -> None:
    has_it = threading.Event()

    def hand_over(channel: Channel, message: Message, now: datetime) -> DeliveryResult:
        if channel.to == "chat":
            in_time = has_it.wait(10)
            return DeliveryResult(DeliveryState.DELAYED, "slow" if in_time else "others wait")
        has_it.set()
        return DELIVERED

    li = replace(ANA, name="li", person="Li", to="mail")
    room.send(minutes(0), ANA, li)
    room.publish(Grade.CORE)
    sender = SubscriptionSender(room.store, watchlist(), SHANGHAI, "", hand_over)
    slow, fine = send_all(sender, (ANA, li), minutes(5))
    assert (slow.subscription, slow.reason) == (ANA, "delayed: slow")
    assert (fine.subscription, fine.stories) == (li, 1)


def test_what_is_in_doubt_is_never_sent_again(room: Newsroom) -> None:
    room.send(minutes(0))
    room.publish(Grade.CORE)
    room.answers = [DeliveryResult(DeliveryState.DOUBT, "nobody answered")]
    (report,) = room.send(minutes(20))
    assert (report.state, report.is_well) == (MessageState.DOUBT, False)
    for count in (30, 60, 2_000):
        room.send(minutes(count))
    assert len(room.got) == 1


def test_a_message_for_somebody_else_by_now_is_given_up(room: Newsroom) -> None:
    room.send(minutes(0))
    room.publish(Grade.CORE)
    room.answers = [DeliveryResult(DeliveryState.DELAYED, "down")]
    room.send(minutes(20))
    room.send(minutes(40), replace(ANA, person="Li"))
    assert not room.got


class Kills(RuleBasedStateMachine):
    """News come in, stories are joined, channels fail and processes die, in any order."""

    @initialize()
    def begin(self) -> None:
        """An archive."""
        self.folder = tempfile.TemporaryDirectory()
        self.store = Archive.create(Path(self.folder.name) / "kills.db")
        with self.store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        self.room = newsroom_of(self.store)
        self.now, self.wanted = BEGIN, (ANA, replace(ANA, name="li", person="Li", to="mail"))
        self.new: list[int] = []
        self.room.send(self.now, *self.wanted)

    @rule(count=st.integers(1, 3))
    def publish(self, count: int) -> None:
        """News."""
        self.new += self.room.publish(*[Grade.CORE] * count)

    @rule(
        answer=st.sampled_from(
            [
                DELIVERED,
                DeliveryResult(DeliveryState.DELAYED, "down"),
                DeliveryResult(DeliveryState.REFUSED, "no"),
                DeliveryResult(DeliveryState.DOUBT, "?"),
                Killed("before"),
                Killed("after"),
                None,
            ]
        ),
        later=st.sampled_from([1, 5, 11, 70]),
    )
    def send(self, answer: DeliveryResult | Killed | None, later: int) -> None:
        """A round, at the end of which the process may be dead; None: dead before the attempt."""
        self.now += timedelta(minutes=later)
        self.room.answers = [answer] if answer else []
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            if answer is None:
                patch.setattr(module, "where", self._die)
            self.room.send(self.now, *self.wanted)
        self.room.answers = []

    @staticmethod
    def _die() -> str:
        raise Killed

    @precondition(lambda self: len(self.new) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        """Two stories become one."""
        two = data.draw(st.lists(st.sampled_from(self.new), min_size=2, max_size=2, unique=True))
        stories = set(self.store.stories.of_articles(two).values())
        if len(stories) == 2:
            with self.store.writing() as tx:
                tx.stories.merge(sorted(stories), person="Li", why="", now=self.now)

    @invariant()
    def never_twice(self) -> None:
        """Nobody has an article twice, and no story of now twice by a later message."""
        if not hasattr(self, "room"):
            return
        for name in ("ana", "li"):
            got = [
                each["article"]
                for one, _, message in self.room.got
                if one == name
                for each in message.document["stories"]
            ]
            assert len(got) == len(set(got))

    def teardown(self) -> None:
        """When all is well again, all has gone out, or is on record as in doubt or given up."""
        if not hasattr(self, "room"):
            return
        for _ in range(12):
            self.now += timedelta(minutes=200)
            self.room.send(self.now, *self.wanted)
        kept = self.store.people.subscriptions.latest(1_000)
        assert {each.state for each in kept} <= {
            MessageState.DELIVERED,
            MessageState.DOUBT,
            MessageState.FAILED,
        }
        known = self.store.stories.of_articles(self.new)
        for one in self.wanted:
            named = [a for each in kept if each.person == one.person for a in each.articles]
            stories = self.store.stories.of_articles(named)
            assert set(known.values()) <= set(stories.values())
        self.never_twice()
        self.store.close()
        self.folder.cleanup()


TestKills = pytest.mark.slow(Kills.TestCase)
Kills.TestCase.settings = settings(
    max_examples=examples(40),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# By the command line, over real sockets

CONFIG = """
archive = "hubwatch.db"
sources = ["{sources}"]

[network.hosts]
"hook.test" = "{place}"

[[delivery]]
name = "chat"
kind = "webhook"
url = "http://hook.test/in"

[[alerts.subscription]]
name = "ana"
person = "Ana"
to = "chat"
quiet = "22:00-07:00"
zone = "Asia/Shanghai"
"""
HERE = ("--config", "hubwatch.toml", "--now")


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: Hook
) -> Iterator[CommandLine]:
    away(tmp_path, monkeypatch)
    Path("hubwatch.toml").write_text(
        CONFIG.format(sources=sources_folder(), place=hook.place), encoding="utf-8"
    )
    yield CommandLine(capsys)


@pytest.fixture
def kept(hubwatch: CommandLine) -> Iterator[Newsroom]:
    with Archive.create(Path("hubwatch.db")) as store:
        with store.writing() as tx:
            tx.sources.register(SOURCE, NOW)
        yield newsroom_of(store)


def test_by_command(hubwatch: CommandLine, kept: Newsroom, hook: Hook) -> None:
    def send(now: datetime) -> object:
        return hubwatch(*HERE, now.isoformat(), "subscriptions", "send", "--json")

    assert send(minutes(0)).json[0]["state"] is None  # type: ignore[attr-defined]
    (number,) = kept.publish(Grade.CORE)
    hook.answers = [503]
    first = send(minutes(20))
    assert first.code == 3  # type: ignore[attr-defined]
    assert "HTTP 503" in first.err  # type: ignore[attr-defined]
    assert send(minutes(40)).code == 0  # type: ignore[attr-defined]
    send(minutes(60))
    documents = [json.loads(each.body) for each in hook.posts]
    assert [each["stories"][0]["article"] for each in documents] == [number] * 2
    assert len({each.headers["Idempotency-Key"] for each in hook.posts}) == 1
    listed = hubwatch(*HERE, minutes(60).isoformat(), "subscriptions", "list", "--json").json
    assert [(each["state"], each["tries"], each["articles"]) for each in listed] == [
        ("delivered", 2, [number])
    ]
    tested = hubwatch(*HERE, minutes(60).isoformat(), "subscriptions", "test")
    assert (tested.code, "ana: delivered" in tested.out) == (0, True)
    assert len(hook.posts) == 3


@pytest.mark.slow
def test_killed_while_the_channel_has_the_message_nobody_gets_it_twice(
    hubwatch: CommandLine, kept: Newsroom, hook: Hook
) -> None:
    def command(now: datetime) -> list[str]:
        words = (*HERE, now.isoformat(), "subscriptions", "send")
        return [sys.executable, "-m", "hubwatch", *words]

    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command(minutes(0)), env=env, check=True)
    kept.publish(Grade.CORE)
    hook.pause = 30
    child = subprocess.Popen(command(minutes(20)), env=env)
    deadline = time.monotonic() + 60
    while not hook.posts and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    hook.pause = 0
    (message,) = kept.store.people.subscriptions.latest(9)
    assert (message.state, message.tries) == (MessageState.DOUBT, 1)
    for count in (40, 60):
        subprocess.run(command(minutes(count)), env=env, check=True)
    assert len(hook.posts) == 1


def test_the_daemon_sends_where_somebody_subscribed(hubwatch: CommandLine, kept: Newsroom) -> None:
    said = hubwatch(*HERE, NOW.isoformat(), "timetable", "--json").out
    assert "hubwatch.subscriptions" in said
    text = Path("hubwatch.toml").read_text(encoding="utf-8")
    Path("hubwatch.toml").write_text(text.partition("[[alerts")[0], encoding="utf-8")
    said = hubwatch(*HERE, NOW.isoformat(), "timetable", "--json").out
    assert "hubwatch.subscriptions" not in said


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ('to = "chat"\nquiet|to = "char"\nquiet', "no delivery 'char'"),
        ('quiet = "22:00-07:00"|quiet = "late"', "are no hours"),
        ('zone = "Asia/Shanghai"|zone = "Mars/Base"', "Mars/Base"),
        ('person = "Ana"|grades = ["good"]\nperson = "Ana"', "none of core, related, mention, any"),
        ('person = "Ana"|search = "x"\ncities = ["y"]\nperson = "Ana"', "leave `topics`"),
        ('person = "Ana"|pause = "1s"\nperson = "Ana"', "a minute at least"),
        ('person = "Ana"|', "person"),
    ],
)
def test_a_bad_subscription_is_one_clear_line(tmp_path: Path, change: str, complaint: str) -> None:
    path = tmp_path / "hubwatch.toml"
    text = CONFIG.format(sources="x", place="127.0.0.1:1").replace(*change.split("|"))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint) as error:
        read_config(path)
    assert "\n" not in str(error.value)
