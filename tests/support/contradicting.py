"""Two reports that contradict each other, and an archive that imports fill; not a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scraper.events.catch_up import find_contradictions, find_events
from storage.archive import Archive
from storage.contradictions import Contradiction, ContradictionQuery, ContradictionVerdict
from tests.support.cli import CommandLine
from tests.support.make import NOW

ZH = (
    "4月12日，贵阳市科学技术协会在贵安新区举行“科创中国”项目签约仪式，"
    "47个项目签约，总金额9500万元。"
    "签约仪式由市科协主席主持，来自全国学会、高校院所和企业的代表参加。"
    "新区管委会负责人表示，将为落地项目提供场地、人才和资金方面的服务，帮助科研成果尽快走进车间。"
)
EN = (
    "Guiyang's science association held a signing ceremony for Innovation China projects in "
    "Gui'an New Area on April 12. A total of 52 projects were signed, worth 95 million yuan."
)
AGREES = EN.replace("52 projects", "47 projects")


def line(url: str, source: str, body: str, **fields: str) -> dict[str, str]:
    language = "zh" if "\u4e00" <= body[4] <= "\u9fff" else "en"
    titles = {
        "zh": "贵安新区举行“科创中国”项目签约仪式",
        "en": "Innovation China projects signed in Gui'an New Area",
    }
    given = {"title": titles[language], "published": "2024-04-13", "city": "Guiyang"}
    return {"url": url, "source": source, "language": language, "body": body, **given, **fields}


TWO = (
    line("https://zh.test/1.htm", "zh-guiyang", ZH),
    line("https://en.test/1.htm", "en-guiyang", EN, published="2024-04-15"),
)


class Desk:
    """An archive that is filled by imports."""

    def __init__(self, archive: Path, hubwatch: CommandLine) -> None:
        self.path, self.hubwatch = archive, hubwatch
        assert hubwatch("--db", archive, "init").code == 0

    def bring(self, *lines: dict[str, str]) -> None:
        file = self.path.with_suffix(".jsonl")
        text = "\n".join(json.dumps(each, ensure_ascii=False) for each in lines)
        file.write_text(text, encoding="utf-8")
        done = self.hubwatch("--db", self.path, "import", file)
        assert done.code == 0, done.err

    def found(self, **asked: Any) -> tuple[Contradiction, ...]:
        with Archive.open_readonly(self.path) as store:
            return store.stories.contradictions.find(ContradictionQuery(**asked))

    def compare_again(self) -> int:
        with Archive.open(self.path) as store:
            with store.writing() as tx:
                tx._db.execute("INSERT OR IGNORE INTO event_due SELECT id FROM articles")
                tx._db.execute("INSERT OR IGNORE INTO contradiction_due SELECT id FROM articles")
            find_events(store)
            return find_contradictions(store)

    def say(self, verdict: ContradictionVerdict, person: str = "Ana") -> None:
        (one,) = self.found(resolved=True)
        with Archive.open(self.path) as store, store.writing() as tx:
            tx.stories.contradictions.say(one, verdict, person=person, why="asked both", now=NOW)
