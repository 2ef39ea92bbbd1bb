"""`hubwatch cite`: the citation of an article, to be pasted into a text."""

from __future__ import annotations

import click

from hubwatch.errors import HubwatchError

from ..console import JSON, NUMBER, output_option, print_json
from ..session import Session, pass_session


@click.command()
@click.argument("article_id", metavar="ID", type=NUMBER)
@click.option("--html", "output", flag_value="html", help="As a piece of HTML.")
@output_option
@pass_session
def cite(session: Session, article_id: int, output: str) -> None:
    """Cite an article: issuer, title, publisher, date, address, and the archived page.

    \b
    Examples:
      hubwatch cite 78
      hubwatch cite 78 --html
    """
    from ...digest.citation import cite_article, plain, rich

    with session.reading() as store:
        article = store.articles.get(article_id)
        if article is None:
            raise HubwatchError(f"{store.path}: there is no article {article_id}")
        proof = store.digests.proofs_of([article_id]).get(article_id)
    cited = cite_article(article, proof, session.config.zone)
    if output == JSON:
        print_json(
            {
                "citation": plain(cited),
                "html": rich(cited),
                "issuer": cited.issuer or None,
                "title": cited.title,
                "publisher": cited.publisher,
                "published": article.published.iso if article.published else None,
                "url": cited.url,
                "archived": proof.archived_at.isoformat() if proof and proof.archived_at else None,
                "page": proof.snapshot_id if proof else None,
                "sha256": cited.sha256 or None,
            }
        )
    else:
        click.echo(rich(cited) if output == "html" else plain(cited))
