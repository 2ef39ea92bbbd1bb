"""Small real files to hang on notices: a one-page PDF and a Word document, the same every time.

Only what a reader of such files needs to open them; no layout, no fonts of our own.
"""

from __future__ import annotations

import io
import zipfile
from html import escape

from .story import PracticeStory

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
    """A PDF 1.4 file (ISO 32000-1) with one line in Helvetica; `text` is ASCII."""
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
