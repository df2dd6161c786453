"""What a page says about partners abroad: who, what, when, as a fact or a wish; and what only looks like one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from visits import visited

from benchmarks.partners import __main__ as bench
from benchmarks.partners.measuring import Told, labelled, own, score, told
from crawler import model
from crawler.european_union import JOINED_ON, is_member
from crawler.model import Partner, PartnerRegion, PartnerStance, PartnerTie, Precision
from crawler.reading import dates, partners
from crawler.reading.page import parse
from crawler.reading.partner_places import NAMES, places_in, region_of, words_of_places
from db import rows

TODAY = date(2026, 11, 26)
DAY, MONTH, YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR


def read(html: str, *, home: str = "JP", today: date = TODAY) -> tuple[Partner, ...]:
    page = parse(html.encode(), "http://a.example.jp/", "text/html; charset=utf-8")
    return partners.read(page, today=today, home=home, items=dates.read(page, today=today))


def said(text: str, **more: str) -> list[tuple[str, str, str]]:
    """Region or country, tie and stance of each partner that a paragraph names."""
    return [(p.country or p.region, p.tie, p.stance) for p in read(f"<p>{text}</p>", **more)]  # type: ignore[arg-type]


# --- the statements of our own ---

OWN = told(own())


def test_there_are_enough_statements_and_traps() -> None:
    figures = score(OWN)
    assert (figures.expected, figures.traps) == (105, 90)


@pytest.mark.parametrize("result", OWN, ids=lambda r: r.statement.text[:30])
def test_a_page_with_one_statement_gets_its_class(result: Told) -> None:
    assert result.kind is result.statement.expected


@pytest.mark.parametrize("result", [r for r in OWN if r.statement.country], ids=lambda r: r.statement.text[:30])
def test_the_country_and_day_of_a_statement_are_read(result: Told) -> None:
    known = [p for p in result.found if p.country == result.statement.country]
    assert known, result.found
    form = {DAY: "%Y-%m-%d", MONTH: "%Y-%m", YEAR: "%Y"}
    for partner in known:  # of "En mai 2025" the year is read
        on = partner.on.strftime(form[partner.precision]) if partner.on and partner.precision else ""
        assert on in {result.statement.on, result.statement.on[:4] if result.statement.language == "fr" else ""}
    assert all(result.statement.text.startswith(p.quote[:20]) for p in known)


# --- who ---


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("タイへのミッション", ["TH"]),
        ("タイヤ部品", []),
        ("インドネシアの", ["ID"]),
        ("インドの企業", ["IN"]),
        ("インドア", []),
        ("中国・江蘇省", ["CN"]),
        ("中国地方の", []),
        ("中国経済産業局", []),
        ("中国・四国", []),
        ("ドイツ、フランスの団体", ["DE", "FR"]),
        ("ドイツ語", []),
        ("ドイツ製", []),
        ("ドイツでは", []),
        ("日独共同研究", ["DE"]),
        ("German cluster", ["DE"]),
        ("Germany and Poland", ["DE", "PL"]),
        ("German-made", []),
        ("Germanium", []),
        ("UKRAINE", []),
        ("the UK.", ["GB"]),
        ("Tschechien, Zwitserland", ["CZ", "CH"]),
        ("日本とJapan", []),
    ],
)
def test_which_countries_a_text_names(text: str, countries: list[str]) -> None:
    assert [p.country for p in places_in(text, "JP")] == countries


def test_the_quick_look_misses_no_name() -> None:
    names = [n for n, where in NAMES.items() if where != "JP"]
    missed = [n for n in names for text in (n, f"「{n}」", f"と{n}の") if not words_of_places(text, "JP")]
    assert (len(names) > 700, missed) == (True, [])


def test_ones_own_country_is_not_abroad() -> None:
    text = "Wir haben eine Kooperationsvereinbarung mit Partnern in Japan."
    assert said(text, home="DE") == [("JP", "agreement", "done")]
    assert said(text, home="JP") == []
    assert said("ドイツの大学との覚書を締結しました。", home="DE") == []


def test_a_country_says_more_than_the_part_of_the_world() -> None:
    assert said("ドイツなど欧州のクラスターと覚書を締結しました。") == [("DE", "agreement", "done")]
    assert said("欧州のクラスターと覚書を締結しました。") == [("eu", "agreement", "done")]


@pytest.mark.parametrize(
    ("text", "organisation"),
    [
        ("フランスの「ボーヌ・バレー」と協定を締結しました。", "ボーヌ・バレー"),
        ("フラウンホーファーとの共同研究を開始しました。", "フラウンホーファー"),
        ("スペインのビルバオ大学と覚書を締結しました。", "ビルバオ大学"),
        (
            "We signed a memorandum of understanding with the Riga Technical University in Latvia.",
            "Riga Technical University",
        ),
        ("ドイツと協定を締結しました。", ""),
    ],
)
def test_the_organisation_is_named_as_written(text: str, organisation: str) -> None:
    (partner,) = read(f"<p>{text}</p>")
    assert partner.organisation == organisation


# --- what, and whether ---


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        ("フランスの団体と覚書を締結しました。", PartnerTie.AGREEMENT),
        ("フランスの団体に加盟しました。", PartnerTie.MEMBERSHIP),
        ("フランスに事務所を開設しました。", PartnerTie.OFFICE),
        ("フランスへミッション団を派遣しました。", PartnerTie.MISSION),
        ("フランスの大学と共同研究を行いました。", PartnerTie.PROJECT),
        ("フランスの団体が来訪しました。", PartnerTie.VISIT),
        ("フランスの展示会に出展しました。", PartnerTie.EVENT),
        ("フランスの団体と交流しています。", PartnerTie.EXCHANGE),
    ],
)
def test_what_is_done_together(text: str, tie: PartnerTie) -> None:
    assert said(text) == [("FR", tie, "done")]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("ドイツのクラスターとの連携を目指しています。", PartnerStance.AIM),
        ("ドイツのクラスターと連携しています。", PartnerStance.DONE),
        ("ドイツとの連携を目指し、覚書を締結しました。", PartnerStance.DONE),
        ("We would like to cooperate with German clusters.", PartnerStance.AIM),
        ("We cooperate with German clusters.", PartnerStance.DONE),
        ("Wir suchen Kooperation mit Finnland.", PartnerStance.AIM),
    ],
)
def test_a_wish_is_no_fact(text: str, stance: PartnerStance) -> None:
    (partner,) = read(f"<p>{text}</p>")
    assert partner.stance is stance


def test_what_lies_ahead_is_a_plan() -> None:
    (partner,) = read("<p>2027年3月3日にドイツの代表団が来訪します。</p>")
    assert (partner.on, partner.stance) == (date(2027, 3, 3), PartnerStance.AIM)


# --- when: its own day, its entry's, its news item's, its heading's ---


@pytest.mark.parametrize(
    ("html", "on", "precision"),
    [
        ("<ul><li>2024.05.21 ドイツの団体と覚書を締結</li></ul>", date(2024, 5, 21), DAY),
        ("<dl><dt>2024年5月21日</dt><dd>ドイツの団体と覚書を締結しました</dd></dl>", date(2024, 5, 21), DAY),
        ("<h2>2024年5月の活動</h2><p>ドイツの団体と覚書を締結しました。</p>", date(2024, 5, 1), MONTH),
        ("<p>2009年に設立。2024年にドイツの団体と覚書を締結しました。</p>", date(2024, 1, 1), YEAR),
        ("<p>Signed in 2024: a memorandum of understanding with Finland.</p>", date(2024, 1, 1), YEAR),
        ("<p>ドイツの団体と2024年度に覚書を締結しました。</p>", date(2024, 4, 1), YEAR),
        ("<p>ドイツの団体と覚書を締結しています。</p>", None, None),
    ],
)
def test_the_day_of_a_relation(html: str, on: date | None, precision: Precision | None) -> None:
    (partner,) = read(f"<main>{html}</main>")
    assert (partner.on, partner.precision) == (on, precision)


# --- what a sentence means without naming it ---


def test_the_same_state_is_the_one_just_named() -> None:
    found = read("<p>ドイツのNRW州との交流を続けています。同州経済省との間で2014年に連携強化の覚書を締結しました。</p>")
    assert [(p.country, p.tie, p.on) for p in found] == [
        ("DE", PartnerTie.EXCHANGE, None),
        ("DE", PartnerTie.AGREEMENT, date(2014, 1, 1)),
    ]


def test_what_stands_under_a_heading_speaks_of_its_country() -> None:
    found = read("<h2>ドイツとの交流</h2><p>2023年に覚書を締結しました。</p>")
    assert ("DE", PartnerTie.AGREEMENT) in [(p.country, p.tie) for p in found]


def test_what_stands_far_below_a_heading_does_not() -> None:
    far = "".join(f"<p>その{n}です。</p>" for n in range(8))
    found = read(f"<h2>ドイツとの交流</h2>{far}<p>2023年に市と覚書を締結しました。</p>")
    assert PartnerTie.AGREEMENT not in [p.tie for p in found]


# --- bounds ---


def test_menus_and_footers_are_not_read() -> None:
    assert read("<nav><p>ドイツの団体と覚書を締結</p></nav><main><p>お知らせ</p></main>") == ()


def test_invitations_without_anybody_named_are_kept_three_times() -> None:
    wish = "".join(f"<p>海外のクラスターとの連携を目指します（{n}）。</p>" for n in range(5))
    assert len(read(wish)) == 1
    other = "<p>海外との共同研究を目指します。</p><p>海外の展示会への出展を目指します。</p><p>海外に事務所を開設しました。</p>"
    assert len(read(wish + other)) <= 3


def test_a_list_without_end_is_cut() -> None:
    entries = "".join(
        f"<li>{1990 + n % 30}年{n % 12 + 1}月 {c}の団体と交流</li>" for n, c in enumerate(["ドイツ", "フランス"] * 200)
    )
    assert len(read(f"<ul>{entries}</ul>")) == 40


def test_the_quote_is_what_stands_on_the_page() -> None:
    text = "光学、" * 130 + "ドイツのクラスターと覚書を締結しました。"
    (partner,) = read(f"<p>{text}</p>")
    assert partner.quote in text
    assert len(partner.quote) == 300
    assert partner.quote.endswith("ドイツのクラスターと覚書を締結しました。")


def test_what_stands_far_apart_in_a_list_has_nothing_to_do_with_each_other() -> None:
    far = "、".join(f"品目{n}" for n in range(40))
    assert read(f"<p>ドイツの地図、{far}、市との覚書</p>") == ()
    assert len(read("<p>ドイツの地図、市との覚書</p>")) == 1  # so near that it cannot be told


# --- the Union by date ---


def _around() -> Iterator[tuple[str, date, bool]]:
    days = {"DE": (1958, 1, 1), "IE": (1973, 1, 1), "GR": (1981, 1, 1), "ES": (1986, 1, 1), "AT": (1995, 1, 1),
            "CZ": (2004, 5, 1), "RO": (2007, 1, 1), "HR": (2013, 7, 1)}  # fmt: skip
    for country, day in days.items():
        first = date(*day)
        yield country, first, True
        yield country, first.fromordinal(first.toordinal() - 1), False
    yield "GB", date(2020, 1, 31), True
    yield "GB", date(2020, 2, 1), False
    yield "CH", TODAY, False
    yield "JP", TODAY, False


@pytest.mark.parametrize(("country", "on", "member"), list(_around()))
def test_who_belongs_to_the_union_on_a_day(country: str, on: date, member: bool) -> None:
    assert is_member(country, on) is member


def test_the_union_has_as_many_members_as_it_had() -> None:
    counts = {date(2004, 4, 30): 15, date(2007, 1, 1): 27, date(2013, 7, 1): 28, TODAY: 27}
    assert {on: sum(is_member(c, on) for c in JOINED_ON) for on in counts} == counts


@pytest.mark.parametrize(
    ("country", "on", "region"),
    [
        ("GB", date(2020, 1, 31), PartnerRegion.EU),
        ("GB", date(2020, 2, 1), PartnerRegion.EUROPE),
        ("CH", TODAY, PartnerRegion.EUROPE),
        ("HR", date(2013, 6, 30), PartnerRegion.EUROPE),
        ("HR", date(2013, 7, 1), PartnerRegion.EU),
        ("US", TODAY, PartnerRegion.AMERICA),
        ("TW", TODAY, PartnerRegion.ASIA),
        ("AU", TODAY, PartnerRegion.OTHER),
    ],
)
def test_the_region_of_a_country_on_a_day(country: str, on: date, region: PartnerRegion) -> None:
    assert region_of(country, on) is region


# --- on the way through the program ---


def test_a_visit_keeps_what_its_pages_say() -> None:
    (page,) = visited(
        {"http://a.example.jp/": "<main><p>2024年5月にフランスの団体と覚書を締結しました。</p></main>"}
    ).pages
    assert [(p.country, p.tie, p.on) for p in page.partners] == [("FR", PartnerTie.AGREEMENT, date(2024, 5, 1))]


def test_a_reading_of_before_has_none() -> None:
    old = rows.pack({"url": "http://a.example/", "role": "home", "kind": "content"})
    assert rows.unpack(old, model.PageReading).partners == ()


# --- the measurement ---

FACTS = """text,lang,source_url,year,class,cluster,note
ドイツの団体と覚書を締結,ja,,2013,recent,A,
ドイツの団体との交流,ja,,2011,past,A,
市と大学の覚書を締結,ja,,2016,no-eu-signal (negative),A,
ドイツのクラスターとの連携を目指す,ja,,c.2020,recent,A,
"""


def test_labelled_statements_are_told_as_of_the_mapping_or_their_own_year(tmp_path: Path) -> None:
    file = tmp_path / "eu_relations.csv"
    file.write_text(FACTS, encoding="utf-8")
    results = told(labelled(file))
    assert [r.is_right for r in results] == [True, True, True, False]
    assert [r.statement.as_of.year for r in results] == [2016, 2016, 2016, 2020]
    figures = score(results)
    assert (figures.expected, figures.told, figures.right, figures.false_alarms) == (3, 3, 2, 0)
    assert figures.precision == pytest.approx(2 / 3)
    assert figures.f == pytest.approx(2 / 3)


def test_the_command_writes_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "eu_relations.csv").write_text(FACTS, encoding="utf-8")
    file = tmp_path / "figures.json"
    monkeypatch.setattr("sys.argv", ["partners", "--facts", str(tmp_path), "--json", str(file)])
    assert bench.main() == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert figures["partners.statements"] == 3
    assert {"partners.f", "partners.precision", "partners.recall", "partners.false_alarms"} <= set(figures)
    assert figures["partners.own.f"] >= 0.95
    assert figures["partners.own.false_alarms"] == 0
