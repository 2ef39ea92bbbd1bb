"""What is declared of the TOML files is what readers take, and what editors are told."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from desk.alerting.config import Severity
from desk.cli import setup
from desk.config import Config, read_config
from desk.delivery.mail import Security
from desk.logs import LogFormat
from hubwatch import config_keys
from hubwatch.errors import ConfigError
from hubwatch.keys import Document, Keys, TomlKey
from tests.support.key_pages import DOCUMENTS, schema, toml_of
from tests.support.paths import ROOT

CONFIG = config_keys.DOCUMENT
BESIDE = {
    "alerts.channel": '[[delivery]]\nname = "team"\nkind = "folder"\nfolder = "out"\n',
}
"""What has to stand in front of a table, so that its keys may be read."""
NEEDED = {
    ("alerts.channel", "name"): 'to = "team"',
    ("alerts.channel", "severity"): 'to = "team"',
    ("delivery", "user"): 'password = "env:WORD"',
    ("delivery", "password"): 'user = "ana"',
}
"""What a key needs beside it in its table."""


def faults(document: Document, text: str) -> list[str]:
    """What an editor would say of a file."""
    data = json.loads(json.dumps(tomllib.loads(text), default=str))
    return [error.message for error in Draft7Validator(schema(document)).iter_errors(data)]


def walk(keys: Keys, path: str = "", head: str = "") -> Iterator[tuple[str, str, Keys, TomlKey]]:
    """Every key that is no table: the table's path and header, the keys there, the key."""
    for key in keys.values():
        if key.kind.keys is None:
            yield path, head, keys, key
            continue
        place = f"{path}.{key.name}".lstrip(".")
        inner = f"[[{place}]]" if key.kind.repeats else f"[{place}]"
        variants = key.kind.variants
        for word, more in variants.items():
            kind = keys_of(key)["kind"]._replace(example=toml_of(word))
            every = {**keys_of(key), "kind": kind, **more}
            yield from walk(every, place, inner)
        if not variants:
            yield from walk(key.kind.keys, place, inner)


def keys_of(key: TomlKey) -> Keys:
    return key.kind.keys or {}


def written(path: str, head: str, keys: Keys, lines: dict[str, str]) -> str:
    """A file with these keys in one table, and with what they need."""
    every = {key.name: key.example for key in keys.values() if key.required} | lines
    body = [f"{name} = {value}" for name, value in every.items()]
    body += [NEEDED[path, name] for name in lines if (path, name) in NEEDED]
    return "\n".join([BESIDE.get(path, ""), head, *body]) + "\n"


ALL = [pytest.param(*found, id=f"{found[0]}.{found[3].name}") for found in walk(CONFIG.keys)]


@pytest.mark.parametrize(("path", "head", "keys", "key"), ALL)
def test_every_example_is_taken(
    tmp_path: Path, path: str, head: str, keys: Keys, key: TomlKey
) -> None:
    text = written(path, head, keys, {key.name: key.example})
    assert faults(CONFIG, text) == []
    file = tmp_path / "hubwatch.toml"
    file.write_text(text, encoding="utf-8")
    read_config(file)


@pytest.mark.parametrize(("path", "head", "keys", "key"), ALL)
def test_what_is_usual_may_be_written_down(
    tmp_path: Path, path: str, head: str, keys: Keys, key: TomlKey
) -> None:
    if key.default is None:
        return
    file = tmp_path / "hubwatch.toml"
    file.write_text(written(path, head, keys, {key.name: toml_of(key.default)}), encoding="utf-8")
    said = read_config(file)
    needed = written(path, head, keys, {})
    if (path, key.name) in NEEDED:
        needed += NEEDED[path, key.name] + "\n"
    file.write_text(needed, encoding="utf-8")
    assert _plain(said) == _plain(read_config(file))


def _plain(config: Config) -> Config:
    """A configuration whose tables that are not there are what is usual."""
    return replace(
        config,
        said_limits=config.limits,
        said_server=config.server,
        said_retention=config.retention,
        said_alerts=config.alerts,
        said_log_format=config.log_format,
    )


@pytest.mark.parametrize(("path", "head", "keys", "key"), ALL)
def test_a_wrong_key_and_a_wrong_type_are_seen_in_an_editor(
    tmp_path: Path, path: str, head: str, keys: Keys, key: TomlKey
) -> None:
    file = tmp_path / "hubwatch.toml"
    for lines in ({f"{key.name}x": '"a"'}, {key.name: "1.5"}):
        text = written(path, head, keys, lines)
        assert faults(CONFIG, text) != []
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError):
            read_config(file)


def test_words_to_choose_from_are_those_that_are_known() -> None:
    channel, mail = config_keys.CHANNEL, config_keys.DELIVERY_KINDS["mail"]
    assert channel["severity"].kind.schema["enum"] == list(Severity)
    assert mail["security"].kind.schema["enum"] == list(Security)
    assert config_keys.LOG["format"].kind.schema["enum"] == list(LogFormat)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_the_schema_is_one(document: Document) -> None:
    Draft7Validator.check_schema(schema(document))


def test_the_file_that_init_writes_has_no_fault() -> None:
    text = setup._TEMPLATE.format(archive='"hubwatch.db"')
    assert faults(CONFIG, text) == []
    uncommented = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", text)
    assert uncommented != text
    assert faults(CONFIG, uncommented) == []


PAGES = ("docs/operation.md", "docs/desk.md", "docs/digests.md")


@pytest.mark.parametrize("page", PAGES)
def test_what_the_documents_show_has_no_fault(page: str) -> None:
    blocks = re.findall(r"(?ms)^```toml\n(.*?)^```", (ROOT / page).read_text("utf-8"))
    assert blocks
    for block in blocks:
        assert faults(CONFIG, block) == [], block
