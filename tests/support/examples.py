"""How many examples a property is tried with.

A quarter of them by default, so that the tests are quick; all of them where HUBWATCH_THOROUGH is
set, as `.ci/long` does.
"""

from __future__ import annotations

import os

_FEWEST = 5


def examples(most: int) -> int:
    """So many examples are tried now, of `most`."""
    return most if os.environ.get("HUBWATCH_THOROUGH") else max(_FEWEST, most // 4)
