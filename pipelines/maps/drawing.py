"""The map as SVG text: values in, text out. No script, no style, no address but those of the links.

Every look is a presentation attribute, so the picture is the same in a file, on a page under a strict policy, and in a
program that knows no style sheets. Classes are for pages that know better colours (`review/static/desk.css`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from math import sqrt
from xml.sax.saxutils import escape, quoteattr

from babel.core import Locale

from crawler.model import Flag
from pipelines.maps.placing import (
    EUROPE_FRAMES,
    JAPAN_FRAMES,
    Frame,
    MapLine,
    Placed,
    Where,
    frame_of,
    placed,
    spread,
)
from pipelines.maps.shapes import Point, Ring
from pipelines.maps.words import Words, counted, flag_words, words_in

Link = Callable[[str], str]  # the id of a cluster to the address of its case, "" for none

WIDTH = 720
MARKED = (Where.EXACT, Where.PREFECTURE, Where.COUNTRY)
ORDER = (Flag.ACTIVE, Flag.STATIC, Flag.JAPANESE_ONLY, Flag.LIKELY_CEASED, Flag.UNDETERMINED)
_RADIUS = 6.5  # of a mark, in units of the picture, while there are few of them
_FEW = 300  # marks in a frame; of more, each is drawn smaller, so that all of them take the same share of it
_LEAST = 2.0  # radius: below it a shape cannot be told
# After Okabe and Ito: people who see no red or no green tell them apart too. The undetermined are hollow.
COLOURS = {
    Flag.ACTIVE: "#007a5a",
    Flag.STATIC: "#e69f00",
    Flag.JAPANESE_ONLY: "#0072b2",
    Flag.LIKELY_CEASED: "#c2410c",
    Flag.UNDETERMINED: "#ffffff",
}
# Shapes in a circle of radius 1, with about the same area.
_SHAPES = {
    Flag.STATIC: ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    Flag.JAPANESE_ONLY: ((0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
    Flag.LIKELY_CEASED: (
        (-1, -0.55), (-0.55, -1), (0, -0.45), (0.55, -1), (1, -0.55), (0.45, 0),
        (1, 0.55), (0.55, 1), (0, 0.45), (-0.55, 1), (-1, 0.55), (-0.45, 0),
    ),
    Flag.UNDETERMINED: ((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),
}  # fmt: skip
_INK, _SOFT, _SEA, _LAND, _BORDER = "#1f2724", "#56625e", "#e4edf2", "#f7f3e8", "#a7a696"
_LINE_HEIGHT = 22
_CJK = 0x2E80  # from here on characters are as wide as they are high
# What XML forbids, and what would turn the direction of the words around it.
_UNWRITABLE = re.compile(
    r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def map_svg(lines: Iterable[MapLine], *, language: str = "en", link: Link | None = None) -> str:
    """One SVG document of all clusters: Japan, and Europe when one of them stands there; Japan alone when none stands.

    `lines` are drawn as they come in, so their order decides which of two at one place keeps it. With `link` each mark
    leads to its case. What stands nowhere is counted and named in the description.
    """
    words = words_in(language)
    everything = placed(lines)
    shown = [p for p in everything if p.where in MARKED]
    abroad = any(p.is_european for p in shown)
    at_home = not abroad or any(not p.is_european for p in shown)
    y, parts = _head(everything, _title(words, at_home=at_home, abroad=abroad), words)
    for frames in (*([JAPAN_FRAMES] if at_home else []), *([EUROPE_FRAMES] if abroad else [])):
        here = [p for p in shown if p.is_european is frames[-1].is_european]
        parts.append(f'<g transform="translate(0 {y})">{"".join(_panel(frames, here, words, link, language))}</g>')
        y += round(frames[-1].size[1]) + 14
    y, below = _foot(everything, y, words, at_home=at_home, abroad=abroad)
    parts += below
    named = _described(everything, words)
    title = escape(_title(words, at_home=at_home, abroad=abroad))
    role = "group" if link else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="{role}" lang="{words_language(language)}" '
        f'viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" font-family="sans-serif" font-size="14" '
        f'fill="{_INK}"><title>{title}</title><desc>{named}</desc>'
        f'<rect class="map-paper" width="{WIDTH}" height="{y}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def words_language(language: str) -> str:
    """The language that is written for one that is asked for."""
    return "ja" if language == "ja" else "en"


def _title(words: Words, *, at_home: bool, abroad: bool) -> str:
    if at_home and abroad:
        return words.title_both
    return words.title_europe if abroad else words.title_japan


# --- head and foot ---


def _head(everything: Sequence[Placed], title: str, words: Words) -> tuple[int, list[str]]:
    """Title and legend, and where they end."""
    total = counted(len(everything), words)
    heading = f'{escape(title)}<tspan dx="10" font-size="14" font-weight="400">{escape(total)}</tspan>'
    parts = [f'<text x="0" y="22" font-size="20" font-weight="700">{heading}</text>']
    flags = Counter(p.line.flag for p in everything)
    x, y = 8.0, 48
    for flag in ORDER:
        label = f"{_legend_words(flag, everything, words)} ({flags[flag]})"
        width = 32 + sum(14 if ord(c) > _CJK else 7.3 for c in label)
        if x + width > WIDTH and x > 8:
            x, y = 8.0, y + _LINE_HEIGHT
        parts.append(_mark(flag, (x, y), _RADIUS))
        parts.append(f'<text x="{x + 14:g}" y="{y + 5}">{escape(label)}</text>')
        x += width
    return y + 18, parts


def _legend_words(flag: Flag, everything: Sequence[Placed], words: Words) -> str:
    """The words of a flag for the clusters that there are: in Japan, elsewhere, or both."""
    languages = {p.line.home_language == "ja" for p in everything if p.line.flag is flag}
    if flag is Flag.JAPANESE_ONLY and languages == {True, False}:
        return words.mixed_language_only
    return flag_words(flag, "" if languages == {False} else "ja", words)


def _foot(everything: Sequence[Placed], y: int, words: Words, *, at_home: bool, abroad: bool) -> tuple[int, list[str]]:
    """What the picture cannot show, line by line, and where it ends."""
    tally = Counter(p.where for p in everything)
    around = tally[Where.PREFECTURE] + tally[Where.COUNTRY]
    told = [words.ring.format(counted(around, words))] if around else []
    told += [line.format(counted(tally[w], words)) for w, line in words.nowhere.items() if tally[w]]
    told += [words.moved, *([words.missing_japan] if at_home else []), *([words.missing_europe] if abroad else [])]
    told.append(words.source)
    rows = [row for line in told for row in _wrapped(line)]
    parts = [
        f'<text class="map-note" x="0" y="{y + 10 + 17 * number}" font-size="12" fill="{_SOFT}">{escape(row)}</text>'
        for number, row in enumerate(rows)
    ]
    return y + 10 + 17 * len(rows), parts


def _wrapped(line: str) -> list[str]:
    """A line in pieces that fit the width; Japanese may break anywhere, English at blanks."""
    rows, width = [""], 0.0
    is_spaced = ord(line[0]) < _CJK
    pieces, joint = (line.split(" "), " ") if is_spaced else (list(line), "")
    for piece in pieces:
        wide = sum(12 if ord(c) > _CJK else 6.4 for c in piece + joint)
        if width + wide > WIDTH and rows[-1]:
            rows.append("")
            width = 0.0
        rows[-1] += (joint if rows[-1] else "") + piece
        width += wide
    return rows


def _described(everything: Sequence[Placed], words: Words) -> str:
    """What a screen reader says of the picture: the counts, and who is not on it."""
    tally = Counter(p.line.flag for p in everything)
    parts = [f"{_legend_words(flag, everything, words)}: {tally[flag]}" for flag in ORDER if tally[flag]]
    told = f"{words.described} {words.pause.join(parts)}."
    for where, line in words.nowhere.items():
        names = [p.line.name for p in everything if p.where is where]
        if names:
            told += " " + line.format(words.pause.join(names)) + "."
    return _text(told)


def _text(words: str) -> str:
    """Words as the text of an element."""
    return escape(_UNWRITABLE.sub(" ", words))


# --- one map ---


def _panel(
    frames: Sequence[Frame], shown: Sequence[Placed], words: Words, link: Link | None, language: str
) -> Iterable[str]:
    """Japan or Europe: the sea, each frame's land, each frame's marks."""
    whole = frames[-1]
    yield f'<rect class="map-sea" width="{whole.size[0]:g}" height="{whole.size[1]:g}" fill="{_SEA}"/>'
    for frame in reversed(frames):  # the insets lie on the map
        yield _land(frame)
        if frame is not whole:
            yield _inset(frame, words)
    for frame in frames:
        here = [p for p in shown if p.at and frame_of(p.at, is_european=p.is_european) is frame]
        yield from _marks(frame, here, words, link, language)


@cache
def _land(frame: Frame) -> str:
    """The outlines within a frame, cut at its edge: an `svg` within another shows nothing beyond its box."""
    rings = [ring for place in frame.outlines.places for ring in place.rings]
    paths = "".join(_path(frame, ring) for ring in (*rings, *frame.outlines.others) if _touches(frame, ring))
    x, y = frame.at
    return (
        f'<svg x="{x:g}" y="{y:g}" width="{frame.size[0]:g}" height="{frame.size[1]:g}" '
        f'viewBox="{x:g} {y:g} {frame.size[0]:g} {frame.size[1]:g}" aria-hidden="true">'
        f'<rect class="map-sea" x="{x:g}" y="{y:g}" width="{frame.size[0]:g}" height="{frame.size[1]:g}" fill="{_SEA}"/>'
        f'<path class="map-land" fill="{_LAND}" stroke="{_BORDER}" stroke-width="0.7" stroke-linejoin="round" '
        f'd="{paths}"/></svg>'
    )


def _touches(frame: Frame, ring: Ring) -> bool:
    return any(frame.holds(at) for at in ring) or frame.is_european


def _path(frame: Frame, ring: Ring) -> str:
    """A ring as a path, to a tenth of a unit."""
    drawn = [f"{x:.1f} {y:.1f}" for x, y in map(frame.put, ring)]
    kept = [at for number, at in enumerate(drawn) if number == 0 or at != drawn[number - 1]]
    return f"M{'L'.join(kept)}Z"


def _inset(frame: Frame, words: Words) -> str:
    name = {"nansei": words.nansei, "ogasawara": words.ogasawara}[frame.name]
    x, y = frame.at
    return (
        f'<rect class="map-inset" x="{x:g}" y="{y:g}" width="{frame.size[0]:g}" height="{frame.size[1]:g}" fill="none" '
        f'stroke="{_SOFT}" stroke-width="1"/><text class="map-note" x="{x + 8:g}" y="{y + 18:g}" font-size="12" '
        f'fill="{_SOFT}">{escape(name)}</text>'
    )


# --- marks ---


def radius_of(marks: int) -> float:
    """How large so many marks in one frame are drawn."""
    return max(_LEAST, _RADIUS * sqrt(_FEW / marks)) if marks > _FEW else _RADIUS


def _marks(frame: Frame, here: Sequence[Placed], words: Words, link: Link | None, language: str) -> Iterable[str]:
    """The marks of a frame; those with a place of their own are put first and so keep it."""
    radius = radius_of(len(here))
    ordered = sorted(here, key=lambda p: p.where is not Where.EXACT)
    true = [frame.put(p.at) for p in ordered if p.at]
    edge = radius + 4
    box = (
        frame.at[0] + edge,
        frame.at[1] + edge,
        frame.at[0] + frame.size[0] - edge,
        frame.at[1] + frame.size[1] - edge,
    )
    spots = spread(true, 2 * radius + 5 * radius / _RADIUS, box)
    yield from (_leader(a, b) for a, b in zip(true, spots, strict=True) if _apart(a, b) > radius)
    for item, at in zip(ordered, spots, strict=True):
        yield _linked(item, at, radius, words, link, language)


def _apart(a: Point, b: Point) -> float:
    return sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)


def _leader(a: Point, b: Point) -> str:
    return (
        f'<path class="map-leader" d="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" stroke="{_SOFT}" '
        f'stroke-width="0.6" aria-hidden="true"/>'
    )


def _linked(item: Placed, at: Point, radius: float, words: Words, link: Link | None, language: str) -> str:
    """A mark with its name, leading to its case."""
    address = link(item.line.cluster_id) if link else ""
    ring = ""
    if item.where is not Where.EXACT:
        ring = (
            f'<circle class="map-ring" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius + 3 * radius / _RADIUS:.1f}" '
            f'fill="none" stroke="{_INK}" stroke-width="{radius / _RADIUS:.1f}" '
            f'stroke-dasharray="{3 * radius / _RADIUS:.1f} {2 * radius / _RADIUS:.1f}"/>'
        )
    mark = f"<title>{_text(_named(item, words, language))}</title>{ring}{_mark(item.line.flag, at, radius)}"
    return f"<a href={quoteattr(_UNWRITABLE.sub('', address))}>{mark}</a>" if address else f"<g>{mark}</g>"


def _named(item: Placed, words: Words, language: str) -> str:
    """The name of a cluster with everything that its mark says."""
    line = item.line
    flag = flag_words(line.flag, line.home_language, words)
    parts = [line.name, f"{flag} ({words.by_person})" if line.by_person else flag]
    parts += [line.sector] if line.sector else []
    if item.place:
        parts.append(words.approximate.format(place_name(item, language)))
    return words.pause.join(parts)


def place_name(item: Placed, language: str) -> str:
    """The prefecture or country whose middle stands for the place of a cluster; "" where none does."""
    if item.place is None:
        return ""
    if item.place.names:
        return item.place.names[language == "ja"]
    return str(Locale.parse("ja_JP" if language == "ja" else "en_GB").territories.get(item.place.code, item.place.code))


def _mark(flag: Flag, at: Point, radius: float) -> str:
    """The shape of a flag, white-rimmed so that it stands out from land, sea and neighbours."""
    look = f'class="mark mark-{flag.value}" fill="{COLOURS[flag]}" stroke="{_INK if flag is Flag.UNDETERMINED else "#ffffff"}"'
    wide = f'stroke-width="{1.8 if flag is Flag.UNDETERMINED else 1:g}"'
    if flag is Flag.ACTIVE:
        return f'<circle {look} {wide} cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}"/>'
    points = "L".join(f"{at[0] + radius * x:.1f} {at[1] + radius * y:.1f}" for x, y in _SHAPES[flag])
    return f'<path {look} {wide} d="M{points}Z"/>'
