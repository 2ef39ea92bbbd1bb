"""The files that keep the daemon running, for the configuration and the program in use."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from hubwatch.errors import ConfigError

from .. import _
from .session import Session

SERVICES = ("systemd", "compose")

_UNIT = """\
# Hubwatch as a service of one user; deploy/hubwatch.service is that of a whole machine.
[Unit]
Description=Hubwatch, a monitor of government news portals
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
WatchdogSec=180
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
TimeoutStartSec=90
TimeoutStopSec=60
Restart=on-failure
RestartSec=30
# A usage or configuration error does not go away by trying again.
RestartPreventExitStatus=2
OOMPolicy=continue
UMask=0027
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""

_COMPOSE = """\
# Hubwatch in a container, with this folder's configuration and archive.
services:
  hubwatch:
    image: hubwatch
    command: ["--config", "/data/{file}", "run"]
    user: "{user}"
    volumes: ["{folder}:/data"]
    environment: {{ HUBWATCH_CONFIG: /data/{file} }}
    restart: on-failure:5
    stop_grace_period: 60s
    healthcheck:
      test: ["CMD-SHELL", "hubwatch status --quiet || [ $$? -eq 3 ]"]
      interval: 60s
      timeout: 30s
      start_period: 60s
"""


def service_file(kind: str, session: Session) -> tuple[Path, str, tuple[str, ...]]:
    """Where the file goes (beside the configuration), what is in it, and what to type next. Raise
    ConfigError where the archive lies elsewhere than a container would see it."""
    config = session.config.path
    assert config is not None
    if kind == "systemd":
        return _unit(config.absolute(), session)
    return _compose(config.absolute(), session)


def _unit(config: Path, session: Session) -> tuple[Path, str, tuple[str, ...]]:
    words = [sys.executable, "-P", "-m", "hubwatch", *session.options(), "run"]
    # systemd expands `%` and `$` in a command line; both are doubled to stand for themselves.
    command = shlex.join(words).replace("%", "%%").replace("$", "$$")
    place = config.with_name("hubwatch.service")
    system = os.geteuid() == 0
    folder = "/etc/systemd/system" if system else "~/.config/systemd/user"
    manager = "systemctl" if system else "systemctl --user"
    text = _UNIT.format(command=command)
    if system:
        text = text.replace("default.target", "multi-user.target")
    hints = (
        f"install -D {shlex.quote(str(place))} {folder}/hubwatch.service",
        f"{manager} enable --now hubwatch",
        *(() if system else ("loginctl enable-linger",)),
    )
    return place, text, hints


def _compose(config: Path, session: Session) -> tuple[Path, str, tuple[str, ...]]:
    archive = session.archive.absolute()
    if not archive.is_relative_to(config.parent):
        raise ConfigError(
            _(
                "%(archive)s: lies outside of %(folder)s, which is all that a container would see",
                archive=archive,
                folder=config.parent,
            )
        )
    user = f"{os.geteuid()}:{os.getegid()}"
    text = _COMPOSE.format(file=config.name, folder=config.parent, user=user)
    place = config.with_name("compose.yaml")
    return place, text, ("docker build -t hubwatch .", f"docker compose -f {place} up -d")
