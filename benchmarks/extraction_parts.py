"""The parts of the extraction benchmark that ask what is read: bodies, days, rows of lists.

Nothing here decides how a page is read or a score made; `scraper.parsing` and `scores` do.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from scraper.parsing.lists.read import read_any
from scraper.parsing.types import FoundRow
from scraper.sources.model import ListRules
from storage.types import ArticleData, FieldStatus, Reading

from . import corpora as pages
from .corpora import Case, ListCase
from .extraction_base import Bench, Figure, read_generic, text_of
from .peers import Answer
from .scores import (
    Hit,
    ListScore,
    Row,
    Share,
    authors_hit,
    body_score,
    characters,
    day_hit,
    list_score,
    shares,
    title_hit,
    words,
)

BODY_PEERS = ("trafilatura", "readability", "newspaper4k", "justext", "resiliparse")
HAN_PEERS = (*BODY_PEERS, "gne")
_WRONG, _APART = 0.5, 0.02
DAY_PEERS = ("htmldate", "htmldate-url", "trafilatura-day")
PORTAL_DAY_PEERS = (*DAY_PEERS, "newspaper4k", "gne")


def bodies_en(bench: Bench) -> list[Figure]:
    """English news, word shingles."""
    cases = pages.english_bodies(bench.corpora)
    return _bodies(bench, "bodies-en", cases, words, BODY_PEERS, -0.005)


def bodies_zh(bench: Bench) -> list[Figure]:
    """Chinese pages, character shingles."""
    cases = [case for case in pages.chinese_pages(bench.corpora) if case.body]
    return _bodies(bench, "bodies-zh", cases, characters, HAN_PEERS, 0.03)


def _bodies(
    bench: Bench,
    part: str,
    cases: Sequence[Case],
    cut: Callable[[str], Sequence[str]],
    names: Sequence[str],
    beside: float,
) -> list[Figure]:
    readings = [read_generic(bench, case) for case in cases]
    bodies = [reading.article.body if reading.article else "" for reading in readings]
    found = [shares(case.body, body, cut) for case, body in zip(cases, bodies, strict=True)]
    ours = body_score(found)
    peers, best, faults = {}, 0.0, []
    for name in bench.asked(names):
        bench.tell(f"{part}: {name}")
        theirs, failed = _peer_shares(bench, name, cases, cut)
        score = body_score(theirs)
        best = max(best, score.f1)
        peers[name] = (
            f"{score.f1:.3f} ± {score.spread:.3f} P{score.precision:.3f} R{score.recall:.3f}"
        )
        faults += [f"{name} failed on {failed} pages"] if failed else []
    unread = Counter(one.outcome.value for one in readings if one.article is None)
    missing = ", ".join(f"{count} {word}" for word, count in unread.items())
    notes = [
        f"P{ours.precision:.3f} R{ours.recall:.3f}",
        f"no article: {missing}" if missing else "",
    ]
    whole = Figure(
        part,
        f"body F1, {len(cases)} pages",
        f"≥ best peer {beside:+.3f}" + (f" = {best + beside:.3f}" if peers else ""),
        f"{ours.f1:.3f} ± {ours.spread:.3f}",
        ours.f1 >= best + beside if peers else None,
        ours.f1,
        peers,
        "; ".join(note for note in (*notes, *faults) if note),
        _worst_bodies(bench, cases, readings, found),
    )
    return [whole, _halves(part, cases, found), _confidence(part, readings, found)]


def _halves(part: str, cases: Sequence[Case], found: Sequence[Share]) -> Figure:
    """The two halves of a collection by a hash of the pages' names. Who works on a rule looks at
    the pages of the first alone; the second shows whether it fits more than those."""
    halves: tuple[list[Share], list[Share]] = ([], [])
    for case, share in zip(cases, found, strict=True):
        halves[half_of(case.name)].append(share)
    scores = [body_score(half) for half in halves]
    counts = " and ".join(str(len(half)) for half in halves)
    text = " · ".join(f"{score.f1:.3f}" for score in scores)
    seen, held_out = (score.f1 for score in scores)
    met = held_out >= seen - _APART
    what = f"body F1, first half · held-out half, {counts} pages"
    return Figure(part, what, f"held-out ≥ first -{_APART}", text, met, held_out)


def half_of(name: str) -> int:
    """0 or 1, by a hash of a page's name."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2


def _confidence(part: str, readings: Sequence[Reading], found: Sequence[Share]) -> Figure:
    """How many bodies are called sure, and how many of those are wrong (F1 below a half). The note
    is a reliability table: for each level its pages, those that are wrong, and their mean F1."""
    levels: dict[str, list[float]] = {}
    for reading, share in zip(readings, found, strict=True):
        article = reading.article
        evidence = article.evidence if article else ()
        level = next((str(e.confidence) for e in evidence if e.field == "body"), "no article")
        levels.setdefault(level, []).append(share.f1)
    sure = levels.get("sure", [])
    wrong = sum(f1 < _WRONG for f1 in sure)
    held = len(sure) / max(1, len(found))
    rows = [
        f"{level}: {len(f1s)} pages, {sum(f1 < _WRONG for f1 in f1s)} wrong, "
        f"mean F1 {sum(f1s) / len(f1s):.3f}"
        for level, f1s in sorted(levels.items())
    ]
    met = held >= 0.75 and wrong <= 0.01 * len(sure)
    text = f"{held:.1%}, wrong {wrong / max(1, len(sure)):.1%}"
    what = "bodies called sure, and wrong ones of those"
    return Figure(part, what, "≥ 75 %, wrong ≤ 1 %", text, met, held, {}, "; ".join(rows))


def _peer_shares(
    bench: Bench, name: str, cases: Sequence[Case], cut: Callable[[str], Sequence[str]]
) -> tuple[list[Share], int]:
    assert bench.peers is not None
    answers = [bench.peers.ask(name, text_of(case), case.url) for case in cases]
    pairs = zip(cases, answers, strict=True)
    found = [shares(case.body, answer.body, cut) for case, answer in pairs]
    return found, sum(bool(answer.fault) for answer in answers)


def _worst_bodies(
    bench: Bench, cases: Sequence[Case], readings: Sequence[Reading], found: Sequence[Share]
) -> list[str]:
    ranked = sorted(zip(cases, readings, found, strict=True), key=lambda one: one[2].f1)
    return [
        f"{case.name[:12]} F1 {share.f1:.3f} P{share.precision:.2f} R{share.recall:.2f} "
        f"{reading.outcome.value} {case.url[:70]}"
        for case, reading, share in ranked[: bench.worst]
    ]


def days(bench: Bench) -> list[Figure]:
    """Chinese pages and portals: the published day."""
    chinese = [case for case in pages.chinese_pages(bench.corpora) if case.day]
    cases = [*chinese, *pages.portal_pages(bench.corpora)]
    figure, hits = _days(bench, "days", cases, PORTAL_DAY_PEERS, "≥ 31 of 32, wrong ≤ 1")
    met = hits[Hit.RIGHT] >= 31 * len(cases) / 32 and hits[Hit.WRONG] <= 1
    return [replace(figure, met=met)]


def dates(bench: Bench) -> list[Figure]:
    """News pages in many languages: the published day."""
    cases = pages.dated_pages(bench.corpora)
    figure, _ = _days(bench, "dates", cases, DAY_PEERS, "≥ 0.90")
    return [replace(figure, met=figure.value >= 0.9)]


def _days(
    bench: Bench, part: str, cases: Sequence[Case], names: Sequence[str], target: str
) -> tuple[Figure, Counter[Hit]]:
    found = [(case, *_hit(bench, case)) for case in cases]
    peers = {}
    for name in bench.asked(names):
        assert bench.peers is not None
        bench.tell(f"{part}: {name}")
        answers = [bench.peers.ask(name, text_of(case), case.url) for case in cases]
        pairs = zip(cases, answers, strict=True)
        peers[name] = _counts([day_hit(case.day, answer.day) for case, answer in pairs])
    hits = [hit for _, hit, _ in found]
    bad = sorted(
        (one for one in found if one[1] is not Hit.RIGHT), key=lambda one: -(one[1] is Hit.WRONG)
    )
    lines = [
        f"{case.name} {hit.value}: {read or 'nothing'}, not {case.day} {case.url[:70]}"
        for case, hit, read in bad[: bench.worst]
    ]
    count = Counter(hits)
    what = f"published day, {len(cases)} pages: right wrong none"
    share = count[Hit.RIGHT] / len(hits)
    return Figure(part, what, target, _counts(hits), None, share, peers, "", lines), count


def _hit(bench: Bench, case: Case) -> tuple[Hit, str]:
    article = read_generic(bench, case).article
    read = article.published.iso if article and article.published else ""
    return day_hit(case.day, read), read


def _counts(hits: Sequence[Hit]) -> str:
    count = Counter(hits)
    share = count[Hit.RIGHT] / len(hits)
    return f"{share:.3f} {count[Hit.RIGHT]} {count[Hit.WRONG]} {count[Hit.NONE]}"


def lists(bench: Bench) -> list[Figure]:
    """List pages without a selector: the rows found, and their dates."""
    cases = pages.list_pages(bench.corpora)
    scored = [(case, _list_score(bench, case)) for case in cases]
    total = sum((score for _, score in scored), ListScore(0, 0, 0, 0, 0))
    found, right = total.found / total.labelled, total.right / max(1, total.dated)
    unlinked = sum(case.unlinked for case in cases)
    whole = sum(score.found == score.labelled for _, score in scored)
    note = f"{whole} of {len(cases)} pages whole; {total.extra} rows without a label"
    note += f"; {unlinked} labelled rows have no link and do not count" if unlinked else ""
    missed = sorted(scored, key=lambda one: (_loss(one[1]), one[1].extra), reverse=True)
    lines = [
        f"{case.name}: found {score.found} of {score.labelled}, "
        f"right {score.right} of {score.dated}, extra {score.extra}"
        for case, score in missed[: bench.worst]
    ]
    what = f"rows found, of {total.labelled} on {len(cases)} pages"
    dated = f"rows right (link and date), of {total.dated}"
    return [
        Figure("lists", what, "≥ 90 %", f"{found:.1%}", found >= 0.9, found, {}, note, lines),
        Figure("lists", dated, "≥ 95 %", f"{right:.1%}", right >= 0.95, right),
    ]


def _loss(score: ListScore) -> int:
    return (score.labelled - score.found) + (score.dated - score.right)


def _list_score(bench: Bench, case: ListCase) -> ListScore:
    listed = read_any(bench.capture(case), "America/New_York", ListRules())
    return list_score(case.rows, map(_row, listed.rows))


def _row(row: FoundRow) -> Row:
    return Row(row.url, row.published.iso[:10] if row.published else "", row.title)


FIELD_PEERS = ("trafilatura-fields", "newspaper4k-fields", "readability-fields")


def fields(bench: Bench) -> list[Figure]:
    """Titles, days and writers of the collections that label them, and how far each is believed."""
    groups: dict[str, list[Case]] = {}
    try:
        groups["portals"] = pages.portal_pages(bench.corpora)
    except pages.Absent as reason:
        bench.tell(f"fields: {reason}")
    try:
        chinese = pages.chinese_pages(bench.corpora)
        groups["articles-zh-labelled"] = [case for case in chinese if case.authors]
    except pages.Absent as reason:
        bench.tell(f"fields: {reason}")
    try:
        groups["dates"] = [case for case in pages.dated_pages(bench.corpora) if case.day]
    except pages.Absent as reason:
        bench.tell(f"fields: {reason}")
    try:
        groups |= pages.labelled_pages(bench.corpora)
    except pages.Absent as reason:
        bench.tell(f"fields: {reason}")
    if not groups:
        raise pages.Absent("no collection with titles, days or writers")
    return [figure for name, cases in groups.items() for figure in _fields_of(bench, name, cases)]


def _fields_of(bench: Bench, name: str, cases: Sequence[Case]) -> list[Figure]:
    read = [(case, read_generic(bench, case).article) for case in cases]
    asked = {
        peer: [bench.peers.ask(peer, text_of(case), case.url) for case in cases]
        for peer in bench.asked(FIELD_PEERS)
        if bench.peers is not None
    }
    figures = [_invented(name, read)]
    for field, label, target in _FIELDS:
        kept = [n for n, case in enumerate(cases) if getattr(case, label)]
        if not kept:
            continue
        hits = [_field_hit(field, read[n][0], _value(field, read[n][1])) for n in kept]
        peers = {
            peer: _counts([_field_hit(field, cases[n], _said(field, answers[n])) for n in kept])
            for peer, answers in asked.items()
            if any(_said(field, answer) for answer in answers)
        }
        share = sum(hit is Hit.RIGHT for hit in hits) / len(hits)
        bad = [
            f"{cases[n].name[:24]} {hit.value}: {_value(field, read[n][1])[:60]!r}, "
            f"not {getattr(cases[n], label)!r}"[:160]
            for n, hit in zip(kept, hits, strict=True)
            if hit is not Hit.RIGHT
        ]
        what = f"{name}: {field}, {len(kept)} pages: right wrong none"
        note = _levels(field, [read[n][1] for n in kept], hits)
        met = share >= target
        figures.append(
            Figure("fields", what, f"≥ {target:.2f}", _counts(hits), met, share, peers, note)
        )
        figures[-1].worst.extend(bad[: bench.worst])
    return figures


_FIELDS = (("title", "title", 0.9), ("published", "day", 0.85), ("author", "authors", 0.65))


def _value(field: str, article: ArticleData | None) -> str:
    if article is None:
        return ""
    if field == "published":
        return article.published.iso if article.published else ""
    return article.title if field == "title" else article.author or ""


def _said(field: str, answer: Answer) -> str:
    if field == "author":
        return ", ".join(answer.authors)
    return answer.title if field == "title" else answer.day


def _field_hit(field: str, case: Case, read: str) -> Hit:
    if field == "published":
        return day_hit(case.day, read)
    return title_hit(case.title, read) if field == "title" else authors_hit(case.authors, read)


def _levels(field: str, articles: Sequence[ArticleData | None], hits: Sequence[Hit]) -> str:
    """A reliability table: of each level how many pages have it, and how many are wrong."""
    levels: dict[str, list[Hit]] = {}
    for article, hit in zip(articles, hits, strict=True):
        evidence = article.evidence if article else ()
        level = next((str(e.confidence) for e in evidence if e.field == field), "no evidence")
        levels.setdefault(level, []).append(hit)
    return "; ".join(
        f"{level}: {len(found)} pages, {sum(hit is Hit.WRONG for hit in found)} wrong"
        for level, found in sorted(levels.items())
    )


_STATED_OFFSET = re.compile(
    r"(?:Z|[+-]\d\d:?\d\d|(?:GMT|UTC)(?:\s?[+-]\d{1,2})?|[A-Z]{3,4})\)?\s*$"
)


def _invented(name: str, read: Sequence[tuple[Case, ArticleData | None]]) -> Figure:
    """How many times of day got a zone that nothing says: no date of the page states an offset,
    and the page is not at home where all clocks show the same."""
    dates = [
        (clue, article)
        for _, article in read
        if article is not None
        for clue in article.dates
        if clue.status is FieldStatus.CHOSEN and clue.when.zone and "T" in clue.when.iso
    ]
    offsets = [
        (clue, article)
        for clue, article in dates
        if not _STATED_OFFSET.search(clue.raw.strip("\"' "))
    ]
    bad = [
        clue
        for clue, article in offsets
        if not clue.raw.strip().isdigit()
        and not _is_at_home(article.url)
        and not any(_STATED_OFFSET.search(each.raw.strip("\"' ")) for each in article.dates)
    ]
    what = f"{name}: zones that nothing says, of {len(dates)} times"
    lines = [f"{clue.when.iso} {clue.rule} {clue.raw[:60]!r}" for clue in bad[:3]]
    return Figure("fields", what, "0", str(len(bad)), not bad, len(bad), {}, "", lines)


def _is_at_home(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith((".cn", ".hk", ".mo", ".tw"))
