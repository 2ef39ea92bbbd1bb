"""Running the command line inside a test: away from the real configuration, with its exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desk.cli.main import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as one JSON document."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The output as a JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class CommandLine:
    """`hubwatch …`, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[Any]) -> None:
        self._capsys = capsys

    def __call__(self, *args: object) -> Ended:
        """Run to the end."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, *map(_text, self._capsys.readouterr()))


def _text(captured: str | bytes) -> str:
    """What was printed, also where it is no text, if the fixture takes bytes."""
    return captured if isinstance(captured, str) else captured.decode("utf-8", "replace")


def away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `folder` home and working folder, and forget every configuration there may be."""
    for name in ("HUBWATCH_CONFIG", "HUBWATCH_DB", "HUBWATCH_BY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder / name))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setattr("scraper.configuration.SYSTEM_FILE", folder / "etc-hubwatch.toml")
    monkeypatch.chdir(folder)
