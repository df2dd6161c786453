"""Sentences by which a website says that its organisation, project, site or updates ended, or went on elsewhere.

Read sentence by sentence: who speaks (the host of itself, in the first person or by one of its names), what ended, when,
and what follows. Whatever is said of somebody else, of a booking, a seminar or a facility is no notice. What a sentence
says is read in `notice_japanese` and `notice_latin`; here it gets its day and the address that it leads to.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from crawler.model import Notice, NoticeKind, Precision
from crawler.reading import notice_japanese, notice_latin
from crawler.reading import notice_words as tell
from crawler.reading import notice_words_japanese as tell_japanese
from crawler.reading import notice_words_latin as tell_latin
from crawler.reading.expressions import Expression, Form, expressions, resolve_yearless
from crawler.reading.notice_sentences import (
    ENDED_SITE,
    FIRST_WEB_YEAR,
    LONGEST_SENTENCE,
    MARGINS,
    READ_IN,
    Said,
    Sentence,
    Speaker,
    sentences,
    speaker_of,
    triggers_in,
)
from crawler.reading.page import Line, Page
from crawler.reading.wareki import fiscal_year
from crawler.urls import bare_host, canonical, host, same_site

_MOST = 8
_MOST_READ = 400  # sentences with a telling word; a page with more is a list of others
_LONGEST_QUOTE = 300
_NEAR = 4  # lines in which an address belongs to the notice above or below it
_TELLS = re.compile(r"解散|活動|閉鎖|閉業|廃業|終了|停止")
_TO_ITS_END = re.compile(r"\s?(?:の?末|をも|を以|限り|いっぱい|で)")


def read(page: Page, *, today: date, names: tuple[str, ...]) -> tuple[Notice, ...]:
    """The notices on a page about its own host, in the order of the page, at most eight.

    `names` are the forms of the organisation's name (see `identity.names_of`); none makes the reader more lenient.
    """
    text = "\n".join((page.title, *(line.text for line in page.lines if line.region in READ_IN | MARGINS)))
    triggers = triggers_in(text)
    if not triggers.are_in(text.lower()):
        return ()
    if tell.AGENDA.search(page.title):
        return ()
    speaker = speaker_of(page, names)
    found: dict[str, Notice] = {}
    for sentence in islice(sentences(page, triggers), _MOST_READ):
        said = _said(sentence, speaker, page)
        notice = _notice(said, sentence, speaker, page, today) if said is not None else None
        if notice is not None:
            # One address is one move, however many sentences tell of it.
            found.setdefault(notice.successor or notice.quote, notice)
        if len(found) >= _MOST:
            break
    return tuple(found.values()) or _by_heading(page, speaker)


def _said(sentence: Sentence, speaker: Speaker, page: Page) -> Said | None:
    """What a sentence says of the host; None when it says nothing, or says it of an office, a link or the past."""
    if len(sentence.flat) > LONGEST_SENTENCE:
        return None
    said = notice_japanese.said(sentence, speaker) if sentence.japanese else notice_latin.said(sentence, speaker)
    if said is not None and said.kind is NoticeKind.MOVED:
        return said if _office_free(sentence) else None
    if said is None or sentence.of_link:
        return None
    if said.kind is NoticeKind.SUCCEEDED:
        return said
    heading = page.heading_above(page.lines[sentence.line])
    return None if tell.HISTORY.search(heading) and said.kind is not NoticeKind.ORG_ENDED else said


def _office_free(sentence: Sentence) -> bool:
    """Whether it is the website that moved and not an office."""
    if sentence.japanese:
        return (
            tell_japanese.OFFICE.search(sentence.flat) is None
            or tell_japanese.SELF_WEB.search(sentence.flat) is not None
        )
    return tell_latin.OFFICE.search(sentence.flat) is None or tell_latin.SELF_SITE.search(sentence.flat) is not None


def _notice(said: Said, sentence: Sentence, speaker: Speaker, page: Page, today: date) -> Notice | None:
    """The notice of what is said, with its day and what follows; None when its day lies before there were websites."""
    on = _day(sentence, said, page, today)
    if on is not None and on.year < FIRST_WEB_YEAR:
        return None
    elsewhere = _new_address(sentence, page)
    kind, successor = said.kind, ""
    if kind is NoticeKind.SUCCEEDED:
        successor = elsewhere or _successor_name(sentence, speaker)
    elif kind is NoticeKind.MOVED or (kind in ENDED_SITE and _goes_on_elsewhere(sentence, page, elsewhere)):
        kind, successor = NoticeKind.MOVED, elsewhere
        if not successor and (said.sure < 0.7 or _stands_in_margin(sentence, page)):
            return None
    coming = on is not None and on > today
    past = not coming and (said.over or on is not None)
    lasting = kind in {NoticeKind.MOVED, NoticeKind.SUCCEEDED, NoticeKind.PAUSED}
    if not lasting and (coming or not past):
        kind, past = NoticeKind.ANNOUNCED, False
    return Notice(
        kind=kind, url=page.url, quote=sentence.text[:_LONGEST_QUOTE], subject=said.subject[:80], on=on, first_person=True,
        past=past, successor=successor, confidence=round(min(0.95, said.sure + (0.05 if on else 0.0)), 2),
    )  # fmt: skip


def _successor_name(sentence: Sentence, speaker: Speaker) -> str:
    if sentence.japanese:
        return notice_japanese.successor_name(sentence, speaker)
    return notice_latin.successor_name(sentence, speaker)


def _day(sentence: Sentence, said: Said, page: Page, today: date) -> date | None:
    """The day that the sentence names for the end: the date nearest before the verb, else the nearest after."""
    found = expressions(sentence.text, today=today)
    if not found:
        return None
    share = said.at / max(1, len(sentence.flat)) * len(sentence.text)
    before = [e for e in found if e.start <= share]
    chosen = before[-1] if before else found[0]
    if chosen.form is Form.FISCAL_YEAR and chosen.year:
        return fiscal_year(chosen.year)[1]
    if chosen.on is None:
        return _resolved(chosen, sentence, page, today)
    until_the_end = _TO_ITS_END.match(sentence.text, chosen.end) or sentence.text[: chosen.start].endswith("end of ")
    return _last_day(chosen) if until_the_end else chosen.until or chosen.on


def _last_day(expression: Expression) -> date | None:
    """The last day of a month or year that is meant as a whole: 三月末, 2020年をもって."""
    first = expression.on
    if first is None or expression.precision is Precision.DAY:
        return first
    if expression.precision is Precision.YEAR:
        return first.replace(month=12, day=31)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _resolved(expression: Expression, sentence: Sentence, page: Page, today: date) -> date | None:
    """A day without a year, by a dated line close above; None when there is none, and for a fiscal year."""
    if not expression.month:
        return None
    for line in reversed(page.lines[max(0, sentence.line - _NEAR) : sentence.line + 1]):
        for other in expressions(line.text, today=today):
            if other.on is not None and other.raw != expression.raw:
                days = resolve_yearless(expression.month, expression.day, None, today=today, after=other.on)
                return days[0] if days else None
    return None


def _goes_on_elsewhere(sentence: Sentence, page: Page, address: str) -> bool:
    """Whether a site that closed moved: it says so itself, or an address stands beside words for a new place."""
    if re.search(r"移転|引っ?越", sentence.flat):
        return True
    return bool(address) and (_speaks_of_new_place(sentence, page) or _says_where_to_look(sentence))


def _says_where_to_look(sentence: Sentence) -> bool:
    """Whether the sentence or the next leads to what is new: "follow us on"; not to what was, or to the details."""
    return any(
        tell.SEE_ELSEWHERE.search(words) is not None
        and (tell.LATEST.search(words) is not None or tell.LOOK_BACK.search(words) is None)
        for words in (sentence.flat, sentence.after)
    )


def _stands_in_margin(sentence: Sentence, page: Page) -> bool:
    return page.lines[sentence.line].region in MARGINS


def _speaks_of_new_place(sentence: Sentence, page: Page) -> bool:
    around = f"{sentence.before}{sentence.flat}{sentence.after}"
    lines = page.lines[max(0, sentence.line - 2) : sentence.line + 3]
    return tell.NEW_PLACE.search(around) is not None or any(tell.NEW_PLACE.search(line.text.lower()) for line in lines)


def _new_address(sentence: Sentence, page: Page) -> str:
    """The nearest address on another host that stands with the sentence, or that the page leads to by itself."""
    start = sentence.line
    if _stands_in_margin(sentence, page):
        return next((url for url in _addresses(page.lines[start]) if _is_elsewhere(url, page.url)), "")
    near = (line for line in page.lines[max(0, start - 2) : start + _NEAR + 1] if line.region in READ_IN)
    nearest = sorted(near, key=lambda line: (abs(line.index - start), -line.index))
    for line in nearest:
        for url in _addresses(line):
            if _is_elsewhere(url, page.url):
                return url
    if page.refresh and _is_elsewhere(page.refresh, page.url):
        return page.refresh
    return _own_page(sentence, page) if _says_where_to_look(sentence) else ""


def _addresses(line: Line) -> tuple[str, ...]:
    """The addresses that a line links to or spells out."""
    return (*(link.url for link in line.links), *map(canonical, tell.ADDRESS.findall(line.text)))


def _own_page(sentence: Sentence, page: Page) -> str:
    """Another page of the same host that the notice links to as the place of what is new."""
    near = page.lines[sentence.line : sentence.line + 2]
    told = (line for line in near if line.region in READ_IN and tell.SEE_ELSEWHERE.search(line.text.lower()))
    return next((url for line in told for url in _addresses(line) if canonical(url) != canonical(page.url)), "")


def _is_elsewhere(url: str, here: str) -> bool:
    """Whether an address lies on another host, or in another user's folder of a shared one."""
    if not url or bare_host(url) == bare_host(here):
        first, second = urlsplit(url).path.split("/")[1:2], urlsplit(here).path.split("/")[1:2]
        return bool(url) and first != second and bool(first and second) and "~" in (first[0] + second[0])
    return not same_site(url, here) or host(url) != host(here)


def _by_heading(page: Page, speaker: Speaker) -> tuple[Notice, ...]:
    """A bare heading "notice of the dissolution of our association": an announcement, for what it says stands elsewhere."""
    titles = [(segment, True) for segment in re.split(r"\s*[|｜»]\s*|\s[-–—‐]\s", page.title)]
    lines = [(line.text, line.tag == "h1") for line in page.lines if line.region in READ_IN]
    for text, headline in (*titles, *lines):
        who = notice_japanese.announced_by(text, speaker, headline=headline) if _TELLS.search(text) else ""
        if who:
            return (
                Notice(
                    kind=NoticeKind.ANNOUNCED, url=page.url, quote=text[:_LONGEST_QUOTE], subject=who[:80], first_person=True, confidence=0.5
                ),
            )  # fmt: skip
    return ()
