"""The notices of a page made for a test."""

from datetime import date

from crawler.model import Notice
from crawler.reading import notices
from crawler.reading.page import parse

TODAY = date(2026, 11, 25)
NAMES = ("白山炭素繊維クラスター", "Hakusan Carbon Cluster", "HCC")
HOME = "http://hakusan.example/"


def read(
    body: str,
    *,
    title: str = "白山炭素繊維クラスター",
    url: str = HOME,
    names: tuple[str, ...] = NAMES,
    today: date = TODAY,
) -> tuple[Notice, ...]:
    """The notices of a page with this body; running text is put in a paragraph."""
    inner = body if body.startswith("<") else f"<p>{body}</p>"
    html = f"<html><head><title>{title}</title></head><body>{inner}</body></html>"
    return notices.read(parse(html.encode(), url), today=today, names=names)
