"""What the archive keeps of articles: once, with revisions, stories, events and proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hubwatch.errors import StorageError
from scraper.hashes import body_hash, content_hash
from scraper.pipelines.decide import decide
from storage.archive import Archive
from storage.articles.records import Query
from storage.lists import ListRow
from storage.relevance import Relevance
from storage.runs import Counts, FetchKind, Run, RunKind
from storage.types import (
    Applied,
    Change,
    Grade,
    Intent,
    Match,
    Outcome,
    Precision,
    Quarantine,
    Reading,
)
from tests.support import make
from tests.support.make import BODY, NOW, SOURCE, later


def begin(store: Archive) -> Run:
    with store.writing() as tx:
        return tx.runs.start(SOURCE.id, NOW)


def finish(store: Archive, run: Run, outcome: Outcome = Outcome.OK) -> Run:
    with store.writing() as tx:
        return tx.runs.finish(run.id, later(minutes=1), outcome, Counts())


def keep(store: Archive, run: Run, reading: Reading, now: object = NOW) -> Applied:
    """The whole way: known → decide → apply, as a crawl does it."""
    assert reading.article
    with store.writing() as tx:
        known = tx.archive.pages.known(SOURCE.id, reading.article.url)
        intent: Intent = decide(reading, known, reading.article.url)
        snapshot = tx.pages.keep(
            SOURCE.id, make.capture(url=reading.article.url), FetchKind.ARTICLE
        )
        return tx.articles.apply(
            intent,
            source_id=SOURCE.id,
            run_id=run.id,
            now=now,  # type: ignore[arg-type]
            snapshot_id=snapshot,
        )


def test_an_article_is_kept_once_and_comes_back_as_it_was_read(store: Archive) -> None:
    run = begin(store)
    first = keep(store, run, make.reading())
    again = keep(store, run, make.reading(), later(hours=1))
    assert (first.change, again.change) == (Change.NEW, Change.UNCHANGED)
    (article,) = store.articles.select(Query())
    assert (article.title, article.body, article.published) == (
        "Guiyang chosen as hub city",
        BODY,
        make.day("2026-03-01"),
    )
    assert article.html == "<p>Guiyang has been chosen.</p>"
    assert article.evidence == make.article().evidence
    assert (article.first_seen_at, article.last_seen_at) == (NOW, later(hours=1))


def test_cosmetic_differences_are_not_a_revision(store: Archive) -> None:
    run = begin(store)
    keep(store, run, make.reading())
    spaced = make.reading(body=BODY.replace(" ", "  ").replace("95", "９５"))
    assert keep(store, run, spaced).change is Change.UNCHANGED


def test_an_edit_is_a_revision_and_the_first_version_stays(store: Archive) -> None:
    run = begin(store)
    keep(store, run, make.reading())
    edited = keep(store, run, make.reading(body=BODY.replace("95", "120")), later(days=1))
    assert edited.change is Change.CHANGED and edited.article_id
    first, second = store.revisions.of(edited.article_id)
    assert "95 million" in first.body.replace("\n", " ")
    assert "120 million" in second.body
    (article,) = store.articles.select(Query())
    assert article.revisions == 2 and article.changed_at == later(days=1)
    assert [event.change for event in store.revisions.events()] == [Change.NEW, Change.CHANGED]


def test_exact_copies_are_one_story_with_all_addresses(store: Archive) -> None:
    run = begin(store)
    keep(store, run, make.reading())
    other = "http://kjj.english.practice.test/2026-02/26/c_9.htm"
    keep(store, run, make.reading(url=other, published=make.day("2026-02-26")))
    keep(store, run, make.reading(url="http://e.test/x", body="A word of its own. " * 9))
    copies = [a for a in store.articles.select(Query()) if a.also_at]
    assert len({a.story_id for a in copies}) == 1 and len(copies) == 2
    assert {a.also_at[0].url for a in copies} == {other, make.article().url}
    assert store.maintenance.survey().stories == 2


def test_the_same_title_with_another_text_is_another_story(store: Archive) -> None:
    run = begin(store)
    keep(store, run, make.reading())
    keep(store, run, make.reading(url="http://e.test/2", body=BODY.replace("forty", "fifty")))
    assert len({a.story_id for a in store.articles.select(Query())}) == 2


def test_gone_is_marked_once_and_coming_back_is_recorded(store: Archive) -> None:
    run = begin(store)
    article_id = keep(store, run, make.reading()).article_id
    assert article_id
    for expected in (Change.GONE, Change.UNCHANGED):
        with store.writing() as tx:
            change = tx.articles.mark_gone(
                article_id, run_id=run.id, now=later(days=1), outcome=Outcome.GONE, evidence="404"
            )
        assert change is expected
    article = store.articles.get(article_id)
    assert article and article.gone_at == later(days=1) and article.body == BODY
    assert keep(store, run, make.reading(), later(days=2)).change is Change.BACK
    assert [event.change for event in store.revisions.events()] == [
        Change.NEW,
        Change.GONE,
        Change.BACK,
    ]


def test_quarantine_counts_tries_and_ends_when_the_page_can_be_read(store: Archive) -> None:
    run = begin(store)
    url = make.article().url
    for _ in range(2):
        with store.writing() as tx:
            tx.articles.apply(
                Quarantine(url, make.unreadable()), source_id=SOURCE.id, run_id=run.id, now=NOW
            )
    assert [kept.reason for kept in store.pages.quarantined()] == ["no body"]
    assert store.pages.known_urls(SOURCE.id, [url], later(hours=1)) == {url}
    assert store.pages.known_urls(SOURCE.id, [url], later(hours=21)) == set()
    keep(store, run, make.reading())
    assert store.pages.quarantined() == ()


def test_a_failed_transaction_leaves_nothing(store: Archive) -> None:
    run = begin(store)
    with pytest.raises(RuntimeError), store.writing() as tx:
        tx.articles.apply(make.insert(), source_id=SOURCE.id, run_id=run.id, now=NOW)
        raise RuntimeError("the plug")
    assert store.articles.select(Query()) == () and store.revisions.events() == ()
    assert store.maintenance.integrity() == ()


def test_the_first_complete_crawl_is_baseline_and_the_next_is_not(store: Archive) -> None:
    failed = finish(store, begin(store), Outcome.NET_ERROR)
    run = begin(store)
    keep(store, run, make.reading())
    finish(store, run)
    second = begin(store)
    keep(store, second, make.reading(url="http://english.practice.test/2026-03/02/c_2.htm"))
    assert (failed.baseline, run.baseline, second.baseline) == (True, True, False)
    assert [a.baseline for a in sorted(store.articles.select(Query()), key=lambda a: a.id)] == [
        True,
        False,
    ]


def test_an_orphaned_run_is_closed_as_interrupted(store: Archive) -> None:
    run = begin(store)
    with store.writing() as tx:
        assert tx.runs.close_orphans(SOURCE.id, later(hours=1)) == 1
    (closed,) = store.runs.latest()
    assert closed.id == run.id and closed.outcome is Outcome.INTERRUPTED


def test_an_alias_leads_to_the_same_article(store: Archive) -> None:
    run = begin(store)
    old = "http://english.practice.test/old?id=7"
    with store.writing() as tx:
        tx.articles.apply(
            make.insert(), source_id=SOURCE.id, run_id=run.id, now=NOW, aliases=(old,)
        )
    assert store.pages.known_urls(SOURCE.id, [old], NOW) == {old}
    assert [a.url for a in store.articles.at_url(old)] == [make.article().url]
    with store.writing() as tx:
        known = tx.archive.pages.known(SOURCE.id, old)
    assert known and known.url == make.article().url


def test_reading_again_changes_what_is_shown_but_records_no_event(store: Archive) -> None:
    run = begin(store)
    keep(store, run, make.reading(title="Home"))
    (readable,) = store.revisions.readable()
    better = replace(make.reading(), version=2)
    assert better.article
    with store.writing() as tx:
        tx.articles.reread(
            readable.article_id,
            readable.revision,
            better,
            snapshot_id=readable.snapshot_id,
            content_hash=content_hash(better.article),
            body_hash=body_hash(better.article),
            now=later(days=1),
        )
    (article,) = store.articles.select(Query(words="chosen"))
    assert article.title == "Guiyang chosen as hub city" and article.revisions == 1
    assert len(store.revisions.events()) == 1
    assert store.articles.select(Query(words="Home")) == ()
    assert store.maintenance.integrity() == ()


def test_matches_are_replaced_not_added(store: Archive) -> None:
    run = begin(store)
    article_id = keep(store, run, make.reading()).article_id
    assert article_id
    match = Match("innovation-china", Grade.CORE, "Innovation China", "body", 41, "…")
    for _ in range(2):
        with store.writing() as tx:
            tx.relevance.replace(article_id, Relevance("v1", (match,)))
    (article,) = store.articles.select(Query(topics=("innovation-china",)))
    assert article.matches == (match,)


def test_rechecks_fall_due_once_an_age(store: Archive) -> None:
    run = begin(store)
    keep(store, run, make.reading())
    keep(store, run, make.reading(url="http://e.test/old", published=make.day("2024-01-01")))
    after = (timedelta(days=1), timedelta(days=3))
    assert store.pages.due_rechecks(SOURCE.id, later(hours=12), after, 10) == ()
    (due,) = store.pages.due_rechecks(SOURCE.id, later(days=1), after, 10)
    assert due.url == make.article().url
    with store.writing() as tx:
        tx.articles.mark_checked(due.article_id, later(days=1))
    assert store.pages.due_rechecks(SOURCE.id, later(days=1, hours=1), after, 10) == ()
    assert len(store.pages.due_rechecks(SOURCE.id, later(days=3), after, 10)) == 1


def test_of_one_day_it_is_not_chance_which_is_asked_for_again_first(tmp_path: Path) -> None:
    urls = [f"http://e.test/{name}" for name in "cadb"]
    after = (timedelta(days=1), timedelta(days=3))
    asked = []
    for place, order in enumerate((urls, urls[::-1])):
        with Archive.create(tmp_path / f"{place}.db") as store:
            with store.writing() as tx:
                tx.sources.register(SOURCE, NOW)
            run = begin(store)
            for url in order:
                keep(store, run, make.reading(url=url))
            due = store.pages.due_rechecks(SOURCE.id, later(days=1), after, 3)
            asked.append([one.url for one in due])
    assert asked[0] == asked[1] == sorted(urls)[:3]


def test_a_row_missing_between_its_neighbours_is_named_until_asked_for(store: Archive) -> None:
    run = begin(store)
    urls = [f"http://english.practice.test/2026-03/0{n}/c_{n}.htm" for n in (1, 2, 3)]
    for n, url in enumerate(urls, 1):
        keep(store, run, make.reading(url=url, published=make.day(f"2026-03-0{n}")))
    entry = "http://english.practice.test/news.html"
    with store.writing() as tx:
        assert tx.lists.record_rows(run.id, entry, entry, [ListRow(url) for url in urls], NOW) == 3
    finish(store, run)

    def next_day(number: int) -> Run:
        with store.writing() as tx:
            run = tx.runs.start(SOURCE.id, later(days=number))
            remaining = [ListRow(urls[0]), ListRow(urls[2])]
            assert tx.lists.record_rows(run.id, entry, entry, remaining, later(days=number)) == 0
        return run

    for number in (1, 2):  # the first of the two is killed
        run = next_day(number)
        (missing,) = store.pages.vanished(run.id, 10)
        assert missing.url == urls[1]
    with store.writing() as tx:
        tx.articles.mark_checked(missing.article_id, later(days=2))
        tx.runs.finish(run.id, later(days=2), Outcome.OK, Counts())
    assert store.pages.vanished(next_day(3).id, 10) == ()


def test_a_crawl_ends_no_run_that_needs_no_lease(store: Archive) -> None:
    with store.writing() as tx:
        kinds = ("crawl", RunKind.BACKFILL, RunKind.IMPORT, RunKind.RETRY)
        runs = {kind: tx.runs.start(SOURCE.id, NOW, kind=kind).id for kind in kinds}
        assert tx.runs.close_orphans(SOURCE.id, later(minutes=1)) == 2
        assert {run.kind for run in store.runs.latest(9) if run.ended_at is None} == {
            RunKind.IMPORT,
            RunKind.RETRY,
        }
        for kind in (RunKind.IMPORT, RunKind.RETRY):
            assert tx.runs.close_all(kind, later(minutes=2)) == 1
    died = {run.id for run in store.runs.latest(9) if run.outcome is Outcome.INTERRUPTED}
    assert died == set(runs.values())


def test_looking_for_what_left_a_list_does_not_grow_with_its_square(store: Archive) -> None:
    """Counted in hundreds of the steps of SQLite's machine, not in time."""

    def steps(rows: int, day: int) -> int:
        run = begin(store)
        urls = [f"http://english.practice.test/{day}/c_{n}.htm" for n in range(rows)]
        for url in urls:
            keep(store, run, make.reading(url=url, published=make.day(f"2026-03-{day}")))
        entry = f"http://english.practice.test/{day}.html"
        with store.writing() as tx:
            tx.lists.record_rows(run.id, entry, entry, [ListRow(url) for url in urls], NOW)
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        connection: Any = store._db.conn
        connection.set_progress_handler(count, 100)
        assert store.pages.vanished(run.id, 10) == ()
        connection.set_progress_handler(None, 100)
        finish(store, run)
        return counted

    few = steps(20, 11)
    assert steps(160, 12) < 12 * few


@pytest.mark.parametrize(("hours", "exact"), [(60, True), (85, False)])
def test_a_day_alone_is_resolved_by_the_first_seen_within_three_days(
    store: Archive, hours: int, exact: bool
) -> None:
    finish(store, begin(store))  # what comes after a first crawl is news
    run, seen = begin(store), later(hours=hours)
    day = make.day(f"{NOW:%Y-%m-%d}")
    keep(store, run, make.reading(published=day), now=seen)
    (moment,) = store.sources.published(SOURCE.id, later(days=9))
    assert (moment.exact, moment.at == seen) == (exact, exact)


def test_month_precision_survives(store: Archive) -> None:
    run = begin(store)
    month = replace(make.day("2026-02-01"), precision=Precision.MONTH)
    keep(store, run, make.reading(published=month))
    (article,) = store.articles.select(Query())
    assert article.published == month and article.published.iso == "2026-02"


def test_a_busy_archive_is_reported_in_one_line(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.1)
    with (
        Archive.open(store.path) as other,
        store.writing(),
        pytest.raises(StorageError, match="another process is writing"),
        other.writing(),
    ):
        pass


def test_a_typed_page_or_a_crawl_cut_short_does_not_end_the_baseline(store: Archive) -> None:
    def crawl(kind: str, outcome: Outcome, cursor: str = "") -> Run:
        with store.writing() as tx:
            run = tx.runs.start(SOURCE.id, NOW, kind=kind)
            return tx.runs.finish(run.id, later(minutes=1), outcome, Counts(), cursor=cursor)

    assert crawl("page", Outcome.OK).baseline
    for _ in range(5):
        assert crawl("crawl", Outcome.PARTIAL, "http://e.test/news_9.html").baseline
    assert not crawl("crawl", Outcome.OK).baseline


def test_what_comes_back_after_an_edit_has_a_proof_of_its_own(store: Archive) -> None:
    captures = [
        make.capture(body, fetched_at=later(days=n)) for n, body in enumerate((b"A", b"B", b"A"))
    ]
    with store.writing() as tx:
        ids = [tx.pages.keep(SOURCE.id, capture, FetchKind.ARTICLE) for capture in captures]
    assert len(set(ids)) == 3
    assert [store.pages.snapshot(number).fetched_at for number in ids] == [
        c.fetched_at for c in captures
    ]


def test_a_story_that_only_a_wrong_reading_joined_is_parted_by_reading_again(
    store: Archive,
) -> None:
    run = begin(store)
    banner = "This portal is being rebuilt. " * 8
    urls = [f"http://e.test/{n}" for n in range(3)]
    for url in urls:
        keep(store, run, make.reading(url=url, body=banner))
    assert store.maintenance.survey().stories == 1
    right = [BODY, BODY, BODY.replace("forty", "fifty")]
    for readable, url, body in zip(list(store.revisions.readable()), urls, right, strict=True):
        better = make.reading(url=url, body=body)
        assert better.article
        with store.writing() as tx:
            tx.articles.reread(
                readable.article_id,
                readable.revision,
                better,
                snapshot_id=readable.snapshot_id,
                content_hash=content_hash(better.article),
                body_hash=body_hash(better.article),
                now=later(days=1),
            )
    stories = {a.url: a.story_id for a in store.articles.select(Query())}
    assert stories[urls[0]] == stories[urls[1]] != stories[urls[2]]
    assert store.maintenance.survey().stories == 2
    assert len(store.revisions.events()) == 3


def test_copies_edited_one_by_one_stay_one_story(store: Archive) -> None:
    run = begin(store)
    other = "http://e.test/copy"
    keep(store, run, make.reading())
    keep(store, run, make.reading(url=other))
    keep(store, run, make.reading(body=BODY.replace("95", "120")), later(days=1))
    assert store.maintenance.survey().stories == 1


def test_a_first_crawl_that_missed_something_is_not_the_end_of_the_baseline(store: Archive) -> None:
    finish(store, begin(store), Outcome.PARTIAL)
    assert begin(store).baseline
