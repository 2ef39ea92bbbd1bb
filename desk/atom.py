"""The parts of an Atom document (RFC 4287): elements, ids that never change, instants."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from hubwatch.patterns import lazy_pattern

_ATOM = "http://www.w3.org/2005/Atom"
_ILLEGAL = lazy_pattern(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root() -> ElementTree.Element:
    """An empty feed."""
    ElementTree.register_namespace("", _ATOM)
    return ElementTree.Element(_name("feed"))


def add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    """Put an element into another one. Characters that XML cannot hold are left out."""
    legal = {key: _ILLEGAL.sub("", value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, _name(name), legal)
    child.text = None if text is None else _ILLEGAL.sub("", text)
    return child


def written(feed: ElementTree.Element) -> bytes:
    """The document, UTF-8 with an XML declaration."""
    ElementTree.indent(feed)
    text: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def urn(name: str) -> str:
    """A name as an IRI that never changes (RFC 4122, version 5)."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name.encode('utf-8', 'replace').decode())}"


def instant(moment: datetime) -> str:
    """An aware moment as RFC 3339 has it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"
