"""The scores of the extraction benchmark: they must be the public ones, and able to be bad."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scores import (
    Hit,
    Row,
    Share,
    authors_hit,
    body_score,
    characters,
    day_hit,
    link_key,
    list_score,
    shares,
    title_hit,
)

TEXT = "one two three four five six seven"


def test_the_same_text_is_all_found() -> None:
    assert shares(TEXT, f"  {TEXT.replace(' ', ', ')}!") == Share(1.0, 0.0, 0.0)


def test_shingles_are_shares_of_all_that_either_text_has() -> None:
    # Label: 1234 2345 3456 4567; read: 1234 2345 and 345x. Two found, one wrong, two missed.
    found = shares(TEXT, "one two three four five x")
    assert found == Share(2 / 5, 1 / 5, 2 / 5)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(1 / 2)


def test_a_shingle_counts_as_often_as_it_stands() -> None:
    assert shares("a b c d", "a b c d a b c d").found == pytest.approx(1 / 5)


def test_a_text_shorter_than_a_shingle_is_one() -> None:
    assert shares("one two", "one two") == Share(1.0, 0.0, 0.0)
    assert shares("one two", "two one").found == 0.0


def test_reading_nothing_costs_recall_and_no_precision() -> None:
    score = body_score([shares(TEXT, TEXT), shares(TEXT, "")])
    assert (score.precision, score.recall) == (1.0, 0.5)
    assert score.f1 == pytest.approx(2 / 3)


def test_f1_is_of_the_averages_not_the_average_of_f1s() -> None:
    pages = [shares(TEXT, TEXT + " more and more"), shares(TEXT, "one two three four")]
    mean = sum(page.f1 for page in pages) / 2
    score = body_score(pages)
    both = score.precision + score.recall
    assert score.f1 == pytest.approx(2 * score.precision * score.recall / both)
    assert score.f1 != pytest.approx(mean)


def test_han_is_compared_by_characters() -> None:
    label, read = "科创中国试点城市", "科创中国 试点"
    assert shares(label, read).found == 0.0
    assert shares(label, read, characters) == Share(3 / 5, 0.0, 2 / 5)


def test_pages_that_differ_have_a_spread_and_equal_ones_none() -> None:
    assert body_score([shares(TEXT, TEXT)] * 5).spread == 0.0
    assert body_score([shares(TEXT, TEXT), shares(TEXT, "x y z w")] * 5).spread > 0.1


@given(st.text("ab cd", max_size=40), st.text("ab cd", max_size=40))
def test_shares_make_a_whole_and_turn_round(label: str, read: str) -> None:
    one, other = shares(label, read), shares(read, label)
    whole = one.found + one.wrong + one.missed
    assert whole == pytest.approx(1.0 if label.split() or read.split() else 0.0)
    assert (one.found, one.wrong, one.missed) == (other.found, other.missed, other.wrong)
    assert 0.0 <= one.f1 <= 1.0


@pytest.mark.parametrize(
    ("label", "read", "hit"),
    [
        ("2023-11-17 15:13", "2023-11-17T20:00:00+08:00", Hit.RIGHT),
        ("2023-11-17", "2023-11-18", Hit.WRONG),
        ("2023-11-17", "2023-11", Hit.WRONG),
        ("2023-11-17", "", Hit.NONE),
        ("", "", Hit.RIGHT),
        ("", "2023-11-17", Hit.WRONG),
    ],
)
def test_days(label: str, read: str, hit: Hit) -> None:
    assert day_hit(label, read) is hit


def test_rows_are_matched_by_link_and_judged_by_day() -> None:
    labels = [
        Row("http://a.gov/1.pdf", "2023-01-01"),
        Row("http://a.gov/2.pdf", "2023-01-02"),
        Row("http://a.gov/3.pdf", "2023-01-03"),
        Row("http://a.gov/4.pdf", ""),  # an approximate day
    ]
    rows = [
        Row("https://A.gov/1.pdf", "2023-01-01"),
        Row("http://a.gov/2.pdf", "2023-01-09"),
        Row("http://a.gov/4.pdf", "2023-01-04"),
        Row("http://a.gov/about.html", ""),
        Row("http://a.gov/1.pdf", ""),  # the same row's second link
    ]
    score = list_score(labels, rows)
    assert (score.labelled, score.found, score.dated, score.right, score.extra) == (4, 3, 2, 1, 1)
    assert (score + score).found == 6


def test_a_day_that_was_not_read_is_not_right() -> None:
    score = list_score([Row("http://a.gov/1", "2023-01-01")], [Row("http://a.gov/1", "")])
    assert (score.found, score.right) == (1, 0)


def test_one_link_under_several_days_may_have_any_of_them() -> None:
    labels = [Row("http://a.gov/1", "2023-01-01"), Row("http://a.gov/1", "2023-02-01")]
    score = list_score(labels, [Row("http://a.gov/1", "2023-02-01")])
    assert (score.labelled, score.found, score.right) == (1, 1, 1)


def test_one_address_written_in_two_ways_is_one_link() -> None:
    assert link_key("http://a.gov/x%20y.pdf#p2") == link_key("https://A.GOV/x y.pdf")
    assert link_key("http://a.gov/x?a=1") != link_key("http://a.gov/x?a=2")


@pytest.mark.parametrize(
    ("label", "read", "hit"),
    [
        (("Ann Miller", "Bo Lee"), "ANN MILLER and Bo Lee", Hit.RIGHT),
        (("张三", "李四"), "张三、李四", Hit.RIGHT),
        (("张三", "李四"), "张三 李四", Hit.RIGHT),
        (("Ann Miller",), "Ann Miller, Bo Lee", Hit.WRONG),
        (("Ann Miller",), "", Hit.NONE),
        ((), "", Hit.RIGHT),
        ((), "Ann Miller", Hit.WRONG),
    ],
)
def test_writers_are_right_whole_or_not_at_all(label: tuple[str, ...], read: str, hit: Hit) -> None:
    assert authors_hit(label, read) is hit


def test_a_title_is_compared_without_punctuation() -> None:
    assert title_hit("“Mill” opens – again", "Mill opens: again") is Hit.RIGHT
    assert title_hit("Mill opens", "Mill opens | Harbour") is Hit.WRONG
    assert title_hit("Mill opens", "") is Hit.NONE
