"""`hubwatch setup`: from nothing to watching in one command, asked on a terminal or by options.

It writes what `init`, `sources add`, `sources enable` and an editor would, and nothing else: what
is there is kept, and each step may be taken again.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from hubwatch.errors import ConfigError
from hubwatch.spans import parse_span
from hubwatch.toml import suggest
from scraper.configuration import find_file, parse_contact
from scraper.sources.packs import pack_of, packs
from storage.archive import Archive, is_there

from .. import _, ngettext
from ..config_edit import add_tables, add_to_list, enable_source, set_host, set_keys
from ..documents import JsonDocument, Member, parts
from ..documents.runs import RUN
from ..files import write_atomically
from ..text import pluralise
from .config_faults import require_usable
from .console import heading, note, print_json
from .crawl import archive_for_crawls, contact_for, exit_code, print_summary, request_for, run_crawl
from .demo import practice_hosts, serving_practice
from .options import JSON, output_option
from .portals import add as add_portal
from .portals import describe_quietly
from .service_files import SERVICES, service_file
from .session import Session
from .setup import BEGUN, Begun, contact_option, make_configuration

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.runs import Run

PRACTICE_PORT = 8765
_PRACTICE = "http://english.practice.test/"
_PRACTICE_HOST = ".practice.test"
_WAIT = "30s"


def _checked_channels(
    _ctx: click.Context, _param: click.Parameter, values: Sequence[str]
) -> tuple[str, ...]:
    """What `--tell` names, checked before anything is written."""
    return tuple(map(_as_channel, values))


@click.command()
@contact_option
@click.option(
    "--add", "wanted", multiple=True, metavar="WHAT",
    help="Watch this: an address, a city, a pack, or the id of a source; again for more.",
)  # fmt: skip
@click.option(
    "--tell", "channels", multiple=True, metavar="WHERE", callback=_checked_channels,
    help="Who is told when something is amiss: mailto:…, https://…, or a command; again for more.",
)  # fmt: skip
@click.option("--mail-server", metavar="HOST", help="The mail server that takes such mails.")
@click.option(
    "--practice", "where", flag_value="practice", default="live",
    help="Watch the practice portal, which the daemon serves itself: no internet is needed.",
)  # fmt: skip
@click.option(
    "--service", type=click.Choice(SERVICES), help="Write the file that keeps it running."
)
@click.option("--no-crawl", "first", flag_value="later", default="now", help="Crawl nothing yet.")
@click.option("--yes", "accepting", flag_value="yes", default="", help="Ask nothing.")
@output_option
@click.pass_context
def setup(ctx: click.Context, /, **options: Any) -> None:
    """Go from nothing to watching: write a configuration, an archive and sources, crawl them once,
    and say how it is kept running.

    Asks on a terminal for what no option says: whom portals may write to, what to watch, and who is
    told when something is amiss. Only what is named is watched. It can be called again for more.

    \b
    Examples:
      hubwatch setup
      hubwatch setup --yes --contact mailto:you@example.org --add Guiyang --add agriculture
      hubwatch setup --yes --contact mailto:you@example.org --add https://www.our-town.example/
      hubwatch setup --yes --practice
      hubwatch setup --yes --tell mailto:ops@example.org --mail-server mail.example.org
      hubwatch setup --contact mailto:you@example.org --add Guiyang --no-crawl --json
    """
    session = ctx.find_object(Session)
    assert session is not None
    asks = not options["accepting"] and options["output"] != JSON
    asking = asks and sys.stdin.isatty() and sys.stderr.isatty()
    steps = _Steps(ctx, session, options, asking)
    steps.begin()
    with steps.practice_portal():
        steps.watch()
        steps.alerting()
        code = steps.conclude()
    if options["output"] == JSON:
        print_json(SET_UP(steps))
    ctx.exit(code)


@dataclass(slots=True)
class _Steps:
    """One call of `setup`. `session` is a new one after each change of the files."""

    ctx: click.Context
    session: Session
    options: dict[str, Any]
    asking: bool
    begun: Begun | None = None
    watched: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    channels: list[tuple[str, str]] = field(default_factory=list)
    runs: tuple[Run, ...] = ()
    service: Path | None = None
    advice: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Print a line for people. A machine is told everything at the end."""
        if self.options["output"] != JSON:
            click.echo(line)

    @property
    def path(self) -> Path:
        path = self.session.config.path
        assert path is not None
        return path

    def again(self) -> Session:
        """A session of the files as they are now."""
        old = self.session
        self.session = Session(old.config_option, old.db_option, old.clock)
        return self.session

    # The configuration, the archive, and whom portals may write to.

    def begin(self) -> None:
        contact = self.options["contact"] or self._known_contact()
        if not contact and self.asking and self.options["where"] == "live":
            contact = _asked(
                _("Whom may a portal's operator write to? A mail address or a page"), _as_contact
            )
        path, made = make_configuration(self.session, contact)
        self.again()
        archive = self.session.archive
        existed = is_there(archive)
        Archive.create(archive).close()
        text = _("made") if made else _("kept")
        self.say(_("configuration  %(path)s (%(text)s)", path=path, text=text))
        fate = _("kept") if existed else _("made")
        self.say(_("archive        %(archive)s (%(fate)s)", archive=archive, fate=fate))
        if contact and contact != self.session.config.contact:
            set_keys(self.path, {"contact": contact})
            self.again()
        contact = contact or ""
        self.begun = Begun(self.path, made, archive, not existed, contact, ())
        if contact:
            self.say(_("contact        %(contact)s", contact=contact))

    def _known_contact(self) -> str:
        path = find_file(self.session.config_option)
        return self.session.config.contact if path is not None and path.exists() else ""

    # The practice portal.

    @contextmanager
    def practice_portal(self) -> Iterator[None]:
        """Have the practice portal served meanwhile, where it is to be watched and nobody does."""
        named = [each for each in self.options["wanted"] if _is_practice(each)]
        if self.options["where"] != "practice" and not named:
            yield
            return
        config = self.session.config
        known = config.hosts.get(f"english{_PRACTICE_HOST}", f"127.0.0.1:{PRACTICE_PORT}")
        port = int(known.rpartition(":")[2])
        is_served = _answers_practice(port)
        if not is_served and self.options["where"] != "practice":
            raise ConfigError(
                _(
                    "the practice portal does not answer: the command `practice` serves it, or "
                    "`hubwatch setup --practice`"
                )
            )
        try:
            serving = nullcontext() if is_served else serving_practice(self.session, port)
            with serving:
                for host in practice_hosts():
                    if config.hosts.get(host) != known:
                        set_host(self.path, host, known)
                if self.options["where"] == "practice" and not is_served:
                    set_keys(self.path, {"daemon.practice": known})
                self.again()
                yield
        except OSError as error:
            told = _("127.0.0.1:%(port)s: %(why)s", port=port, why=error.strerror or error)
            raise ConfigError(told) from None

    # What is watched.

    def watch(self) -> None:
        wanted = list(self.options["wanted"])
        if not wanted and self.options["where"] == "practice":
            wanted = [_PRACTICE]
        if not wanted and self.asking and not self.session.enabled():
            names = ", ".join(packs())
            note(_("Packs of sources: %(names)s", names=names))
            said = _asked(_("What shall be watched? An address, a city, a pack or an id"), _some)
            wanted = [each.strip() for each in said.split(",") if each.strip()]
        for each in wanted:
            self.watch_one(each)
        if not self.session.enabled():
            raise ConfigError(
                _("nothing is watched yet: name an address, a city, a pack or an id with --add")
            )

    def watch_one(self, what: str) -> None:
        if "://" in what:
            return self._portal(what)
        if what in packs():
            return self._pack(what)
        catalogue = self.session.catalogue
        found = [what] if what in catalogue.sources else self._of_city(what)
        if not found:
            cities = {source.city for source in catalogue.sources.values()}
            hint = suggest(what, [*catalogue.sources, *packs(), *cities])
            raise ConfigError(
                _(
                    "%(what)r is no address, city, pack or id of a source%(hint)s",
                    what=what,
                    hint=hint,
                )
            )
        self._require_contact(found)
        for source_id in found:
            self._enable(source_id)
        return None

    def _require_contact(self, source_ids: Sequence[str]) -> None:
        """Raise ConfigError, before anything is written, where these need a contact and there is
        none: with them the configuration would be refused from then on."""
        contact_for(self.session, [self.session.catalogue.get(each) for each in source_ids])

    def _enable(self, source_id: str) -> None:
        pack = "" if source_id in self.session.catalogue.own else pack_of(source_id)
        enable_source(self.path, self.session.config, source_id, pack)
        self.watched.append(source_id)
        self.say(_("watched        %(source)s", source=source_id))
        self.again()

    def _pack(self, name: str) -> None:
        self._require_contact(packs()[name].sources)
        config = self.session.config
        if config.enabled is not None:
            for source_id in packs()[name].sources:
                add_to_list(self.path, "enabled", source_id)
        else:
            for each in (*config.packs, name):
                add_to_list(self.path, "packs", each)
        self.packs.append(name)
        sources = pluralise(len(packs()[name].sources), "source")
        self.say(_("watched        %(pack)s, %(sources)s", pack=name, sources=sources))
        self.again()

    def _of_city(self, name: str) -> list[str]:
        """The shipped sources of a city, by its English or Chinese name."""
        gazetteer, asked = self.session.watchlist.gazetteer, name.strip().casefold()
        places = [
            gazetteer.places.get(each.place)
            for each in gazetteer.names.values()
            if each.form.casefold() == asked
        ]
        called = {asked, *(place.en.casefold() for place in places if place is not None)}
        sources = self.session.catalogue.sources.values()
        return [source.id for source in sources if source.city.casefold() in called]

    def _portal(self, url: str) -> None:
        """A portal by its address: the source that reads it already, or a new one."""
        host = urlsplit(url).hostname or ""
        catalogue = self.session.catalogue
        known = [
            source.id
            for source in catalogue.sources.values()
            if urlsplit(source.home).hostname == host
        ]
        if known:
            self._require_contact(known)
            for source_id in known:
                self._enable(source_id)
            return
        if self.options["output"] == JSON:
            added = describe_quietly(self.session, url)
            self.again()
            self._enable(added.id)
            return
        before = set(catalogue.own)
        accepting = "" if self.asking else "yes"
        with click.Context(add_portal, info_name="add", parent=self.ctx, obj=self.session) as ctx:
            ctx.invoke(add_portal, url=url, accepting=accepting)
        for source_id in sorted(set(self.again().catalogue.own) - before):
            self._enable(source_id)

    # Who is told.

    def alerting(self) -> None:
        channels = list(self.options["channels"])
        if not channels and self.asking and not self.session.config.alerts.channels:
            said = click.prompt(
                _("Who is told when something is amiss? mailto:…, https://…, a command, or nobody"),
                default="-", show_default=False, err=True, value_proc=_as_channel_or_nobody,
            )  # fmt: skip
            channels = [said] if said else []
        taken = {channel.name for channel in self.session.config.alerts.channels}
        taken |= {target.name for target in self.session.config.deliveries}
        for where in channels:
            self._add_channel(where, taken)
        self.again()

    def _add_channel(self, where: str, taken: set[str]) -> None:
        if where.startswith("mailto:"):
            name, delivery = _free("mail", taken), self._mail(where.removeprefix("mailto:"))
        elif where.startswith(("https://", "http://")):
            name, delivery = _free("webhook", taken), {"kind": "webhook", "url": where}
        else:
            words = shlex.split(where)
            name = _free(Path(words[0]).name, taken)
            add_tables(self.path, "alerts.channel", [{"name": name, "command": words}])
            delivery = {}
        if delivery:
            add_tables(self.path, "delivery", [{"name": name, **delivery}])
            add_tables(self.path, "alerts.channel", [{"to": name}])
        taken.add(name)
        self.channels.append((name, where))
        self.say(_("told           %(where)s (%(name)s)", where=where, name=name))

    def _mail(self, address: str) -> dict[str, object]:
        server = self.options["mail_server"]
        if not server and self.asking:
            server = _asked(_("Which mail server takes it? HOST or HOST:PORT"), _some)
        if not server:
            raise ConfigError(_("--tell mailto:… needs --mail-server HOST"))
        host = address.rpartition("@")[2]
        security = {"security": "none"} if server.endswith(":25") else {}
        sender = f"hubwatch@{host}"
        return {"kind": "mail", "server": server, **security, "from": sender, "to": [address]}

    # Whether all of it works.

    def conclude(self) -> int:
        """Check what was written, crawl once, and say how it goes on. Return the exit code."""
        require_usable(self.session)
        code = 0
        if self.options["first"] == "now":
            code = self._crawl()
        service = self.options["service"]
        if service:
            place, text, hints = service_file(service, self.session)
            write_atomically(place, text.encode())
            self.service = place
            self.advice += hints
            self.say(_("wrote          %(path)s", path=place))
            for hint in hints:
                self.say(_("next           %(hint)s", hint=hint))
        self.advice.append(self.session.command_line_for("run"))
        self.say(_("next           %(run)s", run=self.advice[-1]))
        if not service:
            again = self.session.command_line_for("setup --service systemd")
            self.say(_("               %(again)s keeps it running", again=again))
        if self.session.config.alerts.channels:
            test = self.session.command_line_for("alerts test")
            self.say(_("               %(test)s tries who is told", test=test))
        return code

    def _crawl(self) -> int:
        with self.session.reading() as store:
            known = {each.source_id for each in store.sources.last_ends(
                [source.id for source in self.session.enabled()])}  # fmt: skip
        fresh = tuple(each for each in self.session.enabled() if each.id not in known)
        if not fresh:
            return 0
        say = note if self.options["output"] == JSON else heading
        say(
            ngettext(
                "Crawling %(number)s source for the first time",
                "Crawling %(number)s sources for the first time",
                len(fresh),
            )
        )
        request = request_for(self.session, fresh, parse_span(_WAIT), None)
        with archive_for_crawls(self.session) as store:
            self.runs, report = run_crawl(self.session, store, fresh, request)
        if self.options["output"] != JSON:
            print_summary(self.runs)
        return report.exit_code(exit_code(self.runs))


TOLD: JsonDocument[tuple[str, str]] = JsonDocument(
    Member("name", "text", "the channel's name in the configuration", lambda t: t[0]),
    Member("to", "text", "as `--tell` named it", lambda t: t[1]),
)  # fmt: skip


def _begun(steps: _Steps) -> Begun:
    assert steps.begun is not None
    return steps.begun


SET_UP: JsonDocument[_Steps] = JsonDocument(
    *BEGUN.of(_begun, but=("contact", "next")),
    Member("contact", "text or null", "whom portals may write to, as it is now",
        lambda s: _begun(s).contact or None),
    Member("watched", "list", "texts: ids of sources that are watched now and were named by "
        "`--add`, or belong to what it named", lambda s: s.watched),
    Member("packs", "list", "texts: packs of sources that were named", lambda s: s.packs),
    parts("told", "who is told from now on when something is amiss", lambda s: s.channels, TOLD),
    parts("runs", "the first crawls, as in `crawl`", lambda s: s.runs, RUN),
    Member("service", "text or null", "the file that keeps the daemon running, if it was written",
        lambda s: s.service),
    Member("next", "list", "texts: what to do next, in order", lambda s: s.advice),
    commands=("setup --json",),
    about="One document, at the end; nothing is asked. The exit code is that of the first crawls.",
)  # fmt: skip


def _asked(question: str, parse: Callable[[str], str]) -> str:
    found: str = click.prompt(question, value_proc=parse, err=True)
    return found


def _some(text: str) -> str:
    if not text.strip():
        raise click.BadParameter(_("says nothing"))
    return text.strip()


def _as_contact(text: str) -> str:
    text = text.strip()
    if "@" in text and ":" not in text:
        text = f"mailto:{text}"
    try:
        return parse_contact(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _as_channel(text: str) -> str:
    """Who is told, with its scheme in small letters, or a command whose program is there or named
    by its path. An address that lacks its scheme is none."""
    text = text.strip()
    scheme, separator, rest = text.partition(":")
    if separator and scheme.lower() in ("mailto", "http", "https"):
        is_whole = "@" in rest.strip("@") if scheme.lower() == "mailto" else rest.startswith("//")
        if is_whole and " " not in rest:
            return f"{scheme.lower()}:{rest}"
        raise click.BadParameter(_("%(text)r is no whole address", text=text))
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: {error}") from None
    if not words:
        raise click.BadParameter(_("says nothing"))
    program = words[0]
    if which(program) or (program.startswith(("/", "./", "../")) and "://" not in text):
        return text
    raise click.BadParameter(
        _(
            "there is no program %(program)r%(hint)s; one that is not there yet is named by its "
            "path",
            program=program,
            hint=_meant(words),
        )
    )


def _meant(words: Sequence[str]) -> str:
    """The address that somebody may have meant, as a question; empty for what looks like none."""
    host, slash, _rest = words[0].partition("/")
    if len(words) > 1 or "://" in words[0]:
        return ""
    if "@" in host.strip("@") and not slash:
        return _("; did you mean %(near)r?", near=f"mailto:{words[0]}")
    if "." in host.strip("."):
        return _("; did you mean %(near)r?", near=f"https://{words[0]}")
    return ""


def _as_channel_or_nobody(text: str) -> str:
    return "" if text.strip() in ("", "-") else _as_channel(text)


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def _is_practice(what: str) -> bool:
    return "://" in what and (urlsplit(what).hostname or "").endswith(_PRACTICE_HOST)


def _answers_practice(port: int) -> bool:
    """Whether the practice portal is served at that port of this machine."""
    asked = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        asked.request("HEAD", "/", headers={"Host": f"english{_PRACTICE_HOST}"})
        answer = asked.getresponse()
        return (answer.getheader("Server") or "").startswith("practice")
    except OSError:
        return False
    finally:
        asked.close()
