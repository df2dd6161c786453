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
    DatedItem,
    Evidence,
    Family,
    Notice,
    NoticeKind,
    Outcome,
    Reason,
    StatedNotice,
)
from crawler.policy import Policy
from pipelines.judging import ceasing_sentences as sentences
from pipelines.judging import programmes
from pipelines.judging.absences import OTHER_OWNER
from pipelines.judging.phrases import seen_on

_ENDED = {NoticeKind.ORG_ENDED, NoticeKind.PROJECT_ENDED}
_SITE_ENDED = {NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED, NoticeKind.SERVICE_ENDED}
_SUCCESSION = {NoticeKind.MOVED, NoticeKind.SUCCEEDED}
_GONE_ANSWERS = {None, Outcome.TCP_REFUSED, Outcome.HTTP_404, Outcome.HTTP_410}  # None: another page answers
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
    """The five ways in.

    What contradicts a reason itself has taken its code already: see `_statement`, `_reachability`, `_silence`.
    """
    codes = {r.code for r in pro}
    alive = {r.code for r in contra}
    if codes & {"stated_end", "gone", "other_owner"}:
        return True
    if "long_silence" in codes and not alive & {"recent_item", "coming_event", "text_changed"}:
        return True
    families = {r.family for r in pro if r.points > 0}
    return points >= policy.flag_points and len(families) >= policy.flag_families


def _for(cluster: Cluster, evidence: Evidence, policy: Policy) -> tuple[Reason, ...]:
    """What speaks for an end, by family, the strongest first.

    The reasons of a family are degrees of one thing, and only the strongest scores. Those of the registry are two
    things, a period that is over and a name that is a project's, and both do.
    """
    families = (
        _strongest(_statements(evidence, policy)),
        _strongest(_ownership(evidence, policy)),
        _strongest(_reachability(evidence, policy)),
        _strongest(_silence(evidence, policy)),
        _registry(cluster, evidence, policy),
    )
    return tuple(r for family in families for r in family)


def _strongest(reasons: Iterable[Reason]) -> list[Reason]:
    """The reasons of one family, strongest first, all but the first without points."""
    ordered = sorted(reasons, key=lambda r: -r.points)
    return [r if i == 0 else replace(r, points=0.0) for i, r in enumerate(ordered)]


def _statements(evidence: Evidence, policy: Policy) -> list[Reason]:
    if any(names_a_successor(s.notice) for s in evidence.notices):
        return [sentences.mention(s) for s in evidence.notices if s.notice.kind in _ENDED | _SITE_ENDED]
    return [r for s in evidence.notices if (r := _statement(s, evidence, policy)) is not None]


def _statement(stated: StatedNotice, evidence: Evidence, policy: Policy) -> Reason | None:
    """One notice as a reason: explicit and seen often enough, explicit but new, weaker, outlived, or only announced."""
    notice = stated.notice
    if notice.kind is NoticeKind.ANNOUNCED or (notice.on is not None and notice.on > seen_on(evidence)):
        return sentences.announced(stated)
    if not (notice.first_person and notice.past) or notice.kind not in _ENDED | _SITE_ENDED:
        return None
    later = _life_after(stated, evidence, policy)
    if later is not None:
        return sentences.outlived(stated, later)
    if notice.kind in _SITE_ENDED:
        return sentences.stated_site_end(stated, policy.points_site_ended)
    confirmed = stated.visits >= policy.statement_visits
    points = policy.points_org_ended if confirmed else policy.points_site_ended
    return sentences.stated_end(stated, points, confirmed=confirmed)


def _life_after(stated: StatedNotice, evidence: Evidence, policy: Policy) -> DatedItem | None:
    """An item or coming event that is too long after a stated end to wind it up; None when there is none.

    Of an end without a day nobody knows how far it is behind an event to come, so any such event is life.
    """
    end = _last_day_of(stated)
    wound_up = end + timedelta(days=policy.statement_grace_days)
    if evidence.latest is not None and evidence.latest.on >= wound_up:
        return evidence.latest
    event = evidence.next_event
    if event is not None and (stated.notice.on is None or (event.until or event.on) >= wound_up):
        return event
    return None


def _last_day_of(stated: StatedNotice) -> date:
    """The last day that a stated end can mean: where only a year is written, notices carry its first day."""
    on = stated.notice.on
    if on is None:
        return stated.first_seen_at.date()
    return on.replace(month=12, day=31) if (on.month, on.day) == (1, 1) else on


def _ownership(evidence: Evidence, policy: Policy) -> list[Reason]:
    found: list[Reason] = []
    owned = evidence.lost_kind in OTHER_OWNER and not evidence.lost_but_named
    if owned and evidence.lost_visits >= policy.lost_visits:
        found.append(sentences.other_owner(evidence, policy.points_ownership))
    if evidence.parked_names_visits >= policy.lost_visits:
        found.append(sentences.parked_names(evidence, policy.points_parked_names))
    return found


def _reachability(evidence: Evidence, policy: Policy) -> list[Reason]:
    """How long the site has been away, by the failure among them that takes longest to count.

    One changed answer at the end neither begins the count anew (servers of dead sites fail in turns) nor makes a row
    of time-outs end as early as a lost name.
    """
    if evidence.away_since is None or evidence.away_until is None:
        return []
    if evidence.lost_but_named or any(r.code == "other_owner" for r in _ownership(evidence, policy)):
        return []
    days = (evidence.away_until.date() - evidence.away_since.date()).days
    slowest = max(evidence.away_failures, key=policy.gone_days, default=None)
    points = _gone_points(slowest, days, policy)
    if days >= policy.gone_days(slowest) and evidence.away_visits >= policy.failing_visits:
        return [sentences.gone(evidence, days, slowest, max(points, policy.points_gone_answer))]
    if points and is_confirmed(evidence.away_visits, days, policy):
        return [sentences.unreachable(evidence, days, slowest, points)]
    return []


def is_confirmed(visits: int, days: int, policy: Policy) -> bool:
    """Whether an absence was seen on enough days, over a long enough time, to count at all.

    Fewer looks have to lie further apart: where a site refuses us in between, or is visited once in a month.
    """
    if visits >= policy.failing_visits and days > policy.failing_days:
        return True
    return visits >= policy.sparse_visits and days >= policy.sparse_days


def _gone_points(slowest: Outcome | None, days: int, policy: Policy) -> float:
    if slowest is Outcome.DNS_NXDOMAIN:
        if days >= policy.gone_nxdomain_days:
            return policy.points_nxdomain_long
        return policy.points_nxdomain if days >= policy.nxdomain_days else 0.0
    if slowest in _GONE_ANSWERS:
        return policy.points_gone_answer
    return policy.points_server_error if days >= policy.server_error_days else 0.0


def _silence(evidence: Evidence, policy: Policy) -> list[Reason]:
    """How long a site that has news has shown no newer one, nor a stamp; without points while news may be unread."""
    latest = evidence.latest
    if latest is None or evidence.reachability is None or evidence.strong_items < policy.silence_items:
        return []
    signs = [i.on for i in (latest, evidence.updated) if i is not None]
    quiet = (seen_on(evidence) - max(signs)).days
    since_item = (seen_on(evidence) - latest.on).days
    if quiet <= policy.silence_days:
        return []
    if evidence.unread_news or evidence.cut_short:
        return [sentences.silence(evidence, since_item, 0.0), sentences.unread_news(evidence)]
    if quiet > policy.long_silence_days:
        return [sentences.long_silence(evidence, since_item, policy.points_long_silence)]
    return [sentences.silence(evidence, since_item, policy.points_silence)]


def _registry(cluster: Cluster, evidence: Evidence, policy: Policy) -> list[Reason]:
    found: list[Reason] = []
    end = period_end(cluster.period_end)
    over = programmes.ended(cluster, evidence.as_of.date()) if end is None else None
    if end is not None and end < evidence.as_of.date():
        found.append(sentences.programme_ended(cluster, policy.points_programme_ended))
    elif over is not None:
        found.append(sentences.known_programme_ended(over, policy.points_programme_ended))
    if _PROJECT_NAME.search(f"{cluster.name_ja} {cluster.name_en}"):
        found.append(sentences.project_name(cluster, policy.points_project_name))
    return found


def programme_over_on(cluster: Cluster, today: date) -> date | None:
    """The last day of the funded period of a cluster: of its row, else of its programme; None while it is not over."""
    end = period_end(cluster.period_end)
    if end is None:
        over = programmes.ended(cluster, today)
        return over.on if over else None
    return end if end < today else None


def silent_since(evidence: Evidence, policy: Policy) -> date | None:
    """The day of the newest dated item of a site that shows none within the window; None for any other."""
    latest = evidence.latest
    if latest is None or latest.on >= seen_on(evidence) - timedelta(days=policy.active_days):
        return None
    return latest.on


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
    today = seen_on(evidence)
    a_year_ago = today - timedelta(days=policy.life_days)
    winding_up = any(r.code == "stated_end" for r in pro)
    if evidence.latest is not None and evidence.latest.on >= a_year_ago and not winding_up:
        found.append(sentences.recent_item(evidence, policy.points_recent_item))
    if evidence.updated is not None and evidence.updated.on >= today - timedelta(days=policy.long_silence_days):
        found.append(sentences.stamp_against(evidence))
    if evidence.next_event is not None:
        found.append(sentences.coming_event_against(evidence, policy.points_coming_event))
    changed = evidence.text_changed_at
    if changed is not None and changed.date() >= a_year_ago:
        found.append(sentences.text_changed(evidence, policy.points_text_changed))
    if evidence.identity_seen and any(r.family in {Family.OWNERSHIP, Family.REACHABILITY} for r in pro):
        found.append(sentences.identity(policy.points_identity))
    return tuple(found)
