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
