"""What a JSON document that a page's script loaded says about dates: one item for each object that has one.

There is no schema: hand-made news lists, headless content management systems, calendars and spreadsheets all name
their fields as they like. So the names of fields decide, in English and Japanese, and a field's value must be a date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from crawler.model import DatedItem, DateKind, DateSource
from crawler.reading.data_values import Day, day_of_field, split_day
from crawler.reading.encoding import decode
from crawler.reading.stamps import BY_UPDATE, FROM_SOFTWARE, absolute, is_sample, language_code, plain, whole

_MAX_TEXT = 4_000_000  # characters of a document that are read
_MAX_NODES = 20_000  # objects and lists that are looked at
_MAX_DEPTH = 24
_MAX_ITEMS = 200


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Field names, without case, spaces and punctuation. The surest kind is looked for first.
_PUBLISHED = _names(
    "date day ymd published publishedat publishedon publisheddate publishdate datepublished publicationdate pubdate"
    " postdate postedon postedat posteddate dateposted releasedate releasedat newsdate entrydate articledate"
    " displaydate datetime timestamp issued issuedate publishtime publishedtime"
    " 日付 公開日 公開日時 投稿日 投稿日時 掲載日 掲載日時 発表日 配信日 年月日 日時 発行日 お知らせ日"
)
_EVENT = _names(
    "start startdate startat startsat starttime startedat startdatetime startday eventdate eventday eventstart"
    " dateofevent dtstart begin beginat begindate heldon heldat dateheld 開催日 開催日時 開催期間 開始日 開始日時 会期 実施日 日程"
)
_END = _names("end enddate endat endsat endtime endedat enddatetime endday dtend finish until 終了日 終了日時")
_CREATED = _names("created createdat createddate createdtime createdon datecreated 登録日 作成日 登録日時 作成日時")
_UPDATED = _names(
    "updated updatedat updateddate updatedon lastupdated lastupdate update modified modifiedat datemodified"
    " lastmodified revisedat modifieddate 更新日 更新日時 最終更新日 最終更新"
)
_BUILD = _names(
    "version build builtat buildat buildtime builddate buildid generated generatedat lastbuild lastbuilddate exportedat"
    " fetchedat cachedat retrievedat crawledat generatedon 生成日時 出力日時"
)
_TITLE = (
    "title", "headline", "subject", "件名", "タイトル", "見出し", "name", "label", "summary", "caption", "heading",
    "text", "内容", "本文", "お知らせ", "題名", "名称", "イベント名", "message", "content", "description", "body", "excerpt",
)  # fmt: skip
_LINK = ("url", "link", "href", "permalink", "eventurl", "htmllink", "path", "リンク", "guid")
_LANGUAGE = ("lang", "language", "locale", "inlanguage")
_PUNCTUATION = re.compile(r"[\W_]+")

# A list under such a name, or in a document so named, is of events: its "date" is the day they take place.
_OF_EVENTS = re.compile(r"events?|schedules?|calendar|seminars?|イベント|行事|予定|セミナー", re.IGNORECASE)
# Lives and memberships: the days in them are of no post.
_LIVES = _names(
    "work education experience employment volunteer career careers skills degrees members staff people"
    " 経歴 略歴 沿革 学歴 職歴"
)
_DECOY = re.compile(
    r"sample|dummy|mock|placeholder|fixture|demo|example|holiday|祝日|weather|forecast|tenki|manifest|package|config"
    r"|settings?\b|version|composer|consent|cookie|locales?\b|i18n|lottie|animation",
    re.IGNORECASE,
)
_DECOY_HOST = re.compile(r"weather|tenki|forecast|holidays|cookie|consent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What every object of one document is read with."""

    url: str
    file_name: str
    today: date
    decoy: str  # why the whole document says nothing, "" when it may


def read_data(body: bytes, url: str, *, today: date) -> tuple[DatedItem, ...]:
    """The dated items of a JSON document, at most 200, the newest where there are more. Never raises."""
    document = _document(body)
    host, name = _host_and_file(url)
    reader = _Reader(url, name, today, _decoy(host, name, document))
    dated = [found for record, path in _records(document) if (found := _dated(record, path, reader)) is not None]
    if len(dated) > _MAX_ITEMS:
        dated = sorted(dated, key=lambda d: d.day.on, reverse=True)[:_MAX_ITEMS]
    return tuple(dict.fromkeys(_without_imports([_item(d, reader) for d in dated])))


_OPENING = re.compile(r"[\[{]")
_MAX_OPENINGS = 5  # values within each other that may have been cut off
_NEXT_VALUE = re.compile(r"\s*,\s*(?=\{)")


def _document(body: bytes) -> object:
    """The value of a document, its JSONP call or assignment taken off; of a cut one what is whole; None when none is."""
    text = decode(body[: 2 * _MAX_TEXT]).text[:_MAX_TEXT]
    for match in islice(_OPENING.finditer(text[:500]), _MAX_OPENINGS):
        values = _values(text, match.start())
        if values:
            return values[0] if len(values) == 1 else values
    return None


def _values(text: str, at: int) -> list[object]:
    """The values from a place on that follow each other, separated by commas."""
    decoder, values = json.JSONDecoder(strict=False), list[object]()
    while len(values) < _MAX_NODES:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        following = _NEXT_VALUE.match(text, end)
        if following is None:
            break
        at = following.end()
    return values


def _host_and_file(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.netloc, parts.path.rpartition("/")[2]


def _decoy(host: str, name: str, document: object) -> str:
    """Why a document holds nothing of an organisation's, "" when it may."""
    if isinstance(document, dict) and "basics" in document and document.keys() & _LIVES:
        return "somebody's curriculum vitae"
    if _DECOY.search(name) or _DECOY_HOST.search(host):
        return "a document of samples or settings, by its name"
    return ""


def _records(document: object) -> Iterator[tuple[Mapping[str, object], tuple[str, ...]]]:
    """Every object of a document with the names of the fields that it stands under, in document order."""
    stack: list[tuple[object, tuple[str, ...]]] = [(document, ())]
    left = _MAX_NODES
    while stack and left:
        current, path = stack.pop()
        left -= 1
        if isinstance(current, dict):
            yield current, path
            stack.extend((row, (*path, "")) for row in reversed(_table(current)))
            if len(path) < _MAX_DEPTH:
                inner = [(v, (*path, _plain_name(k))) for k, v in current.items() if isinstance(v, dict | list)]
                stack.extend((v, p) for v, p in reversed(inner) if p[-1] not in _LIVES)
        elif isinstance(current, list) and len(path) < _MAX_DEPTH:
            rows = _sheet(current) or current[:_MAX_NODES]
            stack.extend((v, (*path, "")) for v in reversed(rows) if isinstance(v, dict | list))


def _plain_name(name: object) -> str:
    return _normal(str(name)[:40])


@lru_cache(maxsize=512)
def _normal(name: str) -> str:
    return _PUNCTUATION.sub("", name).lower()


def _sheet(rows: list[object]) -> list[object]:
    """The rows of a spreadsheet as objects, by the names in its first row; empty when that holds no names we know."""
    head = rows[0] if rows else None
    if not isinstance(head, list) or not all(isinstance(c, str) for c in head[:50]):
        return []
    names = [str(c) for c in head[:50]]
    if not any(_plain_name(n) in _PUBLISHED | _EVENT | _UPDATED for n in names):
        return []
    return [dict(zip(names, row, strict=False)) for row in rows[1:_MAX_NODES] if isinstance(row, list)]


def _table(record: Mapping[str, object]) -> list[object]:
    """The rows of Google's answer to a query of a spreadsheet, as objects; empty for any other record."""
    columns, rows = record.get("cols"), record.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return []
    head: list[object] = [str(c.get("label") or c.get("id") or "") if isinstance(c, dict) else "" for c in columns[:50]]
    cells = [r["c"] for r in rows[:_MAX_NODES] if isinstance(r, dict) and isinstance(r.get("c"), list)]
    return _sheet(
        [head, *([(c.get("f") or c.get("v")) if isinstance(c, dict) else None for c in row] for row in cells)]
    )


_BY_CREATION = "by its creation stamp"
# Which fields are looked at, in this order: what they make of an item, how sure that is, and why when it is not plain.
_ORDER = (
    (_PUBLISHED, DateKind.POST, 0.85, ""),
    (_EVENT, DateKind.EVENT, 0.8, ""),
    (_CREATED, DateKind.POST, 0.7, _BY_CREATION),
    (_UPDATED, DateKind.UPDATED, 0.7, BY_UPDATE),
    (_BUILD, DateKind.MACHINE, 0.8, "the stamp of a build"),
)


@dataclass(frozen=True, slots=True)
class _Dated:
    """One object that has a date, with what the field that holds it makes of it."""

    record: Mapping[str, object]
    fields: Mapping[str, object]  # the same by their plain names
    path: tuple[str, ...]
    day: Day
    kind: DateKind
    confidence: float
    note: str


def _dated(record: Mapping[str, object], path: tuple[str, ...], reader: _Reader) -> _Dated | None:
    """The date of an object by its surest field; None when it has none that can be believed."""
    fields = {_plain_name(k): v for k, v in islice(record.items(), 100)}
    if fields.get("draft") is True:
        return None
    for names, kind, confidence, note in _ORDER:
        for name in (n for n in fields if n in names):
            day = day_of_field(fields[name], fields, reader.today)
            if day is not None:
                return _judged(_Dated(record, fields, path, day, kind, confidence, note), reader)
    day = split_day(fields)
    return _judged(_Dated(record, fields, path, day, DateKind.POST, 0.85, ""), reader) if day else None


def _judged(dated: _Dated, reader: _Reader) -> _Dated | None:
    """The same, an event's if its list is of events, with its last day; None when a post lies in the future."""
    if dated.kind is DateKind.POST and not dated.note and _is_of_events(dated.path, reader.file_name):
        dated = replace(dated, kind=DateKind.EVENT, confidence=0.75)
    if dated.kind is DateKind.EVENT:
        return replace(dated, day=_with_end(dated.day, dated.fields, reader.today))
    return dated if dated.day.on <= reader.today else None


def _item(dated: _Dated, reader: _Reader) -> DatedItem:
    """The item of an object that has a date."""
    fields = dated.fields
    title = _title(dated.record, fields)
    why = reader.decoy or _why_machine(fields, dated.path, title)
    language = next((v for n in _LANGUAGE if isinstance(v := fields.get(n), str)), "")
    return DatedItem(
        url=reader.url,
        on=dated.day.on,
        precision=dated.day.precision,
        kind=DateKind.MACHINE if why else dated.kind,
        source=DateSource.DATA,
        raw=whole(dated.day.raw[:120]),
        title=title,
        link=next((u for n in _LINK if isinstance(v := fields.get(n), str) and (u := absolute(reader.url, v))), ""),
        language=language_code(language[:20], title),
        confidence=dated.confidence if title else 0.4,
        until=dated.day.until,
        note=why or dated.note,
    )


def _with_end(day: Day, fields: Mapping[str, object], today: date) -> Day:
    """The day with the last day of the event, when that is given and later."""
    if day.until is not None:
        return day
    for name in _END:
        last = day_of_field(fields.get(name), fields, today)
        if last is not None and last.on > day.on:
            return replace(day, until=last.on)
    return day


def _is_of_events(path: tuple[str, ...], name: str) -> bool:
    """Whether the list that an object stands in, or the whole document, is of events by its name."""
    named = _OF_EVENTS.search(name) is not None and "news" not in name.lower()
    return named or any(_OF_EVENTS.fullmatch(p) for p in path[-3:] if p)


def _why_machine(fields: Mapping[str, object], path: tuple[str, ...], title: str) -> str:
    """Why the date of an object is that of no post, "" when it may be one."""
    if is_sample(title):
        return FROM_SOFTWARE
    if not path and (fields.keys() & _BUILD or any(isinstance(v, list) and len(v) > 1 for v in fields.values())):
        return "the stamp of the whole document"
    if not title:
        return "no words beside the date"
    if fields.get("type") in {"page", "attachment"} and "slug" in fields:
        return "of a page or picture, not of a post"
    return ""


def _title(record: Mapping[str, object], fields: Mapping[str, object]) -> str:
    """The words beside a date: those of the field that is named so, else the longest words of the object."""
    for name in _TITLE:
        if words := plain(_words(fields.get(name))):
            return words
    spare = [v for v in islice(record.values(), 50) if isinstance(v, str) and _IS_WORDS.search(v[:200])]
    return plain(max(spare, key=len)) if spare else ""


# Four letters in a row, or two characters of Japanese; no address, file or key.
_IS_WORDS = re.compile(
    r"\A(?!https?:|/|[\w.-]+\.\w{2,5}\Z|[0-9A-Fa-f-]+\Z).{0,80}(?:[^\W\d_]{4}|[\u3040-\u9fff]{2})", re.DOTALL
)


def _words(value: object) -> str:
    """A value that is text, or the text in WordPress's, Blogger's or a bilingual wrapping."""
    if isinstance(value, dict):
        names = ("rendered", "$t", "ja", "en", "value", "text")
        value = next((value[n] for n in names if n in value), "")
    return value[:4000] if isinstance(value, str) else ""


def _without_imports(items: list[DatedItem]) -> list[DatedItem]:
    """The items, those MACHINE whose creation or update stamps are all of one day: that of an import."""
    stamped = {i.on for i in items if i.note in {_BY_CREATION, BY_UPDATE}}
    count = sum(i.note in {_BY_CREATION, BY_UPDATE} for i in items)
    if count < 3 or len(stamped) > 1:
        return items
    note = "the day of an import: everything was stamped on it"
    return [replace(i, kind=DateKind.MACHINE, note=note) if i.note in {_BY_CREATION, BY_UPDATE} else i for i in items]
