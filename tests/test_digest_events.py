"""Digests say who else told an event, and what was told before is no news by itself."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from desk.digest.build import build
from desk.digest.drafts import Wanted, draft, opened
from desk.digest.formats import render
from desk.digest.issues import issue
from desk.digest.model import PLAIN, DigestLanguage, Edition, Format, Material
from storage.archive import Archive
from storage.decisions import State, Verb, Verdict
from tests.support.desks import keep, page_of
from tests.support.digest_samples import PERIOD, REPORTED, article, sample
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
        Material((article(1),), (), (), (), (), verdicts={1: Verdict(state)}, reports={1: told}),
        Edition("Hub cities", PERIOD),
    )
    (item,) = digest.items
    assert (item in digest.touched) is not is_news
    plain = render(digest, Format.TXT).decode()
    assert "also reported: its event was in digest 3" in " ".join(plain.split())


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
