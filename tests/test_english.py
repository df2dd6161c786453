"""Where an English version is announced, what is none, and when a page is English in substance."""

from datetime import date

import pytest

from crawler.model import (
    DatedItem,
    DateKind,
    DateSource,
    EnglishWitness,
    LanguageShare,
    PageKind,
    PageLanguage,
    PageReading,
    Precision,
    Role,
)
from crawler.reading import english, languages, translations
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
    "<a href='/x.html'>Outline in English</a>",
    "<a href='/x.html'>Company profile in English</a>",
    "<a href='/x.html'><img src='b.gif' alt='イギリス国旗'></a>",
    "<a href='/x.html'><img src='b.gif' alt='アメリカの国旗'></a>",
    "<a href='/x.html'><img src='b.gif' alt='UK flag'></a>",
    "<a href='/x.html'><img src='b.gif' alt='Union Jack'></a>",
    "<a href='/x.html'><img src='b.gif' alt='USA flag'></a>",
    "<a href='/x.html'><img src='b.gif' alt='flag_uk'></a>",
    "<a href='/x.html'><img src='b.gif' alt='Flag of the United Kingdom'></a>",
    "<select><option value='/'>日本語</option><option value='/x.html'>English</option></select>",
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
    ("/eigo/", 0.6),
    ("/eigo.html", 0.6),
    ("/e/index.html", 0.4),
    ("/lab/e/about.html", 0.45),
    ("/a/b/c/e/1.html", 0.0),
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
    ("a summit in English", "<a href='/s.html'>Robot summit held in English at Osaka</a>"),
    ("a country", "<a href='/uk.html'>イギリス視察団</a>"),
    ("a flag of another country", "<a href='/x.html'><img src='b.gif' alt='中国国旗'></a>"),
    ("a race", "<a href='/x.html'>Green flag</a>"),
    ("an option without address", "<select><option value='en'>English</option></select>"),
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
    assert translations.widget(page(body)) == name


@pytest.mark.parametrize("body", [case[0] for case in WIDGETS if "<a href='http" in case[0]])
def test_a_machine_translation_is_no_english_version(body: str) -> None:
    (link,) = english.links(page(body))
    assert (link.witness, link.strength, link.is_english) == (EnglishWitness.WIDGET, 0.0, False)


# 89 letters, so that two stay below the 250 of an English page and three reach them.
SENTENCE = "The council was founded to link the companies and universities of our harbour region with each other today"
TITLE = "Report of the second visit of the delegation to the harbour"  # 50 letters and no verb
JAPANESE = "当協議会は、地域の企業と大学を結び、新しい産業を育てるために設立されました。"


def is_english(
    body: str, url: str = "http://www.example.jp/en/", title: str = "", lang: str = "en", *, announced: bool = False
) -> bool:
    parsed = page(body, url, f"<title>{title}</title>", lang)
    return english.is_english_page(parsed, languages.read(parsed), announced=announced)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_of_pure_english_one_sentence_is_no_page_and_two_are() -> None:
    assert len([c for c in SENTENCE if c.isalpha()]) == 89
    assert not is_english(paragraphs(SENTENCE))
    assert is_english(paragraphs(SENTENCE, SENTENCE))


def test_beside_another_language_two_sentences_are_no_english_page_and_three_are() -> None:
    names = "山田太郎　佐藤花子　鈴木一郎"
    assert not is_english(paragraphs(SENTENCE, SENTENCE, names, names))
    assert is_english(paragraphs(SENTENCE, SENTENCE, SENTENCE, names, names))


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


@pytest.mark.parametrize(("sentences", "expected"), [(1, False), (2, True)])
@pytest.mark.parametrize("url", ["http://www.example.jp/kitahama2.html", "http://www.example.jp/top.html"])
def test_an_announced_page_may_be_short_in_a_japanese_frame(url: str, sentences: int, expected: bool) -> None:
    body = JAPANESE_MENU + paragraphs(*[SENTENCE] * sentences)
    assert is_english(body, url, lang="ja", announced=True) is expected
    assert not is_english(body, url, lang="ja")


@pytest.mark.parametrize("url", ["http://www.example.jp/e/index.html", "http://www.example.jp/eigo.html"])
def test_so_may_a_page_at_an_english_address(url: str) -> None:
    assert is_english(JAPANESE_MENU + paragraphs(*THREE), url, lang="ja")


@pytest.mark.parametrize(
    "body", [paragraphs(JAPANESE, JAPANESE, JAPANESE, *THREE), paragraphs(*[GERMAN] * 6, *THREE), paragraphs(JAPANESE)]
)
def test_a_label_alone_makes_no_page_english(body: str) -> None:
    assert not is_english(body, HOME + "x.html", announced=True)


NAMED = [
    ("a label", HOME, "<a href='/kitahama2.html'>English</a>", [HOME + "kitahama2.html"]),
    ("hreflang", HOME, "<a href='/world/' hreflang='en'>W</a>", [HOME + "world/"]),
    ("a weak label", HOME, "<a href='/world/'>Global</a>", []),
    ("an address alone", HOME, "<a href='/about_e.html'>画像</a>", []),
    ("another organisation", HOME, "<header><a href='http://www.other.jp/'>English</a></header>", []),
    ("a host of its own for English", HOME, "<a href='http://en.example.jp/'>English</a>", ["http://en.example.jp/"]),
    ("the university", "http://lab.univ.ac.jp/", "<a href='http://www.univ.ac.jp/english/'>English</a>", []),
    ("its office abroad", "http://lab.univ.ac.jp/", "<a href='http://intl.univ.ac.jp/'>English</a>", []),
    ("the university's host for English", "http://lab.univ.ac.jp/", "<a href='http://en.univ.ac.jp/'>English</a>", []),
    ("the prefecture around our folder", HOME + "cluster/", "<a href='/english/'>English</a>", []),
    ("our folder", HOME + "cluster/", "<a href='/cluster/e.html'>English</a>", [HOME + "cluster/e.html"]),
    ("our folder in their tree", HOME + "cluster/", "<a href='/en/cluster/'>English</a>", [HOME + "en/cluster/"]),
    ("from a language folder", HOME + "ja/", "<a href='/world/'>English</a>", [HOME + "world/"]),
]  # fmt: skip


@pytest.mark.parametrize(("home", "body", "expected"), [case[1:] for case in NAMED], ids=[case[0] for case in NAMED])
def test_a_website_names_its_own_english_version(home: str, body: str, expected: list[str]) -> None:
    assert list(english.named(page(body, home), home, in_english=False)) == expected


def test_an_english_page_names_its_feeds() -> None:
    read = page("<a href='/x'>English</a>", head="<link rel='alternate' type='application/rss+xml' href='/feed/'>")
    assert english.named(read, HOME, in_english=True) == (HOME + "feed/",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [("404 Not Found", False), ("Page not found", False), ("Login", False), ("Sign in", False), ("The council", True)],
)
def test_an_error_or_login_page_is_no_english_page(title: str, expected: bool) -> None:
    assert is_english(paragraphs(SENTENCE, SENTENCE, SENTENCE), title=title) is expected


def test_a_page_served_by_a_translator_is_no_english_page() -> None:
    body = paragraphs(SENTENCE, SENTENCE, SENTENCE)
    assert not is_english(body, "https://www-example-jp.translate.goog/en/")


def item(title: str, language: str = "", link: str = HOME + "1.html") -> DatedItem:
    return DatedItem(
        url=HOME, on=date(2026, 5, 1), precision=Precision.DAY, kind=DateKind.POST, source=DateSource.LIST_ITEM,
        raw="2026.05.01", title=title, language=language, link=link,
    )  # fmt: skip


ITEMS = [
    # On an English page.
    ("Annual meeting held in Nagoya", "", "en", "en"),
    ("", "", "en", "en"),
    ("総会を開催しました", "", "en", "ja"),
    ("Einladung zur Mitgliederversammlung", "", "en", "de"),
    ("総会を開催しました", "en", "en", "ja"),
    ("Annual meeting held in Nagoya", "ja", "en", "ja"),
    # A title that is the page's own because the date stands alone.
    ("協議会", "", "en", "en"),
    # On a page in another language.
    ("AI Robot Forum 2026", "", "ja", "ja"),
    ("AI Robot Forum 2026", "en", "ja", "ja"),
    ("AI Robot Forum 2026", "en", "", "en"),
]


@pytest.mark.parametrize(("title", "declared", "tongue", "expected"), ITEMS)
def test_an_item_is_in_the_language_of_its_page_unless_its_title_belies_it(
    title: str, declared: str, tongue: str, expected: str
) -> None:
    read = page("<p>text</p>", head="<title>協議会</title>")
    assert english.item_language(item(title, declared), read, tongue) == expected


def test_an_item_that_leads_to_an_english_address_may_be_declared_english() -> None:
    assert english.item_language(item("Robot Forum", "en", HOME + "en/1"), page("<p>text</p>"), "ja") == "en"


MEETING, VISIT, FORUM = "The annual meeting was held in Nagoya", "Our visit to the fair in Osaka", "AI Robot Forum 2026"
SOKAI, KAIKEN = "総会を開催しました", "記者会見のお知らせ"
FEED, EN_FEED = HOME + "feed/", HOME + "en/feed/"
FEEDS = [
    ("English, declared so", FEED, False, [(MEETING, "en"), (FORUM, "en")], ["en", "en"]),
    ("English, at an English address", EN_FEED, False, [(MEETING, ""), (FORUM, "")], ["en", "en"]),
    ("English, announced on an English page", FEED, True, [(FORUM, "")], ["en"]),
    ("English titles throughout", FEED, False, [(MEETING, ""), (VISIT, ""), (MEETING, "")], ["en", "en", "en"]),
    ("one English title says nothing", FEED, False, [(MEETING, "")], [""]),
    ("a name says nothing", FEED, False, [(FORUM, "")], [""]),
    ("Japanese with an English title", FEED, False, [(SOKAI, ""), (KAIKEN, ""), (FORUM, "")], ["ja", "ja", "ja"]),
    ("Japanese that software calls English", FEED, False, [(SOKAI, ""), (KAIKEN, ""), (FORUM, "en")], ["ja", "ja", "ja"]),
    ("Japanese, announced on an English page", FEED, True, [(SOKAI, ""), (KAIKEN, ""), (FORUM, "en")], ["ja", "ja", "ja"]),
    ("English with a Japanese title", EN_FEED, False, [(MEETING, ""), (VISIT, ""), (MEETING, ""), (VISIT, ""), (SOKAI, "")],
     ["en", "en", "en", "en", "ja"]),
    ("Japanese, declared so", FEED, False, [(SOKAI, "ja"), (FORUM, "ja")], ["ja", "ja"]),
    ("empty", FEED, False, [], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "announced", "titles", "expected"), [case[1:] for case in FEEDS], ids=[case[0] for case in FEEDS]
)
def test_the_items_of_a_feed_are_english_where_the_feed_is(
    url: str, announced: bool, titles: list[tuple[str, str]], expected: list[str]
) -> None:
    _, items = english.in_languages([item(*pair) for pair in titles], url, announced=announced)
    assert [i.language for i in items] == expected


@pytest.mark.parametrize(("title", "expected"), [(FORUM, "en"), (SOKAI, "ja")])
def test_an_item_of_a_japanese_feed_is_english_where_it_leads_to_an_english_page(title: str, expected: str) -> None:
    fed = [item(SOKAI), item(KAIKEN), item(title, link=HOME + "en/news/1.html")]
    _, items = english.in_languages(fed, FEED, announced=False)
    assert items[-1].language == expected


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


def read_page(url: str, language: str, letters: int, role: Role = Role.OTHER) -> PageReading:
    tongue = PageLanguage(language=language, shares=(LanguageShare(language=language, share=1.0),), letters=letters)
    return PageReading(url=url, role=role, kind=PageKind.CONTENT, language=tongue)


def test_a_website_in_english_throughout_is_its_own_english_version() -> None:
    thin = [read_page("http://a.example.jp/", "en", 130, Role.HOME), read_page("http://a.example.jp/b", "en", 130)]
    assert english.has_section(thin) == "http://a.example.jp/"
    assert english.has_section(thin[:1]) == ""
    assert english.has_section([*thin, read_page("http://a.example.jp/c", "ja", 20)]) == ""
