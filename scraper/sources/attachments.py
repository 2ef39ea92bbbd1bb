"""The part of a source's file that says which attachments are fetched."""

from __future__ import annotations

from dataclasses import replace

from hubwatch.toml import Table

from . import values
from .model import AttachmentRules

KEYS = ("bytes", "per_article", "per_run", "hosts")


def rules_from(source: Table) -> AttachmentRules:
    """`attachments = false`, or a table `[attachments]`. Raises SourceError."""
    base = AttachmentRules()
    if source.data.get("attachments") is False:
        return replace(base, per_run=0)
    table = source.table("attachments").only(KEYS)
    return AttachmentRules(
        bytes=table.number("bytes", base.bytes, 1024, 1 << 30),
        per_article=table.number("per_article", base.per_article, 0, 200),
        per_run=table.number("per_run", base.per_run, 0, 10_000),
        hosts=table.all_parsed("hosts", values.parse_host, base.hosts),
    )
