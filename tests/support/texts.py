"""Invented texts of any length, and reprints of them. A text follows from its number alone."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_SOUNDS = re.findall("..", "bacedifoguhajekilomunepirasotuvewaxiyoza")
_HAN = (
    "政府发布新材料实验室开放日活动计划企业专家技术合同数据中心城市科协报告产业园区创新服务平台项目资金"
    "建设学院教授农村道路桥梁医院图书馆博物馆展览水质空气森林公园河流湖泊山地交通地铁车站机场高速列车"
)


def words(number: int) -> list[str]:
    """Words that hardly any other text has."""
    chance = random.Random(number)
    return ["".join(chance.choices(_SOUNDS, k=chance.randint(1, 4))) for _ in range(400)]


def sentences(number: int, count: int = 24, *, language: str = "en") -> list[str]:
    """Sentences of a text of its own."""
    chance = random.Random(f"{language}/{number}")
    if language == "zh":
        return [
            "".join(chance.choices(_HAN, k=chance.randint(18, 34))) + "。" for _ in range(count)
        ]
    own = words(number)
    return [
        " ".join(chance.choices(own, k=chance.randint(9, 18))).capitalize() + "."
        for _ in range(count)
    ]


def body(parts: Sequence[str], language: str = "en") -> str:
    """Sentences as the paragraphs of a body."""
    blank = "" if language == "zh" else " "
    return "\n\n".join(blank.join(parts[n : n + 4]) for n in range(0, len(parts), 4))


def reworded(parts: Sequence[str], share: float, *, language: str = "en") -> list[str]:
    """The same with that share of the words (or Han characters) replaced."""
    chance, other = random.Random(share), words(-1)
    out = []
    for sentence in parts:
        units = list(sentence) if language == "zh" else sentence.split()
        spare = _HAN if language == "zh" else other
        units = [chance.choice(spare) if chance.random() < share else unit for unit in units]
        out.append(("" if language == "zh" else " ").join(units))
    return out
