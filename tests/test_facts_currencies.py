"""The names of currencies, which are those of the Unicode CLDR, as babel has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel.core import get_global
from babel.numbers import get_currency_name

from scraper.facts import units
from scraper.facts.read import facts_of

KEPT = Path(units.__file__).with_name("currencies.txt")


def made() -> str:
    """What `currencies.txt` is to hold: the code of each currency that is tender today, its names
    in English, its name in Chinese."""
    rows = (row for rows in get_global("territory_currencies").values() for row in rows)
    codes = {code for code, _, end, tender in rows if end is None and tender} - {"CNY"}
    lines = []
    for code in sorted(codes):
        names = [get_currency_name(code, count=n, locale="en").lower() for n in (2, 1)]
        plain = dict.fromkeys(name for name in names if "(" not in name)
        chinese = get_currency_name(code, locale="zh_Hans")
        lines.append(f"{code}: {' | '.join(plain)}: {chinese if '（' not in chinese else ''}\n")
    return "".join(lines)


def test_the_names_are_those_of_babel() -> None:
    codes = {line[:3]: line for line in made().splitlines()}
    kept = {line[:3]: line for line in KEPT.read_text("utf-8").splitlines()}
    both = codes.keys() & kept.keys()
    assert len(both) > 140
    assert sum(codes[code] != kept[code] for code in both) <= 5  # another CLDR names a few anew


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fund holds 50 million Norwegian kroner.", (50e6, "NOK")),
        ("The fund holds 50 million kroner.", (50e6, "NOK")),
        ("The Danish fund holds 50 million kroner.", (50e6, "DKK")),
        ("The plant cost 3 billion kronor.", (3e9, "SEK")),
        ("The plant cost SEK 3 billion.", (3e9, "SEK")),
        ("The plant cost 3 billion SEK.", (3e9, "SEK")),
        ("The road cost 120 million baht.", (120e6, "THB")),
        ("The road cost 40 million Australian dollars.", (40e6, "AUD")),
        ("The road cost 40 million South Korean won.", (40e6, "KRW")),
        ("The road cost 40 million rupiah.", (40e6, "IDR")),
        ("该项目投资5000万挪威克朗。", (50e6, "NOK")),
        ("该项目投资1.2亿泰铢。", (120e6, "THB")),
        ("该项目投资3亿林吉特。", (300e6, "MYR")),
        ("The wind farm has 350 MW of capacity.", (350, "MW")),
        ("The wind farm made 1.5 GWh in May.", (1.5, "GWh")),
        ("The plant has 2 GW of capacity.", (2, "GW")),
        ("The motor has 75 kW.", (75, "kW")),
        ("The roof has 12 MWp of panels.", (12, "MW")),
        ("该电站年发电量3.5亿千瓦时。", (3.5e8, "kWh")),
        ("该电站装机容量5万千瓦。", (5e4, "kW")),
        ("该电站储能200兆瓦时。", (200, "MWh")),
        ("该机组发电20万瓦时。", (2e5, "Wh")),
        ("当日运来蔬菜16车。", (16, "count")),
        ("全年能耗节约6%。", (-6, "%")),
        ("Energy use was down 6 %.", (-6, "%")),
        ("The factory saved 6 % of its energy.", (-6, "%")),
        ("The factory saved about 6 percent on energy.", (-6, "%")),
    ],
)
def test_amounts_of_money_energy_and_savings_have_unit_and_sign(
    text: str, expected: tuple[float, str]
) -> None:
    (figure,) = facts_of(text, published=date(2026, 5, 14)).figures
    assert (figure.low, figure.unit) == expected


@pytest.mark.parametrize("text", ["3车间扩建。", "COP 28 was held.", "In 2024, 3 won prizes."])
def test_what_only_looks_like_money_or_loads_is_none(text: str) -> None:
    units_of = {one.unit for one in facts_of(text).figures}
    assert not units_of & {"COP", "KRW"}
    assert "车间" not in text or not units_of
