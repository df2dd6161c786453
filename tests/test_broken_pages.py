"""Whatever bytes a server sends, reading them ends and raises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.everything import read_all
from crawler.model import DatedItem
from crawler.reading import dates

PAGES = sorted(p for p in (Path(__file__).parent.parent / "samples" / "network").rglob("*.html"))
ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16")


def read_everything(body: bytes, content_type: str = "") -> None:
    told = read_all(body, content_type)
    (kind, words), _ = told["kind"]  # type: ignore[misc]  # what each reader gives is its own
    assert kind
    assert len(words) <= 200
    items: tuple[DatedItem, ...] = told["dates"]  # type: ignore[assignment]
    assert len(items) <= dates.MAX_ITEMS
    for item in items:
        assert item.raw
        item.title.encode()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.binary(max_size=3_000))
def test_any_bytes_are_read_without_an_error(body: bytes) -> None:
    read_everything(body)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    which=st.integers(0, len(PAGES) - 1),
    cuts=st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 400), st.integers(0, 3)), max_size=6),
    written=st.sampled_from(ENCODINGS),
    claimed=st.sampled_from(("", *ENCODINGS, "nonsense")),
)
def test_a_page_that_is_cut_repeated_and_mislabelled_is_read_without_an_error(
    which: int, cuts: list[tuple[int, int, int]], written: str, claimed: str
) -> None:
    body = PAGES[which].read_text(encoding="utf-8").encode(written, "replace")
    for at, length, times in cuts:
        body = body[:at] + body[at : at + length] * times + body[at + length :]
    read_everything(body, f"text/html; charset={claimed}" if claimed else "")


@pytest.mark.timeout(60)  # a reading whose time grows with the square of the page takes minutes
@pytest.mark.parametrize(
    "piece",
    [
        "<div class='pcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcpcx'>",
        "<li>2026.10.01 ",
        "2026年",
        "令和6年4月1日から",
        "1.2.3.",
        "<a href='/news/",
        "当協議会は",
        "@a-a-a-a-",
        "<table><tr><td>",
        "((((((((",
        "12/3/",
        "&#x3042;",
        "<!--",
        "<script>",
        "english ",
    ],
)
def test_an_endless_repetition_is_read_in_time(piece: str) -> None:
    read_everything((piece * (400_000 // len(piece))).encode())
