"""The parts of the extraction benchmark that ask what reading costs: CPU time, hostile pages.

CPU time of this process, never the clock, wherever two sides are compared.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from scraper.parsing.article import read_article
from scraper.sources.load import load_catalogue
from scraper.sources.model import FieldRules
from storage.types import Capture

from . import corpora as pages
from . import hostile as ordeals
from . import portal
from .corpora import Absent, Case
from .extraction_base import Bench, Figure, read_generic, text_of

_MADE = 100
"""Pages of each shape of the made portal."""
_ROUNDS = 3
_REACHED = 2.3
"""Milliseconds that a template page may take."""


def cpu(bench: Bench) -> list[Figure]:
    """All our fields beside trafilatura's bare extraction in this process; template pages."""
    return [*_cpu_generic(bench), *_cpu_template(bench)]


def _cpu_generic(bench: Bench) -> list[Figure]:
    import trafilatura

    cases = [*pages.english_bodies(bench.corpora), *pages.chinese_pages(bench.corpora)]
    ours, theirs = [], []
    for case in cases:
        bare = partial(trafilatura.extract, text_of(case), include_comments=False)
        first, second = _turns(partial(read_generic, bench, case), bare)
        ours.append(first)
        theirs.append(second)
    mine, other = statistics.median(ours), statistics.median(theirs)
    each = statistics.median(a / b for a, b in zip(ours, theirs, strict=True) if b)
    note = (
        f"all fields from bytes; bare extraction from text, same process; page by page {each:.2f}"
    )
    slow = sorted(zip(ours, theirs, cases, strict=True), key=lambda one: one[0], reverse=True)
    return [
        Figure(
            "cpu",
            f"generic page, median ms, {len(cases)} pages ÷ trafilatura",
            "≤ 1.0",
            f"{mine / other:.2f} ({1000 * mine:.1f} ms)",
            mine / other <= 1.0,
            mine / other,
            {f"trafilatura {trafilatura.__version__}": f"{1000 * other:.1f} ms"},
            note,
            [
                f"{case.name[:12]} {1000 * a:.0f} ms, trafilatura {1000 * b:.0f} ms {case.url[:60]}"
                for a, b, case in slow[: bench.worst]
            ],
        )
    ]


def _turns(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of each, the better of two, in turn."""
    spent = [(_spent(first), _spent(second)) for _ in range(2)]
    return min(one for one, _ in spent), min(two for _, two in spent)


def _spent(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin


def _cpu_template(bench: Bench) -> list[Figure]:
    """Pages of a source read one after the other, each once, as a crawl does; then saved pages of
    several portals, each three times."""
    templates = load_catalogue().templates
    spent: list[float] = []
    for shape, template in (("en", "chinadaily"), ("zh", "trs")):
        rules = templates[template].fields
        for n in range(-_WARM, _ROUNDS * _MADE):
            number = n % 10_000
            case = Case(
                f"{shape}{number}",
                portal.article(shape, number).encode(),
                _address(shape, number),
            )
            call = partial(_read_article, bench, bench.capture(case), rules, shape)
            seconds = _spent(call)
            spent += [seconds] * (n >= 0)
    figures = [_template_figure(spent, "made pages of 32 KB, each once")]
    try:
        saved = pages.portal_pages(bench.corpora)
    except Absent as reason:
        bench.tell(f"cpu: {reason}")
        return figures
    spent = []
    for case in saved:
        if case.family != "generic":
            rules, capture = templates[case.family].fields, bench.capture(case)
            call = partial(_read_article, bench, capture, rules, case.url)
            spent.append(min(_spent(call) for _ in range(3)))
    return [*figures, _template_figure(spent, "pages of portals")]


_WARM = 20
"""Pages that are read before anything is measured."""


def _read_article(bench: Bench, capture: Capture, rules: FieldRules, source_id: str) -> None:
    reading = read_article(capture, rules, source_id)
    if reading.article is None:
        bench.tell(f"cpu: {capture.url} was not read: {reading.outcome} {reading.reason}")


def _template_figure(spent: list[float], name: str) -> Figure:
    middle = 1000 * statistics.median(spent)
    what = f"template page, reading, median ms, {len(spent)} {name}"
    target = f"≤ {_REACHED} ms"
    return Figure("cpu", what, target, f"{middle:.1f} ms", middle <= _REACHED, middle)


def _address(shape: str, number: int) -> str:
    return f"http://{shape}.bench.test{portal.path_of(shape, number)}"


def hostile(bench: Bench) -> list[Figure]:
    """Pages made to keep a reader busy."""
    found = ordeals.endure(bench.now, bench.tell)
    slowest = max(found, key=lambda one: one.seconds)
    unmet = [one for one in found if not one.is_met]
    ranked = sorted(found, key=lambda one: one.seconds, reverse=True)
    lines = [
        f"{one.seconds:5.2f} s {one.name} as {one.kind}: {one.outcome} {one.reason}"
        for one in [*unmet, *ranked[: max(5, bench.worst)]]
    ]
    return [
        Figure(
            "hostile",
            f"slowest of {len(found)} readings, seconds",
            "bounded and flagged",
            f"{slowest.seconds:.2f} s",
            not unmet,
            slowest.seconds,
            {},
            ", ".join(f"{n} {word}" for word, n in Counter(o.outcome for o in found).items()),
            lines,
        )
    ]
