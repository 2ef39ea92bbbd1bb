"""A digest as one self-contained HTML page: no script, no picture, nothing fetched."""

from __future__ import annotations

from ..look import Look
from ..model import Digest
from .templates import fill


def render_html(digest: Digest, look: Look) -> str:
    """The whole digest. Raises ConfigError for a template that cannot be used."""
    return fill("digest.html.j2", digest, look)
