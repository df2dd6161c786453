"""The words, addresses and traces by which websites announce an English version, or something that is none."""

from __future__ import annotations

import re

from crawler.reading.patterns import any_of

# What every label, and every English address, has a part of; most links have neither and are passed over.
LABEL_HINT = re.compile(
    r"eng|\b(?:en|gb|uk)\b|ingl|angl|angi|angol|ingil|англ|英|イング|global|internat|langu|foreign|言語|外国|海外|multil"
    r"|flag|union.?jack|ユニオン|イギリス|アメリカ|米国|[ａ-ｚＡ-Ｚ🇬🇺]",
    re.IGNORECASE,
)
# Parts of every label that the pattern above finds. Case may turn i into a Turkish letter, so they begin behind it.
LABEL_PARTS = (
    "en", "gb", "uk", "ngl", "ang", "ngi", "ngı", "англ", "英", "イング", "global", "nternat", "langu", "fore", "言語", "外国", "海外",
    "mult", "flag", "jack", "ユニオン", "イギリス", "アメリカ", "米国", "🇬", "🇺", *"ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
)  # fmt: skip
# What stands between marks in every address that the next pattern finds, or is a part of it.
ADDRESS_PARTS = (
    "/e/", "/en/", "/eng/", "english", "eigo", "e/index", "eindex", "indexe", "international/", "foreign/", "overseas/",
)  # fmt: skip
ADDRESS_HINT = re.compile(
    r"[/._\-=](?:e|en|eng|english)(?:[/._\-?&]|$)|english|eigo|e[-_]?index|indexe|(?:international|foreign|overseas)[-_]",
    re.IGNORECASE,
)
# Labels, matched whole against lower-case words without decoration; hyphens, slashes and dots read as spaces.
LABELS = any_of(
    r"(?:(?:to|go to|view|read|switch to|change to|click here for|for|see|visit) )?(?:the |our |this )?"
    r"(?:page |site )?(?:in )?english(?: (?:pages?|sites?|web ?sites?|version|ver|top|home|homepage|is|here|edition"
    r"|language|info|information|us|uk|gb|english|英語|英語版|en|summary|outline|guide|overview|introduction))*",
    r"(?:(?:company|corporate|project|cluster) )?(?:outlines?|summary|overview|introduction|information|guide|guidance|profile"
    r"|about us|greetings?|message|home ?page|web ?site|web ?page|top ?page|contents?|version|brochure)(?: is)? in english",
    r"(?:language|lang|languages|言語) ?(?:english|en|英語)",
    r"(?:english )?(?:\(英語\)|英語)(?: english)?(?:版|の|ページ|サイト|表示|ホームページ|トップ|で見る|で表示"
    r"|へ|はこちら|案内|概要|に切替|に切り替え|に切り替える)*",
    r"英語 ?\(?english\)?|english ?\(?英語版?\)?",
    r"英文(?:版|の|ページ|サイト|表示|ホームページ|トップ|へ|はこちら|案内|概要)*",
    r"イングリッシュ(?:ページ|サイト|版)",
    r"(?:version |en )?anglaise?|(?:auf )?englisch(?:e version)?|(?:versione |in )?inglese|ingl[eé]s|ingl[eê]s",
    r"(?:versi[oó]n )?en ingl[eé]s|(?:vers[aã]o )?em ingl[eê]s|(?:wersja )?angielsk[ai]|po angielsku",
    r"(?:in het )?engels|(?:på )?engelska?|englanti|englanniksi|anglicky|anglická (?:verze|verzia)|angol(?:ul)?",
    r"engleză|engleski|angleško|angleščina|inglise(?: keeles)?|angļu|anglų|ingilizce|английский",
)
# What stands for the language where a picture does: the flag of a country that speaks it.
FLAGS = any_of(
    r"(?:イギリス|英国|アメリカ(?:合衆国)?|米国)(?:の)?(?:国旗|旗)|ユニオン ?ジャック|union ?jack|stars and stripes",
    r"(?:the )?(?:en|eng|gb|uk|u k|usa?|u s a?|british|english|american|great britain|united kingdom|united states)"
    r"(?: of america)?(?: national)? flag",
    r"(?:national )?flag (?:of )?(?:the )?(?:en|eng|gb|uk|u k|usa?|u s a?|england|great britain|britain|united kingdom"
    r"|united states|america)(?: of america)?",
)
CODES = re.compile(r"en|eng|en (?:us|gb|uk|jp|eu)|gb|uk|🇬🇧|🇺🇸")
WEAK_LABELS = any_of(
    r"global(?: site| website| page| home)?|international(?: site| visitors| students| users)?",
    r"(?:foreign |other )?languages?|multilingual|select language|外国語(?:サイト|版|ページ)?|多言語|海外の方へ?",
    r"for (?:international|foreign|overseas) [a-z]+|(?:info |information )?for foreigners",
)
BRACKETED = re.compile(
    r"[(\[（【<](?:in )?(?:english|eng|en|英語|英文)(?: (?:version|page|only))?(?:版|ページ)?[)\]）】>]", re.IGNORECASE
)
# English as a subject, not as the language of a page.
SUBJECT = any_of(
    r"英語(?:教|学|講|研|コミュ|力|検|圏|論|村|劇|塾|科|活|を|指|授|試|能)|英会話|英検|英作文",
    r"english (?:lesson|course|school|class|educat|teach|conversation|club|camp|literat|test|speaking|proficien|learn)",
    r"english (?:caf|program|departm|exam|debate|workshop|seminar|speech|contest|presentation)",
    r"(?:business|basic|learn) english|english ?(?:教室|講座|カフェ|キャンプ|クラブ|学習|教育|レッスン|スクール)",
    flags=re.IGNORECASE,
)

DOCUMENTS = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|mp[34]|epub|ics)(?:$|\?)", re.IGNORECASE)
_DIRECTORY = (
    r"/(?:en|eng|english|eigo|en[-_](?:us|gb|uk|jp|eu)|[a-z0-9]+[-_](?:en|eng|english)"
    r"|english[-_]?(?:site|page|pages|version|home|top)"
    r"|(?:for[-_])?(?:international|foreign|overseas)[-_](?:students|visitors|researchers|residents|companies|investors)"
    r")(?=/|$|\?)"
)
_FILE = (
    r"/(?:(?:[^/?]*[-_.])?(?:en|eng|english|eigo|e)\.(?:html?|php|aspx?|shtml|cgi|jsp)|(?:e|en|eng)[-_]?index\.\w+"
    r"|index(?:e|en)\.\w+|index\.\w+\.en)(?=$|\?)"
)
_QUERY = r"[?&](?:lang|language|hl|locale|lng|l|ln|setlang|la|lc)=(?:en|eng|english|en[-_]\w\w)\b"
# /e/ within two folders of the root: deeper, a single letter is a register, not a language.
_LETTER_DIRECTORY = r"^(?:/[^/?]+){0,2}/e/"
ENGLISH_PATH = any_of(_DIRECTORY, _FILE, _QUERY, _LETTER_DIRECTORY, flags=re.IGNORECASE)
# The front page of an English tree, at most two folders below the root.
ENGLISH_ROOT = re.compile(
    rf"^(?:/[^/?]+){{0,2}}?(?:{_DIRECTORY}/?(?:(?:index|home|top|default|main)[^/?]*)?|{_FILE}|/?(?:[^/?]+)?{_QUERY})$",
    re.IGNORECASE,
)
FRONT_PAGE = re.compile(
    r"/(?:(?:index|home|top|main|default)[^/]*|(?:e|en|eng|english|eigo)(?:\.\w+)?)?$|[?&]lang=en\w*$", re.IGNORECASE
)
SHORT_DIRECTORY = re.compile(r"^(?:/[^/?]+)?/e/(?:index\.\w+)?$", re.IGNORECASE)
# A first folder that names the language of what is below, not a part of somebody else's website.
LANGUAGE_FOLDER = re.compile(r"(?:[a-z]{2}|e|j|jpn?|eng|english|japanese|eigo)(?:[-_][a-z]{2})?", re.IGNORECASE)
ENGLISH_HOST = re.compile(r"^(?:www\.)?(?:en|eng|english)\.[^.]+\.", re.IGNORECASE)
# How an address that names its own language becomes that of its English twin.
TWINS = (
    (re.compile(r"/(?:ja|jp|de|fr|it|es|pl|nl|sv|fi|da|pt|cs|hu)(?=/|$)"), "/en"),
    (re.compile(r"/jpn(?=/|$)"), "/eng"),
    (re.compile(r"/japanese(?=/|$)"), "/english"),
    (re.compile(r"_(?:j|ja)(?=\.\w{3,5}$)"), "_e"),
    (re.compile(r"-(?:j|ja)(?=\.\w{3,5}$)"), "-e"),
    (re.compile(r"(?<=[?&]lang=)ja?p?\b"), "en"),
)

# Services that many organisations point to with "English" beside it; none is anybody's English version.
ELSEWHERE = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|instagram|linkedin|youtube|youtu|vimeo|flickr|note|line|github|wikipedia|google|apple"
    r"|amazon|researchgate|slideshare|eventbrite|meetup|doorkeeper|peatix|zoom|adobe|wordpress|creativecommons)"
    r"\.(?:com|be|org|me|co\.jp|jp|us)$"
)

# Machine translation, by the traces that each service leaves in a page or an address: the words of which one stands in
# every trace, which are looked for first, and the trace, both in lower case.
WIDGETS = tuple(
    (name, tuple(hints.split()), re.compile(trace))
    for name, hints, trace in (
        ("GTranslate", "gtranslate", r"gtranslate"),
        (
            "Google Translate",
            "google_translate_element translate_a/ .translate.goog googtrans translate.google /translate",
            r"google_translate_element|translate_a/|\.translate\.goog\b|googtrans|translate\.google|google\.[a-z.]{2,6}/translate",
        ),
        ("WOVN", "wovn", r"\bwovn\.io\b|data-wovnio"),
        ("Shutto", "shutto data-stt-", r"\bshutto(?:-translation)?\.com\b|data-stt-|shutto-translation"),
        ("J-SERVER", "j-server.com jserver", r"\bj-server\.com\b|\bjserver\b"),
        ("Mirai Translate", "mirai", r"mirai-?translat"),
        ("Weglot", "weglot", r"\bweglot\b"),
        ("ConveyThis", "conveythis", r"\bconveythis\b"),
        ("Linguise", "linguise", r"\blinguise\b"),
        ("Bablic", "bablic", r"\bbablic\b"),
        (
            "Microsoft Translator",
            "microsofttranslator.com translatetheweb.com",
            r"microsofttranslator\.com|translatetheweb\.com",
        ),
        (
            "machine translation",
            "honyaku translate.weblio excite.co.jp/world transer sitetran.com",
            r"honyaku\.(?:yahoo|nifty|excite)|translate\.weblio|excite\.co\.jp/world|\bweb-?transer\b|sitetran\.com",
        ),
    )
)

# One of these stands in every such trace: looked for before those of each service, because most pages have none.
WIDGET_HINTS = (
    "translat", "googtrans", "wovn", "shutto", "data-stt-", "j-server", "jserver", "weglot", "conveythis", "linguise",
    "bablic", "honyaku", "transer", "sitetran", "excite.co",
)  # fmt: skip

# What a translating machine leaves in the pages that it made, where a widget alone stands on the originals too: Google's
# marks the root element, and WOVN's server names the language that it serves and the one that people wrote.
TRANSLATED = re.compile(r"<html[^>]{0,300}\bclass\s*=\s*[\"'][^\"']{0,200}\btranslated-(?:ltr|rtl)\b", re.IGNORECASE)
PROXIED = re.compile(
    r"data-wovnio\s*=\s*[\"'][^\"']{0,300}?currentLang=(?P<now>[\w-]+)[^\"']{0,100}?defaultLang=(?P<original>[\w-]+)",
    re.IGNORECASE,
)

# What an English sentence has and a title or a caption seldom. Asked of text in lower case, as the next but one.
VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|must|should|do|does|did|we|our|you|your|they|it"
    r"|this|these|that|which|who|please|provides?|aims?|includes?|supports?|develops?)\b",
)
NO_PAGE = re.compile(r"\b(?:404|not found|log ?in|sign ?in|access denied|forbidden|error)\b", re.IGNORECASE)
# Text that came with the software and was never replaced, and lines that every website has.
BOILERPLATE = re.compile(
    r"this is an example page|welcome to wordpress|hello world|just another wordpress|edit or delete (?:it|this)"
    r"|lorem ipsum|sample (?:page|post|text)|your (?:text|content) (?:goes )?here|you'?re seeing this (?:page|post)"
    r"|powered by|all rights reserved|enable javascript|your browser|use of cookies|uses? cookies"
)
