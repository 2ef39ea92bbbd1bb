"""The command line: the only place that knows click and rich. `run` is where `hubwatch` begins.

Imports make many thousand objects that all stay. To search them for garbage every 700 objects, as
the interpreter does, takes a sixth of the time that `--help` takes, and a tenth of that of a crawl
that finds nothing new. To search them all once more at the end, when their memory is given back
anyway, takes another seventh. So nothing is imported before the interpreter is told to look for the
first time when a crawl has loaded what it needs, and then less often than usual.
"""

import gc
import sys

_LOADED, _OBJECTS = 250_000, 20_000
"""So many new objects, before garbage is looked for: the first time, and later."""


def run() -> None:
    """Run the command line, and exit with its code."""
    gc.callbacks.append(_look_as_usual)
    _run(_LOADED)


def run_forked(words: list[str]) -> None:
    """The same in a process that was forked, with these words for a command line: what it needs
    is loaded."""
    sys.argv = ["hubwatch", *words]
    _run(_OBJECTS)


def _run(objects: int) -> None:
    gc.set_threshold(objects, *gc.get_threshold()[1:])
    from .main import main

    try:
        main()
    finally:
        gc.freeze()


def _look_as_usual(phase: str, info: dict[str, int]) -> None:
    gc.callbacks.remove(_look_as_usual)
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
