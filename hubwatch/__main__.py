"""`python -P -m hubwatch …` is `hubwatch …`. So the daemon starts its children, on any PATH."""

from __future__ import annotations

from desk.cli import run

if __name__ == "__main__":
    run()
