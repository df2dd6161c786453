"""How a day can be written, and what entries are called, in the languages of the made-up websites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

_WEEKDAYS = "月火水木金土日"
_ENGLISH = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December")  # fmt: skip
_GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember")  # fmt: skip
_FRENCH = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre")  # fmt: skip
_ITALIAN = ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre")  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789/.", "０１２３４５６７８９／．")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a day."""

    name: str
    write: Callable[[date], str]
    has_year: bool = True


def _era(on: date) -> tuple[str, str, int]:
    """The era of a day, its letter, and the year in it."""
    return ("令和", "R", on.year - 2018) if on >= date(2019, 5, 1) else ("平成", "H", on.year - 1988)


def _era_year(on: date) -> str:
    name, _, year = _era(on)
    return f"{name}{'元' if year == 1 else year}年"


JAPANESE = (
    Form("kanji", lambda d: f"{d.year}年{d.month}月{d.day}日"),
    Form("kanji_weekday", lambda d: f"{d.year}年{d.month}月{d.day}日（{_WEEKDAYS[d.weekday()]}）"),
    Form("kanji_padded", lambda d: f"{d:%Y年%m月%d日}"),
    Form("full_width", lambda d: f"{d.year}年{d.month}月{d.day}日".translate(_FULL_WIDTH)),
    Form("era", lambda d: f"{_era_year(d)}{d.month}月{d.day}日"),
    Form("era_letter", lambda d: f"{_era(d)[1]}{_era(d)[2]}.{d.month}.{d.day}"),
    Form("dots", lambda d: f"{d:%Y.%m.%d}"),
    Form("dots_short", lambda d: f"{d.year}.{d.month}.{d.day}"),
    Form("slashes", lambda d: f"{d:%Y/%m/%d}"),
    Form("slashes_short", lambda d: f"{d.year}/{d.month}/{d.day}"),
    Form("dashes", lambda d: f"{d:%Y-%m-%d}"),
    Form("short_year", lambda d: f"{d:%y.%m.%d}"),
    Form("short_slashes", lambda d: f"{d:%y/%m/%d}"),
    Form("us_order", lambda d: f"{d.month}/{d.day}/{d.year}"),
)  # fmt: skip
JAPANESE_YEARLESS = (
    Form("month_day", lambda d: f"{d.month}月{d.day}日", has_year=False),
    Form("month_day_weekday", lambda d: f"{d.month}月{d.day}日({_WEEKDAYS[d.weekday()]})", has_year=False),
    Form("slash_yearless", lambda d: f"{d.month}/{d.day}", has_year=False),
    Form("slash_weekday", lambda d: f"{d.month}/{d.day}({_WEEKDAYS[d.weekday()]})", has_year=False),
)
ENGLISH = (
    Form("month_first", lambda d: f"{_ENGLISH[d.month - 1]} {d.day}, {d.year}"),
    Form("month_short", lambda d: f"{_ENGLISH[d.month - 1][:3]}. {d.day}, {d.year}"),
    Form("day_first", lambda d: f"{d.day} {_ENGLISH[d.month - 1]} {d.year}"),
    Form("iso", lambda d: f"{d:%Y-%m-%d}"),
    Form("dots_english", lambda d: f"{d:%Y.%m.%d}"),
    Form("slashes_english", lambda d: f"{d:%Y/%m/%d}"),
)  # fmt: skip
_BY_LANGUAGE: Mapping[str, tuple[Form, ...]] = {
    "ja": JAPANESE,
    "en": ENGLISH,
    "de": (
        Form("german", lambda d: f"{d.day}. {_GERMAN[d.month - 1]} {d.year}"),
        Form("german_dots", lambda d: f"{d:%d.%m.%Y}"),
        Form("german_short", lambda d: f"{d:%d.%m.%y}"),
    ),
    "fr": (
        Form("french", lambda d: f"{d.day} {_FRENCH[d.month - 1]} {d.year}"),
        Form("french_slashes", lambda d: f"{d:%d/%m/%Y}"),
    ),
    "it": (
        Form("italian", lambda d: f"{d.day} {_ITALIAN[d.month - 1]} {d.year}"),
        Form("italian_slashes", lambda d: f"{d:%d/%m/%Y}"),
    ),
}


def form_of(language: str, rng: Random, *, yearless: bool) -> Form:
    """A way in which a site of this language writes its days."""
    if yearless and language == "ja":
        return rng.choice(JAPANESE_YEARLESS)
    return rng.choice(_BY_LANGUAGE[language])


_TITLES: Mapping[str, tuple[str, ...]] = {
    "ja": (
        "第{n}回研究会を開催しました", "会員企業の新製品が優秀賞を受賞", "{place}で合同展示会に出展しました", "総会を開催しました",
        "ホームページをリニューアルしました", "会報第{n}号を発行しました", "{place}大学との共同研究が始まりました", "新会員のご紹介",
        "補助金の公募について", "視察団を受け入れました", "人材育成講座の受講者を募集します", "事務局移転のお知らせ", "年末年始の休業について",
        "技術交流会の報告を掲載しました", "{place}市と連携協定を締結", "講演資料を公開しました", "パンフレットを更新しました", "ISO{n}001の取得について",
    ),
    "en": (
        "Report of the {n}th cluster meeting", "New members joined the cluster", "Exhibition in {place}",
        "Cooperation agreement with {place} University", "Annual report published", "Delegation from {place} visited us",
        "Newsletter No. {n} released", "Call for partners", "Workshop on smart manufacturing",
    ),
    "de": (
        "Bericht vom {n}. Clustertreffen", "Neue Mitglieder im Netzwerk", "Messeauftritt in {place}",
        "Kooperation mit der Universität {place}", "Jahresbericht veröffentlicht", "Newsletter Nr. {n} erschienen",
    ),
    "fr": (
        "Compte rendu de la {n}e rencontre", "De nouveaux membres rejoignent le pôle", "Salon professionnel à {place}",
        "Accord de coopération avec l'université de {place}", "Le rapport annuel est en ligne", "Lettre n° {n}",
    ),
    "it": (
        "Resoconto del {n}° incontro", "Nuovi soci nel distretto", "Fiera a {place}", "Accordo con l'università di {place}",
        "Pubblicato il rapporto annuale", "Bollettino n. {n}",
    ),
}  # fmt: skip
_PLACES: Mapping[str, tuple[str, ...]] = {
    "ja": ("浜松", "諏訪", "福井", "北九州", "燕", "東大阪", "鶴岡", "多治見", "尾道", "富山"),
    "en": ("Kobe", "Ghent", "Turin", "Aalborg", "Nagano", "Dresden"),
    "de": ("Dresden", "Aachen", "Jena", "Ulm", "Kiel"),
    "fr": ("Lyon", "Nantes", "Lille", "Toulouse", "Metz"),
    "it": ("Torino", "Modena", "Bari", "Udine", "Parma"),
}


def title_of(language: str, rng: Random) -> str:
    """What an entry is called."""
    return rng.choice(_TITLES[language]).format(n=rng.randint(2, 48), place=rng.choice(_PLACES[language]))


ABOUT: Mapping[str, str] = {
    "ja": "当協議会は、地域の企業、大学、研究機関および行政の連携により、新しい産業の創出と地域経済の発展を図ることを目的としています。会員企業の技術交流、"
    "販路の開拓、人材の育成を支援し、国内外のクラスターとの協力を進めています。",
    "en": "The cluster brings together companies, universities and public bodies of the region. It supports its members in "
    "research, in finding partners abroad, and in training skilled people for the industries of tomorrow.",
    "de": "Das Cluster vereint Unternehmen, Hochschulen und öffentliche Einrichtungen der Region. Es unterstützt seine "
    "Mitglieder bei der Forschung, bei der Suche nach Partnern und bei der Ausbildung von Fachkräften.",
    "fr": "Le pôle réunit les entreprises, les universités et les collectivités de la région. Il soutient ses membres dans "
    "la recherche, dans la recherche de partenaires et dans la formation de spécialistes.",
    "it": "Il distretto riunisce le imprese, le università e gli enti pubblici della regione. Sostiene i suoi soci nella "
    "ricerca, nella scelta di partner all'estero e nella formazione di personale specializzato.",
}
NEWS: Mapping[str, tuple[str, ...]] = {
    "ja": ("お知らせ", "新着情報", "トピックス", "最新情報", "ニュース"),
    "en": ("News", "What's New", "Latest news"),
    "de": ("Aktuelles", "Neuigkeiten"),
    "fr": ("Actualités",),
    "it": ("Notizie", "Novità"),
}
