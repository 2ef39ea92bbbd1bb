"""Power cuts: what a disk holds that keeps nothing but what was synchronised with it.

A library that is loaded before all others (`LD_PRELOAD`) hears of every `fsync` and `fdatasync` of
a program and its children. It copies what the file holds at that moment, or the names in the
folder, to another place. From these copies the folder is made again as it would be after a power
cut, taking POSIX at its word: a file has the bytes of its last `fsync`, and a name is there
only after an `fsync` of its folder. A file that was never synchronised is empty.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A number is given to another file once its file is gone, so the moment of birth goes with it. */
static void name_of(struct statx *found, char *name) {
  sprintf(name, "%llu.%lld.%u", (unsigned long long)found->stx_ino,
          (long long)found->stx_btime.tv_sec, found->stx_btime.tv_nsec);
}

static int looked(int folder, const char *path, int flags, struct statx *found) {
  return statx(folder, path, flags, STATX_BASIC_STATS | STATX_BTIME, found);
}

static void keep(int fd) {
  const char *watched = getenv("POWER_CUT_WATCHED"), *kept = getenv("POWER_CUT_KEPT");
  char link[64], place[PATH_MAX + 1], name[96], half[PATH_MAX + 128], whole[PATH_MAX + 128];
  char own[96];
  struct statx found, each;
  if (!watched || !kept) return;
  sprintf(link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, place, PATH_MAX);
  if (length < 0) return;
  place[length] = 0;
  if (strncmp(place, watched, strlen(watched))) return;
  if (looked(fd, "", AT_EMPTY_PATH, &found)) return;
  name_of(&found, name);
  sprintf(half, "%s/.%d.%ld", kept, getpid(), (long)syscall(SYS_gettid));
  sprintf(whole, "%s/%s", kept, name);
  FILE *out = fopen(half, "wb");
  if (!out) abort();
  if (S_ISDIR(found.stx_mode)) {
    DIR *folder = opendir(place);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
      if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
      if (looked(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW, &each)) continue;
      name_of(&each, own);
      fprintf(out, "%s %c %s\n", own, S_ISDIR(each.stx_mode) ? 'd' : 'f', entry->d_name);
    }
    if (folder) closedir(folder);
  } else {
    char bytes[65536];
    off_t at = 0;
    ssize_t some;
    int again = open(link, O_RDONLY);
    /* Closing it would give up the locks that SQLite holds on the file in this process. */
    while (again >= 0 && (some = pread(again, bytes, sizeof bytes, at)) > 0) {
      fwrite(bytes, 1, some, out);
      at += some;
    }
  }
  if (fclose(out) || rename(half, whole)) abort();
}

int fsync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int done = real(fd);
  if (!done) keep(fd);
  return done;
}

int fdatasync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int done = real(fd);
  if (!done) keep(fd);
  return done;
}
"""


class Disk:
    """A folder that is watched, and what of it would be there after a power cut.

    `folder` must be empty. Programs that run with `environment` are heard, nobody else: what this
    process itself writes into the folder counts as never synchronised.
    """

    def __init__(self, folder: Path, beside: Path) -> None:
        self.folder = folder.resolve()
        self._kept = beside / "kept"
        self._kept.mkdir(parents=True)
        source, self._library = beside / "power_cut.c", beside / "power_cut.so"
        source.write_text(_SOURCE, encoding="utf-8")
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", self._library, source, "-ldl"], check=True
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program is to be started with so that it is heard."""
        return {
            "LD_PRELOAD": str(self._library),
            "POWER_CUT_WATCHED": str(self.folder),
            "POWER_CUT_KEPT": str(self._kept),
        }

    def after_power_cut(self, target: Path) -> None:
        """Make the folder at `target` as the disk would hold it now."""
        shutil.rmtree(target, ignore_errors=True)
        self._restore(self.folder, target)

    def _restore(self, folder: Path, target: Path) -> None:
        target.mkdir(parents=True)
        names = self._kept / _name_of(folder)
        if not names.exists():
            return
        for line in names.read_text(encoding="utf-8").splitlines():
            number, kind, name = line.split(" ", 2)
            if kind == "d":
                self._restore(folder / name, target / name)
            elif (self._kept / number).exists():
                shutil.copy(self._kept / number, target / name)
            else:
                (target / name).touch()


def _name_of(folder: Path) -> str:
    """The name under which the library keeps the names of a folder."""
    birth = subprocess.run(
        ["stat", "--format=%i %.W", folder], capture_output=True, text=True, check=True
    ).stdout
    number, moment = birth.split()
    seconds, _, parts = moment.replace(",", ".").partition(".")
    return f"{number}.{seconds}.{int((parts or '0').ljust(9, '0'))}"


def is_possible() -> bool:
    """Whether this machine compiles C."""
    return shutil.which("cc") is not None and os.name == "posix"
