"""A digest in the formats that people and programs read. The same digest gives the same bytes.

This is the door: a format is loaded only where it is asked for.
"""

from __future__ import annotations

from storage.digests import DigestState

from ..model import PLAIN, Digest, DigestStyle, Format, without_proposals

MEDIA_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.MD: "text/markdown; charset=utf-8",
    Format.TXT: "text/plain; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
    Format.ATOM: "application/atom+xml; charset=utf-8",
    Format.EML: "message/rfc822",
    Format.FIGURES: "text/csv; charset=utf-8; header=present",
}


def render(digest: Digest, form: Format, style: DigestStyle = PLAIN) -> bytes:
    """The digest as a file's contents. Figures that no person confirmed stand in a draft only.
    Raises ConfigError for a template that cannot be used, NoPdf where this installation makes no
    PDF."""
    digest = as_it_stands(digest)
    match form:
        case Format.HTML:
            from .templates import fill

            return fill("digest.html.j2", digest, style).encode()
        case Format.PDF:
            from .as_pdf import render_pdf

            return render_pdf(digest, style)
        case Format.DOCX:
            from .as_docx import render_docx

            return render_docx(digest, style)
        case Format.MD:
            from .as_markdown import render_markdown

            return render_markdown(digest, style).encode()
        case Format.TXT:
            from .as_text import render_text

            return render_text(digest, style).encode()
        case Format.CSV | Format.FIGURES:
            from .as_csv import render_csv, render_figures

            return (render_csv if form is Format.CSV else render_figures)(digest, style)
        case Format.XLSX:
            from .as_xlsx import render_xlsx

            return render_xlsx(digest, style)
        case Format.JSON:
            from .as_json import render_json

            return render_json(digest, style)
        case Format.ATOM:
            from .as_atom import render_atom

            return render_atom(digest, style)
        case Format.EML:
            from .as_mail import render_mail

            return render_mail(digest, style)


def file_name(digest: Digest, form: Format) -> str:
    """`digest-12.html`, or `digest.html` for one that is not kept."""
    number = f"-{digest.metadata.number}" if digest.metadata else ""
    return f"digest{number}.{form}"


def as_it_stands(digest: Digest) -> Digest:
    """The digest as it is printed: figures that no person confirmed stand in a draft only."""
    if digest.metadata is None or digest.metadata.state is not DigestState.DRAFT:
        return without_proposals(digest)
    return digest
