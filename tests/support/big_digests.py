"""A digest of an office with many sources: eight items, what could not be read, doubts; not a
test."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from desk.digest import edit as by
from desk.digest.build import build
from desk.digest.drafts import labelled
from desk.digest.model import Digest, DigestLanguage, Edition, Material, Update
from desk.pictures import Picture, PictureKind, PictureRow
from storage.articles.records import Confidence, Evidence, Origin
from storage.digests import DigestProof
from storage.runs import Crawled, Run
from storage.slots import SlotState, Unfilled
from storage.sources import SourceRef, SourceState
from storage.types import Grade, Match, Outcome
from tests.support.digest_samples import METADATA, PERIOD, SHA, SINCE, UNTIL, article, on

CITIES = {
    "Guiyang": "贵阳市", "Wuhu": "芜湖市", "Hefei": "合肥市", "Jiaxing": "嘉兴市",
    "Shenyang": "沈阳市", "Xiangyang": "襄阳市", "Zigong": "自贡市",
}  # fmt: skip
LABELS = {**CITIES, "hub-city": "枢纽城市"}
_ENDS = (
    *[Outcome.OK] * 9, *[Outcome.UNCHANGED] * 5, Outcome.HTTP_ERROR, Outcome.PARTIAL, None, None,
)  # fmt: skip
_WHY = {
    Outcome.HTTP_ERROR: "status 503 with an anti-bot answer",
    Outcome.PARTIAL: "2 failed: http_error 2; stopped",
}


def big_digest(sources: int = 145, language: DigestLanguage = DigestLanguage.EN) -> Digest:
    """Eight items, five of them key, of so many enabled sources."""
    enabled = [
        SourceRef(f"portal-{n:03}", f"门户网站第{n:03}号", city, "zh", "Asia/Shanghai")
        for n, city in zip(range(1, sources + 1), [*CITIES] * sources, strict=False)
    ]
    runs, states = [], []
    for n, source in enumerate(enabled):
        end = _ENDS[n % len(_ENDS)]
        states.append(SourceState(source, last_ok_at=UNTIL - timedelta(days=9) if n % 4 else None))
        if end is not None:
            runs.append(_run(n + 1, source.id, end))
    match = Match(
        "hub-city", Grade.CORE, "科创中国", "body", 12, "该市近日获批“科创中国”枢纽城市。"
    )
    seen = [
        article(
            n,
            source_id=enabled[n].id,
            source_name=enabled[n].name,
            city=enabled[n].city,
            language="zh",
            title=f"第{n}项重点工程在高新区开工，总投资{n}0亿元",
            source="市科学技术局",
            body="近日，市科学技术局发布消息，新一批创新平台投入使用。" * 20,
            matches=(match,) if n < 6 else (),
            published=on(f"2024-06-0{n}"),
        )
        for n in range(1, 8)
    ]
    doubt = Evidence(
        "published",
        Origin.VISIBLE,
        "time",
        "x",
        confidence=Confidence.DOUBTFUL,
        doubt="little text",
    )
    seen[1] = replace(seen[1], evidence=(doubt,))
    gone = article(
        9,
        source_id=enabled[9].id,
        source_name=enabled[9].name,
        language="zh",
        title="关于印发实施方案的通知",
        source="市人民政府",
        first_seen_at=UNTIL - timedelta(days=30),
        gone_at=UNTIL - timedelta(hours=3),
        gone_evidence="gone: status 404",
    )
    unfilled = (
        Unfilled(
            enabled[3].id, SlotState.SKIPPED, "paused by Ana", 3, SINCE, SINCE + timedelta(hours=9)
        ),
        Unfilled(
            enabled[4].id, SlotState.SKIPPED, "caught up", 2, SINCE, SINCE + timedelta(hours=4)
        ),
    )
    edition = Edition("Hub cities 枢纽城市", PERIOD, topics=(), language=language)
    crawled = {each.source_id: Crawled(1, each) for each in runs}
    material = Material(
        tuple(seen), (gone,), crawled, tuple(states), tuple(enabled), unfilled=unfilled
    )
    digest = by.introduced(build(material, edition), "本周看点。")
    what = "title: 甲 → 乙; amounts: removed 三亿元; wording"
    change = Update(UNTIL - timedelta(hours=2), what, "http://p9.test/x")
    touched = tuple(replace(item, updates=(change,)) for item in digest.touched)
    pictures = (picture(PictureKind.CITIES, 7, 8), picture(PictureKind.COVERAGE, 1, 7))
    proof = DigestProof(1, 5, 102, UNTIL - timedelta(days=1), SHA)
    key = tuple(replace(item, proof=proof) for item in digest.key)
    whole = replace(digest, touched=touched, key=key, metadata=METADATA, pictures=pictures)
    return labelled(whole, LABELS)


def picture(kind: PictureKind, step: int, columns: int) -> Picture:
    """Figures of ours for every city, so many days a column."""
    first = [UNTIL.date() - timedelta(days=step * n) for n in reversed(range(columns))]
    days = tuple(day.isoformat() for day in first)
    ends = tuple((day + timedelta(days=step - 1)).isoformat() for day in first)
    of = (20,) * columns if kind is PictureKind.COVERAGE else ()
    rows = tuple(
        PictureRow(city, tuple((n * 7 + at * 3) % 21 for at in range(columns)), of)
        for n, city in enumerate(CITIES)
    )
    total = PictureRow(
        "",
        tuple(sum(row.numbers[at] for row in rows) for at in range(columns)),
        (20 * len(rows),) * columns if of else (),
    )
    return Picture(kind, "Asia/Shanghai", UNTIL, days, ends, rows, total, len(rows))


def _run(number: int, source: str, end: Outcome) -> Run:
    at = UNTIL - timedelta(days=1)
    return Run(number, source, at, at, end, _WHY.get(end, ""))
