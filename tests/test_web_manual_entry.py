"""Adding by hand at the desk: both forms, what they refuse, what they show, what they never do."""

from __future__ import annotations

import hashlib
import re
import sys
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path

import pytest

from storage.additions import LASTS
from storage.archive import Archive
from storage.attachments import FileText, PackedText
from storage.people import PersonRole
from storage.types import Outcome
from tests.support import documents
from tests.support.desks import Answer, Client, keep, let_in, page_of, serving, sign_in
from tests.support.make import NOW, later
from tests.support.manual_entry import HAN, HAN_TITLE, PNG, WECHAT, installed
from tests.support.servers import Server, answer

ITEM = [("title", HAN_TITLE), ("source", WECHAT), ("date", "2019-03-01"), ("note", "from Wang")]
LATER = later(hours=1)
_BOUND = "boundary0f7c"
REFUSING = (sys.executable, "-c", "import sys; sys.exit('no contact is configured')")


def post_file(
    client: Client,
    fields: Sequence[tuple[str, str]],
    name: str = "",
    body: bytes = b"",
    **headers: str,
) -> Answer:
    """The form with a file, as a browser sends it (RFC 7578)."""
    parts = [
        f'--{_BOUND}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields
    ]
    parts.append(
        f'--{_BOUND}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: text/html\r\n\r\n".encode()
        + body
        + b"\r\n"
    )
    whole = b"".join(parts) + f"--{_BOUND}--\r\n".encode()
    connection = HTTPConnection("127.0.0.1", client.port, timeout=20)
    kept = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
    sent = {
        "Origin": client.origin,
        "Content-Type": f"multipart/form-data; boundary={_BOUND}",
        **({"Cookie": kept} if kept else {}),
        **headers,
    }
    connection.request("POST", "/add/item", whole, sent)
    got = connection.getresponse()
    data = got.read()
    connection.close()
    return Answer(got.status, {k.lower(): v for k, v in got.headers.items()}, data, [])


@pytest.fixture
def filled(archive: Path) -> Path:
    keep(archive, page_of(1))
    return archive


@pytest.fixture
def client(filled: Path) -> Iterator[Client]:
    """Li at a desk whose child processes end at once, saying why."""
    link = let_in(filled, "Li")
    with serving(filled, now=LATER, hubwatch=REFUSING) as client:
        sign_in(client, link)
        yield client


def added(client: Client, answer: Answer) -> str:
    """The page that tells what came of it."""
    assert answer.status == 303, answer.text
    return client.get(answer.headers["location"]).text


def story_of(page: str) -> str:
    return re.findall(r'<h2><a href="(/story/\d+)">', page)[0]


def test_a_picture_is_kept_shown_and_served_as_a_file_only(client: Client, filled: Path) -> None:
    told = added(client, post_file(client, ITEM, "微信截图.png", PNG))
    assert "Added." in told
    story = client.get(story_of(told)).text
    assert "added by hand by Li, 2026-" in story
    assert "said by Li" in story
    assert hashlib.sha256(PNG).hexdigest() in story
    assert "from Wang" in story
    assert "Original page" not in story  # it has none
    (link,) = set(re.findall(r"/file/\d+", story))
    file = HTTPConnection("127.0.0.1", client.port, timeout=20)
    cookies = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
    file.request("GET", link, headers={"Cookie": cookies})
    got = file.getresponse()
    assert got.read() == PNG
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%BE%AE")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]


def test_what_was_added_waits_at_once_and_says_by_whom(client: Client) -> None:
    added(client, post_file(client, ITEM, "post.png", PNG))
    queue = client.get("/?by=arrival&grade=all").text
    assert queue.index(HAN_TITLE) < queue.index("Story number 1")  # though it is of 2019
    assert "added by hand by Li" in queue
    assert HAN_TITLE in client.get("/add").text  # among the latest


@pytest.mark.slow
def test_a_page_that_was_supplied_by_hand_is_read_and_never_shown_as_one(client: Client) -> None:
    evil = b"<!doctype html><script>alert(document.cookie)</script><p>" + HAN.encode() + b"</p>"
    told = added(client, post_file(client, ITEM, '../../x".html', evil))
    story = client.get(story_of(told)).text
    assert "<script>alert" not in story
    (link,) = set(re.findall(r"/file/\d+", story))
    got = client.get(link)
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "/" not in got.headers["content-disposition"].partition("''")[2]


def test_the_same_twice_is_one_and_says_so(client: Client, filled: Path) -> None:
    first = added(client, post_file(client, ITEM, "post.png", PNG))
    again = post_file(client, ITEM, "again.png", PNG)
    assert again.status == 200
    assert "in the archive already" in again.text
    assert f'href="{story_of(first)}"' in again.text
    with Archive.open(filled) as store:
        assert store._db.execute("SELECT count(*) FROM articles").fetchone()[0] == 2
        assert len(store.decisions.of()) == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", " ", "Type the title"),
        ("source", "", "Say where it is from"),
        ("date", "", "Say when it was published"),
        ("date", "yesterday", "is no date such as"),
        ("date", "2031-01-01", "has not come yet"),
        ("url", "javascript:alert(1)", "no address"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    client: Client, filled: Path, field: str, value: str, says: str
) -> None:
    fields = [*((name, text) for name, text in ITEM if name != field), (field, value)]
    got = post_file(client, fields, "post.png", PNG)
    assert got.status == 400
    assert f'id="{field}-wrong"' in got.text
    assert says in got.text
    assert f'aria-describedby="{field}-wrong' in got.text
    for name, text in ITEM:
        assert name == field or f'value="{text}"' in got.text
    with Archive.open(filled) as store:
        assert store.additions.latest(5) == ()


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("x.png", b"MZ\x90\x00\x03\x00", "none that is taken"),
        ("x.pdf", b"", "The file is empty"),
        ("x.txt", b"\x00\x01\x02" * 50, "none that is taken"),
    ],
)
def test_files_are_judged_by_their_bytes(client: Client, name: str, body: bytes, says: str) -> None:
    got = post_file(client, ITEM, name, body)
    assert (got.status, says in got.text) == (400, True)
    assert 'id="file-wrong"' in got.text


def test_a_file_has_a_bound_and_so_has_the_whole_form(filled: Path) -> None:
    link = let_in(filled, "Li")
    with serving(filled, now=LATER, upload=1000) as client:
        sign_in(client, link)
        got = post_file(client, ITEM, "post.png", PNG)
        assert (got.status, "larger than 0.001 MB" in got.text) == (400, True)
        assert post_file(client, ITEM, "post.png", PNG * 3000).status == 413


def test_readers_and_strangers_add_nothing(filled: Path) -> None:
    link = let_in(filled, "Rea", PersonRole.READER)
    with serving(filled, now=LATER, hubwatch=REFUSING) as client:
        for status in (403, 403):
            assert post_file(client, ITEM, "post.png", PNG).status == status
            assert client.post("/add/address", [("url", "http://b.test/")]).status == status
            sign_in(client, link)
        assert client.get("/add").status == 403
        assert 'href="/add"' not in client.get("/").text
    with Archive.open(filled) as store:
        assert store.additions.latest(5) == ()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_forms_from_elsewhere_are_refused(client: Client, origin: str) -> None:
    assert post_file(client, ITEM, "post.png", PNG, Origin=origin).status == 403
    said = client.post("/add/address", [("url", "http://b.test/")], Origin=origin)
    assert said.status == 403


def ended(client: Client, path: str) -> str:
    """The page of an addition, once it waits no more."""
    for _ in range(200):
        page = client.get(path).text
        if "data-waiting" not in page:
            return page
        time.sleep(0.05)
    raise AssertionError(f"{path} still waits")


def test_an_address_that_is_known_is_said_to_be_and_nothing_is_started(
    client: Client, filled: Path
) -> None:
    for url in ("http://a.test/a/1.htm", "https://a.test/a/1.htm"):
        got = client.post("/add/address", [("url", url), ("note", "look")])
        assert got.status == 200
        assert "in the archive already" in got.text
        assert 'href="/story/1"' in got.text
    with Archive.open(filled) as store:
        assert store.additions.latest(5) == ()
        assert [one.value for one in store.decisions.of()] == ["look"]


def test_a_process_that_could_not_begin_leaves_its_reason(client: Client) -> None:
    got = client.post("/add/address", [("url", "http://b.test/x"), ("note", "look")])
    page = ended(client, got.headers["location"])
    assert "Not added: failed." in page
    assert "no contact is configured" in page
    assert "Tell whoever runs Hubwatch" in page
    instead = re.findall(r'href="(/add\?url=[^"#]+)', page)[0].replace("&amp;", "&")
    assert 'value="http://b.test/x"' in client.get(instead).text


def test_while_it_is_fetched_it_says_so_and_is_not_fetched_twice(filled: Path) -> None:
    link = let_in(filled, "Li")
    slow = (sys.executable, "-c", "import time; time.sleep(20)")
    with serving(filled, now=LATER, hubwatch=slow) as client:
        sign_in(client, link)
        first = client.post("/add/address", [("url", "http://b.test/x")])
        again = client.post("/add/address", [("url", "http://b.test/x#again")])
        assert first.headers["location"] == again.headers["location"]
        page = client.get(first.headers["location"]).text
        assert "data-waiting" in page
        assert "Look again" in page
    with serving(filled, now=LATER + LASTS) as client:  # whoever fetched it is gone
        sign_in(client, let_in(filled, "Li", now=LATER + LASTS))
        assert "Not added: interrupted." in client.get(first.headers["location"]).text


@pytest.mark.parametrize("url", ["", "ftp://b.test/", "http://user@b.test/", "file:///etc/passwd"])
def test_what_is_no_address_is_shown_beside_the_field(client: Client, url: str) -> None:
    got = client.post("/add/address", [("url", url)])
    assert got.status == 400
    assert 'id="address-wrong"' in got.text
    assert f'value="{url}"' in got.text


def test_the_page_speaks_chinese(client: Client) -> None:
    page = client.get("/add?lang=zh").text
    assert "手动添加" in page
    assert "请照原文填写标题" in post_file(client, [], **{"Accept-Language": "zh"}).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/a/1.htm", "Added."),
        ("/no.htm", "Not added: gone."),
        ("/inner.htm", "Not added: refused_address."),
    ],
)
def test_an_address_is_fetched_by_a_process_of_its_own(
    tmp_path: Path, server: Server, path: str, says: str
) -> None:
    from tests.support.servers import redirect

    site = server.site("b.test")
    site.article("/a/1.htm", "Seen by a person", day="2019-03-01")
    site.answer("/inner.htm", redirect("http://127.0.0.1:1/"))
    site.answer("/no.htm", answer(404))
    config = installed(tmp_path, server)
    archive = tmp_path / "hubwatch.db"
    link = let_in(archive, "Li", now=NOW)
    command = (
        sys.executable,
        "-P",
        "-m",
        "hubwatch",
        "--config",
        str(config),
        "--db",
        str(archive),
    )
    with serving(archive, now=LATER, hubwatch=command) as client:
        sign_in(client, link)
        got = client.post("/add/address", [("url", site.url(path)), ("note", "look")])
        assert says in ended(client, got.headers["location"])
        if path == "/a/1.htm":
            assert "added by hand by Li" in client.get("/?grade=all").text
            assert "look" in client.get("/story/1").text


@pytest.mark.slow
def test_the_words_of_a_document_are_found_at_the_desk(client: Client) -> None:
    told = added(client, post_file(client, ITEM, "post.docx", documents.docx(HAN)))
    assert story_of(told) in client.get("/search?q=%E4%B8%AD%E5%9B%BD%E7%A7%91%E5%8D%8F").text


def test_a_story_without_text_says_what_can_be_done(client: Client) -> None:
    told = added(client, post_file(client, ITEM, "post.png", PNG))
    assert "Download the file to see it" in client.get(story_of(told)).text


@pytest.mark.parametrize(
    "said", ["On the bridge\n\n<b>A</b> note.", "关于大桥\n\n一则<b>通知</b>。"]
)
def test_what_was_read_from_a_file_stands_where_the_page_has_no_text(
    client: Client, filled: Path, said: str
) -> None:
    told = added(client, post_file(client, ITEM, "post.png", PNG))
    packed = PackedText.of(FileText(Outcome.OK, "", "png", 1, said))
    with Archive.open(filled) as store, store.writing() as tx:
        row = tx._db.execute("SELECT blob_id FROM files WHERE blob_id IS NOT NULL").fetchone()
        tx.attachments.keep_text(row[0], packed, LATER)
    page = client.get(story_of(told)).text
    first, second = said.split("\n\n")
    assert f"<p>{first}</p>" in page and "&lt;b&gt;" in page and second not in page
    assert "As it was read from the file" in page
    assert "There is no text in it" not in page
    client.post("/say", [("verb", "accept"), ("story", story_of(told).rpartition("/")[2])])
    form = [("basis", "since-last"), ("scope", "accepted"), ("grouping", "city")]
    client.post("/digests", [*form, ("title", "Weekly"), ("language", "en")])
    (quoted,) = re.findall('<p class="quote".*?>(.*?)</p>', client.get("/digests/1").text, re.S)
    assert quoted.startswith(first) and "<b>" not in quoted
