"""Staff are told what changed: messages are composed into the database, then sent from there until they arrive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.config import Config
from crawler.news import Letter, Message, MessageState
from crawler.timetable import JobName, zone_of
from db.desk import Desk
from db.job_runs import JobRun, JobRunState
from pipelines.news import Trouble, compose, look, look_at_the_nights, raise_alarms
from schedules.channels import Channel, NotSent
from schedules.keeper import Result

logger = logging.getLogger(__name__)

# After the first failure a message is tried again with the next digest, the next hourly look, or after so long.
AGAIN = timedelta(minutes=30)
GIVEN_UP_AFTER = timedelta(days=3)  # news that is older is in the pages, and in the next summary
_NOT_NAMED = "the configuration names this recipient no more"

# Writes a message in a language. What is said to staff is worded on the floor of their pages, which is beside this one.
Write = Callable[[Desk, Message, str], Letter]
# What is wrong with the nights, None when nothing is.
Watch = Callable[[Desk], Trouble | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How sending went."""

    sent: int = 0
    given_up: int = 0
    left: Mapping[str, str] | None = None  # recipient to why it could not be sent now

    @property
    def words(self) -> str:
        """The account in words."""
        told = f"{self.sent} sent" + (f", {self.given_up} given up" if self.given_up else "")
        left = "; ".join(f"{recipient}: {why}" for recipient, why in (self.left or {}).items())
        return f"{told}, not sent: {left}" if left else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The digest as a job of the timetable."""

    config: Config
    channels: Sequence[Channel]
    write: Write
    watch: Watch

    def __call__(self, desk: Desk, job_run: JobRun) -> Result:
        """Look for news, compose what each recipient is to be told, and send everything that waits."""
        sent = self.tell(desk)
        again = desk.now() + AGAIN if sent.left else None
        state = JobRunState.FAILED if sent.left else JobRunState.DONE
        return Result(state=state, reason=sent.words, repeat_at=again)

    def tell(self, desk: Desk) -> Sent:
        """The same by hand; gives how it went."""
        today = office_day(desk, self.config)
        look(desk, today, self.config.policy, self.watch(desk))
        recipients = [channel.recipient for channel in self.channels]
        compose(desk, recipients, today=today, weekly=self.config.notify.weekly)
        return self.send(desk)

    def alarm(self, desk: Desk) -> Sent:
        """Tell at once what is wrong with the nights, if anything is, and send everything that waits."""
        look_at_the_nights(desk, self.watch(desk))
        raise_alarms(desk, [channel.recipient for channel in self.channels])
        return self.send(desk)

    def send(self, desk: Desk) -> Sent:
        """Send every message that waits. One that cannot be sent keeps no other waiting, but those to the same place."""
        ways = {channel.recipient: channel for channel in self.channels}
        sent, given_up, left = 0, 0, dict[str, str]()
        for message in desk.waiting_messages():
            way = ways.get(message.recipient)
            if way is None:
                desk.note_sending(message.message_id, MessageState.GIVEN_UP, _NOT_NAMED)
                given_up += 1
                continue
            if message.recipient in left:
                continue
            try:
                way.send(self.write(desk, message, way.language), desk.now())
            except NotSent as error:
                logger.warning("%s: %s", message.recipient, error)
                state = after_failure(message.made_at, desk.now())
                desk.note_sending(message.message_id, state, str(error))
                given_up += state is MessageState.GIVEN_UP
                if state is MessageState.WAITING:
                    left[message.recipient] = str(error)
                continue
            desk.note_sending(message.message_id, MessageState.SENT)
            sent += 1
        return Sent(sent=sent, given_up=given_up, left=left)


def after_failure(made_at: datetime, now: datetime) -> MessageState:
    """What becomes of a message that could not be sent. Pure."""
    return MessageState.GIVEN_UP if now - made_at >= GIVEN_UP_AFTER else MessageState.WAITING


def office_day(desk: Desk, config: Config) -> date:
    """The day now by the clock of the digest's line of the timetable: the day on which its readers read it."""
    edit = desk.edits().get(JobName.DIGEST)
    zone = edit.job.zone if edit and edit.job else config.schedule.digest_zone
    return desk.now().astimezone(zone_of(zone)).date()
