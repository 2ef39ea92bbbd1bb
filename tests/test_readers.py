"""Chunks and their answers: what is sent comes through as it was, and what comes back is a value of
a reading's own kinds or nothing."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import portal
from desk.readers import chunks
from desk.readers.chunks import NoChunk, PackedChunk, odd_ones, pack_chunks, read_chunk, take_in
from desk.readers.places import PlaceReaders, _Waiting
from desk.readers.plain import NotPlain, from_plain, to_plain
from desk.readers.work import FACTS, GRADES, MODULES, PAGES, PageItem, Work
from desk.relevance.backtest import TextItem
from scheduler.cluster.readings import SentChunk
from scraper.pipelines.read import KeptPages
from scraper.relevance.watchlist import SHIPPED
from scraper.sources.load import load_catalogue
from scraper.sources.model import FieldRules, Taught
from scraper.workers.faults import CallFault
from scraper.workers.pool import BlockingWorkers
from storage.facts import ArticleFacts, UnreadText
from storage.lists import RowWitness
from storage.packing import pack, unpack
from storage.relevance import Relevance, Text
from storage.types import Image, Outcome, Reading
from tests.support.effort import cpu
from tests.support.make import BODY, capture, day, reading

RULES = load_catalogue().templates["chinadaily"].fields
TEXT = Text(1, 2, 3, "en", "http://a.test/1", "Guiyang is a hub city", BODY, day("2026-03-01"))


def _page(number: int) -> PageItem:
    shape = portal.SHAPES[number % 2]
    url = f"http://{shape}.bench.test{portal.path_of(shape, number)}"
    body = portal.article(shape, number).encode()
    kept = KeptPages(capture(url=url, final_url=url, body=body), (), RowWitness(("Title",), ()))
    return PageItem(kept, shape, RULES, number)


def _items(work: Work) -> list[Any]:
    if work is PAGES:
        return [_page(number) for number in range(4)]
    if work is GRADES:
        return [TextItem(TEXT, SHIPPED), TextItem(replace(TEXT, body="Nothing."), SHIPPED)]
    return [UnreadText(1, 2, "Title", f"{BODY} It opens on 3 May 2026.", date(2026, 3, 1))]


WORKS = pytest.mark.parametrize("work", [PAGES, GRADES, FACTS], ids=lambda work: work.name)


def _through(value: Any) -> Any:
    return from_plain(type(value), json.loads(json.dumps(to_plain(value), ensure_ascii=False)))


@WORKS
def test_what_is_sent_and_what_comes_back_comes_through_as_it_was(work: Work) -> None:
    for item in _items(work):
        sent, _, _ = work.apart(item)
        assert _through(sent) == sent
        result = work.call(item)
        assert type(result) is work.result
        assert _through(result) == result


def test_bytes_and_rules_come_through_as_they_were() -> None:
    body = bytes(range(256)) * 3
    taught = Taught(("Share",), (("title", "h1"),), (("published", ".x"),))
    rules = replace(RULES, older=(replace(RULES, until=date(2020, 1, 1)),), taught=taught)
    parts = (("http://a.test/2", capture(body=body)), ("http://a.test/3", None))
    kept = KeptPages(capture(body=body), parts)
    assert _through(kept) == kept
    assert _through(rules) == rules


PLAIN = to_plain(reading(images=(Image("http://a.test/1.png"),)))
ARTICLE = 5


def _set(value: list[Any], path: tuple[int, ...], new: object) -> list[Any]:
    changed = json.loads(json.dumps(value))
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return changed  # type: ignore[no-any-return]


HOSTILE: dict[str, Any] = {
    "half a surrogate pair": _set(PLAIN, (ARTICLE, 2), "\ud800"),
    "a zero": _set(PLAIN, (ARTICLE, 3), "a\0b"),
    "a number for a text": _set(PLAIN, (ARTICLE, 2), 3),
    "a text for a number": _set(PLAIN, (2,), "9"),
    "yes for a number": _set(PLAIN, (2,), True),
    "a number beyond all": _set(PLAIN, (2,), 2**70),
    "an outcome that there is not": _set(PLAIN, (0,), "fine"),
    "a zone that is a path": _set(PLAIN, (ARTICLE, 5), ["2026-03-01", "day", "../../etc/passwd"]),
    "a zone that there is not": _set(PLAIN, (ARTICLE, 5), ["2026-03-01T10:00", "minute", "Mars"]),
    "a day that there is not": _set(PLAIN, (ARTICLE, 5), ["2026-02-30", "day", ""]),
    "a day without a time that is one": _set(PLAIN, (ARTICLE, 5), ["2026-03-01", "minute", ""]),
    "a date written otherwise": _set(PLAIN, (ARTICLE, 5), ["20260301", "day", ""]),
    "the first moment, in the east": _set(
        PLAIN, (ARTICLE, 5), ["0001-01-01T00:00:00+08:00", "second", "Asia/Shanghai"]
    ),
    "an object for a list": _set(PLAIN, (ARTICLE, 11), {"0": 1}),
    "a part too many": [*PLAIN, ""],
    "a part too few": PLAIN[:-1],
    "a text": "__reduce__",
    "an object": {"__class__": "os.system"},
    "nothing": None,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_value_of_another_kind_is_none(kind: str) -> None:
    with pytest.raises(NotPlain):
        from_plain(Reading, HOSTILE[kind])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
PATHS = st.sampled_from(
    [(n,) for n in range(len(PLAIN))] + [(ARTICLE, n) for n in range(len(PLAIN[ARTICLE]))]
)


@given(value=JSON_VALUES, path=PATHS)
def test_no_json_makes_anything_but_a_reading(value: object, path: tuple[int, ...]) -> None:
    for said in (value, _set(PLAIN, path, value)):
        try:
            found = from_plain(Reading, said)
        except NotPlain:
            continue
        assert type(found) is Reading
        assert isinstance(found.outcome, Outcome)
        json.dumps(to_plain(found), ensure_ascii=False).encode()


def _answered(work: Work, folder: Path) -> tuple[bytes, bytes, list[Any]]:
    """A chunk, the answer of an honest reader, and the items."""
    (packed,) = pack_chunks(work, _items(work))
    (folder / "chunk").write_bytes(packed.data)
    done = read_chunk(folder / "chunk", folder / "answer")
    assert (done.work, done.items, done.unread) == (work.name, len(packed.items), 0)
    return packed.data, (folder / "answer").read_bytes(), list(packed.items)


@WORKS
def test_a_chunk_reads_elsewhere_as_it_does_here(work: Work, tmp_path: Path) -> None:
    chunk, answer, items = _answered(work, tmp_path)
    found = take_in(answer, work.name, sha256(chunk).hexdigest(), len(items))
    assert found == ([work.call(item) for item in items], [])
    assert not isinstance(found, str)
    assert odd_ones(work, items, found[0]) == []


def test_items_are_cut_into_chunks_by_number_and_by_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = [_page(number) for number in range(7)]
    assert [len(each.items) for each in pack_chunks(PAGES, items, 3)] == [3, 3, 1]
    monkeypatch.setattr(chunks, "MOST_BYTES", 50_000)
    assert [len(each.items) for each in pack_chunks(PAGES, items)] == [2, 2, 2, 1]


def test_a_reader_with_other_rules_reads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (packed,) = pack_chunks(FACTS, _items(FACTS))
    (tmp_path / "chunk").write_bytes(packed.data)
    monkeypatch.setattr(chunks, "rules_in_use", lambda: "another")
    with pytest.raises(NoChunk, match="other rules"):
        read_chunk(tmp_path / "chunk", tmp_path / "answer")
    assert not (tmp_path / "answer").exists()


@pytest.mark.parametrize("data", [b"", b"{}", pack(b"{}"), pack(b"[" * 100_000), pickle.dumps(1)])
def test_what_is_no_chunk_is_refused_in_a_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "chunk").write_bytes(data)
    with pytest.raises(NoChunk):
        read_chunk(tmp_path / "chunk", tmp_path / "answer")


class _Mine:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return (Path.touch, (self.target,))


def _lines(answer: bytes) -> list[Any]:
    return [json.loads(line) for line in unpack(answer).split(b"\n")]


def _again(lines: list[Any]) -> bytes:
    return pack(b"\n".join(json.dumps(each).encode() for each in lines))


ANSWERS: dict[str, Callable[[bytes, bytes, Path], bytes]] = {
    "nothing": lambda chunk, answer, mine: b"",
    "JSON": lambda chunk, answer, mine: b'{"__reduce__": ["os.system", "true"]}',
    "a pickle": lambda chunk, answer, mine: pickle.dumps(_Mine(mine)),
    "a packed pickle": lambda chunk, answer, mine: pack(pickle.dumps(_Mine(mine))),
    "the chunk itself": lambda chunk, answer, mine: chunk,
    "a bomb": lambda chunk, answer, mine: pack(b"\0" * 200_000_000),
    "half of it": lambda chunk, answer, mine: answer[: len(answer) // 2],
    "what goes too deep": lambda chunk, answer, mine: (
        _again([_lines(answer)[0]]) + pack(b"\n" + b"[" * 1_000_000)
    ),
    "a line too deep": lambda chunk, answer, mine: pack(
        json.dumps(_lines(answer)[0]).encode() + b"\n" + b"[" * 1_000_000
    ),
    "a line too many": lambda chunk, answer, mine: _again([*_lines(answer), None]),
    "a line too few": lambda chunk, answer, mine: _again(_lines(answer)[:-1]),
    "another chunk's": lambda chunk, answer, mine: _again(
        [{**_lines(answer)[0], "chunk": "0" * 64}, *_lines(answer)[1:]]
    ),
    "other rules": lambda chunk, answer, mine: _again(
        [{**_lines(answer)[0], "rules": "0" * 64}, *_lines(answer)[1:]]
    ),
    "a number of items that is none": lambda chunk, answer, mine: _again(
        [{**_lines(answer)[0], "items": None}, *_lines(answer)[1:]]
    ),
    "another kind of work": lambda chunk, answer, mine: _again(
        [_lines(answer)[0], *[to_plain(reading())] * (len(_lines(answer)) - 1)]
    ),
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, list[Any]]:
    """A chunk of texts, its answer, its items."""
    return _answered(FACTS, tmp_path_factory.mktemp("honest"))


@pytest.mark.parametrize("kind", ANSWERS)
def test_what_is_no_answer_is_refused_and_nothing_of_it_runs(
    kind: str, honest: tuple[bytes, bytes, list[Any]], tmp_path: Path
) -> None:
    chunk, answer, items = honest
    data = ANSWERS[kind](chunk, answer, tmp_path / "mine")
    found = take_in(data, "facts", sha256(chunk).hexdigest(), len(items))
    assert isinstance(found, str)
    assert found.isprintable() and len(found) < 300
    assert not (tmp_path / "mine").exists()


def _reading_with(**fields: Any) -> Callable[[Reading], Reading]:
    def changed(found: Reading) -> Reading:
        assert found.article is not None
        return replace(found, article=replace(found.article, **fields))

    return changed


ODD: dict[str, Callable[[Reading], Reading]] = {
    "no article": lambda found: replace(found, article=None),
    "an outcome of no article": lambda found: replace(found, outcome=Outcome.EMPTY),
    "another reader's": lambda found: replace(found, version=1),
    "a template that is not its source's": lambda found: replace(found, template="other"),
    "another address": _reading_with(url="http://other.test/"),
    "another source": _reading_with(source_id="other"),
    "a picture that is a script": _reading_with(images=(Image("javascript:alert(1)"),)),
    "a text longer than any": _reading_with(body="a" * 2_000_000),
    "a title longer than any": _reading_with(title="a" * 20_000),
    "an address of another kind": lambda found: replace(found, more_pages=("file:///etc",)),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_no_page_of_its_kind_reads_as_is_odd(kind: str) -> None:
    item = _page(0)
    found = PAGES.call(item)
    assert odd_ones(PAGES, [item], [found]) == []
    assert odd_ones(PAGES, [item], [ODD[kind](found)]) == [0]


@pytest.mark.parametrize(
    "html",
    ["<p>a</p><script>alert(1)</script>", '<img src="http://a.test/1.png" onerror="alert(1)">'],
)
def test_markup_that_is_not_as_our_sanitizer_leaves_it_is_odd(html: str, tmp_path: Path) -> None:
    chunk, answer, items = _answered(PAGES, tmp_path)
    lines, checksum = _lines(answer), sha256(chunk).hexdigest()
    honest = take_in(answer, "pages", checksum, len(items))
    assert not isinstance(honest, str) and honest[1] == []
    lines[2] = to_plain(_reading_with(html=html)(honest[0][1]))
    found = take_in(_again(lines), "pages", checksum, len(items))
    assert not isinstance(found, str) and found[1] == [1]


def test_markup_that_takes_the_sanitizer_minutes_costs_the_centre_none() -> None:
    """Nested so deep it is looked into by a worker with limits alone."""
    item = _page(0)
    deep = _reading_with(html="<div>" * 60_000)(PAGES.call(item))
    with BlockingWorkers(MODULES, count=1, seconds=2) as workers:
        assert isinstance(workers.ask(PAGES.is_unclean, deep), CallFault)
    with cpu() as spent:
        odd_ones(PAGES, [item], [deep])
    assert spent.under(1), spent


def test_a_grade_or_a_fact_that_stands_nowhere_is_odd() -> None:
    item = TextItem(TEXT, SHIPPED)
    found: Relevance = GRADES.call(item)
    assert found.matches and found.scores
    first = found.matches[0]
    for other in (
        replace(found, watchlist="another"),
        replace(found, matches=(replace(first, topic="another"),)),
        replace(found, matches=(replace(first, start=10_000),)),
        replace(found, matches=(replace(first, field="html"),)),
    ):
        assert odd_ones(GRADES, [item], [other]) == [0]
    (text,) = _items(FACTS)
    facts: ArticleFacts = FACTS.call(text)
    assert facts.figures
    figure = facts.figures[0]
    for changed in (replace(figure, sentence="Nobody said so."), replace(figure, end=10**6)):
        assert odd_ones(FACTS, [text], [ArticleFacts((changed,))]) == [0]


class _Remote:
    """A place that has brought all it was asked for."""

    def __init__(self) -> None:
        self.dismissed = ""
        self.accepted: list[SentChunk] = []

    def poll(self, chunks: Sequence[SentChunk]) -> None:
        pass

    def refuse(self, chunk: SentChunk, reason: str) -> None:
        self.dismissed, chunk.answer = reason, None

    def accept(self, chunk: SentChunk) -> None:
        self.accepted.append(chunk)


@pytest.mark.parametrize("lies", [0, 1])
def test_what_came_together_with_a_lie_is_not_used(
    lies: int, honest: tuple[bytes, bytes, list[Any]]
) -> None:
    chunk, answer, items = honest
    brought = [SentChunk(chunk, str(number), answer=answer) for number in range(2)]
    if lies:
        brought[0].answer = b"lies"
    remote: Any = _Remote()
    nothing: Any = None
    readers = PlaceReaders(nothing, nothing, nothing, lambda: None, "facts", _remote=remote)
    packed = PackedChunk(chunk, tuple(items))
    readers._waiting.extend(_Waiting(packed, each) for each in brought)
    readers._poll()
    readers._local.close()
    readers._taking.close()
    assert remote.accepted == ([] if lies else brought)
    assert [each.results is None for each in readers._waiting] == [bool(lies)] * 2


def test_what_could_not_be_read_there_is_read_here() -> None:
    assert odd_ones(PAGES, [_page(0), _page(1)], [None, PAGES.call(_page(1))]) == [0]


def test_rules_have_a_plain_form_that_is_theirs_alone() -> None:
    with pytest.raises(NotPlain):
        from_plain(FieldRules, to_plain(reading()))
