"""Real files for tests: PDF, DOCX, XLSX, PPTX and OFD documents, whole, odd and hostile ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from html import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_O = "http://www.ofdspec.org/2016"


def pdf(*pages: str, font: str = "unicode") -> bytes:
    """A PDF of these pages, a text line each line. `font`: `unicode` has a character map of its
    own, `named` names a Chinese one that readers must know, `mute` has none; `ascii` is
    Helvetica."""
    count = len(pages)
    fonts = _fonts(font, "".join(pages), 3 + 2 * count)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(count))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count))
    for number, text in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (4 + 2 * number, 3 + 2 * count)
        )
        objects.append(_stream(_drawing(text, font)))
    return _pdf_file([*objects, *fonts])


def scan(pages: int = 1) -> bytes:
    """A PDF whose pages show a picture and no text."""
    return pdf(*[""] * pages, font="ascii")


def encrypted_pdf(text: str, password: str) -> bytes:
    """A PDF that asks for a password; an empty one is what readers try by themselves."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(text, font="ascii"))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(*paragraphs: str, cells: tuple[tuple[str, ...], ...] = (), prefix: str = "") -> bytes:
    """A Word document of these paragraphs, then a table of cells. `prefix` goes in front of the
    XML's root."""
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc>{_p(cell)}</w:tc>' for cell in row)}</w:tr>" for row in cells
    )
    table = f"<w:tbl>{rows}</w:tbl>" if rows else ""
    body = "".join(map(_p, paragraphs)) + table
    document = f'{prefix}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def odt(*paragraphs: str, cells: tuple[tuple[str, ...], ...] = (), kind: str = "text") -> bytes:
    """An OpenDocument of these paragraphs, in XML as it stands, then a table of cells."""
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in cells
    )
    table = f"<table:table>{rows}</table:table>" if rows else ""
    body = "".join(f"<text:p>{each}</text:p>" for each in paragraphs)
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table")
    )
    whole = f"<office:body>{body}{table}</office:body>"
    content = f"<office:document-content{names}>{whole}</office:document-content>"
    stated = f"application/vnd.oasis.opendocument.{kind}".encode()
    return package({"mimetype": stated, "content.xml": content})


def xlsx(*rows: tuple[str, ...]) -> bytes:
    """A workbook with one sheet; its texts are shared, numbers stand in the cells."""
    texts = [cell for row in rows for cell in row if not cell.isdecimal()]
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)

    def cell(value: str) -> str:
        if value.isdecimal():
            return f"<c><v>{value}</v></c>"
        return f'<c t="s"><v>{texts.index(value)}</v></c>'

    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return package(
        {
            "xl/workbook.xml": f'<workbook xmlns="{_S}"/>',
            "xl/sharedStrings.xml": f'<sst xmlns="{_S}">{shared}</sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}"><sheetData>{sheet}</sheetData>'
            "</worksheet>",
        }
    )


def pptx(*slides: str) -> bytes:
    """Slides of one line each."""
    parts = {"ppt/presentation.xml": "<p/>"}
    for number, text in enumerate(slides, 1):
        parts[f"ppt/slides/slide{number}.xml"] = (
            f'<s xmlns:a="{_A}"><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></s>'
        )
    return package(parts)


def ofd(*pages: str) -> bytes:
    """An OFD document, a text line each line."""
    parts = {"OFD.xml": "<OFD/>"}
    for number, page in enumerate(pages):
        lines = "".join(
            f"<ofd:TextObject><ofd:TextCode>{escape(line)}</ofd:TextCode></ofd:TextObject>"
            for line in page.splitlines()
        )
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page xmlns:ofd="{_O}"><ofd:Content>{lines}</ofd:Content></ofd:Page>'
        )
    return package(parts)


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content if isinstance(content, bytes) else _XML + content)
    return out.getvalue()


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _drawing(text: str, font: str) -> bytes:
    lines = b" T* ".join(_shown(line, font) for line in text.splitlines())
    return b"BT /F1 12 Tf 16 TL 72 760 Td %s ET" % lines if lines else b"0 0 100 100 re f"


def _shown(line: str, font: str) -> bytes:
    if font == "ascii":
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return b"(%s) Tj" % escaped.encode("ascii")
    return b"<%s> Tj" % line.encode("utf-16-be").hex().encode()


def _fonts(font: str, text: str, number: int) -> list[bytes]:
    if font == "ascii":
        return [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    coding = {"named": b"/UniGB-UCS2-H"}.get(font, b"/Identity-H")
    name = {"named": b"/STSong-Light"}.get(font, b"/ABCDEF+Song")
    ordering = {"named": b"(GB1)"}.get(font, b"(Identity)")
    mapped = b" /ToUnicode %d 0 R" % (number + 3) if font == "unicode" else b""
    fonts = [
        b"<< /Type /Font /Subtype /Type0 /BaseFont %s /Encoding %s /DescendantFonts [%d 0 R]%s >>"
        % (name, coding, number + 1, mapped),
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont %s /DW 1000 /FontDescriptor %d 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering %s /Supplement 2 >> >>"
        % (name, number + 2, ordering),
        b"<< /Type /FontDescriptor /FontName %s /Flags 4 /FontBBox [0 0 1000 1000] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>" % name,
    ]
    return [*fonts, _stream(_character_map(text))] if font == "unicode" else fonts


def _character_map(text: str) -> bytes:
    codes = sorted({char.encode("utf-16-be").hex() for char in text if char != "\n"})
    lines = []
    for start in range(0, len(codes), 100):
        part = codes[start : start + 100]
        lines.append(f"{len(part)} beginbfchar")
        lines += [f"<{code}> <{code}>" for code in part]
        lines.append("endbfchar")
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def\n"
    space = "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    end = "\nendcmap CMapName currentdict /CMap defineresource pop end end"
    return (head + space + "\n".join(lines) + end).encode("ascii")


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _pdf_file(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.5\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()
