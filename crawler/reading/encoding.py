"""The bytes of a page as text, whatever the page says about its encoding. Never raises.

Declarations are often wrong: of 52 public Japanese pages, three declare Shift_JIS and are UTF-8. So a
declaration is a witness, and the bytes decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from w3lib.encoding import http_content_type_encoding, resolve_encoding

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]|\x1b\(J")
# By encoding the first bytes of its kana, commas and full stops: a body without them has none, and most have none.
_JAPANESE: dict[str, tuple[bytes, ...]] = {
    "cp932": (b"\x81", b"\x82", b"\x83"),
    "euc_jis_2004": tuple(bytes([b]) for b in range(0xA1, 0xA8)),
}
_JAPANESE_LABELS = {
    "cp932",
    "shift_jis",
    "shift_jisx0213",
    "euc_jp",
    "euc-jp",
    "euc_jis_2004",
    "iso2022_jp",
    "iso-2022-jp",
}
_READS_AS_JAPANESE = re.compile(r"[\u3040-\u30ff\u3001\u3002]")
_READS_AS_HAN = re.compile(r"[\u4e00-\u9fff]")
_HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")  # what wrongly decoded bytes often turn into
_ESCAPES_IN = 200_000  # bytes in which an escape to Japanese is looked for
_HEAD = 4096  # bytes in which a declaration is looked for; browsers look at 1024
_DAMAGED = 0.005  # share of undecodable characters above which another encoding is tried


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and how it was had."""

    text: str
    charset: str  # the codec that was used
    declared: str  # the codec that was declared, "" for none
    damaged: float  # share of U+FFFD, 0..1


def decode(body: bytes, content_type: str = "", charset: str = "", likely: str = "") -> Decoded:
    """The text of a body. `charset` is known for certain, such as that of a browser's output.

    `likely` is that of the site's other pages: it decides where the body says nothing and reads as nothing.
    """
    if charset:
        return _decoded(body, charset, charset)
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _decoded(body[len(bom) :], name, name)
    declared = _declared(body, content_type)
    if _is_iso_2022_jp(body):
        return _decoded(body, "iso2022_jp_ext", declared)
    try:
        return _with_damage(body.decode("utf-8"), "utf-8", declared, has_nul=b"\x00" in body)
    except UnicodeDecodeError as error:
        if _is_utf8(body, error.start):
            return _decoded(body, "utf-8", declared)
    return _legacy(body, declared, likely)


def _declared(body: bytes, content_type: str) -> str:
    """The codec that the header or the document names, the header first; "" for none that Python knows."""
    names = [http_content_type_encoding(content_type) or ""]
    for pattern in (_META, _XML):
        match = pattern.search(body[:_HEAD])
        if match:
            names.append(resolve_encoding(match.group(1).decode("ascii", "replace")) or "")
    return next((n for n in names if n), "")


def _is_iso_2022_jp(body: bytes) -> bool:
    """Whether a body of plain bytes switches to Japanese by escapes."""
    if body.find(b"\x1b", 0, _ESCAPES_IN) < 0:
        return False
    head = body[:_ESCAPES_IN]
    return head.isascii() and _ISO_2022_JP.search(head) is not None


def _is_utf8(body: bytes, wrong_at: int) -> bool:
    """Whether a body that is wrong somewhere is UTF-8: a character cut off at the end, a stray byte in a large page."""
    if wrong_at >= len(body) - 3:
        return True
    text = body.decode("utf-8", "replace")
    multibyte = len(body) - len(text)
    return multibyte > 0 and text.count("\ufffd") * 50 < multibyte


def _legacy(body: bytes, declared: str, likely: str) -> Decoded:
    """A body that is no UTF-8: as declared if that fits, else by what reads as Japanese, else Western."""
    best, score = _best_japanese(body, declared)
    if declared and _normal(declared) not in {"utf-8", "ascii", "iso-8859-1", "cp1252", "latin-1"}:
        as_declared = _decoded(body, _codec(declared), declared)
        if as_declared.damaged <= _DAMAGED and not (best and _is_mistaken(as_declared, best, score)):
            return as_declared
    if best and score > 0:
        return best
    if likely in _JAPANESE_LABELS and not declared:
        # A page of kanji alone has no kana to tell it by.
        alike = _decoded(body, likely, declared)
        if alike.damaged == 0.0:
            return alike
    western = declared if declared and _normal(declared) != "utf-8" else "cp1252"
    return _decoded(body, western, declared)


def _best_japanese(body: bytes, declared: str) -> tuple[Decoded | None, float]:
    """The body in the Japanese encoding in which it reads best, and how well; None when it has kana in neither."""
    best: Decoded | None = None
    score = 0.0
    for codec, leads in _JAPANESE.items():
        if any(map(body.__contains__, leads)):
            decoded = _decoded(body, codec, declared)
            reads = _japanese_score(decoded)
            if best is None or reads > score:
                best, score = decoded, reads
    return best, score


def _is_mistaken(as_declared: Decoded, best: Decoded, score: float) -> bool:
    """Whether a Japanese declaration reads much worse than the other Japanese encoding, which reads so well."""
    if as_declared.charset not in _JAPANESE_LABELS or as_declared.charset == best.charset:
        return False
    return score > 2 * max(0.0, _japanese_score(as_declared))


def _japanese_score(decoded: Decoded) -> float:
    """How much a text reads as Japanese: kana and kanji, less what wrong decoding leaves behind."""
    text = decoded.text[:100_000]
    kana = len(_READS_AS_JAPANESE.findall(text))
    if not kana:
        return 0.0
    damage = text.count("\ufffd") * 5 + len(_HALF_WIDTH_KANA.findall(text)) * 2
    return kana * 2 + len(_READS_AS_HAN.findall(text)) * 0.2 - damage


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _codec(declared: str) -> str:
    """The codec for a label: the one that Windows and the old Macs really wrote under that name."""
    return {"shift-jis": "cp932", "euc-jp": "euc_jis_2004", "gb2312": "gb18030", "gbk": "gb18030"}.get(
        _normal(declared), declared
    )


def _decoded(body: bytes, codec: str, declared: str) -> Decoded:
    try:
        text = body.decode(codec, "replace")
    except LookupError:
        text, codec = body.decode("utf-8", "replace"), "utf-8"
    return _with_damage(text, codec, declared)


def _with_damage(text: str, codec: str, declared: str, *, has_nul: bool = True) -> Decoded:
    if has_nul:
        text = text.replace("\x00", "")
    damaged = text.count("\ufffd") / len(text) if "\ufffd" in text else 0.0  # to look for one is quicker than to count
    return Decoded(text, codec, declared, damaged)
