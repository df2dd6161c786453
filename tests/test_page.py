"""The lines and links of a page: what is shown, what a style hides, and lists that were typed into preformatted text."""

import pytest

from crawler.reading.page import Page, parse

HOME = "http://www.example.jp/"
LONG = "当協議会は、地域の企業と大学を結び、新しい産業を育てるために設立されました。" * 6  # more than 200 characters


def page(body: str) -> Page:
    return parse(f"<html><body>{body}</body></html>".encode(), url=HOME)


def texts(body: str) -> list[str]:
    return [line.text for line in page(body).lines]


HIDDEN = [
    ("a block", "<div style='display:none'>2026.05.01 総会</div>"),
    ("spelled otherwise", "<div style='color:red; DISPLAY : NONE !important'>2026.05.01 総会</div>"),
    ("all below it", "<div style='display:none'><ul><li>2026.05.01 総会</li></ul></div>"),
    ("invisible", "<p style='visibility:hidden'>2026.05.01 総会</p>"),
    ("an inline element", "<p><span style='display:none'>2026.05.01 総会</span></p>"),
    ("a link", "<p><a href='/x' style='display:none'>2026.05.01 総会</a></p>"),
    ("the attribute", "<div hidden>2026.05.01 総会</div>"),
    ("a modal in no tab", "<div class='table' style='display:none'>2026.05.01 総会</div>"),
]
SHOWN = [
    ("another display", "<div style='display:block'>2026.05.01 総会</div>"),
    ("a tab panel by its role", "<div role='tabpanel' style='display:none'>2026.05.01 総会</div>"),
    ("a tab panel by its class", "<div class='news tab-pane' style='display:none'>2026.05.01 総会</div>"),
    ("a tab panel by its id", "<div id='tab2' style='display:none'>2026.05.01 総会</div>"),
    ("a panel among tabs", "<div class='tabs'><div style='display:none'>2026.05.01 総会</div></div>"),
    ("aria-hidden, as in carousels", "<div aria-hidden='true'>2026.05.01 総会</div>"),
]


@pytest.mark.parametrize("body", [case[1] for case in HIDDEN], ids=[case[0] for case in HIDDEN])
def test_what_a_style_hides_is_no_text_of_the_page(body: str) -> None:
    assert texts(f"<p>{LONG}</p>{body}<p>会社概要</p>") == [LONG, "会社概要"]


@pytest.mark.parametrize("body", [case[1] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_what_a_click_or_nothing_shows_is_text_of_the_page(body: str) -> None:
    assert texts(f"<p>{LONG}</p>{body}<p>会社概要</p>") == [LONG, "2026.05.01 総会", "会社概要"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(199, ["あ" * 199, "2026.05.01 総会"]), (200, ["あ" * 200])],
)
def test_a_page_that_shows_hardly_anything_is_shown_by_its_script(shown: int, expected: list[str]) -> None:
    assert texts(f"<p>{'あ' * shown}</p><div style='display:none'>2026.05.01 総会</div>") == expected


def test_a_hidden_body_is_the_page() -> None:
    html = f"<html><body style='display:none'><p>{LONG}</p></body></html>"
    assert [line.text for line in parse(html.encode(), url=HOME).lines] == [LONG]


def test_hidden_words_amid_shown_ones_leave_the_line_whole() -> None:
    body = f"<p>{LONG}</p><p>総会を<span style='display:none'>昨日</span>開催 <b>しました</b></p>"
    assert texts(body) == [LONG, "総会を 開催 しました"]
    first = f"<p>{LONG}</p><p><span style='display:none'>昨日</span>開催しました</p>"
    assert texts(first) == [LONG, "開催しました"]


def test_the_links_of_a_hidden_menu_lead_somewhere_all_the_same() -> None:
    read = page(f"<p>{LONG}</p><ul style='display:none'><li><a href='/en/'>English</a></li></ul>")
    assert [(link.url, link.text) for link in read.links] == [("http://www.example.jp/en/", "English")]
    assert [line.text for line in read.lines] == [LONG]


def lines(body: str) -> list[tuple[str, str]]:
    return [(line.tag, line.text) for line in page(body).lines]


LISTS = [
    ("western", "2003.05.01 総会を開催\n2003.04.01 会則を改定\n"),
    ("kanji", "2003年5月1日 総会を開催\n2003年4月1日 会則を改定"),
    ("era", "H15.5.1 総会を開催\n平成15年4月1日 会則を改定"),
    ("without a year", "5/1 総会を開催\n4月1日 会則を改定"),
    ("short years", "'03/05/01 総会を開催\n'03/04/01 会則を改定"),
    ("English", "May 1, 2003 Assembly\nApril 1, 2003 Statutes"),
    ("blank lines and carriage returns", "\r\n2003.05.01 総会を開催\r\n\r\n  2003.04.01 会則を改定\r\n"),
]


@pytest.mark.parametrize("tag", ["pre", "textarea"])
@pytest.mark.parametrize("text", [case[1] for case in LISTS], ids=[case[0] for case in LISTS])
def test_a_dated_list_in_preformatted_text_is_read_line_by_line(tag: str, text: str) -> None:
    expected = [(tag, line.strip()) for line in text.splitlines() if line.strip()]
    assert lines(f"<{tag}>{text}</{tag}>") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<textarea>2003.05.01 総会</textarea>", []),
        ("<textarea>ご意見\nお名前</textarea>", []),
        ("<textarea>2003.05.01 総会\n2003.04.01 会則</textarea>", ["2003.05.01 総会", "2003.04.01 会則"]),
    ],
)
def test_a_field_is_a_list_from_two_dated_lines(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("協議会は地域の企業と\n大学を結びます。", ["協議会は地域の企業と 大学を結びます。"]),
        ("更新履歴\n2003.05.01 総会\n 報告あり", ["更新履歴", "2003.05.01 総会", "報告あり"]),
    ],
)
def test_preformatted_text_without_dates_stays_whole(text: str, expected: list[str]) -> None:
    assert texts(f"<pre>{text}</pre>") == expected


def test_links_in_preformatted_text_stay_with_their_line() -> None:
    read = page("<pre>2003.05.01 <a href='/1.html'>総会</a>\n2003.04.01 <a href='/2.html'>会則</a>を改定\n</pre>")
    assert [(line.text, [link.url for link in line.links]) for line in read.lines] == [
        ("2003.05.01 総会", ["http://www.example.jp/1.html"]),
        ("2003.04.01 会則を改定", ["http://www.example.jp/2.html"]),
    ]


def test_code_is_told_from_preformatted_text() -> None:
    assert lines("<pre><code>2003.05.01 commit\n2003.04.01 commit</code></pre>") == [
        ("code", "2003.05.01 commit"),
        ("code", "2003.04.01 commit"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<select><option value='/en/'>English</option></select>", [("http://www.example.jp/en/", "English")]),
        ("<select><option value='index_e.html'>English</option></select>", [("http://www.example.jp/index_e.html", "English")]),
        ("<select><option value='?lang=en'>English</option></select>", [("http://www.example.jp/?lang=en", "English")]),
        ("<select><option value='en'>English</option><option>Tokyo</option></select>", []),
        ("<select>" + "<option value='/2003/5/'>2003年5月</option>" * 13 + "</select>", []),
    ],
)  # fmt: skip
def test_the_options_of_a_switch_are_links(body: str, expected: list[tuple[str, str]]) -> None:
    read = page(body)
    assert [(link.url, link.text) for link in read.links] == expected
    assert read.lines == ()
