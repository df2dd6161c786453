"""Makes the outlines of `japan.json` and `europe.json` from two packages that nobody needs afterwards.

    pip download --no-deps japanmap==0.6.0 && unzip japanmap-0.6.0-py3-none-any.whl
    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m pipelines.maps.build japanmap package

japanmap draws each prefecture as one piece of land. The islands that it leaves out are taken from Natural Earth, as
world-atlas has it: every piece of Japan there that touches no prefecture. Both files hold thousandths of a degree.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.maps.shapes import Point, Ring, area, clipped, contains, inmost, simplified

PLACES = Path(__file__).parent
JAPAN, EUROPE = "japan.json", "europe.json"

# Names as registries write them, in the order of japanmap (JIS X 0401).
PREFECTURES = (
    "Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Tokyo Kanagawa Niigata "
    "Toyama Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Kyoto Osaka Hyogo Nara Wakayama Tottori "
    "Shimane Okayama Hiroshima Yamaguchi Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita Miyazaki "
    "Kagoshima Okinawa"
).split()
PREFECTURES_JA = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 "
    "富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 "
    "島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
).split()
# ISO 3166-1: number to letters. Natural Earth gives Kosovo no number; XK is the code that the EU uses.
COUNTRIES = {
    "008": "AL", "020": "AD", "040": "AT", "056": "BE", "070": "BA", "100": "BG", "112": "BY", "191": "HR", "196": "CY",
    "203": "CZ", "208": "DK", "233": "EE", "234": "FO", "246": "FI", "250": "FR", "276": "DE", "300": "GR", "348": "HU",
    "352": "IS", "372": "IE", "380": "IT", "428": "LV", "438": "LI", "440": "LT", "442": "LU", "470": "MT", "492": "MC",
    "498": "MD", "499": "ME", "528": "NL", "578": "NO", "616": "PL", "620": "PT", "642": "RO", "643": "RU", "674": "SM",
    "688": "RS", "703": "SK", "705": "SI", "724": "ES", "752": "SE", "756": "CH", "792": "TR", "804": "UA", "807": "MK",
    "826": "GB",
}  # fmt: skip
_NATURAL_EARTH_JAPAN = "392"
# What lies beside Europe on its map, drawn so that no sea is shown where there is land.
_BESIDE = (
    "012",
    "031",
    "051",
    "268",
    "275",
    "368",
    "376",
    "398",
    "400",
    "422",
    "434",
    "504",
    "682",
    "760",
    "788",
    "818",
)
_BOX = (-35.0, 28.0, 80.0, 82.0)  # west, south, east, north: more than is drawn of Europe, so that no cut shows
_DATE_LINE = -168.0  # degrees: what lies west of it is Russia beyond the date line, and belongs to the east
_EUROPE_TOLERANCE = 0.03  # degrees, some 3 km: a pixel of the picture is 6 km
_ISLAND_TOLERANCE = 0.01  # degrees, some 1 km: a pixel of the picture is 3 km
_SMALLEST = 0.02  # square degrees, some 150 km²: smaller pieces of Europe are left out, unless a country has no other

Topology = Mapping[str, Any]  # Any: JSON as it was published


def main(arguments: Sequence[str]) -> int:
    """Read both packages, write both files."""
    japanmap, atlas = map(Path, arguments)
    fine = json.loads((atlas / "countries-10m.json").read_text(encoding="utf-8"))
    coarse = json.loads((atlas / "countries-50m.json").read_text(encoding="utf-8"))
    prefectures = _prefectures(json.loads((japanmap / "japan.json").read_text(encoding="utf-8")))
    islands = _islands(_rings_of(fine, _NATURAL_EARTH_JAPAN), [place["rings"][0] for place in prefectures])
    _write(PLACES / JAPAN, {"places": prefectures, "others": islands})
    beside = [ring for number in _BESIDE for ring in _pieces(coarse, number)]
    _write(PLACES / EUROPE, {"places": list(_countries(coarse)), "others": beside})
    return 0


def _prefectures(published: Sequence[Any]) -> list[dict[str, Any]]:  # Any: JSON
    """The prefectures, each with one ring; neighbours share the points of their border."""
    points, outlines = published
    made = []
    for number, (name, name_ja) in enumerate(zip(PREFECTURES, PREFECTURES_JA, strict=True)):
        ring = [tuple(points[at][0]) for _, border in outlines[number] for at in border[:-1]]
        made.append({"code": f"{number + 1:02}", "names": [name, name_ja], "middle": inmost(ring), "rings": [ring]})
    return made


def _islands(pieces: Iterable[Ring], prefectures: Sequence[Ring]) -> list[Ring]:
    """The pieces of Japan that touch no prefecture."""
    found = []
    for piece in pieces:
        touched = (any(contains(p, at) for at in piece) or any(contains(piece, at) for at in p) for p in prefectures)
        if not any(touched):
            found.append(simplified(piece, _ISLAND_TOLERANCE))
    return [ring for ring in found if len(ring) > 2]


def _countries(topology: Topology) -> Iterator[dict[str, Any]]:
    """The countries of Europe, cut to what is drawn."""
    for number, code in sorted([*COUNTRIES.items(), ("", "XK")], key=lambda pair: pair[1]):
        rings = _pieces(topology, number)
        yield {"code": code, "names": [], "middle": inmost(rings[0]), "rings": rings}


def _pieces(topology: Topology, number: str) -> list[Ring]:
    """The pieces of a country on the map, the largest first, without the very small ones beside it."""
    pieces = [clipped(ring, _BOX) for ring in _rings_of(topology, number, _EUROPE_TOLERANCE)]
    pieces = sorted((ring for ring in pieces if len(ring) > 2), key=area, reverse=True)
    return [ring for at, ring in enumerate(pieces) if at == 0 or area(ring) >= _SMALLEST]


def _rings_of(topology: Topology, number: str, tolerance: float = 0.0) -> list[Ring]:
    """The outer rings of a country. Borders are simplified before they are joined, so neighbours keep sharing them."""
    name = "" if number else "Kosovo"
    shapes = topology["objects"]["countries"]["geometries"]
    found = [s for s in shapes if (s.get("id") == number if number else s["properties"]["name"] == name)]
    rings = []
    for shape in found:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            ring = _joined(topology, polygon[0], tolerance)
            rings.append(ring if len(ring) > 2 else _joined(topology, polygon[0], 0.0))  # a very small country
    return rings


def _joined(topology: Topology, arcs: Iterable[int], tolerance: float) -> Ring:
    ring: list[Point] = []
    for number in arcs:
        line = simplified(_arc(topology, number if number >= 0 else ~number), tolerance)
        ring += line[:-1] if number >= 0 else line[:0:-1]
    return ring


def _arc(topology: Topology, number: int) -> list[Point]:
    """One arc of a TopoJSON in degrees: its points are steps on a grid."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    line = []
    for dx, dy in topology["arcs"][number]:
        x, y = x + dx, y + dy
        lon = x * sx + tx
        line.append((lon if lon > _DATE_LINE else lon + 360, y * sy + ty))
    return line


def _write(file: Path, outlines: Mapping[str, Any]) -> None:
    """One place a line, in thousandths of a degree: longitude, latitude, longitude, latitude, …"""
    places = [
        {**place, "middle": _flat([place["middle"]]), "rings": [_flat(ring) for ring in place["rings"]]}
        for place in outlines["places"]
    ]
    others = [_flat(ring) for ring in outlines["others"]]
    told = [f'"{name}": [\n{_lines(rows)}\n]' for name, rows in (("places", places), ("others", others))]
    file.write_text("{\n" + ",\n".join(told) + "\n}\n", encoding="utf-8")
    print(f"{file.name}: {len(places)} places, {len(others)} others, {file.stat().st_size / 1000:.0f} KB")


def _lines(rows: Iterable[object]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)


def _flat(points: Iterable[Point]) -> list[int]:
    """Whole thousandths, without a point that falls on the one before it."""
    flat: list[int] = []
    for point in points:
        at = [round(1000 * part) for part in point]
        if flat[-2:] != at:
            flat += at
    return flat


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
