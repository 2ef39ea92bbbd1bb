"""What `sources test` found, shown to people and to machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from ..text import counted, one_line
from .console import Column, figure, heading, note, print_table
from .parse import _difference as difference

if TYPE_CHECKING:
    from scraper.sources.cases import Tried
    from scraper.sources.model import Source

    from ..portals.coverage import PortalCoverage


def print_test(coverage: PortalCoverage | None, cases: Iterable[Tried]) -> None:
    """Coverage and cases, on stdout."""
    if coverage is not None:
        _print_coverage(coverage)
    told = list(cases)
    for case in told:
        _print_case(case)
    passed = sum(case.holds for case in told)
    note(f"{counted(len(told), 'recorded case')}, {passed} pass")


def _print_coverage(coverage: PortalCoverage) -> None:
    from ..portals.articles import FIELDS

    heading(
        f"{counted(coverage.pages, 'archived page')}, {coverage.changed} would read differently"
    )
    columns = (Column("field"), figure("before"), figure("now"), figure("differ"))
    rows = [
        (name, coverage.before[name], coverage.after[name], coverage.differing[name])
        for name in FIELDS
    ]
    print_table(columns, rows)
    for url, why in coverage.lost:
        click.secho(one_line(f"lost {url}: {why}"), fg="red")
    if coverage.aside:
        click.echo(f"{coverage.gained} of {coverage.aside} pages set aside are articles now")


def _print_case(case: Tried) -> None:
    state = "pass" if case.holds else "fail"
    heading(f"{state}  {case.path}")
    if case.fault:
        click.echo(f"  {one_line(case.fault)}")
    elif not case.confirmed:
        click.echo("  nobody has confirmed it: compare expected.toml with the page, then set")
        click.echo("  confirmed = true")
    for each in case.differences:
        expected, read = difference(each.expected, each.read)
        click.echo(f"  {each.field}")
        click.secho(f"    - {expected}", fg="red")
        click.secho(f"    + {read}", fg="green")


def test_json(
    source: Source, coverage: PortalCoverage | None, cases: Iterable[Tried]
) -> dict[str, Any]:
    """Coverage and cases for machines; docs/machine.md tells the keys."""
    from ..portals.articles import FIELDS

    pages = coverage and {
        "read": coverage.pages,
        "changed": coverage.changed,
        "lost": [f"{url}: {why}" for url, why in coverage.lost],
        "aside": coverage.aside,
        "gained": coverage.gained,
        "fields": {
            name: {
                "before": coverage.before[name],
                "now": coverage.after[name],
                "differ": coverage.differing[name],
            }
            for name in FIELDS
        },
    }
    tried = [
        {
            "case": case.name,
            "folder": str(case.path),
            "passes": case.holds,
            "confirmed": case.confirmed,
            "fault": case.fault or None,
            "differences": {
                each.field: {"expected": each.expected, "read": each.read}
                for each in case.differences
            },
        }
        for case in cases
    ]
    return {"id": source.id, "pages": pages, "cases": tried}
