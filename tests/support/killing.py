"""What all programs that kill have in common: what a kill came to, killing until enough were
effective, how that is printed, and a library that kills at a write.

The library is loaded before all others. It counts what a command does to the files of a folder:
writes, cuts, renames, removals, and syncs. Told to, the command kills itself at one of them, after
half of its bytes where it is a write.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <fcntl.h>
#include <unistd.h>

static long done;

static int is_watched(const char *place) {
  const char *watched = getenv("WRITE_KILL_WATCHED");
  return watched && !strncmp(place, watched, strlen(watched));
}

static int is_file_watched(int fd) {
  char link[64], place[PATH_MAX + 1];
  sprintf(link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, place, PATH_MAX);
  if (length < 0) return 0;
  place[length] = 0;
  return is_watched(place);
}

/* Whether this is the one to die at. */
static int is_the_one(void) {
  const char *at = getenv("WRITE_KILL_AT");
  return ++done == (at ? atol(at) : -1);
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

__attribute__((destructor)) static void tell(void) {
  const char *place = getenv("WRITE_KILL_TOLD");
  FILE *out = place && done ? fopen(place, "a") : 0;
  if (out) { fprintf(out, "%ld\n", done); fclose(out); }
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(write);
  if (is_file_watched(fd) && is_the_one()) { real(fd, data, size / 2); die(); }
  return real(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  REAL(pwrite64);
  if (is_file_watched(fd) && is_the_one()) { real(fd, data, size / 2, at); die(); }
  return real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(pwrite);
  if (is_file_watched(fd) && is_the_one()) { real(fd, data, size / 2, at); die(); }
  return real(fd, data, size, at);
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  if (is_file_watched(fd) && is_the_one()) die();
  return real(fd, size);
}

int fsync(int fd) {
  REAL(fsync);
  if (is_file_watched(fd) && is_the_one()) die();
  return real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  if (is_file_watched(fd) && is_the_one()) die();
  return real(fd);
}

int rename(const char *old, const char *name) {
  REAL(rename);
  if (is_watched(name) && is_the_one()) die();
  return real(old, name);
}

int unlink(const char *name) {
  REAL(unlink);
  if (is_watched(name) && is_the_one()) die();
  return real(name);
}
"""


class WriteKiller:
    """The library, made in a folder."""

    def __init__(self, folder: Path) -> None:
        source, self._library = folder / "write_kill.c", folder / "write_kill.so"
        source.write_text(_SOURCE, encoding="utf-8")
        command = ["cc", "-shared", "-fPIC", "-O1", "-o", self._library, source, "-ldl"]
        subprocess.run(command, check=True)
        self._told = folder / "writes.told"

    def at(self, number: int, home: Path) -> dict[str, str]:
        """The environment of a command that dies at that write to what is below `home`; 0: at none,
        but tells how many there were."""
        return {
            "LD_PRELOAD": str(self._library),
            "WRITE_KILL_WATCHED": f"{home}/",
            "WRITE_KILL_AT": str(number),
            "WRITE_KILL_TOLD": "" if number else str(self._told),
        }

    def told(self) -> int:
        """How many writes the last command did that was to tell: those of its busiest process."""
        numbers = map(int, self._told.read_text().split())
        self._told.unlink()
        return max(numbers)


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill and what came of it. `effective`: it came after the first write of what was killed
    and before the last. `faults` is empty where all is well."""

    number: int
    kind: str
    how: str
    effective: bool
    faults: tuple[str, ...]

    def line(self) -> str:
        """For people."""
        verdict = "FAULT " + "; ".join(self.faults) if self.faults else "ok"
        edge = "" if self.effective else "(at the edge) "
        return f"{self.number:4d} {self.kind:<14} {self.how} {edge}{verdict}"


class Killing(Protocol):
    """What kills once, in a way that it knows, at a moment that chance says."""

    kinds: Sequence[str]

    def kill(self, kind: str, number: int, chance: random.Random) -> Kill: ...


def kill_in(
    ground: Killing, times: int, seed: int, beside: int = 1, only: str = ""
) -> Iterator[Kill]:
    """Kill until so many were effective, so many beside each other, each kind in its turn; twice as
    many are tried at most. The moments follow from the seed."""
    kinds, number, effective = ([only] if only else ground.kinds), 0, 0

    def kill(number: int) -> Kill:
        return ground.kill(kinds[number % len(kinds)], number, random.Random(f"{seed}/{number}"))

    with ThreadPoolExecutor(beside) as pool:
        while effective < times and number < 2 * times:
            upto = min(2 * times, number + times - effective)
            for done in pool.map(kill, range(number, upto)):
                effective += done.effective
                yield done
            number = upto


def run(about: str | None, prepare: Callable[[Path], Killing]) -> int:
    """Kill as the command line says, print, and say how it went."""
    options = argparse.ArgumentParser(description=about.splitlines()[0] if about else "")
    options.add_argument("--times", type=int, default=200, help="So many effective ones.")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--beside", type=int, default=2, help="So many at a time.")
    options.add_argument("--only", default="", help="One kind of them.")
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    began, kills = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="hubwatch-kills-") as folder:
        ground = prepare(Path(folder))
        for kill in kill_in(ground, chosen.times, chosen.seed, chosen.beside, chosen.only):
            kills.append(kill)
            print(kill.line(), flush=True)
    bad, effective = [k for k in kills if k.faults], [k.kind for k in kills if k.effective]
    counted = ", ".join(f"{count} {kind}" for kind, count in Counter(effective).items())
    print(f"{len(effective)} of {len(kills)} kills effective ({counted})")
    print(f"{time.monotonic() - began:.0f} s: {len(bad)} with faults")
    return 1 if bad or len(effective) < chosen.times else 0
