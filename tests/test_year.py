"""The simulated year in a short form, and that it notices each kind of broken promise."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest
from made import stored, verdict

from benchmarks.year import checks
from benchmarks.year.__main__ import FIRST_DAY, SHORT, SHORT_FIRST_DAY, WHOLE
from benchmarks.year.expected import Look, is_away, news, questions
from benchmarks.year.messages import (
    DIGEST,
    FAILED,
    NOT_RUN,
    RUNS_AGAIN,
    VOID,
    WEEKLY,
    Post,
    Told,
    differences,
    expected,
    read,
)
from benchmarks.year.network import Asked
from benchmarks.year.people import Correction
from benchmarks.year.scheduler import steps
from benchmarks.year.script import Hazard, Script, drawn
from benchmarks.year.settings import SHORT_POLICY, toml
from benchmarks.year.websites import Condition
from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import config_from
from crawler.news import Section, Topic
from crawler.policy import Policy
from db.desk import Desk
from pipelines.answering import Given, answer_of

DAY = date(2026, 5, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SHORTER = config_from({"policy": SHORT_POLICY}).policy


@pytest.mark.timeout(1800)  # it takes three minutes of processor time
def test_a_short_year_keeps_every_promise(tmp_path: Path) -> None:
    figures_file = tmp_path / "year.json"
    command = [sys.executable, "-m", "benchmarks.year", "--nights", str(SHORT), "--json", str(figures_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(figures_file.read_text())
    broken = ("lost_nights", "lost_visits", "doubled_visits", "lost_reviews", "wrong_questions", "messages_wrong")
    assert {name: figures[name] for name in broken} == dict.fromkeys(broken, 0)
    assert figures["nights"] == SHORT
    assert figures["messages_sent"] == figures["messages_expected"] > 20
    assert figures["reviews"] > 8
    happened = figures["happened"]
    assert all(happened[str(hazard)] for hazard in Hazard)
    assert happened["answer"] == 3
    assert happened["timetable_changed"] == 2
    assert happened["crawl_killed"] >= 1


def test_a_year_too_short_for_its_events_is_refused() -> None:
    command = [sys.executable, "-m", "benchmarks.year", "--nights", str(SHORT - 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"needs {SHORT} nights" in done.stderr


# --- the script ---


def year(nights: int, seed: int = 1) -> Script:
    first, policy = (FIRST_DAY, Policy()) if nights == WHOLE else (SHORT_FIRST_DAY, SHORTER)
    return drawn(seed, first, nights, policy)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("nights", "changes"), [(SHORT, 1), (WHOLE, 2)])
def test_every_script_has_every_hazard_and_the_changes_of_clocks(nights: int, changes: int, seed: int) -> None:
    script = year(nights, seed)
    assert set(script.hazards.values()) == set(Hazard)
    assert set(script.hazards) < set(range(nights))
    assert not script.brussels & set(script.hazards)
    in_zone = [n in script.brussels for n in range(nights)]
    assert sum(a != b for a, b in pairwise(in_zone)) == 2 * changes
    outages = [n for n, hazard in script.hazards.items() if hazard is Hazard.OUTAGE]
    assert any({n, n + 1, n + 2} <= set(outages) for n in outages), "three nights in a row"
    assert {e.condition for e in script.episodes} >= set(Condition) - {
        Condition.FINE, Condition.SILENT, Condition.NONE,
    }  # fmt: skip


def test_the_same_seed_draws_the_same_year() -> None:
    assert year(WHOLE) == year(WHOLE)
    assert year(WHOLE).hazards != year(WHOLE, seed=2).hazards


@pytest.mark.parametrize("nights", [SHORT, WHOLE])
def test_every_night_from_noon_to_noon_has_one_crawl_whatever_the_clocks_do(nights: int) -> None:
    script = year(nights)
    for night in range(nights):
        assert script.noon(night) < script.crawl_at(night) < script.digest_at(night) < script.noon(night + 1)


def test_the_clock_goes_in_steps_or_at_once() -> None:
    later = NOON + timedelta(minutes=25)
    minutes = [m - NOON for m in steps(NOON, ["until", later.isoformat()])]
    assert minutes == [timedelta(minutes=m) for m in (10, 20, 25)]
    assert list(steps(NOON, ["jump", later.isoformat()])) == [later]
    assert list(steps(NOON, ["until", NOON.isoformat()])) == []


def test_the_configuration_is_written_as_it_is_read() -> None:
    assert toml({"a": {"b": "ü", "c": ["x"], "d": False}}) == '[a]\nb = "\\u00fc"\nc = ["x"]\nd = false\n'


# --- what the rules make of a website ---


def looks(*spells: tuple[Condition, int]) -> list[Look]:
    """A visit a day: in each condition for so many days."""
    found = [condition for condition, days in spells for _ in range(days)]
    return [Look(DAY + timedelta(days=n), condition) for n, condition in enumerate(found)]


FINE = (Condition.FINE, 3)


@pytest.mark.parametrize(
    ("spells", "kinds", "away"),
    [
        ([FINE], "", False),
        ([FINE, (Condition.NO_NAME, 21)], "", False),
        ([FINE, (Condition.NO_NAME, 22)], "", False),  # over three weeks exactly
        ([FINE, (Condition.NO_NAME, 23)], "", True),
        ([FINE, (Condition.NO_NAME, 31)], "", True),
        ([FINE, (Condition.NO_NAME, 32)], "ceased", True),
        ([FINE, (Condition.NO_NAME, 32), (Condition.FINE, 1)], "ceased", True),
        ([FINE, (Condition.NO_NAME, 32), (Condition.FINE, 2)], "", False),
        ([FINE, (Condition.NO_NAME, 20), (Condition.REFUSED, 25)], "", True),
        ([FINE, (Condition.NO_NAME, 20), (Condition.REFUSED, 26)], "ceased", True),
        ([FINE, (Condition.REFUSED, 45)], "", True),
        ([FINE, (Condition.DEFAULT_PAGE, 46)], "ceased", True),
        ([FINE, (Condition.BROKEN, 30)], "", False),
        ([FINE, (Condition.BROKEN, 31)], "", True),
        ([FINE, (Condition.BROKEN, 90)], "", True),
        ([FINE, (Condition.BROKEN, 91)], "ceased", True),
        ([FINE, (Condition.FOR_SALE, 2)], "", False),
        ([FINE, (Condition.HIJACKED, 3)], "ceased", True),
        ([FINE, (Condition.MOVED, 1)], "moved", False),
        ([FINE, (Condition.MOVED, 1), FINE], "", False),
        ([FINE, (Condition.FORBIDDEN, 14)], "", False),
        ([FINE, (Condition.CHALLENGED, 15)], "blocked", False),
        ([FINE, (Condition.FORBIDDEN, 15), (Condition.FINE, 1)], "", False),
        ([FINE, (Condition.NO_NAME, 32), (Condition.FORBIDDEN, 20)], "ceased", True),
        ([FINE, (Condition.ENDED, 1)], "", False),
        ([FINE, (Condition.ENDED, 2)], "ceased", False),
        ([(Condition.SILENT, 1)], "ceased", False),
    ],
)
def test_what_the_written_rules_ask(spells: list[tuple[Condition, int]], kinds: str, away: bool) -> None:
    seen = looks(*spells)
    found = questions(seen, Policy(), seen[-1].on)
    assert (" ".join(found), is_away(seen, Policy())) == (kinds, away)


CEASED, MOVED, BLOCKED, AWAY = ((("a", topic),) for topic in (Topic.CEASED, Topic.MOVED, Topic.BLOCKED, Topic.AWAY))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((), (), ()),
        (CEASED, CEASED, ()),
        ((), CEASED + AWAY, (Section.CEASED,)),
        ((), AWAY, ()),
        (CEASED + AWAY, (), (Section.WITHDRAWN,)),
        (AWAY, (), (Section.RECOVERED,)),
        ((), MOVED, (Section.MOVED,)),
        (MOVED, (), ()),
        ((), BLOCKED, (Section.BLOCKED,)),
        (BLOCKED, (), (Section.RECOVERED,)),
        (BLOCKED, CEASED, (Section.CEASED,)),
    ],
)
def test_what_the_written_rules_tell(
    before: tuple[tuple[str, Topic], ...], now: tuple[tuple[str, Topic], ...], told: tuple[Section, ...]
) -> None:
    assert news(frozenset(before), frozenset(now), set()) == {(section, "a") for section in told}
    silent = {Section.WITHDRAWN, Section.RECOVERED} & set(told)
    decided = news(frozenset(before), frozenset(now), {"a"})
    assert decided == {(section, "a") for section in told if section not in silent}, "what a person did is not told"


# --- broken promises ---


@pytest.mark.parametrize(
    ("found", "due", "lost", "doubled"),
    [
        ({"a": 1, "b": 1}, {"a", "b"}, 0, 0),
        ({"a": 1}, {"a", "b"}, 1, 0),
        ({"a": 2, "b": 1}, {"a", "b"}, 0, 1),
        ({"a": 1}, set(), 0, 1),  # on a night on which nothing can have been seen
    ],
)
def test_a_lost_and_a_doubled_visit_are_noticed(found: dict[str, int], due: set[str], lost: int, doubled: int) -> None:
    assert tuple(map(len, checks.visits(3, found, due))) == (lost, doubled)


@pytest.mark.parametrize(
    ("asked", "again", "lost", "doubled"),
    [
        ("aa bb", 0, 0, 0),
        ("aa", 0, 1, 0),
        ("aa aa bb", 0, 0, 1),
        ("aa aa bb", 1, 0, 0),  # it was under way when a process was killed
        ("aa aa bb bb", 1, 0, 1),  # only one can have been
        ("aa aa aa bb", 2, 0, 1),
    ],
)
def test_the_log_of_the_network_tells_of_lost_and_doubled_visits(
    asked: str, again: int, lost: int, doubled: int
) -> None:
    log = [Asked(3, n, host, path) for n, host in enumerate(asked.split()) for path in ("/robots.txt", "/")]
    homes = checks.asked_for([*log, Asked(4, 1, "aa", "/")], 3)
    found = checks.visits_in_log(3, homes, {"a": "aa", "b": "bb"}, {"a", "b"}, again)
    assert tuple(map(len, found)) == (lost, doubled)


def answered(path: Path) -> tuple[list[Answer], list[Correction]]:
    """What a person said about a cluster in this database."""
    with Desk.open(path, clock=lambda: NOON) as desk:
        desk.replace_verdicts([verdict()])
        given = Given(question=QuestionKind.CEASED, decision=Decision.ALIVE, note="電話で確認")
        said = [desk.answer(answer_of(given, verdict(), by="kato", at=NOON), seen=0)]
        entry = desk.entry("aoba")
        assert entry is not None
        desk.correct_cluster(replace(entry.cluster, notes="right"), seen=entry.record.digest, by="kato")
    return said, [Correction(NOON, "aoba", "right")]


def test_lost_changed_and_invented_reviews_are_noticed(tmp_path: Path) -> None:
    path = stored(tmp_path / "y.db")
    said, wrote = answered(path)
    assert checks.reviews(path, said, wrote) == []
    lost = checks.reviews(path, [*said, replace(said[0], answer_id=2)], wrote)
    assert [b.partition(":")[0] for b in lost] == [
        "answer lost or changed",
        "the audit has [(2,)] rows of 2 answers and 1 corrections",
    ]
    changed = checks.reviews(path, [replace(said[0], note="")], wrote)
    assert [b.partition(":")[0] for b in changed] == ["answer lost or changed", "answer that nobody gave"]
    invented = checks.reviews(path, said, [])
    assert invented[0].startswith("correction that nobody gave")
    assert checks.sound(path) == []


TOLD = frozenset({(Section.CEASED, "aoba"), (Section.BLOCKED, "cedar")})
NAMES = {"Aoba Cluster": "aoba", "杉クラスター": "cedar"}


def mail(key: str, headings: Sequence[str], to: str = "office@clusters.example", subject: str = "news") -> EmailMessage:
    made = EmailMessage()
    made["To"], made["Subject"], made["Message-ID"] = to, subject, f"<{key}@clusters.example>"
    made.set_content("\n".join([subject, "", *headings, "", "2 questions wait for an answer."]))
    return made


EN = [
    "Likely ceased: please look",
    "- Aoba Cluster",
    "  It said so.",
    "",
    "Cannot be read: please look by hand",
    "- 杉クラスター",
]


def test_a_message_is_read_as_its_reader_reads_it() -> None:
    assert read(mail("a", EN), NAMES) == Told("office@clusters.example", DIGEST, TOLD)
    weekly = mail("b", ["Flag", "- active: 3 (+1)"], subject="The week in Clusterwatch")
    assert read(weekly, NAMES) == Told("office@clusters.example", WEEKLY)
    stranger = mail("c", [EN[0], "- Nobody"])
    assert read(stranger, NAMES).items == {(Section.CEASED, "Nobody")}
    alarm = mail("d", ["- not news"], subject="夜間の巡回が行われませんでした", to="tokyo@clusters.example")
    assert read(alarm, NAMES) == Told("tokyo@clusters.example", NOT_RUN)
    failed = mail("f", [], subject="夜間の巡回に失敗しました", to="tokyo@clusters.example")
    assert read(failed, NAMES) == Told("tokyo@clusters.example", FAILED)
    unknown = mail("g", ["something"], subject="Something that no part of the year can bring")
    assert read(unknown, NAMES).kind == "Something that no part of the year can bring", "and no digest without news"
    again = mail("e", ["The nightly crawl", "- The nightly crawl runs again."])
    assert read(again, NAMES).items == {RUNS_AGAIN}


def test_missing_unexpected_and_changed_messages_are_noticed() -> None:
    wanted = expected(TOLD, weekly=False)
    assert len(wanted) == 2, "one for each recipient"
    assert differences(3, wanted, wanted) == []
    assert len(differences(3, wanted, wanted[:1])) == 1
    assert len(differences(3, wanted, [*wanted, wanted[0]])) == 1
    assert len(differences(3, wanted, [wanted[0], replace(wanted[1], items=frozenset())])) == 2
    assert expected(frozenset(), weekly=False) == []
    assert len(expected(frozenset(), weekly=True)) == 2
    assert {told.kind for told in expected(TOLD, weekly=False, alarm=VOID)} == {DIGEST, VOID}


def test_a_message_that_came_twice_counts_once_and_is_told() -> None:
    mails = [mail("a", EN), mail("b", EN), mail("a", EN)]
    post = Post(mails)
    assert Counter(str(m["Message-ID"]) for m in post.new()) == {"<a@clusters.example>": 1, "<b@clusters.example>": 1}
    mails.append(mail("c", EN))
    assert len(post.new()) == 1
    assert (post.messages, post.sent_again) == (3, 1)
