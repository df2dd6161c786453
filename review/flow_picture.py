"""The flows between flags from one day to another, as an SVG. Pure: numbers and words in, text out.

Two columns of bars and bands between them. Each flag has a colour and a pattern of its own, each bar its name and each
band its number at both ends, so that nothing is told by colour alone. A band is as thick as its number of clusters
says, but never thinner than its number is high. No script and no style sheet: it looks the same in a page, in a report,
in a file of its own and on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from crawler.model import Flag

Stop = Flag | None  # None: not in the mapping on that day
Flows = Mapping[tuple[Stop, Stop], int]
STOPS: tuple[Stop, ...] = (Flag.ACTIVE, Flag.STATIC, Flag.JAPANESE_ONLY, Flag.LIKELY_CEASED, Flag.UNDETERMINED, None)

# Pixels of the drawing, which is scaled as a whole.
WIDTH = 760
_LEFT, _RIGHT, _BAR = 200, 560, 14  # the inner edges of the two columns of bars, and how wide a bar is
_TOP = 46
_TALL = 360  # of all bands together, as long as none is thinner than its number
THINNEST = 16
_THICKEST = 40  # of one cluster: two or three of them need no poster
_GAP = 20  # between two bars: with the bar itself there is room for two lines of words
_INK, _SOFT = "#1f2724", "#5b6662"
_FONT = "'Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,'Segoe UI',sans-serif"

# Fill, line, and the pattern in a square of eight pixels.
_LOOKS: dict[Stop, tuple[str, str, str]] = {
    Flag.ACTIVE: ("#bfe5cf", "#1c7a4d", ""),
    Flag.STATIC: ("#f3dfae", "#8a5a00", "M0 8L8 0M-2 2L2 -2M6 10L10 6"),
    Flag.JAPANESE_ONLY: ("#c3daf3", "#2a5d96", "M0 4H8"),
    Flag.LIKELY_CEASED: ("#f3bdb7", "#a8322a", "M0 0L8 8M8 0L0 8"),
    Flag.UNDETERMINED: ("#dededa", "#5b6662", "M2 2h1M6 6h1"),
    None: ("#ffffff", "#5b6662", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowWords:
    """What stands in the picture, in the reader's language."""

    title: str
    description: str  # for who cannot see it
    before: str  # above the left column: the day and the number of clusters
    after: str
    names: tuple[str, ...]  # of the flags, in the order of STOPS without its last
    not_yet: str  # beside the bar of those that are new
    no_more: str  # beside the bar of those that are gone
    nothing: str  # where there are no clusters at all


@dataclass(frozen=True, slots=True)
class _Band:
    before: Stop
    after: Stop
    count: int
    height: float
    left: float  # y of its upper edge at the left end
    right: float


def bar_height(count: int, total: int) -> float:
    """How thick the band of so many clusters of all is drawn."""
    return max(THINNEST, count * min(_TALL / total, _THICKEST))


def flow_picture(flows: Flows, words: FlowWords, *, name: str = "flow") -> str:
    """The picture as one `svg` element. `name` begins the ids in it: another one for each picture of a page."""
    bands = list(_bands(flows))
    bars = [*_bars(bands, words, name, is_left=True), *_bars(bands, words, name, is_left=False)]
    bottom = max([b.left + b.height for b in bands] + [b.right + b.height for b in bands] + [_TOP + 60])
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 18:.0f}" role="img"'
            f' aria-labelledby="{name}-title {name}-desc" class="flow" font-family="{_FONT}" font-size="13" fill="{_INK}">'
        ),
        f'<title id="{name}-title">{escape(words.title)}</title>',
        f'<desc id="{name}-desc">{escape(words.description)}</desc>',
        *_patterns(name),
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(8, 22, words.before, weight=700),
        _text(WIDTH - 8, 22, words.after, anchor="end", weight=700),
        *(_band(band, name) for band in sorted(bands, key=lambda b: b.before is not b.after)),
        *bars,
        *(part for band in bands for part in _numbers(band)),
    ]
    if not bands:
        parts.append(_text(WIDTH / 2, _TOP + 36, words.nothing, anchor="middle"))
    return "\n".join([*parts, "</svg>\n"])


def _bands(flows: Flows) -> Iterator[_Band]:
    """The bands with their places: at both ends those of one flag lie together, in the order of STOPS."""
    total = sum(flows.values())
    found = [(a, b) for a in STOPS for b in STOPS if flows.get((a, b))]
    heights = {flow: bar_height(flows[flow], total) for flow in found}
    left = _places(sorted(found, key=lambda f: (STOPS.index(f[0]), STOPS.index(f[1]))), heights, 0)
    right = _places(sorted(found, key=lambda f: (STOPS.index(f[1]), STOPS.index(f[0]))), heights, 1)
    for flow in found:
        yield _Band(*flow, flows[flow], heights[flow], left[flow], right[flow])


def _places(
    order: Sequence[tuple[Stop, Stop]], heights: Mapping[tuple[Stop, Stop], float], side: int
) -> dict[tuple[Stop, Stop], float]:
    """The upper edge of each band at one side (0: left, 1: right), with a gap between flags."""
    places: dict[tuple[Stop, Stop], float] = {}
    y, last = float(_TOP), order[0][side] if order else None
    for flow in order:
        if flow[side] is not last:
            y, last = y + _GAP, flow[side]
        places[flow] = y
        y += heights[flow]
    return places


def _patterns(name: str) -> Iterator[str]:
    """What bands and bars are filled with: a colour, and lines upon it."""
    yield "<defs>"
    for number, stop in enumerate(STOPS):
        fill, line, path = _LOOKS[stop]
        lines = f'<path d="{path}" stroke="{line}" stroke-width="1" stroke-opacity=".55" fill="none"/>' if path else ""
        yield (
            f'<pattern id="{name}-{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{fill}"/>{lines}</pattern>'
        )
    yield "</defs>"


def _band(band: _Band, name: str) -> str:
    """One band. Clusters that kept their flag stay in the background; a new one has a dashed edge."""
    x, end, middle = _LEFT, _RIGHT, (_LEFT + _RIGHT) / 2
    top = f"M{x} {band.left:.1f}C{middle:.0f} {band.left:.1f} {middle:.0f} {band.right:.1f} {end} {band.right:.1f}"
    low, low_end = band.left + band.height, band.right + band.height
    back = f"L{end} {low_end:.1f}C{middle:.0f} {low_end:.1f} {middle:.0f} {low:.1f} {x} {low:.1f}Z"
    _, line, _ = _LOOKS[band.before]
    strength = ".5" if band.before is band.after else ".92"
    dashes = ' stroke-dasharray="4 3"' if band.before is None else ""
    number = STOPS.index(band.before)
    return (
        f'<path d="{top}{back}" fill="url(#{name}-{number})" fill-opacity="{strength}" stroke="{line}"'
        f' stroke-opacity="{strength}" stroke-width="1"{dashes}/>'
    )


def _bars(bands: Sequence[_Band], words: FlowWords, name: str, *, is_left: bool) -> Iterator[str]:
    """The bars of one side, each with its name and number."""
    for number, stop in enumerate(STOPS):
        own = [b for b in bands if (b.before if is_left else b.after) is stop]
        if not own:
            continue
        edges = [b.left if is_left else b.right for b in own]
        top, height = min(edges), sum(b.height for b in own)
        _, line, _ = _LOOKS[stop]
        x = _LEFT - _BAR if is_left else _RIGHT
        yield (
            f'<rect x="{x}" y="{top:.1f}" width="{_BAR}" height="{height:.1f}" fill="url(#{name}-{number})"'
            f' stroke="{line}" stroke-width="1.5"/>'
        )
        said = words.names[number] if stop is not None else words.not_yet if is_left else words.no_more
        x, anchor = (_LEFT - _BAR - 8, "end") if is_left else (_RIGHT + _BAR + 8, "start")
        middle = top + height / 2
        yield _text(x, middle - 2, said, anchor=anchor, weight=600)
        yield _text(x, middle + 14, f"{sum(b.count for b in own):,}", anchor=anchor, fill=_SOFT)


def _numbers(band: _Band) -> Iterator[str]:
    for x, y, anchor in ((_LEFT + 6, band.left, "start"), (_RIGHT - 6, band.right, "end")):
        yield (
            f'<text x="{x}" y="{y + band.height / 2 + 4.5:.1f}" text-anchor="{anchor}" font-size="12" font-weight="700"'
            f' stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{band.count:,}</text>'
        )


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: int = 400, fill: str = _INK) -> str:
    return f'<text x="{x:g}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
