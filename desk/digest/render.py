"""Render a digest. The same digest gives the same bytes, in every format."""

from __future__ import annotations

from .model import Digest, Format


def render(digest: Digest, form: Format) -> bytes:
    """The digest as a file's contents: UTF-8, for CSV with a byte order mark."""
    if form is Format.HTML:
        from .as_html import render_html  # jinja2 is loaded only where it is used

        return render_html(digest).encode()
    if form is Format.CSV:
        from .as_csv import render_csv

        return b"\xef\xbb\xbf" + render_csv(digest).encode()
    if form is Format.JSON:
        from .as_json import render_json

        return render_json(digest).encode()
    from .as_markdown import render_markdown

    return render_markdown(digest).encode()
