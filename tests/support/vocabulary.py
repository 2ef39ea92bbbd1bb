"""Private words, which may name nothing in the code, and the words of the field for them.

A name that a Scrapy, SQLite or web developer does not recognise costs every newcomer a look-up.
Words that are plain English elsewhere are listed by the kind of thing that they may not name.
"""

from __future__ import annotations

from collections.abc import Mapping

PARTS: Mapping[str, str] = {
    "told": "described, reported, recorded, published: by what it does",
    "tell": "describe, format, report, record",
    "tells": "describes, formats, reports, records",
    "telling": "alerting, body article",
    "tellings": "body_articles",
    "tellers": "body_articles",
    "retell": "link_body_to_article",
    "settle": "plan, process_dirty, flush_redirects, resolve, cancel, count",
    "settled": "resolved, planned",
    "handed": "manual",
    "leash": "exec_wrapper",
    "pulse": "monitoring",
    "wire": "middlewares, downloader",
    "manners": "throttle",
    "commons": "CrawlContext",
    "doors": "AuthConfig, login views",
    "heed": "apply_correction",
    "weary": "circuit_open",
    "risen": "reappeared",
    "furniture": "boilerplate",
    "sight": "ListObservation, first_seen",
    "sights": "list_observations",
    "sighting": "PublicationEvent",
    "standing": "ContextIndex, FieldStatus, ReviewState",
    "standstill": "global_pause",
    "dossier": "date_candidates",
    "shadow": "fts_text",
    "shadows": "fts_text",
    "weigh": "classify_change",
    "weighed": "ChangeSummary",
    "unite": "merge",
    "divide": "partition",
    "imprint": "IssueMetadata",
    "owe": "enqueue",
    "owed": "pending",
    "owes": "pending",
    "typed": "command_line_for",
    "worded": "with_hints",
    "lasting": "format_duration",
    "brought": "is_import_only",
}
"""No part of any name: of a module, a class, a function, an attribute."""

CLASSES: Mapping[str, str] = {
    "Gate": "HostThrottle",
    "Visit": "SourceCrawl, RequestContext",
    "Reach": "ServerConfig",
    "Rounds": "Dispatcher",
    "Hold": "SkipRule",
    "Cut": "QueueFilter",
    "Arrival": "FetchedPage",
    "Kept": "IngestResult",
    "Bond": "Edge",
    "Turns": "yielding_writer",
    "Pass": "TokenKind",
    "OutOfTurn": "StaleSequence",
    "EditedMeanwhile": "EditConflict",
    "Overtaken": "IssueConflict",
    "Joined": "DuplicateStory",
    "Look": "what is looked at",
    "HandItem": "ManualItem",
}

FUNCTIONS: Mapping[str, str] = {
    "note_list": "record_list",
    "stand_still": "pause_all",
    "go_on": "resume_all",
    "resting": "skip_rules",
    "whole": "reread",
    "in_force": "config_snapshot",
    "taking": "prepare_ingest",
    "_told_apart": "mark_missing_pages",
    "_in_step": "rebase_on_current_rules",
    "tie": "manual_link",
    "sound": "integrity_check",
    "faults": "integrity_check",
    "is_made_up": "is_synthetic",
    "let_in": "add_user",
    "let_out": "deactivate_user",
    "give_pass": "issue_token",
    "use_up": "consume_token",
    "owed_files": "pending_files",
    "look": "what is looked at",
    "advice": "hint",
    "own_name": "program_name",
    "amount": "format_size",
    "counted": "pluralise",
    "expect": "warm_up",
    "commons_of": "CrawlContext",
}
"""Functions and methods; a field or a variable of this name is plain English."""

MODULES: Mapping[str, str] = {
    "hand": "manual_entry",
    "adding": "manual_entry",
    "look": "what is looked at",
    "say": "decision views",
    "keeping": "maintenance",
    "words": "message catalogues",
    "words_add": "message catalogues",
    "words_watch": "message catalogues",
    "terms": "message catalogues",
    "tell_why": "message catalogues",
    "reach": "server configuration",
    "in_force": "config_snapshot",
    "rounds": "dispatcher",
    "holds": "skip_rules",
}
