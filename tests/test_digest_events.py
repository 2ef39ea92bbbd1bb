"""Digests say who else told an event, and what was told before is no news by itself."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.digest.build import build
from desk.digest.drafts import Wanted, draft, opened, put_off_what_waits, roles_of
from desk.digest.evidence import evidence
from desk.digest.formats import render
from desk.digest.issues import issue, issued_bytes
from desk.digest.model import (
    PLAIN,
    DigestLanguage,
    Edition,
    EventReport,
    Format,
    Material,
    Scope,
)
from desk.digest.wording import cite_figure, cover, plain, spoken, updates
from storage.archive import Archive
from storage.articles.records import Article, Edit, Held, Weight
from storage.decisions import State, Verb, Verdict
from storage.digests import ArticleRole
from storage.facts import FactQuery, FactReview, FactVerdict
from storage.types import Grade, Match
from tests.support.desks import keep, page_of
from tests.support.digest_samples import PERIOD, REPORTED, UNTIL, article, sample
from tests.support.make import NOW, day, later

SAID = {
    DigestLanguage.EN: "Also reported in English by City portal, 2024-06-07",
    DigestLanguage.ZH: "另有英文报道：City portal，2024-06-07",
}


def text_of(blob: bytes, form: Format) -> str:
    if form in (Format.DOCX, Format.XLSX):
        with zipfile.ZipFile(io.BytesIO(blob)) as package:
            return "".join(
                package.read(name).decode() for name in package.namelist() if name.endswith(".xml")
            )
    return blob.decode("utf-8-sig")


@pytest.mark.parametrize("language", [DigestLanguage.EN, DigestLanguage.ZH])
@pytest.mark.parametrize(
    "form",
    [Format.HTML, Format.MD, Format.TXT, Format.CSV, Format.JSON, Format.ATOM, Format.DOCX,
     Format.XLSX],
)  # fmt: skip
def test_every_format_says_who_else_told_the_event(form: Format, language: DigestLanguage) -> None:
    digest = sample()
    digest = replace(digest, edition=replace(digest.edition, language=language))
    shown = " ".join(text_of(render(digest, form), form).split()).replace("\\", "")
    assert SAID[language] in shown
    assert REPORTED[0].title in shown


def test_a_mail_says_so_in_both_its_parts() -> None:
    from email import message_from_bytes, policy

    message = message_from_bytes(render(sample(), Format.EML), policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    assert len(parts) == 2
    assert all(SAID[DigestLanguage.EN] in " ".join(part.split()) for part in parts)


@pytest.mark.parametrize(
    ("state", "is_news"), [(State.OPEN, False), (State.ACCEPTED, True), (State.LATER, False)]
)
def test_an_event_that_was_issued_is_news_only_if_a_person_says_so(
    state: State, is_news: bool
) -> None:
    told = (replace(REPORTED[0], issue=3),)
    digest = build(
        Material((article(1),), (), {}, (), (), verdicts={1: Verdict(state)}, reports={1: told}),
        Edition("Hub cities", PERIOD),
    )
    (item,) = digest.items
    assert (item in digest.touched) is not is_news
    plain = " ".join(render(digest, Format.TXT).decode().split())
    assert "also reported: its event was in digest 3" in plain
    assert ("1 of an event that was told before" in plain) is not is_news
    assert "changed since the last digest" not in plain


def test_a_story_that_changed_counts_as_changed_though_its_event_was_told() -> None:
    changed = article(1, changed_at=UNTIL - timedelta(hours=3))
    digest = build(
        Material((changed,), (), {}, (), (), reports={1: (replace(REPORTED[0], issue=3),)}),
        Edition("Hub cities", PERIOD),
    )
    assert "1 changed since the last digest" in cover(digest)
    assert "told before" not in cover(digest)


def test_stories_of_one_event_that_wait_are_each_counted() -> None:
    chinese, english, alone = core(1, language="zh"), core(2), core(3)
    material = Material(
        (chinese, english, alone), (), {}, (), (), reports=reports_of(chinese, english)
    )
    digest = build(material, Edition("Hub cities", PERIOD, Scope.ACCEPTED))
    assert len(digest.items) == 2
    assert put_off_what_waits(digest).coverage.waiting == 3


def drafted(store: Archive, now: int) -> dict[str, object]:
    wanted = Wanted("Hub cities", "Asia/Shanghai", since=later(days=-9), enabled=())
    number = draft(store, wanted, person="Li", now=later(hours=now))
    document = json.loads(render(opened(store, number), Format.JSON))
    assert isinstance(document, dict)
    return {"number": number, **document}


def test_a_later_report_of_an_issued_event_comes_as_also_reported(archive: Path) -> None:
    english, *_ = keep(archive, page_of(1, published=day("2026-03-02"), language="en"))
    with Archive.open(archive) as store:
        first = drafted(store, 1)
        issue(
            store,
            int(str(first["number"])),
            PLAIN,
            forms=(Format.JSON,),
            person="Li",
            now=later(hours=2),
        )
    chinese, *_ = keep(
        archive, page_of(2, published=day("2026-03-02"), language="zh"), now=later(hours=3)
    )
    with Archive.open(archive) as store:
        with store.writing() as tx:
            tx.stories.events.say(
                together=True, articles=[english, chinese], person="Ana", why="", now=NOW
            )
        second = drafted(store, 4)
        (section,) = second["sections"]  # type: ignore[misc]
        assert section["heading"] == "Updated or withdrawn"
        (item,) = section["items"]
        assert (item["article_id"], item["event_first_in"]) == (chinese, first["number"])
        assert [one["article_id"] for one in item["reported"]] == [english]
        assert item["reported"][0]["said"].startswith("Also reported in English by ")
        with store.writing() as tx:
            tx.decisions.decide(item["story_id"], Verb.ACCEPT, person="Li", now=later(hours=5))
        third = drafted(store, 6)
        (section,) = third["sections"]  # type: ignore[misc]
        assert section["heading"] != "Updated or withdrawn"


def reports_of(*articles: Article) -> dict[int, tuple[EventReport, ...]]:
    """Each as a report of one event, beside the others."""
    told = [
        EventReport(a.story_id, a.id, a.title, a.url, a.source_name, a.language, a.published)
        for a in articles
    ]
    return {a.story_id: tuple(t for t in told if t.article_id != a.id) for a in articles}


def core(number: int, **changes: object) -> Article:
    found = Match("hub-city", Grade.CORE, "Text", "body", 0, "Text.")
    return article(number, matches=(found,), **changes)


@pytest.mark.parametrize(
    ("language", "leads"),
    [(DigestLanguage.EN, 2), (DigestLanguage.ZH, 1), (DigestLanguage.BOTH, 1)],
)
def test_an_event_is_one_item_in_the_language_of_the_digest(
    language: DigestLanguage, leads: int
) -> None:
    chinese, english, alone = core(1, language="zh"), core(2), core(3)
    digest = build(
        Material((chinese, english, alone), (), {}, (), (), reports=reports_of(chinese, english)),
        Edition("Hub cities", PERIOD, language=language),
    )
    assert [item.article_id for item in digest.items] == [leads, 3]
    (told, other) = digest.items
    assert [one.article_id for one in told.reported] == [3 - leads]
    assert (told.articles, other.articles) == ((1, 2), (3,))
    assert roles_of(digest) == {
        leads: ArticleRole.NEWS, 3 - leads: ArticleRole.COPY, 3: ArticleRole.NEWS,
    }  # fmt: skip


def test_the_better_grade_leads_whatever_its_language_and_a_verdict_before_that() -> None:
    chinese, english = core(1, language="zh"), article(2)
    material = Material((chinese, english), (), {}, (), (), reports=reports_of(chinese, english))
    (item,) = build(material, Edition("Hub cities", PERIOD)).items
    assert item.article_id == 1
    both = replace(
        material, seen=(core(1, language="zh"), core(2)), verdicts={1: Verdict(State.ACCEPTED)}
    )
    (item,) = build(both, Edition("Hub cities", PERIOD)).items
    assert (item.article_id, item.state) == (1, State.ACCEPTED)


def test_what_was_rejected_neither_leads_an_event_nor_is_named_by_it() -> None:
    chinese, english = core(1, language="zh"), core(2)
    reports = {1: reports_of(chinese, english)[1], 2: ()}
    material = Material(
        (chinese, english), (), {}, (), (), reports=reports, verdicts={1: Verdict(State.REJECTED)}
    )
    digest = build(material, Edition("Hub cities", PERIOD))
    assert [item.article_id for item in digest.items] == [2]
    assert digest.rejected == (1,)


def test_what_changed_in_another_report_of_the_event_stands_with_its_item() -> None:
    chinese, english = core(1, language="zh", changed_at=UNTIL - timedelta(hours=3)), core(2)
    at = UNTIL - timedelta(hours=3)
    edit = Edit(
        1, 1, "guiyang", "Story 1", chinese.url, None, 2, at, Weight.MATERIAL, ("numbers",),
        "numbers: 36 to 41", None, 1, Held.NOT, at,
    )  # fmt: skip
    material = Material(
        (chinese, english), (), {}, (), (), edits=(edit,), reports=reports_of(chinese, english)
    )
    (item,) = build(material, Edition("Hub cities", PERIOD)).items
    assert item.article_id == 2
    assert [update.what for update in item.updates] == ["numbers: 36 to 41"]
    assert item.updated_at == at
    assert item.url != chinese.url
    (told,) = updates(item, PERIOD)
    assert told.endswith(f"numbers: 36 to 41 (on the page of {chinese.source_name}, {chinese.url})")
    (own,) = updates(replace(item, url=chinese.url), PERIOD)
    assert own.endswith("numbers: 36 to 41")
    digest = build(material, Edition("Hub cities", PERIOD))
    for form in (Format.CSV, Format.TXT, Format.HTML, Format.MD, Format.ATOM, Format.DOCX):
        shown = "".join(text_of(render(digest, form), form).split()).replace("\\", "")
        assert f"onthepageof{''.join(chinese.source_name.split())},{chinese.url}" in shown, form


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=12))
def test_each_story_stands_once_as_an_item_or_below_one(
    made: list[tuple[int, bool, bool]],
) -> None:
    articles = [
        (core if is_core else article)(n, language="zh" if is_chinese else "en")
        for n, (_, is_core, is_chinese) in enumerate(made, 1)
    ]
    events: dict[int, list[Article]] = {}
    for one, (event, _, _) in zip(articles, made, strict=True):
        events.setdefault(event, []).append(one)
    reports = {
        story: told[:6] for some in events.values() for story, told in reports_of(*some).items()
    }
    digest = build(
        Material(tuple(articles), (), {}, (), (), reports=reports), Edition("Hubs", PERIOD)
    )
    stood = sorted(each for item in digest.items for each in item.articles)
    assert stood == [one.id for one in articles]
    assert [item.number for item in digest.items] == list(range(1, len(digest.items) + 1))


def told_twice(archive: Path, before: str, after: str) -> tuple[int, int]:
    """A Chinese article and an English one of the same event. The English one said something else
    when it was found first."""
    english, *_ = keep(archive, page_of(1, published=day("2026-03-02"), language="en", body=before))
    chinese, *_ = keep(archive, page_of(2, published=day("2026-03-02"), language="zh"))
    keep(
        archive,
        page_of(1, published=day("2026-03-02"), language="en", body=after),
        now=later(hours=1),
    )
    with Archive.open(archive) as store, store.writing() as tx:
        tx.stories.events.say(
            together=True, articles=[english, chinese], person="Ana", why="", now=NOW
        )
    return chinese, english


def said_by(store: Archive, *, person: str = "Li") -> int:
    """An issue in Chinese of what was told."""
    wanted = Wanted(
        "Hub cities", "Asia/Shanghai", since=later(days=-9), enabled=(), language=DigestLanguage.ZH
    )
    number = draft(store, wanted, person=person, now=later(hours=2))
    issue(store, number, PLAIN, person=person, now=later(hours=3))
    return number


TOWNS = "The hall was built over there, on a hill, by masons of a town that nobody knows. " * 6


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [
        ("The hall has 3177 seats.", "The hall has 4117 seats.", 4117),
        ("The city spends 95 million yuan.", "The city spends 87 million yuan.", 87e6),
        ("共有企业3177家。", "共有企业4117家。", 4117),
    ],
)
def test_what_another_report_states_is_cited_from_its_page_and_stands_in_the_evidence(
    archive: Path, before: str, after: str, value: float
) -> None:
    chinese, english = told_twice(archive, f"{before} {TOWNS}", f"{after} {TOWNS}")
    with Archive.open(archive) as store:
        for one in store.articles.facts.find(FactQuery(article_id=english)):
            with store.writing() as tx:
                tx.articles.facts.review(one, FactReview(FactVerdict.CONFIRMED, "Ana", "", NOW))
        number = said_by(store)
        (item,) = opened(store, number).items
        page = store.articles.get_many([english])[0]
        (proof,) = store.digests.proofs_of([english]).values()
        assert item.article_id == chinese
        (figure,) = (one for one in item.confirmed if one.low == value)
        assert figure.article_id == english
        said = json.loads(issued_bytes(store, number, Format.JSON, PLAIN))
        (told,) = said["sections"][0]["items"]
        cited = next(one for one in told["figures"] if one["value"] == value)
        assert (cited["url"], cited["article_id"]) == (page.url, english)
        assert f"“{page.title}”" in cited["citation"]
        assert proof.sha256 in cited["citation"]
        rows = csv.DictReader(
            io.StringIO(issued_bytes(store, number, Format.FIGURES, PLAIN).decode("utf-8-sig"))
        )
        cells = [list(row.values()) for row in rows]
        assert [page.title, page.url] in [row[11:13] for row in cells]
        assert [str(proof.snapshot_id), proof.sha256] in [row[14:16] for row in cells]
        html = issued_bytes(store, number, Format.HTML, PLAIN).decode()
        shown = html.partition('<table class="stated">')[2]
        assert '<span lang="en">' in shown
        assert "zh-Hans" not in shown.partition("</table>")[0]
        with zipfile.ZipFile(io.BytesIO(evidence(store, number, PLAIN))) as package:
            kept = {name: package.read(name).decode() for name in package.namelist()}
        assert any(after in text for name, text in kept.items() if name.endswith(".readable.txt"))
        assert any(after in text for name, text in kept.items() if ".original" in name)


def test_a_change_of_another_report_is_cited_and_both_its_pages_are_in_the_evidence(
    archive: Path,
) -> None:
    before, after = "The city spends 36 million yuan.", "The city spends 41 million yuan."
    _chinese, english = told_twice(archive, f"{before} {TOWNS}", f"{after} {TOWNS}")
    with Archive.open(archive) as store:
        number = said_by(store)
        (item,) = opened(store, number).items
        (update,) = item.updates
        assert (update.article_id, update.version) == (english, 2)
        (line,) = updates(item, PERIOD)
        (proof,) = store.digests.proofs_of([english]).values()
        assert f"article {english}, page {proof.snapshot_id}, SHA-256 {proof.sha256}" in line
        with zipfile.ZipFile(io.BytesIO(evidence(store, number, PLAIN))) as package:
            kept = {name: package.read(name).decode() for name in package.namelist()}
        files = {name.rpartition("/")[2]: text for name, text in kept.items()}
        assert before in files["change-1-before.readable.txt"]
        assert before in files["change-1-before.original.txt"]
        assert after in files["report-1.readable.txt"]
        assert sum(after in text for name, text in files.items() if "original" in name) == 1
        index = kept["index.html"]
        assert all(name in index for name in kept if name.startswith("items/"))


def test_a_page_that_an_issue_tells_of_is_behind_it_for_good(archive: Path) -> None:
    before, after = "The city spends 36 million yuan.", "The city spends 41 million yuan."
    _, english = told_twice(archive, f"{before} {TOWNS}", f"{after} {TOWNS}")
    with Archive.open(archive) as store:
        number = said_by(store)
        (item,) = opened(store, number).items
        assert {english} < {proof.article_id for proof in item.proofs}
        assert len({proof.snapshot_id for proof in item.proofs}) == 3


def test_of_a_figure_whose_page_an_older_issue_does_not_say_no_page_is_cited() -> None:
    item = sample().items[0]
    figure = replace(item.figures[0], article_id=4711)
    cited = cite_figure(item, figure, "Asia/Shanghai")
    assert (cited.url, cited.title, cited.archived) == ("", "", "")
    assert plain(cited) == "article 4711, undated."
    reported = replace(figure, article_id=REPORTED[0].article_id)
    assert cite_figure(item, reported, "Asia/Shanghai").url == REPORTED[0].url
    assert spoken(item, reported) == "en"
