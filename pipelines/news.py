"""What changed for the staff since they were last told, and what a message to each of them says. The rules are pure.

Every look compares how things stand with the news so far, and appends what differs. A recipient is told the sum of the
news since the last time: what came and went between two messages is no news.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from crawler.answers import QuestionKind
from crawler.model import Verdict
from crawler.news import OFF, Message, MessageKind, News, Section, Topic
from crawler.notify import WEEKDAYS
from crawler.policy import Policy
from db.desk import Desk
from pipelines.questions import OpenQuestion, open_questions

ON = "on"
AGAIN = "again:"  # with the id of the answer that new evidence speaks against
Key = tuple[str, Topic]  # cluster id and topic
States = Mapping[Key, str]

_TOPICS = {
    QuestionKind.CEASED: Topic.CEASED,
    QuestionKind.MOVED: Topic.MOVED,
    QuestionKind.ANNOUNCED: Topic.ANNOUNCED,
    QuestionKind.BLOCKED: Topic.BLOCKED,
}
_QUESTIONS = frozenset(_TOPICS.values())
_ENDS = {Topic.CEASED: Section.WITHDRAWN, Topic.BLOCKED: Section.RECOVERED, Topic.AWAY: Section.RECOVERED}
_BEGINS = {
    Topic.CEASED: Section.CEASED,
    Topic.MOVED: Section.MOVED,
    Topic.ANNOUNCED: Section.ANNOUNCED,
    Topic.BLOCKED: Section.BLOCKED,
}
# The reasons of a verdict that say that the organisation's own pages are not there.
_AWAY = frozenset({"unreachable", "gone", "other_owner"})
_ORDER = list(Section)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to tell about one cluster, or about the crawl."""

    section: Section
    news: News


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with the nights: `state` tells one trouble from the next, `words` say it to an administrator."""

    state: str  # such as "not_run:2026-11-24T17:00Z"; the part before the colon names the kind
    words: str


# --- how things stand, and what is new about it ---


def states(asked: Iterable[OpenQuestion], verdicts: Mapping[str, Verdict]) -> dict[Key, str]:
    """How every topic stands that is not off."""
    found: dict[Key, str] = {}
    for open_question in asked:
        cluster_id, kind = open_question.cluster.cluster_id, open_question.question.kind
        moved = kind is QuestionKind.MOVED and open_question.verdict.moved_to
        reopened = open_question.question.reopened
        # One that new evidence has opened again is another question than the one that was answered.
        found[cluster_id, _TOPICS[kind]] = moved or (f"{AGAIN}{reopened.answer_id}" if reopened else ON)
    for cluster_id, verdict in verdicts.items():
        if any(reason.code in _AWAY for reason in verdict.reasons):
            found[cluster_id, Topic.AWAY] = ON
    return found


def changed(before: States, without: States, now: States, *, at: datetime, present: AbstractSet[str]) -> list[News]:
    """The news between two states, those of one topic in the order in which they are to be read.

    `without`: how things would stand now if nobody had decided anything in between. What differs from `before` comes
    from the evidence, and is told; what differs from that to `now` was done by a person, and is not, but where
    evidence spoke against the person at once. `present`: clusters of the registry; what ends because one was retired
    is not told either.
    """
    found = []
    for key in sorted({*before, *without, *now}):
        cluster_id, topic = key
        was, would, is_now = (states.get(key, OFF) for states in (before, without, now))
        if was != would:
            silent = cluster_id not in present or _is_quiet(cluster_id, topic, would, without)
            found.append(News(at=at, cluster_id=cluster_id, topic=topic, before=was, now=would, silent=silent))
        if would != is_now:
            silent = not is_now.startswith(AGAIN)
            found.append(News(at=at, cluster_id=cluster_id, topic=topic, before=would, now=is_now, silent=silent))
    return found


def _is_quiet(cluster_id: str, topic: Topic, state: str, now: States) -> bool:
    """Whether a change only prepares what comes, or is said by another one."""
    if state == OFF:
        graver = topic is Topic.BLOCKED and (cluster_id, Topic.CEASED) in now  # the graver question took its place
        return topic not in _ENDS or graver
    return topic not in _BEGINS


def summed(news: Sequence[News]) -> list[Item]:
    """What all these news, oldest first, come to: one item a cluster and topic, in the order of a message."""
    items = []
    for _, rows in groupby(sorted(news, key=_key), key=_key):
        item = _sum(list(rows))
        if item is not None:
            items.append(item)
    withdrawn = {item.news.cluster_id for item in items if item.section is Section.WITHDRAWN}
    # A question that is withdrawn because the website is back is one piece of news, not two; so is a website that can
    # be read again and is there again.
    told: dict[tuple[Section, str], Item] = {}
    for item in items:
        if not (item.section is Section.RECOVERED and item.news.cluster_id in withdrawn):
            told.setdefault((item.section, item.news.cluster_id), item)
    return sorted(told.values(), key=lambda i: (_ORDER.index(i.section), i.news.news_id))


def _key(news: News) -> Key:
    return news.cluster_id, news.topic


def _sum(rows: list[News]) -> Item | None:
    """The one item that the news about one topic come to, None for none."""
    last = rows[-1]
    if last.topic is Topic.CRAWL:  # what is wrong is an alarm's to say; that it is over, a digest's
        return Item(section=Section.CRAWL, news=last) if last.now == OFF else None
    heard = max((n for n, row in enumerate(rows) if row.silent), default=-1) + 1
    told = rows[heard:]
    if not told or told[0].before == last.now:
        return None
    section = section_of(last)
    return Item(section=section, news=last) if section else None


def section_of(news: News) -> Section | None:
    """What a piece of news amounts to, None for what is not told."""
    if news.topic is Topic.CRAWL:
        return Section.CRAWL
    return _ENDS.get(news.topic) if news.now == OFF else _BEGINS.get(news.topic)


def is_weekly_due(last_week: str, today: date, weekly: str) -> bool:
    """Whether the summary of this week is still to be told today; `last_week` as `week_of` gives it."""
    return bool(weekly) and today.weekday() >= WEEKDAYS.index(weekly) and week_of(today) != last_week


def week_of(day: date) -> str:
    """The ISO 8601 week of a day, such as 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


# --- looking and composing ---


def look(desk: Desk, today: date, policy: Policy, trouble: Trouble | None) -> None:
    """Append what changed since the last look to the news."""
    at, last_answer = desk.now(), desk.last_answer_id()
    seen = desk.answers_seen()
    verdicts = desk.latest_verdicts()
    now = states(open_questions(desk, today, policy, through=last_answer), verdicts)
    without = (
        now if seen in {None, last_answer} else states(open_questions(desk, today, policy, through=seen), verdicts)
    )
    stands = desk.topic_states()
    found = changed(
        {key: state for key, state in stands.items() if key[1] is not Topic.CRAWL},
        without,
        now,
        at=at,
        present={cluster.cluster_id for cluster in desk.clusters()},
    )
    desk.add_news([*found, *crawl_news(stands, trouble, at)], looked_at=at, answers_seen=last_answer)


def look_at_the_nights(desk: Desk, trouble: Trouble | None) -> None:
    """Append what changed about the nights themselves: for a check beside the scheduler, which judges no cluster."""
    desk.add_news(crawl_news(desk.topic_states(), trouble, desk.now()))


def crawl_news(before: States, trouble: Trouble | None, at: datetime) -> list[News]:
    """The news about the nights themselves: none while the same trouble lasts."""
    was, now = before.get(("", Topic.CRAWL), OFF), trouble.state if trouble else OFF
    words = trouble.words if trouble else ""
    return [] if was == now else [News(at=at, cluster_id="", topic=Topic.CRAWL, before=was, now=now, words=words)]


def compose(desk: Desk, recipients: Sequence[str], *, today: date, weekly: str) -> list[Message]:
    """Put what each recipient is to be told into the messages that wait, alarms first; gives the new ones.

    A recipient who is named for the first time is told what comes from now on.
    """
    made = raise_alarms(desk, recipients)
    counts = desk.tallies(), desk.tallies(until=desk.now() - _WEEK)
    open_count = sum(topic in _QUESTIONS for _, topic in desk.topic_states())  # as of the look just before
    for recipient in recipients:
        told_upto, last_week = desk.told(recipient)
        news = desk.news(after=told_upto)
        items = summed(news)
        is_weekly = is_weekly_due(last_week, today, weekly)
        message = Message(
            recipient=recipient,
            kind=MessageKind.WEEKLY if is_weekly else MessageKind.DIGEST,
            made_at=desk.now(),
            news=tuple(item.news.news_id for item in items),
            counts=counts[0] if is_weekly else {},
            counts_before=counts[1] if is_weekly else {},
            open_questions=open_count,
            key=secrets.token_hex(16),
        )
        made += desk.put_digest(
            message if items or is_weekly else None,
            recipient=recipient,
            upto=news[-1].news_id if news else told_upto,
            told_upto=told_upto,
            week=week_of(today) if is_weekly else last_week,
        )
    return made


def raise_alarms(desk: Desk, recipients: Sequence[str]) -> list[Message]:
    """Put an alarm for each recipient who has not been told yet what is wrong with the nights; gives the new ones."""
    made: list[Message] = []
    for recipient in recipients:
        told_upto, _ = desk.told(recipient)
        last = desk.last_news(Topic.CRAWL)
        if last is not None and last.now != OFF and last.news_id > told_upto:
            alarm = Message(
                recipient=recipient,
                kind=MessageKind.ALARM,
                made_at=desk.now(),
                news=(last.news_id,),
                key=secrets.token_hex(16),
            )
            made += desk.put_alarm(alarm)
    return made
