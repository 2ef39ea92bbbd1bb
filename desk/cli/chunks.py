"""`hubwatch slice read`: a chunk of archived pages or texts is read where it was sent."""

from __future__ import annotations

from pathlib import Path

import click

from .. import _
from ..documents import JsonDocument, Member
from ..readers.chunks import ReadChunk, read_chunk
from ..text import format_size
from .console import fact, print_json
from .options import FILE, INPUT, JSON, output_option

READ: JsonDocument[ReadChunk] = JsonDocument(
    Member("work", "text", "what was read: `pages`, `grades` or `facts`", lambda r: r.work),
    Member("items", "integer", "pages or texts in the chunk", lambda r: r.items),
    Member("unread", "integer", "those that a bound cut off; the centre reads them",
        lambda r: r.unread),
    Member("bytes", "integer", "size of the answer", lambda r: r.bytes),
    Member("sha256", "text", "its checksum", lambda r: r.sha256),
    Member("finished", "boolean", "always true: what is not finished is no answer", lambda r: True),
    commands=("slice read --json",),
)  # fmt: skip


@click.command()
@click.argument("chunk", type=INPUT, metavar="CHUNK")
@click.option("--answer", type=FILE, required=True, metavar="FILE", help="The answer.")
@output_option
def read(chunk: Path, answer: Path, output: str) -> None:
    """Read a chunk of archived pages or texts, as a worker does that has a ticket for it.

    Chunks are made by `hubwatch reread … --place NAME`. Nothing is fetched, and no archive is
    needed.

    \b
    Examples:
      hubwatch slice read chunk --answer chunk.answer
    """
    done = read_chunk(chunk, answer)
    if output == JSON:
        print_json(READ(done))
        return
    click.echo(fact(_("answer"), f"{answer} ({format_size(done.bytes)})"))
