"""A digest as a PDF: its web page as it is printed, with bookmarks and page numbers.

WeasyPrint makes it, which the extra `hubwatch[pdf]` brings. Nothing is fetched for it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from hubwatch.errors import HubwatchError
from hubwatch.patterns import lazy_pattern

from ... import N_, _
from ..model import Digest, DigestStyle
from .templates import fill

MOST_ITEMS = 400
"""A digest of more items has no PDF: laying it out would take minutes and gigabytes."""
_NO_FONT = N_("no font for Chinese is installed here: the PDF shows boxes in its place")
_HAN = lazy_pattern(r"[\u2e80-\u9fff\uf900-\ufaff]")


class NoPdf(HubwatchError):
    """This installation makes no PDF of a digest. Why is its text, one line."""


def render_pdf(digest: Digest, style: DigestStyle) -> bytes:
    """The PDF's bytes. Raise NoPdf where none can be made here, ConfigError for a template that
    cannot be used."""
    reason = obstacle()
    if reason:
        raise NoPdf(reason)
    if len(digest.items) > MOST_ITEMS:
        raise NoPdf(_("a PDF holds %(most)s items at most; this digest has more", most=MOST_ITEMS))
    page = fill("digest.html.j2", digest, style)
    try:
        import weasyprint

        nothing = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
        document = weasyprint.HTML(string=page, url_fetcher=nothing)
        made = document.write_pdf(pdf_identifier=b"hubwatch")
    except (OSError, ImportError) as error:  # the system's Pango is not there, or another
        raise NoPdf(_("WeasyPrint cannot run here: %(why)s", why=_first_line(error))) from error
    assert isinstance(made, bytes)
    return made


def obstacle() -> str:
    """Why no PDF can be made here, in one line, or nothing."""
    if find_spec("weasyprint") is None:
        return _("the extra `hubwatch[pdf]`, which makes PDFs, is not installed")
    return ""


def shortcomings() -> Iterator[str]:
    """What this machine does not do for PDFs although the extra is installed, a line each: the
    system's libraries that WeasyPrint needs, and a font for Chinese."""
    try:
        import_module("weasyprint")
    except (OSError, ImportError) as error:
        yield _("WeasyPrint cannot run here: %(why)s", why=_first_line(error))
    if not _has_chinese_font():
        yield _(_NO_FONT)


def lacking_font(text: str) -> str:
    """What a reader of the PDF will not see, in one line, or nothing: Chinese where this machine
    has no font for it."""
    if not _HAN.search(text) or _has_chinese_font():
        return ""
    return _(_NO_FONT)


@cache
def _has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Chinese. True where nobody can say."""
    program = shutil.which("fc-list")
    if program is None:
        return True
    try:
        found = subprocess.run(  # noqa: S603 - the program of the system, with fixed arguments
            [program, ":lang=zh", "family"], capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return found.returncode != 0 or bool(found.stdout.strip())


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200]
