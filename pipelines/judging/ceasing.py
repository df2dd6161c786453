"""Whether to ask people "has this cluster ceased?": points by family of evidence, and the entry rules.

Never a fact, always a question. Every rule that can raise the question stands in `question`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crawler.model import (
    Cluster,
    Evidence,
    Family,
    Notice,
    NoticeKind,
    Outcome,
    PageKind,
    Reason,
    StatedNotice,
)
from crawler.policy import Policy
from pipelines.judging import ceasing_sentences as sentences

_ENDED = {NoticeKind.ORG_ENDED, NoticeKind.PROJECT_ENDED}
_SITE_ENDED = {NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED, NoticeKind.SERVICE_ENDED}
_SUCCESSION = {NoticeKind.MOVED, NoticeKind.SUCCEEDED}
_GONE_ANSWERS = {Outcome.TCP_REFUSED, Outcome.HTTP_404, Outcome.HTTP_410}
_OTHER_OWNER = {PageKind.PARKED, PageKind.HIJACKED}
_PROJECT_NAME = re.compile(r"プロジェクト|事業|\bproject\b", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether staff should be asked, and everything that speaks for and against."""

    asked: bool
    points: float
    reasons: tuple[Reason, ...]


def question(cluster: Cluster, evidence: Evidence, policy: Policy) -> Question:
    """The question for one cluster: asked or not, points, reasons."""
    pro = _for(cluster, evidence, policy)
    if not any(r.points > 0 for r in pro):
        return Question(asked=False, points=0.0, reasons=pro)
    contra = _against(evidence, policy, pro)
    reasons = (*pro, *contra)
    points = sum(r.points for r in reasons)
    asked = _asked(evidence, policy, pro, contra, points)
    return Question(asked=asked, points=points, reasons=reasons)


def names_a_successor(notice: Notice) -> bool:
    """Whether a notice says that life goes on elsewhere."""
    return notice.kind in _SUCCESSION and bool(notice.successor)


def _asked(
    evidence: Evidence, policy: Policy, pro: tuple[Reason, ...], contra: tuple[Reason, ...], points: float
) -> bool:
    """The five ways in, each with the sign of life that closes it."""
    codes = {r.code for r in pro}
    alive = {r.code for r in contra}
    if "stated_end" in codes and not alive & {"recent_item", "coming_event"}:
        return True
    if "gone" in codes or "other_owner" in codes:
        return True
    if "long_silence" in codes and not alive & {"recent_item", "coming_event", "text_changed", "recent_stamp"}:
        return True
    families = {r.family for r in pro if r.points > 0}
    return points >= policy.flag_points and len(families) >= policy.flag_families


def _for(cluster: Cluster, evidence: Evidence, policy: Policy) -> tuple[Reason, ...]:
    """What speaks for an end, the strongest of each family first; only that one scores."""
    families = (
        _statements(evidence, policy),
        _ownership(evidence, policy),
        _reachability(evidence, policy),
        _silence(evidence, policy),
        _registry(cluster, evidence, policy),
    )
    return tuple(r for family in families for r in _capped(family))


def _capped(reasons: Iterable[Reason]) -> list[Reason]:
    """The reasons of one family, strongest first, all but the first without points."""
    ordered = sorted(reasons, key=lambda r: -r.points)
    return [r if i == 0 else replace(r, points=0.0) for i, r in enumerate(ordered)]


def _statements(evidence: Evidence, policy: Policy) -> list[Reason]:
    if any(names_a_successor(s.notice) for s in evidence.notices):
        return [sentences.mention(s) for s in evidence.notices if s.notice.kind in _ENDED | _SITE_ENDED]
    return [r for s in evidence.notices if (r := _statement(s, evidence, policy)) is not None]


def _statement(stated: StatedNotice, evidence: Evidence, policy: Policy) -> Reason | None:
    """One notice as a reason: explicit and seen often enough, explicit but new, weaker, or only announced."""
    notice = stated.notice
    today = evidence.as_of.date()
    if notice.kind is NoticeKind.ANNOUNCED or (notice.on is not None and notice.on > today):
        return sentences.announced(stated)
    if not (notice.first_person and notice.past):
        return None
    if notice.kind in _ENDED:
        confirmed = stated.visits >= policy.statement_visits
        points = policy.points_org_ended if confirmed else policy.points_site_ended
        return sentences.stated_end(stated, points, confirmed=confirmed)
    if notice.kind in _SITE_ENDED:
        return sentences.stated_site_end(stated, policy.points_site_ended)
    return None


def _ownership(evidence: Evidence, policy: Policy) -> list[Reason]:
    if evidence.lost_kind not in _OTHER_OWNER:
        return []
    if evidence.lost_visits < policy.lost_visits:
        return []
    return [sentences.other_owner(evidence, policy.points_ownership)]


def _reachability(evidence: Evidence, policy: Policy) -> list[Reason]:
    since = evidence.failing_since or evidence.lost_since
    if since is None or evidence.lost_kind in _OTHER_OWNER:
        return []
    days = (evidence.as_of - since).days
    visits = max(evidence.failing_visits, evidence.lost_visits)
    limit = policy.gone_days(evidence.failure) if evidence.failure else policy.gone_answer_days
    points = _gone_points(evidence, days, policy)
    if visits >= policy.failing_visits and days >= limit:
        return [sentences.gone(evidence, days, visits, max(points, policy.points_gone_answer))]
    if visits >= policy.failing_visits and points and days >= policy.failing_days:
        return [sentences.unreachable(evidence, days, visits, points)]
    return []


def _gone_points(evidence: Evidence, days: int, policy: Policy) -> float:
    if evidence.failure is Outcome.DNS_NXDOMAIN:
        if days >= policy.gone_nxdomain_days:
            return policy.points_nxdomain_long
        return policy.points_nxdomain if days >= policy.nxdomain_days else 0.0
    if evidence.failure in _GONE_ANSWERS or evidence.lost_kind is not None:
        return policy.points_gone_answer
    return policy.points_server_error if days >= policy.server_error_days else 0.0


def _silence(evidence: Evidence, policy: Policy) -> list[Reason]:
    if evidence.latest is None or evidence.reachability is None:
        return []
    quiet = (evidence.as_of.date() - evidence.latest.on).days
    if quiet > policy.long_silence_days:
        return [sentences.long_silence(evidence, quiet, policy.points_long_silence)]
    if quiet > policy.silence_days:
        return [sentences.silence(evidence, quiet, policy.points_silence)]
    return []


def _registry(cluster: Cluster, evidence: Evidence, policy: Policy) -> list[Reason]:
    found: list[Reason] = []
    end = period_end(cluster.period_end)
    if end is not None and end < evidence.as_of.date():
        found.append(sentences.programme_ended(cluster, policy.points_programme_ended))
    if _PROJECT_NAME.search(f"{cluster.name_ja} {cluster.name_en}"):
        found.append(sentences.project_name(cluster, policy.points_project_name))
    return found


def period_end(text: str) -> date | None:
    """The last day that a registry's end of period can mean: a Japanese fiscal year ends on 31 March.

    None when no four-digit year is written.
    """
    match = _YEAR.search(text)
    if match is None:
        return None
    year = int(match.group())
    if "FY" in text.upper() or "年度" in text:
        return date(year + (0 if re.search(rf"{year}-\d", text) else 1), 3, 31)
    return date(year, 12, 31)


def _against(evidence: Evidence, policy: Policy, pro: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Signs of life. An item that only winds up a stated end is none."""
    found: list[Reason] = []
    today = evidence.as_of.date()
    floor = max(today - timedelta(days=policy.life_days), _wound_up(evidence, policy, pro))
    if evidence.latest is not None and evidence.latest.on >= floor:
        found.append(sentences.recent_item(evidence, policy.points_recent_item))
    if evidence.updated is not None and evidence.updated.on >= today - timedelta(days=policy.long_silence_days):
        found.append(sentences.stamp_against(evidence))
    if evidence.next_event is not None:
        found.append(sentences.coming_event_against(evidence, policy.points_coming_event))
    changed = evidence.text_changed_at
    if changed is not None and (evidence.as_of - changed).days <= policy.life_days:
        found.append(sentences.text_changed(evidence, policy.points_text_changed))
    if evidence.identity_seen and any(r.family in {Family.OWNERSHIP, Family.REACHABILITY} for r in pro):
        found.append(sentences.identity(policy.points_identity))
    return tuple(found)


def _wound_up(evidence: Evidence, policy: Policy, pro: tuple[Reason, ...]) -> date:
    """The day after which an item is life and no longer the winding up of a stated end."""
    if not any(r.code == "stated_end" for r in pro):
        return date.min
    ends = [s.notice.on or s.first_seen_at.date() for s in evidence.notices if s.notice.kind in _ENDED]
    return max(ends, default=date.min) + timedelta(days=policy.statement_grace_days) if ends else date.min
