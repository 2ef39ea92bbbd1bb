"""Other processes, as the kernel tells of them (proc(5)); any may end while it is looked at."""

from pathlib import Path

from scheduler.child import children_of


def descendants(pid: int) -> list[int]:
    """The processes below one, at that moment."""
    found = children_of(pid)
    return [*found, *(each for child in found for each in descendants(child))]


def is_alive(pid: int) -> bool:
    """Whether a process still runs: one that has ended and was not waited for does not."""
    state = _told(pid, "stat").rpartition(b")")[2].split()
    return bool(state) and state[0] not in (b"Z", b"X")


def command_line(pid: int) -> list[str]:
    """The words that a process was started with; none where it has ended."""
    words = _told(pid, "cmdline").decode("utf-8", "replace").split("\0")
    return words[:-1]


def _told(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
