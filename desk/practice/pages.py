"""One served page, and what all layouts share: escaping, stamps, related links, pictures.

Knows no single layout.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from html import escape
from zoneinfo import ZoneInfo

from .plan import ZONE, Placed, PracticeState
from .stories import PracticeStory, person, spelling

ROWS = 20  # rows on a list page


@dataclass(frozen=True, slots=True)
class PracticePage:
    """What one address answers: bytes, media type and time of the last change (aware)."""

    body: bytes
    kind: str
    modified: datetime


def esc(text: str) -> str:
    """Text made safe for HTML and XML, in content and in attributes."""
    return escape(text, quote=True)


def opening(anchor: date, day: int) -> datetime:
    """When the portal's editors do the work of `day`: half past midnight in Shanghai."""
    moved = anchor + timedelta(days=day - 1)
    return datetime(moved.year, moved.month, moved.day, 0, 30, tzinfo=ZoneInfo(ZONE))


def modified(article: Placed, anchor: date, day: int) -> datetime:
    """When the page of `article`, as it stands on `day`, was last changed."""
    edit = article.story.edit
    if edit is not None and edit.day <= day:
        return opening(anchor, edit.day)
    return datetime.fromisoformat(article.published.sort_key)


def list_modified(articles: Iterable[Placed], anchor: date, day: int) -> datetime:
    """When the lists of a host that holds `articles` were last changed, up to `day`."""
    stirring = {PracticeState.NEW, PracticeState.CHANGED_MATERIAL, PracticeState.GONE}
    known = tuple(articles)
    days = [d for d in range(1, day + 1) if any(a.state(d) in stirring for a in known)]
    return opening(anchor, days[-1] if days else 1)


def newest_first(articles: Iterable[Placed]) -> list[Placed]:
    """In the order of a list: by published date, the newest first."""
    ordered = sorted(articles, key=lambda article: article.url)
    return sorted(ordered, key=lambda article: article.published.day, reverse=True)


def sheets(articles: Sequence[Placed]) -> list[Sequence[Placed]]:
    """Rows cut into list pages, at least one, which may be empty."""
    return [articles[at : at + ROWS] for at in range(0, len(articles), ROWS)] or [()]


def related(article: Placed, siblings: Iterable[Placed], day: int) -> list[Placed]:
    """Three older pages of the same host. Fixed for ever, except by a cosmetic edit."""
    edit = article.story.edit
    salt = "again" if edit is not None and edit.day <= day else "first"
    older = [
        other
        for other in siblings
        if other.first_day == 1
        and other.story.gone is None
        and other.published.day < article.published.day
    ]
    return sorted(older, key=lambda other: _mixed(f"{salt}{article.url}{other.url}"))[:3]


def stamp_slots(article: Placed) -> dict[str, str]:
    """What the slots of a date line stand for on this page."""
    day, value = article.published.day, article.published.value
    moment = value if isinstance(value, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - only its digits are printed
    name = person(f"{article.story.slug}/by", "en")
    month = spelling()["full_months"][day.month - 1]
    return {
        "host": "english.practice.test",
        "iso": day.isoformat(),
        "long": f"{month} {day.day}, {day.year}",
        "short": f"{month[:3]} {day.day},{day.year}",
        "time": f"{moment:%H:%M}",
        "clock": f"{(moment.hour - 1) % 12 + 1}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}",
        "name": name,
        "upper": name.upper(),
    }


def summary(article: Placed, day: int) -> str:
    """The line under a title on a list: the story's own, or the head of its first paragraph."""
    story = article.text(day)
    if story.summary:
        return story.summary
    head = story.paragraphs[0]
    limit = 50 if story.language == "zh" else 150
    if len(head) <= limit:
        return head
    cut = head[:limit]
    return (cut if story.language == "zh" else cut.rsplit(" ", 1)[0]) + "..."


def picture(seed: str) -> bytes:
    """A small PNG of one colour (ISO/IEC 15948)."""
    colour = sha256(seed.encode()).digest()[:3]
    line = b"\x00" + colour * 48
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 48, 32, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(line * 32, 9)),
        (b"IEND", b""),
    )
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def has_picture(article: Placed) -> bool:
    """Whether the page shows a picture: every third does."""
    return int(_mixed(article.url)[:2], 16) % 3 == 0


def _mixed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# Small real files to hang on notices: a one-page PDF and a Word document, the same every time.

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EPOCH = (1980, 1, 1, 0, 0, 0)  # zip cannot say earlier; a fixed time keeps the bytes the same


def attachment(kind: str, story: PracticeStory) -> tuple[bytes, str]:
    """The bytes and media type of a file of that kind. Raises ValueError for an unknown one."""
    if kind == "pdf":
        return _pdf(f"Attachment to {story.slug}"), "application/pdf"
    if kind == "docx":
        return _docx(story.title), WORD
    raise ValueError(f"no such kind of attachment: {kind}")


def _pdf(text: str) -> bytes:
    """A PDF 1.4 file (ISO 32000-1) with one line in Helvetica. `text` is ASCII."""
    drawing = f"BT /F1 14 Tf 72 760 Td ({text}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for index, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (index, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


def _docx(text: str) -> bytes:
    """A WordprocessingML document (ECMA-376) with one paragraph."""
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = f"{WORD}.main+xml"
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    entries = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p><w:r>'
        f"<w:t>{escape(text)}</w:t></w:r></w:p></w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), xml + content)
    return out.getvalue()
