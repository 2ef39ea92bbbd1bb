"""What an exception of a library says, in words for people: no class, no code, no repr."""

from __future__ import annotations

from .patterns import lazy_pattern

_INTERNAL = lazy_pattern(
    r"\b[A-Z]\w*(?:Error|Exception|Warning|Failure)\b|object at 0x|<class |<built-in|<function"
    r"|\bb['\"]|invalid literal|NoneType|\[Errno|isoformat|is not a valid [A-Z]\w|^[(\[{]|cast to"
    r"|index out of range|codec can't|positional argument|has no attribute|values to unpack"
    r"|unhashable|must be (?:str|bytes|int)\b|Traceback|maximum recursion|NFKC|__\w+__"
)
_BY_KIND: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (UnicodeError, "it holds characters that are none, or not in the encoding it names"),
    (RecursionError, "it nests too deep"),
    (MemoryError, "it needs more memory than there is"),
    (LookupError, "something that it refers to is missing"),
    (OverflowError, "a number in it is too large"),
    (TimeoutError, "it took too long"),
    (ValueError, "a value in it is none of those that may stand there"),
)
_MOST = 200


def in_words(error: BaseException, otherwise: str = "it is damaged, or of an unknown kind") -> str:
    """One line of at most 200 characters. An error of the system in the system's words, any other
    in its own where these are for people, else by its kind, else `otherwise`."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(str(error).split())
    if text and _INTERNAL.search(text) is None and not isinstance(error, LookupError):
        return text[:_MOST]
    for kind, words in _BY_KIND:
        if isinstance(error, kind):
            return words
    return otherwise


def is_internal(text: str) -> bool:
    """Whether a text shows how Python writes its values and errors."""
    return _INTERNAL.search(text) is not None
