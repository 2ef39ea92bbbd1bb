"""The line of a key in a TOML file, for complaints: right in everything that people write."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.toml import Table, line_of
from scraper.relevance.watchlist import SHIPPED

TEXT = '''# [not] = "a table"
near = 3
labels = { en = "x", zh = "y" }
"quoted key" = 1
text = """
[topic]
id = "inside a text"
"""
words = [
    "a", # ] not the end
    "b = 1]",
]

[[topic]]
id = "one"
a.b = 3

[[topic.name]]
forms = ["x"]

[[topic.name]]
forms = ["y"]
requires = [
    { any = ["q"] },
]

[topic.weights]
title = 1

[[topic]]
id = "two"

[[topic.name]]
forms = ["z"]

[fields]
body = ["#zoom"]
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("near", 2),
        ("labels", 3),
        ("labels.zh", 3),
        ("quoted key", 4),
        ("text", 5),
        ("words", 9),
        ("topic[1]", 14),
        ("topic[1].id", 15),
        ("topic[1].a.b", 16),
        ("topic[1].name[1].forms", 19),
        ("topic[1].name[2].forms", 22),
        ("topic[1].name[2].requires[1].any", 23),
        ("topic[1].name[2].language", 21),
        ("topic[1].weights.title", 28),
        ("topic[2].id", 31),
        ("topic[2].name[1].forms", 34),
        ("topic[2].kind", 30),
        ("fields.body", 37),
        ("nowhere", None),
        ("", None),
    ],
)
def test_the_line_of_a_key_or_of_the_table_around_it(place: str, line: int | None) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, place) == line
    assert line_of(TEXT.replace("\n", "\r\n"), place) == line


def test_a_complaint_names_the_line_and_a_table_from_nowhere_has_none() -> None:
    table = Table(tomllib.loads(TEXT), "f.toml", written=TEXT)
    second = table.tables("topic")[1].tables("name")[0]
    assert (
        str(second.error("forms", "is odd")) == "f.toml: topic[2].name[1].forms: is odd (line 34)"
    )
    assert str(Table({}, "f.toml").error("id", "is missing")) == "f.toml: id: is missing"


def test_every_key_of_the_shipped_watchlist_stands_in_the_line_that_is_printed() -> None:
    text = SHIPPED.read_text("utf-8")
    lines = text.split("\n")
    table = Table(tomllib.loads(text), "f", written=text)
    for number, topic in enumerate(table.tables("topic"), 1):
        line = line_of(text, f"topic[{number}].id")
        assert line is not None
        assert lines[line - 1] == f'id = "{topic.text("id")}"'
        for place, _ in enumerate(topic.tables("name"), 1):
            line = line_of(text, f"topic[{number}].name[{place}].forms")
            assert line is not None
            assert lines[line - 1].startswith(("forms = ", "[[topic.name]]"))


@given(st.text(alphabet="[]{}\"'#=.\n\\ab ", max_size=60), st.text(alphabet="ab.[]12", max_size=9))
def test_any_text_at_all_is_searched(text: str, place: str) -> None:
    line = line_of(text, place)
    assert line is None or 1 <= line <= text.count("\n") + 1
