"""Countries, their regions, towns and well-known organisations, in the languages of the readers.

Names of countries are those of Unicode's CLDR in English, Japanese, German, French, Spanish, Italian and Dutch, with the
adjectives and short forms that people write. Regions and towns are those that have clusters or partner towns; a name
that is an everyday word too is left out. Japanese names count where a word in katakana begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from crawler.european_union import JOINED_ON, is_member
from crawler.model import PartnerRegion

# ISO 3166-1 alpha-2, then the names.
_COUNTRIES = """
AT|オーストリア|Austria|Austrian|Österreich|Autriche|Oostenrijk
BE|ベルギー|Belgium|Belgian|Belgien|Belgique|Bélgica|Belgio|België
BG|ブルガリア|Bulgaria|Bulgarian|Bulgarien|Bulgarie
HR|クロアチア|Croatia|Croatian|Kroatien|Croatie|Croacia|Croazia|Kroatië
CY|キプロス|Cyprus|Zypern|Chypre|Chipre
CZ|チェコ|Czechia|Czech|Czech Republic|Tschechien|Tchéquie|Chequia|Cechia|Tsjechië
DK|デンマーク|Denmark|Danish|Dänemark|Danemark|Dinamarca|Danimarca|Denemarken
EE|エストニア|Estonia|Estonian|Estland|Estonie
FI|フィンランド|Finland|Finnish|Finnland|Finlande|Finlandia
FR|フランス|France|French|Frankreich|Francia|Frankrijk
DE|ドイツ|Germany|German|Deutschland|Allemagne|Alemania|Germania|Duitsland
GR|ギリシャ|ギリシア|Greece|Greek|Griechenland|Grèce|Grecia|Griekenland
HU|ハンガリー|Hungary|Hungarian|Ungarn|Hongrie|Hungría|Ungheria|Hongarije
IE|アイルランド|Ireland|Irish|Irland|Irlande|Irlanda|Ierland
IT|イタリア|Italy|Italian|Italien|Italie|Italia|Italië
LV|ラトビア|ラトヴィア|Latvia|Latvian|Lettland|Lettonie|Letonia|Lettonia|Letland
LT|リトアニア|Lithuania|Lithuanian|Litauen|Lituanie|Lituania|Litouwen
LU|ルクセンブルク|ルクセンブルグ|Luxembourg|Luxemburg|Luxemburgo|Lussemburgo
MT|マルタ共和国|Malta
NL|オランダ|Netherlands|Dutch|Niederlande|Niederlanden|Pays-Bas|Países Bajos|Paesi Bassi|Nederland
PL|ポーランド|Poland|Polish|Polen|Pologne|Polonia
PT|ポルトガル|Portugal|Portuguese|Portogallo
RO|ルーマニア|Romania|Romanian|Rumänien|Roumanie|Rumanía|Roemenië
SK|スロバキア|スロヴァキア|Slovakia|Slovak|Slowakei|Slovaquie|Eslovaquia|Slovacchia
SI|スロベニア|スロヴェニア|Slovenia|Slovenian|Slowenien|Slovénie|Eslovenia|Slovenië
ES|スペイン|Spain|Spanish|Spanien|Espagne|España|Spagna|Spanje
SE|スウェーデン|Sweden|Swedish|Schweden|Suède|Suecia|Svezia|Zweden
GB|イギリス|英国|United Kingdom|UK|Britain|British|Großbritannien|Royaume-Uni|Reino Unido|Regno Unito
CH|スイス|Switzerland|Swiss|Schweiz|Suisse|Suiza|Svizzera|Zwitserland
NO|ノルウェー|Norway|Norwegian|Norwegen|Norvège|Noruega|Norvegia|Noorwegen
IS|アイスランド|Iceland|Icelandic|Islande|Islandia
UA|ウクライナ|Ukraine|Ukrainian
TR|トルコ|Türkiye|Turkey|Turkish|Türkei|Turquie|Turquía|Turchia|Turkije
RS|セルビア|Serbia|Serbian|Serbien|Serbie
LI|リヒテンシュタイン|Liechtenstein
CN|中国|中華人民共和国|China|Chinese|Chine
KR|韓国|大韓民国|South Korea|Korea|Korean|Südkorea|Corée du Sud|Corée|Corea|Corea del Sur|Zuid-Korea
TW|台湾|Taiwan|Taiwanese|Taïwan|Taiwán
HK|香港|Hong Kong|Hongkong
SG|シンガポール|Singapore|Singapur|Singapour
TH|タイ|Thailand|Thai|Thaïlande|Tailandia
VN|ベトナム|Vietnam|Viet Nam|Vietnamese
MY|マレーシア|Malaysia|Malaysian|Malaisie|Malasia
ID|インドネシア|Indonesia|Indonesian|Indonesien|Indonésie
PH|フィリピン|Philippines|Philippine|Philippinen|Filipinas
IN|インド|India|Indian|Indien
MM|ミャンマー|Myanmar
KH|カンボジア|Cambodia|Cambodian|Kambodscha|Cambodge
LA|ラオス|Laos
MN|モンゴル|Mongolia|Mongolian|Mongolei
BD|バングラデシュ|Bangladesh
LK|スリランカ|Sri Lanka
NP|ネパール|Nepal
PK|パキスタン|Pakistan
KZ|カザフスタン|Kazakhstan
UZ|ウズベキスタン|Uzbekistan
IL|イスラエル|Israel|Israeli
SA|サウジアラビア|Saudi Arabia
AE|アラブ首長国連邦|United Arab Emirates|UAE
QA|カタール|Qatar
IR|イラン|Iran
US|アメリカ|米国|アメリカ合衆国|United States|USA|U.S.|American|Vereinigte Staaten|États-Unis|Estados Unidos|Stati Uniti
CA|カナダ|Canada|Canadian|Kanada|Canadá
MX|メキシコ|Mexico|Mexican|Mexiko|México
BR|ブラジル|Brazil|Brazilian|Brasilien|Brésil|Brasil
AR|アルゼンチン|Argentina
CL|Chile
PE|ペルー|Peru
CO|コロンビア|Colombia
AU|オーストラリア|豪州|Australia|Australian|Australien|Australie
NZ|ニュージーランド|New Zealand|Neuseeland
ZA|南アフリカ|South Africa|South African|Südafrika
EG|エジプト|Egypt|Egyptian
KE|ケニア|Kenya
RU|ロシア|Russia|Russian|Russland|Russie
JP|日本|Japan|Japanese|Japon|Japón|Giappone
"""
_REGIONS = """
DE|バイエルン|ザクセン|ザクセン=アンハルト|ヘッセン|ノルトライン|ヴェストファーレン|バーデン|ヴュルテンベルク|チューリンゲン|ブランデンブルク
DE|ニーダーザクセン|シュレスヴィヒ|ザールラント|ラインラント|メクレンブルク|NRW州|BW州|ベルリン|ハンブルク|ミュンヘン|フランクフルト
DE|デュッセルドルフ|シュトゥットガルト|ドルトムント|ドレスデン|ライプツィヒ|ハノーファー|ブレーメン|ニュルンベルク|イエナ|アーヘン
DE|カールスルーエ|ハイデルベルク|ミュンスター|エアランゲン|ケムニッツ|デュースブルク|ブラウンシュヴァイク|ダルムシュタット|エッセン市|ケルン市
DE|Bavaria|Bayern|Saxony|Sachsen|Hesse|Hessen|North Rhine-Westphalia|Nordrhein-Westfalen|NRW|Baden-Württemberg|Thuringia
DE|Thüringen|Brandenburg|Lower Saxony|Niedersachsen|Berlin|Hamburg|Munich|München|Düsseldorf|Duesseldorf|Stuttgart|Dresden
DE|Leipzig|Hannover|Hanover|Bremen|Nuremberg|Jena|Aachen|Karlsruhe|Heidelberg|Dortmund|Cologne|Frankfurt|Erlangen
FR|パリ|アルザス|ブルゴーニュ|ブルターニュ|ノルマンディー|プロヴァンス|オクシタニー|ヌーヴェル=アキテーヌ|アキテーヌ|イル=ド=フランス
FR|オーヴェルニュ|ローヌ=アルプ|ローヌ・アルプ|ペイ・ド・ラ・ロワール|ロレーヌ|シャンパーニュ|ヴァルドワーズ|リヨン|マルセイユ|トゥールーズ
FR|グルノーブル|ボルドー|ストラスブール|モンペリエ|レンヌ|ディジョン|シャルトル|ナント市|リール市|ニース市
FR|Paris|Alsace|Burgundy|Brittany|Bretagne|Normandy|Normandie|Provence|Occitanie|Île-de-France|Rhône-Alpes|Rhone-Alpes
FR|Auvergne|Pays de la Loire|Val d'Oise|Lyon|Marseille|Toulouse|Grenoble|Bordeaux|Strasbourg|Nantes|Montpellier|Rennes|Lille
IT|ロンバルディア|ピエモンテ|ヴェネト|ベネト|エミリア|トスカーナ|ラツィオ|カンパニア|ミラノ|トリノ|ボローニャ|フィレンツェ|ナポリ|ジェノヴァ
IT|Lombardy|Lombardia|Piedmont|Piemonte|Veneto|Emilia-Romagna|Tuscany|Toscana|Lazio|Milan|Milano|Turin|Torino|Bologna|Florence
ES|バスク|カタルーニャ|カタロニア|アンダルシア|ガリシア|バレンシア|ナバラ|マドリード|マドリッド|バルセロナ|ビルバオ|サラゴサ
ES|Basque|Catalonia|Cataluña|Catalunya|Andalusia|Andalucía|Galicia|Valencia|Navarra|Madrid|Barcelona|Bilbao|Zaragoza
AT|シュタイアーマルク|ケルンテン|チロル|オーバーエスターライヒ|ニーダーエスターライヒ|ウィーン|グラーツ|リンツ市|ザルツブルク|インスブルック
AT|Styria|Steiermark|Carinthia|Kärnten|Tyrol|Upper Austria|Oberösterreich|Vienna|Wien|Graz|Linz|Salzburg|Innsbruck
BE|フランダース|フランドル|ワロン|ブリュッセル|アントワープ|ルーヴェン|ルーベン|リエージュ
BE|Flanders|Flemish|Wallonia|Walloon|Brussels|Bruxelles|Antwerp|Leuven|Ghent|Liège
NL|ブラバント|ユトレヒト|アムステルダム|ロッテルダム|アイントホーフェン|アイントホーヘン|ワーヘニンゲン|フローニンゲン|デルフト|ライデン|ハーグ
NL|Brabant|Utrecht|Amsterdam|Rotterdam|Eindhoven|Wageningen|Groningen|Delft|Leiden|Hague|Twente
FI|ヘルシンキ|オウル|タンペレ|トゥルク|エスポー|Helsinki|Oulu|Tampere|Turku|Espoo
SE|ストックホルム|ヨーテボリ|イェーテボリ|マルメ|ウプサラ|リンシェーピン|スコーネ|Stockholm|Gothenburg|Göteborg|Malmö|Uppsala|Linköping
DK|コペンハーゲン|オーフス|オーデンセ|Copenhagen|Aarhus|Odense|Aalborg
PL|ワルシャワ|クラクフ|ヴロツワフ|ポズナン|シレジア|マゾフシェ|Warsaw|Krakow|Kraków|Wrocław|Poznań|Silesia|Mazovia
CZ|プラハ|ブルノ|南モラヴィア|モラヴィア|Prague|Brno|Moravia
HU|ブダペスト|Budapest|Debrecen
PT|リスボン|ポルト市|アベイロ|Lisbon|Porto|Aveiro
IE|ダブリン|ゴールウェイ|Dublin|Galway
GR|アテネ|テッサロニキ|Athens|Thessaloniki
SI|リュブリャナ|Ljubljana
HR|ザグレブ|Zagreb
RO|ブカレスト|クルージュ|Bucharest|Cluj
BG|ソフィア市
EE|タリン|タルトゥ|Tallinn|Tartu
LV|リガ市|Riga
LT|ヴィリニュス|ビリニュス|カウナス|Vilnius|Kaunas
GB|スコットランド|ウェールズ|北アイルランド|イングランド|ロンドン|マンチェスター|ケンブリッジ|オックスフォード|エディンバラ|グラスゴー|アバディーン
GB|Scotland|Scottish|Wales|Welsh|Northern Ireland|England|London|Manchester|Cambridge|Oxford|Edinburgh|Glasgow|Aberdeen
CH|バーゼル|チューリッヒ|ジュネーブ|ジュネーヴ|ローザンヌ|ヌーシャテル|Basel|Zurich|Zürich|Geneva|Lausanne|Neuchâtel|Bern
NO|オスロ|ベルゲン|トロンハイム|Oslo|Bergen|Trondheim|Stavanger
CN|江蘇省|浙江省|広東省|遼寧省|山東省|四川省|湖北省|上海|北京|深圳|大連|蘇州|天津|広州|無錫|Shanghai|Beijing|Shenzhen|Suzhou|Dalian
KR|ソウル|釜山|大田|京畿道|慶尚南道|慶尚北道|蔚山|大邱|光州広域市|Seoul|Busan|Daejeon|Gyeonggi|Daegu
TW|台北|新竹|台中|台南|高雄|Taipei|Hsinchu|Tainan|Taichung|Kaohsiung
TH|バンコク|チェンマイ|Bangkok
VN|ハノイ|ホーチミン|ダナン|ビンズオン|ドンナイ|Hanoi|Ho Chi Minh
MY|クアラルンプール|ペナン|マラッカ|ジョホール|サラワク|Kuala Lumpur|Penang|Melaka|Malacca|Johor
ID|ジャカルタ|バンドン|西ジャワ|スラバヤ|Jakarta|Bandung|West Java
PH|マニラ|セブ州|ダバオ|Manila
IN|バンガロール|ベンガルール|ムンバイ|チェンナイ|グジャラート|マハラシュトラ|タミル|Bangalore|Bengaluru|Mumbai|Chennai|Gujarat
US|カリフォルニア|マサチューセッツ|テキサス|ノースカロライナ|ミネソタ|オハイオ州|ミシガン州|ワシントン州|ハワイ|シリコンバレー|ニューヨーク|ボストン
US|サンフランシスコ|サンディエゴ|シアトル|シカゴ|ポートランド|ピッツバーグ|California|Massachusetts|Texas|North Carolina|Minnesota|Ohio
US|Michigan|Silicon Valley|New York|Boston|San Francisco|San Diego|Seattle|Chicago|Pittsburgh|Oregon|Hawaii
CA|オンタリオ州|オンタリオ|ケベック|ブリティッシュ・コロンビア|アルバータ|トロント|バンクーバー|Ontario|Quebec|Québec|British Columbia|Alberta
CA|Toronto|Vancouver|Montreal|Montréal
AU|ニューサウスウェールズ|クイーンズランド|ビクトリア州|西オーストラリア|シドニー|メルボルン|ブリスベン|New South Wales|Queensland|Sydney
AU|Melbourne|Brisbane
"""
_ORGANISATIONS = """
DE|フラウンホーファー|マックス・プランク|マックスプランク|ヘルムホルツ|Fraunhofer|Max Planck|Helmholtz|Steinbeis|DWIH|GIZ|BioM|Silicon Saxony
DE|BioRiver|OptecNet|OptoNet|Photonics BW|Hamburg Aviation|ハンブルク・アビエーション|CFK Valley|CFKバレー|Medical Valley|HZwei|EEHH
DE|BioRegio|BIO.NRW|Cluster Mechatronik|Bavaria Bio|Life Science Nord|COMPAMED|コンパメッド|MEDICA展|ハノーバーメッセ|Hannover Messe
FR|CNRS|CEA-Leti|Leti|INRIA|INSERM|Minatec|Minalogic|Cosmetic Valley|コスメティックバレー|コスメティック・バレー|Vitagora|VITAGORA|Valorial
FR|Agrimip|Agri Sud-Ouest|Aerospace Valley|エアロスペース・バレー|エアロスペースバレー|EMC2|Lyonbiopôle|Lyonbiopole|Systematic Paris|Axelera|Tenerrdis|Eurobiomed
FR|Alsace BioValley|BioValley France|Medicen|Atlanpole|Pôle Mer|Mov'eo|Techtera|Up-tex|Business France|Pollutec|SIAL
BE|imec|IMEC|FlandersBio|フランダースバイオ|Flanders Make|BioWin|DSP Valley|MecaTech|WAGRALIM
NL|TNO|Brainport|ブレインポート|Food Valley|フードバレーNL|Health Valley|Leiden Bio Science|High Tech NL|PhotonDelta|FME
FI|VTT|Business Finland|ビジネスフィンランド|Finpro|フィンプロ|Tekes|テケス|BusinessOulu|Spinverse
SE|RISE研究所|Medicon Valley|メディコンバレー|Karolinska|カロリンスカ|Vinnova|Business Sweden|Lindholmen|SwedenBIO
DK|State of Green|ステート・オブ・グリーン|DTU|Copenhagen Cleantech|Food & Bio Cluster|RoboCluster|Odense Robotics|Novo Nordisk
AT|Silicon Alps|シリコンアルプス|ACstyria|Human.technology Styria|Joanneum
ES|Tecnalia|テクナリア|Biocat|GAIA|Hegan|CDTI|Tecnun|Energía Basque
IT|Bioindustry Park|Polito|CNR Italy|SMILE Torino|Mesap|Torino Wireless|Lombardy Aerospace
IE|Enterprise Ireland|IDA Ireland|Tyndall
CH|CSEM|EPFL|ETH Zürich|ETH Zurich|Swissmem|Toolpoint|スイス・バイオテク|BioAlps|Micronarc
NO|SINTEF|NTNU|NCE Maritime|GCE Ocean
GB|Scottish Development International|Scottish Enterprise|Catapult|OneNucleus|MediLink
TW|ITRI|工業技術研究院|工研院|SEMI台湾|III資訊
KR|KAIST|KOTRA|ETRI|韓国生産技術研究院
SG|Enterprise Singapore|IE Singapore
US|MassBio|BIOCOM|Biocom|NIH|MassChallenge|BIO International Convention|BIO国際
MY|MIDA|BiotechCorp|MDEC
TH|NSTDA|TCELS|メディカルフェアタイ
CA|NRC-IRAP|Genome Canada
"""


def _rows(table: str) -> tuple[tuple[str, str], ...]:
    """Each name of a table with its country."""
    split = (line.split("|") for line in table.strip().splitlines())
    return tuple((name, code) for code, *names in split for name in names)


COUNTRY_NAMES = dict(_rows(_COUNTRIES))
ORGANISATION_NAMES = dict(_rows(_ORGANISATIONS))
_ALL = {**COUNTRY_NAMES, **dict(_rows(_REGIONS)), **ORGANISATION_NAMES}
# Where no country is named. "Europe" is taken for the Union, of which it nearly always speaks.
AREAS = {
    **dict.fromkeys(
        ("EU", "欧州連合", "欧州委員会", "欧州", "ヨーロッパ", "北欧", "東欧", "中東欧", "日欧", "日EU", "Europe", "European",
         "European Union", "Nordic", "Horizon 2020", "Horizon Europe", "ホライズン", "Europa", "Europese", "EEN"), PartnerRegion.EU),
    **dict.fromkeys(
        ("アジア", "東南アジア", "ASEAN", "アセアン", "日ASEAN", "Asia", "Asian", "Southeast Asia", "Asien", "Asie",
         "アジア太平洋"), PartnerRegion.ASIA),
    **dict.fromkeys(("北米", "南米", "中南米", "North America", "Latin America", "Nordamerika"), PartnerRegion.AMERICA),
    **dict.fromkeys(("アフリカ", "中東諸国", "オセアニア", "Africa", "Middle East"), PartnerRegion.OTHER),
}  # fmt: skip
# Countries of which a compound with the own one is short for both: 日独, 日仏.
PAIRS = {
    "日独": "DE", "日仏": "FR", "日伊": "IT", "日蘭": "NL", "日英": "GB", "日米": "US", "日韓": "KR", "日台": "TW", "日印": "IN",
    "日瑞": "CH", "日豪": "AU", "日加": "CA", "日越": "VN", "日泰": "TH",
}  # fmt: skip
NAMES: dict[str, str | PartnerRegion] = {**AREAS, **_ALL, **PAIRS}

_EUROPE_OUTSIDE = frozenset({"CH", "NO", "IS", "UA", "TR", "RS", "LI", "RU"})
_AMERICA = frozenset({"US", "CA", "MX", "BR", "AR", "CL", "PE", "CO"})
_ELSEWHERE = frozenset({"AU", "NZ", "ZA", "EG", "KE"})
_SHORT = 3  # letters of katakana; a shorter word is part of others more often than not: タイ in タイヤ
# What makes a name a part of another word, a thing, or a topic. Asked behind a match: within the expression of all names
# it would take a second to compile.
_NO_PARTNER = re.compile(
    r"語|英語|人|村|料理|製|産|風|車|式|系|坂|石|洋|銀行口座|家具|雑貨|文学|史|国籍|出身|戦争|の森|通り|フェア(?!タイ)|型|向け|並み"
    r"|市場|規[則制格]|指令|医薬品庁|標準|法|基準|議会|憲法|の?(?:市場|規[則制格]|指令|基準|認証|動向|事例|状況|制度|政策)"
    r"|通貨|学会|で(?:は|の|も)|において|に(?:比べ|お[いけ]|匹敵|並)|[のを]?(?:モデル|参考|手本|先進(?:地域|国|事例)|並み)"
)
# 中国 is a part of Japan too.
_CHUGOKU = re.compile(
    r"地[方域区]|経済|・?四国|運輸|総合通信|電力|新聞|支[社店部所]|ブロック|労働|財務|産業|自動車道|[5五]県|職業|農政|整備|銀行|木材"
)
_NO_LATIN_PARTNER = re.compile(
    r"[- ]made|[- ]style|ware| (?:standards?|norms?|regulations?|directives?|market|press|ware|General Data|REACH|RoHS|law"
    r"|language|sandwich|restaurant|food|cuisine|wine|trends?|models?\b|(?:Physical|Chemical|Mathematical) Society|debt|crisis|pastr|watches|cheese|beer|cars?\\b|knives)| [Nn]orme?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere abroad, as a text names it."""

    name: str
    country: str  # ISO 3166-1 alpha-2, "" for a part of the world
    region: PartnerRegion | None  # None: follows from the country
    at: int  # where the name begins


def places_in(text: str, home: str) -> tuple[Place, ...]:
    """The places abroad that a text names, each country once; `home` is never abroad.

    A country says more than the part of the world that it stands beside: ドイツなど欧州.
    """
    return _remembered(text, home) if len(text) <= _MOST_REMEMBERED else _places(text, home)


def _places(text: str, home: str) -> tuple[Place, ...]:
    found: dict[str, Place] = {}
    for match in _matches(text, home):
        name, where = match.group(), NAMES[match.group()]
        if _is_something_else(name, text, match.end()):
            continue
        if isinstance(where, PartnerRegion):
            found.setdefault(where, Place(name, "", where, match.start()))
        else:
            found.setdefault(where, Place(name, where, None, match.start()))
    named = any(p.country for p in found.values())
    return tuple(p for p in found.values() if p.country or not named)


_MOST_REMEMBERED = 300  # characters
_remembered = lru_cache(maxsize=512)(_places)  # what a website says of itself stands on many of its pages


def _matches(text: str, home: str) -> Iterator[re.Match[str]]:
    """The names in a text, none overlapping: only where one of their words stands, which is quicker by far."""
    starts = {found for word in words_of_places(text, home) for found in _occurrences(word, text)}
    end = 0
    for start in sorted(starts):
        match = _names(home).match(text, start) if start >= end else None
        if match is not None:
            end = match.end()
            yield match


def _occurrences(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _is_something_else(name: str, text: str, end: int) -> bool:
    """Whether what follows a name makes it a part of another word, a thing or a topic."""
    if _latin(name):
        return _NO_LATIN_PARTNER.match(text, end) is not None
    if name == "中国" and _CHUGOKU.match(text, end) is not None:
        return True
    return _NO_PARTNER.match(text, end) is not None


def _latin(name: str) -> bool:
    return name[0] < "ɐ"


def _after(name: str) -> str:
    """What may not follow a name: more of the same word."""
    if _latin(name):
        return "(?![A-Za-zÀ-ɏ])"
    if not "ァ" <= name[-1] <= "ー":
        return ""
    # ベルギーワッフル is nobody's partner; フランダース and the names of bodies go on with more of their name.
    return "(?![ァ-ヺー])" if len(name) <= _SHORT or name in COUNTRY_NAMES else "(?!ン)"


@cache
def _names(home: str) -> re.Pattern[str]:
    """One expression for all names but those of one's own country (ISO 3166-1 alpha-2), by their first letters."""
    by_first: dict[str, list[str]] = {}
    for name in sorted((n for n, where in NAMES.items() if where != home), key=len, reverse=True):
        by_first.setdefault(name[0], []).append(name)
    parts = []
    for first, names in by_first.items():
        before = "A-Za-zÀ-ɏ" if _latin(first) else "ァ-ヺー" if "ァ" <= first <= "ー" else ""
        bound = f"(?<![{before}]{re.escape(first)})" if before else ""
        bound += f"(?<!Hotel {first})" if _latin(first) else ""
        rest = "|".join(re.escape(name[1:]) + _after(name) for name in names)
        parts.append(f"{re.escape(first)}{bound}(?:{rest})")
    return re.compile("|".join(parts))


# A cheap look first: nearly all lines of nearly all pages name no place. Words are looked up, which takes a tenth of the
# time that the expression of all names takes.
_KATAKANA = re.compile(r"[ァ-ヺー][ァ-ヺー]+")
_CAPITAL = re.compile(r"[A-ZÀ-Ž][A-Za-zÀ-ɏ]+")
_BEGIN = 4  # letters of katakana


@dataclass(frozen=True, slots=True)
class _Beginnings:
    katakana: frozenset[str]  # whole short words, and the first letters of longer ones
    capital: frozenset[str]  # first words in Latin letters
    others: tuple[str, ...]  # names that begin in lower case, or are not plain letters
    kanji: re.Pattern[str]


@cache
def _beginnings(home: str) -> _Beginnings:
    names = [n for n, where in NAMES.items() if where != home]
    first = {n: found.group() for n in names if (found := (_CAPITAL.match(n) or _KATAKANA.match(n)))}
    kanji = [n for n in names if "一" <= n[0] <= "龥"]
    return _Beginnings(
        katakana=frozenset(word[:_BEGIN] for word in first.values() if not _latin(word)),
        capital=frozenset(word for word in first.values() if _latin(word)),
        others=tuple(n for n in names if _latin(n) and n not in first),
        kanji=re.compile("|".join(map(re.escape, kanji))),
    )


def words_of_places(text: str, home: str) -> frozenset[str]:
    """The words of a text by which it may name places abroad; none is sure, others are to be looked at."""
    begin = _beginnings(home)
    latin = (*begin.capital.intersection(_CAPITAL.findall(text)), *(name for name in begin.others if name in text))
    if text.isascii():
        return frozenset(latin)
    return frozenset(
        (
            *begin.kanji.findall(text),
            *(word for word in _KATAKANA.findall(text) if word[:_BEGIN] in begin.katakana),
            *latin,
        )
    )


def region_of(country: str, on: date) -> PartnerRegion:
    """The part of the world a country (ISO 3166-1 alpha-2) lies in; the Union as it was on that day."""
    if is_member(country, on):
        return PartnerRegion.EU
    if country in _EUROPE_OUTSIDE or country in JOINED_ON:
        return PartnerRegion.EUROPE
    if country in _AMERICA:
        return PartnerRegion.AMERICA
    return PartnerRegion.OTHER if country in _ELSEWHERE else PartnerRegion.ASIA
