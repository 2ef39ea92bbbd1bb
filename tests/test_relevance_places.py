"""Which place a text is about: both scripts, old names, parts, names of several places."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubwatch.errors import SourceError
from scraper.relevance.match import match
from scraper.relevance.places import load_gazetteer
from scraper.relevance.watchlist import Watchlist, load_watchlist
from storage.relevance import PlaceFound, PlaceRole
from storage.types import ArticleData

WATCHLIST = load_watchlist()
GAZETTEER = load_gazetteer()


def places(title: str, body: str = "", watchlist: Watchlist = WATCHLIST) -> dict[str, PlaceFound]:
    found = match(ArticleData("", "", title, body), watchlist)
    return {place.place: place for place in found.places}


def about(title: str, body: str = "", watchlist: Watchlist = WATCHLIST) -> set[str]:
    found = places(title, body, watchlist).values()
    return {place.place for place in found if place.role is PlaceRole.ABOUT}


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Guiyang opens laboratories", "guiyang"),
        ("Kweiyang as it was", "guiyang"),
        ("贵阳开放实验室", "guiyang"),
        ("貴陽市開放實驗室", "guiyang"),
        ("Laboratories in Gui'an New Area", "guiyang"),
        ("Laboratories in Guian New Area", "guiyang"),
        ("观山湖区开放实验室", "guiyang"),
        ("Canton fair", "guangzhou"),
        ("Soochow silk", "suzhou-jiangsu"),
        ("Tianjin Binhai New Area draws up a plan", "tianjin"),
        ("Foshan chosen", "foshan"),
        ("银川：一年之后", "yinchuan"),
        ("Xi'an and its walls", "xian"),
    ],
)
def test_a_city_goes_by_all_its_names(title: str, place: str) -> None:
    assert about(title) == {place}


@pytest.mark.parametrize(
    ("title", "body", "place"),
    [
        ("Suzhou wins", "", "suzhou-jiangsu"),
        ("Suzhou wins", "It lies in the north of Anhui.", "suzhou-anhui"),
        ("Suzhou wins", "Farmers of Dangshan sell pears.", "suzhou-anhui"),
        ("苏州胜出", "", "suzhou-jiangsu"),
        ("宿州胜出", "", "suzhou-anhui"),
        ("Fuzhou plants trees", "Jiangxi pays for it.", "fuzhou-jiangxi"),
        ("Fuzhou plants trees", "", "fuzhou-fujian"),
        ("吉林市滑雪", "", "jilin"),
        ("吉林滑雪", "", "jilin-province"),
        ("吉林滑雪", "吉林市今天下雪。", "jilin"),
        ("大同市种花", "", "datong"),
    ],
)
def test_a_name_of_several_places_is_decided_by_what_else_is_named(
    title: str, body: str, place: str
) -> None:
    assert place in GAZETTEER.places
    assert about(title, body) == {place}


@pytest.mark.parametrize(
    "title",
    [
        "吉林大学招生",
        "Guiyang County celebrates",
        "Peking University opens",
        "天下大同",
        "白云区进料",
    ],
)
def test_what_only_sounds_like_a_place_or_stays_open_is_none(title: str) -> None:
    assert places(title) == {}


def test_what_a_text_is_about_and_what_it_mentions() -> None:
    body = "Guests came from Chengdu and from Zunyi. They saw pumps.\n\n" + "It rained. " * 60
    found = places("Guiyang opens its fair", body + "A guest from Foshan left.")
    assert {name for name, one in found.items() if one.role is PlaceRole.ABOUT} == {"guiyang"}
    assert set(found) == {"guiyang", "chengdu", "zunyi", "foshan"}
    only_lead = places("Fair opens", "The fair opened in Guiyang. " + "It rained. " * 60)
    assert only_lead["guiyang"].role is PlaceRole.ABOUT
    often = places("Fair opens", "It rained. " * 60 + "Zunyi wins. " * 4 + "Chengdu too.")
    assert often["zunyi"].role is PlaceRole.ABOUT
    assert often["zunyi"].times == 4
    assert often["chengdu"].role is PlaceRole.MENTIONED


def test_a_province_counts_only_where_none_of_its_cities_does() -> None:
    assert about("Guizhou plants trees") == {"guizhou"}
    assert about("Guiyang in Guizhou plants trees") == {"guiyang"}


def test_a_place_says_by_which_words_where_and_why() -> None:
    body = "Rain fell. Observers in 观山湖区 measured it."
    (found,) = places("Rain", body).values()
    assert (found.place, found.phrase, found.field) == ("guiyang", "观山湖区", "body")
    assert body[found.start :].startswith(found.phrase)
    assert found.why == "观山湖区 is part of it"


def test_every_city_of_the_gazetteer_has_a_province_or_is_one_of_its_own() -> None:
    cities = [place for place in GAZETTEER.places.values() if place.is_city]
    assert len(cities) > 600
    alone = {place.en for place in cities if not place.province}
    assert {"Beijing", "Shanghai", "Tianjin", "Chongqing"} <= alone
    assert len(alone) < 12
    assert all(place.province in GAZETTEER.places for place in cities if place.province)


# --- places in a watchlist ---------------------------------------------------------------------

TOPIC = '[[topic]]\nid = "a"\n[[topic.name]]\nlanguage = "en"\nforms = ["tower"]\n'


def with_places(tmp_path: Path, text: str) -> Watchlist:
    file = tmp_path / "own.toml"
    file.write_text(TOPIC + text, "utf-8")
    return load_watchlist(file)


def test_a_watchlist_adds_names_parts_and_places(tmp_path: Path) -> None:
    own = with_places(
        tmp_path,
        '[[place]]\nid = "guiyang"\nforms = ["Forest City"]\nparts = ["龙洞堡"]\n'
        '[[place]]\nid = "huaqiangbei"\nlabels = { en = "Huaqiangbei", zh = "华强北" }\n'
        'province = "guangdong"\nforms = ["Huaqiangbei", "华强北"]\n',
    )
    assert about("Forest City opens", "", own) == {"guiyang"}
    assert about("龙洞堡开放", "", own) == {"guiyang"}
    assert about("华强北开放", "", own) == {"huaqiangbei"}
    assert own.gazetteer.places["huaqiangbei"].label("zh") == "华强北"
    assert about("Guiyang opens", "", own) == {"guiyang"}
    assert about("Forest City opens") == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[place]]\nid = "guiyang"\n', "place[1].forms: is missing"),
        ('[[place]]\nid = "new"\nforms = ["New"]\n', "a new one needs an English name"),
        (
            '[[place]]\nid = "n"\nforms = ["N"]\nlabels = { en = "N" }\nprovince = "guizou"\n',
            "there is no province 'guizou'; did you mean 'guizhou'?",
        ),
        ('[[place]]\nid = "guiyang"\nform = ["x"]\n', "did you mean 'forms'?"),
    ],
)
def test_a_mistake_in_a_place_names_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        with_places(tmp_path, text)
    assert said in str(caught.value)
    assert "(line " in str(caught.value)
