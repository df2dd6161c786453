"""The words around a date that say what it is the date of, in the languages of the clusters."""

from __future__ import annotations

import re

# What stands right before a date, at its end. Read on flattened text (see `flatten`) in lower case: a pattern that minds
# no case takes three times as long.
_MARKS = r"[\s:=·.|(\[<>,、。~-]{0,6}$"


def _before(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words)})(?:日時?|年月日)?{_MARKS}")


UPDATED_BEFORE = _before(
    "最終更新", "更新(?:日付|履歴)?", "最終修正", "最終改訂", "改訂", "改定", "修正", r"last[\s-]?(?:updated?|modified|revised|changed?|edited)(?: on)?",
    r"(?<![a-z])(?:updated?|modified|revised)(?: on)?", "last modification", "letzte (?:aktualisierung|änderung)", "zuletzt (?:aktualisiert|geändert)(?: am)?",
    "aktualisiert(?: am)?", "(?:dernière )?(?:mise à jour|modification)(?: le)?", "mis à jour(?: le)?", "ultimo aggiornamento", "aggiornat[oa](?: il)?",
    "última (?:actualización|modificación)", "última atualização", "actualizado(?: el)?", "laatst (?:bijgewerkt|gewijzigd)(?: op)?", "ostatnia aktualizacja",
    "senast uppdaterad", "uppdaterad", "sist oppdatert", "päivitetty", "poslední aktualizace", "utolsó frissítés", "上次更新",
)  # fmt: skip
UPDATED_AFTER = re.compile(
    r"^[\s)\]]{0,3}(?:に?(?:最終)?(?:更新|改訂|改定|修正)|updated?\b|last update)", re.IGNORECASE
)
POSTED_BEFORE = _before(
    "掲載", "公開", "公告", "公表", "告示", "投稿", "発表", "配信", "発行", "登録", "作成", "記事公開", "アップ", r"(?<![a-z])posted(?: on| at)?", r"(?<![a-z])published(?: on| at)?",
    "publication date", "date of publication", "release date", "released(?: on)?", "issued(?: on)?", "veröffentlicht(?: am)?", "erschienen(?: am)?",
    "publié(?:e)?(?: le)?", "pubblicato(?: il)?", "publicado(?: el| em)?", "geplaatst(?: op)?", "gepubliceerd(?: op)?", "opublikowano", "publicerad",
    "julkaistu", "dodano", "発信", "scritto(?: il)?", "escrito(?: el)?", "écrit(?: le)?", "rédigé(?: le)?", "verfasst(?: am)?", "geschrieben(?: am)?",
    r"(?:submitted|posted|written|published|gespeichert|verfasst|soumis|publié|inviato|pubblicato|enviado|publicado|przesłane|ingediend)\s"
    r"(?:by|von|par|da|por|przez|door)\s[^.|]{1,30}?(?:\s(?:on|am|le|il|el|op)\s(?:[^\W\d_]{2,9}\.?,?)?)?",
)  # fmt: skip
EVENT_BEFORE = _before(
    "開催(?:日時|期日|日程|期間|予定)?", "日時", "会期", "期日", "日程", "実施", "開講", "日にち", "と\\s?き", "場所・日時", "開演", "開会", r"(?<![a-z])when",
    "date (?:and|&) time", "dates?/time", "event date", "to be held(?: on)?", r"(?<![a-z])held(?: on)?", "takes? place(?: on)?", "wann", "termin", "quand", "quando",
    "cuándo",
)  # fmt: skip
EVENT_AFTER = re.compile(
    r"^[\s)\]\[(·、,|]{0,4}(?:[0-2]?[0-9][:時][0-9]{0,2}[^0-9]{0,3}){0,2}\s?(?:に|の|より)?\s?(?:開催|実施|開講|開演|開会|於|@)",
    re.IGNORECASE,
)
DEADLINE_BEFORE = _before(
    "締め?切り?", "〆切り?", "期限", "申し?込み?(?:期間|期限|締切)?", "募集期間", "受付期間", "応募期間", "公募期間", "提出期限", "有効期限", "販売期間", "回答期限",
    "申請(?:期間|期限)", "(?:利用|事業|研究|契約|委託|補助|助成|貸出|保存|受講|履行)(?:可能)?期間", "(?:受付|募集|公募|申請|申込|販売)(?:期間)?終了", r"(?:^|[\s(、。:|])~(?=\s?$)", r"(?:募集|受付)\s?[:(]", r"(?<![a-z])dead ?line", r"(?<![a-z])due(?: date| by| on)?", "closing date", r"(?<![a-z])until", r"(?<![a-z])till",
    r"(?<![a-z])by", r"(?<![a-z])before", r"(?<![a-z])expires?(?: on)?", "valid (?:until|through)", "apply by", "register by", "registration closes?",
    "anmeldeschluss", "bis(?: zum)?", "jusqu'au", "avant le", "entro il", "fino al", "hasta el", "tot", "submission", "scadenza", "fecha l[ií]mite", "plazo(?: de [a-zóí]{3,15})?", "date limite", "anmeldefrist", "einsendeschluss", "bewerbungsschluss",
    "bewerbungsfrist", "termin (?:składania|zgłoszeń)[^.|]{0,20}", "do dnia", "sista (?:ansöknings|anmälnings)dag", "vóór", "uiterlijk", "dernier délai",
)  # fmt: skip
# Only as the predicate of the date: in "2026.05.01 期限迫る！補助金公募" and "2026.05.01 設立総会を開催" a title begins.
DEADLINE_AFTER = re.compile(
    r"^[\s)\]]{0,3}(?:[0-2]?[0-9][:時][0-9]{0,2}分?)?\s?(?:\([^)]{1,6}\)\s?)?(?:まで|迄|必着|消印|以内|(?:締め?切り?|〆切?り?|期限|deadline)(?:[\s。、)\]]|$))",
    re.IGNORECASE,
)
AS_OF_AFTER = re.compile(r"^[\s)\]]{0,3}(?:現在|時点|末現在|(?:集計|調べ|確認)(?:[)\]。、]|\s*$)|付け?で?の)")
AS_OF_BEFORE = _before("as of", "as at", "現在", "per")
# The birth, the seat and the laws of an organisation: history, never news.
HISTORY_BEFORE = _before(
    "設立", "創立", "創業", "発足", "開設", "施行", "制定", "生年月日", "撮影", "(?:登記|認可|法人化|出願|閲覧)(?=日|年月日)", "大?震災", "地震", "豪雨", "水害", "噴火", "空襲", "カウンター?設置", r"(?<![a-z])(?:accessed|retrieved)(?: on)?", r"(?<![a-z])effective(?: date| as of| from)?", r"(?<![a-z])in force(?: since| from)?", r"(?<![a-z])founded(?: on| in)?", "established(?: on| in)?", r"(?<![a-z])since", "born(?: on)?", r"(?<![a-z])(?:registered|approved|adopted|amended|ratified)(?: on)?", "in der fassung(?: vom)?", "beschlossen(?: am)?",
    "incorporated(?: on)?", "gegründet(?: am)?", "fondée?(?: le| en)?", "fondat[oa](?: il| nel)?", "seit", "depuis", "dal", "以来",
)  # fmt: skip
# Only as the label of a cell or before a colon: 研究棟が竣工 (2019.6.10) is news.
HISTORY_LABEL = re.compile(
    r"(?:^|\|\s)\W{0,3}(?:創刊|竣工|落成|開所|開館|開校|開園|開業|操業開始|稼働開始|運用開始|登録年月|取得年月|認定|認証|許可|免許)"
    r"(?:日|年月日?|時期)?\s?[:|]\s?$"
)
HISTORY_AFTER = re.compile(
    r"^[\s)\]]{0,3}(?:に\s?(?:設立|創立|創業|発足|施行|制定|改正|生まれ)|(?:設立|創立|創業|発足|施行|制定|改正|生まれ)(?:[。、)\]]|\s*$)|(?:法律|政令|省令|条例|告示|規則|訓令|通達)第?\s?[0-9]|の?閲覧|撮影(?:[。、)\]]|\s*$)|から施行|estd?\.?\b)",
    re.IGNORECASE,
)
# 2001/4/1〜 カウンタ 012345: no news, which would tell what was done with the counter.
COUNTER_AFTER = re.compile(
    r"^[\s)\]~-]{0,4}(?:から|より)?(?:の)?\s?(?:アクセス)?(?:カウンター?|アクセス数?|来訪者数?|counter|hits|visitors)(?:[\s:=0-9]|$)",
    re.IGNORECASE,
)
LAPSE_AFTER = re.compile(r"^[\s)\]]{0,3}(?:版(?:[)\]。、]|\s*$)|以降|以前|以来|より前|から適用|より適用|付け?(?!で))")
# A build, a script or a theme wrote it.
MACHINE_BEFORE = _before(
    r"(?:page |site )?(?:generated|built|compiled|rendered|deployed)(?: on| at| by [\w .]{1,30}(?: on| at))?", "build(?: date| time)?", "copyright", "©", r"\(c\)",
    "本日は", "今日は", "きょうは", "today(?: is)?", "today's date", "現在(?:の)?(?:時刻|日時)", "ただいま", "只今", "生成(?:日時?)?", "ビルド(?:日時?)?", "(?:最終|前回の?)(?:ログイン|訪問|アクセス)", r"last (?:log[- ]?in|visit|access(?:ed)?)(?: on| at)?", "heute ist", "server time", "cached",
    "aujourd'hui(?: est le)?", r"(?<![a-z])oggi(?: è)?", r"(?<![a-z])vandaag(?: is)?", r"(?<![a-z])dzisiaj(?: jest)?",
)  # fmt: skip
COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights|コピーライト|無断", re.IGNORECASE)
# A sentence that tells of something done; with a full date it is news of its own, if no list speaks.
HAPPENED = re.compile(
    r"(?:しました|致しました|いたしました|されました|行われました|なりました|ました。|受賞|採択|掲載され|公開|発表|参加|開催し|設置し|締結|リリース)"
    r"|(?<![a-z])(?:held|launched|published|released|joined|presented|received|awarded|accepted|visited|took place|signed|announced|elected|organi[sz]ed)(?![a-z])"
    r"|(?<![a-z])(?:fand|fanden|wurde|wurden|haben|eröffnet|s'est tenue?|a eu lieu|ont|si è|sono stat|se celebró|odbył)(?![a-z])",
    re.IGNORECASE,
)
# The pages of a journal beside a date: it is that of a paper, somewhere, some time.
CITATION = re.compile(r"(?<![a-z])pp?\.\s?[0-9]{1,5}|(?<![a-z])(?:doi[:.]|arxiv)|論文集|学会誌", re.IGNORECASE)
# Words of a section, a page title or an address that say what the dates below are.
EVENTS_SECTION = re.compile(
    r"イベント|行事|予定|スケジュール|カレンダー|セミナー|講演会|研究会|例会|シンポジウム|展示会|日程|開催|催し"
    r"|(?<![a-z])(?:events?|schedule|calendar|upcoming|seminars?|meetings?|workshops?|agenda|termine|veranstaltungen?|tagungen?|"
    r"[eé]v[eé]nements?|eventos|eventi|wydarzenia|tapahtumat)(?![a-z])",
    re.IGNORECASE,
)
PLANNED = re.compile(r"予定|計画|スケジュール|(?<![a-z])(?:upcoming|schedule|planned|vorschau)(?![a-z])", re.IGNORECASE)
HISTORY_SECTION = re.compile(
    r"沿革|あゆみ|歩み|歴史|年表|略歴|経歴|プロフィール|設立趣旨|会則|規約|定款|規程|プライバシー|個人情報"
    r"|(?<![a-z])(?:history|biography|curriculum|milestones?|timeline|geschichte|satzung|historique|storia|privacy|terms of)(?![a-z])",
    re.IGNORECASE,
)
# Whole class names of what others wrote, or of a calendar; "no-comments" and "has-twitter" say the contrary.
OTHERS_CLASS = re.compile(
    r"comments?|(?:widget[-_])?recent[-_]comments|wp-block-latest-comments[\w-]{0,20}|commentlist|comment-?_?(?:list|area|section|body|content|wrap|wrapper|form|respond|box)|comments-?_?(?:list|area|section|wrap)"
    r"|tweets?|twitter-?_?(?:timeline|feed|widget|tweet)|timeline-tweet|fb-?_?(?:page|feed|timeline|comments)"
    r"|facebook-?_?(?:feed|page|timeline|plugin)|instagram-?_?(?:feed|media)|disqus[\w-]{0,20}"
    r"|(?:widget_)?rss-?_?(?:widget|feed|list)?|widget_rss|wp-block-rss[\w-]{0,20}|external-?_?(?:feed|rss|news)|calendar_wrap|wp-calendar[\w-]{0,20}|reviews?|review-?_?(?:list|item|body)|testimonials?|weather[\w-]{0,20}|cookie[\w-]{0,30}|consent[\w-]{0,30}"
)
_WEEKDAY = r"(?:[日月火水木金土]|sun|mon|tue|wed|thu|fri|sat|su|mo|tu|we|th|fr|sa|[smtwf])[a-z]{0,6}\.?"
CALENDAR = re.compile(rf"^\s?{_WEEKDAY}(?:\s?\|?\s?{_WEEKDAY}){{5,6}}\s?(?:\||$)", re.IGNORECASE)
# Headings over lists that are not the organisation's own news.
OTHERS_SECTION = re.compile(
    r"関連|他団体|国・県|行政|省庁|(?:[一-龥]{2,6}(?:省|庁)|スポーツ庁|経済産業局|NEDO|JST|中小機構|ジェトロ|JETRO)(?:の|から|より)?[の\s]?(?:新着|最新|ニュース|お知らせ|情報|トピックス|施策|公募|補助金|プレス|報道)|自治体から|コメント|Yahoo|Google\s?ニュース|会員(?:企業|企業の|の)?(?:ブログ|ニュース|情報|お知らせ|だより)|リンク|業界|外部|加盟|RSS|(?<![a-z])(?:related|external|recent comments|comments?|commentaires|kommentare|partners?|members?'? news|elsewhere|feeds?|links?)(?![a-z])",
    re.IGNORECASE,
)
DEADLINE_COLUMN = re.compile(
    r"締め?切|〆切|期限|有効|満了|任期|契約期間|工期|申込期間|募集期間|(?<![a-z])(?:dead ?line|due|valid|expir|closing|frist|schluss|scadenza|límite|limite)",
    re.IGNORECASE,
)
# A column of days that names another act than publishing or holding something: 認定日, 納品日, 使用開始日.
OTHER_COLUMN = re.compile(
    r"^(?!.*(?:日付|月日|掲載|更新|公開|配信|発行|発信|投稿|発表|報告|作成|開催|実施|開講|登録|期日|時)).{1,12}日\s?$"
)
# Said behind an entry: on that day something was to be, and whether it was nobody here knows.
ONLY_PLANNED = re.compile(
    r"予定\s?[)）\]］」。]?\s*$|(?<![a-z])(?:planned|scheduled|geplant|prévue?)\W*$", re.IGNORECASE
)
# Opening hours, holidays, terms and validities come round every year and are no events.
NO_EVENT = re.compile(
    r"休業|休館|休園|休診|休校|営業(?:日|時間|期間)|開園|開館|開設期間|任期|有効|契約期間|工期|(?<![a-z])(?:closed|opening hours|holidays?|valid|expires?|ferien|geschlossen|fermeture|chiuso)(?![a-z])",
    re.IGNORECASE,
)
FOUNDED = re.compile(
    r"(?:設立|創立|創業|発足|結成|法人化)(?:し|され|い?たし|致し)|(?<![a-z])(?:founded|established|incorporated|gegründet|fondée?s?|fondat[oa]|constitu[ií]d[oa])(?![a-z])",
    re.IGNORECASE,
)
HISTORY_COLUMN = re.compile(
    r"設置|稼働|竣工|配備|撮影|入会|加入|加盟|設立|創業|創立|就任|生年|導入|購入|取得|納入|発売|製造|認証|着任|採用|(?<![a-z])(?:member since|joined|founded|established|born|gegründet|beitritt|mitglied seit)(?![a-z])",
    re.IGNORECASE,
)
# What may stand before the date of a list entry: a mark, a category, a number.
LEAD = re.compile(
    r"^[\s\W_]{0,6}(?:(?:new!?|news|info(?:rmation)?|topics?|event|no\.?\s?\d{1,4}|vol\.?\s?\d{1,4}|up|update[d]?)[\s\W_]{0,4}){0,2}$",
    re.IGNORECASE,
)
CATEGORY = re.compile(r"^[\s\W_]{0,4}[^\W\d_]{1,12}[\s\W_]{0,4}$")
_CLOCK = r"(?:at\s|um\s|à\s)?[0-2]?[0-9][:h.時][0-5][0-9](?::[0-5][0-9])?分?(?:\s?(?:uhr|[ap]\.?m\.?))?"
TAIL = re.compile(
    rf"^[\s\W_]{{0,4}}(?:(?:new!?|up!?|update[d]?|更新|改定|改訂|修正|掲載|公開|発行|発刊|配信|付|開催|実施|uhr|{_CLOCK}|by\s[\w .]{{1,30}})[\s\W_]{{0,3}}){{0,2}}$",
    re.IGNORECASE,
)
# A particle beside a date makes it a part of a sentence: 7月25日のワークショップ, 投票日は9月13日.
PARTICLE_AFTER = re.compile(
    r"^\s?(?:\([^)]{1,6}\)\s?)?(?:は|の|に|が|を|と|も|へ|で|から|より|頃|ごろ|上旬|中旬|下旬|中(?=[^央部小])|末|以降|以前|以来|時点|現在)"
)
PARTICLE_BEFORE = re.compile(r"[はがのをにで]\s?$")
