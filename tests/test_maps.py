"""The map: where clusters are put, how marks are told apart, and that the picture says everything and runs nothing."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations
from math import hypot, radians, sin
from pathlib import Path
from typing import Any  # fields of a line by name

import pytest
from made import AOBA, BARE, stored, verdict
from pages import Visitor, made, serving

from crawler.model import Cluster, Flag, Review
from db.desk import Desk
from pipelines.exporting import exported
from pipelines.maps.drawing import COLOURS, map_svg, radius_of
from pipelines.maps.lines import map_lines
from pipelines.maps.outlines import europe, japan, place_of
from pipelines.maps.placing import EUROPE_FRAMES, JAPAN_FRAMES, MapLine, Where, placed, projected, spread
from pipelines.maps.shapes import area, clipped, contains, inmost, simplified
from pipelines.maps.words import flag_words, words_in
from review.texts import texts

SVG = "{http://www.w3.org/2000/svg}"
NOW = datetime(2024, 11, 26, 9, tzinfo=UTC)
MAPS = Path(__file__).parent.parent / "pipelines" / "maps"


def line(cluster_id: str = "a", flag: Flag = Flag.ACTIVE, **more: object) -> MapLine:
    return MapLine(
        **{"cluster_id": cluster_id, "name": cluster_id.upper(), "flag": flag, "lat": 38.27, "lon": 140.87, **more}
    )  # type: ignore[arg-type]


def drawn(*lines: MapLine, language: str = "en", link: Callable[[str], str] | None = None) -> ET.Element:
    return ET.fromstring(map_svg(lines, language=language, link=link))  # our own


def titles(svg: ET.Element) -> list[str]:
    """The names of the marks, in the order of the picture."""
    return [found.text or "" for found in svg.iter(f"{SVG}title")][1:]


# --- outlines ---


def test_the_outlines_are_small_and_whole() -> None:
    assert [p.name for p in MAPS.glob("*.json") if p.stat().st_size > 150_000] == []
    assert len(japan().places) == 47
    assert {p.code for p in europe().places} >= {"DE", "FR", "IT", "NL", "GB", "CH", "MT", "XK", "UA"}
    assert (MAPS / "NOTICE.txt").read_text().count("LICENSE-") == 2
    assert all((MAPS / name).is_file() for name in ("LICENSE-japanmap.txt", "LICENSE-world-atlas.txt"))


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ((139.69, 35.69), "13"), ((141.35, 43.06), "01"), ((130.40, 33.59), "40"), ((127.68, 26.21), "47"),
        ((135.77, 35.01), "26"), ((2.35, 48.86), "FR"), ((13.40, 52.52), "DE"), ((12.48, 41.89), "IT"),
    ],
)  # fmt: skip
def test_a_city_lies_within_its_prefecture_or_country_and_no_other(at: tuple[float, float], code: str) -> None:
    places = (*japan().places, *europe().places)
    assert [p.code for p in places if any(contains(ring, at) for ring in p.rings)] == [code]


def test_the_middle_of_each_place_lies_within_it() -> None:
    for place in (*japan().places, *europe().places):
        assert any(contains(ring, place.middle) for ring in place.rings), place.code


@pytest.mark.parametrize(
    ("island", "at"),
    [("Sado", (138.4, 38.05)), ("Tsushima", (129.36, 34.48)), ("Awaji", (134.83, 34.37)), ("Amami", (129.45, 28.33)),
     ("Ishigaki", (124.2, 24.43)), ("Chichijima", (142.21, 27.07)), ("Yakushima", (130.5, 30.35))],
)  # fmt: skip
def test_large_islands_are_drawn(island: str, at: tuple[float, float]) -> None:
    assert any(contains(ring, at) for ring in japan().others), island


# --- shapes ---

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))


def test_rings_are_measured_cut_and_simplified() -> None:
    assert area(SQUARE) == 16
    assert contains(SQUARE, (1, 1))
    assert not contains(SQUARE, (5, 1))
    assert area(clipped(SQUARE, (1, 1, 3, 9))) == 6
    assert list(clipped(SQUARE, (5, 5, 6, 6))) == []
    assert inmost(SQUARE) == pytest.approx((2, 2), abs=0.1)
    wavy = [(0.0, 0.0), (1.0, 0.1), (2.0, 0.0), (3.0, 0.3), (4.0, 0.0)]
    assert simplified(wavy, 0.2) == [(0.0, 0.0), (3.0, 0.3), (4.0, 0.0)]
    assert simplified(wavy, 0) == wavy


# --- places ---


@pytest.mark.parametrize(
    ("country", "prefecture", "code"),
    [
        ("JP", "Miyagi", "04"), ("JP", "miyagi prefecture", "04"), ("JP", "宮城県", "04"), ("JP", "宮城", "04"),
        ("JP", "Hyōgo", "28"), ("JP", "Kyoto-fu", "26"), ("JP", "Tokyo-to", "13"), ("JP", "北海道", "01"),
        ("JP", "Ｏｓａｋａ", "27"), ("JP", "Aichi/Gifu", "23"), ("JP", "Tokai, Shizuoka", "22"),
        ("JP", "", None), ("JP", "JP", None), ("JP", "Atlantis", None), ("jp", "Nara", "29"),
        ("DE", "Hesse", "DE"), ("de", "", "DE"), ("FR", "Nara", "FR"), ("US", "Ohio", None), ("", "Nara", None),
    ],
)  # fmt: skip
def test_a_prefecture_is_known_by_every_usual_spelling(country: str, prefecture: str, code: str | None) -> None:
    found = place_of(country, prefecture)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({}, Where.EXACT),
        ({"lat": None, "lon": None, "prefecture": "Miyagi"}, Where.PREFECTURE),
        ({"lat": None, "prefecture": "Miyagi"}, Where.PREFECTURE),
        ({"lat": None, "lon": None}, Where.UNKNOWN),
        ({"lat": 140.87, "lon": 38.27}, Where.OUTSIDE),  # turned round
        ({"lat": 52.5, "lon": 13.4}, Where.OUTSIDE),  # a Japanese cluster in Berlin
        ({"lat": 52.5, "lon": 13.4, "country": "DE"}, Where.EXACT),
        ({"lat": 38.27, "lon": 140.87, "country": "DE"}, Where.OUTSIDE),
        ({"lat": None, "lon": None, "country": "DE", "prefecture": "Hesse"}, Where.COUNTRY),
        ({"lat": None, "lon": None, "country": "US"}, Where.UNKNOWN),
        ({"lat": 24.29, "lon": 153.98}, Where.OUTSIDE),  # Minamitorishima
        ({"lat": 24.45, "lon": 122.98}, Where.EXACT),  # Yonaguni, in the frame of the islands
        ({"lat": 27.09, "lon": 142.19}, Where.EXACT),  # Chichijima
        ({"lat": 45.52, "lon": 141.94}, Where.EXACT),  # the northern end
        ({"lat": 35.0, "lon": 33.0, "country": "CY"}, Where.EXACT),
        ({"lat": 71.1, "lon": 25.8, "country": "NO"}, Where.EXACT),
        ({"lat": 28.1, "lon": -15.4, "country": "ES"}, Where.OUTSIDE),  # the Canaries
    ],
)
def test_how_the_place_of_a_cluster_is_known(more: dict[str, Any], where: Where) -> None:
    (found,) = placed([line(**more)])
    assert found.where is where
    assert (found.at is None) is (where in {Where.OUTSIDE, Where.UNKNOWN})


def test_the_projection_keeps_areas() -> None:
    # A degree square at two latitudes: its true area on the sphere, beside what is drawn of it.
    for lon, lat in ((140.0, 43.0), (130.0, 31.0)):
        corners = ((lon, lat), (lon + 0.1, lat), (lon + 0.1, lat + 0.1), (lon, lat + 0.1))
        true = 6371.0**2 * radians(0.1) * (sin(radians(lat + 0.1)) - sin(radians(lat)))
        assert area([projected(at, JAPAN_FRAMES[-1].middle) for at in corners]) == pytest.approx(true, rel=1e-3)


def test_north_is_up_and_east_is_right() -> None:
    for frame, (west, south), (east, north) in (
        (JAPAN_FRAMES[-1], (130.4, 33.6), (141.4, 43.1)),
        (EUROPE_FRAMES[0], (-9.1, 38.7), (24.9, 60.2)),
    ):
        (x1, y1), (x2, y2) = frame.put((west, south)), frame.put((east, north))
        assert x1 < x2
        assert y1 > y2


# --- marks ---


def test_no_two_marks_cover_each_other_and_the_first_keeps_its_place() -> None:
    points = [(100.0, 100.0)] * 60 + [(105.0, 100.0), (5.0, 5.0), (5.0, 5.0)]
    moved = spread(points, 15.0, (5.0, 5.0, 395.0, 395.0))
    assert moved[0] == (100.0, 100.0)
    assert moved[61] == (5.0, 5.0)
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(moved, 2)) >= 15.0
    assert all(5.0 <= x <= 395.0 and 5.0 <= y <= 395.0 for x, y in moved)
    assert spread(points, 15.0, (5.0, 5.0, 395.0, 395.0)) == moved


@pytest.mark.parametrize(("marks", "radius"), [(1, 6.5), (300, 6.5), (1200, 3.25), (100_000, 2.0)])
def test_marks_are_smaller_where_there_are_more_than_fit(marks: int, radius: float) -> None:
    assert radius_of(marks) == radius


def test_every_cluster_with_a_place_has_a_mark_with_its_name_that_leads_to_its_case() -> None:
    lines = [line(f"c{n}", flag) for n, flag in enumerate(Flag)]
    svg = drawn(*lines, link=lambda cluster_id: f"/clusters/{cluster_id}")
    links = svg.findall(f".//{SVG}a")
    assert {a.get("href"): a.findtext(f"{SVG}title") for a in links} == {
        "/clusters/c0": "C0, active", "/clusters/c1": "C1, static", "/clusters/c2": "C2, Japanese only",
        "/clusters/c3": "C3, likely ceased", "/clusters/c4": "C4, undetermined",
    }  # fmt: skip
    assert svg.get("role") == "group"
    assert drawn(*lines).get("role") == "img"
    assert drawn(*lines).findall(f".//{SVG}a") == []


def test_flags_differ_in_shape_and_not_in_colour_alone() -> None:
    shapes = set()
    for flag in Flag:
        (mark,) = [e for e in drawn(line("a", flag)).iter() if f"mark-{flag}" in (e.get("class") or "")][-1:]
        shapes.add((mark.tag, mark.get("d")))  # at one place, so alike shapes are alike paths
    assert len(shapes) == len(Flag)
    grey = sorted(_luminance(colour) for colour in COLOURS.values())
    assert len(set(grey)) == len(Flag)


def _luminance(colour: str) -> float:
    return sum(int(colour[at : at + 2], 16) * part for at, part in ((1, 0.2126), (3, 0.7152), (5, 0.0722)))


def test_what_is_approximate_is_ringed_and_what_is_nowhere_is_named() -> None:
    svg = drawn(
        line("a"), line("b", lat=None, lon=None, prefecture="Nara"), line("c", lat=None, lon=None, name="Nobody & Co")
    )
    assert titles(svg) == ["A, active", "B, active, about here: the middle of Nara"]
    assert len(svg.findall(f".//{SVG}circle[@class='map-ring']")) == 1
    told = " ".join(text.text or "" for text in svg.iter(f"{SVG}text"))
    assert "dashed ring: only the prefecture or country is known, shown at its middle (1 cluster)" in told
    assert "Not on the map, no place known: 1 cluster" in told
    assert "Not on the map, no place known: Nobody & Co." in (svg.findtext(f"{SVG}desc") or "")


@pytest.mark.parametrize(
    ("countries", "title", "height"),
    [((), "Clusters in Japan", 1), (("JP",), "Clusters in Japan", 1), (("DE",), "Clusters in Europe", 1),
     (("JP", "DE"), "Clusters in Japan and Europe", 2)],
)  # fmt: skip
def test_europe_is_drawn_when_a_cluster_stands_there(countries: tuple[str, ...], title: str, height: int) -> None:
    svg = drawn(
        *(line(c, country=c, lat=38.27 if c == "JP" else 50.1, lon=140.87 if c == "JP" else 8.7) for c in countries)
    )
    assert svg.findtext(f"{SVG}title") == title
    assert len(svg.findall(f"{SVG}g")) == height


@pytest.mark.parametrize(
    ("languages", "words"),
    [(("ja",), "Japanese only (1)"), (("de",), "home language only (1)"),
     (("ja", "de"), "Japanese or another home language only (2)")],
)  # fmt: skip
def test_the_legend_calls_nothing_japanese_that_is_not(languages: tuple[str, ...], words: str) -> None:
    svg = drawn(*(line(code, Flag.JAPANESE_ONLY, home_language=code) for code in languages))
    assert words in [text.text for text in svg.iter(f"{SVG}text")]


def test_both_languages_say_the_flags_as_the_pages_do() -> None:
    for language in ("en", "ja"):
        for flag in Flag:
            for home in ("ja", "de"):
                assert flag_words(flag, home, words_in(language)) == texts(language).label(flag, home)
    svg = drawn(
        line("a", prefecture="奈良県", lat=None, lon=None), line("b", country="DE", lat=None, lon=None), language="ja"
    )
    assert titles(svg) == ["A、活動中、おおよその位置（奈良県の中央）", "B、活動中、おおよその位置（ドイツの中央）"]
    assert svg.get("lang") == "ja"


def test_nothing_that_a_name_says_runs_or_breaks_the_picture() -> None:
    bad = "</title><script>alert(1)</script><a href='x'>\x1b[31m\u202e & \x00 \ufffe"
    text = map_svg([line(name=bad, sector='"><script>')], link=lambda _: 'javascript:"><script>')
    svg = ET.fromstring(text)  # our own
    assert {e.tag for e in svg.iter()} & {
        f"{SVG}{name}" for name in ("script", "foreignObject", "image", "style", "use")
    } == set()
    assert not re.search(r"[\x00-\x08\x0e-\x1f\u202e\ufffe]", text)
    assert not any(name.startswith("on") or name == "style" for e in svg.iter() for name in e.attrib)


# --- the person's word, files, the page ---


def test_the_persons_word_goes_before_the_programs() -> None:
    review = Review(cluster_id="aoba", flag=Flag.STATIC, by="kato", at=NOW)
    lines = map_lines([AOBA, BARE], {"aoba": verdict()}, {"aoba": review}, language="ja")
    assert [(found.flag, found.by_person, found.name) for found in lines] == [
        (Flag.STATIC, True, AOBA.name_ja), (Flag.UNDETERMINED, False, BARE.name_en),
    ]  # fmt: skip
    assert titles(drawn(lines[0])) == [f"{AOBA.name_ja}, static (a person's word), Photonics"]


def geojson(path: Path, *clusters: Cluster) -> dict[str, object]:
    with Desk.open(stored(path, *clusters)) as desk:
        content, count = exported(desk, "geojson", None, generated_at=NOW)
    assert count == len(clusters) or not clusters
    found: dict[str, object] = json.loads(content, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    return found


def test_geojson_keeps_the_rules_of_rfc_7946_and_its_properties_are_flat(tmp_path: Path) -> None:
    document = geojson(tmp_path / "a.db", AOBA, BARE)
    assert set(document) == {"type", "features"}  # no "crs": RFC 7946 knows WGS 84 only
    assert document["type"] == "FeatureCollection"
    features = document["features"]
    assert isinstance(features, list)
    for feature in features:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], str)
        assert {type(value) for value in feature["properties"].values()} <= {str, int, float, type(None)}
        if feature["geometry"] is not None:
            assert set(feature["geometry"]) == {"type", "coordinates"}
            lon, lat = feature["geometry"]["coordinates"]
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
    assert [f["geometry"] for f in features] == [{"type": "Point", "coordinates": [140.87, 38.268]}, None]
    assert features[0]["properties"]["reasons"] == "The newest post is of 12 October 2024."


def test_the_page_shows_the_same_clusters_in_picture_and_table(tmp_path: Path) -> None:
    path = made(tmp_path / "desk.db", verdict())
    with serving(path, clock=lambda: NOW) as address, Visitor(address, "vera") as vera:
        page = vera.get("/map").text
        picture, table = page.split('<table class="mapping"')
        assert set(re.findall(r'<a href="/clusters/(\w+)"><title>', picture)) == {"aoba"}
        assert set(re.findall(r'href="/clusters/(\w+)"', table)) == {"aoba", "bare", "cedar"}
        assert table.count("not on the map: no place known") == 2
        assert "38.268, 140.870" in table
        narrowed = vera.get("/map?sector=Photonics").text
        assert set(re.findall(r'href="/clusters/(\w+)"', narrowed)) == {"aoba"}
        assert 'href="/export/svg?sector=Photonics"' in narrowed
        assert "No cluster fits." in vera.get("/map?prefecture=Nara").text
        answer = vera.get("/export/svg?sector=Photonics")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "attachment" in answer.headers["content-disposition"]
        assert titles(ET.fromstring(answer.content)) == ["Aoba Photonics Cluster, Japanese only, Photonics"]


def test_too_many_for_a_picture_are_said_and_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "desk.db", verdict())
    with serving(path, clock=lambda: NOW) as address, Visitor(address, "vera") as vera:
        monkeypatch.setattr("review.maps.MOST", 3)
        assert 'class="map"' in vera.get("/map").text
        monkeypatch.setattr("review.maps.MOST", 2)
        page = vera.get("/map").text
    assert "More than 2 clusters fit" in page
    assert 'class="map"' not in page
