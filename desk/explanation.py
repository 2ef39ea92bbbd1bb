"""Why a saved or archived page reads as it does, and the page drawn with its blocks as an HTML
document that holds nothing active."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from hubwatch.errors import PageError
from scraper.parsing.explain import ExplainedBlock, Explanation, explain, joined
from scraper.pipelines.read import row_of, taught
from scraper.sources.load import Catalogue
from storage.archive import Archive
from storage.articles.records import by_field

from . import _, language, term
from .saved_pages import SavedPage, read_saved, ruled
from .text import one_line


def explain_saved(page: SavedPage) -> Explanation:
    """A saved page by the rules that `parse` reads it with. Raises PageError."""
    found = read_saved(page)
    if found.fault:
        raise PageError(f"{page.path}: {found.fault}")
    capture, rules = ruled(page, found)
    return joined(explain(capture, rules, found.source_id))


def explain_address(store: Archive, catalogue: Catalogue, url: str) -> Explanation | None:
    """The archived page of the article at an address, as its source reads it today. None where none
    is kept. Raises SourceError where the source is not there any more."""
    for article in store.articles.at_url(url):
        for version in reversed(store.revisions.of(article.id)):
            if version.snapshot_id is not None:
                source = taught(store, catalogue.get(article.source_id))
                capture = store.pages.snapshot(version.snapshot_id)
                row = row_of(store, source.id, capture)
                return joined(explain(capture, source.fields, source.id, row))
    return None


def draw(found: Explanation, address: str) -> str:
    """The document. The page's words only fill it, escaped: no link, picture or script of it."""
    reading = found.reading
    reason = f": {reading.reason}" if reading.reason else ""
    values = {
        "html_lang": language(),
        "title": one_line(reading.article.title if reading.article else address, 200),
        "address": one_line(address, 300),
        "outcome": one_line(f"{term('outcome', reading.outcome)}{reason}", 300),
        "heads": (_("field"), _("from"), _("as printed"), _("confidence"), _("doubt")),
        "fields": list(_fields(found)),
        "blocks": [(one, _describe(one)) for one in found.blocks],
        "term": term,
    }
    return _template().render(values)


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("explanation.html.j2")


def _fields(found: Explanation) -> Iterator[tuple[tuple[str, ...], str]]:
    article = found.reading.article
    for field, one in by_field(article.evidence if article else ()).items():
        where = f"{term('origin', one.origin)}, {term('rule', one.rule)}" if one.rule else ""
        level = term("confidence", one.confidence) if one.confidence else ""
        doubt = "; ".join(term("doubt", part) for part in one.doubt.split("; ") if part)
        yield (term("field", field), where, one_line(one.raw, 160), level), doubt


def _describe(one: ExplainedBlock) -> str:
    """`div.story · taken, 1,204 letters run, 88% of all: most of the text stands in it`."""
    word = _("taken") if one.is_chosen else _("not taken")
    figures = _(
        "%(n)s letters run, %(share)s of all",
        n=f"{max(0, one.score):,.0f}",
        share=f"{one.share:.0%}",
    )
    return one_line(f"{one.name} · {word}, {figures}: {term('block', one.why)}", 300)
