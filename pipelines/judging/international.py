"""How international a cluster is: the class of the 2016 mapping from what its pages say of partners abroad. Pure.

Everything is counted from the day asked: which relation is recent, and which country belongs to the European Union.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import blake2b

from crawler.european_union import is_member
from crawler.international import Assessed, Assessing, Assessment, International
from crawler.model import Partner, PartnerRegion, PartnerStance, Precision
from crawler.past import Past
from crawler.policy import Policy

_RANK = (International.RECENT_EU, International.PAST_EU, International.ELSEWHERE, International.OPEN)
_WORLD = frozenset({PartnerRegion.EU, PartnerRegion.ABROAD})
_UNDATED = date.min


def partners(past: Past) -> tuple[Partner, ...]:
    """What the newest reading of each page says, over the visits of a past; the same words on several pages once."""
    return tuple({(p.quote, p.country, p.region): p for told in past.told.values() for p in told}.values())


def assessment(found: Iterable[Partner], *, as_of: date, policy: Policy) -> Assessment:
    """The class as of a day, with what decides it first."""
    by_class: dict[International, list[Partner]] = {}
    for partner in found:
        kind = class_of(partner, as_of=as_of, policy=policy)
        if kind is not None:
            by_class.setdefault(kind, []).append(partner)
    kind = _decided(by_class)
    order = sorted(by_class, key=lambda k: (k is not kind, list(International).index(k)))
    evidence = tuple(p for k in order for p in sorted(by_class[k], key=lambda p: p.on or _UNDATED, reverse=True))
    return Assessment(kind=kind, as_of=as_of, evidence=evidence)


def _decided(by_class: dict[International, list[Partner]]) -> International:
    """The highest class that a fact stands for; a plain no outweighs wishes, but no fact."""
    facts = [k for k in _RANK[:3] if any(p.stance is PartnerStance.DONE for p in by_class.get(k, ()))]
    if facts:
        return facts[0]
    if International.NOT_INTERESTED in by_class:
        return International.NOT_INTERESTED
    wished = [p for kind in _RANK for p in by_class.get(kind, ())]
    if not wished:
        return International.NO_INFORMATION
    # Who wishes for partners in Asia says nothing of Europe; who wishes for any, or for European ones, is open.
    return International.OPEN if International.OPEN in by_class else International.ELSEWHERE


def class_of(partner: Partner, *, as_of: date, policy: Policy) -> International | None:
    """The class that one statement alone stands for; None when it tells of a day after the one asked."""
    if partner.stance is PartnerStance.DECLINED:
        return International.NOT_INTERESTED
    if partner.stance is PartnerStance.AIM:
        return (
            International.OPEN if _in_union_now(partner, as_of) or partner.region in _WORLD else International.ELSEWHERE
        )
    if partner.on is not None and partner.on > as_of:
        return None
    if partner.region is PartnerRegion.ABROAD:
        return International.OPEN
    now = _in_union_now(partner, as_of)
    if not now and not _in_union_then(partner):
        return International.ELSEWHERE
    return International.RECENT_EU if now and _is_recent(partner, as_of, policy) else International.PAST_EU


def _in_union_now(partner: Partner, as_of: date) -> bool:
    return is_member(partner.country, as_of) if partner.country else partner.region is PartnerRegion.EU


def _in_union_then(partner: Partner) -> bool:
    return bool(partner.country) and partner.on is not None and is_member(partner.country, partner.on)


def _is_recent(partner: Partner, as_of: date, policy: Policy) -> bool:
    """Whether any day that the date can mean lies within the window; an undated relation is not known to be recent."""
    last = _last_day(partner)
    return last is not None and last >= as_of - timedelta(days=policy.partner_days)


def _last_day(partner: Partner) -> date | None:
    if partner.on is None or partner.precision is Precision.DAY:
        return partner.on
    if partner.precision is Precision.YEAR:
        return partner.on.replace(month=12, day=31)
    next_month = partner.on.replace(day=28) + timedelta(days=4)
    return next_month - timedelta(days=next_month.day)


# --- beside a person's word ---


def grounds_of(told: Assessment) -> tuple[str, ...]:
    """Stable keys of the evidence that a person's word can rest on, sorted."""
    return tuple(sorted({_key(p) for p in told.evidence}))


def _key(partner: Partner) -> str:
    return blake2b(f"{partner.quote}\n{partner.country}\n{partner.region}".encode(), digest_size=8).hexdigest()


def assessing(said: Sequence[Assessed], told: Assessment, *, policy: Policy) -> Assessing:
    """The person's newest word (of `said`, oldest first) beside the program's, and what contradicts it since.

    It holds until the pages show a fact that was not there then and that stands for a higher class. Time that passes is
    no new evidence, and what disappears from a page unsays nothing.
    """
    word = said[-1] if said and said[-1].kind is not None else None
    if word is None or word.kind is None:
        return Assessing(told=told)
    new = [p for p in told.evidence if _key(p) not in word.grounds and p.stance is PartnerStance.DONE]
    against = tuple(
        p
        for p in new
        if (kind := class_of(p, as_of=told.as_of, policy=policy)) in _RANK and _height(kind) > _height(word.kind)
    )
    return Assessing(told=told, word=word, contradicted_by=against)


def _height(kind: International | None) -> int:
    """How much a class says, from 0."""
    return len(_RANK) - _RANK.index(kind) if kind in _RANK else 0
