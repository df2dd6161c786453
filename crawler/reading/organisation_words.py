"""Words by which the name or address of an organisation says what kind of organisation it is.

The names of the default registry and the links of real websites were read for them; docs/discovery.md has the figures.
A Latin word counts as a whole word only. `NOT_CLUSTERS` is asked in its order: the first kind that fits names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _words(japanese: str, latin: str = "") -> re.Pattern[str]:
    parts = [japanese, rf"(?<![a-z])(?:{latin})(?![a-z])" if latin else ""]
    return re.compile("|".join(filter(None, parts)), re.IGNORECASE)


# A name with one of these is rarely anything else than a cluster or the body that runs one. Volleyball and computer
# clusters are not.
STRONG = _words(
    r"クラスター?+(?!分析|計算機|サーバー?)|バレ[ーイ](?!ボール)|コンソーシアム|テクノポリス|コリドー|産学[官公民金]"
    r"|(?:推進|振興|連携|創造|創出|活性化|共創|戦略)(?:協議会|機構|会議|プラットフォーム|センター|ネットワーク|コミュニティ)"
    r"|(?:サイエンス|リサーチ|テクノ|サイバー)パーク|産業(?:支援|振興|創造|創出|活性化|集積|育成)|バイオ・?コミュニティ"
    r"|イノベーション(?:推進|ハブ|拠点|ネットワーク|コースト)|(?:ものづくり|モノづくり)(?:ネット|協議会|連携)",
    r"clusters?|valley|consortium|technopolis|corridor|(?:science|research|techno) park|bio[- ]?community|industry[- ]academia"
    r"|industr(?:y|ial) (?:support|promotion)|promotion (?:cent(?:er|re)|conference|council|association|organi[sz]ation)"
    r"|innovation (?:hub|network|coast)|\w*netzwerk|kompetenznetz\w*|p[oô]le de comp[eé]titivit[eé]|klast(?:er|r)|kluster",
)
# Clusters and many others are called so.
MEDIUM = _words(
    r"協議会|フォーラム|ネットワーク|機構|研究会|工業会|連合会|プラットフォーム|アライアンス|評議会|連絡会|推進会|イニシア[チテ]ィ?ブ|ベイエリア",
    r"forum|network|alliance|platform|council|initiative|federation|plattform|allianz",
)
# Of those called so few are clusters.
WEAK = _words(
    r"協会|財団(?!法人)|拠点|ハブ|センター|イノベーション|コミュニティ|フロンティア|プロジェクト",
    r"association|foundation|hub|cent(?:er|re)|innovation|community|frontier|organi[sz]ation|verein",
)
SECTOR = _words(
    r"バイオ|医療|医薬|創薬|製薬|薬業|ライフサイエンス|ヘルスケア|福祉機器|健康|航空|宇宙|半導体|電子|デバイス|ロボット|自動車|モビリティ|ものづくり|モノづくり|製造業"
    r"|ナノ|素材|材料|新素材|食品|フード|アグリ|農業|水素|エネルギー|電池|環境|光産業|光技術|フォトニクス|レーザー|情報産業|ソフトウェア|海洋|水産|機械|繊維|テキスタイル|金属|鋳造|窯業|セラミックス?|木材|プラスチック|金型",
    r"bio\w*|medical|med(?:ical)?[- ]?tech|pharma\w*|life ?sciences?|health\w*|aero\w*|aviation|space|semicon\w*|electronics?|devices?|robot\w*|automotive|mobility"
    r"|monozukuri|manufacturing|nano\w*|materials?|food|agri\w*|hydrogen|energy|batter(?:y|ies)|environment\w*|photonics?|optics|laser|ict|marine|ocean|machinery|textiles?|ceramics?|plastics?|wood|micro\w*|lightweight|leichtbau|wasserstoff|[eé]nergie",
)
NATIONAL = _words(
    r"^\W*(?:(?:(?:一般|公益)?[社財]団|特定非営利活動)法人|(?:一社|一財|公社|公財|特非|社|財)\))?\W*(?:日本|全国|国際)",
    r"^\W*(?:japan(?:ese)?|international|national|world)",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of organisation that is no cluster, told by its name or by its host."""

    code: str
    points: int  # for a cluster; below 0
    name: re.Pattern[str]
    host: re.Pattern[str]
    despite: bool = True  # whether it holds although the name has a strong word


_NEVER = re.compile(r"(?!)")


def _hosts(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


NOT_CLUSTERS = (
    Kind("press", -60, _words(
        r"新聞|日報|テレビ|放送|通信社|雑誌|(?:プレス|メディア)社|ニュースサイト|マガジン$",
        r"newspaper|broadcasting|daily news|magazine|shimbun|press release|tv|times|journal|news",
    ), _hosts(r"(?:^|[.-])(?:news|shimbun|shinbun|press|nikkei|nikkan|asahi|mainichi|yomiuri|sankei|nhk|prtimes|kyodo)(?:[.-]|$)")),
    Kind("bank", -60, _words(
        r"銀行|信用金庫|信用組合|信金|証券|保険(?!組合)|金融公庫|キャピタル|ベンチャーキャピタル|ファンド",
        r"banks?|insurance|securities|capital|ventures?|sparkasse",
    ), _hosts(r"(?:^|[.-])(?:bank|shinkin)(?:[.-]|$)|bank\.")),
    Kind("shop", -60, _words(
        r"ショップ|通販|オンラインストア|販売店|書店|商店街|市場$|百貨店|スーパー(?!クラスター)",
        r"shop|store|e-?commerce|market(?:place)?|boutique",
    ), _hosts(r"(?:^|[.-])(?:shop|store|ec|mall)(?:[.-]|$)")),
    Kind("tourism", -60, _words(
        r"観光|旅行|温泉|ホテル|旅館|ツーリズム|コンベンションビューロー|物産|バス|鉄道|空港",
        r"tourism|tourist\w*|travel|hotels?|hostels?|convention bureau|ryokan|onsen|airport|bus",
    ), _hosts(r"(?:^|[.-])(?:kanko|kankou|tourism|travel|visit|onsen|hotel|hostel)|(?:kanko|kankou|hostel)(?:[.-]|$)")),
    Kind("sport", -60, _words(
        r"バレーボール|サッカー|野球|スポーツ|体育|フットボール|クラブ$",
        r"volleyball|football|sports?|baseball|golf",
    ), _NEVER),
    Kind("public", -60, _words(
        r"(?:^|[\s・(（])[^\s・()（）]{1,8}(?:省|庁)(?:$|[\s・()（）のH])|(?:県|都|府|市|町|村|区)(?:庁|役所|役場)?$|^北海道庁?$|経済産業局$|県議会|市議会|自治体"
        r"|(?:県|府|市|町|区)(?:公式)?(?:サイト|ホームページ|ウェブサイト|HP)",
        r"ministry(?: of [\w, ]+)?|government|prefecture|city hall|city of \w+|municipality",
    ), _hosts(r"(?:\.go\.jp|\.gov(?:\.[a-z]{2})?|\.gov\.\w+|\.mil|europa\.eu)$"), despite=False),
    Kind("public", -60, _NEVER, _hosts(r"(?:\.lg\.jp|(?:^|\.)(?:pref|city|town|vill|metro)\.[a-z-]+(?:\.[a-z-]+)?\.jp)$"), despite=False),
    Kind("university", -50, _words(
        r"大学|高専|高等専門学校|学院|学部|研究科|研究室|高等学校|高校|小学校|中学校|学園",
        r"universit\w+|colleges?|faculty|institute of technology|kosen|hochschule|laborator(?:y|ies)|lab|school",
    ), _hosts(r"\.ac\.(?:jp|uk)$|\.edu(?:\.[a-z]{2})?$|\.ed\.jp$"), despite=False),
    Kind("hospital", -40, _words(r"病院|医院|クリニック|診療所|医師会", r"hospital|clinic"), _NEVER, despite=False),
    Kind("chamber", -40, _words(r"商工会|商工会議所|経済同友会|経済連合会", r"chambers? of commerce\w*|handelskammer"), _NEVER),
    Kind("learned", -40, _words(r"学会|学術会議|学術振興|学協会|電気学会", r"(?:academic )?society|academy|conference|symposium|congress|workshop"), _NEVER, despite=False),
    Kind("research", -20, _words(r"研究所|研究センター|総研$", r"research (?:institute|cent(?:er|re))"), _NEVER, despite=False),
    Kind("union", -40, _words(r"労働組合|生活協同組合|生協|農業協同組合|農協|漁協|健康保険組合", r"labou?r union|trade union|co-?op"), _NEVER),
    Kind("fair", -30, _words(r"展示会|見本市|(?:総合|技術|国際|産業)展$|メッセ|フェア$", r"expo|fair|exhibition|trade show"), _NEVER),
    Kind("aid", -40, _words(r"補助金|助成金|支援金|給付金|奨学金", r"subsid(?:y|ies)|grants?|fellowships?"), _NEVER),
    Kind("company", -45, _words(
        r"株式会社|\(株\)|㈱|有限会社|\(有\)|合同会社|製作所|工業所|ホールディングス",
        r"co\.?,? ?ltd\.?|inc\.?|corp(?:oration|\.)?|gmbh|s\.?p\.?a\.?|llc|k\.k\.|ltd\.?|ag|holdings|sp\.? z ?o\.? ?o\.?",
    ), _NEVER),
    Kind("company", -25, _NEVER, _hosts(r"\.co\.(?:jp|uk|kr)$"), despite=False),
)  # fmt: skip

# Nobody's own website: social networks, services, software, libraries. Never followed and never proposed.
PLATFORMS = re.compile(
    r"(?:^|\.)(?:facebook|fb|twitter|x|instagram|youtube|youtu|linkedin|tiktok|pinterest|line|lin|note|ameblo|hatena\w*|discord|slack|"
    r"vimeo|flickr|slideshare|tumblr|threads|mixi|google\w*|goo|gstatic|googleapis|apple|microsoft|adobe|mozilla|opera|"
    r"amazon|rakuten|yahoo|bing|wikipedia|wikimedia|archive|github|gitlab|wordpress|wixsite|wix|jimdo\w*|cloudflare|jquery|"
    r"w3|creativecommons|bit|tinyurl|t|forms|peatix|eventbrite|connpass|doorkeeper|zoom|teams|webex|doi|orcid|researchgate|"
    r"researchmap|springer|nature|science|sciencedirect|elsevier|wiley|ieee|arxiv|biorxiv|nih|mapion|navitime|jorudan|"
    r"freepik|icons8|get|macromedia|java|oracle|php|drupal|joomla|visualstudio|qiita|speakerdeck|netflix|spotify|ndl|jst)"
    r"\.(?:com|org|net|jp|co\.jp|ne\.jp|go\.jp|be|me|it|ly|co|gle|us|gov|io|se|ee|in|blog|site|dev|tv|so)$",
    re.IGNORECASE,
)
# Words that name nobody: the name of what they lead to stands beside them. Nothing matched is tried in another way, or
# a page that repeats them would cost exponential time.
NAMELESS = re.compile(
    r"(?:https?://|www\.)\S*+|(?:こちら|詳しくは?こちら|詳細|外部(?:サイト|リンク)|公式(?:サイト|HP|ホームページ)?|ホームページ|ウェブサイト|サイト|リンク|HP|URL|TOP|トップ|バナー|ロゴ|ここ"
    r"|link|here|web ?site|home ?page|read more|more|click here|official(?: site)?|logo|banner|home|\W)*+",
    re.IGNORECASE,
)
