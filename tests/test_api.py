"""The HTTP API: who may ask, what is answered, how lists go on, and that nothing is said twice or
unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from desk.web.api.app import RateLimit
from desk.web.api.openapi import OPERATIONS, openapi
from scraper.facts.read import facts_of
from scraper.parsing.version import FACTS_VERSION
from storage.archive import Archive
from storage.decisions import Which
from storage.incidents import Finding, Severity
from storage.incidents import Kind as IncidentKind
from storage.people import API_TOKEN_LASTS, PersonRole, TokenScope
from tests.support.cli import CommandLine
from tests.support.contradicting import TWO, Desk
from tests.support.desks import NOW, keep, later, page_of, serving

READ, DECIDE = frozenset({TokenScope.READ}), frozenset(TokenScope)


@dataclass(slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(slots=True)
class Program:
    """A program that shows a token."""

    port: int
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: object = None, **headers: str) -> Reply:
        text = b"" if body is None else json.dumps(body).encode()
        usual = {"Content-Type": "application/json", "Content-Length": str(len(text))}
        return self.ask("POST", path, text, {**usual, **headers})

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/api/v1{path}", body, {**shown, **named})
        got = connection.getresponse()
        data = got.read()
        connection.close()
        return Reply(got.status, {k.lower(): v for k, v in got.headers.items()}, data)


def token(archive: Path, name: str, scopes: frozenset[TokenScope], role: PersonRole) -> str:
    secret = f"token-of-{name}-{'-'.join(sorted(scopes))}"
    with Archive.create(archive) as store, store.writing() as tx:
        tx.people.add(name, role, NOW)
        tx.people.add_api_token(name, "test", scopes, secret, NOW)
    return secret


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "hubwatch.db"
    keep(path, *(page_of(number) for number in range(1, 8)))
    with Archive.open(path) as store, store.writing() as tx:
        finding = Finding(IncidentKind.BLOCKED, "a", Severity.WARNING, "blocked", (), ())
        tx.incidents.open(finding, NOW)
    return path


@pytest.fixture
def ana(archive: Path) -> Iterator[Program]:
    secret = token(archive, "Ana", DECIDE, PersonRole.STAFF)
    with serving(archive) as client:
        yield Program(client.port, secret)


def other(
    program: Program, archive: Path, name: str, scopes: frozenset[TokenScope] = DECIDE
) -> Program:
    return Program(program.port, token(archive, name, scopes, PersonRole.REVIEWER))


# Who may ask.


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_without_a_token_nothing_is_seen(archive: Path, operation: Any) -> None:
    with serving(archive) as client:
        path = operation.path.replace("{number}", "1").replace("{name}", "a")
        for secret in ("", "guessed"):
            got = Program(client.port, secret).ask(operation.method, path, b"", {})
            assert got.status == 401
            assert got.headers["www-authenticate"].startswith("Bearer")
            assert got.headers["content-type"] == "application/problem+json"
            assert b"Story" not in got.data


def test_the_one_named_user_of_a_desk_is_nobody_without_a_token(archive: Path) -> None:
    token(archive, "Ana", DECIDE, PersonRole.STAFF)
    with serving(archive, user="Ana") as client:
        assert client.get("/").status == 200
        assert Program(client.port).get("/articles").status == 401


def test_a_token_without_the_scope_says_nothing(archive: Path, ana: Program) -> None:
    reader = other(ana, archive, "Bo", READ)
    story = reader.get("/stories").json["items"][0]["id"]
    before = reader.get(f"/stories/{story}").json
    for operation in OPERATIONS:
        if operation.write:
            path = operation.path.replace("{number}", str(story))
            got = reader.post(path, {"verb": "accept"}, If_Match="*")
            assert got.status == 403, operation.name
            assert "insufficient_scope" in got.headers["www-authenticate"]
    assert reader.get(f"/stories/{story}").json == before


def test_a_token_that_may_only_decide_does_not_look(archive: Path, ana: Program) -> None:
    blind = other(ana, archive, "Bo", frozenset({TokenScope.DECIDE}))
    assert {blind.get(path).status for path in ("/articles", "/stories/1", "/runs")} == {403}


def test_tokens_end(archive: Path, ana: Program) -> None:
    with Archive.open(archive) as store:
        (known,) = store.people.api_tokens("Ana")
        rows = [tuple(row) for row in store._db.execute("SELECT * FROM api_tokens").fetchall()]
        assert ana.token not in str(rows)
        late = NOW + API_TOKEN_LASTS
        assert store.people.bearer(ana.token, late) is None
        with store.writing() as tx:
            tx.people.end_api_token(known.id)
    assert ana.get("/articles").status == 401


def test_who_is_let_out_has_no_token_any_more(archive: Path, ana: Program) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.people.deactivate("Ana", NOW)
        tx.people.add("Ana", PersonRole.STAFF, NOW)
    assert ana.get("/articles").status == 401


def test_a_role_that_was_lowered_decides_nothing(archive: Path, ana: Program) -> None:
    with Archive.open(archive) as store, store.writing() as tx:
        tx.people.add("Ana", PersonRole.READER, NOW)
        with pytest.raises(ValueError, match="reader"):
            tx.people.add_api_token("Ana", "more", DECIDE, "another", NOW)
    assert ana.get("/articles").status == 200
    got = ana.post("/stories/1/decisions", {"verb": "star"})
    assert got.status == 403


def test_only_staff_sees_to_incidents(archive: Path, ana: Program) -> None:
    bo = other(ana, archive, "Bo")
    number = ana.get("/incidents").json["items"][0]["incident"]
    assert bo.post(f"/incidents/{number}/ack", {}).status == 403
    said = ana.post(f"/incidents/{number}/ack", {"note": "wrote to them"}).json
    assert (said["by"], said["incident"]) == ("Ana", number)
    assert ana.get(f"/incidents/{number}").json["ack_note"] == "wrote to them"


def test_other_names_and_other_sites_get_nothing(ana: Program) -> None:
    got = ana.get("/articles", Host="evil.example")
    assert (got.status, got.headers["content-type"]) == (421, "application/problem+json")
    got = ana.get("/articles", Origin="https://evil.example")
    assert not [name for name in got.headers if name.startswith("access-control")]
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    preflight = ana.ask("OPTIONS", "/stories/1/decisions", None, asked)
    assert preflight.status == 405
    assert not [name for name in preflight.headers if name.startswith("access-control")]


def test_too_many_requests_wait(archive: Path) -> None:
    secret = token(archive, "Ana", READ, PersonRole.REVIEWER)
    with serving(archive, api_rate=3) as client:
        program = Program(client.port, secret)
        statuses = [program.get("/runs").status for _ in range(5)]
        assert statuses[:3] == [200] * 3
        assert 429 in statuses
        got = next(each for each in iter(lambda: program.get("/runs"), None) if each.status == 429)
        assert 1 <= int(got.headers["retry-after"]) <= 60
        strangers = [Program(client.port, "guess").get("/runs").status for _ in range(62)]
        assert set(strangers) == {401, 429}


def test_a_rate_is_a_bucket_that_fills_again() -> None:
    now = 0.0
    limit = RateLimit(60, lambda: now)
    assert [limit.take("a") for _ in range(61)][-2:] == [0, 2]
    assert limit.take("b") == 0
    now = 2.5
    assert [limit.take("a") for _ in range(3)][:2] == [0, 0]


# What is answered.


def _schema(name: str) -> dict[str, Any]:
    document = openapi()
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_everything_that_is_read_is_as_the_document_says(archive: Path, ana: Program) -> None:
    answered = set()
    for operation in OPERATIONS:
        if operation.write or operation.document is None:
            continue
        path = operation.path.replace("{number}", "1").replace("{name}", "guiyang-en")
        got = ana.get(path + {"search": "?q=town", "explain": "?about=1"}.get(operation.name, ""))
        if got.status == 404:
            continue
        assert got.status == 200, (operation.name, got.data)
        name = f"{operation.name[0].upper()}{operation.name[1:]}Answer"
        errors = list(Draft202012Validator(_schema(name)).iter_errors(got.json))
        assert not errors, (operation.name, errors[0].message)
        answered.add(operation.name)
    assert {"getArticle", "getStory", "getEvent", "search", "getRun", "getSource"} <= answered
    assert {"explain", "listContradictions"} <= answered


def test_the_document_needs_no_token(ana: Program) -> None:
    got = Program(ana.port).get("/openapi.json")
    assert (got.status, got.json["openapi"]) == (200, "3.1.1")
    assert got.json == openapi()


def test_what_is_known_is_not_sent_again(archive: Path, ana: Program) -> None:
    first = ana.get("/stories/1")
    again = ana.get("/stories/1", If_None_Match=f'"x", W/{first.headers["etag"]}')
    assert (again.status, again.data) == (304, b"")
    ana.post("/stories/1/decisions", {"verb": "star"})
    changed = ana.get("/stories/1", If_None_Match=first.headers["etag"])
    assert changed.status == 200
    assert changed.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/articles", "/search?q=town", "/stories", "/changes", "/sources", "/runs"]
)
def test_a_list_is_whole_page_by_page(ana: Program, path: str) -> None:
    joint = "&" if "?" in path else "?"
    whole = ana.get(f"{path}{joint}limit=9").json["items"]
    found, cursor, pages = [], "", 0
    while True:
        page = ana.get(f"{path}{joint}limit=3{cursor}").json
        found += page["items"]
        pages += 1
        if not page["next"] or not page["items"] or len(found) >= len(whole):
            break
        cursor = f"&cursor={page['next']}"
    assert found == whole
    assert pages == -(-len(whole) // 3)


def test_what_comes_in_meanwhile_moves_no_page(archive: Path, ana: Program) -> None:
    for path in ("/articles", "/search?q=town", "/stories"):
        joint = "&" if "?" in path else "?"
        before = [each["id"] for each in ana.get(f"{path}{joint}limit=100").json["items"]]
        first = ana.get(f"{path}{joint}limit=3").json
        keep(archive, page_of(len(before) + 50), now=later(hours=1))
        rest = ana.get(f"{path}{joint}limit=100&cursor={first['next']}").json
        ids = [each["id"] for each in (*first["items"], *rest["items"])]
        assert ids == before


def test_changes_go_on_where_they_ended(archive: Path, ana: Program) -> None:
    all_of = ana.get("/changes?limit=100").json
    assert [one["change"] for one in all_of["items"]] == ["new"] * 7
    assert ana.get(f"/changes?limit=100&cursor={all_of['next']}").json["items"] == []
    keep(archive, page_of(77), now=later(hours=1))
    (news,) = ana.get(f"/changes?limit=100&cursor={all_of['next']}").json["items"]
    assert news["change"] == "new"


@pytest.mark.parametrize(
    "path",
    [
        "/articles?limit=0", "/articles?limit=101", "/articles?limit=x",
        "/articles?limit=1&limit=2",
        "/articles?nothing=1", "/articles?cursor=x", "/articles?since=yesterday", "/search",
        "/articles?grade=great", "/facts?reviewed=yes", "/search?q=a&order=oldest",
        "/articles?cursor=WyJhIiwgMV0", "/runs?cursor=W10", "/articles?cursor=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_what_is_no_request_is_told(ana: Program, path: str) -> None:
    got = ana.get(path)
    assert (got.status, got.headers["content-type"]) == (400, "application/problem+json")
    assert set(got.json) == {"type", "title", "status", "detail"}


def test_a_cursor_of_another_list_is_refused(ana: Program) -> None:
    cursor = ana.get("/articles?limit=3").json["next"]
    assert ana.get(f"/articles?limit=5&cursor={cursor}").status == 200
    assert ana.get(f"/stories?cursor={cursor}").status == 400
    assert ana.get(f"/articles?city=Guiyang&cursor={cursor}").status == 400


@pytest.mark.parametrize("path", ["/articles/999", "/stories/999", "/runs/999", "/sources/none",
    "/digests/9", "/digests/9/files/html", "/facts/9", "/incidents/999", "/decisions/9", "/none",
    "/articles/x", "/articles/9999999999999999999",
    "/articles/%0A1", "/"])  # fmt: skip
def test_what_is_not_there(ana: Program, path: str) -> None:
    got = ana.get(path)
    assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")


# What is said.


def _verdicts(archive: Path, story: int) -> list[tuple[str, str]]:
    with Archive.open_readonly(archive) as store:
        said = store.decisions.of(story, Which.CURRENT)
    return [(one.person, one.verb.value) for one in said]


def test_a_verdict_names_what_it_judges(archive: Path, ana: Program) -> None:
    bo = other(ana, archive, "Bo")
    seen = bo.get("/stories/1").headers["etag"]
    assert bo.post("/stories/1/decisions", {"verb": "reject"}).status == 428
    done = ana.post("/stories/1/decisions", {"verb": "accept", "why": "new"}, If_Match=seen)
    assert done.status == 200
    assert done.json["stories"] == [{"id": 1, "state": "accepted"}]
    late = bo.post("/stories/1/decisions", {"verb": "reject"}, If_Match=seen)
    assert late.status == 412
    assert _verdicts(archive, 1) == [("Ana", "accept")]
    seen = bo.get("/stories/1").headers["etag"]
    assert bo.post("/stories/1/decisions", {"verb": "reject"}, If_Match=seen).status == 200
    assert _verdicts(archive, 1) == [("Ana", "accept"), ("Bo", "reject")]


def test_an_article_that_changed_is_looked_at_again(archive: Path, ana: Program) -> None:
    seen = ana.get("/stories/1").headers["etag"]
    keep(archive, page_of(1, title="Another headline of the same story"), now=later(hours=2))
    assert ana.post("/stories/1/decisions", {"verb": "accept"}, If_Match=seen).status == 412


def test_a_request_that_is_sent_again_is_carried_out_once(archive: Path, ana: Program) -> None:
    note = {"verb": "note", "why": "ask the bureau"}
    first = ana.post("/stories/2/decisions", note, Idempotency_Key="k1")
    with Archive.open(archive) as store, store.writing() as tx:
        tx.decisions.undo(first.json["decision"], now=NOW, person="Ana")
    again = ana.post("/stories/2/decisions", note, Idempotency_Key="k1")
    assert (again.status, again.data) == (200, first.data)
    assert again.headers["idempotent-replayed"] == "true"
    assert _verdicts(archive, 2) == []
    for path, body in (("/stories/3/decisions", note), ("/stories/2/decisions", {"verb": "star"})):
        assert ana.post(path, body, Idempotency_Key="k1").status == 422
    bo = other(ana, archive, "Bo")
    assert bo.post("/stories/2/decisions", note, Idempotency_Key="k1").status == 200
    assert _verdicts(archive, 2) == [("Bo", "note")]


def test_a_verdict_whose_answer_was_lost_is_sent_again(archive: Path, ana: Program) -> None:
    seen = ana.get("/stories/1").headers["etag"]
    said = {"verb": "accept"}
    first = ana.post("/stories/1/decisions", said, If_Match=seen, Idempotency_Key="k")
    again = ana.post("/stories/1/decisions", said, If_Match=seen, Idempotency_Key="k")
    assert (first.status, again.status, again.data) == (200, 200, first.data)
    assert _verdicts(archive, 1) == [("Ana", "accept")]


def test_answers_are_kept_for_a_day(archive: Path, ana: Program) -> None:
    ana.post("/stories/2/decisions", {"verb": "star"}, Idempotency_Key="k1")
    with Archive.open(archive) as store:
        assert store.people.answer("Ana", "k1", NOW + timedelta(hours=23)) is not None
        assert store.people.answer("Ana", "k1", NOW + timedelta(hours=25)) is None


def test_stories_are_merged_split_corrected_and_taken_back(archive: Path, ana: Program) -> None:
    merged = ana.post("/stories/merge", {"stories": [1, 2], "why": "one ceremony"}).json
    assert merged["verb"] == "merge"
    assert len(ana.get("/stories/1").json["articles"]) == 2
    bo = other(ana, archive, "Bo")
    assert bo.post(f"/decisions/{merged['decision']}/undo").status == 200
    assert len(ana.get("/stories/1").json["articles"]) == 1
    again = ana.post("/stories/merge", {"stories": [3, 4]}).json
    articles = [each["id"] for each in ana.get("/stories/3").json["articles"]]
    assert ana.post("/stories/3/split", {"articles": articles[1:]}).status == 200
    assert again["stories"][0]["id"] == 3
    body = {"field": "title", "value": "As it should be"}
    word = ana.post("/articles/5/corrections", body).json
    assert ana.get("/articles/5").json["title"] == "As it should be"
    assert bo.post(f"/decisions/{word['decision']}/undo").status == 403
    assert ana.post(f"/decisions/{word['decision']}/undo").json["verb"] == "undo"
    assert ana.get("/articles/5").json["title"] == "Story number 5"
    wrong = ana.post("/articles/5/corrections", {"field": "published", "value": "some day"})
    assert wrong.status == 409


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400), (b"[]", {}, 400), (b'{"verb": "shout"}', {}, 400), (b"{}", {}, 400),
        (b'{"verb": "star", "x": 1}', {}, 400), (b'{"verb": "note"}', {}, 400),
        (b'{"verb": "note", "why": "\\ud800"}', {}, 400), (b'{"verb": NaN}', {}, 400),
        (b"[" * 60_000, {}, 400), (b"\xff", {}, 400),
        (b'{"verb": "star"}', {"Content-Type": "text/plain"}, 415),
        (b'{"verb": "star"}', {"Idempotency-Key": "k" * 300}, 400),
        (b" " * 70_000, {}, 413),
    ],
)  # fmt: skip
def test_a_body_that_is_none_says_nothing(
    archive: Path, ana: Program, body: bytes, headers: dict[str, str], status: int
) -> None:
    usual = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    got = ana.ask("POST", "/stories/1/decisions", body, {**usual, **headers})
    assert (got.status, got.headers["content-type"]) == (status, "application/problem+json")
    assert _verdicts(archive, 1) == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"verb": "accept", "verb": "reject"}',
        b'{"verb": "accept", "verb": "accept"}',
        b'{"verb": "accept", "v\\u0065rb": "reject"}',
        '{"verb": "note", "why": "已核实", "why": "未核实"}'.encode(),
        b'{"why": {"a": 1, "a": 2}, "verb": "note"}',
    ],
)
def test_a_member_that_is_there_twice_says_nothing(
    archive: Path, ana: Program, body: bytes
) -> None:
    headers = {"Content-Type": "application/json", "If-Match": "*"}
    got = ana.ask("POST", "/stories/1/decisions", body, headers)
    assert (got.status, "more than once" in got.json["detail"]) == (400, True)
    assert _verdicts(archive, 1) == []


def test_what_takes_no_body_is_asked_for_without_one(archive: Path, ana: Program) -> None:
    assert ana.post("/stories/1/decisions", {"verb": "accept"}, If_Match="*").status < 300
    said = ana.get("/decisions").json["items"][0]["id"]
    connection = HTTPConnection("127.0.0.1", ana.port, timeout=60)
    for path, status in ((f"/decisions/{said}/undo", 200), ("/stories/1/decisions", 400)):
        connection.putrequest("POST", f"/api/v1{path}")
        connection.putheader("Authorization", f"Bearer {ana.token}")
        connection.endheaders()
        got = connection.getresponse()
        assert (got.status // 100, got.read() != b"") == (status // 100, True)
    connection.close()


def test_a_body_of_no_length_is_not_read(ana: Program) -> None:
    connection = HTTPConnection("127.0.0.1", ana.port, timeout=60)
    headers = {"Authorization": f"Bearer {ana.token}", "Transfer-Encoding": "chunked"}
    connection.request("POST", "/api/v1/stories/1/decisions", None, headers)
    assert connection.getresponse().status == 411
    connection.close()


def test_facts_are_reviewed_as_they_were_seen(archive: Path, ana: Program) -> None:
    (number,) = keep(archive, page_of(8))
    with Archive.open(archive) as store, store.writing() as tx:
        tx.articles.facts.replace(number, facts_of("Foshan has 412 workshops."), FACTS_VERSION)
    (fact,) = ana.get(f"/facts?article={number}").json["items"]
    path = f"/facts/{fact['id']}"
    seen = ana.get(path).headers["etag"]
    assert ana.post(f"{path}/review", {"verdict": "confirmed"}).status == 428
    assert ana.post(f"{path}/review", {"verdict": "corrected"}, If_Match=seen).status == 400
    said = {"verdict": "corrected", "right_value": 7}
    assert ana.post(f"{path}/review", said, If_Match=seen).json["right_value"] == 7
    assert ana.post(f"{path}/review", {"verdict": "rejected"}, If_Match=seen).status == 412


def test_contradictions_are_resolved_as_they_were_seen(
    tmp_path: Path, hubwatch: CommandLine
) -> None:
    path = tmp_path / "reports.db"
    reports = Desk(path, hubwatch)
    reports.bring(*TWO)
    (found,) = reports.found()
    secret = token(path, "Ana", DECIDE, PersonRole.REVIEWER)
    with serving(path) as client:
        ana, place = Program(client.port, secret), f"/contradictions/{found.id}"
        seen = ana.get(place).headers["etag"]
        said = {"verdict": "second", "why": "the bureau confirmed it"}
        assert ana.post(f"{place}/resolution", said).status == 428
        assert ana.post(f"{place}/resolution/undo", {}, If_Match=seen).status == 409
        made = ana.post(f"{place}/resolution", said, If_Match=seen)
        assert (made.status, made.json["verdict"], made.json["by"]) == (200, "second", "Ana")
        assert ana.post(f"{place}/resolution", said, If_Match=seen).status == 412
        now = ana.get(place).headers["etag"]
        back = ana.post(f"{place}/resolution/undo", {}, If_Match=now)
        assert (back.status, back.json["verdict"]) == (200, None)
        assert ana.get("/contradictions/999999").status == 404


def test_a_request_that_reads_opens_the_archive_once(
    archive: Path, ana: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = Archive.open_readonly

    def counted(path: Path) -> Archive:
        opened.append(path)
        return real(path)

    monkeypatch.setattr(Archive, "open_readonly", counted)
    assert ana.get("/articles").status == 200
    assert opened == [archive]


def test_nothing_is_half_said(archive: Path, ana: Program) -> None:
    bad = ana.post("/stories/merge", {"stories": [1, 999]}, Idempotency_Key="k")
    assert bad.status == 404
    with Archive.open_readonly(archive) as store:
        assert store.decisions.last() == 0
        assert store.people.answer("Ana", "k", NOW) is None
