"""What each traditional character is written as today, as OpenCC says: makes the table in
`storage/simplified.txt`, so that nobody who reads a page has to load OpenCC for it.

python -m tests.support.han_forms
"""

from __future__ import annotations

from pathlib import Path

from opencc import OpenCC

from storage import text
from storage.text import FIRST_HAN, LAST_HAN

_CONVERSIONS = ("t2s", "hk2s", "tw2s")
"""The standard forms first, then those of Hong Kong and of Taiwan."""


def simplified_by_opencc() -> dict[str, str]:
    """Traditional characters and what each is written as today. Where one became several in use,
    the commonest stands."""
    every = [chr(code) for code in range(ord(FIRST_HAN), ord(LAST_HAN) + 1)]
    found: dict[str, str] = {}
    for conversion in _CONVERSIONS:
        # All at once, a line each: a call for each character takes ten times as long.
        others = OpenCC(conversion).convert("\n".join(every)).split("\n")
        pairs = zip(every, others, strict=True)
        found |= {
            one: other
            for one, other in pairs
            if other != one and len(other) == 1 and one not in found
        }
    return {one: found.get(other, other) for one, other in found.items()}  # 麼, 么, 幺


if __name__ == "__main__":
    forms = simplified_by_opencc()
    lines = ("".join(forms), "".join(forms.values()), "")
    Path(text.__file__).with_name("simplified.txt").write_text("\n".join(lines), "utf-8")
