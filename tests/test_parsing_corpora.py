"""Real pages that nobody here wrote. Skipped where the collection is not at hand.

Point HUBWATCH_CORPORA at a folder with the unpacked collections, or keep the archives in
`../shared/corpora` beside the project.
"""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest

from scraper.parsing.article import read_article
from scraper.parsing.templates import recognise_rules
from scraper.sources.load import load_catalogue
from scraper.sources.model import FieldRules
from tests.support.make import NOW, capture

ARCHIVES = Path(__file__).parents[2] / "shared" / "corpora"
FAMILY = {"TRS": "trs", "jcms": "jcms", "China Daily": "chinadaily", "Xinhua": "xinhua"}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    unpacked = os.environ.get("HUBWATCH_CORPORA")
    if unpacked:
        return Path(unpacked)
    wanted = [ARCHIVES / f"{name}.tar.gz" for name in ("portals", "articles-zh")]
    if not all(archive.exists() for archive in wanted):
        pytest.skip("no corpora: set HUBWATCH_CORPORA to a folder with `portals` and `articles-zh`")
    folder = tmp_path_factory.mktemp("corpora")
    for archive in wanted:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return folder


def labelled(corpora: Path) -> list[dict[str, str]]:
    path = corpora / "portals" / "expected.json"
    if not path.exists():
        pytest.skip(f"no labels in {path}")
    pages: list[dict[str, str]] = json.loads(path.read_text("utf-8"))
    return pages


TEMPLATES = {name: template.fields for name, template in load_catalogue().templates.items()}


def template_of(page: dict[str, str]) -> FieldRules:
    name = next(
        (family for word, family in FAMILY.items() if page["note"].startswith(word)), "generic"
    )
    return TEMPLATES[name]


@pytest.mark.parametrize("rules", ["generic", "family", "recognised"])
def test_title_and_date_of_the_labelled_pages(corpora: Path, rules: str) -> None:
    wrong = []
    for page in labelled(corpora):
        site = page["site"].split()[0]
        url = site if site.startswith("http") else f"http://{site}/"
        body = (corpora / "portals" / page["file"]).read_bytes()
        received = capture(body, url=url, final_url=url, fetched_at=NOW)
        if rules == "recognised":
            found, _ = recognise_rules(received, TEMPLATES)
            fields = found or FieldRules()
        else:
            fields = FieldRules() if rules == "generic" else template_of(page)
        article = read_article(received, fields, "t").article
        published = article.published.iso.replace("T", " ") if article and article.published else ""
        if (
            article is None
            or article.title != page["title"]
            or not published.startswith(page["published"])
        ):
            wrong.append((page["file"], article and article.title, published))
    assert not wrong
