"""The names of languages on language switches, and the conventions of addresses, for every home language we know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, eq=False)  # one of each, which is remembered by
class Tongue:
    """How websites announce their pages in one language."""

    codes: frozenset[str]  # lower case, as labels and as hreflang
    flag: str  # the emoji
    hint: re.Pattern[str]  # what every label has a part of, in half-width lower case
    path_parts: tuple[str, ...]  # one of which stands in every address whose marks are all read as "/"
    labels: re.Pattern[str]  # matched whole against `english.label_of`
    bracketed: re.Pattern[str]
    address: re.Pattern[str]  # in path and query
    host: re.Pattern[str]
    twins: tuple[tuple[re.Pattern[str], str], ...]  # from an English path to one in this language


# Names in lower case: the language's own first, then as its neighbours and English write it.
_NAMES = {
    "ja": r"日本語|和文|邦文|にほんご|japanese|japanisch|japonais|giapponese|japon[eé]s|日語|日文|日语|일본어",
    "de": r"deutsch|german|allemand|tedesco|alem[aá]n|alem[aã]o|duits|niemiecki|tyska|tysk|ドイツ語",
    "fr": r"fran[cç]ais|french|franz[oö]sisch|francese|franc[eé]s|franc[eê]s|frans|francuski|フランス語",
    "it": r"italiano|italian|italienisch|italien|italiaans|włoski|イタリア語",
    "es": r"espa[nñ]ol|castellano|spanish|spanisch|espagnol|spagnolo|espanhol|spaans|hiszpański|スペイン語",
    "pt": r"portugu[eê]s|portuguese|portugiesisch|portugais|portoghese|portugu[eé]s",
    "nl": r"nederlands|vlaams|dutch|flemish|niederl[aä]ndisch|n[eé]erlandais|holandés",
    "pl": r"polski|polska|polish|polnisch|polonais|polacco|polaco",
    "sv": r"svenska|swedish|schwedisch|su[eé]dois|ruotsi|ruotsiksi",
    "da": r"dansk|danish|d[aä]nisch|danois",
    "no": r"norsk|bokmål|nynorsk|norwegian|norwegisch",
    "fi": r"suomi|suomeksi|finnish|finska|finnisch",
    "cs": r"[cč]e[sš]tina|[cč]esky|[cč]esk[aá]|czech|tschechisch",
    "sk": r"sloven[cč]ina|slovensky|slovak",
    "hu": r"magyar|magyarul|hungarian|ungarisch",
    "ro": r"rom[aâ]n[aă]|romanian",
    "sl": r"sloven[sš][cč]ina|slovensko|slovenian|slovene",
    "hr": r"hrvatski|croatian",
    "sr": r"srpski|српски|serbian",
    "bg": r"български|bulgarian",
    "el": r"ελληνικ[αά]|greek",
    "et": r"eesti(?: keeles)?|estonian",
    "lv": r"latvie[sš]u|latviski|latvian",
    "lt": r"lietuvi[sšų]k?[aių]*|lietuvių|lithuanian",
    "tr": r"t[uü]rk[cç]e|turkish",
    "uk": r"українська|ukrainian",
    "ru": r"русский|по русски|russian",
    "ko": r"한국어|한글|korean|韓国語",
    "zh": r"中文|简体中文|繁體中文|汉语|chinese|中国語",
    "ca": r"catal[aà]|catalan",
    "eu": r"euskara|basque",
}
# Codes beside ISO's own: those of the country, and the longer ones.
_CODES = {
    "ja": ("jp", "jpn", "jap"),
    "de": ("ger", "deu", "de at", "de ch", "at"),
    "fr": ("fra", "fre"),
    "it": ("ita",),
    "es": ("esp", "spa"),
    "pt": ("por",),
    "nl": ("ned", "nld"),
    "pl": ("pol",),
    "sv": ("se", "swe"),
    "da": ("dk", "dan"),
    "no": ("nb", "nn", "nor"),
    "fi": ("fin",),
    "cs": ("cz", "cze"),
    "sl": ("si", "slo"),
    "el": ("gr", "ell"),
    "et": ("ee", "est"),
    "ko": ("kr", "kor"),
    "zh": ("cn", "chn", "tw"),
    "uk": ("ua", "ukr"),
}
# Letters that a file name ends with: index_j.html, index-d.htm. Others' single letters mean too many things.
_LETTERS = {"ja": "j", "de": "d", "fr": "f", "it": "i"}
_FOLDERS = {
    "ja": "japanese|nihongo", "de": "deutsch|german", "fr": "francais|french", "it": "italiano|italian",
    "es": "espanol|spanish", "nl": "nederlands|dutch", "pl": "polski|polish", "pt": "portugues", "sv": "svenska",
    "da": "dansk", "no": "norsk", "fi": "suomi", "cs": "cesky", "hu": "magyar",
}  # fmt: skip
_FLAGS = {
    "ja": "jp",
    "sv": "se",
    "da": "dk",
    "cs": "cz",
    "sl": "si",
    "el": "gr",
    "et": "ee",
    "ko": "kr",
    "zh": "cn",
    "uk": "ua",
}
_COUNTRIES = {
    "ja": ("日本", "japan"),
    "de": ("ドイツ", "germany"),
    "fr": ("フランス", "france"),
    "it": ("イタリア", "italy"),
    "es": ("スペイン", "spain"),
    "nl": ("オランダ", "netherlands"),
    "pl": ("ポーランド", "poland"),
}
_QUERY_KEYS = r"lang|language|hl|locale|lng|l|ln|setlang|la|lc"
# What may follow the mark of a language in the address of a front page.
FRONT = re.compile(r"/?(?:(?:index|home|top|default|main)[^/?]*)?(?:\?.*)?", re.IGNORECASE)
_ENGLISH_FOLDER = re.compile(r"/(?:en|eng|english|e|en[-_](?:us|gb|uk|jp|eu))(?=/|$)", re.IGNORECASE)
_ENGLISH_FILE = re.compile(r"[-_.](?:e|en|eng|english)(?=\.(?:html?|php|aspx?|shtml)$)", re.IGNORECASE)
_ENGLISH_QUERY = re.compile(rf"(?<=[?&])((?:{_QUERY_KEYS})=)(?:en|eng|english)(?:[-_]\w\w)?\b", re.IGNORECASE)


@cache  # a crawl meets one or two of them, and the patterns of all would take a tenth of a second to compile
def tongue(code: str) -> Tongue | None:
    """How websites announce their pages in a language (ISO 639-1), None for one that we do not know."""
    if code not in _NAMES:
        return None
    names = _NAMES[code]
    codes = frozenset({code, *_CODES.get(code, ())})
    either = "|".join(sorted((re.escape(c).replace(r"\ ", "[-_]") for c in codes), key=len, reverse=True))
    folder = f"{either}|{_FOLDERS[code]}" if code in _FOLDERS else either
    ending = f"{folder}|{_LETTERS[code]}" if code in _LETTERS else folder
    japanese, country = _COUNTRIES.get(code, ("(?!)", "(?!)"))
    return Tongue(
        codes=codes,
        flag="".join(chr(0x1F1E6 + ord(c) - ord("a")) for c in _FLAGS.get(code, code)),
        hint=re.compile(
            rf"{names}|{japanese}|(?<![a-z])(?:{either}|{country})(?![a-z])|[\U0001f1e6-\U0001f1ff]", re.IGNORECASE
        ),
        path_parts=tuple(
            f"/{part}{end}" for part in re.sub(r"\[-_\]", "/", ending).split("|") for end in ("/", "index")
        ),
        labels=re.compile(
            rf"(?:(?:to|in|auf|en|in het|po|på|view|read|switch to|change to|back to|go to|click here for|language|lang|言語"
            rf"|ホーム|トップ|top|home|{either}) )*\(?(?:{names})(?: ?\((?:{names}|{either})\)?| (?:{names}|{either}))?\)?"
            rf"(?: ?(?:版|の|ページ|サイト|表示|ホームページ|ホーム|トップ|で見る|で表示|へ|に戻る|はこちら|に切替|に切り替え|に切り替える"
            rf"|pages?|sites?|web ?sites?|version|ver|top|home|homepage|only|here|seite|is|language))*"
            rf"|(?:ホーム|トップ(?:ページ)?|home(?: ?page)?|top(?: ?page)?) ?\((?:{names}|{either})\)?"
            rf"|{japanese}の?国旗|(?:national )?flag (?:of )?(?:the )?(?:{country}|{either})|(?:{country}|{names}|{either}) flag",
            re.IGNORECASE,
        ),
        bracketed=re.compile(
            rf"[(\[（【<](?:in )?(?:{names}|{either})(?:版|ページ| (?:version|page|only))?[)\]）】>]", re.IGNORECASE
        ),
        address=re.compile(
            rf"/(?:{folder})(?:[-_][a-z]{{2}})?(?=/|$|\?)"
            rf"|/(?:[^/?]*[-_.])?(?:{ending})\.(?:html?|php|aspx?|shtml|cgi|jsp)(?=$|\?)"
            rf"|/(?:{ending})[-_]?index\.\w+(?=$|\?)|/index\.\w+\.(?:{either})(?=$|\?)"
            rf"|[?&](?:{_QUERY_KEYS})=(?:{folder})(?:[-_]\w\w)?\b",
            re.IGNORECASE,
        ),
        host=re.compile(rf"^(?:www\.)?(?:{folder})\.[^.]+\.", re.IGNORECASE),
        twins=(
            (_ENGLISH_FOLDER, f"/{code}"),
            (_ENGLISH_FILE, f"_{_LETTERS[code]}" if code in _LETTERS else f"_{code}"),
            (_ENGLISH_QUERY, rf"\g<1>{code}"),
            (_ENGLISH_FOLDER, ""),
            (_ENGLISH_FILE, ""),
        ),
    )
