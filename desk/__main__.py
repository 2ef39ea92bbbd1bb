"""`python -P -m desk …` is `hubwatch …`: how the daemon starts its children, whatever the PATH."""

from __future__ import annotations

from .cli.start import main

if __name__ == "__main__":
    main()
