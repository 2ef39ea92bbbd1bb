"""Which command mends what a check of a source found. Loads nothing that reads pages."""

from __future__ import annotations

from storage.sources import SourceCheck, SourceVerdict

_REPAIRS = {
    SourceVerdict.GENERAL: "sources repair {id}",
    SourceVerdict.STALE: "sources disable {id}",
    SourceVerdict.MOVED: "sources adopt {id}",
    SourceVerdict.BLOCKED: "sources disable {id}",
    SourceVerdict.ROBOTS: "sources disable {id}",
    SourceVerdict.JAVASCRIPT: "sources repair {id}",
    SourceVerdict.EMPTY: "sources repair {id}",
    SourceVerdict.GONE: "sources disable {id}",
    SourceVerdict.ERROR: "sources check {id}",
}


def repair_of(check: SourceCheck) -> str:
    """The command that mends it, without `hubwatch` in front. Empty where nothing is to be done."""
    if check.moved_to:
        return _REPAIRS[SourceVerdict.MOVED].format(id=check.source_id)
    return _REPAIRS.get(check.verdict, "").format(id=check.source_id)
