"""What changed on the pages of a cluster between two visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from crawler.model import Outcome, Visit
from crawler.urls import key
from db.archive import Kept
from db.desk import Desk
from review.comparing import Change, Comparison, Effort, compare
from review.harmless import Text
from review.pages import render
from review.shelf import saved_text
from review.world import world_of

CHOICES = 200  # visits to choose from, the newest
_MAX_PAGES = 30  # whose texts are compared for one page of ours
_MAX_BYTES = 3_000_000  # of a page whose text is compared


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChange:
    """One page on two visits."""

    url: str
    change: Change
    before: Kept | None = None
    after: Kept | None = None
    comparison: Comparison | None = None


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/clusters/{cluster_id}/changes", changes, methods=["GET"], response_model=None)


def changes(request: Request, cluster_id: str) -> Response:
    """The pages of two visits, side by side; `from` and `to` in the address are the starts of the visits."""
    query = request.query_params
    with world_of(request).desk() as desk:
        (cluster,) = desk.clusters([cluster_id], retired=True) or (None,)
        if cluster is None:
            raise HTTPException(404)
        visits = desk.visits(cluster_id)
        kept = desk.visits_kept(cluster_id)
        pair = chosen(visits, kept, query.get("from", ""), query.get("to", ""))
        found = compared(desk, *pair) if pair else []
        return render(
            request,
            "changes.html",
            cluster=cluster,
            pair=pair,
            changes=found,
            removed=[(v, gone) for v in pair or () if (gone := desk.removed_of(cluster_id, v.started_at))],
            counts={change: sum(p.change is change for p in found) for change in Change},
            **choice_fields(visits, kept, pair),
        )


def choice_fields(
    visits: Sequence[Visit], kept: set[datetime], pair: tuple[Visit, Visit] | None = None
) -> dict[str, object]:
    """What the form that chooses two visits needs."""
    there = [v for v in visits if v.started_at in kept]
    pair = pair or ((there[-2], there[-1]) if len(there) > 1 else None)
    return {"choices": list(reversed(there))[:CHOICES], "choice": pair}


def chosen(visits: Sequence[Visit], kept: set[datetime], earlier: str, later: str) -> tuple[Visit, Visit] | None:
    """The two visits to compare, the earlier first: those that were asked for, else the last two with saved pages."""
    there = [v for v in visits if v.started_at in kept]
    asked = [next((v for v in visits if v.started_at == _instant(text)), None) for text in (earlier, later)]
    if asked[0] is not None and asked[1] is not None:
        first, second = sorted((asked[0], asked[1]), key=lambda v: v.started_at)
        return first, second
    return (there[-2], there[-1]) if len(there) > 1 else None


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that an address turned into a space
    except ValueError:
        return None
    return at if at.tzinfo else None


def paired(
    before: Sequence[Kept], after: Sequence[Kept], later: Visit, earlier: Visit | None = None
) -> list[PageChange]:
    """Each page that was kept on either visit, and what its bytes alone tell. CHANGED: the texts are to be compared.

    With the earlier visit, a page that it read is not taken for new only because what it saved is gone.
    """
    old, new = _by_page(before), _by_page(after)
    states, states_before = _states(later), _states(earlier) if earlier else {}
    found = []
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        page = other or one
        assert page is not None
        url = page.final_url or page.url
        found.append(
            PageChange(
                url=url, change=_change(one, other, states.get(name), states_before.get(name)), before=one, after=other
            )
        )
    return found


def _states(visit: Visit) -> dict[str, Outcome]:
    return {name: f.outcome for f in visit.fetches for name in (key(f.url), key(f.final_url)) if name}


def _change(before: Kept | None, after: Kept | None, state: Outcome | None, state_before: Outcome | None) -> Change:
    if before is None:
        return Change.UNREAD if state_before in {Outcome.OK, Outcome.NOT_MODIFIED} else Change.NEW
    if after is None:
        if state in {Outcome.NOT_MODIFIED, Outcome.OK}:
            return Change.SAME if state is Outcome.NOT_MODIFIED else Change.UNREAD
        return Change.UNASKED if state is None else Change.GONE
    return Change.SAME if before.digest == after.digest else Change.CHANGED


def _by_page(kept: Sequence[Kept]) -> dict[str, Kept]:
    """The pages of a visit by address; of a page that a browser showed, that form: it is the one that was read."""
    found: dict[str, Kept] = {}
    for page in kept:
        name = key(page.final_url or page.url)
        if name and (name not in found or page.rendered):
            found[name] = page
    return found


def compared(desk: Desk, earlier: Visit, later: Visit) -> list[PageChange]:
    """The pages of two visits with their texts compared, changed ones first."""
    before = desk.kept(earlier.cluster_id, earlier.started_at)
    after = desk.kept(later.cluster_id, later.started_at)
    effort = Effort()
    left = _MAX_PAGES
    found = []
    for page in paired(before, after, later, earlier):
        if page.change is Change.CHANGED and page.before and page.after:
            small = max(page.before.n_bytes, page.after.n_bytes) <= _MAX_BYTES
            texts = _texts(desk, page.before, page.after) if left and small else None
            left -= 1 if texts else 0
            found.append(with_texts(page, texts, effort) if texts else replace(page, change=Change.UNREAD))
        else:
            found.append(page)
    order = list(Change)
    return sorted(found, key=lambda p: order.index(p.change))


def with_texts(page: PageChange, texts: tuple[Text, Text], effort: Effort) -> PageChange:
    """A page whose bytes differ with what that means for a reader."""
    before, after = texts
    if before.main == after.main:
        return replace(page, change=Change.SAME)
    numbers = before.digest == after.digest != ""
    result = compare(before.main, after.main, effort)
    return replace(page, change=Change.NUMBERS if numbers else Change.CHANGED, comparison=result)


def _texts(desk: Desk, before: Kept, after: Kept) -> tuple[Text, Text] | None:
    """The texts of a page on both visits, None when the archive does not have one of them any more."""
    one, other = saved_text(desk, before), saved_text(desk, after)
    return (one, other) if one and other else None


def kept_of(kept: Sequence[Kept]) -> Mapping[str, Kept]:
    """The saved pages of one visit by the address that answered."""
    return {name: page for page in kept for name in (page.url, page.final_url) if name}
