"""The bytes of a page as text, whatever they claim."""

from __future__ import annotations

import pytest

from crawler.reading.encoding import decode

KANA = "お知らせ：総会を開催しました。平成二十六年度の計画"
KANJI = "行事報告　春季大会（京都）二〇二六年五月二十四日"


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
@pytest.mark.parametrize("claimed", ["", "utf-8", "shift_jis", "euc-jp", "iso-8859-1", "nonsense"])
def test_japanese_is_read_whatever_the_page_claims(codec: str, claimed: str) -> None:
    body = f"<meta charset='{claimed}'>{KANA}" if claimed else KANA
    assert KANA in decode(body.encode(codec)).text


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
def test_a_page_of_kanji_alone_is_read_like_the_sites_other_pages(codec: str) -> None:
    likely = {"cp932": "cp932", "euc_jp": "euc_jis_2004"}[codec]
    assert decode(KANJI.encode(codec), likely=likely).text == KANJI
    assert decode("Société française d’été".encode("cp1252"), likely="cp1252").text == "Société française d’été"


def test_a_western_page_stays_western() -> None:
    body = "<meta charset=iso-8859-1><p>Société d’énergie – réunion à Besançon".encode("cp1252")
    assert "Besançon" in decode(body).text


def test_a_byte_order_mark_decides() -> None:
    assert decode(b"\xef\xbb\xbf" + KANA.encode()).text == KANA
    assert decode(b"\xff\xfe" + KANA.encode("utf-16-le")).text == KANA


def test_stray_bytes_do_not_unmake_utf_8() -> None:
    body = (KANA * 20).encode() + b"\xff" + KANA.encode()
    assert KANA in decode(body).text


def test_any_bytes_give_some_text() -> None:
    for body in (b"", b"\x00" * 10, bytes(range(256)), b"\x1b$B" + b"\xff" * 9):
        decode(body)


@pytest.mark.parametrize("codec", ["cp932", "euc_jis_2004"])
def test_one_kana_is_enough_to_read_japanese(codec: str) -> None:
    kana = [
        chr(code) for code in (0x3001, 0x3002, *range(0x3041, 0x3097), *range(0x309B, 0x309F), *range(0x30A1, 0x30FF))
    ]
    written = {c: body for c in kana if c not in "゗゘゙゚・" and (body := c.encode(codec, "ignore"))}
    assert len(written) > 170
    assert {c: text for c, body in written.items() if (text := decode(body * 4 + b" ").text) != c * 4 + " "} == {}


@pytest.mark.parametrize(
    "body", [b"a\x00b", b"\x00a\x00b\xe9", b"<meta charset=utf-7>a\x00b+AAA-\xe9", "\ufeffa\x00b".encode("utf-16-le")]
)
def test_no_text_holds_a_nul(body: bytes) -> None:
    text = decode(body).text
    assert "\x00" not in text
    assert "ab" in text


@pytest.mark.parametrize(
    ("body", "damaged"), [(b"abc", 0.0), ("ab\ufffdc".encode(), 0.25), (b"\xef\xbb\xbfab\xffc", 0.25)]
)
def test_damage_is_counted(body: bytes, damaged: float) -> None:
    assert decode(body).damaged == damaged
