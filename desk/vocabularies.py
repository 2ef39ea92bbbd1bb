"""What pages call the members of our closed sets, such as outcomes and states.

The English words stand here, and `tests/catalogues.py` takes them up into the catalogues with the
name of their group as context. Where a set is English already, a word is what it is.
"""

from __future__ import annotations

from collections.abc import Mapping


def _themselves(*words: str) -> Mapping[str, str]:
    return {word: word for word in words}


TERMS: Mapping[str, Mapping[str, str]] = {
    # What becomes of stories
    "state": {
        "open": "To sort",
        "accepted": "Accepted",
        "rejected": "Rejected",
        "later": "Later",
        "disputed": "Disputed",
    },
    "grade": {
        "core": "core",
        "related": "related",
        "mention": "mention",
        "none": "no match",
    },
    "verb": {
        "accept": "Accept",
        "reject": "Reject",
        "later": "Later",
        "note": "Note",
        "star": "Star",
        "tag": "Tag",
        "correct": "Correct",
        "merge": "Merge",
        "split": "Split off",
        "undo": "Undo",
    },
    "decided": {"accept": "accepted", "reject": "rejected"},
    "done": {
        "accept": "Accepted: %(n)s.",
        "reject": "Rejected: %(n)s.",
        "later": "Put off: %(n)s.",
        "note": "Noted on %(n)s.",
        "star": "Starred: %(n)s.",
        "tag": "Tagged: %(n)s.",
        "correct": "Corrected.",
        "undo": "Taken back: %(n)s.",
        "merge": "Merged: %(n)s.",
        "split": "Split: %(n)s.",
    },
    "marked": {
        "star": "with a star",
        "note": "with a note",
    },
    "filter": {
        "topic": "Topic",
        "place": "City",
        "source": "Source",
        "language": "Language",
        "tag": "Tag",
    },
    "language": {
        "en": "English",
        "zh": "Chinese",
    },
    "correctable": {
        "title": "title",
        "published": "published",
        "source": "source line",
        "author": "author",
    },
    "weight": {
        "material": "material",
        "cosmetic": "cosmetic",
    },
    "role": {
        "about": "about",
        "mentioned": "mentioned",
    },
    # What the archive and the crawl say
    "check": {
        "holds": "holds",
        "general": "read by general rules only",
        "stale": "stale",
        "moved": "moved",
        "blocked": "refuses us",
        "robots": "forbidden by robots.txt",
        "javascript": "needs JavaScript",
        "empty": "no rows",
        "gone": "not there any more",
        "error": "could not be checked",
    },
    "outcome": _themselves(
        "ok",
        "unchanged",
        "empty",
        "partial",
        "blocked",
        "soft_404",
        "robots",
        "too_big",
        "truncated",
        "bad_encoding",
        "timeout",
        "net_error",
        "http_error",
        "layout_changed",
        "refused_address",
        "busy",
        "no_space",
        "gone",
        "moved",
        "unsupported",
        "interrupted",
        "killed",
        "failed",
        "running",
    ),
    "incident": _themselves(
        "network",
        "unreachable",
        "blocked",
        "robots",
        "tls",
        "certificate",
        "layout_changed",
        "list_empty",
        "fewer_rows",
        "same_rows",
        "pages_unread",
        "gap",
        "refused_rows",
        "entries_differ",
        "validator",
        "unreadable",
        "field_missing",
        "redesign",
        "titles",
        "future_dates",
        "silence",
        "not_crawled",
        "cut_short",
        "disk",
        "stale",
        "gone",
        "moved",
        "bug",
        "interrupted",
        "job_failing",
        "backup_old",
        "source_file",
    ),
    "refused_row": {
        "shape": "no shape of `allow` fits",
        "denied": "`deny` names it",
        "host": "another host",
        "file": "a file",
        "address": "no usable address",
    },
    "field": _themselves(
        "title",
        "published",
        "updated",
        "written",
        "event",
        "source",
        "publisher",
        "author",
        "editor",
        "body",
        "pages",
        "address",
        "page built",
        "first seen",
        "other",
    ),
    "origin": _themselves(
        "template",
        "json-ld",
        "meta",
        "visible line",
        "url",
        "feed",
        "list",
        "generic",
        "archive",
        "person",
    ),
    "confidence": _themselves("sure", "doubtful", "unknown"),
    "rule": _themselves(
        "rel author",
        "itemprop author",
        "byline element",
        "link to a writer's page",
        "published",
        "stated",
        "updated",
        "written",
        "event",
        "other",
        "plain",
        "in the text",
        "in the text, year of the published date",
        "date in the address",
        "time element",
        "script variable",
        "search of the page",
        "row of the list",
        "source line",
        "line apart from the headline",
        "byline",
        "author line",
        "reporter line",
        "reporter beside the source",
        "reporter named in the text",
        "date line",
        "editor line",
        "footer",
        "site_names",
        "title",
        "line repeated in title",
        "line above the date line",
        "heaviest text",
        "pictures and files",
    ),
    "standing": _themselves(
        "chosen",
        "plausible",
        "refused",
    ),
    "refusal": _themselves(
        "when the page was made, not the article",
        "far from the date in the address",
        "the moment of the fetch",
        "the same on every page",
        "before 1990",
        "after the page was fetched",
        "in the title",
        "in a link",
        "in a side list, a comment or the footer",
        "in the text",
        "away from the headline and without a label",
    ),
    "part": _themselves(
        "in the title",
        "in the first sentence",
        "in the lead",
        "in the body",
        "beside {}",
        "with nothing against it",
        "weakened by {}",
        "weakened by {}, where it is first named",
        "named in {} sentences",
        "named again, {} times in all",
        "what every naming begins with",
        "the title speaks of its work",
        "its sentence speaks of its work",
        "{} sentences of the body belong to it",
        "{} sentences name it",
        "with {}",
        "nothing else in the text goes with it",
        "named beside a place",
        "no place is named",
        "beside words for the whole country, and no city",
        "named by the way",
        "beside words of something else of the same name",
        "as part of a longer name",
        "the title is about {}",
        "the title tells of a text about many things",
        "first named in sentence {}",
        "one sentence of {} belongs to it",
        "in a text of {} sentences",
        "its context",
    ),
    "answer": _themselves(
        "kept",
        "accepted",
        "rejected",
        "withdrawn",
        "copy",
        "below grade",
        "in an issue",
        "after the cut-off",
        "quarantined",
        "listed and failed",
        "listed and owed",
        "listed and passed over",
        "listed and not taken",
        "never listed",
        "never crawled",
        "no source",
        "unknown",
    ),
    "city": _themselves(
        "national",
        "Guangdong (many)",
        "Jiangsu (many)",
        "Zhejiang (many)",
        "Tianjin Binhai",
    ),
    # Sources and incidents
    "source_state": {
        "well": "well",
        "paused": "rests",
        "not enabled": "not enabled",
        "waiting": "never crawled yet",
    },
    "severity": {
        "info": "notice",
        "warning": "warning",
        "critical": "critical",
    },
    "rows": {
        "before": "The rows before",
        "now": "The rows now",
    },
    "notice": {
        "opened": "that it opened",
        "reopened": "that it came back",
        "worse": "that it got worse",
        "reminder": "that it still lasts",
        "closed": "that it is over",
    },
    # Digests
    "stories_only": {
        "relevant": "relevant stories only",
        "accepted": "accepted stories only",
    },
    "review_state": _themselves("rejected", "later", "disputed"),
    "digest_state": {
        "draft": "draft",
        "issued": "issued",
        "discarded": "laid aside",
    },
    "scope": {
        "all": "all stories",
        "relevant": "relevant stories",
        "accepted": "accepted stories",
    },
    "grouping": {
        "city": "by city",
        "topic": "by topic",
    },
    "digest_done": {
        "drafted": "The draft is made.",
        "corrected": (
            "This draft of a correction holds what the issue held. Put it right, then issue it."
        ),
        "words": "Title and introduction are kept.",
        "item": "The item is kept.",
        "moved": "Moved.",
        "trimmed": "Left out. It stands at the end of the page and may be taken back in.",
        "later": (
            "Left for the next digest. It stands at the end of the page and may be taken back in."
        ),
        "restored": "Taken back in, at the end of its section.",
        "refreshed": "The draft is made anew.",
        "issued": "Issued. From now on it never changes.",
        "nothing": "Nothing was different.",
        "discarded": "The draft is laid aside.",
    },
    "caution": {
        "disputed": "Item %(n)s is disputed (%(said)s): %(title)s",
        "rejected": "Item %(n)s was rejected meanwhile: %(title)s",
        "changed": "Item %(n)s changed since the draft was made: %(title)s",
        "withdrawn": "Item %(n)s was withdrawn since the draft was made: %(title)s",
        "joined": (
            "Item %(n)s became one story with item %(other)s since the draft was made: %(title)s"
        ),
        "parted": (
            "Item %(n)s names a copy that left its story since the draft was made: %(title)s"
        ),
    },
    "in_issue": {
        "news": "told as news in issue %(n)s",
        "updated": "told as updated in issue %(n)s",
        "trimmed": "left out by its editor from issue %(n)s",
        "waiting": "left for later by issue %(n)s",
        "rejected": "rejected when they made issue %(n)s",
    },
    "left_out": {
        "trimmed": "left out for good",
        "waiting": "waits for the next digest",
    },
    "format": {
        "html": "Web page",
        "docx": "Word",
        "eml": "Mail draft",
        "md": "Markdown",
        "txt": "Plain text",
        "csv": "CSV table",
        "xlsx": "Excel",
        "json": "JSON",
        "atom": "Atom feed",
    },
    "delivery_kind": {
        "mail": "mail",
        "folder": "folder",
        "webhook": "webhook",
    },
    "delivery_state": {
        "owed": "to be sent",
        "delivered": "delivered",
        "failed": "given up",
    },
    "attempt": {
        "delivered": "delivered",
        "refused": "refused",
        "delayed": "not now",
        "partly": "partly",
        "in doubt": "in doubt",
    },
    "alert": _themselves("new", "back", "worse", "still there", "over"),
    # What the command line says of this installation, and names beside its facts
    "check_state": _themselves("ok", "warning", "fault"),
    "share": _themselves("slots", "fetches", "readings", "lists", "pages", "bytes"),
    "backup_role": _themselves("archive", "configuration", "source", "watchlist", "template"),
    "fate": _themselves("written", "is there already", "set aside"),
    "unknown": _themselves("source", "topic", "city", "language"),
    "topic_kind": _themselves("watched", "other"),
    "person_role": _themselves("reader", "reviewer", "staff"),
    "label": _themselves(
        "added",
        "known",
        "key",
        "new",
        "changed",
        "cosmetic",
        "gone",
        "same",
        "archive",
        "search index",
        "standstill",
        "runs",
        "incidents",
        "sqlite",
        "daemon",
        "clock",
        "disk",
        "permissions",
        "jobs",
        "backup",
        "configuration",
        "trust",
        "alerts",
        "source file",
        "changes",
        "stopped",
        "checked",
    ),
    # What is added by hand: what is wrong with a field, and what to do about an outcome
    "wrong": {
        "no_title": "Type the title as it is printed.",
        "no_source": "Say where it is from: an account, an office, a source.",
        "no_date": "Say when it was published, such as 2026-11-25 or 2026-11.",
        "date": "“%(text)s” is no date such as 2026-11-25, 2026-11-25 18:03 or 2026-11.",
        "future": "“%(text)s” has not come yet.",
        "address": (
            "That is no address that begins with https:// or http://, without a user name."
        ),
        "size": "The file is larger than %(most)s.",
        "empty": "The file is empty.",
        "kind": (
            "The file is none that is taken: picture (PNG, JPEG, GIF, WebP, TIFF, HEIC), "
            "PDF, DOCX, XLSX, PPTX, OFD, HTML or plain text."
        ),
        "many": "%(n)s addresses are being fetched; add this one when some are done.",
    },
    "advice": {
        "robots": (
            "The site asks robots not to fetch this page. Save it in your browser and add "
            "the file with its address."
        ),
        "blocked": (
            "The site does not let us in. Save the page in your browser and add the file "
            "with its address."
        ),
        "refused_address": (
            "That address, or where it leads, is not fetched: it is no public one, or on "
            "another host. If it leads elsewhere, add that address; if it is of your own "
            "network, staff can name its host under [network] intranet."
        ),
        "gone": (
            "There is no page at that address (any more). See whether it is typed right; if "
            "you have a copy, add it as a file."
        ),
        "soft_404": (
            "What came is no article. See whether it is typed right, or add a saved copy as a file."
        ),
        "busy": "That site is being crawled at this moment. Try again in a few minutes.",
        "no_space": "The disk of the archive is nearly full. Tell whoever runs Hubwatch.",
        "try_again": (
            "Try again later; if it stays so, save the page in your browser and add the file "
            "with its address."
        ),
        "unread": (
            "The page came and could not be read as an article; it is set aside with what "
            "came. Add it as a file, with title and date."
        ),
        "failed": (
            "It failed here, not at the portal. Tell whoever runs Hubwatch what is said "
            "here; meanwhile the page can be added as a file."
        ),
    },
}
"""By the name of a group, then by the member. `city` is what a definition may name as its city and
the gazetteer does not; `part` has a gap (`{}`) for another word."""

_UNREAD = ("empty", "unsupported", "bad_encoding", "layout_changed", "too_big", "truncated")


def advice_on(outcome: str) -> str:
    """The member of `advice` that says what to do about an outcome of an addition."""
    if outcome in TERMS["advice"]:
        return outcome
    return "unread" if outcome in _UNREAD else "try_again"
