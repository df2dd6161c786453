"""The messages that arrived, read as their readers read them, beside those that should have arrived. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from crawler.news import Section
from review.digest import HEADINGS
from review.texts import texts

RECIPIENTS = {"office@clusters.example": "en", "tokyo@clusters.example": "ja"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one message tells one person."""

    recipient: str
    weekly: bool
    items: frozenset[tuple[Section, str]]  # with the cluster

    def __str__(self) -> str:
        told = ", ".join(f"{section} {cluster_id}" for section, cluster_id in sorted(self.items))
        return f"{self.recipient}: {'weekly, ' if self.weekly else ''}{told or 'nothing new'}"


def read(mail: EmailMessage, names: Mapping[str, str]) -> Told:
    """What a mail says, by its headings and the names under them (`names`: any name to its cluster)."""
    recipient = str(mail["To"])
    get = texts(RECIPIENTS[recipient]).catalogue.gettext
    headings = {get(words): section for section, words in HEADINGS.items()}
    part = mail.get_body(("plain",))
    assert part is not None
    items: set[tuple[Section, str]] = set()
    section: Section | None = None
    for line in str(part.get_content()).splitlines():
        section = headings.get(line, section if line.startswith(("-", " ")) else None)
        if section is not None and line.startswith("- "):
            items.add((section, names.get(line[2:], line[2:])))
    return Told(recipient, get("The week in Clusterwatch") in str(mail["Subject"]), frozenset(items))


def expected(news: frozenset[tuple[Section, str]], *, weekly: bool) -> list[Told]:
    """What everybody is to be told after a night; nothing when there is nothing to tell."""
    return [Told(recipient, weekly, news) for recipient in RECIPIENTS if news or weekly]


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
