"""Shapes of pages that nobody writes and a crawler meets: each a head, a piece that is repeated, and an end.

A page of each is as long as it is asked for. The pieces are those that patterns like to look at again and again:
openings without an end, marks before anchors, rows of digits and spaces, and words that begin what never comes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """One hostile page."""

    piece: str
    head: str = "<!DOCTYPE html><html><body>"
    end: str = ""

    def page(self, length: int) -> bytes:
        """The page with about so many characters."""
        times = max(1, length // len(self.piece))
        return (self.head + self.piece * times + self.end).encode("utf-8", "surrogatepass")


_XML = '<?xml version="1.0"?><rss version="2.0"><channel>'
_LD = '<script type="application/ld+json">'

SHAPES: dict[str, Shape] = {
    "letters in one line": Shape("a"),
    "kanji in one line": Shape("年"),
    "digits in one line": Shape("9"),
    "full width digits": Shape("９"),
    "zeros and marks": Shape("0/"),
    "digits and points": Shape("1.2."),
    "digits and dashes": Shape("1-2-"),
    "spaces": Shape(" "),
    "ideographic spaces in an element": Shape("\u3000", head="<p>令和", end="6年</p>"),
    "spaces before a mark": Shape("a  \u00a0 \u2003", head="<title>", end="|</title>"),
    "tabs in preformatted text": Shape("\t", head="<pre>2024.1.1"),
    "line breaks in preformatted text": Shape("\n2024.1.1 ", head="<pre>"),
    "days": Shape("2024年3月20日"),
    "days of a list": Shape("<li>2026.10.01 お知らせ"),
    "days without years": Shape("<li>3/20(水) 会合"),
    "eras": Shape("令和6年"),
    "era letters": Shape("R6.4.1-H31."),
    "ranges": Shape("3月20日～22日、"),
    "ranges that never end": Shape("2024/3/20～"),
    "month names": Shape("March "),
    "days and month names": Shape("12 March "),
    "two digit years": Shape("24.03.20 "),
    "weekdays": Shape("(水)（木）"),
    "times": Shape("10:00:00 "),
    "fiscal years": Shape("令和6年度 FY2024 "),
    "numerals": Shape("二〇二四年三月"),
    "countries": Shape("ドイツ・"),
    "countries and ties": Shape("フランスの覚書、国際"),
    "countries in sentences": Shape("<p>German joint 海外との連携を。"),
    "phone numbers": Shape("053-12-2024 +81(0)3 "),
    "post codes": Shape("〒430-0001"),
    "mail addresses": Shape("a.b-c@d-e.f-g.jp "),
    "mail addresses without an end": Shape("@a-a-a-a-"),
    "addresses": Shape("http://a.example/b?c=d#e "),
    "addresses without an end": Shape("http://a/"),
    "sentences of an ending": Shape("当協議会は解散しました。"),
    "sentences without an end": Shape("当協議会は活動を終了し"),
    "English sentences of an ending": Shape("The association was dissolved and is no longer "),
    "German words": Shape("wurde zum "),
    "brackets": Shape("(("),
    "brackets of kanji": Shape("（「『"),
    "quotes": Shape("\"'"),
    "elements within each other": Shape("<div>"),
    "elements of many classes": Shape("<div class='side nav foot p-l-c'>"),
    "one long class": Shape("pc-", head="<div class='", end="'>x</div>"),
    "lists within each other": Shape("<ul><li>"),
    "tables within each other": Shape("<table><tr><td>"),
    "inline elements": Shape("<b><i>"),
    "links": Shape("<a href='/news/1.html'>news</a> "),
    "links without an end": Shape("<a href='/en/'>"),
    "links with dates": Shape("<a href='/2024/03/20/'>n</a>"),
    "one long address": Shape("/a", head="<a href='", end="'>x</a>"),
    "one long attribute": Shape("x", head="<p title='", end="'>2024.1.1</p>"),
    "many attributes": Shape(" a=b", head="<p", end=">2024.1.1</p>"),
    "styles that never hide": Shape("style=display:", head="<p>"),
    "meta elements": Shape("<meta name=date content='2024-01-01'>"),
    "declarations of an encoding": Shape("<meta "),
    "comments": Shape("<!-- a -->"),
    "comments without an end": Shape("<!-- "),
    "marked sections": Shape("<![CDATA[ ]]>"),
    "entities": Shape("&amp;"),
    "entities without an end": Shape("&#12"),
    "numbered entities": Shape("&#x3042;"),
    "headings": Shape("<h2>2024年</h2>"),
    "definitions": Shape("<dt>2024.1.1<dd>x"),
    "time elements": Shape("<time datetime='2024-01-01'>1</time>"),
    "line breaks": Shape("<br>2024.1.1"),
    "options": Shape("<option value='/en/'>English", head="<select>"),
    "text areas": Shape("2024.1.1 x\n", head="<textarea>"),
    "scripts": Shape("<script>location='/a'</script>"),
    "one long script": Shape('"published":"', head="<script>"),
    "declared data": Shape('{"@type":"Article",', head=_LD),
    "declared data, closed": Shape(
        '{"@type":"Article","datePublished":"2024-01-01"},', head=_LD + "[", end="]</script>"
    ),
    "declared data within each other": Shape('{"a":[', head=_LD + '{"datePublished":1,"b":'),
    "commas of declared data": Shape(",  ", head=_LD + '{"datePublished":"', end="}</script>"),
    "templates": Shape("<template><p>2024.1.1</template>"),
    "drawings": Shape("<svg><text>2024.1.1</text></svg>"),
    "elements of unknown names": Shape("<x-y>"),
    "end tags": Shape("</div>"),
    "openings of tags": Shape("<"),
    "openings of start tags": Shape("<a "),
    "directions": Shape("\u202e\u2066\u200f"),
    "marks that combine": Shape("\u0301"),
    "half characters": Shape("\ud800"),
    "NULs": Shape("\0"),
    "a feed": Shape("<item><title>a</title><pubDate>Wed, 20 Mar 2024 00:00:00 GMT</pubDate></item>", head=_XML),
    "a feed that never ends its entries": Shape("<item><title>", head=_XML),
    "a feed of voids": Shape("<br a='1' ", head=_XML),
    "a feed of ampersands": Shape("&a", head=_XML),
    "a feed after instructions": Shape("<?a ", head=""),
    "a feed in JSON": Shape('{"version":', head='{"a":"'),
    "a sitemap": Shape("<url><loc>http://a.example/b</loc><lastmod>2024-01-01</lastmod></url>", head="<urlset>"),
    "a document of data": Shape('{"title":"お知らせです","date":"2024-01-01","url":"/a"},', head="[", end="{}]"),
    "a document of data, broken": Shape('{"title":"a","date":"2024-01-01"', head="["),
    "a document of lists": Shape("[", head="["),
    "a link of marks": Shape(".", head="<a href='/en/'>", end="a</a>"),
    "a link of words": Shape("english ", head="<a href='/x/'>", end="</a>"),
    "a link to many folders called English": Shape("-en_e", head="<a href='/", end="'>English</a>"),
    "a link of questions": Shape("?lang=e&", head="<a href='/", end="'>English</a>"),
    "a link to a long host": Shape("a.", head="<a href='http://", end="jp/'>x</a>"),
    "links of their own": Shape("<a href='http://b%41.example/'>お知らせ</a>"),
    "a title of dashes": Shape(" - - ", head="<title>", end="</title>"),
    "a heading of marks": Shape("・", head="<h1>", end="年</h1>"),
    "a picture's words": Shape("2024.1.1 ", head="<img alt='", end="'>"),
    "a day's machine form": Shape("2024-01-01T", head="<time datetime='", end="'>x</time>"),
    "one long meta element": Shape("2024-", head="<meta name=date content='", end="'>"),
    "one long language": Shape("en-", head="<html lang='", end="'>"),
    "words with marks amid": Shape("a-b_c.d+e "),
    "legal forms": Shape("株式会社"),
    "names of the organisation": Shape("青葉協議会 Aoba Cluster "),
    "addresses of streets": Shape("浜松市中区1丁目2番3号 "),
    "fax numbers": Shape("fax : "),
    "white space in data": Shape(" , ", head='[{"date":"2024-01-01"}'),
}
