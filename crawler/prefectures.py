"""The 47 prefectures of Japan, from north to south in the order of JIS X 0401, by their English and Japanese names. Pure."""

from __future__ import annotations

import re
import unicodedata

PREFECTURES: dict[str, str] = {
    "Hokkaido": "北海道", "Aomori": "青森県", "Iwate": "岩手県", "Miyagi": "宮城県", "Akita": "秋田県",
    "Yamagata": "山形県", "Fukushima": "福島県", "Ibaraki": "茨城県", "Tochigi": "栃木県", "Gunma": "群馬県",
    "Saitama": "埼玉県", "Chiba": "千葉県", "Tokyo": "東京都", "Kanagawa": "神奈川県", "Niigata": "新潟県",
    "Toyama": "富山県", "Ishikawa": "石川県", "Fukui": "福井県", "Yamanashi": "山梨県", "Nagano": "長野県",
    "Gifu": "岐阜県", "Shizuoka": "静岡県", "Aichi": "愛知県", "Mie": "三重県", "Shiga": "滋賀県",
    "Kyoto": "京都府", "Osaka": "大阪府", "Hyogo": "兵庫県", "Nara": "奈良県", "Wakayama": "和歌山県",
    "Tottori": "鳥取県", "Shimane": "島根県", "Okayama": "岡山県", "Hiroshima": "広島県", "Yamaguchi": "山口県",
    "Tokushima": "徳島県", "Kagawa": "香川県", "Ehime": "愛媛県", "Kochi": "高知県", "Fukuoka": "福岡県",
    "Saga": "佐賀県", "Nagasaki": "長崎県", "Kumamoto": "熊本県", "Oita": "大分県", "Miyazaki": "宮崎県",
    "Kagoshima": "鹿児島県", "Okinawa": "沖縄県",
}  # fmt: skip

_WORD = re.compile(r"[a-z]+")
_ENGLISH = {name.lower(): name for name in PREFECTURES}
# Without its last character where that only says what kind of prefecture it is: 宮城 is 宮城県, 北海 is not 北海道.
_JAPANESE = {kanji if name == "Hokkaido" else kanji[:-1]: name for name, kanji in PREFECTURES.items()}


def prefecture_of(text: str) -> str:
    """The English name of the prefecture that a text names first, "" when it names none.

    In either language, with or without what kind of prefecture it is: Ōita, Oita Pref., OITA, 大分県, Oita/Miyazaki.
    """
    plain = _plain(text)
    places = [(match.start(), _ENGLISH[match.group()]) for match in _WORD.finditer(plain) if match.group() in _ENGLISH]
    places += [(plain.index(kanji), name) for kanji, name in _JAPANESE.items() if kanji in plain]
    # 東京都 holds 京都 one character further on, so the first place decides.
    return min(places)[1] if places else ""


def _plain(text: str) -> str:
    """A text without widths, case and the signs on letters, such as macrons."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text)).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f"))
