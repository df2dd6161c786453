"""What readers remember of lines, labels and addresses between the pages of a website changes nothing that they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from benchmarks.everything import forget, place_at, read_as_a_visit
from benchmarks.speed.network import host_of, page_of, paths
from crawler.reading import dates, notices, partners, styles
from crawler.reading import english_words as tell
from crawler.reading.date_labels import before, behind
from crawler.reading.hints import may_have, words_of
from crawler.reading.home_words import tongue
from crawler.reading.page import parse

_SAMPLES = Path(__file__).parents[1] / "samples"
_SITES = 2
_MOST = 25  # pages of the samples

# Lines whose dates have no year, or one of two orders: what they mean depends on the day and on the page.
_LINES = """<h1>お知らせ</h1><ul><li>3月20日 総会を開催しました</li><li>06/12/2026 The board met in Berlin</li>
<li>12/6 研究会</li><li>締切：4月1日</li><li>更新日：令和6年5月1日</li><li>2031年4月1日 設立予定</li></ul>"""


def pages() -> Iterator[tuple[str, bytes]]:
    for path in paths():
        yield from ((f"http://{host_of(n)}{path}", page_of(n, path).encode()) for n in range(_SITES))
    for at, file in enumerate(sorted(_SAMPLES.rglob("*.html"))[:_MOST]):
        yield f"http://sample.example.jp/{at}.html", file.read_bytes()
    for lang in ("ja", "en", "en-gb", "de"):
        yield f"http://{lang}.example.eu/", f'<html lang="{lang}"><body>{_LINES}</body></html>'.encode()


def read(url: str, body: bytes) -> object:
    """What a visit makes of a page, and what the same words say to others on other days."""
    told = read_as_a_visit(body, url, place_at(url))
    page = parse(body, url)
    days = (date(2019, 3, 1), date(2026, 11, 20), date(2031, 6, 1))
    by_day = [
        (dates.read(page, today=day, home_language=home), notices.read(page, today=day, names=()))
        for day in days
        for home in ("ja", "de", "")
    ]
    return told, by_day, [partners.read(page, today=days[1], home=home) for home in ("JP", "DE")]


def test_what_is_read_does_not_depend_on_what_was_read_before() -> None:
    forward = list(pages())
    alone = {}
    for url, body in forward:
        forget()
        alone[url] = read(url, body)
    forget()
    for order in (forward, forward[::-1], forward[::3] + forward[1::3] + forward[2::3]):
        for url, body in order:
            assert read(url, body) == alone[url], url


@pytest.mark.parametrize(
    ("texts", "parts", "found"),
    [
        ([], ["en"], []),
        (["News", "Access"], [], [False, False]),
        (["News", "Access"], ["english"], [False, False]),
        (["News", "ENGLISH", "日本語"], ["english", "語"], [False, True, True]),
        (["Eng", "lish"], ["english"], [False, False]),
        (["two\nlines", "one"], ["lines", "one"], [True, True]),
    ],
)
def test_a_text_may_have_a_part_where_it_has_it(texts: Sequence[str], parts: Sequence[str], found: list[bool]) -> None:
    assert list(may_have(texts, parts)) == found


def test_the_words_of_an_address_stand_between_marks() -> None:
    assert words_of(["http://a.example/en/Index_E.html?lang=en", "http://b.example/"]) == [
        "/http///a/example/en/index/e/html/lang/en/",
        "/http///b/example//",
    ]


# fmt: off
_LABELS = (
    "English", "EN", "En", "GB", "uk", "Inglese", "inglés", "anglais", "İNGİLİZCE", "İngilizce", "ıngilizce", "ANGIELSKI",
    "Angol", "Английский", "英語", "イングリッシュ", "GLOBAL", "International", "İnternational", "Languages", "Foreign", "言語",
    "外国語", "海外の方へ", "Multilingual", "MULTİLINGUAL", "flag", "Union Jack", "union-jack", "ユニオンジャック", "イギリス国旗", "アメリカ",
    "米国", "ＥＮＧＬＩＳＨ", "ｅ", "Ｚ", "🇬🇧", "🇺🇸",
)
# fmt: on


@pytest.mark.parametrize("label", _LABELS)
def test_every_label_that_may_announce_english_has_a_part_that_is_looked_for(label: str) -> None:
    assert tell.LABEL_HINT.search(label)
    assert may_have([label], tell.LABEL_PARTS) == [True]


@pytest.mark.parametrize(
    "path",
    [
        "/en/", "/EN", "/eng/x.html", "/index_e.html", "/index-e.html", "/index.en.html", "/eindex.html", "/e_index.html",
        "/E-INDEX.HTM", "/indexe.html", "/English/", "/eigo.html", "/?lang=en", "/e?x", "/a.e.html", "/international-office/",
        "/foreign_trade/", "/overseas-x",
    ],
)  # fmt: skip
def test_every_address_that_may_be_english_has_a_part_that_is_looked_for(path: str) -> None:
    url = f"http://a.example.jp{path}"
    assert tell.ADDRESS_HINT.search(url)
    assert may_have(words_of([url]), tell.ADDRESS_PARTS) == [True]


@pytest.mark.parametrize(
    "path", ["/ja/", "/jp", "/index_j.html", "/index.html.ja", "/jindex.html", "/?lang=ja", "/x-ja.php?a=1"]
)
def test_every_address_of_the_home_language_has_a_part_that_is_looked_for(path: str) -> None:
    japanese = tongue("ja")
    assert japanese is not None
    assert japanese.address.search(path)
    assert may_have(words_of([path]), japanese.path_parts) == [True]


@pytest.mark.parametrize(
    ("label", "after", "said"),
    [
        ("", "", set()),
        ("更新日:", "", {"updated"}),
        ("締切:", "", {"deadline"}),
        ("設立:", "", {"history"}),
        ("", "現在", {"as_of"}),
        ("", "必着", {"deadline"}),
        ("", "以降", {"lapse"}),
        ("", "更新", {"updated"}),
        ("", "総会を開催しました", set()),
    ],
)
def test_what_the_words_beside_a_date_call_it(label: str, after: str, said: set[str]) -> None:
    told = before(label)._asdict().items() | behind(after)._asdict().items()
    assert {name for name, is_so in told if is_so} == said


def test_what_tags_mean_is_remembered_up_to_a_bound() -> None:
    before = styles.outermost()
    before.step('<div class="kept">')
    assert styles.outermost() is before
    for number in range(styles._MOST_STEPS + 1):
        before.step(f"div id={number}")
    fresh = styles.outermost()
    assert fresh is not before
    assert not fresh.steps
