"""Older site programs that make folders of pages, as Debian ships them."""

from __future__ import annotations

import os
from pathlib import Path

from tests.realworld.articles import Edition, Story
from tests.realworld.portals import Folder, encoded, from_debian, markdown_of, run
from tests.realworld.static_sites import emptied


class Ikiwiki(Folder):
    """Ikiwiki's blog: ten articles on the home page, the names of all on a page of their own, and
    neither a pager nor a feed of more."""

    name = "ikiwiki"
    starts = (("a section", "/archive/"), ("a feed", "/index.rss"))
    themes = ("actiontabs", "goldtype")

    def install(self, folder: Path) -> None:
        from_debian(folder, "ikiwiki=3.2020*", "libtext-markdown-discount-perl=0.1*")

    def publish(self, edition: Edition, folder: Path) -> None:
        source = emptied(folder / "source")
        (source / "posts").mkdir()
        for story in edition.listed:
            title = story.title.replace('"', "'")
            head = (
                f'[[!meta title="{title}"]]\n[[!meta date="{story.at:%Y-%m-%d %H:%M} UTC"]]\n'
                f'[[!meta author="{story.author}"]]\n'
            )
            file = source / "posts" / f"{story.slug}.mdwn"
            file.write_text(head + markdown_of(story.blocks), encoding="utf-8")
            # What is not said otherwise was changed when its file was.
            stamp = (story.updated or story.at).timestamp()
            os.utime(file, (stamp, stamp))
        (source / "index.mdwn").write_text(
            '[[!meta title="Harrowdene Notes"]]\n\nAll of them are in the [[archive]].\n\n'
            '[[!inline pages="page(posts/*)" show="10" rss="yes"]]\n',
            encoding="utf-8",
        )
        (source / "archive.mdwn").write_text(
            '[[!inline pages="page(posts/*)" show="0" archive="yes" feeds="no"]]\n',
            encoding="utf-8",
        )
        setup = (
            "# IkiWiki::Setup::Yaml - YAML formatted setup file\n"
            f"wikiname: Harrowdene Notes\nsrcdir: {source}\ndestdir: {self.public(folder)}\n"
            "url: http://ikiwiki.test\nrcs: ''\nusedirs: 1\nrss: 1\natom: 0\n"
            f"theme: {self.themes[edition.theme - 1]}\nadd_plugins: [goodstuff, theme, meta]\n"
            "disable_plugins: [recentchanges, openid, passwordauth, editpage]\n"
        )
        (folder / "wiki.setup").write_text(setup, encoding="utf-8")
        emptied(self.public(folder))
        run("ikiwiki", "--setup", "wiki.setup", "--rebuild", cwd=folder, env={"TZ": "UTC"})

    def address(self, story: Story) -> str:
        return encoded(f"/posts/{story.slug}/")
