"""What a made-up website of the year can be like, and the pages that it then answers with. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from samples.sites import Answer


class Condition(StrEnum):
    """How a website is on one night."""

    FINE = "fine"
    NO_NAME = "no_name"  # NXDOMAIN
    REFUSED = "refused"  # the name is there, nobody listens
    BROKEN = "broken"  # 503 on every page
    DEFAULT_PAGE = "default_page"  # that of a web server nobody has set up
    FOR_SALE = "for_sale"
    HIJACKED = "hijacked"
    MOVED = "moved"  # redirects to another domain, where the organisation lives on
    FORBIDDEN = "forbidden"  # 403
    CHALLENGED = "challenged"  # "are you a robot?"
    ENDED = "ended"  # says that the organisation was dissolved
    SILENT = "silent"  # its news end more than five years ago
    NONE = "none"  # the cluster has no website


# What stands in the place of a site that was lost is a sample's page.
IN_ITS_PLACE = {Condition.FOR_SALE: "seto-ceramic-valley.example", Condition.HIJACKED: "shimanto-aqua.example"}

_NAMES = (
    "青森", "秋田", "山形", "福島", "栃木", "群馬", "千葉", "富山", "福井", "岐阜", "静岡", "三重",
    "滋賀", "奈良", "鳥取", "岡山", "徳島", "香川", "高知", "佐賀", "大分", "宮崎", "長野", "新潟",
)  # fmt: skip
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_NEWS_EVERY_DAYS = 20
_DEFAULT = "<title>Apache2 Ubuntu Default Page: It works</title><h1>It works!</h1><p>This is the default web page.</p>"
_CHALLENGE = "<title>Just a moment...</title><script>window._cf_chl_opt={}</script><p>Checking your browser</p>"


@dataclass(frozen=True, slots=True)
class Website:
    """A made-up cluster and its host."""

    number: int

    @property
    def cluster_id(self) -> str:
        """Its name in the registry."""
        return f"made-{self.number:02}"

    @property
    def host(self) -> str:
        """Where it lives."""
        return f"made{self.number:02}-cluster.example"

    @property
    def new_host(self) -> str:
        """Where it lives when it has moved: another domain."""
        return f"made{self.number:02}-mirai.example"

    @property
    def name_ja(self) -> str:
        """The name of the organisation."""
        return f"{_NAMES[self.number % len(_NAMES)]}産業クラスター推進協議会"

    @property
    def name_en(self) -> str:
        """The same in English."""
        return f"Industry Cluster Promotion Council No. {self.number}"


def answer(site: Website, condition: Condition, path: str, today: date, new_address: str) -> Answer:
    """What the website answers to a GET of this path, in any condition in which it answers with pages of its own."""
    if path == "/robots.txt":
        return _page("", status=404)
    if condition is Condition.MOVED:
        return Answer(status=301, headers=(("Location", new_address),))
    if path not in {"/", "/news/"}:
        return _page("<title>404 Not Found</title><h1>Not Found</h1>", status=404)
    return _PAGES[condition](site, today)


def _page(html: str, status: int = 200) -> Answer:
    return Answer(status=status, headers=_HTML, body=f"<!DOCTYPE html>\n{html}".encode())


def _own_page(site: Website, today: date, more: str = "") -> Answer:
    """The home page of the organisation; every so often there is news on it."""
    newest = today - timedelta(days=(today.toordinal() + 7 * site.number) % _NEWS_EVERY_DAYS + 1)
    days = [newest - timedelta(days=_NEWS_EVERY_DAYS * n) for n in range(6)]
    news = "".join(
        f"<li>{d.year}年{d.month}月{d.day}日 第{d.toordinal() % 97}回研究会を開催しました</li>" for d in days
    )
    about = "当協議会は、地域の企業と大学の連携を進め、産業の振興を図っています。" * 5
    return _page(
        f"<html lang=ja><head><meta charset=utf-8><title>{site.name_ja}</title></head><body><h1>{site.name_ja}</h1>"
        f"<p>{site.name_en}</p>{more}<p>{about}</p><h2>お知らせ</h2><ul>{news}</ul></body></html>"
    )


def _ended_page(site: Website, today: date) -> Answer:
    return _page(
        f"<html lang=ja><head><meta charset=utf-8><title>{site.name_ja}</title></head><body><h1>{site.name_ja}</h1>"
        "<p>当協議会は解散いたしました。長年のご支援に心より御礼申し上げます。</p>"
        "<p>これまでの活動の記録は、当面のあいだ掲載を続けます。お問い合わせにはお答えできません。</p></body></html>"
    )


_PAGES: dict[Condition, Callable[[Website, date], Answer]] = {
    Condition.FINE: _own_page,
    Condition.BROKEN: lambda site, today: _page("<h1>Service Unavailable</h1>", status=503),
    Condition.DEFAULT_PAGE: lambda site, today: _page(f"<html><head>{_DEFAULT}</head></html>"),
    Condition.FORBIDDEN: lambda site, today: _page("<title>403 Forbidden</title><h1>Forbidden</h1>", status=403),
    Condition.CHALLENGED: lambda site, today: _page(f"<html><head>{_CHALLENGE}</head></html>", status=403),
    Condition.ENDED: _ended_page,
}
