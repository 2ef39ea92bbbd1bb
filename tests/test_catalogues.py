"""The message catalogues: whole, in step with the sources, and the only place with Chinese."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from desk.messages import DOMAIN, translator
from desk.vocabularies import TERMS
from tests import catalogues
from tests.support.desks import keep, page_of

HAN = re.compile("[\u4e00-\u9fff]")
HAN_ALLOWED = {
    "desk/documents/articles.py": "which printed label a member of a JSON document is read from",
    "desk/cli/articles.py": "an example of a search for Chinese words",
    "desk/cli/manual_entry.py": "an example of an article in Chinese",
    "desk/relevance/inquiry.py": "with which nouns people write the number of an article",
    "desk/relevance/suggestions.py": "words of Chinese texts that say nothing by themselves",
    "desk/portals/lists.py": "how lists are headed on Chinese portals",
    "desk/practice/": "the practice portal writes Chinese pages",
    "desk/digest/formats/word_template.py": "fonts and gaps, by the names that offices know",
}
_GAP = re.compile(r"%(?:\((\w+)\)[sr]|.)|\{\w+(?:!r)?\}")
_COMMAND = re.compile(r"`[^`]*`")
_FOR_PAGES = ("desk/web/", "desk/digest/", "desk/vocabularies.py")

every_language = pytest.mark.parametrize("tag", catalogues.TRANSLATED)


@pytest.fixture(scope="module")
def asked() -> set[tuple[str | None, object]]:
    return {(context, message) for _, context, message in catalogues.extracted()}


@every_language
def test_a_catalogue_has_every_message_and_no_other(
    tag: str, asked: set[tuple[str | None, object]]
) -> None:
    kept = {(one.context, one.id) for one in catalogues.read(tag) if one.id}
    assert asked - kept == set(), "run python -m tests.catalogues"
    assert kept - asked == set(), "run python -m tests.catalogues"
    assert len(kept) > 500


@every_language
def test_every_message_is_translated(tag: str) -> None:
    catalogue = catalogues.read(tag)
    assert catalogues.untranslated(catalogue) == []
    assert [(one.id, faults) for one, faults in catalogue.check()] == []


@every_language
def test_a_compiled_catalogue_says_what_its_source_says(tag: str) -> None:
    compiled = (catalogues.folder(tag) / f"{DOMAIN}.mo").read_bytes()
    fresh = catalogues.as_mo(catalogues.read(tag))
    assert _messages(compiled) == _messages(fresh), "run python -m tests.catalogues"


@every_language
def test_a_translation_has_the_gaps_of_its_message(tag: str) -> None:
    for one in catalogues.read(tag):
        if one.id:
            *_, english = (one.id,) if isinstance(one.id, str) else one.id
            forms = (one.string,) if isinstance(one.string, str) else one.string
            assert {_gaps(english)} == {_gaps(form) for form in forms}, one.id


@every_language
def test_a_translation_names_the_commands_of_its_message(tag: str) -> None:
    for one in catalogues.read(tag):
        if one.id and isinstance(one.id, str):
            named, said = _COMMAND.findall(one.id), _COMMAND.findall(str(one.string))
            assert sorted(named) == sorted(said), one.id


@every_language
def test_no_message_has_markup(tag: str) -> None:
    """Templates take messages as they are, in attributes, too."""
    for one in catalogues.read(tag):
        if one.id and any(file.startswith(_FOR_PAGES) for file, _ in one.locations):
            assert not re.search('[<>&"]', f"{one.id}{one.string}"), one.id


def test_a_message_that_no_longer_fits_is_not_called_translated() -> None:
    old = Catalog(locale="zh", domain=DOMAIN)
    old.add("Queue", "待审")
    old.add("Never asked for", "无")
    new = catalogues.updated(old)
    assert new["Queue"].string == "待审"
    assert "Never asked for" not in new
    assert "Sources" in catalogues.untranslated(new)


def test_english_needs_no_catalogue_and_chinese_has_one() -> None:
    english, chinese = translator("en"), translator("zh")
    assert english("Digest %(n)s", n=12) == "Digest 12"
    assert chinese("Digest %(n)s", n=12) == "摘报 12"
    assert chinese("Nobody says this.") == "Nobody says this."
    assert (english.html, chinese.html) == ("en", "zh-Hans")


@pytest.mark.parametrize("words", [["--help"], ["search", "city"], ["show", "1"]])
def test_commands_that_are_light_load_no_messages(tmp_path: Path, words: list[str]) -> None:
    archive = tmp_path / "hubwatch.db"
    keep(archive, page_of(1, title="A hub city"))
    script = (
        "import sys\nfrom desk.cli import run\n"
        "try:\n    run()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "assert 'desk.messages' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", script, "--db", str(archive), *words],
        cwd=catalogues.ROOT, check=True, capture_output=True,
    )  # fmt: skip


def test_a_member_of_a_vocabulary_is_named_by_its_group() -> None:
    english, chinese = translator("en"), translator("zh")
    assert (english.term("field", "title"), chinese.term("field", "title")) == ("title", "标题")
    assert chinese.term("rule", "title") == "title 标签"
    assert english.term("done", "accept", n=2) == "Accepted: 2."
    assert chinese.term("rule", "div.100% h1") == "div.100% h1"
    with pytest.raises(KeyError):
        english.term("no such group", "title")


def test_one_word_with_two_meanings_has_two_translations() -> None:
    catalogue = translator("zh").catalogue
    assert catalogue.gettext("Note") == "备注"
    assert catalogue.pgettext("digest", "Note") == "按语"


def test_every_vocabulary_that_code_asks_for_is_there() -> None:
    asked = {
        group
        for room in ("desk", "scheduler")
        for path in (catalogues.ROOT / room).rglob("*.*")
        if path.suffix in (".py", ".j2")
        for group in re.findall(r'\b[tT]erm\(\s*[\'"](\w+)', path.read_text("utf-8"))
    }
    assert asked - set(TERMS) == set()
    assert set(TERMS) - asked == {"label"}  # `label` has what is no constant from there


def test_chinese_stands_in_catalogues_and_not_in_modules() -> None:
    found = {
        path.relative_to(catalogues.ROOT).as_posix()
        for path in (catalogues.ROOT / "desk").rglob("*.py")
        if HAN.search(_without_comments(path))
    }
    excused = {name for name in found for start in HAN_ALLOWED if name.startswith(start)}
    assert found - excused == set()
    assert {start for start in HAN_ALLOWED if not any(n.startswith(start) for n in found)} == set()


# No sentence stands in a module outside a call of gettext.

SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
TRANSLATES = {
    "_",
    "N_",
    "filled",
    "ngettext",
    "pgettext",
    "words",
    "plural",
    "term",
    *catalogues.LABELS,
}
DOCUMENTS = {"Member", "part", "parts", "parts_by_name", "JsonDocument"}
"""What docs/machine.md says of JSON documents is a reference in one language."""
NO_TEXT = {"pluralise", "count_in_english", "hint", "command_line_for", "acquire", "startswith"}
"""What is called with a noun, a command or the name of a lock."""
_COMMAND_ONLY = re.compile(
    r"`?hubwatch [^`]*`?"
    r"|(?:digest|watchlist|sources|quarantine|reread|stories|systemctl) [a-z]+(?: \{\}| --[a-z-]+)*"
    r"|attachment; filename.*|.*sandbox.*|.*; charset=.*",
    re.S,
)
_KEYS = "a fault of the configuration names its keys, in English as the reader of TOML does"
_FOUND = "what a look at a portal finds is kept with its source, in one language"
IN_ENGLISH = {
    "desk/vocabularies.py": "taken up as a whole, each group as a context",
    "desk/practice/": "the practice portal writes pages in two languages",
    "desk/config.py": _KEYS,
    "desk/config_snapshot.py": _KEYS,
    "desk/alerting/config.py": _KEYS,
    "desk/delivery/targets.py": _KEYS,
    "desk/server_config.py": _KEYS,
    "desk/cluster_config.py": _KEYS,
    "desk/digest/formats/templates.py": _KEYS,
    "desk/logs.py": _KEYS,
    "desk/mcp_server.py": "told to programs, as the HTTP API is",
    "desk/cli/service_files.py": "files for systemd and containers, and what to type for them",
    "desk/delivery/": "why a delivery failed is kept in the archive, which has one language",
    "desk/portals/check.py": _FOUND,
    "desk/portals/check_all.py": _FOUND,
    "desk/portals/draft.py": _FOUND,
    "desk/portals/pages.py": _FOUND,
    "desk/portals/verdicts.py": _FOUND,
    "desk/portals/lists.py": "how lists are headed on portals",
    "desk/web/api/": "programs read it, in the language of its keys",
    "desk/digest/evidence.py": "who checks a package of evidence gets the same from everybody",
    "desk/digest/formats/as_docx.py": "what Word calls its styles",
    "desk/digest/formats/as_xlsx.py": "headings that machines read",
    "desk/readers/": "why an answer of a reader is none is kept with its refusal",
    "desk/relevance/suggestions.py": "words that say nothing by themselves",
}
"""Modules whose sentences are no messages, and why. What rooms below the desk say of an archive or
of a page is English: it is kept with what it is about. A finding is kept with its message."""
KEPT = {
    "a portal that is looked at",
    "told to stop",
    "the sender was interrupted",
    "restored from {}, made {} UTC",
    "item {} to place {}",
    "item {} left for later",
    "{}: exit code {}",
    "{}: not done in {} s",
}
"""Reasons that are kept in the archive."""


def test_sentences_stand_in_calls_of_gettext() -> None:
    said = {
        path.relative_to(catalogues.ROOT).as_posix(): found
        for path in sorted((catalogues.ROOT / "desk").rglob("*.py"))
        if (found := _sentences(path))
    }
    excused = {name for name in said for start in IN_ENGLISH if name.startswith(start)}
    rest = {name: found for name, found in said.items() if name not in excused}
    assert rest == {}, "say it through `_`; CONTRIBUTING.md, Change a message"
    assert {start for start in IN_ENGLISH if not any(n.startswith(start) for n in said)} == set()


def test_what_is_found_amiss_is_worded_with_its_message() -> None:
    folder = catalogues.ROOT / "scheduler" / "health"
    said = {
        (path.name, text)
        for path in folder.glob("*.py")
        for text in _sentences(path)
        if "{id}" not in text  # a command
    }
    reasons = {
        "told to stop",
        "all known",
        "{} listed for the first time",
        "{} read, {}{}, {}{}",
        ", {} more refused by the link rule",
        ", {} listed, not read",
        "nothing usable: ",
    }
    assert {(name, text) for name, text in said if text not in reasons} == set()


def _sentences(path: Path) -> list[str]:
    """The texts of a module that look like a sentence and are neither a message, nor a docstring,
    nor help (which is taken up from the commands themselves), nor compared with something."""
    tree = ast.parse(path.read_text("utf-8"))
    left_out = {id(each) for node in ast.walk(tree) for each in _no_sentences(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if SENTENCE.search(text) and not _is_no_sentence(text):
            found.append(text)
    return found


def _is_no_sentence(text: str) -> bool:
    words = {word for members in TERMS.values() for word in members}
    return bool(_COMMAND_ONLY.fullmatch(text)) or text in words or text in KEPT


def _no_sentences(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Constant()):
            yield node.value
        case ast.JoinedStr():
            yield from (each for each in node.values if isinstance(each, ast.Constant))
        case ast.Compare():
            yield from _below(node)
        case ast.keyword(arg="help" | "epilog"):
            yield from _below(node.value)
        case ast.Call():
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in DOCUMENTS:
                yield from _below(node)
            elif name in TRANSLATES | NO_TEXT or name.endswith("_option"):
                yield from node.args
        case ast.ClassDef(bases=[ast.Name(id="StrEnum" | "Enum")]):
            yield from (each.value for each in node.body if isinstance(each, ast.Assign))
        case ast.Assign(targets=[ast.Name(id=name)]) if name.endswith("_COMMANDS"):
            yield from _below(node)
        case ast.AnnAssign(target=ast.Name(id="_NEXT")):  # commands, too
            yield from _below(node)


def _below(node: ast.AST) -> Iterator[ast.AST]:
    yield from ast.walk(node)


def _messages(compiled: bytes) -> dict[object, str]:
    found = dict(GNUTranslations(BytesIO(compiled))._catalog)  # type: ignore[attr-defined]
    found.pop("")  # the head names the version of Babel
    return found


def _gaps(text: str) -> tuple[str, ...]:
    return tuple(sorted(found[0] for found in _GAP.finditer(text)))


def _without_comments(path: Path) -> str:
    with path.open("rb") as file:
        return "".join(
            token.string
            for token in tokenize.tokenize(file.readline)
            if token.type != tokenize.COMMENT
        )
