"""The words of cooperation abroad: what is done together, wished for or declined, and what only looks like it.

Every repetition in a pattern is bounded, so a hostile page costs no more than a long one.
"""

from __future__ import annotations

import re

from crawler.model import PartnerTie
from crawler.reading.patterns import any_of

# "Abroad" without anybody named. In Japanese only together with what a partner would be or do: 国際 and 海外 are parts
# of a thousand names.
ABROAD = any_of(
    r"海外(?!ドラマ|旅行|出張|旅行|事業部|赴任|留学|渡航|安全|送金|在住)",
    r"国際(?:的な?)?・?(?:連携|協力|交流(?!員|会館|センター|基金|課|室|広場|プラザ|の機会)|展開|共同|提携|産学|ネットワーク|協業|化)",
    r"国際的な.{0,4}(?:連携|協力|交流)|グローバルな?(?:ネットワーク|連携|パートナー|展開)|世界(?:各[国地]|中|的な[ァ-ヺー]{2,12}クラスター|の(?:研究|企業|クラスター|大学))|諸外国|各国|外国(?:の)?(?:企業|機関|クラスター|大学|団体)|[0-9０-９]{1,3}[カヶか]国",
    r"(?<![A-Za-z])[Ii]nternational(?:i[sz]ation|(?:ly)? (?:and \w{1,12} )?(?:co-?operat|collabor|partner|network|exchange|joint"
    r"|business|relation|clusters?(?![A-Za-z])|compan|members?(?![A-Za-z])|expansion|activit|links?(?![A-Za-z])|alliance))",
    r"(?<![A-Za-z])(?:[Oo]verseas|[Ff]oreign|abroad|[Ww]orldwide|from all over the world|outside (?:Japan|Europe))(?![A-Za-z])"
    r"|(?<![A-Za-z])[Gg]lobal (?=partner|network|co-?operat|collab)",
    r"[Ii]nternationale[ns]? (?=[Kk]ooperation|[Pp]artner|[Zz]usammen)|aus aller Welt|In- und Ausland|partenariats? internationa\w{1,3}"
    r"|partenaires? internationa\w{1,3}|cooperación internacional|socios internacionales|collaborazion[ei] internazional[ei]"
    r"|partner internazionali|internationale (?:samenwerking|partners)",
)  # fmt: skip
# A cheap look first: a text without any of these has no word for abroad.
_ABROAD_JAPANESE = re.compile(r"海外|国際|グローバル|世界|外国|各国|国(?<=[カヶか]国)")
_ABROAD_LATIN = (
    "nternationa", "nternaciona", "nternaziona", "verseas", "oreign", "abroad", "outside ", "lobal ", "orldwide", "all over the world", "aus aller Welt", " Ausland",
)  # fmt: skip


def words_of_abroad(text: str) -> frozenset[str]:
    """The words of a text by which it may speak of abroad without a place; none is sure, others are to be looked at."""
    return frozenset((*_ABROAD_JAPANESE.findall(text), *(word for word in _ABROAD_LATIN if word in text)))


JAPANESE_TIES = (
    (
        PartnerTie.AGREEMENT,
        re.compile(
            r"覚書|協定|(?<![A-Za-z])(?:M\s?O\s?U|MoU|ＭＯＵ|LOI|LoI|MOC)s?(?![A-Za-z])|合意書|基本合意|議定書|共同声明|共同宣言|趣意書"
            r"|(?:業務|相互|技術|連携)?提携|(?:宣言|文書)に(?:署名|調印)|調印"
        ),
    ),
    (PartnerTie.MEMBERSHIP, re.compile(r"加盟|加入(?=し|する|を)|会員(?:として|となり|に加わ)")),
    (
        PartnerTie.OFFICE,
        re.compile(
            r"(?:事務所|拠点|駐在員?|オフィス|支部)(?=[をがの]?(?:国内初|開設|設置|設け|開所|新設|構え|の開設)|が?、|$)|拠点を|国内初の拠点"
        ),
    ),
    (
        PartnerTie.MISSION,
        re.compile(
            r"ミッション(?=団|を?派遣|に参加|の派遣|の実施|参加|$|[、。」])|(?:視察|訪問|経済|使節|調査|代表)団?(?:を|の)?派遣|使節団|派遣(?=し|を|$)"
        ),
    ),
    (
        PartnerTie.PROJECT,
        re.compile(
            r"共同(?:で(?:実証|開発|研究)|研究(?!者|室|棟)|開発|事業|プロジェクト|製品開発|実証|製造|生産)|国際共同|プロジェクト|採択|参画|実証事業"
        ),
    ),
    (
        PartnerTie.VISIT,
        re.compile(r"訪問|訪れ|来訪|来日|来県|来市|表敬|視察|懇談|受け入れ|招へい|招聘|来所|会談|面談|意見を?交"),
    ),
    (
        PartnerTie.EVENT,
        re.compile(
            r"出展|展示会|見本市|商談会|セミナー|シンポジウム|フォーラム|ワークショップ|交流会|説明会|マッチング|大使館"
        ),
    ),
    (
        PartnerTie.EXCHANGE,
        re.compile(
            r"連携|協力|交流|協業|協働|ネットワーク|パートナー|支援してもらう|海外展開|国際展開|国際化|に続いて|輸出入|貢献|向上"
        ),
    ),
)
# Searched in lower case.
LATIN_TIES = (
    (
        PartnerTie.AGREEMENT,
        any_of(
            r"memorand(?:um|a) (?:of understanding|(?:was )?signed|with)|signed a memorandum|(?<!\w)(?:mou|loi)s?(?!\w)|letters? of intent|(?:partnership|friendship|cooperation|collaboration"
            r"|co-operation) agreements?|(?:signed|concluded) an? agreement|agreements? (?:with|between|was (?:signed|concluded))"
            r"|joint (?:statement|declaration)|partner (?:clusters?|organi[sz]ations?|institutions?)|overseas partners",
            r"kooperations(?:vereinbarung|vertrag|abkommen)|absichtserklärung|accord (?:de|avec)|protocole d.{1,2}entente"
            r"|convention de partenariat|acuerdo de|convenio de|memorando|accordo (?:di|con)|protocollo d.{1,2}intesa"
            r"|samenwerkingsovereenkomst|intentieverklaring",
        ),
    ),
    (
        PartnerTie.MEMBERSHIP,
        any_of(
            r"(?:we|has|have|cluster|network|council) (?:\w{1,12} )?joined|members? of the (?=european|international|asian)"
            r"|international member|membership (?:in|of)",
            r"mitglied (?:des|der|im)|membre (?:du|de la|des)|miembro de|membro d",
        ),
    ),
    (
        PartnerTie.OFFICE,
        re.compile(r"(?:opened|set up|established|runs?) (?:an?|our|its) (?:\w{1,12} )?(?:office|branch|representation)"),
    ),
    (
        PartnerTie.MISSION,
        any_of(
            r"(?:trade|business|economic|cluster|study) (?:mission|tour|delegation)s?|sent an? (?:mission|delegation)|mission to",
            r"delegationsreise|unternehmerreise|mission (?:économique|d.entreprises)|misión (?:empresarial|comercial)"
            r"|missione (?:economica|imprenditoriale)|handelsmissie",
        ),
    ),
    (
        PartnerTie.PROJECT,
        any_of(
            r"joint (?:research|development|project|venture)|(?:european|horizon \w{4,6}|interreg|eu)[- ](?:funded )?(?:research )?projects?"
            r"|partner in an? |consortium partner|co-?develop",
            r"gemeinsames? (?:projekt|forschung)|projet (?:commun|européen)|proyecto (?:conjunto|europeo)"
            r"|progetto (?:comune|europeo)|gezamenlijk project",
        ),
    ),
    (
        PartnerTie.VISIT,
        any_of(
            r"visited|visits? (?:of|by|from|to)|delegation|hosted|welcomed (?:an?|the)|received (?:an?|the) ",
            r"besuchte[n]?|besuch (?:aus|einer|in)|visite (?:de|d.une)|visita (?:de|a|di)|bezoek",
        ),
    ),
    (
        PartnerTie.EVENT,
        any_of(
            r"exhibit(?:ed|ion)?|trade fairs?|matchmaking|(?:joint|bilateral) (?:workshops?|symposium|seminar|forum)|booth|b2b",
            r"messe(?=n|\b)|salon (?:de|du|international)|feria|fiera|beurs",
        ),
    ),
    (
        PartnerTie.EXCHANGE,
        any_of(
            r"co-?operat\w{1,5}|collaborat\w{1,5}|partner(?:ship)?s?|exchanges? (?:(?:\w{1,14} )?(?:with|between)|of|programme)|[ei]nquir(?:y|ies) from|networking"
            r"|work(?:ing|s)? (?:closely )?(?:together )?with|get in touch|together with|internationali[sz]ation|relationship",
            r"zusammenarbeit|kooperation\w{0,3}|kooperier\w{1,4}|partner(?:schaft)?en?|coopération|partenariats?|cooperación"
            r"|colaboración|collaborazione|cooperazione|samenwerking",
        ),
    ),
)  # fmt: skip

# A wish or a plan: near the end in Japanese, anywhere in other languages.
AIM = any_of(
    r"目指|めざ|したい|てい(?:く|き(?:ます|たい))|図(?:り|る|って)|まいります|参ります|推進(?:し(?:ます|てい|、)|します|する|を?$|[。、」])|促進(?:し|を?$)"
    r"|べき|必要|予定|視野|考えて|歓迎|募集|支援(?:を?(?:行って|し)|いたします|します)|期待|求め|希望|検討|模索|強化(?:し|を図)|を?支援|築ける|お問い?合わせ",
    r"(?i:(?<!\w)(?:should|would like|aims?|seek(?:s|ing)?|look(?:s|ing)? for|hopes?|wish(?:es)?|plans? to|intends?|wants? to|welcomes?"
    r"|invited? to|interested|promot(?:e|es|ing)|goals?|strives?|open (?:to|for)|vision|will)(?!\w))",
    r"(?i:freuen uns (?:über|auf)|suchen|möchten|wollen|streben|recherchons|souhait\w{1,4}|cherch\w{1,4}|buscamos|queremos|deseamos"
    r"|cerchiamo|vogliamo|desideriamo|zoeken|willen)",
)  # fmt: skip
# What has taken place, however much is hoped of it.
DONE = any_of(
    r"(?:締結|調印|署名|更新)(?:し(?:まし|てい|た|、)|いたし|され|致し|$)|(?:結ん|結び|交わし|取り交わ)(?!たい)|締結$|(?:派遣|訪問|開催|実施|開始|開設|設置|出展|加盟|来訪)"
    r"(?:し(?:まし|た)|いたしまし|され)|(?:行い|行われ)ました|訪問され|参画してい",
    r"(?i:(?<!\w)(?:signed|concluded|visited|joined|held|took part|organi[sz]ed|exhibited|sent|opened|started|has taken|hosted"
    r"|have been|formali[sz]ed|unterzeichnet\w{0,3}|besuchte|signé|organizamos|avviato|ondertekenden)(?!\w))",
)
DECLINED = any_of(
    r"(?:海外|国際|外国|国外|諸外国).{0,25}(?:行って(?:おりません|いません|いない)|(?:行う)?(?:予定|計画)?(?:は|も)?(?:あり|ござい)ません|して(?:おりません|いません|いない)|対象外|考えて(?:おりません|いません))",
    r"(?i:(?<!\w)(?:no|not|nor)(?!\w) .{0,40}(?:international|overseas|foreign)(?!\w{0,20} only).{0,30}"
    r"|(?:international|overseas|foreign) .{0,40}(?:is|are) not (?:an? |our |of )?(?:goal|aim|planned|intended|interest)\w{0,3})",
)
# Said of nobody's partner: Europe as what one compares oneself with, the places of a person's life.
BENCHMARK = any_of(
    r"肩を並べ|匹敵|に比べ|並みの|をモデル|を参考|お手本|を手本|と比較|を追随|追随を|卒業|留学|出身|在住|翻訳|事例(?:を|の)?紹介"
    r"|学会|国際会議|国際(?:シンポジウム|ワークショップ)|(?:成果|研究|口頭|ポスター)発表|招待講演",
    r"(?i:benchmark|(?<!\w)model (?:was|is|of)|inspired|modelled|compared (?:to|with)|studied in|graduated|born in|complies with"
    r"|in accordance with"
    r"|conference on|invited talk|(?:poster|talk|presentation) award|gave an? )",
)
# Only spoken about.
TOPIC = re.compile(r"に関する(?:勉強会|講演|セミナー|研修|書籍|資料|講習|記録)")
# A year in digits, where no reader of dates sees one: since 2025, in 2013.
YEAR = re.compile(r"(?<![0-9/.-])(?:19[89]|20[0-4])[0-9](?![0-9]|[/.-][0-9])")
# An entry of a list of ties: a region of one's own beside another one, or a place with the name of its body.
PAIR = re.compile(
    r"(?:[都道府県市]|地域|地区)(?:[((][^))]{1,40}[))])?\s?(?:と|[-－–—―‐×⇔~～〜])\s?"
    r"|^[ァ-ヺー一-龥A-Za-z・]{2,20}[((][^))]{2,40}(?:センター|研究所|大学|クラスター|協会|機構|団体)[))]$"
)
WHOLE_WORLD = re.compile(r"世界|(?<![A-Za-z])(?i:all over the world|worldwide|other countries|globally)")
# The partner of the sentence before.
SAME_PLACE = re.compile(
    r"同(?:州|国|市|県|地域|地方|社|団体|機構|クラスター|研究所|大学|協会)|両(?:州|国|地域|者|機関)"
    r"|(?<![A-Za-z])(?:[Bb]oth|the two) (?:sides|clusters|parties|countries|regions)"
)
