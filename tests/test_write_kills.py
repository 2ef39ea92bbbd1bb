"""Kills between and inside the writes of commands: one of each here, hundreds in `.ci/long`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import power_cuts, write_kills

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not power_cuts.is_possible(), reason="nothing here compiles C"),
]


def test_a_kill_inside_the_writes_of_any_command_loses_and_doubles_nothing(tmp_path: Path) -> None:
    kills = [*write_kills.kill_many(tmp_path, len(write_kills.OPERATIONS), 57)]
    assert [kill.line() for kill in kills if kill.faults] == []
    effective = {kill.kind for kill in kills if kill.effective}
    assert effective == {operation.name for operation in write_kills.OPERATIONS}
