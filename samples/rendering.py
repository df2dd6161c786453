"""Page templates to text: dates counted from an instant, so that a sample tells the same story on any day.

A placeholder names a day and a form: ``{{d-12|ja}}`` is twelve days before the network's day, ``{{d+20|iso}}``
twenty days after it, ``{{today|iso}}`` the day on which the page is asked for. A form is a name of `FORMS`
or a pattern of `%` directives; ``|wide`` after it writes full-width digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

_PLACEHOLDER = re.compile(r"\{\{(today|d[+-]\d+)\|([^{}|]+)(\|wide)?\}\}")
_DIRECTIVE = re.compile(r"%-?[A-Za-z]")
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
_ERAS = ((date(2019, 5, 1), "令和", "R"), (date(1989, 1, 8), "平成", "H"), (date(1926, 12, 25), "昭和", "S"))
_WEEKDAYS_JA = "月火水木金土日"
# Written out, because strftime answers in the language of the machine that runs it.
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_DE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_MONTHS_NL = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS_IT = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip

FORMS: Mapping[str, str] = {
    "iso": "%Y-%m-%d",
    "ja": "%Y年%-m月%-d日",
    "dot": "%Y.%m.%d",
    "slash": "%Y/%m/%d",
    "wareki": "%E%e年%-m月%-d日",
    "era": "%L%l.%-m.%-d",
    "weekday": "%-m月%-d日(%w)",
    "en": "%-d %B %Y",
    "en_us": "%B %-d, %Y",
    "de": "%-d. %M %Y",
    "fr": "%D %F %Y",
    "nl": "%-d %N %Y",
    "it": "%-d %I %Y",
    "w3c": "%Y-%m-%dT10:00:00+09:00",
    "rfc822": "%a, %d %b %Y 10:00:00 +0900",
}


class BadTemplateError(ValueError):
    """A template has a placeholder that means nothing. Raised by `render`; our own mistake, so nobody catches it."""


def render(template: str, *, now: date, today: date) -> str:
    """The text of a template with every placeholder written out. Raises BadTemplateError."""
    text = _PLACEHOLDER.sub(lambda match: _written(match, now, today), template)
    if "{{" in text:
        at = text.index("{{")
        raise BadTemplateError(f"not a placeholder: {text[at : at + 40]!r}")
    return text


def _written(match: re.Match[str], now: date, today: date) -> str:
    which, form, wide = match.groups()
    day = today if which == "today" else now + timedelta(days=int(which[1:]))
    text = written(day, form)
    return text.translate(_WIDE) if wide else text


def written(day: date, form: str) -> str:
    """A day in a form of `FORMS` or in a pattern. Raises BadTemplateError."""
    pattern = FORMS.get(form, form)
    if "%" not in pattern:
        raise BadTemplateError(f"not a form of a date: {form!r}")
    values = _directives(day)
    try:
        return _DIRECTIVE.sub(lambda match: values[match.group()], pattern)
    except KeyError as unknown:
        raise BadTemplateError(f"not a directive: {unknown} in {form!r}") from None


def _directives(day: date) -> dict[str, str]:
    """What every directive stands for on a day."""
    begun, era, letter = next(found for found in _ERAS if day >= found[0])
    year = day.year - begun.year + 1
    return {
        "%Y": f"{day.year:04}",
        "%y": f"{day.year % 100:02}",
        "%m": f"{day.month:02}",
        "%-m": str(day.month),
        "%d": f"{day.day:02}",
        "%-d": str(day.day),
        "%E": era,
        "%L": letter,
        "%e": "元" if year == 1 else str(year),
        "%l": str(year),
        "%w": _WEEKDAYS_JA[day.weekday()],
        "%a": _WEEKDAYS_EN[day.weekday()],
        "%b": _MONTHS_EN[day.month - 1][:3],
        "%B": _MONTHS_EN[day.month - 1],
        "%M": _MONTHS_DE[day.month - 1],
        "%D": "1er" if day.day == 1 else str(day.day),
        "%F": _MONTHS_FR[day.month - 1],
        "%N": _MONTHS_NL[day.month - 1],
        "%I": _MONTHS_IT[day.month - 1],
    }
