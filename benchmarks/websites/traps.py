"""What stands on a website beside its news and carries days too: stamps, events, deadlines, history, others' words.

Each is a piece of HTML with the truth about its days; a day that is in none of the sets is the day of nothing that the
organisation published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.websites.written import Form, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a piece is made for."""

    language: str
    today: date
    newest: date  # of the news of the site
    form: Form  # in which the site writes days
    rng: Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a page."""

    html: str
    place: str  # above, below (the news), aside, footer, head
    published: frozenset[date] = frozenset()  # days that do count as those of posts
    also: frozenset[date] = frozenset()  # days that may be taken for those of posts, and need not
    stamps: frozenset[date] = frozenset()  # days on which the page says it was changed
    coming: frozenset[date] = frozenset()  # days of events still to come


def _full(at: Situation, on: date) -> str:
    """A day written with its year, in the way of the site where that has one."""
    return at.form.write(on) if at.form.has_year else f"{on:%Y.%m.%d}"


def _before(at: Situation, most: int, least: int = 1) -> date:
    return at.today - timedelta(days=at.rng.randint(least, most))


def _copyright(at: Situation) -> Piece:
    year = at.rng.choice((at.today.year, at.newest.year, at.newest.year - 1))
    return Piece(html=f"<p>Copyright © 2009-{year} All Rights Reserved.</p>", place="footer")


def _updated(at: Situation) -> Piece:
    on = at.rng.choice((at.newest, at.newest + (at.today - at.newest) // 2))
    words = {"ja": "最終更新日：", "en": "Last updated: ", "de": "Stand: zuletzt aktualisiert am ",
             "fr": "Dernière mise à jour : ", "it": "Ultimo aggiornamento: "}[at.language]  # fmt: skip
    return Piece(
        html=f"<p>{words}{_full(at, on)}</p>", place=at.rng.choice(("footer", "above")), stamps=frozenset({on})
    )


def _today(at: Situation) -> Piece:
    words = {"ja": "本日は", "en": "Today is ", "de": "Heute ist ", "fr": "Aujourd'hui : ", "it": "Oggi: "}[at.language]
    return Piece(html=f"<div class=today>{words}{_full(at, at.today)}</div>", place="above")


def _others(at: Situation) -> Piece:
    head = at.rng.choice(
        {"ja": ("関連ニュース", "業界ニュース", "経済産業省からのお知らせ", "会員企業の情報", "PICK UP", "注目の公募"),
         "en": ("Related news", "From our partners", "Worth reading"),
         "de": ("Externe Nachrichten",), "fr": ("Nouvelles externes : partners",), "it": ("Dai nostri partners",)}[at.language]
    )  # fmt: skip
    days = sorted((_before(at, 90) for _ in range(4)), reverse=True)
    items = "".join(
        f'<li>{_full(at, d)} <a href="https://www.other{n}.example/a{n}">{title_of(at.language, at.rng)}</a></li>'
        for n, d in enumerate(days)
    )
    place = at.rng.choice(("aside", "aside", "below"))
    return Piece(html=f"<div class=box><h3>{head}</h3><ul>{items}</ul></div>", place=place)


def _comments(at: Situation) -> Piece:
    items = "".join(
        f"<li class=comment>Taro {_full(at, _before(at, 200))} <p>{title_of(at.language, at.rng)}</p></li>"
        for _ in range(2)
    )
    return Piece(
        html=f'<div id="comments" class="comments-area"><ol class="comment-list">{items}</ol></div>', place="below"
    )


def _deadline(at: Situation) -> Piece:
    on = at.today + timedelta(days=at.rng.randint(-120, 60))
    text = {
        "ja": f"申込締切：{_full(at, on)}　お早めにお申し込みください。", "en": f"Apply by {_full(at, on)}.",
        "de": f"Anmeldeschluss: {_full(at, on)}", "fr": f"Date limite : {_full(at, on)}", "it": f"Scadenza: {_full(at, on)}",
    }[at.language]  # fmt: skip
    return Piece(html=f"<p>{text}</p>", place="above")


def _coming(at: Situation) -> Piece:
    on = at.today + timedelta(days=at.rng.randint(3, 90))
    text = {
        "ja": f"次回研究会のご案内　日時：{_full(at, on)} 14:00～　会場：産業会館", "en": f"Next meeting: {_full(at, on)}, 2 pm",
        "de": f"Nächstes Treffen: {_full(at, on)}, 14 Uhr", "fr": f"Prochaine réunion : {_full(at, on)}",
        "it": f"Prossimo incontro: {_full(at, on)}",
    }[at.language]  # fmt: skip
    return Piece(html=f"<div class=next><p>{text}</p></div>", place="above", coming=frozenset({on}))


def _history(at: Situation) -> Piece:
    days = [date(at.rng.randint(1996, 2012), at.rng.randint(1, 12), at.rng.randint(1, 28)) for _ in range(4)]
    rows = "".join(
        f"<tr><td>{_full(at, d)}</td><td>{w}</td></tr>"
        for d, w in zip(sorted(days), ("準備会", "設立総会", "法人化", "事務局移転"), strict=True)
    )
    return Piece(html=f"<h2>{'沿革' if at.language == 'ja' else 'History'}</h2><table>{rows}</table>", place="below")


def _members(at: Situation) -> Piece:
    rows = "".join(
        f"<tr><td>{name}</td><td>{_full(at, _before(at, 900))}</td></tr>"
        for name in ("株式会社青葉", "北山製作所", "大和工業")
    )
    return Piece(
        html=f"<h2>会員一覧</h2><table><tr><th>会員名</th><th>入会日</th></tr>{rows}</table>",
        place="below",
    )


def _granted(at: Situation) -> Piece:
    """A table of what was granted to whom: its column says what its days are the days of."""
    head = at.rng.choice(("認定日", "交付決定日", "承認日", "納品日", "使用開始日"))
    rows = "".join(
        f"<tr><td>第{n}号</td><td>{name}</td><td>{_full(at, _before(at, 500))}</td></tr>"
        for n, name in enumerate(("株式会社青葉", "北山製作所", "大和工業", "三和化学"), 1)
    )
    return Piece(
        html=f"<h2>一覧</h2><table><tr><th>番号</th><th>企業名</th><th>{head}</th></tr>{rows}</table>", place="below"
    )


def _fairs(at: Situation) -> Piece:
    """Fairs of others in which members take part; each leads to its own website."""
    days = sorted((_before(at, 200) for _ in range(4)), reverse=True)
    items = "".join(
        f'<li>{_full(at, d)} <a href="https://fair{n}.example/">{"国際展示会" if at.language == "ja" else "Expo"} {n}</a></li>'
        for n, d in enumerate(days)
    )
    return Piece(html=f"<h2>{'展示会' if at.language == 'ja' else 'Fairs'}</h2><ul>{items}</ul>", place="below")


def _figure(at: Situation) -> Piece:
    on = _before(at, 700)
    text = {"ja": f"会員数 84社（{_full(at, on)}現在）", "en": f"84 members as of {_full(at, on)}"}.get(
        at.language, "84"
    )
    return Piece(html=f"<p>{text}</p>", place="below", stamps=frozenset({on}))


def _closed(at: Situation) -> Piece:
    first = at.today + timedelta(days=at.rng.randint(-20, 40))
    last = first + timedelta(days=6)
    return Piece(html=f"<p>休業期間：{_full(at, first)}～{_full(at, last)}</p>", place="aside")


def _rules(at: Situation) -> Piece:
    return Piece(
        html=f"<h2>会則</h2><p>附則　この会則は、{_full(at, date(2010, 4, 1))}から施行する。</p>"
        f"<p>制定日：{_full(at, _before(at, 1500, 400))}</p>",
        place="below",
    )


def _sample_post(at: Situation) -> Piece:
    on = at.newest + (at.today - at.newest) // 3
    return Piece(
        html=f'<article><h3>Hello world!</h3><p class=date>{_full(at, on)}</p><p>WordPress へようこそ。'
        "これは最初の投稿です。</p></article>",
        place="below",
    )  # fmt: skip


def _product(at: Situation) -> Piece:
    return Piece(
        html=f"<p>会員企業の新商品「匠」発売日：{_full(at, _before(at, 300))}　価格 12,800円</p>", place="below"
    )


def _told(at: Situation) -> Piece:
    on = at.newest - timedelta(days=at.rng.randint(20, 400))
    text = {"ja": f"{_full(at, on)}には第8回フォーラムを開催し、120名が参加しました。"}.get(
        at.language, f"The eighth forum was held on {_full(at, on)} with 120 participants."
    )
    return Piece(html=f"<p>{text}</p>", place="below", published=frozenset({on}))


def _papers(at: Situation) -> Piece:
    items = "".join(
        f"<li>Tanaka, Sato: On surfaces. J. Mat. Vol. {n + 12}, pp. 101-108, {_before(at, 800).year}/{n + 3}</li>"
        for n in range(3)
    )
    return Piece(html=f"<h2>Publications</h2><ol>{items}</ol>", place="below")


def _numbers(at: Situation) -> Piece:
    return Piece(
        html="<p>〒430-0001 浜松市3-12-5　TEL 053-12-2024　FAX 053-20-2511　ISO 9001:2015　Ver. 10.12.5　192.168.11.24　開館 9/10 1/2</p>",
        place="aside",
    )  # fmt: skip


def _build(at: Situation) -> Piece:
    return Piece(html=f"<p>Generated on {at.today:%Y-%m-%d} by SiteMaker 4.2</p>", place="footer")


def _calendar(at: Situation) -> Piece:
    head = "<tr><th>日</th><th>月</th><th>火</th><th>水</th><th>木</th><th>金</th><th>土</th></tr>"
    rows = "".join("<tr>" + "".join(f"<td>{7 * week + n + 1}</td>" for n in range(7)) + "</tr>" for week in range(4))
    return Piece(
        html=f'<div class="calendar_wrap"><table><caption>{at.today:%Y年%m月}</caption>{head}{rows}</table></div>',
        place="aside",
    )


def _documents(at: Situation) -> Piece:
    days = [_before(at, 400) for _ in range(3)]
    items = "".join(f'<li><a href="/wp-content/uploads/{d:%Y%m%d}.pdf">会員向け資料 (PDF 1.2MB)</a></li>' for d in days)
    return Piece(html=f"<ul>{items}</ul>", place="below", also=frozenset(days))


def _declared(at: Situation) -> Piece:
    return Piece(
        html=f'<meta property="article:modified_time" content="{at.today.isoformat()}T03:00:00+09:00">'
        f'<script type="application/ld+json">{{"@context":"https://schema.org","@type":"WebPage","datePublished":'
        f'"{_before(at, 800).isoformat()}","dateModified":"{at.today.isoformat()}"}}</script>',
        place="head",
        stamps=frozenset({at.today}),
    )


def _tweets(at: Situation) -> Piece:
    items = "".join(
        f"<li>{_full(at, _before(at, 40))} RT @other: {title_of(at.language, at.rng)}</li>" for _ in range(3)
    )
    return Piece(html=f'<div class="twitter-feed"><ul>{items}</ul></div>', place="aside")


def _job(at: Situation) -> Piece:
    on = at.today + timedelta(days=at.rng.randint(-60, 90))
    return Piece(html=f"<p>任期：{_full(at, on)}まで　募集人員 1名</p>", place="below")


def _tender(at: Situation) -> Piece:
    """A call of somebody else, told amid the page with its own days."""
    first, last = _before(at, 60), at.today + timedelta(days=20)
    return Piece(html=f"<p>国の公募期間：{_full(at, first)}から{_full(at, last)}まで</p>", place="aside")


Trap = Callable[[Situation], Piece]

# With how often each is met, of a hundred websites. Guesses of the order of what the labelled websites show.
TRAPS: dict[Trap, int] = {
    _copyright: 80, _updated: 25, _today: 8, _others: 15, _comments: 8, _deadline: 12, _coming: 25, _history: 20,
    _members: 10, _figure: 10, _closed: 10, _rules: 8, _sample_post: 6, _product: 6, _told: 12, _papers: 10,
    _numbers: 30, _build: 8, _calendar: 10, _documents: 15, _declared: 15, _tweets: 8, _job: 6, _tender: 8, _granted: 8, _fairs: 8,
}  # fmt: skip
# Met on Japanese websites only: their words are not translated.
JAPANESE = frozenset({_members, _closed, _rules, _product, _job, _tender, _granted})
