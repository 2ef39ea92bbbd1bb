"""Digests on the desk: drafted and edited by forms, looked at, issued, downloaded, put right."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import pytest

from desk.digest.drafts import opened
from desk.digest.formats import MEDIA_TYPES
from desk.digest.model import KEY, Digest, DigestStyle
from storage.archive import Archive
from storage.decisions import Verb
from storage.digests import ArticleRole, DigestHead, DigestState
from storage.people import PersonRole as Standing
from tests import catalogues
from tests.support.desks import Answer, Client, keep, let_in, page_of, serving, sign_in
from tests.support.digest_samples import FORMATS
from tests.support.make import NOW, later

HUB = "Foshan chosen as hub city of Innovation China"
HUB_BODY = (
    "Foshan is one of the hub cities of the Innovation China program, its science association "
    "said. Ceramic makers will be visited by experts from forty laboratories this spring."
)
DRAFT = (("basis", "since-last"), ("scope", "all"), ("grouping", "city"))
LOOKED_AT = ("", "/preview", "/issue", "/page", "/file/docx", "/evidence")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five stories; the first is about a hub city. Li has a sign-in link."""
    archive = tmp_path_factory.mktemp("prepared") / "hubwatch.db"
    keep(archive, page_of(1, title=HUB, body=HUB_BODY), *(page_of(n) for n in (2, 3, 4, 5)))
    let_in(archive, "Li")
    return archive


@pytest.fixture
def filled(prepared: Path, archive: Path) -> Path:
    """The same, to be changed."""
    shutil.copy(prepared, archive)
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """Li at the desk."""
    with serving(filled, now=later(hours=1)) as client:
        sign_in(client, "link-of-Li")
        yield client


@pytest.fixture
def draft(client: Client) -> Client:
    """The same with digest 1 drafted: items 1 to 5, the first a key item."""
    assert client.post("/digests", DRAFT).headers["location"] == "/digests/1?did=drafted"
    return client


def head(archive: Path, number: int = 1) -> DigestHead:
    with Archive.open_readonly(archive) as store:
        found = store.digests.get(number)
    assert found
    return found


def digest(archive: Path, number: int = 1) -> Digest:
    with Archive.open_readonly(archive) as store:
        return opened(store, number)


def titles(archive: Path, number: int = 1) -> list[str]:
    return [item.title for item in digest(archive, number).items]


def log(archive: Path, number: int = 1) -> list[tuple[str, str]]:
    with Archive.open_readonly(archive) as store:
        return [(edit.person, edit.what) for edit in store.digests.edits(number)]


def edit(
    client: Client, do: str, fields: Sequence[tuple[str, object]] = (), version: int = 1
) -> Answer:
    return client.post("/digests/1", [("do", do), ("version", version), *fields])


def shown(answer: Answer) -> str:
    """What a page says, tags left out."""
    text = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(unescape(text).split())


def test_a_digest_is_drafted_by_the_form_and_stands_first_on_the_shelf(
    client: Client, filled: Path
) -> None:
    assert "No digest has been made yet." in shown(client.get("/digests"))
    client.post("/digests", DRAFT)
    client.post("/digests", [*DRAFT, ("title", "Second one"), ("topic", "innovation-china")])
    page = client.get("/digests")
    assert re.findall(r'<h2><a href="/digests/(\d)"', page.text) == ["2", "1"]
    said = shown(page)
    assert "Digest 2 Second one draft" in said
    assert "2026-02-23 13:00 to 2026-03-02 13:00, Asia/Shanghai all stories items: 5" in said
    assert "made by Li, 2026-03-02 13:00" in said
    assert titles(filled)[0] == HUB
    assert head(filled).made_by == "Li"
    assert titles(filled, 2) == [HUB]


def test_a_period_is_drafted_and_the_series_goes_on_by_itself(client: Client, filled: Path) -> None:
    client.post("/digests", [*DRAFT[1:], ("basis", "period"), ("since", "2d"), ("grouping", "x")])
    fields = [("basis", "period"), ("scope", "relevant"), ("grouping", "topic"), ("since", "2d")]
    made = client.post("/digests", fields)
    assert made.headers["location"] == "/digests/1?did=drafted"
    found = head(filled)
    assert (found.basis, found.selection, found.items) == ("period", "relevant", 1)
    client.post("/digests", [*DRAFT, ("title", "The series")])
    client.post("/digests/2/issue", [("version", 1)])
    page = client.get("/digests").text
    assert 'name="scope" value="all" checked' in page
    assert 'name="title" value="The series"' in page
    assert "last: digest 2, until 2026-03-02 13:00" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([("scope", "some")], "That form is not of this page."),
        ([("topic", "cheese")], "That form is not of this page."),
        ([("basis", "moon")], "That form is not of this page."),
        ([("basis", "period")], "Say from when."),
        ([("since", "<b>soon")], "“<b>soon” is no date or span."),
        ([("basis", "period"), ("since", "2026-03-09")], "The period ends before it begins."),
        (
            [("basis", "period"), ("since", "3d"), ("until", "4d")],
            "The period ends before it begins.",
        ),
        ([("basis", "moon"), ("since", "3d"), ("until", "4d")], "The period ends before"),
        ([("scope", ""), ("since", "2026-13-01")], "“2026-13-01” is no date or span."),
        ([("until", "soon")], "“soon” is no date or span."),
    ],
)
def test_a_slip_in_the_form_is_said_there_and_drafts_nothing(
    client: Client, filled: Path, fields: list[tuple[str, object]], told: str
) -> None:
    usual = [each for each in DRAFT if each[0] not in dict(fields)]
    answer = client.post("/digests", [*usual, *fields, ("title", "Kept <i>")])
    assert answer.status == 400
    assert told in unescape(answer.text)
    assert "<b>soon" not in answer.text
    assert 'value="Kept &lt;i&gt;"' in answer.text
    with Archive.open_readonly(filled) as store:
        assert store.digests.latest() == ()


@pytest.mark.parametrize(
    ("do", "fields", "order", "what"),
    [
        ("down", [("item", 2)], [1, 3, 2, 4, 5], "item 2 to place 2"),
        ("up", [("item", 4)], [1, 2, 4, 3, 5], "item 4 to place 2"),
        ("move", [("item", 5), ("place", 1)], [1, 5, 2, 3, 4], "item 5 to place 1"),
        ("move", [("item", 2), ("place", 4)], [1, 3, 4, 5, 2], "item 2 to place 4"),
        (
            "move",
            [("item", 4), ("place", 1), ("heading", KEY)],
            [4, 1, 2, 3, 5],
            "item 4 in Key items; item 4 to place 1",
        ),
        (
            "move",  # with the place that it had in the longer section that it leaves
            [("item", 5), ("place", 4), ("heading", KEY)],
            [1, 5, 2, 3, 4],
            "item 5 in Key items; item 5 to place 2",
        ),
        ("item", [("item", 3), ("own_heading", "New")], [1, 2, 4, 5, 3], "item 3 in New"),
        ("out", [("item", 3)], [1, 2, 4, 5], "item 3 trimmed"),
        ("later", [("item", 1)], [2, 3, 4, 5], "item 1 left for later"),
    ],
)
def test_forms_arrange_a_draft_and_the_log_says_who(
    draft: Client,
    filled: Path,
    do: str,
    fields: list[tuple[str, object]],
    order: list[int],
    what: str,
) -> None:
    before = titles(filled)
    answer = edit(draft, do, fields)
    assert answer.status == 303
    assert titles(filled) == [before[number - 1] for number in order]
    assert log(filled)[1:] == [("Li", what)]
    assert draft.get(answer.headers["location"]).status == 200


@pytest.mark.parametrize("place", ["0", "-1", "999", "first", ""])
def test_a_place_that_its_section_has_not_is_said_and_changes_nothing(
    draft: Client, filled: Path, place: str
) -> None:
    before = titles(filled)
    answer = edit(draft, "move", [("item", 2), ("place", place)])
    assert answer.status == 400
    assert "its places are 1 to 4" in answer.text
    assert (titles(filled), log(filled)[1:]) == (before, [])


def test_the_keyboard_goes_on_where_it_was(draft: Client) -> None:
    page = draft.get(edit(draft, "down", [("item", 2)]).headers["location"]).text
    (focused,) = re.findall(r"<(?:button|summary)[^>]* autofocus[^>]*>.*?item (\d)", page)
    assert focused == "3"
    assert re.search(r'value="down"[^>]* autofocus', page)
    page = draft.get(edit(draft, "out", [("item", 3)], 2).headers["location"]).text
    assert re.search(r'value="out"[^>]* autofocus[^>]*>[^<]*<span[^>]*> item 3', page)


def test_what_was_left_out_is_taken_back(draft: Client, filled: Path) -> None:
    edit(draft, "out", [("item", 3)])
    edit(draft, "later", [("item", 3)], version=2)
    left = {each.role: each.item.article_id for each in digest(filled).left}
    page = shown(draft.get("/digests/1"))
    assert "Left out 2" in page
    assert "left out for good" in page
    assert "waits for the next digest" in page
    edit(draft, "back", [("article", left[ArticleRole.TRIMMED])], version=3)
    assert [each.role for each in digest(filled).left] == [ArticleRole.WAITING]
    assert len(titles(filled)) == 4
    assert edit(draft, "back", [("article", 99)], version=4).status == 400


def test_words_of_ones_own_are_kept_and_only_what_differs_is_logged(
    draft: Client, filled: Path
) -> None:
    told = "One\r\nline.\r\n\r\nAnother <i>."
    edit(draft, "words", [("title", "Hub-city updates"), ("introduction", told)])
    fields = [("item", 1), ("translation", "佛山"), ("note", "Mine.\r\n\r\nYours.")]
    edit(draft, "item", fields, version=2)
    found = digest(filled)
    assert found.introduction == "One line.\n\nAnother <i>."
    assert (found.items[0].translation, found.items[0].note) == ("佛山", "Mine.\n\nYours.")
    assert log(filled)[1:] == [("Li", "introduction"), ("Li", "item 1 translated; item 1 noted")]
    page = draft.get("/digests/1").text
    assert "<p>One line.</p><p>Another &lt;i&gt;.</p>" in page
    again = edit(draft, "item", fields, version=3)
    assert again.headers["location"].endswith("did=nothing")
    assert edit(draft, "words", [("title", " ")], version=3).status == 400
    assert len(log(filled)) == 3


def test_what_changes_nothing_makes_no_version(draft: Client, filled: Path) -> None:
    for do, item in (("up", 1), ("up", 2), ("down", 5)):
        assert edit(draft, do, [("item", item)]).status == 303
    assert head(filled).version == 1


def test_a_second_editor_overwrites_nothing_and_keeps_what_was_typed(
    draft: Client, filled: Path
) -> None:
    ana = Client(draft.port)
    sign_in(ana, let_in(filled, "Ana"))
    edit(ana, "out", [("item", 2)])
    answer = edit(draft, "item", [("item", 5), ("note", "An hour's work <b>")])
    assert answer.status == 409
    assert "Ana has changed this draft since you opened it (item 2 trimmed)" in shown(answer)
    assert "An hour&#39;s work &lt;b&gt;" in answer.text
    assert all(item.note == "" for item in digest(filled).items)
    for do in ("refresh", "discard"):
        assert edit(draft, do).status == 409
    assert (head(filled).version, head(filled).state) == (2, DigestState.DRAFT)


def test_what_one_changed_in_another_window_is_told_as_one_s_own(draft: Client) -> None:
    assert edit(draft, "out", [("item", 2)]).status == 303
    answer = edit(draft, "item", [("item", 5), ("note", "typed in the first window")])
    assert answer.status == 409
    assert "You have changed this draft yourself" in shown(answer)
    assert "Li has changed" not in shown(answer)
    assert "typed in the first window" in answer.text


def test_what_was_typed_is_shown_again_to_whoever_is_signed_out(
    draft: Client, filled: Path
) -> None:
    draft.cookies.clear()
    text = "An hour's work <b>\n\nand more"
    for path, name in (
        ("/digests/1", "introduction"),
        ("/contradiction/1", "why"),
        ("/say", "why"),
    ):
        answer = draft.post(path, [("do", "words"), ("version", 1), (name, text), ("story", 77)])
        assert answer.status == 403
        assert "You are signed out" in answer.text
        shown_again = re.findall("<pre.*?>(.*?)</pre>", answer.text, re.S)
        assert [unescape(each) for each in shown_again] == [text]
    huge = draft.post("/digests/1", [("introduction", "long " * 30_000)])
    assert huge.status == 403
    assert "long long" not in huge.text
    assert head(filled).version == 1


def test_a_form_sent_twice_does_its_work_once(draft: Client, filled: Path) -> None:
    places = [edit(draft, "out", [("item", 2)]).headers["location"] for _ in range(2)]
    assert all("did=trimmed" in place for place in places)
    assert len(titles(filled)) == 4
    assert edit(draft, "out", [("item", 2)], version=2).status == 303
    assert len(titles(filled)) == 3


def test_other_words_from_a_second_window_are_not_taken_for_the_same(
    draft: Client, filled: Path
) -> None:
    for text, status in (("First.", 303), ("First.", 303), ("Second.", 409)):
        assert edit(draft, "item", [("item", 3), ("note", text)]).status == status
    assert edit(draft, "words", [("title", "Other"), ("introduction", "x")]).status == 409
    assert digest(filled).items[2].note == "First."


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("eat", []), ("up", []), ("up", [("item", "9")]), ("up", [("item", "-1")]),
        ("out", [("item", "x")]), ("item", [("item", 10**30)]),
    ],
)  # fmt: skip
def test_a_form_of_nothing_changes_nothing(
    draft: Client, filled: Path, do: str, fields: list[tuple[str, object]]
) -> None:
    assert edit(draft, do, fields).status == 400
    assert head(filled).version == 1


def test_a_draft_is_made_anew_and_laid_aside(draft: Client, filled: Path) -> None:
    edit(draft, "out", [("item", 2)])
    keep(filled, page_of(6), now=later(minutes=30))
    assert edit(draft, "refresh", version=2).status == 303
    assert len(titles(filled)) == 6
    done = edit(draft, "discard", version=3)
    assert "The draft is laid aside." in draft.get(done.headers["location"]).text
    assert head(filled).state is DigestState.DISCARDED
    page = draft.get("/digests/1").text
    assert "laid aside" in page
    assert 'name="do"' not in page
    assert edit(draft, "up", [("item", 2)], version=3).status == 409
    assert draft.post("/digests/1/issue", [("version", 3)]).status == 409


def test_a_disputed_story_is_warned_of_wherever_the_draft_is_checked(
    draft: Client, filled: Path
) -> None:
    with Archive.open(filled) as store, store.writing() as tx:
        tx.decisions.decide(1, Verb.ACCEPT, person="Li", value="", now=NOW)
        tx.decisions.decide(1, Verb.REJECT, person="Ana & Co", value="old", now=NOW)
    for path in ("", "/preview", "/issue"):
        told = shown(draft.get(f"/digests/1{path}"))
        assert f"Item 1 is disputed (Li: Accept, Ana & Co: Reject): {HUB}" in told, path
    assert "Disputed, and would go out so: 1" in shown(draft.get("/digests/1/issue"))
    draft.post("/digests/1/issue", [("version", 1)])
    assert "Item 1 is disputed" not in draft.get("/digests/1").text


@pytest.mark.parametrize(
    ("language", "warned", "refused"),
    [
        ("en", "Item 2 became one story with item 1 since", "Leave one of them out, or make the"),
        ("zh", "第 2 条在起草后已与第 1 条并为同一报道", "请移出其中一条，或重新生成草稿"),
    ],
)
def test_stories_joined_since_the_draft_are_warned_of_and_refused_in_ones_own_language(
    draft: Client, filled: Path, language: str, warned: str, refused: str
) -> None:
    stories = [item.story_id for item in digest(filled).items[:2]]
    with Archive.open(filled) as store, store.writing() as tx:
        tx.stories.merge(stories, person="Ana", why="", now=NOW)
    draft.cookies["hubwatch-language"] = language
    for path in ("", "/preview", "/issue"):
        assert warned in shown(draft.get(f"/digests/1{path}")), path
    answer = draft.post("/digests/1/issue", [("version", 1)])
    assert answer.status == 409
    assert refused in shown(answer)
    assert head(filled).state is DigestState.DRAFT


def test_issuing_says_what_it_freezes_and_freezes_it(draft: Client, filled: Path) -> None:
    edit(draft, "out", [("item", 4)])
    edit(draft, "later", [("item", 4)], version=2)
    told = shown(draft.get("/digests/1/issue"))
    assert "items: 3, under the title “Hub-city updates”" in told
    assert "1 left out for good" in told
    assert "1 left for the next digest" in told
    assert f"its files in {len(FORMATS)} formats" in told
    assert draft.post("/digests/1/issue", [("version", 2)]).status == 409
    assert head(filled).state is DigestState.DRAFT
    for _ in range(2):
        done = draft.post("/digests/1/issue", [("version", 3)])
        assert done.headers["location"] == "/digests/1?did=issued"
    found = head(filled)
    assert (found.state, found.issued_by, found.items) == (DigestState.ISSUED, "Li", 3)
    assert log(filled).count(("Li", "issued")) == 1
    assert edit(draft, "up", [("item", 3)], version=3).status == 409
    assert draft.get("/digests/1/issue").status == 303
    assert draft.get("/digests/1/preview").status == 303


def test_every_format_is_downloaded_as_it_was_frozen(draft: Client, filled: Path) -> None:
    draft.post("/digests/1/issue", [("version", 1)])
    keep(filled, page_of(2, title="Another title"), now=later(hours=2))
    page = draft.get("/digests/1")
    with Archive.open_readonly(filled) as store:
        files = {file.format: file for file in store.digests.files(1)}
    assert list(files) == sorted(form.value for form in FORMATS)
    for form in FORMATS:
        got = draft.get(f"/digests/1/file/{form}")
        assert got.headers["content-type"] == MEDIA_TYPES[form]
        name = f'attachment; filename="digest-1.{form}"'
        assert got.headers["content-disposition"] == name
        assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert hashlib.sha256(got.data).hexdigest() == files[form].sha256
        assert f'href="/digests/1/file/{form}"' in page.text
        assert files[form].sha256 in page.text
    assert draft.get("/digests/1/file/exe").status == 404


def test_the_evidence_is_a_package_that_opens(draft: Client) -> None:
    draft.post("/digests/1/issue", [("version", 1)])
    got = draft.get("/digests/1/evidence")
    assert got.headers["content-type"] == "application/zip"
    assert got.headers["content-disposition"] == 'attachment; filename="evidence-1.zip"'
    with zipfile.ZipFile(io.BytesIO(got.data)) as package:
        assert package.testzip() is None
        assert {"index.html", "SHA256SUMS", "digest-1.html"} <= {*package.namelist()}
        assert package.read("digest-1.html") == draft.get("/digests/1/file/html").data


@pytest.mark.parametrize("issued", [False, True])
def test_the_page_of_a_digest_may_do_nothing_and_be_framed_by_us_alone(
    draft: Client, issued: bool
) -> None:
    if issued:
        draft.post("/digests/1/issue", [("version", 1)])
    got = draft.get("/digests/1/page")
    policy = got.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups")
    for wanted in ("default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"):
        assert wanted in policy
    for unwanted in ("allow-scripts", "allow-same-origin", "script-src"):
        assert unwanted not in policy
    assert got.headers["x-frame-options"] == "SAMEORIGIN"
    assert got.data == draft.get("/digests/1/file/html").data
    outer = draft.get("/digests/1" if issued else "/digests/1/preview")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in outer.text
    assert "unsafe" not in outer.headers["content-security-policy"]


@pytest.mark.slow
def test_two_drafts_of_the_same_time_do_not_both_go_out(draft: Client, filled: Path) -> None:
    draft.post("/digests", DRAFT)
    draft.post("/digests/1/issue", [("version", 1)])
    late = draft.post("/digests/2/issue", [("version", 1)])
    assert late.status == 409
    assert "Make the draft anew" in shown(late)
    anew = draft.post("/digests/2", [("do", "refresh"), ("version", 1)])
    assert anew.headers["location"] == "/digests/2?did=refreshed"
    assert draft.post("/digests/2/issue", [("version", 2)]).status == 303
    assert titles(filled, 2) == []


@pytest.mark.slow
def test_a_correction_is_a_digest_of_its_own(draft: Client, filled: Path) -> None:
    assert draft.get("/digests/1/correct").status == 303  # a draft is edited instead
    draft.post("/digests/1/issue", [("version", 1)])
    before = draft.get("/digests/1/file/html").data
    assert "What it puts right" in draft.get("/digests/1/correct").text
    assert draft.post("/digests/1/correct", [("reason", " ")]).status == 400
    made = draft.post("/digests/1/correct", [("reason", "Item 2: yuan <b>")])
    assert made.headers["location"] == "/digests/2?did=corrected"
    assert "What it puts right: Item 2: yuan <b>" in unescape(draft.get("/digests/2").text)
    assert 'value="refresh"' not in draft.get("/digests/2").text
    draft.post("/digests/2", [("do", "words"), ("version", 1), ("title", "Put right")])
    draft.post("/digests/2/issue", [("version", 2)])
    assert "corrected by digest 2" in shown(draft.get("/digests/1"))
    assert "corrects digest 1" in shown(draft.get("/digests/2"))
    assert draft.get("/digests/1/file/html").data == before
    assert titles(filled, 2) == titles(filled)


@pytest.mark.slow
def test_an_issue_is_withdrawn(draft: Client, filled: Path) -> None:
    draft.post("/digests/1/issue", [("version", 1)])
    assert "Draft a withdrawal" in draft.get("/digests/1/correct").text
    wrong = draft.post("/digests/1/correct", [("reason", " "), ("do", "withdraw")])
    assert wrong.status == 400
    made = draft.post("/digests/1/correct", [("reason", "Sent by mistake"), ("do", "withdraw")])
    assert made.headers["location"] == "/digests/2?did=withdrawn"
    page = shown(draft.get("/digests/2?did=withdrawn"))
    assert "holds none of the items" in page
    assert "withdraws digest 1" in page
    assert "Nothing that stood in it holds any more." in page
    draft.post("/digests/2/issue", [("version", 1)])
    assert titles(filled, 2) == []
    assert "corrected by digest 2" in shown(draft.get("/digests/1"))
    assert "Draft a withdrawal" not in draft.get("/digests/2/correct").text


def test_how_it_was_sent_is_shown(draft: Client, filled: Path) -> None:
    draft.post("/digests/1/issue", [("version", 1)])
    page = draft.get("/digests/1").text
    assert "It has not been handed on yet. The desk does not do that: commands do" in page
    assert "<code>hubwatch digest deliver</code>" in page
    with Archive.open(filled) as store:
        with store.writing() as tx:
            owed = tx.deliveries.enqueue(1, "team", "mail", "key", NOW)
            first = tx.deliveries.begin_attempt(owed.id, NOW)
        with store.writing() as tx:
            tx.deliveries.end_attempt(
                first, sent="delayed", reason="451 <later>", state="owed", next_at=later(hours=5),
                now=NOW,
            )  # fmt: skip
            tx.deliveries.begin_attempt(owed.id, later(hours=2))
    told = shown(draft.get("/digests/1"))
    assert "team to be sent next try 2026-03-02 17:00 mail 2026-03-02 12:00 not now" in told
    assert "451 <later> 2026-03-02 14:00 in doubt" in told


@pytest.mark.parametrize("issued", [False, True])
def test_readers_see_everything_and_change_nothing(
    draft: Client, filled: Path, issued: bool
) -> None:
    if issued:
        draft.post("/digests/1/issue", [("version", 1)])
    version = head(filled).version
    rea = Client(draft.port)
    sign_in(rea, let_in(filled, "Rea", Standing.READER))
    assert 'action="/digests' not in rea.get("/digests").text
    page = rea.get("/digests/1").text
    assert 'action="/digests' not in page
    assert 'href="/digests/1/issue"' not in page
    assert 'href="/digests/1/correct"' not in page
    assert "Copy citation" in page
    for path in ("/page", "/file/md", "/evidence", "" if issued else "/preview"):
        assert rea.get(f"/digests/1{path}").status == 200
    for path in ("/issue", "/correct"):
        assert rea.get(f"/digests/1{path}").status == 403
    for path in ("", "/1", "/1/issue", "/1/correct"):
        fields = [*DRAFT, ("do", "out"), ("item", 1), ("version", version), ("reason", "x")]
        assert rea.post(f"/digests{path}", fields).status == 403
    assert head(filled).version == version
    with Archive.open_readonly(filled) as store:
        assert len(store.digests.latest()) == 1


def test_strangers_and_forms_from_elsewhere_reach_no_digest(draft: Client, filled: Path) -> None:
    stranger = Client(draft.port)
    for path in LOOKED_AT:
        assert stranger.get(f"/digests/1{path}").status == 303
    for path in ("", "/1", "/1/issue", "/1/correct"):
        assert stranger.post(f"/digests{path}", DRAFT).status == 403
        sent = draft.post(f"/digests{path}", DRAFT, Origin="https://evil.example")
        assert sent.status == 403
    assert head(filled).state is DigestState.DRAFT
    assert head(filled).version == 1


@pytest.mark.parametrize("number", ["7", "99999999999999999999999999"])
def test_what_is_not_there_is_not_found(draft: Client, number: str) -> None:
    for path in LOOKED_AT:
        assert draft.get(f"/digests/{number}{path}").status == 404
    assert draft.post(f"/digests/{number}", [("do", "up")]).status == 404
    assert draft.get("/digests?before=99999999999999999999999999").status == 200


@pytest.mark.slow
def test_nothing_that_was_typed_or_printed_is_markup(archive: Path) -> None:
    evil = "<script>alert(1)</script>{{7*7}}\" onfocus='x'"
    keep(archive, page_of(1, title=evil, source=evil), page_of(2, body=page_of(1)["body"]))
    link = let_in(archive, "Li")
    with serving(archive, now=later(hours=1)) as client:
        sign_in(client, link)
        client.post("/digests", [*DRAFT, ("title", evil)])
        edit(client, "words", [("title", evil), ("introduction", evil)])
        edit(client, "item", [("item", 1), *((n, evil) for n in ("translation", "note"))], 2)
        edit(client, "item", [("item", 1), ("own_heading", evil)], 3)
        pages = [f"/digests/1{path}" for path in ("", "/preview", "/issue", "/page")]
        looked = [client.get(path).text for path in ("/digests", "/story/1", *pages)]
        client.post("/digests/1/issue", [("version", 4)])
        looked.append(client.get("/digests/1").text)
    for text in looked:
        assert "<script>alert" not in text
        assert " onfocus='x'" not in re.sub(r">[^<]*<", "><", text)
        assert "alert(1)" in text
        assert ">49" not in text


def test_a_template_of_ones_own_that_fails_is_said_in_one_line(
    filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "digest.html.j2").write_text("{{ nothing.at.all }}")
    with serving(filled, now=later(hours=1), look=DigestStyle(templates=tmp_path)) as client:
        sign_in(client, "link-of-Li")
        client.post("/digests", DRAFT)
        assert client.get("/digests/1").status == 200
        for answer in (
            client.get("/digests/1/page"),
            client.post("/digests/1/issue", [("version", 1)]),
        ):
            assert answer.status == 400
            assert "digest.html.j2" in shown(answer)
    assert head(filled).state is DigestState.DRAFT


def test_a_story_and_an_item_are_cited_by_the_one_grammar(draft: Client) -> None:
    cited = re.findall(
        r'<blockquote class="cited"[^>]*>(.*?)</blockquote>', draft.get("/story/1").text
    )
    assert len(cited) == 1
    text = unescape(re.sub(r"<[^>]+>", "", cited[0]))
    assert re.fullmatch(
        rf".+: “{HUB}”\. a, 2026-03-01\. http://a\.test/a/1\.htm\. Archived 2026-03-02 12:00 "
        r"\(Asia/Shanghai\), article 1, page 1, SHA-256 [0-9a-f]{64}\.",
        text,
    )
    assert cited[0] in draft.get("/digests/1").text
    draft.post("/digests/1/issue", [("version", 1)])
    assert cited[0] in draft.get("/digests/1").text


def test_the_pages_speak_chinese(draft: Client) -> None:
    english = {
        str(one.id) for one in catalogues.read("zh")
        if len(one.id) > 12 and "%" not in one.id and one.id != one.string
    }  # fmt: skip
    draft.cookies["hubwatch-language"] = "zh"
    edit(draft, "later", [("item", 2)])
    seen = [draft.get(path) for path in ("/digests", "/digests/1?did=later")]
    seen += [draft.get(f"/digests/1{path}") for path in ("/preview", "/issue")]
    draft.post("/digests/1/issue", [("version", 2)])
    seen += [draft.get(f"/digests/1{path}") for path in ("?did=issued", "/correct")]
    seen.append(edit(draft, "up"))
    for answer in seen:
        assert '<html lang="zh-Hans">' in answer.text
        assert [phrase for phrase in english if f">{phrase}<" in answer.text] == []
    assert "已留待下期" in seen[1].text


def test_the_form_chooses_the_language_of_a_digest_and_goes_on_with_it(
    client: Client, filled: Path
) -> None:
    client.post("/digests", [*DRAFT, ("language", "zh")])
    assert digest(filled).edition.language == "zh"
    words = [("title", digest(filled).edition.title), ("introduction", "")]
    edit(client, "words", [*words, ("language", "both")])
    assert digest(filled).edition.language == "both"
    assert log(filled)[-1] == ("Li", "language both")
    assert edit(client, "words", [*words, ("language", "fr")], 2).status == 400
    client.post("/digests/1/issue", [("version", 2)])
    assert 'value="both" selected' in client.get("/digests").text
    assert "参考文献 / References" in client.get("/digests/1/page").text
    assert client.post("/digests", [*DRAFT, ("language", "fr")]).status == 400
