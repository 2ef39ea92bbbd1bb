"""What is declared of the TOML files is what readers take, and what editors are told."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from desk.alerting.config import Severity
from desk.cli import setup
from desk.config import read_config
from desk.delivery.mail import Security
from desk.logs import LogFormat
from hubwatch import config_keys
from hubwatch.errors import ConfigError, SourceError
from hubwatch.toml import Document, Keys, load_toml
from scheduler.cluster.tickets import ClusterConfig
from scraper.relevance import keys as watchlist_keys
from scraper.relevance import watchlist
from scraper.sources import keys as source_keys
from scraper.sources.build import template_from
from scraper.sources.load import SHIPPED, TEMPLATES, check_selector, load_catalogue
from scraper.sources.write import source_of
from tests.support.key_pages import (
    DOCUMENTS,
    Place,
    keys_inside,
    places,
    schema,
    table_in,
    toml_of,
)
from tests.support.paths import ROOT

CATALOGUE = load_catalogue()
VALIDATORS = {one.name: Draft7Validator(schema(one)) for one in DOCUMENTS}


@dataclass(frozen=True)
class File:
    """A kind of file: how it is read for comparing, and what keys need beside them.

    `needs` says by table of which keys one has to be there, and which one is taken then. `beside`
    stands at the end of a file in which a table is tried (`*`: any other), but not where one of
    `unless` is tried. No reader looks at what is `unread`, or it is not there.
    """

    document: Document
    read: Callable[[Path], object]
    needs: Mapping[str, tuple[tuple[set[str], str], ...]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    unless: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

    def text(self, target: Place, lines: dict[str, str]) -> str:
        """A file with these keys in one table, with what is needed elsewhere, and no more."""
        text = "\n".join(self._table(self.document.keys, "", target, lines)) + "\n"
        if self.unless & set(lines):
            return text
        return text + self.beside.get(target.path, self.beside.get("*", ""))

    def _table(self, keys: Keys, path: str, target: Place, lines: dict[str, str]) -> list[str]:
        here = dict(lines) if path == target.path else {}
        plain = [key for key in keys.values() if key.required and table_in(key) is None]
        values = {key.name: key.example for key in plain} | here
        for group, line in self.needs.get(path, ()):
            name, _, value = line.partition(" = ")
            inside = f"{target.path}.".startswith(f"{path}.{name}.")
            if not group & set(values) and not inside:
                values[name] = value
        made = [f"{name} = {value}" for name, value in values.items()]
        for key in keys.values():
            inner, name = table_in(key), f"{path}.{key.name}".lstrip(".")
            within = f"{target.path}.".startswith(f"{name}.")
            if inner is None or key.name in values or not (within or key.required):
                continue
            made.append(f"[[{name}]]" if inner.repeats else f"[{name}]")
            words = [word for word, more in inner.variants.items() if set(more) <= set(target.keys)]
            made += self._table(keys_inside(inner, words[0] if words else ""), name, target, lines)
        return made


def _config(path: Path) -> object:
    """A configuration whose tables that are not there are what is usual."""
    config = read_config(path)
    return replace(
        config,
        said_limits=config.limits,
        said_server=config.server,
        said_retention=config.retention,
        said_alerts=config.alerts,
        said_log_format=config.log_format,
        said_cluster=config.said_cluster or ClusterConfig(),
    )


def _source(path: Path) -> object:
    return source_of(path.read_text("utf-8"), str(path), CATALOGUE.templates)


def _template(path: Path) -> object:
    return template_from(load_toml(path, SourceError), check_selector)


def _watchlist(path: Path) -> object:
    read = watchlist.load_watchlist(path)
    parts = dict(read.topics), dict(read.contexts), dict(read.dismissed), read.subjects
    return parts, read.near, read.lead


_LAYOUTS = {
    "layout": (({"fields"}, 'fields = { body = ["#old"] }'),),
    "layout.fields": (({"body"}, 'body = ["#old"]'),),
}
_ANY = (({"all", "any", "none"}, 'any = ["denial"]'),)
_CONDITIONS = ("requires", "excludes", "weakens", "core_near")
FILES = {
    "hubwatch": File(
        config_keys.DOCUMENT,
        _config,
        {
            "alerts.channel": (({"to", "command"}, 'to = "team"'),),
            "cluster": (({"redis"}, 'redis = "rediss://redis.example:6380/0"'),),
            "cluster.place": (({"redis"}, 'redis = "rediss://redis.example:6380/0"'),),
            "delivery": (({"server", "folder", "url", "address"}, 'folder = "out"'),),
        },
        {
            "alerts.channel": '\n[[delivery]]\nname = "team"\nkind = "folder"\nfolder = "out"\n',
            "alerts.subscription": '\n[[delivery]]\nname = "ana-wecom"\nkind = "folder"\n'
            'folder = "out"\n',
        },
    ),
    "source": File(
        source_keys.SOURCES,
        _source,
        {
            **_LAYOUTS,
            "": (({"language"}, 'language = "en"'),),
            "tls": (({"ca_file", "fingerprint"}, f'fingerprint = "{"5e" * 32}"'),),
        },
        unread=frozenset({"ca_file"}),
    ),
    "template": File(source_keys.TEMPLATES, _template, _LAYOUTS, unread=frozenset({"template"})),
    "watchlist": File(
        watchlist_keys.DOCUMENT,
        _watchlist,
        {
            "topic.name": (({"forms", "pattern"}, 'forms = ["hub city"]'),),
            "place": (
                ({"forms", "parts"}, 'forms = ["Forest City"]'),
                ({"labels"}, 'labels = { en = "Huaqiangbei" }'),
            ),
            "organisation.excludes": _ANY,
            "subject": (({"topics"}, 'topics = ["logistics-hub"]'),),
            **{f"topic.{key}": _ANY for key in _CONDITIONS},
            **{f"topic.name.{key}": _ANY for key in _CONDITIONS},
        },
        {
            "*": '\n[[topic]]\nid = "logistics-hub"\n'
            '[[topic.name]]\nlanguage = "en"\nforms = ["depot"]\n'
            '[[organisation]]\nid = "railways"\nforms = ["Railways"]\n'
            '[contexts]\ninnovation-china = ["a"]\naward = ["b"]\ndenial = ["c"]\n'
            'trains = ["d"]\nnot = ["e"]\n'
        },
        unless=frozenset({"contexts", "organisation", "topic"}),
    ),
}
BESIDE = {
    ("delivery", "user"): {"password": '"env:WORD"'},
    ("delivery", "password"): {"user": '"ana"'},
    ("entry", "items"): {"kind": '"json"'},
    ("entry", "page"): {"kind": '"json"'},
    ("entry", "modified"): {"kind": '"json"'},
    ("paging", "pattern"): {"kind": '"pattern"'},
}
"""What a key needs in its own table."""
TABLES = [
    pytest.param(file, place, id=f"{name}-{place.path}-{number}")
    for name, file in FILES.items()
    for number, place in enumerate(places(file.document.keys))
]


def faults(document: Document, text: str) -> list[str]:
    """What an editor would say of a file."""
    data = json.loads(json.dumps(tomllib.loads(text), default=str))
    return [error.message for error in VALIDATORS[document.name].iter_errors(data)]


@pytest.mark.parametrize(("file", "place"), TABLES)
def test_every_example_is_taken(tmp_path: Path, file: File, place: Place) -> None:
    path = tmp_path / "file.toml"
    for key in place.keys.values():
        if not key.example:
            assert table_in(key) is not None
            continue
        text = file.text(place, {key.name: key.example, **BESIDE.get((place.path, key.name), {})})
        assert faults(file.document, text) == [], text
        path.write_text(text, encoding="utf-8")
        if key.name not in file.unread:
            file.read(path)


@pytest.mark.parametrize(("file", "place"), TABLES)
def test_what_is_usual_may_be_written_down(tmp_path: Path, file: File, place: Place) -> None:
    path = tmp_path / "file.toml"
    for key in place.keys.values():
        if key.default is None:
            continue
        path.write_text(file.text(place, {key.name: toml_of(key.default)}), encoding="utf-8")
        said = file.read(path)
        path.write_text(file.text(place, {}), encoding="utf-8")
        assert said == file.read(path), key.name


@pytest.mark.parametrize(("file", "place"), TABLES)
def test_a_wrong_key_and_a_wrong_type_are_seen_in_an_editor(
    tmp_path: Path, file: File, place: Place
) -> None:
    path = tmp_path / "file.toml"
    for key in place.keys.values():
        for lines in (
            {f"{key.name}x": '"a"'},
            {key.name: "1.5", **BESIDE.get((place.path, key.name), {})},
        ):
            text = file.text(place, lines)
            assert faults(file.document, text) != [], text
            if key.name in file.unread & set(lines):
                continue
            path.write_text(text, encoding="utf-8")
            with pytest.raises(ConfigError):
                file.read(path)


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
    uncommented = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", text)
    assert uncommented != text
    assert faults(config_keys.DOCUMENT, text) == []
    assert faults(config_keys.DOCUMENT, uncommented) == []


def test_what_is_shipped_has_no_fault() -> None:
    practice = ROOT / "desk" / "practice" / "sources"
    for folder, document in (
        (SHIPPED, source_keys.SOURCES),
        (practice, source_keys.SOURCES),
        (TEMPLATES, source_keys.TEMPLATES),
    ):
        files = sorted(folder.glob("*.toml"))
        assert files
        for path in files:
            assert faults(document, path.read_text("utf-8")) == [], path
    assert faults(watchlist_keys.DOCUMENT, watchlist.SHIPPED.read_text("utf-8")) == []


PAGES = {
    "docs/operation.md": ("hubwatch",),
    "docs/desk.md": ("hubwatch",),
    "docs/digests.md": ("hubwatch",),
    "docs/sources.md": ("source", "template", "hubwatch"),
    "docs/watchlist.md": ("watchlist",),
}
"""Which kinds of files the documents show, whole or in part."""
STARTS = {"watchlist": ("", "[[topic]]\n[[topic.name]]\n")}
"""In which tables a part may stand."""


@pytest.mark.parametrize("page", PAGES)
def test_what_the_documents_show_has_no_fault(page: str) -> None:
    blocks = re.findall(r"(?ms)^```toml\n(.*?)^```", (ROOT / page).read_text("utf-8"))
    assert blocks
    for block in blocks:
        whole = block.replace("5e:0d:…", "5e" * 32)
        found = [
            _in_part(faults(FILES[name].document, start + whole))
            for name in PAGES[page]
            for start in STARTS.get(name, ("",))
        ]
        assert [] in found, f"{block}{found}"


def _in_part(found: list[str]) -> list[str]:
    """The faults of what may be a part of a file."""
    return [fault for fault in found if "is a required property" not in fault]
