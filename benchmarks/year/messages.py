"""The messages that arrived, read as their readers read them, beside those that should have arrived. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from crawler.news import Section
from review.digest import HEADINGS
from review.texts import texts

DIGEST, WEEKLY = "digest", "The week in Clusterwatch"
NOT_RUN = "The nightly crawl did not run"
VOID = "The nightly crawl was void"
FAILED = "The nightly crawl failed"
ENDED_EARLY = "The nightly crawl ended early"
SOMETHING = "Something is wrong with the nightly crawl"
_ALARMS = (NOT_RUN, VOID, FAILED, ENDED_EARLY, SOMETHING)
_RUNS_AGAIN = "The nightly crawl runs again."
RUNS_AGAIN = (Section.CRAWL, "")  # told once, when a night is as it should be after one that was not

RECIPIENTS = {"office@clusters.example": "en", "tokyo@clusters.example": "ja"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one message tells one person."""

    recipient: str
    kind: str  # DIGEST, WEEKLY, what an alarm says, or the subject of what tells of no cluster and should be no alarm
    items: frozenset[tuple[Section, str]] = frozenset()  # with the cluster

    def __str__(self) -> str:
        told = ", ".join(f"{section} {cluster_id}" for section, cluster_id in sorted(self.items))
        return f"{self.recipient}: {self.kind}: {told or 'no news'}"


def read(mail: EmailMessage, names: Mapping[str, str]) -> Told:
    """What a mail says, by its headings and the names under them (`names`: any name to its cluster)."""
    recipient = str(mail["To"])
    get = texts(RECIPIENTS[recipient]).catalogue.gettext
    alarms = {get(words): words for words in _ALARMS}
    if str(mail["Subject"]) in alarms:
        return Told(recipient, alarms[str(mail["Subject"])])
    headings = {get(words): section for section, words in HEADINGS.items()}
    part = mail.get_body(("plain",))
    assert part is not None
    items: set[tuple[Section, str]] = set()
    section: Section | None = None
    for line in str(part.get_content()).splitlines():
        section = headings.get(line, section if line.startswith(("-", " ")) else None)
        if section is not None and line.startswith("- "):
            name = line[2:]
            items.add(RUNS_AGAIN if name == get(_RUNS_AGAIN) else (section, names.get(name, name)))
    if get(WEEKLY) in str(mail["Subject"]):
        return Told(recipient, WEEKLY, frozenset(items))
    return Told(recipient, DIGEST if items else str(mail["Subject"]), frozenset(items))


def expected(news: frozenset[tuple[Section, str]], *, weekly: bool, alarm: str = "") -> list[Told]:
    """What everybody is to be told after a night; nothing when there is nothing to tell."""
    digests = [Told(recipient, WEEKLY if weekly else DIGEST, news) for recipient in RECIPIENTS if news or weekly]
    return digests + [Told(recipient, alarm) for recipient in RECIPIENTS if alarm]


def differences(night: int, wanted: Iterable[Told], arrived: Sequence[Told]) -> list[str]:
    """The messages of a night that are missing, and those that should not be, in sentences."""
    left = list(arrived)
    broken = []
    for told in wanted:
        if told in left:
            left.remove(told)
        else:
            broken.append(f"night {night}: no message came that says: {told}")
    return broken + [f"night {night}: an unexpected message came: {told}" for told in left]


class Post:
    """The mail so far: what is new since the last look, each message once however often it was sent."""

    def __init__(self, mails: Sequence[EmailMessage]) -> None:
        self._mails = mails
        self._read = 0
        self._seen: set[str] = set()
        self.sent_again = 0  # messages that came a second time, under the same Message-ID

    @property
    def messages(self) -> int:
        """How many different messages came."""
        return len(self._seen)

    def new(self) -> list[EmailMessage]:
        """The mails that came since the last look, without those that were there already."""
        found = []
        for mail in self._mails[self._read :]:
            known = str(mail["Message-ID"]) in self._seen
            self.sent_again += known
            self._seen.add(str(mail["Message-ID"]))
            if not known:
                found.append(mail)
        self._read = len(self._mails)
        return found
