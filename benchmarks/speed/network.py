"""A made-up network of websites on loopback, twelve pages each, in a process of its own.

Pages have the size and the furniture of real ones (menus, a side column, scripts, some 25 KB), are made when asked for,
and are the same every time until the network is told that a night has passed and that some websites have news.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import IO

from crawler.config import BrowserConfig, Config, Network, Politeness
from crawler.model import Cluster
from samples.names import NameServer

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # the first night
_DOMAIN = "example"  # the domain above that of each website: two of one domain are never visited at once
_ROBOTS = b"User-agent: *\nDisallow: /admin/\n"


class Validators(StrEnum):
    """What servers give to ask again with."""

    MIXED = "mixed"  # two of five an ETag, one a Last-Modified, two nothing
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is told of a website's page: its text and since when it says so."""

    body: bytes
    since: datetime


# --- The websites ---


def host_of(number: int) -> str:
    """The host of a website: a registrable domain of its own."""
    return f"c{number:07d}.{_DOMAIN}"


def paths() -> tuple[str, ...]:
    """The pages of every website, the home page first."""
    posts = tuple(f"/news/{n}.html" for n in range(1, 5))
    return ("/", "/news/", "/about/", "/members/", "/projects/", "/access/", "/en/", "/en/news/", *posts)


_WORDS = (
    "地域の企業と大学を結び、産業の振興を図っています。",
    "会員企業の新製品の開発と販路の開拓を支援します。",
    "専門家の派遣、技術相談、人材の育成を行っています。",
    "研究会と交流会を定期的に開催し、連携の機会を設けています。",
)
_ENGLISH = (
    "We connect companies and universities of the region and support the development of new products. ",
    "The cluster offers technical advice, seminars and a network of experts to its members. ",
)
_MENU = (("/about/", "協議会について"), ("/news/", "お知らせ"), ("/members/", "会員企業一覧"), ("/projects/", "事業紹介"),
         ("/access/", "アクセス"), ("/en/", "English"))  # fmt: skip


def _frame(name: str, title: str, main: str, lang: str) -> str:
    """A page around its main part, with what pages carry beside it."""
    menu = "".join(f'<li class="menu-item"><a href="{path}" class="nav-link">{text}</a></li>' for path, text in _MENU)
    side = "".join(
        f'<li><a href="https://www.partner{n}.example/" rel="noopener" target="_blank"><span>関連機関 {n}</span></a></li>'
        for n in range(24)
    )
    style = "".join(f".block-{n}{{margin:0 auto;padding:{n}px;color:#333;background:#fafafa}}" for n in range(90))
    script = "".join(f"window.q{n}=window.q{n}||function(){{return {n}}};" for n in range(90))
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}｜{name}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">'
        f"<style>{style}</style><script>{script}</script></head>"
        f'<body class="page"><header id="header"><p class="logo"><a href="/">{name}</a></p>'
        f'<nav class="global"><ul>{menu}</ul></nav></header><div id="contents"><main class="main">{main}</main>'
        f'<aside class="side"><h2>リンク</h2><ul>{side}</ul></aside></div>'
        f'<footer id="footer"><ul>{menu}</ul><address>〒000-0000 青葉県緑市1-2-3 TEL 000-000-0000</address>'
        f"<small>Copyright &copy; 2010-2026 {name} All Rights Reserved.</small></footer></body></html>"
    )


def _text(name: str, words: Sequence[str], times: int) -> str:
    """Paragraphs of these sentences, each with the website's name: no two websites have a line in common."""
    return "".join(f"<p>{n}. {name}: {''.join(words)}</p>" for n in range(times))


def _entries(name: str, days: Sequence[date], *, english: bool) -> str:
    if english:
        return "".join(
            f'<li><time datetime="{d}">{d:%B %d, %Y}</time> <a href="/en/news/#{d}">{name} held a seminar</a></li>'
            for d in days
        )
    return "".join(
        f'<li class="news-item"><span class="date">{d.year}年{d.month}月{d.day}日</span>'
        f'<a href="/news/{1 + n % 4}.html">{name}が第{100 - n}回研究会を開催しました</a></li>'
        for n, d in enumerate(days)
    )


def page_of(number: int, path: str, news_on: date | None = None) -> str:
    """One page of a website; `news_on`: the day of a post that was not there before."""
    chance = random.Random(number)
    name = f"第{number}クラスター推進協議会"
    days = sorted((NOW.date() - timedelta(days=chance.randrange(20, 900)) for _ in range(30)), reverse=True)
    if news_on is not None:
        days = [news_on, *days]
    if path.startswith("/en/"):
        shown = days[:20] if path == "/en/news/" else days[:3]
        english = f"Industrial Cluster {number}"
        main = f"<h1>{english}</h1>{_text(english, _ENGLISH, 12)}<ul>{_entries(english, shown, english=True)}</ul>"
        return _frame(english, "Home", main, "en")
    text = _text(name, _WORDS, 8)
    if path == "/":
        main = f"<h1>{name}</h1>{text}<section><h2>お知らせ</h2><ul>{_entries(name, days[:6], english=False)}</ul></section>"
    elif path == "/news/":
        main = f"<h1>お知らせ</h1><ul>{_entries(name, days, english=False)}</ul>"
    elif path == "/members/":
        main = (
            "<h1>会員企業一覧</h1><ul>"
            + "".join(f"<li>株式会社みどり{number}-{n}工業</li>" for n in range(120))
            + "</ul>"
        )
    else:
        main = f"<h1>{dict(_MENU).get(path, '研究会を開催しました')}</h1>{text * 2}"
    return _frame(name, dict(_MENU).get(path, "お知らせ"), main, "ja")


_MARK = "§"  # in the place of the website's number, in a page that is made once


@lru_cache(maxsize=100)
def _large_page(path: str) -> bytes:
    """The page of a website as large as many real ones: a longer list and text, some 100 KB."""
    days = [NOW.date() - timedelta(days=20 + 20 * n) for n in range(60)]
    english = path.startswith("/en/")
    name = f"Industrial Cluster {_MARK}" if english else f"第{_MARK}クラスター推進協議会"
    more = f"<ul>{_entries(name, days, english=english)}</ul>"
    more += _text(name, _ENGLISH if english else _WORDS, 240)
    return page_of(0, path).replace("</main>", f"{more}</main>").encode()


@dataclass(slots=True)
class _State:
    """What the servers know, and what was asked of them."""

    validators: Validators
    large: bool = False
    news: dict[int, datetime] = field(default_factory=dict)  # websites with a post since then
    requests: int = 0
    n_bytes: int = 0  # of answers, headers included


def _reply(number: int, path: str, state: _State) -> Reply:
    if state.large:
        large = _large_page(path).replace(_MARK.encode(), str(number).encode())
        return Reply(large, NOW - timedelta(days=20))
    since = state.news.get(number)
    shows_news = since is not None and path in {"/", "/news/", "/en/", "/en/news/"}
    body = page_of(number, path, since.date() if shows_news and since else None)
    return Reply(body.encode(), since if shows_news and since else NOW - timedelta(days=20))


def _gives(number: int, validators: Validators) -> str:
    """Which validator the server of a website gives: "etag", "date" or ""."""
    if validators is Validators.NONE:
        return ""
    kind = number % 5
    if validators is Validators.ALL:
        return "etag" if kind % 2 else "date"
    return {0: "etag", 1: "etag", 2: "date"}.get(kind, "")


def _answer(host: str, path: str, headers: dict[str, str], state: _State) -> bytes:
    """One whole answer."""
    state.requests += 1
    if path == "/robots.txt":
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(_ROBOTS), _ROBOTS)
    name = host.split(".", maxsplit=1)[0]
    if path not in _PATHS or not name[1:].isdigit():
        return b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nnot found"
    number = int(name[1:])
    reply = _reply(number, path, state)
    gives = _gives(number, state.validators)
    tag = f'"{blake2b(reply.body, digest_size=8).hexdigest()}"' if gives == "etag" else ""
    stamp = format_datetime(reply.since, usegmt=True) if gives == "date" else ""
    told = (f"ETag: {tag}\r\n" if tag else "") + (f"Last-Modified: {stamp}\r\n" if stamp else "")
    if (tag and headers.get("if-none-match") == tag) or (stamp and headers.get("if-modified-since") == stamp):
        return f"HTTP/1.1 304 Not Modified\r\n{told}\r\n".encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{told}Content-Length: {len(reply.body)}\r\n\r\n"
    )
    return head.encode() + reply.body


_PATHS = frozenset(paths())


@lru_cache(maxsize=100_000)
def _line(raw: bytes) -> tuple[str, str]:
    name, _, value = raw.decode("latin-1").partition(":")
    return name.lower(), value.strip()


# --- The process that serves them ---


async def _serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, state: _State) -> None:
    """Answer the requests of one connection."""
    try:
        while request := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = request[:-4].split(b"\r\n")
            headers = dict(map(_line, lines))
            path = first.split(b" ")[1].decode("latin-1")
            answer = _answer(headers.get("host", "").split(":")[0], path, headers, state)
            state.n_bytes += len(answer)
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _obey(words: str, state: _State) -> str:
    """Carry out one line of orders: `news ISO SHARE` or `count`; gives the line that answers."""
    order, *told = words.split()
    if order == "news":
        at, share, count = datetime.fromisoformat(told[0]), float(told[1]), int(told[2])
        state.news |= {n: at for n in range(count) if random.Random(f"{n} {at}").random() < share}
        return json.dumps(sorted(n for n, since in state.news.items() if since == at))
    counted = json.dumps({"requests": state.requests, "n_bytes": state.n_bytes})
    state.requests = state.n_bytes = 0
    return counted


async def _serve(validators: Validators, *, large: bool) -> None:
    """Serve until standard input ends; says first where, then answers each line of orders by one."""
    state = _State(validators, large)
    names = NameServer(lambda name: "127.0.0.1" if name.endswith(f".{_DOMAIN}") else 3)  # 3: NXDOMAIN
    names.start()
    server = await asyncio.start_server(lambda r, w: _serve_one(r, w, state), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], names.port, flush=True)
    loop = asyncio.get_running_loop()
    while words := await loop.run_in_executor(None, sys.stdin.readline):
        print(_obey(words, state), flush=True)
    names.close()
    server.close()


# --- Whoever measures ---


@dataclass(frozen=True, slots=True)
class Sent:
    """What was asked of all servers since the last question, and what they sent."""

    requests: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Servers:
    """The network at work."""

    port: int
    names: int  # port of the name server
    orders: IO[str]
    answers: IO[str]

    def url(self, number: int, path: str = "/") -> str:
        """The address of a page of a website."""
        return f"http://{host_of(number)}:{self.port}{path}"

    def clusters(self, count: int, first: int = 0) -> list[Cluster]:
        """Rows of a registry of these websites."""
        numbers = range(first, first + count)
        return [
            Cluster(cluster_id=f"c{n:07d}", name_en=f"Industrial Cluster {n}", name_ja=f"第{n}クラスター推進協議会",
                    website=self.url(n), website_en=self.url(n, "/en/"))
            for n in numbers
        ]  # fmt: skip

    def config(self) -> Config:
        """Everything on as on any night, but for the pause between requests and the browser, which no page needs."""
        return Config(
            network=Network(allow=("127.0.0.0/8",), nameservers=(f"127.0.0.1:{self.names}",)),
            politeness=Politeness(delay_s=0.0),
            browser=BrowserConfig(enabled=False),
        )

    def news(self, at: datetime, share: float, count: int) -> list[int]:
        """Let a share of the first `count` websites post something at an instant; gives which."""
        return [int(n) for n in json.loads(self._order(f"news {at.isoformat()} {share} {count}"))]

    def sent(self) -> Sent:
        """What was asked and sent since the last call."""
        return Sent(**json.loads(self._order("count")))

    def _order(self, words: str) -> str:
        print(words, file=self.orders, flush=True)
        return self.answers.readline()


@contextmanager
def network(validators: Validators = Validators.MIXED, *, large: bool = False) -> Iterator[Servers]:
    """The websites in a process of their own, so that only whoever visits them is measured.

    `large`: with pages as large as many real ones, which have no news.
    """
    command = [sys.executable, "-m", "benchmarks.speed.network", validators, *(["--large"] if large else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port, names = process.stdout.readline().split()
            yield Servers(int(port), int(names), process.stdin, process.stdout)
        finally:
            process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.network", description=__doc__)
    parser.add_argument("validators", type=Validators, choices=list(Validators))
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    asyncio.run(_serve(options.validators, large=options.large))
