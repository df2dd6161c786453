"""What the software recognised of each variant: the sign, the words behind it, and whether it is the right one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.model import Visit
from crawler.policy import Policy
from crawler.reading.parking_names import parking
from samples.faults.catalogue import Visited
from samples.faults.classes import FaultClass
from samples.faults.outages import OF, Outage, night, void
from samples.faults.signs import sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """One variant beside what was seen of it."""

    of: FaultClass
    number: int
    says: str
    sign: str
    words: str  # verbatim, by which it showed

    @property
    def is_right(self) -> bool:
        """Whether the sign is one of those by which the class shows."""
        return self.sign in self.of.shown_as


def recognised(
    visits: Iterable[Visited], outages: Sequence[Outage], classes: Mapping[str, FaultClass], policy: Policy
) -> list[Recognised]:
    """Every variant with what was seen, in the order of the classes. Outages take the visits they look like."""
    known = list(visits)
    found = [
        Recognised(
            of=classes[v.variant.of], number=v.variant.number, says=v.variant.says,
            sign=sign(v.cluster, v.visit, policy), words=words(v.visit),
        )
        for v in known
    ]  # fmt: skip
    for outage in outages:
        struck = [v.visit.outcome for v in known if v.variant.of == outage.looks_like]
        why = void(night(outage, struck), policy) if struck else ""
        found.append(
            Recognised(
                of=classes[OF], number=outage.number, says=outage.says, sign="void" if why else "counts", words=why
            )
        )
    order = list(classes)
    return sorted(found, key=lambda r: (order.index(r.of.name), r.number))


def words(visit: Visit) -> str:
    """The verbatim words of a visit that say most about what became of the site."""
    parked = next((parking(f.name_servers) for f in visit.fetches if parking(f.name_servers)), "")
    if parked:
        return parked
    first = visit.fetches[0] if visit.fetches else None
    if visit.failure is not None and first is not None:
        failed = next((f for f in visit.fetches if f.outcome is visit.failure), first)
        return failed.detail or (f"status {failed.status}" if failed.status else "")
    notices = [n.quote for page in visit.pages for n in page.notices]
    sure = [page.sure for page in visit.pages if page.sure]
    faults = [f.tls for f in visit.fetches if f.tls]
    told = (*notices, *sure, *faults, visit.moved_to, *(p.title for p in visit.pages))
    return next((w for w in told if w), "")
