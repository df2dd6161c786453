"""Letters to the clusters: the log is kept as it was written, and says who still waits for what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from made import AOBA, FULL_VISIT, HOME, NIGHT, stored, visit
from pages import EVIL, NOW, Clock, Visitor, ceased, made

from crawler.errors import StoreError
from crawler.letters import Entry, EntryKind, Letter, LetterState, is_mail_address, letters
from crawler.model import RunKind, RunState, Trait, TraitKind
from db.desk import Desk
from db.letters import NotToAdd
from pipelines.corresponding import MAX_ADDRESS, MAX_WORDS, Entered, LetterFault, entry_of, fault
from review.letters import proposed_address

TODAY = NOW.date()
DUE = date(2024, 12, 17)


def wrote(**fields: object) -> Entry:
    base = Entry(
        cluster_id="aoba", kind=EntryKind.WROTE, by="kato", at=NOW, on=TODAY, address="info@aoba.example", due_on=DUE,
        words="Do you still exist?",
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def replied(letter_id: int, kind: EntryKind = EntryKind.ANSWERED, **fields: object) -> Entry:
    base = Entry(cluster_id="aoba", kind=kind, by="kato", at=NOW, on=TODAY, words="We do.", letter_id=letter_id)
    return replace(base, **fields)  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(stored(tmp_path / "desk.db"), clock=Clock()) as opened:
        yield opened


# --- how a letter stands ---


@pytest.mark.parametrize(
    ("kinds", "today", "state"),
    [
        ((), DUE, LetterState.WAITING),
        ((), DUE + timedelta(days=1), LetterState.OVERDUE),
        ((EntryKind.ANSWERED,), DUE + timedelta(days=1), LetterState.ANSWERED),
        ((EntryKind.UNANSWERED,), DUE + timedelta(days=1), LetterState.UNANSWERED),
        ((EntryKind.UNANSWERED, EntryKind.ANSWERED), DUE, LetterState.ANSWERED),
        ((EntryKind.ANSWERED, EntryKind.WITHDRAWN), DUE, LetterState.WITHDRAWN),
    ],
)
def test_how_a_letter_stands(kinds: tuple[EntryKind, ...], today: date, state: LetterState) -> None:
    assert Letter(wrote=wrote(), replies=tuple(replied(1, kind) for kind in kinds)).state(today) is state


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("info@aoba.example", True),
        ("first.last+desk_1@mail.aoba-photonics.co.jp", True),
        ("x" * 63 + "@aoba.example", True),
        ("x" * 64 + "@aoba.example", False),
        ("info@aoba", False),
        ("@aoba.example", False),
        ("a..b@aoba.example", False),
        (".a@aoba.example", False),
        ("a.@aoba.example", False),
        ("a@b@aoba.example", False),
        ("info@aoba.example?bcc=x@evil.example", False),
        ("info@aoba.example&body=x", False),
        ("info%0Abcc@aoba.example", False),
        ("info@aoba.example\nbcc: x@evil.example", False),
        ('"><script>"@aoba.example', False),
        ("javascript:alert(1)//@aoba.example", False),
        ("<info@aoba.example>", False),
        ("info@aoba.example,x@evil.example", False),
        ("ｉｎｆｏ@aoba.example", False),
        ("info@-aoba.example", False),
        ("", False),
    ],
)
def test_which_texts_can_follow_mailto(text: str, plain: bool) -> None:
    assert is_mail_address(text) is plain


# --- what may be entered ---


@pytest.mark.parametrize(
    ("entered", "found"),
    [
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="info@aoba.example", due_on=TODAY), None),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="電話 022-123-4567", due_on=DUE), None),
        (Entered(kind=EntryKind.WROTE, on=TODAY + timedelta(days=1), address="a form", due_on=DUE), None),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="  ", due_on=DUE), LetterFault.ADDRESS),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="a\nb", due_on=DUE), LetterFault.ADDRESS),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="x" * MAX_ADDRESS, due_on=DUE), None),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="x" * (MAX_ADDRESS + 1), due_on=DUE), LetterFault.ADDRESS),
        (Entered(kind=EntryKind.WROTE, on=None, address="a form", due_on=DUE), LetterFault.DAY),
        (Entered(kind=EntryKind.WROTE, on=TODAY + timedelta(days=2), address="a form", due_on=DUE), LetterFault.DAY),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="a form"), LetterFault.DUE),
        (
            Entered(kind=EntryKind.WROTE, on=TODAY, address="a form", due_on=TODAY - timedelta(days=1)),
            LetterFault.DUE,
        ),
        (Entered(kind=EntryKind.WROTE, on=TODAY, address="a", due_on=DUE, words="x" * MAX_WORDS), None),
        (
            Entered(kind=EntryKind.WROTE, on=TODAY, address="a", due_on=DUE, words="x" * (MAX_WORDS + 1)),
            LetterFault.WORDS,
        ),
    ],
)
def test_what_stops_a_letter_from_being_entered(entered: Entered, found: LetterFault | None) -> None:
    assert fault(entered, None, TODAY, by="kato") is found


@pytest.mark.parametrize(
    ("entered", "by", "any_of", "found"),
    [
        (Entered(kind=EntryKind.ANSWERED, on=TODAY, words="yes"), "vera", False, None),
        (Entered(kind=EntryKind.ANSWERED, on=TODAY, words=" "), "kato", False, LetterFault.WORDS),
        (Entered(kind=EntryKind.ANSWERED, on=TODAY - timedelta(days=1), words="y"), "kato", False, LetterFault.DAY),
        (Entered(kind=EntryKind.UNANSWERED, on=TODAY), "vera", False, None),
        (Entered(kind=EntryKind.WITHDRAWN, on=TODAY), "kato", False, None),
        (Entered(kind=EntryKind.WITHDRAWN, on=TODAY), "vera", False, LetterFault.OTHERS),
        (Entered(kind=EntryKind.WITHDRAWN, on=TODAY), "boss", True, None),
    ],
)
def test_what_stops_a_reply_from_being_entered(
    entered: Entered, by: str, any_of: bool, found: LetterFault | None
) -> None:
    assert fault(entered, wrote(entry_id=1), TODAY, by=by, any_of=any_of) is found


def test_a_reply_needs_a_letter() -> None:
    entered = Entered(kind=EntryKind.ANSWERED, on=TODAY, words="yes")
    assert fault(entered, None, TODAY, by="kato") is LetterFault.LETTER
    assert fault(entered, replied(1), TODAY, by="kato") is LetterFault.LETTER


def test_an_entry_keeps_only_what_its_kind_has_a_use_for() -> None:
    entered = Entered(kind=EntryKind.ANSWERED, on=TODAY, words=" yes ", address="x", due_on=DUE)
    assert entry_of(entered, "aoba", wrote(entry_id=7), by="kato", at=NOW) == replied(7, words="yes")


# --- the store ---


def test_entries_come_back_as_they_were_entered_with_their_audit(desk: Desk) -> None:
    first = desk.add_entry(wrote())
    answer = desk.add_entry(replied(first.entry_id))
    assert desk.correspondence("aoba") == [first, answer]
    assert letters(desk.correspondence("aoba")) == [Letter(wrote=first, replies=(answer,))]
    assert [(e.what, e.about, e.by) for e in desk.audit()[:2]] == [
        ("letter:answered", "aoba", "kato"),
        ("letter:wrote", "aoba", "kato"),
    ]
    assert desk.audit()[1].details == {
        "letter": first.entry_id, "on": "2024-11-26", "address": "info@aoba.example", "until": "2024-12-17",
        "note": "Do you still exist?",
    }  # fmt: skip


def test_the_same_entry_sent_twice_is_stored_once(desk: Desk) -> None:
    first = desk.add_entry(wrote())
    assert desk.add_entry(wrote(at=NOW + timedelta(minutes=1))) == first
    assert desk.add_entry(wrote(words="And again")) != first
    assert len(desk.correspondence("aoba")) == 2
    assert len(desk.audit()) == 2


def test_an_entry_about_no_letter_is_refused(desk: Desk) -> None:
    first = desk.add_entry(wrote())
    answer = desk.add_entry(replied(first.entry_id))
    for entry in (replied(99), replied(answer.entry_id), replied(first.entry_id, cluster_id="cedar")):
        with pytest.raises(NotToAdd):
            desk.add_entry(entry)
    desk.add_entry(replied(first.entry_id, EntryKind.WITHDRAWN))
    with pytest.raises(NotToAdd):
        desk.add_entry(replied(first.entry_id, words="too late"))
    with pytest.raises(StoreError, match="no cluster"):
        desk.add_entry(wrote(cluster_id="nobody"))


@pytest.mark.parametrize("sql", ["UPDATE letters SET by = 'x'", "DELETE FROM letters", "REPLACE INTO letters SELECT * FROM letters"])  # fmt: skip
def test_what_was_entered_is_never_changed(desk: Desk, sql: str) -> None:
    desk.add_entry(wrote())
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        desk._db.execute(sql)


@pytest.mark.parametrize(
    "wrong",
    [
        wrote(due_on=None),
        wrote(address=""),
        wrote(due_on=TODAY - timedelta(days=1)),
        wrote(letter_id=1),
        replied(1, words=""),
        replied(1, due_on=DUE),
        replied(1, address="x@a.example"),
    ],
)
def test_the_table_itself_refuses_what_makes_no_sense(desk: Desk, wrong: Entry) -> None:
    desk.add_entry(wrote())
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        desk.add_entry(wrong)
    assert len(desk.correspondence("aoba")) == 1


def test_a_failing_audit_stores_no_entry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the audit is the last part of the transaction")

    monkeypatch.setattr(Desk, "_audit", broken)
    with pytest.raises(RuntimeError):
        desk.add_entry(wrote())
    assert desk.correspondence("aoba") == []


def test_who_waits_for_what(desk: Desk) -> None:
    late = desk.add_entry(wrote(due_on=TODAY))
    soon = desk.add_entry(wrote(cluster_id="cedar", due_on=TODAY + timedelta(days=1)))
    answered = desk.add_entry(wrote(words="Another question"))
    desk.add_entry(replied(answered.entry_id))
    assert desk.waiting_letters() == [late, soon]
    assert desk.waiting_letters(due_before=TODAY) == []
    assert desk.waiting_letters(due_before=TODAY + timedelta(days=1)) == [late]
    desk.retire(["aoba"])
    assert desk.waiting_letters() == [soon]


# --- the address that is proposed ---


def mail(*addresses: str) -> list[Trait]:
    return [Trait(kind=TraitKind.EMAIL, value=a, url=HOME) for a in addresses]


@pytest.mark.parametrize(
    ("extra", "read", "proposed"),
    [
        ((), (), ""),
        ((), ("x@gmail.com", "taro@aoba.example", "info@aoba.example"), "info@aoba.example"),
        ((), ("info@other.example", "taro@mail.aoba.example"), "taro@mail.aoba.example"),
        ((), ("x@gmail.com", "contact@other.example"), "contact@other.example"),
        ((("メール", " desk@aoba.example "),), ("info@aoba.example",), "desk@aoba.example"),
        ((("mail", "info@aoba.example?bcc=x"),), ("a@b.example?bcc=c",), ""),
    ],
)
def test_which_address_is_proposed(extra: tuple[tuple[str, str], ...], read: tuple[str, ...], proposed: str) -> None:
    assert proposed_address(replace(AOBA, extra=extra), mail(*read)) == proposed


# --- the pages ---


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = made(tmp_path / "desk.db", ceased("cedar"))
    page = replace(FULL_VISIT.pages[0], traits=(*FULL_VISIT.pages[0].traits, *mail("info@aoba.example")))
    with Desk.open(path) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=1), ["aoba"])
        desk.add_visit(run.run_id, replace(visit("aoba", 1), pages=(page,)), ceased("aoba"))
        desk.end_run(run.run_id, RunState.DONE)
    return path


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


FORM = {"address": "info@aoba.example", "on": "2024-11-20", "due_on": "2024-12-11", "words": "Do you still exist?"}


def test_a_letter_and_its_answer_are_entered_on_the_case(kato: Visitor, clock: Clock) -> None:
    page = kato.get("/clusters/aoba").text
    assert 'name="address" maxlength="200" required value="info@aoba.example"' in page
    sent = kato.post("/clusters/aoba/letters", data=FORM)
    assert (sent.status_code, sent.headers["location"]) == (303, "/clusters/aoba#letters")
    page = kato.get("/clusters/aoba").text
    assert "Wrote on 20 Nov 2024 to " in page
    assert '<a class="out" href="mailto:info@aoba.example">info@aoba.example</a>, answer due 11 Dec 2024.' in page
    assert "overdue" not in kato.get("/").text
    clock.now += timedelta(days=16)
    kato.post("/login", data={"name": "kato", "password": "correct horse battery"})
    assert '<a class="late" href="/letters">1 answer is overdue</a>' in kato.get("/").text
    assert "1 answer is overdue" in kato.get("/queue").text
    assert "1 answer is overdue" in kato.get("/clusters/aoba").text
    assert "Aoba Photonics Cluster" in kato.get("/letters").text
    answer = {"kind": "answered", "on": "2024-12-12", "words": "We closed in March."}
    assert kato.post("/letters/1/replies", data=answer).status_code == 303
    page = kato.get("/clusters/aoba").text
    assert "Answered on 12 Dec 2024:" in page
    assert "We closed in March." in page
    assert "overdue" not in kato.get("/").text
    assert "No letter waits for an answer." in kato.get("/letters").text


def test_the_queue_shows_that_they_were_asked_already(kato: Visitor) -> None:
    kato.post("/clusters/aoba/letters", data=FORM)
    assert "Wrote on 20 Nov 2024 to " in kato.get("/queue?at=ceased:aoba").text
    assert "Wrote on" not in kato.get("/queue?at=ceased:cedar").text


@pytest.mark.parametrize(
    ("path", "fields", "status", "says"),
    [
        ("/clusters/aoba/letters", {**FORM, "address": ""}, 422, "to whom you wrote"),
        ("/clusters/aoba/letters", {**FORM, "on": "soon"}, 422, "Give the day"),
        ("/clusters/aoba/letters", {**FORM, "due_on": "2024-11-19"}, 422, "hope for an answer"),
        ("/clusters/nobody/letters", FORM, 404, ""),
        ("/letters/1/replies", {"kind": "answered", "on": "2024-11-25", "words": ""}, 422, "what they said"),
        ("/letters/1/replies", {"kind": "answered", "on": "2024-11-19", "words": "x"}, 422, "no answer before"),
        ("/letters/1/replies", {"kind": "wrote", **FORM}, 404, ""),
        ("/letters/99/replies", {"kind": "unanswered", "on": "2024-11-25"}, 404, ""),
        ("/letters/99999999999999999999/replies", {"kind": "unanswered", "on": "2024-11-25"}, 404, ""),
        ("/letters/x/replies", {"kind": "unanswered", "on": "2024-11-25"}, 404, ""),
        ("/letters/1/replies", {"kind": "burnt", "on": "2024-11-25"}, 422, ""),
    ],
)
def test_what_cannot_be_entered_says_why_and_stores_nothing(
    kato: Visitor, database: Path, path: str, fields: dict[str, str], status: int, says: str
) -> None:
    kato.post("/clusters/aoba/letters", data=FORM)
    answer = kato.post(path, data=fields)
    assert (answer.status_code, says in answer.text) == (status, True)
    with Desk.open(database) as desk:
        assert len(desk.correspondence("aoba")) == 1


def test_an_entry_that_was_refused_gives_its_words_back(kato: Visitor) -> None:
    refused = kato.post("/clusters/aoba/letters", data={**FORM, "on": "soon", "words": "Three pages, by hand."})
    assert refused.status_code == 422
    assert "Three pages, by hand.</p>" in refused.text


def test_only_who_entered_a_letter_or_an_admin_takes_it_back(kato: Visitor, address: str, database: Path) -> None:
    kato.post("/clusters/aoba/letters", data=FORM)
    back = {"kind": "withdrawn", "on": "2024-11-26"}
    with Desk.open(database) as desk:
        desk.add_entry(wrote(by="meyer"))
    assert kato.post("/letters/2/replies", data=back).status_code == 422
    assert "Entered by mistake" in kato.get("/clusters/aoba").text
    with Visitor(address, "boss") as boss:
        assert boss.post("/letters/2/replies", data=back).status_code == 303
    assert kato.post("/letters/1/replies", data=back).status_code == 303
    assert kato.post("/letters/1/replies", data={**back, "kind": "unanswered"}).status_code == 409


def test_a_viewer_sees_letters_and_enters_none(kato: Visitor, address: str, database: Path) -> None:
    kato.post("/clusters/aoba/letters", data=FORM)
    with Visitor(address, "vera") as vera:
        page = vera.get("/clusters/aoba").text
        assert "Wrote on 20 Nov 2024" in page
        assert "/letters" not in page.split('id="letters"')[1].split("</section>")[0]
        assert vera.post("/clusters/aoba/letters", data=FORM).status_code == 403
        assert vera.post("/letters/1/replies", data={"kind": "unanswered", "on": "2024-11-25"}).status_code == 403
        assert vera.get("/letters").status_code == 200
    with Desk.open(database) as desk:
        assert len(desk.correspondence("aoba")) == 1


def test_nothing_in_a_letter_becomes_markup_or_a_link(kato: Visitor) -> None:
    for to in (EVIL, "javascript:alert(1)", "x@a.example?bcc=y@b.example"):
        kato.post("/clusters/aoba/letters", data={**FORM, "address": to, "words": EVIL})
    for path in ("/clusters/aoba", "/letters", "/queue?at=ceased:aoba"):
        page = kato.get(path).text
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert 'href="mailto:x' not in page
        assert 'href="javascript' not in page
