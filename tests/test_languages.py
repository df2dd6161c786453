"""The language of snippets and pages: script, small words, statistics, and what a page says about itself."""

import pytest

from crawler.reading import languages
from crawler.reading.page import parse

SNIPPETS = [
    # Japanese: kana decides, bare kanji are Japanese, Latin terms in Japanese text change nothing.
    ("お知らせ", "ja"),
    ("新着情報", "ja"),
    ("会社概要", "ja"),
    ("東京都千代田区霞が関一丁目三番一号", "ja"),
    ("研究開発・産学官連携・人材育成", "ja"),
    ("令和六年度通常総会開催", "ja"),
    ("セミナー", "ja"),
    ("ﾆｭｰｽ一覧", "ja"),
    ("AI・IoT導入支援セミナーのご案内", "ja"),
    ("DX推進ワークショップ（Smart Factory and Robotics）を開催しました", "ja"),
    ("慶應義塾大学", "ja"),
    ("當別町産業振興課", "ja"),
    ("NEWS お知らせ", "ja"),
    # Chinese and Korean.
    ("我们是一个产业集群，欢迎合作", "zh"),
    ("联系我们", "zh"),
    ("關於我們：本協會從事產業發展", "zh"),
    ("新闻中心の最新动态与通知公告", "zh"),
    ("우리 클러스터는 기업과 대학을 연결합니다", "ko"),
    ("공지사항", "ko"),
    # Other scripts name their language.
    ("Ο συνεργατικός σχηματισμός ενώνει επιχειρήσεις", "el"),
    ("Кластер объединяет предприятия и университеты, которые были созданы", "ru"),
    ("Клъстерът обединява предприятията в областта на въглерода", "bg"),
    ("Кластер об'єднує підприємства та їхні університети", "uk"),
    ("التجمع الصناعي للشركات", "ar"),
    ("เครือข่ายอุตสาหกรรม", "th"),
    # Latin script, one or two sentences each.
    ("The cluster brings companies and universities of the region together.", "en"),
    ("We are a network of 120 companies in medical technology.", "en"),
    ("Our members were invited to the annual meeting.", "en"),
    ("About us", "en"),
    ("How to join the association", "en"),
    ("Der Verein verbindet Unternehmen und Hochschulen der Region.", "de"),
    ("Wir laden Sie herzlich zu unserer Mitgliederversammlung ein.", "de"),
    ("Über uns", "de"),
    ("Le pôle rassemble les entreprises et les laboratoires de la région.", "fr"),
    ("Qui sommes-nous", "fr"),
    ("Le prochain atelier aura lieu à Lyon, dans nos locaux.", "fr"),
    ("Il distretto riunisce le imprese e le università della regione.", "it"),
    ("Chi siamo", "it"),
    ("La prossima assemblea si terrà presso la nostra sede.", "it"),
    ("El clúster reúne a las empresas y universidades de la región.", "es"),
    ("La próxima jornada se celebrará en nuestra sede con todos los socios.", "es"),
    ("De vereniging verbindt bedrijven en kennisinstellingen in de regio.", "nl"),
    ("Wij organiseren bijeenkomsten voor onze leden en hun partners.", "nl"),
    ("Klaster zrzesza przedsiębiorstwa oraz uczelnie z całego regionu.", "pl"),
    ("Zapraszamy na spotkanie, które odbędzie się w naszej siedzibie.", "pl"),
    ("Klustret samlar företag och universitet från hela regionen.", "sv"),
    ("Vi är en ideell förening som inte har några anställda.", "sv"),
    ("Klusteri yhdistää alueen yritykset ja yliopistot, jotka ovat mukana.", "fi"),
    ("Tapahtuma on avoin kaikille, mutta ilmoittautuminen on pakollinen.", "fi"),
    ("O polo reúne empresas e universidades da região para os seus projetos.", "pt"),
    ("A próxima reunião não será realizada na nossa sede.", "pt"),
    ("Klastr sdružuje podniky a vysoké školy, které jsou členy.", "cs"),
    ("Naše další setkání bude při veletrhu a také na univerzitě.", "cs"),
    ("Klyngen samler virksomheder, der ikke kun arbejder med energi.", "da"),
    ("Vores medlemmer mødes hvert efterår, hvor alle kan være med.", "da"),
    ("A klaszter a régió vállalatait és egyetemeit kapcsolja össze.", "hu"),
    ("A következő rendezvény időpontja még nem ismert, de hamarosan közöljük.", "hu"),
    ("Klynga samler bedrifter som ikke bare jobber med energi, men også forskning.", "no"),
    ("Klaster združuje podjetja in univerze, ki so vključena tudi v projekte.", "sl"),
    ("Klaster okuplja tvrtke koje su uključene u projekte, kao i sveučilišta što rade između njih.", "hr"),
    ("Clusterul reunește companiile și universitățile din regiune pentru că sunt mai puternice.", "ro"),
    ("Klaster ühendab ettevõtteid, mis on ka teiste projektide liikmed ja kellel oli selle jaoks vaja.", "et"),
    ("Klasteris vienija įmones ir universitetus, kurie yra projekto nariai.", "lt"),
    ("Klasteris apvieno uzņēmumus un augstskolas, kas ir arī mūsu biedri.", "lv"),
    ("Klaster združuje podniky a univerzity, ktoré sú členmi, alebo by nimi mohli byť.", "sk"),
    # Sample text of themes is Latin, not English.
    ("Lorem ipsum dolor sit amet, consectetur adipiscing elit.", "la"),
    # Nothing to tell a language by.
    ("", ""),
    ("2024.05.12", ""),
    ("+81-3-0000-0000", ""),
    ("T. Yamada, K. Sato", ""),
    ("PDF", ""),
    ("https://www.example.jp/en/index.html", ""),
]


@pytest.mark.parametrize(("text", "language"), SNIPPETS)
def test_a_snippet_is_read_in_its_own_language(text: str, language: str) -> None:
    assert languages.of_text(text).language == language


def test_the_same_text_gets_the_same_answer_every_time() -> None:
    text = "Design und Software für the Web: Projekte, Partner and more " * 8
    assert len({languages.of_text(text) for _ in range(10)}) == 1


ITEM_TITLES = [
    # English, or nothing that says otherwise.
    ("Report of the annual meeting", "en", "en"),
    ("Yamaguchi Aqua Expo 2026", "en", "en"),
    ("Kick-off Meeting in Nagoya", "en", "en"),
    ("Lecture by Prof. Yamada (山田太郎)", "en", "en"),
    ("Visit to the laboratory of 東京大学 in Hongo", "en", "en"),
    ("Lorem ipsum dolor sit amet, consectetur adipiscing elit.", "en", "en"),
    ("", "en", "en"),
    ("2026", "en", "en"),
    # Belied by the script.
    ("総会を開催しました", "en", "ja"),
    ("DX推進 Workshop on Smart Factory and Robotics のご案内", "en", "ja"),
    ("通常総会", "en", "ja"),
    ("【お知らせ】 AI Robot Forum 2026", "en", "ja"),
    ("공지사항", "en", "ko"),
    # Belied by words.
    ("Mitgliederversammlung in Köln", "en", "de"),
    ("Assemblée générale 2026", "en", "fr"),
    # A page in another language lends its own to every item.
    ("AI Robot Forum 2026", "ja", "ja"),
    ("The annual meeting was held", "de", "de"),
    ("AI Robot Forum 2026", "", ""),
]


@pytest.mark.parametrize(("title", "around", "expected"), ITEM_TITLES)
def test_the_title_of_an_item_can_belie_the_english_of_its_page(title: str, around: str, expected: str) -> None:
    assert languages.of_item(title, around) == expected


JAPANESE = "当協議会は、地域の企業と大学を結び、新しい産業を育てるために設立されました。"
ENGLISH = "The council was founded to link the companies and universities of the region with each other."
GERMAN = "Der Verein wurde gegründet, um die Unternehmen und Hochschulen der Region miteinander zu verbinden."


def page_language(body: str, lang: str = "", charset: str = "utf-8") -> str:
    attribute = f' lang="{lang}"' if lang else ""
    html = f'<html{attribute}><head><meta charset="{charset}"></head><body>{body}</body></html>'
    return languages.read(parse(html.encode(charset), url="http://www.example.jp/")).language


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


ENGLISH_MENU = (
    "<nav><ul>"
    + "".join(f"<li><a href='/{i}'>About our latest news and events</a></li>" for i in range(12))
    + "</ul></nav>"
)
LOOSE_MENU = "".join(
    f"<div><a href='/{w}'>{w}</a></div>" for w in ("Home", "News", "About us", "Members", "Contact") * 4
)

ADDRESS = "〒100-0013 東京都千代田区霞が関一丁目"
NAMES = "Chair: Taro Yamada (山田太郎), Hanako Sato (佐藤花子)"
JAPANESE_MENU = "<nav><a href='/a'>ホーム</a> <a href='/b'>お問い合わせ</a></nav>"
CODE = "<pre>" + "for the line in this file: print the line\n" * 20 + "</pre>"

PAGES = [
    ("English menu on a Japanese page", ENGLISH_MENU + paragraphs(JAPANESE), "", "ja"),
    ("English menu without nav element", LOOSE_MENU + paragraphs(JAPANESE), "", "ja"),
    ("Japanese address on an English page", paragraphs(ENGLISH, ENGLISH, ADDRESS), "", "en"),
    ("Japanese names on an English page", paragraphs(ENGLISH, NAMES), "", "en"),
    ("Japanese menu on an English page", JAPANESE_MENU + paragraphs(ENGLISH), "", "en"),
    ("English page that says ja", paragraphs(ENGLISH), "ja", "en"),
    ("Japanese page that says en", paragraphs(JAPANESE), "en", "ja"),
    ("German page that says en", paragraphs(GERMAN, GERMAN), "en", "de"),
    ("kanji headings only", paragraphs("会社概要", "事業内容", "採用情報"), "", "ja"),
    ("kanji headings on a page that says zh", paragraphs("公司概要", "事業内容", "採用"), "zh", "zh"),
    ("kana beats a page that says zh", paragraphs(JAPANESE, "会社概要"), "zh", "ja"),
    ("English titles of papers on a Japanese page", paragraphs(JAPANESE, *[
        f"T. Yamada and K. Sato, Journal of Robots, vol. {i}, pp. 1-9, 2021." for i in range(6)
    ]), "", "ja"),
    ("program code on a Japanese page", paragraphs(JAPANESE) + CODE, "", "ja"),
    ("one English paragraph on a German page", paragraphs(GERMAN, GERMAN, GERMAN, ENGLISH), "", "de"),
    ("no text", "<img src='a.png' alt=''>", "ja", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "lang", "language"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES])
def test_the_main_text_decides_the_language_of_a_page(body: str, lang: str, language: str) -> None:
    assert page_language(body, lang) == language


@pytest.mark.parametrize(("charset", "language"), [("gb2312", "zh"), ("shift_jis", "ja"), ("euc-jp", "ja")])
def test_the_charset_tells_bare_kanji_apart(charset: str, language: str) -> None:
    assert page_language(paragraphs("公司文化中心", "大学"), "", charset) == language


def test_a_mixed_page_has_shares_of_both_languages() -> None:
    html = f"<html><body>{paragraphs(JAPANESE, JAPANESE, ENGLISH, ENGLISH)}</body></html>"
    read = languages.read(parse(html.encode(), url="http://www.example.jp/"))
    assert {share.language for share in read.shares} == {"ja", "en"}
    assert 0.3 < languages.share(read, "en") < 0.7
    assert sum(share.share for share in read.shares) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("english", "language"), [(4, "ja"), (8, "en")])
def test_a_third_of_japanese_makes_a_page_japanese(english: int, language: str) -> None:
    assert page_language(paragraphs(JAPANESE, JAPANESE, *[ENGLISH] * english)) == language


def test_letters_count_the_main_part_only() -> None:
    html = f"<html><body>{ENGLISH_MENU}{paragraphs('東京の会社です。')}</body></html>"
    assert languages.read(parse(html.encode(), url="http://www.example.jp/")).letters == 7


@pytest.mark.parametrize(
    ("declared", "expected"), [("ja", "ja"), ("", "")]
)  # fmt: skip
def test_what_the_page_declares_is_kept_as_a_witness(declared: str, expected: str) -> None:
    html = f'<html lang="{declared}"><body><p>{ENGLISH}</p></body></html>'
    assert languages.read(parse(html.encode(), url="http://www.example.jp/")).declared == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T. Yamada, K. Sato: Soft grippers. Journal of Robots, vol. 3, pp. 1-9, 2021.", True),
        ("Yamada, T., Sato, K., Ito, M., Soft grippers for strawberries, Proc. 8th Workshop on Robots, 2019", True),
        ("In 2021 the council opened its new laboratory for robots in the harbour.", False),
        ("T. Yamada et al., 2021", False),
    ],
)
def test_bibliographic_lines_are_told_from_sentences(text: str, expected: bool) -> None:
    assert languages.is_reference(text) is expected


TRADES = (
    "Energetika Prehrana Gozdarstvo Zdravila Strojništvo Materiali Elektronika Akvakultura Vesolje Okolje Gradbeništvo "
    "Podjetja članice Raziskovalna središča Univerze Uprava Članstvo Izobraževanje Konference Partnerstva Projekti Novice "
    "Koledar Kontakti Iskanje Naročnina Glasilo Letno poročilo Kmetijstvo Promet Logistika Zaposlovanje Razvoj podeželja"
)
# The statistics alone take these names for Indonesian, at 0.91.
PEOPLE = (
    "Miura Iwasaki Ando Hashimoto Fukuda Tamura Endo Sakai Hasegawa Ishida Kudo Nishimura Sugimoto Emi Okamoto Takeda Kenji "
    "Kumiko Miyamoto Takada Ueno Sasaki Ogawa Ueda Noguchi Shibata Daisuke Tomoko Taniguchi Sugiyama Mori Abe Makoto "
    "Nakamura Nakagawa Yokoyama Satoshi Kinoshita Miyazaki Matsui Shingo Suzuki Ikeda Ota Kikuchi Masuda Akira Sano "
    "Ishikawa Sakamoto Sakurai Inoue"
)


@pytest.mark.parametrize(("text", "language"), [(TRADES, "sl"), (TRADES[:200], ""), (PEOPLE, "")])
def test_a_long_list_of_labels_has_a_language_where_two_statistics_agree(text: str, language: str) -> None:
    lines = text.replace(" P", "\nP").replace(" S", "\nS")
    assert languages.of_text(lines).language == language


def test_a_page_without_end_is_judged_by_its_first_lines() -> None:
    body = (
        "<p>Wir laden Sie herzlich zu unserer Versammlung ein.</p>" * 3_000
        + "<p>We invite you to our meeting.</p>" * 2_000
    )
    assert [s.language for s in languages.read(parse(body.encode(), "http://a.example/")).shares] == ["de"]
