"""Sentences by which a website says that its organisation, project, site or updates ended, or went on elsewhere.

Read sentence by sentence: who speaks (the host of itself, in the first person or by one of its names), what ended, when,
and what follows. Whatever is said of somebody else, of a booking, a seminar or a facility is no notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from urllib.parse import urlsplit

from crawler.model import Notice, NoticeKind, Precision
from crawler.reading import notice_words as tell
from crawler.reading.expressions import Expression, Form, expressions, resolve_yearless
from crawler.reading.flatten import flatten
from crawler.reading.identity import compact, is_named
from crawler.reading.page import Line, Page, Region
from crawler.reading.wareki import fiscal_year
from crawler.urls import canonical, host, same_site

_ON_A_DAY = re.compile(r"(?<=[年月日度末旬])(?:に|で)(?=[^、])")
# What may stand between a name and the particle that makes it the subject.
_AS_SUBJECT = re.compile(
    r"(?:(?:推進|振興|産業)?(?:協議会|会議|委員会|研究会|機構))?[」』)]?(?:\([^()]{1,30}\))?"
    r"(?:は|が|も|、|の(?:解散|活動|運営|$)|$)"
)
_MOST = 8
_MOST_READ = 400  # sentences with a telling word; a page with more is a list of others
_TO_ITS_END = re.compile(r"\s?(?:の?末|をも|を以|限り|いっぱい|で)")
_LONGEST_QUOTE = 300
_LONGEST_SENTENCE = 600
_READ_IN = frozenset({Region.MAIN, Region.HEADER})
_ENDS = re.compile(r"(?<=[。！？])|(?<=[^\d][.!?])[\"”)]?\s+(?=[A-ZÀ-Ž„“\"])|(?<=[.!?])\s(?=[ぁ-龥])")
_WHOLE = frozenset({"li", "tr", "h1", "h2", "h3"})  # blocks that never go on in the next line
_UNFINISHED = re.compile(r"[、,をがはのにでとへもて]$|[a-zà-ž,]$")
_ADDRESS = re.compile(r"https?://[\w.\-]{3,80}(?::\d{2,5})?(?:/[\w./~%\-?=&]{0,200})?", re.ASCII)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_FIRST_WEB_YEAR = 1996  # what ended before had no website; it is history
_NEAR = 4  # lines in which an address belongs to the notice above or below it
_ENDED_SITE = frozenset({NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED, NoticeKind.SERVICE_ENDED})


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence, in the forms it is searched in."""

    text: str  # verbatim
    flat: str  # Japanese: one width, lower case, no spaces; others: lower case
    line: int  # index of its first line
    before: str  # the sentence before, flat
    after: str  # the sentence after, flat
    japanese: bool
    of_link: bool  # it comments on a link before it: what it says is said of the link's target


@dataclass(frozen=True, slots=True)
class _Host:
    """What is known of who speaks."""

    names: tuple[str, ...]
    japanese_names: tuple[str, ...]  # compact
    site_title: str  # compact: how the site calls itself
    farewell: bool  # the page's title or headline announces an end
    front: bool  # a front page, of which "this project" can only be the host
    project: bool  # its name says that it is a project: then so can any page


@dataclass(frozen=True, slots=True)
class _Said:
    """What one sentence says, before its date and what follows are read."""

    kind: NoticeKind
    subject: str
    over: bool  # past tense or a lasting state
    sure: float
    at: int = 0  # where the verb stands in the flat sentence


def read(page: Page, *, today: date, names: tuple[str, ...]) -> tuple[Notice, ...]:
    """The notices on a page about its own host, in the order of the page, at most eight.

    `names` are the forms of the organisation's name (see `identity.names_of`); none makes the reader more lenient.
    """
    text = "\n".join((page.title, *(line.text for line in page.lines if line.region in _READ_IN)))
    low = text.lower()
    if not (any(word in low for word in tell.TRIGGERS_JA) or any(word in low for word in tell.TRIGGERS)):
        return ()
    if tell.AGENDA.search(page.title):
        return ()
    speaker = _host(page, names)
    found: dict[str, Notice] = {}
    for sentence in islice(_sentences(page), _MOST_READ):
        said = _said(sentence, speaker, page)
        notice = _notice(said, sentence, speaker, page, today) if said is not None else None
        if notice is not None:
            # One address is one move, however many sentences tell of it.
            found.setdefault(notice.successor or notice.quote, notice)
        if len(found) >= _MOST:
            break
    return tuple(found.values()) or _by_heading(page, speaker)


def _host(page: Page, names: tuple[str, ...]) -> _Host:
    segments = [s for s in re.split(r"\s*[|｜»:：]\s*|\s[-–—‐]\s", page.title) if s]
    front = urlsplit(page.url).path.count("/") <= 1 or bool(re.search(r"/(?:index|top|home)[^/]*$", page.url))
    headlines = " ".join([page.title, *(line.text for line in page.lines[:200] if line.tag in {"h1", "h2"})])
    site_title = compact(segments[-1] if len(segments) > 1 else page.title if front else "")
    return _Host(
        names=names,
        japanese_names=tuple(compact(n) for n in names if _JAPANESE.search(n)),
        site_title=site_title,
        project=any(tell.PROJECT_NAME.search(name) for name in (*names, site_title)),
        farewell=tell.FAREWELL_TITLE.search(flatten(headlines)) is not None,
        front=front,
    )


# ---- Sentences


def _sentences(page: Page) -> Iterator[_Sentence]:
    """The sentences that may be notices; one that a <br> broke is whole again."""
    parts = [(part, line) for line in _passages(page) for part in _split(line.text)]
    for i, (text, line) in enumerate(parts):
        japanese = _JAPANESE.search(text) is not None
        words: Iterable[str] = tell.TRIGGERS_JA if japanese else tell.TRIGGERS
        low = text.lower()
        if not any(word in low for word in words):
            continue
        yield _Sentence(
            text=text,
            flat=_flat(text),
            line=line.index,
            before=_flat(parts[i - 1][0]) if i else "",
            after=_flat(parts[i + 1][0]) if i + 1 < len(parts) else "",
            japanese=japanese,
            of_link=_comments_on_link(text, line, page.url),
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
        return re.sub(r"\s+", "", re.sub(r"\s+(?=[当本弊])", "、", flatten(text))).lower()
    return " ".join(text.replace("’", "'").lower().split())


def _passages(page: Page) -> Iterator[Line]:
    """The lines of the main text, those joined that visibly go on in the next one."""
    held: Line | None = None
    for read_line in page.lines:
        line = read_line
        if line.region not in _READ_IN:
            continue
        if held is not None and held.container == line.container and line.tag == held.tag:
            japanese = _JAPANESE.search(held.text[-1:] + line.text[:1]) is not None
            line = replace(held, text=held.text + ("" if japanese else " ") + line.text, links=held.links + line.links)
        elif held is not None:
            yield held
        held = None
        goes_on = _UNFINISHED.search(line.text) is not None and line.tag not in _WHOLE
        if goes_on and len(line.text) < _LONGEST_SENTENCE:
            held = line
        else:
            yield line
    if held is not None:
        yield held


def _split(text: str) -> list[str]:
    return [part.strip() for part in _ENDS.split(text) if part and part.strip()]


# ---- What a sentence says


def _said(sentence: _Sentence, speaker: _Host, page: Page) -> _Said | None:
    if len(sentence.flat) > _LONGEST_SENTENCE:
        return None
    said = _said_japanese(sentence, speaker) if sentence.japanese else _said_latin(sentence, speaker)
    if said is not None and said.kind is NoticeKind.MOVED:
        return said if _office_free(sentence) else None
    if said is None or sentence.of_link:
        return None
    if said.kind is NoticeKind.SUCCEEDED:
        return said
    heading = page.heading_above(page.lines[sentence.line])
    return None if tell.HISTORY.search(heading) and said.kind is not NoticeKind.ORG_ENDED else said


def _office_free(sentence: _Sentence) -> bool:
    """Whether it is the website that moved and not an office."""
    if sentence.japanese:
        return tell.OFFICE.search(sentence.flat) is None or tell.SELF_WEB.search(sentence.flat) is not None
    return tell.OFFICE_LATIN.search(sentence.flat) is None or tell.SELF_SITE.search(sentence.flat) is not None


def _said_japanese(sentence: _Sentence, speaker: _Host) -> _Said | None:
    flat = sentence.flat
    if tell.MAYBE.search(flat):
        return None
    return (
        _joined(sentence, speaker)
        or _dissolved(sentence, speaker)
        or _ended(sentence, speaker)
        or _not_updated(sentence, speaker)
        or _moved(sentence, speaker)
    )


def _dissolved(sentence: _Sentence, speaker: _Host) -> _Said | None:
    """The end of the organisation itself."""
    flat = sentence.flat
    if tell.PASSING.search(flat) or tell.REBORN.search(flat):
        return None
    for pattern in (tell.DISSOLVED, tell.RESOLVED, tell.CURTAIN):
        match = pattern.search(flat)
        if match is None:
            continue
        who, sure = _body_before(flat[: match.start()], sentence, speaker)
        if who:
            return _Said(NoticeKind.ORG_ENDED, who, _is_over(match, flat), sure, match.start())
    return None


def _is_over(match: re.Match[str], flat: str) -> bool:
    """Whether a verb is past; one that only leads on ("解散し、") takes the tense of the end of the sentence."""
    groups = match.groupdict()
    if groups.get("past") or groups.get("past2"):
        return True
    if not groups.get("onward"):
        return False
    return re.search(r"(?:まし)?た(?:もの)?(?:です)?[。!！」]?$", flat) is not None and "こととな" not in flat


def _topics(before: str) -> list[str]:
    """The noun phrases that は or が mark, the nearest last."""
    plain = tell.RECKONING.sub("、", before)
    return re.findall(r"([^、。はが]{1,50})(?:は|が)", plain)


def _body_before(before: str, sentence: _Sentence, speaker: _Host) -> tuple[str, float]:
    """The words for the host as that which ended, and how sure that is; ("", 0) when somebody else ended."""
    own = _last_own(before, tell.SELF_BODY, r"(?:は|が|も|を|、|(?:としての|の)(?:解散|活動|歴史|$)|$)") or _last_own(
        before, tell.SELF_WORK, r"(?:は|が|も|を|、|$)"
    )
    topics = _topics(before)
    if own:
        later = topics[-1] if topics else ""
        other = later and own not in later and re.search(rf"{tell.BODY}$|[様氏]$", later)
        return ("", 0.0) if other else (own, 0.9)
    name = _name_before(before, speaker)
    if name:
        return name, 0.85
    topic = topics[0] if topics else ""
    return (topic, 0.6) if _speaks_in_farewell(topic, sentence, speaker) else ("", 0.0)


def _last_own(before: str, pattern: re.Pattern[str], follower: str) -> str:
    """The last words of the first person that stand as subject or object, "" if none."""
    found = ""
    for match in pattern.finditer(before):
        if tell.NOT_SELF.search(match.group()) is None and re.match(follower, before[match.end() :]):
            found = match.group()
    return found


def _name_before(before: str, speaker: _Host) -> str:
    """One of the host's names as subject."""
    squeezed = compact(before)
    for name in speaker.japanese_names:
        at = squeezed.rfind(name)
        if at >= 0 and _AS_SUBJECT.match(squeezed[at + len(name) :]):
            return name
    return ""


def _speaks_in_farewell(topic: str, sentence: _Sentence, speaker: _Host) -> bool:
    """Whether the sentence takes leave, of itself or, where the host's name is not known, of the one it names."""
    around = f"{sentence.before}{sentence.flat}{sentence.after}"
    if not (speaker.farewell or tell.FAREWELL_JA.search(around)):
        return False
    named = compact(re.sub(r"[「」『』【】]", "", topic))
    if not named or (len(named) > 2 and named in speaker.site_title):
        return True
    return not speaker.japanese_names and not re.search(r"[様氏]$|^同|受付|募集", named)


def _object_before(before: str) -> str:
    """The noun phrase right before a verb, without its particle: what ended."""
    plain = tell.RECKONING.sub("、", before)
    plain = _ON_A_DAY.sub("、", plain)
    quoted = re.search(r"[「『]([^「」『』]{1,40})[」』](?:は|が|を|も)[^はがをも]{0,40}$", plain)
    if quoted:
        return quoted.group(1)
    match = re.search(
        r"(?:^|[、。はがも」』】※◆■●])([^、。はがもを「『【※◆■●]{1,40})(?:は|が|を|も)[^はがをも]{0,40}$", plain
    )
    if match:
        return match.group(1)
    bare = re.search(r"(?:^|[、。はがも】])([^、。はがもを]{1,20})$", plain)
    return bare.group(1) if bare else ""


def _ended(sentence: _Sentence, speaker: _Host) -> _Said | None:
    """終了, 閉鎖, 停止, 休止: what it means hangs on what ended."""
    flat = sentence.flat
    for match in tell.ENDED.finditer(flat):
        before = flat[: match.start()]
        thing = _object_before(before + ("を" if match.group("closed") else ""))
        kind = _kind_of_thing(thing, before, match.group(), speaker)
        if kind is None:
            continue
        who, sure = _owner(kind, thing, before, sentence, speaker)
        if who:
            return _Said(kind, who, _is_over(match, flat), sure, match.start())
    return None


def _kind_of_thing(thing: str, before: str, verb: str, speaker: _Host) -> NoticeKind | None:
    """What kind of end it is, by the noun that ended; None for the things that end every day."""
    bare = re.sub(r"[」』)）※\s]+$", "", thing)
    if not bare or tell.OTHER_THING.search(bare) or tell.PASSING.search(before[-60:]):
        return None
    if tell.OF_BODY.search(bare) and not verb.startswith("完了"):
        return NoticeKind.PAUSED if verb.startswith("休") else NoticeKind.ORG_ENDED
    kinds = (
        (tell.OF_UPDATES, NoticeKind.UPDATES_ENDED),
        (tell.OF_WEB, NoticeKind.SITE_CLOSED),
        (tell.OF_OFFER, NoticeKind.SERVICE_ENDED),
        (tell.OF_WORK, NoticeKind.PROJECT_ENDED),
        (tell.OF_TERM, NoticeKind.PROJECT_ENDED),
    )
    for pattern, kind in kinds:
        if pattern.search(bare):
            # An update, a move or a registration is completed every day; a project only once.
            return None if verb.startswith("完了") and kind is not NoticeKind.PROJECT_ENDED else kind
    if _name_before(before, speaker) and compact(bare).endswith(speaker.japanese_names):
        return NoticeKind.PROJECT_ENDED if re.search(tell.WORK, bare) else NoticeKind.ORG_ENDED
    body = tell.SELF_BODY.search(bare)
    if (
        body
        and body.end() == len(bare)
        and not re.fullmatch(r"(?:当|本|この)会", body.group())
        and not tell.NOT_SELF.search(body.group())
    ):
        return NoticeKind.PAUSED if verb.startswith("休") else NoticeKind.ORG_ENDED
    quoted = verb.startswith("閉鎖") and before.endswith(("』は", "」は"))
    return NoticeKind.SITE_CLOSED if quoted else None


def _owner(kind: NoticeKind, thing: str, before: str, sentence: _Sentence, speaker: _Host) -> tuple[str, float]:
    """Whose thing ended: the host's own words for it, or ("", 0)."""
    for pattern in (tell.SELF_WEB, tell.SELF_WORK, tell.SELF_OFFER, tell.SELF_BODY):
        own = next((m.group() for m in pattern.finditer(thing) if not tell.NOT_SELF.search(m.group())), "")
        one_of_many = pattern is tell.SELF_WORK and not (speaker.front or speaker.project)
        if own and not one_of_many:
            return own, 0.85 if pattern is not tell.SELF_WORK else 0.7
    if kind is NoticeKind.PROJECT_ENDED:
        name = _name_before(before, speaker)
        own = (name if compact(thing).endswith(name) else "") or (
            _last_own(before, tell.SELF_WORK, "(?:は|が|、)") if tell.OF_TERM.search(thing) else ""
        )
        return (own, 0.8) if own else ("", 0.0)
    if len(compact(thing)) > 14 and "の" in thing and not tell.FAREWELL_JA.search(sentence.before + sentence.flat):
        return "", 0.0
    name = _name_before(before, speaker)
    if name:
        return name, 0.8
    own = _last_own(before, tell.SELF_WEB, "(?:は|が|も|、|の)") or _last_own(
        before, tell.SELF_BODY, "(?:は|が|も|、|の|としての)"
    )
    if not own and kind is NoticeKind.ORG_ENDED and (speaker.front or speaker.project):
        own = _last_own(before, tell.SELF_WORK, "(?:は|が|も|、|の)")
    if own:
        return own, 0.85
    topics = _topics(before)
    topic = topics[0] if topics else ""
    return (topic or thing, 0.6) if _speaks_in_farewell(topic, sentence, speaker) else ("", 0.0)


def _not_updated(sentence: _Sentence, speaker: _Host) -> _Said | None:
    """ "No longer updated": a state, so it counts as past."""
    match = tell.NOT_UPDATED.search(sentence.flat)
    if match is None or tell.PASSING.search(sentence.flat):
        return None
    before = sentence.flat[: match.start()]
    own = _last_own(before, tell.SELF_WEB, "(?:は|が|も|の|を|、|へ|$)") or _name_before(before, speaker)
    if not own and re.fullmatch(r"(?:なお、)?(?:現在|今|今後)?(?:は|、)?", before):
        own = _last_own(sentence.before, tell.SELF_WEB, "(?:は|が|も)")
    page_only = own.endswith("ページ") and not own.endswith("ホームページ")
    if not own or (page_only and not speaker.front):
        return None
    return _Said(NoticeKind.UPDATES_ENDED, own, over=True, sure=0.5 if page_only else 0.8, at=match.start())


def _moved(sentence: _Sentence, speaker: _Host) -> _Said | None:
    """The website has, or will have, another address."""
    flat = sentence.flat
    match = tell.MOVED_JA.search(flat)
    if match is None or tell.WEB_WORD.search(flat) is None:
        return None
    own = _last_own(flat, tell.SELF_WEB, "") or _name_before(flat[: match.start()], speaker)
    topics = _topics(flat[: match.start()])
    if not own and topics and re.search(rf"{tell.WEB}$", topics[-1]) and not tell.NOT_SELF.search(topics[-1]):
        known = compact(topics[-1])[:-3] in speaker.site_title if speaker.site_title else not speaker.japanese_names
        own = topics[-1] if known else ""
    if not own and speaker.front and topics and tell.BARE_WEB.fullmatch(topics[-1]):
        own = topics[-1]
    if not own and not (speaker.front and tell.NEW_ONE.search(flat)):
        return None
    # An address may change within the site; only a move of the site is believed without the new address.
    sure = 0.8 if own and re.search(r"移転|引っ?越", flat) else 0.5
    return _Said(NoticeKind.MOVED, own, over=True, sure=sure, at=match.start())


def _joined(sentence: _Sentence, speaker: _Host) -> _Said | None:
    """Merged, renamed, handed over: the host lives on in a successor, if one is named."""
    flat = sentence.flat
    match = tell.JOINED_JA.search(flat)
    if match is None or tell.BORN.search(flat):
        return None
    before = flat[: match.start()]
    follower = "(?:は|が|も|、|の(?:事業|業務|活動|役割|機能)(?:は|が|を|も|、))"
    own = _last_own(before, tell.SELF_BODY, follower) or _name_before(before, speaker)
    if not own:
        return None
    return (
        _Said(NoticeKind.SUCCEEDED, own, over=_ends_past(flat), sure=0.8, at=match.start())
        if _successor_name(sentence, speaker)
        else None
    )


def _ends_past(flat: str) -> bool:
    return re.search(r"た[。!！」]?$", flat) is not None and "こととな" not in flat


def _successor_name(sentence: _Sentence, speaker: _Host) -> str:
    """The name of the body that goes on, "" when none is named, or when only the legal form changed."""
    if not sentence.japanese:
        match = tell.TO_WHOM_LATIN.search(sentence.text)
        name = match.group(1) if match else ""
        return "" if any(is_named(own, name) for own in speaker.names) else name
    for match in tell.TO_WHOM.finditer(flatten(sentence.text)):
        name = next((g for g in match.groups() if g), "").strip()
        squeezed = compact(name)
        if tell.LEGAL_FORM_JA.match(squeezed) or any(own in squeezed for own in speaker.japanese_names):
            continue
        if tell.SELF_BODY.search(squeezed) is None:
            return name
    return ""


# ---- The other languages


def _said_latin(sentence: _Sentence, speaker: _Host) -> _Said | None:
    flat = sentence.flat
    if tell.QUOTING.search(flat):
        return None
    moved = tell.MOVED.search(flat)
    if moved and _is_own_move(sentence, speaker, moved.end()):
        return _Said(NoticeKind.MOVED, moved.group()[:60], over=True, sure=0.8, at=moved.start())
    for kind, over, pattern in tell.LATIN:
        match = pattern.search(flat)
        if match is None:
            continue
        before = flat[: match.start()]
        if (
            _is_history(before, flat[match.start() :])
            or tell.MAYBE_LATIN.search(before)
            or tell.OTHER_LATIN.search(before[-90:] + flat[match.end() :][:28].split(" and ")[0])
        ):
            continue
        who, sure = _who_latin(kind, before, match.group(), sentence, speaker)
        if who:
            return _Said(kind, who, over, sure, match.start())
    return _joined_latin(sentence, speaker)


def _is_own_move(sentence: _Sentence, speaker: _Host, end: int) -> bool:
    """Whether it is the host that moved, and on the web: "we have moved to Tokyo" is about an office."""
    told = sentence.flat[:end]
    own = (
        tell.SELF.search(told)
        or tell.SELF_SITE.search(told)
        or any(is_named(n, sentence.text[:end]) for n in speaker.names)
    )
    return bool(own) and (
        tell.WEB_LATIN.search(sentence.flat) is not None or _ADDRESS.search(sentence.text) is not None
    )


def _is_history(before: str, rest: str) -> bool:
    """Whether the year beside the verb lies before there were websites."""
    after, ahead = _YEAR.findall(rest), _YEAR.findall(before)
    year = after[0] if after else ahead[-1] if ahead else ""
    return bool(year) and int(year) < _FIRST_WEB_YEAR


def _who_latin(kind: NoticeKind, before: str, verb: str, sentence: _Sentence, speaker: _Host) -> tuple[str, float]:
    """The host as that which ended, and how sure that is."""
    near = before[-120:]
    if kind is NoticeKind.SERVICE_ENDED:
        return verb, 0.7
    if kind in _ENDED_SITE:
        if verb.startswith("this is"):
            return verb, 0.8
        site = _last(tell.SELF_SITE, near) or _last(tell.SELF_SITE, verb)
        gap = near[near.rfind(site) + len(site) :] if site else ""
        return (site, 0.85) if site and not tell.OF_THE_SITE.match(gap) and " of " not in gap else ("", 0.0)
    name = next((n for n in speaker.names if is_named(n, sentence.text[: len(before) + 4])), "")
    if kind is NoticeKind.PROJECT_ENDED:
        work = _last(tell.SELF_WORK_LATIN, near) or (_last(tell.THE_WORK, before) if speaker.project else "")
        own = name if "proj" in name.lower() else ""
        return (own, 0.8) if own else (work, 0.6) if work and (speaker.front or speaker.project) else ("", 0.0)
    if name:
        return name, 0.8
    who = _last(tell.SELF, near + verb)
    # "The association Foo Bar was dissolved" is about Foo Bar.
    gap = sentence.text[: len(before)][len(before) - len(near) + near.rfind(who) + len(who) :] if who in near else ""
    if who and not (who.startswith("the ") and re.search(r"\b[A-Z]", gap)):
        return who, 0.85 if who.startswith(("our", "we", "unser", "notre", "nous", "wir", "nuestra", "hemos")) else 0.7
    loose = re.search(r"\bthe (?:[\w']+ ){1,2}(?:association|society|club|council|network|cluster)\b[^.;]{0,20}$", near)
    if loose and ("continue" in verb or tell.FAREWELL_LATIN.search(sentence.after)):
        return loose.group().strip(), 0.6
    taken_leave = tell.FAREWELL_LATIN.search(f"{sentence.before} {sentence.after}") and _last(tell.SELF_SITE, near)
    return (near.strip()[-60:], 0.6) if taken_leave else ("", 0.0)


def _last(pattern: re.Pattern[str], text: str) -> str:
    found = ""
    for match in pattern.finditer(text):
        # "The first phase of our project": what is said is said of the phase.
        if not text[: match.start()].endswith(" of ") or text[: match.start()].endswith("activities of "):
            found = match.group().strip(' "“(')
    return found


def _joined_latin(sentence: _Sentence, speaker: _Host) -> _Said | None:
    match = tell.JOINED.search(sentence.flat)
    if match is None or tell.MAYBE_LATIN.search(sentence.flat[: match.start()]):
        return None
    before = sentence.flat[: match.start()]
    named = any(is_named(n, sentence.text[: len(before) + 4]) for n in speaker.names)
    who = _last(tell.SELF, before[-80:])
    if not (who or named) or not _successor_name(sentence, speaker):
        return None
    return _Said(NoticeKind.SUCCEEDED, who or speaker.names[0], over=True, sure=0.7, at=match.start())


# ---- From what is said to a notice


def _notice(said: _Said, sentence: _Sentence, speaker: _Host, page: Page, today: date) -> Notice | None:
    on = _day(sentence, said, page, today)
    if on is not None and on.year < _FIRST_WEB_YEAR:
        return None
    elsewhere = _new_address(sentence, page)
    kind, successor = said.kind, ""
    if kind is NoticeKind.SUCCEEDED:
        successor = elsewhere or _successor_name(sentence, speaker)
    elif kind is NoticeKind.MOVED or (kind in _ENDED_SITE and _goes_on_elsewhere(sentence, page, elsewhere)):
        kind, successor = NoticeKind.MOVED, elsewhere
        if not successor and said.sure < 0.7:
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


def _day(sentence: _Sentence, said: _Said, page: Page, today: date) -> date | None:
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
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _resolved(expression: Expression, sentence: _Sentence, page: Page, today: date) -> date | None:
    """A day without a year, by a dated line close above; None when there is none, and for a fiscal year."""
    if not expression.month:
        return None
    for line in reversed(page.lines[max(0, sentence.line - _NEAR) : sentence.line + 1]):
        for other in expressions(line.text, today=today):
            if other.on is not None and other.raw != expression.raw:
                days = resolve_yearless(expression.month, expression.day, None, today=today, after=other.on)
                return days[0] if days else None
    return None


def _goes_on_elsewhere(sentence: _Sentence, page: Page, address: str) -> bool:
    """Whether a site that closed moved: it says so itself, or an address stands beside words for a new place."""
    if re.search(r"移転|引っ?越", sentence.flat):
        return True
    return bool(address) and _speaks_of_new_place(sentence, page)


def _speaks_of_new_place(sentence: _Sentence, page: Page) -> bool:
    around = f"{sentence.before}{sentence.flat}{sentence.after}"
    lines = page.lines[max(0, sentence.line - 2) : sentence.line + 3]
    return tell.NEW_PLACE.search(around) is not None or any(tell.NEW_PLACE.search(line.text.lower()) for line in lines)


def _new_address(sentence: _Sentence, page: Page) -> str:
    """The nearest address on another host that stands with the sentence, or that the page leads to by itself."""
    start = sentence.line
    near = (line for line in page.lines[max(0, start - 2) : start + _NEAR + 1] if line.region in _READ_IN)
    nearest = sorted(near, key=lambda line: (abs(line.index - start), -line.index))
    for line in nearest:
        for url in (*(link.url for link in line.links), *map(canonical, _ADDRESS.findall(line.text))):
            if _is_elsewhere(url, page.url):
                return url
    return page.refresh if page.refresh and _is_elsewhere(page.refresh, page.url) else ""


def _is_elsewhere(url: str, here: str) -> bool:
    """Whether an address lies on another host, or in another user's folder of a shared one."""
    if not url or host(url).removeprefix("www.") == host(here).removeprefix("www."):
        first, second = urlsplit(url).path.split("/")[1:2], urlsplit(here).path.split("/")[1:2]
        return bool(url) and first != second and bool(first and second) and "~" in (first[0] + second[0])
    return not same_site(url, here) or host(url) != host(here)


def _by_heading(page: Page, speaker: _Host) -> tuple[Notice, ...]:
    """A bare heading "notice of the dissolution of our association": an announcement, for what it says stands elsewhere."""
    for line in page.lines:
        flat = compact(flatten(line.text)) if "散" in line.text or "活動" in line.text else ""
        match = tell.HEADING_JA.search(flat) if len(flat) < 80 else None
        if match is None or line.region not in _READ_IN:
            continue
        who = _last_own(match.group("who"), tell.SELF_BODY, "$") or _name_before(match.group("who"), speaker)
        if who:
            return (
                Notice(
                    kind=NoticeKind.ANNOUNCED, url=page.url, quote=line.text[:_LONGEST_QUOTE], subject=who, first_person=True, confidence=0.5
                ),
            )  # fmt: skip
    return ()
