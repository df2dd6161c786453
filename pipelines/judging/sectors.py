"""The sector of a cluster in the scheme of the 2016 mapping, from the free text of the registry. Pure.

The scheme has 13 classes. A cell may name several sectors, in English or Japanese: the one that is named first counts,
so that every cluster is counted once and a table sums to the number of clusters, as the published one did.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache


class Sector(StrEnum):
    """The classes of 2016 in the order of its table, and what it had no class for."""

    LIFE = "pharma_bio_health_medical_welfare"
    ENVIRONMENT_ENERGY = "environment_energy"
    IT = "it"
    AUTOMOBILE = "automobile"
    ELECTRONICS = "electronic_components_semiconductors"
    PRECISION = "precision_manufacturing"
    AEROSPACE = "aerospace"
    FOOD = "food"
    MATERIAL = "material"
    ENERGY = "energy"
    NANOTECH = "nanotech"
    ROBOTIC = "robotic"
    MARINE = "marine"
    OTHER = "other"  # the registry names a sector that the scheme of 2016 has not
    NOT_STATED = "not_stated"  # the registry names none


class _Topic(StrEnum):
    """What words are about. The scheme names energy twice, so environment is told apart before it is classed."""

    ENVIRONMENT = "environment"
    NONE = "none"  # words that only look like those of a class


# Each is looked for at the beginning of a word in English, where a hyphen is a space, and anywhere in Japanese; of
# several that begin at the same place the longest counts ("biomass" is energy, "bio" is not).
_WORDS: dict[Sector | _Topic, str] = {
    Sector.LIFE: """pharma, bio, life scien, health, medic, medtech, welfare, drug disc, drug dev, wellbeing, well being,
        wellness, nursing, clinical, hospital, 医薬, 製薬, 創薬, 薬, バイオ, ライフサイエンス, 生命科学, 健康, ヘルス, 医療, 医工,
        医学, 福祉, 介護, 看護, ウェルネス, 長寿""",
    _Topic.ENVIRONMENT: """environment, ecolog, eco town, ecotown, eco industr, eco tech, eco friendly, recycl, waste,
        water treat, circular econ, green tech, decarbon, carbon neutral, 環境, エコ, リサイクル, 資源循環, 循環型, 循環経済,
        廃棄物, 水処理, 脱炭素, カーボンニュートラル, 静脈産業""",
    Sector.IT: """information, software, ict, iot, digital, computer, internet, data scien, artificial intel, big data,
        cyber, 情報, ソフトウェア, ソフトウエア, デジタル, 人工知能, インターネット, ビッグデータ""",
    Sector.AUTOMOBILE: """automobile, automotive, auto part, auto industr, automated driv, autonomous driv, vehicle,
        car electronics, car industr, car part, mobility, 自動車, 次世代車, 車載, カーエレクトロニクス, モビリティ, 自動運転""",
    Sector.ELECTRONICS: """electronic, semicon, photon, optic, opto, laser, microdevice, micro device, device, display,
        sensor, lsi, integrated circ, 電子, 半導体, デバイス, エレクトロニクス, フォトニクス, 光産業, 光技術, 光学, 光関連,
        オプト, レーザー, ディスプレイ, センサー, 集積回路""",
    Sector.PRECISION: """precision, machining, machine tool, micro fabric, micromachin, mould, mold, monozukuri,
        manufacturing, 精密, 微細加工, 機械加工, 切削, 金型, 工作機械, ものづくり, モノづくり, モノ作り""",
    Sector.AEROSPACE: """aerospace, aviation, aircraft, aeronaut, space, satellite, air mobility, 航空, 宇宙,
        空飛ぶクルマ""",
    Sector.FOOD: "food, beverage, ferment, nutrition, agri food, agrifood, sake, 食, 発酵, 飲料, 酒, 醸造",
    Sector.MATERIAL: """material, metal, ceramic, carbon fib, composite, polymer, plastic, chemical, steel, alumin,
        titanium, magnesium, forging, casting, 素材, 材料, 金属, セラミック, 炭素繊維, 複合材, 樹脂, プラスチック, 化学, 鉄鋼,
        アルミ, チタン, 部材, 鍛造, 鋳造""",
    Sector.ENERGY: """energy, hydrogen, battery, batteries, solar, photovolt, fuel cell, wind power, biomass, biofuel,
        bioenergy, bio energy, biogas, geotherm, nuclear, エネルギー, 水素, 電池, 蓄電, 太陽光, 太陽電池, 燃料電池, 風力,
        バイオマス, バイオ燃料, バイオガス, 地熱, 原子力""",
    Sector.NANOTECH: "nano, ナノ",
    Sector.ROBOTIC: "robot, drone, ロボ, ドローン",
    Sector.MARINE: """marine, maritime, ocean, blue econom, shipbuild, offshore, fisher, aquacult, 海洋, マリン, 造船, 海事,
        舶用, 水産, 養殖""",
    # Tourism has no optics in it, the Science City no chemistry, an economy no ecology, a bag of tableware no food.
    _Topic.NONE: "観光, 文化学術, エコノミー, 食器, 農薬",
}
# As they are written: "it" is a word. In "ITALY" the letters go on, in "IT産業" they do not.
_ACRONYM = re.compile(r"(?<![A-Za-z])(?:IT|AI|DX)(?![A-Za-z])")


def sector_of(text: str) -> Sector:
    """The class of 2016 that a cell of the registry stands for.

    The first class that the cell names counts. Energy is twice in the scheme: where the cell names environment too, in
    whatever order, the two are one class, "Environment, Energy"; so is environment alone. Energy alone is "Energy".
    """
    cell = unicodedata.normalize("NFKC", text).strip()
    if not cell:
        return Sector.NOT_STATED
    named = _named(cell)
    if not named:
        return Sector.OTHER
    if named[0] in {_Topic.ENVIRONMENT, Sector.ENERGY} and _Topic.ENVIRONMENT in named:
        return Sector.ENVIRONMENT_ENERGY
    return Sector(named[0])


def _named(cell: str) -> list[Sector | _Topic]:
    """What a cell names, in its order; words that only look like it left out."""
    expression, meanings = _expression()
    found = [(m.start(), meanings[m.group()]) for m in expression.finditer(cell.lower().replace("-", " "))]
    found += [(m.start(), Sector.IT) for m in _ACRONYM.finditer(cell)]
    return [what for _, what in sorted(found, key=lambda place: place[0]) if what is not _Topic.NONE]


@cache
def _expression() -> tuple[re.Pattern[str], dict[str, Sector | _Topic]]:
    """What finds the words, the longest first, and what each is about."""
    meanings = {" ".join(word.split()): what for what, words in _WORDS.items() for word in words.split(",")}
    longest = sorted(meanings, key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in longest if word.isascii())
    japanese = "|".join(re.escape(word) for word in longest if not word.isascii())
    return re.compile(rf"(?<![a-z])(?:{latin})|{japanese}"), meanings
