"""The letters of a text by their script: how many characters of each class it has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Classes of characters. SIMPLIFIED and TRADITIONAL are Han characters that modern Japanese does not use.
LATIN, HAN, KANA, HANGUL, CYRILLIC, GREEK, ARABIC, HEBREW, THAI, INDIC, SIMPLIFIED, TRADITIONAL = range(1, 13)
CLASSES = 13  # with 0, which is no letter

_RANGES = (
    (LATIN, 0x41, 0x5A), (LATIN, 0x61, 0x7A), (LATIN, 0xC0, 0xD6), (LATIN, 0xD8, 0xF6), (LATIN, 0xF8, 0x24F),
    (LATIN, 0x1E00, 0x1EFF), (LATIN, 0xFF21, 0xFF3A), (LATIN, 0xFF41, 0xFF5A),
    (GREEK, 0x370, 0x3FF), (CYRILLIC, 0x400, 0x52F), (HEBREW, 0x590, 0x5FF), (ARABIC, 0x600, 0x6FF),
    (INDIC, 0x900, 0x97F), (THAI, 0xE00, 0xE7F),
    (KANA, 0x3041, 0x3096), (KANA, 0x30A1, 0x30FA), (KANA, 0x30FC, 0x30FE), (KANA, 0xFF66, 0xFF9D),
    (HAN, 0x3005, 0x3007), (HAN, 0x3400, 0x4DBF), (HAN, 0x4E00, 0x9FFF), (HAN, 0xF900, 0xFAFF),
    (HANGUL, 0x1100, 0x11FF), (HANGUL, 0xAC00, 0xD7A3),
)  # fmt: skip
# Forms that Japan gave up in 1946 and Taiwan writes, and the small words of written Chinese. Old forms that names of
# Japanese bodies and families still have (國學應會澤濱邊櫻) are left out.
_TRADITIONAL = (
    "們這您嗎呢吧她妳說對從將當產沒發實關屬總經濟區轉營檢體變讀圖處號據讓較與灣你或訊單擇鏈覽條擴錄數點聯歡幫兩幾隱傳檔刪啟佈擊"
    "聲壓樣驗屆邏釋爾來團廢戰擔斷歸殘每氣溫滯滿燒爭狀獨獻畫盜盡稱穩竊繼續纖聽舊藥虛蟲覺觀觸賣踐辭遲顯餘驅驛黨齊齒齡"
)


def _simplified() -> str:
    """The characters that mainland China's standard of 1980 has and that of Japan lacks: no Japanese text has them."""
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    chinese = bytes(code for row in rows for cell in cells for code in (row, cell)).decode("gb2312", "ignore")
    japanese = set(chinese.encode("cp932", "ignore").decode("cp932"))
    return "".join(c for c in chinese if c not in japanese)


def _class_table() -> NDArray[np.uint8]:
    """The class of every character of the basic plane, by code."""
    table = np.zeros(65_536, dtype=np.uint8)
    for kind, first, last in _RANGES:
        table[first : last + 1] = kind
    for kind, characters in ((SIMPLIFIED, _simplified()), (TRADITIONAL, _TRADITIONAL)):
        table[[ord(c) for c in characters]] = kind
    return table


_CLASS_OF = _class_table()
_END = "\0"


def script_counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """For every text a row with the number of its characters in each class, 0 being no letter."""
    if not texts:
        return np.zeros((0, CLASSES), dtype=np.int64)
    joined = _END.join(texts)
    if joined.count(_END) >= len(texts):  # a text of data may hold the very character that sets them apart
        joined = _END.join(text.replace(_END, " ") for text in texts)
    codes = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    rows = np.cumsum(codes == 0)
    counts = np.bincount(rows * CLASSES + _CLASS_OF[codes], minlength=len(texts) * CLASSES).reshape(-1, CLASSES)
    counts[1:, 0] -= 1  # the ends themselves
    return counts
