"""Variants of the classes that show in what a page says or leaves out."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files
from io import StringIO
from itertools import cycle

from samples.faults import of_answers
from samples.faults.behaviours import page, pages, without_robots
from samples.faults.living import page_of, quiet_page
from samples.faults.network import Site
from samples.faults.variants import NAME_EN, NAME_JA, Ground, Place, Variant, numbered
from samples.rendering import render

_PARAGRAPHS = " // "
_OF_A_PROJECT = re.compile(r"本事業|本プロジェクト|This project")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
# Statuses under which checks for robots come.
_CHALLENGE_STATUSES = (200, 403, 503)


def texts() -> dict[str, list[dict[str, str]]]:
    """The rows of `pages.csv` by class."""
    found: dict[str, list[dict[str, str]]] = {}
    table = (files("samples.faults") / "pages.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(StringIO(table)):
        found.setdefault(row["class"], []).append(row)
    return found


def body_of(row: dict[str, str], today: date) -> str:
    """A whole page of nothing but the text of a row."""
    paragraphs = "".join(f"<p>{p}</p>" for p in row["text"].split(_PARAGRAPHS) if p)
    heading = f"<h1>{row['heading']}</h1>" if row["heading"] else ""
    html = (
        f'<!DOCTYPE html><html lang="{row["language"]}"><head><meta charset="utf-8"><title>{row["title"]}</title></head>'
        f"<body>{heading}{paragraphs}{row['html']}</body></html>"
    )
    return render(html, now=today, today=today)


def _said(row: dict[str, str], n: int) -> str:
    shown = _PLACEHOLDER.sub("…", row["heading"] or row["text"] or row["title"] or "by its script")
    return f"{n} {row['language']}: {shown.split(_PARAGRAPHS)[0][:60]}"


def _alone(row: dict[str, str], status: int = 200) -> Place:
    """A website that is nothing but this page."""
    return lambda ground, host: ground.network.host(host, page(body_of(row, ground.today), status))


def _within(row: dict[str, str]) -> Place:
    """A living organisation's home page with the words of a row on it."""
    said = f"<p>{row['text']}</p>{row['html']}"

    def place(ground: Ground, host: str) -> str:
        shown = page_of if row["class"] == "announced_closure" else quiet_page
        return ground.network.host(host, page(shown(ground.today, said, language=row["language"])))

    return place


def _in_the_news(row: dict[str, str]) -> Place:
    """The same words on a page of news only."""

    def place(ground: Ground, host: str) -> str:
        label = "お知らせ" if row["language"] == "ja" else "News"
        language = row["language"]
        home = quiet_page(ground.today, f'<p><a href="/news/">{label}</a></p>', language=language)
        news = quiet_page(ground.today, f"<p>{row['text']}</p>{row['html']}", language=language)
        return ground.network.host(host, pages({"/": home, "/news/": news}))

    return place


def _below(row: dict[str, str], n: int) -> Place:
    """Spam on a page below a living home page."""
    paths = ("/news/", "/topics/", "/blog/", "/info/", "/event/", "/whatsnew/")

    def place(ground: Ground, host: str) -> str:
        path = paths[n % len(paths)]
        home = page_of(ground.today, f'<p><a href="{path}">お知らせ</a></p>', news="")
        return ground.network.host(host, pages({"/": home, path: body_of(row, ground.today)}))

    return place


def _rows(of: str, place: Callable[[dict[str, str]], Place] = _alone) -> dict[str, Place]:
    return {_said(row, n): place(row) for n, row in enumerate(texts()[of], 1)}


def _served(make: Callable[[Ground], str], status: int = 200, **headers: str) -> Place:
    return lambda ground, host: ground.network.host(host, page(make(ground), status, **headers))


def _fixed(html: str, status: int = 200, **headers: str) -> Place:
    return _served(lambda _: html, status, **headers)


def _empty() -> dict[str, Place]:
    bodies = {
        "no byte": "", "white space": "  \n\n ", "a skeleton": "<html><head></head><body></body></html>",
        "a remark": "<!-- nothing -->", "line breaks": "<br><br>", "hard spaces": "<p>&nbsp;&nbsp;</p>",
        "a picture without words": '<body><img src="logo.gif"></body>', "a few letters": "<p>ok</p>",
        "a title": "<title>aoba</title>", "an empty table": "<table><tr><td></td></tr></table>",
    }  # fmt: skip
    ways = {words: _fixed(html) for words, html in bodies.items()}
    ways["status 204"] = _fixed("", 204, Content_Length="")
    return ways


def _scripted() -> dict[str, Place]:
    roots = ("app", "root", "__next", "__nuxt", "___gatsby", "svelte", "q-app", "ember-app")
    ways = {f"into #{root}": _fixed(_shell(f'<div id="{root}"></div>')) for root in roots}
    ways["a component"] = _fixed(_shell("<app-root></app-root>"))
    ways["asks for scripts"] = _fixed(_shell("<noscript>You need to enable JavaScript to run this app.</noscript>"))
    ways["asks for scripts, Japanese"] = _fixed(_shell("<noscript>JavaScriptを有効にしてください。</noscript>"))
    ways["written by a script"] = _fixed("<body><script>document.write(window.words)</script></body>")
    return ways


def _shell(inner: str) -> str:
    return f'<html><head><title>{NAME_JA}</title></head><body>{inner}<script src="/main.js"></script></body></html>'


def _framed() -> dict[str, Place]:
    sets = {
        "two columns": '<frameset cols="20%,80%"><frame src="/menu"><frame src="/main"></frameset>',
        "two rows": '<frameset rows="90,*"><frame src="/menu"><frame src="/main"></frameset>',
        "one frame": '<frameset><frame src="/main"></frameset>',
        "nested": '<frameset rows="90,*"><frame src="/menu"><frameset cols="*,*"><frame src="/main"></frameset></frameset>',
        "with words for old browsers": '<frameset cols="*"><frame src="/main"><noframes>Frames needed</noframes></frameset>',
    }
    ways = {words: _behind(html) for words, html in sets.items()}
    doors = {
        "a picture": '<a href="/main"><img src="enter.gif"></a>',
        "a picture with a word": '<a href="/main"><img src="enter.gif" alt="ENTER"></a>',
        "a map of places": '<img src="m.gif" usemap="#m"><map name="m"><area href="/main" shape="rect" coords="0,0,9,9"></map>',
        "a word": '<center><a href="/main">ENTER</a></center>',
        "a word, Japanese": '<center><a href="/main">入口</a></center>',
        "a moving picture": '<object data="intro.swf"></object><p><a href="/main">Skip</a></p>',
    }
    return ways | {f"behind {words}": _behind(f"<body>{html}</body>") for words, html in doors.items()}


def _behind(front: str) -> Place:
    def place(ground: Ground, host: str) -> str:
        html = f"<html><head><title>{NAME_EN}</title></head>{front}</html>"
        menu = '<body><a href="/main">トップ</a></body>'
        return ground.network.host(host, pages({"/": html, "/main": page_of(ground.today), "/menu": menu}))

    return place


def _leading_on() -> dict[str, Place]:
    heads = {
        "meta refresh": '<meta http-equiv="refresh" content="0;url={to}">',
        "after a second": '<meta http-equiv="refresh" content="1; URL={to}">',
        "in capitals": '<META HTTP-EQUIV="REFRESH" CONTENT="0; URL={to}">',
        "in quotes": """<meta http-equiv="refresh" content="0; url='{to}'">""",
        "after three seconds": '<meta http-equiv="refresh" content="3;URL={to}">',
        "location.href": '<script>location.href="{to}";</script>',
        "window.location": '<script>window.location = "{to}";</script>',
        "window.location.href": "<script>window.location.href='{to}'</script>",
        "location.replace": '<script>location.replace("{to}")</script>',
        "top.location.href": '<script>top.location.href="{to}"</script>',
        "document.location": '<script>document.location = "{to}"</script>',
    }
    ways = {words: _refreshed(html, "/top/") for words, html in heads.items()}
    ways["meta refresh to another domain"] = _refreshed(heads["meta refresh"], "")
    return ways


def _refreshed(head: str, path: str) -> Place:
    """A page that leads on within the site, or to another domain for no path."""

    def place(ground: Ground, host: str) -> str:
        to = path or ground.network.host(f"new-{host}", page(page_of(ground.today)))
        front = f"<html><head>{head.format(to=to)}</head><body></body></html>"
        return ground.network.host(host, pages({"/": front, path: page_of(ground.today)} if path else {"/": front}))

    return place


def _misdeclared() -> dict[str, Place]:
    """Codec in which the page is written, what its head declares, what its header claims."""
    cases = (
        ("cp932", "utf-8", ""), ("cp932", "utf-8", "utf-8"), ("cp932", "iso-8859-1", "iso-8859-1"),
        ("cp932", "euc-jp", ""), ("euc_jp", "utf-8", ""), ("euc_jp", "shift_jis", ""),
        ("euc_jp", "utf-8", "iso-8859-1"), ("utf-8", "shift_jis", ""), ("utf-8", "euc-jp", "shift_jis"),
        ("utf-8-sig", "shift_jis", ""), ("iso2022_jp", "utf-8", ""), ("cp932", "x-unknown", "us-ascii"),
    )  # fmt: skip
    return {
        f"{written} that says {said}{', ' + sent if sent else ''}": _coded(written, said, sent)
        for written, said, sent in cases
    }


def _coded(written: str, said: str, sent: str) -> Place:
    def place(ground: Ground, host: str) -> str:
        body = page_of(ground.today, charset=said).encode(written, "replace")
        kind = f"text/html; charset={sent}" if sent else "text/html"
        return ground.network.host(host, _bytes(body, kind))

    return place


def _bytes(body: bytes, kind: str) -> Site:
    return without_robots(lambda wire, asked: wire.answer(body, Content_Type=kind))


def _stale() -> dict[str, Place]:
    forms = ("ja", "wareki", "dot", "slash", "iso", "era", "ja", "wareki")
    ages = (560, 650, 720, 800, 900, 1000, 700, 1050)
    ways = {f"{form}, {age} days": _quiet("ja", form, age) for form, age in zip(forms, ages, strict=True)}
    return ways | {
        f"{form}, {age} days": _quiet("en", form, age) for form, age in (("en", 600), ("en_us", 840), ("iso", 960))
    }


def _quiet(language: str, form: str, age: int) -> Place:
    def place(ground: Ground, host: str) -> str:
        said = (
            ("第三回の研究会を開催しました", "展示会に出展しました")
            if language == "ja"
            else ("Third workshop held", "We exhibited")
        )
        items = "".join(f"<li>{{{{d-{age + 40 * i}|{form}}}}} {words}</li>" for i, words in enumerate(said))
        return ground.network.host(host, page(page_of(ground.today, language=language, news=f"<ul>{items}</ul>")))

    return place


def _challenged() -> dict[str, Place]:
    statuses = cycle(_CHALLENGE_STATUSES)
    return {_said(r, n): _alone(r, next(statuses)) for n, r in enumerate(texts()["bot_challenge_200_503"], 1)}


def _of_texts() -> Iterator[Variant]:
    for of in (
        "parked", "default_server_page", "hosting_placeholder", "account_suspended", "deprovisioned_platform", "soft404",
        "hijacked", "under_construction",
    ):  # fmt: skip
        yield from numbered(of, _rows(of))
    for of in ("ended_notice_project", "announced_closure", "merged_renamed"):
        yield from numbered(of, _rows(of, _within))


def variants() -> tuple[Variant, ...]:
    """All variants of these classes."""
    # On a page of news "this project" is one of many; only on a front page it is the host.
    ended = [row for row in texts()["ended_notice_project"] if not _OF_A_PROJECT.match(row["text"])]
    spam = texts()["hijacked"]
    return (
        *_of_texts(),
        *numbered("http_401_login", of_answers.unauthorised() | _rows("http_401_login")),
        *numbered("bot_challenge_200_503", of_answers.challenges() | _challenged()),
        *numbered("maintenance", _rows("maintenance") | of_answers.maintenance()),
        *numbered("ended_notice_news_only", {_said(r, n): _in_the_news(r) for n, r in enumerate(ended, 1)}),
        *numbered("hacked_subpages", {_said(r, n): _below(r, n) for n, r in enumerate(spam, 1)}),
        *numbered("empty_page", _empty()),
        *numbered("js_only", _scripted()),
        *numbered("frameset_splash", _framed()),
        *numbered("meta_js_redirect", _leading_on()),
        *numbered("charset_garbage", _misdeclared()),
        *numbered("stale", _stale()),
    )
