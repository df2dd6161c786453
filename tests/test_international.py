"""The class of a cluster in the terms of the 2016 mapping, and a person's word beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from pathlib import Path

import pytest
from made import AOBA, FULL_VISIT, HOME, NIGHT, stored, visit
from pages import NOW, Clock, Visitor, ceased, made

from cli.main import main
from crawler.errors import StoreError
from crawler.international import Assessed, International
from crawler.model import (
    Fetch,
    Outcome,
    PageKind,
    PageReading,
    Partner,
    PartnerRegion,
    PartnerStance,
    PartnerTie,
    Precision,
    Role,
    RunKind,
    RunState,
    Visit,
    VisitOutcome,
)
from crawler.past import OldFetch, OldPage, OldVisit, Past
from crawler.policy import Policy
from db import assessments_schema
from db.assessments import AssessedMeanwhile
from db.desk import Desk
from pipelines.assessing import assessing_of
from pipelines.judging.international import assessing, assessment, class_of, grounds_of, partners
from pipelines.judging.remembering import after

TODAY = date(2026, 11, 26)
POLICY = Policy()
DONE, AIM, DECLINED = PartnerStance.DONE, PartnerStance.AIM, PartnerStance.DECLINED
EU, EUROPE, ASIA, ABROAD = PartnerRegion.EU, PartnerRegion.EUROPE, PartnerRegion.ASIA, PartnerRegion.ABROAD
RECENT, PAST, ELSEWHERE = International.RECENT_EU, International.PAST_EU, International.ELSEWHERE
OPEN, NOTHING, NO = International.OPEN, International.NO_INFORMATION, International.NOT_INTERESTED
FIRST_RECENT = TODAY - timedelta(days=POLICY.partner_days)


def partner(country: str = "DE", on: date | None = date(2025, 3, 1), **fields: object) -> Partner:
    base = Partner(
        region=EU, tie=PartnerTie.AGREEMENT, url=HOME, quote=f"{country}と覚書を締結", country=country, on=on,
        precision=Precision.DAY if on else None,
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def area(region: PartnerRegion, stance: PartnerStance = DONE, on: date | None = None) -> Partner:
    return partner("", on, region=region, stance=stance, quote=f"{region} {stance}")


# --- one statement ---


@pytest.mark.parametrize(
    ("told", "as_of", "kind"),
    [
        (partner(on=FIRST_RECENT), TODAY, RECENT),
        (partner(on=FIRST_RECENT - timedelta(days=1)), TODAY, PAST),
        (partner(on=TODAY), TODAY, RECENT),
        (partner(on=TODAY + timedelta(days=1)), TODAY, None),
        (partner(on=None), TODAY, PAST),
        # A month or a year lies in the window when any of its days does.
        (partner(on=date(2022, 11, 1), precision=Precision.MONTH), TODAY, RECENT),
        (partner(on=date(2022, 10, 1), precision=Precision.MONTH), TODAY, PAST),
        (partner(on=date(2022, 1, 1), precision=Precision.YEAR), TODAY, RECENT),
        (partner(on=date(2021, 1, 1), precision=Precision.YEAR), TODAY, PAST),
        # As of the 2016 mapping.
        (partner(on=date(2013, 6, 20)), date(2016, 12, 31), RECENT),
        (partner(on=date(2011, 10, 4)), date(2016, 12, 31), PAST),
        (partner(on=date(2019, 5, 1)), date(2016, 12, 31), None),
        # The United Kingdom left at the end of January 2020, Croatia came in July 2013, Switzerland never.
        (partner("GB", date(2019, 6, 1)), date(2020, 1, 31), RECENT),
        (partner("GB", date(2019, 6, 1)), date(2020, 2, 1), PAST),
        (partner("GB", date(2020, 2, 1)), TODAY, ELSEWHERE),
        (partner("GB", None), TODAY, ELSEWHERE),
        (partner("HR", date(2013, 5, 1)), date(2013, 6, 30), ELSEWHERE),
        (partner("HR", date(2013, 5, 1)), date(2013, 7, 1), RECENT),
        (partner("CH", date(2025, 1, 1), region=EUROPE), TODAY, ELSEWHERE),
        (partner("TW", date(2025, 1, 1), region=ASIA), TODAY, ELSEWHERE),
        # "Europe" without a country is taken for the Union.
        (area(EU, on=date(2025, 1, 1)), TODAY, RECENT),
        (area(EU), TODAY, PAST),
        (area(ABROAD), TODAY, OPEN),
        # Wishes.
        (partner(stance=AIM), TODAY, OPEN),
        (partner("TW", stance=AIM, region=ASIA), TODAY, ELSEWHERE),
        (partner("CH", stance=AIM, region=EUROPE), TODAY, ELSEWHERE),
        (area(ABROAD, AIM), TODAY, OPEN),
        (area(ABROAD, DECLINED), TODAY, NO),
    ],
)
def test_the_class_of_one_statement(told: Partner, as_of: date, kind: International | None) -> None:
    assert class_of(told, as_of=as_of, policy=POLICY) is kind


# --- several ---

OLD = partner("FR", date(2010, 1, 1))
TAIWAN = partner("TW", date(2025, 1, 1), region=ASIA)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ((), NOTHING),
        ((partner(), OLD, TAIWAN), RECENT),
        ((OLD, TAIWAN), PAST),
        ((TAIWAN, area(ABROAD, AIM)), ELSEWHERE),
        ((area(ABROAD, AIM),), OPEN),
        ((partner(stance=AIM), TAIWAN), ELSEWHERE),
        ((partner(stance=AIM),), OPEN),
        ((replace(TAIWAN, stance=AIM),), ELSEWHERE),
        ((replace(TAIWAN, stance=AIM), area(ABROAD, AIM)), OPEN),
        ((area(ABROAD, DECLINED),), NO),
        ((area(ABROAD, DECLINED), area(ABROAD, AIM)), NO),
        ((area(ABROAD, DECLINED), TAIWAN), ELSEWHERE),
        ((partner(on=TODAY + timedelta(days=1)),), NOTHING),
    ],
)
def test_the_class_of_a_cluster(found: tuple[Partner, ...], kind: International) -> None:
    assert assessment(found, as_of=TODAY, policy=POLICY).kind is kind


def test_what_decides_comes_first_and_the_newest_before() -> None:
    newer = partner("ES", date(2026, 1, 1))
    told = assessment((TAIWAN, OLD, partner(), newer), as_of=TODAY, policy=POLICY)
    assert told.evidence == (newer, partner(), OLD, TAIWAN)


def test_another_window_is_another_class() -> None:
    policy = replace(POLICY, partner_days=365)
    assert assessment((partner(on=date(2025, 11, 26)),), as_of=TODAY, policy=policy).kind is RECENT
    assert assessment((partner(on=date(2025, 11, 25)),), as_of=TODAY, policy=policy).kind is PAST


# --- from visits ---


def seen(days: int, *pages: OldPage, gone: str = "", outcome: VisitOutcome = VisitOutcome.READ) -> OldVisit:
    fetches = (OldFetch(url=gone, role=Role.NEWS, outcome=Outcome.HTTP_404),) if gone else ()
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=days)
    return OldVisit(started_at=at, outcome=outcome, fetches=fetches, pages=pages)


NEWS = HOME + "news"


def says(*found: Partner, url: str = NEWS) -> OldPage:
    return OldPage(url=url, kind=PageKind.CONTENT, partners=found)


@pytest.mark.parametrize(
    ("visits", "found"),
    [
        ((seen(0, says(OLD)),), (OLD,)),
        ((seen(0, says(OLD)), seen(1, says(TAIWAN))), (TAIWAN,)),
        ((seen(0, says(OLD)), seen(1, says())), ()),
        ((seen(0, says(OLD)), seen(1, says(url=HOME))), (OLD,)),
        ((seen(0, says(OLD)), seen(1, says(url=HOME), gone=HOME + "other")), (OLD,)),
        ((seen(0, says(OLD)), seen(1, gone=NEWS)), ()),
        ((seen(0, says(OLD)), seen(1, gone=NEWS), seen(2, says(OLD))), (OLD,)),
        ((seen(0, says(OLD)), seen(1, gone=NEWS, outcome=VisitOutcome.FAILED)), (OLD,)),
        ((seen(0, says(OLD)), seen(1, says(TAIWAN), outcome=VisitOutcome.LOST)), (OLD,)),
        ((seen(0, says(OLD), says(OLD, url=HOME)),), (OLD,)),
    ],
)
def test_the_newest_reading_of_each_page_counts(visits: tuple[OldVisit, ...], found: tuple[Partner, ...]) -> None:
    assert partners(reduce(after, visits, Past())) == found


# --- a person's word ---


def said(kind: International | None, told: tuple[Partner, ...], **fields: object) -> Assessed:
    grounds = grounds_of(assessment(told, as_of=TODAY, policy=POLICY))
    base = Assessed(cluster_id="aoba", kind=kind, by="kato", at=NOW, note="asked them", grounds=grounds)
    return replace(base, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "now", "kind", "contradicted"),
    [
        ((), (partner(),), RECENT, False),
        ((said(NO, (partner(),)),), (partner(),), NO, False),
        ((said(NO, ()),), (partner(),), RECENT, True),
        ((said(PAST, (OLD,)),), (OLD, partner()), RECENT, True),
        ((said(PAST, (OLD,)),), (OLD, TAIWAN), PAST, False),
        ((said(RECENT, (TAIWAN,)),), (TAIWAN, OLD), RECENT, False),
        ((said(RECENT, (partner(),)),), (), RECENT, False),
        ((said(OPEN, ()),), (area(ABROAD, AIM), replace(TAIWAN, stance=AIM)), OPEN, False),
        ((said(OPEN, ()),), (TAIWAN,), ELSEWHERE, True),
        ((said(NO, (partner(),)), said(None, (partner(),))), (partner(),), RECENT, False),
        ((said(NO, ()), said(PAST, (partner(),))), (partner(),), PAST, False),
    ],
)
def test_a_persons_word_holds_until_newer_facts_speak_against_it(
    words: tuple[Assessed, ...], now: tuple[Partner, ...], kind: International, contradicted: bool
) -> None:
    stands = assessing(words, assessment(now, as_of=TODAY, policy=POLICY), policy=POLICY)
    assert (stands.kind, bool(stands.contradicted_by)) == (kind, contradicted)


# --- the store ---


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(stored(tmp_path / "desk.db"), clock=Clock()) as opened:
        yield opened


def test_a_word_comes_back_as_it_was_said_with_its_audit(desk: Desk) -> None:
    first = desk.assess(said(NO, (partner(),)), seen=0)
    second = desk.assess(said(None, (), note=""), seen=first.assessed_id)
    assert desk.assessments(["aoba", "cedar"]) == {"aoba": [first, second]}
    assert [(e.what, e.about, e.by) for e in desk.audit()[:2]] == [
        ("partners:withdrawn", "aoba", "kato"),
        ("partners:not_interested", "aoba", "kato"),
    ]
    assert desk.audit()[1].details == {"assessment": first.assessed_id, "note": "asked them"}


def test_who_is_first_is_told_to_the_second(desk: Desk) -> None:
    first = desk.assess(said(NO, ()), seen=0)
    with pytest.raises(AssessedMeanwhile) as caught:
        desk.assess(said(OPEN, (), by="mori"), seen=0)
    assert caught.value.first == first
    assert desk.assessments(["aoba"]) == {"aoba": [first]}
    with pytest.raises(StoreError, match="no cluster"):
        desk.assess(said(NO, (), cluster_id="nobody"), seen=0)


@pytest.mark.parametrize("sql", ["UPDATE assessments SET by = 'x'", "DELETE FROM assessments"])
def test_what_was_said_is_never_changed(desk: Desk, sql: str) -> None:
    desk.assess(said(NO, ()), seen=0)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        desk._db.execute(sql)


@pytest.mark.parametrize("wrong", [said(NO, (), note=""), said(NO, (), by="")])
def test_the_table_refuses_what_makes_no_sense(desk: Desk, wrong: Assessed) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        desk.assess(wrong, seen=0)
    assert desk.assessments(["aoba"]) == {}
    assert [e for e in desk.audit() if e.what.startswith("partners:")] == []


def test_the_table_admits_every_class() -> None:
    assert set(assessments_schema.INTERNATIONAL) == {"", *International}


def test_a_day_knows_the_pages_that_were_read_by_its_end_and_no_later_ones(desk: Desk) -> None:
    for days, found in ((1, (partner(on=date(2024, 11, 1)),)), (3, ())):
        at = NIGHT + timedelta(days=days)
        run = desk.begin_run(RunKind.NIGHTLY, at, ["aoba"])
        page = replace(FULL_VISIT.pages[0], partners=found)
        desk.add_visit(run.run_id, replace(FULL_VISIT, started_at=at, pages=(page,)), ceased("aoba"))
    days = [(NIGHT + timedelta(days=d)).date() for d in (0, 1, 2, 3)]
    kinds = [assessing_of(desk, "aoba", as_of=day, policy=POLICY).kind for day in days]
    assert kinds == [OPEN, RECENT, RECENT, NOTHING]


# --- the pages ---

SINCE = NOW.date() - timedelta(days=100)


def with_partners(path: Path, *found: Partner, days: float = 1) -> Path:
    page = PageReading(url=HOME, role=Role.HOME, kind=PageKind.CONTENT, partners=found)
    fetch = Fetch(url=HOME, role=Role.HOME, at=NIGHT, outcome=Outcome.OK, status=200, final_url=HOME)
    looked: Visit = replace(visit("aoba", days), pages=(page,), fetches=(fetch,))
    with Desk.open(path) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=days), ["aoba"])
        desk.add_visit(run.run_id, looked, ceased("aoba"))
        desk.end_run(run.run_id, RunState.DONE)
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    found = partner(on=SINCE, organisation="<b>OptecNet</b>")
    return with_partners(made(tmp_path / "clusterwatch.db", ceased("cedar")), found)


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


FORM = {"kind": "not_interested", "note": "They told us.", "seen": "0"}
PATH = "/clusters/aoba/assessments"


def test_the_case_shows_the_class_with_its_words(kato: Visitor) -> None:
    page = kato.get("/clusters/aoba").text
    assert "recent relations with the EU" in page
    assert "agreement · Germany · &lt;b&gt;OptecNet&lt;/b&gt;" in page
    assert "<blockquote>DEと覚書を締結</blockquote>" in page
    assert "No words about partners abroad were read." in kato.get("/clusters/bare").text


def test_the_case_speaks_japanese(kato: Visitor) -> None:
    kato.post("/account/language", data={"language": "ja"})
    page = kato.get("/clusters/aoba").text
    assert "海外の連携先" in page
    assert "EUと最近の関係あり" in page
    assert "協定・覚書 · ドイツ" in page


def test_a_word_is_kept_shown_and_taken_back(kato: Visitor, database: Path) -> None:
    sent = kato.post(PATH, data=FORM)
    assert (sent.status_code, sent.headers["location"]) == (303, "/clusters/aoba#partners")
    page = kato.get("/clusters/aoba").text
    assert "<strong>not interested</strong>" in page
    assert "They told us." in page
    back = kato.post(f"{PATH}/withdraw", data={"seen": "1"})
    assert back.status_code == 303
    assert "<strong>not interested</strong> <span" in kato.get("/clusters/aoba").text.split("What was said so far")[1]
    assert kato.post(f"{PATH}/withdraw", data={"seen": "2"}).status_code == 303
    with Desk.open(database) as desk:
        assert [a.kind for a in desk.assessments(["aoba"])["aoba"]] == [NO, None]


def test_newer_facts_contradict_a_word_on_the_case(kato: Visitor, database: Path) -> None:
    kato.post(PATH, data=FORM)
    assert "contradicted since" not in kato.get("/clusters/aoba").text.split('id="partners"')[1]
    with_partners(database, partner(on=SINCE), partner("FR", SINCE), days=2)
    page = kato.get("/clusters/aoba").text.split('id="partners"')[1]
    assert "contradicted since" in page
    assert page.count("came after the answer") == 1


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (PATH, {**FORM, "note": " "}, 422),
        (PATH, {**FORM, "kind": "friendly"}, 422),
        (PATH, {"note": "x", "seen": "0"}, 422),
        (PATH, {**FORM, "note": "x" * 5000}, 422),
        (PATH, {**FORM, "seen": "7"}, 303),
        ("/clusters/nobody/assessments", FORM, 404),
    ],
)
def test_what_is_refused(kato: Visitor, database: Path, path: str, fields: dict[str, str], status: int) -> None:
    assert kato.post(path, data=fields).status_code == status
    if status != 303:
        with Desk.open(database) as desk:
            assert desk.assessments(["aoba"]) == {}


def test_the_second_of_two_is_told(kato: Visitor) -> None:
    assert kato.post(PATH, data=FORM).status_code == 303
    late = kato.post(PATH, data=FORM)
    assert late.status_code == 409
    assert "Somebody else has said the class" in late.text


def test_only_reviewers_say_it_and_only_from_our_pages(address: str, database: Path) -> None:
    with Visitor(address, "vera") as viewer:
        assert viewer.post(PATH, data=FORM).status_code == 403
        assert "Say which class it has" not in viewer.get("/clusters/aoba").text
    with Visitor(address, "kato") as kato:
        assert kato.get(PATH).status_code == 405
        assert kato.post(PATH, data=FORM, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with Desk.open(database) as desk:
        assert desk.assessments(["aoba"]) == {}


# --- the terminal ---

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], database: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("CLUSTERWATCH_DB", "CLUSTERWATCH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(database.parent)

    def command(*words: str) -> tuple[int, str, str]:
        code = main(["partners", *words, "--now", NOW.isoformat()])
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_the_listing_has_every_cluster(run: Run) -> None:
    code, out, _ = run("--format", "json")
    rows = {row["cluster_id"]: row for row in json.loads(out)["clusters"]}
    assert code == 0
    assert {name: row["class"] for name, row in rows.items()} == {
        AOBA.cluster_id: "recent_eu", "bare": "no_information", "cedar": "open",
    }  # fmt: skip
    assert rows["aoba"]["newest"] == SINCE.isoformat()
    assert rows["aoba"]["quote"] == "DEと覚書を締結"
    code, out, _ = run("--class", "recent_eu")
    assert (code, out.splitlines()[-1]) == (0, "1 cluster")
    assert run("--format", "csv")[1].splitlines()[0].startswith("cluster_id,name_en,class,program_says")


def test_a_past_day_counts_from_that_day(run: Run) -> None:
    _, out, _ = run("aoba", "--as-of", "2023-01-01", "--format", "json")
    assert json.loads(out)["class"] == "no_information"


def test_one_cluster_with_its_words_and_a_word_about_it(run: Run) -> None:
    code, out, _ = run("aoba", "--set", "open", "--note", "a colleague knows", "--by", "mori")
    assert (code, out) == (0, "Kept: aoba, open.\n")
    told = json.loads(run("aoba", "--format", "json")[1])
    assert (told["class"], told["program_says"], told["contradicted"]) == ("open", "recent_eu", False)
    assert told["person_says"]["by"] == "mori"
    assert [p["country"] for p in told["partners"]] == ["DE"]
    assert "mori said open" in run("aoba")[1]
    code, out, _ = run("aoba", "--withdraw")
    assert (code, out) == (0, "Kept: aoba, withdrawn; the program says recent_eu.\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody",), "not in the registry"),
        (("aoba", "--set", "open"), "--note"),
        (("--set", "open", "--note", "x"), "need one ID"),
        (("aoba", "--set", "open", "--withdraw", "--note", "x"), "one of them"),
        (("aoba", "--withdraw"), "nobody has said"),
        (("aoba", "--as-of", "soon"), "--as-of"),
    ],
)
def test_wrong_usage_says_what_is_wrong(run: Run, words: tuple[str, ...], says: str) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert says in err
