"""The language of text in Latin script: small words vote first, statistics speak last.

The small words of each language vote first, because they are cheap and can be explained; py3langid answers where they
are few or disagree; langdetect is asked only when those two disagree on a long text. What a page says of itself tips
the scale when the text does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from langdetect import DetectorFactory, LangDetectException, detect
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.reading.function_words import LANGUAGES, VOTES

DetectorFactory.seed = 0  # langdetect is random by default: one text would get two answers

# A word; but a capital letter alone is an initial, and two capitals are a code ("IT", "US").
_WORD = re.compile(r"\b(?![A-Z]{2}\b)[^\W\d_]{2,}|\b[^\W\d_A-Z]\b(?!\.)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]+")

_VOTED_LETTERS = 2_000  # Latin letters whose words vote; more would not change the result, only its price
_HEAD = 250  # characters of one line that vote: one endless line must not speak for the page
_SAMPLE = 600  # characters that the statistical classifiers see: 0.15 ms; beyond that they gain nothing
_CLEAR_VOTES = 4.0  # worth of small words that needs no second opinion, when no other language has half of it
_SHORT = 25  # Latin letters; shorter text has too few features for statistics to be trusted lightly
_LONG = 300  # Latin letters from which langdetect's word is worth its 7 to 20 ms

_DENSITY = 0.04  # worth of small words per word below which a text is names and terms; sentences have 0.15 and more
_UNLED = 0.4  # how sure a language is that only single lines spoke for
_MANY_WORDS = 12  # words among which a sentence would have shown a small word


def units_by_language(
    texts: Sequence[str], units: NDArray[np.float64], declared: str, *, minor: bool
) -> tuple[dict[str, float], float]:
    """The units of each language in Latin script, and how sure the leading one is, 0..1.

    The weightiest lines vote. One whose own words speak clearly counts for their language; the others
    follow the leader. Where no leader is found (names, labels, codes) nothing is claimed.
    """
    lines = [(text, u) for text, u in zip(texts, units.tolist(), strict=True) if u > 0]
    if not lines:
        return {}, 0.0
    lines.sort(key=_weight_of, reverse=True)
    ballots = _ballots(lines)
    voted, second = _counted(lines, ballots)
    if minor or (voted[1] >= _CLEAR_VOTES and voted[1] >= 2 * second):
        leader, sure = voted[0], 0.97
    else:
        leader, sure = _statistical(" ".join(text[:_HEAD] for text, _ in lines[:20])[:_SAMPLE], voted, second, declared)
    totals: dict[str, float] = {}
    for (_, line_units), ballot in zip(lines, ballots, strict=False):
        code = _clear(ballot) or leader
        totals[code] = totals.get(code, 0.0) + line_units
    totals[leader] = totals.get(leader, 0.0) + sum(u for _, u in lines[len(ballots) :])
    totals.pop("", None)
    return totals, sure or _UNLED


def _weight_of(line: tuple[str, float]) -> float:
    return line[1]


def _ballots(lines: Iterable[tuple[str, float]]) -> list[dict[str, float]]:
    """For each line the votes of its small words by language, until enough letters have voted."""
    ballots: list[dict[str, float]] = []
    letters = 0
    for text, _ in lines:
        if letters > _VOTED_LETTERS:
            break
        head = text[:_HEAD]
        letters += len(head)
        ballots.append(votes(head))
    return ballots


def votes(text: str) -> dict[str, float]:
    """The worth of the small words of a text, by language."""
    if "://" in text or "www." in text or "@" in text:
        text = _ADDRESS.sub(" ", text)
    ballot: dict[str, float] = {}
    for word in _WORD.findall(text):
        for language, worth in VOTES.get(word.lower(), ()):
            ballot[language] = ballot.get(language, 0.0) + worth
    return ballot


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


def _counted(
    lines: Sequence[tuple[str, float]], ballots: Sequence[Mapping[str, float]]
) -> tuple[tuple[str, float], float]:
    """The language with most votes of all lines, its votes, and those of the next; menus vote little."""
    total: dict[str, float] = {}
    for (text, units), ballot in zip(lines, ballots, strict=False):
        weight = min(units / len(text), 1.0)
        for language, worth in ballot.items():
            total[language] = total.get(language, 0.0) + worth * weight
    return _top_two(total) if total else (("", 0.0), 0.0)


def _statistical(sample: str, voted: tuple[str, float], second: float, declared: str) -> tuple[str, float]:
    """The language of a sample when its small words alone do not settle it; ("", 0) for names and labels."""
    words = _WORD.findall(sample)
    heard = voted[1] >= max(1.0, _DENSITY * len(words))
    ranked = _identifier().rank(sample)[:3]
    guess, sure = ranked[0]
    if declared and declared != guess and sure < 0.9 and dict(ranked).get(declared, 0.0) >= 0.15:
        guess, sure = declared, max(sure, 0.5)
    if voted[0] == guess and heard:
        return guess, max(0.5 + sure / 2, 0.7)
    letters = sum(len(word) for word in words)
    if heard and letters >= _LONG:
        return (voted[0], 0.7) if _langdetect(sample) == voted[0] else (guess, max(sure, 0.5))
    if heard and voted[1] >= 2 * second and sure < 0.8:
        return voted[0], 0.5
    if len(words) >= _MANY_WORDS and not heard:
        return (guess, sure) if sure >= 0.97 else ("", 0.0)
    return (guess, sure) if sure >= (0.55 if letters < _SHORT else 0.35) else ("", 0.0)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The classifier, loaded when first needed (1.3 s, about 60 MB) and limited to the languages we know."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def _langdetect(sample: str) -> str:
    """What langdetect says, "" when it finds no features."""
    try:
        return str(detect(sample))
    except LangDetectException:
        return ""
