"""What the tests of adding by hand share: files to add, and a desk's installation."""

from __future__ import annotations

from pathlib import Path

from tests.support.servers import Server

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
HAN = "贵阳市入选创新驱动示范市，中国科协公布枢纽城市名单。" * 6
HAN_TITLE = "贵阳入选枢纽城市"
WECHAT = "贵阳科协（微信）"
SOURCE_TOML = """\
id = "a"
name = "Town A"
city = "Guiyang"
language = "en"
timezone = "Asia/Shanghai"
template = "generic"
home = "http://a.test/"
schedule = "every 1h"

[[entry]]
kind = "list"
url = "http://a.test/news.html"

[links]
hosts = ["a.test"]
allow = ["/a/{id}.htm"]
"""


def installed(folder: Path, server: Server, *, more: str = "") -> Path:
    """A configuration that reaches the sites of a server, and a source of its own; its path."""
    etc = folder / "etc"
    (etc / "sources").mkdir(parents=True)
    (etc / "sources" / "a.toml").write_text(SOURCE_TOML)
    hosts = "\n".join(f'"{name}" = "{at}"' for name, at in server.hosts.items())
    config = etc / "hubwatch.toml"
    config.write_text(
        'contact = "mailto:test@example.org"\n'
        f'archive = "../hubwatch.db"\nenabled = ["a"]\n{more}\n[network.hosts]\n{hosts}\n'
    )
    return config
