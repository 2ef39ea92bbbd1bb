"""The Dockerfile without a container engine: its steps, run in roots that mmdebstrap makes.

    python -m tests.container --base FOLDER     FOLDER: a Debian root with python3 and venv

Needs root. `FROM` is that root; each RUN is run in it with chroot(8), by the machine's own pip
configuration. Then the image is used as an engine would use it: as its user, by its entry point,
with a volume. It serves `/readyz` within a minute, its health check says so, it is killed outright
and begins again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desk.config_edit import set_keys

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60
LISTEN = "127.0.0.1:29464"
_INSTRUCTION = re.compile(r"^([A-Z]+)\s+(.*)$", re.DOTALL)
_MACHINE = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")


@dataclass
class Image:
    """What a stage of the Dockerfile comes to: a folder, and how commands are run in it."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    user: str = "0"
    cwd: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: str = ""
    volumes: list[str] = field(default_factory=list)
    stop: str = ""


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile, in order, lines joined and comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if line.strip():
            found = _INSTRUCTION.match(line.strip())
            assert found, f"not an instruction: {line}"
            yield found[1], " ".join(found[2].split())


def build(text: str, base: Path, work: Path, context: Path) -> Image:
    """Run the steps. Return the last stage."""
    stages: dict[str, Image] = {}
    image: Image | None = None
    for name, rest in instructions(text):
        print(f"{name} {rest}"[:160], flush=True)
        if name == "FROM":
            words = rest.split()
            label = words[2] if len(words) == 3 else str(len(stages))
            assert not (base / "proc").is_mount(), "the root is still being made"
            folder = work / f"stage-{label}"
            subprocess.run(["cp", "-ax", str(base), str(folder)], check=True)
            image = stages[label] = Image(folder)
            continue
        assert image is not None
        _step(image, name, rest, stages, context)
    assert image is not None
    return image


def _step(image: Image, name: str, rest: str, stages: Mapping[str, Image], context: Path) -> None:
    if name == "RUN":
        run(image, ["/bin/sh", "-c", rest], user="0", env=_of_machine())
    elif name == "COPY":
        words = rest.split()
        origin = context
        if words[0].startswith("--from="):
            origin = stages[words.pop(0).removeprefix("--from=")].folder
        target = image.folder / str(Path(image.cwd) / words[1]).lstrip("/")
        source = origin / words[0].lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    elif name == "ENV":
        key, _, value = rest.partition("=")
        image.env[key] = value
    elif name == "USER":
        image.user = rest
    elif name == "WORKDIR":
        image.cwd = rest
        (image.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif name == "VOLUME":
        image.volumes.append(rest)
    elif name == "STOPSIGNAL":
        image.stop = rest
    elif name == "HEALTHCHECK":
        image.health = rest.partition("CMD ")[2]
    elif name in ("ENTRYPOINT", "CMD"):
        setattr(image, name.lower() if name == "ENTRYPOINT" else "command", json.loads(rest))
    else:
        raise AssertionError(f"{name} is not known here")


def _of_machine() -> dict[str, str]:
    """What tells pip on this machine where packages come from."""
    proxies = ("http_proxy", "https_proxy", "no_proxy")
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.lower() in proxies
    }


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """What an engine mounts in every container: /proc and /dev."""
    places = (["-t", "proc", "proc"], folder / "proc"), (["--rbind", "/dev"], folder / "dev")
    with ExitStack() as stack:
        for words, place in places:
            subprocess.run(["mount", *words, str(place)], check=True)
            stack.callback(subprocess.run, ["umount", "-l", str(place)], check=True)
        yield


def start(
    image: Image,
    words: Sequence[str],
    user: str | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start a command in the image, as its user, with its environment and nothing of ours."""
    name = image.user if user is None else user
    who = [] if name == "0" else [f"--userspec={name}:{name}"]
    # setpriv-like: no shell of ours between, so that a signal reaches the command itself.
    inner = ["/usr/bin/env", "-i", *(f"{k}={v}" for k, v in _env(image, env).items())]
    changed = ["/usr/bin/env", "-C", image.cwd, *inner[1:], *words]
    return subprocess.Popen(
        ["chroot", *who, str(image.folder), *changed],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def _env(image: Image, more: Mapping[str, str] | None) -> dict[str, str]:
    usual = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": image.cwd}
    return {**usual, "LANG": "C.UTF-8", **(more or {}), **image.env}


def run(
    image: Image,
    words: Sequence[str],
    user: str | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run it to its end. What it printed."""
    process = start(image, words, user, env)
    out = process.communicate(timeout=900)[0]
    assert process.returncode == 0, f"{shlex.join(words)}: {process.returncode}\n{out}"
    return out


def is_ready() -> bool:
    try:
        with urllib.request.urlopen(f"http://{LISTEN}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def wait_until_ready() -> float:
    began = time.monotonic()
    while not is_ready():
        assert time.monotonic() - began < READY_SECONDS, "not ready within a minute"
        time.sleep(0.2)
    return time.monotonic() - began


def use(image: Image) -> None:
    """Use the image as an engine would."""
    assert image.user != "0", "it runs as root"
    assert image.volumes == ["/data"]
    assert run(image, ["/usr/bin/id", "-un"]).strip() == image.user
    hubwatch = image.entrypoint
    print(run(image, [*hubwatch, "--version"]).strip())
    print(run(image, [*hubwatch, "setup", "--yes", "--practice"])[-400:])
    config = image.folder / "data/hubwatch.toml"
    assert "[daemon]\n" in config.read_text("utf-8"), "something serves the practice portal already"
    set_keys(config, {"daemon.listen": LISTEN})
    owner = config.parent.stat()
    os.chown(config, owner.st_uid, owner.st_gid)
    print(run(image, [*hubwatch, "config", "check"]).strip())
    for ending in (signal.SIGKILL, signal.Signals[image.stop]):
        daemon = start(image, [*hubwatch, *image.command])
        try:
            print(f"ready after {wait_until_ready():.1f} s")
            check = start(image, ["/bin/sh", "-c", image.health])
            said = check.communicate(timeout=60)[0]
            assert check.returncode == 0, f"health check: {check.returncode} {said}"
        finally:
            daemon.send_signal(ending)
            daemon.wait(timeout=60)
        assert daemon.returncode == (0 if ending is not signal.SIGKILL else -ending)
        check = start(image, ["/bin/sh", "-c", image.health])
        check.communicate(timeout=60)
        assert check.returncode != 0, "the health check takes no notice of a daemon that is gone"
    runs = run(image, [*hubwatch, "sources", "runs"])
    assert "practice-en" in runs
    assert " ok " in runs
    print("the image works: user, entry point, health check, killed and begun again")


def main() -> None:
    """Build and use the image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    base: Path = parser.parse_args().base
    with tempfile.TemporaryDirectory(dir=base.parent) as folder:
        work = Path(folder)
        context = work / "context"
        context.mkdir()
        tree = subprocess.run(
            ["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", str(context)], input=tree, check=True)
        for place in map(Path, _MACHINE):
            if place.is_file():
                inside = base / str(place).lstrip("/")
                inside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(place, inside)
        links = os.environ.get("PIP_FIND_LINKS", "")
        if links.startswith("/") and Path(links).is_dir():
            shutil.copytree(links, base / links.lstrip("/"), dirs_exist_ok=True)
        text = (context / "Dockerfile").read_text("utf-8")
        image = build(text, base, work, context)
        with mounted(image.folder):
            use(image)


if __name__ == "__main__":
    sys.exit(main())
