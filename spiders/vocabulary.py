"""Words by which a link promises news, archives, events or reports, in the languages we meet.

Each table is (promise, words); the promise is that of a page with a list of dated items. The Japanese words are
those that cluster websites were seen to use, see docs/judging.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LETTERS = re.compile(r"[a-z]+(?!\?)")
_MOST_RUNS, _LONGEST_RUN = 50_000, 30  # runs of letters that are remembered


class Words:
    """Any of some words, inside Japanese text or as whole words in Latin script.

    Most labels and nearly all addresses are plain ASCII. Of those only whole runs of letters are looked up, each once
    for all pages, which is ten times faster than trying every word at every letter.
    """

    def __init__(self, *words: str) -> None:
        self.words = words
        latin = [word for word in words if word.isascii()]
        other = [word for word in words if not word.isascii()]
        parts = [rf"(?<![a-z])(?:{'|'.join(latin)})(?![a-z])"] if latin else []
        # Asked of text in lower case: patterns that mind no case take four times as long.
        self._all = re.compile("|".join([*parts, *other]))
        self._run = re.compile("|".join(latin))
        # What may match across the borders of runs: words with a space, and those in which an accent may be left out.
        spaced = [word for word in latin if " " in word]
        self._spaced = re.compile(rf"(?<![a-z])(?:{'|'.join(spaced)})(?![a-z])" if spaced else "(?!)")
        self._loose = tuple(max(_LETTERS.findall(word), key=len) for word in other if "[" in word)
        self._runs: dict[str, bool] = {}

    def are_in(self, text: str, lowered_runs: Sequence[str]) -> bool:
        """Whether any of the words stands in a text, whose runs of letters are given in lower case."""
        if not text.isascii():
            return self._all.search(text.lower()) is not None
        for run in lowered_runs:
            if self._has(run):
                return True
        if self._loose and any(stem in run for run in lowered_runs for stem in self._loose):
            return self._all.search(text.lower()) is not None
        return " " in text and self._spaced.search(text.lower()) is not None

    def _has(self, run: str) -> bool:
        found = self._runs.get(run)
        if found is None:
            found = self._run.fullmatch(run) is not None
            if len(self._runs) < _MOST_RUNS and len(run) <= _LONGEST_RUN:
                self._runs[run] = found
        return found


NEWS = Words(
    "oshirase", "osirase", "shinchaku", "sinchaku", "koushin", "kousin", "rireki", "whatsnew", "newslist", "newsrelease", "info",
    "新着", "お知らせ", "おしらせ", "ニュース", "トピックス", "最新情報", "更新情報", "更新履歴", "プレスリリース", "報道", "記者発表",
    "インフォメーション", "ご案内一覧", "新規情報", "whats ?new", "what.?s new", "news", "newsroom", "topics?", "information",
    "press(?: ?releases?)?", "announcements?", "latest", "updates?", "aktuell(?:es)?", "neuigkeiten", "nachrichten", "meldungen",
    "actualit[eé]s?", "actus?", "noticias", "novedades", "notizie", "novità", "comunicati", "nieuws", "nyheter", "uutiset",
    "ajankohtaista", "nyheder", "aktualno[sś]ci", "wiadomo[sś]ci", "novinky", "aktuality", "hírek", "not[ií]cias", "not[ií]zie",
    "aktualit[aä]ten", "presse(?:mitteilungen)?", "communiqu[eé]s",
)  # fmt: skip
BLOG = Words(
    "nikki",
    "ブログ",
    "日記",
    "コラム",
    "blog",
    "weblog",
    "diary",
    "journal",
    "posts?",
    "articles?",
    "活動日誌",
    "スタッフブログ",
)
EVENTS = Words(
    "gyoji", "gyouji", "yotei",
    "イベント", "行事", "セミナー", "催し", "講演会", "研究会", "例会", "シンポジウム", "展示会", "スケジュール", "カレンダー", "開催",
    "events?", "seminars?", "schedule", "calendar", "meetings?", "workshops?", "conference", "agenda", "veranstaltungen", "termine",
    "[eé]v[eé]nements?", "eventos", "eventi", "evenementen", "wydarzenia", "tapahtumat",
)  # fmt: skip
REPORTS = Words(
    "katsudo", "katsudou", "katudo", "houkoku", "hokoku", "kaiho", "kaihou",
    "活動報告", "活動紹介", "活動記録", "活動内容", "活動実績", "実績", "報告", "レポート", "会報", "会誌", "広報", "メールマガジン", "メルマガ",
    "ニュースレター", "議事録", "業績", "研究発表", "論文", "発表", "成果", "受賞", "事業報告", "事例", "委員会",
    "reports?", "activit(?:y|ies)", "newsletters?", "bulletins?", "publications?", "presentations?", "minutes", "awards?", "papers?",
    "magazine", "stories", "projects?", "releases?",
)  # fmt: skip
ARCHIVE = Words(
    "アーカイブ", "過去", "バックナンバー", "一覧", "もっと見る", "すべて見る", "続きを見る", "詳しくはこちら", "archives?", "past", "older", "all news",
    "more", "view all", "see all", "read more", "list", "back ?numbers?", "history",
)  # fmt: skip
# Any of these words: most labels and addresses have none, which one look tells.
PROMISING = Words(*(word for table in (NEWS, BLOG, EVENTS, REPORTS, ARCHIVE) for word in table.words))
# Pages that never carry the newest item: read last, if at all.
DULL = Words(
    "アクセス", "お問い?合わ?せ", "プライバシー", "個人情報", "サイトマップ", "リンク集?", "規約", "会則", "定款", "採用", "会社概要", "組織",
    "役員", "名簿", "沿革", "よくある", "免責", "ログイン", "申込", "入会", "購入", "地図", "交通", "著作権",
    "access", "contact", "privacy", "sitemap", "links?", "terms", "policy", "login", "sign ?in", "register", "cart", "search", "faq",
    "imprint", "impressum", "datenschutz", "mentions l[eé]gales", "kontakt", "cookies?", "legal", "careers?", "jobs?", "about",
)  # fmt: skip
NOT_PAGES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|lzh|gz|tgz|rar|7z|exe|dmg|iso|jpe?g|png|gif|webp|svg|bmp|ico|tiff?|mp[34]|m4[av]|mov|avi|wmv|"
    r"webm|ogg|wav|css|js|mjs|woff2?|ttf|eot|ics|vcf|apk|bin|csv|kmz?|epub)(?:$|[?#])",
    re.IGNORECASE,
)
# Addresses that multiply without end or that only act: calendars, sorting, printing, sharing, carts.
TRAPS = re.compile(
    r"[?&](?:replytocom|share|print|action|sort|order|orderby|filter|add-to-cart|PHPSESSID|sid|day|week|ical|tribe)="
    r"|/(?:wp-login|wp-admin|wp-json|xmlrpc|cgi-bin/bbs|feed/comments|comments/feed|trackback|tag|author|login|logout|cart|search)\b"
    r"|/calendar/\d|/page/\d",
    re.IGNORECASE,
)
