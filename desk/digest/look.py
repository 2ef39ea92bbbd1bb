"""What a digest's looks depend on beside its contents: all of it from the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DigestStyle:
    """`templates` is a folder with templates of one's own; `desk_address` where others reach the
    desk: without it nothing links there."""

    templates: Path | None = None
    desk_address: str = ""


PLAIN = DigestStyle()
