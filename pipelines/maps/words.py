"""What is written on the map, in English and Japanese.

The map is drawn for files and for pages alike, so its words are here and not in the catalogue of the pages. Those of
the flags are the same in both; tests/test_maps.py compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.model import Flag
from pipelines.maps.placing import Where

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. Braces take a number or a name."""

    title_japan: str
    title_europe: str
    title_both: str
    japan: str
    europe: str
    flags: Mapping[Flag, str]
    home_language_only: str
    mixed_language_only: str
    count: str
    one: str
    approximate: str
    ring: str
    by_person: str
    nowhere: Mapping[Where, str]
    nansei: str
    ogasawara: str
    described: str
    moved: str
    missing_japan: str
    missing_europe: str
    source: str
    pause: str  # between the parts of one name


_ENGLISH = Words(
    title_japan="Clusters in Japan",
    title_europe="Clusters in Europe",
    title_both="Clusters in Japan and Europe",
    japan="Japan",
    europe="Europe",
    flags={
        Flag.ACTIVE: "active",
        Flag.STATIC: "static",
        Flag.JAPANESE_ONLY: "Japanese only",
        Flag.LIKELY_CEASED: "likely ceased",
        Flag.UNDETERMINED: "undetermined",
    },
    home_language_only="home language only",
    mixed_language_only="Japanese or another home language only",
    count="{} clusters",
    one="1 cluster",
    approximate="about here: the middle of {}",
    ring="dashed ring: only the prefecture or country is known, shown at its middle ({})",
    by_person="a person's word",
    nowhere={
        Where.OUTSIDE: "Not on the map, coordinates outside it: {}",
        Where.UNKNOWN: "Not on the map, no place known: {}",
    },
    nansei="South-western islands",
    ogasawara="Ogasawara",
    described="Each mark is a cluster; its shape and colour tell the flag.",
    moved="Where marks would cover each other they stand side by side; a thin line leads to the place.",
    missing_japan="Not drawn: islands below about 1 km², Minamitorishima, Okinotorishima, the islands off Nemuro, "
    "and small islands close to the shore.",
    missing_europe="Outside the map of Europe: Azores, Madeira, the Canaries, Svalbard, and lands overseas.",
    source="Outlines: japanmap and Natural Earth, simplified. They are no statement about borders.",
    pause=", ",
)
_JAPANESE = Words(
    title_japan="日本のクラスター",
    title_europe="欧州のクラスター",
    title_both="日本と欧州のクラスター",
    japan="日本",
    europe="欧州",
    flags={
        Flag.ACTIVE: "活動中",
        Flag.STATIC: "更新なし",
        Flag.JAPANESE_ONLY: "日本語のみ",
        Flag.LIKELY_CEASED: "終了の疑い",
        Flag.UNDETERMINED: "未判定",
    },
    home_language_only="自国語のみ",
    mixed_language_only="日本語または自国語のみ",
    count="{}件",
    one="1件",
    approximate="おおよその位置（{}の中央）",
    ring="破線の輪：都道府県または国だけが分かっているため、その中央に示しています（{}）",
    by_person="担当者の判断",
    nowhere={
        Where.OUTSIDE: "地図の範囲外の座標のため、地図にありません：{}",
        Where.UNKNOWN: "所在地が不明なため、地図にありません：{}",
    },
    nansei="南西諸島",
    ogasawara="小笠原",
    described="印の一つ一つがクラスターで、形と色が区分を表します。",
    moved="印が重なる所では並べて置き、細い線で本来の位置を示しています。",
    missing_japan="約1 km²未満の島、南鳥島、沖ノ鳥島、根室沖の島々、海岸に近い小島は描かれていません。",
    missing_europe="欧州の地図の範囲外：アゾレス、マデイラ、カナリア諸島、スヴァールバル諸島、海外領土。",
    source="輪郭：japanmap、Natural Earth（簡略化したもの）。国境・境界についての見解を示すものではありません。",
    pause="、",
)


def words_in(language: str) -> Words:
    """The words of a language; English for one that there is none of."""
    return _JAPANESE if language == "ja" else _ENGLISH


def flag_words(flag: Flag, home_language: str, words: Words) -> str:
    """A flag as people read it; only a Japanese cluster's single language is called Japanese."""
    if flag is Flag.JAPANESE_ONLY and home_language != "ja":
        return words.home_language_only
    return words.flags[flag]


def counted(number: int, words: Words) -> str:
    """A number of clusters."""
    return words.one if number == 1 else words.count.format(number)
