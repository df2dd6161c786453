"""Letters to the clusters: what was asked, until when an answer is hoped for, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from crawler.letters import Entry, EntryKind, LetterState, is_mail_address, letters
from crawler.model import Cluster, Trait, TraitKind
from crawler.urls import registrable_domain
from db.desk import Desk
from db.letters import NotToAdd
from db.people import Role
from pipelines.corresponding import ANSWER_WITHIN, MAX_ADDRESS, MAX_WORDS, Entered, LetterFault, entry_of, fault
from review.pages import render
from review.world import RowId, World, person_of, world_of

# What the mailbox of an office is called, in the order in which they are tried.
_OFFICES = ("info", "contact", "office", "jimukyoku", "secretariat", "mail", "toiawase", "inquiry", "cluster")


class SentEntry(BaseModel):
    """An entry as a form sends it."""

    kind: EntryKind = EntryKind.WROTE
    on: str = Field("", max_length=10)
    due_on: str = Field("", max_length=10)
    address: str = Field("", max_length=MAX_ADDRESS + 50)
    words: str = Field("", max_length=MAX_WORDS + 100)

    def entered(self) -> Entered:
        """What the person enters; a day that is none is left out."""
        return Entered(
            kind=self.kind, on=_day(self.on), address=self.address, due_on=_day(self.due_on), words=self.words
        )


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/letters", waiting, methods=["GET"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/letters", write, methods=["POST"], response_model=None)
    app.add_api_route("/letters/{letter_id}/replies", reply, methods=["POST"], response_model=None)


def waiting(request: Request) -> Response:
    """The letters that nothing came back for, those due first first."""
    world = world_of(request)
    with world.desk() as desk:
        found = desk.waiting_letters()
        names = {c.cluster_id: c for c in desk.clusters([e.cluster_id for e in found])}
        return render(
            request, "letters.html", found=[(e, names[e.cluster_id], _is_overdue(e, world.today)) for e in found]
        )


def write(request: Request, cluster_id: str, sent: Annotated[SentEntry, Form()]) -> Response:
    """Enter a letter to a cluster."""
    with world_of(request).desk() as desk:
        (cluster,) = desk.clusters([cluster_id]) or (None,)
        if cluster is None:
            raise HTTPException(404)
        entered = sent.model_copy(update={"kind": EntryKind.WROTE}).entered()
        return _add(request, desk, cluster, entered, None)


def reply(request: Request, letter_id: RowId, sent: Annotated[SentEntry, Form()]) -> Response:
    """Enter what came back, that nothing did, or that the letter was entered by mistake."""
    with world_of(request).desk() as desk:
        letter = desk.letter_entry(letter_id)
        (cluster,) = (desk.clusters([letter.cluster_id]) if letter else ()) or (None,)
        if letter is None or cluster is None or sent.kind is EntryKind.WROTE:
            raise HTTPException(404)
        return _add(request, desk, cluster, sent.entered(), letter)


def _add(request: Request, desk: Desk, cluster: Cluster, entered: Entered, letter: Entry | None) -> Response:
    world = world_of(request)
    person = person_of(request)
    wrong = fault(entered, letter, world.today, by=person.name, any_of=person.role is Role.ADMIN)
    if wrong:
        return render(
            request, "refused.html", 422, cluster=cluster, fault=wrong, first=None, note=entered.words.strip()
        )
    try:
        desk.add_entry(entry_of(entered, cluster.cluster_id, letter, by=person.name, at=world.clock()))
    except NotToAdd:
        return render(request, "refused.html", 409, cluster=cluster, fault=LetterFault.LETTER, first=None)
    return RedirectResponse(f"/clusters/{cluster.cluster_id}#letters", status_code=303)


def letter_fields(desk: Desk, cluster: Cluster, traits: Iterable[Trait], world: World) -> dict[str, object]:
    """What the case of a cluster shows of its letters, and what the form for a new one proposes."""
    found = [(letter, letter.state(world.today)) for letter in letters(desk.correspondence(cluster.cluster_id))]
    return {
        "letters": found,
        "overdue": sum(state is LetterState.OVERDUE for _, state in found),
        "write_to": proposed_address(cluster, traits),
        "written_on": world.today,
        "due_on": world.today + ANSWER_WITHIN,
    }


def waiting_for(desk: Desk, cluster_id: str, today: date) -> list[tuple[Entry, LetterState]]:
    """The letters to one cluster that nothing came back for, and how they stand."""
    found = [(letter.wrote, letter.state(today)) for letter in letters(desk.correspondence(cluster_id))]
    return [(e, state) for e, state in found if state in {LetterState.WAITING, LetterState.OVERDUE}]


def proposed_address(cluster: Cluster, traits: Iterable[Trait]) -> str:
    """The mail address to write to, "" when none is known.

    One that the registry has comes first; then, of those that stand on the site's pages, one of the site's own domain,
    and of these an office's rather than a person's.
    """
    registered = [value.strip() for _, value in cluster.extra if is_mail_address(value.strip())]
    read = [t.value for t in traits if t.kind is TraitKind.EMAIL and is_mail_address(t.value)]
    home = registrable_domain(cluster.website)

    def rank(address: str) -> tuple[bool, int]:
        name, _, domain = address.lower().partition("@")
        own = bool(home) and registrable_domain(f"https://{domain}/") == home
        office = next((n for n, word in enumerate(_OFFICES) if name.startswith(word)), len(_OFFICES))
        return (not own, office)

    return next(iter((*registered, *sorted(read, key=rank))), "")


def _is_overdue(entry: Entry, today: date) -> bool:
    return entry.due_on is not None and entry.due_on < today


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
