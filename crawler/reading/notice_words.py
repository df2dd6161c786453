"""The words by which websites say that something ended, moved or goes on elsewhere, and those that only sound like it.

Japanese patterns run over text in one width, lower case and without spaces; the others over lower-case text with single
spaces. Every repetition is bounded, so a hostile page costs no more than a long one.
"""

from __future__ import annotations

import re

from crawler.model import NoticeKind
from crawler.reading.patterns import any_of

# What every notice has a part of; a page without any of them is passed over.
TRIGGERS_JA = (
    "解散", "閉鎖", "終了", "休止", "停止", "移転", "引っ越", "引越", "廃業", "廃止", "終止符", "幕を", "清算",
    "閉業", "閉所", "閉じ", "終え",
    "統合", "合併", "改称", "名称", "引き継", "完了", "承継", "継承", "休会", "引継", "移行", "移管", "更新",
    "アドレス",
    "url", "新しいサイト",
    "新サイト", "新ホームページ",
)  # fmt: skip
TRIGGERS = (
    "dissol", "wound up", "disband", "ceas", "closed", "shut down", "clos", "no longer", "not continue", "ended",
    "come to an end", "came to an end",
    "completed", "finished", "concluded", "discontinued", "archive", "moved", "new address", "new website",
    "new site", "new home", "merged",
    "succeeded by", "replaced by", "renamed", "stopped", "retired", "no longer", "relocated", "voted to",
    "resolved to", "taken over", "now part of",
    "now called", "known as", "suspended",
    "aufgelöst", "auflösung", "eingestellt", "nicht mehr", "geschlossen", "abgeschaltet",
    "beendet", "abgeschlossen", "umgezogen", "cess", "dissout", "dissous", "fermé", "n'est plus", "terminé", "achevé",
    "déménagé", "nouveau site",
    "chiuso", "scioglie", "sciolt", "non è più", "concluso", "trasferit", "cerrad", "disuelt", "cesad", "ya no",
    "finalizado", "trasladado",
    "działalnoś", "zamknięt", "rozwiązan", "nie jest już", "zakończ", "przeniesion", "gesloten", "gestopt",
    "opgeheven", "niet meer", "verhuisd",
    "encerrad", "extint", "já não",
)  # fmt: skip

# An address written out in a text.
ADDRESS = re.compile(r"https?://[\w.\-]{3,80}(?::\d{2,5})?(?:/[\w./~%\-?=&]{0,200})?", re.ASCII)

# ---- Japanese: who. What a word of the first person may stand before.
BODY = (
    r"(?:推進協議会|協議会|研究会|連絡会|推進会議|連絡会議|推進委員会|実行委員会|委員会|連合会|振興会|振興財団|協会"
    r"|学会|法人|財団|機構|組合|団体"
    r"|センター|コンソーシアム|クラスター|ネットワーク|フォーラム|連盟|連合|研究所|機関|会議所|本部|拠点|商工会"
    r"|プラットフォーム|クラブ|グループ|サークル|社団|会|社)"
)
WEB = r"(?:web|ウェブ|ウエブ|ウェッブ)?(?:サイト|ホームページ|hp|ページ|ブログ|ポータル|website|site|blog|webページ)"
WORK = r"(?:事業|プロジェクト|プログラム|project)"
# "This cluster project" may be the host's own, "this scholarship project" is one of its works.
HOST_WORK = re.compile(rf"(?:研究|連携|共同|推進|形成|創出|地域|産学官|国際|委託|開発|クラスター|{BODY})*{WORK}")
OFFER = r"(?:サービス|システム|サーバー?|アプリ)"
_SELF = r"(?:当|本|弊|わが|我が|私たちの|私どもの|われわれの)"
_FILL = r"[^、。はがをもにのでへと「」『』（）()\s]{0,14}?"
SELF_BODY = re.compile(
    rf"(?<![一-龥])(?:{_SELF}{_FILL}{BODY}|この(?:協議会|研究会|協会|会|コンソーシアム|クラスター"
    rf"|団体))(?![一-龥ァ-ヶ])"
)
SELF_WEB = re.compile(
    rf"(?<![一-龥])(?:(?:当|本|この|こちらの|弊|現在の|今の){_FILL}{WEB}|当{_FILL}{BODY}の?(?:公式)?{WEB})(?![一-龥])"
)
SELF_WORK = re.compile(rf"(?<![一-龥])(?:当|本|この){_FILL}{WORK}(?![一-龥])")
SELF_OFFER = re.compile(rf"(?<![一-龥])(?:当|本|この){_FILL}{OFFER}(?![一-龥])")
# Not the body itself but a meeting, an issue or a part of it: 本大会, 本セミナー, 当部会.
NOT_SELF = re.compile(
    r"大会|例会|説明会|講演会|展示会|交流会|見学会|講習会|発表会|報告会|勉強会|懇親会|研修会|相談会|審査会|商談会"
    r"|体験会|上映会|座談会|総会|理事会|部会|分科会|支部"
    r"|会場|会期|会員|会費|社員|社会|機会|教室|本日|本年|当日|当時|当初|本来|当面|当分|旧|英語|携帯|スマホ|モバイル"
    r"|特設|特集|予約|申込|応募|採用|ショッピング|旅行|見学"
    r"|会.{1,10}(?:委員会|グループ|チーム)$"
)

# ---- Japanese: what happens, and when.
PAST = (
    r"(?:(?:を|が|と|し|致し|いたし|され|させていただき|させて頂き|となり|になり|の)?(?:し|いたし|致し|され"
    r"|させていただき|させて頂き|なり|行い|終え)?ました"
    r"|(?:し|され|とし|をし)た(?=[。、!！※」』）)\]]|$|こと|ため|ので|旨|が、)|(?:を|と)?(?:いた|致)?(?:し"
    r"|され)て(?:おり|い)ます|(?:され|し)ている(?=[。、]|$)"
    r"|(?:と|に)なっ(?:た(?=[。、]|$)|て(?:おり|い)ます)|済み)"
)
DECIDED = (
    r"(?:を)?(?:する|いたす|致す|の|させていただく|させて頂く)(?:こと|運び)(?:と|に|が|を)(?:な(?:り|っ)|いたし"
    r"|致し|し(?:ま|た)|決(?:定|ま|議)|承認|可決|議決)"
    r"|する(?:こととする|予定)|(?:の)?予定(?:です|と)"
)
FUTURE = r"(?:を)?(?:し|いたし|致し|され|させていただき|させて頂き|となり|になり)ます(?!か)"
ONWARD = r"(?:を)?(?:し|いたし|致し|され)(?:て(?![いおは])|、)"
_WHEN = rf"(?:(?P<past>{PAST})|(?P<decided>{DECIDED})|(?P<future>{FUTURE})|(?P<onward>{ONWARD}))"

DISSOLVED = re.compile(rf"(?P<verb>解散|廃業|清算結了|閉業){_WHEN}")
RESOLVED = re.compile(
    r"(?P<verb>解散)(?:の|を|が)?(?:決議|議決|決定|承認|登記を完了|登記を)(?P<past>(?:を)?(?:し|いたし|致し|され|行い"
    r"|いただき)(?:まし)?た|(?:を)?(?:し|され)、)"
)
CURTAIN = re.compile(
    r"(?P<verb>(?:活動|歴史|歩み)(?:に|の)(?:終止符|幕)(?:を|が)?|幕を)(?:打つ|閉じる|下ろす|降ろす|おろす)?"
    r"(?:(?P<past>(?:打|閉じ|下ろし|降ろし|おろし|打ち)(?:まし)?た)|(?P<decided>(?:こと|運び)(?:と|に)な(?:り|っ))"
    r"|(?P<future>(?:打ち|閉じ|下ろし|降ろし|おろし)ます))"
)
ENDED = re.compile(
    rf"(?P<verb>終了|完了|閉鎖|停止|休止|休会|廃止|打ち切り){_WHEN}|(?P<closed>を(?:閉じ"
    rf"|終え))(?:(?P<past2>(?:まし)?た(?=[。、]|$|こと|。)|させていただきました)|(?P<future2>ます(?!か)|ることとな"
    rf"|させていただきます))"
)
NOT_UPDATED = re.compile(
    r"更新(?:は|を|も|が)?(?:一切)?(?P<state>(?:行って|おこなって|して|いたして|致して|され)?(?:は)?(?:い|おり|いき"
    r"|まいり|参り)ません|(?:し|いたし|致し|され|行い|行われ)ません|されなくなりました|できなくなりました)"
)
# What ended, by the last noun before the verb.
OF_UPDATES = re.compile(r"更新(?:作業)?$|情報(?:発信|掲載|提供)$")
OF_WEB = re.compile(rf"(?:公開|掲載|閲覧|運用|運営)?{WEB}$|{WEB}の(?:運営|運用|公開|掲載|閲覧|開設)$|^公開$")
OF_OFFER = re.compile(rf"{OFFER}(?:の提供|の運営|提供)?$|^(?:運営|提供|運用|営業)$")
OF_BODY = re.compile(r"^(?:(?:全て|すべて|一切|全|会|主|主な|その)の?)?活動$|の(?:全て|すべて|一切)?の?(?:全)?活動$")
OF_WORK = re.compile(rf"{WORK}$")
OF_TERM = re.compile(r"(?:事業|実施|研究|活動|計画)期間$")
# What stands between the host's own words and the verb and is no part of it: 当会の全ての活動, 当サイトの更新.
ASPECTS = (
    r"(?:(?:としての|の)?(?:全て|すべて|一切|全|主な|公式|新規|今後|定期|情報|更新作業|更新|公開|掲載|閲覧|運用|運営|開設|提供"
    r"|活動|事業活動|解散|歴史|発信|サービス|内容))*"
)
# A topic that is a body, a part of one or a work: when it is not the host, what is said is not said of the host.
OTHER_TOPIC = re.compile(
    rf"(?:{BODY}|{WORK}|部|班|科|チーム|支部|支店|店|塾|講座|教室|制度|基金|奨学金|賞|版|掲示板|コーナー|欄|号|誌|[様氏])$"
)
# The activities of a year or season end every year; those "of ten years" end once.
SEASON = re.compile(
    r"(?:(?:(?:19|20)\d\d|(?:令和|平成|昭和)(?:\d{1,2}|元))年(?:度|中|分)?|年度|[今本昨去来同翌]年|年内|年間予定|\d月|(?<![\d.])\d{1,2}期"
    r"|[春夏秋冬今]季?|シーズン|学期)(?:の|分の|中の).{0,24}活動$"
)
# "As a voluntary body": a form or a role ended, not who had it.
IN_A_ROLE = re.compile(r"(?P<role>[^、。はがをも]{1,30})としての(?:全て|すべて|一切|主な)?の?活動$")
# A work called by its name: not "this project" or "its results".
NAMED_WORK = re.compile(rf"(?<!当)(?<!本)(?<!この)(?<!^)(?<![、。の全各諸]){WORK}(?!の成果|期間|内容|者|所|化|概要)")
OTHER_THING = re.compile(
    r"募集|受付|受け付け|申込|申し込み|応募|予約|セミナー|講座|講習|イベント|大会|例会|説明|アンケート|投票|公募"
    r"|展示|販売|会員登録|採用|就職|就活|求人|施設|ゲート|窓口|事務局"
    r"|室|館|部会|一部|自動|有料|無料|配信|登録|診療|治療|配布|取扱|取り扱い|入居|工事|調査|審査|試験|営業時間"
    r"|第[一二三四五六七八九十\d]+期|年度|フェーズ|実証|メール|電話|ファックス|fax"
    r"|コーナー|コンテンツ|掲示板|英語版|携帯|モバイル|旧|補助|助成|支援|レコード|キャンペーン|システムの"
    r"|ダウンロード|授業|対戦|本日|今季|今シーズン|夏季|冬季"
)
# Sentences that speak of what may be, of an hour, of a rule, or of a short pause.
MAYBE = re.compile(
    r"場合|(?:する|した)際|とき[はに、]|時[はに、](?=.{0,20}(?:解散|終了))|たら|すれば|なければ|恐れ|おそれ|可能性"
    r"|検討|ことがあ|ことがござ|ことも|予告なく|かもしれ|でしょうか|ますか|ましたか|ないよう|しないで|うわさ|噂"
    r"|もし"
    r"|とする。?$|ものとする|第[\d一二三四五六七八九十百]+条.{0,40}により解散|前提|べき|次の(?:各号|事由|いずれか)"
    r"|次に掲げる|掲げる事由"
)
PASSING = re.compile(
    r"一時(?:的|停止|休止|閉鎖)|メンテナンス|しばらく|当分|当面|年末年始|夏季休業|冬期|臨時休|再開|点検|停電|本日"
    r"|時まで|\d時|\d{1,2}:\d\d|現地解散|駅.{0,6}解散|盛況|盛会|好評|無事|まだ"
)
AGENDA = re.compile(
    r"規約|会則|定款|規程|規則|利用規約|約款|satzung|statut|by-?laws|constitution|terms (?:of|and)|privacy"
    r"|プライバシー|impressum|faq|よくある",
    re.IGNORECASE,
)
# A farewell is spoken by who leaves, also without "we".
FAREWELL_JA = re.compile(
    r"誠に勝手ながら|勝手ながら|(?:長い間|長年|永年|永らく|長らく|これまで).{0,24}(?:愛顧|支援|利用|愛読|協力"
    r"|ありがとう|御礼|お礼|感謝|お世話)|運営して(?:まい|参)りました|取り組んで(?:まい|参)りました|活動して(?:まい"
    r"|参)りました"
    r"|(?:サービス|サイト|運営|活動)(?:の?提供)?終了の(?:お知らせ|ご案内|ご報告|ご挨拶)"
)
FAREWELL_TITLE = re.compile(
    r"(?:解散|閉鎖|終了|閉業|廃業)の?(?:お知らせ|ご報告|ご挨拶|ごあいさつ|ご案内|のお知らせ)|解散について"
)
# A headline that announces an end without a word for whose: 解散のお知らせ, ホームページ閉鎖のお知らせ.
HEADLINE_JA = re.compile(
    r"(?:【?重要】?)?(?P<who>.{0,40}?)の?(?P<what>解散|閉鎖|活動の?終了|(?:更新|公開|運営|運用)の?(?:終了|停止)|閉業|廃業)"
    r"(?:の|に関する|に伴う)?(?:お知らせ|ご報告|ご挨拶|ごあいさつ|ご案内|について)"
)
HEADLINE_WEB = re.compile(rf"(?:公式)?{WEB}")
# Of a member, a part or a course, not of the host.
HEADLINE_OF_OTHER = re.compile(r"会員|企業|各社|部会|分科会|支部|講座|教室|募集|受付|奨学|助成|補助|様の|氏の")
HEADING_JA = re.compile(
    r"(?P<who>.{2,40}?)の?(?:解散|活動終了|活動の終了)の?(?:お知らせ|ご報告|ご挨拶|ごあいさつ|ご案内)"
)
RECKONING = re.compile(
    r"(?:を)?(?:もちまして|もって|持ちまして|持って|以て|以って)|限りで|付けで|付で|末で|より|から|において"
    r"|におきまして|について|に伴い|により|にて"
)
# ---- Japanese: going on elsewhere.
WEB_WORD = re.compile(rf"{WEB}|url|(?<!メール)アドレス|ドメイン")
# A new site without a word for whose it is, unless it is somebody's: "市の新しいサイト".
NEW_ONE = re.compile(
    r"(?:^|[、。:・※】は])(?:新しい|新)(?:web|ウェブ)?(?:サイト|ホームページ|hp|url|アドレス|ブログ)"
    r"|(?:^|[、。])url[がはを]"
)
BARE_WEB = re.compile(rf"(?:公式)?{WEB}(?:の(?:url|アドレス))?|(?:新)?(?:url|アドレス)")
MOVED_JA = re.compile(
    r"(?:移転|引っ越し|引越し|お引越し|移動|移行)(?:を)?(?:し|いたし|致し|され|となり|させていただき)(?:まし)?(?:た"
    r"|て|、)|(?:移転|引っ越し|引越し|移行)(?:し|いたし|致し)ます|(?:移転|引っ越し|引越し|移行)(?:が|の)(?:終わり"
    r"|済み|完了)"
    r"|(?:url|アドレス|ドメイン)に(?:変更|変わ|移)|(?:url|アドレス|ドメイン)(?:が|を|は).{0,30}(?:変わりました"
    r"|変更(?:になり|となり|し|いたし|致し|され)ました)|に(?:移り|引っ越|引越)(?:し|まし)"
    r"|(?:新しい|新)(?:web|ウェブ)?(?:サイト|ホームページ|hp|url|アドレス|ブログ)(?:は|へ|に|を|:|で|にて)"
)
OFFICE = re.compile(
    r"事務(?:所|局)|オフィス|本社|住所|所在地|ショールーム|研究室|電話番号|メールアドレス|e-?mail|番地|ビル"
)
NEW_PLACE = re.compile(
    r"新しい(?:web|ウェブ)?(?:サイト|ホームページ|url|アドレス|ページ|ブログ)|新(?:サイト|ホームページ|hp|url"
    r"|アドレス)|移転|引っ越|引越|移行|new (?:web ?site|site|address|home|page)|moved|umgezogen|nouveau site"
    r"|nuevo sitio|nuovo sito|now (?:available )?at"
)
# Where to look from now on; not where the past or the details are to be read.
SEE_ELSEWHERE = re.compile(
    r"最新の?(?:情報|ニュース|活動)|今後(?:は|の)|(?:ご覧|御覧|ご参照|ご確認|フォロー)(?:になって)?(?:ください|下さい|いただ)"
    r"|follow us|find us|see our new|visit our new|(?:latest|current|up-to-date|recent) (?:news|information|updates)"
    r"|please (?:visit|see|refer to|go to|check)|instead|folgen sie uns|finden sie uns|aktuelle (?:informationen|neuigkeiten)"
    r"|besuchen sie|suivez[ -]nous|retrouvez[ -]nous|seguici|s[ií]guenos|encuéntrenos|obserwuj|zapraszamy na"
)
LOOK_BACK = re.compile(
    r"過去|これまで|成果|報告書|アーカイブ|記録|詳細|詳しく|経緯|バックナンバー|archive|previous|past |older|details|results"
)
LATEST = re.compile(
    r"最新|今後|follow us|find us|latest|our new|current|up-to-date|aktuelle|folgen|suivez|seguici|guenos"
)
JOINED_JA = re.compile(
    r"(?:と|に|へ)?(?:統合|合併|改組|改称|移管)(?:し|いたし|致し|され|となり|になり|することとな|する運び)"
    r"|名称(?:を|が|は).{0,60}(?:変更|改め|改称)|発展的に?(?:解散|解消)|(?:引き継が?|引継が?|継承|承継)(?:れ|ぎ|が"
    r"|し|さ)"
)
BORN = re.compile(r"発足|誕生|設立|前身|として(?:スタート|出発)|旧称|を統合し")
# Dissolved to go on in another form: no end.
REBORN = re.compile(
    r"(?:解散|終了|停止)(?:(?:いた|致)?し|の上|後).{0,60}(?:設立|発足|新法人|法人化|生まれ変わ|再出発|スタート|移行)"
    r"|(?:解散|終了|停止)(?:(?:いた|致)?し|の上|後).{0,60}(?:法人|会社|機構|協会|組合|財団)(?:.{0,30}?)?(?:と|に)(?:なり|なっ|改組)"
    r"|発展的に?(?:解散|解消).{0,40}(?:移行|統合|設立|発足)"
)
# The same, told in the sentence behind.
REBORN_AFTER = re.compile(
    r"(?:法人|会社|機構|協会|組合|財団).{0,30}(?:を設立|が発足|として.{0,20}(?:再出発|発足|スタート|活動)|[にへ]移行|となりました)"
    r"|再出発|生まれ変わ"
)
LEGAL_FORM_JA = re.compile(
    r"^(?:(?:一般|公益|特例)?(?:社団|財団)法人|npo法人|特定非営利活動法人|株式会社|認定npo法人)?$"
)
TO_WHOM = any_of(
    r"「(?P<a>[^「」]{2,40})」(?:に|へ|と)(?:と)?(?:名称)?(?:を)?(?:統合|合併|引き?継|移管|移行|継承|承継|変更|改称"
    r"|改組|改め)",
    r"(?P<b>[^、。「」『』はがをにへの]{3,30})(?:に|へ)(?:と)?(?:統合|吸収|引き?継|移管|継承|承継|改称|改組|改め"
    r"|名称(?:を)?変更)",
    r"新たに「(?P<c>[^「」]{2,40})」|名称を.{0,30}から「(?P<d>[^「」]{2,40})」",
)

# ---- The others: who.
_ORG = (
    r"(?:association|society|network|cluster|organi[sz]ation|council|consortium|federation|foundation|institute"
    r"|trust|club|forum"
    r"|initiative|charity|centre|center|alliance|chamber|union|partnership|platform)"
)
_ORG_OTHER = (
    r"(?:vereins?|verband(?:es)?|verbund(?:es)?|netzwerks?|clusters?|clubs?|gesellschaft|stiftung|initiative|bündnis(?:ses)?|konsortiums?"
    r"|organisation|forums?|plattform|allianz|zentrums?|genossenschaft|association|réseau|pôle|fédération|fondation|société|structure"
    r"|consortium|groupement|plateforme|collectif|associazione|rete|consorzio|fondazione|federazione|società|organizzazione|distretto"
    r"|polo|asociación|red|clúster|fundación|consorcio|federación|organización|agrupación|sociedad|stowarzyszeni[ea]|fundacj[ai]"
    r"|klastra?|klaster|organizacj[ai]|sieć|izba|vereniging|stichting|netwerk|organisatie|associação|rede|fundação)"
)
_SITE = r"(?:web ?site|web-site|site|blog|web ?portal|portal|home ?page|web ?page)"
SELF = re.compile(
    rf"\b(?:we|our {_ORG}|this {_ORG}|the {_ORG}|our (?:\w+ )?{_ORG})\b"
    rf"|\b(?:wir|unser(?:e[mnrs]?)? {_ORG_OTHER}|der verein|(?:auflösung|tätigkeit|aktivitäten|arbeit|mitglieder(?:versammlung)?) des vereins|der verband|das netzwerk|nous|notre {_ORG_OTHER}"
    r"|l'association|cette association|(?:le|notre) (?:cluster|pôle|réseau)"
    rf"|abbiamo|(?:la nostra|il nostro) {_ORG_OTHER}|l'associazione|nosotros|hemos|nuestr[ao] {_ORG_OTHER}|la asociación|el clúster"
    rf"|stowarzyszenie|fundacja|klaster|nasz[ae]? {_ORG_OTHER}|uns|wij|we|onze {_ORG_OTHER}|de vereniging|a associação"
    rf"|nossa {_ORG_OTHER})\b"
)
# Not the host but somebody near to it: "our former society", "our partner network".
NOT_SELF_LATIN = re.compile(
    r"\b(?:our|the|this) (?:former|old|previous|first|original|partner|member|sister|parent|umbrella|daughter|youth|local|national|other) "
)
SELF_SITE = re.compile(
    rf"\b(?:this|our|the present|these) (?:\w+ )?{_SITE}\b|(?:^|[\"“(] ?)the {_SITE}\b"
    r"|\b(?:diese|unsere|die) (?:web|internet|home)?-?(?:seite|site|präsenz|page)|\b(?:ce|le|notre) (?:site|portail"
    r"|blog)|\b(?:il|questo|il nostro) (?:sito|portale)|\b(?:este|el|nuestro|o) (?:sitio|portal|site|blog)"
    r"|\b(?:ten |ta |nasz |nasza )?(?:serwis|portal|wortal|strona)\b|\b(?:deze|onze) (?:web)?site\b"
)
PROJECT_NAME = re.compile(
    r"プロジェクト|事業|プログラム|構想|\bproje[ck]t|\bprogramme?\b|\bproyecto|\bprogetto|\bprojet\b", re.IGNORECASE
)
WEB_LATIN = re.compile(r"site|web|url|blog|address|portal|online|seite|unter |strona|sitio|sito|adresse")
OF_THE_SITE = re.compile(
    r" (?:service|operator|user|owner|admin|maintenance|section|visitor|editor|team|manager|search|language)"
)
# "This project" is the host where it stands on a front page; "our project" only where the host is one.
SELF_WORK_LATIN = re.compile(
    r"\bthis (?:\w+ )?(?:project|programme)\b|\bdieses projekt\b|\bce projet\b|\bquesto progetto\b|\beste proyecto\b"
    r"|\bten projekt\b"
)
OUR_WORK_LATIN = re.compile(
    r"\bour (?:\w+ )?(?:project|programme)\b|\bunser projekt\b|\bnotre projet\b|\bil nostro progetto\b|\bnuestro proyecto\b"
    r"|\bnasz projekt\b"
)
SOME_WORK = re.compile(
    r"\b(?:this|our|the) (?:project|programme)\b|\bdas projekt\b|\ble projet\b|\bil progetto\b|\bel proyecto\b"
)
# Words of a page that cannot mean the whole site, and those of which a page down in the site is meant.
PAGE_LATIN = re.compile(r"\b(?:web ?page|(?:diese|unsere|die) seite|(?:ten |ta )?strona)$")
THE_WORK = re.compile(
    r"^the (?:[\w\-]+ ){0,2}(?:project|programme)\b|^das projekt\b|^le projet\b|^il progetto\b|^el proyecto\b"
    r"|^projekt\b"
)

# What happened: kind, whether it is over, pattern. Announcements have over=False.
LATIN: tuple[tuple[NoticeKind, bool, re.Pattern[str]], ...] = (
    (
        NoticeKind.ORG_ENDED,
        True,
        any_of(
            r"(?:has|have|was|were|had)(?: now| since| already)?(?: been)?(?: formally| officially| voluntarily"
            r"| finally)? (?:dissolved|wound up|disbanded|liquidated)",
            r"ceased(?: all| its| our)? (?:operations?|activit(?:y|ies)|trading|to (?:operate|exist|function))"
            r"|(?:has|have) closed (?:its|our) doors",
            r"(?:concluded|decided|agreed)(?: that)? (?:it|we|they)? ?(?:could|can) (?:not|no longer) continue"
            r"|(?:ended|stopped|concluded|terminated) (?:all |its |our )+activities",
            r"activities (?:of (?:the|our) (?:\w+ ){1,3})?(?:have |has )?(?:ended|ceased|come to an end"
            r"|came to an end)",
            rf"no longer (?:exists?|operates|in operation)|has been discontinued"
            rf"|(?:voted|resolved|decided|agreed) to (?:close|dissolve|wind up|disband) (?:the|our) {_ORG}"
            r"|closed (?:down )?(?:in|on|as of|at the end of) [^.]{0,24}\b(?:19|20)\d\d\b|closed (?:its|our) doors",
            r"(?:wurde|ist|hat sich|haben uns|haben den verein)\b.{0,80}?\baufgelöst|(?:wurde|hat"
            r"|haben)\b.{0,120}?auflösung (?:des|unseres) (?:vereins|verbandes|netzwerks) beschlossen",
            r"haben (?:unsere|die) (?:tätigkeit|arbeit|aktivitäten|vereinsarbeit)\b.{0,40}?(?:eingestellt|beendet)"
            r"|hat (?:seine|ihre) (?:tätigkeit|arbeit)\b.{0,40}?(?:eingestellt|beendet)",
            r"(?:avons|a) (?:définitivement )?cessé (?:nos|ses|toutes nos|toutes ses|toute) activités?"
            r"|a été (?:dissous|dissoute?)|est (?:dissous|dissoute?)\b|avons dissous",
            r"(?:abbiamo|ha) cessato (?:le|la|ogni|le nostre|le sue|la propria) attività|(?:è stata|si è) sciolt[ao]",
            r"(?:hemos|ha) cesado (?:nuestras|sus|las) (?:operaciones|actividades)|(?:se ha disuelto"
            r"|ha sido disuelt[ao]|fue disuelt[ao])",
            r"(?:zakończył[aoy]?|zakończyliśmy|zaprzestał[ao]?)(?: swoją| naszą| swą)? działalnoś(?:ć|ci)"
            r"|został[ao]? rozwiązan[aey]",
            r"(?:is|zijn) (?:opgeheven|ontbonden|ermee gestopt|gestopt)|foi (?:extint|dissolvid)a"
            r"|encerrou as (?:suas )?atividades",
        ),
    ),
    (
        NoticeKind.ORG_ENDED,
        False,
        any_of(
            r"(?:will|shall|is to|are to|is going to|is being)(?: be)?(?: formally| officially)? (?:dissolved"
            r"|wound up|disbanded|cease (?:operations?|trading|to exist|to operate|its activities|activities)"
            r"|close (?:its|our) doors)",
            r"wird (?:zum|am|mit)\b.{0,60}?aufgelöst|sera dissoute?|cessera ses activités|cesserons nos activités"
            r"|sarà sciolta|será disuelta|cesará sus actividades|zostanie rozwiązan[ae]|zakończy działalność",
        ),
    ),
    (
        NoticeKind.PROJECT_ENDED,
        True,
        any_of(
            r"(?:has|was|have) (?:now |successfully |officially )?(?:been )?(?:ended|concluded|finished|completed"
            r"|come to (?:an|its) end)|(?:ended|came to (?:an|its) end) (?:in|on|after)|is now (?:over|finished"
            r"|completed|closed|complete)",
            r"(?:ist|wurde) (?:nun |inzwischen |erfolgreich )?(?:beendet|abgeschlossen)|(?:est"
            r"|a été) (?:désormais )?(?:terminé|achevé|clôturé)|(?:è|si è) (?:concluso|terminato)|(?:ha"
            r"|está) (?:finalizado|concluido)|(?:został )?zakończony",
        ),
    ),
    (
        NoticeKind.SITE_CLOSED,
        True,
        any_of(
            r"(?:has|have|was) (?:now )?(?:been )?(?:closed(?: down)?|shut down|taken offline|retired"
            r"|decommissioned|discontinued|archived)|is (?:now )?(?:closed|shut down|an archive|archived"
            r"|offline)(?=[ .,!]|$)|closed (?:down )?(?:in|on|as of|at the end of) [^.]{0,24}\b(?:19|20)\d\d\b",
            rf"this is an? archived? (?:version|copy) of (?:the|our|this) (?:\w+ ){{0,2}}{_SITE}",
            r"(?:wurde|ist) (?:nun |jetzt |endgültig )?(?:geschlossen|abgeschaltet|eingestellt|stillgelegt)|(?:a"
            r"|est) (?:définitivement |désormais )?(?:fermé|cessé)|ha chiuso|è stato chiuso|ha cessato"
            r"|ha (?:sido )?cerrado",
            r"(?:został[ao]?|jest) zamknięt[aey]|is (?:gesloten|gestopt|opgeheven)|foi encerrado",
        ),
    ),
    (
        NoticeKind.SITE_CLOSED,
        False,
        any_of(
            r"will (?:be )?(?:closed?(?: down)?|shut down|taken offline|discontinued|go offline|retired)"
            r"|wird (?:zum|am|ab)\b.{0,50}?(?:geschlossen|abgeschaltet|eingestellt)|fermera|sera fermé|chiuderà"
            r"|cerrará|zostanie zamknięt[aey]",
        ),
    ),
    (
        NoticeKind.UPDATES_ENDED,
        True,
        any_of(
            rf"\b(?:we|i)(?: are| will| can)? no longer (?:updat(?:e|ing)|maintain(?:ing)?) (?:this|our|the) {_SITE}",
            r"(?:is|are|will be|being)? ?no longer (?:being )?(?:updated?|maintained?|active|in use|supported"
            r"|operated|kept up to date)|will not be updated(?: any ?more| any longer)?"
            r"|is not (?:being )?(?:updated|maintained) any ?(?:more|longer)|has not been updated since"
            r"|will no longer be (?:updated|maintained)",
            r"(?:wird|werden) nicht (?:mehr|länger|weiter) (?:aktualisiert|betrieben|gepflegt|fortgeführt)"
            r"|n'est plus (?:mis à jour|mise à jour|actualisé|maintenu|alimenté)|non (?:è|viene) più aggiornato"
            r"|ya no se actualiza|ya no está (?:activo|actualizado)|nie jest już aktualizowan[aey]"
            r"|wordt niet meer (?:bijgewerkt|onderhouden)|já não é atualizado",
        ),
    ),
    (
        NoticeKind.SERVICE_ENDED,
        True,
        any_of(
            r"\b(?:this|our) (?:\w+ )?services? (?:has been|have been|was|were|is|are) (?:discontinued|terminated"
            r"|shut down|closed down)"),
    ),
)  # fmt: skip
MOVED = any_of(
    rf"\b(?:this|our|the) (?:\w+ )?{_SITE} (?:has|have) (?:been )?(?:now )?(?:permanently )?(?:moved|relocated"
    rf"|migrated)|\b(?:we|this site) (?:have|has|'ve) moved(?: permanently)? to\b|\bour new (?:{_SITE}|web address)"
    rf"|has a new (?:home|web ?site|address)|new (?:{_SITE}|url) is\b",
    r"(?:diese|unsere|die) (?:web|internet|home)?-?seite ist umgezogen|wir sind umgezogen|sie finden uns (?:jetzt"
    r"|nun|ab sofort|künftig) unter|(?:ce|le|notre) site a (?:déménagé|changé d'adresse)|(?:il|questo) sito (?:è"
    r"|si è) (?:stato )?trasferito|(?:este|el) sitio (?:se ha|ha sido) trasladado|strona został[ao] przeniesiona"
    r"|deze (?:web)?site is verhuisd",
)
OFFICE_LATIN = re.compile(
    r"\b(?:office|offices|premises|building|street|floor|headquarters|location|address is|büro|räume|bureaux|locaux"
    r"|oficina|ufficio|biuro)\b"
)
JOINED = any_of(
    r"(?:has|have|was|were)(?: now| been)* (?:merged (?:with|into)|been (?:succeeded|replaced|taken over|absorbed"
    r"|renamed)|changed (?:its|our) name|renamed|become part of|integrated into)|(?:is|are) now (?:called|known as"
    r"|part of)|is succeeded by",
    r"(?:ist|sind|wurde) (?:in|mit)\b.{0,60}?(?:aufgegangen|fusioniert|verschmolzen)|a fusionné avec|ont fusionné"
    r"|si è fus[ao] con|se ha fusionado con|połączył[ao]? się z",
)
TO_WHOM_LATIN = re.compile(
    r"(?:merged (?:with|into)|succeeded by|replaced by|taken over by|absorbed (?:by|into)|renamed(?: to| as)?"
    r"|name to|part of|integrated into|called|known as|fusionné avec|aufgegangen in)\s+(?:the\s+)?[\"“„«]?\s?"
    r"((?:[A-ZÀ-Ž][\w\-À-ž&.]*)(?:\s+(?:(?:of|for|and|de|des|für|und|in)\s+)?[A-ZÀ-Ž][\w\-À-ž&]*){0,6})"
)
FAREWELL_LATIN = re.compile(
    r"thank (?:you|all)|farewell|goodbye|good-bye|grateful to|abschied|begräbnis|danken (?:allen|ihnen)|au revoir"
    r"|merci (?:à tous|pour)|grazie a tutti|gracias a todos|pożegnani|dziękujemy|bedankt"
)
# A part of the host, where it stands behind the host's name or "our association": its working group, its shop.
PART_LATIN = re.compile(
    r"^(?:'s?)? ?(?:(?!(?:has|have|had|was|were|is|are|be|been|will|and|but|or|its|our|their|the|an?|in|on|at|of|to|for|with|after|which|who|that)\b)"
    r"[\w\-&/]{1,30} ){0,4}(?:working group|working party|group|committee|subcommittee|section|branch|chapter|division|department|office"
    r"|team|task ?force|taskforce|unit|school|academy|fund|shop|store|subsidiary|lab|laboratory|panel|board|commission|scheme|prize|award"
    r"|project|programme|program|conference|event|festival|mailing list|newsletter|journal|magazine|forum|app|service|helpdesk"
    r"|arbeitsgruppe|arbeitskreis|ausschuss|abteilung|fachgruppe|sektion|commission|comité|groupe|section|comitato|gruppo|sezione"
    r"|comité|grupo|sección|komisja|grupa|sekcja|werkgroep|afdeling)\b"
)
# What the host does or is governed by, in its own right: "the cluster's activities".
OWN_SIDE_LATIN = re.compile(r"^'s? (?:\w+ )?(?:activit|operation|work\b)")
# A second subject on the way from the host to the verb: "... after the former society", "... and the shop".
OTHER_SUBJECT = re.compile(
    r"(?:\b(?:and|but|while|after|when|because|since|before|as|that|where|whose|und|aber|nachdem|weil|dass|et|mais|quand|après que|puisque"
    r"|que|e|ed|ma|quando|dopo che|y|pero|cuando|después de que|oraz|ale|gdy)|;) "
    r"(?:the|an?|its|their|his|her|our|this|that|these|those|another|some|all|many|most|several|one|two|der|die|das|eine?|seine?|ihre?"
    r"|les?|la|l'|son|sa|ses|une?|il|lo|gli|una?|el|los|las|sus?) ?"
    r"(?!(?:members?|board|general|assembly|activities|operations|mitglied|vorstand|membres|assemblée|soci|socios)\b)[\w\-]+"
    r"|\w.*\b(?:that|which|who)(?: later| then| finally)? ?$"
)
ASIDE_LATIN = re.compile(
    r", (?:after|when|because|since|while|which|who|founded|established|created|born)\b[^,]{0,120},"
)
# What "of" may lead from to the host: the activities of the cluster.
OF_LATIN = re.compile(
    r"\b(?:activities|dissolution|closure|work|operations|behalf|auflösung|activités|attività|actividades)"
    r" (?:of|des|der|de|du|di|del|della) (?:the |la |l'|el )?$"
)
# "HCC Germany" is another body than HCC, "HCC Association" is not.
LONGER_NAME = re.compile(
    rf"^[ -](?!(?:{_ORG}|{_ORG_OTHER}|project|programme|e|ev|inc|ltd|gmbh|ag|llc)\b)(?-i:[A-ZÀ-Ž])", re.IGNORECASE
)
BEHIND_OF = re.compile(
    r"\b(?:of|in|at|by|from|with|for|to|within|von|vom|im|bei|de|du|di|del|della|dell'|dans|en) (?:the |la |le |l'|el )?$"
)
_TIME = (
    r"(?:\d|january|february|march|april|may\b|june|july|august|september|october|november|december|the (?:near|foreseeable|coming|last|next|end|course|spring|summer|autumn"
    r"|fall|winter|year|month|beginning|middle|wake)|early|mid|late|spring|summer|autumn|order|view|accordance|full|its entirety|entirety"
    r"|response|general|principle|januar|februar|märz|mai\b|juni|juli|oktober|dezember|jahr|janvier|février|mars|avril|juin|juillet"
    r"|août|septembre|octobre|novembre|décembre|raison|fin|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre"
    r"|ottobre|novembre|dicembre|data|enero|febrero|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|roku|the (?:association"
    r"|cluster|network|society)|(?:lack|want|good|ever|now)\b|(?:\w+ ){1,2}reasons?)"
)
# An object or a place behind the verb: what ended is a part.
OF_A_PART = re.compile(
    r"^ (?:with (?:regard|respect) to|related to|regarding|concerning) "
    rf"|^ (?:in|of|within|outside|for|im|für|von|pour|dans|en|sur|nel|nella|in|per|di|del|w|we|para|dla) (?!{_TIME})\w"
    rf"|^ (?:our|its|their|the|an?|one|some|le|la|les|nos|notre) (?!{_TIME}|(?:following|next|same|day|year|month)\b)\w"
)
OWN_OBJECT = re.compile(
    rf"^ (?:of )?(?:our|the|this|le|la|notre|l') ?(?:\w+ )?(?:{_ORG}|{_ORG_OTHER})\b(?!'s| \w*(?:group|committee|shop|office|section|team))"
)
PLACE_WITHIN = re.compile(
    rf"\b(?:in|im|für|von|am standort) (?!{_TIME}|dem|den|diesem|folge|[^.]{{0,30}}(?:versammlung|sitzung))\w"
)
# What happens every year, or is done by an archive for the sake of keeping: no end.
HABIT_LATIN = re.compile(
    r"^[^.;]{0,24}\b(?:every|each|daily|weekly|monthly|yearly|annually|regularly|periodically|automatically|once a)\b"
    r"|^ (?:\w+ )?(?:by|in|at|with) (?:the |an? )?(?:[\w.\-]+ ){0,3}(?:librar|archive|wayback|bibliothe|bibliothè|museum)"
)
MAYBE_LATIN = re.compile(
    r"\b(?:if|unless|in the event|should (?:the|it)|in case|(?<!in )(?<!\d )may(?! \d)|might|shall|whether|would|when(?:ever)?|as soon as"
    r"|falls|wenn|kann|können|soll|sofern|si la|si le|en cas|peut|può|qualora|en caso|puede|pourra|jeśli|może"
    r"|entscheidet|beschließt|until|possible)\b|n't been|not (?:yet )?(?:been )?(?:dissolved|closed)|\d+(?:st|nd|rd"
    r"|th)? (?:edition|session)"
)
OTHER_LATIN = re.compile(
    r"for the (?:holidays?|day|night|weekend|summer|winter)|temporarily|"
    r"\b(?:registration|applications?|booking|call|submission|deadline|enrol+ment|survey|poll|conference|edition"
    r"|edycj\w+|konferencj\w+|seminar|webinar|workshop|meeting|office|border|road|agm|archiving period|version"
    r"|page updated|weekends?|saturdays?|sundays?|mondays?|anmeldung|bewerbung|inscriptions?|candidatures?)\b"
)
QUOTING = re.compile(
    r"^\W{0,3}(?:warning|note|n\.?b\.?|caution|attention)\W|^\(|\b\d{4}\b.{0,12} version of\b|\[(?:dead"
    r"|broken) link"
)
HISTORY = re.compile(r"沿革|歴史|あゆみ|歩み|年表|経緯|history|geschichte|historique|storia|historia", re.IGNORECASE)
