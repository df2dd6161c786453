"""What the evidence means under a policy: activity, English tier, flag, and the reasons in sentences.

Pure. The order of the questions is the order of the rules in docs/judging.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from crawler.model import (
    Activity,
    Cluster,
    DatedItem,
    English,
    Evidence,
    Reason,
    Verdict,
    VisitOutcome,
)
from crawler.policy import Policy
from pipelines.judging import ceasing, sentences
from pipelines.judging.flags import flag_of
from pipelines.judging.phrases import seen_on


def verdict(cluster: Cluster, evidence: Evidence, policy: Policy) -> Verdict:
    """The verdict over one cluster."""
    ceased = ceasing.question(cluster, evidence, policy)
    activity, why = _activity(cluster, evidence, policy, ceased)
    english, tier_why = _english(evidence, policy)
    reasons = (*why, *tier_why, *_context(evidence, policy, activity))
    return Verdict(
        cluster_id=cluster.cluster_id,
        decided_at=evidence.as_of,
        policy=policy.name,
        activity=activity,
        english=english,
        flag=flag_of(activity, english),
        reasons=reasons,
        points=ceased.points,
        confidence=_confidence(activity, evidence, ceased),
        latest=evidence.latest,
        english_latest=evidence.english_latest,
        next_event=evidence.next_event,
        languages=evidence.languages,
        reachability=_reachability(cluster, evidence),
        last_reached_at=evidence.last_reached_at,
        failing_since=evidence.away_since,
        moved_to=evidence.moved_to,
    )


def _activity(
    cluster: Cluster, evidence: Evidence, policy: Policy, ceased: ceasing.Question
) -> tuple[Activity, tuple[Reason, ...]]:
    """The activity of the whole website, with the reasons that decided it."""
    if not (cluster.website or cluster.website_en or cluster.other_hosts):
        return Activity.UNDETERMINED, (sentences.no_website(),)
    if ceased.asked:
        return Activity.LIKELY_CEASED, ceased.reasons
    if evidence.last_reached_at is None:
        return Activity.UNDETERMINED, (sentences.never_read(evidence), *ceased.reasons)
    life = _life(evidence, policy)
    if life:
        return Activity.ACTIVE, (*life, *ceased.reasons)
    return Activity.STATIC, (sentences.quiet(evidence, policy), *ceased.reasons)


def _life(evidence: Evidence, policy: Policy) -> tuple[Reason, ...]:
    """Signs of life within the window, the strongest first; empty when there is none."""
    found: list[Reason] = []
    if within(evidence.latest, evidence, policy.active_days):
        found.append(sentences.recent_post(evidence, policy))
    if evidence.next_event is not None:
        found.append(sentences.coming_event(evidence))
    if not found and within(evidence.updated, evidence, policy.active_days):
        found.append(sentences.recent_stamp(evidence))
    return tuple(found)


def within(item: DatedItem | None, evidence: Evidence, days: int) -> bool:
    """Whether an item lies within so many days before the day the site was last seen (the last day counts)."""
    return item is not None and item.on >= seen_on(evidence) - timedelta(days=days)


def _english(evidence: Evidence, policy: Policy) -> tuple[English, tuple[Reason, ...]]:
    """The tier of the English version."""
    if evidence.last_reached_at is None:
        return English.UNDETERMINED, ()
    if not evidence.english_page:
        return English.NONE, (sentences.no_english(evidence),)
    if within(evidence.english_latest, evidence, policy.active_days):
        return English.ACTIVE, (sentences.active_english(evidence),)
    return English.STATIC, (sentences.static_english(evidence),)


def _context(evidence: Evidence, policy: Policy, activity: Activity) -> tuple[Reason, ...]:
    """What a reader should know beside the decision: moves, blocks, trouble on the way."""
    found: list[Reason] = []
    if evidence.moved_to:
        found.append(sentences.moved(evidence))
    elif evidence.better_address_visits >= policy.better_address_visits and activity is not Activity.LIKELY_CEASED:
        found.append(sentences.wrong_address(evidence))
    if evidence.written_by_others:
        found.append(sentences.hacked(evidence))
    found.extend(sentences.succession(s) for s in evidence.notices if ceasing.names_a_successor(s.notice))
    if evidence.last_reached_at is not None and seen_on(evidence) < evidence.as_of.date():
        found.append(sentences.last_read(evidence))
    if evidence.blocked_since is not None and evidence.visits and activity is not Activity.LIKELY_CEASED:
        found.append(sentences.blocked(evidence, policy))
    if evidence.failing_since is not None and activity is not Activity.LIKELY_CEASED:
        found.append(sentences.failing(evidence, policy))
    if evidence.lost_since is not None and activity is not Activity.LIKELY_CEASED:
        found.append(sentences.lost(evidence, policy))
    return tuple(found)


def _confidence(activity: Activity, evidence: Evidence, ceased: ceasing.Question) -> float:
    """0..1 that the activity is right; a plain reading of how strong the deciding evidence is."""
    if activity is Activity.UNDETERMINED:
        return 0.0
    if activity is Activity.LIKELY_CEASED:
        return min(0.95, 0.5 + ceased.points / 20)
    if activity is Activity.ACTIVE and evidence.latest is not None:
        return round(min(0.98, evidence.latest.confidence), 2)
    return 0.6 if evidence.latest is None else round(min(0.9, evidence.latest.confidence), 2)


def _reachability(cluster: Cluster, evidence: Evidence) -> str:
    """One word for the export: how the last visit ended."""
    if not (cluster.website or cluster.website_en or cluster.other_hosts):
        return str(VisitOutcome.NO_WEBSITE)
    return str(evidence.last_outcome or "")


def overturning(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """What would overturn a verdict, each sentence once."""
    return tuple(dict.fromkeys(r.overturned_by for r in reasons if r.overturned_by))
