"""How a website of the fault network answers: whole pages, raw bytes, and ends that do not come."""

from __future__ import annotations

from samples.faults.network import NO_ROBOTS, Asked, Site, Wire


def without_robots(site: Site) -> Site:
    """The site, with a 404 for its robots.txt."""

    def served(wire: Wire, asked: Asked) -> None:
        if asked.path == NO_ROBOTS:
            wire.answer("none here", 404, Content_Type="text/plain")
        else:
            site(wire, asked)

    return served


def page(body: str, status: int = 200, **headers: str) -> Site:
    """A site that gives one page everywhere."""
    return without_robots(lambda wire, asked: wire.answer(body, status, **headers))


def pages(by_path: dict[str, str]) -> Site:
    """A site of several pages."""

    def served(wire: Wire, asked: Asked) -> None:
        body = by_path.get(asked.path)
        wire.answer(body or "not here", 200 if body else 404, Content_Type="text/html; charset=utf-8")

    return without_robots(served)


def raw(*pieces: bytes, every_s: float = 0.0, for_ever: bool = False, end: str = "close") -> Site:
    """A site that sends these bytes; then the last one again for ever, nothing, or a reset."""

    def served(wire: Wire, asked: Asked) -> None:
        for piece in pieces:
            wire.send(piece)
            if every_s and wire.wait(every_s):
                return
        while for_ever and not (wire.wait(every_s) if every_s else wire.closing.is_set()):
            wire.send(pieces[-1])
        if end == "reset":
            wire.reset()
        elif end == "wait":
            wire.wait()

    return without_robots(served)


HOME = """<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>青葉クラスター</title></head><body>
<h1>青葉光学クラスター推進協議会</h1><p>当協議会は、地域の光学産業の振興を目的として、企業と大学の連携を進めています。</p>
<ul><li>2026年11月20日 <a href="/news/1">第3回研究会を開催しました</a></li>
<li>2026年10月3日 <a href="/news/2">展示会に出展しました</a></li></ul>{more}</body></html>"""


def home(more: str = "") -> str:
    """A page that reads as content."""
    return HOME.format(more=more)
