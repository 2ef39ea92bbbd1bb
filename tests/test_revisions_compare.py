"""Two versions of an article compared: what changed, word by word, and whether that matters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.revisions import TextComparison, Version, compare
from storage.types import Attachment, Precision, Weight, When
from tests.support.examples import examples
from tests.support.make import SHANGHAI, day

ENGLISH = (
    "Guiyang will support 12 laboratories with 95 million yuan this year, mayor Ma Ninghua said on "
    "March 3.\n\nThe plan follows document No. 14 [2026]. Companies can apply until the end of May."
)
HAN = (
    "贵阳市今年将用9500万元支持12家实验室，市长马宁华3月3日表示。\n\n"
    "方案依据筑府发〔2026〕14号文件制定。企业可在五月底前申报。"
)


def bodies(before: str, after: str) -> TextComparison:
    return compare(Version("T", before), Version("T", after))


@pytest.mark.parametrize(
    ("text", "old", "new", "kind"),
    [
        (ENGLISH, "12 laboratories", "14 laboratories", "numbers"),
        (ENGLISH, "95 million yuan", "120 million yuan", "amounts"),
        (ENGLISH, "March 3", "March 5", "dates"),
        (ENGLISH, "Ma Ninghua", "Ma Xinhua", "names"),
        (ENGLISH, "No. 14 [2026]", "No. 15 [2026]", "document numbers"),
        (ENGLISH, " Companies can apply until the end of May.", "", "sentences"),
        (ENGLISH, "will support", "may support", "wording"),
        (HAN, "12家", "14家", "amounts"),
        (HAN, "9500万元", "9600万元", "amounts"),
        (HAN, "3月3日", "3月5日", "dates"),
        (HAN, "马宁华", "马新华", "names"),
        (HAN, "〔2026〕14号", "〔2026〕15号", "document numbers"),
        (HAN, "企业可在五月底前申报。", "", "sentences"),
        (HAN, "支持", "资助", "wording"),
    ],
)
def test_what_matters_is_material_and_named(text: str, old: str, new: str, kind: str) -> None:
    assert old in text
    found = bodies(text, text.replace(old, new))
    assert (found.weight, found.kinds) == (Weight.MATERIAL, (kind,))
    assert found.summary.startswith(f"{kind}: ")


def test_the_diff_is_by_words_and_for_han_by_characters() -> None:
    (hunk,) = bodies(ENGLISH, ENGLISH.replace("12 laboratories", "14 laboratories")).hunks
    assert (hunk.removed, hunk.added) == ("12", "14")
    assert hunk.before.endswith("will support ")
    assert hunk.after.startswith(" laboratories with")
    (hunk,) = bodies(HAN, HAN.replace("支持", "扶持")).hunks
    assert (hunk.removed, hunk.added) == ("支", "扶")
    assert bodies(HAN, HAN.replace("3月3日", "3月5日")).summary == "dates: 3月3日 → 3月5日"


def test_a_sentence_that_was_put_in_is_shown_as_a_whole() -> None:
    added = "Applications from abroad are welcome for the first time."
    (hunk,) = bodies(ENGLISH, f"{ENGLISH} {added}").hunks
    assert (hunk.kind, hunk.removed, hunk.added) == ("sentences", "", added)


@pytest.mark.parametrize("text", [ENGLISH, HAN])
@pytest.mark.parametrize(
    "tail",
    [
        "浏览次数：1,204",
        "阅读量: 87次",
        "Views: 1204",
        "相关链接\n贵阳召开科技大会\n市科技局发布榜单",
        "Related stories\nLaboratories open their doors\nA second list of projects",
        "【打印】 【关闭】",
        "Print | Share | Close",
        "上一篇：关于征求意见的公告",
    ],
)
def test_what_pages_show_beside_the_text_is_cosmetic(text: str, tail: str) -> None:
    found = bodies(text, f"{text}\n\n{tail}")
    assert found.weight is Weight.COSMETIC
    assert found.hunks
    assert found.summary


@pytest.mark.parametrize(
    ("old", "new"), [("，", "， "), ("。", "．"), ("〔", "["), ("，", ","), ("\n\n", "\n")]
)
def test_spaces_and_marks_are_cosmetic(old: str, new: str) -> None:
    assert bodies(HAN, HAN.replace(old, new)).weight is Weight.COSMETIC
    assert bodies(ENGLISH, ENGLISH.replace(", ", "; ").replace(". ", ".  ")).kinds == (
        "spaces and punctuation",
    )


def test_a_counter_in_a_sentence_is_a_number() -> None:
    before = "The video has 1,204 views, the bureau said, more than any before it."
    assert bodies(before, before.replace("1,204", "1,388")).weight is Weight.MATERIAL


def test_titles_dates_and_files() -> None:
    file = Attachment("http://e.test/a.pdf?t=1", "Plan", "pdf")
    before = Version("Hub city plan", ENGLISH, day("2026-03-03"), (file,))

    def after(**fields: object) -> TextComparison:
        values = {name: getattr(before, name) for name in Version.__slots__} | fields
        return compare(before, Version(**values))

    moved = Attachment("http://e.test/a.pdf?t=2", "Plan", "pdf")
    other = Attachment("http://e.test/b.pdf", "Budget", "pdf")
    noon = When(datetime(2026, 3, 3, 4, tzinfo=UTC), Precision.MINUTE, SHANGHAI)
    assert after().hunks == ()
    assert after(title="Hub city plan revised").kinds == ("title",)
    assert after(title="HUB CITY plan").weight is Weight.COSMETIC
    assert after(published=day("2026-03-04")).kinds == ("published",)
    assert after(published=noon).weight is Weight.COSMETIC
    assert after(attachments=(moved,)).weight is Weight.COSMETIC
    assert after(attachments=(file, other)).summary == "attachments: added Budget"
    assert after(attachments=()).summary == "attachments: removed Plan"


def test_what_matters_is_summed_up_not_what_does_not() -> None:
    found = bodies(ENGLISH, ENGLISH.replace("12", "14") + "\n\nViews: 9")
    assert found.summary == "numbers: 12 → 14"
    long = bodies("x", " ".join(f"Sentence number {n} is new here." for n in range(90)))
    assert len(long.summary) <= 240


@pytest.mark.slow
def test_a_text_that_was_replaced_is_published_whole_and_in_time() -> None:
    before = "\n\n".join(f"Line {n} of {n * 7} words about nothing at all." for n in range(4000))
    after = "\n\n".join(f"Row {n} has {n * 3} things to say about this." for n in range(4000))
    found = bodies(before, after)
    assert found.weight is Weight.MATERIAL
    assert len(found.summary) <= 240


# Without an "a", which alone in its line is a tool for the size of letters.
TEXTS = st.text(alphabet="bc 12.,。，贵阳市\n", max_size=120)


@settings(max_examples=examples(200))
@given(TEXTS)
def test_nothing_changed_is_no_difference(text: str) -> None:
    assert bodies(text, text).hunks == ()


@settings(max_examples=examples(200))
@given(TEXTS, TEXTS)
def test_both_directions_are_classified_alike_and_every_difference_has_a_kind(
    one: str, other: str
) -> None:
    there, back = bodies(one, other), bodies(other, one)
    assert there.weight is back.weight
    assert all(hunk.kind for hunk in there.hunks)
    if there.weight is Weight.MATERIAL:
        assert there.kinds
        assert there.summary


@settings(max_examples=examples(200))
@example("a ", 0, "\u200b")  # the mark of a font size, a tool of the page, seen or unseen
@given(TEXTS, st.integers(0, 200), st.sampled_from([" ", "\u3000", "\n", "\u200b", "，", "!"]))
def test_blanks_and_marks_between_words_never_matter(text: str, at: int, mark: str) -> None:
    place = next(
        (n for n in range(min(at, len(text)), len(text)) if text[n] in " \n。，"), len(text)
    )
    changed = text[:place] + mark + text[place:]
    if text[place - 1 : place].isdigit() or text[place : place + 1] in ".,":
        return  # 1,5 and 1.5 are numbers of their own
    assert bodies(text, changed).weight is Weight.COSMETIC


@settings(max_examples=examples(100))
@given(st.sampled_from([ENGLISH, HAN]), st.data())
def test_another_digit_always_matters(text: str, data: st.DataObject) -> None:
    places = [n for n, character in enumerate(text) if character.isdigit()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != text[at]]))
    assert bodies(text, text[:at] + digit + text[at + 1 :]).weight is Weight.MATERIAL
