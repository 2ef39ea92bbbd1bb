"""A draft is edited by command and by file; its evidence opens without us."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.digest import edit as by
from desk.digest import wording
from desk.digest.build import build
from desk.digest.model import KEY, TOUCHED, Digest, Edition, Material
from desk.practice.demo import practice_config
from desk.practice.server import Served, serve
from storage.archive import Archive
from storage.digests import ArticleRole
from storage.types import Grade, Match
from tests.support.cli import CommandLine, away
from tests.support.digest_samples import PERIOD, article

ANCHOR = date(2026, 3, 2)
HERE = ("--config", "hubwatch.toml", "--now", "2026-03-08T09:00+08:00")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(ANCHOR, 1) as served:
        yield served


@pytest.fixture
def hubwatch(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    served: Served,
) -> CommandLine:
    """A folder with a crawled practice portal, and digest 1 drafted."""
    away(tmp_path, monkeypatch)
    line = CommandLine(capsys)
    Path("hubwatch.toml").write_text(practice_config(served.hosts), encoding="utf-8")
    line(*HERE, "init")
    line(*HERE, "crawl", "practice-en-kjj", "practice-feed")
    line(*HERE, "digest", "draft", "--since-last", "--since", "2026-01-01", "--by", "Ana")
    return line


def stories(hubwatch: CommandLine) -> list[tuple[int, str]]:
    shown = hubwatch(*HERE, "digest", "show", "1", "--json").json
    return [(story["article"], story["title"]) for story in shown["stories"]]


@pytest.mark.slow
def test_a_draft_goes_out_as_a_file_and_comes_back_the_same(hubwatch: CommandLine) -> None:
    before = stories(hubwatch)
    hubwatch(*HERE, "digest", "edit", "1", "--export", "draft.toml")
    assert hubwatch(*HERE, "digest", "edit", "1", "--import", "draft.toml", "--by", "Li").code == 0
    assert stories(hubwatch) == before
    late = hubwatch(*HERE, "digest", "edit", "1", "--import", "draft.toml", "--by", "Li")
    assert (late.code, "export it again" in late.err) == (2, True)


@pytest.mark.slow
def test_a_digest_made_at_once_of_what_was_accepted_holds_nothing_else(
    hubwatch: CommandLine,
) -> None:
    later = ("--config", "hubwatch.toml", "--now", "2026-03-08T12:00+08:00")
    asked = (*later, "digest", "--since", "2026-01-01", "--accepted", "--format", "json")
    assert hubwatch(*asked).json["sections"] == []
    article, title = stories(hubwatch)[0]
    shown = hubwatch(*HERE, "show", str(article), "--json").json
    assert (
        hubwatch(*HERE, "decisions", "add", str(shown["story"]), "accept", "--by", "Li").code == 0
    )
    made = hubwatch(*asked).json
    assert [item["title"] for part in made["sections"] for item in part["items"]] == [title]


@pytest.mark.slow
def test_what_an_editor_changes_in_the_file_is_so(hubwatch: CommandLine) -> None:
    before = stories(hubwatch)
    hubwatch(*HERE, "digest", "edit", "1", "--export", "draft.toml")
    head, *items = Path("draft.toml").read_text("utf-8").split("\n[[item]]\n")
    items = [items[1], items[0], *items[3:]]
    items[0] = items[0].replace('# translation = ""', 'translation = "In translation"')
    items[2] += "\nlater = true\n"
    text = head.replace('# introduction = ""', 'introduction = """One.\n\nTwo."""')
    Path("draft.toml").write_text("\n[[item]]\n".join([text, *items]), "utf-8")
    done = hubwatch(*HERE, "digest", "edit", "1", "--import", "draft.toml", "--by", "Li")
    assert done.code == 0, done.err
    after = stories(hubwatch)
    assert after[:2] == [before[1], before[0]]
    assert len(after) == len(before) - 2
    page = hubwatch(*HERE, "digest", "preview", "1", "--format", "html").out
    assert "In translation" in page
    assert "<p>One.</p>\n<p>Two.</p>" in page
    assert "Draft, not issued" in page
    left = hubwatch(*HERE, "digest", "show", "1", "--json").json["left_out"]
    assert sorted(each["why"] for each in left) == ["trimmed", "waiting"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("draft = 1|draft = 7", "export it again"),
        ("digest = 1|digest = 9", "not of digest 1"),
        ("[[item]]|[[itm]]", "unknown key"),
        ("section = |sektion = ", "unknown key"),
        ("article = |article = 99", "no item of article"),
        ("title = |title = 3 #", "must be a text"),
        ("section = |section = ' ' #", "section: is empty"),
    ],
)
def test_a_slip_in_the_file_is_one_clear_line_and_changes_nothing(
    hubwatch: CommandLine, change: str, complaint: str
) -> None:
    before = stories(hubwatch)
    hubwatch(*HERE, "digest", "edit", "1", "--export", "draft.toml")
    text = Path("draft.toml").read_text("utf-8")
    Path("draft.toml").write_text(text.replace(*change.split("|"), 1), "utf-8")
    done = hubwatch(*HERE, "digest", "edit", "1", "--import", "draft.toml", "--by", "Li")
    assert done.code == 2
    assert complaint in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert stories(hubwatch) == before


@pytest.mark.slow
def test_several_changes_in_one_call_name_items_as_they_were(hubwatch: CommandLine) -> None:
    before = stories(hubwatch)
    done = hubwatch(
        *(*HERE, "digest", "edit", "1", "--trim", "1", "--later", "2", "--note", "3", "Mine."),
        *("--by", "Ana"),
    )
    assert done.out == "digest 1: item 3 noted; item 1 trimmed; item 2 left for later\n"
    assert stories(hubwatch) == before[2:]
    back = hubwatch(*HERE, "digest", "edit", "1", "--restore", str(before[0][0]), "--by", "Ana")
    assert back.code == 0
    assert before[0] in stories(hubwatch)
    wrong = hubwatch(*HERE, "digest", "edit", "1", "--trim", "999", "--by", "Ana")
    assert (wrong.code, "has no item 999" in wrong.err) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--section", "3", ""), "a section needs a heading"),
        (("--section", "3", " \t "), "a section needs a heading"),
        (("--title", " "), "a digest needs a title"),
        (("--move", "1", "0"), "has no place 0; its places are 1 to "),
        (("--move", "1", "99"), "has no place 99; its places are 1 to "),
        (("--move", "1", "-1"), "has no place -1; its places are 1 to "),
    ],
)
def test_what_a_draft_cannot_become_is_refused_in_one_line(
    hubwatch: CommandLine, asked: tuple[str, ...], says: str
) -> None:
    before = hubwatch(*HERE, "digest", "show", "1", "--json").json
    wrong = hubwatch(*HERE, "digest", "edit", "1", *asked, "--by", "Ana")
    assert (wrong.code, says in wrong.err) == (1, True), wrong.err
    assert len(wrong.err.splitlines()) == 1
    assert hubwatch(*HERE, "digest", "show", "1", "--json").json == before


@pytest.mark.slow
def test_an_issue_is_not_edited(hubwatch: CommandLine) -> None:
    hubwatch(*HERE, "digest", "issue", "1", "--by", "Li")
    done = hubwatch(*HERE, "digest", "edit", "1", "--title", "Other", "--by", "Ana")
    assert (done.code, "is issued and never changes" in done.err) == (1, True)
    assert hubwatch(*HERE, "digest", "discard", "1", "--by", "Ana").code == 1
    assert hubwatch(*HERE, "digest", "show", "7").code == 1
    for form in ("docx", "xlsx", "eml", "atom", "txt"):
        assert hubwatch(*HERE, "digest", "render", "1", "-o", f"d.{form}").code == 0
        first = Path(f"d.{form}").read_bytes()
        hubwatch(*HERE, "digest", "render", "1", "-o", f"d.{form}")
        assert Path(f"d.{form}").read_bytes() == first


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [str(value) for name, value in attrs if name == "href"]


@pytest.mark.slow
def test_evidence_opens_without_us_and_its_sums_are_accepted(
    hubwatch: CommandLine, tmp_path: Path
) -> None:
    hubwatch(*HERE, "digest", "issue", "1", "--by", "Li")
    hubwatch(*HERE, "digest", "evidence", "1", "-o", "one.zip")
    hubwatch(*HERE, "digest", "evidence", "1", "-o", "two.zip")
    data = Path("one.zip").read_bytes()
    assert data == Path("two.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        package.extractall("out")
        names = set(package.namelist())
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd="out", capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert len(checked.stdout.splitlines()) == len(names) - 1
    index = Links()
    index.feed(Path("out/index.html").read_text("utf-8"))
    assert set(index.found) <= names
    page = hubwatch(*HERE, "digest", "render", "1", "--format", "html").out
    assert Path("out/digest-1.html").read_text("utf-8") == page
    with Archive.open_readonly(next(tmp_path.rglob("*.db"))) as store:
        rests_on = {row[0] for row in store._db.execute("SELECT snapshot_id FROM digest_proofs")}
        for number, (article_id, title) in enumerate(stories(hubwatch), 1):
            proof = store.digests.proofs_of([article_id])[article_id]
            assert proof.snapshot_id in rests_on
            assert proof.snapshot_id is not None
            kept = Path(f"out/items/{number:03}/page.original.txt").read_bytes()
            assert kept == store.pages.snapshot(proof.snapshot_id).body
            assert hashlib.sha256(kept).hexdigest() == proof.sha256
            readable = Path(f"out/items/{number:03}/readable.txt").read_text("utf-8")
            assert readable.startswith(title)


def digest_of(*grades: Grade | None) -> Digest:
    seen = tuple(
        article(
            number,
            city="AB"[number % 2],
            matches=(Match("t", grade, "x", "body", 0, "x"),) if grade else (),
        )
        for number, grade in enumerate(grades, 1)
    )
    return build(Material(seen, (), {}, (), ()), Edition("Hub cities", PERIOD))


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("trim", "later", "restore", "move", "section")),
        st.integers(1, 8),
        st.integers(-2, 12),
    ),
    max_size=20,
)


@given(EDITS)
def test_no_edit_loses_a_story_or_counts_one_twice(edits: list[tuple[str, int, int]]) -> None:
    digest = digest_of(*[Grade.CORE, None, Grade.RELATED, None] * 2)
    for what, who, place in edits:
        try:
            if what == "trim":
                digest = by.trimmed(digest, who)
            elif what == "later":
                digest = by.put_off(digest, who)
            elif what == "restore":
                digest = by.restored(digest, who)
            elif what == "move":
                digest = by.moved(digest, who, place)
            else:
                digest = by.moved(digest, who, place, (KEY, "A", "New")[place % 3])
        except LookupError:
            continue
        here = [item.article_id for item in digest.items]
        gone = [left.item.article_id for left in digest.left]
        assert sorted(here + gone) == list(range(1, 9))
        assert [item.number for item in digest.items] == list(range(1, len(here) + 1))
        waits = sum(left.role is ArticleRole.WAITING for left in digest.left)
        assert digest.coverage.waiting == waits
        said = " ".join(wording.further(digest))
        assert (f"{waits} stor" in said and "left for a later digest" in said) is (waits > 0)


@given(st.permutations(range(1, 9)), st.integers(1, 8), st.randoms(use_true_random=False))
def test_what_is_taken_back_in_stands_where_it_stood(
    order: list[int], count: int, random: Random
) -> None:
    digest = digest_of(*[Grade.CORE, None, Grade.RELATED, None] * 2)
    before = arrangement(digest)
    for article_id in order[:count]:
        digest = by.trimmed(digest, article_id)
    for article_id in random.sample(order[:count], count):
        digest = by.restored(digest, article_id)
    assert arrangement(digest) == before


def arrangement(digest: Digest) -> dict[str, list[int]]:
    return {part.heading: [item.article_id for item in part.items] for part in digest.chapters}


def test_what_stood_behind_one_that_was_moved_away_comes_last() -> None:
    digest = by.trimmed(digest_of(*[None] * 8), 4)
    assert arrangement(by.restored(digest, 4))["A"] == [2, 4, 6, 8]
    digest = by.moved(digest, 2, 1, "New")
    assert arrangement(by.restored(digest, 4))["A"] == [6, 8, 4]


def test_what_was_updated_stays_apart_from_news() -> None:
    digest = digest_of(None, None)
    with pytest.raises(LookupError, match="stays there"):
        by.moved(digest, 1, 1, TOUCHED)
    assert by.trimmed(digest, 1).left[0].role is ArticleRole.TRIMMED
