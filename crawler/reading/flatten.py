"""Full-width and look-alike characters to ASCII, one for one, so that positions stay those of the original."""

from __future__ import annotations

from functools import lru_cache

_TABLE = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
    # The prolonged sound mark (ー) stays: it ends words such as センター more often than it stands for a dash.
    | dict.fromkeys("‐‑‒–—―−﹣", "-")
    | dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\u200b\u2060\ufeff\t", " ")
    | dict.fromkeys("〜∼˜", "~")
    | dict.fromkeys("⁄∕", "/")
    | dict.fromkeys("・‧∙•·･", "·")
    | dict.fromkeys("’‘′ʼ", "'")
    | dict.fromkeys("【〔［《〈", "[")
    | dict.fromkeys("】〕］》〉", "]")
    | dict(zip("⽇⽉⽕⽔⽊⾦⼟", "日月火水木金土", strict=True))
    | {"│": "|", "︱": "|", "．": ".", "｡": "。", "､": "、"}
)


def flatten(text: str) -> str:
    """The text with digits, letters and marks in their plain forms; as long as the text."""
    # Nothing of plain ASCII but the tab is in the table; most lines of most European pages are plain ASCII.
    return text if text.isascii() and "\t" not in text else _translated(text)


@lru_cache(maxsize=256)
def _translated(text: str) -> str:  # a line is asked for several times in a row
    return text.translate(_TABLE)
