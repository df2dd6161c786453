"""Whole small websites and the tier of their English version, in Japan and in countries of other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import pytest
from visits import judged, listed, visited

from crawler.model import English

ACTIVE, STATIC, NONE = English.ACTIVE, English.STATIC, English.NONE
HOME = "http://a.example.jp/"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A website by absolute addresses, with what a person says of its English version."""

    name: str
    pages: Mapping[str, str]
    tier: English
    website: str = HOME
    more: Mapping[str, str] = field(default_factory=dict)  # columns of the registry


def page(*parts: str, title: str = "", lang: str = "", head: str = "") -> str:
    attribute = f' lang="{lang}"' if lang else ""
    return f"<html{attribute}><head><title>{title}</title>{head}</head><body>{''.join(parts)}</body></html>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def link(href: str, words: str) -> str:
    return f'<a href="{href}">{words}</a>'


JAPANESE_TEXTS = (
    "青葉協議会は、東北地方の企業と大学を結び、光技術の新しい産業を育てるために二〇〇九年に設立されました。",
    "会員企業は百二十社を数え、共同研究や人材の育成、海外の団体との交流などの事業を進めています。",
    "入会をご希望の方は、事務局までお気軽にお問い合わせください。年会費は企業の規模によって異なります。",
)
ENGLISH_TEXTS = (
    "The Aoba Council was founded in the year when the region began to build its industry of light and sensors.",
    "Today our members are companies that make lenses and cameras, and laboratories that need them every day.",
    "We help them to find partners abroad, and we receive delegations who would like to see their factories.",
    "If you would like to visit us or to meet one of our members, please write to the office of the council.",
)
JAPANESE = paragraphs(*JAPANESE_TEXTS)
ENGLISH = paragraphs(*ENGLISH_TEXTS)
NEWS = "<h2>お知らせ</h2>" + listed("2026.06.01 総会を開催しました", "2026.05.01 見学会を開催しました")
ENGLISH_NEWS = "<h2>News</h2>" + listed(
    "2026-05-20 We received a delegation", "2026-04-10 The new members were welcomed"
)
FROZEN_NEWS = "<h2>News</h2>" + listed(
    "2019-05-20 We received a delegation", "2018-04-10 The new members were welcomed"
)
MENU = "<nav>" + "".join(link(f"/{w}.html", w) for w in ("Home", "News", "About us", "Members", "Contact")) + "</nav>"
MENU_JA = (
    "<nav>" + "".join(link(f"/{i}.html", w) for i, w in enumerate(("ホーム", "協議会について", "会員"))) + "</nav>"
)


def site(name: str, tier: English, home: str, others: Mapping[str, str] | None = None, **more: str) -> Site:
    """A Japanese website: its home page is Japanese with recent news, and what is given."""
    pages = {HOME: page(MENU_JA, home, JAPANESE, NEWS, title="青葉協議会")}
    return Site(name=name, tier=tier, pages={**pages, **(others or {})}, more=more)


IN_JAPAN = [
    # A real English section, wherever it lives.
    site("folder with news", ACTIVE, link("/en/", "English"), {HOME + "en/": page(ENGLISH, ENGLISH_NEWS)}),
    site("folder without news", STATIC, link("/en/", "English"), {HOME + "en/": page(ENGLISH)}),
    site("folder frozen at its last item", STATIC, link("/en/", "English"), {
        HOME + "en/": page(ENGLISH, FROZEN_NEWS, link("/en/news/", "News")),
        HOME + "en/news/": page(FROZEN_NEWS, ENGLISH),
    }),
    site("page with _e", STATIC, link("/index_e.html", "<img src=e.gif>"), {HOME + "index_e.html": page(ENGLISH)}),
    site("host of its own", ACTIVE, link("http://en.a.example.jp/", "English"), {
        "http://en.a.example.jp/": page(ENGLISH, ENGLISH_NEWS),
    }),
    site("another domain, in the registry", ACTIVE, "", {
        "http://aoba-council.example.com/": page(ENGLISH, ENGLISH_NEWS),
    }, website_en="http://aoba-council.example.com/"),
    site("query", ACTIVE, link("/?lang=en", "EN"), {HOME + "?lang=en": page(ENGLISH, ENGLISH_NEWS)}),
    site("one page of English", STATIC, link("/english.html", "英語"), {HOME + "english.html": page(ENGLISH)}),
    site("flag", STATIC, link("/k2.html", "<img src=uk.gif alt='イギリス国旗'>"), {HOME + "k2.html": page(ENGLISH)}),
    site("list of languages", ACTIVE, "<select><option value='/'>日本語<option value='/world/'>English</select>", {
        HOME + "world/": page(ENGLISH, ENGLISH_NEWS),
    }),
    site("greeting in English", STATIC, link("/hello_e.html", "Message in English"), {
        HOME + "hello_e.html": page(MENU_JA, ENGLISH),
    }),
    site("news below an English front page", ACTIVE, link("/en/", "English"), {
        HOME + "en/": page(MENU, ENGLISH, link("/en/news.html", "News")),
        HOME + "en/news.html": page(MENU, ENGLISH_NEWS + listed("2026-03-01 The report of the year is out now")),
    }),
    Site(name="English tab of one page", tier=STATIC, pages={HOME: page(
        link("#ja", "日本語"), link("#en", "English"), f"<section id=ja>{JAPANESE}{NEWS}</section>",
        f"<section id=en>{ENGLISH}</section>",
    )}),
    Site(name="both languages side by side", tier=STATIC, pages={HOME: page(
        "<table>", *(f"<tr><td>{ja}</td><td>{en}</td></tr>" for ja, en in zip(
            (*JAPANESE_TEXTS, *JAPANESE_TEXTS), (*ENGLISH_TEXTS, *ENGLISH_TEXTS), strict=False)), "</table>", NEWS,
    )}),
    Site(name="both languages paragraph by paragraph", tier=STATIC, pages={HOME: page(
        *(paragraphs(ja, en) for ja, en in zip(JAPANESE_TEXTS * 3, ENGLISH_TEXTS * 3, strict=False)), NEWS,
    )}),
    Site(name="English home page of a Japanese site", tier=STATIC, pages={
        HOME: page(ENGLISH, ENGLISH, link("/ja/", "日本語")), HOME + "ja/": page(JAPANESE, NEWS),
    }),
    # None, though it says English.
    site("label that is no link", NONE, "<span>English</span>"),
    site("switch to a page that is not there", NONE, link("/en/", "English")),
    site("switch back to the Japanese home page", NONE, link("/?lang=en", "English"), {
        HOME + "?lang=en": page(MENU_JA, JAPANESE, NEWS),
    }),
    site("under construction", NONE, link("/en/", "English"), {
        HOME + "en/": page("<h1>English</h1><p>Under construction</p>"),
    }),
    site("under construction, in sentences", NONE, link("/en/", "English"), {
        HOME + "en/": page(paragraphs(
            "This page is under construction. We are sorry that the English version is not available at this time.",
            "We are now preparing the contents in English, so please wait until we can show them to you here.",
        )),
    }),
    site("English titles, Japanese text", NONE, link("/en/", "English"), {
        HOME + "en/": page(MENU, "<h1>Welcome to the Aoba Council</h1><h2>About us</h2>", JAPANESE,
                           "<h2>Our members and their products</h2>", JAPANESE, title="Aoba Council"),
    }),
    site("menu in English", NONE, MENU),
    site("line in the footer", NONE, "<footer><p>Aoba Council, 1-2-3 Aoba-ku, Sendai, Japan. All rights reserved.</p></footer>"),
    site("Google's widget", NONE, "<div id='google_translate_element'></div>English"),
    site("GTranslate's widget", NONE, link("#", "English") + "<script src='https://cdn.gtranslate.net/w/float.js'></script>"),
    site("WOVN's proxy", NONE, link("/en/", "English"), {
        HOME + "en/": page(ENGLISH, ENGLISH_NEWS, lang="en", head=(
            '<script src="//j.wovn.io/1" data-wovnio="key=X&amp;backend=true&amp;currentLang=en&amp;defaultLang=ja'
            '&amp;urlPattern=path" async></script>')),
    }),
    site("J-SERVER's proxy", NONE, link("http://honyaku.j-server.com/A/ns/tl.cgi/http://a.example.jp/?TLANG=en", "English"), {
        "http://honyaku.j-server.com/A/ns/tl.cgi/http://a.example.jp/?TLANG=en": page(ENGLISH, ENGLISH_NEWS),
    }),
    site("Google's proxy", NONE, link("https://a-example-jp.translate.goog/?_x_tr_tl=en", "English"), {
        "https://a-example-jp.translate.goog/?_x_tr_tl=en": page(ENGLISH, ENGLISH_NEWS),
    }),
    site("page that a browser had translated", NONE, link("/en/", "English"), {
        HOME + "en/": "<html lang='en' class='translated-ltr'><body>" + ENGLISH + ENGLISH_NEWS + "</body></html>",
    }),
    site("abstract of a talk", NONE, link("/seminar/12.html", "第十二回講演会"), {
        HOME + "seminar/12.html": page(MENU_JA, "<h1>第十二回講演会のご案内</h1>", JAPANESE, "<h2>Abstract</h2>", ENGLISH),
    }),
    site("abstract alone", NONE, link("/seminar/13.html", "第十三回講演会"), {
        HOME + "seminar/13.html": page(MENU_JA, "<h1>第十三回講演会</h1>", ENGLISH),
    }),
    site("brochure", NONE, link("/brochure_en.pdf", "English")),
    site("page that offers a brochure", NONE, link("/en/", "English"), {
        HOME + "en/": page("<h1>English</h1>", link("/brochure_en.pdf", "Please download our brochure (PDF)")),
    }),
    site("pages of a partner", NONE, "<main>" + link("http://www.partner.example.org/en/", "Partner site (English)") + "</main>", {
        "http://www.partner.example.org/en/": page(ENGLISH, ENGLISH_NEWS),
    }),
    Site(name="hreflang that lies", tier=NONE, pages={
        HOME: page(JAPANESE, NEWS, head='<link rel="alternate" hreflang="en" href="/intl/">'),
        HOME + "intl/": page(JAPANESE, NEWS, lang="en"),
    }),
    Site(name="lang=en of a theme", tier=NONE, pages={HOME: page(MENU, JAPANESE, NEWS, lang="en-US")}),
    Site(name="news titles in English", tier=NONE, pages={HOME: page(MENU_JA, JAPANESE, listed(
        "2026.06.01 AI Robot Forum 2026", "2026.05.20 Smart Factory Workshop in Sendai", "2026.05.01 Photonics Expo Tokyo",
        "2026.04.20 Kick-off Meeting for the Sensor Project", "2026.04.01 Open Innovation Day for Lenses and Cameras",
    ), lang="en")}),
    site("nothing but an address", NONE, link("/en/", "English"), {
        HOME + "en/": page("<h1>Aoba Council</h1>", paragraphs(
            "1-2-3 Aoba-ku, Sendai 980-0000, Japan", "TEL +81-22-000-0000 FAX +81-22-000-0001", "info@a.example.jp")),
    }),
    site("page of a new installation", NONE, link("/en/", "English"), {
        HOME + "en/": page("<h1>Hello world!</h1>", paragraphs(
            "Welcome to WordPress. This is your first post. Edit or delete it, then start writing!"), title="Sample Page"),
    }),
    site("login", NONE, link("/en/", "English"), {
        HOME + "en/": page(ENGLISH, "<form><input type=password></form>", title="Members | Log in"),
    }),
    Site(name="pages of the university around", tier=NONE, website="http://lab.univ.ac.jp/", pages={
        "http://lab.univ.ac.jp/": page(link("http://www.univ.ac.jp/english/", "English"), JAPANESE, NEWS),
        "http://www.univ.ac.jp/english/": page(ENGLISH, ENGLISH_NEWS),
    }),
]  # fmt: skip

TEXTS = {
    "de": (
        "Der Verein verbindet die Unternehmen und die Hochschulen der Region und fördert ihre gemeinsame Forschung.",
        "Unsere Mitglieder treffen sich jeden Monat, um neue Projekte zu besprechen und voneinander zu lernen.",
        "Wenn Sie Mitglied werden wollen, schreiben Sie uns bitte; wir senden Ihnen gerne alle Unterlagen zu.",
    ),
    "fr": (
        "Le pôle réunit les entreprises et les universités de la région autour de projets communs de recherche.",
        "Nos membres se rencontrent chaque mois pour parler de leurs projets et pour apprendre les uns des autres.",
        "Si vous souhaitez devenir membre, écrivez-nous : nous vous enverrons tous les documents par courrier.",
    ),
    "it": (
        "Il distretto riunisce le imprese e le università della regione attorno a progetti comuni di ricerca.",
        "I nostri soci si incontrano ogni mese per parlare dei loro progetti e per imparare gli uni dagli altri.",
        "Se volete diventare soci scriveteci: vi manderemo volentieri tutti i documenti per posta elettronica.",
    ),
    "pl": (
        "Klaster łączy przedsiębiorstwa i uczelnie z całego regionu oraz wspiera ich wspólne badania naukowe.",
        "Nasi członkowie spotykają się co miesiąc, aby rozmawiać o nowych projektach i uczyć się od siebie.",
        "Jeśli chcesz zostać członkiem, napisz do nas, a my chętnie wyślemy wszystkie potrzebne dokumenty.",
    ),
    "es": (
        "El clúster reúne a las empresas y universidades de la región en torno a proyectos comunes de investigación.",
        "Nuestros socios se encuentran cada mes para hablar de sus proyectos y para aprender unos de otros.",
        "Si desea hacerse socio, escríbanos: le enviaremos con mucho gusto todos los documentos que necesita.",
    ),
    "sv": (
        "Föreningen samlar företag och universitet i regionen och stöder deras gemensamma forskning om ljus.",
        "Våra medlemmar träffas varje månad för att tala om nya projekt och för att lära av varandra.",
        "Om du vill bli medlem kan du skriva till oss, så skickar vi gärna alla handlingar som behövs.",
    ),
    "nl": (
        "De vereniging verbindt bedrijven en universiteiten in de regio en steunt hun gezamenlijke onderzoek.",
        "Onze leden komen elke maand bij elkaar om over nieuwe projecten te praten en van elkaar te leren.",
        "Wilt u lid worden, schrijf ons dan; wij sturen u graag alle documenten die u daarvoor nodig heeft.",
    ),
    "cs": (
        "Klastr sdružuje podniky a vysoké školy z celého kraje a podporuje jejich společný výzkum a vývoj.",
        "Naši členové se scházejí každý měsíc, aby mluvili o nových projektech a učili se jeden od druhého.",
        "Pokud se chcete stát členem, napište nám a my vám rádi pošleme všechny potřebné dokumenty poštou.",
    ),
}  # fmt: skip


def abroad(name: str, language: str, tier: English, home: str, others: Mapping[str, str] | None = None) -> Site:
    """A website whose own language is another European one; its news carry days without words."""
    own = paragraphs(*TEXTS[language], *TEXTS[language])
    pages = {HOME: page(home, own, listed("01.06.2026 " + TEXTS[language][1], "01.05.2026 " + TEXTS[language][0]))}
    return Site(
        name=f"{language}: {name}", tier=tier, pages={**pages, **(others or {})}, more={"home_language": language}
    )


ABROAD = [
    abroad("folder with news", "de", ACTIVE, link("/en/", "Englisch"), {HOME + "en/": page(ENGLISH, ENGLISH_NEWS)}),
    abroad("folder frozen", "sv", STATIC, link("/en/", "In English"), {HOME + "en/": page(ENGLISH, FROZEN_NEWS)}),
    abroad("query", "es", STATIC, link("/?lang=en", "Inglés"), {HOME + "?lang=en": page(ENGLISH)}),
    abroad("one page", "cs", STATIC, link("/about-en.html", "Anglicky"), {HOME + "about-en.html": page(ENGLISH)}),
    abroad("both languages side by side", "de", STATIC, "<table>" + "".join(
        f"<tr><td>{one}</td><td>{other}</td></tr>" for one, other in zip(TEXTS["de"] * 3, ENGLISH_TEXTS * 3, strict=False)
    ) + "</table>"),
    abroad("version that is not there", "fr", NONE, link("/en/", "Version anglaise")),
    abroad("folder left in its own language", "it", NONE, link("/en/", "English"), {
        HOME + "en/": page("<h1>Welcome to our cluster</h1>", paragraphs(*TEXTS["it"] * 2), lang="en"),
    }),
    abroad("abstract below a paper", "pl", NONE, link("/artykul.html", "Nowy artykuł"), {
        HOME + "artykul.html": page(paragraphs(*TEXTS["pl"] * 2), "<h2>Abstract</h2>", ENGLISH),
    }),
    abroad("news titles in English", "fr", NONE, listed(
        "20.05.2026 Smart Factory Workshop", "01.05.2026 Photonics Expo Tokyo", "01.04.2026 Open Innovation Day")),
    abroad("lang=en of a theme", "de", NONE, MENU),
    abroad("widget", "nl", NONE, "<div id='google_translate_element'></div>" + link("#", "English")),
    abroad("brochure", "pl", NONE, link("/brochure_en.pdf", "English")),
    abroad("hreflang that lies", "it", NONE, '<a hreflang="en" href="/intl/">EN</a>', {
        HOME + "intl/": page(paragraphs(*TEXTS["it"] * 2), lang="en"),
    }),
]  # fmt: skip

SITES = [*IN_JAPAN, *ABROAD]


@pytest.mark.parametrize("case", SITES, ids=[case.name for case in SITES])
def test_the_english_version_of_a_whole_website(case: Site) -> None:
    visit = visited(case.pages, website=case.website, redirects={}, shown={}, renderings=(), **case.more)
    assert judged(visit, **case.more).english is case.tier


def test_every_kind_of_answer_is_asked_for_often() -> None:
    by_tier = {tier: sum(case.tier is tier for case in SITES) for tier in (ACTIVE, STATIC, NONE)}
    assert min(by_tier.values()) >= 7
    assert len(SITES) >= 40
