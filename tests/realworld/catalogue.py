"""Which portals there are, and which of the gate's do not reach everything yet, and why."""

from __future__ import annotations

from tests.realworld.families import Jcms, JsonList, RssOnly, Trs, Ucap
from tests.realworld.older_sites import Ikiwiki
from tests.realworld.portals import Portal
from tests.realworld.static_sites import (
    ABlog,
    Blag,
    Eleventy,
    Hexo,
    Hugo,
    Jekyll,
    Lektor,
    MaterialBlog,
    Nikola,
    Pelican,
)
from tests.realworld.wagtail import Mezzanine, Wagtail
from tests.realworld.wordpress import WordPress

PORTALS: tuple[Portal, ...] = (
    Pelican(),
    Jekyll(),
    Hugo(),
    Eleventy(),
    Hexo("hexo", ("landscape", "next"), "hexo-theme-landscape@1.1.0", "hexo-theme-next@8.29.0"),
    Hexo("hexo-fluid", ("fluid", "keep"), "hexo-theme-fluid@1.9.9", "hexo-theme-keep@4.3.0"),
    RssOnly(),
    JsonList(),
    Trs(),
    Jcms(),
    Ucap(),
    Nikola(),
    Lektor(),
    Blag(),
    MaterialBlog(),
    ABlog(),
    Ikiwiki(),
    Wagtail(),
    Mezzanine(),
    WordPress("en", ("twentytwentyone", "twentytwentythree")),
    WordPress("zh", ("twentytwentythree", "twentytwentyone")),
)

NOT_REACHED: dict[str, dict[str, str]] = {}
"""Portal → what the gate of every change does not ask of it yet → why."""
