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

from . import corpora as pages
from . import hostile as ordeals
from . import portal
from .corpora import Absent, Case
from .extraction_base import Bench, Figure, read_generic, text_of

_MADE = 100
"""Pages of each shape of the made portal."""


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
    templates = load_catalogue().templates
    made = [
        (template, Case(f"{shape}{n}", portal.article(shape, n).encode(), _address(shape, n)))
        for shape, template in (("en", "chinadaily"), ("zh", "trs"))
        for n in range(_MADE)
    ]
    groups = {"made pages of 32 KB": made}
    try:
        saved = [(case.family, case) for case in pages.portal_pages(bench.corpora)]
        groups["pages of portals"] = [one for one in saved if one[0] != "generic"]
    except Absent as reason:
        bench.tell(f"cpu: {reason}")
    figures = []
    for name, group in groups.items():
        spent = []
        for template, case in group:
            capture, rules = bench.capture(case), templates[template].fields
            reading = read_article(capture, rules, "bench")
            if reading.article is None:
                bench.tell(f"cpu: {case.name} was not read: {reading.outcome} {reading.reason}")
            call = partial(read_article, capture, rules, "bench")
            spent.append(min(_spent(call) for _ in range(3)))
        middle = 1000 * statistics.median(spent)
        what = f"template page, median ms, {len(spent)} {name}"
        figures.append(Figure("cpu", what, "≤ 5 ms", f"{middle:.1f} ms", middle <= 5, middle))
    return figures


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
