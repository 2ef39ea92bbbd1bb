"""Every kind of incident: what opens it, what leaves it open, what closes it. Facts only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.health.inspection import IncidentAction, Step, judge, reconcile
from scheduler.health.operations import judge_disk
from scheduler.health.wording import CrawlProof, describe_run
from storage.incidents import Finding, Incident, Kind, Severity, What
from storage.lists import ListObservation, ListSeen
from storage.runs import Counts, Run
from storage.sources import ArticleFact, Certificate, Gap, LastEnd, PublicationEvent, SourceFacts
from storage.types import Outcome, Precision, When
from tests.support.make import SHANGHAI, SOURCE

NOW = datetime(2026, 3, 4, 4, tzinfo=UTC)
LIST = "http://english.practice.test/news.html"
OTHER = "http://english.practice.test/notices.html"
HOUR = timedelta(hours=1)


def run(number: int, outcome: Outcome = Outcome.OK, reason: str = "", **counts: int) -> Run:
    """The run of that many hours ago, the higher the later."""
    at = NOW - (100 - number) * HOUR
    figures = Counts(**{"listed": 20, **counts})
    aside, failed = figures.quarantined, figures.failed
    words = (("layout_changed", aside), ("http_error", failed))
    reasons = tuple((word, times) for word, times in words if times)
    return Run(number, SOURCE.id, at, at + timedelta(minutes=1), outcome, reason, figures, reasons)


def runs(*outcomes: Outcome, reason: str = "HTTP 503") -> tuple[Run, ...]:
    """The newest first; the last one is run 99."""
    return tuple(
        run(99 - place, word, "" if word is Outcome.OK else reason)
        for place, word in enumerate(outcomes)
    )


def observation(days: float = 0, url: str = LIST, **fields: object) -> ListObservation:
    """A list page as it looked from so many days ago on."""
    at = NOW - timedelta(days=days)
    lied, times = bool(fields.pop("lied", False)), int(str(fields.pop("times", 5)))
    base = ListSeen(url, url, Outcome.OK, rows=20, dated=20, titled=20, digest=f"d{days}")
    seen = replace(base, newest="2026-03-03", oldest="2026-02-01", snapshot_id=7)
    seen = replace(seen, **fields)  # type: ignore[arg-type]
    last = 100 if not days else 99 - int(days)
    return ListObservation(seen, 98 - int(days), at, last, at, times, lied=lied)


def article(number: int, **fields: object) -> ArticleFact:
    """An article of so many days before now."""
    at = NOW - timedelta(days=number)
    when = When(at.date(), Precision.DAY, SHANGHAI)
    base = ArticleFact(100 - number, f"Story {number}", when, 2000, at, baseline=False)
    return replace(base, **fields)  # type: ignore[arg-type]


ARTICLES = tuple(article(number) for number in range(12))
PUBLISHED = tuple(PublicationEvent(NOW - timedelta(days=n), exact=True) for n in range(200, -1, -1))
WELL = SourceFacts(
    source=SOURCE,
    registered_at=NOW - timedelta(days=300),
    baseline_done_at=NOW - timedelta(days=300),
    runs=runs(*[Outcome.OK] * 10),
    observations=(observation(0), observation(1), observation(2), observation(3)),
    articles=ARTICLES,
    published=PUBLISHED,
    hosts=("english.practice.test",),
)
OK, PARTIAL = Outcome.OK, Outcome.PARTIAL


def found(facts: SourceFacts, now: datetime = NOW) -> dict[Kind, Finding]:
    return {finding.kind: finding for finding in judge([facts], [], now)}


def with_observations(*observations: ListObservation) -> SourceFacts:
    return replace(WELL, observations=observations)


def with_articles(change: Callable[[ArticleFact], ArticleFact], count: int = 3) -> SourceFacts:
    changed = tuple(change(each) for each in ARTICLES[:count])
    return replace(WELL, articles=(*changed, *ARTICLES[count:]))


def silent(days: int) -> SourceFacts:
    kept = tuple(each for each in PUBLISHED if each.at <= NOW - timedelta(days=days))
    old = tuple(
        replace(each, first_seen_at=each.first_seen_at - timedelta(days=days)) for each in ARTICLES
    )
    return replace(WELL, published=kept, articles=old)


TLS_REASON = "TLS: the certificate expired on 2026-03-01"
FOUNDED = When(date(2011, 5, 1), Precision.DAY, SHANGHAI)
FUTURE = When(date(2026, 5, 1), Precision.DAY, SHANGHAI)
GAP = Gap(LIST, 99, NOW - HOUR, "2026-03-01", "2026-02-20", met=False)
CERTIFICATE = Certificate("english.practice.test", NOW + timedelta(days=10), NOW)

CASES: dict[str, tuple[Kind, SourceFacts, SourceFacts]] = {
    # kind, what opens it, the nearest thing that does not
    "503 twice": (
        Kind.UNREACHABLE,
        replace(WELL, runs=runs(*[Outcome.HTTP_ERROR] * 2, OK)),
        replace(WELL, runs=runs(Outcome.HTTP_ERROR, OK, Outcome.HTTP_ERROR)),
    ),
    "refused address": (
        Kind.UNREACHABLE,
        replace(WELL, runs=runs(Outcome.REFUSED_ADDRESS, OK)),
        WELL,
    ),
    "blocked": (
        Kind.BLOCKED,
        replace(WELL, runs=runs(Outcome.BLOCKED, OK)),
        replace(WELL, runs=runs(OK, Outcome.BLOCKED)),
    ),
    "robots": (
        Kind.ROBOTS,
        replace(WELL, runs=runs(Outcome.ROBOTS, OK)),
        replace(WELL, runs=runs(OK, Outcome.ROBOTS)),
    ),
    "certificate refused": (
        Kind.TLS,
        replace(WELL, runs=runs(Outcome.NET_ERROR, OK, reason=TLS_REASON)),
        replace(WELL, runs=runs(Outcome.NET_ERROR, OK, reason="connection reset")),
    ),
    "certificate expires": (
        Kind.CERTIFICATE,
        replace(WELL, certificates=(CERTIFICATE,)),
        replace(WELL, certificates=(replace(CERTIFICATE, not_after=NOW + timedelta(days=40)),)),
    ),
    "list redesigned": (
        Kind.LAYOUT_CHANGED,
        with_observations(
            observation(0, outcome=Outcome.LAYOUT_CHANGED, rows=0, snapshot_id=9), observation(1)
        ),
        with_observations(observation(0), observation(1, outcome=Outcome.LAYOUT_CHANGED, rows=0)),
    ),
    "articles redesigned": (
        Kind.LAYOUT_CHANGED,
        replace(WELL, runs=runs(Outcome.LAYOUT_CHANGED, OK)),
        WELL,
    ),
    "list empty": (
        Kind.LIST_EMPTY,
        with_observations(observation(0, outcome=Outcome.EMPTY, rows=0), observation(1)),
        with_observations(observation(0), observation(1, outcome=Outcome.EMPTY, rows=0)),
    ),
    "one of two lists empty": (
        Kind.LIST_EMPTY,
        with_observations(
            observation(0), observation(0, OTHER, outcome=Outcome.OK, rows=0), observation(1, OTHER)
        ),
        with_observations(observation(0), observation(0, OTHER)),
    ),
    "one of two lists lost": (
        Kind.UNREACHABLE,
        with_observations(
            observation(0), observation(0, OTHER, outcome=Outcome.HTTP_ERROR, rows=0, times=2)
        ),
        with_observations(
            observation(0), observation(0, OTHER, outcome=Outcome.HTTP_ERROR, rows=0, times=1)
        ),
    ),
    **{
        f"{word} twice": (
            Kind.UNREACHABLE,
            replace(WELL, runs=runs(*[word] * 2, OK, reason="the list: what came is not read")),
            replace(WELL, runs=runs(*[word] * 2, OK, reason="nothing usable: of 2 articles")),
        )
        for word in (Outcome.UNSUPPORTED, Outcome.TOO_BIG, Outcome.BAD_ENCODING)
    },
    "503 and unreadable by turns": (
        Kind.UNREACHABLE,
        replace(WELL, runs=runs(*[Outcome.HTTP_ERROR, Outcome.UNSUPPORTED] * 3, OK)),
        replace(WELL, runs=runs(*[OK, Outcome.UNSUPPORTED] * 3)),
    ),
    **{
        f"one of two lists {word}": (
            Kind.UNREACHABLE,
            with_observations(observation(0), observation(0, OTHER, outcome=word, rows=0, times=2)),
            with_observations(observation(0), observation(0, OTHER, outcome=word, rows=0, times=1)),
        )
        for word in (
            Outcome.UNSUPPORTED,
            Outcome.TOO_BIG,
            Outcome.BAD_ENCODING,
            Outcome.REFUSED_ADDRESS,
        )
    },
    "all pages of a kind that is not read": (
        Kind.UNREADABLE,
        replace(
            WELL,
            runs=(
                replace(
                    run(99, Outcome.UNSUPPORTED, fetched=4, quarantined=4),
                    reason="nothing usable: unsupported 4",
                ),
                *WELL.runs[1:],
            ),
        ),
        replace(WELL, runs=(run(99, PARTIAL, fetched=40, quarantined=4), *WELL.runs[1:])),
    ),
    "lists lost, articles read": (
        Kind.UNREACHABLE,
        replace(
            with_observations(observation(0, outcome=Outcome.HTTP_ERROR, rows=0), observation(2)),
            runs=tuple(
                replace(each, id=100 - n, outcome=PARTIAL if n < 2 else OK)
                for n, each in enumerate(WELL.runs)
            ),
        ),
        replace(WELL, runs=runs(PARTIAL, PARTIAL, OK)),
    ),
    "fewer rows": (
        Kind.FEWER_ROWS,
        with_observations(observation(0, rows=4, times=2), observation(1), observation(2)),
        with_observations(observation(0, rows=4, times=1), observation(1), observation(2)),
    ),
    "ever fewer rows": (
        Kind.FEWER_ROWS,
        with_observations(*(observation(n, rows=8 + n // 3, times=1) for n in range(39))),
        with_observations(*(observation(n, rows=10 + n // 3, times=1) for n in range(33))),
    ),
    "a list that was always short": (
        Kind.FEWER_ROWS,
        with_observations(
            observation(0, rows=3, times=2), observation(1, rows=12), observation(2, rows=12)
        ),
        with_observations(
            observation(0, rows=8, times=2), observation(1, rows=12), observation(2, rows=12)
        ),
    ),
    "one list stands still": (
        Kind.SAME_ROWS,
        with_observations(
            observation(0, fresh=2),
            *(observation(days, OTHER, fresh=1) for days in (70, 75, 80, 85, 90)),
        ),
        with_observations(
            observation(0, fresh=2),
            *(observation(days, OTHER, fresh=1) for days in (5, 10, 15, 20, 25)),
        ),
    ),
    "gap": (
        Kind.GAP,
        replace(WELL, gaps=(GAP,)),
        replace(WELL, gaps=(replace(GAP, met=True),)),
    ),
    "lying validator": (
        Kind.VALIDATOR,
        with_observations(observation(0, fresh=3, validator='"v1"|', lied=True), observation(1)),
        with_observations(observation(0, fresh=3, validator='"v2"|'), observation(1)),
    ),
    "dates vanish": (
        Kind.FIELD_MISSING,
        with_articles(lambda each: replace(each, published=None)),
        with_articles(lambda each: replace(each, published=None), 2),
    ),
    "titles vanish": (
        Kind.FIELD_MISSING,
        with_articles(lambda each: replace(each, title=" ")),
        with_articles(lambda each: replace(each, title=""), 2),
    ),
    "texts shrink": (
        Kind.FIELD_MISSING,
        with_articles(lambda each: replace(each, characters=40)),
        with_articles(lambda each: replace(each, characters=900)),
    ),
    "dates of rows vanish": (
        Kind.FIELD_MISSING,
        with_observations(observation(0, dated=0), observation(1), observation(2)),
        with_observations(
            observation(0, dated=0),
            observation(1),
            observation(2, dated=0),
            observation(3, dated=0),
        ),
    ),
    "titles are the site's name": (
        Kind.TITLES,
        with_articles(lambda each: replace(each, title=SOURCE.name.upper())),
        with_articles(lambda each: replace(each, title=SOURCE.name), 2),
    ),
    "titles are all one": (
        Kind.TITLES,
        with_articles(lambda each: replace(each, title="Home > News"), 5),
        replace(WELL, articles=tuple(replace(each, title="Notice") for each in ARTICLES)),
    ),
    "titles of a weekly notice": (
        Kind.TITLES,
        with_articles(lambda each: replace(each, title="Prices of the week"), 6),
        replace(
            with_articles(lambda each: replace(each, title="Prices of the week"), 6),
            articles=tuple(
                replace(each, title=each.title if n == 7 else "Prices of the week")
                for n, each in enumerate(ARTICLES)
            ),
        ),
    ),
    "dates in the future": (
        Kind.FUTURE_DATES,
        with_articles(lambda each: replace(each, published=FUTURE), 1),
        with_articles(
            lambda each: replace(each, published=When(date(2026, 3, 5), Precision.DAY, SHANGHAI)), 1
        ),
    ),
    "dates in the future that were refused": (
        Kind.FUTURE_DATES,
        with_articles(lambda each: replace(each, published=None, ahead=FUTURE), 1),
        with_articles(lambda each: replace(each, published=None), 1),
    ),
    "dates in the future of old articles": (
        Kind.FUTURE_DATES,
        with_articles(lambda each: replace(each, published=FUTURE), 12),
        replace(
            WELL,
            articles=tuple(
                replace(each, published=When(NOW.date(), Precision.DAY, SHANGHAI))
                for each in ARTICLES
            ),
        ),
    ),
    "pages set aside": (
        Kind.UNREADABLE,
        replace(WELL, runs=(run(99, PARTIAL, fetched=4, quarantined=4), *WELL.runs[1:])),
        replace(WELL, runs=(run(99, PARTIAL, fetched=40, quarantined=4), *WELL.runs[1:])),
    ),
    "texts are all one": (
        Kind.FIELD_MISSING,
        with_articles(lambda each: replace(each, body_hash="sorry"), 5),
        replace(WELL, articles=tuple(replace(each, body_hash="see") for each in ARTICLES)),
    ),
    "texts of one notice": (
        Kind.FIELD_MISSING,
        with_articles(lambda each: replace(each, body_hash="sorry"), 6),
        with_articles(lambda each: replace(each, body_hash="sorry", title="Notice"), 6),
    ),
    "dates long past": (
        Kind.FIELD_MISSING,
        with_articles(lambda each: replace(each, published=FOUNDED), 5),
        with_articles(lambda each: replace(each, published=FOUNDED, first_seen_at=NOW), 7),
    ),
    "pages that could not be had, twice": (
        Kind.UNREADABLE,
        replace(
            WELL, runs=(run(99, PARTIAL, failed=3), run(98, PARTIAL, failed=3), *WELL.runs[2:])
        ),
        replace(WELL, runs=(run(99, PARTIAL, failed=5), *WELL.runs[1:])),
    ),
    "pages that could not be had, now and then": (
        Kind.UNREADABLE,
        replace(
            WELL,
            runs=(run(99, PARTIAL, failed=2), run(97, PARTIAL, failed=2, new=1), *WELL.runs[3:]),
        ),
        replace(
            WELL,
            runs=(run(99, PARTIAL, failed=2, new=5), run(98, PARTIAL, failed=2), *WELL.runs[2:]),
        ),
    ),
    "stopped by a bound each time": (
        Kind.CUT_SHORT,
        replace(WELL, runs=runs(*[PARTIAL] * 6, reason="stopped: 200 pages fetched")),
        replace(WELL, runs=runs(*[PARTIAL] * 5, OK, reason="stopped: 200 pages fetched")),
    ),
    "silence": (Kind.SILENCE, silent(30), silent(2)),
    "nobody looked": (
        Kind.NOT_CRAWLED,
        replace(
            WELL,
            runs=tuple(
                replace(each, ended_at=each.ended_at - timedelta(days=3))
                for each in WELL.runs
                if each.ended_at
            ),
            cut_off=runs(Outcome.KILLED, Outcome.KILLED, reason="out of memory"),
        ),
        WELL,
    ),
}


@pytest.mark.parametrize(("kind", "opens", "not_yet"), CASES.values(), ids=CASES)
def test_each_kind_opens_goes_on_and_closes(
    kind: Kind, opens: SourceFacts, not_yet: SourceFacts
) -> None:
    finding = found(opens)[kind]
    assert finding.message
    assert finding.evidence
    assert len(finding.commands) == 3
    assert all(each.startswith("hubwatch ") for each in finding.commands)
    assert found(opens) == found(opens, NOW + timedelta(seconds=1))
    assert kind not in found(not_yet)


_LOSSES: dict[str, tuple[Kind, str, Callable[[ArticleFact], ArticleFact]]] = {
    "dates": (Kind.FIELD_MISSING, "dates", lambda each: replace(each, published=None)),
    "titles": (Kind.FIELD_MISSING, "titles", lambda each: replace(each, title="")),
    "texts": (Kind.FIELD_MISSING, "texts", lambda each: replace(each, characters=40)),
    "names": (Kind.TITLES, "", lambda each: replace(each, title=SOURCE.name)),
}


@pytest.mark.parametrize("loss", _LOSSES)
def test_what_is_lost_stays_an_incident_however_long_it_is_lost(loss: str) -> None:
    kind, place, lose = _LOSSES[loss]
    lasting = 60 if loss != "texts" else 55
    sound = tuple(article(number) for number in range(60))
    key = (kind, SOURCE.id, place)
    open_before: dict[tuple[str, str, str], datetime] = {}
    for lost in range(lasting + 1):
        seen = (*map(lose, sound[:lost]), *sound[lost:])
        findings = judge([replace(WELL, articles=seen)], [], NOW, open_before)
        assert (key in {each.key for each in findings}) is (lost >= 3), lost
        open_before = {each.key: NOW for each in findings}
    for back in range(1, 10):
        again = (*sound[:back], *map(lose, sound[back:]))
        findings = judge([replace(WELL, articles=again)], [], NOW, open_before)
        open_before = {each.key: NOW for each in findings}
    assert key not in open_before


def test_an_article_with_a_date_among_many_without_ends_nothing() -> None:
    mixed = tuple(
        each if number in (1, 20, 40) or number > 56 else replace(each, published=None)
        for number, each in enumerate(article(number) for number in range(60))
    )
    key = (Kind.FIELD_MISSING, SOURCE.id, "dates")
    facts = replace(WELL, articles=mixed)
    assert key in {each.key for each in judge([facts], [], NOW, {key: NOW})}
    assert key not in {each.key for each in judge([facts], [], NOW)}  # it was ever so


def test_lists_and_pages_that_stay_unread_stay_incidents() -> None:
    undated = with_observations(*(observation(days, dated=0) for days in range(9)), observation(9))
    assert Kind.FIELD_MISSING in found(undated)
    never = with_observations(*(observation(days, dated=0) for days in range(9)))
    assert Kind.FIELD_MISSING not in found(never)
    key = (Kind.FIELD_MISSING, SOURCE.id, LIST)
    assert key in {each.key for each in judge([never], [], NOW, {key: NOW})}
    assert key not in {each.key for each in judge([WELL], [], NOW, {key: NOW})}
    aside = tuple(run(99 - n, PARTIAL, fetched=4, quarantined=4) for n in range(10))
    unread, key = replace(WELL, runs=aside), (Kind.UNREADABLE, SOURCE.id, "")
    assert key in {each.key for each in judge([unread], [], NOW, {key: NOW})}
    assert key not in {each.key for each in judge([unread], [], NOW)}
    assert key not in {each.key for each in judge([WELL], [], NOW, {key: NOW})}


def test_a_source_that_is_well_has_no_incident() -> None:
    assert found(WELL) == {}


def test_what_nobody_crawled_is_no_silence() -> None:
    late = NOW + timedelta(days=60)
    assert set(found(WELL, late)) == {Kind.NOT_CRAWLED}


def test_a_silence_is_over_when_something_comes_and_not_for_its_own_days() -> None:
    """What is learnt of the days without news is that fewer have any."""
    daily = tuple(
        PublicationEvent(NOW - timedelta(days=30 - number), exact=True) for number in range(30)
    )
    open_before: dict[tuple[str, str, str], datetime] = {}
    told = []
    for hours in range(0, 24 * 20, 2):
        now = NOW + timedelta(hours=hours)
        read = (replace(WELL.runs[0], ended_at=now), *WELL.runs[1:])
        facts = replace(WELL, runs=read, articles=(), published=daily)
        silences = [one for one in judge([facts], [], now, open_before) if one.kind is Kind.SILENCE]
        told.append(bool(silences))
        open_before |= {one.key: now for one in silences if one.key not in open_before}
    assert sorted(told) == told and any(told) and not told[0]
    came = PublicationEvent(now, exact=True)
    facts = replace(facts, published=(*daily, came))
    later = now + timedelta(hours=6)
    assert not [one for one in judge([facts], [], later, open_before) if one.kind is Kind.SILENCE]


def test_a_source_that_was_never_crawled_has_none() -> None:
    assert found(SourceFacts(SOURCE, NOW)) == {}


def test_a_redesign_is_reported_with_the_list_before_and_after() -> None:
    _, facts, _ = CASES["list redesigned"]
    told = " ".join(found(facts)[Kind.LAYOUT_CHANGED].evidence)
    assert "now: 0 rows (snapshot 9)" in told
    assert "before: 20 rows (snapshot 7)" in told


@pytest.mark.parametrize("case", ["blocked", "503 twice", "list redesigned", "list empty"])
def test_what_explains_a_silence_is_reported_instead_of_it(case: str) -> None:
    kind, facts, _ = CASES[case]
    quiet = replace(facts, published=silent(30).published, articles=silent(30).articles)
    assert set(found(quiet)) == {kind}


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_held_against_a_paused_source(case: str) -> None:
    paused = replace(CASES[case][1], paused_until=NOW + HOUR)
    assert found(paused) == {}
    assert found(replace(paused, paused_until=NOW)) != {}


def ends(down: int, well: int, since: datetime = NOW, hosts: int = 100) -> list[LastEnd]:
    """The latest crawls, the failing ones the latest."""
    failed = [
        LastEnd(f"d{n}", f"h{n % hosts}.test", NOW, Outcome.TIMEOUT, "", since) for n in range(down)
    ]
    at = NOW - timedelta(minutes=5)
    return failed + [LastEnd(f"w{n}", f"w{n}.test", at, OK, "") for n in range(well)]


@pytest.mark.parametrize(
    ("together", "crawls"),
    [
        (True, ends(20, 0)),
        (True, ends(5, 0)),
        (True, ends(6, 3)),
        (True, ends(8, 90)),  # the last eight in a row
        (True, ends(25, 200)),
        (False, ends(4, 0)),
        (False, ends(5, 20)),
        (False, ends(20, 0, hosts=1)),  # one portal with twenty columns
        (False, []),
    ],
)
def test_failing_together_is_one_incident(together: bool, crawls: list[LastEnd]) -> None:
    facts = [
        replace(WELL, source=replace(SOURCE, id=end.source_id), runs=runs(*[Outcome.TIMEOUT] * 3))
        for end in crawls
        if end.outcome is Outcome.TIMEOUT
    ]
    kinds = [finding.kind for finding in judge(facts, crawls, NOW)]
    assert kinds == ([Kind.NETWORK] if together else [Kind.UNREACHABLE] * len(facts))


def test_of_the_machine_the_first_failure_is_reported() -> None:
    (finding,) = judge([], ends(20, 0), NOW)
    assert finding.severity is Severity.CRITICAL
    assert "this machine or its network" in finding.message


@pytest.mark.parametrize(
    ("free", "severity"), [(99, Severity.CRITICAL), (100, Severity.WARNING), (200, None)]
)
def test_the_disk_is_reported_before_crawls_stop(free: int, severity: Severity | None) -> None:
    assert [each.severity for each in judge_disk(free, 100)] == ([severity] if severity else [])


# What becomes of findings


FINDING = Finding(Kind.BLOCKED, SOURCE.id, Severity.WARNING, "refused", ("run 1",), ("x",) * 3)


def incident(**fields: object) -> Incident:
    base = Incident(3, FINDING, NOW - timedelta(days=1), NOW - HOUR, noticed_at=NOW - HOUR)
    return replace(base, **fields)  # type: ignore[arg-type]


def verbs(steps: tuple[Step, ...]) -> list[IncidentAction]:
    return [step.verb for step in steps]


def test_it_opens_once_goes_on_and_closes_by_itself() -> None:
    assert verbs(reconcile([FINDING], [], [], NOW, None)) == [IncidentAction.OPEN]
    assert verbs(reconcile([FINDING], [incident()], [], NOW, None)) == [IncidentAction.SEE]
    assert verbs(reconcile([], [incident()], [], NOW, None)) == [IncidentAction.CLOSE]
    assert reconcile([], [], [incident(closed_at=NOW)], NOW, None) == ()


def test_what_was_not_checked_stays_as_it_is() -> None:
    machine = incident(finding=replace(FINDING, kind=Kind.NETWORK, source_id=""))
    assert reconcile([], [incident()], [], NOW, {"another"}) == ()
    assert verbs(reconcile([], [machine], [], NOW, {"another"})) == [IncidentAction.CLOSE]


def test_reminds_until_somebody_sees_to_it() -> None:
    old = incident(noticed_at=NOW - timedelta(days=8))
    assert verbs(reconcile([FINDING], [old], [], NOW, None)) == [
        IncidentAction.SEE,
        IncidentAction.REMIND,
    ]
    acked = replace(old, acked_at=NOW - timedelta(days=8))
    assert verbs(reconcile([FINDING], [acked], [], NOW, None)) == [IncidentAction.SEE]
    assert verbs(reconcile([FINDING], [old], [], NOW, None, timedelta(0))) == [IncidentAction.SEE]


def test_alerts_at_once_when_it_gets_worse() -> None:
    worse = replace(FINDING, severity=Severity.CRITICAL)
    steps = reconcile([worse], [incident(acked_at=NOW)], [], NOW, None)
    assert verbs(steps) == [IncidentAction.SEE, IncidentAction.REMIND]
    assert steps[1].what is What.WORSE


def test_what_comes_and_goes_is_one_incident_that_needs_a_calm_day_to_close() -> None:
    closed = incident(closed_at=NOW - HOUR)
    assert verbs(reconcile([FINDING], [], [closed], NOW, None)) == [IncidentAction.REOPEN]
    again = incident(reopened=1, last_seen_at=NOW - HOUR)
    assert reconcile([], [again], [], NOW, None) == ()
    calm = replace(again, last_seen_at=NOW - timedelta(days=1))
    assert verbs(reconcile([], [calm], [], NOW, None)) == [IncidentAction.CLOSE]
    old = incident(closed_at=NOW - timedelta(days=2))
    assert verbs(reconcile([FINDING], [], [old], NOW, None)) == [IncidentAction.OPEN]


def test_a_run_as_evidence() -> None:
    told = describe_run(run(99, Outcome.BLOCKED, "HTTP 403"))
    assert told == "run 99 2026-03-04 03:01Z blocked: HTTP 403"


def test_every_kind_is_explained_to_operators() -> None:
    told = (Path(__file__).parent.parent / "docs" / "operation.md").read_text("utf-8")
    assert [kind for kind in Kind if f"| `{kind}` |" not in told] == []


def test_a_proof_gives_the_day_of_the_newest_row() -> None:
    proof = CrawlProof(1, 1, "2026-11-21T02:59:00+08:00", 0, 0)
    assert proof.describe() == "1 list read, 1 row, newest 2026-11-21, all known"
    assert CrawlProof(2, 35, None, 3, 0).describe() == (
        "2 lists read, 35 rows, 3 listed for the first time"  # of which some are one article
    )


NEVER_READ = replace(
    WELL,
    articles=(),
    published=(),
    runs=(
        *(run(99 - at, unchanged=20) for at in range(3)),
        run(90, Outcome.LAYOUT_CHANGED, "nothing usable", fetched=20),
    ),
)


def test_a_list_that_is_read_proves_nothing_while_no_article_ever_was() -> None:
    assert str(found(NEVER_READ)[Kind.LAYOUT_CHANGED].message).endswith("read: nothing usable")
    assert Kind.LAYOUT_CHANGED not in found(replace(NEVER_READ, articles=ARTICLES))
    later = replace(NEVER_READ, runs=(run(99, fetched=1), *NEVER_READ.runs[1:]))
    assert Kind.LAYOUT_CHANGED not in found(later)


def test_it_stays_an_incident_when_the_crawl_that_showed_it_is_long_past() -> None:
    facts = replace(NEVER_READ, runs=NEVER_READ.runs[:3])
    assert Kind.LAYOUT_CHANGED not in found(facts)
    (still,) = judge([facts], [], NOW, {(Kind.LAYOUT_CHANGED, SOURCE.id, ""): NOW})
    assert (still.kind, str(still.message)) == (
        Kind.LAYOUT_CHANGED,
        "no article of it was ever read",
    )


def test_crawls_that_a_bound_stops_before_they_bring_anything_are_a_warning() -> None:
    stopped = "stopped: the time bound of 0:10:00 was reached"
    for unread, new, severity in ((0, 0, "info"), (9, 0, "warning"), (9, 2, "info")):
        row = tuple(run(99 - n, PARTIAL, stopped, new=new if n == 3 else 0) for n in range(6))
        facts = replace(WELL, runs=(*row, *WELL.runs[6:]), unread=unread)
        assert found(facts)[Kind.CUT_SHORT].severity == severity
