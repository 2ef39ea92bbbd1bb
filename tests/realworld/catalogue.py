"""Which portals there are, and which of the gate's do not reach everything yet, and why."""

from __future__ import annotations

from tests.realworld.families import Jcms, JsonList, RssOnly, Trs, Ucap
from tests.realworld.portals import Portal
from tests.realworld.static_sites import Eleventy, Hexo, Hugo, Jekyll, Nikola, Pelican
from tests.realworld.wagtail import Wagtail
from tests.realworld.wordpress import WordPress

PORTALS: tuple[Portal, ...] = (
    Pelican(),
    Jekyll(),
    Hugo(),
    Eleventy(),
    Hexo(),
    RssOnly(),
    JsonList(),
    Trs(),
    Jcms(),
    Ucap(),
    Nikola(),
    Wagtail(),
    WordPress("en", ("twentytwentyone", "twentytwentythree")),
    WordPress("zh", ("twentytwentythree", "twentytwentyone")),
)

NOT_REACHED: dict[str, str] = {}
"""Portal → why the gate of every change does not ask for it yet."""
