"""What a sentence in English, German, French, Italian, Spanish or Polish says of an end, a move or a successor."""

from __future__ import annotations

import re
from itertools import islice

from crawler.model import NoticeKind
from crawler.reading import notice_words_latin as tell
from crawler.reading.identity import compact, is_named, name_pattern
from crawler.reading.notice_sentences import ENDED_SITE, FIRST_WEB_YEAR, Said, Sentence, Speaker
from crawler.reading.notice_words import ADDRESS, PROJECT_NAME

_MOST_VERBS = 5  # of one kind in one sentence
_CAPITAL = re.compile(r"\b[A-ZÀ-Ž][\w\-]*")
# A clause of the site's or the host's own behind another one: "Registration is closed and this website ..."
_OWN_CLAUSE = re.compile(rf"(?:; |, | and )(?:now |so )?(?:{tell.SELF_SITE.pattern}|{tell.SELF.pattern})[^;,]{{0,60}}$")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")


def said(sentence: Sentence, speaker: Speaker) -> Said | None:
    """What a sentence in Latin script says of the host; None when it says nothing."""
    flat = sentence.flat
    if tell.QUOTING.search(flat):
        return None
    moved = tell.MOVED.search(flat)
    page_down = moved and not speaker.home and tell.PAGE.search(_last(tell.SELF_SITE, moved.group()))
    if moved and not page_down and _is_own_move(sentence, speaker, moved.end()):
        return Said(NoticeKind.MOVED, moved.group()[:60], over=True, sure=0.8, at=moved.start())
    for kind, over, pattern in tell.ENDED:
        for match in islice(pattern.finditer(flat), _MOST_VERBS):
            if not _is_plain_end(sentence, match):
                continue
            who, sure = _who(kind, match, sentence, speaker)
            if who:
                return Said(kind, who, over, sure, match.start())
    return _joined(sentence, speaker)


def _is_plain_end(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether the verb tells of an end: not a possible or an old one, nor that of a course or a call, nor a habit."""
    before, after = sentence.flat[: match.start()], tell.AT_A_MEETING.sub("", sentence.flat[match.end() :])
    clause = re.split(r"; |, but | but |, and ", before)[-1]
    nearby = re.split(r"; |, | and ", before)[-1] if _OWN_CLAUSE.search(before) else before[-90:]
    return not (
        _is_history(before, sentence.flat[match.start() :])
        or tell.MAYBE.search(clause)
        or tell.HABIT.search(after)
        or tell.OTHER.search(nearby + after[:28].split(" and ")[0])
    )


def _is_own_move(sentence: Sentence, speaker: Speaker, end: int) -> bool:
    """Whether it is the host that moved, and on the web: "we have moved to Tokyo" is about an office."""
    told = sentence.flat[:end]
    own = (
        tell.SELF.search(told)
        or tell.SELF_SITE.search(told)
        or any(is_named(n, sentence.text[:end]) for n in speaker.names)
    )
    return bool(own) and (tell.WEB.search(sentence.flat) is not None or ADDRESS.search(sentence.text) is not None)


def _is_history(before: str, rest: str) -> bool:
    """Whether the year beside the verb lies before there were websites."""
    after, ahead = _YEAR.findall(rest), _YEAR.findall(before)
    year = after[0] if after else ahead[-1] if ahead else ""
    return bool(year) and int(year) < FIRST_WEB_YEAR


def _who(kind: NoticeKind, match: re.Match[str], sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """The host as that which ended, and how sure that is."""
    before, verb = sentence.flat[: match.start()], match.group()
    if kind is NoticeKind.SERVICE_ENDED:
        return verb, 0.7
    if kind in ENDED_SITE:
        return _site(before, verb, speaker)
    if kind is NoticeKind.PROJECT_ENDED:
        return _work(before, sentence, speaker)
    after = sentence.flat[match.end() :]
    if tell.PLACE_WITHIN.search(verb) or (tell.OF_A_PART.search(after) and not tell.OWN_OBJECT.search(after)):
        return "", 0.0
    return _body(before, verb, sentence, speaker)


def _site(before: str, verb: str, speaker: Speaker) -> tuple[str, float]:
    """The words for the whole website."""
    if verb.startswith("this is"):
        return verb, 0.8
    near = before[-120:]
    site = _last(tell.SELF_SITE, near) or _last(tell.SELF_SITE, verb)
    site = site or _named_site(near, speaker)
    if tell.FORMER.search(site):
        return "", 0.0
    gap = near[near.rfind(site) + len(site) :] if site else ""
    if not site or tell.OF_THE_SITE.match(gap) or " of " in gap or tell.OTHER_SUBJECT.search(gap):
        return "", 0.0
    page_down = tell.PAGE.search(site) is not None and not speaker.home
    return ("", 0.0) if page_down else (site, 0.85)


def _named_site(near: str, speaker: Speaker) -> str:
    """The website as the host's by its name: "the Foo Cluster's homepage"; "" for none."""
    for name in speaker.names:
        match = re.search(rf"{re.escape(name.lower())}(?:'s?)? (?:official |own )?{tell.SITE}(?![\w-])", near)
        if match and _leads(near[: match.start()]):
            return match.group()
    return ""


def _work(before: str, sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """The words for the project, where the host is one."""
    for name in speaker.names:
        gap = _gap_after(name, before, sentence)
        if PROJECT_NAME.search(name) and gap is not None and not _is_anothers(gap):
            return name, 0.8
    this = _last_match(tell.SELF_WORK, before)
    if speaker.project:
        this = this or _last_match(tell.OUR_WORK, before) or _last_match(tell.THE_WORK, before)
    elif not speaker.front or any(
        PROJECT_NAME.search(tell.SOME_WORK.sub("", words)) for words in (sentence.heading, sentence.before)
    ):
        return "", 0.0
    if this is None:
        return "", 0.0
    # "Our project ABC", "the ABC project": of a project by name, which is told above when it is the host's.
    named = _CAPITAL.search(sentence.text[this.start() + 1 : len(before)][: len(this.group()) + 2])
    told = named is None or compact(named.group()) in "".join((*map(compact, speaker.names), speaker.site_title))
    return (this.group(), 0.6) if told and not tell.OTHER_SUBJECT.search(before[this.end() :]) else ("", 0.0)


def _body(before: str, verb: str, sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """The words for the organisation: the last of them before the verb, if nobody else comes between."""
    near = before[-160:]
    if verb.startswith(("voted", "resolved", "decided", "agreed")) and _last(tell.SELF, verb):
        return _last(tell.SELF, verb), 0.7
    found = [(gap, name, 0.8) for name in speaker.names if (gap := _gap_after(name, before, sentence)) is not None]
    self = _last_match(tell.SELF, near)
    who = self.group().strip(' "“(') if self else ""
    # "The association Foo Bar was dissolved" is about Foo Bar.
    named = who.startswith("the ") and _CAPITAL.search(
        sentence.text[len(before) - len(near) + (self.end() if self else 0) : len(before)]
    )
    if self and not named and not tell.NOT_SELF.match(near[self.start() :]):
        sure = 0.85 if who.startswith(("our", "we", "unser", "notre", "nous", "wir", "nuestra", "hemos")) else 0.7
        found.append((near[self.end() :], who, sure))
    if found:
        gap, who, sure = min(found, key=lambda one: len(one[0]))
        its_own = gap.strip() in {"'s", "'"} and verb.startswith("activities")
        return (who, sure) if its_own or not _is_anothers(gap) else ("", 0.0)
    who = _last(tell.SELF, verb)
    if who:
        return who, 0.7
    loose = re.search(r"\bthe (?:[\w']+ ){1,2}(?:association|society|club|council|network|cluster)\b[^.;]{0,20}$", near)
    if loose and ("continue" in verb or tell.FAREWELL.search(sentence.after)):
        return loose.group().strip(), 0.6
    taken_leave = tell.FAREWELL.search(f"{sentence.before} {sentence.after}") and _last(tell.SELF_SITE, near)
    return (near.strip()[-60:], 0.6) if taken_leave else ("", 0.0)


def _gap_after(name: str, before: str, sentence: Sentence) -> str | None:
    """The words between the last mention of a name and the verb; None when it is not named, or only behind an "of"."""
    told = sentence.text[: len(before)]
    at = -1
    for match in name_pattern(name).finditer(told):
        if _leads(told[: match.start()].lower()) and not tell.LONGER_NAME.match(told[match.end() :]):
            at = match.end()
    return None if at < 0 else before[at:]


def _leads(before: str) -> bool:
    """Whether what stands behind these words leads its sentence: in "the first phase of our project" the phase does."""
    return tell.BEHIND_OF.search(before[-60:]) is None or tell.OF_THE_HOST.search(before[-60:]) is not None


def _is_anothers(gap: str) -> bool:
    """Whether the words between the host and the verb make it the verb of a part, or of somebody else."""
    plain = tell.ASIDE.sub(" ", re.sub(r"\([^()]{0,80}\)", "", gap))
    if tell.OWN_SIDE.search(plain):
        return False
    return (
        plain.startswith(("'s ", "' "))
        or tell.PART.search(plain) is not None
        or tell.OTHER_SUBJECT.search(plain) is not None
    )


def _last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last place that a pattern finds, None if none, or if what is said is said of a part of it."""
    return max((m for m in pattern.finditer(text) if _leads(text[: m.start()])), key=lambda m: m.end(), default=None)


def _last(pattern: re.Pattern[str], text: str) -> str:
    """The words at that place, "" if none."""
    found = _last_match(pattern, text)
    return found.group().strip(' "“(') if found else ""


def _joined(sentence: Sentence, speaker: Speaker) -> Said | None:
    """Merged, renamed, taken over: the host lives on in a successor, if one is named."""
    match = tell.JOINED.search(sentence.flat)
    if match is None or tell.MAYBE.search(sentence.flat[: match.start()]):
        return None
    before = sentence.flat[: match.start()]
    named = any(is_named(n, sentence.text[: len(before) + 4]) for n in speaker.names)
    who = _last(tell.SELF, before[-80:]) or _last(tell.OWN_WORK, before[-80:])
    if not (who or named) or not successor_name(sentence, speaker):
        return None
    return Said(NoticeKind.SUCCEEDED, who or speaker.names[0], over=True, sure=0.7, at=match.start())


def successor_name(sentence: Sentence, speaker: Speaker) -> str:
    """The name of the body that goes on, "" when none is named or it is the host itself."""
    match = tell.TO_WHOM.search(sentence.text)
    name = match.group(1) if match else ""
    return "" if any(is_named(own, name) for own in speaker.names) else name
