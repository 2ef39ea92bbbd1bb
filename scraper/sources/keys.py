"""The keys of a source's and of a template's file, declared once."""

from __future__ import annotations

from hubwatch.toml import (
    DAY,
    FLAG,
    ID,
    LANGUAGE,
    PATH,
    SPAN,
    SPANS,
    URL,
    ZONE,
    Document,
    TomlKey,
    ValueKind,
    choice,
    either,
    keys,
    number,
    table,
    tables,
    text,
    texts,
)
from storage.types import DEFAULT_RANK

from .model import (
    DEFAULT_ZONE,
    AttachmentRules,
    Bounds,
    EntryKind,
    Paging,
    PagingKind,
    Politeness,
    RecheckRules,
)

_BOUNDS, _FILES, _PAGING = Bounds(), AttachmentRules(), Paging()
_SELECTOR = text("CSS selector")
_SELECTORS = texts("list of CSS selectors")
_HOSTS = texts("list of hosts", r"^\s*[^/?#@*\s]+\s*$")
_SHAPES = texts("list of shapes of addresses")
_MAX_PAGES = number(1, 1000)

FIELDS = keys(
    TomlKey("title", _SELECTORS, "the headline", example='["h1.title"]'),
    TomlKey(
        "published",
        _SELECTORS,
        "an element whose text (or `content`) holds the date of publication",
        example='["meta[name=PubDate]", ".date"]',
    ),
    TomlKey("updated", _SELECTORS, "the same for the date of the last change", example='".upd"'),
    TomlKey("source", _SELECTORS, "the issuing body, `来源：…`", example='[".source"]'),
    TomlKey("author", _SELECTORS, "the writer", example='[".author"]'),
    TomlKey("body", _SELECTORS, "the text", example='["#zoom", ".article"]'),
    TomlKey(
        "remove",
        _SELECTORS,
        "what is taken out of the body first: share buttons, pagers, related links",
        example='[".share"]',
    ),
    TomlKey(
        "site_names",
        texts("list of names"),
        "no selectors, but names that are cut off the end of a page's title",
        example='["Our Town"]',
    ),
)

_UNTIL = TomlKey("until", DAY, "its last day", example="2023-06-30", required=True)
_LAYOUT_FIELDS = TomlKey(
    "fields",
    table(FIELDS),
    "How pages of that time are read, with the keys of `[fields]`, on top of the template. `body` "
    "has to be known, here or there, since a page is told by it.",
)
LAYOUT = keys(
    _UNTIL,
    TomlKey(
        "template",
        ID,
        "the template it builds on, where the portal had another system then",
        otherwise="the source's",
        example='"trs"',
    ),
    _LAYOUT_FIELDS,
)
TEMPLATE_LAYOUT = keys(
    _UNTIL,
    TomlKey("template", ID, "is not looked at in a template", example='"trs"'),
    _LAYOUT_FIELDS,
)

_ALLOW = (
    TomlKey(
        "allow",
        _SHAPES,
        "path and query must match one of them",
        otherwise="the template's, else every page",
        example='["/[{section}/]{yyyy}-{mm}/{dd}/c_{id}.htm"]',
    ),
    TomlKey(
        "deny",
        _SHAPES,
        "none of them may match",
        otherwise="the template's",
        example='["/video/{any}"]',
    ),
)
LINKS = keys(
    TomlKey(
        "hosts",
        _HOSTS,
        "the hosts articles may stand on; one with a port means exactly that port",
        otherwise="those of `home` and of the entries",
        example='["english.our-town.example"]',
    ),
    *_ALLOW,
)
TEMPLATE_LINKS = keys(*_ALLOW)


def _row(name: str, meaning: str, otherwise: str, example: str) -> TomlKey:
    return TomlKey(name, _SELECTOR, meaning, otherwise=otherwise, example=example)


_ROWS = (
    _row("row", "one row", "every allowed link, or the list's looks", '"ul.list li"'),
    _row("link", "the link, inside the row", "its first link", '"a"'),
    _row("title", "the headline, inside the row", "the link's text or `title`", '".headline"'),
    _row("date", "the date, inside the row", "a date in the row", '"span.date"'),
    _row("summary", "the summary, inside the row", "none", '"p"'),
)
ROWS = tuple(key.name for key in _ROWS)
LIST = keys(*_ROWS)

JSON_ONLY = (
    TomlKey(
        "items",
        text("keys with dots between them"),
        "of a JSON list: the path of the list of items. `link`, `title`, `date` and `summary` are "
        "then paths within an item, and `link` may be an address with such paths in braces.",
        otherwise="told by the names of the keys",
        example='"data.list"',
    ),
    TomlKey(
        "page",
        text("name of a parameter"),
        "of a JSON list: the parameter of `url` that counts the pages, from the number there; "
        "`paging` may say the same",
        otherwise="one page",
        example='"pageNo"',
    ),
    TomlKey(
        "modified",
        text("keys with dots between them"),
        "of a JSON list: the path within an item of the moment of its last change, which brings "
        "the article again",
        otherwise="not known",
        example='"modified"',
    ),
)
JSON_KEYS = tuple(key.name for key in JSON_ONLY)
"""The keys that only JSON lists have."""

ENTRY = keys(
    TomlKey(
        "kind",
        choice(*(kind.value for kind in EntryKind)),
        "a page with a list, a feed (RSS or Atom), a sitemap, or a list that is JSON",
        EntryKind.LIST.value,
        example='"feed"',
    ),
    TomlKey(
        "url",
        URL,
        "its address",
        example='"https://english.our-town.example/news.html"',
        required=True,
    ),
    TomlKey(
        "every",
        SPAN,
        "how long an entry is left alone once it was read; for those that are complete but dear, "
        "beside one that is cheap",
        otherwise="read in every crawl",
        example='"1d"',
    ),
    TomlKey(
        "paging",
        text("`none`, `next`, `script`, `form`, `auto`, or a pattern"),
        "how a list goes on: the page's own link, its script, its form sent by POST, whichever of "
        "these it shows, or a pattern relative to the entry with the number of the first page "
        "after this one. Of a JSON list `next` is the `Link` header of the answer (RFC 8288).",
        otherwise="the template's, else `none`",
        example='"news_{n}.html from 2"',
    ),
    TomlKey(
        "max_pages",
        _MAX_PAGES,
        "how many list pages the first crawl and every look read at most",
        otherwise=f"the template's, else `{_PAGING.max_pages}`",
        example="3",
    ),
    *_ROWS,
    *JSON_ONLY,
)

PAGING = keys(
    TomlKey(
        "kind",
        choice(*(kind.value for kind in PagingKind)),
        "how a list goes on, as in an entry",
        PagingKind.NONE.value,
        example='"next"',
    ),
    TomlKey(
        "pattern",
        text("address with `{n}`"),
        "of the further pages, for the kind `pattern`, which needs it. `{name}` is the file name "
        "of the entry's address without its ending.",
        example='"{name}_{n}.html"',
    ),
    TomlKey(
        "first",
        number(0, 9999),
        "the number of the page after the first",
        _PAGING.first,
        example="1",
    ),
    TomlKey(
        "max_pages",
        _MAX_PAGES,
        "how many list pages the first crawl and every look read at most",
        _PAGING.max_pages,
        example="3",
    ),
)

POLITENESS = keys(
    TomlKey(
        "delay",
        SPAN,
        "pause between two requests to a host, at most `1h`; a longer Crawl-delay wins",
        f"{Politeness().delay.total_seconds():g}s",
        example='"5s"',
    ),
)

BOUNDS = keys(
    TomlKey("pages", number(1, 100_000), "pages a run", _BOUNDS.pages, example="500"),
    TomlKey(
        "seconds",
        number(1, 86_400),
        "seconds a run",
        int(_BOUNDS.duration.total_seconds()),
        example="1200",
    ),
    TomlKey("links", number(1, 1_000_000), "queued links a run", _BOUNDS.links, example="2000"),
    TomlKey(
        "page_bytes",
        number(1024, 1 << 30),
        "bytes a page after decompression",
        _BOUNDS.page_bytes,
        example="20000000",
    ),
    TomlKey(
        "page_seconds",
        number(1, 600),
        "seconds a page in all",
        int(_BOUNDS.page_timeout.total_seconds()),
        example="60",
    ),
    TomlKey("redirects", number(0, 20), "redirects in a row", _BOUNDS.redirects, example="8"),
    TomlKey(
        "render_seconds",
        number(5, 600),
        "with `render`: seconds that a page may take in the browser, waits for its host among them",
        int(_BOUNDS.render_time.total_seconds()),
        example="120",
    ),
    TomlKey(
        "render_requests",
        number(1, 2_000),
        "with `render`: requests that the scripts of a page may make",
        _BOUNDS.render_requests,
        example="200",
    ),
    TomlKey(
        "render_bytes",
        number(1024, 1 << 30),
        "with `render`: bytes that a page and its requests may bring",
        _BOUNDS.render_bytes,
        example="50000000",
    ),
)

RECHECKS = keys(
    TomlKey(
        "after",
        SPANS,
        "ages at which a known article is asked for again",
        tuple(f"{age.days}d" for age in RecheckRules().after),
        example='["1d", "1w"]',
    ),
    TomlKey(
        "per_run", number(0, 10_000), "so many of them a run", RecheckRules().per_run, example="10"
    ),
)

ATTACHMENTS = keys(
    TomlKey(
        "per_run",
        number(0, 10_000),
        "files of articles that a run fetches, after everything else; 0 is none",
        _FILES.per_run,
        example="10",
    ),
    TomlKey(
        "per_article",
        number(0, 200),
        "the first so many files of an article",
        _FILES.per_article,
        example="3",
    ),
    TomlKey("bytes", number(1024, 1 << 30), "bytes of a file", _FILES.bytes, example="5000000"),
    TomlKey(
        "hosts",
        _HOSTS,
        "further hosts that files may come from",
        otherwise="the source's own alone",
        example='["files.our-town.example"]',
    ),
)

TLS = keys(
    TomlKey(
        "fingerprint",
        text("SHA-256, hexadecimal", r"^\s*([sS][hH][aA]256:?)?([0-9A-Fa-f]{2}:?){32}\s*$"),
        "that of the server's own certificate, which is taken as it is; any other must be in order",
        example=f'"{"5e" * 32}"',
    ),
    TomlKey(
        "ca_file",
        PATH,
        "instead of `fingerprint`: a PEM file with authorities or intermediates that are trusted "
        "for this source besides the system's",
        example='"our-town.pem"',
    ),
    TomlKey(
        "until",
        DAY,
        "the last day on which this holds",
        example="2026-12-31",
        required=True,
    ),
    TomlKey(
        "reason",
        text(),
        "why, for whoever looks at the runs",
        example='"Expired in March."',
        required=True,
    ),
)

_ID = TomlKey(
    "id",
    ID,
    "stays for ever, since the archive knows the file by it; by custom also the file's name",
    example='"our-town"',
    required=True,
)
_NAME = TomlKey(
    "name", text(), "how people call it; digests print it", example='"Our Town"', required=True
)
_LAYOUTS = "How pages looked before a portal was redesigned, for those that still do."

SOURCE = keys(
    _ID,
    _NAME,
    TomlKey(
        "city",
        text(),
        "city or province it is about, in English; `national` for the ministries",
        example='"Guiyang"',
        required=True,
    ),
    TomlKey(
        "language",
        LANGUAGE,
        "the language of its pages",
        otherwise="the template's; needed where that says none",
        example='"zh"',
    ),
    TomlKey(
        "timezone",
        ZONE,
        "the zone of the times on its pages",
        otherwise="the template's",
        example='"Asia/Shanghai"',
    ),
    TomlKey("template", ID, "the template it builds on", example='"generic"', required=True),
    TomlKey(
        "home",
        URL,
        "its home page",
        example='"https://english.our-town.example/"',
        required=True,
    ),
    TomlKey(
        "schedule",
        text("schedule"),
        "when to crawl it: `every 2h`, `daily at 07:30, 19:30`, `adaptive between 30m and 6h`, …",
        example='"every 2h"',
        required=True,
    ),
    TomlKey(
        "checked",
        DAY,
        "the day somebody last saw it work live",
        otherwise="never",
        example="2026-01-31",
    ),
    TomlKey(
        "rank",
        number(1, 99),
        "whose publication leads a story where several sources say the same time: the lowest",
        DEFAULT_RANK,
        example="10",
    ),
    TomlKey(
        "proxy",
        text("`http://host:port`, or `direct`", r"^\s*(http://[^@\s]+|direct)\s*$"),
        "the proxy for this source alone, or none",
        otherwise="the installation's",
        example='"direct"',
    ),
    TomlKey(
        "render",
        FLAG,
        "whether the scripts of its lists and articles are run in a browser before they are read; "
        "needs the extra `hubwatch[browser]` and Chromium",
        False,
        example="true",
    ),
    TomlKey(
        "where",
        text("name of a place", r"^\s*[a-z0-9][a-z0-9-]{0,31}\s*$"),
        "the place of the cluster whose workers fetch it; the configuration names the places under "
        "`[[cluster.place]]`",
        otherwise="here",
        example='"cn-north"',
    ),
    TomlKey(
        "fallback",
        choice("wait", "here"),
        "what becomes of a crawl while that place has no worker: it waits for one, or runs here",
        "wait",
        example='"here"',
    ),
    TomlKey(
        "note",
        text(),
        "what the next person should know: doubts, oddities, where the facts come from",
        otherwise="nothing",
        example='"The list has no dates."',
    ),
    TomlKey("entry", tables(ENTRY), "Where a crawl begins; at least one is needed.", required=True),
    TomlKey("links", table(LINKS), "which links are articles"),
    TomlKey("fields", table(FIELDS), "how a page is read, on top of the template"),
    TomlKey("layout", tables(LAYOUT), _LAYOUTS),
    TomlKey("politeness", table(POLITENESS), "manners towards the portal"),
    TomlKey("bounds", table(BOUNDS), "bounds of one run; one that is reached ends it as `partial`"),
    TomlKey("rechecks", table(RECHECKS), "when known articles are asked for again"),
    TomlKey(
        "attachments",
        either("`false`, or table", ValueKind("`false`", {"const": False}), table(ATTACHMENTS)),
        "which files of articles are fetched; `false` is none",
        example="false",
    ),
    TomlKey(
        "tls",
        table(TLS),
        "What is trusted although the certificate is wrong; one of `fingerprint` and `ca_file` is "
        "needed. No key turns the check off.",
    ),
)

TEMPLATE = keys(
    _ID,
    _NAME,
    TomlKey(
        "family",
        text(),
        "the word under which portals of this kind are spoken of",
        example='"our-house"',
        required=True,
    ),
    TomlKey(
        "language",
        LANGUAGE,
        "the language of its pages, where all agree",
        otherwise="each source says it",
        example='"zh"',
    ),
    TomlKey(
        "timezone",
        ZONE,
        "the zone of the times on its pages",
        DEFAULT_ZONE,
        example='"Asia/Tokyo"',
    ),
    TomlKey(
        "marks",
        texts("list of words, or shapes of addresses"),
        "by which the family's pages are told from others where no source claims an address",
        otherwise="told by its selectors alone",
        example='["ourhouse-editor", "/{yyyymm}/t{yyyymmdd}_{id}.html"]',
    ),
    TomlKey("fields", table(FIELDS), "how a page is read"),
    TomlKey("layout", tables(TEMPLATE_LAYOUT), f"{_LAYOUTS} Each is complete in itself."),
    TomlKey("links", table(TEMPLATE_LINKS), "which links are articles; the hosts are the source's"),
    TomlKey("list", table(LIST), "the rows of every list"),
    TomlKey("paging", table(PAGING), "how every list goes on"),
)

SOURCES = Document(
    "source",
    "A source: one portal, or one section of one",
    "One TOML file in the folder `sources` beside `hubwatch.toml`, or in a folder named there. "
    "[Writing a source or a template](../sources.md) tells how it is made.",
    SOURCE,
)
TEMPLATES = Document(
    "template",
    "A template: what the portals of one family have in common",
    "One TOML file in the folder `templates` in a folder of sources. A source overrides it key by "
    "key. [Writing a source or a template](../sources.md) tells how it is made.",
    TEMPLATE,
)
