"""The command line: the only place that knows click and rich. `run` is where `hubwatch` begins.

Imports make many thousand objects that all stay. To search them for garbage every 700 objects, as
the interpreter does, takes a sixth of the time that `--help` takes. To search them all once more at
the end, when their memory is given back anyway, takes another seventh. So nothing is imported
before the interpreter is told to look less often.
"""

import gc
import sys

_OBJECTS = 20_000
"""So many new objects, before garbage is looked for."""


def run() -> None:
    """Run the command line, and exit with its code."""
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    from .main import main

    try:
        main()
    finally:
        gc.freeze()


def run_forked(words: list[str]) -> None:
    """The same in a process that was forked, with these words for a command line."""
    sys.argv = ["hubwatch", *words]
    run()
