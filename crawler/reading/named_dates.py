"""Readers of dates with the month in words: 20 March 2024, June 15, 2025.

Each reads at one place of a flattened text.
"""

from __future__ import annotations

import re
from datetime import date

from crawler.reading.date_values import DAY, YEAR, Form, Reading, full_year, is_month_day
from crawler.reading.months import AMBIGUOUS_MONTHS, MONTHS

_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|°|\.|:e|e)?"
_GAP = r"(?:\s{0,3}[|·/,.-]\s{0,3}|\s{1,3})"
_WORD = r"[A-Za-zÀ-ɏͰ-ӿ]{3,14}"
_OF = r"(?:of\s|de\s|del\s|do\s|d'|ta'\s)?"
_TO = r"(?:and|und|et|e|y|i|to|till?|bis(?: zum)?|au|al|a|do|tot|t/m)"
_YEAR_BEHIND = rf"(?:(?P<y>{YEAR})(?![0-9])|(?P<yy>'[0-9]{{2}})(?![0-9])|(?<=-)(?P<yd>[0-9]{{2}})(?![0-9]))"

_DAY_FIRST = re.compile(
    rf"(?P<d>{DAY}){_ORDINAL}(?:(?:\s?[-~/&]\s?|\s{_TO}\s)(?P<d2>{DAY})(?![0-9]){_ORDINAL})?(?:{_GAP}|(?=[A-Z])){_OF}(?P<mn>{_WORD})"
    rf"(?![A-Za-zÀ-ɏͰ-ӿ])\.?(?:(?:,\s?|\s?\(?)?{_GAP}?{_OF}{_YEAR_BEHIND})?"
)
_AFTER_NAME = re.compile(
    rf"\.?(?:{_GAP}|(?=[0-9]))(?:the\s)?(?P<d>{DAY})(?![0-9])(?:{_ORDINAL}(?![A-Za-z]))"
    rf"(?:\s?(?:[-~/&]|and)\s?(?P<d2>{DAY})(?![0-9:]){_ORDINAL})?"
    rf"(?:,?\s?[(,]?\s?(?:[A-Z][a-z]{{2,8}}\.?\)?,?)?(?:\s[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?:\s[A-Z]{{3,4}})?)?(?:{_GAP}|(?<=\.)){_OF}(?P<y>{YEAR})(?![0-9]))?"
)
_NAME_YEAR = re.compile(rf"(?:\.?{_GAP}{_OF}|\.?,?\s)(?:(?P<y>{YEAR})|'(?P<yy>[0-9]{{2}}))(?![0-9]|[./-][0-9])")
_YEAR_FIRST = re.compile(
    rf"(?P<y>{YEAR})[.,]?(?:\sm\.|\sgada)?{_GAP}(?:(?P<d1>{DAY})(?:\.\s|\s{{1,2}}))?{_OF}(?P<mn>{_WORD})(?![A-Za-zÀ-ɏͰ-ӿ])(?:\.?{_GAP}(?P<d>{DAY})(?![0-9:])\.?)?"
)
_NUMBERED = re.compile(r"(?<![A-Za-z])(?:no|nr|vol|issue|heft|ausgabe)\.?\s?$", re.IGNORECASE)


def _is_written_as_month(word: str, *, beside_year: bool) -> bool:
    """Whether the word means the month here, and not "may", "out" or "set"."""
    return beside_year or word[0].isupper() or word.lower() not in AMBIGUOUS_MONTHS


def day_first(flat: str, at: int, today: date) -> Reading | None:
    """A day with the month behind it: 15th of June 2025, 14.-16. August 2025, 3 de marzo de 2024, 19 | Luglio."""
    match = _DAY_FIRST.match(flat, at)
    if match is None:
        return None
    month = MONTHS.get(match["mn"].lower())
    if month is None or _NUMBERED.search(flat[max(0, at - 9) : at]):
        return None
    written = match["y"] or match["yy"] or match["yd"]
    if not _is_written_as_month(match["mn"], beside_year=bool(written)):
        return None
    end = match.end()
    if not written:
        end = match.end("mn") + (flat[match.end("mn") : match.end("mn") + 1] == "." and len(match["mn"]) < 5)
    year = int(match["y"]) if match["y"] else full_year(int(written.lstrip("'")), today) if written else 0
    return _named(at, end, year, month, int(match["d"]), int(match["d2"] or 0))


def month_first(flat: str, at: int, end: int, today: date) -> Reading | None:
    """A month's name from at to end with a day or a year behind it: June 15, 2025; March 3-5, 2024; March 2024."""
    word = flat[at:end]
    month = MONTHS.get(word.lower())
    if month is None:
        return None
    match = _AFTER_NAME.match(flat, end)
    if match is not None and (match["y"] or word[0].isupper()):
        behind = match.end()
        year = int(match["y"]) if match["y"] else 0
        return _named(at, behind, year, month, int(match["d"]), int(match["d2"] or 0))
    return _month_of_year(flat, at, end, month, today)


def _month_of_year(flat: str, at: int, end: int, month: int, today: date) -> Reading | None:
    """March 2024, marzo de 2024, Mar '24."""
    match = _NAME_YEAR.match(flat, end)
    if match is None or not _is_written_as_month(flat[at:end], beside_year=False):
        return None
    year = int(match["y"]) if match["y"] else full_year(int(match["yy"]), today)
    return Reading(at, match.end(), Form.MONTH_NAME, year=year, month=month, confidence=0.93)


def year_first(flat: str, at: int) -> Reading | None:
    """2024. március 20., 2024 Mar 20, 2022 March, 2024 m. kovo 20 d., 2024. gada 20. marts, 2024 20 March."""
    match = _YEAR_FIRST.match(flat, at)
    if match is None:
        return None
    month = MONTHS.get(match["mn"].lower())
    day = match["d1"] or match["d"]
    if month is None or not (day or match["mn"][0].isupper()):
        return None
    if not day:
        return Reading(at, match.end(), Form.MONTH_NAME, year=int(match["y"]), month=month, confidence=0.8)
    end = match.end("mn") if match["d1"] else match.end()
    return _named(at, end, int(match["y"]), month, int(day), 0)


def _named(start: int, end: int, year: int, month: int, day: int, second: int) -> Reading:
    """A reading with the month in words; its characters used up when there is no such day."""
    form = Form.MONTH_NAME if year else Form.YEARLESS
    if not is_month_day(month, day):
        return Reading(start, end, form)
    until = (year, month, second) if second > day and is_month_day(month, second) else None
    confidence = 0.97 if year else 0.75
    return Reading(start, end, form, year=year, month=month, day=day, confidence=confidence, until=until)
