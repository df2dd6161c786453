"""Where an English version is announced, what is none, and when a page is English in substance."""

import pytest

from crawler.model import EnglishWitness, LanguageShare, PageKind, PageLanguage, PageReading, Role
from crawler.reading import english, languages
from crawler.reading.page import Page, parse

HOME = "http://www.example.jp/"


def page(body: str, url: str = HOME, head: str = "", lang: str = "ja") -> Page:
    return parse(f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode(), url=url)


def strength(body: str, url: str = HOME, head: str = "") -> float:
    """The strength of the strongest announcement on a page, 0 for none."""
    return max((link.strength for link in english.links(page(body, url, head))), default=0.0)


CLEAR = [
    "<a href='/x.html'>English</a>",
    "<a href='/x.html'>ENGLISH</a>",
    "<a href='/x.html'>EN</a>",
    "<a href='/x.html'>Eng</a>",
    "<a href='/x.html'>&raquo; English</a>",
    "<a href='/x.html'>[English]</a>",
    "<a href='/x.html'>Ｅｎｇｌｉｓｈ</a>",
    "<a href='/x.html'>English Page</a>",
    "<a href='/x.html'>English site</a>",
    "<a href='/x.html'>English version is here</a>",
    "<a href='/x.html'>This page in English</a>",
    "<a href='/x.html'>in English</a>",
    "<a href='/x.html'>英語</a>",
    "<a href='/x.html'>英語版</a>",
    "<a href='/x.html'>英語版はこちら</a>",
    "<a href='/x.html'>英語ページへ</a>",
    "<a href='/x.html'>英文</a>",
    "<a href='/x.html'>English（英語）</a>",
    "<a href='/x.html'><img src='b.gif' alt='English'></a>",
    "<a href='/x.html'><img src='b.gif' alt='英語サイト'></a>",
    "<a href='/x.html' title='English'>言</a>",
    "<a href='/x.html' hreflang='en'>E</a>",
    "<a href='/x.html'>Englisch</a>",
    "<a href='/x.html'>Version anglaise</a>",
    "<a href='/x.html'>Inglés</a>",
    "<a href='/x.html'>Wersja angielska</a>",
    "<a href='/x.html'>In het Engels</a>",
    "<a href='/x.html'>På engelska</a>",
    "<a href='/x.html'>Englanniksi</a>",
    "<map><area href='/x.html' alt='ENGLISH'></map>",
    "<a href='http://en.example.jp/'>EN</a>",
]


@pytest.mark.parametrize("body", CLEAR)
def test_a_clear_label_announces_an_english_version(body: str) -> None:
    assert 0.8 <= strength(body) <= 0.95


ADDRESSES = [
    ("/en/", 0.6),
    ("/eng/", 0.6),
    ("/english/", 0.6),
    ("/en", 0.6),
    ("/en/index.html", 0.6),
    ("/en-us/", 0.6),
    ("/index_e.html", 0.6),
    ("/index-en.html", 0.6),
    ("/index.en.html", 0.6),
    ("/index_e.htm", 0.6),
    ("/e-index.html", 0.6),
    ("/en.html", 0.6),
    ("/english.html", 0.6),
    ("/about_e.html", 0.6),
    ("/?lang=en", 0.6),
    ("/index.php?lang=en", 0.6),
    ("/top?hl=en", 0.6),
    ("http://en.example.jp/", 0.6),
    ("/en/news/2021/a.html", 0.45),
    ("/for-international-students/", 0.6),
    ("/e/", 0.4),
    # Not English: the letters only look like it.
    ("/event/", 0.0),
    ("/energy.html", 0.0),
    ("/open/", 0.0),
    ("/garden.html", 0.0),
    ("/engineering/", 0.0),
    ("/movie.html", 0.0),
    ("/?content=en01", 0.0),
]


@pytest.mark.parametrize(("href", "expected"), ADDRESSES)
def test_an_address_alone_announces_less_than_a_label(href: str, expected: float) -> None:
    assert strength(f"<a href='{href}'>画像</a>") == expected


NONE = [
    ("English 教室", "<a href='/school/english/'>English 教室</a>"),
    ("the subject English", "<a href='/english/'>英語教育プログラム</a>"),
    ("English conversation", "<a href='/english/'>英会話サークル</a>"),
    ("a course in English", "<a href='/course.html'>English course for beginners</a>"),
    ("a headline with the word", "<a href='/news/12.html'>Our members talk about English gardens in Kyoto</a>"),
    ("social media", "<a href='https://www.facebook.com/example'>English</a>"),
    ("another organisation's English path", "<a href='https://www.ministry.example.go.jp/english/'>経済省</a>"),
    ("a foreign hreflang", "<a href='/en/' hreflang='zh'>中文</a>"),
    ("an English feed", ""),
    ("the page itself", "<a href='/'>English</a>"),
    ("only Japanese is a link", "<a href='/ja.html'>日本語</a> | English"),
    ("script without address", "<a href='#googtrans(ja|en)'>English</a>"),
]


@pytest.mark.parametrize(("body", "head"), [(case[1], "") for case in NONE], ids=[case[0] for case in NONE])
def test_what_only_mentions_english_announces_nothing(body: str, head: str) -> None:
    assert (
        strength(body, head=head or "<link rel='alternate' hreflang='en' type='application/rss+xml' href='/f.xml'>")
        == 0
    )


WEAK = [
    ("a document", "<a href='/guide_en.pdf'>English</a>", 0.1),
    ("another organisation's version", "<main><a href='https://www.other.example.org/'>English</a></main>", 0.35),
    ("another domain, in the header", "<header><a href='https://www.example.com/'>English</a></header>", 0.5),
    ("global site", "<a href='/global.html'>Global Site</a>", 0.4),
    ("languages", "<a href='/l.html'>Languages</a>", 0.4),
    ("foreign languages", "<a href='/l.html'>外国語サイト</a>", 0.4),
    ("a document's language in brackets", "<a href='/report.html'>Annual report (English)</a>", 0.6),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in WEAK], ids=[case[0] for case in WEAK])
def test_a_doubtful_announcement_is_weak(body: str, expected: float) -> None:
    assert strength(body) == expected


def test_the_umbrella_organisation_is_not_our_english_version() -> None:
    body = "<a href='https://www.univ.ac.jp/english/'>English</a>"
    assert strength(body, "http://lab.univ.ac.jp/") == 0.2
    assert strength("<a href='http://lab.univ.ac.jp/english/'>English</a>", "http://lab.univ.ac.jp/") == 0.95


@pytest.mark.parametrize("code", ["en", "en-US", "en_gb", "EN"])
def test_hreflang_is_the_strongest_witness(code: str) -> None:
    found = english.links(page("", head=f"<link rel='alternate' hreflang='{code}' href='/world/'>"))
    assert [(link.url, link.witness, link.strength) for link in found] == [
        ("http://www.example.jp/world/", EnglishWitness.HREFLANG, 0.95)
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.example.jp/ja/", ["http://www.example.jp/en/"]),
        ("http://www.example.jp/ja/news.html", ["http://www.example.jp/en/news.html"]),
        ("http://www.example.jp/japanese/", ["http://www.example.jp/english/"]),
        ("http://www.example.jp/index_j.html", ["http://www.example.jp/index_e.html"]),
        ("http://www.example.jp/?lang=ja", ["http://www.example.jp/?lang=en"]),
        ("http://www.example.jp/japan/", []),
    ],
)
def test_an_address_that_names_its_language_has_an_english_twin(url: str, expected: list[str]) -> None:
    found = english.links(page("<p>本文</p>", url))
    assert [link.url for link in found] == expected
    assert all(link.strength == 0.3 for link in found)


def test_no_twin_is_guessed_where_a_version_is_announced() -> None:
    found = english.links(page("<a href='/world/'>English</a>", "http://www.example.jp/ja/"))
    assert [link.url for link in found] == ["http://www.example.jp/world/"]


def test_links_come_strongest_first_and_each_address_once() -> None:
    body = "<a href='/l.html'>Languages</a><a href='/en/'>画像</a><a href='/en/'>English</a>"
    found = english.links(page(body))
    assert [(link.url, link.strength) for link in found] == [
        ("http://www.example.jp/en/", 0.95),
        ("http://www.example.jp/l.html", 0.4),
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (HOME, ("http://www.example.jp/en/", "http://www.example.jp/english/")),
        ("http://www.example.jp/cluster/", ("http://www.example.jp/cluster/en/", "http://www.example.jp/cluster/english/")),
        ("http://www.example.jp/ja/", ("http://www.example.jp/en/",)),
        ("http://www.example.jp/en/", ()),
    ],
)  # fmt: skip
def test_at_most_two_addresses_are_guessed(url: str, expected: tuple[str, ...]) -> None:
    assert english.guesses(url) == expected


WIDGETS = [
    ("<div id='google_translate_element'></div>", "Google Translate"),
    ("<script src='//translate.google.com/translate_a/element.js'></script>", "Google Translate"),
    ("<script>new google.translate.T({}, 'google_translate_element')</script>", "Google Translate"),
    ("<a href='https://translate.google.com/translate?sl=ja&tl=en&u=x'>English</a>", "Google Translate"),
    ("<a href='https://www-example-jp.translate.goog/?_x_tr_tl=en'>English</a>", "Google Translate"),
    ("<script src='https://cdn.gtranslate.net/widgets/latest/float.js'></script>", "GTranslate"),
    ("<script src='https://j.wovn.io/1' data-wovnio='key=abc'></script>", "WOVN"),
    ("<script src='https://d.shutto-translation.com/trans.js?id=1'></script>", "Shutto"),
    ("<a href='http://honyaku.j-server.com/EXAMPLE/ns/tl.cgi/http://www.example.jp/?TLANG=en'>English</a>", "J-SERVER"),
    ("<script src='https://cdn.weglot.com/weglot.min.js'></script>", "Weglot"),
    ("<a href='http://www.microsofttranslator.com/bv.aspx?to=en&a=x'>English</a>", "Microsoft Translator"),
    ("<p>We translate contracts.</p><a href='/translation/'>翻訳サービス</a>", ""),
    ("<a href='/en/'>English</a>", ""),
]


@pytest.mark.parametrize(("body", "name"), WIDGETS)
def test_a_machine_translation_widget_is_named(body: str, name: str) -> None:
    assert english.widget(page(body)) == name


@pytest.mark.parametrize("body", [case[0] for case in WIDGETS if "<a href='http" in case[0]])
def test_a_machine_translation_is_no_english_version(body: str) -> None:
    (link,) = english.links(page(body))
    assert (link.witness, link.strength, link.is_english) == (EnglishWitness.WIDGET, 0.0, False)


# 89 letters, so that two stay below the 250 of an English page and three reach them.
SENTENCE = "The council was founded to link the companies and universities of our harbour region with each other today"
TITLE = "Report of the second visit of the delegation to the harbour"  # 50 letters and no verb
JAPANESE = "当協議会は、地域の企業と大学を結び、新しい産業を育てるために設立されました。"


def is_english(body: str, url: str = "http://www.example.jp/en/", title: str = "", lang: str = "en") -> bool:
    parsed = page(body, url, f"<title>{title}</title>", lang)
    return english.is_english_page(parsed, languages.read(parsed))


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_two_sentences_are_no_english_page_and_three_are() -> None:
    assert len([c for c in SENTENCE if c.isalpha()]) == 89
    assert not is_english(paragraphs(SENTENCE, SENTENCE))
    assert is_english(paragraphs(SENTENCE, SENTENCE, SENTENCE))


@pytest.mark.parametrize(("titles", "expected"), [(11, False), (13, True)])
def test_a_list_of_titles_must_be_longer_than_running_text(titles: int, expected: bool) -> None:
    items = "".join(f"<li><a href='/en/{i}.html'>{TITLE} {i}</a></li>" for i in range(titles))
    assert is_english(f"<ul>{items}</ul>") is expected


MENU, FOOTER = f"<nav>{paragraphs(*[SENTENCE] * 6)}</nav>", f"<footer>{paragraphs(*[SENTENCE] * 6)}</footer>"
LOREM = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor."
INSTALLED = "This is an example page. It is different from a blog post because it will stay."
PAPER = "T. Yamada, K. Sato: The grip of robots. Journal of Robots, vol. 3, pp. 1-9, 2021."
GERMAN = "Der Verein verbindet die Unternehmen und Hochschulen der Region miteinander."
BUSINESS_CARD = ("1-2-3 Kasumi, Chiyoda-ku, Tokyo 100-0000, Japan", "All rights reserved by the council of the region.")
MEMBERS = ("Chair: Taro Yamada (山田太郎)", "Hanako Sato (佐藤花子)")
JAPANESE_MENU = "<nav><a href='/'>ホーム</a><a href='/a'>お知らせ一覧</a><a href='/b'>協議会について</a></nav>"
THREE = (SENTENCE, SENTENCE, SENTENCE)

NOT_ENGLISH = [
    ("Japanese page with an English abstract", paragraphs(JAPANESE, JAPANESE, JAPANESE, *THREE)),
    ("Japanese page with an English menu", MENU + paragraphs(JAPANESE)),
    ("English menu and footer around a heading", MENU + "<main><h1>Welcome to Harbour</h1></main>" + FOOTER),
    ("only labels", "".join(f"<h2>{word}</h2>" for word in ("NEWS", "ABOUT US", "MEMBERS", "CONTACT") * 20)),
    ("lorem ipsum", paragraphs(*[LOREM] * 6)),
    ("sample page of a new installation", paragraphs(*[INSTALLED] * 6)),
    ("bibliography", paragraphs(*[PAPER] * 20)),
    ("German page with an English paragraph", paragraphs(*[GERMAN] * 6, *THREE)),
    ("address and copyright", paragraphs(*BUSINESS_CARD)),
    ("empty page", ""),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in NOT_ENGLISH], ids=[case[0] for case in NOT_ENGLISH])
def test_this_is_no_english_page(body: str) -> None:
    assert not is_english(body)


@pytest.mark.parametrize(
    ("german", "url", "expected"),
    [
        (3, "http://www.example.jp/about.html", True),
        (4, "http://www.example.jp/about.html", False),
        (4, "http://www.example.jp/en/", True),
        (5, "http://www.example.jp/en/", False),
    ],
)
def test_three_fifths_of_the_text_must_be_english_and_half_where_the_address_says_so(
    german: int, url: str, expected: bool
) -> None:
    assert is_english(paragraphs(*[SENTENCE] * 4, *[GERMAN] * german), url) is expected


STILL_ENGLISH = [
    ("Japanese names between", paragraphs(*THREE, *MEMBERS)),
    ("Japanese address below", paragraphs(*THREE, "〒100-0013 東京都千代田区霞が関一丁目")),
    ("Japanese menu around", JAPANESE_MENU + paragraphs(*THREE)),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in STILL_ENGLISH], ids=[case[0] for case in STILL_ENGLISH])
def test_japanese_beside_the_text_leaves_a_page_english(body: str) -> None:
    assert is_english(body)


@pytest.mark.parametrize(("sentences", "expected"), [(3, False), (8, True)])
def test_an_english_text_in_a_japanese_frame_must_be_long(sentences: int, expected: bool) -> None:
    body = JAPANESE_MENU + paragraphs(*[SENTENCE] * sentences)
    assert is_english(body, "http://www.example.jp/seminar/12.html", lang="ja") is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [("404 Not Found", False), ("Page not found", False), ("Login", False), ("Sign in", False), ("The council", True)],
)
def test_an_error_or_login_page_is_no_english_page(title: str, expected: bool) -> None:
    assert is_english(paragraphs(SENTENCE, SENTENCE, SENTENCE), title=title) is expected


def test_a_page_served_by_a_translator_is_no_english_page() -> None:
    body = paragraphs(SENTENCE, SENTENCE, SENTENCE)
    assert not is_english(body, "https://www-example-jp.translate.goog/en/")


def reading(url: str, role: Role, *, english_text: bool = True, kind: PageKind = PageKind.CONTENT) -> PageReading:
    written = ((EnglishWitness.PAGE_TEXT, url),) if english_text else ()
    language = PageLanguage(language="en", shares=(LanguageShare(language="en", share=1.0),), letters=500)
    return PageReading(url=url, role=role, kind=kind, language=language, english=written)


INDEX, EN = HOME + "index_e.html", HOME + "en/"

SECTIONS = [
    ("English home page", (reading(HOME, Role.HOME),), HOME),
    ("announced and English", (reading(HOME + "x", Role.ENGLISH),), HOME + "x"),
    ("announced but not English", (reading(HOME + "en/", Role.ENGLISH, english_text=False),), ""),
    ("announced but an error page", (reading(HOME + "en/", Role.ENGLISH, kind=PageKind.SOFT_404),), ""),
    ("English address met on the way", (reading(HOME + "en/a.html", Role.OTHER),), HOME + "en/a.html"),
    ("an English post nobody announced", (reading(HOME + "3", Role.POST), reading(HOME + "4", Role.OTHER)), ""),
    ("front page before its news", (reading(HOME + "a_e.html", Role.ENGLISH), reading(INDEX, Role.ENGLISH)), INDEX),
    ("shallow before deep", (reading(EN + "a/b", Role.ENGLISH), reading(EN, Role.ENGLISH)), EN),
    ("no pages", (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("pages", "expected"), [case[1:] for case in SECTIONS], ids=[case[0] for case in SECTIONS])
def test_an_english_version_is_proved_by_its_pages(pages: tuple[PageReading, ...], expected: str) -> None:
    assert english.has_section(pages) == expected


def test_a_widget_alone_proves_no_english_version() -> None:
    japanese = PageReading(
        url=HOME, role=Role.HOME, kind=PageKind.CONTENT, english=((EnglishWitness.WIDGET, "Google Translate"),)
    )
    assert english.has_section((japanese,)) == ""
