"""News texts, reprints made of them as portals make them, near misses, and a background.

The texts are a collection's; what is made of them follows from a random seed. Scores nothing.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .corpora import Corpora

ENGLISH, CHINESE = "en", "zh"
_ENDS = {
    ENGLISH: re.compile(r"(?<=[.!?])[\"”’)]?\s+|\n+"),
    CHINESE: re.compile(r"(?<=[。！？])|\n+"),
}
_FEWEST = 5  # sentences; less is no article
_A_PARAGRAPH = 4


@dataclass(frozen=True, slots=True)
class Made:
    """One text of the benchmark. Texts of one `family` are one story; -1 belongs to none."""

    kind: str
    family: int
    title: str
    text: str


def texts_of(corpora: Corpora, language: str) -> list[list[str]]:
    """The articles of a collection as sentences, the same text once. Raises Absent."""
    bodies = _english(corpora) if language == ENGLISH else _chinese(corpora)
    seen: set[str] = set()
    found = []
    for body in bodies:
        sentences = [part.strip() for part in _ENDS[language].split(body) if part and part.strip()]
        if len(sentences) >= _FEWEST and 3 * len(seen & set(sentences)) < len(sentences):
            seen |= set(sentences)
            found.append(sentences)
    return found


def _english(corpora: Corpora) -> Iterator[str]:
    labels = json.loads((corpora.find("articles-en") / "ground-truth.json").read_text("utf-8"))
    yield from (label.get("articleBody", "") for _, label in sorted(labels.items()))


def _chinese(corpora: Corpora) -> Iterator[str]:
    """The labelled bodies, then those pages of articles-zh from which a body is read."""
    from scraper.parsing.article import read_article
    from scraper.sources.load import load_catalogue
    from storage.types import Capture

    from .crawl import NOW

    for path in sorted((corpora.find("articles-zh-labelled") / "cleaned").glob("*.txt")):
        yield path.read_text("utf-8")
    rules = load_catalogue().templates["generic"].fields
    for path in sorted(corpora.find("articles-zh").rglob("*.html")):
        url = f"http://www.example.gov.cn/{path.stem}.html"
        page = Capture(url, url, NOW, 200, (("content-type", "text/html"),), path.read_bytes())
        article = read_article(page, rules, "zh").article
        if article is not None:
            yield article.body


class Press:
    """Makes texts from the sentences of a collection."""

    def __init__(self, articles: list[list[str]], language: str, seed: str) -> None:
        self.language = language
        self.articles = articles
        self._random = random.Random(f"{seed}/{language}")
        self._pool = [sentence for article in articles for sentence in article]
        self._words = [word for sentence in self._pool for word in self._cut(sentence)]
        self._forms = [self._random.sample(self._pool, 4) for _ in range(20)]
        self._next: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self.kinds: dict[str, Callable[[list[str]], list[str]]] = {
            "headline": lambda s: s,
            "delete 10-30 %": lambda s: self._delete(s, self._share()),
            "insert 10-30 %": lambda s: self._insert(s, self._share()),
            "boilerplate": self._framed,
            "cut to 60 %": lambda s: self._head(s, 0.6),
            "cut to 40 %": lambda s: self._head(s, 0.4),
            "words 10-20 %": lambda s: self._reword(s, self._share(0.2)),
            "mixed": self._mixed,
        }

    def reprints(self, family: int, kinds: int) -> Iterator[Made]:
        """Reprints of an article, each of another kind."""
        for kind in self._random.sample([*self.kinds], kinds):
            yield self._made(kind, family, self.kinds[kind](self.articles[family]))

    def original(self, family: int) -> Made:
        """An article of the collection as it is."""
        return self._made("original", family, self.articles[family])

    def near_miss(self, family: int) -> Made:
        """Another article that shares sentences with this one: a third of it, of neither more."""
        article = self.articles[family]
        room = sum(map(len, article)) // 3
        kept = set()
        for place in self._random.sample(range(len(article)), len(article)):
            if len(article[place]) <= room:
                kept.add(place)
                room -= len(article[place])
        others = [s if n in kept else self._other(article) for n, s in enumerate(article)]
        shared = sum(len(article[place]) for place in kept)
        while 3 * shared > sum(map(len, others)):
            others.append(self._other(article))
        return self._made("near miss", -1, others)

    def _other(self, article: list[str]) -> str:
        """A sentence of another article."""
        while (sentence := self._random.choice(self._pool)) in article:
            pass
        return sentence

    def background(self, count: int) -> Iterator[Made]:
        """Articles that have nothing to do with one another: half are sentences of the collection
        in a new order, none of them more than a third of its article, which would be a reprint of
        where it stood; half are chains of its words, two by two."""
        for number in range(count):
            length = len(self._random.choice(self.articles))
            if number % 2:
                text = self._random.sample(self._pool, min(length, 30))
                while 3 * max(map(len, text)) > sum(map(len, text)):
                    text.append(self._random.choice(self._pool))
            else:
                text = [self._chain() for _ in range(min(length, 30))]
            yield self._made("background", -1, text)

    def _made(self, kind: str, family: int, sentences: list[str]) -> Made:
        blank = " " if self.language == ENGLISH else ""
        parts = range(0, len(sentences), _A_PARAGRAPH)
        text = "\n\n".join(blank.join(sentences[n : n + _A_PARAGRAPH]) for n in parts)
        title = blank.join(self._random.sample(self._words, 8))
        return Made(kind, family, title, text)

    def _cut(self, sentence: str) -> list[str]:
        return sentence.split() if self.language == ENGLISH else list(sentence)

    def _uncut(self, words: list[str]) -> str:
        return (" " if self.language == ENGLISH else "").join(words)

    def _share(self, most: float = 0.3) -> float:
        return self._random.uniform(0.1, most)

    def _delete(self, sentences: list[str], share: float) -> list[str]:
        count = min(len(sentences) - 1, max(1, round(len(sentences) * share)))
        gone = set(self._random.sample(range(len(sentences)), count))
        return [sentence for number, sentence in enumerate(sentences) if number not in gone]

    def _insert(self, sentences: list[str], share: float) -> list[str]:
        out = [*sentences]
        for _ in range(max(1, round(len(sentences) * share))):
            out.insert(self._random.randrange(len(out) + 1), self._random.choice(self._pool))
        return out

    def _framed(self, sentences: list[str]) -> list[str]:
        form = self._random.choice(self._forms)
        return [*form[:2], *sentences, *form[2:]]

    def _head(self, sentences: list[str], share: float) -> list[str]:
        room = share * sum(map(len, sentences))
        out: list[str] = []
        for sentence in sentences:
            if sum(map(len, out)) >= room:
                break
            out.append(sentence)
        return out

    def _reword(self, sentences: list[str], share: float) -> list[str]:
        return [
            self._uncut(
                [
                    self._random.choice(self._words) if self._random.random() < share else word
                    for word in self._cut(sentence)
                ]
            )
            for sentence in sentences
        ]

    def _mixed(self, sentences: list[str]) -> list[str]:
        steps = [
            lambda s: self._delete(s, self._share()),
            lambda s: self._insert(s, self._share(0.2)),
            lambda s: self._reword(s, self._share(0.15)),
            lambda s: self._head(s, 0.6),
        ]
        for step in self._random.sample(steps, 2):
            sentences = step(sentences)
        return sentences

    def _chain(self) -> str:
        """A sentence no one wrote: each two words are followed as somewhere in the collection."""
        if not self._next:
            for sentence in self._pool:
                words = ["", "", *self._cut(sentence), ""]
                for one, two, three in zip(words, words[1:], words[2:], strict=False):
                    self._next[one, two].append(three)
        out: list[str] = []
        one, two = "", ""
        while len(out) < 80:
            one, two = two, self._random.choice(self._next[one, two])
            if not two:
                break
            out.append(two)
        return self._uncut(out)
