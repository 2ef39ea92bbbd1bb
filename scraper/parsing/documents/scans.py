"""The text of pictures and scanned PDF files, read by Tesseract where it is installed.

Needs the extra `hubwatch[ocr]` (pypdfium2, Pillow) and the program `tesseract` with its data for
Chinese and English. What is read so is a guess letter by letter, and says so.
"""

from __future__ import annotations

import ctypes
import io
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from hubwatch.patterns import lazy_pattern
from storage.attachments import FileText
from storage.types import Outcome

from .text import MAX_CHARACTERS, READ_BY, join_lines, text_of, unread

try:
    import PIL.Image
    import pypdfium2
except ImportError:  # the extra is not installed
    pypdfium2 = None

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PAGES = 20
MOST_PIXELS = 12_000_000
"""Of a page as it is given to Tesseract: an A4 page at 350 dots an inch."""
LARGEST_PICTURE = 60_000_000
"""Pixels of a picture above which it is not unpacked."""
_LANGUAGES = ("chi_sim", "eng")
_POINTS, _DOTS = 72, 250
"""PDF units an inch, and dots an inch that letters are read at."""
_SMALLEST = 40
_PR_SET_PDEATHSIG = 1
_HAN_GAP = lazy_pattern(r"(?<=[\u2e80-\u9fff\uff00-\uffef]) (?=[\u2e80-\u9fff\uff00-\uffef])")


def lacking() -> str:
    """What is missing for reading pictures, in words. Empty where all of it is there."""
    if pypdfium2 is None:
        return "the extra hubwatch[ocr] reads scans"
    if shutil.which("tesseract") is None:
        return "tesseract is not installed, which reads scans"
    return "" if _languages() else "tesseract has no data for Chinese or English"


@cache
def _languages() -> str:
    """Those of Tesseract's languages that are wanted, as it wants them named."""
    command = ["tesseract", "--list-langs"]
    try:
        said = subprocess.run(  # noqa: S603 - a program of the system, no shell
            command, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    known = said.stdout.split()
    return "+".join(name for name in _LANGUAGES if name in known)


def read_scan(body: bytes, kind: str, seconds: float, unread_because: str) -> FileText:
    """The text of a scanned PDF file or of a picture. `seconds` are by the clock, for all of it.
    Where nothing can be read the reason is `unread_because` and why. Never raises for what a file
    holds, but for memory."""
    if missing := lacking():
        return unread(Outcome.UNSUPPORTED, f"{unread_because}; {missing}", kind)
    until = time.monotonic() + seconds
    texts: list[str] = []
    why = ""
    try:
        for picture, last in _pages(body) if kind == "pdf" else _picture(body):
            left = until - time.monotonic()
            if left <= 0 or sum(map(len, texts)) > MAX_CHARACTERS:
                why = f"only the first {len(texts)} of {last} pages"
                break
            texts.append(join_lines(_HAN_GAP.sub("", _read(picture, left))))
            if len(texts) == MOST_PAGES < last:
                why = f"only the first {MOST_PAGES} of {last} pages"
    except MemoryError:
        raise
    except subprocess.TimeoutExpired:
        why = f"not more than {seconds:g} s were spent on it"
    except Exception as error:  # the libraries meet damage by whatever breaks first
        why = f"{type(error).__name__} {' '.join(str(error).split())[:100]}"
    if not "".join(texts).strip():
        said = "; ".join(filter(None, (unread_because, f"no letters found in it, {READ_BY}", why)))
        return unread(Outcome.UNSUPPORTED, said, kind)
    return text_of("\n\n".join(texts), kind, "; ".join(filter(None, (READ_BY, why))))


def _pages(body: bytes) -> Iterator[tuple[Image, int]]:
    """The pages of a PDF file as grey pictures, and how many there are."""
    with pypdfium2.PdfDocument(body) as document:
        count = len(document)
        for number in range(min(count, MOST_PAGES)):
            page = document[number]
            width, height = page.get_size()
            scale = _DOTS / _POINTS
            most = (MOST_PIXELS / max(1.0, width * height)) ** 0.5
            yield page.render(scale=min(scale, most), grayscale=True).to_pil(), count
            page.close()


def _picture(body: bytes) -> Iterator[tuple[Image, int]]:
    with PIL.Image.open(io.BytesIO(body)) as picture:
        width, height = picture.size
        if width * height > LARGEST_PICTURE:
            raise ValueError(f"a picture of {width} times {height}")
        if min(width, height) < _SMALLEST:
            return
        grey = picture.convert("L")
    if width * height > MOST_PIXELS:
        grey.thumbnail((int(width * _share(width, height)), int(height * _share(width, height))))
    yield grey, 1


def _share(width: int, height: int) -> float:
    return float((MOST_PIXELS / (width * height)) ** 0.5)


def _read(picture: Image, seconds: float) -> str:
    """What Tesseract reads in a grey picture. Raises TimeoutExpired."""
    given = io.BytesIO()
    picture.save(given, "PPM")
    command = ["tesseract", "stdin", "stdout", "-l", _languages(), "--psm", "3"]
    done = subprocess.run(  # noqa: S603 - a program of the system, no shell
        command,
        input=given.getvalue(),
        capture_output=True,
        timeout=seconds,
        check=False,
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"},
        preexec_fn=_bound(int(seconds) + 1),
    )
    return done.stdout[: 4 * MAX_CHARACTERS].decode("utf-8", "replace")


def _bound(seconds: int) -> Any:
    """What the program does first: it ends with us, and by itself after so much CPU time."""

    def begin() -> None:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    return begin
