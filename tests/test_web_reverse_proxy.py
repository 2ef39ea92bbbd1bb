"""The HTTPS proxy recipe of docs/desk.md, with a real nginx in front of the real command."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.certificates import Identity, authority, server
from tests.support.desks import keep, page_of
from tests.support.paths import ROOT
from tests.support.servers import free_port

pytestmark = pytest.mark.browser

NAME = "hubwatch.example.org"
COMMAND = (sys.executable, "-P", "-m", "hubwatch")


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        child = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert child.poll() is None, log.read_text()
        time.sleep(0.05)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


@contextmanager
def _proxied(folder: Path, archive: Path, identity: Identity) -> Iterator[int]:
    """The recipe as printed, but for ports, folder and certificate."""
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(nginx).exists():
        pytest.fail("there is no nginx here; install it to try the recipe")
    desk_port, secure, plain = free_port(), free_port(), free_port()
    identity.context(folder)
    both = folder / f"{identity.certificate.serial_number}.pem"
    config = folder / "hubwatch.toml"
    config.write_text(
        f'archive = "{archive}"\n[desk]\nlisten = "127.0.0.1:{desk_port}"\n'
        f'address = "https://{NAME}"\n'
    )
    recipe = (ROOT / "deploy" / "nginx.conf").read_text()
    recipe = recipe.replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl")
    recipe = recipe.replace("listen 80", f"listen 127.0.0.1:{plain}")
    recipe = recipe.replace("127.0.0.1:8420", f"127.0.0.1:{desk_port}")
    recipe = recipe.replace("/etc/ssl/hubwatch/fullchain.pem", str(both))
    recipe = recipe.replace("/etc/ssl/hubwatch/key.pem", str(both))
    temporary = "\n".join(
        f"{name}_temp_path {folder / name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off; pid {folder / 'nginx.pid'}; error_log {folder / 'error.log'};\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}\n{recipe}}}\n"
    )
    desk = [*COMMAND, "--config", str(config), "desk"]
    with (
        _running(desk, desk_port, folder / "desk.log"),
        _running([nginx, "-c", str(whole), "-p", str(folder)], secure, folder / "nginx.log"),
    ):
        yield secure


def test_people_elsewhere_sign_in_and_decide_by_https(archive: Path, tmp_path: Path) -> None:
    keep(archive, page_of(1))
    root = authority("Test root")
    trust = ssl.create_default_context(cafile=str(root.pem(tmp_path / "root.pem")))
    with _proxied(tmp_path, archive, server(NAME, root)) as port:
        added = subprocess.run(
            [*COMMAND, "--config", str(tmp_path / "hubwatch.toml"), "people", "add", "LI"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        link = added.stdout.strip()
        assert link.startswith(f"https://{NAME}/sign-in?link=")

        def ask(method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
            with socket.create_connection(("127.0.0.1", port), 20) as plain:
                connection = http.client.HTTPSConnection(NAME, context=trust)
                connection.sock = trust.wrap_socket(plain, server_hostname=NAME)
                sent = {"Host": NAME, **headers}
                if body:
                    sent["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request(method, path, body or None, sent)
                got = connection.getresponse()
                return got.status, got.headers.get("Set-Cookie", ""), got.read().decode()

        ours = {"Origin": f"https://{NAME}"}
        secret = link.partition("link=")[2]
        status, cookie, _ = ask("POST", "/sign-in", urlencode({"link": secret}), **ours)
        assert status == 303
        assert re.search(r";\s*secure", cookie, re.I)
        mine = {"Cookie": cookie.partition(";")[0]}
        assert "Story number 1" in ask("GET", "/?grade=all", **mine)[2]
        said = urlencode({"verb": "accept", "story": 1})
        assert ask("POST", "/say", said, **ours, **mine)[0] == 303
        assert ask("POST", "/say", said, Origin="https://evil.example", **mine)[0] == 403
        assert ask("GET", "/", **mine, Host="evil.example")[0] in (403, 421)
        assert ask("GET", "/", X_Login="LI")[0] == 303  # a stranger, whatever he says
