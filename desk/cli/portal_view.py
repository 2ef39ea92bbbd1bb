"""What a survey found, shown to people and to machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..text import counted, one_line
from .console import Column, fact, heading, print_table

if TYPE_CHECKING:
    from storage.lists.records import ListRow

    from ..portals.articles import Sample
    from ..portals.survey import Portal

_ROWS = 10
_BODY_LINES = 4


def show_portal(portal: Portal) -> None:
    """The whole finding, on stdout."""
    for name, value in _facts(portal):
        click.echo(fact(name, value))
    click.echo()
    rows = portal.listing.rows
    heading(f"{min(_ROWS, len(rows))} of {len(rows)} rows")
    columns = (Column("date", folds="never"), Column("title"), Column("address", folds="short"))
    print_table(columns, [_row(row) for row in rows[:_ROWS]])
    click.echo()
    for sample in portal.study.samples[:1]:
        _show_article(sample)
    for warning in portal.warnings:
        click.secho(fact("look at", warning), fg="yellow")


def _facts(portal: Portal) -> list[tuple[str, str]]:
    listing, study = portal.listing, portal.study
    facts = [("family", f"{study.template} ({study.why})")]
    facts += [(entry.kind.value, f"{entry.url} ({entry.why})") for entry in portal.entries]
    if portal.pager_why:
        rule = portal.pager.rule if portal.pager else "none"
        facts.append(("pager", f"{rule} ({portal.pager_why})"))
    facts += [("language", portal.language), ("zone", f"{portal.zone} ({portal.zone_why})")]
    facts += [("hosts", ", ".join(listing.hosts)), ("articles", " | ".join(listing.allow))]
    if listing.deny:
        facts.append(("not", " | ".join(listing.deny)))
    if listing.rules.row:
        facts.append(("rows", f"{listing.rules.row} {listing.rules.date}".strip()))
    facts += [(key, " | ".join(rules[:1])) for key, rules in study.selectors]
    chosen = {entry.url for entry in portal.entries}
    for offer in portal.offers:
        if offer.url not in chosen:
            told = counted(len(offer.rows), "article")
            told = offer.reason or f"{told}, {round(100 * offer.dated)} % dated"
            facts.append(("also there", f"{offer.kind.value} {offer.url} ({told})"))
    facts += [("tried too", f"{url} ({counted(count, 'row')})") for url, count in portal.others]
    return facts


def _row(row: ListRow) -> tuple[str, str, str]:
    return row.published.iso if row.published else "no date", row.title, row.url


def _show_article(sample: Sample) -> None:
    article = sample.reading.article
    heading(one_line(sample.capture.url))
    if article is None:
        click.echo(fact("outcome", f"{sample.reading.outcome}: {sample.reading.reason}"))
        return
    evidence = {each.field: each for each in article.evidence}
    values = (
        ("title", article.title),
        ("published", article.published.iso if article.published else ""),
        ("source", article.source or ""),
        ("author", article.author or ""),
    )
    for name, value in values:
        click.echo(fact(name, value or "unknown"))
        if name in evidence and value:
            place = f"from {evidence[name].origin}, {evidence[name].rule}".rstrip(", ")
            click.secho(fact("", f"{place}: {one_line(evidence[name].raw, 90)}"), dim=True)
    lines = [line for line in article.body.split("\n") if line.strip()]
    for line in lines[:_BODY_LINES]:
        click.echo(fact("text" if line is lines[0] else "", one_line(line, 160)))
    click.echo()


def portal_json(portal: Portal) -> dict[str, Any]:
    """The finding for machines; docs/machine.md tells the keys."""
    listing, study = portal.listing, portal.study
    return {
        "url": portal.url,
        "family": study.template,
        "why": study.why,
        "language": portal.language,
        "timezone": portal.zone,
        "home": portal.home,
        "entries": [
            {"kind": entry.kind.value, "url": entry.url, "why": entry.why}
            for entry in portal.entries
        ],
        "pager": {
            "rule": portal.pager.rule if portal.pager else "none",
            "next": portal.pager.following if portal.pager else None,
            "why": portal.pager_why,
        },
        "hosts": list(listing.hosts),
        "allow": list(listing.allow),
        "deny": list(listing.deny),
        "selectors": {
            **{key: value for key, value in _list_rules(portal) if value},
            **{key: list(rules) for key, rules in study.selectors},
        },
        "offers": [
            {
                "kind": offer.kind.value,
                "url": offer.url,
                "rows": len(offer.rows),
                "dated": sum(row.published is not None for row in offer.rows),
                "reason": offer.reason,
            }
            for offer in portal.offers
        ],
        "tried": [{"url": url, "rows": count} for url, count in portal.others],
        "rows": [row_json(row) for row in listing.rows],
        "articles": [article_json(sample) for sample in study.samples],
        "warnings": list(portal.warnings),
    }


def _list_rules(portal: Portal) -> list[tuple[str, str]]:
    rules = portal.listing.rules
    return [("row", rules.row), ("link", rules.link), ("date", rules.date)]


def row_json(row: ListRow) -> dict[str, Any]:
    """A row of a list, for machines."""
    return {
        "url": row.url,
        "title": row.title or None,
        "published": row.published.iso if row.published else None,
        "summary": row.summary or None,
    }


def article_json(sample: Sample) -> dict[str, Any]:
    """An article that was looked at, for machines."""
    article = sample.reading.article
    return {
        "url": sample.capture.url,
        "outcome": sample.reading.outcome,
        "reason": sample.reading.reason,
        "title": article.title if article else None,
        "published": article.published.iso if article and article.published else None,
        "source": article.source if article else None,
        "author": article.author if article else None,
        "body": article.body if article else None,
    }
