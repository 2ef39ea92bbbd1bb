"""The keys of `hubwatch.toml`, all tables of it, declared once."""

from __future__ import annotations

from .toml import (
    FLAG,
    LOOPBACK,
    PATH,
    SIZE,
    SPAN,
    ZONE,
    Document,
    TomlKey,
    choice,
    either,
    keys,
    named,
    number,
    table,
    tables,
    text,
    texts,
)

_SECRET = text("`env:NAME` or `file:PATH`, never the secret itself", r"^\s*(env|file):\s*\S")
_ADDRESS = text(
    "address, http or https, or `env:NAME`, `file:PATH` where it is a secret",
    r"^\s*([hH][tT][tT][pP][sS]?://|(env|file):\s*)\S",
)
_KEPT = either("span of time, a day at least, or `forever`", SPAN, choice("forever"))
_COMMAND = texts("command line, or a list of its words")

NETWORK = keys(
    TomlKey(
        "hosts",
        named("table of loopback addresses by host", LOOPBACK.schema),
        "portals on this very machine, for practice and tests: the name is not looked up, all that "
        "is asked of it goes to this address and port, without pauses, and no contact is needed",
        otherwise="no such host",
        example='{ "english.practice.test" = "127.0.0.1:8123" }',
    ),
    TomlKey(
        "proxy",
        text("`http://host:port`, without a password", r"^\s*http://[^@\s]+\s*$"),
        "the proxy through which every crawl goes; a source may name another or none",
        otherwise="no proxy",
        example='"http://proxy.example.org:3128"',
    ),
    TomlKey(
        "http",
        choice("asyncio", "twisted"),
        "what makes connections: `asyncio`, or `twisted`, which is Scrapy's own, under the same "
        "rules; it takes more of the processor, and is there for a portal that needs it",
        "asyncio",
        example='"twisted"',
    ),
    TomlKey(
        "intranet",
        texts("list of hosts, with a port or without", r"^\s*[^/?#@*\s]+\s*$"),
        "hosts of your own network that may be asked although their addresses are private; without "
        "a port 80 and 443 are meant",
        otherwise="no such host",
        example='["news.intra.example", "10.20.0.5:8080"]',
    ),
)

DIGEST = keys(
    TomlKey("title", text(), "what digests are called", "Hub-city updates", example='"Our week"'),
    TomlKey(
        "language",
        choice("en", "zh", "both"),
        "in which language digests say what is not from pages; `both` says it in Chinese, then in "
        "English",
        "en",
        example='"zh"',
    ),
    TomlKey(
        "templates",
        PATH,
        "a folder with digest templates of your own, which take the place of the shipped ones",
        otherwise="the shipped ones",
        example='"templates"',
    ),
    TomlKey(
        "word_template",
        text("path of a .docx or .dotx, or `gbt9704`"),
        "the Word template of your office, in which digests are written; `gbt9704` is the layout "
        "of official documents in China",
        otherwise="a plain layout",
        example='"office.docx"',
    ),
)

_FORMATS = TomlKey(
    "formats",
    texts("list of formats"),
    "in which formats a digest is handed over there: `html`, `docx`, `json`, …",
    otherwise="what is usual for the kind",
    example='["html", "docx"]',
)
DELIVERY = keys(
    TomlKey(
        "name",
        text("letters, digits, `-`, `_` and `.`, at most 64", r"^\s*[\w.-]{1,64}\s*$"),
        "what the delivery is called; each has a name of its own",
        example='"team"',
        required=True,
    ),
    TomlKey(
        "kind",
        choice("folder", "mail", "webhook", "apprise"),
        "how things are handed over",
        example='"mail"',
        required=True,
    ),
    _FORMATS,
)
DELIVERY_KINDS = {
    "folder": keys(
        TomlKey("folder", PATH, "the folder", example='"/srv/digests"', required=True),
    ),
    "mail": keys(
        TomlKey(
            "server",
            text("host, or host:port", r"^\s*[A-Za-z0-9.-]+(:[0-9]{0,5})?\s*$"),
            "the mail server; without a port that of `security`: 587, 465 or 25",
            example='"mail.example.org:587"',
            required=True,
        ),
        TomlKey(
            "security",
            choice("tls", "starttls", "none"),
            "how the conversation is kept private: from the start, from the first words on, or not",
            "starttls",
            example='"tls"',
        ),
        TomlKey(
            "user", text(), "whom the server knows", otherwise="no sign-in", example='"hubwatch"'
        ),
        TomlKey(
            "password",
            _SECRET,
            "where the password of `user` is to be had; needed where there is a `user`. A file "
            "must have mode 600.",
            example='"file:/etc/hubwatch/smtp"',
        ),
        TomlKey(
            "from",
            text("mail address, with a name or without"),
            "the sender",
            example='"Hub desk <desk@example.org>"',
            required=True,
        ),
        TomlKey(
            "to",
            texts("list of mail addresses"),
            "the recipients",
            example='["li@example.org", "ana@example.org"]',
            required=True,
        ),
    ),
    "webhook": keys(
        TomlKey(
            "url",
            _ADDRESS,
            "the address that is posted to",
            example='"https://chat.example.org/hook"',
            required=True,
        ),
        TomlKey(
            "secret",
            _SECRET,
            "where the secret is to be had with which the body is signed",
            otherwise="not signed",
            example='"env:HOOK_SECRET"',
        ),
    ),
    "apprise": keys(
        TomlKey(
            "address",
            _SECRET,
            "where the address that Apprise notifies is to be had (`wecombot://…`, `dingtalk://…`, "
            "`feishu://…`), which holds a token. A file must have mode 600.",
            example='"env:ANA_WECOM"',
            required=True,
        ),
    ),
}

TIMETABLE = keys(
    TomlKey(
        "name",
        text(
            "small letters, digits, `-`, `_` and `.`, at most 64",
            r"^\s*[a-z0-9][a-z0-9._-]{0,63}\s*$",
        ),
        "what the job is called; each has a name of its own",
        example='"morning-digest"',
        required=True,
    ),
    TomlKey(
        "command",
        _COMMAND,
        "a command of Hubwatch that ends by itself, without the word `hubwatch`",
        example='["digest", "deliver", "--since-last"]',
        required=True,
    ),
    TomlKey(
        "schedule",
        text("schedule"),
        "when it is due: `every 30m`, `daily at 07:30, on mon-fri`, cron, …",
        example='"daily at 07:30"',
        required=True,
    ),
    TomlKey(
        "zone",
        ZONE,
        "the zone of the schedule's times",
        otherwise="`timezone`",
        example='"Europe/Berlin"',
    ),
    TomlKey("deadline", SPAN, "after which it is ended, a day at most", "30m", example='"4h"'),
)

LIMITS = keys(
    TomlKey("children", number(1, 32), "how many jobs run at a time", 2, example="3"),
    TomlKey(
        "batch", number(1, 64), "how many sources that are due share one child", 8, example="4"
    ),
    TomlKey(
        "memory",
        text(
            "size: `768 MiB`, `1 GiB`, 256 MiB at least", r"^\s*[0-9]{1,7}\s*[mMgG][iI]?[bB]?\s*$"
        ),
        "of one child with its workers; what takes more is killed, and says so",
        "1 GiB",
        example='"768 MiB"',
    ),
    TomlKey(
        "drain",
        SPAN,
        "how long children have to end by themselves when the daemon stops, `10m` at most",
        "20s",
        example='"1m"',
    ),
    TomlKey(
        "preload",
        FLAG,
        "whether children are copies of a process that has everything imported: each begins a "
        "second of CPU time sooner, and some 100 MiB of memory stay in use",
        True,
        example="false",
    ),
    TomlKey(
        "free_space",
        SIZE,
        "below so much free space on the archive's disk no crawl and no import begins",
        "500 MB",
        example='"2 GB"',
    ),
)

DESK = keys(
    TomlKey(
        "serve",
        FLAG,
        "whether `hubwatch run` keeps the review page running, and starts it anew when it falls",
        False,
        example="true",
    ),
    TomlKey(
        "listen", LOOPBACK, "where the page listens", "127.0.0.1:8420", example='"127.0.0.1:9000"'
    ),
    TomlKey(
        "address",
        text(
            "origin: `https://host`, without a path", r"^\s*[hH][tT][tT][pP][sS]?://[^/?#\s]+\s*$"
        ),
        "at which a proxy offers the page; sign-in links and digests name it",
        otherwise="this machine alone",
        example='"https://hubwatch.example.org"',
    ),
    TomlKey(
        "user",
        text(),
        "the one person who needs no sign-in; refused beside `address` and `login_header`, since "
        "whoever comes through a proxy comes from this machine too",
        otherwise="everybody signs in",
        example='"Ana"',
    ),
    TomlKey(
        "login_header",
        text("name of a header"),
        "in which your proxy says who somebody is, after its own sign-in",
        otherwise="no header is believed",
        example='"X-Remote-User"',
    ),
    TomlKey(
        "proxies",
        texts("list of IP addresses", r"^\s*[0-9A-Fa-f.:]+(%\S+)?\s*$"),
        "from which addresses that header is believed",
        ("127.0.0.1", "::1"),
        example='["10.0.0.2"]',
    ),
    TomlKey("upload", SIZE, "how large a file added by hand may be", "20 MB", example='"50 MB"'),
    TomlKey(
        "api_rate",
        number(1, 100_000),
        "how many requests a minute each token of the HTTP API may send",
        600,
        example="60",
    ),
)

RETENTION = keys(
    TomlKey(
        "lists",
        _KEPT,
        "a list, feed or sitemap, after a newer copy of its address took its place",
        "90d",
        example='"30d"',
    ),
    TomlKey(
        "pages",
        _KEPT,
        "the same of an article's page or a file, if no version of an article was read from it",
        "90d",
        example='"1w"',
    ),
    TomlKey(
        "readings",
        _KEPT,
        "what was read from a page, after better rules read it again",
        "90d",
        example='"forever"',
    ),
    TomlKey(
        "fetches",
        either("span of time, 60 days at least, or `forever`", SPAN, choice("forever")),
        "a line in the log of requests; repeated failures are counted from it",
        "400d",
        example='"forever"',
    ),
    TomlKey("slots", _KEPT, "a moment of the timetable that is over", "400d", example='"90d"'),
)

CHANNEL = keys(
    TomlKey(
        "name",
        text(),
        "what the channel is called; each has a name of its own",
        otherwise="as its delivery or its command",
        example='"pager"',
    ),
    TomlKey("to", text("name of a `[[delivery]]`"), "which delivery it goes to", example='"team"'),
    TomlKey(
        "command",
        _COMMAND,
        "instead of `to`: a command of your own, which gets the JSON document on its standard "
        "input",
        example='["/usr/local/bin/page", "hubwatch"]',
    ),
    TomlKey(
        "severity",
        choice("info", "warning", "critical"),
        "what is slighter does not go there",
        "warning",
        example='"critical"',
    ),
)

_HOURS = r"^\s*([01][0-9]|2[0-3]):[0-5][0-9]\s*-\s*([01][0-9]|2[0-3]):[0-5][0-9]\s*$"
SUBSCRIPTION = keys(
    TomlKey(
        "name",
        text(),
        "what the subscription is called; each has a name of its own, and one that gets another "
        "name begins anew",
        example='"ana-metro"',
        required=True,
    ),
    TomlKey(
        "person",
        text("name of somebody who may use the desk"),
        "who is alerted; `hubwatch people add` adds somebody",
        example='"Ana"',
        required=True,
    ),
    TomlKey(
        "to",
        text("name of a `[[delivery]]`"),
        "which delivery it goes to",
        example='"ana-wecom"',
        required=True,
    ),
    TomlKey(
        "topics",
        texts("list of topics of the watchlist"),
        "only stories of these topics",
        otherwise="any topic",
        example='["hub-city"]',
    ),
    TomlKey(
        "cities",
        texts("list of cities"),
        "only stories of sources of these cities",
        otherwise="any city",
        example='["Guiyang"]',
    ),
    TomlKey(
        "search",
        text("name of a search that the person keeps on the desk"),
        "instead of `topics` and `cities`: what that search finds",
        otherwise="no search",
        example='"Metro line 2"',
    ),
    TomlKey(
        "grades",
        texts("list of `core`, `related`, `mention`; or `any`", "^(core|related|mention|any)$"),
        "which grades count, of the topics named or of all; `any`: stories without one, too",
        ("core",),
        example='["core", "related"]',
    ),
    TomlKey(
        "quiet",
        text("hours of the day: `22:00-07:00`", _HOURS),
        "in which nothing goes out; what is new then comes in one message after them",
        otherwise="no such hours",
        example='"22:00-07:00"',
    ),
    TomlKey(
        "zone",
        ZONE,
        "the zone of those hours",
        otherwise="`timezone`",
        example='"Asia/Shanghai"',
    ),
    TomlKey(
        "pause",
        SPAN,
        "between two messages at least, a minute to a day; what is new meanwhile is in the next",
        "10m",
        example='"1h"',
    ),
)

ALERTS = keys(
    TomlKey(
        "remind",
        either("span of time, an hour to a year, or `never`", SPAN, choice("never")),
        "after which people are told again of what is still amiss",
        "7d",
        example='"never"',
    ),
    TomlKey(
        "quiet",
        text("hours of the day in `timezone`: `22:00-07:00`", _HOURS),
        "in which only what is critical goes out; they may pass midnight",
        otherwise="no such hours",
        example='"22:00-07:00"',
    ),
    TomlKey(
        "ping",
        _ADDRESS,
        "a dead-man's switch elsewhere, which notices when all is silent",
        otherwise="none",
        example='"env:HUBWATCH_PING"',
    ),
    TomlKey(
        "channel", tables(CHANNEL), "one way to alert people; one of `to` and `command` is needed"
    ),
    TomlKey("subscription", tables(SUBSCRIPTION), "somebody who is alerted at once of new stories"),
)

DAEMON = keys(
    TomlKey(
        "listen",
        LOOPBACK,
        "where the daemon answers `/healthz`, `/readyz` and `/metrics`",
        otherwise="it does not answer",
        example='"127.0.0.1:9464"',
    ),
    TomlKey(
        "practice",
        LOOPBACK,
        "where the daemon serves the practice portal, to try Hubwatch without the internet; "
        "`hubwatch setup --practice` writes it, with `[network.hosts]`",
        otherwise="it serves none",
        example='"127.0.0.1:8765"',
    ),
)

_REDIS = text("address: `rediss://host:port/0`, without a password", r"^\s*rediss?://[^@\s]+\s*$")
_REDIS_USER = (
    TomlKey("user", text(), "whom that Redis knows", otherwise="nobody", example='"hub-centre"'),
    TomlKey(
        "password",
        _SECRET,
        "where the password of `user` is to be had. A file must have mode 600.",
        otherwise="none",
        example='"file:/etc/hubwatch/redis"',
    ),
    TomlKey(
        "ca",
        PATH,
        "a PEM file with the authorities that its certificate is checked by",
        otherwise="the system's",
        example='"redis-ca.pem"',
    ),
    TomlKey(
        "certificate", PATH, "your own certificate, where it asks for one", example='"centre.pem"'
    ),
    TomlKey("key", PATH, "the key of `certificate`", example='"centre.key"'),
)
CLUSTER_PLACE = keys(
    TomlKey(
        "name",
        text("small letters, digits and `-`, at most 32", r"^\s*[a-z0-9][a-z0-9-]{0,31}\s*$"),
        "what sources call it under `where`",
        example='"cn-north"',
        required=True,
    ),
    TomlKey(
        "jobs", number(1, 200), "how many crawls are out there at a time, at most", 4, example="8"
    ),
    TomlKey(
        "readers",
        FLAG,
        "whether its workers may read archived pages again (`reread pages --place`): what they "
        "read is used, so say it of workers that you trust",
        False,
        example="true",
    ),
    TomlKey(
        "redis",
        _REDIS,
        "a Redis for this place alone, with a user and files of its own: for one that you do not "
        "trust",
        otherwise="that of `[cluster]`",
        example='"rediss://other.example.org:6380/0"',
    ),
    *_REDIS_USER,
)
CLUSTER = keys(
    TomlKey(
        "redis",
        _REDIS,
        "the Redis that carries tickets, slices and answers; without TLS on loopback only",
        example='"rediss://redis.example.org:6380/0"',
    ),
    *_REDIS_USER,
    TomlKey(
        "beat",
        SPAN,
        "how often a worker says that it is there; after six times as long it counts as gone. The "
        "centre and all workers say the same.",
        "10s",
        example='"10s"',
    ),
    TomlKey(
        "slice_bytes",
        SIZE,
        "no slice and no answer is larger",
        "64 MB",
        example='"32 MB"',
    ),
    TomlKey("place", tables(CLUSTER_PLACE), "a place with workers"),
)

LOG = keys(
    TomlKey(
        "format",
        choice("key=value", "json"),
        "how log lines are written: for people, or for programs",
        "key=value",
        example='"json"',
    ),
)

FILE = keys(
    TomlKey(
        "archive",
        PATH,
        "the archive; `--db` and HUBWATCH_DB name another",
        otherwise="it has to be named elsewhere",
        example='"hubwatch.db"',
    ),
    TomlKey(
        "contact",
        text("mail address or web address", r"^\s*[^()<>\s]*(@|://|mailto:)[^()<>\s]*\s*$"),
        "whom a portal's operator can write to; it is sent with every request, and no live crawl "
        "begins without it",
        otherwise="no live crawl",
        example='"mailto:you@example.org"',
    ),
    TomlKey(
        "sources",
        texts("list of folders, relative to the file"),
        "folders with sources of your own; one with the id of a shipped source takes its place. "
        "The folder `sources` beside the file is looked into without being named.",
        (),
        example='["more-sources"]',
    ),
    TomlKey(
        "watchlist",
        PATH,
        "what is relevant",
        otherwise="the shipped watchlist",
        example='"watchlist.toml"',
    ),
    TomlKey(
        "timezone",
        ZONE,
        "the zone of dates and times in digests, on pages and in `[[timetable]]`",
        "Asia/Shanghai",
        example='"Europe/Berlin"',
    ),
    TomlKey(
        "enabled",
        texts("list of ids of sources"),
        "only these are crawled by the daemon and by `crawl --all`",
        otherwise="those of `packs` and `also`, and your own",
        example='["guiyang-en", "most-zh"]',
    ),
    TomlKey(
        "packs",
        texts("list of packs of shipped sources"),
        "the packs whose sources are crawled; `docs/sources.md` says what is in which",
        otherwise='`["hub-cities"]`',
        example='["hub-cities", "agriculture"]',
    ),
    TomlKey(
        "also",
        texts("list of ids of sources"),
        "shipped sources of other packs that are crawled, too",
        otherwise="none",
        example='["cmse-zh"]',
    ),
    TomlKey(
        "disabled",
        texts("list of ids of sources"),
        "these are not; `hubwatch sources disable` and `enable` write here",
        otherwise="none",
        example='["cmse-zh"]',
    ),
    TomlKey("network", table(NETWORK), "how portals are reached"),
    TomlKey(
        "limits", table(LIMITS), "how much the daemon may use, and what stays free on the disk"
    ),
    TomlKey("timetable", tables(TIMETABLE), "a job of the daemon besides crawling"),
    TomlKey("digest", table(DIGEST), "how digests look"),
    TomlKey(
        "delivery",
        tables(DELIVERY, DELIVERY_KINDS),
        "a place that digests and alerts are handed to. Which keys there are depends on `kind`.",
    ),
    TomlKey("desk", table(DESK), "how the review page is reached"),
    TomlKey("alerts", table(ALERTS), "who is told of what is amiss, and when"),
    TomlKey("retention", table(RETENTION), "how long is kept what nothing rests on any more"),
    TomlKey("cluster", table(CLUSTER), "crawling on other machines, through a queue"),
    TomlKey("daemon", table(DAEMON), "probes and numbers of the daemon"),
    TomlKey("log", table(LOG), "the daemon's log"),
)

DOCUMENT = Document(
    "hubwatch",
    "`hubwatch.toml`, the configuration",
    "`hubwatch init` writes this file. Every key may be left out. Hubwatch looks for it where "
    "`--config` or HUBWATCH_CONFIG says, then in `/etc/hubwatch`, then in your own configuration "
    "folder. Paths in it are relative to the file. [Operating Hubwatch](../operation.md) tells how "
    "it is used.",
    FILE,
)
