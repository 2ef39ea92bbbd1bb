"""Real site programs, filled, served on loopback, and watched as a user would watch them.

    python -m tests.realworld [NAME …] [--light] [--json] [--folder FOLDER]

Each portal is installed in its pinned version, filled with articles of which title, day, address
and text are known, added from its home page, crawled twice, back-filled, changed by a day and
switched to another theme. Prints a row a portal. Exit code 1 if one does not reach what all have
to reach.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.realworld import catalogue
from tests.realworld.journey import Outcome, line_of, table, travel
from tests.realworld.portals import Failed, Portal


def main() -> int:
    """Go through the portals that are named, or through all."""
    parser = argparse.ArgumentParser(prog="python -m tests.realworld", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these portals")
    parser.add_argument("--light", action="store_true", help="those of the gate of every change")
    parser.add_argument("--json", action="store_true", help="a line of JSON a portal")
    parser.add_argument("--folder", type=Path, help="where to build and keep everything")
    parser.add_argument("--list", action="store_true", help="name the portals and end")
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
    with ExitStack() as stack:
        place = chosen.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="hubwatch-realworld-"))
        )
        outcomes = [_gone_through(portal, place / portal.name, chosen.json) for portal in wanted]
    return _end(outcomes, light=chosen.light, as_json=chosen.json)


def _gone_through(portal: Portal, folder: Path, as_json: bool) -> Outcome:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        portal.install(folder)
        outcome = travel(portal, folder)
    except Failed as error:
        outcome = Outcome(portal.name, failure=f"the program itself failed: {error}")
    (folder / "outcome.json").write_text(line_of(outcome) + "\n", encoding="utf-8")
    if as_json:
        print(line_of(outcome), flush=True)
    else:
        short = outcome.short_of()
        words = "; ".join(short) if short else "reaches everything"
        print(f"{portal.name} ({outcome.seconds:.0f} s): {words}", file=sys.stderr, flush=True)
    return outcome


def _end(outcomes: list[Outcome], *, light: bool, as_json: bool) -> int:
    if not as_json:
        print(table(outcomes))
    short = {each.name: each.short_of() for each in outcomes if each.short_of()}
    known = catalogue.NOT_REACHED if light else {}
    for name, words in short.items():
        mark = "not reached" if name not in known else f"not reached, known: {known[name]}"
        print(f"{name}: {mark}: {'; '.join(words)}", file=sys.stderr)
    for name in known.keys() & {each.name for each in outcomes} - short.keys():
        print(f"{name}: reached now; take it out of NOT_REACHED", file=sys.stderr)
    reached = len(outcomes) - len(short)
    print(f"{reached} of {len(outcomes)} portals reach everything", file=sys.stderr)
    return 1 if short.keys() - known.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
