"""The sentences of a page that may be notices, who speaks in them, and what one of them can say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.model import NoticeKind
from crawler.reading import notice_words as tell
from crawler.reading import notice_words_japanese as tell_japanese
from crawler.reading import notice_words_latin as tell_latin
from crawler.reading.flatten import flatten
from crawler.reading.identity import compact
from crawler.reading.page import Line, Page, Region
from crawler.reading.values import HEADINGS
from crawler.urls import same_site

READ_IN = frozenset({Region.MAIN, Region.HEADER})
# What stands on every page: read too, but an address there belongs to the notice only in its own line.
MARGINS = frozenset({Region.FOOTER, Region.ASIDE})
LONGEST_SENTENCE = 600  # characters; what is longer is no sentence
FIRST_WEB_YEAR = 1996  # what ended before had no website; it is history
ENDED_SITE = frozenset({NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED, NoticeKind.SERVICE_ENDED})
_ENDS = re.compile(r"(?<=[。！？])|(?<=[^\d][.!?])(?<!\be\.)[\"”)]?\s+(?=[A-ZÀ-Ž„“\"])|(?<=[.!?])\s(?=[ぁ-龥])")
# The same of plain ASCII, with what can be skipped to at its beginning.
_ENDS_ASCII = re.compile(r"[\")\s](?<=[^\d][.!?].)(?<!\be\..)(?:(?<=\s)|\s)\s*(?=[A-Z\"])")
_HOME = re.compile(
    r"/?(?:(?:~[^/]{1,40}|[a-z]{2}|[a-z]{2}-[a-z]{2}|eng|english|jpn?|japanese)/)?(?:(?:index|home|top|default|main)[^/]{0,20})?",
    re.IGNORECASE,
)
_WHOLE = frozenset({"li", "tr", "h1", "h2", "h3"})  # blocks that never go on in the next line
_UNFINISHED = re.compile(r"[、,をがはのにでとへもてa-zà-ž]")  # the last character of a line that goes on
# Between an adverb in kanji and "our": 今般当会は.
_ADVERB = re.compile(r"(?<=現在|今後|今般|先般|今回|今年|昨年|過日)(?=[当本弊])")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, in the forms it is searched in."""

    text: str  # verbatim
    flat: str  # Japanese: one width, lower case, no spaces; others: lower case
    line: int  # index of its first line
    before: str  # the sentence before, flat
    after: str  # the sentence after, flat
    japanese: bool
    of_link: bool  # it comments on a link before it: what it says is said of the link's target
    heading: str = ""  # the heading above it, flat, when that is not the page's first


@dataclass(frozen=True, slots=True)
class Speaker:
    """What is known of who speaks."""

    names: tuple[str, ...]
    japanese_names: tuple[str, ...]  # compact
    site_title: str  # compact: how the site calls itself
    farewell: bool  # the page's title or headline announces an end
    headlines: tuple[str, ...]  # compact: what the title and the first headings make known
    front: bool  # a front page, of which "this project" can only be the host
    home: bool  # the very home page, of which "this page" can only be the site
    project: bool  # its name says that it is a project: then so can any page


@dataclass(frozen=True, slots=True)
class Said:
    """What one sentence says, before its date and what follows are read."""

    kind: NoticeKind
    subject: str
    over: bool  # past tense or a lasting state
    sure: float
    at: int = 0  # where the verb stands in the flat sentence


def speaker_of(page: Page, names: tuple[str, ...]) -> Speaker:
    """Who speaks on a page, with the forms of the organisation's name."""
    segments = [s for s in re.split(r"\s*[|｜»:：]\s*|\s[-–—‐]\s", page.title) if s]
    front = urlsplit(page.url).path.count("/") <= 1 or bool(re.search(r"/(?:index|top|home)[^/]*$", page.url))
    headlines = [flatten(w) for w in (*segments, *(line.text for line in page.lines[:200] if line.tag in {"h1", "h2"}))]
    site_title = compact(segments[-1] if len(segments) > 1 else page.title if front else "")
    return Speaker(
        names=names,
        japanese_names=tuple(compact(n) for n in names if _JAPANESE.search(n)),
        site_title=site_title,
        project=any(tell.PROJECT_NAME.search(name) for name in (*names, site_title, *(segments[-1:] if front else ()))),
        farewell=any(
            tell_japanese.FAREWELL_TITLE.search(h) and not tell_japanese.HEADLINE_OF_OTHER.search(h) for h in headlines
        ),
        headlines=tuple(
            dict.fromkeys(compact(h) for h in headlines if "知らせ" in h or "報告" in h or "挨拶" in h or "案内" in h)
        ),
        front=front,
        home=_HOME.fullmatch(urlsplit(page.url).path) is not None,
    )


def _shortest(words: Sequence[str]) -> tuple[str, ...]:
    """The words without those that have another of them in them."""
    return tuple(w for w in dict.fromkeys(words) if not any(other in w for other in words if other != w))


_JAPANESE_TRIGGERS, _LATIN_TRIGGERS = _shortest(tell_japanese.TRIGGERS), _shortest(tell_latin.TRIGGERS)
_ASCII_TRIGGERS = tuple(
    word for word in _JAPANESE_TRIGGERS if word.isascii()
)  # all that a page without Japanese may have
_BEYOND_LATIN = re.compile(
    r"[^\x00-\u024f][^\x00-\u024f]*"
)  # no Latin trigger has any of it, so it need not be searched for them


@dataclass(frozen=True, slots=True)
class Triggers:
    """The words that a notice has one of, as far as a page has them: most have none, or a few."""

    japanese: tuple[str, ...]
    latin: tuple[str, ...]

    def are_in(self, low: str) -> bool:
        """Whether any of them stands in a text in lower case."""
        return any(word in low for word in self.japanese) or any(word in low for word in self.latin)


def triggers_in(text: str) -> Triggers:
    """The words in the lines of a text; also those that a break parts, for a line may go on in the next one."""
    low = text.lower()
    joined, spaced = low.replace("\n", ""), _BEYOND_LATIN.sub("\n", low.replace("\n", " "))
    japanese = _JAPANESE_TRIGGERS if _JAPANESE.search(low) else _ASCII_TRIGGERS
    return Triggers(
        tuple([word for word in japanese if word in joined]),
        tuple([word for word in _LATIN_TRIGGERS if word in spaced]),
    )


def sentences(page: Page, triggers: Triggers) -> Iterator[Sentence]:
    """The sentences that may be notices; one that a <br> broke is whole again."""
    passages = list(_passages(page))
    first_heading = next((line.index for line in page.lines if line.tag in HEADINGS), -1)
    for at, line in enumerate(passages):
        if not triggers.are_in(line.text.lower()):
            continue
        parts = _split(line.text)
        for i, text in enumerate(parts):
            japanese = _JAPANESE.search(text) is not None
            low = text.lower()
            if not any(word in low for word in (triggers.japanese if japanese else triggers.latin)):
                continue
            before = parts[i - 1 : i] or (_split(passages[at - 1].text)[-1:] if at else [])
            after = parts[i + 1 : i + 2] or (_split(passages[at + 1].text)[:1] if at + 1 < len(passages) else [])
            yield Sentence(
                text=text,
                flat=_flat(text),
                line=line.index,
                before=_flat(before[0]) if before else "",
                after=_flat(after[0]) if after else "",
                japanese=japanese,
                of_link=_comments_on_link(text, line, page.url),
                heading=_flat(page.lines[line.heading].text) if line.heading > first_heading else "",
            )


def _comments_on_link(text: str, line: Line, here: str) -> bool:
    """Whether a list entry begins with a link to somebody else, and this sentence follows it."""
    link = line.links[0] if line.links else None
    if link is None or not link.text or line.tag not in {"li", "tr", "dd"} or same_site(link.url, here):
        return False
    end = line.text.find(link.text) + len(link.text)
    return line.text.startswith(link.text) and end < line.text.find(text) + len(text)


def _flat(text: str) -> str:
    if _JAPANESE.search(text):
        # A space before 当 or 本 parts a heading from its sentence, any other is typography.
        joined = re.sub(r"\s+", "", re.sub(r"\s+(?=[当本弊])", "、", flatten(text))).lower()
        return _ADVERB.sub("、", joined)
    return " ".join(text.replace("’", "'").lower().split())


def _passages(page: Page) -> Iterator[Line]:
    """The lines of the text, the margins after the rest, those joined that visibly go on in the next one."""
    held: Line | None = None
    margins = (line for line in page.lines if line.region in MARGINS)
    for read_line in (*(line for line in page.lines if line.region in READ_IN), *margins):
        line = read_line
        if held is not None and held.container == line.container and line.tag == held.tag:
            japanese = _JAPANESE.search(held.text[-1:] + line.text[:1]) is not None
            text = held.text + ("" if japanese else " ") + line.text
            line = held._replace(text=text, links=held.links + line.links)
        elif held is not None:
            yield held
        held = None
        goes_on = _UNFINISHED.match(line.text[-1:]) is not None and line.tag not in _WHOLE
        if goes_on and len(line.text) < LONGEST_SENTENCE:
            held = line
        else:
            yield line
    if held is not None:
        yield held


def _split(text: str) -> list[str]:
    parts = (_ENDS_ASCII if text.isascii() else _ENDS).split(text)
    return [part.strip() for part in parts if part and part.strip()]
