"""Becomes the command given to it, after asking the kernel to kill it when the daemon dies, and to
give it no more than so much memory.

Run by path as `python -I -S exec_wrapper.py PARENT BYTES COMMAND…`, never imported. It needs the
standard library only, and is a program of its own, because Python code between fork and exec is not
safe beside threads.
Without it, children of a killed daemon would go on unsupervised, without a deadline.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2); Linux only
_NOT_STARTED = 127  # as shells say it


def main(parent: int, memory: int, command: list[str]) -> int:
    """Replace this process by `command`. Return only if that fails."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    bound = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            return _NOT_STARTED
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is what we want
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
    return _NOT_STARTED


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
