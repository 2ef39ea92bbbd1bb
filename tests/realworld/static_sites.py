"""Site programs that make folders of pages: each wears the theme that it ships, then another."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tests.realworld.articles import Edition, Kind, Story
from tests.realworld.portals import (
    Folder,
    encoded,
    from_debian,
    from_npm,
    from_pypi,
    markdown_of,
    run,
)


def emptied(folder: Path) -> Path:
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


class Pelican(Folder):
    """Pelican with its own two themes."""

    name = "pelican"
    light = True
    themes = ("notmyidea", "simple")
    hides = True  # status: hidden
    starts = (("a feed", "/feeds/all.atom.xml"),)

    def install(self, folder: Path) -> None:
        from_pypi(folder, "pelican==4.12.0", "markdown==3.11.3", "feedgenerator==2.2.1")

    def publish(self, edition: Edition, folder: Path) -> None:
        content = emptied(folder / "content")
        for story in edition.stories:
            head = [
                f"Title: {story.title}",
                f"Date: {story.at:%Y-%m-%d %H:%M}",
                f"Slug: {story.slug}",
                f"Category: {story.section}",
                f"Tags: {story.section.lower()}, city",
                f"Author: {story.author}",
            ]
            if story.updated:
                head.append(f"Modified: {story.updated:%Y-%m-%d %H:%M}")
            if story.hidden:
                head.append("Status: hidden")
            text = "\n".join(head) + "\n\n" + markdown_of(story.blocks)
            (content / f"{story.number}.md").write_text(text, encoding="utf-8")
        (folder / "conf.py").write_text(
            'AUTHOR = "The borough"\nSITENAME = "Harrowdene Gazette"\n'
            'SITEURL = "http://pelican.test"\nTIMEZONE = "Europe/London"\nDEFAULT_LANG = "en"\n'
            "DEFAULT_PAGINATION = 10\nFEED_ALL_ATOM = 'feeds/all.atom.xml'\n"
            "CATEGORY_FEED_ATOM = 'feeds/{slug}.atom.xml'\nTRANSLATION_FEED_ATOM = None\n"
            "AUTHOR_FEED_ATOM = None\nAUTHOR_FEED_RSS = None\n"
            "LINKS = (('Pelican', 'https://getpelican.example/'),)\n",
            encoding="utf-8",
        )
        emptied(self.public(folder))
        theme = self.themes[edition.theme - 1]
        run(folder / "venv/bin/pelican", "content", "-o", "public", "-s", "conf.py", "-t", theme,
            cwd=folder)  # fmt: skip

    def address(self, story: Story) -> str:
        return encoded(f"/{story.slug}.html")


class Jekyll(Folder):
    """Jekyll with the theme of a new site, its feed, and pages of ten."""

    name = "jekyll"
    themes = ("minima", "plain")
    starts = (("a feed", "/feed.xml"),)

    def install(self, folder: Path) -> None:
        from_debian(
            folder, "jekyll=4.3*", "jekyll-theme-minima=2.5*", "ruby-jekyll-feed=0.17*",
            "ruby-jekyll-seo-tag=2.*", "ruby-jekyll-paginate=1.1*",
        )  # fmt: skip

    def publish(self, edition: Edition, folder: Path) -> None:
        site = emptied(folder / "site")
        posts = site / "_posts"
        posts.mkdir()
        for story in edition.stories:
            head = {
                "layout": "post",
                "title": story.title,
                "date": f"{story.at:%Y-%m-%d %H:%M:%S %z}",
                "categories": story.section.lower(),
                "author": story.author,
                "published": not story.hidden,
            }
            if story.updated:
                head["last_modified_at"] = f"{story.updated:%Y-%m-%d %H:%M:%S %z}"
            file = posts / f"{story.at:%Y-%m-%d}-{story.slug}.md"
            file.write_text(front_matter(head) + markdown_of(story.blocks), encoding="utf-8")
        (site / "about.md").write_text(
            front_matter({"layout": "page", "title": "About", "permalink": "/about/"})
            + "This is where the borough of Harrowdene tells what it does.\n",
            encoding="utf-8",
        )
        config = {
            "title": "Harrowdene Borough", "url": "http://jekyll.test", "future": True,
            "plugins": ["jekyll-feed", "jekyll-seo-tag", "jekyll-paginate"], "theme": "minima",
            "description": "News of the borough.", "show_excerpts": True, "paginate": 10,
            "timezone": "UTC",
        }  # fmt: skip
        if edition.theme == 2:
            config.pop("theme")
            shutil.copytree(Path(__file__).parent / "themes/jekyll", site, dirs_exist_ok=True)
        else:
            config.pop("paginate")  # minima's home page lists everything
            config["plugins"] = ["jekyll-feed", "jekyll-seo-tag"]
            (site / "index.md").write_text(front_matter({"layout": "home"}), encoding="utf-8")
        (site / "_config.yml").write_text(json.dumps(config), encoding="utf-8")
        emptied(self.public(folder))
        run("jekyll", "build", "-q", "-s", site, "-d", self.public(folder), cwd=folder)

    def address(self, story: Story) -> str:
        return encoded(f"/{story.section.lower()}/{story.at:%Y/%m/%d}/{story.slug}.html")


def front_matter(head: dict[str, object]) -> str:
    """The head of a Markdown file as YAML, each value as JSON."""
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
    return "---\n" + "\n".join(lines) + "\n---\n"


class Hugo(Folder):
    """Hugo, which ships no theme: layouts in the way of its tutorials, with its own templates for
    the pager, the feed and the head."""

    name = "hugo"
    themes = ("plain", "cards")
    hides = True  # _build.list: never
    starts = (("a section", "/posts/"), ("a feed", "/index.xml"), ("a sitemap", "/sitemap.xml"))

    def install(self, folder: Path) -> None:
        from_debian(folder, "hugo=0.111*")

    def publish(self, edition: Edition, folder: Path) -> None:
        site = emptied(folder / "site")
        posts = site / "content/posts"
        posts.mkdir(parents=True)
        for story in edition.stories:
            head: dict[str, object] = {
                "title": story.title,
                "date": story.at.isoformat(),
                "slug": story.slug,
                "categories": [story.section],
                "authors": [story.author],
            }
            if story.updated:
                head["lastmod"] = story.updated.isoformat()
            if story.hidden:
                head["_build"] = {"list": "never"}
            text = json.dumps(head, ensure_ascii=False) + "\n\n" + markdown_of(story.blocks)
            (posts / f"{story.number}.md").write_text(text, encoding="utf-8")
        config = {
            "baseURL": "http://hugo.test/", "languageCode": "en-gb", "title": "Harrowdene Council",
            "paginate": 10, "taxonomies": {"category": "categories", "author": "authors"},
        }  # fmt: skip
        (site / "config.json").write_text(json.dumps(config), encoding="utf-8")
        theme = f"hugo-{self.themes[edition.theme - 1]}"
        shutil.copytree(Path(__file__).parent / "themes" / theme, site / "layouts")
        emptied(self.public(folder))
        run("hugo", "--quiet", "-F", "-s", site, "-d", self.public(folder), cwd=folder)

    def address(self, story: Story) -> str:
        return encoded(f"/posts/{story.slug}/")


class Eleventy(Folder):
    """Eleventy, which ships no theme either: a blog as its documents build one."""

    name = "eleventy"
    light = True
    themes = ("blog", "cards")
    starts = (("a section", "/archive/"), ("a feed", "/feed/feed.xml"))

    def install(self, folder: Path) -> None:
        from_npm(folder, "@11ty/eleventy@3.1.8", "@11ty/eleventy-plugin-rss@3.0.0")

    def publish(self, edition: Edition, folder: Path) -> None:
        site = emptied(folder / "site")
        theme = f"eleventy-{self.themes[edition.theme - 1]}"
        shutil.copytree(Path(__file__).parent / "themes" / theme, site, dirs_exist_ok=True)
        posts = site / "blog"
        posts.mkdir(exist_ok=True)
        (posts / "blog.json").write_text('{"tags": ["posts"], "layout": "post.njk"}')
        for story in edition.listed:
            head = {
                "title": story.title,
                "date": story.at.isoformat(),
                "author": story.author,
                "tags": ["posts", story.section],
            }
            if story.updated:
                head["updated"] = story.updated.isoformat()
            file = posts / f"{story.slug}.md"
            file.write_text(front_matter(head) + markdown_of(story.blocks), encoding="utf-8")
        shutil.move(site / "eleventy.config.mjs", folder / "eleventy.config.mjs")
        emptied(self.public(folder))
        run(folder / "node_modules/.bin/eleventy", "--quiet", cwd=folder)

    def address(self, story: Story) -> str:
        return encoded(f"/blog/{story.slug}/")


_HEXO = (
    "hexo@8.1.2", "hexo-renderer-ejs@2.0.0", "hexo-renderer-marked@7.0.1",
    "hexo-renderer-stylus@3.0.1", "hexo-generator-index@4.0.0", "hexo-generator-archive@2.0.0",
    "hexo-generator-category@2.0.0", "hexo-generator-tag@2.0.0", "hexo-generator-feed@3.0.0",
)  # fmt: skip


class Hexo(Folder):
    """Hexo in Chinese: with the theme of a new site, then with the one that most people take; or
    with others from npm."""

    language = "zh"
    starts = (("a section", "/archives/"), ("a feed", "/atom.xml"))

    def __init__(self, name: str, themes: tuple[str, str], *packages: str) -> None:
        self.name = name
        self.themes = themes
        self.packages = packages
        self.light = name == "hexo"

    def install(self, folder: Path) -> None:
        from_npm(folder, *_HEXO, *self.packages)
        package = folder / "package.json"
        described = json.loads(package.read_text("utf-8"))
        described["hexo"] = {"version": "8.1.2"}
        package.write_text(json.dumps(described), encoding="utf-8")

    def publish(self, edition: Edition, folder: Path) -> None:
        posts = emptied(folder / "source/_posts")
        for story in edition.stories:
            head = {
                "title": story.title,
                "date": story.at.isoformat(),
                "updated": (story.updated or story.at).isoformat(),
                "categories": [story.section],
                "tags": [story.section, "云岭"],
                "author": story.author,
                "published": not story.hidden,
            }
            file = posts / f"{story.slug}.md"
            file.write_text(front_matter(head) + markdown_of(story.blocks), encoding="utf-8")
        config = {
            "title": "云岭区融媒体中心", "author": "云岭区", "language": "zh-CN",
            "timezone": "Asia/Shanghai", "url": f"http://{self.name}.test", "root": "/",
            "permalink": ":year/:month/:day/:title/", "theme": self.themes[edition.theme - 1],
            "per_page": 10, "index_generator": {"per_page": 10, "order_by": "-date"},
            "feed": {"type": "atom", "path": "atom.xml", "limit": 20, "content": False},
            "future": True, "public_dir": "public", "date_format": "YYYY-MM-DD",
        }  # fmt: skip
        (folder / "_config.yml").write_text(json.dumps(config), encoding="utf-8")
        (folder / "db.json").unlink(missing_ok=True)
        emptied(self.public(folder))
        run(folder / "node_modules/.bin/hexo", "generate", "--force", cwd=folder,
            env={"TZ": "Asia/Shanghai"})  # fmt: skip

    def address(self, story: Story) -> str:
        return encoded(f"/{story.at:%Y/%m/%d}/{story.slug}/")


class Nikola(Folder):
    """Nikola with its blog theme, then with its other one; its pages count from the oldest."""

    name = "nikola"
    themes = ("bootblog4", "bootstrap4")
    starts = (("a feed", "/rss.xml"), ("a sitemap", "/sitemapindex.xml"))

    def install(self, folder: Path) -> None:
        from_pypi(folder, "nikola==8.3.3", "markdown==3.11.3", "setuptools<81")

    def publish(self, edition: Edition, folder: Path) -> None:
        site = folder / "site"
        if not (site / "conf.py").is_file():
            run(folder / "venv/bin/nikola", "init", "-q", "site", cwd=folder)
            (folder / "conf.py").write_text((site / "conf.py").read_text("utf-8"), encoding="utf-8")
        theme = self.themes[edition.theme - 1]
        (site / "conf.py").write_text(
            (folder / "conf.py").read_text("utf-8")
            + f'''
BLOG_AUTHOR = "The borough"
BLOG_TITLE = "Harrowdene Record"
SITE_URL = "http://nikola.test/"
BLOG_DESCRIPTION = "What the borough writes down."
THEME = "{theme}"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = ()
TIMEZONE = "Europe/London"
''',
            encoding="utf-8",
        )
        posts = emptied(site / "posts")
        for story in edition.listed:
            head = {
                "title": story.title,
                "slug": f"{story.number}-{story.slug}"[:80],
                "date": f"{story.at:%Y-%m-%d %H:%M:%S UTC}",
                "category": story.section,
                "tags": "city",
                "author": story.author,
            }
            if story.updated:
                head["updated"] = f"{story.updated:%Y-%m-%d %H:%M:%S UTC}"
            lines = "\n".join(f".. {name}: {value}" for name, value in head.items())
            text = f"<!--\n{lines}\n-->\n" + markdown_of(story.blocks)
            (posts / f"{story.number}.md").write_text(text, encoding="utf-8")
        for name in ("output", "cache", ".doit.db"):
            _removed(site / name)
        run(folder / "venv/bin/nikola", "build", "-q", cwd=site)

    def public(self, folder: Path) -> Path:
        return folder / "site/output"

    def address(self, story: Story) -> str:
        return encoded(f"/posts/{story.number}-{story.slug}"[:87] + "/")


class Lektor(Folder):
    """Lektor's quickstart project; its articles stand under /blog/, which the home page names."""

    name = "lektor"
    starts = (("a section", "/blog/"),)
    themes = ("quickstart",)

    def install(self, folder: Path) -> None:
        from_pypi(folder, "lektor==3.3.14", "setuptools<81")
        if not (folder / "site").is_dir():
            answers = "Harrowdene\\nEditor\\n\\ny\\ny\\n"
            script = f"printf '{answers}' | venv/bin/lektor quickstart --path site"
            run("sh", "-c", script, cwd=folder)

    def publish(self, edition: Edition, folder: Path) -> None:
        blog = folder / "site/content/blog"
        for old in blog.iterdir():
            _removed(old)
        (blog / "contents.lr").write_text("_model: blog\n---\ntitle: Blog\n", encoding="utf-8")
        for story in edition.listed:
            place = blog / f"n{story.number}-{story.slug}"[:80]
            place.mkdir()
            text = markdown_of(story.blocks).strip()
            (place / "contents.lr").write_text(
                f"title: {story.title}\n---\npub_date: {story.at:%Y-%m-%d}\n---\n"
                f"author: {story.author}\n---\nbody:\n\n{text}\n",
                encoding="utf-8",
            )
        emptied(self.public(folder))
        run("venv/bin/lektor", "--project", "site", "build", "-O", self.public(folder), cwd=folder)

    def address(self, story: Story) -> str:
        return encoded("/blog/" + f"n{story.number}-{story.slug}"[:80] + "/")


class Blag(Folder):
    """Blag with its own templates: fifteen articles on the home page, all in its archive."""

    name = "blag"
    starts = (("a section", "/archive.html"), ("a feed", "/atom.xml"))
    themes = ("blag",)

    def install(self, folder: Path) -> None:
        from_pypi(folder, "blag==2.3.3")

    def publish(self, edition: Edition, folder: Path) -> None:
        content = emptied(folder / "content")
        for story in edition.listed:
            head = (
                f"title: {story.title}\ndate: {story.at:%Y-%m-%d %H:%M}\n"
                f"tags: {story.section.lower()}\ndescription: {story.summary}\n\n"
            )
            file = content / f"{story.slug}.md"
            file.write_text(head + markdown_of(story.blocks), encoding="utf-8")
        (folder / "config.ini").write_text(
            "[main]\nbase_url = http://blag.test/\ntitle = Stanmere Parish\n"
            "description = What the parish does\nauthor = The parish clerk\n",
            encoding="utf-8",
        )
        (folder / "static").mkdir(exist_ok=True)
        emptied(self.public(folder))
        templates = next((folder / "venv/lib").glob("python3*/site-packages/blag/templates"))
        run("venv/bin/blag", "build", "-i", "content", "-o", "public", "-s", "static",
            "-t", templates, cwd=folder)  # fmt: skip

    def address(self, story: Story) -> str:
        return encoded(f"/{story.slug}.html")


class MaterialBlog(Folder):
    """MkDocs with Material's blog, in Chinese."""

    name = "material"
    language = "zh"
    starts = (("a section", "/archive/2025/"), ("a sitemap", "/sitemap.xml"))
    themes = ("material",)

    def install(self, folder: Path) -> None:
        from_pypi(folder, "mkdocs-material==9.8.2", "mkdocs==1.6.1")

    def publish(self, edition: Edition, folder: Path) -> None:
        posts = emptied(folder / "docs") / "posts"
        posts.mkdir()
        (folder / "docs/index.md").write_text("# 动态\n", encoding="utf-8")
        for story in edition.listed:
            head = {
                "date": f"{story.at:%Y-%m-%d}",
                "slug": f"n{story.number}",
                "categories": [story.section],
            }
            lines = "\n".join(
                f"{k}: {v if k == 'date' else json.dumps(v, ensure_ascii=False)}"
                for k, v in head.items()
            )
            text = markdown_of(story.blocks).strip().split("\n\n")
            text.insert(1, "<!-- more -->")
            body = "\n\n".join(text)
            (posts / f"n{story.number}.md").write_text(
                f"---\n{lines}\n---\n# {story.title}\n\n{body}\n", encoding="utf-8"
            )
        config = {
            "site_name": "清溪村委会", "site_url": "http://material.test/", "docs_dir": "docs",
            "site_dir": "public", "theme": {"name": "material", "language": "zh", "font": False},
            "plugins": [{"blog": {"blog_dir": ".", "pagination_per_page": 10}}],
        }  # fmt: skip
        (folder / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")
        emptied(self.public(folder))
        run("venv/bin/mkdocs", "build", "-q", cwd=folder)

    def address(self, story: Story) -> str:
        return f"/{story.at:%Y/%m/%d}/n{story.number}/"


class ABlog(Folder):
    """Sphinx with ABlog, which makes a blog of documents; then in another theme of Sphinx."""

    name = "ablog"
    themes = ("alabaster", "classic")
    starts = (("a section", "/blog.html"), ("a feed", "/blog/atom.xml"))

    def install(self, folder: Path) -> None:
        from_pypi(folder, "ablog==0.11.13", "sphinx==9.0.4", "alabaster==1.0.0", "docutils==0.22.4")

    def publish(self, edition: Edition, folder: Path) -> None:
        site = emptied(folder / "site")
        posts = site / "posts"
        posts.mkdir()
        for story in edition.listed:
            head = (
                f".. post:: {story.at:%b %d, %Y}\n   :category: {story.section}\n"
                f"   :author: {story.author}\n   :tags: city\n\n"
            )
            line = "=" * (2 * len(story.title) + 4)
            file = posts / f"n{story.number}-{story.slug}.rst"
            text = head + f"{_literal(story.title)}\n{line}\n\n" + _restructured(story)
            file.write_text(text, encoding="utf-8")
        (site / "index.rst").write_text(
            "Harrowdene Institute\n====================\n\nThe institute of the borough.\n\n"
            ".. toctree::\n   :hidden:\n\n   about\n\n* `Blog <blog.html>`_\n",
            encoding="utf-8",
        )
        (site / "about.rst").write_text(
            "About\n=====\n\nThe institute was founded by three schoolteachers.\n", encoding="utf-8"
        )
        (site / "conf.py").write_text(
            'project = "Harrowdene Institute"\nauthor = "The institute"\nextensions = ["ablog"]\n'
            'blog_title = "Harrowdene Institute"\nblog_baseurl = "http://ablog.test/"\n'
            f'html_theme = "{self.themes[edition.theme - 1]}"\npost_date_format = "%d %B %Y"\n'
            "html_sidebars = {'**': ['ablog/postcard.html', 'ablog/recentposts.html', "
            "'ablog/categories.html', 'ablog/archives.html']}\n",
            encoding="utf-8",
        )
        emptied(self.public(folder))
        run("venv/bin/sphinx-build", "-q", "-b", "html", site, self.public(folder), cwd=folder)

    def address(self, story: Story) -> str:
        return encoded(f"/posts/n{story.number}-{story.slug}.html")


def _literal(text: str) -> str:
    """A text of which reStructuredText makes nothing else."""
    return re.sub(r"([\\*`_|])", r"\\\1", text)


def _restructured(story: Story) -> str:
    out = []
    for block in story.blocks:
        text = _literal(block.text)
        if block.kind is Kind.HEADING:
            out.append(f"{text}\n{'-' * (2 * len(text) + 2)}")
        elif block.kind is Kind.ITEM:
            out.append(f"* {text}")
        elif block.kind is Kind.QUOTE:
            out.append(f"   {text}")
        else:
            out.append(text)
    return "\n\n".join(out) + "\n"


def _removed(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
