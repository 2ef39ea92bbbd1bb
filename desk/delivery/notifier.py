"""Notifying through Apprise: one message to one address of it, in a process of its own.

An address holds a token, so it goes to that process by its standard input, and nothing that Apprise
says of it is repeated. After `SECONDS` the process is ended.
"""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.util import find_spec

from .. import _
from . import DeliveryResult, DeliveryState
from .webhook import WebhookRoute

SECONDS = 60.0
"""So long a whole notification may take."""
MOST_BYTES = 1_800
"""Bytes (UTF-8) of a subject and a text together: what the strictest of the usual services takes
as one message is 2,048."""


def is_installed() -> bool:
    """Whether the extra `hubwatch[apprise]` is there."""
    return find_spec("apprise") is not None


def missing() -> str:
    """What to say where it is not, in one line."""
    return _("the extra `hubwatch[apprise]`, which notifies, is not installed")


def fitted(subject: str, parts: list[str], rest: Callable[[int], str]) -> str:
    """The text of these parts, as many as fit beside the subject. `rest` says how many do not."""
    room = MOST_BYTES - len(subject.encode())
    for shown in range(len(parts), 0, -1):
        left = len(parts) - shown
        text = "\n\n".join([*parts[:shown], *([rest(left)] if left else [])])
        if len(text.encode()) <= room:
            return text
    cut = parts[0].encode()[: max(0, room - 200)].decode(errors="ignore") if parts else ""
    return f"{cut}…\n\n{rest(len(parts))}"


def calm(text: str) -> str:
    """A text in which no service finds a mention of people or markup: who wrote a page might have
    put one there."""
    return text.replace("@", "@\u2060").replace("<", "‹").replace(">", "›")


def notify(
    address: str, subject: str, text: str, route: WebhookRoute, now: datetime
) -> DeliveryResult:
    """Try once. Never raises for what the network or the other side does. What the service may
    have got in part is in doubt."""
    if not is_installed():
        return DeliveryResult(DeliveryState.DELAYED, missing())
    asked = {
        "address": address,
        "subject": subject,
        "text": text,
        "hosts": dict(route.hosts),
        "intranet": list(route.intranet),
        "proxy": route.proxy,
        "seconds": route.seconds,
        "now": now.isoformat(),
    }
    child = subprocess.Popen(
        (sys.executable, "-P", "-m", "desk.delivery.notifier_process"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # Apprise's log names tokens
        env=_environment(route),
        start_new_session=True,
    )
    try:
        answer, _nothing = child.communicate(json.dumps(asked).encode(), SECONDS)
    except subprocess.TimeoutExpired:
        return DeliveryResult(DeliveryState.DOUBT, f"not done in {SECONDS:.0f} s")
    finally:
        with suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return _result_of(answer, child.returncode)


def _result_of(answer: bytes, ended: int) -> DeliveryResult:
    try:
        said = json.loads(answer)
        wait = timedelta(seconds=said["wait"]) if said["wait"] else None
        return DeliveryResult(DeliveryState(said["sent"]), str(said["reason"]), wait)
    except (ValueError, KeyError, TypeError):
        return DeliveryResult(DeliveryState.DOUBT, f"the notifier broke off (exit code {ended})")


def _environment(route: WebhookRoute) -> dict[str, str]:
    """That of the child: ours without what changes where the HTTP library goes or what it shows."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("APPRISE")
    }
    if route.proxy:
        env |= {"http_proxy": route.proxy, "https_proxy": route.proxy}
        env["no_proxy"] = ",".join(route.hosts)
    trusted = ssl.get_default_verify_paths().cafile  # what webhooks and mail trust, too
    if trusted:
        env["REQUESTS_CA_BUNDLE"] = trusted
    return {**env, "NETRC": os.devnull}
