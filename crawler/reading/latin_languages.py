"""The language of text in Latin script: small words vote first, statistics speak last.

The small words of each language vote first, because they are cheap and can be explained. Where they are few or disagree
they are weighed together with the statistics of py3langid. What a page says of itself tips the scale when the text does
not. langdetect gives the second opinion on a long text that has no small words, such as a list of members' trades; it is
seeded, so one text has one answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import exp
from types import MappingProxyType

import numpy as np
from langdetect import DetectorFactory, LangDetectException, detect
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.reading.function_words import LANGUAGES, VOTES

DetectorFactory.seed = 0  # langdetect is random by default: one text would get two answers

# A word; but a capital letter alone is an initial, and two capitals are a code ("IT", "US").
_WORD = re.compile(r"\b(?![A-Z]{2}\b)[^\W\d_]{2,}|\b[^\W\d_A-Z]\b(?!\.)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]+")

_VOTED_LETTERS = 2_500  # Latin letters whose words vote; more would not change the result, only its price
_VOTING_UNITS = 0.95  # of all units: the lightest lines, menus mostly, are not asked while heavier ones fill the page
_HEAD = 250  # characters of one line that vote: one endless line must not speak for the page
_SHORTEST_HEAD = 80  # characters; some twelve words, among which a sentence has small ones
_BETWEEN_CELLS = " | "
_SAMPLE = 600  # characters that the statistics see: 0.15 ms; beyond that they gain nothing
_CLEAR_VOTES = 4.0  # worth of small words that needs no second opinion, when no other language has half of it
_SHORT = 25  # Latin letters; shorter text has too few features for statistics to be trusted lightly

_LONG = 300  # Latin letters from which langdetect's word is worth its 7 to 20 ms
# How sure the statistics must be of a text without small words: alone; where langdetect says the same. Names of Japanese
# people read like Indonesian at 0.79, and langdetect takes them for Swahili.
_SURE_ALONE, _SURE_TOGETHER = 0.97, 0.8

# Worth of small words, and letters, from which words are no name: Portuguese and Galician share most of theirs, and
# halve what the statistics say too.
_SPOKEN, _SPOKEN_LETTERS = 0.2, 15
_DENSITY = 0.04  # worth of small words per word below which a text is names and terms; sentences have 0.15 and more
_UNLED = 0.4  # how sure a language is that only single lines spoke for
_MANY_WORDS = 12  # words among which a sentence would have shown a small word

# How much a small word adds to the logarithm of what the statistics say. Of 11,000 snippets of 5 to 10 words in 28
# languages 98.5 % come out right for any worth from 0 to 1, 98.3 % at 3; it is for words that the statistics never saw.
_WORD_WORTH = 0.6
_WORTH_AT_MOST = 4.0  # votes; beyond that the small words would silence the statistics on every page
# Languages in another script that the statistics tell apart for us.
_CYRILLIC = ("bg", "ru", "sr", "uk")
_SIBLING_NAMES = {"nn": "no"}  # what the statistics call otherwise
# Galician is read into one Portuguese or Spanish snippet of thirty, and is far rarer than both.
_RARER = {"gl": 0.7}

_SECOND = 0.05  # of the clear units, from which a language is one of a page's own, and unclear lines may be in it
_ASKED_LINES = 6  # unclear lines of a page in several languages that the statistics are asked about: 0.05 ms each
_ASKED_LETTERS = 40
_NEARLY = 0.3  # worth of small words by which an unclear line tells two languages of its page apart

_UNHEARD_SAMPLE, _LONG_ENOUGH = 300, 60  # characters of lines without a small word of the leading language
_UNHEARD_LEAST = 0.08  # of all units; less is names and labels
_UNHEARD_SURE = 0.6  # how sure their language must be: names read like Italian or Polish at 0.2 to 0.4


def units_by_language(
    texts: Sequence[str], units: NDArray[np.float64], declared: str, *, minor: bool
) -> tuple[dict[str, float], float]:
    """The units of each language in Latin script, and how sure the leading one is, 0..1.

    The weightiest lines vote. One whose own words speak clearly counts for their language; the others
    follow the leader, or on a page in several languages the nearest of them. Where no leader is found (names, labels,
    codes) nothing is claimed.
    """
    lines = [piece for text, u in zip(texts, units.tolist(), strict=True) if u > 0 for piece in _cells(text, u)]
    if not lines:
        return {}, 0.0
    lines.sort(key=_weight_of, reverse=True)
    voters = _voters(lines)
    ballots = [votes(text) for text, _ in voters]
    counted = _counted(voters, ballots)
    voted, second = _top_two(counted) if counted else (("", 0.0), 0.0)
    if minor or (voted[1] >= _CLEAR_VOTES and voted[1] >= 2 * second):
        leader, sure = voted[0], 0.97
    else:
        sample = " ".join(text[:_HEAD] for text, _ in lines[:20])[:_SAMPLE]
        leader, sure = _statistical(sample, counted, declared)
    totals = _shared_out(voters, ballots, leader, minor=minor)
    asked = sum(totals.values())
    everything = sum(u for _, u in lines)
    totals.pop("", None)
    return {code: part * everything / asked for code, part in totals.items()}, sure or _UNLED


def _cells(text: str, units: float) -> list[tuple[str, float]]:
    """A line with its units, or the cells of a table's row with theirs: side by side may stand two languages."""
    if _BETWEEN_CELLS not in text:
        return [(text, units)]
    cells = [cell for cell in text.split(_BETWEEN_CELLS) if cell]
    letters = sum(map(len, cells))
    return [(cell, units * len(cell) / letters) for cell in cells]


def _weight_of(line: tuple[str, float]) -> float:
    return line[1]


def _voters(lines: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The lines that vote, of lines heaviest first, each with the words that do.

    They are those that make up the text. When they are long only the beginning of each votes, and when they are many they
    are evenly thinned out: the last of a page's languages must not go unheard because another came before.
    """
    enough = _VOTING_UNITS * sum(u for _, u in lines)
    heavy: list[tuple[str, float]] = []
    letters, so_far = 0, 0.0
    for text, units in lines:
        if letters > _VOTED_LETTERS and so_far >= enough:
            break
        heavy.append((text, units))
        letters += min(len(text), _HEAD)
        so_far += units
    if letters <= _VOTED_LETTERS:
        return [(text[:_HEAD], units) for text, units in heavy]
    head = max(_SHORTEST_HEAD, _VOTED_LETTERS // len(heavy))
    step = 1 + (head * len(heavy) - 1) // _VOTED_LETTERS
    return [(text[: min(_HEAD, head * step)], units) for text, units in heavy[::step]]


def _shared_out(
    lines: Sequence[tuple[str, float]], ballots: Sequence[Mapping[str, float]], leader: str, *, minor: bool
) -> dict[str, float]:
    """The units of lines by language; those of unclear lines go to the leader, or to the nearest language of the page."""
    totals: dict[str, float] = {}
    unclear = []
    for (text, units), ballot in zip(lines, ballots, strict=True):
        code = _clear(ballot)
        if code:
            totals[code] = totals.get(code, 0.0) + units
        else:
            unclear.append((text, units, ballot))
    least = _SECOND * sum(totals.values())
    own = {code for code, part in totals.items() if part >= least} | ({leader} if leader else set())
    second = "" if minor else _unheard(unclear, leader, _UNHEARD_LEAST * sum(units for _, units in lines))
    own |= {second} if second else set()
    asked = 0
    for text, units, ballot in unclear:
        code = _nearest(ballot, sorted(own)) if len(own) > 1 else leader
        if not code and second and _is_unheard(ballot, leader):
            code = second
        elif not code and len(own) > 1 and len(text) >= _ASKED_LETTERS and asked < _ASKED_LINES:
            asked += 1
            code = likeliest(text, sorted(own))
        totals[code or leader] = totals.get(code or leader, 0.0) + units
    return totals


def _unheard(unclear: Sequence[tuple[str, float, Mapping[str, float]]], leader: str, least: float) -> str:
    """The language of the unclear lines that have no small word of the leader's, all together; "" for none of its own.

    Languages that put endings where others have small words are seldom clear in one line. At least one small word of
    theirs must stand somewhere in these lines: names alone read like many a language.
    """
    lines = [(text, units, ballot) for text, units, ballot in unclear if _is_unheard(ballot, leader)]
    sample = " ".join(text for text, _, _ in lines)[:_UNHEARD_SAMPLE]
    if not leader or len(sample) < _LONG_ENOUGH or sum(units for _, units, _ in lines) < least:
        return ""
    heard: dict[str, float] = {}
    for _, _, ballot in lines:
        for code, worth in ballot.items():
            heard[code] = heard.get(code, 0.0) + worth
    if max((worth for code, worth in heard.items() if code != leader), default=0.0) < 1.0:
        return ""  # whatever the statistics would say
    shares = _shares(sample, {})
    guess = max(shares, key=lambda code: (shares[code], code))
    return guess if guess != leader and shares[guess] >= _UNHEARD_SURE and heard.get(guess, 0.0) >= 1.0 else ""


def _is_unheard(ballot: Mapping[str, float], leader: str) -> bool:
    return ballot.get(leader, 0.0) < _NEARLY


def _nearest(ballot: Mapping[str, float], own: Sequence[str]) -> str:
    """The language among those of a page that a line's few small words are nearest to, "" where they do not say."""
    ranked = sorted(((ballot.get(code, 0.0), code) for code in own), reverse=True)
    return ranked[0][1] if ranked[0][0] - ranked[1][0] >= _NEARLY else ""


def likeliest(text: str, candidates: Sequence[str]) -> str:
    """The language among some that the statistics alone find likeliest for a text, whatever its script."""
    shares = dict(_identifier().rank(text))
    return max(candidates, key=lambda code: (shares.get(code, 0.0), code))


_NO_VOTES: Mapping[str, float] = MappingProxyType({})  # of most texts, and remembered for as many


@lru_cache(maxsize=512)  # the menu and the foot of a website stand on all its pages
def votes(text: str) -> Mapping[str, float]:
    """The worth of the small words of a text, by language."""
    if "://" in text or "www." in text or "@" in text:
        text = _ADDRESS.sub(" ", text)
    ballot: dict[str, float] = {}
    for word in _WORD.findall(text):
        for language, worth in VOTES.get(word.lower(), ()):
            ballot[language] = ballot.get(language, 0.0) + worth
    return MappingProxyType(ballot) if ballot else _NO_VOTES


def _clear(ballot: Mapping[str, float]) -> str:
    """The language that a line's words name beyond doubt, or ""."""
    if not ballot:
        return ""
    first, second = _top_two(ballot)
    return first[0] if first[1] >= 1.5 and first[1] >= 2 * second else ""


def _top_two(ballot: Mapping[str, float]) -> tuple[tuple[str, float], float]:
    """The leading language with its votes, and the votes of the next."""
    ranked = sorted(ballot.items(), key=lambda pair: (-pair[1], pair[0]))
    return ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0


def _counted(lines: Sequence[tuple[str, float]], ballots: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The votes of all lines by language; menus vote little."""
    total: dict[str, float] = {}
    for (text, units), ballot in zip(lines, ballots, strict=True):
        weight = min(units / len(text), 1.0)
        for language, worth in ballot.items():
            total[language] = total.get(language, 0.0) + worth * weight
    return total


def _statistical(sample: str, counted: Mapping[str, float], declared: str) -> tuple[str, float]:
    """The language of a sample when its small words alone do not settle it; ("", 0) for names and labels."""
    words = _WORD.findall(sample)
    shares = _shares(sample, counted)
    ranked = sorted(((share, code) for code, share in shares.items()), key=lambda pair: (-pair[0], pair[1]))
    sure, guess = ranked[0]
    if declared and declared != guess and sure < 0.9 and shares.get(declared, 0.0) >= 0.15:
        guess, sure = declared, max(sure, 0.5)
    if counted.get(guess, 0.0) >= max(1.0, _DENSITY * len(words)):
        return guess, max(0.5 + sure / 2, 0.7)
    if len(words) >= _MANY_WORDS and max(counted.values(), default=0.0) < max(1.0, _DENSITY * len(words)):
        asked = _SURE_TOGETHER <= sure < _SURE_ALONE and sum(map(len, words)) >= _LONG
        return (guess, sure) if sure >= _SURE_ALONE or (asked and _second_opinion(sample) == guess) else ("", 0.0)
    letters = sum(len(word) for word in words)
    spoken = counted.get(guess, 0.0) >= _SPOKEN and letters >= _SPOKEN_LETTERS
    return (guess, sure) if sure >= (0.2 if spoken else 0.55 if letters < _SHORT else 0.35) else ("", 0.0)


def _shares(sample: str, counted: Mapping[str, float]) -> dict[str, float]:
    """How likely each language is for a sample, 0..1, by its sequences of letters and by its small words together."""
    worth = {code: min(votes, _WORTH_AT_MOST) * _WORD_WORTH for code, votes in counted.items()}
    shares: dict[str, float] = {}
    for label, share in _identifier().rank(sample):
        name = str(label)
        if name in _CYRILLIC:
            continue
        code = _SIBLING_NAMES.get(name, name)
        likely = share * exp(worth.get(code, 0.0)) * _RARER.get(code, 1.0)
        shares[code] = shares.get(code, 0.0) + likely
    everything = sum(shares.values())
    return {code: likely / everything for code, likely in shares.items()}


def _second_opinion(sample: str) -> str:
    """What langdetect says, "" when it finds nothing to go by."""
    try:
        return str(detect(sample))
    except LangDetectException:
        return ""


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The statistics, loaded when first needed (1.3 s, about 60 MB) and limited to the languages we know."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*LANGUAGES, *_SIBLING_NAMES, *_CYRILLIC])
    return identifier
