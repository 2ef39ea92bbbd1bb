"""A digest as one self-contained HTML page: no script, no picture, nothing fetched."""

from __future__ import annotations

from ..look import DigestStyle
from ..model import Digest
from .templates import fill


def render_html(digest: Digest, look: DigestStyle) -> str:
    """The whole digest. Raises ConfigError for a template that cannot be used."""
    return fill("digest.html.j2", digest, look)
