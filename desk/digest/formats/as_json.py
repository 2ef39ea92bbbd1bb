"""A digest as JSON: the raw form, nothing escaped beyond JSON itself."""

from __future__ import annotations

import json
from datetime import datetime

from storage.digests import DigestProof
from storage.facts import rounded

from ...messages import Translator
from ...pictures import document_of
from .. import wording
from ..model import (
    Copy,
    Digest,
    DigestContradiction,
    DigestFigure,
    DigestItem,
    DigestStyle,
    EventReport,
    IssueMetadata,
    LeftOut,
    Scan,
)


def render_json(digest: Digest, style: DigestStyle) -> bytes:
    """The whole digest. Instants are ISO 8601 with zone, dates known to the day are dates."""
    edition = digest.edition
    words = wording.words_of(digest)
    document = {
        "title": edition.title,
        "since": edition.period.since.isoformat(),
        "until": edition.period.until.isoformat(),
        "zone": edition.period.zone,
        "scope": edition.scope,
        "topics": edition.topics,
        "grouping": edition.grouping,
        "language": edition.language,
        "introduction": digest.introduction,
        "digest": _metadata(digest.metadata) if digest.metadata else None,
        "made": wording.made(digest, words),
        "coverage": {
            "summary": " ".join(wording.coverage(digest, words)),
            "scanned": len(digest.coverage.scanned),
            "with_news": len(digest.coverage.with_news),
            "elsewhere": sum(scan.items for scan in digest.coverage.elsewhere),
            "older": digest.coverage.older,
            "rejected": digest.coverage.rejected,
            "left_out": [_left_out(gap) for gap in digest.coverage.left_out],
            "waiting": digest.coverage.waiting,
            "sources": [_scan(scan) for scan in digest.coverage.scans],
        },
        "pictures": [document_of(picture) for picture in digest.pictures],
        "sections": [
            {
                "heading": wording.heading(section.heading, digest, words),
                "items": [_item(item, edition.period.zone, words) for item in section.items],
            }
            for section in digest.chapters
        ],
    }
    # A lone surrogate cannot be written as UTF-8; titles have none, addresses might.
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace") + b"\n"


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _left_out(gap: LeftOut) -> dict[str, object]:
    return {
        "crawls": gap.crawls,
        "sources": gap.sources,
        "since": gap.since.isoformat(),
        "until": gap.until.isoformat(),
        "reason": gap.reason,
    }


def _metadata(metadata: IssueMetadata) -> dict[str, object]:
    return {
        "number": metadata.number,
        "state": metadata.state,
        "basis": metadata.basis,
        "made_by": metadata.made_by,
        "made_at": _instant(metadata.made_at),
        "issued_by": metadata.issued_by or None,
        "issued_at": _instant(metadata.issued_at),
        "corrects": metadata.corrects,
        "replaces": metadata.replaces,
        "withdraws": metadata.withdraws,
        "reason": metadata.reason,
        "after_seq": metadata.after_seq,
        "upto_seq": metadata.upto_seq,
    }


def _proof(proof: DigestProof | None) -> dict[str, object] | None:
    if proof is None or proof.snapshot_id is None:
        return None
    return {
        "page": proof.snapshot_id,
        "at": _instant(proof.archived_at),
        "sha256": proof.sha256,
    }


def _scan(scan: Scan) -> dict[str, object]:
    return {
        "id": scan.source_id,
        "name": scan.name,
        "city": scan.city,
        "runs": scan.runs,
        "outcome": scan.outcome,
        "reason": scan.reason,
        "last_ok": _instant(scan.last_ok_at),
        "unwatched_since": _instant(scan.unwatched_since),
        "enabled": scan.is_enabled,
        "items": scan.items,
    }


def _figure(
    item: DigestItem, figure: DigestFigure, zone: str, words: Translator
) -> dict[str, object]:
    """A figure. In a draft `verdict` is null where nobody has confirmed it."""
    value: object = figure.day if figure.low is None else rounded(figure.low)
    if figure.high is not None and figure.high != figure.low:
        value = [value, rounded(figure.high)]
    cited = wording.cite_figure(item, figure, zone, words)
    return {
        "value": value,
        "unit": figure.unit,
        "modifier": figure.modifier,
        "object": figure.object,
        "place": figure.place or None,
        "as_of": figure.as_of or None,
        "cumulative": figure.is_cumulative,
        "sentence": figure.sentence,
        "start": figure.start,
        "end": figure.end,
        "article_id": figure.article_id,
        "url": cited.url,
        "verdict": figure.verdict or None,
        "by": figure.person or None,
        "at": _instant(figure.reviewed_at),
        "said": wording.figure_of(figure, words),
        "citation": wording.plain(cited, words),
    }


def _contradiction(one: DigestContradiction, zone: str, words: Translator) -> dict[str, object]:
    """A contradiction. In a draft `verdict` is null where nobody has confirmed it."""
    claims = one.first, one.second
    return {
        "kind": one.kind,
        "verdict": one.verdict or None,
        "by": one.person or None,
        "why": one.reason or None,
        "at": _instant(one.said_at),
        "said": wording.contradiction_head(one, words),
        "articles": [claim.article_id for claim in claims],
        "values": [claim.value for claim in claims],
        "sentences": [claim.sentence for claim in claims],
        "urls": [claim.url for claim in claims],
        "citations": [
            wording.plain(wording.cite_claim(claim, zone, words), words) for claim in claims
        ],
    }


def _item(item: DigestItem, zone: str, words: Translator) -> dict[str, object]:
    return {
        "number": item.number,
        "article_id": item.article_id,
        "story_id": item.story_id,
        "title": item.title,
        "language": item.language,
        "url": item.url,
        "city": item.city,
        "issuer": item.issuer or None,
        "publisher": item.publisher,
        "published": item.published.iso if item.published else None,
        "first_seen": _instant(item.first_seen_at),
        "grade": item.grade,
        "topics": item.topics,
        "phrase": item.quote.phrase if item.quote else None,
        "sentence": item.quote.text if item.quote else None,
        "also_at": [_copy(place) for place in item.also_at],
        "updated": _instant(item.updated_at),
        "updates": [
            {
                "at": _instant(update.at),
                "what": wording.change(update.what, words),
                "url": update.url,
                "article_id": update.article_id or None,
                "archived_before": _proof(update.before),
                "archived": _proof(update.after),
            }
            for update in item.updates
        ],
        "figures": [_figure(item, one, zone, words) for one in item.figures],
        "contradictions": [_contradiction(one, zone, words) for one in item.contradictions],
        "reported": [_report(one, words) for one in item.reported],
        "event_first_in": item.event_issue,
        "withdrawn": _instant(item.gone_at),
        "withdrawn_evidence": item.gone_evidence,
        "back": _instant(item.back_at),
        "state": item.state,
        "was_rejected": item.was_rejected,
        "translation": item.translation,
        "note": item.note,
        "excerpt": item.excerpt,
        "late": item.is_late,
        "left_over_from": item.held_from,
        "first_in": item.first_issue,
        "doubts": {
            one.field: {"confidence": one.confidence, "doubt": one.doubt} for one in item.doubts
        },
        "added_by": item.added_by or None,
        "added_at": _instant(item.added_at),
        "archived": _proof(item.proof),
        "citation": wording.plain(wording.cite_item(item, zone, words), words),
    }


def _report(one: EventReport, words: Translator) -> dict[str, object]:
    return {
        "story_id": one.story_id,
        "article_id": one.article_id,
        "title": one.title,
        "url": one.url,
        "publisher": one.publisher,
        "language": one.language,
        "published": one.published.iso if one.published else None,
        "digest": one.issue,
        "archived": _proof(one.proof),
        "said": wording.report(one, words),
    }


def _copy(place: Copy) -> dict[str, object]:
    return {
        "url": place.url,
        "publisher": place.publisher,
        "published": place.published.iso if place.published else None,
        "article_id": place.article_id,
        "archived": _proof(place.proof),
    }
