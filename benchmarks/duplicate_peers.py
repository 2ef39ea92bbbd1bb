"""The peers of the duplicates benchmark: datasketch and simhash, in an environment of their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .peers import prepare
from .reprints import CHINESE, Made

WORKER = Path(__file__).with_name("duplicate_worker.py")
PACKAGES = {"datasketch": ("datasketch",), "simhash": ("simhash",)}
_LONGEST = 3600


def ask(
    folder: Path, language: str, stock: list[Made], arriving: list[Made]
) -> Iterator[tuple[str, list[list[int]], float]]:
    """For each peer: its name, for each arriving text the places of its copies in the stock, and
    the milliseconds of CPU for one text. A peer that cannot be asked is told and left out."""
    peers = prepare(folder, lambda line: print(f"  {line}"), PACKAGES)
    question = {
        "stock": [made.text for made in stock],
        "arriving": [made.text for made in arriving],
        "han": language == CHINESE,
    }
    for name in peers.names:
        done = subprocess.run(
            [str(folder / "bin" / "python"), "-I", str(WORKER)],
            input=json.dumps({"peer": name, **question}),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        if done.returncode:
            print(f"  {name}: failed, {done.stderr.strip().splitlines()[-1:]}")
            continue
        answer = json.loads(done.stdout)
        yield name, answer["found"], 1000 * answer["cpu"] / (len(stock) + len(arriving))
