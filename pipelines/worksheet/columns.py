"""The columns of the workbook that people fill in, and the words in them. Values only."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crawler.answers import REASON_CODES, Answer, Decision, QuestionKind
from crawler.model import Flag, Verdict
from db.history import COLUMNS

ID, QUESTION, WHY, EVIDENCE, FLAG, WORD, LATEST, JUDGED, VERSION = (
    "cluster_id", "question", "why", "evidence", "flag", "word", "latest", "judged", "version",
)  # fmt: skip
ANSWER, HOW, UNTIL, NOTE = "answer", "how", "until", "note"
ANSWERS = (ANSWER, HOW, UNTIL, NOTE)
ADDRESSES = ("website", "website_en", "other_hosts")
REGISTRY = tuple(name for name in COLUMNS if name != ID)  # what may be corrected
TOLD = (QUESTION, WHY, EVIDENCE, FLAG, WORD, LATEST, JUDGED)  # what is told, and may not be edited
ORDER = (
    ID, "name_en", "name_ja", QUESTION, WHY, EVIDENCE, FLAG, LATEST, JUDGED, WORD, *ANSWERS, *ADDRESSES,
    *(name for name in REGISTRY if name not in {"name_en", "name_ja", *ADDRESSES}), VERSION,
)  # fmt: skip
# A cell can say these; giving a question to somebody is a matter of the pages.
DECISIONS = (
    Decision.CEASED, Decision.ALIVE, Decision.STATIC, Decision.MOVED, Decision.WRONG_ADDRESS, Decision.SNOOZED,
    Decision.SKIPPED,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the workbook says in one language."""

    headings: Mapping[str, str]  # of every column of ORDER
    decisions: Mapping[Decision, str]
    reasons: Mapping[str, str]  # of REASON_CODES
    kinds: Mapping[QuestionKind, str]
    flag: Callable[[Flag, str], str]  # of a flag of a cluster with a home language
    sentence: Callable[[Verdict], list[str]]  # the reasons of a verdict, the weightiest first
    said: Callable[[Answer], str]  # an answer in one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What headings and words of a filled-in workbook mean, in whichever of the languages they are."""

    headings: Mapping[str, str]  # by `plain`
    decisions: Mapping[str, Decision]
    reasons: Mapping[str, str]

    @classmethod
    def of(cls, languages: Iterable[Words]) -> Vocabulary:
        """The words of all these languages, and the names of the program itself."""
        headings = {plain(name): name for name in ORDER}
        decisions = {plain(decision): decision for decision in DECISIONS}
        reasons = {plain(code): code for code in REASON_CODES}
        for words in languages:
            headings |= {plain(text): name for name, text in words.headings.items()}
            decisions |= {plain(words.decisions[decision]): decision for decision in DECISIONS}
            reasons |= {plain(text): code for code, text in words.reasons.items()}
        return cls(headings=headings, decisions=decisions, reasons=reasons)


def plain(text: str) -> str:
    """A word without case, width, quotation marks, and white space around it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.replace("_", " ").strip(" \t\n\"'“”‘’«»„「」").split())
