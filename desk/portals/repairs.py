"""Which command mends what a check of a source found. Loads nothing that reads pages."""

from __future__ import annotations

from storage.sources import SourceCheck, SourceVerdict

_REPAIRS = {
    SourceVerdict.GENERAL: "repair",
    SourceVerdict.STALE: "disable",
    SourceVerdict.MOVED: "adopt",
    SourceVerdict.BLOCKED: "disable",
    SourceVerdict.ROBOTS: "disable",
    SourceVerdict.JAVASCRIPT: "disable",
    SourceVerdict.EMPTY: "repair",
    SourceVerdict.GONE: "disable",
    SourceVerdict.ERROR: "check",
}


def repair_of(check: SourceCheck) -> str:
    """The command that mends it, without `hubwatch` in front. Empty where nothing is to be done."""
    if check.offer and not check.moved_to:
        return f"sources repair {check.source_id} --live"
    verdict = SourceVerdict.MOVED if check.moved_to else check.verdict
    verb = _REPAIRS.get(verdict)
    return f"sources {verb} {check.source_id}" if verb else ""
