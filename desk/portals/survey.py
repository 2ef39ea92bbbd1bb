"""Finding out how a portal is built, from one of its addresses: the walk, step by step.

`survey` walks a live portal, `survey_files` pages that a browser saved. Both fetch through `pages`
alone and write nothing. What only people know (the city, the name, the
id) is asked elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from hubwatch.errors import PageError
from hubwatch.patterns import lazy_pattern
from scraper.parsing.article import read_article
from scraper.parsing.feeds import read_entries
from scraper.parsing.fields.language import language_of
from scraper.parsing.lists.dated_archives import are_months_alike, names_archive, shows_again
from scraper.parsing.lists.folded import FoldedArticles
from scraper.parsing.lists.json_lists import read_items, rules_within
from scraper.parsing.lists.ways_on import is_section
from scraper.parsing.script_pages import counted_data, data_addresses, needs_script, own_scripts
from scraper.parsing.survey import (
    AddressKind,
    Front,
    Way,
    archive_pages,
    folded_on,
    frames_of,
    guess_ways,
    next_page,
    read_front,
    script_ways,
    scripted_rows,
    unread_pages,
)
from scraper.parsing.types import FoundRow
from scraper.sources.build import Template
from scraper.sources.links import authority_of, is_article
from scraper.sources.listing_addresses import lists_others
from scraper.sources.model import EntryKind, FieldRules, LinkRules, ListRules, PagingKind
from storage.lists import ListRow
from storage.runs import FetchKind
from storage.types import ArticleData, Capture
from storage.urls import is_synthetic

from .. import N_, _
from ..text import pluralise
from .articles import GENERIC, ArticleStudy, days_agree, study, titles_agree
from .lists import (
    FEWEST,
    MOST_AT_ONCE,
    MOST_LISTS,
    NO_RULES,
    EntryCandidate,
    EntryChoice,
    Listing,
    authority_of_or_none,
    choose_entries,
    column_entry,
    deny_alike,
    deny_page,
    find_candidates,
    find_listing,
    holds_day,
    is_home,
    joined,
    lies_above,
    link_rules,
    list_links,
    menu_links,
    names_all,
    offered,
    read_alike,
    shapes_of,
    try_feed,
    try_sitemap,
    with_boxes,
    with_denials,
    with_feed_shapes,
    with_row_rules,
    without_boxes,
)
from .pages import NOT_SAVED, PageSource, SavedPages, page_of, saved_capture
from .zones import ZoneFinding, zone_of_portal

SAMPLES = 3
SCRIPTS_HINT = N_(
    "; %(lacks)s: `hubwatch sources add --render` has a browser run the scripts of its pages"
)


SCRIPTED_ROWS = N_(
    "its rows are run by a script, and where %(call)s leads is not known: they are not found"
)


FOLDED = N_(
    "%(count)s articles open on the page itself, the first is %(headline)s: they have no addresses "
    "of their own, and are not found"
)


@dataclass(frozen=True, slots=True)
class Portal:
    """What a survey found. `others` are list pages that were tried too, with their number of
    rows. `warnings` what a person should look at. `zone_known` is False where nothing shows the
    zone, `total` is how many articles the portal names, as far as was seen, `unread` what the list
    shows of further pages to which no rule leads. `rendered` where the scripts of its pages were
    run to see them.
    """

    url: str
    home: str
    front: Front
    listing: Listing
    study: ArticleStudy
    language: str
    zone: str
    zone_why: str
    entries: tuple[EntryChoice, ...]
    pager: Way | None = None
    pager_why: str = ""
    unread: str = ""
    candidates: tuple[EntryCandidate, ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    zone_known: bool = True
    total: int = 0
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class SurveyOptions:
    """What a person said beforehand: empty words mean "find out". `kinds` are the entries wanted.
    `articles` the addresses of
    articles to look at."""

    zone: str = ""
    language: str = ""
    template: str = ""
    kinds: tuple[EntryKind, ...] = ()
    articles: tuple[str, ...] = ()


def survey(
    url: str,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions = SurveyOptions(),
) -> Portal:
    """Find out how the portal at `url` is built: a list page, a home page, a feed or a sitemap.

    Raises FetchError if that page cannot be had, PageError if no list of articles is found.
    """
    capture = page_of(pages.fetch([url])[0])
    here = capture.final_url or capture.url
    zone = options.zone or _early_zone(here)
    front = read_front(capture)
    if front.kind is AddressKind.JSON:
        return _of_json(capture, pages, templates, options)
    if front.kind in (AddressKind.FEED, AddressKind.SITEMAP):
        return _beside(here, front, pages, templates, options)
    if front.kind is AddressKind.OTHER:
        raise PageError(_("%(here)s: is no page: %(reason)s", here=here, reason=front.reason))
    if not is_home(here) and find_listing(capture, zone) is None:
        is_text = _reads_as_article(capture, front, None)
        own_data = None if is_text else behind_scripts((here,), pages)
        if own_data is not None:  # what it would show, rather than a list elsewhere
            return replace(_of_data(own_data, front, pages, templates, options, zone), url=url)
    found = _listing_of(capture, front, pages, zone)
    folded = folded_on(capture)
    if folded and found.listing and {row.url for row in found.listing.rows} <= folded.links:
        found = replace(found, listing=None)  # the files of the articles
    if is_home(here) and (whole := _whole_list(found, pages)) is not None:
        return replace(_of_data(whole, front, pages, templates, options, zone), url=url)
    fronts = [found.front, *([front] if found.front is not front else [])]
    if found.listing is None and found.is_article:
        fronts += _front_of_home(here, pages)
    candidates = find_candidates(fronts, here, pages, found.listing, zone)
    if found.listing is None:
        usable = [candidate for candidate in candidates if candidate.rows]
        data = None if usable else behind_scripts((here, urljoin(here, "/")), pages)
        if data is not None:
            named = fronts[-1]
            return replace(_of_data(data, named, pages, templates, options, zone), url=url)
        if not usable:
            call = scripted_rows(capture)
            lacks = needs_script(capture) if not call else ""
            hint = _(SCRIPTS_HINT, lacks=lacks) if lacks else _run_by_script(call)
            hint = _held_folded(folded) or hint
            raise PageError(f"{_nothing_found(here, found)}{hint}")
        return _without_list(usable[0].url, front, pages, templates, options)
    portal = _with_list(url, found, candidates, pages, templates, options)
    if (data := _data_behind(portal, pages)) is not None:
        return replace(_of_data(data, found.front, pages, templates, options, zone), url=url)
    return replace(portal, rendered=capture.rendering is not None)


def _run_by_script(call: str) -> str:
    return f"; {_(SCRIPTED_ROWS, call=call)}" if call else ""


def _held_folded(folded: FoldedArticles | None) -> str:
    if folded is None:
        return ""
    return f"; {_(FOLDED, count=folded.count, headline=folded.headline[:_MOST_SAID])}"


_MOST_SAID = 60


def _front_of_home(url: str, pages: PageSource) -> list[Front]:
    """What the home page of an address tells. Empty where it cannot be had."""
    (seen,) = pages.fetch([urljoin(url, "/")])
    return [read_front(seen.capture)] if seen.capture is not None else []


@dataclass(frozen=True, slots=True)
class _Found:
    """The list that an address led to, with the front of its page, and what else was tried."""

    listing: Listing | None
    front: Front
    others: tuple[tuple[str, int], ...] = ()
    is_article: bool = False
    frame_of: str = ""
    """The page in a frame of which the list stands, empty where it stands in none."""


def _nothing_found(here: str, found: _Found) -> str:
    names = ", ".join(other for other, _ in found.others)
    what = (
        _("is an article, and no list with articles like it")
        if found.is_article
        else (_("no list of articles"))
    )
    joined_names = _(", nor on %(names)s", names=names) if names else ""
    sign = "" if found.is_article else ":"
    return _(
        "%(here)s%(sign)s %(what)s is found%(joined_names)s; name the address of a list page",
        here=here,
        sign=sign,
        what=what,
        joined_names=joined_names,
    )


def _with_list(
    url: str,
    found: _Found,
    candidates: tuple[EntryCandidate, ...],
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
) -> Portal:
    """The portal of a list, with what it offers beside that list."""
    assert found.listing is not None
    zone = options.zone or _early_zone(found.listing.url)
    listing, pager, pager_why = walk_on(found.listing, pages, zone)
    page = page_at(pages, listing.url)
    there = read_front(page)
    columns = _columns(listing, there, pages, zone) if pager is None else []
    beside = _beside_at_home(url, found, [listing, *(each for each, _ in columns)], pages, zone)
    if inner := [column for column, _pager in (*columns, *beside)]:
        whole = joined(listing, inner, {listing.url, *(column.url for column in inner)})
        listing = replace(whole, rows=listing.rows)
    shown = [link.url for link in there.links]
    if pager is not None:  # its pager leads back to the first page, mostly by its file's name
        (second,) = pages.fetch([pager.following])
        shown += [link.url for link in read_front(second.capture).links] if second.capture else []
    listing = with_denials(listing, shown)
    listing = _without_strangers(listing, page, pages)
    listing = with_row_rules(listing, page, zone)
    candidates = tuple(_judged(each, listing, pages) for each in candidates)
    named = _with_name_of_home(found.front, listing.url, pages)
    portal = _portal(url, named, listing, pages, templates, options, candidates)
    listing = portal.listing
    unread = ""
    if pager is None:
        rows = {row.url for row in listing.rows}
        unread = (
            unread_pages(page, listing.links, rows) or _ways_of_scripts(page, listing, pages)[1]
        )
    if unread:
        portal = replace(portal, warnings=(_unread(unread), *portal.warnings))
    if call := scripted_rows(page):
        told = f"{listing.url}: {_(SCRIPTED_ROWS, call=call)}"
        portal = replace(portal, warnings=(told, *portal.warnings))
    behind = tuple(_behind_a_program(found.others, pages))
    portal = replace(portal, warnings=(*behind, *portal.warnings))
    if found.frame_of:
        told = _(
            "the list stands in a frame of %(page)s: its own address is taken, %(url)s",
            page=found.frame_of,
            url=listing.url,
        )
        portal = replace(portal, warnings=(told, *portal.warnings))
    entries = choose_entries(listing, candidates, options.kinds, url)
    if not options.kinds or EntryKind.LIST in options.kinds:
        entries += tuple(column_entry(*column) for column in columns)
        entries += tuple(replace(column_entry(*column), every="") for column in beside)
    chosen = {each.url for each in entries}
    total = offered(listing, candidates)
    shows = len(listing.rows)
    warnings = portal.warnings
    if holds_day(listing.url):
        entries, told = _with_what_leads_there(entries, listing, pages)
        warnings = (told, *warnings)
    elif names_archive(listing.url):
        told = _(
            "the address of the list holds a month or a year, and no page is found that leads to "
            "those to come: what comes out later stands elsewhere. Add it by an address that "
            "stays, such as that of its front page"
        )
        warnings = (told, *warnings)
    if total > shows and pager is None:
        warnings = (
            _(
                "this list shows %(shows)s of %(total)s: %(pager_why)s",
                shows=shows,
                total=total,
                pager_why=pager_why,
            ),
            *warnings,
        )
    return replace(
        portal,
        entries=entries,
        listing=with_feed_shapes(listing, candidates, entries),
        pager=pager,
        pager_why=pager_why,
        unread=unread,
        candidates=candidates,
        others=tuple(each for each in found.others if each[0] not in chosen),
        total=total,
        warnings=warnings,
    )


_ISSUES, _MOST_OF_ISSUES = 10, 80
"""So many issues of a paper are walked through at a first visit, and list pages at most."""


def _with_what_leads_there(
    entries: tuple[EntryChoice, ...], listing: Listing, pages: PageSource
) -> tuple[tuple[EntryChoice, ...], str]:
    """The entries of a list whose own address holds a day, as a paper's issue has it: with the
    address that leads to the newest one in its place, and what to say of it."""
    for above in _without_day(listing.url):
        (seen,) = pages.fetch([above])
        there = seen.capture.final_url if seen.capture is not None else ""
        if seen.capture is None or not there or _same_page(there, above) or not holds_day(there):
            continue
        sections = sum(is_section(link.text) for link in read_front(seen.capture).links)
        most = min(_MOST_OF_ISSUES, _ISSUES * max(1, sections))
        why = _("it leads to the issue of the day, now %(there)s", there=there)
        chosen = tuple(
            replace(each, url=above, max_pages=most) if each.url == listing.url else each
            for each in entries
        )
        return chosen, _("the list is that of one day: %(url)s is its entry; %(why)s",
                         url=above, why=why)  # fmt: skip
    return entries, _(
        "the address of the list holds a day, and no other one is found that leads to the newest: "
        "what comes out on another day stands elsewhere. Add it by an address that stays, such as "
        "that of its front page",
    )


def _without_day(url: str) -> list[str]:
    """Where an address may stand that leads to the newest of such days: in the folders above, the
    home page last."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    folders = list(takewhile(lambda name: not any(map(str.isdigit, name)),
                             parts.path.split("/")[1:-1]))  # fmt: skip
    above = [f"{root}/{'/'.join(folders[:at])}/" for at in range(len(folders), 0, -1)]
    names = ("index.htm", "index.html", "node_1.htm")
    return [*(f"{each}{name}" for each in above[:1] for name in ("", *names)), f"{root}/"]


def _with_name_of_home(front: Front, url: str, pages: PageSource) -> Front:
    """What a page tells, with the name of its site as its home page has it where the page names
    itself alone."""
    home = (
        front.home if authority_of_or_none(front.home) == authority_of(url) else urljoin(url, "/")
    )
    if is_home(url) or front.site != front.title or _same_page(url, home):
        return front
    (seen,) = pages.fetch([home])
    there = read_front(seen.capture) if seen.capture is not None else None
    return replace(front, site=there.site) if there is not None and there.site else front


def _listing_of(
    capture: Capture, front: Front, pages: PageSource, zone: str, wanted: Collection[str] = ()
) -> _Found:
    """The list on a page, or behind it, rather one that shows some of the articles `wanted`. What
    stands beside an article is no list of its portal: then the list is looked for above it, and has
    to take the article."""
    url = capture.final_url or capture.url
    own = find_listing(capture, zone)
    if not _reads_as_article(capture, front, own):
        is_bare = not front.links or not is_home(url)
        framed = _in_frames(capture, pages, zone) if own is None and is_bare else None
        if framed is not None and framed.listing is not None:
            return framed
        listing, others = best_list(capture, front, pages, zone, wanted)
        if listing is None:
            framed = framed or _in_frames(capture, pages, zone)
            if framed.listing is not None:
                return framed
            others = [*others, *framed.others]
        there = front
        if listing is not None and listing.url != url:
            there = read_front(page_at(pages, listing.url))
        return _Found(listing, there, tuple(others))
    tried, best = [], None
    menu = [link.url for link in list_links(front, url, own)]
    for above in dict.fromkeys((*_above(url, front), *menu)):
        (seen,) = pages.fetch([above])
        if seen.capture is None:
            continue
        here = read_front(seen.capture)
        listing = None
        if here.kind is AddressKind.PAGE:
            place = seen.capture.final_url or above
            if is_home(place) or _same_page(place, front.home):
                listing = best_list(seen.capture, here, pages, zone, (url,))[0]
            else:
                listing = _listing_at(seen.capture, here, pages, zone)
        tried.append((above, len(listing.rows) if listing else 0))
        if listing is not None and is_article(url, listing.links):
            best = _Found(listing, read_front(page_at(pages, listing.url)), is_article=True)
            break
    return best or _Found(None, front, tuple(tried), is_article=True)


_FRAMES_DEEP = 2
_MOST_FRAMES = 6
_MOST_MENUS = 2


def _in_frames(capture: Capture, pages: PageSource, zone: str) -> _Found:
    """The list in the frames of a page, or in theirs, or behind the menu that one of them is. No
    frame of another host is looked at."""
    url = capture.final_url or capture.url
    tried: dict[str, int] = {}
    found: list[Listing] = []
    inner: list[Capture] = []
    around = [capture]
    for _depth in range(_FRAMES_DEEP):
        named = dict.fromkeys(address for each in around for address in frames_of(each))
        fresh = [address for address in named if address not in tried and address != url]
        around = []
        for address in fresh[: _MOST_FRAMES - len(tried)]:
            (seen,) = pages.fetch([address])
            listing = find_listing(seen.capture, zone) if seen.capture is not None else None
            tried[address] = len(listing.rows) if listing is not None else 0
            found += [listing] if listing is not None else []
            around += [seen.capture] if seen.capture is not None else []
        inner += around
    for each in inner[:_MOST_MENUS] if not found else ():
        behind, others = best_list(each, read_front(each), pages, zone)
        tried |= dict(others)
        found += [behind] if behind is not None else []
    best = max(found, key=lambda each: _rank(each, pages, None), default=None)
    if best is None:
        return _Found(None, read_front(capture), tuple(tried.items()))
    page = page_at(pages, best.url)
    if not guess_ways(page, best.links):
        best = _whole_below(best, read_front(page), pages, zone) or best
    rest = tuple((address, rows) for address, rows in tried.items() if address != best.url)
    return _Found(best, read_front(page_at(pages, best.url)), rest, frame_of=url)


_MOST_ABOVE = 8
_LONG = 250
_LONGER = 600


def _above(url: str, front: Front) -> list[str]:
    """Where the list of an article may stand: the pages that it links to whose address its own
    begins with, those of its breadcrumb, the folders of its address, the home page that it names,
    the host's."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    steps = (
        parts.path.split("/")[1:-1]
        if not parts.path.endswith("/")
        else (parts.path.split("/")[1:-2])
    )
    folders = [f"{root}/{'/'.join(steps[:at])}/" for at in range(len(steps), 0, -1)]
    linked = {link.url for link in front.links}
    known = [each for each in folders if each in linked or each.rstrip("/") in linked]
    trail = [each for each in front.trail if not is_home(each)]
    near = [each for each in folders if not lists_others(each)][:2]
    wanted = (*known, *trail, *near, front.home, f"{root}/")
    here = authority_of(url)
    usable = [
        each
        for each in wanted
        if authority_of_or_none(each) == here and (each == front.home or not lists_others(each))
    ]
    return list(dict.fromkeys(usable))[:_MOST_ABOVE]


def _reads_as_article(capture: Capture, front: Front, own: Listing | None) -> bool:
    """Whether a page is an article itself: it reads as one, and calls itself one, or has the
    address of what it lists, or lists little beside a long text."""
    url = capture.final_url or capture.url
    if is_home(url) or lists_others(url):
        return False
    article = read_article(capture, FieldRules(), "").article
    if article is None or len(article.body) < _LONG:
        return False
    if own is None:
        return article.published is not None or front.is_article
    if any(row.url == article.canonical_url for row in own.rows):
        return False
    told = sum(row.title in article.body for row in own.rows)
    if told >= FEWEST and 2 * told >= len(own.rows):
        return False  # what reads as its text are the rows
    below = f"{url.rstrip('/')}/"
    if sum(row.url.startswith(below) for row in own.rows) >= FEWEST:
        return False  # what lies in its folder is its own
    if is_article(url, own.links):
        return own.is_strict or front.is_article or article.published is not None
    listed = sum(len(row.title) for row in own.rows)
    return front.is_article and len(article.body) >= max(_LONGER, 2 * listed)


def _unread(why: str) -> str:
    return _(
        "the list has further pages that no rule leads to: %(why)s. What stands on them is not "
        "found, and stays an incident (pages_unread) while the source is crawled",
        why=why,
    )


_MOST_STRANGERS = 2
_LISTED = 5


def _without_strangers(listing: Listing, page: Capture, pages: PageSource) -> Listing:
    """The list without pages that its shapes take and that turn out to list others: a few of the
    links that are no rows are looked at. What else is in such a page's folder goes with it where a
    second one is no article, either; else the page alone does: in a folder of articles somebody
    may have put one that lists others."""
    known = {row.url for row in listing.rows}
    links = [link for link in read_front(page).links if link.url not in known]
    taken = [link for link in links if is_article(link.url, listing.links)]
    odd = [link for link in taken if len(link.text) < _SHORT_TEXT]
    tried = 0
    for link in odd:
        if tried >= _MOST_STRANGERS:
            break
        if not is_article(link.url, listing.links):
            continue  # one before it was of its kind
        tried += 1
        (seen,) = pages.fetch([link.url], FetchKind.ARTICLE)
        if seen.capture is None or not _lists(seen.capture, listing):
            continue
        folder = urlsplit(link.url).path.rstrip("/").rpartition("/")[0]
        kin = [
            each.url for each in taken
            if each.url != link.url and urlsplit(each.url).path.startswith(f"{folder}/")
        ] if folder else []  # fmt: skip
        (other,) = pages.fetch(kin[:1], FetchKind.ARTICLE) if kin else (None,)
        if other is None or (other.capture is not None and _lists(other.capture, listing)):
            listing = deny_alike(listing, [link.url, *kin])
        else:
            listing = deny_page(listing, link.url)
    return listing


_SHORT_TEXT = 30


def _lists(capture: Capture, listing: Listing) -> bool:
    """Whether a page lists articles of this list, and is none itself."""
    known = {row.url for row in listing.rows}
    links = {link.url: link.text for link in read_front(capture).links}
    shown = [
        words for url, words in links.items() if is_article(url, listing.links) or url in known
    ]
    if len(shown) < _LISTED:
        return False
    article = read_article(capture, FieldRules(), "").article
    if article is None:
        return True
    size, least = _size(article.body), _LONG
    if article.published is None:  # its text has to outweigh what it leads to
        least = max(_LONGER, 2 * sum(map(_size, shown)))
    return size < least


def _size(text: str) -> int:
    """The letters of a text. One of Han, or of a syllable, says as much as three."""
    return len(text) + 2 * sum(one > "\u2e80" for one in text)


def _judged(candidate: EntryCandidate, listing: Listing, pages: PageSource) -> EntryCandidate:
    """A sitemap whose addresses say little of what they are: three that the list does not show are
    looked at, whether they are articles."""
    if candidate.kind is not EntryKind.SITEMAP or listing.is_strict:
        return candidate
    known = {row.url for row in listing.rows}
    strange = [
        row.url
        for row in candidate.rows
        if row.url not in known and is_article(row.url, listing.links)
    ]
    for url in dict.fromkeys(strange[at] for at in (0, len(strange) // 2, -1) if strange):
        (seen,) = pages.fetch([url], FetchKind.ARTICLE)
        article = read_article(seen.capture, FieldRules(), "").article if seen.capture else None
        if article is None or article.published is None:
            return replace(candidate, strangers=True)
    return candidate


def _portal(
    url: str,
    front: Front,
    listing: Listing,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
    candidates: Sequence[EntryCandidate],
) -> Portal:
    """The portal with what its articles show. Entries are still to be chosen."""
    known = _chosen_templates(templates, options)
    samples, lost = _samples(listing.rows, pages, options)
    language = options.language or _language(listing.rows, front)
    found = study(samples, known, language, options.zone or _early_zone(listing.url))
    seen = [capture for capture, _ in samples]
    seen += [each.capture for each in candidates if each.capture is not None]
    zone = _zone(listing.url, front, language, found, seen, templates, options)
    if zone.zone != found.rules.zone:
        found = study(samples, known, language, zone.zone)
    read = [s.reading.article.language for s in found.samples if s.reading.article]
    spoken = options.language or next(filter(None, read), "") or language
    if spoken != language:
        found = study(samples, known, spoken, zone.zone)
    listing = _with_forwards(listing, found)
    warnings = (*lost, *_doubts(listing, found))
    parts = urlsplit(listing.url)
    home = f"{parts.scheme}://{parts.netloc}/"
    return Portal(
        url,
        home,
        front,
        listing,
        found,
        spoken,
        zone.zone,
        zone.why,
        (),
        warnings=warnings,
        zone_known=zone.known,
    )


def _with_forwards(listing: Listing, found: ArticleStudy) -> Listing:
    """The list with the shapes of the addresses on its hosts to which those of its rows forward,
    where what stands there is the article of the row: `/go?id=12` leads to `/2026/03/12.html`."""
    there = [
        each.capture.final_url
        for each in found.samples
        if each.row is not None
        and each.reading.article is not None
        and titles_agree(each.reading.article.title, each.row.title)
        and authority_of_or_none(each.capture.final_url) in listing.links.hosts
        and not is_article(each.capture.final_url, listing.links)
    ]
    return replace(listing, allow=(*listing.allow, *shapes_of(there))) if there else listing


def _zone(
    url: str,
    front: Front,
    language: str,
    found: ArticleStudy,
    captures: Sequence[Capture],
    templates: Mapping[str, Template],
    options: SurveyOptions,
) -> ZoneFinding:
    """The zone of the portal's dates, as somebody said it or as something shows it."""
    if options.zone:
        return ZoneFinding(options.zone, _("as you said"))
    family = ("", "")
    if found.template != GENERIC:
        family = (found.template, templates[found.template].zone)
    spoken = front.language if front.language[:2] == language[:2] else language
    return zone_of_portal(urlsplit(url).hostname or "", spoken, captures, family)


def _chosen_templates(
    templates: Mapping[str, Template], options: SurveyOptions
) -> Mapping[str, Template]:
    """All templates, or the one that was named (under the name of the generic one too)."""
    if not options.template:
        return templates
    only = templates[options.template]
    return {"generic": only, options.template: only}


def _samples(
    rows: Sequence[ListRow], pages: PageSource, options: SurveyOptions
) -> tuple[list[tuple[Capture, ListRow | None]], list[str]]:
    """A few articles from top, middle and end of the list, and what could not be had, in words."""
    by_url = {row.url: row for row in rows}
    wanted = [rows[at].url for at in (0, len(rows) // 2, len(rows) - 1)]
    if options.articles:
        wanted = list(options.articles)
    found: list[tuple[Capture, ListRow | None]] = []
    lost = []
    for url in dict.fromkeys(wanted):
        (seen,) = pages.fetch([url], FetchKind.ARTICLE)
        if seen.capture is None and seen.reason != NOT_SAVED:
            lost.append(f"{url}: {seen.reason}")
        elif seen.capture is not None:
            found.append((seen.capture, by_url.get(url)))
        if len(found) >= SAMPLES:
            break
    return found, lost


def _language(rows: Sequence[ListRow], front: Front) -> str:
    return language_of("\n".join(row.title for row in rows), [front.language]) or "en"


def _early_zone(url: str) -> str:
    """The zone as far as the host alone shows it, for reading the first pages."""
    return zone_of_portal(urlsplit(url).hostname or "", "", ()).zone


def _beside(
    url: str,
    front: Front,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
) -> Portal:
    """The portal of a feed or sitemap: with the list that its home page leads to, if that is of the
    same articles, else by what was named alone."""
    zone = options.zone or _early_zone(url)
    named = _named(url, front, pages, zone)
    known = {row.url for row in named.rows}
    for home in _homes(url, front, named) if known else ():
        (seen,) = pages.fetch([home])
        there = read_front(seen.capture) if seen.capture is not None else None
        if seen.capture is None or there is None or there.kind is not AddressKind.PAGE:
            continue
        found = _listing_of(seen.capture, there, pages, zone, known)
        if found.listing is None or not any(row.url in known for row in found.listing.rows):
            continue
        others = find_candidates([found.front, there], seen.url, pages, found.listing, zone)
        candidates = (named, *(each for each in others if each.url != url))
        return _with_list(url, found, candidates, pages, templates, options)
    return _without_list(url, front, pages, templates, options)


_MOST_HOMES = 4


def _homes(url: str, front: Front, named: EntryCandidate) -> list[str]:
    """Where the site of a feed or sitemap may begin: as the feed says, in a folder above it, at the
    host of its articles."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    steps = parts.path.split("/")[1:-1]
    folders = [f"{root}/{'/'.join(steps[:at])}/" for at in range(len(steps), 0, -1)][:2]
    theirs = [urljoin(row.url, "/") for row in named.rows[:1]]
    hosts = {authority_of_or_none(each) for each in (url, *theirs)}
    wanted = (front.home, *(folders if not front.home else ()), f"{root}/", *theirs)
    usable = [each for each in wanted if each and each != url]
    return list(dict.fromkeys(each for each in usable if authority_of_or_none(each) in hosts))[
        :_MOST_HOMES
    ]


def _named(url: str, front: Front, pages: PageSource, zone: str) -> EntryCandidate:
    """What a feed or sitemap lists of the hosts of its articles."""
    if front.kind is not AddressKind.FEED:
        return try_sitemap(url, pages, (authority_of(url),), zone)
    rows = read_entries(page_at(pages, url), zone).rows
    urls = [row.url for row in rows if not is_synthetic(row.url)]
    return try_feed(url, pages, _hosts_of_rows(urls, authority_of(url)), zone)


@dataclass(frozen=True, slots=True)
class ScriptList:
    """A list that a script brings into a page: its data, or its markup."""

    data: Capture
    page: str


def behind_scripts(urls: Sequence[str], pages: PageSource) -> ScriptList | None:
    """The list that the programs of one of these pages hold or ask for, as data or as markup: its
    address stands in the page or in a script of its own host. None where none does."""
    for url in dict.fromkeys(urls):
        (seen,) = pages.fetch([url])
        if seen.capture is None:
            continue
        scripts = pages.fetch(own_scripts(seen.capture))
        programs = [each.capture for each in scripts if each.capture is not None]
        here = seen.capture.final_url or url
        held = next((each for each in programs if _items_of(each, seen.capture, dated=True)), None)
        if held is not None:
            return ScriptList(held, here)
        counted = counted_data(seen.capture, programs)
        named = (
            address for text in (seen.capture, *programs) for address in data_addresses(text, here)
        )
        tried = dict.fromkeys((*([counted] if counted else []), *named))
        host = authority_of(url)
        for address in list(tried)[:_MOST_DATA]:
            if authority_of_or_none(address) != host:
                continue
            (data,) = pages.fetch([address])
            if data.capture is None:
                continue
            zone = _early_zone(address)
            if _items_of(data.capture, seen.capture) or find_listing(data.capture, zone):
                return ScriptList(data.capture, here)
    return None


def _rules_of(data: Capture, page: Capture) -> ListRules:
    """How a list of data is read that a captured page loads."""
    shown = [link.url for link in read_front(page).links]
    return rules_within(data, page.final_url or page.url, shown)


def _items_of(data: Capture, page: Capture, *, dated: bool = False) -> bool:
    """Whether a captured answer is a list of articles as data, all of them `dated` where it may be
    a menu as well. `page` is the one that loads it."""
    if read_front(data).kind is not AddressKind.JSON:
        return False
    rows = read_items(data, _rules_of(data, page), _early_zone(data.url)).rows
    if dated and any(row.published is None for row in rows):
        return False
    return sum(bool(row.title) for row in rows) >= FEWEST


def _whole_list(found: _Found, pages: PageSource) -> ScriptList | None:
    """The list as data that the program of a bare page of the menu asks for, where it holds what
    was found and more: the home page shows its newest few. None where there is none."""
    if found.listing is None:
        return None
    known = {row.url for row in found.listing.rows}
    for url in [url for url, rows in found.others if not rows][:_MOST_BARE]:
        (seen,) = pages.fetch([url])
        if seen.capture is None:
            continue
        if not (lies_above(url, known) or needs_script(seen.capture)):
            continue
        brought = behind_scripts((url,), pages)
        if brought is None:
            continue
        rules = _rules_of(brought.data, seen.capture)
        rows = read_items(brought.data, rules, _early_zone(url)).rows
        if known < {row.url for row in rows}:
            return brought
    return None


def _data_behind(portal: Portal, pages: PageSource) -> ScriptList | None:
    """The list of a portal as the data that a program of its page asks for, where no rule leads on
    from that page: they show all of it, and go on. None where there are none."""
    listing = portal.listing
    if portal.pager is not None or not portal.unread:
        return None
    brought = behind_scripts((listing.url,), pages)
    if brought is None:
        return None
    rules = _rules_of(brought.data, page_at(pages, brought.page))
    read = read_items(brought.data, rules, _early_zone(listing.url))
    known, held = ({row.url for row in each.rows} for each in (listing, read))
    goes_on = len(held) > len(known) or bool(read.pager.next)
    return brought if known <= held and goes_on else None


def _behind_a_program(others: Sequence[tuple[str, int]], pages: PageSource) -> Iterator[str]:
    """What to say of pages of the menu that show nothing themselves, and whose programs ask for a
    list: it is another one than that which was taken."""
    bare = [url for url, rows in others if not rows]
    for url in bare[:_MOST_BARE]:
        (seen,) = pages.fetch([url])
        if seen.capture is None or not needs_script(seen.capture):
            continue
        if behind_scripts((url,), pages) is not None:
            yield _("%(url)s: a program brings it another list: add it by this address", url=url)


_MOST_BARE = 4


def _of_data(
    brought: ScriptList,
    front: Front,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
    zone: str,
) -> Portal:
    """A portal known by what a program brings: a list as data, or the markup of one."""
    data = brought.data
    listing = None if _items_of(data, page_at(pages, brought.page)) else find_listing(data, zone)
    if listing is None:
        data = _page_nought(data, pages, zone) or data
        return _of_json(data, pages, templates, options, front, brought.page)
    return _with_list(listing.url, _Found(listing, front), (), pages, templates, options)


_MOST_DATA = 8


def _page_nought(data: Capture, pages: PageSource, zone: str) -> Capture | None:
    """What stands before a list that a script asks for with a number that is not known: pages may
    be counted from 0. None where there is nothing else."""
    parts = urlsplit(data.url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    known = read_items(data, ListRules(), zone).rows
    for name in [key for key, value in pairs if value == "1"]:
        query = urlencode([(key, "0" if key == name else value) for key, value in pairs])
        address = parts._replace(query=query).geturl()
        if _goes_on(_items_at(address, pages, zone), known, is_sure=False):
            return pages.fetch([address])[0].capture
    return None


def _of_json(
    capture: Capture,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
    front: Front | None = None,
    page: str = "",
) -> Portal:
    """A portal known by a list that is data. `page` is where it is shown."""
    url = capture.final_url or capture.url
    zone = options.zone or _early_zone(url)
    rules = _rules_of(capture, page_at(pages, page) if page else capture)
    read = read_items(capture, rules, zone)
    hosts = _hosts_of_rows([row.url for row in read.rows], authority_of(url))
    rows = tuple(
        ListRow(row.url, row.title, row.published, row.summary, row.at)
        for row in read.rows
        if authority_of_or_none(row.url) in hosts
    )
    if not rows:
        raise PageError(
            _(
                "%(url)s: names no articles: %(reason)s",
                url=url,
                reason=read.reason or _("no address in its items"),
            )
        )
    allow = shapes_of([row.url for row in rows])
    listing = Listing(url, rows, hosts, allow)
    portal = _portal(url, front or Front(AddressKind.JSON), listing, pages, templates, options, ())
    rule, why = _counted(url, rows, pages, zone, rules)
    if rule == "none" and (following := read.pager.next):
        known = {row.url for row in rows}
        if any(row.url not in known for row in _items_at(following, pages, zone, rules)):
            rule, why = PagingKind.AUTO.value, read.pager.why
    count = _("%(articles)s; it is data", articles=pluralise(len(rows), "article"))
    most = max(2, min(_JSON_PAGES, MOST_AT_ONCE // len(rows)))
    entry = EntryChoice(EntryKind.JSON, url, count, rules=rules, paging=rule, max_pages=most)
    return replace(portal, entries=(entry,), pager_why=why, total=max(read.stated, len(rows)))


def _items_at(
    url: str, pages: PageSource, zone: str, rules: ListRules = NO_RULES
) -> tuple[FoundRow, ...]:
    (seen,) = pages.fetch([url])
    return read_items(seen.capture, rules, zone).rows if seen.capture is not None else ()


def _goes_on(
    before: Sequence[FoundRow | ListRow], after: Sequence[FoundRow | ListRow], *, is_sure: bool
) -> bool:
    """Whether rows go on where others end: with other addresses, and as good as all of an earlier
    day, which those of another list would not be. Without days only what `is_sure` otherwise."""
    if not after or not {row.url for row in before}.isdisjoint(row.url for row in after):
        return False
    ends = sorted(row.published.day for row in before if row.published is not None)
    days = [row.published.day for row in after if row.published is not None]
    if not ends or not days:
        return is_sure
    earlier = sum(day <= ends[len(ends) // 4] for day in days)
    return earlier >= _MOSTLY_EARLIER * len(days)


_MOSTLY_EARLIER = 0.8
_JSON_PAGES = 10
_COUNTS = lazy_pattern(
    r"(?:page|page_?(?:no|num|index|number)|p|pn|cur(?:rent)?_?page|pageno)\Z", re.I
)


def _counted(
    url: str, rows: Sequence[ListRow], pages: PageSource, zone: str, rules: ListRules
) -> tuple[str, str]:
    """How a JSON list goes on: by the parameter of its address that counts the pages, if the next
    one brings other items. One of another name, that is 0 or 1, counts them if its items go on
    where those before end."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    named = next((key for key, value in pairs if _COUNTS.match(key) and value.isdecimal()), "")
    told = ""
    names = [named] if named else [key for key, value in pairs if value in ("0", "1")]
    for name in names:
        here = int(dict(pairs)[name])
        following = urlencode([(key, str(here + 1) if key == name else v) for key, v in pairs])
        address = parts._replace(query=following).geturl()
        (seen,) = pages.fetch([address])
        if (
            seen.capture is None
            or seen.capture.body == page_at(pages, url).body
            or not (
                named
                or _goes_on(rows, _items_at(address, pages, zone, rules), is_sure=len(names) == 1)
            )
        ):
            told = _("%(name)s = %(here)s brings nothing else", name=name, here=here + 1)
            continue
        query = urlencode([(key, "{n}" if key == name else v) for key, v in pairs], safe="{}")
        following = parts._replace(scheme="", netloc="", path="", query=query).geturl()
        return f"{following} from {here + 1}", _("%(name)s counts its pages", name=name)
    return ("none", told) if told else _counted_by_file(url, pages)


def _counted_by_file(url: str, pages: PageSource) -> tuple[str, str]:
    """How a JSON list goes on whose first page is a file called so: `pushinfo_1.json`."""
    file = urlsplit(url).path.rpartition("/")[2]
    number = _FILE_NUMBER.search(file)
    if number is None:
        return "none", _("no parameter of its address counts pages")
    here = int(number[0])
    following = f"{file[: number.start()]}{here + 1}{file[number.end() :]}"
    (seen,) = pages.fetch([urljoin(url, following)])
    is_data = seen.capture is not None and read_front(seen.capture).kind is AddressKind.JSON
    if seen.capture is None or not is_data or seen.capture.body == page_at(pages, url).body:
        return "none", _("%(name)s = %(here)s brings nothing else", name=file, here=here + 1)
    pattern = f"{file[: number.start()]}{{n}}{file[number.end() :]}"
    return f"{pattern} from {here + 1}", _("%(name)s counts its pages", name=pattern)


_FILE_NUMBER = lazy_pattern(r"(?<!\d)[01](?=\.json\Z)", re.I)


def _hosts_of_rows(urls: Sequence[str], host: str) -> tuple[str, ...]:
    """The hosts of articles, that of the list among them: those to which many rows lead."""
    counts = Counter(each for url in urls if (each := authority_of_or_none(url)) is not None)
    return tuple(dict.fromkeys((host, *(each for each, n in counts.items() if 3 * n >= len(urls)))))


def _without_list(
    url: str,
    front: Front,
    pages: PageSource,
    templates: Mapping[str, Template],
    options: SurveyOptions,
) -> Portal:
    """A portal known by a feed or a sitemap alone."""
    zone = options.zone or _early_zone(url)
    there = read_front(page_at(pages, url))
    candidate = _named(url, there, pages, zone)
    if not candidate.rows:
        why_empty = f": {candidate.reason}" if candidate.reason else ""
        raise PageError(
            _(
                "%(url)s: names no articles of its own host%(why_empty)s",
                url=url,
                why_empty=why_empty,
            )
        )
    rows = tuple(r for r in candidate.rows if not is_home(r.url) and not lists_others(r.url))
    allow = shapes_of([row.url for row in rows])
    hosts = _hosts_of_rows([row.url for row in rows], authority_of(url))
    listing = Listing(url, rows, hosts, allow)
    named = front if front.site else replace(front, site=there.site, title=there.title)
    portal = _portal(url, named, listing, pages, templates, options, (candidate,))
    why = _("%(articles)s; no list page is known", articles=pluralise(len(rows), "article"))
    entries = (EntryChoice(candidate.kind, url, why),)
    return replace(portal, entries=entries, candidates=(candidate,))


def _doubts(listing: Listing, found: ArticleStudy) -> list[str]:
    """What a person should look at before the portal is crawled."""
    doubts = []
    if listing.surplus:
        doubts.append(
            _("%(surplus)s links of navigation have the shape of articles", surplus=listing.surplus)
        )
    doubts += [
        _(
            "%(rows)s of the list lead to %(host)s and are not fetched: its name under `hosts` and "
            "their shape under `allow` would have them",
            rows=pluralise(count, "row"),
            host=host,
        )
        for host, count in Counter(listing.off_site).items()
        if count >= FEWEST and host not in listing.hosts
    ]
    if not found.samples:
        doubts.append(_("no article could be read: fields are untried"))
    for sample in found.samples:
        article, url = sample.reading.article, sample.capture.url
        if article is None:
            lacks = needs_script(sample.capture)
            hint = _(SCRIPTS_HINT, lacks=lacks) if lacks else ""
            doubts.append(f"{url}: {sample.reading.outcome}: {sample.reading.reason}{hint}")
            continue
        if article.published is None:
            doubts.append(_("%(url)s: no date is found", url=url))
        elif not days_agree(sample):
            doubts.append(_("%(url)s: its day is not the list's", url=url))
        if sample.row and sample.row.title and not titles_agree(article.title, sample.row.title):
            doubts.append(_("%(url)s: its headline is not the list's", url=url))
    return doubts


# Saved pages: a list and some of its articles.


def survey_files(
    list_file: Path,
    list_url: str,
    article_files: Sequence[Path],
    article_urls: Sequence[str],
    templates: Mapping[str, Template],
    options: SurveyOptions,
    now: datetime,
) -> Portal:
    """What saved pages show of a portal. Addresses are given in the order of the files. Those that
    are missing are found out. Raises PageError."""
    page = saved_capture(list_file, list_url, now)
    listing = find_listing(page, options.zone or _early_zone(list_url))
    rows = listing.rows if listing else ()
    pages = {list_url: page}
    for at, path in enumerate(article_files):
        given = article_urls[at] if at < len(article_urls) else ""
        saved = saved_capture(path, given or _unknown(list_url, at), now)
        url = given or _address_of(saved, rows) or saved.url
        pages[url] = replace(saved, url=url, final_url=url)
    articles = tuple(url for url in pages if url != list_url)
    return survey(list_url, SavedPages(pages), templates, replace(options, articles=articles))


def _unknown(list_url: str, number: int) -> str:
    """An address that says nothing of the article but where it cannot have come from."""
    return urljoin(list_url, f"unknown-article-{number + 1}")


def _address_of(page: Capture, rows: Sequence[ListRow]) -> str:
    """Where a saved article came from. Empty if nothing says so."""
    article = read_article(page, FieldRules(), "").article
    if article is None:
        return ""
    by_url = {row.url: row for row in rows}
    if article.canonical_url in by_url:
        return article.canonical_url
    named = next((row.url for row in rows if titles_agree(article.title, row.title)), "")
    return named or _on_host(article, page.url)


def _on_host(article: ArticleData, url: str) -> str:
    """The canonical link where it stays on the list's host."""
    own = article.canonical_url or ""
    host = url.split("/")[2]
    return own if own and is_article(own, link_rules((host,))) else ""


# From page to page: to the list behind a home page, to the list's next page.


def page_at(pages: PageSource, url: str) -> Capture:
    """The page at an address. Raises FetchError."""
    return page_of(pages.fetch([url])[0])


def best_list(
    capture: Capture, front: Front, pages: PageSource, zone: str, wanted: Collection[str] = ()
) -> tuple[Listing | None, list[tuple[str, int]]]:
    """The list on this page, or a better one that it links to where it is a home page: rather one
    that shows some of the articles `wanted`."""
    url = capture.final_url or capture.url
    own = _listing_at(capture, front, pages, zone)
    paged = own is not None and bool(guess_ways(capture, own.links))
    if own is not None and (paged or not (is_home(url) or _same_page(url, front.home))):
        return own if paged else _whole_below(own, front, pages, zone) or own, []
    found = [own] if own is not None else []
    tried: list[tuple[str, int]] = []
    shown = {url: {link.url for link in front.links}}
    # Words such as "News" go first. Where they lead to no list, any heading of the menu may.
    for links in (list_links(front, url, own), menu_links(front, url)):
        known = {address for address, _ in tried}
        for seen in pages.fetch([link.url for link in links if link.url not in known]):
            if seen.capture is None:
                continue
            other = _listing_at(seen.capture, None, pages, zone)
            shown[seen.url] = {link.url for link in read_front(seen.capture).links}
            tried.append((seen.url, len(other.rows) if other else 0))
            if other is not None:
                found.append(other)
        if found:
            break
    best = max(
        [each for each in found if not _stands_everywhere(each, shown)] or found,
        key=lambda each: (_takes(each, wanted), _rank(each, pages, own)),
        default=None,
    )
    if best is not None and names_archive(best.url):
        best = _of_newest_month(best, found, shown, pages) or best
    return best, [(address, rows) for address, rows in tried if not best or address != best.url]


def _of_newest_month(
    archive: Listing,
    found: Sequence[Listing],
    shown: Mapping[str, Collection[str]],
    pages: PageSource,
) -> Listing | None:
    """The list among those found that shows what a month's archive does as it comes out, and leads
    on to the archives: fewer rows stand on it early in a month. None where there is none."""

    def rows_of(listing: Listing) -> list[ListRow]:
        return [row for row in listing.rows if is_article(row.url, archive.links)]

    staying = [
        each
        for each in found
        if not names_archive(each.url)
        and any(are_months_alike(archive.url, url) for url in shown.get(each.url, ()))
        and rows_of(each)
        and guess_ways(page_at(pages, each.url), archive.links)
    ]
    newest = max(staying, key=lambda each: len(rows_of(each)), default=None)
    if newest is None or len(rows_of(newest)) == len(newest.rows):
        return newest
    return replace(archive, url=newest.url)  # the names of months were taken for its rows


def _whole_below(teaser: Listing, front: Front, pages: PageSource, zone: str) -> Listing | None:
    """The list which most rows of a page stand on, and more, where the page shows its newest few,
    as the front page of an office does whose site is a part of its portal. It lies in the folder of
    that page, or above the rows, or the link to it says "all" or "more". None where none is."""
    known = {row.url for row in teaser.rows}
    below = [
        link.url
        for link in list_links(front, teaser.url, teaser)
        if not lies_above(
            link.url, (teaser.url,)
        )  # what a section lies in has others' articles, too
        and (lies_above(teaser.url, (link.url,)) or lies_above(link.url, known) or names_all(link))
    ]
    for seen in pages.fetch(below):
        whole = _listing_at(seen.capture, None, pages, zone) if seen.capture is not None else None
        shown = {row.url for row in whole.rows} if whole is not None else set()
        if len(shown) > len(known) and 2 * len(shown & known) > len(known):
            return whole
    return None


def _columns(
    listing: Listing, front: Front, pages: PageSource, zone: str
) -> list[tuple[Listing, Way | None]]:
    """The lists of which a page shows the newest few each, as that of a topic does, with their
    pagers: pages to which "more" leads, or above some of its rows, that list them and more."""
    known = {row.url for row in listing.rows}
    near = [
        link
        for link in front.links
        if authority_of_or_none(link.url) in listing.hosts
        and not (_same_page(link.url, listing.url) or lies_above(link.url, (listing.url,)))
    ]
    more = [link.url for link in near if names_all(link)]
    above = [link.url for link in near if lies_above(link.url, known, FEWEST)]
    found = []
    for seen in pages.fetch(list(dict.fromkeys((*more, *above)))[:MOST_LISTS]):
        column = find_listing(seen.capture, zone) if seen.capture is not None else None
        if column is None or len(known & {row.url for row in column.rows}) < FEWEST:
            continue
        column, pager, _why = walk_on(column, pages, zone)
        if any(row.url not in known for row in column.rows):
            found.append((column, pager))
    return found


def _beside_at_home(
    url: str, found: _Found, chosen: Sequence[Listing], pages: PageSource, zone: str
) -> list[tuple[Listing, Way | None]]:
    """The dated lists beside the chosen ones to which a front page leads, and of which it shows the
    newest few, with their pagers. None where the address is no front page, or is the list."""
    if not is_home(url) or _same_page(chosen[0].url, url):
        return []
    shown = {link.url for link in read_front(page_at(pages, url)).links}
    known = {row.url for listing in chosen for row in listing.rows}
    beside: list[tuple[Listing, Way | None]] = []
    if len(shown & known) < FEWEST:
        return beside
    others = [at for at, rows in found.others if rows >= FEWEST and not shows_again(at)]
    for seen in pages.fetch(others):
        column = find_listing(seen.capture, zone) if seen.capture is not None else None
        if column is None or column.hosts != chosen[0].hosts or column.dated < _NEARLY_ALL:
            continue
        if len(shown.intersection(row.url for row in column.rows) - known) < FEWEST:
            continue
        column, pager, _why = walk_on(column, pages, zone)
        known |= {row.url for row in column.rows}
        beside.append((column, pager))
    return beside


def _stands_everywhere(listing: Listing, shown: Mapping[str, Collection[str]]) -> bool:
    """Whether all other pages that were looked at, two at least, link to as good as all that a list
    shows: it is the menu. `shown` is what each page links to."""
    others = [links for url, links in shown.items() if url != listing.url]
    least = _NEARLY_ALL * len(listing.rows)
    return len(others) > 1 and all(
        sum(row.url in links for row in listing.rows) >= least for links in others
    )


_NEARLY_ALL = 0.9
_MOST_ARCHIVES, _MOST_INDEXES = 2, 3


def _listing_at(
    capture: Capture, front: Front | None, pages: PageSource, zone: str
) -> Listing | None:
    """The list on a page. Where a page lists archives by month or year alone it is that of the
    newest, and where it is such an archive itself its own, each at the address of the page that
    will list the archives to come."""
    url = capture.final_url or capture.url
    own = find_listing(capture, zone)
    if own is None:
        for seen in pages.fetch(archive_pages(capture)[:_MOST_ARCHIVES]):
            listing = find_listing(seen.capture, zone) if seen.capture is not None else None
            if listing is not None:
                return replace(listing, url=url)
    elif front is not None and names_archive(url):
        for index in _above(url, front)[:_MOST_INDEXES]:
            (seen,) = pages.fetch([index])
            shown = archive_pages(seen.capture) if seen.capture is not None else ()
            if seen.capture is not None and (
                url in shown or any(are_months_alike(url, each) for each in shown)
            ):
                return replace(own, url=seen.capture.final_url or index)
    return own


def _same_page(url: str, other: str) -> bool:
    return url.rstrip("/") == other.rstrip("/")


def _takes(listing: Listing, wanted: Collection[str]) -> bool:
    """Whether a list shows one of these articles, or its shapes take one. True where none is."""
    known = {row.url for row in listing.rows}
    return not wanted or any(url in known or is_article(url, listing.links) for url in wanted)


def _rank(listing: Listing, pages: PageSource, home: Listing | None) -> float:
    paged = bool(guess_ways(page_at(pages, listing.url), listing.links))
    return listing.worth * (1.5 if paged else 1.0) * (0.6 if listing is home else 1.0)


def walk_on(listing: Listing, pages: PageSource, zone: str) -> tuple[Listing, Way | None, str]:
    """The list with the rows of its next page, the pager that led there, and what was found."""
    page = page_at(pages, listing.url)
    known = {row.url for row in listing.rows}
    pagers = guess_ways(page, listing.links, known)
    left = unread_pages(page, listing.links, known) if not pagers else ""
    if not pagers:
        pagers, why = _ways_of_scripts(page, listing, pages)
        left = left or why
    unseen = ""
    for pager in pagers:
        (seen,) = pages.fetch([pager.following], form=pager.form)
        if seen.capture is None:
            unseen = unseen or _(
                "%(why)s; %(following)s was not looked at: %(reason)s",
                why=pager.why,
                following=pager.following,
                reason=seen.reason,
            )
            continue
        for following, capture in _first_pages(pager, seen.capture, listing.links, pages):
            more = find_listing(capture, zone) or read_alike(capture, listing, zone)
            fresh = [row for row in more.rows if row.url not in known] if more else []
            if more and fresh:
                listing, more = without_boxes(listing, more, page)
                others = {listing.url, following, *(each.following for each in pagers)}
                why = _(
                    "%(why)s; %(following)s lists %(fresh)s more articles",
                    why=pager.why,
                    following=following,
                    fresh=len(fresh),
                )
                way, skipped = _page_before(pager, listing, pages, zone) or (pager, None)
                found = joined(listing, [skipped, more] if skipped else [more], others)
                return with_boxes(found, page, capture, zone), way, why
    if pagers and unseen and not _was_fetched(pages, pagers):
        others = {listing.url, *(each.following for each in pagers)}
        return joined(listing, [], others), pagers[0], unseen
    if pagers:
        return listing, None, _("what looks like a pager leads to no further articles")
    if not left and (counted := _counted_list(listing, pages, zone)) is not None:
        more, way = counted
        return joined(listing, [more], {listing.url, way.following}), way, way.why
    return listing, None, left or _("no way on to a next page is found")


def _counted_list(listing: Listing, pages: PageSource, zone: str) -> tuple[Listing, Way] | None:
    """The second page of markup that a program asks for, and the way there: by a parameter of its
    address that is 0 or 1, if the next number goes on where the first page ends."""
    parts = urlsplit(listing.url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    names = [key for key, value in pairs if value in ("0", "1")]
    for name in names:
        here = int(dict(pairs)[name])
        said = [(key, str(here + 1) if key == name else v) for key, v in pairs]
        following = parts._replace(query=urlencode(said)).geturl()
        (seen,) = pages.fetch([following])
        more = find_listing(seen.capture, zone) if seen.capture is not None else None
        if more is None or not _goes_on(listing.rows, more.rows, is_sure=len(names) == 1):
            continue
        query = urlencode([(key, "{n}" if key == name else v) for key, v in pairs], safe="{}")
        why = _("%(name)s counts its pages", name=name)
        return more, Way(f"?{query} from {here + 1}", why, following)
    return None


_FROM_TWO = lazy_pattern(r"(.{1,300}\{n\}.{0,100}) from 2")


def _page_before(
    pager: Way, listing: Listing, pages: PageSource, zone: str
) -> tuple[Way, Listing] | None:
    """The way on from its first page, and that page, where it shows what the list does not: what a
    script asks for besides the page may be counted from its own beginning. None where the list is
    the first page."""
    rule = _FROM_TWO.fullmatch(pager.rule)
    there, here = urlsplit(pager.following).path, urlsplit(listing.url).path
    if rule is None or there == here or "." not in there.rpartition("/")[2]:
        return None
    if not there.endswith((".json", ".js", ".xml")):
        return None
    start = urljoin(pager.following, rule[1].replace("{n}", "1"))
    (seen,) = pages.fetch([start])
    known = {row.url for row in listing.rows}
    first = None
    if seen.capture is not None:
        first = find_listing(seen.capture, zone) or read_alike(seen.capture, listing, zone)
    if first is None or not any(row.url not in known for row in first.rows):
        return None
    return replace(pager, rule=f"{rule[1]} from 1", following=start), first


def _first_pages(
    pager: Way, capture: Capture, links: LinkRules, pages: PageSource
) -> Iterator[tuple[str, Capture]]:
    """The page that a pager leads to, and the one after it where that one may bring only what the
    list shows already, as the archive of the newest month does, or nothing, as a day's page."""
    yield pager.following, capture
    later = pager.later
    for _day in range(_MOST_EMPTY):
        if not later and pager.rule in (PagingKind.NEXT, PagingKind.AUTO) and pager.form is None:
            later = next_page(capture)
            if not later and shows_again(capture.final_url or capture.url):
                later = next((way.following for way in guess_ways(capture, links)), "")
        if not later:
            return
        (seen,) = pages.fetch([later])
        if seen.capture is None:
            return
        capture = seen.capture
        yield later, capture
        later = ""


_MOST_EMPTY = 2
"""So many pages are looked at behind the one that a pager leads to."""


_MOST_SCRIPTS = 2


def _ways_of_scripts(
    page: Capture, listing: Listing, pages: PageSource
) -> tuple[tuple[Way, ...], str]:
    """The ways on that the page's own scripts ask for as one scrolls, and why one cannot be
    gone."""
    for address in own_scripts(page)[:_MOST_SCRIPTS]:
        (script,) = pages.fetch([address])
        ways, left = ((), "") if script.capture is None else script_ways(
            page, script.capture, listing.links, {row.url for row in listing.rows}
        )  # fmt: skip
        if ways or left:
            return ways, f"{left} ({address})" if left else ""
    return (), ""


def _was_fetched(pages: PageSource, pagers: Sequence[Way]) -> bool:
    seen = (pages.fetch([pager.following], form=pager.form)[0] for pager in pagers)
    return any(each.capture is not None for each in seen)
