"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys

import pytest

from hubwatch import patterns
from hubwatch.patterns import lazy_pattern

_EVERY = """
import importlib, pathlib, sys
for folder in ("hubwatch", "scraper", "storage", "scheduler", "desk"):
    for path in pathlib.Path(folder).rglob("*.py"):
        if path.stem != "__main__":
            try:
                importlib.import_module(".".join(path.with_suffix("").parts))
            except ModuleNotFoundError as missing:  # of an extra that is not here
                assert missing.name.partition(".")[0] not in ("hubwatch", "scraper", "storage")
from hubwatch import patterns
waiting = [pattern.pattern for pattern in patterns._waiting]
patterns.compile_all()
print(len(waiting))
"""
_NONE_YET = """
import sys
compiled = []
import re
real = re.compile
def told(text, flags=0):
    caller = sys._getframe(1).f_globals["__name__"]
    if caller.partition(".")[0] in ("hubwatch", "scraper", "storage", "scheduler", "desk"):
        compiled.append(text)
    return real(text, flags)
re.compile = told
import desk.cli.crawl, scraper.crawl.run
print(len(compiled))
"""


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is declared here is not compiled with what the program declares."""
    monkeypatch.setattr(patterns, "_waiting", [])


def _said(script: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="."
    )
    return int(done.stdout)


def test_does_what_a_pattern_does() -> None:
    lazy = lazy_pattern("(b)(?P<c>C)?", re.IGNORECASE)
    eager = re.compile("(b)(?P<c>C)?", re.IGNORECASE)
    assert lazy.pattern == eager.pattern
    for name in ("flags", "groups", "groupindex"):
        assert getattr(lazy, name) == getattr(eager, name)
    for name in ("search", "match", "fullmatch", "findall", "split"):
        for text in ("aBcb", "b", ""):
            assert repr(getattr(lazy, name)(text)) == repr(getattr(eager, name)(text))
    assert [match.span() for match in lazy.finditer("bcb")] == [(0, 2), (2, 3)]
    assert lazy.sub("-", "abc") == "a-"
    assert lazy.subn("-", "abc") == ("a-", 1)
    assert repr(pickle.loads(pickle.dumps(lazy)).search("aBc")) == repr(eager.search("aBc"))
    assert lazy_pattern(b"\\d").search(b"a1")


def test_asks_for_nothing_that_a_pattern_has_not() -> None:
    with pytest.raises(AttributeError):
        _ = lazy_pattern("(").anything  # type: ignore[attr-defined]


def test_a_fault_is_raised_when_it_is_used() -> None:
    faulty = lazy_pattern("(")
    with pytest.raises(re.error):
        faulty.search("")


def test_every_pattern_that_is_declared_is_one() -> None:
    assert _said(_EVERY) > 1_000


def test_a_command_compiles_few_before_it_needs_them() -> None:
    assert _said(_NONE_YET) < 40
