"""The answers of a reader over a set, and what they come to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import mean, median, quantiles

from benchmarks.languages.cases import HALVES, Cases, Document, Snippet
from benchmarks.languages.mixing import Mixed, mixed_pages
from benchmarks.languages.readers import Reader
from benchmarks.languages.sources import EUROPEAN_UNION
from crawler.reading.page import Page, parse

ASKED = ("ja", *EUROPEAN_UNION, "no", "uk", "tr", "ca")  # the languages of the headline figure for snippets
POINTS = 0.10  # by which the share of a language of a mixed page may be off
_WIDELY = ("de", "fr", "it", "es", "pl", "sv", "pt", "nl", "hu", "cs", "fi", "el", "uk", "tr")  # mixed with English


@dataclass(slots=True)
class Tally:
    """Right and wrong answers of one kind; the wrong ones with what was answered."""

    right: Counter[str] = field(default_factory=Counter)  # by language
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)  # truth, answer, what was asked

    def add(self, truth: str, answer: str, about: str) -> None:
        """Count one answer."""
        self.asked[truth] += 1
        self.right[truth] += answer == truth
        if answer != truth:
            self.wrong.append((truth, answer, about))

    def share(self, *languages: str) -> float | None:
        """The share of right answers, of all or of some languages; None where none was asked."""
        wanted = languages or tuple(self.asked)
        asked = sum(self.asked[code] for code in wanted)
        return sum(self.right[code] for code in wanted) / asked if asked else None


@dataclass(slots=True)
class Answers:
    """All that a reader said about one half of a set."""

    kanji: Tally = field(default_factory=Tally)
    snippets: Tally = field(default_factory=Tally)
    pages: Tally = field(default_factory=Tally)
    mixed: Tally = field(default_factory=Tally)  # Japanese and English
    mixed_other: Tally = field(default_factory=Tally)  # another European language and English
    off: list[float] = field(default_factory=list)  # shares of mixed pages, how far from the truth
    seconds: list[float] = field(default_factory=list)  # of the processor for a page, beyond the parse
    repeated: int = 0
    repeated_equal: int = 0

    def figures(self) -> dict[str, object]:
        """The figures as they are written to a file; what was not asked is left out."""
        others = tuple(code for code in self.pages.asked if code not in {"ja", "en"})
        told: dict[str, object | None] = {
            "kanji_only": self.kanji.share("ja"),
            "kanji_chinese": self.kanji.share("zh"),
            "snippets": self.snippets.share(*ASKED),
            "snippets_other": self.snippets.share(*(c for c in self.snippets.asked if c not in ASKED)),
            "snippets_by_language": {c: self.snippets.share(c) for c in sorted(self.snippets.asked)},
            "pages_ja": self.pages.share("ja"),
            "pages_en": self.pages.share("en"),
            "pages_other": self.pages.share(*others) if others else None,
            "mixed": self.mixed.share() if self.mixed.asked else None,
            "mixed_other": self.mixed_other.share() if self.mixed_other.asked else None,
            "mixed_points_off": mean(self.off) if self.off else None,
            "same_again": self.repeated_equal / self.repeated if self.repeated else None,
            "ms_median": median(self.seconds) * 1000 if self.seconds else None,
            "ms_p95": quantiles(self.seconds, n=20)[-1] * 1000 if len(self.seconds) > 1 else None,
        }
        return {key: value for key, value in told.items() if value is not None}


def measure(cases: Cases, reader: Reader, progress: Callable[[], None]) -> dict[str, Answers]:
    """What a reader says about every case, by half."""
    answers = {half: Answers() for half in HALVES}
    _snippets(cases.kanji, reader, answers, kanji=True)
    _snippets(cases.snippets, reader, answers, kanji=False)
    progress()
    real = {page.source for page in cases.pages} & {"websites"}
    for page in cases.pages:
        _page(page, reader, answers[page.half], timed=not real or page.source in real)
    progress()
    for mixture in _mixtures(cases.pages):
        _mixed(mixture, reader, answers[mixture.half])
    progress()
    _again(cases, reader, answers)
    return answers


def _snippets(snippets: Sequence[Snippet], reader: Reader, answers: dict[str, Answers], *, kanji: bool) -> None:
    for snippet in snippets:
        about = answers[snippet.half]
        tally = about.kanji if kanji else about.snippets
        tally.add(snippet.language, reader.of_text(snippet.text), snippet.text)


def _page(document: Document, reader: Reader, answers: Answers, *, timed: bool) -> None:
    page = parse(document.body, "http://set.example/")
    begun = time.thread_time()
    answer = reader.of_page(page)
    if timed:
        answers.seconds.append(time.thread_time() - begun)
    answers.pages.add(document.language, answer, f"{document.source}/{document.name}")


def _mixtures(pages: Sequence[Document]) -> list[Mixed]:
    found = mixed_pages(pages, "ja", "en")
    for code in _WIDELY:
        found += mixed_pages(pages, code, "en")
    return found


def _mixed(mixed: Mixed, reader: Reader, answers: Answers) -> None:
    page = _parsed(mixed)
    shares = reader.shares(page)
    ranked = sorted(shares, key=lambda code: (-shares[code], code))[:2]
    off = abs(shares.get(mixed.second, 0.0) - mixed.share)
    found = set(ranked) == {mixed.first, mixed.second} and off <= POINTS
    tally = answers.mixed if mixed.first == "ja" else answers.mixed_other
    told = " ".join(f"{code} {share:.2f}" for code, share in sorted(shares.items(), key=lambda pair: -pair[1])[:3])
    tally.add(mixed.layout, mixed.layout if found else told, f"{mixed.share:.2f} of {mixed.second}: {mixed.name}")
    if mixed.first == "ja":
        answers.off.append(off)


def _parsed(mixed: Mixed) -> Page:
    return parse(mixed.html.encode(), "http://set.example/")


def _again(cases: Cases, reader: Reader, answers: dict[str, Answers]) -> None:
    """Ask every tenth snippet again, forwards and backwards: an answer may not depend on what was asked before."""
    some = cases.snippets[::10]
    first = [reader.of_text(snippet.text) for snippet in some]
    second = [reader.of_text(snippet.text) for snippet in reversed(some)][::-1]
    for snippet, one, other in zip(some, first, second, strict=True):
        answers[snippet.half].repeated += 1
        answers[snippet.half].repeated_equal += one == other
