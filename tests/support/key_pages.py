"""Reference pages and JSON Schemas of the TOML files, made from what the product declares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hubwatch import config_keys
from hubwatch.toml import Document, Keys, TomlKey, ValueKind
from scraper.relevance import keys as watchlist_keys
from scraper.sources import keys as source_keys

DOCUMENTS = (
    config_keys.DOCUMENT,
    source_keys.SOURCES,
    source_keys.TEMPLATES,
    watchlist_keys.DOCUMENT,
)
SCHEMAS = "hubwatch/schemas"
_MADE = "<!-- Made by `python -m tests.generate` from what the program declares. -->"


def reference(document: Document) -> str:
    """The page of a kind of file: a section for each table, a row for each key."""
    parts = [f"# {document.title}", _MADE, document.about, _editor(document)]
    parts += _section(document.keys, "", [])
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """The page that names the others."""
    pages = "\n".join(f"* [{one.title}]({one.name}.md)" for one in DOCUMENTS)
    return f"# Every key of every file\n\n{_MADE}\n\n{pages}\n"


def schema(document: Document) -> dict[str, object]:
    """The JSON Schema of a kind of file: draft 7, which editors understand."""
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": document.title.replace("`", ""),
    }
    return head | _object(document.keys)


def schema_text(document: Document) -> str:
    """The same as the file has it."""
    return json.dumps(schema(document), indent=1, ensure_ascii=False) + "\n"


def _editor(document: Document) -> str:
    name = document.name
    return (
        f"An editor that knows TOML (with taplo, say) checks and completes these keys by "
        f"[{name}.json](../../{SCHEMAS}/{name}.json), which is part of every installation. Files "
        f"that commands write, and those that are shipped, begin with a line `#:schema` that leads "
        f"there. For another one copy it beside your file and begin that with the line "
        f"`#:schema ./{name}.json`. With the Python of the installation:\n\n```\n"
        f"cp \"$(python -c 'import hubwatch; print(*hubwatch.__path__)')/schemas/{name}.json\" .\n"
        f"```"
    )


def _section(keys: Keys, path: str, shown: list[Keys]) -> list[str]:
    """The keys of a table, then the tables in it. Keys that several tables share stand once."""
    shown.append(keys)
    plain = [key for key in keys.values() if key.kind.keys is None]
    parts = [_rows(plain)] if plain else []
    for key in keys.values():
        for kind in key.kind.options or (key.kind,):
            again = any(kind.keys is known for known in shown)
            if kind.keys is None or (again and key.kind.options):
                continue
            place = f"{path}.{key.name}".lstrip(".")
            parts += [_head(place, kind), _sentence(key.meaning)] if kind is key.kind else []
            parts += [_head(place, kind)] if kind is not key.kind else []
            parts += [] if again else _section(kind.keys, place, shown)
            for word, more in kind.variants.items():
                parts += [f'With `kind = "{word}"` also:', _rows(list(more.values()))]
    return parts


def _head(place: str, kind: ValueKind) -> str:
    if kind.words not in ("table", "tables"):
        return f"## A {kind.words}"
    return f"## `[[{place}]]`" if kind.repeats else f"## `[{place}]`"


def _rows(keys: list[TomlKey]) -> str:
    head = "| key | type | left out | what it says | example |\n|---|---|---|---|---|\n"
    return head + "\n".join(map(_row, keys))


def _row(key: TomlKey) -> str:
    example = f"`{key.example}`" if key.example else ""
    cells = (f"`{key.name}`", key.kind.words, _usual(key), key.meaning, example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _usual(key: TomlKey) -> str:
    if key.required:
        return "**needed**"
    return f"`{toml_of(key.default)}`" if key.default is not None else key.otherwise


def _sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."


def toml_of(value: object) -> str:
    """A default as TOML writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_of, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _object(keys: Keys, variants: Mapping[str, Keys] | None = None) -> dict[str, object]:
    every = dict(keys)
    for more in (variants or {}).values():
        every |= more
    made: dict[str, object] = {
        "type": "object",
        "properties": {name: _property(key) for name, key in every.items()},
        "additionalProperties": False,
    }
    if needed := [key.name for key in keys.values() if key.required]:
        made["required"] = needed
    if variants:
        made["allOf"] = [_variant(word, keys, more) for word, more in variants.items()]
    return made


def _variant(word: str, keys: Keys, more: Keys) -> dict[str, object]:
    """What holds where `kind` is this word: which keys there are, and which are needed."""
    then: dict[str, object] = {"propertyNames": {"enum": [*keys, *more]}}
    if needed := [key.name for key in more.values() if key.required]:
        then["required"] = needed
    return {"if": {"properties": {"kind": {"const": word}}, "required": ["kind"]}, "then": then}


def _property(key: TomlKey) -> dict[str, object]:
    made = _value(key.kind) | {"description": _sentence(key.meaning)}
    if key.default is not None:
        made["default"] = list(key.default) if isinstance(key.default, tuple) else key.default
    return made


def _value(kind: ValueKind) -> dict[str, object]:
    if kind.options:
        return {"anyOf": [_value(option) for option in kind.options]}
    if kind.keys is None:
        return dict(kind.schema)
    inner = _object(kind.keys, kind.variants)
    return {"type": "array", "items": inner} if kind.repeats else inner


class Place(NamedTuple):
    """A table that may stand in a file: its path, what is declared of it, the headers around."""

    path: str
    keys: Keys


def places(keys: Keys, path: str = "") -> Iterator[Place]:
    """Every table, the file itself first. One with variants comes once for each of them."""
    yield Place(path, keys)
    for key in keys.values():
        inner = table_in(key)
        if inner is None:
            continue
        for word in inner.variants or [""]:
            yield from places(keys_inside(inner, word), f"{path}.{key.name}".lstrip("."))


def table_in(key: TomlKey) -> ValueKind | None:
    """The kind of table that may stand under a key, the first of several."""
    kinds = key.kind.options or (key.kind,)
    return next((kind for kind in kinds if kind.keys is not None), None)


def keys_inside(kind: ValueKind, word: str) -> Keys:
    """The keys of a table, with those it has beside `kind = word`."""
    keys = dict(kind.keys or {})
    if word:
        keys["kind"] = keys["kind"]._replace(example=toml_of(word))
    return {**keys, **kind.variants.get(word, {})}
