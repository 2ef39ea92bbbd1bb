"""Python scripts as children that are forked: what a fork server of the tests calls."""

from __future__ import annotations

import sys

from hubwatch.fork_server import Preload

SCRIPT = (sys.executable, "-I", "-S", "-c")
"""A command line up to the script."""
PRELOAD = Preload("tests.support.scripts:execute", modules=("tests.support.scripts",))


def execute(words: list[str]) -> None:
    """Run a script, with its arguments."""
    script, *sys.argv[1:] = words
    exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})


def execute_ours(words: list[str]) -> None:
    """A command line of Hubwatch, and on standard error which modules it imported for itself."""
    from desk.cli import run_forked

    before = set(sys.modules)
    try:
        run_forked(words)
    finally:
        sys.stderr.write("imported " + " ".join(sorted(set(sys.modules) - before)) + "\n")
