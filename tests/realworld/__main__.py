"""Real site programs, filled, served on loopback, and watched as a user would watch them.

    python -m tests.realworld [NAME …] [--light] [--json] [--folder FOLDER]

Each portal is installed in its pinned version, filled with articles of which title, day, address
and text are known, added from its home page, crawled twice, back-filled, changed by a day and
switched to another theme; without `--light` it is also added from an article, a section, a feed and
a sitemap. Prints a row a portal. Exit code 1 if one does not reach what all have
to reach.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.realworld import catalogue
from tests.realworld.journey import Outcome, Thoroughness, line_of, table, travel
from tests.realworld.portals import Failed, Portal


def main() -> int:
    """Go through the portals that are named, or through all."""
    parser = argparse.ArgumentParser(prog="python -m tests.realworld", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these portals")
    parser.add_argument(
        "--light",
        action="store_true",
        help="those of the gate of every change, from their home pages alone",
    )
    parser.add_argument("--json", action="store_true", help="a line of JSON a portal")
    parser.add_argument("--folder", type=Path, help="where to build and keep everything")
    parser.add_argument("--list", action="store_true", help="name the portals and end")
    parser.add_argument("--jobs", type=int, default=1, help="so many portals at a time")
    chosen = parser.parse_args()
    portals = {portal.name: portal for portal in catalogue.PORTALS}
    if unknown := set(chosen.names) - portals.keys():
        parser.error(f"no such portal: {', '.join(sorted(unknown))}")
    wanted = [portals[name] for name in chosen.names] or [
        portal for portal in portals.values() if portal.light or not chosen.light
    ]
    if chosen.list:
        print("\n".join(portal.name for portal in wanted))
        return 0
    how = Thoroughness.HOME if chosen.light else Thoroughness.ALL_STARTS
    with ExitStack() as stack:
        place = chosen.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="hubwatch-realworld-"))
        )
        workers = stack.enter_context(ThreadPoolExecutor(max_workers=chosen.jobs))
        went = workers.map(lambda portal: _gone_through(portal, place / portal.name, how), wanted)
        outcomes = [_shown(outcome, as_json=chosen.json) for outcome in went]
    if not chosen.json:
        print(table(outcomes))
    return _judged(outcomes, catalogue.NOT_REACHED if chosen.light else {})


def _gone_through(portal: Portal, folder: Path, how: Thoroughness) -> Outcome:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        portal.install(folder)
        outcome = travel(portal, folder, how)
    except Failed as error:
        outcome = Outcome(portal.name, failure=f"the program itself failed: {error}")
    (folder / "outcome.json").write_text(line_of(outcome) + "\n", encoding="utf-8")
    return outcome


def _shown(outcome: Outcome, *, as_json: bool) -> Outcome:
    if as_json:
        print(line_of(outcome), flush=True)
    else:
        short = [f"{what}: {words}" for what, words in outcome.short_of().items()]
        words = "; ".join(short) or "reaches everything"
        print(f"{outcome.name} ({outcome.seconds:.0f} s): {words}", file=sys.stderr, flush=True)
    return outcome


def _judged(outcomes: list[Outcome], known: Mapping[str, Mapping[str, str]]) -> int:
    """Say what is not reached. What is known not to be is named with its reason and fails
    nothing; everything else that is not reached does."""
    failed = 0
    for outcome in outcomes:
        short, excused = outcome.short_of(), known.get(outcome.name, {})
        for what, words in short.items():
            why = f" (known: {excused[what]})" if what in excused else ""
            print(f"{outcome.name}: not reached: {what}: {words}{why}", file=sys.stderr)
        for what in excused.keys() - short.keys():
            print(f"{outcome.name}: {what} is reached now; take it off the list", file=sys.stderr)
        failed += bool(short.keys() - excused.keys())
    reached = sum(not outcome.short_of() for outcome in outcomes)
    print(f"{reached} of {len(outcomes)} portals reach everything", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
