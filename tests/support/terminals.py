"""Running a command in a terminal of a certain width, and reading what it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def in_terminal(
    command: Sequence[str], columns: int, environment: Mapping[str, str] | None = None
) -> str:
    """What `command` prints on a terminal that is so wide, escape codes and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    around = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    around |= {"TERM": "xterm-256color", **(environment or {})}
    try:
        child = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=around, close_fds=True
        )
    finally:
        os.close(theirs)
    shown = b""
    try:
        while piece := _read(ours):
            shown += piece
    finally:
        os.close(ours)
        child.wait(timeout=30)
    return shown.decode().replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""
