"""One visit after the other added to what the earlier ones amount to, so that old ones are not read again. Pure.

Whatever is said of all visits is counted here, visit by visit; only the newest readings are needed whole. So a night
costs the same after years, and judging all clusters again reads some visits of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

from crawler.model import Role, Visit, VisitOutcome
from crawler.past import AnyNotice, AnyVisit, Past
from crawler.reading.parking_names import parking
from crawler.urls import key
from pipelines.judging import absences, addresses, unread
from pipelines.judging.visit_days import extended, is_no_page

# A page that a site serves only now and then (an archive off today's path) still counts; older visits do not, or
# one misread date would outlive its page for ever.
VISITS_MERGED = 3
_CONCLUSIVE = {VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.LOST}


@dataclass(frozen=True, slots=True)
class History:
    """Visits to one cluster, as far as judging needs them."""

    past: Past  # what all of them amount to
    read: tuple[Visit, ...]  # the last VISITS_MERGED of them that could read a page, oldest first


UNVISITED = History(Past(), ())


def continued(history: History, visits: Iterable[Visit]) -> History:
    """The history with these visits (later ones, oldest first, void nights left out)."""
    past, read = history.past, history.read
    for visit in visits:
        past = after(past, visit)
        if visit.outcome is VisitOutcome.READ:
            read = (*read, visit)[-VISITS_MERGED:]
    return History(past, read)


def after(past: Past, visit: AnyVisit) -> Past:
    """The past with one more visit."""
    past = _with_parked_names(_counted(past, visit), visit)
    if visit.outcome in _CONCLUSIVE:
        past = absences.after(past, visit)
    if visit.outcome is VisitOutcome.READ:
        past = _with_partners(_with_texts(_with_words(past, visit), visit), visit)
        past = unread.after(addresses.after(past, visit), visit)
    return past


def _counted(past: Past, visit: AnyVisit) -> Past:
    """The past with what is said of every visit."""
    conclusive, read = visit.outcome in _CONCLUSIVE, visit.outcome is VisitOutcome.READ
    blocked = visit.outcome is VisitOutcome.INCONCLUSIVE
    return replace(
        past,
        visits=past.visits + 1,
        conclusive_visits=past.conclusive_visits + conclusive,
        last_visited_at=visit.started_at,
        last_outcome=visit.outcome,
        last_reached_at=visit.started_at if read else past.last_reached_at,
        reachability=visit.outcome if conclusive else past.reachability,
        moved_to=visit.moved_to if read else past.moved_to,
        blocked_since=(past.blocked_since or visit.started_at) if blocked else None,
    )


def _with_parked_names(past: Past, visit: AnyVisit) -> Past:
    """The past with the name servers of a parking service; a visit that heard of none ends no row."""
    servers = _name_servers(visit)
    if not servers:
        return past
    parked = parking(servers)
    return replace(past, parked_names=parked, parked=extended(past.parked, visit) if parked else None)


def _name_servers(visit: AnyVisit) -> tuple[str, ...]:
    """The name servers of the address that the registry names, not of one that it leads to."""
    first = next((f for f in visit.fetches if f.role is Role.HOME), None)
    return first.name_servers if first is not None and not first.redirects else ()


def _with_words(past: Past, visit: AnyVisit) -> Past:
    """The past with who saw the words of which notice."""
    words = dict.fromkeys(said(notice) for page in visit.pages for notice in page.notices)
    if not words:
        return past
    return replace(past, said=past.said | {name: extended(past.said.get(name), visit) for name in words})


def said(notice: AnyNotice) -> str:
    """What makes two notices the same: their words, wherever they stand; an announcement that came true stays one."""
    return blake2b(notice.quote.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def _with_texts(past: Past, visit: AnyVisit) -> Past:
    """The past with the main texts of a visit, and whether one differs from the reading visit before."""
    texts = {p.url: p.text_digest for p in visit.pages if p.text_digest}
    if texts == past.texts:
        return past
    changed = any(past.texts.get(url, digest) != digest for url, digest in texts.items())
    return replace(past, texts=texts, text_changed_at=visit.started_at if changed else past.text_changed_at)


def _with_partners(past: Past, visit: AnyVisit) -> Past:
    """The past with what the pages of a visit say of partners abroad.

    A page that a visit leaves out keeps its word, however long ago it was read: news leave the pages that visits see
    before what they told of is over. One that was found gone, or leads elsewhere, does not.
    """
    gone = {key(fetch.url) for fetch in visit.fetches if is_no_page(fetch)}
    read = {key(page.url) or page.url: page.partners for page in visit.pages}
    kept = {url: partners for url, partners in past.told.items() if url not in gone and url not in read}
    told = kept | {url: partners for url, partners in read.items() if partners}
    return past if told == past.told else replace(past, told=told)
