"""Comparing texts: what is a copy, what is an instance of one form, what a sketch promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.stories.rules import Edge, Link, is_copy, is_part, partition
from storage.stories.texts import (
    BINS,
    SAMPLES,
    Comparison,
    compare,
    likeness,
    sketch,
    units,
    unpack_samples,
)
from tests.support.texts import body, reworded, sentences

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
NOTICE = (
    "本周全市共抽检食品120批次，其中合格118批次，不合格2批次。检查餐饮单位36家，责令整改5家，"
    "立案查处1起。3月2日至3月8日期间，受理消费者投诉举报47件，已全部办结，为消费者挽回损失2.4万元。"
    "下一步将继续加强监督检查，并于3月9日公布结果。"
)
WEEK = (
    "The library is open from 9 am to 8 pm between March 2 and March 8. On Tuesday the reading "
    "room on floor 3 closes at 5 pm. A talk for 120 visitors begins at 7 pm on Friday in hall 2, "
    "and 45 seats are left. The museum shows 318 pieces until Sunday, March 8."
)


def compared(one: str, other: str) -> Comparison:
    return compare(units(one), units(other))


def original(language: str) -> list[str]:
    return sentences(1, language=language)


@LANGUAGES
def test_reprints_are_copies(language: str) -> None:
    text = original(language)
    other = sentences(2, language=language)
    reprints = {
        "deleted": text[:5] + text[12:],
        "inserted": text[:6] + other[:7] + text[6:],
        "framed": other[:3] + text + other[3:5],
        "cut to 60 %": text[:15],
        "cut to 40 %": text[:10],
        "words": reworded(text, 0.2, language=language),
        "cut, reworded, extended": other[:2] + reworded(text[:12], 0.1, language=language),
        "paragraphs exchanged": text[12:] + text[:12],
    }
    found = {
        name: compared(body(text, language), body(reprint, language))
        for name, reprint in reprints.items()
    }
    assert {name for name, result in found.items() if is_copy(result)} == set(reprints)


@LANGUAGES
def test_other_articles_are_not(language: str) -> None:
    text = original(language)
    other = sentences(2, language=language)
    near_misses = {
        "another": other,
        "a third shared": [*text[:8], *other[:16]],
        "a third shared, here and there": [
            text[n] if n % 3 == 0 else other[n] for n in range(len(text))
        ],
        "a quotation": [*other, *text[4:6]],
    }
    for name, near_miss in near_misses.items():
        assert not is_copy(compared(body(text, language), body(near_miss, language))), name


@pytest.mark.parametrize(
    ("notice", "changes"),
    [
        (NOTICE, {"120": "131", "118": "130", "36": "41", "47": "52", "2.4": "3.1", "3月": "4月"}),
        (WEEK, {"March 2": "March 9", "8.": "15.", "120": "80", "45": "12", "318": "402"}),
    ],
)
def test_instances_of_one_form_are_not_copies(notice: str, changes: dict[str, str]) -> None:
    other = notice
    for old, new in changes.items():
        other = other.replace(old, new)
    found = compared(notice, other)
    assert min(found.one, found.other) > 0.95
    assert found.other_numbers >= 4
    assert not is_copy(found)
    assert is_copy(compared(notice, notice.replace("。", "；")))


def test_one_corrected_figure_of_many_does_not_make_another_article() -> None:
    text = body(
        [f"In district {n} there are {n * 17} shops, {w}" for n, w in enumerate(original("en"))]
    )
    assert is_copy(compared(text, text.replace(" 170 ", " 171 ")))


def test_a_round_up_contains_its_parts_and_is_no_copy_of_small_ones() -> None:
    parts = [sentences(number, 8) for number in range(6)]
    whole = body([sentence for part in parts for sentence in part])
    for part in parts:
        found = compared(body(part), whole)
        assert found.one == 1.0
        assert is_part(found)
        assert not is_copy(found)


def test_a_text_lies_within_one_that_is_much_longer_not_in_one_that_was_reworded() -> None:
    def link(share: float, other: float) -> Link:
        return Link(share, other, 0, copy=True, joins=False)

    assert link(1.0, 0.4).is_within
    assert link(0.9, 0.55).is_within
    assert not link(0.71, 0.58).is_within
    assert not link(0.4, 1.0).is_within


@LANGUAGES
def test_where_a_text_is_covered(language: str) -> None:
    text, other = original(language), sentences(2, language=language)
    found = compared(body([*text[:12], *other[:12]], language), body(text[:12], language))
    assert found.where_other == (1 << BINS) - 1
    assert found.where_one.bit_count() == pytest.approx(BINS / 2, abs=BINS / 8)
    assert found.where_one & 1
    assert not found.where_one >> (BINS - 1)


def test_scripts_are_not_compared() -> None:
    assert compared(body(original("en")), body(original("zh"), "zh")) == Comparison()


_TEXTS = st.lists(st.sampled_from([*original("en")[:6], *original("zh")[:6], "7 8 9", "a a a a"]))


@given(_TEXTS, _TEXTS)
def test_comparing_is_symmetric_and_bounded(one: list[str], other: list[str]) -> None:
    found = compared(" ".join(one), " ".join(other))
    assert compared(" ".join(other), " ".join(one)) == found.turned()
    assert 0 <= found.one <= 1
    assert 0 <= found.other <= 1
    assert found.other_numbers <= found.numbers


@given(st.text(max_size=400))
def test_any_text_has_a_sketch_and_is_its_own_copy(text: str) -> None:
    packed = sketch(text)
    assert len(unpack_samples(packed)) <= SAMPLES
    assert unpack_samples(packed) == tuple(sorted(unpack_samples(packed)))
    found = compared(text, text)
    assert found.one in (0.0, 1.0)


@LANGUAGES
def test_case_width_and_spaces_do_not_count(language: str) -> None:
    text = body(original(language), language)
    odd = text.upper().replace("A", "Ａ").replace("\n\n", "　\n")
    assert sketch(text) == sketch(odd)
    assert compared(text, odd).one == 1.0


@LANGUAGES
def test_sketches_of_copies_are_alike_and_of_others_are_not(language: str) -> None:
    text = sentences(3, 60, language=language)

    def samples(parts: list[str]) -> tuple[int, ...]:
        return unpack_samples(sketch(body(parts, language)))

    def alike(one: tuple[int, ...], other: tuple[int, ...]) -> float:
        return likeness(one, other, len({*one} & {*other}))

    assert alike(samples(text), samples(text[:24])) > 0.9
    assert alike(samples(text), samples(reworded(text, 0.1, language=language))) > 0.4
    assert alike(samples(text), samples(sentences(4, 60, language=language))) < 0.1


_PAIRS = st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])
_BONDS = st.lists(st.builds(lambda pair, n: Edge(*pair, n / 4), _PAIRS, st.integers(1, 8)))


@given(_BONDS, st.lists(_PAIRS, max_size=6), st.randoms())
def test_dividing_depends_on_the_bonds_not_on_their_order(
    edges: list[Edge], apart: list[tuple[int, int]], chance: object
) -> None:
    shuffled = [*edges]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    groups = partition(range(10), edges, apart)
    assert partition(reversed(range(10)), shuffled, reversed(apart)) == groups
    assert sorted(article for group in groups for article in group) == [*range(10)]
    assert not any(one in group and other in group for group in groups for one, other in apart)
    if not apart:
        where = {article: group for group in groups for article in group}
        assert all(where[bond.one] == where[bond.other] for bond in edges)
