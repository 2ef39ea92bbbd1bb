"""Further site programs that make folders of pages: what Debian ships of the older ones, and those
whose pages are programs that also come as markup."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.realworld.articles import Edition, Story
from tests.realworld.portals import Folder, encoded, from_debian, from_npm, markdown_of, run
from tests.realworld.static_sites import emptied, front_matter


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


class Chronicle(Folder):
    """Chronicle: ten articles on the home page, the others on a page for each month."""

    name = "chronicle"
    starts = (("a section", "/archive/2025/11/"), ("a feed", "/index.rss"))
    themes = ("default", "leftbar")

    def install(self, folder: Path) -> None:
        from_debian(folder, "chronicle=4.6*", "libtext-markdown-perl=1.*")

    def publish(self, edition: Edition, folder: Path) -> None:
        source = emptied(folder / "source")
        for story in edition.listed:
            head = f"Title: {story.title}\nDate: {story.at:%d %B %Y}\nTags: {story.section}\n\n"
            file = source / f"{story.number:03}-{story.slug}.txt"
            file.write_text(head + markdown_of(story.blocks), encoding="utf-8")
        emptied(self.public(folder))
        run("chronicle", f"--input={source}", f"--output={self.public(folder)}",
            f"--theme={self.themes[edition.theme - 1]}", "--format=markdown", "--no-cache",
            "--no-comments", "--url-prefix=http://chronicle.test/", "--lower-case",
            "--pattern=*.txt", "--force", cwd=folder)  # fmt: skip

    def address(self, story: Story) -> str:
        words = "".join(sign if sign.isalnum() else "_" for sign in story.title)
        return encoded(f"/{words}.html".lower())


class Docusaurus(Folder):
    """Docusaurus with its blog alone, as its classic theme shows it: twelve a page, whole."""

    name = "docusaurus"
    starts = (("a section", "/archive/"), ("a feed", "/rss.xml"), ("a sitemap", "/sitemap.xml"))
    themes = ("classic",)

    def install(self, folder: Path) -> None:
        from_npm(
            folder, "@docusaurus/core@3.10.2", "@docusaurus/preset-classic@3.10.2",
            "react@18.3.1", "react-dom@18.3.1",
        )  # fmt: skip

    def publish(self, edition: Edition, folder: Path) -> None:
        posts = emptied(folder / "blog")
        for story in edition.listed:
            head: dict[str, object] = {
                "title": story.title,
                "date": f"{story.at:%Y-%m-%dT%H:%M}",
                "slug": story.slug,
                "tags": [story.section.lower()],
                "authors": [{"name": story.author}],
            }
            blocks = story.blocks
            text = markdown_of(blocks[:1]) + "\n<!-- truncate -->\n" + markdown_of(blocks[1:])
            (posts / f"{story.number}.md").write_text(front_matter(head) + text, encoding="utf-8")
        blog = {
            "routeBasePath": "/", "postsPerPage": 12, "blogTitle": "Harrowdene reports",
            "feedOptions": {"type": "rss"}, "onUntruncatedBlogPosts": "ignore",
        }  # fmt: skip
        config = {
            "title": "Harrowdene", "url": "http://docusaurus.test", "baseUrl": "/",
            "trailingSlash": True, "onBrokenLinks": "ignore",
            "presets": [["classic", {"docs": False, "blog": blog}]],
            "themeConfig": {"navbar": {"title": "Harrowdene", "items": [
                {"to": "/archive", "label": "Archive"}]}},
        }  # fmt: skip
        text = f"module.exports = {json.dumps(config)};\n"
        (folder / "docusaurus.config.js").write_text(text, encoding="utf-8")
        emptied(self.public(folder))
        run(folder / "node_modules/.bin/docusaurus", "build", "--out-dir", "public", cwd=folder,
            env={"CI": "true", "TZ": "UTC", "DOCUSAURUS_NO_UPDATE": "1"})  # fmt: skip

    def address(self, story: Story) -> str:
        return encoded(f"/{story.slug}/")


class VuePress(Folder):
    """VuePress with its blog theme: ten a page, the day and a summary beside each."""

    name = "vuepress"
    starts = (("a section", "/page/2/"), ("a sitemap", "/sitemap.xml"))
    themes = ("blog",)

    def install(self, folder: Path) -> None:
        from_npm(folder, "vuepress@1.9.10", "@vuepress/theme-blog@2.3.3")

    def publish(self, edition: Edition, folder: Path) -> None:
        posts = emptied(folder / "site") / "_posts"
        posts.mkdir()
        for story in edition.listed:
            head: dict[str, object] = {
                "title": story.title,
                "date": f"{story.at:%Y-%m-%d}",
                "author": story.author,
                "summary": story.summary,
                "tags": [story.section.lower()],
            }
            file = posts / f"{story.at:%Y-%m-%d}-{story.slug}.md"
            text = f"\n# {story.title}\n" + markdown_of(story.blocks)
            file.write_text(front_matter(head) + text, encoding="utf-8")
        place = folder / "site/.vuepress"
        place.mkdir()
        theme = {
            "nav": [{"text": "Blog", "link": "/"}, {"text": "Tags", "link": "/tag/"}],
            "sitemap": {"hostname": "http://vuepress.test"},
            "globalPagination": {"lengthPerPage": 10},
        }  # fmt: skip
        config = {
            "title": "Harrowdene", "theme": "@vuepress/theme-blog", "themeConfig": theme,
            "dest": str(self.public(folder)),
        }  # fmt: skip
        text = f"module.exports = {json.dumps(config)};\n"
        (place / "config.js").write_text(text, encoding="utf-8")
        emptied(self.public(folder))
        run(folder / "node_modules/.bin/vuepress", "build", "site", "--no-cache", cwd=folder,
            env={"NODE_OPTIONS": "--openssl-legacy-provider", "TZ": "UTC"})  # fmt: skip

    def address(self, story: Story) -> str:
        return encoded(f"/{story.at:%Y/%m/%d}/{story.slug}/")
