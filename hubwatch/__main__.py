"""Where `hubwatch` begins, before anything else is imported. `python -m hubwatch` is the same.

The daemon starts its children by `python -P -m hubwatch …`, which works on any PATH.

Imports make many thousand objects that all stay. To search them for garbage every 700 objects, as
the interpreter does, takes a sixth of the time that `--help` takes. To search them all once more at
the end, when their memory is given back anyway, takes another seventh.
"""

import gc

_OBJECTS = 20_000
"""So many new objects, before garbage is looked for."""


def main() -> None:
    """Run the command line, and exit with its code."""
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    from desk.cli.main import main as run

    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
