"""Whether the words before a Japanese verb mean the host of the page, or somebody else.

Japanese leaves the subject out or marks it with は or が: so those words are searched for the host's own words for
itself, then for its names; where a farewell is spoken, the speaker is the host.
"""

from __future__ import annotations

import re

from crawler.reading import notice_words_japanese as tell
from crawler.reading.identity import compact
from crawler.reading.notice_sentences import Sentence, Speaker

# What may stand between a name and the particle that makes it the subject.
_AS_SUBJECT = re.compile(
    r"(?:(?:推進|振興|産業)?(?:協議会|会議|委員会|研究会|機構))?[」』)]?(?:\([^()]{1,30}\))?"
    rf"(?:は|が|も|、|を$|ですが、|の(?:解散|活動|運営|$)|の(?:公式)?{tell.WEB}(?:は|が|も|を|$)|$)"
)
_SHORTEST_TITLE = 3  # characters; what is no longer may be a bare "our association"


def is_host(phrase: str, speaker: Speaker) -> bool:
    """Whether the head of a noun phrase, its last noun, is the host or a thing of the host as a whole."""
    bare = re.sub(r"[」』)）※\s]+$", "", phrase)
    for pattern in (tell.SELF_WEB, tell.SELF_BODY, tell.SELF_WORK, tell.SELF_OFFER):
        for match in pattern.finditer(bare):
            if is_own(match, pattern, speaker) and re.fullmatch(tell.ASPECTS, bare[match.end() :]):
                return True
    squeezed = compact(phrase)
    ends = (squeezed.rfind(name) + len(name) for name in speaker.japanese_names if name in squeezed)
    return is_title(phrase, speaker) or any(
        _AS_SUBJECT.fullmatch(squeezed[end:] + "は") or re.fullmatch(tell.ASPECTS, squeezed[end:]) for end in ends
    )


def is_title(phrase: str, speaker: Speaker) -> bool:
    """Whether a noun phrase is what the site is called, and no bare "project"."""
    titled = compact(re.sub(r"[「」『』]", "", phrase))
    called = len(titled) > _SHORTEST_TITLE and titled in speaker.site_title
    return speaker.front and called and tell.HOST_WORK.fullmatch(titled) is None


def is_own(match: re.Match[str], pattern: re.Pattern[str], speaker: Speaker) -> bool:
    """Whether words of the first person mean the host, and no meeting, part or single work of it.

    "Our study meeting" is a meeting, unless the host is called one.
    """
    words = match.group()
    called = re.sub(r"^(?:当|本|この)", "", words)
    if tell.NOT_SELF.search(words) and not (
        len(called) >= _SHORTEST_TITLE and any(name.endswith(called) for name in speaker.japanese_names)
    ):
        return False
    return pattern is not tell.SELF_WORK or tell.HOST_WORK.fullmatch(re.sub(r"^(?:当|本|この)", "", words)) is not None


def is_of_another(before: str, speaker: Speaker) -> bool:
    """Whether the topic of the verb is a body, a part or a work other than the host: "our association's aircraft group"."""
    plain = tell.RECKONING.sub("、", before)
    # A が with its own verb before a comma is no topic of what follows: 会員が減少し、
    plain = re.sub(
        r"[^、。はが]{1,30}が[^、。はが]{1,30}(?:[しりてでれめい]|ため|ので|から|[たる](?:こと)?)、", "、", plain
    )
    for topic in reversed(re.findall(r"([^、。はが]{1,50})(?:は|が)", plain)):
        if is_host(topic, speaker):
            return False
        if tell.OTHER_TOPIC.search(re.sub(rf"の{tell.ASPECTS}$|[」』]$", "", topic)):
            return True
    return False


def topics_of(before: str) -> list[str]:
    """The noun phrases that は or が mark, the nearest last."""
    plain = tell.RECKONING.sub("、", before)
    return re.findall(r"([^、。はが]{1,50})(?:は|が)", plain)


def last_own(before: str, pattern: re.Pattern[str], follower: str, speaker: Speaker) -> str:
    """The last words of the first person that stand as subject or object, "" if none."""
    found = ""
    for match in pattern.finditer(before):
        if is_own(match, pattern, speaker) and re.match(follower, before[match.end() :]):
            found = match.group()
    return found


def name_before(before: str, speaker: Speaker) -> str:
    """One of the host's names as subject."""
    squeezed = compact(before)
    for name in speaker.japanese_names:
        at = squeezed.rfind(name)
        if at >= 0 and _AS_SUBJECT.match(squeezed[at + len(name) :]):
            return name
    return ""


def is_farewell_topic(before: str, sentence: Sentence, speaker: Speaker) -> bool:
    """Whether the one topic takes leave of its readers, and is no part of the host."""
    topics = topics_of(before)
    return (
        len(topics) == 1
        and tell.SELF_BODY.search(topics[0]) is None
        and speaks_in_farewell(topics[0], sentence, speaker)
    )


def speaks_in_farewell(topic: str, sentence: Sentence, speaker: Speaker) -> bool:
    """Whether the sentence takes leave, of itself or, where the host's name is not known, of the one it names."""
    around = f"{sentence.before}{sentence.flat}{sentence.after}"
    if not (speaker.farewell or tell.FAREWELL.search(around)):
        return False
    named = compact(re.sub(r"[「」『』【】]", "", topic))
    if not named or (len(named) > 2 and named in speaker.site_title):
        return True
    return not speaker.japanese_names and not re.search(r"[様氏]$|^同|受付|募集", named)


def leaves_who_out(who: str, speaker: Speaker) -> bool:
    """Whether a headline leaves out whose end it tells, or says that it is the host's."""
    return not who or tell.HEADLINE_WEB.fullmatch(who) is not None or is_host(who, speaker)
