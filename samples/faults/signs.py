"""By which sign a visit shows what became of a website: one word, read from nothing but the visit.

The words are those of the software's own values; a class of failure says in `classes.csv` by which of them it shows.
"""

from __future__ import annotations

from crawler.model import Activity, Cluster, NoticeKind, PageKind, Role, TraitKind, Verdict, Visit, VisitOutcome
from crawler.policy import Policy
from crawler.reading.parking_names import parking
from pipelines.judging.judge import judge

_ENDED = {
    NoticeKind.ORG_ENDED, NoticeKind.PROJECT_ENDED, NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED,
    NoticeKind.SERVICE_ENDED,
}  # fmt: skip
_NAMES = {TraitKind.NAME, TraitKind.NAME_EN}
_CERTIFICATES = (
    ("old TLS", "tls_legacy_only"),
    ("expired", "certificate_expired"),
    ("Hostname mismatch", "certificate_of_another_host"),
    ("IP address mismatch", "certificate_of_another_host"),
    ("self-signed", "certificate_not_trusted"),
    ("self signed", "certificate_not_trusted"),
    ("unable to get local issuer", "certificate_not_trusted"),
    ("unable to verify", "certificate_not_trusted"),
)
_LITTLE = 60  # letters of a page that is only a door


def sign(cluster: Cluster, visit: Visit, policy: Policy) -> str:
    """The first sign that fits, the gravest first."""
    if any(parking(f.name_servers) for f in visit.fetches):
        return "name_servers_park"
    if visit.failure is not None:
        return str(visit.failure)
    if visit.outcome is not VisitOutcome.READ:
        return _unread(visit)
    return _read(cluster, visit, policy)


def _unread(visit: Visit) -> str:
    """What stands in the place of a site."""
    kinds = [page.kind for page in visit.pages if page.kind is not PageKind.REDIRECT]
    if kinds:
        return str(kinds[0])
    return str(visit.fetches[0].outcome) if visit.fetches else str(visit.outcome)


def _read(cluster: Cluster, visit: Visit, policy: Policy) -> str:
    """What is particular about a site that could be read, "read" for nothing."""
    home = visit.pages[0]
    notices = [n for page in visit.pages for n in page.notices]
    kinds = [n.kind for n in notices]
    if any(page.kind is PageKind.HIJACKED for page in visit.pages):
        return "hijacked_below"
    if any(k in {NoticeKind.SUCCEEDED, NoticeKind.MOVED} for k in kinds):
        return "succeeded"
    if any(n.kind in _ENDED and n.past for n in home.notices):
        return "ended"
    if any(n.kind in _ENDED and n.past for n in notices):
        return "ended_on_another_page"
    if NoticeKind.ANNOUNCED in kinds:
        return "announced"
    return _way_in(visit) or _certificate(visit) or _quiet(cluster, visit, policy)


def _way_in(visit: Visit) -> str:
    """How one came to the pages, where it was not by the address alone."""
    home = visit.pages[0]
    if home.kind is PageKind.REDIRECT:
        return "led_on"
    if visit.moved_to:
        return "moved_to"
    if home.kind is PageKind.FRAMESET:
        return "frameset"
    if any(f.rendered for f in visit.fetches):
        return "rendered"
    named = [any(t.kind in _NAMES for t in page.traits) for page in visit.pages]
    return "splash" if home.n_letters < _LITTLE and any(named[1:]) else ""


def _certificate(visit: Visit) -> str:
    fault = next((f.tls for f in visit.fetches if f.tls and f.role is Role.HOME), "")
    return next((word for words, word in _CERTIFICATES if words in fault), "certificate" if fault else "")


def _quiet(cluster: Cluster, visit: Visit, policy: Policy) -> str:
    """Whether there is nothing new; else whether the pages were read as text, with the organisation's name."""
    verdict: Verdict = judge(cluster, [visit], as_of=visit.started_at, policy=policy)
    if verdict.activity is Activity.STATIC and verdict.latest is not None:
        return "quiet"
    return "read" if any(t.kind in _NAMES for page in visit.pages for t in page.traits) else "read_without_a_name"
