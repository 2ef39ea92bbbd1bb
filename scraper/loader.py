"""Scrapy's way to our sources: a spider class for each, made from its TOML when it is asked for."""

from __future__ import annotations

import builtins
from functools import cached_property
from itertools import chain
from pathlib import Path

from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from hubwatch.errors import ConfigError

from .configuration import CrawlConfig
from .contracts import check_home, contracts_of
from .crawl.project import catalogue_of, config_of, request_of
from .sources.cases import FOLDER, find_cases
from .sources.load import Catalogue
from .spiders.spider import SourceSpider, spider_class_for


class UnknownSpider(UsageError, KeyError):
    """No source has this id: a KeyError, as Scrapy asks, that its commands say in one line."""

    __str__ = Exception.__str__  # that of KeyError shows quotation marks


class SourceLoader:
    """`SPIDER_LOADER_CLASS`: the spiders are the sources that `hubwatch sources` lists.

    Each gets a class of its own, since Scrapy writes on classes (`scrapy check` overwrites
    `start`). The same name gives the same class. Its recorded cases are its contracts. The
    configuration is read when it is first needed: there Scrapy's commands say a UsageError in one
    line, while they are made it would be a traceback.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings
        self._live = frozenset(settings.getlist("HUBWATCH_LIVE"))
        self._classes: dict[str, type[SourceSpider]] = {}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SourceLoader:
        """Scrapy's way to make one."""
        return cls(settings)

    @cached_property
    def _config(self) -> CrawlConfig:
        _refuse_where_it_hides_another()
        try:
            return config_of(self._settings)
        except ConfigError as error:
            raise UsageError(str(error), print_help=False) from None

    @cached_property
    def _catalogue(self) -> Catalogue:
        try:
            return catalogue_of(self._config)
        except ConfigError as error:
            raise UsageError(str(error), print_help=False) from None

    def load(self, spider_name: str) -> type[SourceSpider]:
        """The spider class of a source. Raises KeyError, naming the nearest id."""
        if spider_name not in self._classes:
            try:
                source = self._catalogue.get(spider_name)
            except ConfigError as error:
                raise UnknownSpider(str(error), print_help=False) from None
            folders = (folder / FOLDER / source.id for folder in self._config.sources)
            cases = chain.from_iterable(find_cases(folder) for folder in folders)
            methods = contracts_of(source, cases)
            if source.id in self._live:
                methods["check_home"] = check_home
            self._classes[spider_name] = spider_class_for(source, request_of(self._config), methods)
        return self._classes[spider_name]

    def list(self) -> builtins.list[str]:
        """The ids of all sources."""
        return list(self._catalogue.sources)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The source that takes this address, or on whose hosts it stands. At most one."""
        taker = self._catalogue.for_url(request.url) or self._catalogue.at_host_of(request.url)
        return [taker.id] if taker is not None else []


def _refuse_where_it_hides_another() -> None:
    """Raise UsageError in a project that has a package of the same name as this one: who asks for
    its settings gets ours, since what is installed is found first."""
    project = closest_scrapy_cfg()
    own = Path(project).parent / __package__
    if project and own.is_dir() and not (own / Path(__file__).name).exists():
        raise UsageError(
            f"{own} is hidden by the package of that name which Hubwatch installs: rename it",
            print_help=False,
        )
