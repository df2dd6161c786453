"""Addresses: one spelling each, and the quick way to it for plain ones gives what the thorough way gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import canonical, join

BASES = (
    "http://a.example", "https://a.example/x/y?z#f", "https://A.example/x", "http://a.example:80/", "http://a.example:81/x",
    "http://u@a.example/", "http://1.2.3.4/x", "http://[::1]/x", "ftp://a.example/", "", "http://a_b.example/x",
    "http://a.example./x", "http://-a.example/", "https://日本.example/",
)  # fmt: skip
PATHS = (
    "/", "//", "///a", "/a//b", "/a/./b", "/..", "/a/../b", "/.a", "/a.", "/a/..b", "/a;jsessionid=1", "/index.html", "/a?x=1",
    "/A b", "/%41", "/a/b/", "/~x/", "/-/", "/a#b", "/a:b", "//b.example/c", "a/b", "?x", "http://b.example", "HTTP://b.example/",
    "https://b.example/a/../b", "http://b.example:80/a", "http://b..example/", "http://b.example/a?utm_source=x",
)  # fmt: skip


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", PATHS)
def test_the_quick_way_gives_what_the_thorough_way_gives(base: str, path: str) -> None:
    # With a fragment an address is never plain, and a fragment changes nothing.
    assert join(base, path) == join(base, f"{path.split('#', maxsplit=1)[0]}#")


@given(st.sampled_from(BASES), st.text("ab/.:;?%~-_A0 日\\@", max_size=12))
def test_the_quick_way_gives_what_the_thorough_way_gives_for_any_words(base: str, path: str) -> None:
    words = f"/{path.strip()}"
    assert join(base, words) == join(base, f"{words}#")


@pytest.mark.parametrize(
    ("base", "href", "absolute"),
    [
        ("https://a.example/x/y", "/news/", "https://a.example/news/"),
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x/y", "../z", "https://a.example/z"),
        ("https://a.example", "/a//b", "https://a.example/a//b"),
        ("https://a.example", "//b.example/c", "https://b.example/c"),
        ("https://a.example", "http://B.example", "http://b.example/"),
        ("https://a.example:8443/x", "/y", "https://a.example:8443/y"),
        ("https://a.example/", "/a;jsessionid=7?utm_source=m&id=3", "https://a.example/a?id=3"),
        ("https://a.example/", "#top", ""),
        ("https://a.example/", "mailto:a@a.example", ""),
        ("https://a.example/", "javascript:void(0)", ""),
        ("https://a.example/", "http://b@c.example/", ""),
    ],
)
def test_links_are_joined(base: str, href: str, absolute: str) -> None:
    assert join(base, href) == absolute


@pytest.mark.parametrize("path", ["", "/", "/a", "/a/b.html", "/a/?x=1"])
def test_one_spelling_is_its_own(path: str) -> None:
    once = canonical(f"https://a.example{path}")
    assert once
    assert canonical(once) == once
