"""When a person's answer holds, when it is reopened, and which questions are open. Pure.

An answer remembers the keys of the evidence that stood when it was given. The same evidence gives the same key night
after night, so an answer is reopened by evidence that came after it, and never by the same evidence again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b

from crawler.answers import CLOSING, PROPOSALS, WORDS, Answer, Decision, Question, QuestionKind, Standing
from crawler.model import Activity, Cluster, Flag, Reason, Review, Verdict
from crawler.policy import Policy
from pipelines.judging.flags import flag_of

# The states of one piece of evidence that share a key: a statement is the same on its second visit, an outage when
# it has lasted long enough, a silence when it has grown longer. Time that passes is no new evidence.
_CEASING = {
    "stated_end": "stated_end",
    "stated_end_once": "stated_end",
    "stated_site_end": "stated_site_end",
    "other_owner": "other_owner",
    "parked_names": "parked_names",
    "gone": "gone",
    "unreachable": "gone",
    "silence": "long_silence",
    "long_silence": "long_silence",
    "programme_ended": "programme_ended",
    "project_name": "project_name",
}
_ORDER = list(QuestionKind)
_NEVER = datetime.min.replace(tzinfo=UTC)


def grounds_of(verdict: Verdict) -> tuple[str, ...]:
    """Stable keys of all evidence that an answer to this verdict can rest on, sorted."""
    keys = {_key(reason, verdict) for reason in verdict.reasons if reason.code in _CEASING or reason.code in PROPOSALS}
    if verdict.latest is not None:
        keys.add(f"item:{verdict.latest.on.isoformat()}")
    if verdict.next_event is not None:
        keys.add(f"event:{verdict.next_event.on.isoformat()}")
    return tuple(sorted(keys))


def _key(reason: Reason, verdict: Verdict) -> str:
    """The key of one reason: its code and what makes its evidence the same or another."""
    code = _CEASING.get(reason.code, reason.code)
    if code in {"gone", "other_owner"}:
        return f"{code}:{_day(verdict.failing_since)}"
    if code == "long_silence":
        return f"{code}:{verdict.latest.on.isoformat() if verdict.latest else ''}"
    if code == "blocked":
        return f"{code}:{reason.since.isoformat() if reason.since else ''}"
    if code == "moved":
        return f"{code}:{verdict.moved_to}"
    return f"{code}:{_digest(reason.raw or reason.text)}"


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def _digest(words: str) -> str:
    """A short name for words, the same for the same words whatever the white space between them."""
    return blake2b(" ".join(words.split()).encode(), digest_size=6).hexdigest()


def effective(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that were not taken back, in their order, without the taking back."""
    known = list(answers)
    undone = {a.undoes for a in known if a.decision is Decision.UNDONE}
    return [a for a in known if a.decision is not Decision.UNDONE and a.answer_id not in undone]


def standing(answers: Sequence[Answer], verdict: Verdict | None) -> Standing:
    """What the answers about one cluster (oldest first) amount to beside its newest verdict."""
    valid = effective(answers)
    word = next((a for a in reversed(valid) if a.decision in WORDS), None)
    closed = {a.question: a for a in valid if a.decision in CLOSING}
    later = [a for a in valid if a.question not in closed or a.answer_id > closed[a.question].answer_id]
    return Standing(
        word=word,
        contradicted_by=_contradictions(word, verdict) if word and verdict else (),
        closed=closed,
        snoozed={a.question: a.until for a in later if a.decision is Decision.SNOOZED and a.until},
        skipped={a.question: a.at for a in later if a.decision is Decision.SKIPPED},
        assignee=next((a.assignee for a in reversed(valid) if a.decision is Decision.ASSIGNED), ""),
        last_id=answers[-1].answer_id if answers else 0,
    )


def _contradictions(word: Answer, verdict: Verdict) -> tuple[str, ...]:
    """Keys of the evidence against a person's word that was not there when it was given.

    Against "alive" and "static" only what makes the machine ask whether the cluster has ceased; against "ceased" and
    "static" a dated item of a later day than the answer, or an event that was not announced then.
    """
    if verdict.decided_at <= word.verdict_at:
        return ()
    new = [key for key in grounds_of(verdict) if key not in word.grounds]
    against: list[str] = []
    if word.decision in {Decision.ALIVE, Decision.STATIC} and verdict.activity is Activity.LIKELY_CEASED:
        against += [key for key in new if _code(key) in _CEASING.values() and not _is_shorter_silence(key, word)]
    if word.decision in {Decision.CEASED, Decision.STATIC}:
        against += [key for key in new if _code(key) == "event" or _is_later_item(key, word.at.date())]
    return tuple(against)


def _is_shorter_silence(key: str, word: Answer) -> bool:
    """Whether a silence began later than one that was known: a newer item speaks for life, not against it."""
    return _code(key) == "long_silence" and any(_code(g) == "long_silence" and g < key for g in word.grounds)


def _code(key: str) -> str:
    return key.partition(":")[0]


def _is_later_item(key: str, day: date) -> bool:
    """Whether a key is that of a dated item of a later day."""
    code, _, on = key.partition(":")
    return code == "item" and date.fromisoformat(on) > day


def questions(
    cluster: Cluster, verdict: Verdict | None, stands: Standing, today: date, policy: Policy
) -> tuple[Question, ...]:
    """The open questions about one cluster, the gravest first."""
    if verdict is None:
        return ()
    found = [_question(cluster, kind, verdict, stands, today) for kind in _asked(verdict, stands, today, policy)]
    return tuple(q for q in found if q is not None)


def _asked(verdict: Verdict, stands: Standing, today: date, policy: Policy) -> list[QuestionKind]:
    """The questions that the verdict raises, answered or not."""
    kinds: set[QuestionKind] = set()
    if verdict.activity is Activity.LIKELY_CEASED or stands.contradicted_by:
        kinds.add(QuestionKind.CEASED)
    for reason in verdict.reasons:
        kind = PROPOSALS.get(reason.code)
        if kind is QuestionKind.BLOCKED:
            if reason.since is not None and (today - reason.since).days >= policy.blocked_days:
                kinds.add(kind)
        elif kind is not None:
            kinds.add(kind)
    if QuestionKind.CEASED in kinds:
        kinds -= {QuestionKind.ANNOUNCED, QuestionKind.BLOCKED}  # the graver question asks for the same look
    return sorted(kinds, key=_ORDER.index)


def _question(cluster: Cluster, kind: QuestionKind, verdict: Verdict, stands: Standing, today: date) -> Question | None:
    """The question if it is open: not answered on these grounds, not put off to a later day."""
    if kind in stands.snoozed and today < stands.snoozed[kind]:
        return None
    grounds = grounds_of(verdict)
    earlier = _earlier(kind, stands)
    new = _new_grounds(kind, grounds, earlier, stands)
    if earlier is not None and not new:
        return None
    return Question(
        cluster_id=cluster.cluster_id,
        kind=kind,
        weight=verdict.points if kind is QuestionKind.CEASED else 0.0,
        grounds=grounds,
        reopened=earlier,
        new_grounds=new if earlier else (),
        skipped_at=stands.skipped.get(kind),
        assignee=stands.assignee,
    )


def _earlier(kind: QuestionKind, stands: Standing) -> Answer | None:
    """The newest answer to this question; a word about the cluster's life answers the gravest one, wherever given."""
    earlier = stands.closed.get(kind)
    if kind is not QuestionKind.CEASED or stands.word is None:
        return earlier
    return stands.word if earlier is None or stands.word.answer_id > earlier.answer_id else earlier


def _new_grounds(
    kind: QuestionKind, grounds: tuple[str, ...], earlier: Answer | None, stands: Standing
) -> tuple[str, ...]:
    """The grounds of a question that the earlier answer to it did not know."""
    if earlier is None:
        return grounds
    if kind is QuestionKind.CEASED and earlier.decision in WORDS:
        return stands.contradicted_by
    codes = set(_CEASING.values()) if kind is QuestionKind.CEASED else {c for c, k in PROPOSALS.items() if k is kind}
    return tuple(key for key in grounds if _code(key) in codes and key not in earlier.grounds)


def worst_first(found: Iterable[Question], today: date) -> list[Question]:
    """The questions in the order in which to answer them: the gravest first, those skipped today last."""
    return sorted(
        found,
        key=lambda q: (
            q.skipped_at is not None and q.skipped_at.date() >= today,
            q.skipped_at if q.skipped_at and q.skipped_at.date() >= today else _NEVER,
            _ORDER.index(q.kind),
            -(q.reopened is not None),
            -q.weight,
            q.cluster_id,
        ),
    )


def reviewed(stands: Standing, verdict: Verdict | None) -> Review | None:
    """The person's word for the mapping, None when none stands.

    "Alive" and "static" speak of the activity; the English tier is the machine's, so the flag is derived from both.
    """
    word = stands.holds
    if word is None:
        return None
    flag = Flag.LIKELY_CEASED
    if word.decision is not Decision.CEASED:
        if verdict is None:
            return None
        flag = flag_of(Activity(word.decision.replace("alive", "active")), verdict.english)
    return Review(cluster_id=word.cluster_id, flag=flag, by=word.by, at=word.at, reason=word.note)
