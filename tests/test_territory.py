"""Which addresses are a cluster's own."""

from __future__ import annotations

import pytest

from spiders.territory import folder_of, territory


@pytest.mark.parametrize(
    ("registered", "url", "owned"),
    [
        ("http://a.example.jp/", "http://a.example.jp/news/", True),
        ("http://www.example.jp/", "http://example.jp/news/", True),
        ("http://www.example.jp/", "http://blog.example.jp/", True),
        ("http://example.jp/", "http://blog.example.jp/", True),
        ("http://en.example.jp/", "http://www.example.jp/", True),  # a door of the same house
        # The part of a whole: a laboratory is not its university.
        ("http://lab.univ.ac.jp/", "http://www.univ.ac.jp/news/", False),
        ("http://lab.univ.ac.jp/", "http://en.lab.univ.ac.jp/", True),
        ("http://www.lab.univ.ac.jp/", "http://lab.univ.ac.jp/", True),
        ("http://www.lab.univ.ac.jp/", "http://www.univ.ac.jp/", False),
        ("http://me.github.io/", "http://you.github.io/", False),
        # A folder on somebody else's host.
        ("http://pref.example.jp/sangyo/cluster/", "http://pref.example.jp/sangyo/cluster/news/", True),
        ("http://pref.example.jp/sangyo/cluster/", "http://pref.example.jp/sangyo/other/", False),
        ("http://pref.example.jp/sangyo/cluster/", "http://pref.example.jp/news/", False),
        ("http://pref.example.jp/sangyo/cluster/", "http://www.pref.example.jp/sangyo/cluster/x", True),
        ("http://pref.example.jp/sangyo/cluster/index.html", "http://pref.example.jp/sangyo/cluster/en.html", True),
        ("http://a.example.jp/ja/", "http://a.example.jp/en/", True),
        ("http://a.example.jp/top/index.html", "http://a.example.jp/news/", True),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/news", True),
        ("http://a.example.jp/", "javascript:alert(1)", False),
        ("http://a.example.jp/", "", False),
    ],
)
def test_what_is_the_clusters_own(registered: str, url: str, owned: bool) -> None:
    assert territory([registered]).owns(url) is owned


def test_the_root_of_a_host_makes_all_of_it_the_clusters_own() -> None:
    both = territory(["http://a.example.jp/cluster/", "http://a.example.jp/"])
    assert both.owns("http://a.example.jp/news/")


def test_a_neighbour_in_the_first_folder_is_told_from_the_rest_of_the_portal() -> None:
    own = territory(["http://portal.example.jp/bio/forum/intro.html"])
    assert own.is_beside("http://portal.example.jp/bio/english/")
    assert not own.is_beside("http://portal.example.jp/en/")
    assert own.is_shared("http://portal.example.jp/en/")


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("http://a.jp/", "/"),
        ("http://a.jp/index.html", "/"),
        ("http://a.jp/ja/index.html", "/"),
        ("http://a.jp/cluster/ja/", "/cluster/"),
        ("http://a.jp/soshiki/sangyo/cluster/", "/soshiki/sangyo/cluster/"),
        ("http://a.jp/home/", "/"),
    ],
)
def test_the_folder_of_an_address(url: str, folder: str) -> None:
    assert folder_of(url) == folder
