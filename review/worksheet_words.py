"""The words of the workbook that people fill in, and the workbook itself in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from crawler.answers import REASON_CODES, Answer, QuestionKind
from crawler.model import Verdict
from db.workbook import Book, BookColumn, Holds, write_book
from pipelines.worksheet import columns
from pipelines.worksheet.columns import ADDRESSES, ANSWERS, DECISIONS, ORDER, REGISTRY, Vocabulary, Words
from pipelines.worksheet.making import Line, rows_of
from review.registry_words import COLUMN_HELP, COLUMN_LABELS
from review.sentences import Sentences
from review.texts import LANGUAGES, N_, Texts, texts

_YELLOW, _GREEN, _BLUE, _GREY = "FFFFF3C4", "FFDDF3E0", "FFE1ECFA", "FFEDEFF2"
_HEADINGS = {
    columns.QUESTION: N_("Question"),
    columns.WHY: N_("Why it is asked"),
    columns.EVIDENCE: N_("Evidence (addresses)"),
    columns.FLAG: N_("Flag"),
    columns.WORD: N_("Last answer so far"),
    columns.LATEST: N_("Latest post"),
    columns.JUDGED: N_("Judged on"),
    columns.VERSION: N_("Version"),
    columns.ANSWER: N_("Answer"),
    columns.HOW: N_("How do you know?"),
    columns.UNTIL: N_("Ask again on"),
    columns.NOTE: N_("Note"),
}
_PROMPTS = {
    columns.ANSWER: N_("Choose an answer. Leave it blank if you do not know yet."),
    columns.HOW: N_("Choose how you know, if you like."),
    columns.UNTIL: N_("Only for “snoozed”: a day to come, such as 2026-12-24."),
    columns.NOTE: N_("A remark, kept with the answer. It may stand alone."),
    "website": N_("For “moved” write the new address here. With https:// or http://."),
}
_FAULTS = {
    columns.ANSWER: N_("Choose one of the answers in the list."),
    columns.HOW: N_("Choose one of the reasons in the list."),
    columns.UNTIL: N_("Write a day to come, such as 2026-12-24."),
}
_WIDTHS = {
    columns.ID: 18, "name_en": 30, "name_ja": 26, columns.QUESTION: 13, columns.WHY: 52, columns.EVIDENCE: 38,
    columns.FLAG: 15, columns.LATEST: 12, columns.JUDGED: 12, columns.WORD: 24, columns.ANSWER: 18, columns.HOW: 18,
    columns.UNTIL: 13, columns.NOTE: 34, "website": 32, "website_en": 30, "other_hosts": 26, "notes": 34,
    "home_language": 9, "country": 9, "lat": 10, "lon": 10, columns.VERSION: 12,
}  # fmt: skip
# The sheet that explains: the colour or style of a line, and its words.
_HELP = (
    ("head", N_("How to fill in this workbook")),
    ("", N_("Write into the coloured columns of the first sheet, save the workbook, and send it back on the page “Fill in a sheet” or with: clusterwatch review apply FILE.xlsx")),
    ("", N_("First you see every change, row by row. Nothing is stored before you confirm it, and all of it can be taken back in one step.")),
    (_YELLOW, N_("Yellow: the answer to the question of the row, how you know, the day on which to ask again, and a note.")),
    (_GREEN, N_("Green: the addresses of the cluster. Correct what is wrong; an emptied cell removes the address.")),
    (_BLUE, N_("Blue: the other columns of the registry. Correct them in the same way.")),
    (_GREY, N_("Grey: what is known. Changes there are left out.")),
    ("head", N_("Answers given")),
    ("", N_("“ceased”: the organisation has ended. “still alive”: it lives, and its website shows it. “alive, site static”: it lives, and its website is not kept up.")),
    ("", N_("“moved”: the website lives at another address; write that into the column “Website” of the same row. “wrong address”: the address was wrong; write the right one there, if you know it.")),
    ("", N_("“snoozed”: ask again on the day in “Ask again on”. “skipped”: not now; the question stays open.")),
    ("", N_("Rows that you leave alone stay as they are. A note without an answer is kept as a remark.")),
    ("head", N_("What you may do")),
    ("", N_("Sort, filter, hide, move and remove columns, delete rows, add sheets. A row that is missing changes nothing.")),
    ("", N_("Sort whole rows only. The column “Version” at the end belongs to its row: with it the program sees what others have changed since. Such a change is shown to you as a conflict, and your colleague's word stays unless you choose yours.")),
    ("", N_("A cell may not be a formula, and cells may not be merged. New clusters are added in the registry, not here.")),
)  # fmt: skip


@cache
def words_of(language: str) -> Words:
    """The words of the workbook in one language."""
    spoken = texts(language)
    get = spoken.catalogue.gettext
    sentences = Sentences(spoken)

    def told(verdict: Verdict) -> list[str]:
        return [sentences.reason(reason) for reason in verdict.reasons]

    return Words(
        headings={name: get(_HEADINGS.get(name) or COLUMN_LABELS[name]) for name in ORDER},
        decisions={decision: spoken.label(decision) for decision in DECISIONS},
        reasons={code: spoken.reason_code(code) for code in REASON_CODES},
        kinds={kind: spoken.label(kind) for kind in QuestionKind},
        flag=spoken.label,
        sentence=told,
        said=lambda answer: answer_line(spoken, answer),
    )


def answer_line(spoken: Texts, answer: Answer, zone: ZoneInfo | None = None) -> str:
    """An answer in one line: what, by whom, on which day, and its note."""
    on = spoken.day(answer.at.astimezone(zone).date() if zone else answer.at.date())
    parts = [f"{spoken.label(answer.decision)} ({answer.by}, {on})"]
    parts += [answer.address] if answer.address else []
    parts += [answer.note] if answer.note else []
    return ": ".join(parts)


@cache
def vocabulary() -> Vocabulary:
    """What headings and words mean, in any of our languages."""
    return Vocabulary.of(words_of(language) for language in LANGUAGES)


def workbook(lines: Iterable[Line], language: str, today: date) -> bytes:
    """The workbook of these rows."""
    words = words_of(language)
    get = texts(language).catalogue.gettext
    book = Book(
        title=get(N_("Fill in")),
        columns=[_column(name, words, language, today) for name in ORDER],
        n_frozen=2,
        help_title="Help 記入方法",
        help_lines=_help(),
    )
    return write_book(book, rows_of(lines, words))


def _column(name: str, words: Words, language: str, today: date) -> BookColumn:
    get = texts(language).catalogue.gettext
    prompt = _PROMPTS.get(name) or (COLUMN_HELP.get(name, "") if name in REGISTRY else "")
    choices: Mapping[str, tuple[str, ...]] = {
        columns.ANSWER: tuple(words.decisions.values()), columns.HOW: tuple(words.reasons.values()),
    }  # fmt: skip
    return BookColumn(
        heading=words.headings[name],
        width=_WIDTHS.get(name, 16),
        fill=_fill(name),
        holds=_holds(name),
        choices=choices.get(name, ()),
        prompt=get(prompt) if prompt else "",
        fault=get(_FAULTS[name]) if name in _FAULTS else "",
        from_day=today + timedelta(days=1) if name == columns.UNTIL else None,
        is_hidden=name == columns.VERSION,
    )


def _fill(name: str) -> str:
    if name in ANSWERS:
        return _YELLOW
    if name in ADDRESSES:
        return _GREEN
    return _BLUE if name in REGISTRY else ""


def _holds(name: str) -> Holds:
    if name in {columns.UNTIL, columns.LATEST, columns.JUDGED}:
        return Holds.DAY
    return Holds.NUMBER if name in {"lat", "lon"} else Holds.TEXT


def _help() -> list[tuple[str, str]]:
    """The explanation in every language, one below the other."""
    lines: list[tuple[str, str]] = []
    for language in LANGUAGES:
        get = texts(language).catalogue.gettext
        lines += [("", ""), *((style, get(text)) for style, text in _HELP)]
    return lines[1:]
