"""Messages to staff in words: the subject, the text, the HTML, and the same for programs.

What a website said is quoted in them, so nothing of it may be obeyed by whatever shows a message: texts are single
lines without control characters, HTML is escaped, and the only links lead to the staff's own pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from crawler.model import Activity, Cluster, English, Flag, Reason, Verdict
from crawler.news import Letter, Message, MessageKind, News, Section
from db.desk import Desk
from pipelines.news import section_of
from review.pages import environment
from review.sentences import Sentences
from review.texts import N_, Texts, texts

MAX_LINE = 300  # characters of one quotation; a message is read, not studied
MAX_ITEMS = 40  # of one section; the pages show all

HEADINGS = {
    Section.CEASED: N_("Likely ceased: please look"),
    Section.ANNOUNCED: N_("An end is announced"),
    Section.MOVED: N_("A new address is proposed"),
    Section.BLOCKED: N_("Cannot be read: please look by hand"),
    Section.WITHDRAWN: N_("No longer likely ceased"),
    Section.RECOVERED: N_("Back, or readable again"),
    Section.CRAWL: N_("The nightly crawl"),
}
# Which reasons of a verdict tell best why; of the first code that is there, the one with the most points.
_TELLING = {
    Section.ANNOUNCED: ("announced_end",),
    Section.MOVED: ("moved", "succession"),
    Section.BLOCKED: ("blocked",),
    Section.WITHDRAWN: ("recent_post", "recent_item", "coming_event", "recent_stamp", "end_with_successor", "text_changed"),
    Section.RECOVERED: ("recent_post", "recent_item", "coming_event", "identity"),
}  # fmt: skip
_TROUBLES = {
    "not_run": N_("The nightly crawl did not run"),
    "void": N_("The nightly crawl was void"),
    "failed": N_("The nightly crawl failed"),
    "stopped": N_("The nightly crawl ended early"),
    "damaged": N_("The database is damaged"),
}
_OTHER_TROUBLE = N_("Something is wrong with the nightly crawl")
_RUNS_AGAIN = N_("The nightly crawl runs again.")
_ADVICE = N_(
    "Nothing in the mapping was changed. An administrator should look; the documentation on operations says how."
)
_KEPT = N_(
    "What was seen before that is kept and counts. An administrator should look; the documentation on operations says how."
)
_LEAVE_SOMETHING = frozenset({"failed", "stopped"})  # troubles of a night that may have seen a part of the websites
_TELLS_NEWS = frozenset({MessageKind.DIGEST, MessageKind.WEEKLY})
_ON_TRIAL = N_("This message is only a test. It arrived, so the others will.")
_TEST = N_("A test message of Clusterwatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a message says about one cluster."""

    cluster_id: str
    name: str
    why: str  # a sentence, "" where none is needed
    raw: str  # the website's own words, "" for none
    source: str  # address of the page that says so
    link: str  # to the case in the staff's pages, "" where their address is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of a message."""

    section: Section
    heading: str
    lines: tuple[Line, ...]
    more: int  # how many lines were left out


class Writer:
    """Writes messages in one language."""

    def __init__(self, language: str, pages: str, zone: ZoneInfo) -> None:
        self._texts: Texts = texts(language)
        self._get = self._texts.catalogue.gettext
        self._sentences = Sentences(self._texts)
        self._pages = pages.rstrip("/")
        self._templates = environment(language, zone)

    def letter(self, desk: Desk, message: Message) -> Letter:
        """A message in words."""
        told = desk.news(ids=message.news)
        trouble = told[0] if message.kind is MessageKind.ALARM else None
        parts = [] if trouble else self.parts(desk, told)
        subject = plain(self._subject(message, parts, trouble))
        shown = {
            "subject": subject,
            "parts": parts,
            "alarm": plain(trouble.words) if trouble else "",
            "advice": self._advice(message.kind, trouble),
            "tables": self._tables(message),
            "open_questions": message.open_questions if message.kind in _TELLS_NEWS else None,
            "pages": self._pages,
        }
        return Letter(
            message=message,
            subject=subject,
            text=self._templates.get_template("letter.txt").render(shown).strip() + "\n",
            html=self._templates.get_template("letter.html").render(shown),
            data=_data(message, parts, trouble),
        )

    def _advice(self, kind: MessageKind, trouble: News | None) -> str:
        """What its reader is to do with a message that tells no news."""
        alarm = _KEPT if trouble and _kind_of(trouble) in _LEAVE_SOMETHING else _ADVICE
        words = {MessageKind.ALARM: alarm, MessageKind.TEST: _ON_TRIAL}.get(kind)
        return self._get(words) if words else ""

    def parts(self, desk: Desk, told: Iterable[News]) -> list[Part]:
        """What is told, section by section."""
        found: dict[Section, list[News]] = {section: [] for section in Section}
        for news in told:
            if section := section_of(news):
                found[section].append(news)
        named = {
            c.cluster_id: c for c in desk.clusters([n.cluster_id for ns in found.values() for n in ns], retired=True)
        }
        return [
            Part(
                section=section,
                heading=self._get(HEADINGS[section]),
                lines=tuple(self.line(desk, section, n, named.get(n.cluster_id)) for n in news[:MAX_ITEMS]),
                more=max(0, len(news) - MAX_ITEMS),
            )
            for section, news in found.items()
            if news
        ]

    def line(self, desk: Desk, section: Section, news: News, cluster: Cluster | None) -> Line:
        """What is told about one cluster."""
        if cluster is None:
            name = self._trouble(news) if news.now else self._get(_RUNS_AGAIN)
            return Line(cluster_id="", name=name, why=plain(news.words), raw="", source="", link="")
        verdict = desk.verdict_by_id(news.verdict_id or None)
        reason = _telling(section, verdict)
        if section is Section.MOVED and news.now.startswith("http"):
            why = self._get(N_("It leads to {address}.")).format(address=news.now)
        else:
            why = self._sentences.reason(reason) if reason else ""
        name = (self._texts.language == "ja" and cluster.name_ja) or cluster.name_en
        return Line(
            cluster_id=cluster.cluster_id,
            name=plain(name),
            why=plain(why),
            raw=plain(reason.raw) if reason and section in {Section.CEASED, Section.ANNOUNCED} else "",
            source=plain(reason.url) if reason else "",
            link=f"{self._pages}/clusters/{quote(cluster.cluster_id)}" if self._pages else "",
        )

    def _subject(self, message: Message, parts: list[Part], trouble: News | None) -> str:
        """The subject: an alarm says what is wrong, the others what there is most of importance."""
        if trouble is not None:
            return self._trouble(trouble)
        if message.kind is MessageKind.TEST:
            return self._get(_TEST)
        told = [self._counted(part) for part in parts]
        comma = self._get(", ")
        if message.kind is MessageKind.WEEKLY:
            return comma.join([self._get(N_("The week in Clusterwatch")), *told])
        return comma.join(told)

    def _trouble(self, news: News) -> str:
        """What is wrong with the nights, in a few words."""
        return self._get(_TROUBLES.get(_kind_of(news), _OTHER_TROUBLE))

    def _counted(self, part: Part) -> str:
        """A section in a few words with its number of clusters, for the subject."""
        count = len(part.lines) + part.more
        if part.section is Section.CRAWL:
            return self._get(N_("the crawl runs again"))
        if count == 1:
            words = {
                Section.CEASED: N_("likely ceased: {name}"),
                Section.ANNOUNCED: N_("end announced: {name}"),
                Section.MOVED: N_("moved: {name}"),
                Section.BLOCKED: N_("cannot be read: {name}"),
                Section.WITHDRAWN: N_("no longer likely ceased: {name}"),
                Section.RECOVERED: N_("back: {name}"),
            }
            return self._get(words[part.section]).format(name=part.lines[0].name)
        many = {
            Section.CEASED: N_("{n} likely ceased"),
            Section.ANNOUNCED: N_("{n} announced ends"),
            Section.MOVED: N_("{n} moved"),
            Section.BLOCKED: N_("{n} cannot be read"),
            Section.WITHDRAWN: N_("{n} no longer likely ceased"),
            Section.RECOVERED: N_("{n} back"),
        }
        return self._get(many[part.section]).format(n=count)

    def _tables(self, message: Message) -> list[tuple[str, list[tuple[str, int, int]]]]:
        """The counts of the mapping: a heading, and rows of a word, how many now, and how many more than a week ago."""
        kinds = (
            (N_("Flag"), "flag", Flag),
            (N_("Activity"), "activity", Activity),
            (N_("English"), "english", English),
        )
        before = message.counts_before
        return [
            (
                self._get(heading),
                [
                    (self._texts.label(word), n, n - before.get(name, {}).get(word, 0))
                    for word in kind
                    if (n := message.counts[name].get(word, 0)) or before.get(name, {}).get(word, 0)
                ],
            )
            for heading, name, kind in kinds
            if name in message.counts
        ]


def _kind_of(trouble: News) -> str:
    """What is wrong with the nights, by the code of the finding."""
    return trouble.now.partition(":")[0]


def _telling(section: Section, verdict: Verdict | None) -> Reason | None:
    """The reason of a verdict that tells best why."""
    if verdict is None:
        return None
    if section is Section.CEASED:
        against = [reason for reason in verdict.reasons if reason.family is not None and reason.points > 0]
        return max(against, key=lambda reason: reason.points, default=None)
    codes = _TELLING.get(section, ())
    found = sorted((r for r in verdict.reasons if r.code in codes), key=lambda r: (codes.index(r.code), -abs(r.points)))
    return found[0] if found else None


def plain(text: str) -> str:
    """A text as one line of printable characters: nothing that a terminal, a mail header or a reader's eye obeys."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…"


def _data(message: Message, parts: list[Part], trouble: News | None) -> Mapping[str, object]:
    """The message for programs."""
    return {
        "type": f"clusterwatch.{message.kind}",
        "id": message.key,
        "timestamp": message.made_at.isoformat(),
        "news": [
            {
                "section": str(part.section),
                "cluster_id": line.cluster_id,
                "name": line.name,
                "why": line.why,
                "words": line.raw,
                "source": line.source,
                "link": line.link,
            }
            for part in parts
            for line in part.lines
        ],
        "left_out": sum(part.more for part in parts),
        "trouble": {"state": trouble.now, "words": trouble.words} if trouble else None,
        "open_questions": message.open_questions,
        "counts": message.counts,
        "counts_before": message.counts_before,
    }
