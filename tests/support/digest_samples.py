"""Articles of the practice city to build digests from; not a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec

from desk.digest import edit as by
from desk.digest.build import build
from desk.digest.model import (
    Digest,
    DigestClaim,
    DigestContradiction,
    DigestFigure,
    Edition,
    EventReport,
    Format,
    IssueMetadata,
    Material,
    Period,
)
from storage.articles.records import Address, Article
from storage.digests import Basis, DigestProof, DigestState
from storage.types import Grade, Match, Precision, When

FORMATS = tuple(
    form for form in Format if form is not Format.PDF or find_spec("weasyprint") is not None
)
"""The formats that can be made here: a PDF needs the extra `pdf`."""
ZONE = "Asia/Shanghai"
UNTIL = datetime(2024, 6, 10, 4, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=7)
PERIOD = Period(SINCE, UNTIL, ZONE)
EDITION = Edition("Hub cities", PERIOD)


def on(text: str) -> When:
    return When(date.fromisoformat(text), Precision.DAY, ZONE)


def article(number: int, **changes: object) -> Article:
    plain = Article(
        id=number,
        story_id=number,
        url=f"http://english.practice.test/2024-06/05/c_{number}.htm",
        source_id="guiyang",
        source_name="Guiyang portal",
        city="Guiyang",
        language="en",
        title=f"Story {number}",
        body="Text.",
        html="",
        published=on("2024-06-05"),
        updated=None,
        source="Science bureau",
        author=None,
        images=(),
        attachments=(),
        evidence=(),
        matches=(),
        first_seen_at=UNTIL - timedelta(days=1),
        last_seen_at=UNTIL - timedelta(days=1),
        changed_at=None,
        gone_at=None,
        baseline=False,
        revisions=1,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


SHA = "42eb4a9257f38aae2965dfebe4b915cfb3660357a610744279948aadce911701"


METADATA = IssueMetadata(
    12, DigestState.ISSUED, Basis.SINCE_LAST, "Ana", UNTIL, 10, 20, "Li", UNTIL + timedelta(hours=1)
)


def figure(number: int, sentence: str, phrase: str, **changes: object) -> DigestFigure:
    """A figure that Ana confirmed, of article 1."""
    start = sentence.index(phrase)
    plain = DigestFigure(
        fact_id=number,
        article_id=1,
        low=float(number),
        high=float(number),
        day="",
        unit="count",
        modifier="exact",
        object="企业",
        place="",
        as_of="",
        is_cumulative=False,
        sentence=sentence,
        start=start,
        end=start + len(phrase),
        verdict="confirmed",
        person="Ana",
        reviewed_at=UNTIL,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


FIGURES = (
    figure(3177, "贵阳共有企业3177家。", "3177家", place="贵阳", as_of="2024-03"),
    figure(
        47,
        "项目资金超过9500万元。",
        "9500万元",
        low=9.5e7,
        high=9.5e7,
        unit="CNY",
        modifier="over",
        object="项目资金",
        verdict="corrected",
    ),
    figure(
        15, "申报截至7月15日。", "7月15日", low=None, high=None, day="2024-07-15", unit="date",
        object="申报", article_id=9,
    ),
    figure(61, "园区有61个实验室。", "61个", object="实验室", verdict="", person=""),
)  # fmt: skip
"""Three that people confirmed or corrected, the last of them in a copy, and a proposal."""


def claim(article: int, sentence: str, value: str, **changes: object) -> DigestClaim:
    """What an article says that another contradicts, with its archived page."""
    start = sentence.index(value)
    plain = DigestClaim(
        article_id=article,
        revision=1,
        title="签约仪式",
        language="zh",
        publisher="贵阳市政府网",
        published="2024-04-13",
        url=f"https://www.guiyang.test/{article}.htm",
        sentence=sentence,
        value=value,
        start=start,
        end=start + len(value),
        proof=DigestProof(article, 5, 100 + article, UNTIL - timedelta(days=1), SHA),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


CONTRADICTIONS = (
    DigestContradiction(
        1,
        "figure",
        claim(1, "47个项目签约。", "47个"),
        claim(8, "共有53个项目签约。", "53个", publisher="贵州新闻"),
        "second",
        "Ana",
        "科协的名单",
        UNTIL,
    ),
    DigestContradiction(
        2, "date", claim(1, "大桥5月3日通车。", "5月3日"), claim(9, "大桥5月9日通车。", "5月9日")
    ),
)
"""One that a person settled, and a proposal."""
REPORTED = (
    EventReport(
        7, 8, "Guiyang named an innovation hub city", "http://city.practice.test/2024-06/07/c_8.htm",
        "City portal", "en", on("2024-06-07"),
    ),
)  # fmt: skip
"""Another story of the event of the first item."""


def sample() -> Digest:
    """A digest with something of everything: two languages, a copy, an update, a note."""
    zh = article(
        1,
        title="贵阳入选“科创中国”创新枢纽城市",
        language="zh",
        source="贵阳市科协",
        body="贵阳获批“科创中国”试点。" * 8,
        matches=(Match("hub-city", Grade.CORE, "科创中国", "body", 4, "贵阳获批“科创中国”试点。"),),
        also_at=(Address(9, "http://mirror.practice.test/x.htm", "m", "Mirror", on("2024-06-06")),),
    )
    en = article(2, title="=1+1 is two", city="Wuhu", body="The text begins so. " * 30)
    older = UNTIL - timedelta(days=30)
    gone = article(3, first_seen_at=older, gone_at=UNTIL - timedelta(hours=3))
    digest = build(Material((zh, en), (gone,), {}, (), ()), Edition("Hub cities 枢纽城市", PERIOD))
    digest = by.introduced(digest, "A week of news.\n\n贵阳有新闻。")
    digest = by.translated(digest, 1, "Guiyang becomes an innovation hub city")
    digest = by.noted(digest, 2, "A note of the editor.")
    proof = DigestProof(1, 5, 102, UNTIL - timedelta(days=1), SHA)
    stated = {"figures": FIGURES, "contradictions": CONTRADICTIONS, "reported": REPORTED}
    key = (replace(digest.key[0], proof=proof, **stated),)  # type: ignore[arg-type]
    return replace(digest, metadata=METADATA, key=key)
