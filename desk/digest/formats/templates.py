"""Templates of digests: ours, and a user's own in their place, in Jinja's sandbox.

What a page says only ever fills a template, escaped for its format. It is never one itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from inspect import signature
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from hubwatch.errors import ConfigError

from ...drawing import colours_of, svg, table
from ...messages import Translator, translator
from ...text import one_line, paragraphs, pluralise, safe_link
from .. import wording
from ..model import Digest, DigestStyle
from ..wording import language_tag

Escape = Callable[[str], str]


def fill(name: str, digest: Digest, style: DigestStyle, escape: Escape | None = None) -> str:
    """The template of that name, the user's own where there is one, filled with a digest.

    `escape` is for formats that are no HTML: it makes a text of a page harmless in them. Raises
    ConfigError for a template that cannot be used.
    """
    return _filled(name, digest, style, escape)


def fill_page(name: str, digest: Digest, style: DigestStyle, collected: Sequence[object]) -> str:
    """The same for a page of HTML about the `dossiers` of a digest's items."""
    return _filled(name, digest, style, None, collected)


def _filled(
    name: str,
    digest: Digest,
    style: DigestStyle,
    escape: Escape | None,
    collected: Sequence[object] = (),
) -> str:
    words = wording.words_of(digest)
    environment = _environment(style.templates, escape, words.tag)
    said = said_in(words)
    try:
        return environment.get_template(name).render(
            collected=collected,
            digest=digest,
            edition=digest.edition,
            period=digest.edition.period,
            chapters=digest.chapters,
            coverage=said.coverage(digest),
            pictures=drawn(digest),
            colours_of=colours_of,
            scope=said.scope(digest),
            wording=said,
            citation=said,
            safe_link=safe_link,
            one_line=one_line,
            language=language_tag,
            direction=wording.direction,
            desk_address=style.desk_address,
            html_language=words.html,
        )
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        place = f"{style.templates or 'our own templates'}: {name}"
        where = f"{place}: line {line}" if line else place
        raise ConfigError(f"{where}: {error.message or type(error).__name__}") from error
    except Exception as error:
        if not is_own(name, style):
            raise
        raise ConfigError(f"{style.templates}: {name}: {type(error).__name__}: {error}") from error


def drawn(digest: Digest) -> list[SimpleNamespace]:
    """The pictures of a digest: each as `svg`, in one language, and as a `table`."""
    words, names = wording.words_of(digest), wording.city_names(digest)
    one = words.tongues[0] if words.tongues else words
    return [
        SimpleNamespace(
            days=picture.days,
            svg=svg(picture, one, names),
            table=table(picture, words, names),
        )
        for picture in digest.pictures
        if picture.rows
    ]


def is_own(name: str, style: DigestStyle) -> bool:
    """Whether the user has a template of that name."""
    return style.templates is not None and (style.templates / name).is_file()


@cache
def said_in(words: Translator) -> SimpleNamespace:
    """The functions of `wording` as templates call them: in a language already."""
    found = {name: each for name, each in vars(wording).items() if isinstance(each, FunctionType)}
    takers = {name for name, each in found.items() if "words" in signature(each).parameters}
    said = {name: partial(found[name], words=words) for name in takers}
    return SimpleNamespace(**{"pluralise": pluralise, **found, **said})


@lru_cache(maxsize=16)
def _environment(
    folder: Path | None, escape: Escape | None, language: str
) -> ImmutableSandboxedEnvironment:
    ours = PackageLoader("desk.digest.formats")
    loaders: list[BaseLoader] = [ours, PrefixLoader({"shipped": ours})]
    if folder is not None:
        loaders.insert(0, FileSystemLoader(folder))
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=escape is None,
        finalize=_finalizer(escape),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = translator(language)
    environment.install_gettext_translations(words.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update({"_": words, "pgettext": words.pgettext})
    environment.filters["paragraphs"] = lambda text: paragraphs(str(text)).split("\n\n")
    return environment


def _finalizer(escape: Escape | None) -> Callable[[Any], Any] | None:
    if escape is None:
        return None
    return lambda value: value if isinstance(value, Markup) else escape(str(value))
