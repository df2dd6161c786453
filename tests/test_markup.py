"""The markup that the parser writes back, taken apart: what looks like a tag and is none, and what a tag hides."""

from __future__ import annotations

import pytest

from crawler.reading.page import Page, parse


def read(source: str) -> Page:
    return parse(source.encode(), "http://a.example.jp/")


@pytest.mark.parametrize(
    "source",
    [
        "<p>one<!-- <p>no</p> <script>no</script> --></p><p>two</p>",
        "<body class=a <!-- header --><p>one</p><p>two</p>",
        "<p>one</p><?php if (a) { no(); } ?><p>two</p>",
        "<p <b>one</p><p>two</p>",
        "<p>one</p><u< x><p>two</p></u<>",
        "<p title='a > b <c>'>one</p><p>two</p>",
        "<p>one</p><script>document.write('<p>no</p>')</script><p>two</p>",
        "<p>one</p><script><!-- document.write('<script>no</script>') --></script><p>two</p>",
        "<p>one</p><svg><title>no</title><style>no</style></svg><p>two</p>",
        "<p>one</p><pre hidden>2024.5.1 no\n2024.5.2 no</pre><p>two</p>",
        "<p>one</p><div hidden>no<div>no</div><script>'</div>'</script>no</div><p>two</p>",
        "<title>t</title><p>one</p><title>no</title><p>two</p>",
        "<p>one<template>no<p>no</template></p><p>two</p>",
        "<p>one</p></div></div></span><p>two</p>",
    ],
)
def test_only_what_is_shown_is_read(source: str) -> None:
    assert read(source).text() == "one\ntwo"


def test_characters_are_those_that_are_shown() -> None:
    page = read("<p>a &lt;b&gt; &amp;amp; c&nbsp;&quot;d&quot;<p><a href='/?a=1&amp;b=2' title='&lt;&quot;&gt;'>e</a>")
    assert page.text() == 'a <b> &amp; c "d"\ne'
    assert [(link.url, link.title) for link in page.links] == [("http://a.example.jp/?a=1&b=2", '<">')]


def test_the_sources_of_scripts_are_kept_as_they_are() -> None:
    page = read("<script>if (a < b && c) '<b>'</script><script type='application/ld+json'>{\"a\": \"<b>\"}</script>")
    assert page.inline_scripts == "if (a < b && c) '<b>'"
    assert page.json_ld == ('{"a": "<b>"}',)


def test_a_day_has_the_classes_of_the_elements_that_hold_it() -> None:
    page = read("<p><span class=entry-date><i class=icon></i> <b id=day>2024.5.1</b></span> title</p><p>2024.5.2</p>")
    assert [line.marks for line in page.lines] == ["day entry-date", ""]
