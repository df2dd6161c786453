"""What machines write beside their items: stamps, titles with markup, declared languages; and what is only a sample."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from html import unescape

from crawler.model import Precision
from crawler.reading.months import MONTHS
from crawler.urls import join

FIRST_YEAR = 1995  # no CMS is older; earlier stamps are zero values such as 0001-01-01 and 1970-01-01
_LAST_YEAR = 2100
_ISO = re.compile(
    r"\s*(?P<y>(?:19|20)[0-9]{2})(?:(?P<sep>[-/.])(?P<m>1[0-2]|0?[1-9])(?:(?P=sep)(?P<d>3[01]|[12][0-9]|0?[1-9]))?)?"
    r"(?![0-9年]|[-/.][0-9])"
)
_COMPACT = re.compile(r"\s*(?P<y>(?:19|20)[0-9]{2})(?P<m>1[0-2]|0[1-9])(?P<d>3[01]|[12][0-9]|0[1-9])(?![0-9])")
# Wed, 20 Mar 2024 10:00:00 +0900; some PHP sites write the month in their own language.
_RFC822 = re.compile(
    r"(?<![0-9])(?P<d>[0-3]?[0-9])[\s-]+(?:(?P<name>[^\W\d_]{3,12})\.?|(?P<m>1[0-2]|[1-9])月)[\s-]+"
    r"(?P<y>(?:19|20)?[0-9]{2})(?![0-9])"
)


def written_day(raw: str) -> tuple[date, Precision] | None:
    """The day (or first day of the month or year) of a machine's stamp, as written; None when it holds none.

    The zone is not applied: the day is the one that was written down.
    """
    raw = raw[:120]
    if match := _COMPACT.match(raw) or _ISO.match(raw):
        return _checked(int(match["y"]), int(match["m"] or 0), int(match["d"] or 0))
    if (match := _RFC822.search(raw)) is None:
        return None
    month = int(match["m"]) if match["m"] else MONTHS.get(match["name"].lower(), 0)
    year = int(match["y"])
    if year < 100:
        year += 1900 if year >= 90 else 2000
    return _checked(year, month, int(match["d"])) if month else None


def _checked(year: int, month: int, day: int) -> tuple[date, Precision] | None:
    """The date when the calendar has it and a website can."""
    if not FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        on = date(year, month or 1, day or 1)
    except ValueError:
        return None
    return on, Precision.DAY if day else Precision.MONTH if month else Precision.YEAR


_UTC_TIME = re.compile(r"(?P<h>[0-2][0-9]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?\s?(?:Z|UTC|GMT|[+-]00:?00)\s*$")


def local_day(raw: str, on: date, utc_offset_h: int) -> date:
    """The day on the organisation's own calendar for a stamp that was written in UTC; any other stamp's as written.

    WordPress writes every pubDate in UTC, so what is posted in Japan before nine in the morning carries the day before.
    """
    match = _UTC_TIME.search(raw)
    if match is None or "00:00" in raw[match.start() : match.start() + 5]:
        return on
    hour = int(match["h"]) + utc_offset_h
    return on + timedelta(days=hour // 24)


_MAX_MARKUP = 4_000  # characters of a title that are looked at
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*+>")


def plain(text: str) -> str:
    """Words without markup, in one line, at most 160 characters."""
    text = text[:_MAX_MARKUP]
    if "<" in text or "&" in text:
        text = unescape(_TAG.sub("", unescape(text)))
    return " ".join(whole(text).split())[:160]


def whole(text: str) -> str:
    """The text without NULs and halves of characters, which JSON can escape and no file can hold."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def absolute(base: str, address: str) -> str:
    """The absolute address of what a machine names, "" when it leads to no web page."""
    return join(base, whole(address[:2000])) if address else ""


_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def language_code(declared: str, title: str = "") -> str:
    """The two letters of a declared language, "" when there are none or the title belies them.

    Hugo and WordPress declare en-us unless told otherwise, whatever the posts are written in.
    """
    code = re.split(r"[-_]", declared.strip().lower(), maxsplit=1)[0]
    if not re.fullmatch(r"[a-z]{2}", code):
        return ""
    belied = (code != "ja" and _KANA.search(title)) or (code not in {"ja", "zh", "ko"} and _HAN.search(title))
    return "" if belied else code


# Asked of titles in lower case: a pattern that minds no case takes three times as long.
_SAMPLE = re.compile(
    r"\W*(?:hello,? ?world|hall[oå],? (?:welt|wereld|verden)|hej,? (?:världen|verden)|hei,? (?:verden|maailma)"
    r"|(?:bonjour|salut) tout le monde|hola,? mundo|ciao,? mondo|ol[áà],? mundo|witaj,? świecie|ahoj(?:te)?,? (?:všichni|svete|světe)"
    r"|hell[oó],? világ|moi maailma|世界[，,]\s?您好|[你您]好[，,]\s?世界|網誌第一篇文章|안녕하세요|привет,? мир"
    r"|coming soon|blog post title (?:one|two|three|four)|i just finished installing movable type.{0,10}"
    r"|movable type [\d.]{0,6}\s?のインストール[をが]完了しました|welcome to (?:jekyll|hugo|hexo|ghost|wordpress|gatsby|astro)"
    r"|welcome to your (?:new )?(?:blog|site|website)"
    r"|(?:sample|example|dummy|demo) (?:page|post|article|entry|news|item|title)s?|sample|example"
    r"|(?:my |your )?(?:very )?first (?:blog )?post|test(?:ing)?(?: post| page)?"
    r"|(?:(?:サンプル|ダミー)(?:ページ|記事|投稿|テキスト|ニュース|タイトル|データ)?(?:です)?[\s。、！.]{0,3}){1,20}"
    r"|[^\W\d]{1,10}の(?:サンプル|ダミー)(?:記事|投稿|ページ)?(?:です)?|(?:(?:テキスト|タイトル|見出し|本文)[\s。、]{0,2}){2,40}|テスト(?:投稿|記事|ページ|です)?"
    r"|ここに(?:タイトル|見出し|記事|お知らせ).{0,20}|(?:タイトル|見出し|テキスト)が?入ります"
    r"|a post with (?:images?|videos?|code|math|formatting and links|custom .{1,20}|.{1,20} comments|table of contents)"
    r"|markdown syntax guide|placeholder text|math typesetting|emoji support|rich content)[\W\d]*"
)
_LOREM = ("lorem ipsum", "dolor sit amet", "consectetur adipi")
# The first words of the first post of WordPress, which its owner may have given another title.
_WELCOME = re.compile(
    r"(?:(?:welcome to|willkommen (?:bei|zu)|bienvenue (?:sur|dans)|bienvenid[oa]s? a|bienvenida a|benvenut[oi] (?:in|su)|bem-vindo[sa]? a[o]?"
    r"|welkom bij|witaj(?:my|cie)? w|välkommen till|velkommen til|tervetuloa|vítejte (?:v|ve)|üdvözl\w{1,12} a)\swordpress\w{0,3}\s?[.!]"
    r"|wordpress\s?へようこそ\s?[。！!]|[欢歡]迎使用\s?wordpress|워드프레스에 오신"
    r"|a brand new site by .{1,60} that's just getting started|it all begins with an idea\. maybe you want)"
)
_WELCOME_HINTS = ("wordpress", "워드프레스", "brand new site", "begins with an idea")  # every one of these has one
# What themes and templates hold the place of words with.
_PLACEHOLDER = re.compile(
    r"(?:タイトル|見出し|テキスト|本文|文章|説明文?|キャッチコピー|文言|内容)が(?:ここに)?(?:入り|はいり)ます|ダミー(?:の|用)?(?:テキスト|文章|文言|記事|画像)"
    r"|(?:文章|テキスト|記事|文)は、?(?:ダミー|サンプル)|字間、行間等を確認"
)
_FILLER = frozenset(
    (
        "lorem ipsum dolor amet consectetur adipiscing elit sed eiusmod tempor incididunt ut labore dolore magna aliqua "
        "enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip commodo consequat duis aute irure "
        "reprehenderit voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat proident sunt "
        "culpa officia deserunt mollit anim laborum vestibulum pellentesque curabitur phasellus nullam donec vivamus "
        "praesent mauris aenean suspendisse fusce etiam maecenas morbi tincidunt turpis perspiciatis omnis natus "
        "accusantium doloremque"
    ).split()
)
_WORD = re.compile(r"\w+")
_FILLER_WORDS = 4  # of the usual filler, different ones, in the first characters; no language has as many by chance


# Notes of items.
FROM_SOFTWARE = "came with the software"
BY_UPDATE = "by its update stamp"


def is_sample(title: str) -> bool:
    """Whether a title is that of a post that came with a theme or a content management system."""
    return _remembered(title) if len(title) <= _LONGEST_REMEMBERED else _is_sample(title)


def _is_sample(title: str) -> bool:
    low = title.lower()
    head = low[:100]
    if _SAMPLE.fullmatch(head) or any(words in low for words in _LOREM):
        return True
    if any(hint in low for hint in _WELCOME_HINTS) and _WELCOME.search(low[:200]):
        return True
    if not head.isascii():
        return _PLACEHOLDER.search(head) is not None
    return len(_FILLER.intersection(_WORD.findall(head))) >= _FILLER_WORDS


_LONGEST_REMEMBERED = 200  # characters
_remembered = lru_cache(maxsize=512)(_is_sample)  # a title is asked about for each date beside it
