"""What changed for the staff: as JSON for programs, and as an Atom feed (RFC 4287) for readers of feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from xml.etree import ElementTree as Xml

from fastapi import FastAPI, Query, Request
from pydantic import Field
from starlette.responses import Response

from crawler.news import News, Section
from db.desk import Desk
from pipelines.news import section_of
from review.api.calls import add_call
from review.api.shapes import Shape
from review.digest import HEADINGS, Line, Writer
from review.pages import spoken_in
from review.texts import N_
from review.world import world_of

_ABOUT = "news"
_ATOM = "http://www.w3.org/2005/Atom"
_TITLE = N_("Clusterwatch: what changed")
MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many, the newest.")]


class NewsShape(Shape):
    """One change."""

    news_id: int
    at: datetime
    section: Section
    cluster_id: str = Field(description='"" for the crawl as a whole.')
    name: str = Field(description="Of the cluster, in the language of the token's person.")
    why: str = Field(description="In a sentence, in the same language.")
    words: str = Field(description="The website's own.")
    source: str = Field(description="Address of the page that says so.")


class NewsList(Shape):
    """What changed, the newest first."""

    news: list[NewsShape]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    add_call(app, "GET /api/news", list_news, about=_ABOUT, gives=NewsList, refuses=("not_understood",))
    atom = {"content": {"application/atom+xml": {"schema": {"type": "string"}}}, "description": "The feed."}
    add_call(app, "GET /api/news.atom", feed, about=_ABOUT, refuses=("not_understood",), also={200: atom})


def list_news(request: Request, limit: Limit = 50) -> NewsList:
    """What changed for the staff, the newest first.

    The same changes that messages tell. What a person did is not among them.
    """
    return NewsList(
        news=[
            NewsShape(
                news_id=news.news_id,
                at=news.at,
                section=section,
                cluster_id=news.cluster_id,
                name=line.name,
                why=line.why,
                words=line.raw,
                source=line.source,
            )
            for news, section, line in _told(request, limit)
        ]
    )


def feed(request: Request, limit: Limit = 50) -> Response:
    """What changed for the staff, as an Atom feed.

    A reader of feeds that knows no tokens sends one as the password of any name.
    """
    get = spoken_in(request).catalogue.gettext
    base = _base(request)
    host = request.headers.get("host", "clusterwatch")
    told = list(_told(request, limit))
    root = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": spoken_in(request).language})
    _add(root, "id", f"tag:{host},2026:news")
    _add(root, "title", get(_TITLE))
    _add(root, "updated", _at(told[0][0].at if told else world_of(request).clock()))
    _add(_add(root, "author"), "name", "Clusterwatch")
    _add(root, "link", rel="self", href=f"{base}/api/news.atom")
    for news, section, line in told:
        entry = _add(root, "entry")
        _add(entry, "id", f"tag:{host},2026:news/{news.news_id}")
        heading = get(HEADINGS[section])
        _add(entry, "title", f"{line.name}: {heading}" if line.cluster_id else line.name)
        _add(entry, "updated", _at(news.at))
        _add(entry, "category", term=str(section), label=heading)
        _add(entry, "link", rel="alternate", href=line.link or f"{base}/")
        _add(entry, "content", "\n".join(filter(None, (line.why, line.raw, line.source))), type="text")
    body = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type="application/atom+xml")


def _told(request: Request, limit: int) -> Iterator[tuple[News, Section, Line]]:
    """The news with what they amount to and their words."""
    world = world_of(request)
    writer = Writer(spoken_in(request).language, _base(request), world.zone)
    with world.desk() as desk:
        yield from [*_lines(desk, writer, limit)]


def _lines(desk: Desk, writer: Writer, limit: int) -> Iterator[tuple[News, Section, Line]]:
    for news in desk.told_news(limit):
        section = section_of(news)
        if section is not None:
            cluster = next(iter(desk.clusters([news.cluster_id], retired=True)), None)
            yield news, section, writer.line(desk, section, news, cluster)


def _base(request: Request) -> str:
    """Where the pages are: as the settings say, else as whoever asks found them."""
    return world_of(request).config.notify.pages.rstrip("/") or str(request.base_url).rstrip("/")


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    element.text = text or None
    return element


def _at(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
