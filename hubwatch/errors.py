"""The one tree of exceptions. A person sees one line. A traceback means a bug.

    HubwatchError
    ├── ConfigError     a configuration file says something we cannot use
    │   └── SourceError     … a source, template or watchlist file
    ├── FetchError      an address could not be fetched at all
    ├── PageError       a saved page could not be read
    ├── StorageError    the archive could not be opened, read or written
    │   ├── NoArchive       there is none where we looked
    │   ├── Unreadable      this user may not read it
    │   ├── DamagedBytes    archived bytes are not what was written
    │   ├── NewerSchema     a newer Hubwatch wrote it
    │   └── OlderSchema     an older one did: `hubwatch archive upgrade`
    ├── BackupError     a backup cannot be made, read or put back
    ├── Paused          a person said that nothing shall run
    └── Busy            somebody else holds the lock we need

Errors that concern one page of many are not exceptions but outcomes, see `storage.types.Outcome`.
"""


class HubwatchError(Exception):
    """Base of all errors whose message is meant for people: one line that says what to do.

    It may have gaps, as `%(path)s`, with what fills them apart: whoever shows it can then say it in
    another language. As a text it is English. A message without filling is taken as it is.
    """

    def __init__(self, message: str = "", /, **filling: object) -> None:
        super().__init__(message % filling if filling else message)
        self.message = message
        self.filling = filling


class ConfigError(HubwatchError):
    """A configuration file or option cannot be used. The message names file and key."""


class SourceError(ConfigError):
    """A source, template or watchlist file cannot be used. The message names file and key."""


class FetchError(HubwatchError):
    """An address could not be fetched."""


class PageError(HubwatchError):
    """A saved page could not be read."""


class StorageError(HubwatchError):
    """The archive could not be opened, read or written."""


class NoArchive(StorageError):
    """There is no archive where we looked."""


class Unreadable(StorageError):
    """The archive may not be read by this user."""


class DamagedBytes(StorageError):
    """Archived bytes are not those that were written. The message names them, where it can."""


class NewerSchema(StorageError):
    """The archive was written by a newer Hubwatch."""


class OlderSchema(StorageError):
    """The archive was written by an older Hubwatch and has to be upgraded first."""


class BackupError(HubwatchError):
    """A backup cannot be made, read or put back. The message names the file."""


class Paused(HubwatchError):
    """Nothing shall run until somebody resumes. The message says since when and why."""


class Busy(HubwatchError):
    """Somebody else holds the lock we need. The message names the holder."""
