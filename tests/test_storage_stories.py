"""Stories as the archive keeps them: what joins, what never does, who leads, in any order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import chain, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.pipelines.decide import decide
from storage.archive import Archive
from storage.sources import SourceRef
from storage.stories import links
from storage.stories.links import candidates, keep_body
from storage.stories.texts import SAMPLES, pack_samples, sketch
from storage.transaction import Transaction
from storage.types import Change, Outcome
from tests.support import make
from tests.support.effort import Spent, cpu, slowness
from tests.support.examples import examples
from tests.support.make import NOW, SHANGHAI, SOURCE
from tests.support.stories import REPRINTS, A, B, C, D, Page, groups, keep, kept, names, rebuilt
from tests.support.texts import body, reworded, sentences


def test_every_kind_of_reprint_joins_and_a_near_miss_does_not(tmp_path: Path) -> None:
    expected = names("original same cut60 cut40 edited longer", "miss", "other")
    assert kept(tmp_path, REPRINTS) == expected


@settings(max_examples=examples(10))
@given(order=st.permutations(range(13)))
def test_any_order_of_arrival_gives_the_same_stories(
    tmp_path_factory: pytest.TempPathFactory, order: Sequence[int]
) -> None:
    pages = [*REPRINTS, *ROUND_UP]
    found = kept(tmp_path_factory.mktemp("order"), [pages[place] for place in order])
    assert found == names("original same cut60 cut40 edited longer", "miss", "other", "x x-again",
                          "y", "z", "all")  # fmt: skip


def test_short_texts_that_share_a_little_hide_no_copy_of_a_long_one(store: Archive) -> None:
    keep(store, Page("any", A))
    ours = range(0, 10 * SAMPLES, 10)
    with store.writing() as tx:

        def body_of(name: str, samples: Iterable[int]) -> int:
            return keep_body(tx._db, name, 1, pack_samples(samples))[0]

        copy = body_of("copy", sorted([*ours[::4], *range(5, 305, 10)]))
        short = [body_of(f"short{n}", ours[n : n + 9 : 8]) for n in range(30)]
        likely = candidates(tx._db, body_of("ours", ours), pack_samples(ours))
    assert copy in likely
    assert set(likely) & set(short)
    assert len(likely) == 12


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_copy_is_found_among_hundreds_of_texts_that_share_its_sentences(
    store: Archive, language: str
) -> None:
    keep(store, Page("any", A))
    ours, added = sentences(21, language=language), sentences(22, 14, language=language)
    others = [sentences(30 + number, 4, language=language) for number in range(24)]
    paragraphs = [*others, *(ours[n : n + 4] for n in range(0, 24, 4))]
    chance = random.Random(language)
    with store.writing() as tx:

        def body_of(name: str, *parts: Sequence[str]) -> tuple[int, bytes]:
            found = sketch(body([*chain.from_iterable(parts)], language))
            return keep_body(tx._db, name, 1, found)[0], found

        for number in range(320):
            body_of(f"crowd{number}", *chance.sample(paragraphs, 7))
        copy, _ = body_of("ours", ours)
        for number in range(3):  # what the reprint adds is rare, and is elsewhere too
            body_of(f"added{number}", sentences(60 + number, 12, language=language), added)
        likely = candidates(tx._db, *body_of("reprint", ours[:16], added))
    assert copy in likely[:4]


@pytest.mark.parametrize("pending", [True, False])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_copy_is_found_where_every_sample_is_in_many_texts(
    store: Archive, monkeypatch: pytest.MonkeyPatch, language: str, pending: bool
) -> None:
    monkeypatch.setattr(links, "_RARE", 5)
    keep(store, Page("any", A))
    others = [sentences(30 + number, 4, language=language) for number in range(48)]
    chance = random.Random(language)
    with store.writing() as tx:

        def body_of(name: str, parts: Iterable[str]) -> tuple[int, bytes]:
            found = sketch(body([*parts], language))
            return keep_body(tx._db, name, 1, found)[0], found

        for number in range(320):
            body_of(f"crowd{number}", chain.from_iterable(chance.sample(others, 6)))
        copy, _ = body_of("ours", chain.from_iterable(others[:6]))
        if not pending:
            tx.flush()
        moved = chain.from_iterable(others[number] for number in (4, 2, 0, 7))
        likely = candidates(tx._db, *body_of("reprint", moved))
    assert copy in likely[:4]


def test_a_text_that_is_there_many_times_is_found_once_more(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "_RARE", 20)
    for number in range(40):
        keep(store, Page(f"copy{number}", [*A, *sentences(100 + number, 1)]))
    keep(store, Page("other", B))
    assert len(groups(store)) == 2


X, Y, Z = sentences(11, 12), sentences(12, 11), sentences(13, 10)
ROUND_UP = (
    Page("x", X),
    Page("y", Y),
    Page("z", Z),
    Page("all", [*X, *Y, *Z], "News in brief"),
    Page("x-again", reworded(X, 0.1)),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_round_up_bridges_nothing(tmp_path: Path, order: tuple[int, ...]) -> None:
    pages = [ROUND_UP[place] for place in order]
    assert kept(tmp_path, pages) == names("x", "y", "z", "all")
    assert kept(tmp_path, [*pages, ROUND_UP[4]]) == names("x x-again", "y", "z", "all")


def test_reprints_of_a_round_up_are_a_story_of_their_own(tmp_path: Path) -> None:
    again = Page("all-again", [*X, *Y, *Z], "In brief")
    edited = Page("all-edited", reworded([*X, *Y, *Z], 0.05), "In brief")
    expected = names("x", "y", "z", "all all-again all-edited")
    assert kept(tmp_path, [*ROUND_UP[:4], again, edited]) == expected
    assert kept(tmp_path, [edited, *ROUND_UP[:4], again]) == expected


@pytest.mark.slow
def test_two_articles_on_one_page_are_not_joined_by_it(tmp_path: Path) -> None:
    pages = [Page("x", X), Page("both", [*X, *Y], "Two things"), Page("y", Y)]
    for order in permutations(pages):
        assert kept(tmp_path, order) == names("x", "y", "both")


@pytest.mark.slow
@pytest.mark.parametrize(
    "short",
    [
        A[19:22],
        [*A[19:22], "Besides, the museum will be closed until further notice."],
    ],
    ids=["a caption", "mostly a shared paragraph"],
)
def test_a_short_text_that_is_in_an_article_does_not_make_it_a_round_up(
    tmp_path: Path, short: list[str]
) -> None:
    pages = [Page("long", A), Page("cut", A[:15]), Page("short", short, "A day out")]
    for order in permutations(pages):
        assert kept(tmp_path, order) == names("long cut", "short")


def test_many_short_texts_beside_a_long_one_are_a_round_up(tmp_path: Path) -> None:
    small = [sentences(40 + number, 4) for number in range(5)]
    pages = [Page(f"s{number}", parts) for number, parts in enumerate(small)]
    whole = Page("all", [*X, *(sentence for part in small for sentence in part)], "In brief")
    expected = names("x", "all", *(page.name for page in pages))
    assert kept(tmp_path, [Page("x", X), *pages, whole]) == expected
    assert kept(tmp_path, [whole, *pages, Page("x", X)]) == expected


def test_a_passage_that_two_articles_share_bridges_nothing(tmp_path: Path) -> None:
    shared = A[:9]
    pages = [
        Page("one", [*shared, *B[:15]]),
        Page("two", [*C[:15], *shared]),
        Page("alone", shared),
    ]
    for order in permutations(pages):
        found = kept(tmp_path, order)
        assert not any({"one", "two"} <= story for story in found), found


def test_weekly_notices_with_one_title_never_join(tmp_path: Path) -> None:
    def notice(week: int) -> Page:
        form = (
            f"In week {week} the office checked {100 + 7 * week} shops between March {week} and "
            f"March {week + 6}. Of these {90 + 5 * week} were in order and {week + 3} were not. "
            f"Inspectors took {20 + 3 * week} samples of food and sent {4 + week} of them to the "
            f"laboratory. Consumers filed {40 + 11 * week} complaints, of which {30 + week} were "
            "settled on the same day and the others within the time that the rules allow."
        )
        return Page(f"week-{week}", [form], "Weekly food inspection results")

    weeks = [notice(week) for week in range(1, 6)]
    copy = Page("week-2-copy", weeks[1].parts, "Weekly food inspection results")
    expected = names("week-1", "week-2 week-2-copy", "week-3", "week-4", "week-5")
    assert kept(tmp_path, [*weeks, copy]) == expected


OTHER = SourceRef("other", "Other City", "Anshun", "en", SHANGHAI)
WEEKLY = [(f"w{day}", f"2026-02-{day:02}", SOURCE) for day in (1, 8, 15, 22)]
REPEATED = [
    *WEEKLY,
    ("mirror", "2026-02-09", SOURCE),
    ("reprint", "2026-02-16", OTHER),
    ("cut", "2026-02-22", OTHER),
]


@settings(max_examples=examples(10))
@given(order=st.permutations(range(len(REPEATED))))
def test_a_text_published_anew_for_another_day_is_another_story(
    tmp_path_factory: pytest.TempPathFactory, order: Sequence[int]
) -> None:
    with Archive.create(tmp_path_factory.mktemp("repeated") / "archive.db") as store:
        for place in order:
            name, printed, source = REPEATED[place]
            keep(store, Page(name, A, published=printed), source=source)
        found = groups(store)
        assert found == names("w1", "w8 mirror", "w15 reprint", "w22 cut")
        rebuilt(store)
        assert groups(store) == found


def _gone(store: Archive, article: int, at: timedelta) -> None:
    with store.writing() as tx:
        run = tx.runs.start(SOURCE.id, NOW + at)
        tx.articles.mark_gone(
            article, run_id=run.id, now=NOW + at, outcome=Outcome.GONE, evidence="HTTP 404"
        )


@pytest.mark.parametrize("gone_first", [False, True])
def test_what_moved_and_says_another_day_stays_one_story(store: Archive, gone_first: bool) -> None:
    old, new = Page("old", A, published="2026-02-01"), Page("new", A, published="2026-03-01")
    article, week = keep(store, old), timedelta(days=7)
    if gone_first:
        _gone(store, article, week)
    keep(store, new, week)
    if not gone_first:
        _gone(store, article, week)
    assert groups(store) == names("old new")


def test_a_notice_that_is_taken_down_later_stays_a_story(store: Archive) -> None:
    article = keep(store, Page("w1", A, published="2026-02-01"))
    keep(store, Page("w8", A, published="2026-02-08"), timedelta(days=7))
    _gone(store, article, timedelta(days=20))
    assert groups(store) == names("w1", "w8")
    rebuilt(store)
    assert groups(store) == names("w1", "w8")


def test_people_make_one_story_of_what_was_published_twice(store: Archive) -> None:
    for name, printed, source in REPEATED:
        keep(store, Page(name, A, published=printed), source=source)
    stories = [store.stories.of_articles([number])[number] for number in (1, 2)]
    with store.writing() as tx:
        said = tx.stories.merge(stories, person="Ana", why="one notice", now=NOW).decision_id
    assert groups(store) == names("w1 w8 mirror", "w15 reprint", "w22 cut")
    keep(store, Page("again", A, published="2026-02-08"), source=OTHER)
    assert groups(store) == names("w1 w8 mirror again", "w15 reprint", "w22 cut")
    with store.writing() as tx:
        tx.decisions.undo(said, now=NOW)
    assert groups(store) == names("w1", "w8 mirror again", "w15 reprint", "w22 cut")


def test_the_lower_number_stays_and_the_other_leads_to_it(store: Archive) -> None:
    numbers = [keep(store, page) for page in (Page("b", A[:13]), Page("c", A[11:]), Page("d", D))]
    assert groups(store) == names("b", "c", "d")
    keep(store, Page("whole", A, "On b"))
    first, second = (store.stories.file(number) for number in numbers[:2])
    assert first and first.story.id == 1
    assert second
    joined = [story for story in store.stories.latest() if len(story.publications) > 1]
    assert [story.id for story in joined] == [min(story.id for story in joined)]
    redirected = store.stories.file(4)
    assert redirected and (redirected.asked, redirected.story.id) == (4, joined[0].id)
    assert store.stories.file(99) is None


def test_the_earliest_publication_leads_and_a_change_is_on_record(store: Archive) -> None:
    keep(store, Page("second", A, published="2026-03-02"))
    keep(store, Page("third", A, published="2026-03-03"))

    def leads() -> list[tuple[int, str]]:
        changes = [event for event in store.revisions.events() if event.change is Change.LEAD]
        return [(event.article_id, event.detail) for event in changes]

    def lead() -> str:
        return store.stories.latest(least=2)[0].lead.url.rpartition("/")[2]

    assert (lead(), leads()) == ("second", [])
    keep(store, Page("first", A, published="2026-03-01"))
    assert (lead(), leads()) == ("first", [(3, "before: article 1")])
    keep(store, Page("fourth", A, published="2026-03-04"))
    assert (lead(), len(leads())) == ("first", 1)
    order = [place.url.rpartition("/")[2] for place in store.stories.latest()[0].publications]
    assert order == ["first", "second", "third", "fourth"]


def test_of_publications_of_one_day_the_better_source_leads_then_the_address(
    store: Archive,
) -> None:
    def lead() -> str:
        return store.stories.latest()[0].lead.url.rpartition("/")[2]

    keep(store, Page("b", A))
    keep(store, Page("a", A))
    assert lead() == "a"
    ministry = replace(SOURCE, id="ministry", rank=10)
    keep(store, Page("c", A), source=ministry)
    assert lead() == "c"
    keep(store, Page("d", A, published="2026-03-02"), source=replace(ministry, rank=1))
    assert lead() == "c"


def test_an_edited_article_keeps_its_story_and_a_replaced_one_leaves_it(store: Archive) -> None:
    keep(store, Page("one", A))
    keep(store, Page("two", A))
    edited = [*A[:20], "Now 400 people came.", *A[20:]]
    keep(store, Page("two", edited), timedelta(days=1))
    assert groups(store) == names("one two")
    keep(store, Page("two", B), timedelta(days=2))
    assert groups(store) == names("one", "two")
    keep(store, Page("two", A), timedelta(days=3))
    assert groups(store) == names("one two")
    assert store.stories.file(2) is not None
    assert store.maintenance.integrity() == ()


def test_a_page_that_changes_at_every_visit_stays_bounded(store: Archive) -> None:
    for visit in range(40):
        keep(store, Page("counter", [*A[:10], f"Visitors so far {visit}."]), timedelta(days=visit))
    rows = dict(store._db.execute("SELECT 'bodies', count(*) FROM bodies").fetchall())
    assert rows["bodies"] <= 20
    assert groups(store) == names("counter")


def test_a_proof_is_given_for_every_reprint(store: Archive) -> None:
    for number, page in enumerate(REPRINTS[:4], 1):
        keep(store, replace(page, published=f"2026-03-0{number}"))
    found = store.stories.file(1)
    assert found
    proofs = {proof.article_id: proof for proof in found.proofs}
    lead = found.story.lead.id
    assert set(proofs) == {1, 2, 3, 4} - {lead}
    cut = proofs[4]
    assert cut.how == "copy" and cut.share > 0.95 and 0.3 < cut.other_share < 1
    assert {proof.how for proof in proofs.values()} == {"copy", "same text"}


def test_a_rebuild_finds_the_same_stories_and_reports_nothing(store: Archive) -> None:
    for page in (*REPRINTS, *ROUND_UP):
        keep(store, page)
    before, events = groups(store), len(store.revisions.events())
    numbers = {story.id for story in store.stories.latest()}
    rebuilt(store)
    assert groups(store) == before
    assert {story.id for story in store.stories.latest()} == numbers
    assert len(store.revisions.events()) == events
    assert not store.maintenance.stories_are_due()
    assert store.maintenance.integrity() == ()


def test_stories_of_the_rules_before_are_made_again_without_news(store: Archive) -> None:
    for page in (*REPRINTS, *ROUND_UP):
        keep(store, page)
    before, events = groups(store), len(store.revisions.events())
    with store.writing() as tx:  # as it was found before: a page of two things that is none
        tx._db.execute("UPDATE versions SET version = '1' WHERE what = 'sketch'")
        tx._db.execute("UPDATE bodies SET gathers = 1")
        tx._db.execute("UPDATE links SET joins = 0")
    assert store.maintenance.stories_are_due()
    rebuilt(store)
    assert groups(store) == before
    assert len(store.revisions.events()) == events
    assert not store.maintenance.stories_are_due()


def test_an_interrupted_rebuild_goes_on_where_it_was(
    store: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.stories.writes._REMADE_AT_ONCE", 3)
    for page in (*REPRINTS, *ROUND_UP):
        keep(store, page)
    before = groups(store)
    with store.writing() as tx:  # as if made by other rules
        tx._db.execute("UPDATE links SET joins = 0, copy = 0")
        tx._db.execute("UPDATE versions SET version = '0' WHERE what = 'sketch'")
    assert store.maintenance.stories_are_due()
    told: list[int] = []

    def stop_after(count: int) -> Callable[[int, int], None]:
        def report(done: int, of: int) -> None:
            told.append(done)
            if len(told) == count:
                raise KeyboardInterrupt

        return report

    for count in (3, 8):
        with pytest.raises(KeyboardInterrupt):
            store.maintenance.rebuild_stories(stop_after(count))
        assert store.maintenance.stories_are_due()
    store.maintenance.rebuild_stories(stop_after(999))
    assert told[3] >= told[1]
    assert groups(store) == before
    assert not store.maintenance.stories_are_due()


@pytest.mark.slow
def test_a_crowd_of_the_same_text_stays_quick(store: Archive) -> None:
    def spent_on(count: int, start: int) -> Spent:
        with cpu() as spent:
            for number in range(start, start + count):
                keep(store, Page(f"n{number}", A))
        return spent

    first = spent_on(50, 0)
    spent_on(300, 50)
    last = spent_on(50, 350)
    assert last.seconds < 4 * first.seconds + 0.2 * slowness(), (first, last)
    assert len(groups(store)) == 1


def _apply(tx: Transaction, name: str, parts: Sequence[str]) -> None:
    reading = make.reading(url=f"http://e.test/{name}", title=f"On {name}", body=body(parts))
    intent = decide(reading, None, f"http://e.test/{name}")
    tx.articles.apply(intent, source_id=SOURCE.id, run_id=None, now=NOW)


def _samples(store: Archive) -> int:
    return int(store._db.execute("SELECT count(*) FROM samples_fts").fetchone()[0])


def test_copies_that_come_in_one_transaction_find_one_another(store: Archive) -> None:
    with store.writing() as tx:
        _apply(tx, "one", A)
        _apply(tx, "other", B)
        _apply(tx, "copy", A[:-1])
    assert frozenset(("one", "copy")) in groups(store)
    assert _samples(store) == 3
    assert store.maintenance.integrity() == ()


def test_what_was_rolled_back_is_found_by_nobody(store: Archive) -> None:
    with store.writing() as tx:
        with suppress(ZeroDivisionError), tx.savepoint():
            _apply(tx, "undone", A)
            raise ZeroDivisionError
        _apply(tx, "copy", A[:-1])
    assert groups(store) == {frozenset(("copy",))}
    assert _samples(store) == 1
    with suppress(ZeroDivisionError), store.writing() as tx:
        _apply(tx, "gone", B)
        raise ZeroDivisionError
    assert _samples(store) == 1
    keep(store, Page("late", A))
    assert groups(store) == {frozenset(("copy", "late"))}
    assert store.maintenance.integrity() == ()


SNOW = "受强降雪影响，{}客运站3月2日停发全部班车，已购票旅客可在七日内退票。"
FERRY = (
    "The ferry to {} does not sail on March 2 because of thick ice. Tickets are good for a week "
    "more."
)
PAGES_OF_A_FORM = [
    Page("north", [SNOW.format("北塘")], "班车停发通知"),
    Page("south", [SNOW.format("南塘")], "班车停发通知"),
    Page("reprint", [SNOW.format("北塘") + "恢复时间另行通知，请留意车站公告。"], "大雪封路"),
    Page("elm", [FERRY.format("Elm Island")], "No ferry to the island"),
    Page("oak", [FERRY.format("Oak Island")], "No ferry to the island"),
    Page("elm-again", ["Harbour office: " + FERRY.format("Elm Island")], "Ice stops ferry"),
]


def test_short_notices_of_a_day_are_copies_where_only_something_was_added(tmp_path: Path) -> None:
    for pages in (PAGES_OF_A_FORM, PAGES_OF_A_FORM[::-1]):
        assert kept(tmp_path, pages) == names("north reprint", "south", "elm elm-again", "oak")


def test_notices_titled_for_two_places_are_told_apart_by_the_first_word(tmp_path: Path) -> None:
    form = (
        "The {} town hall needs a gardener for its parks from April on, forty hours a week. Send a "
        "letter and your certificates to the staff office before the end of March. No phone calls."
    )
    pages = [Page(name, [form.format(name)], f"Gardener, {name}") for name in ("Hilden", "Marwick")]
    assert kept(tmp_path, pages) == names("Hilden", "Marwick")
