"""Letters to the clusters: what was asked, what came back, and what is waited for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from fastapi import FastAPI, HTTPException, Request
from pydantic import Field
from starlette.responses import Response

from crawler.letters import Entry, EntryKind, Letter, LetterState, letters
from db.desk import Desk
from db.letters import NotToAdd
from db.people import Role
from pipelines.corresponding import MAX_ADDRESS, MAX_WORDS, Entered, LetterFault, entry_of, fault
from review.api.calls import ClusterId, NumberInPath, add_call
from review.api.clusters import known
from review.api.problems import Kind, problem
from review.api.shapes import PLAIN, SentDay, Shape
from review.world import person_of, world_of

_ABOUT = "letters"
_FAULTS = {
    LetterFault.ADDRESS: ("address", "To whom it was written, on one line."),
    LetterFault.DAY: ("on", "A day that has come, and not one before the letter."),
    LetterFault.DUE: ("due_on", "The day by which an answer is hoped for, not before the letter."),
    LetterFault.WORDS: ("words", "An answer needs its words."),
}


class EntryShape(Shape):
    """One entry of the log of letters. Entries are added and never changed."""

    entry_id: int
    cluster_id: str
    kind: EntryKind
    by: str = Field(description="Login name.")
    at: datetime = Field(description="When it was entered.")
    on: date = Field(description="When it was written, or came.")
    address: str = Field(description="Of a letter: to whom.")
    due_on: date | None = Field(description="Of a letter: the day by which an answer is hoped for.")
    words: str
    letter_id: int = Field(description="The entry of the letter that it is about, 0 for a letter itself.")


class LetterShape(Shape):
    """One letter with everything that came of it."""

    wrote: EntryShape
    replies: list[EntryShape] = Field(description="The oldest first.")
    state: LetterState


class Letters(Shape):
    """Letters."""

    letters: list[LetterShape]


class SentLetter(Shape):
    """A letter that was written."""

    on: SentDay = Field(description="When it was written.", examples=["2024-11-20"])
    address: str = Field(min_length=1, max_length=MAX_ADDRESS, pattern=r"^[^\x00-\x1f\x7f]*$",
                         description="To whom: a mail address, a telephone number, a name.",
                         examples=["info@aoba.example"])  # fmt: skip
    due_on: SentDay = Field(description="The day by which an answer is hoped for.", examples=["2024-12-11"])
    words: str = Field("", max_length=MAX_WORDS, pattern=PLAIN, description="What was asked.")


class SentReply(Shape):
    """What came of a letter."""

    kind: Literal[EntryKind.ANSWERED, EntryKind.UNANSWERED, EntryKind.WITHDRAWN] = Field(
        description="`withdrawn` takes a letter back that was entered by mistake."
    )
    on: SentDay = Field(examples=["2024-11-26"])
    words: str = Field(
        "",
        max_length=MAX_WORDS,
        pattern=PLAIN,
        description="What was said; needed for `answered`.",
        examples=["Yes, we are here."],
    )


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    of_one = "/api/clusters/{cluster_id}/letters"
    sent: tuple[Kind, ...] = ("bad_request", "not_understood", "not_found", "letter_gone")
    add_call(app, "GET /api/letters", list_waiting_letters, about=_ABOUT, gives=Letters)
    add_call(app, f"GET {of_one}", list_letters, about=_ABOUT, gives=Letters, refuses=("not_found",))
    add_call(app, f"POST {of_one}", add_letter, about=_ABOUT, gives=EntryShape, status=201,
             refuses=("bad_request", "not_understood", "not_found"))  # fmt: skip
    add_call(app, "POST /api/letters/{letter_id}/replies", add_reply, about=_ABOUT, gives=EntryShape, status=201,
             refuses=sent)  # fmt: skip


def _shape(letter: Letter, today: date) -> LetterShape:
    return LetterShape(
        wrote=EntryShape.model_validate(letter.wrote),
        replies=[EntryShape.model_validate(e) for e in letter.replies],
        state=letter.state(today),
    )


def list_waiting_letters(request: Request) -> Letters:
    """The letters that nothing came back for, those due first first."""
    world = world_of(request)
    with world.desk() as desk:
        found = [Letter(wrote=entry) for entry in desk.waiting_letters()]
    return Letters(letters=[_shape(letter, world.today) for letter in found])


def list_letters(request: Request, cluster_id: ClusterId) -> Letters:
    """The letters to one cluster with what came of them, the newest first."""
    world = world_of(request)
    with world.desk() as desk:
        known(desk, cluster_id)
        found = letters(desk.correspondence(cluster_id))
    return Letters(letters=[_shape(letter, world.today) for letter in found])


def add_letter(request: Request, cluster_id: ClusterId, sent: SentLetter) -> EntryShape | Response:
    """Enter a letter to a cluster. The same letter sent twice is stored once."""
    entered = Entered(
        kind=EntryKind.WROTE, on=sent.on, address=sent.address, due_on=sent.due_on, words=sent.words
    )  # fmt: skip
    with world_of(request).desk() as desk:
        known(desk, cluster_id, retired=False)
        return _add(request, desk, cluster_id, entered, None)


def add_reply(request: Request, letter_id: NumberInPath, sent: SentReply) -> EntryShape | Response:
    """Enter what came back, that nothing did, or that the letter was entered by mistake.

    One's own letter is taken back by oneself, anybody's by an admin.
    """
    entered = Entered(kind=EntryKind(sent.kind), on=sent.on, words=sent.words)
    with world_of(request).desk() as desk:
        letter = desk.letter_entry(letter_id)
        if letter is None or letter.kind is not EntryKind.WROTE:
            raise HTTPException(404, "There is no such letter.")
        known(desk, letter.cluster_id, retired=False)
        return _add(request, desk, letter.cluster_id, entered, letter)


def _add(
    request: Request, desk: Desk, cluster_id: str, entered: Entered, letter: Entry | None
) -> EntryShape | Response:
    world, person = world_of(request), person_of(request)
    wrong = fault(entered, letter, world.today, by=person.name, any_of=person.role is Role.ADMIN)
    if wrong is LetterFault.OTHERS:
        return problem("forbidden", "Only an admin takes back what others entered.")
    if wrong:
        where, words = _FAULTS[wrong]
        error = {"where": f"body.{where}", "what": str(wrong), "detail": words}
        return problem("not_understood", words, errors=[error])
    try:
        stored = desk.add_entry(entry_of(entered, cluster_id, letter, by=person.name, at=world.clock()))
    except NotToAdd:
        return problem("letter_gone")
    return EntryShape.model_validate(stored)
