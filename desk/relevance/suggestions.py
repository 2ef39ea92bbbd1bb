"""A watchlist against what people decided: how right it was so far, and which phrases would make
it better. Reads the archive, writes nothing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from hubwatch.patterns import lazy_pattern
from scraper.relevance.finder import fold
from scraper.relevance.match import match
from scraper.relevance.watchlist import Watchlist
from storage.archive import Archive
from storage.decisions import State, Which
from storage.relevance import STRENGTH, Relevance, Text
from storage.types import Grade

from .backtest import as_article

_COUNTING = (Grade.CORE, Grade.RELATED)
_TRIED, _SHOWN, _OF_THE_SAME = 200, 10, 2
_STRAYS = 10
"""A phrase may bring so many further articles for each story that it catches. More is noise."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How right a rule was about the stories that people decided: how many of them it brings
    (core or related), of these accepted, and how many were accepted in all."""

    matched: int = 0
    matched_accepted: int = 0
    accepted: int = 0

    @property
    def precision(self) -> float | None:
        """Accepted ones among those it brings. None where it brings none."""
        return self.matched_accepted / self.matched if self.matched else None

    @property
    def recall(self) -> float | None:
        """Those it brings among the accepted. None where none was accepted."""
        return self.matched_accepted / self.accepted if self.accepted else None


@dataclass(frozen=True, slots=True)
class MissingPhrase:
    """A phrase that stands in stories that people accepted and the rule does not bring: in how many
    of them, in how many rejected ones, in how many articles in all."""

    phrase: str
    stories: int
    rejected: int
    articles: int


@dataclass(frozen=True, slots=True)
class UselessPhrase:
    """A name of a watched topic that so far stood in rejected stories only."""

    topic: str
    phrase: str
    rejected: int


@dataclass(frozen=True, slots=True)
class RepeatedReason:
    """A reason for which people rejected several stories that the rule brings, and a phrase that
    says so: in how many of these stories it stands, in how many rejected ones in all, in how many
    accepted ones, in how many articles of the archive. `line` is what to put into the watchlist."""

    reason: str
    stories: int
    phrase: str
    covered: int
    rejected: int
    accepted: int
    articles: int

    @property
    def line(self) -> str:
        """The line for the table `[dismissed]`."""
        return f"{json.dumps(self.reason, ensure_ascii=False)} = " + json.dumps(
            [self.phrase], ensure_ascii=False
        )


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What came of it: `decided` stories, how right the rule on record and the edited one are,
    titles of accepted stories that the edited one does not bring, the phrases, and what people
    rejected for one reason again and again."""

    decided: int
    before: Accuracy
    after: Accuracy
    missed: tuple[str, ...] = ()
    missing: tuple[MissingPhrase, ...] = ()
    useless: tuple[UselessPhrase, ...] = ()
    repeated: tuple[RepeatedReason, ...] = ()


@dataclass(slots=True)
class _DecidedStory:
    """A decided story with what both rules make of it, and the reasons people gave."""

    is_accepted: bool
    reasons: tuple[str, ...] = ()
    before: Grade | None = None
    after: Grade | None = None
    texts: list[PhraseText] = field(default_factory=list)
    names: dict[tuple[str, str], str] = field(default_factory=dict)


def verdicts(store: Archive, edited: Watchlist, kept: Watchlist) -> Verdicts:
    """Hold both lists against every story that people accepted or rejected. Disputed ones and those
    put off are left out. `kept` says which topics were watched until now."""
    decided_stories = list(_decided_stories(store, edited, kept))
    missed = [one for one in decided_stories if one.is_accepted and one.after not in _COUNTING]
    return Verdicts(
        decided=len(decided_stories),
        before=_accuracy((one.is_accepted, one.before) for one in decided_stories),
        after=_accuracy((one.is_accepted, one.after) for one in decided_stories),
        missed=tuple(one.texts[0].title for one in missed),
        missing=tuple(islice(_missing(store, decided_stories, missed), _SHOWN)),
        useless=tuple(_useless(decided_stories)),
        repeated=tuple(islice(_repeated(store, decided_stories, edited), _REASONS)),
    )


def _decided_stories(store: Archive, edited: Watchlist, kept: Watchlist) -> Iterator[_DecidedStory]:
    said = {one.story_id for one in store.decisions.of(which=Which.CURRENT)}
    found = store.decisions.verdicts(sorted(said))
    states = {story: one.state for story, one in found.items()}
    clear = {
        story: state is State.ACCEPTED
        for story, state in states.items()
        if state in (State.ACCEPTED, State.REJECTED)
    }
    reasons = {
        story: tuple(said.value for said in one.decisions if said.value.strip())
        for story, one in found.items()
    }
    texts = store.relevance.texts_of(sorted(clear))
    for story, group in groupby(texts, key=lambda text: text.story_id):
        one = _of_story(store, clear[story], list(group), edited, kept)
        one.reasons = reasons[story]
        yield one


def _of_story(
    store: Archive, is_accepted: bool, texts: Sequence[Text], edited: Watchlist, kept: Watchlist
) -> _DecidedStory:
    one = _DecidedStory(is_accepted)
    on_record = store.relevance.grades([text.article_id for text in texts], kept.watched)
    one.before = _best(on_record.values())
    for text in texts:
        found = match(as_article(text), edited)
        one.after = _best((one.after, found.grade(edited.watched)))
        one.texts.append(PhraseText(text.story_id, text.title, text.body[:LOOKED_AT]))
        one.names |= _names(found, edited)
    return one


def _names(found: Relevance, edited: Watchlist) -> Mapping[tuple[str, str], str]:
    """The names that stand in a text, by topic and folded form, as printed."""
    return {
        (one.topic, fold(one.phrase)): one.phrase
        for one in found.matches
        if one.topic in edited.watched
    }


def _best(grades: Iterable[Grade | None]) -> Grade | None:
    return min((one for one in grades if one), key=STRENGTH.__getitem__, default=None)


def _accuracy(judged: Iterable[tuple[bool, Grade | None]]) -> Accuracy:
    every = [(is_accepted, grade in _COUNTING) for is_accepted, grade in judged]
    return Accuracy(
        matched=sum(is_in for _, is_in in every),
        matched_accepted=sum(is_accepted and is_in for is_accepted, is_in in every),
        accepted=sum(is_accepted for is_accepted, _ in every),
    )


def _missing(
    store: Archive, decided_stories: Sequence[_DecidedStory], missed: Sequence[_DecidedStory]
) -> Iterator[MissingPhrase]:
    """Phrases that would have brought what people accepted all the same, the best first."""
    candidates = shared([text for one in missed for text in one.texts])
    rejected = [
        "\n".join(fold(f"{text.title}\n{text.body}") for text in one.texts)
        for one in decided_stories
        if not one.is_accepted
    ]
    tried = islice(_few_each(candidates), _TRIED)
    found = [_missing_phrase(store, one, rejected) for one in tried]
    good = [one for one in found if one.articles <= (_STRAYS + 1) * one.stories]
    good.sort(key=lambda one: (-one.stories, one.rejected, one.articles))
    yield from good


def _few_each(found: Iterable[SharedPhrase]) -> Iterator[SharedPhrase]:
    """No more than two phrases of the very same stories: they overlap, as a rule."""
    times: Counter[frozenset[int]] = Counter()
    for one in found:
        times[one.keys] += 1
        if times[one.keys] <= _OF_THE_SAME:
            yield one


def _missing_phrase(store: Archive, one: SharedPhrase, rejected: Sequence[str]) -> MissingPhrase:
    form = fold(one.phrase)
    most = (_STRAYS + 1) * len(one.keys) + 1
    return MissingPhrase(
        phrase=one.phrase,
        stories=len(one.keys),
        rejected=sum(form in text for text in rejected),
        articles=store.relevance.articles_with(one.phrase, most),
    )


def _useless(decided_stories: Sequence[_DecidedStory]) -> Iterator[UselessPhrase]:
    good = {name for one in decided_stories if one.is_accepted for name in one.names}
    bad: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in decided_stories:
        if not one.is_accepted and one.after in _COUNTING:
            for name, printed in one.names.items():
                bad[name].append(printed)
    for name, forms in sorted(bad.items(), key=lambda item: (-len(item[1]), item[0])):
        if name not in good:
            yield UselessPhrase(name[0], forms[0], len(forms))


_REASONS, _REPEATED, _TRIED_EACH = 5, 3, 60
"""So many reasons are told of, each given so often at least; so many phrases are tried for each."""


def _repeated(
    store: Archive, decided_stories: Sequence[_DecidedStory], edited: Watchlist
) -> Iterator[RepeatedReason]:
    """What was brought and rejected for one reason again and again, the most frequent first, with
    the phrase that covers most of it and stands in nothing that people accepted."""
    brought = [one for one in decided_stories if one.after in _COUNTING]
    groups: dict[str, list[_DecidedStory]] = defaultdict(list)
    printed: dict[str, str] = {}
    for one in brought:
        for reason in {fold(said).strip(): said.strip() for said in one.reasons}.items():
            if not one.is_accepted:
                groups[reason[0]].append(one)
                printed.setdefault(*reason)
    own = [
        fold(form)
        for topic in edited.topics.values()
        for name in topic.names
        for form in name.forms
    ]
    for key, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(group) >= _REPEATED and key not in map(fold, edited.dismissed):
            proposed = _dismissal(store, printed[key], group, brought, own)
            if proposed is not None:
                yield proposed


def _dismissal(
    store: Archive,
    reason: str,
    group: Sequence[_DecidedStory],
    brought: Sequence[_DecidedStory],
    own: Sequence[str],
) -> RepeatedReason | None:
    texts = {id(one): _folded(one) for one in brought}
    best: tuple[int, int, RepeatedReason] | None = None
    for one in islice(shared([text for story in group for text in story.texts]), _TRIED_EACH):
        form = fold(one.phrase)
        with_it = [story for story in brought if form in texts[id(story)]]
        if any(story.is_accepted for story in with_it) or any(form in name for name in own):
            continue
        covered = sum(form in texts[id(story)] for story in group)
        if covered < max(_REPEATED - 1, len(group) // 2):
            continue
        articles = store.relevance.articles_with(one.phrase, _STRAYS * len(group) + 1)
        found = RepeatedReason(reason, len(group), one.phrase, covered, len(with_it), 0, articles)
        if articles <= _STRAYS * len(group) and (best is None or (-covered, articles) < best[:2]):
            best = -covered, articles, found
    return best[2] if best else None


def _folded(story: _DecidedStory) -> str:
    return "\n".join(fold(f"{text.title}\n{text.body}") for text in story.texts)


# Phrases that several texts share: runs of words, runs of Han.

LOOKED_AT = 3000
"""Characters of a body: what a text is about is said by then."""
_WORDS, _HAN = (2, 4), (3, 6)
"""How many words, or Han characters, a phrase has, at least and at most."""
_RUN = lazy_pattern(
    "[\u3400-\u9fff]+|[^\\W\\d_\u3400-\u9fff][\\w'’-]*(?: [^\\W\\d_\u3400-\u9fff][\\w'’-]*)*"
)
_IS_HAN = lazy_pattern("[\u3400-\u9fff]")
_EMPTY_WORDS = """
a about after all also an and are as at be been before but by can for from had has have
he her his in into is it its last like more most new no not of off on one only or other
our out over said say says she so some such than that the their them then there these
they this those to two under until up was we were what when where which while who will
with would year years
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_EMPTY_HAN = frozenset(
    "的了在和与是等及也都将为于对把被从到个一二三四五六七八九十两年月日时者就还又这那其并或之以有"
)


@dataclass(frozen=True, slots=True)
class PhraseText:
    """A text that phrases are taken from. `key` says whose it is, texts with one key count once."""

    key: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class SharedPhrase:
    """A phrase as printed, and the keys of the texts that have it. `is_titled` if a title does."""

    phrase: str
    keys: frozenset[int]
    is_titled: bool


def shared(texts: Sequence[PhraseText]) -> list[SharedPhrase]:
    """Phrases of these texts, those that most of them have first, then those in titles, then the
    longest. A phrase inside a longer one of the same texts is left out."""
    found: dict[str, tuple[str, set[int]]] = {}
    titled: set[str] = set()
    for text in texts:
        for phrase in _phrases(text.title):
            titled.add(fold(phrase))
            found.setdefault(fold(phrase), (phrase, set()))[1].add(text.key)
        for phrase in _phrases(text.body[:LOOKED_AT]):
            found.setdefault(fold(phrase), (phrase, set()))[1].add(text.key)
    several = {text.key for text in texts}
    least = 2 if len(several) > 1 else 1
    made = [
        SharedPhrase(phrase, frozenset(keys), form in titled)
        for form, (phrase, keys) in found.items()
        if len(keys) >= least or form in titled
    ]
    made.sort(key=lambda one: (-len(one.keys), not one.is_titled, -len(one.phrase), one.phrase))
    return list(_longest(made))


def _longest(found: Iterable[SharedPhrase]) -> Iterator[SharedPhrase]:
    seen: dict[frozenset[int], list[str]] = {}
    for one in found:
        longer = seen.setdefault(one.keys, [])
        if not any(one.phrase in other for other in longer):
            longer.append(one.phrase)
            yield one


def _phrases(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if _IS_HAN.match(run):
            yield from _pieces(run, _HAN, "", _EMPTY_HAN)
        else:
            yield from _pieces(run.split(" "), _WORDS, " ", _EMPTY)


def _pieces(
    run: Sequence[str], sizes: tuple[int, int], between: str, empty: frozenset[str]
) -> Iterator[str]:
    """Every piece of a run that neither begins nor ends with a word that says nothing."""
    for start in range(len(run)):
        for size in range(sizes[0], sizes[1] + 1):
            piece = run[start : start + size]
            if len(piece) < size:
                break
            if piece[0].lower() not in empty and piece[-1].lower() not in empty:
                yield between.join(piece)
