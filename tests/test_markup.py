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
        "<p>one</p><iframe><!-- no <script>no</iframe><p>two</p><!-- no -->",
        "<p>one</p><!-- no > no -- > <p>no</p> <!-- no --><p>two</p>",
        "<p>one</p><div hidden>no<!-- </div> --><script><!-- </div> --></script>no</div><p>two</p>",
        "<p>one</p><script><!-- <script>no</script><p>no</p></script><p>two</p>",
        "<p>one</p><script><!-- <script>no</script> --><!-- no</script><p>two</p>",
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


def test_what_is_written_for_browsers_without_frames_is_shown_without_its_comments_and_scripts() -> None:
    page = read("<frameset><frame src=/a><noframes>one<!-- no > --><script>no</script>two</noframes></frameset>")
    assert page.text() == "one<!><script></script>two"


def test_an_option_that_is_commented_out_leads_nowhere() -> None:
    page = read(
        "<select><!-- <option value=/no/>no --><option value=/en/>English<script>'</select>'</script></select><p>x"
    )
    assert [(link.url, link.text) for link in page.links] == [("http://a.example.jp/en/", "English")]


@pytest.mark.timeout(30)  # a reading that is not linear takes minutes
@pytest.mark.parametrize(
    "piece", ["<script></script>", "<!--", "<script>", "</script", "<!-- <script>", "--><!--<script></script>"]
)
@pytest.mark.parametrize(
    "head", ["<script><!--", "<noframes>", "<select><option><script><!--", "<pre>2024.1.1<script><!--"]
)
def test_scripts_in_the_comments_of_a_script_are_read_in_linear_time(head: str, piece: str) -> None:
    assert read(f"<p>one</p>{head}{piece * (1_500_000 // len(piece))}").lines[0].text == "one"


def test_pages_are_read_alike_however_many_were_read_before() -> None:
    page = "<div class='news list'><ul class=menu><li><span style='display:none'>no</span>one</li></ul></div>"
    first = read(page)
    for n in range(300):
        read("".join(f"<div class='c{n}-{m}'>x</div>" for m in range(100)))
        assert read(page) == first
