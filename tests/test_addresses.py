"""Addresses: one spelling each, and the quick way to it for plain ones gives what the thorough way gives."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import canonical, join, key

BASES = (
    "http://a.example", "https://a.example/x/y?z#f", "https://A.example/x", "http://a.example:80/", "http://a.example:81/x",
    "http://u@a.example/", "http://1.2.3.4/x", "http://[::1]/x", "ftp://a.example/", "", "http://a_b.example/x",
    "http://a.example./x", "http://-a.example/", "https://日本.example/", "https://a.example:80/x/", "http://a.example:443/x",
    "https://a.example:443/", "http://127.0.0.1:45678/x/y", "http://a.example:65536/x", "http://a.example:08/x", "http://a.example:800?x/y",
)  # fmt: skip
PATHS = (
    "/", "//", "///a", "/a//b", "/a/./b", "/..", "/a/../b", "/.a", "/a.", "/a/..b", "/a;jsessionid=1", "/index.html", "/a?x=1",
    "/A b", "/%41", "/a/b/", "/~x/", "/-/", "/a#b", "/a:b", "/a,b/(c)/d+e=f&g", "/%e3%81%82/%zz", "/@a/[b]/$!*'", "/a,b/../c", "/a|b", "a,b/%41", "tel:1", "mailto:a@b.example", "javascript:a()", "//b.example/c", "a/b", "a/", "a.html?t=1:2", "/a?t=1:2", "a:2/b", "a?b/../c", ".", "..", "./a", "?x", "http://b.example", "HTTP://b.example/",
    "https://b.example/a/../b", "http://b.example:80/a", "http://b..example/", "http://b.example/a?utm_source=x",
)  # fmt: skip


def thoroughly(base: str, href: str) -> str:
    """The address of a link, without any short cut: with a fragment an address is never plain."""
    try:
        return canonical(f"{urljoin(base, href.partition('#')[0])}#")
    except ValueError:
        return ""


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", PATHS)
def test_the_quick_way_gives_what_the_thorough_way_gives(base: str, path: str) -> None:
    assert join(base, path) == thoroughly(base, path)


@given(
    st.sampled_from(BASES),
    st.sampled_from(("", "/", "?", "//b.example:8", "http://b.example")),
    st.text("ab/.:;?%~-_A08 日\\@", max_size=12),
)
def test_the_quick_way_gives_what_the_thorough_way_gives_for_any_words(base: str, head: str, path: str) -> None:
    words = f"{head}{path}".strip()
    assert join(base, words) == (thoroughly(base, words) if words else "")


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", ["", "/Index.HTML", "/a/default.asp", "/www.x/index.php?x=1", *PATHS])
def test_a_page_has_the_same_key_by_the_quick_way(base: str, path: str) -> None:
    for url in (base + path, base.replace("//", "//www.") + path):
        assert key(url) == key(f"{url}#"), url


@pytest.mark.parametrize(
    ("base", "href", "absolute"),
    [
        ("https://a.example/x/y", "/news/", "https://a.example/news/"),
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x/y?v/w", "z.html?t=1:2", "https://a.example/x/z.html?t=1:2"),
        ("https://a.example:8443/x/y#u/v", "z", "https://a.example:8443/x/z"),
        ("https://a.example:80/x/y", "z", "https://a.example:80/x/z"),
        ("https://a.example:443/x/y", "z", "https://a.example/x/z"),
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
