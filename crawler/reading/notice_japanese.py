"""What a Japanese sentence says of an end, a move or a successor of the host.

Each kind of end has its verbs. Whether the words before the verb mean the host is decided in `notice_japanese_host`.
"""

from __future__ import annotations

import re

from crawler.model import NoticeKind
from crawler.reading import notice_words_japanese as tell
from crawler.reading.flatten import flatten
from crawler.reading.identity import compact
from crawler.reading.notice_japanese_host import (
    is_farewell_topic,
    is_host,
    is_of_another,
    is_own,
    is_title,
    last_own,
    leaves_who_out,
    name_before,
    speaks_in_farewell,
    topics_of,
)
from crawler.reading.notice_sentences import Said, Sentence, Speaker

_ON_A_DAY = re.compile(r"(?<=[年月日度末旬])(?:に|で)(?=[^、])")
# "Of our site" reaches the verb through words of the site as a whole only: not 当サイトの掲示板は.
_OF_ALL = rf"の(?:$|(?=[^、。]){tell.ASPECTS}(?:は|が|も|を|、|$))"
_NO_PART = r"(?!の(?!url|アドレス|ドメイン|移転|引っ?越|更新|公開|運営|運用|新|旧|場所|サーバ|内容|全))"
_LONGEST_HEADING = 80  # characters


def said(sentence: Sentence, speaker: Speaker) -> Said | None:
    """What a Japanese sentence says of the host; None when it says nothing."""
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


def _dissolved(sentence: Sentence, speaker: Speaker) -> Said | None:
    """The end of the organisation itself."""
    flat = sentence.flat
    if tell.PASSING.search(flat) or _is_reborn(sentence):
        return None
    for pattern in (tell.DISSOLVED, tell.RESOLVED, tell.CURTAIN):
        match = pattern.search(flat)
        if match is None:
            continue
        before = flat[: match.start()]
        who, sure = ("", 0.0) if _dissolves_another(before, speaker) else _body_before(before, sentence, speaker)
        if who:
            return Said(NoticeKind.ORG_ENDED, who, _is_over(match, flat), sure, match.start())
    return None


def _is_reborn(sentence: Sentence) -> bool:
    """Whether what ended goes on at once in another legal form."""
    return tell.REBORN.search(sentence.flat) is not None or tell.REBORN_AFTER.search(sentence.after) is not None


def _dissolves_another(before: str, speaker: Speaker) -> bool:
    """Whether the verb has an object that is not the host: 任意団体を解散し."""
    match = re.search(r"(?:^|[、。はがも])([^、。はがも]{1,40})を$", tell.RECKONING.sub("、", before))
    return match is not None and not is_host(match.group(1), speaker)


def _is_over(match: re.Match[str], flat: str) -> bool:
    """Whether a verb is past; one that only leads on ("解散し、") takes the tense of the end of the sentence."""
    groups = match.groupdict()
    if groups.get("past") or groups.get("past2"):
        return True
    if not (groups.get("onward") or groups.get("onward2")):
        return False
    return re.search(r"(?:まし)?た(?:もの)?(?:です)?[。!！」]?$", flat) is not None and "こととな" not in flat


def _body_before(before: str, sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """The words for the host as that which ended, and how sure that is; ("", 0) when somebody else ended."""
    if is_of_another(before, speaker) and not is_farewell_topic(before, sentence, speaker):
        return "", 0.0
    own = last_own(
        before, tell.SELF_BODY, r"(?:は|が|も|を|、|(?:としての|の)(?:解散|活動|歴史|$)|$)", speaker
    ) or last_own(before, tell.SELF_WORK, r"(?:は|が|も|を|、|$)", speaker)
    if own:
        return own, 0.9
    name = name_before(before, speaker)
    if name:
        return name, 0.85
    topics = topics_of(before)
    topic = topics[0] if topics else ""
    return (topic or "解散", 0.6) if speaks_in_farewell(topic, sentence, speaker) else ("", 0.0)


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


def _ended(sentence: Sentence, speaker: Speaker) -> Said | None:
    """終了, 閉鎖, 停止, 休止: what it means hangs on what ended."""
    flat = sentence.flat
    for match in tell.ENDED.finditer(flat):
        before = flat[: match.start()]
        thing = _object_before(before + ("を" if match.group("closed") else ""))
        if tell.ALL_DONE.search(before) and topics_of(before):
            thing = topics_of(before)[-1]
        if not thing and not topics_of(before):
            told = _by_headline(speaker)
            if told is not None and not tell.PASSING.search(flat):
                return Said(told, "当サイト", _is_over(match, flat), 0.6, match.start())
        thing = _whole_name(thing, before, speaker)
        kind = _kind_of_thing(thing, before, match.group(), speaker)
        if kind is None or (kind is NoticeKind.ORG_ENDED and _is_reborn(sentence)):
            continue
        who, sure = _owner(kind, thing, before, sentence, speaker)
        if who:
            return Said(kind, who, _is_over(match, flat), sure, match.start())
    return None


def _whole_name(thing: str, before: str, speaker: Speaker) -> str:
    """The host's name for what is left of one that has a particle in it, such as ものづくり."""
    name = name_before(before, speaker)
    return name if name and thing and name.endswith(compact(thing)) else thing


def _kind_of_thing(thing: str, before: str, verb: str, speaker: Speaker) -> NoticeKind | None:
    """What kind of end it is, by the noun that ended; None for the things that end every day."""
    bare = re.sub(r"[」』)）※\s]+$", "", thing)
    is_name = compact(bare) in speaker.japanese_names  # which may hold any word: 次世代自動車研究会
    if (
        not bare
        or (tell.OTHER_THING.search(bare) and not is_name)
        or tell.SEASON.search(bare)
        or tell.PASSING.search(before[-60:])
    ):
        return None
    role = tell.IN_A_ROLE.search(bare)
    if role and not is_host(role.group("role"), speaker):
        return None
    if tell.OF_ROLE.search(bare):
        return NoticeKind.ORG_ENDED if verb.startswith(("を終え", "を果たし", "終了")) else None
    if verb.startswith("を果たし"):
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
    if name_before(before, speaker) and compact(bare).endswith(speaker.japanese_names):
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


def _owner(kind: NoticeKind, thing: str, before: str, sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """Whose thing ended: the host's own words for it, or ("", 0)."""
    own, sure = _owner_within(thing, sentence, speaker)
    if own:
        return ("", 0.0) if _is_page_down(own, speaker) else (own, sure)
    if is_of_another(before, speaker) and not is_farewell_topic(before, sentence, speaker):
        return "", 0.0
    if kind is NoticeKind.PROJECT_ENDED:
        name = name_before(before, speaker)
        own = (name if compact(thing).endswith(name) or tell.OF_TERM.search(thing) else "") or (
            last_own(before, tell.SELF_WORK, "(?:は|が|、)", speaker) if tell.OF_TERM.search(thing) else ""
        )
        own = own or (thing if is_title(thing, speaker) else "")
        return (own, 0.8) if own else ("", 0.0)
    name = name_before(before, speaker)
    long = len(compact(thing)) > 14 and "の" in thing and not (name and name in compact(thing))
    if long and not tell.FAREWELL.search(sentence.before + sentence.flat):
        return "", 0.0
    if name:
        return name, 0.8
    follower = rf"(?:は|が|も|、|としての|{_OF_ALL})"
    own = last_own(before, tell.SELF_WEB, follower, speaker) or last_own(before, tell.SELF_BODY, follower, speaker)
    if not own and kind is NoticeKind.ORG_ENDED and _is_this_work(sentence, speaker):
        own = last_own(before, tell.SELF_WORK, follower, speaker)
    if own:
        return ("", 0.0) if _is_page_down(own, speaker) else (own, 0.85)
    topics = topics_of(before)
    topic = topics[0] if topics else ""
    return (topic or thing, 0.6) if speaks_in_farewell(topic, sentence, speaker) else ("", 0.0)


def _owner_within(thing: str, sentence: Sentence, speaker: Speaker) -> tuple[str, float]:
    """The host's words for itself at the end of the noun that ended, but for words of the whole: 当サイトの更新."""
    for pattern in (tell.SELF_WEB, tell.SELF_WORK, tell.SELF_OFFER, tell.SELF_BODY):
        for match in pattern.finditer(thing):
            whole = re.fullmatch(rf"{tell.ASPECTS}(?:の?(?:全)?{tell.WORK}|の?事業期間)?[」』)]?", thing[match.end() :])
            if whole is None or not is_own(match, pattern, speaker):
                continue
            if pattern is not tell.SELF_WORK:
                return match.group(), 0.85
            if _is_this_work(sentence, speaker):
                return match.group(), 0.7
    return "", 0.0


def _is_this_work(sentence: Sentence, speaker: Speaker) -> bool:
    """Whether "this project" is the host: a project, or on a front page one that nothing above the sentence names."""
    if speaker.project:
        return True
    return speaker.front and all(tell.NAMED_WORK.search(words) is None for words in (sentence.heading, sentence.before))


def _is_page_down(own: str, speaker: Speaker) -> bool:
    """Whether "this page" is one page of a site: what is said of it is not said of the site."""
    return own.endswith("ページ") and not own.endswith("ホームページ") and not speaker.home


def _not_updated(sentence: Sentence, speaker: Speaker) -> Said | None:
    """ "No longer updated": a state, so it counts as past."""
    match = tell.NOT_UPDATED.search(sentence.flat)
    if match is None or tell.PASSING.search(sentence.flat):
        return None
    before = sentence.flat[: match.start()]
    if is_of_another(before, speaker):
        return None
    own = last_own(before, tell.SELF_WEB, rf"(?:は|が|も|を|、|へ|$|{_OF_ALL})", speaker) or name_before(
        before, speaker
    )
    if not own and re.fullmatch(r"(?:なお、)?(?:現在|今|今後)?(?:は|、)?", before):
        own = last_own(sentence.before, tell.SELF_WEB, "(?:は|が|も)", speaker)
    page_only = own.endswith("ページ") and not own.endswith("ホームページ")
    if not own or _is_page_down(own, speaker):
        return None
    return Said(NoticeKind.UPDATES_ENDED, own, over=True, sure=0.5 if page_only else 0.8, at=match.start())


def _moved(sentence: Sentence, speaker: Speaker) -> Said | None:
    """The website has, or will have, another address."""
    flat = sentence.flat
    match = tell.MOVED.search(flat)
    if match is None or tell.WEB_WORD.search(flat) is None:
        return None
    own = last_own(flat, tell.SELF_WEB, _NO_PART, speaker) or name_before(flat[: match.start()], speaker)
    topics = topics_of(flat[: match.start()])
    if not own and topics and re.search(rf"{tell.WEB}$", topics[-1]) and not tell.NOT_SELF.search(topics[-1]):
        known = compact(topics[-1])[:-3] in speaker.site_title if speaker.site_title else not speaker.japanese_names
        own = topics[-1] if known else ""
    if not own and speaker.front and topics and tell.BARE_WEB.fullmatch(topics[-1]):
        own = topics[-1]
    if (not own and not (speaker.front and tell.NEW_ONE.search(flat))) or _is_page_down(own, speaker):
        return None
    # An address may change within the site; only a move of the site is believed without the new address.
    sure = 0.8 if own and re.search(r"移転|引っ?越", flat) else 0.5
    return Said(NoticeKind.MOVED, own, over=True, sure=sure, at=match.start())


def _joined(sentence: Sentence, speaker: Speaker) -> Said | None:
    """Merged, renamed, handed over: the host lives on in a successor, if one is named."""
    flat = sentence.flat
    match = tell.JOINED.search(flat)
    if match is None or tell.BORN.search(flat):
        return None
    before = flat[: match.start()]
    follower = "(?:は|が|も|、|の(?:事業|業務|活動|役割|機能)(?:は|が|を|も|、))"
    own = last_own(before, tell.SELF_BODY, follower, speaker) or name_before(before, speaker)
    if not own:
        return None
    return (
        Said(NoticeKind.SUCCEEDED, own, over=_ends_past(flat), sure=0.8, at=match.start())
        if successor_name(sentence, speaker)
        else None
    )


def _ends_past(flat: str) -> bool:
    return re.search(r"た[。!！」]?$", flat) is not None and "こととな" not in flat


def successor_name(sentence: Sentence, speaker: Speaker) -> str:
    """The name of the body that goes on, "" when none is named, or when only the legal form changed."""
    for match in tell.TO_WHOM.finditer(flatten(sentence.text)):
        name = next((g for g in match.groups() if g), "").strip()
        squeezed = compact(name)
        if tell.LEGAL_FORM.match(squeezed) or any(own in squeezed for own in speaker.japanese_names):
            continue
        if tell.SELF_BODY.search(squeezed) is None:
            return name
    return ""


def announced_by(heading: str, speaker: Speaker, *, headline: bool) -> str:
    """The host, as a bare heading "notice of the dissolution of our association" names it; "" for any other line.

    A `headline` is the page's title or first heading: there the host need not be named.
    """
    flat = compact(flatten(heading))
    if len(flat) >= _LONGEST_HEADING:
        return ""
    match = tell.HEADLINE.fullmatch(flat) if headline else None
    if match and leaves_who_out(match.group("who"), speaker):
        return match.group("who") or "当サイト"
    match = tell.HEADING.search(flat)
    if match is None:
        return ""
    return last_own(match.group("who"), tell.SELF_BODY, "$", speaker) or name_before(match.group("who"), speaker)


def _by_headline(speaker: Speaker) -> NoticeKind | None:
    """What a sentence without subject or object says to have ended, by the headline over it."""
    for headline in speaker.headlines:
        match = tell.HEADLINE.fullmatch(headline)
        if match is None or not leaves_who_out(match.group("who"), speaker):
            continue
        who, what = match.group("who", "what")
        if what.startswith(("解散", "活動", "廃業", "閉業")):
            return NoticeKind.ORG_ENDED
        if what.startswith("更新"):
            return NoticeKind.UPDATES_ENDED
        if who:  # A closure of nothing may be that of a gate.
            return NoticeKind.SITE_CLOSED
    return None
