"""The sample websites as values, and what each answers to a request. Reads files, opens no connection."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from samples.rendering import render

NETWORK = Path(__file__).parent / "network"
DISCOVERY = Path(__file__).parent / "discovery"  # link pages, and what they lead to; see docs/discovery.md
BEHAVIOUR = "site.toml"  # of a site; never served

_INDEXES = ("index.html", "index.htm", "index.xml")
_ROBOTS = ("bot", "crawl", "compatible", "+http")  # words of a user agent that is no browser's
_TEMPLATES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".js": "text/javascript",
    ".json": "application/json",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One virtual host: its folder of templates, and the ways in which it misbehaves."""

    host: str
    folder: Path
    charset: str = "utf-8"  # that its pages are written in (a name of Python's)
    header_charset: str = ""  # that its Content-Type claims, "" for none
    status: int = 200  # of every page; any other than 200 answers everything with the home page
    headers: tuple[tuple[str, str], ...] = ()  # sent with every page
    redirects: tuple[tuple[str, str], ...] = ()  # path to address; the path "*" stands for all
    only_browsers: bool = False  # answers 403 to whoever does not look like a browser
    drip: bool = False  # sends a byte at a time, for ever
    nxdomain: bool = False  # its name does not exist
    modified_days: int = 5  # before the day of the network; of Last-Modified


@dataclass(frozen=True, slots=True)
class Day:
    """The day that the network tells its stories from, and the day on which it is asked."""

    now: datetime  # UTC
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    drip: bool = False


class BadSiteError(ValueError):
    """A sample's `site.toml` is not understood. Raised by `read_sites`; our own mistake, so nobody catches it."""


def read_sites(network: Path = NETWORK) -> dict[str, Site]:
    """Every sample website by its host."""
    folders = sorted(f for f in network.iterdir() if f.is_dir())
    return {folder.name: _site(folder) for folder in folders}


def _site(folder: Path) -> Site:
    """One site from its folder. Raises BadSiteError when a key of `site.toml` is unknown."""
    path = folder / BEHAVIOUR
    settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    unknown = settings.keys() - ({f.name for f in fields(Site)} - {"host", "folder"})
    if unknown:
        raise BadSiteError(f"{folder.name}: unknown in {BEHAVIOUR}: {', '.join(sorted(unknown))}")
    for table in ("headers", "redirects"):
        settings[table] = tuple(settings.get(table, {}).items())
    return Site(host=folder.name, folder=folder, **settings)


def answer(site: Site, target: str, headers: Mapping[str, str], day: Day) -> Answer:
    """What a site answers to a GET of `target` (path and query) with the given request headers."""
    path = unquote(urlsplit(target).path) or "/"
    if site.only_browsers and not _looks_like_a_browser(headers.get("user-agent", "")):
        return _page(403, "Forbidden", "You do not have permission to access this resource.")
    if path != "/robots.txt":
        if site.drip:
            return Answer(status=200, headers=(("Content-Type", "text/html; charset=utf-8"),), drip=True)
        to = _redirect(site, path)
        if to:
            return Answer(status=302 if to.startswith("/") else 301, headers=(("Location", to),))
    return _file(site, path if site.status == 200 else "/", headers, day)


def _looks_like_a_browser(agent: str) -> bool:
    return agent.startswith("Mozilla/5.0 (") and not any(word in agent.lower() for word in _ROBOTS)


def _redirect(site: Site, path: str) -> str:
    table = dict(site.redirects)
    return table.get(path) or table.get("*", "")


def _file(site: Site, path: str, headers: Mapping[str, str], day: Day) -> Answer:
    """The file behind a path, or why there is none."""
    found = _lookup(site, path)
    if found is None:
        own = site.folder / "404.html"
        if not own.is_file():
            return _page(404, "Not Found", "The requested URL was not found on this server.")
        return Answer(status=404, headers=(("Content-Type", _content_type(site, own)),), body=body_of(site, own, day))
    if found.is_dir():
        return Answer(status=301, headers=(("Location", f"{path}/"),))
    return _fresh(site, found, headers, day)


def _lookup(site: Site, path: str) -> Path | None:
    """The file that a path means; a folder when only the closing slash is missing; None when there is neither."""
    parts = PurePosixPath(path.lstrip("/")).parts
    if ".." in parts or "\0" in path or parts == (BEHAVIOUR,):
        return None
    found = site.folder.joinpath(*parts)
    if found.is_dir() and path.endswith("/"):
        return next((found / name for name in _INDEXES if (found / name).is_file()), None)
    if found.is_dir():
        return found
    return found if found.is_file() and not path.endswith("/") else None


def _fresh(site: Site, file: Path, headers: Mapping[str, str], day: Day) -> Answer:
    """A file with its validators, or 304 when the one who asks has it already."""
    body = body_of(site, file, day)
    modified = (day.now - timedelta(days=site.modified_days)).replace(hour=9, minute=0, second=0, microsecond=0)
    etag = f'"{sha256(body).hexdigest()[:20]}"'
    validators = (("ETag", etag), ("Last-Modified", format_datetime(modified, usegmt=True)))
    if site.status == 200 and _is_known(headers, etag, modified):
        return Answer(status=304, headers=validators)
    shown = (("Content-Type", _content_type(site, file)), *validators) if site.status == 200 else ()
    return Answer(status=site.status, headers=(*shown, *site.headers), body=body)


def _is_known(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Whether the validators of a request say that its sender has this version. If-None-Match goes first (RFC 9110)."""
    known = headers.get("if-none-match")
    if known is not None:
        return etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    try:
        return parsedate_to_datetime(headers.get("if-modified-since", "")) >= modified
    except (TypeError, ValueError):
        return False


def body_of(site: Site, file: Path, day: Day) -> bytes:
    """The bytes of a file: a template rendered and encoded as the site writes, anything else as it is."""
    if file.suffix not in _TEMPLATES:
        return file.read_bytes()
    text = render(file.read_text(encoding="utf-8"), now=day.now.date(), today=day.today)
    return text.encode(site.charset)


def _content_type(site: Site, file: Path) -> str:
    kind = _TEMPLATES.get(file.suffix, "application/octet-stream")
    return f"{kind}; charset={site.header_charset}" if site.header_charset else kind


def _page(status: int, title: str, words: str) -> Answer:
    """A plain page of the server's own."""
    head = f"<!DOCTYPE html>\n<html><head><title>{status} {title}</title></head>"
    text = f"{head}<body><h1>{title}</h1><p>{words}</p></body></html>\n"
    return Answer(status=status, headers=(("Content-Type", "text/html; charset=utf-8"),), body=text.encode())
