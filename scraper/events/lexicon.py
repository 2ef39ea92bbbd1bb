"""What a text is about, in both languages: subjects from our own list of terms, and names that are
written in Han characters here and romanised there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import chain, product
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from hubwatch.patterns import lazy_pattern
from storage.text import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, simplify

from ..relevance.places import load_gazetteer

OWN = Path(__file__).with_name("lexicon.txt")
_MEASURES = Path(__file__).with_name("measures.txt")
_ACTS = Path(__file__).with_name("acts.txt")
_KINDS = Path(__file__).with_name("kinds.txt")
_HAN_RUN = lazy_pattern("[\u4e00-\u9fff]+")
_WORD = lazy_pattern(r"[a-z]+(?:'s)?|(?<!\d)\d{1,4}(?:st|nd|rd|th)")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", ""))
_VERBS = (("ing", ""), ("ied", "y"), ("ed", ""), ("es", ""))
_LONGEST_PHRASE = 4
_SHORTEST_NAME = 4
_IRREGULAR_ONES = """
    buses:bus gases:gas children:child men:man women:woman feet:foot teeth:tooth geese:goose
    calves:calf wolves:wolf leaves:leave lives:life halves:half knives:knife shelves:shelf
    mice:mouse
    held:hold left:leave built:build sold:sell fell:fall fallen:fall rose:rise risen:rise grew:grow
    grown:grow began:begin begun:begin won:win drew:draw drawn:draw sent:send bought:buy
    caught:catch heard:hear stood:stand told:tell
    taught:teach made:make paid:pay spent:spend lost:lose gave:give given:give took:take taken:take
    came:come saw:see seen:see drove:drive driven:drive flew:fly flown:fly ran:run broke:break
    broken:break chose:choose chosen:choose sank:sink sunk:sink met:meet led:lead laid:lay
    struck:strike
    swam:swim rode:ride ridden:ride wove:weave woven:weave lent:lend dug:dig kept:keep brought:bring
    died:die dying:die tied:tie lying:lie bred:breed fed:feed hid:hide froze:freeze frozen:freeze
"""
_IRREGULAR = dict(one.split(":") for one in _IRREGULAR_ONES.split())
_FREE_ONES = """
    the a an and or of in on at to from for by with as is are was were be been it its that this
    these those which who whom his her their our has have had will would can could may than then
    there here into over under more less some all also after before between during until about
    around near not no so such other others each both one two three when where while said says say
"""
_FREE = frozenset(_FREE_ONES.split())
_FIRST_MARK, _NO_MARK, _MOST_WORDS = 0x10000, " ", 1 << 14

Term = tuple[str, ...]
"""A word of a text that the list knows, as the subjects it may name."""


class _WordList:
    """A list of ours of what Chinese and English reports call the same: each Chinese word and each
    English phrase of stems, with what it names. Found are the longest, from left to right."""

    def __init__(
        self, han: dict[str, Term], english: dict[tuple[str, ...], Term], longest: int
    ) -> None:
        words = [word for word in han if _HAN_RUN.fullmatch(word)]
        phrases = [key for key in english if len(key) <= longest]
        self._of_han = [han[word] for word in words]
        self._of_english = [english[key] for key in phrases]
        # An English phrase is a row of stems. Each stem is written as one character of its own.
        marks = {one: chr(_FIRST_MARK + number) for number, one in enumerate(_stems(phrases))}
        self._marks = _Marks(marks)
        marked = ["".join(marks[one] for one in key) for key in phrases]
        self._han, self._english = (
            AhoCorasick(terms, matchkind=MatchKind.LeftmostLongest) for terms in (words, marked)
        )

    def found(self, text: str) -> frozenset[Term]:
        """The words of a text that the list knows, each as what it may name."""
        marked = "".join(map(self._marks.__getitem__, _WORD.findall(text.lower())))
        found = self._english.find_matches_as_indexes(marked)
        terms = {self._of_english[number] for number, _, _ in found}
        if not text.isascii():
            found = self._han.find_matches_as_indexes(simplify(text))
            terms.update([self._of_han[number] for number, _, _ in found])
        return frozenset(terms)

    def printed(self, text: str) -> dict[str, tuple[str, Term]]:
        """The same words in small letters and simplified characters, each as it is printed and as
        what it may name: first the English ones, then the Chinese."""
        plain = "".join(one.lower() if one.isascii() else one for one in simplify(text))
        words = [*_WORD.finditer(plain)]
        marked = "".join(self._marks[word[0]] for word in words)
        told: dict[str, tuple[str, Term]] = {}
        for number, start, end in self._english.find_matches_as_indexes(marked):
            place = slice(words[start].start(), words[end - 1].end())
            phrase = " ".join(text[place].split())
            told.setdefault(phrase.lower(), (phrase, self._of_english[number]))
        for number, start, end in self._han.find_matches_as_indexes(plain):
            told.setdefault(plain[start:end], (text[start:end], self._of_han[number]))
        return told


class _Marks(dict[str, str]):
    """The characters that stand for words, by their stems."""

    def __init__(self, of_stems: Mapping[str, str]) -> None:
        super().__init__()
        self._of_stems = of_stems

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_WORDS:
            self.clear()
        mark = self[word] = self._of_stems.get(stem(word), _NO_MARK)
        return mark


def _stems(phrases: Iterable[tuple[str, ...]]) -> dict[str, None]:
    return dict.fromkeys(chain.from_iterable(phrases))


def _lines(path: Path) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith(("#", "[")):
            han, _, english = line.partition("|")
            yield tuple(han.split()), tuple(one.strip() for one in english.split(","))


@cache
def _list_of(path: Path) -> _WordList:
    han: dict[str, set[str]] = defaultdict(set)
    english: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for words, phrases in _lines(path):
        for word in words:
            han[word].add(words[0])
        for phrase in phrases:
            key = tuple(stem(word) for word in re.findall(r"[a-z0-9]+(?:'s)?", phrase.lower()))
            english[key].add(words[0])
    english.pop((), None)
    return _WordList(
        {word: tuple(sorted(named)) for word, named in han.items()},
        {key: tuple(sorted(named)) for key, named in english.items()},
        _LONGEST_PHRASE,
    )


@cache
def phrases_of(subject: str) -> tuple[str, ...]:
    """How a subject is called in English."""
    return tuple(_phrases()[subject])


@cache
def _phrases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for words, phrases in _lines(OWN):
        found[words[0]].extend(phrases)
    return found


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """An English word without the endings of number and tense."""
    word = word.removesuffix("'s")
    word = _IRREGULAR.get(word, word)
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending) + instead
            break
    for ending, instead in _VERBS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
            word = word.removesuffix("e") if len(word) > 3 else word
            break
    else:
        word = word.removesuffix("e") if len(word) > 4 else word
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


@lru_cache(maxsize=2048)
def subjects(text: str) -> frozenset[str]:
    """The subjects that a text names, in either language."""
    return frozenset(subject for term in terms_of(text) for subject in term)


@lru_cache(maxsize=2048)
def terms_of(text: str) -> frozenset[Term]:
    """The words of a text that the list knows, in either language."""
    return _list_of(OWN).found(text)


def shared_words(one: str, other: str, among: Collection[str]) -> tuple[str, ...]:
    """What two texts call these subjects: each word that stands in both, and in texts of two
    languages the word of either beside that of the other, each once."""
    ours, theirs = (_list_of(OWN).printed(text) for text in (one, other))
    left = [each for word, each in theirs.items() if word not in ours]
    both = []
    for key, (word, named) in ours.items():
        meant = {*named}.intersection(among)
        if key in theirs:
            both += [word] if meant else []
            continue
        for beside in left:
            if beside[0].isascii() != word.isascii() and not meant.isdisjoint(beside[1]):
                both.append(f"{word} / {beside[0]}")
                left.remove(beside)
                break
    return tuple(both)


@lru_cache(maxsize=4096)
def measures_in(text: str) -> frozenset[str]:
    """What the figures of a text may count or measure, in either language: the dead, visits,
    lengths."""
    return frozenset(one for term in _list_of(_MEASURES).found(text) for one in term)


@lru_cache(maxsize=4096)
def acts_in(text: str) -> frozenset[str]:
    """What happens by the words of a text, in either language: it opens, a court rules."""
    return frozenset(one for term in _list_of(_ACTS).found(text) for one in term)


@lru_cache(maxsize=4096)
def kinds_in(text: str) -> frozenset[str]:
    """The kinds of things that a text names, in either language, which are none of the others of
    their row."""
    return frozenset(one for term in _list_of(_KINDS).found(text) for one in term)


@cache
def kind_rows() -> dict[str, tuple[frozenset[str], str]]:
    """The rows of kinds, by their names: each with the row of which two texts must share a kind
    before this one says anything, which may be empty."""
    rows: dict[str, tuple[set[str], str]] = {}
    for line in _KINDS.read_text("utf-8").splitlines():
        if line.startswith("["):
            name, _, after = line.strip("[]").partition(" after ")
            rows[name] = (set(), after)
        elif line.strip() and not line.startswith("#"):
            rows[name][0].add(line.split()[0])
    rows.pop(_NO_KIND)
    return {name: (frozenset(kinds), after) for name, (kinds, after) in rows.items()}


_NO_KIND = "no kind"
"""The row of words that only begin like those for a kind."""


def measuring(measure: str) -> frozenset[str]:
    """The subjects that the words for a measure name, too: they say nothing of what is measured."""
    return _subjects_of_line(_MEASURES, measure)


def acting(act: str) -> frozenset[str]:
    """The subjects that the words for an act name, too: they say nothing of what it is of."""
    return _subjects_of_line(_ACTS, act)


@cache
def _subjects_of_line(path: Path, name: str) -> frozenset[str]:
    lines = (" ; ".join((*han, *english)) for han, english in _lines(path) if han[0] == name)
    return subjects(next(lines, ""))


@lru_cache(maxsize=2048)
def words(text: str) -> frozenset[str]:
    """What two texts of one language may share: stems of words, pairs of Han characters."""
    found = {stem(word) for word in _WORD.findall(text.lower()) if word not in _FREE}
    for run in _HAN_RUN.findall(simplify(text)):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


# Names in both scripts. A romanised name is found in a Chinese text where a row of characters can
# be read so. Tones do not count, and a character may have several readings.

_CAPITALISED = lazy_pattern(r"[A-Z](?<!\w.)[a-z]+(?:['’][a-z]+)?")
_PLAIN = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")
_READINGS = 2


@cache
def _dictionary() -> dict[int, str]:
    """How the characters, by their numbers, are read. This one module of pypinyin is loaded by
    itself: the package brings its phrases, which takes six times as long and 50 MB of memory."""
    package = find_spec("pypinyin")
    for folder in (package.submodule_search_locations or ()) if package else ():
        spec = spec_from_file_location("pypinyin_characters", Path(folder, "pinyin_dict.py"))
        if spec is not None and spec.loader is not None and Path(folder, "pinyin_dict.py").exists():
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            found: dict[int, str] = module.pinyin_dict
            return found
    return dict(import_module("pypinyin.pinyin_dict").pinyin_dict)  # it is laid out otherwise


_NO_NAME_ONES = """
    china june some same line nine home game made asia panda police women rice lake dance chance
    fence take make bike page date late gate name huge mine mane pane lane nice hence manage menace
    sausage
"""
_NO_NAMES = frozenset(_NO_NAME_ONES.split())
"""Words of English that could be read as romanised ones."""


@lru_cache(maxsize=1 << 13)
def _readings(written: str) -> tuple[str, ...]:
    """The commonest readings of a character, by how the dictionary writes all of them."""
    spoken = dict.fromkeys(one.translate(_PLAIN) for one in written.split(","))
    return tuple(one.replace("v", "u") for one in spoken)[:_READINGS]


def _heard(character: str) -> tuple[str, ...]:
    written = _dictionary().get(ord(character)) if "\u4e00" <= character <= "\u9fff" else None
    return _readings(written) if written else ("",)


@lru_cache(maxsize=1 << 16)  # texts share most of theirs, and so their sets share the strings
def _readings_of(characters: str) -> tuple[str, ...]:
    """How some characters in a row can be read."""
    return tuple("".join(one) for one in product(*map(_heard, characters)))


def readings_of_each(characters: str) -> frozenset[str]:
    """How each of some characters can be read."""
    return frozenset(chain.from_iterable(map(_heard, characters)))


@cache
def _syllables() -> re.Pattern[str]:
    written = {found for code, found in _dictionary().items() if 0x4E00 <= code <= 0x9FFF}
    every = sorted({one for found in written for one in _readings(found)}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(every)}){{2,4}}")


@lru_cache(maxsize=2048)
def romanised(text: str) -> frozenset[str]:
    """The names in an English text that may be romanised Chinese ones of two syllables or more."""
    found = {name.lower().replace("'", "").replace("’", "") for name in _CAPITALISED.findall(text)}
    return frozenset(filter(is_spelled_out, found - _NO_NAMES))


@lru_cache(maxsize=1 << 14)  # most words with a capital come again soon
def is_spelled_out(name: str) -> bool:
    """Whether a name in small letters may be a romanised one of two syllables or more."""
    return len(name) >= _SHORTEST_NAME and _syllables().fullmatch(name) is not None


_FURTHER_ONES = "they you some many most its however according"
_DATES = frozenset((*ENGLISH_MONTHS, *ENGLISH_WEEKDAYS, *_FURTHER_ONES.split()))


@lru_cache(maxsize=2048)
def names_of(text: str) -> frozenset[str]:
    """The words of an English text that may be names by their capitals, in small letters."""
    found = {re.sub("['’]s?$", "", name.lower()) for name in _CAPITALISED.findall(text)}
    return frozenset(found - _FREE - _DATES)


@lru_cache(maxsize=2048)
def spoken(text: str) -> frozenset[str]:
    """How each two and three neighbouring Han characters of a text can be read."""
    rows: set[str] = set()
    for run in _HAN_RUN.findall(simplify(text)):
        rows.update(run[at : at + size] for size in (2, 3) for at in range(len(run) - size + 1))
    return frozenset(chain.from_iterable(map(_readings_of, rows)))


@cache
def city_words() -> frozenset[str]:
    """The words and pairs of Han characters that are names of cities and provinces, or parts."""
    places = load_gazetteer().places.values()
    return frozenset(word for place in places for word in words(f"{place.en} {place.zh}"))


@cache
def cities() -> frozenset[str]:
    """The names of cities and provinces, romanised. Most reports that are compared share theirs."""
    places = load_gazetteer().places.values()
    return frozenset(re.sub("[^a-z]", "", place.en.lower()) for place in places)


def shared_names(one: str, other: str) -> frozenset[str]:
    """The names that two texts share: an English and a Chinese one."""
    return (romanised(one) & spoken(other)) | (romanised(other) & spoken(one))


def spelled(name: str) -> frozenset[str]:
    """How the words of an English name may be romanised Chinese ones, each and, short as they may
    be, together: Song Xue."""
    whole = re.sub("[^a-z]", "", name.lower())
    together = name[:1].isupper() and _syllables().fullmatch(whole)
    return romanised(name) | {whole} if together else romanised(name)


def name_of(english: str, chinese: Iterable[str]) -> str:
    """Which of some Chinese names an English one romanises, be it in part. Empty for none."""
    heard = spelled(english)
    for name in chinese:
        if heard and heard & spoken(name):
            return name
    return ""
