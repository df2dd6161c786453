"""Weekdays and times of day that stand beside a date."""

from __future__ import annotations

import re

from crawler.reading.months import WEEKDAYS

_JAPANESE = {c: i for i, c in enumerate("月火水木金土日")} | {chr(0x322A + i): i for i in range(7)}  # ㈪ to ㈰
_HOLIDAY = r"(?:祝日?|休日?|振替?休?日?|祭日?|国民の休日)"
_AFTER = re.compile(
    rf"\s{{0,2}}(?:[(\[<]\s?(?:{_HOLIDAY}\s?[·/,、]?\s?)?(?P<ja>[月火水木金土日])(?:曜日?)?"
    rf"\s?(?:[·/,、.]?\s?{_HOLIDAY})?\s?[)\]>]"
    r"|(?P<jb>[月火水木金土日])曜日?|(?P<jc>[㈪-㈰])|[(\[]\s?(?P<ea>[A-Za-z]{2,9})\.?\s?[)\]]|,?\s?(?P<eb>[A-Z][A-Za-z]{2,8})\b\.?)"
)
_BEFORE = re.compile(
    r"(?<![A-Za-zÀ-ž])(?P<name>[A-Za-zÀ-ž]{2,13})(?P<mark>[.,]{0,2})\s{0,2}(?:(?:den|the|le|il|a)\s)?$"
)
_JAPANESE_BEFORE = re.compile(r"(?:^|[\s(\[|,~-])(?P<ja>[月火水木金土日])(?:曜日?)?[.,)\]]?\s{0,2}$")
_LONGEST_BEFORE = 20  # characters of "Donnerstag, den "
_TIME = re.compile(
    r"\s{0,2}(?:T|[,|·(\[-]\s?)?(?:at\s|um\s|à\s|klo?\.?\s|午前|午後|AM\s?|PM\s?)?\s?[0-2]?[0-9]\s?(?::[0-5][0-9]|時|h[0-5][0-9]|\s?[ap]\.?m\b)",
    re.IGNORECASE,
)


def weekday_after(flat: str, at: int) -> tuple[int | None, int]:
    """The weekday written right behind a date, and where its words end; (None, at) when there is none."""
    match = _AFTER.match(flat, at)
    if match is None:
        return None, at
    japanese = match["ja"] or match["jb"] or match["jc"]
    weekday = _JAPANESE[japanese] if japanese else WEEKDAYS.get((match["ea"] or match["eb"]).lower())
    return (None, at) if weekday is None else (weekday, match.end())


def weekday_before(flat: str, at: int, floor: int) -> tuple[int | None, int]:
    """The weekday written right before a date, and where its words start; (None, at) when there is none."""
    low = max(floor, at - _LONGEST_BEFORE)
    before = flat[low:at]
    japanese = _JAPANESE_BEFORE.search(before)
    if japanese is not None:
        return _JAPANESE[japanese["ja"]], low + japanese.start("ja")
    match = _BEFORE.search(before)
    if match is None:
        return None, at
    name = match["name"]
    # "do", "so" and "mi" are words; as weekdays they come with a mark behind them.
    if len(name) < 3 and not match["mark"]:
        return None, at
    weekday = WEEKDAYS.get(name.lower())
    return (None, at) if weekday is None else (weekday, low + match.start("name"))


def has_time_after(flat: str, at: int) -> bool:
    """Whether a time of day stands right behind a date."""
    return _TIME.match(flat, at) is not None
