"""What changed for the staff, and the messages that tell them: one transaction a method."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from crawler.news import OFF, Message, MessageKind, MessageState, News, Topic
from db import rows
from db.rescans import Rescans
from db.rows import Cell, Row

_LOOKED_AT = "news.looked_at"
_ANSWERS_SEEN = "news.answers_seen"


class Newsroom(Rescans):
    """The store with the news and the messages to staff."""

    # --- news ---

    def topic_states(self) -> dict[tuple[str, Topic], str]:
        """How each topic stands by the news so far, those that are off left out; the crawl's under the cluster ""."""
        sql = """SELECT cluster_id, topic, now FROM news WHERE id IN (
            SELECT max(id) FROM news GROUP BY cluster_id, topic) AND now <> ''"""
        return {_key(row): rows.text(row, "now") for row in self._all(sql)}

    def add_news(self, news: Sequence[News], *, looked_at: datetime | None = None, answers_seen: int = 0) -> None:
        """Append news, each resting on the newest verdict over its cluster.

        One whose `before` is not how its topic stands is passed over: somebody else looked at the same time. A look at
        every cluster says up to which answer it knew the answers.
        """
        with self.transaction():
            stands = self.topic_states()
            for one in news:
                if stands.get((one.cluster_id, one.topic), OFF) == one.before:
                    self._insert("news", {**_news_row(one), "verdict_id": self._verdict_id(one.cluster_id)})
                    stands[one.cluster_id, one.topic] = one.now
            if looked_at is not None:
                self.set_setting(_LOOKED_AT, rows.instant_text(looked_at))
                self.set_setting(_ANSWERS_SEEN, str(answers_seen))

    def _verdict_id(self, cluster_id: str) -> Cell:
        row = self._one("SELECT verdict_id FROM current_verdicts WHERE cluster_id = :cluster", cluster=cluster_id)
        return row["verdict_id"] if row else None

    def news(self, *, after: int = 0, ids: Sequence[int] | None = None) -> list[News]:
        """The news with later ids than this one, or those of the given ids; oldest first."""
        sql = "SELECT * FROM news WHERE id > :after AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))"
        chosen = None if ids is None else json.dumps(list(ids))
        return [_news(row) for row in self._all(f"{sql} ORDER BY id", after=after, ids=chosen)]

    def told_news(self, limit: int) -> list[News]:
        """The newest news that are told, newest first."""
        sql = "SELECT * FROM news WHERE NOT silent ORDER BY id DESC LIMIT :limit"
        return [_news(row) for row in self._all(sql, limit=limit)]

    def last_news(self, topic: Topic) -> News | None:
        """The newest news about a topic."""
        row = self._one("SELECT * FROM news WHERE topic = :topic ORDER BY id DESC LIMIT 1", topic=str(topic))
        return _news(row) if row else None

    def last_answer_id(self) -> int:
        """The id of the newest answer of a person, 0 before the first."""
        (row,) = self._all("SELECT coalesce(max(id), 0) AS n FROM answers")
        return rows.whole(row, "n")

    def answers_seen(self) -> int | None:
        """The id of the newest answer that the last look for news knew, None before the first look."""
        text = self.setting(_ANSWERS_SEEN)
        return int(text) if text else None

    # --- recipients and messages ---

    def told(self, recipient: str) -> tuple[int, str]:
        """The id of the news up to which a recipient was told, and the week of the last summary ("" for none).

        A recipient who is not known yet is noted down, as told up to now but for what was found in the last look.
        """
        with self.transaction():
            row = self._one("SELECT * FROM recipients WHERE recipient = :recipient", recipient=recipient)
            if row is None:
                at = rows.instant_text(self._clock())
                (last,) = self._all(
                    "SELECT coalesce(max(id), 0) AS n FROM news WHERE at < coalesce(:looked, '')",
                    looked=self.setting(_LOOKED_AT),
                )
                new: Row = {"recipient": recipient, "since": at, "told_upto": rows.whole(last, "n"), "week": ""}
                self._insert("recipients", new)
                row = dict(new)
            return rows.whole(row, "told_upto"), rows.text(row, "week")

    def put_digest(
        self, message: Message | None, *, recipient: str, upto: int, told_upto: int, week: str
    ) -> list[Message]:
        """Note that a recipient is told up to this news and week, with the message that does so, if any.

        Gives the message with its id. Nothing is stored when somebody else has told them more than `told_upto`.
        """
        values: dict[str, Cell] = {"recipient": recipient, "upto": upto, "told": told_upto, "week": week}
        with self.transaction():
            sql = """UPDATE recipients SET told_upto = :upto, week = :week
            WHERE recipient = :recipient AND told_upto = :told AND week <= :week"""
            if not self._do(sql, values) or message is None:
                return []
            return [self._put_message(message)]

    def put_alarm(self, alarm: Message) -> list[Message]:
        """Store an alarm, unless its recipient has one about the same news; gives it with its id."""
        sql = """SELECT 1 FROM messages WHERE recipient = :recipient AND kind = 'alarm'
        AND EXISTS (SELECT 1 FROM json_each(document, '$.news') WHERE value = :news)"""
        with self.transaction():
            if self._one(sql, recipient=alarm.recipient, news=alarm.news[0]):
                return []
            return [self._put_message(alarm)]

    def _put_message(self, message: Message) -> Message:
        message_id = self._insert("messages", _message_row(message))
        (row,) = self._all("SELECT * FROM messages WHERE id = :id", id=message_id)
        return _message(row)

    def waiting_messages(self) -> list[Message]:
        """The messages to be sent, oldest first."""
        return [_message(row) for row in self._all("SELECT * FROM messages WHERE state = 'waiting' ORDER BY id")]

    def message(self, message_id: int) -> Message | None:
        """One message, None when there is no such one."""
        row = self._one("SELECT * FROM messages WHERE id = :id", id=message_id)
        return _message(row) if row else None

    def messages(self, limit: int) -> list[Message]:
        """The newest messages, newest first."""
        return [_message(row) for row in self._all("SELECT * FROM messages ORDER BY id DESC LIMIT :limit", limit=limit)]

    def note_sending(self, message_id: int, state: MessageState, error: str = "") -> None:
        """Note that a message was tried: sent, to be tried again, or given up."""
        at = rows.instant_text(self._clock())
        values: dict[str, Cell] = {"id": message_id, "state": str(state), "at": at, "error": error[:500]}
        with self.transaction():
            self._do(
                "UPDATE messages SET state = :state, attempts = attempts + 1, tried_at = :at, error = :error "
                "WHERE id = :id AND state = 'waiting'",
                values,
            )


def _key(row: Row) -> tuple[str, Topic]:
    return str(row["cluster_id"] or ""), Topic(rows.text(row, "topic"))


def _news_row(news: News) -> dict[str, Cell]:
    return {
        "at": rows.instant_text(news.at),
        "cluster_id": news.cluster_id or None,
        "topic": str(news.topic),
        "before": news.before,
        "now": news.now,
        "silent": int(news.silent),
        "words": news.words,
    }


def _news(row: Row) -> News:
    cluster_id, topic = _key(row)
    return News(
        at=rows.instant(rows.text(row, "at")),
        cluster_id=cluster_id,
        topic=topic,
        before=rows.text(row, "before"),
        now=rows.text(row, "now"),
        silent=bool(row["silent"]),
        words=rows.text(row, "words"),
        verdict_id=0 if row["verdict_id"] is None else rows.whole(row, "verdict_id"),
        news_id=rows.whole(row, "id"),
    )


def _message_row(message: Message) -> dict[str, Cell]:
    document = {
        "news": message.news,
        "counts": message.counts,
        "counts_before": message.counts_before,
        "open_questions": message.open_questions,
    }
    return {
        "recipient": message.recipient,
        "kind": str(message.kind),
        "made_at": rows.instant_text(message.made_at),
        "document": json.dumps(document),
        "key": message.key,
    }


def _message(row: Row) -> Message:
    document = json.loads(rows.text(row, "document"))
    return Message(
        recipient=rows.text(row, "recipient"),
        kind=MessageKind(rows.text(row, "kind")),
        made_at=rows.instant(rows.text(row, "made_at")),
        news=tuple(document["news"]),
        counts=document["counts"],
        counts_before=document["counts_before"],
        open_questions=document["open_questions"],
        key=rows.text(row, "key"),
        state=MessageState(rows.text(row, "state")),
        attempts=rows.whole(row, "attempts"),
        tried_at=rows.optional(row, "tried_at", rows.instant),
        error=rows.text(row, "error"),
        message_id=rows.whole(row, "id"),
    )
