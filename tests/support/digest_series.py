"""Digests since the last, one after the other, over pages that change; not a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from desk.digest import edit as by
from desk.digest.drafts import Wanted, draft, keep, opened, required
from desk.digest.issues import issue
from desk.digest.model import PLAIN, Format, Scope
from scraper.pipelines.decide import decide
from storage.archive import Archive
from storage.articles.records import Article
from storage.decisions import Verb
from storage.runs import Counts
from storage.sources import SourceRef
from storage.types import Outcome
from tests.support import make
from tests.support.make import NOW, SHANGHAI, SOURCE
from tests.support.visits import Visits

WANTED = Wanted("Weekly", SHANGHAI, enabled=(SOURCE,))
WORDS = "harbour library orchestra tramway vineyard observatory lighthouse bakery museum canal"


def text(number: int, amount: int = 95) -> str:
    """A text of its own for each number; `amount` is a figure that matters in it."""
    words = WORDS.split()
    said = [f"{words[(number * 7 + place * 3) % 10]}{number}x{place}" for place in range(60)]
    return f"The city spends {amount} million yuan. {' '.join(said)}."


def begun(store: Archive) -> Visits:
    """A source past its first crawl, which found a page of a month ago."""
    visits = Visits(store, days=30)
    visits.run({"old": text(0)})
    return visits


def made(visits: Visits, wanted: Wanted = WANTED) -> int:
    return draft(visits.store, wanted, person="Ana", now=visits.now + timedelta(hours=1))


def issued(visits: Visits, number: int, forms: Sequence[Format] = (Format.HTML,)) -> None:
    at = visits.now + timedelta(hours=2)
    issue(visits.store, number, PLAIN, person="Li", now=at, forms=forms)


def say(store: Archive, story: int, verb: Verb, person: str = "Ana") -> None:
    with store.writing() as tx:
        tx.decisions.decide(story, verb, person=person, value="because", now=NOW)


def titles(visits: Visits, number: int) -> list[str]:
    return [item.title for item in opened(visits.store, number).items]


ACCEPTED = replace(WANTED, scope=Scope.ACCEPTED)


def article(visits: Visits, name: str) -> Article:
    return visits.store.articles.at_url(f"http://e.test/{name}")[0]


MIRROR = SourceRef("mirror", "Mirror", "Guiyang", "en", SHANGHAI)


def mirror(visits: Visits, said: str, name: str = "copy") -> None:
    """A later run of another source, past its first crawl, that finds a page with this text."""
    url = f"http://mirror.test/{name}"
    data = make.article(url=url, source_id=MIRROR.id, title=f"On {name}", body=said)
    with visits.store.writing() as tx:
        tx.sources.register(MIRROR, visits.now)
        first = tx.runs.start(MIRROR.id, visits.now)
        tx.runs.finish(first.id, visits.now, Outcome.OK, Counts())
    visits.days += 1
    with visits.store.writing() as tx:
        run = tx.runs.start(MIRROR.id, visits.now)
        reading = replace(make.reading(), article=data)
        tx.articles.apply(
            decide(reading, None, url), source_id=MIRROR.id, run_id=run.id, now=visits.now
        )
        tx.runs.finish(run.id, visits.now, Outcome.OK, Counts())


def put_off(visits: Visits, number: int, name: str) -> None:
    store, which = visits.store, article(visits, name).id
    head, digest = required(store, number), by.put_off(opened(store, number), which)
    keep(store, head, digest, what="later", person="Ana", now=visits.now)
