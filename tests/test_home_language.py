"""The ways from an English page to the version in the home language, and what is none."""

import pytest

from crawler.reading import home_language
from crawler.reading.page import parse

EN = "http://www.example.jp/en/"


def found(body: str, code: str = "ja", url: str = EN, head: str = "") -> list[tuple[str, float]]:
    page = parse(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url)
    return [(link.url, link.strength) for link in home_language.links(page, code)]


LABELS = [
    ("ja", "日本語"), ("ja", "Japanese"), ("ja", "JAPANESE"), ("ja", "[Japanese]"), ("ja", "JP"), ("ja", "JA"),
    ("ja", "日本語版"), ("ja", "和文"), ("ja", "ホーム（日本語）"), ("ja", "ホーム(日本語)"), ("ja", "Japanese page"),
    ("ja", "日本語ページへ"), ("ja", "日本語 (Japanese)"), ("ja", "To Japanese"), ("ja", "🇯🇵"),
    ("ja", "<img src='j.gif' alt='日本国旗'>"), ("ja", "<img src='j.gif' alt='Japanese flag'>"), ("ja", "<img src='j.gif' alt='Flag of Japan'>"),
    ("de", "Deutsch"), ("de", "DE"), ("de", "Auf Deutsch"), ("de", "German version"), ("fr", "Français"), ("fr", "FR"),
    ("it", "Italiano"), ("it", "IT"), ("es", "Español"), ("pl", "Polski"), ("nl", "Nederlands"), ("sv", "Svenska"),
    ("cs", "Čeština"), ("cs", "CZ"), ("fi", "Suomeksi"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "label"), LABELS)
def test_a_language_switch_leads_home(code: str, label: str) -> None:
    ((url, strength),) = found(f"<a href='/x.html'>{label}</a>", code)
    assert url == "http://www.example.jp/x.html"
    assert 0.85 <= strength <= 0.9


NO_SWITCH = [
    ("ja", "Japanese companies"), ("ja", "日本語教室"), ("ja", "日本"), ("ja", "Japan"), ("ja", "English"), ("ja", "Deutsch"), ("de", "日本語"),
    ("de", "German companies"), ("fr", "French cuisine"), ("it", "Italian design week"), ("de", "Demo"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "label"), NO_SWITCH)
def test_a_word_of_the_country_is_no_switch(code: str, label: str) -> None:
    assert all(strength < 0.5 for _, strength in found(f"<a href='/x.html'>{label}</a>", code))


ADDRESSES = [
    ("ja", "/ja/", 0.6),
    ("ja", "/jp/", 0.6),
    ("ja", "/jpn/index.html", 0.6),
    ("ja", "/japanese/", 0.6),
    ("ja", "/index_j.html", 0.6),
    ("ja", "/index-ja.html", 0.6),
    ("ja", "/?lang=ja", 0.6),
    ("ja", "http://ja.example.jp/", 0.6),
    ("ja", "/ja/news/1.html", 0.45),
    ("de", "/de/", 0.6),
    ("de", "/de-at/", 0.6),
    ("de", "/?lang=de", 0.6),
    ("fr", "/fr/", 0.6),
    ("ja", "/join/", 0.0),
    ("ja", "/jpeg.html", 0.0),
    ("ja", "/de/", 0.0),
    ("de", "/design/", 0.0),
    ("de", "/ja/", 0.0),
]


@pytest.mark.parametrize(("code", "href", "expected"), ADDRESSES)
def test_an_address_alone_leads_home_less_surely(code: str, href: str, expected: float) -> None:
    at = found(f"<a href='{href}'>x</a>", code, "http://www.example.jp/about.html")
    assert [strength for _, strength in at] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("code", "hreflang", "expected"),
    [("ja", "ja", 0.95), ("ja", "ja-JP", 0.95), ("de", "de", 0.95), ("ja", "en", 0.0), ("ja", "x-default", 0.0)],
)
def test_hreflang_names_the_language(code: str, hreflang: str, expected: float) -> None:
    head = f"<link rel='alternate' hreflang='{hreflang}' href='/world/'>"
    at = found("", code, "http://www.example.jp/about.html", head)
    assert [strength for _, strength in at] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (EN, ["http://www.example.jp/", "http://www.example.jp/ja/"]),
        ("http://www.example.jp/index_e.html", ["http://www.example.jp/index.html", "http://www.example.jp/index_j.html"]),
        ("http://www.example.jp/?lang=en", ["http://www.example.jp/?lang=ja"]),
        ("http://www.example.jp/", []),
    ],
)  # fmt: skip
def test_an_english_address_has_twins_that_are_only_guesses(url: str, expected: list[str]) -> None:
    assert found("<p>Text</p>", "ja", url) == [(twin, 0.3) for twin in expected]


ELSEWHERE = [
    ("the university above", "<a href='http://www.univ.ac.jp/'>日本語</a>", "http://lab.univ.ac.jp/about.html", 0.2),
    ("another organisation", "<main><a href='http://www.other.jp/'>日本語</a></main>", "http://a.example.jp/about.html", 0.35),
    ("a document", "<a href='/guide.pdf'>日本語</a>", "http://www.example.jp/about.html", 0.1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "url", "expected"), [case[1:] for case in ELSEWHERE], ids=[case[0] for case in ELSEWHERE]
)
def test_a_way_out_of_the_website_is_weak(body: str, url: str, expected: float) -> None:
    assert [strength for _, strength in found(body, "ja", url)] == [expected]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<a href='/ja/'>日本語</a>", "en"),
        ("<a href='/ja/'>日本語</a>", ""),
        ("<a href='https://www-example-jp.translate.goog/?_x_tr_tl=ja'>日本語</a>", "ja"),
        ("<a href='https://www.facebook.com/example.ja'>日本語</a>", "ja"),
    ],
)
def test_nothing_leads_home_from_here(body: str, code: str) -> None:
    assert found(body, code, "http://www.example.jp/about.html") == []
