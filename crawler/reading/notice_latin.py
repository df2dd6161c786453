"""What a sentence in English, German, French, Italian, Spanish or Polish says of an end, a move or a successor."""

from __future__ import annotations

import re

from crawler.model import NoticeKind
from crawler.reading import notice_words as tell
from crawler.reading.identity import is_named
from crawler.reading.notice_sentences import ENDED_SITE, FIRST_WEB_YEAR, Said, Sentence, Speaker

_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")


def said(sentence: Sentence, speaker: Speaker) -> Said | None:
    """What a sentence in Latin script says of the host; None when it says nothing."""
    flat = sentence.flat
    if tell.QUOTING.search(flat):
        return None
    moved = tell.MOVED.search(flat)
    if moved and _is_own_move(sentence, speaker, moved.end()):
        return Said(NoticeKind.MOVED, moved.group()[:60], over=True, sure=0.8, at=moved.start())
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
        who, sure = _who(kind, before, match.group(), sentence, speaker)
        if who:
            return Said(kind, who, over, sure, match.start())
    return _joined(sentence, speaker)


def _is_own_move(sentence: Sentence, speaker: Speaker, end: int) -> bool:
    """Whether it is the host that moved, and on the web: "we have moved to Tokyo" is about an office."""
    told = sentence.flat[:end]
    own = (
        tell.SELF.search(told)
        or tell.SELF_SITE.search(told)
        or any(is_named(n, sentence.text[:end]) for n in speaker.names)
    )
    return bool(own) and (
        tell.WEB_LATIN.search(sentence.flat) is not None or tell.ADDRESS.search(sentence.text) is not None
    )


def _is_history(before: str, rest: str) -> bool:
    """Whether the year beside the verb lies before there were websites."""
    after, ahead = _YEAR.findall(rest), _YEAR.findall(before)
    year = after[0] if after else ahead[-1] if ahead else ""
    return bool(year) and int(year) < FIRST_WEB_YEAR


def _who(kind: NoticeKind, before: str, verb: str, sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """The host as that which ended, and how sure that is."""
    near = before[-120:]
    if kind is NoticeKind.SERVICE_ENDED:
        return verb, 0.7
    if kind in ENDED_SITE:
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
    """The last words that a pattern finds, "" if none, or if what is said is said of a part of them."""
    found = ""
    for match in pattern.finditer(text):
        # "The first phase of our project": what is said is said of the phase.
        if not text[: match.start()].endswith(" of ") or text[: match.start()].endswith("activities of "):
            found = match.group().strip(' "“(')
    return found


def _joined(sentence: Sentence, speaker: Speaker) -> Said | None:
    """Merged, renamed, taken over: the host lives on in a successor, if one is named."""
    match = tell.JOINED.search(sentence.flat)
    if match is None or tell.MAYBE_LATIN.search(sentence.flat[: match.start()]):
        return None
    before = sentence.flat[: match.start()]
    named = any(is_named(n, sentence.text[: len(before) + 4]) for n in speaker.names)
    who = _last(tell.SELF, before[-80:])
    if not (who or named) or not successor_name(sentence, speaker):
        return None
    return Said(NoticeKind.SUCCEEDED, who or speaker.names[0], over=True, sure=0.7, at=match.start())


def successor_name(sentence: Sentence, speaker: Speaker) -> str:
    """The name of the body that goes on, "" when none is named or it is the host itself."""
    match = tell.TO_WHOM_LATIN.search(sentence.text)
    name = match.group(1) if match else ""
    return "" if any(is_named(own, name) for own in speaker.names) else name
