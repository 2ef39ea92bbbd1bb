"""The Dockerfile, compose.yaml and what `setup --service` writes, as texts; `tests.container` runs
the steps."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from desk.cli import service_files
from tests.container import instructions
from tests.support.paths import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
STEPS = list(instructions(DOCKERFILE))


def last(name: str) -> str:
    return next(rest for step, rest in reversed(STEPS) if step == name)


def test_it_runs_as_a_user_of_its_own_with_one_volume() -> None:
    assert last("USER") == "hubwatch"
    assert last("VOLUME") == last("WORKDIR") == "/data"
    assert ast.literal_eval(last("ENTRYPOINT")) == ["hubwatch"]
    assert ast.literal_eval(last("CMD")) == ["run"]
    assert last("STOPSIGNAL") == "SIGTERM"
    environment = dict(rest.split("=", 1) for step, rest in STEPS if step == "ENV")
    assert environment["HUBWATCH_CONFIG"].startswith("/data/")
    assert environment["HUBWATCH_DB"].startswith("/data/")


def test_it_installs_what_is_locked_and_names_no_registry() -> None:
    (installed,) = (rest for step, rest in STEPS if step == "RUN" and "pip install" in rest)
    assert "--require-hashes" in installed
    assert "-r requirements.txt" in installed
    for text in (DOCKERFILE, COMPOSE):
        assert not re.search(r"index-url|find-links|trusted-host|https?://(?!127\.0\.0\.1)", text)


def test_its_python_is_one_that_hubwatch_runs_on() -> None:
    tags = [rest.split()[0] for step, rest in STEPS if step == "FROM"]
    assert len(set(tags)) == 1
    version = re.search(r"python:(3\.\d+)", tags[0])
    assert version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"Programming Language :: Python :: {version[1]}" in project["classifiers"]


def test_what_is_not_needed_does_not_go_into_it() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert ignored[0] == "*"
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for name in packages["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        assert f"!{name}" in ignored


def test_a_source_that_wants_care_is_no_reason_to_begin_anew() -> None:
    wanted = "hubwatch status --quiet || [ $? -eq 3 ]"
    assert wanted in last("HEALTHCHECK")
    for text in (COMPOSE, service_files._COMPOSE):
        assert wanted.replace("$?", "$$?") in text


def test_daemon_and_desk_share_the_volume_and_have_no_rights() -> None:
    shared, _, services = COMPOSE.partition("services:")
    for line in ("- data:/data", "read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in shared
    assert re.findall(r'command: \["(\w+)"\]', services) == ["run", "desk"]
    assert services.count("<<: *hubwatch") == 2
    assert "ports:" not in COMPOSE  # the desk is on loopback


def test_the_gate_runs_the_steps() -> None:
    assert "python -m tests.container" in Path(ROOT / ".ci/run").read_text("utf-8")
