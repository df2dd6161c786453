"""The words of the pages: complete in Japanese, and every sentence of a verdict is known."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from made import AOBA, POST

from crawler.answers import REASON_CODES, Decision, QuestionKind
from crawler.international import International
from crawler.letters import LetterState
from crawler.model import (
    Activity,
    English,
    Evidence,
    Flag,
    Notice,
    NoticeKind,
    Outcome,
    PageKind,
    PageReading,
    PartnerRegion,
    PartnerStance,
    PartnerTie,
    Precision,
    Reason,
    StatedNotice,
    VisitOutcome,
)
from crawler.model import Role as PageRole
from crawler.policy import Policy
from db.people import Role
from db.rescans import RescanState
from pipelines.comparing_days import NotTheseDays
from pipelines.judging import ceasing_sentences as ceasing
from pipelines.judging import phrases, sentences
from pipelines.judging.programmes import Ended, phases
from pipelines.two_days import Happened
from review.comparing import Change
from review.sentences import CLAUSES, PATTERNS, Sentences
from review.texts import FOLDER, LABELS, REASON_LABELS, chosen, texts

REVIEW = FOLDER.parent
NIGHT = datetime(2026, 11, 24, 18, tzinfo=UTC)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
CATALOGUE = FOLDER / "ja" / "LC_MESSAGES" / "messages.po"


def words_of_the_pages() -> set[str]:
    found = extract_from_dir(REVIEW, METHODS, keywords=KEYWORDS)
    return {message if isinstance(message, str) else str(message[0]) for _, _, message, _, _ in found}


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as lines:
        return read_po(lines, locale="ja")


def test_every_word_of_the_pages_is_translated_and_no_other() -> None:
    told = {m.id if isinstance(m.id, str) else str(m.id[0]) for m in catalogue() if m.id and m.string and not m.fuzzy}
    assert words_of_the_pages() - told == set(), "missing"
    assert told - words_of_the_pages() == set(), "unused"


def test_the_compiled_catalogue_is_that_of_its_source() -> None:
    out = io.BytesIO()
    write_mo(out, catalogue())
    assert CATALOGUE.with_suffix(".mo").read_bytes() == out.getvalue()


def test_a_translation_uses_the_same_parts_as_its_sentence() -> None:
    def parts(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    differing = [
        m.id for m in catalogue() if isinstance(m.id, str) and "%" not in m.id and parts(m.id) != parts(str(m.string))
    ]
    assert differing == []


@pytest.mark.parametrize(
    "kind",
    [
        Flag,
        Activity,
        English,
        Decision,
        QuestionKind,
        VisitOutcome,
        Role,
        RescanState,
        Outcome,
        LetterState,
        Change,
        International,
        PartnerTie,
        PartnerRegion,
        PartnerStance,
        Happened,
        NotTheseDays,
    ],
)
def test_every_word_that_pages_show_has_a_name(kind: type) -> None:
    assert set(LABELS[kind]) == set(kind)  # type: ignore[call-overload]


def test_every_reason_code_has_a_name() -> None:
    assert set(REASON_LABELS) == set(REASON_CODES)


# --- sentences ---


BROKEN = PageReading(url="http://a.example/x", role=PageRole.NEWS, kind=PageKind.HIJACKED, sure="カジノ")


def reasons() -> list[Reason]:
    """Every sentence that a verdict can have, in its variations."""
    base = Evidence(
        cluster_id="aoba", as_of=NIGHT, visits=3, latest=POST, english_latest=POST, english_page="https://a.example/en/",
        updated=POST, next_event=POST, failing_since=NIGHT - timedelta(days=40), failing_visits=1,
        lost_visits=2, lost_since=NIGHT, blocked_since=NIGHT - timedelta(days=14), moved_to="new.example",
        text_changed_at=NIGHT,
    )  # fmt: skip
    untitled = replace(POST, title="", precision=Precision.MONTH)
    bare = replace(base, latest=untitled, english_latest=untitled, next_event=untitled, updated=untitled)
    notice = Notice(
        kind=NoticeKind.ORG_ENDED, url="https://a.example/", quote="解散", on=date(2026, 4, 1), successor="New Co."
    )
    stated = [
        StatedNotice(notice=notice, visits=2, first_seen_at=NIGHT),
        StatedNotice(notice=replace(notice, on=None), visits=1, first_seen_at=NIGHT),
    ]
    policy = Policy()
    found = [
        sentences.no_website(),
        sentences.never_read(base),
        sentences.never_read(replace(base, visits=1)),
        sentences.never_read(replace(base, visits=0)),
        sentences.quiet(replace(base, latest=None), policy),
        sentences.no_english(base),
        sentences.no_english(replace(base, english_widget="GTranslate")),
        sentences.static_english(base),
        sentences.static_english(replace(base, english_latest=None)),
        sentences.moved(base),
        sentences.blocked(base, policy),
        sentences.blocked(replace(base, blocked_since=NIGHT), policy),
        ceasing.identity(-2),
        ceasing.text_changed(base, -3),
        ceasing.programme_ended(AOBA, 2),
        ceasing.programme_ended(replace(AOBA, programme=""), 2),
        ceasing.known_programme_ended(Ended(phase=phases()[1], on=date(2009, 3, 31)), 2),
        ceasing.project_name(AOBA, 1),
        ceasing.unread_news(base),
        ceasing.unread_news(replace(base, unread_news=("http://a.example/1",))),
        ceasing.unread_news(replace(base, unread_news=("http://a.example/1", "http://a.example/2"))),
        sentences.last_read(base),
        sentences.wrong_address(replace(base, better_address="http://a.example/en/", better_address_visits=3)),
        sentences.hacked(replace(base, written_by_others=(BROKEN,))),
        sentences.hacked(replace(base, written_by_others=(BROKEN, BROKEN))),
    ]
    for facts in (base, bare):
        found += [
            sentences.recent_post(facts, policy),
            sentences.coming_event(facts),
            sentences.recent_stamp(facts),
            sentences.quiet(facts, policy),
            sentences.active_english(facts),
            ceasing.silence(facts, 1200, 2),
            ceasing.long_silence(facts, 2200, 4),
            ceasing.recent_item(facts, -6),
            ceasing.stamp_against(facts),
            ceasing.coming_event_against(facts, -4),
        ]
    for one in stated:
        found += [sentences.succession(one), ceasing.stated_end(one, 6, confirmed=True), ceasing.announced(one)]
        found += [ceasing.stated_site_end(one, 3), ceasing.mention(one), ceasing.outlived(one, POST)]
    for failure in (*phrases._FAILURES, Outcome.TCP_TIMEOUT):
        facts = replace(base, failure=failure)
        found += [sentences.failing(facts, policy), ceasing.gone(facts, 40, failure, 4)]
        found += [ceasing.unreachable(facts, 30, failure, 2)]
    for kind in (*phrases._LOSSES, PageKind.MAINTENANCE):
        facts = replace(base, lost_kind=kind)
        found += [sentences.lost(facts, policy), ceasing.other_owner(facts, 5), ceasing.gone(facts, 40, None, 4)]
    found.append(ceasing.parked_names(replace(base, parked_names="ns1.sedoparking.com", parked_names_visits=3), 3))
    return found


def test_every_sentence_of_a_verdict_is_said_in_japanese() -> None:
    told = Sentences(texts("ja"))
    known = [r for r in reasons() if told.reason(r) == r.text]
    assert [r.text for r in known] == []
    unknown = [
        r.overturned_by for r in reasons() if r.overturned_by and told.reason(r.overturned_by) == r.overturned_by
    ]
    assert unknown == []


def test_no_clause_stays_english_within_a_japanese_sentence() -> None:
    told = Sentences(texts("ja"))
    said = [told.reason(r) for r in reasons()]
    assert [s for s in said if any(clause in s for clause in CLAUSES)] == []
    assert [s for s in said if "visit" in s] == []


def test_no_pattern_is_left_that_no_sentence_has() -> None:
    from review.sentences import matchers

    said = [t for r in reasons() for t in (r.text, r.overturned_by) if t]
    used = {next((p for m, p in matchers(PATTERNS) if m.match(text)), "") for text in said}
    announced = {p for p in PATTERNS if p not in used}
    assert announced == set()


def test_a_sentence_keeps_its_days_numbers_and_words() -> None:
    told = Sentences(texts("ja"))
    silent = Reason(code="x", text="The newest dated item is of 2020-11-06, 6.1 years ago: “竹 {day} %s”.")
    assert told.reason(silent) == "日付のある最新の項目は2020-11-06のもので、6.1年前です：「竹 {day} %s」"


def test_a_sentence_that_nobody_knows_is_shown_as_it_is() -> None:
    assert Sentences(texts("ja")).reason("Something new.") == "Something new."
    assert Sentences(texts("ja")).ground("mood:bad") == "mood:bad"


# --- which language ---


@pytest.mark.parametrize(
    ("preferred", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "ja", "ja"),
        ("", "ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("", "de,en;q=0.5,ja;q=0.9", "ja"),
        ("", "ja;q=0,de", "en"),
        ("", "fr;q=x", "en"),
        ("en", "ja", "en"),
        ("ja", "en", "ja"),
        ("xx", "ja", "ja"),
    ],
)
def test_the_language_of_a_page(preferred: str, accepted: str, language: str) -> None:
    assert chosen(preferred, accepted) == language


def test_days_are_written_as_readers_write_them() -> None:
    on = date(2026, 11, 4)
    assert (texts("en").day(on), texts("ja").day(on)) == ("4 Nov 2026", "2026/11/04")
    assert (texts("en").day(on, Precision.MONTH), texts("ja").day(on, Precision.MONTH)) == ("Nov 2026", "2026年11月")
    assert texts("en").when(NIGHT) == "24 Nov 2026, 18:00 UTC"
    assert texts("en").when(NIGHT, ZoneInfo("Europe/Brussels")) == "24 Nov 2026, 19:00 CET"
    assert texts("ja").when(NIGHT, ZoneInfo("Asia/Tokyo")) == "2026/11/25 03:00 JST"
    assert texts("en").day(None) == "–"


def test_a_single_home_language_is_called_japanese_only_in_japan() -> None:
    assert texts("en").label(Flag.JAPANESE_ONLY) == "Japanese only"
    assert texts("en").label(Flag.JAPANESE_ONLY, "de") == "home language only"


def test_templates_have_no_words_outside_the_catalogue() -> None:
    import re

    loose = []
    for path in sorted((REVIEW / "templates").glob("*.html")):
        text = re.sub(
            r"\{%-?\s*trans.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
            "",
            path.read_text("utf-8"),
            flags=re.DOTALL,
        )
        text = re.sub(r"<kbd>\w</kbd>|<[^>]*>", " ", text)
        loose += [
            (path.name, w) for w in re.findall(r"[A-Za-z]{3,}", text) if w not in {"Clusterwatch", "TLS", "DNS", "SHA"}
        ]
    assert loose == []
    assert Path(REVIEW).is_dir()
