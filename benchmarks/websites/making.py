"""A small website from a seed: its pages, and the truth about the days on them. Pure: the same seed, the same site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from random import Random

from benchmarks.websites import layouts, traps
from benchmarks.websites.layouts import Entry
from benchmarks.websites.traps import Piece, Situation
from benchmarks.websites.written import ABOUT, NEWS, Form, form_of, title_of

_CHARSETS = ("utf-8", "utf-8", "utf-8", "utf-8", "cp932", "euc_jp")  # the share of each, of Japanese sites
_DECLARED = {"cp932": "shift_jis", "euc_jp": "euc-jp"}
_LANGUAGES = ("ja", "ja", "ja", "ja", "ja", "ja", "ja", "en", "de", "fr", "it")
_COUNTRY = {"ja": "JP", "en": "IE", "de": "DE", "fr": "FR", "it": "IT"}
_NO_NEWS = 0.06  # share of sites without a single dated item
_YEARLESS = 0.2
_WITHOUT_HEADING = 0.35  # of the sites that write no years: nothing else on the page names them
_CONTENT_TYPE = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A made-up website as of one day, and the truth about it."""

    seed: int
    today: date
    language: str  # ISO 639-1
    country: str  # ISO 3166-1 alpha-2
    layout: str
    form: str
    pages: dict[str, tuple[str, bytes]]  # path to content type and body
    latest: frozenset[date]  # days of which each is a right answer; empty: no dated item at all
    published: frozenset[date]  # days on which something was published or took place
    stamps: frozenset[date]  # days on which pages say that they were changed
    coming: frozenset[date]  # days of announced events

    @property
    def host(self) -> str:
        """Where it lives."""
        return f"site{self.seed}.example"

    @property
    def address(self) -> str:
        """Its home page."""
        return f"http://{self.host}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What was drawn for a site before its pages are set."""

    rng: Random
    today: date
    language: str
    charset: str
    form: Form
    layout: str
    entries: tuple[Entry, ...]  # newest first
    events: frozenset[date]  # days that titles name


def website(seed: int) -> Website:
    """The website of a seed."""
    drawn = _draw(Random(f"website {seed}"))
    last = drawn.entries[0].on if drawn.entries else drawn.today - timedelta(days=900)
    situation = Situation(language=drawn.language, today=drawn.today, newest=last, form=drawn.form, rng=drawn.rng)
    pieces = [
        trap(situation)
        for trap, often in traps.TRAPS.items()
        if drawn.rng.random() * 100 < often and (drawn.language == "ja" or trap not in traps.JAPANESE)
    ]
    pages = _pages(drawn, pieces)
    told = frozenset(day for p in pieces for day in p.published)
    days = frozenset(e.on for e in drawn.entries)
    past = frozenset(d for d in drawn.events if d <= drawn.today)
    also = frozenset(day for p in pieces for day in p.also)
    newest = max(days | told, default=None)
    return Website(
        seed=seed,
        today=drawn.today,
        language=drawn.language,
        country=_COUNTRY[drawn.language],
        layout=drawn.layout,
        form=drawn.form.name,
        pages=pages,
        latest=frozenset({newest, *(d for d in past | also if d > newest)}) if newest else frozenset(),
        published=days | told | past | also,
        stamps=frozenset(day for p in pieces for day in p.stamps),
        coming=frozenset(day for p in pieces for day in p.coming) | (drawn.events - past),
    )


def _draw(rng: Random) -> _Drawn:
    today = date(2026, 1, 1) + timedelta(days=rng.randint(0, 364))
    language = rng.choice(_LANGUAGES)
    yearless = language == "ja" and rng.random() < _YEARLESS
    form = form_of(language, rng, yearless=yearless)
    if not form.has_year:
        layout = "yearless" if rng.random() < _WITHOUT_HEADING else rng.choice(("by year", "by era", "by fiscal year"))
    else:
        layout = rng.choice((*layouts.LAYOUTS, *(layouts.JAPANESE if language == "ja" else ())))
    age = timedelta(days=int(rng.expovariate(1 / 350)) + rng.randint(0, 30))
    count = 0 if rng.random() < _NO_NEWS else rng.randint(1, 14)
    entries, events = _entries(rng, today - age, count, language, form)
    return _Drawn(
        rng=rng, today=today, language=language, charset=rng.choice(_CHARSETS) if language == "ja" else "utf-8",
        form=form, layout=layout, entries=entries, events=events,
    )  # fmt: skip


def _entries(
    rng: Random, newest: date, count: int, language: str, form: Form
) -> tuple[tuple[Entry, ...], frozenset[date]]:
    """The entries of a site's news, newest first, and the days of events that their titles name."""
    on, found, events = newest, [], set()
    every = rng.choice((7, 20, 45, 90))
    linked, labelled = rng.random() < 0.7, rng.random() < 0.4
    for n in range(count):
        title = title_of(language, rng)
        if language == "ja" and rng.random() < 0.12:
            event = on + timedelta(days=rng.randint(-30, 45))
            events.add(event)
            told = "を開催しました" if event <= on else "のご案内"
            title = f"{event.month}月{event.day}日のセミナー{told}"
        found.append(
            Entry(
                on=on, written=form.write(on), title=title, href=f"/news/{n + 1}.html" if linked else "",
                label=rng.choice(("お知らせ", "イベント", "会員")) if labelled and language == "ja" else "",
                excerpt=ABOUT[language][: rng.randint(30, 120)],
            )
        )  # fmt: skip
        on -= timedelta(days=rng.randint(1, 2 * every))
    return tuple(found), frozenset(events)


def _set(drawn: _Drawn, entries: Sequence[Entry]) -> str:
    """The entries in the layout of the site."""
    if drawn.layout == "by year":
        return layouts.by_year(entries, lambda on: f"{on.year}年")
    if drawn.layout == "by era":
        return layouts.by_year(
            entries, lambda on: f"令和{on.year - 2018}年" if on.year > 2019 else f"平成{on.year - 1988}年"
        )
    if drawn.layout == "by fiscal year":
        return layouts.by_year(entries, lambda on: f"{on.year - (on.month < 4)}年度")
    known = layouts.LAYOUTS | layouts.JAPANESE
    return known["list, day first" if drawn.layout == "yearless" else drawn.layout](entries)


def _pages(drawn: _Drawn, pieces: Sequence[Piece]) -> dict[str, tuple[str, bytes]]:
    rng, entries = drawn.rng, drawn.entries
    apart = len(entries) > 3 and rng.random() < 0.5
    heading = rng.choice(NEWS[drawn.language])
    shown = entries[: rng.randint(2, 4)] if apart else entries
    more = f'<p><a href="/news/">{heading}</a></p>' if apart else ""
    news = f"<h2>{heading}</h2>{_set(drawn, shown)}{more}" if entries else ""
    by_place = {p.place: "" for p in pieces}
    on_home = [p for p in pieces if p.place != "below" or rng.random() < 0.6]
    for piece in on_home:
        by_place[piece.place] += piece.html
    elsewhere = "".join(p.html for p in pieces if p not in on_home)
    links = '<a href="/">Home</a> <a href="/about/">About</a>'
    feed = bool(entries) and drawn.form.has_year and rng.random() < 0.25
    head = by_place.get("head", "")
    if feed:
        head += '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    about = f"<p>{ABOUT[drawn.language]}</p>"
    body = f"{by_place.get('above', '')}{about}{news}{by_place.get('below', '')}"
    pages = {"/": _page(drawn, head, links, body, by_place.get("aside", ""), by_place.get("footer", ""))}
    pages["/about/"] = _page(drawn, "", links, about * 2 + elsewhere, "", by_place.get("footer", ""))
    if apart:
        listed = f"<h1>{heading}</h1>{_set(drawn, entries)}"
        pages["/news/"] = _page(drawn, "", links, listed, by_place.get("aside", ""), by_place.get("footer", ""))
    for n, entry in enumerate(entries[:4]):
        if entry.href:
            post = f"<h1>{entry.title}</h1><p class=date>{entry.written}</p><p>{entry.excerpt}</p>{about}"
            pages[f"/news/{n + 1}.html"] = _page(drawn, "", links, post, "", by_place.get("footer", ""))
    if feed:
        pages["/feed/"] = ("application/rss+xml", _feed(drawn))
    return pages


def _page(drawn: _Drawn, head: str, links: str, body: str, aside: str, footer: str) -> tuple[str, bytes]:
    charset = _DECLARED.get(drawn.charset, drawn.charset)
    title = {"ja": "青葉産業クラスター推進協議会"}.get(drawn.language, "Aoba Industry Cluster")
    html = (
        f'<!DOCTYPE html><html lang="{drawn.language}"><head><meta charset="{charset}"><title>{title}</title>{head}</head>'
        f"<body><div id=header><p>{title}</p></div><nav>{links}</nav><main>{body}</main>"
        f'<div id="side">{aside}</div><footer>{footer}</footer></body></html>'
    )
    return _CONTENT_TYPE, html.encode(drawn.charset, "xmlcharrefreplace")


def _feed(drawn: _Drawn) -> bytes:
    items = "".join(
        f"<item><title>{e.title}</title><link>http://x.example{e.href}</link><pubDate>"
        f"{format_datetime(datetime.combine(e.on, time(10), UTC))}</pubDate></item>"
        for e in drawn.entries[:10]
    )
    built = format_datetime(datetime.combine(drawn.today, time(3), UTC))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><lastBuildDate>{built}</lastBuildDate>{items}</channel></rss>'.encode()
