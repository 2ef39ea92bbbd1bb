"""`python -P -m hubwatch …` is `hubwatch …`: so the daemon starts its children, on any PATH."""

from __future__ import annotations

from desk.cli.start import main

if __name__ == "__main__":
    main()
