"""What happened to a cluster between two days: each kind on both sides of its line, and sums that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import AOBA, verdict

from crawler.answers import Answer, Decision, QuestionKind, Standing
from crawler.international import Assessing, Assessment, International
from crawler.model import Cluster, English, Flag, Partner, PartnerRegion, PartnerTie, Reason, Review, Verdict
from db.history import Record
from pipelines.judging.programmes import Ended, phases
from pipelines.mapping import Mapped, end_of
from pipelines.two_days import FATES, Comparison, Happened, comparison, grounds
from pipelines.two_days_rows import document, rows, values

FIRST, LAST = date(2025, 1, 10), date(2025, 3, 10)
SEEN = datetime(2025, 2, 1, 18, tzinfo=UTC)


def word(**fields: object) -> Verdict:
    plain = replace(verdict("aoba"), moved_to="", reasons=(), languages=("ja",))
    return replace(plain, **fields)  # type: ignore[arg-type]  # whatever a verdict has


def review(flag: Flag) -> Review:
    return Review(cluster_id="aoba", flag=flag, by="kato", at=SEEN, reason="by telephone")


def assessing(kind: International, *evidence: Partner) -> Assessing:
    return Assessing(told=Assessment(kind=kind, as_of=FIRST, evidence=evidence))


def row(cluster: Cluster = AOBA, *, retired: bool = False, merged_into: str = "", **fields: object) -> Mapped:
    """One cluster on one day; the fields are those of `Mapped`."""
    plain = Mapped(
        record=Record(cluster=cluster, retired=retired, merged_into=merged_into), verdict=word(), review=None,
        international=assessing(International.NO_INFORMATION), programme_ended=None, visited_at=SEEN,
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]


def compared(then: Mapped | None, now: Mapped | None) -> Comparison:
    return comparison([then] if then else [], [now] if now else [], days=(FIRST, LAST))


def happened(then: Mapped | None, now: Mapped | None) -> list[str]:
    (pair,) = compared(then, now).pairs
    return [str(what) for what in pair.happened]


def flagged(flag: Flag, said: Flag | None = None) -> Mapped:
    return row(verdict=word(flag=flag), review=review(said) if said else None)


# --- fates ---


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (None, row(), ["new"]),
        (row(retired=True), row(), ["new"]),
        (row(), row(retired=True), ["gone"]),
        (row(), None, ["gone"]),
        (None, flagged(Flag.LIKELY_CEASED), ["new"]),
        (flagged(Flag.LIKELY_CEASED), row(retired=True), ["gone"]),
        (row(), row(), []),
    ],
)
def test_a_cluster_that_is_there_on_one_day_only_is_new_or_gone_and_nothing_else(
    then: Mapped | None, now: Mapped | None, expected: list[str]
) -> None:
    assert happened(then, now) == expected


def test_a_cluster_retired_on_both_days_is_no_part_of_it() -> None:
    assert compared(row(retired=True), row(retired=True)).pairs == ()
    assert compared(None, row(retired=True)).pairs == ()


def test_one_that_is_gone_says_where_it_went_and_one_that_is_back_that_it_was_there() -> None:
    (gone,) = compared(row(), row(retired=True, merged_into="birch")).pairs
    assert values(gone, Happened.GONE) == ("japanese_only", "merged into birch")
    (retired,) = compared(row(), row(retired=True)).pairs
    assert values(retired, Happened.GONE) == ("japanese_only", "retired")
    assert [compared(then, row()).pairs[0].back for then in (None, row(retired=True))] == [False, True]


ALIVE = (Flag.ACTIVE, Flag.STATIC, Flag.JAPANESE_ONLY)


def expected_fate(before: Flag, after: Flag) -> list[str]:
    """As the page on comparing has it."""
    if before == after:
        return []
    if after == Flag.LIKELY_CEASED:
        return ["ceased"]
    return ["revived"] if before == Flag.LIKELY_CEASED and after in ALIVE else ["flag"]


@pytest.mark.parametrize("before", Flag)
@pytest.mark.parametrize("after", Flag)
def test_every_change_of_flag_has_one_fate(before: Flag, after: Flag) -> None:
    assert happened(flagged(before), flagged(after)) == expected_fate(before, after)


def test_some_changes_of_flag_written_out() -> None:
    assert happened(flagged(Flag.STATIC), flagged(Flag.LIKELY_CEASED)) == ["ceased"]
    assert happened(flagged(Flag.UNDETERMINED), flagged(Flag.LIKELY_CEASED)) == ["ceased"]
    assert happened(flagged(Flag.LIKELY_CEASED), flagged(Flag.STATIC)) == ["revived"]
    assert happened(flagged(Flag.LIKELY_CEASED), flagged(Flag.UNDETERMINED)) == ["flag"]
    assert happened(row(verdict=None), flagged(Flag.ACTIVE)) == ["flag"]
    assert happened(row(verdict=None), flagged(Flag.UNDETERMINED)) == []


def test_a_persons_word_goes_before_the_programs() -> None:
    said = flagged(Flag.ACTIVE, said=Flag.LIKELY_CEASED)
    assert happened(flagged(Flag.ACTIVE), said) == ["ceased"]
    assert happened(said, flagged(Flag.ACTIVE)) == ["revived"]
    assert happened(said, flagged(Flag.LIKELY_CEASED)) == []


# --- addresses ---


def at(website: str, *, stands: Standing = Standing(), verdict: Verdict | None = None) -> Mapped:  # noqa: B008
    return row(replace(AOBA, website=website), stands=stands, verdict=verdict or word())


def answered(decision: Decision, address: str = "", answer_id: int = 1) -> Standing:
    given = Answer(
        cluster_id="aoba", question=QuestionKind.MOVED, decision=decision, by="kato", at=SEEN, verdict_at=SEEN,
        address=address, answer_id=answer_id, note="a card",
    )  # fmt: skip
    return Standing(closed={QuestionKind.MOVED: given})


def redirected(url: str = "https://new.example/") -> Verdict:
    return word(moved_to=url, reasons=(Reason(code="moved", text="It may have moved.", url=url),))


OLD = "https://aoba.example.co.jp/"
SUCCESSOR = Reason(code="succession", text="It names a successor.", url=OLD, raw="移転しました")


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (at(OLD), at("https://www.aoba.example.co.jp/en/"), []),
        (at(OLD), at("http://aoba.example.co.jp/"), []),
        (at(OLD), at("https://elsewhere.example.co.jp/"), []),  # one registrable domain: example.co.jp
        (at("https://aoba.co.jp/"), at("https://aoba.or.jp/"), ["moved"]),
        (at("https://a.example/"), at("https://b.example/"), ["moved"]),
        (at("http://192.0.2.1/"), at("http://192.0.2.1/new/"), []),
        (at("http://192.0.2.1/"), at("http://192.0.2.2/"), ["moved"]),
        (at(""), at("https://b.example/"), ["address"]),
        (at("https://a.example/"), at(""), ["address"]),
        (at(""), at(""), []),
        (
            at("https://a.example/"),
            at("https://b.example/", stands=answered(Decision.WRONG_ADDRESS, "https://b.example/")),
            ["address"],
        ),
        (  # put in by hand after the answer: not the address that was said to be right
            at("https://a.example/"),
            at("https://c.example/", stands=answered(Decision.WRONG_ADDRESS, "https://b.example/")),
            ["moved"],
        ),
        (
            at("https://a.example/"),
            at("https://b.example/", stands=answered(Decision.MOVED, "https://b.example/")),
            ["moved"],
        ),
        (at("https://a.example/"), at("https://a.example/", stands=answered(Decision.MOVED)), ["moved"]),
        (  # said before the earlier day, and nothing since
            at("https://a.example/", stands=answered(Decision.MOVED)),
            at("https://a.example/", stands=answered(Decision.MOVED)),
            [],
        ),
        (at("https://a.example/"), at("https://a.example/", verdict=redirected()), ["moved"]),
        (at("https://a.example/", verdict=redirected()), at("https://a.example/", verdict=redirected()), []),
        (
            at("https://a.example/", verdict=redirected()),
            at("https://a.example/", verdict=redirected("https://newer.example/")),
            ["moved"],
        ),
        (at("https://new.example/"), at("https://new.example/", verdict=redirected("https://www.new.example/")), []),
        (at("https://a.example/", verdict=redirected()), at("https://a.example/"), []),
        (at(OLD), at(OLD, verdict=word(reasons=(SUCCESSOR,))), ["moved"]),
        (at(OLD, verdict=word(reasons=(SUCCESSOR,))), at(OLD, verdict=word(reasons=(SUCCESSOR,))), []),
    ],
)
def test_a_website_has_moved_or_its_address_was_put_right(then: Mapped, now: Mapped, expected: list[str]) -> None:
    assert happened(then, now) == expected


# --- names, languages ---


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (AOBA, AOBA, []),
        (AOBA, replace(AOBA, name_en="Aoba Light Cluster"), ["renamed"]),
        (AOBA, replace(AOBA, name_ja="青葉光クラスター"), ["renamed"]),
        (AOBA, replace(AOBA, name_en="AOBA  Photonics CLUSTER"), []),
        (AOBA, replace(AOBA, name_en="Ａｏｂａ Photonics Cluster"), []),
        (replace(AOBA, name_ja=""), AOBA, []),
        (AOBA, replace(AOBA, name_ja=""), []),
        (AOBA, replace(AOBA, sector="Food"), []),
    ],
)
def test_another_name_is_one_and_another_spelling_is_none(then: Cluster, now: Cluster, expected: list[str]) -> None:
    assert happened(row(then), row(now)) == expected


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (word(), word(), []),
        (word(), word(languages=("ja", "en")), ["language"]),
        (word(languages=("ja", "en")), word(languages=("en", "ja")), []),
        (word(languages=("ja", "en")), word(languages=("ja",)), ["language"]),
        (word(languages=()), word(), []),
        (word(), word(languages=()), []),
        (word(english=English.NONE), word(english=English.STATIC), ["language"]),
        (word(english=English.ACTIVE), word(english=English.STATIC), ["language"]),
        (word(english=English.UNDETERMINED), word(english=English.STATIC), []),
        (word(english=English.STATIC), word(english=English.UNDETERMINED), []),
    ],
)
def test_other_languages_are_told_only_where_both_days_know_some(
    then: Verdict, now: Verdict, expected: list[str]
) -> None:
    assert happened(row(verdict=then), row(verdict=now)) == expected


# --- partners, programmes ---


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (International.NO_INFORMATION, International.NO_INFORMATION, []),
        (International.NO_INFORMATION, International.OPEN, ["partners_gained"]),
        (International.PAST_EU, International.RECENT_EU, ["partners_gained"]),
        (International.NOT_INTERESTED, International.NO_INFORMATION, ["partners_gained"]),
        (International.RECENT_EU, International.PAST_EU, ["partners_lost"]),
        (International.PAST_EU, International.ELSEWHERE, ["partners_lost"]),
        (International.NO_INFORMATION, International.NOT_INTERESTED, ["partners_lost"]),
    ],
)
def test_the_class_of_partners_stands_higher_or_lower(
    then: International, now: International, expected: list[str]
) -> None:
    assert happened(row(international=assessing(then)), row(international=assessing(now))) == expected


def over(on: date) -> Ended:
    return Ended(phase=phases()[0], on=on)


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (None, over(FIRST), ["programme_ended"]),  # on its last day a programme is not over
        (None, over(LAST - timedelta(days=1)), ["programme_ended"]),
        (None, over(FIRST - timedelta(days=1)), []),  # the row was given a programme of long ago
        (over(FIRST - timedelta(days=1)), over(FIRST - timedelta(days=1)), []),
        (over(FIRST - timedelta(days=1)), None, []),
        (None, None, []),
    ],
)
def test_a_programme_ended_between_the_days(then: Ended | None, now: Ended | None, expected: list[str]) -> None:
    assert happened(row(programme_ended=then), row(programme_ended=now)) == expected


# --- visits in between ---


@pytest.mark.parametrize(
    ("visited_at", "unvisited"),
    [
        (None, 1),
        (end_of(FIRST), 1),
        (end_of(FIRST) + timedelta(microseconds=1), 0),
        (SEEN, 0),
    ],
)
def test_what_no_visit_saw_in_between_is_told(visited_at: datetime | None, unvisited: int) -> None:
    found = compared(row(visited_at=visited_at), row(visited_at=visited_at))
    assert (len(found.unvisited), found.unchanged) == (unvisited, 1)


def test_the_last_visits_are_those_of_any_cluster() -> None:
    rows = [row(visited_at=SEEN), row(replace(AOBA, cluster_id="birch"), visited_at=None)]
    found = comparison(rows, rows, days=(FIRST, LAST))
    assert found.last_visits == (SEEN, SEEN)
    assert comparison([], [], days=(FIRST, LAST)).last_visits == (None, None)


# --- what it rests on ---


def reason(code: str, points: float = 0.0) -> Reason:
    return Reason(code=code, text=f"{code}.", points=points, url=f"https://aoba.example/{code}", raw=f"words of {code}")


def code_of(then: Mapped, now: Mapped, what: Happened) -> tuple[str, str]:
    found = grounds(compared(then, now).pairs[0], what)
    return found.reason.code if found.reason else "", found.before.code if found.before else ""


def test_each_fate_rests_on_the_sentence_that_decides_it() -> None:
    ended = row(
        verdict=word(
            flag=Flag.LIKELY_CEASED, reasons=(reason("announced_end"), reason("gone", 4), reason("identity", -2))
        )
    )
    lives = row(verdict=word(flag=Flag.STATIC, reasons=(reason("recent_post"), reason("static_english"))))
    shown = row(verdict=word(flag=Flag.ACTIVE, reasons=(reason("recent_post"), reason("active_english"))))
    assert code_of(lives, ended, Happened.CEASED) == ("gone", "static_english")
    assert code_of(ended, lives, Happened.REVIVED) == ("recent_post", "gone")
    assert code_of(lives, shown, Happened.FLAG) == ("active_english", "static_english")


def test_a_persons_word_is_what_a_fate_rests_on() -> None:
    lives = row(verdict=word(flag=Flag.STATIC, reasons=(reason("static_english"),)))
    said = replace(lives, review=review(Flag.LIKELY_CEASED))
    found = grounds(compared(lives, said).pairs[0], Happened.CEASED)
    assert (found.review, found.reason, found.before) == (said.review, None, reason("static_english"))
    back = grounds(compared(said, lives).pairs[0], Happened.REVIVED)
    assert (back.review, back.review_before, back.before) == (None, said.review, None)


def test_partners_rest_on_the_words_of_the_page() -> None:
    tie = Partner(region=PartnerRegion.EU, tie=PartnerTie.AGREEMENT, url="https://aoba.example/mou", quote="覚書を締結")
    now = row(international=assessing(International.RECENT_EU, tie))
    (line,) = rows(compared(row(), now))
    assert (line["change"], line["before"], line["after"]) == ("partners_gained", "no_information", "recent_eu")
    assert (line["quote"], line["url"]) == ("覚書を締結", "https://aoba.example/mou")


def test_a_move_says_where_to_and_who_says_so() -> None:
    (by_site,) = rows(compared(at("https://a.example/"), at("https://a.example/", verdict=redirected())))
    assert (by_site["before"], by_site["after"], by_site["by"]) == ("https://a.example/", "https://new.example/", None)
    said = at("https://b.example/", stands=answered(Decision.MOVED, "https://b.example/"))
    (by_person,) = rows(compared(at("https://a.example/"), said))
    assert (by_person["after"], by_person["by"], by_person["reason"]) == ("https://b.example/", "kato", "a card")


# --- sums ---

FLAGS = st.sampled_from(Flag)
KINDS = st.sampled_from(International)
WEBSITES = st.sampled_from(("", "https://a.example/", "https://b.example/", "https://www.b.example/x"))


@st.composite
def mappings(draw: st.DrawFn) -> list[Mapped]:
    """The mapping of a day: some of a few clusters, some retired, some never judged, some with a person's word."""
    found = []
    for name in draw(st.lists(st.sampled_from("abcdefgh"), unique=True)):
        flag = draw(FLAGS)
        found.append(
            row(
                replace(AOBA, cluster_id=name, website=draw(WEBSITES), name_en=draw(st.sampled_from(("One", "Two")))),
                retired=draw(st.booleans()),
                verdict=draw(st.sampled_from((None, word(flag=flag), word(flag=flag, languages=("en",))))),
                review=draw(st.sampled_from((None, review(draw(FLAGS))))),
                international=assessing(draw(KINDS)),
                visited_at=draw(st.sampled_from((None, SEEN))),
            )
        )
    return found


@given(mappings(), mappings())
def test_the_sums_add_up(earlier: list[Mapped], later: list[Mapped]) -> None:
    found = comparison(earlier, later, days=(FIRST, LAST))
    counts = found.counts
    assert found.before == sum(not m.record.retired for m in earlier)
    assert found.after == sum(not m.record.retired for m in later)
    assert found.before + counts[Happened.NEW] - counts[Happened.GONE] == found.after
    assert sum(counts[fate] for fate in FATES) + found.same_flag == len(found.pairs) == sum(found.flows.values())
    assert all(len(set(p.happened) & set(FATES)) <= 1 for p in found.pairs)
    for flag in Flag:
        assert sum(n for (a, _), n in found.flows.items() if a is flag) == sum(
            m.flag is flag for m in earlier if not m.record.retired
        )
        assert sum(n for (_, b), n in found.flows.items() if b is flag) == sum(
            m.flag is flag for m in later if not m.record.retired
        )
    told = document(found, generated_at=SEEN)
    assert len(list(rows(found))) == sum(counts.values())
    assert isinstance(told["flows"], list)
    assert sum(len(f["clusters"]) for f in told["flows"]) == len(found.pairs)


@given(mappings(), mappings())
def test_the_other_way_round_the_flows_are_turned(earlier: list[Mapped], later: list[Mapped]) -> None:
    there = comparison(earlier, later, days=(FIRST, LAST)).flows
    back = comparison(later, earlier, days=(FIRST, LAST)).flows
    assert back == {(b, a): n for (a, b), n in there.items()}


@given(mappings())
def test_a_day_beside_itself_shows_nothing(mapping: list[Mapped]) -> None:
    found = comparison(mapping, mapping, days=(FIRST, LAST))
    assert found.unchanged == found.same_flag == found.before == found.after
    assert sum(found.counts.values()) == 0
