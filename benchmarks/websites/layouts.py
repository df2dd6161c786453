"""How a made-up website sets its list of news: one function a layout, entries in, HTML out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a list of news, as it is to be shown."""

    on: date
    written: str  # its day as the site writes it
    title: str
    href: str = ""  # "" for an entry that leads nowhere
    label: str = ""  # its category, "" for none
    excerpt: str = ""

    @property
    def linked(self) -> str:
        """The title, as a link where it leads somewhere."""
        return f'<a href="{self.href}">{self.title}</a>' if self.href else self.title


Layout = Callable[[Sequence[Entry]], str]


def _list_lead(entries: Sequence[Entry]) -> str:
    return "<ul class=news>" + "".join(f"<li>{e.written} {e.linked}</li>" for e in entries) + "</ul>"


def _list_trail(entries: Sequence[Entry]) -> str:
    return "<ul>" + "".join(f"<li>{e.linked}（{e.written}）</li>" for e in entries) + "</ul>"


def _definitions(entries: Sequence[Entry]) -> str:
    return "<dl>" + "".join(f"<dt>{e.written}</dt><dd>{e.linked}</dd>" for e in entries) + "</dl>"


def _table(entries: Sequence[Entry]) -> str:
    rows = "".join(f"<tr><td>{e.written}</td><td>{e.label}</td><td>{e.linked}</td></tr>" for e in entries)
    return f"<table border=0>{rows}</table>"


def _table_headed(entries: Sequence[Entry]) -> str:
    rows = "".join(f"<tr><th>{e.written}</th><td>{e.linked}</td></tr>" for e in entries)
    return f"<table><tr><th>日付</th><th>内容</th></tr>{rows}</table>"


def _cards(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<article class="card post-{n}"><a href="{e.href or "#"}"><h3>{e.title}</h3></a>'
        f'<time datetime="{e.on.isoformat()}">{e.written}</time><p>{e.excerpt}</p></article>'
        for n, e in enumerate(entries, 100)
    )


def _labelled(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<div class="item"><span class="date">{e.written}</span><span class="cat">{e.label or "お知らせ"}</span>'
        f"<p class=ttl>{e.linked}</p></div>"
        for e in entries
    )


def _broken_lines(entries: Sequence[Entry]) -> str:
    return "<p>" + "<br>".join(f"■ {e.written}　{e.linked}" for e in entries) + "</p>"


def _blog(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<div class="post"><h3>{e.linked}</h3><p class="date">{e.written}</p><p>{e.excerpt}</p></div>' for e in entries
    )


def _days_headed(entries: Sequence[Entry]) -> str:
    return "".join(
        f"<h4>{written}</h4><ul>{''.join(f'<li>{e.linked}</li>' for e in group)}</ul>"
        for written, group in groupby(entries, key=lambda e: e.written)
    )


def _below(entries: Sequence[Entry]) -> str:
    return "<ul>" + "".join(f"<li>{e.linked}<br><small>{e.written}</small></li>" for e in entries) + "</ul>"


def _old_table(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f"<tr><td width=10><font color=red>◆</font></td><td nowrap><font size=2>{e.written}</font></td>"
        f"<td><font size=2>{e.linked} {'<b>NEW!</b>' if n == 0 else ''}</font></td></tr>"
        for n, e in enumerate(entries)
    )
    return f"<table width=600 cellpadding=2><tr><td><table>{rows}</table></td></tr></table>"


def _split(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<div class="entry"><div class="d"><span class="md">{e.on:%m.%d}</span><br><span class="y">{e.on.year}</span>'
        f"</div><div>{e.linked}</div></div>"
        for e in entries
    )


def _posted_by(entries: Sequence[Entry]) -> str:
    return "".join(
        f'<article><h2>{e.linked}</h2><div class="entry-meta">投稿日: <a href="{e.href or "#"}">{e.written}</a> '
        f"作成者: admin</div><div class=entry-content>{e.excerpt}</div></article>"
        for e in entries
    )


def _preformatted(entries: Sequence[Entry]) -> str:
    return "<pre>" + "\n".join(f"{e.written}  {e.title}" for e in entries) + "</pre>"


def _paragraphs(entries: Sequence[Entry]) -> str:
    return "".join(f"<p><strong>{e.written}</strong><br>{e.linked}</p>" for e in entries)


LAYOUTS: dict[str, Layout] = {
    "list, day first": _list_lead,
    "list, day behind": _list_trail,
    "definitions": _definitions,
    "table": _table,
    "cards with time elements": _cards,
    "label between day and title": _labelled,
    "lines of a paragraph": _broken_lines,
    "blog, day below the title": _blog,
    "titles below a day": _days_headed,
    "day in a line below": _below,
    "old table": _old_table,
    "posted by": _posted_by,
    "preformatted": _preformatted,
    "paragraphs": _paragraphs,
}


def by_year(entries: Sequence[Entry], year: Callable[[date], str]) -> str:
    """A list of days without years below headings that name them."""
    return "".join(
        f"<h3>{name}</h3><ul>{''.join(f'<li>{e.written} {e.linked}</li>' for e in group)}</ul>"
        for name, group in _grouped(entries, year)
    )


def by_month(entries: Sequence[Entry]) -> str:
    """A list of bare days below headings that name the month."""
    return "".join(
        f"<h3>{name}</h3><dl>{''.join(f'<dt>{e.on.day}日</dt><dd>{e.linked}</dd>' for e in group)}</dl>"
        for name, group in _grouped(entries, lambda on: f"{on.year}年{on.month}月")
    )


def _grouped(entries: Sequence[Entry], name: Callable[[date], str]) -> Iterator[tuple[str, list[Entry]]]:
    for key, group in groupby(entries, key=lambda e: name(e.on)):
        yield key, list(group)


# In the manner of one country.
JAPANESE: dict[str, Layout] = {"table with a head": _table_headed, "day in two boxes": _split, "by month": by_month}
