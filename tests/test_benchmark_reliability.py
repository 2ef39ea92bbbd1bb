"""The reliability diagram: its bins and its drawing, from made judgements."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from benchmarks.reliability import LEVELS, Bin, bins, diagram

SVG = "{http://www.w3.org/2000/svg}"


def test_bins_count_what_occurs_in_the_order_asked_for() -> None:
    judged = [("sure", True), ("sure", False), ("unknown", False), ("sure", True)]
    assert bins(judged, LEVELS) == (Bin("sure", 3, 2), Bin("unknown", 1, 0))
    assert bins([], LEVELS) == ()
    assert Bin("sure", 4, 3).share == 0.75


def test_the_diagram_draws_every_bin() -> None:
    found = {"days": (Bin("sure", 10, 9), Bin("doubtful", 2, 1)), "a<b": (Bin("sure", 1, 1),)}
    drawn = Xml.fromstring(diagram(found, (Bin("0.1", 4, 0), Bin("0.9", 40, 38))))
    assert len(drawn.findall(f"{SVG}circle")) == 2
    assert len([one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "r"]) == 3
    words = [one.text for one in drawn.iter(f"{SVG}text")]
    assert {"days", "a<b", "9 of 10", "1 of 2"} <= set(words)
    circles = [float(one.get("cy", "0")) for one in drawn.iter(f"{SVG}circle")]
    assert circles[0] > circles[1]


def test_a_diagram_of_nothing_is_a_diagram() -> None:
    assert Xml.fromstring(diagram({}, ())).tag == f"{SVG}svg"
