"""Free text of a registry in the 13 classes of the 2016 mapping."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crawler.prefectures import PREFECTURES, prefecture_of
from pipelines.judging.sectors import Sector, sector_of

SAMPLES = Path(__file__).parent.parent / "samples"

# Every cell of the registries in samples/.
REGISTRIES = {
    "Photonics": Sector.ELECTRONICS,
    "Robotics": Sector.ROBOTIC,
    "Food": Sector.FOOD,
    "Mobility": Sector.AUTOMOBILE,
    "Forestry": Sector.OTHER,
    "Semiconductors": Sector.ELECTRONICS,
    "Materials": Sector.MATERIAL,
    "Environment": Sector.ENVIRONMENT_ENERGY,
    "Textiles": Sector.OTHER,
    "Marine": Sector.MARINE,
    "Medical devices": Sector.LIFE,
    "Machining": Sector.PRECISION,
    "Agriculture": Sector.OTHER,
    "Engineering": Sector.OTHER,
    "Electronics": Sector.ELECTRONICS,
    "Energy": Sector.ENERGY,
    "Recycling": Sector.ENVIRONMENT_ENERGY,
    "Precision": Sector.PRECISION,
    "Aerospace": Sector.AEROSPACE,
    "Wood": Sector.OTHER,
    "Metal": Sector.MATERIAL,
    "Lightweight construction": Sector.OTHER,
    "Automobile": Sector.AUTOMOBILE,
    "Electronic components/semiconductors": Sector.ELECTRONICS,
    "Environment/Energy": Sector.ENVIRONMENT_ENERGY,
    "IT": Sector.IT,
    "Material": Sector.MATERIAL,
    "Nanotech": Sector.NANOTECH,
    "Other (not in 2016 scheme)": Sector.OTHER,
    "Other (not in 2016 scheme): cosmetics": Sector.OTHER,
    "Pharma/Bio/Health/Medical/Welfare": Sector.LIFE,
    "Precision manufacturing": Sector.PRECISION,
    "Robotic": Sector.ROBOTIC,
}

CASES = [
    # The classes by the names that 2016 gave them, and in Japanese.
    ("Pharmaceuticals, Biotechnology, Healthcare, Medical and Welfare", Sector.LIFE),
    ("Environment, Energy", Sector.ENVIRONMENT_ENERGY),
    ("Automobile related", Sector.AUTOMOBILE),
    ("Electronic components, devices and semiconductors", Sector.ELECTRONICS),
    ("医薬・バイオ・ヘルスケア・医療・福祉", Sector.LIFE),
    ("環境・エネルギー", Sector.ENVIRONMENT_ENERGY),
    ("情報", Sector.IT),
    ("自動車関連", Sector.AUTOMOBILE),
    ("電子部品・デバイス・半導体", Sector.ELECTRONICS),
    ("精密加工", Sector.PRECISION),
    ("航空宇宙", Sector.AEROSPACE),
    ("食品", Sector.FOOD),
    ("素材", Sector.MATERIAL),
    ("エネルギー", Sector.ENERGY),
    ("ナノテク", Sector.NANOTECH),
    ("ロボット", Sector.ROBOTIC),
    ("海洋", Sector.MARINE),
    # Nothing, and nothing of the scheme.
    ("", Sector.NOT_STATED),
    ("  　", Sector.NOT_STATED),
    ("繊維", Sector.OTHER),
    ("?", Sector.OTHER),
    # Energy is twice in the scheme: environment decides, wherever it stands; but only where the two come first.
    ("Energy; Environment", Sector.ENVIRONMENT_ENERGY),
    ("エネルギー、環境", Sector.ENVIRONMENT_ENERGY),
    ("Energy, food, recycling", Sector.ENVIRONMENT_ENERGY),
    ("Energy, food", Sector.ENERGY),
    ("Food, energy, environment", Sector.FOOD),
    ("Waste treatment", Sector.ENVIRONMENT_ENERGY),
    ("Hydrogen", Sector.ENERGY),
    ("蓄電池", Sector.ENERGY),
    # Of several, the first that is named.
    ("Food; health", Sector.FOOD),
    ("health; Food", Sector.LIFE),
    ("Textiles, aircraft", Sector.AEROSPACE),
    ("Marine biotechnology", Sector.MARINE),
    ("自動車・航空機部品", Sector.AUTOMOBILE),
    ("航空機・自動車部品", Sector.AEROSPACE),
    # Words within words.
    ("Biomass", Sector.ENERGY),
    ("Bio", Sector.LIFE),
    ("Bio-energy", Sector.ENERGY),
    ("バイオマス", Sector.ENERGY),
    ("バイオ", Sector.LIFE),
    ("Carbon fibre", Sector.MATERIAL),
    ("Carbon-neutral industry", Sector.ENVIRONMENT_ENERGY),
    ("Air mobility", Sector.AEROSPACE),
    ("Workspace", Sector.OTHER),
    ("Space", Sector.AEROSPACE),
    ("Economy", Sector.OTHER),
    ("Eco-town", Sector.ENVIRONMENT_ENERGY),
    ("観光産業", Sector.OTHER),
    ("光産業", Sector.ELECTRONICS),
    ("文化学術", Sector.OTHER),
    ("化学", Sector.MATERIAL),
    ("食器", Sector.OTHER),
    ("エコノミー", Sector.OTHER),
    # Acronyms are as they are written.
    ("make it", Sector.OTHER),
    ("ＩＴ産業", Sector.IT),
    ("ITALY", Sector.OTHER),
    ("AI", Sector.IT),
    ("agri-ICT", Sector.IT),
    ("SMART MANUFACTURING", Sector.PRECISION),
]


@pytest.mark.parametrize(("cell", "expected"), [*REGISTRIES.items(), *CASES])
def test_a_cell_is_in_the_first_class_that_it_names(cell: str, expected: Sector) -> None:
    assert sector_of(cell) is expected


@pytest.mark.parametrize("name", ["clusters.csv", "japan.csv"])
def test_the_table_of_cases_has_every_cell_of_the_registries(name: str) -> None:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as lines:
        cells = {row["sector"] for row in csv.DictReader(lines)}
    assert cells - set(REGISTRIES) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Hesse", ""),
        ("Miyagi", "Miyagi"),
        ("miyagi pref.", "Miyagi"),
        ("Ōita", "Oita"),
        ("Oita/Miyazaki", "Oita"),
        ("宮城県", "Miyagi"),
        ("宮城", "Miyagi"),
        ("北海道", "Hokkaido"),
        ("東京都", "Tokyo"),
        ("京都府", "Kyoto"),
        ("京都", "Kyoto"),
        ("京浜", ""),
        ("富山県・石川県", "Toyama"),
        ("石川県・富山県", "Ishikawa"),
        ("Mieville", ""),
        ("Aichi / 岐阜県", "Aichi"),
    ],
)
def test_the_prefecture_that_a_text_names_first(text: str, expected: str) -> None:
    assert prefecture_of(text) == expected


def test_every_prefecture_is_known_by_both_names() -> None:
    assert len(PREFECTURES) == 47
    assert [prefecture_of(name) for name in PREFECTURES] == list(PREFECTURES)
    assert [prefecture_of(kanji) for kanji in PREFECTURES.values()] == list(PREFECTURES)
