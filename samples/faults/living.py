"""The pages of a made-up organisation while all is well, in the days before `today`. What a fault strikes."""

from __future__ import annotations

from datetime import date

from samples.faults.network import Asked, Site, Wire
from samples.faults.variants import NAME_EN, NAME_JA
from samples.rendering import render

_PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="{charset}"><title>{title}</title></head><body>
<h1>{name}</h1>{said}<p>{about}</p>{news}</body></html>"""
_ABOUT = {
    "ja": "当協議会は、地域の光学産業の振興を目的として、企業と大学の連携を進めています。会員は四十二社です。",
    "en": "The cluster brings together companies and universities of the region that work with light and lenses.",
}
_FRESH = """<ul><li>{{d-12|ja}} <a href="/news/2">第三回の研究会を開催しました</a></li>
<li>{{d-40|ja}} <a href="/news/1">展示会に出展しました</a></li></ul>"""
_OLD = """<ul><li>{{d-980|ja}} 研究会を開催しました</li><li>{{d-1010|ja}} 展示会に出展しました</li></ul>"""


def page_of(  # the parts in which pages differ
    today: date,
    said: str = "",
    *,
    language: str = "ja",
    news: str = _FRESH,
    title: str = "",
    charset: str = "utf-8",
) -> str:
    """A page of the organisation; `said` is more of its body, with placeholders for days."""
    name = NAME_JA if language == "ja" else NAME_EN
    html = _PAGE.format(
        language=language, charset=charset, title=title or name, name=name, said=said,
        about=_ABOUT.get(language, _ABOUT["en"]), news=news,
    )  # fmt: skip
    return render(html, now=today, today=today)


def quiet_page(today: date, said: str = "", *, language: str = "ja") -> str:
    """The same with news that ended years ago: what the organisation says of its end is not outlived by them."""
    return page_of(today, said, language=language, news=_OLD)


def strangers_page(today: date) -> str:
    """A living page of somebody else, who has taken the address over and says so by nothing but its words."""
    return page_of(today).replace(NAME_JA, "みどり園芸店").replace(_ABOUT["ja"], "当店は、観葉植物と鉢を扱っています。")


def website(today: date) -> Site:
    """The whole website, well."""
    home, news = page_of(today), page_of(today, "<p>会員企業と大学から三十名が参加しました。</p>")

    def served(wire: Wire, asked: Asked) -> None:
        body = {"/": home, "/news/1": news, "/news/2": news}.get(asked.path)
        wire.answer(body or "not here", 200 if body else 404)

    return served
