"""Digests as JSON documents: one of the list, one with everything beside its contents, and how an
article is cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import JsonDocument, Member, parts

if TYPE_CHECKING:
    from storage.articles.records import Article
    from storage.digests import (
        DeliveryAttempt,
        DigestDelivery,
        DigestEdit,
        DigestFile,
        DigestHead,
        DigestProof,
    )

    from ..digest.drafts import Caution
    from ..digest.model import Digest, DigestItem, Left
    from ..digest.wording import Citation


DIGEST_HEAD: JsonDocument[DigestHead] = JsonDocument(
    Member("number", "integer", "of the digest", lambda h: h.number),
    Member("state", "text", "`draft`, `issued` or `discarded`", lambda h: h.state),
    Member("title", "text", "its title", lambda h: h.title),
    Member("since", "moment", "the period begins, inclusive", lambda h: h.since),
    Member("until", "moment", "and ends, exclusive", lambda h: h.until),
    Member("zone", "text", "the zone in which people read it", lambda h: h.zone),
    Member("selection", "text", "what it is limited to; issues with the same one are a series",
        lambda h: h.selection),
    Member("basis", "text", "`since-last` or `period`", lambda h: h.basis),
    Member("after_seq", "integer", "it is about the events after this one", lambda h: h.after_seq),
    Member("upto_seq", "integer", "up to this one", lambda h: h.upto_seq),
    Member("items", "integer", "how many stories", lambda h: h.items),
    Member("made_by", "text", "who drafted it", lambda h: h.made_by),
    Member("made_at", "moment", "and when", lambda h: h.made_at),
    Member("version", "integer", "counts the edits of a draft", lambda h: h.version),
    Member("issued_by", "text or null", "who issued it", lambda h: h.issued_by),
    Member("issued_at", "moment or null", "and when", lambda h: h.issued_at),
    Member("corrects", "integer or null", "the digest it corrects", lambda h: h.corrects),
    Member("corrected_by", "list", "numbers of the issues that correct it",
        lambda h: h.corrected_by),
    Member("withdraws", "boolean", "whether it holds no item of what it corrects",
        lambda h: h.withdraws),
    Member("reason", "text", "why it corrects another", lambda h: h.reason),
    commands=("digest list --json",),
    about="A list, the newest first.",
)  # fmt: skip


ATTEMPT: JsonDocument[DeliveryAttempt] = JsonDocument(
    Member("began", "moment", "written down before it was made", lambda a: a.began_at),
    Member("ended", "moment or null", "null: it was interrupted", lambda a: a.ended_at),
    Member("sent", "text or null", "`delivered`, `partly`, `delayed`, `in doubt` or `refused`",
        lambda a: a.sent or None),
    Member("reason", "text", "what the other side said", lambda a: a.reason),
    Member("lacking", "list", "addresses that did not get what others got by it, and may later",
        lambda a: a.lacking),
)  # fmt: skip


DELIVERY: JsonDocument[DigestDelivery] = JsonDocument(
    Member("digest", "integer", "number of the digest", lambda d: d.digest),
    Member("target", "text", "name of the `[[delivery]]`", lambda d: d.target),
    Member("kind", "text", "`folder`, `mail`, `webhook` or `apprise`", lambda d: d.kind),
    Member("key", "text", "the same for every attempt", lambda d: d.key),
    Member("state", "text", "`owed`, `delivered` or `failed`", lambda d: d.state),
    Member("next", "moment or null", "when an owed one is tried again", lambda d: d.next_at),
    parts("attempts", "in order", lambda d: d.attempts, ATTEMPT),
    commands=("digest send --json", "digest deliver --json"),
    about="A list, a delivery an element.",
)  # fmt: skip


DIGEST_STORY: JsonDocument[DigestItem] = JsonDocument(
    Member("number", "integer", "counted through the digest", lambda i: i.number),
    Member("article", "integer", "id of the article that tells it", lambda i: i.article_id),
    Member("title", "text", "its headline", lambda i: i.title),
    Member("confirmed", "integer", "its figures that people confirmed or corrected",
        lambda i: len(i.confirmed)),
    Member("proposed", "integer", "those that a draft proposes; no issue has any",
        lambda i: len(i.proposals)),
)  # fmt: skip


TAKEN_OUT: JsonDocument[Left] = JsonDocument(
    Member("article", "integer", "`digest edit --restore` takes it", lambda o: o.item.article_id),
    Member("title", "text", "its headline", lambda o: o.item.title),
    Member("why", "text", "`trimmed` or `waiting`", lambda o: o.role),
)  # fmt: skip


DIGEST_EDIT: JsonDocument[DigestEdit] = JsonDocument(
    Member("by", "text", "who", lambda e: e.person),
    Member("at", "moment", "when", lambda e: e.at),
    Member("what", "text", "what, in words", lambda e: e.what),
)  # fmt: skip


DIGEST_FILE: JsonDocument[DigestFile] = JsonDocument(
    Member("format", "text", "as for `--format`", lambda f: f.format),
    Member("bytes", "integer", "its size", lambda f: f.size),
    Member("sha256", "text", "of its bytes", lambda f: f.sha256),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WholeDigest:
    """A digest with everything beside its contents."""

    head: DigestHead
    digest: Digest
    edits: Sequence[DigestEdit]
    files: Sequence[DigestFile]
    deliveries: Sequence[DigestDelivery]
    warned: Sequence[Caution]


DIGEST: JsonDocument[WholeDigest] = JsonDocument(
    *DIGEST_HEAD.of(lambda w: w.head),
    parts("stories", "its items in order", lambda w: w.digest.items, DIGEST_STORY),
    parts("left_out", "what an editor took out", lambda w: w.digest.left, TAKEN_OUT),
    parts("edits", "how it came about, in order", lambda w: w.edits, DIGEST_EDIT),
    parts("files", "the frozen renderings of an issue", lambda w: w.files, DIGEST_FILE),
    parts("deliveries", "as `digest send` prints them", lambda w: w.deliveries, DELIVERY),
    Member("warnings", "list", "what to know before a draft goes out, in words",
        lambda w: list(map(str, w.warned))),
    commands=("digest show --json",),
    about="A digest with everything beside its contents, which `--format json` prints.",
)  # fmt: skip


CHANGED_DIGEST: JsonDocument[tuple[DigestHead, tuple[str, ...]]] = JsonDocument(
    *DIGEST_HEAD.of(lambda c: c[0]),
    Member("warnings", "list", "what to know before a draft goes out, in words", lambda c: c[1]),
    commands=("digest draft --json", "digest edit --json", "digest issue --json",
        "digest correct --json", "digest withdraw --json", "digest discard --json"),
    about="The digest as it is after the command.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article as it is cited, with the page that proves it."""

    article: Article
    proof: DigestProof | None
    words: Citation
    plain: str
    rich: str


CITED: JsonDocument[CitedArticle] = JsonDocument(
    Member("citation", "text", "one line", lambda c: c.plain),
    Member("html", "text", "the same as a piece of HTML", lambda c: c.rich),
    Member("issuer", "text or null", "the source line, where it is not the publisher's name",
        lambda c: c.words.issuer or None),
    Member("title", "text", "the headline", lambda c: c.words.title),
    Member("publisher", "text", "name of the source", lambda c: c.words.publisher),
    Member("published", "date or null", "as the page says", lambda c: c.article.published),
    Member("url", "text", "its address", lambda c: c.words.url),
    Member("archived", "moment or null", "when the page was fetched; null if none is kept",
        lambda c: c.proof.archived_at if c.proof else None),
    Member("page", "integer or null", "the number in the archive of the page, or of the file that "
        "was handed over", lambda c: c.proof.snapshot_id if c.proof else None),
    Member("sha256", "text or null", "of its bytes", lambda c: c.words.sha256 or None),
    commands=("cite --json",),
)  # fmt: skip
