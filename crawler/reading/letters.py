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
_SIMPLIFIED = (
    "们这为说对时过还进发问间门见车长东马鱼鸟龙关开论设认识让请读课谁调谈谢许记计订议讯词语该详误诸业务产动劳华历厂广县团园围图"
    "圆场块坏处备头买卖实审导层岁师帮应庆张弹归录忆态总惊战执扩扫报护拥择损显术权极构标样树桥检楼欢毕气汉测济满湿热爱现环电"
    "确离种积稳穷笔签类红约级纪纳纸线练组细织经结给统继绩续维网罗职联脑节药获虽补规视览观训证评试诚质购贵费资赛跃转输边达运远"
    "连选遗邮释针钟铁银错键闻队阳阶际陆难韩页项顺须预领题风飞饭馆验单协书"
).replace("开", "")
_TRADITIONAL = "們這您嗎呢吧她妳說對從將當產沒發實關應屬總經濟區轉營檢體變讀圖處號據讓較與灣"


def _class_table() -> NDArray[np.uint8]:
    """The class of every character of the basic plane, by code."""
    table = np.zeros(65_536, dtype=np.uint8)
    for kind, first, last in _RANGES:
        table[first : last + 1] = kind
    for kind, characters in ((SIMPLIFIED, _SIMPLIFIED), (TRADITIONAL, _TRADITIONAL)):
        table[[ord(c) for c in characters]] = kind
    return table


_CLASS_OF = _class_table()


def script_counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """For every text a row with the number of its characters in each class, 0 being no letter."""
    encoded = [text.encode("utf-16-le", "surrogatepass") for text in texts]
    classes = _CLASS_OF[np.frombuffer(b"".join(encoded), dtype="<u2")]
    rows = np.repeat(np.arange(len(texts)), [len(part) // 2 for part in encoded])
    return np.bincount(rows * CLASSES + classes, minlength=len(texts) * CLASSES).reshape(-1, CLASSES)
