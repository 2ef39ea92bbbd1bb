"""Lines of a watchlist's table `[dismissed]`: what repeated rejections propose, with the effect on
the archive, and writing a line into the file or taking it out.

The file is changed as text, so that comments and order stay. The result is read again and refused
unless that line alone differs.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hubwatch.errors import ConfigError, SourceError
from hubwatch.patterns import lazy_pattern
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist, load_watchlist
from scraper.sources.write import quoted
from storage.archive import Archive

from .. import _
from ..files import write_atomically
from .backtest import Effect, GradeDifference, as_article, difference_of
from .suggestions import RepeatedReason, verdicts

_MOST = 2_000
"""So many articles that have a phrase are graded again to show its effect."""
_TABLE = lazy_pattern(r"^[ \t]*\[[ \t]*dismissed[ \t]*\][ \t]*(?:#[^\n]*)?(?:\n|$)", re.MULTILINE)
_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
_VALUE = rf"(?:\[(?:{_STRING}|#[^\n]*|[^\]\"'#])*\]|{_STRING})"
_NEXT_TABLE = lazy_pattern(r"^[ \t]*\[[^\n\]]*\][ \t]*(?:#[^\n]*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DismissalEffect:
    """What a line does to the articles of the archive: so many have the phrase, `changes` would be
    graded otherwise."""

    articles: int
    changes: tuple[GradeDifference, ...]

    @property
    def counts(self) -> Mapping[Effect, int]:
        """How many articles go out of digests, fall, and so on."""
        return Counter(one.effect for one in self.changes)


@dataclass(frozen=True, slots=True)
class DismissalProposal:
    """A line that repeated rejections propose, and its effect."""

    found: RepeatedReason
    effect: DismissalEffect


def propose_dismissals(store: Archive, watchlist: Watchlist) -> tuple[DismissalProposal, ...]:
    """The lines that people's rejections propose for this watchlist, the most frequent reason
    first. Changes nothing. Raises SourceError."""
    repeated = verdicts(store, watchlist, watchlist).repeated
    return tuple(
        DismissalProposal(one, effect_of(store, watchlist, one.reason, one.phrase))
        for one in repeated
    )


def effect_of(store: Archive, watchlist: Watchlist, reason: str, phrase: str) -> DismissalEffect:
    """What dismissing a phrase would do to the articles that have it. Raises SourceError."""
    text = Path(watchlist.path).read_text("utf-8")
    edited = _loaded(with_dismissal(text, reason, phrase))
    texts = store.relevance.texts_with(phrase, _MOST)
    changes = []
    for one in texts:
        article = as_article(one)
        before = match(article, watchlist).grade(watchlist.watched)
        found = match(article, edited)
        change = difference_of(store, one, before, found, edited)
        if change is not None:
            changes.append(change)
    return DismissalEffect(len(texts), tuple(changes))


def _loaded(text: str) -> Watchlist:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watchlist.toml"
        path.write_text(text, "utf-8")
        return load_watchlist(path)


def dismiss(path: Path, reason: str, phrase: str) -> bool:
    """Write a line into the watchlist. False if it says so already. Raises ConfigError where it
    cannot be changed so, SourceError where the result is no watchlist."""
    before = _read(path)
    wanted = _dismissed(before)
    if phrase in wanted.get(reason, ()):
        return False
    wanted.setdefault(reason, []).append(phrase)
    _write(path, before, with_dismissal(before, reason, phrase), reason, wanted)
    return True


def undismiss(path: Path, reason: str, phrase: str) -> bool:
    """Take it out again. False if it is not there. Raises as `dismiss`."""
    before = _read(path)
    wanted = _dismissed(before)
    if phrase not in wanted.get(reason, ()):
        return False
    wanted[reason] = [one for one in wanted[reason] if one != phrase]
    if not wanted[reason]:
        del wanted[reason]
    _write(path, before, without_dismissal(before, reason, phrase), reason, wanted)
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("%(path)s: cannot be read: %(error)s", path=path, error=error)
        ) from None


def _write(
    path: Path, before: str, after: str, reason: str, wanted: Mapping[str, list[str]]
) -> None:
    if not _differs_so(before, after, wanted):
        line = f"{quoted(reason)} = {_list(wanted.get(reason, []))}"
        raise ConfigError(
            _(
                "%(path)s: cannot be changed by itself; write the line: %(line)s",
                path=path,
                line=line,
            )
        )
    _loaded(after)
    write_atomically(path, after.encode())


def _differs_so(before: str, after: str, wanted: Mapping[str, list[str]]) -> bool:
    try:
        was, now = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    was.pop("dismissed", None)
    found = now.pop("dismissed", {})
    return was == now and {key: sorted(value) for key, value in found.items()} == {
        key: sorted(value) for key, value in wanted.items()
    }


def _dismissed(text: str) -> dict[str, list[str]]:
    try:
        found = tomllib.loads(text).get("dismissed", {})
    except tomllib.TOMLDecodeError as error:
        raise SourceError(str(error)) from None
    table = found if isinstance(found, dict) else {}
    return {
        key: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for key, value in table.items()
    }


def with_dismissal(text: str, reason: str, phrase: str) -> str:
    """The text of a watchlist with this phrase dismissed for this reason."""
    said = _dismissed(text)
    return _with_line(text, reason, [*said.get(reason, ()), phrase])


def without_dismissal(text: str, reason: str, phrase: str) -> str:
    """The same without it. A reason without phrases goes."""
    said = _dismissed(text)
    return _with_line(text, reason, [one for one in said.get(reason, ()) if one != phrase])


def _list(phrases: list[str]) -> str:
    return f"[{', '.join(map(quoted, phrases))}]"


def _with_line(text: str, reason: str, phrases: list[str]) -> str:
    line = f"{quoted(reason)} = {_list(phrases)}\n" if phrases else ""
    table = _TABLE.search(text)
    if table is None:
        return f"{text.rstrip()}\n\n[dismissed]\n{line}"
    following = _NEXT_TABLE.search(text, table.end())
    end = following.start() if following else len(text)
    inner = text[table.end() : end]
    own = re.compile(
        rf"^[ \t]*(?:{re.escape(quoted(reason))}|'{re.escape(reason)}'|{re.escape(reason)})"
        rf"[ \t]*=[ \t]*{_VALUE}[ \t]*(?:#[^\n]*)?(?:\n|$)",
        re.MULTILINE,
    )
    changed, times = own.subn(lambda _match: line, inner, count=1)
    if not times:
        gap = "" if text[: table.end()].endswith("\n") else "\n"
        changed = f"{gap}{line}{inner}"
    return f"{text[: table.end()]}{changed}{text[end:]}"
