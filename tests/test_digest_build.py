"""A digest chooses by first sight, joins copies, grades, numbers, and admits what it missed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desk.digest import wording
from desk.digest.build import build
from desk.digest.drafts import read_document, write_document
from desk.digest.formats.as_json import render_json
from desk.digest.formats.as_text import render_text
from desk.digest.model import PLAIN, Digest, DigestStyle, Edition, Material, Scope
from storage.articles.records import Address, Article
from storage.runs import Crawled, Run, RunKind
from storage.sources import SourceRef, SourceState
from storage.types import Grade, Match, Outcome
from tests.support.digest_samples import EDITION, PERIOD, SINCE, UNTIL, ZONE, article, on


def match(grade: Grade, sentence: str = "Guiyang is a hub city.", field: str = "body") -> Match:
    return Match("hub-city", grade, "hub city", field, 0, sentence)


def digest_of(*seen: Article, edition: Edition = EDITION, **material: object) -> Digest:
    held = Material(seen=seen, touched=(), crawled={}, states=(), enabled=())
    return build(replace(held, **material), edition)  # type: ignore[arg-type]


def test_a_story_is_one_item_with_all_its_addresses() -> None:
    first = article(1, story_id=7, published=on("2024-06-04"))
    copy = article(2, story_id=7, published=on("2024-06-08"), source_name="Bureau mirror")
    elsewhere = Address(9, "http://old.practice.test/x.htm", "old", "Old portal", on("2024-06-06"))
    digest = digest_of(copy, replace(first, also_at=(elsewhere,)))
    (item,) = digest.items
    assert item.url == first.url
    assert [(c.url, c.publisher) for c in item.also_at] == [
        (elsewhere.url, "Old portal"),
        (copy.url, "Bureau mirror"),
    ]


def test_a_withdrawn_copy_never_speaks_for_a_story_that_still_stands() -> None:
    gone = article(1, story_id=7, published=on("2024-06-04"), gone_at=UNTIL - timedelta(hours=1))
    (item,) = digest_of(gone, article(2, story_id=7)).items
    assert (item.article_id, item.gone_at) == (2, None)


def test_first_crawls_bring_news_only_where_it_was_published_within_the_period() -> None:
    digest = digest_of(
        article(1, baseline=True, published=on("2024-06-03")),
        article(2, baseline=True, published=on("2024-06-02")),
        article(3, baseline=True, published=on("2569-06-05")),
        article(4, baseline=True, published=None),
        article(5, baseline=False, published=on("2019-01-01")),
    )
    assert {item.article_id for item in digest.items} == {1, 5}
    assert digest.coverage.older == 3
    assert wording.coverage(digest)[-1] == (
        "3 older articles archived by first crawls, back-fills or imports, not listed."
    )


def test_key_items_come_first_and_each_story_once_under_running_numbers() -> None:
    digest = digest_of(
        article(1, city="Wuhu"),
        article(2, city="Foshan", matches=(match(Grade.MENTION),)),
        article(3, city="", matches=(match(Grade.RELATED),)),
        article(4, city="Wuhu", matches=(match(Grade.MENTION), match(Grade.CORE))),
        article(5, city="Wuhu", matches=(match(Grade.RELATED),)),
    )
    assert [(s.heading, [i.article_id for i in s.items]) for s in digest.chapters] == [
        ("Key items", [4]),
        ("Foshan", [2]),
        ("Wuhu", [5, 1]),
        ("Elsewhere", [3]),
    ]
    assert [item.number for item in digest.items] == [1, 2, 3, 4, 5]


def test_the_scope_relevant_leaves_out_what_only_mentions() -> None:
    digest = digest_of(
        article(1, matches=(match(Grade.CORE),)),
        article(2, matches=(match(Grade.RELATED),)),
        article(3, matches=(match(Grade.MENTION),)),
        article(4),
        edition=replace(EDITION, scope=Scope.RELEVANT),
    )
    assert [item.article_id for item in digest.items] == [1, 2]


def test_other_topics_never_make_a_story_relevant() -> None:
    freight = replace(match(Grade.CORE, "A freight hub."), topic="freight-hub")
    edition = replace(EDITION, watched=("hub-city",))
    digest = digest_of(article(1, matches=(freight,)), edition=edition)
    assert [(i.grade, i.quote, i.topics) for i in digest.items] == [(None, None, ())]
    assert not digest_of(
        article(1, matches=(freight,)), edition=replace(edition, scope=Scope.RELEVANT)
    ).items


def test_a_topic_that_was_asked_for_limits_the_digest_to_it() -> None:
    freight = replace(match(Grade.MENTION, "A freight hub."), topic="freight-hub")
    edition = replace(EDITION, topics=("freight-hub",), watched=("hub-city",))
    seen = (article(1, matches=(freight,)), article(2, matches=(match(Grade.CORE),)))
    assert [i.article_id for i in digest_of(*seen, edition=edition).items] == [1]


def test_the_quote_is_the_strongest_match_with_the_phrase_as_printed() -> None:
    printed = "In May,\u00a0Guiyang became a Hub  City of the programme."
    weak = match(Grade.MENTION, "Weak hub city.")
    (item,) = digest_of(article(1, matches=(weak, match(Grade.CORE, printed)))).items
    assert item.quote is not None
    assert item.quote.phrase == "Hub City"
    assert item.quote.text == "In May, Guiyang became a Hub City of the programme."


def test_a_long_sentence_is_cut_around_the_phrase() -> None:
    long = f"{'before ' * 60}hub city{' after' * 60}"
    (item,) = digest_of(article(1, matches=(match(Grade.CORE, long),))).items
    assert item.quote is not None
    assert item.quote.before.startswith("…before")
    assert item.quote.after.endswith("after…")
    assert len(item.quote.text) < 300


def test_what_changed_or_went_is_reported_once() -> None:
    before = SINCE - timedelta(days=3)
    within = UNTIL - timedelta(hours=2)
    changed = article(1, first_seen_at=before, changed_at=within)
    gone = article(2, first_seen_at=before, gone_at=within)
    known = article(3, first_seen_at=before, story_id=4, changed_at=within)
    digest = digest_of(article(4), touched=(changed, gone, known))
    assert [i.article_id for i in digest.touched] == [1, 2]
    flags = [wording.flags(item, PERIOD) for item in digest.touched]
    assert flags == [("updated 2024-06-10 10:00",), ("withdrawn 2024-06-10 10:00",)]


def test_an_early_change_is_no_flag() -> None:
    (item,) = digest_of(article(1, changed_at=SINCE - timedelta(seconds=1))).items
    assert item.updated_at is None


def state(source_id: str, last_ok: datetime | None = None) -> SourceState:
    ref = SourceRef(source_id, f"Portal {source_id}", "Guiyang", "en", ZONE)
    return SourceState(ref, last_ok_at=last_ok)


def refs(*source_ids: str) -> tuple[SourceRef, ...]:
    return tuple(state(each).source for each in source_ids)


def run(number: int, source_id: str, outcome: Outcome | None, hours: int = 1) -> Run:
    start = UNTIL - timedelta(hours=hours)
    return Run(number, source_id, start, start, outcome, reason="521 with a cookie script")


def crawled(*runs: Run) -> dict[str, Crawled]:
    """Each source with its crawls, of which the last is given last."""
    numbers = Counter(each.source_id for each in runs)
    return {each.source_id: Crawled(numbers[each.source_id], each) for each in runs}


def test_coverage_says_who_was_scanned_who_failed_and_who_was_not_asked() -> None:
    digest = digest_of(
        article(1, source_id="a"),
        crawled=crawled(
            run(1, "a", Outcome.BLOCKED, hours=5),
            run(2, "a", Outcome.OK, hours=1),
            run(3, "b", Outcome.BLOCKED),
            run(4, "c", Outcome.PARTIAL),
        ),
        states=(state("a"), state("b"), state("c"), state("d", SINCE)),
        enabled=refs("a", "b", "c", "d", "e"),
    )
    assert wording.coverage(digest) == (
        "3 sources scanned in 4 runs, 1 with news.",
        "Failing: Portal b (blocked, 521 with a cookie script).",
        "Incomplete: Portal c (partial, 521 with a cookie script).",
        "Not scanned: Portal d (last 2024-06-03 12:00); Portal e (never).",
    )


def test_many_sources_of_a_kind_are_counted_above_and_named_at_the_end() -> None:
    gaps, failing = [f"g{n}" for n in range(140)], [f"f{n}" for n in range(9)]
    outcomes = [Outcome.BLOCKED] * 5 + [Outcome.TIMEOUT] * 4
    digest = digest_of(
        article(1, source_id="a"),
        crawled=crawled(
            *(
                run(number, name, outcome)
                for number, (name, outcome) in enumerate(zip(failing, outcomes, strict=True), 1)
            )
        ),
        states=(*map(state, failing), state("g0", SINCE)),
        enabled=refs(*gaps, *failing),
    )
    told = wording.coverage(digest)
    assert "Failing: 9 sources (blocked 5, timeout 4), listed under Sources." in told
    assert "Not scanned: 140 sources (never 139, before 1), listed under Sources." in told
    assert max(map(len, told)) < 200
    text = " ".join(render_text(digest, DigestStyle()).split())
    assert all(f"Portal {name}" in text for name in (*gaps, *failing))


def test_what_is_not_enabled_is_no_gap_and_is_named_where_it_was_scanned_or_gave_items() -> None:
    digest = digest_of(
        article(1, source_id="dropped"),
        crawled=crawled(run(1, "a", Outcome.OK), run(2, "once", Outcome.OK)),
        states=(state("a"), state("dropped", SINCE), state("idle", SINCE), state("once")),
        enabled=refs("a"),
    )
    assert wording.coverage(digest) == (
        "2 sources scanned in 2 runs, 0 with news.",
        "Not enabled: Portal dropped (not scanned, 1 item); Portal once (1 run, 0 items).",
    )
    listed = [(scan.source_id, scan.is_enabled) for scan in digest.coverage.scans]
    assert listed == [("a", True), ("dropped", False), ("once", False)]


def test_an_enabled_source_of_which_only_an_import_brought_something_was_not_scanned() -> None:
    brought = replace(
        state("a"), last_run=Run(9, "a", UNTIL, UNTIL, Outcome.OK, kind=RunKind.IMPORT)
    )
    digest = digest_of(article(1, source_id="a"), states=(brought,), enabled=refs("a"))
    assert wording.coverage(digest)[1:] == ("Not scanned: Portal a (never).",)


def test_a_digest_kept_before_it_knew_what_is_enabled_reports_what_it_reported() -> None:
    hand = Run(9, "wechat", UNTIL, UNTIL, Outcome.OK, kind=RunKind.HAND)
    digest = digest_of(
        article(8, source_id="wechat"),
        states=(replace(state("wechat"), last_run=hand),),
        enabled=refs("e"),
    )
    kept = json.loads(write_document(digest))
    for scan in kept["digest"]["coverage"]["scans"]:
        del scan["is_enabled"]
    assert wording.coverage(read_document(json.dumps(kept))) == (
        "0 sources scanned in 0 runs, 0 with news.",
        "From elsewhere, not scanned: Portal wechat (1 item).",
        "Not scanned: Portal e (never).",
    )


@pytest.mark.parametrize("scanned", [0, 2])
def test_what_people_brought_is_named_apart_from_what_was_scanned(scanned: int) -> None:
    hand = Run(9, "wechat", UNTIL, UNTIL, Outcome.OK, kind=RunKind.HAND)
    portals = ["a", "b"][:scanned]
    digest = digest_of(
        *(article(number, source_id=each) for number, each in enumerate(portals, 1)),
        article(8, source_id="wechat"),
        article(9, source_id="wechat"),
        crawled=crawled(*(run(n, each, Outcome.OK) for n, each in enumerate(portals, 1))),
        states=(*(state(each) for each in portals), replace(state("wechat"), last_run=hand)),
        enabled=refs(*portals),
    )
    assert wording.coverage(digest) == (
        f"{scanned} sources scanned in {scanned} runs, {scanned} with news.",
        "From elsewhere, not scanned: Portal wechat (2 items).",
    )
    coverage = json.loads(render_json(digest, PLAIN))["coverage"]
    told = {name: coverage[name] for name in ("scanned", "with_news", "elsewhere")}
    assert told == {"scanned": scanned, "with_news": scanned, "elsewhere": 2}


def test_the_same_material_in_another_order_gives_the_same_items() -> None:
    seen = [article(n, published=on(f"2024-06-0{1 + n % 4}"), city="AB"[n % 2]) for n in range(9)]
    assert digest_of(*seen).items == digest_of(*reversed(seen)).items
