"""What the dates of a page are the dates of: posts, events, stamps, or nothing that was posted."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import dates
from crawler.reading.page import parse

TODAY = date(2026, 11, 20)
FLOOR = 0.5


def items_of(body: str, *, home: str = "ja", today: date = TODAY, title: str = "") -> tuple[DatedItem, ...]:
    page = parse(
        f"<html><head><title>{title}</title></head><body><main>{body}</main></body></html>".encode(),
        "http://a.example/",
    )
    return dates.read(page, today=today, home_language=home)


def latest(body: str, *, home: str = "ja", today: date = TODAY, title: str = "") -> str:
    found = dates.posts(items_of(body, home=home, today=today, title=title), today=today, floor=FLOOR)
    return found[0].on.isoformat() if found else ""


LISTS = {
    "list items, date first": ("<ul><li>2026.10.01 総会を開きました</li><li>2026.09.01 見学会の報告</li></ul>", "2026-10-01"),
    "list items, oldest first": ("<ul><li>2025/01/05 一</li><li>2025/12/05 二</li><li>2026/03/05 三</li></ul>", "2026-03-05"),
    "definition list": ("<dl><dt>2026年10月2日</dt><dd>お知らせ</dd><dt>2026年9月2日</dt><dd>報告</dd></dl>", "2026-10-02"),
    "table": ("<table><tr><td>R8.10.3</td><td>新着</td></tr><tr><td>R8.9.3</td><td>旧</td></tr></table>", "2026-10-03"),
    "date behind the title": ("<p>論文が掲載されました. (6/12/2026)</p><p>歓迎会を行いました. (4/1/2026)</p>", "2026-06-12"),
    "date alone above its title": (
        "<div><p class=date>2026.08.01</p><p>題一</p></div><div><p class=date>2026.07.01</p><p>題二</p></div>",
        "2026-08-01",
    ),
    "headings": ("<h3>2026年5月6日 講演会の報告</h3><p>本文</p>", "2026-05-06"),
    "split over elements": ("<div><div>19</div><div>Luglio</div><div>2026</div></div><p>Titolo della notizia</p>", "2026-07-19"),
    "split, year above": ("<div><span><div>2026</div><div>10.11</div></span></div><p>題</p>", "2026-10-11"),
    "entries run together": ('<a href="/a"><span>2026.08.02</span>紹介されました</a> <a href="/b"><span>2026.07.25</span>開催しました</a>', "2026-08-02"),
    "list of updates": ("<p>●2026/3/20 更新</p><p>●2026/3/10 更新</p>", "2026-03-20"),
    "day and year in two elements": ("<ul><li><span>03.20</span><span>2026</span> 題名です</li></ul>", "2026-03-20"),
    "year behind a day in words": (
        ("<ul><li><a href=/1><span>5月12日</span><span>2019年</span><p>総会</p></a></li>"
        "<li><a href=/2><span>3月8日</span><span>2019年</span><p>例会</p></a></li></ul>"),
        "2019-05-12",
    ),
    "day above month and year": (
        ("<div class=e><div>12</div><div>2019.05</div><h3>総会を開催</h3></div>"
        "<div class=e><div>8</div><div>2019.03</div><h3>例会を開催</h3></div>"),
        "2019-05-12",
    ),
    "told with its weekday": ("<p>去る11月8日(火)に協定を締結しました。</p>", "2022-11-08"),
    "bracketed, with time": ("<p>[ 2024年 10月 9日 水曜日 9時37分 ]</p><h3>題名</h3>", "2024-10-09"),
    "category glued to the day": ("<p>イベント2025年12月10日</p><h3>題名</h3>", "2025-12-10"),
    "title glued to the day": ("<ul><li>2025.10.08BioValley France</li></ul>", "2025-10-08"),
    "two labels glued": ("<p>掲載開始日:2023年11月29日更新日:2024年1月4日</p>", "2023-11-29"),
    "year in a cell that spans rows": (
        "<table><tr><td rowspan=2>2018年</td><td>11月10日</td><td>研究会</td></tr><tr><td>6月2日</td><td>総会</td></tr></table>",
        "2018-11-10",
    ),
    "year of the entry above": ("<ul><li>2024年11月10日 研究会</li><li>12月3日 例会です</li></ul>", "2024-12-03"),
    "category before the day": ("<ul><li>募集 2026.05.01 補助金公募</li><li>募集 2026.04.01 助成金</li></ul>", "2026-05-01"),
    "title that begins like a deadline": (
        "<ul><li>2026.05.01 期限迫る！補助金のご案内</li><li>2026.04.01 締切間近の助成金</li></ul>",
        "2026-05-01",
    ),
    "title that begins like history": (
        "<ul><li>2026.05.01 設立総会を開催</li><li>2026.04.01 改正個人情報保護法の説明会</li></ul>",
        "2026-05-01",
    ),
    "class names that deny comments": ("<div class='single-post comments-closed'><p>2026.05.01</p><h2>題名の一</h2></div>", "2026-05-01"),
    "weekdays in a title": ("<ul><li>2026.05.01 月火水木金の営業時間変更</li></ul>", "2026-05-01"),
    "short years of a Japanese page": ("<ul><li>12/03/04 総会</li><li>11/05/06 例会</li></ul>", "2012-03-04"),
    "byline of Drupal": ("<h1>Title</h1><p>Submitted by admin on Fri, 05/15/2026 - 10:00</p>", "2026-05-15"),
    "days under the heading of a month": ("<h3>2026年5月</h3><ul><li>12日 総会</li><li>2日 例会</li></ul>", "2026-05-12"),
    "months as headings": ("<h3>April 2026</h3><p>Taro joined us.</p><h3>March 2026</h3><p>A paper.</p>", "2026-04-01"),
    "a stamp at each entry": (
        "<ul><li><a href=/1>補助金のご案内</a> 更新日：2026年5月1日</li><li><a href=/2>助成金</a> 更新日：2026年4月1日</li></ul>",
        "2026-05-01",
    ),
    "preformatted list, day first": (
        "<h2>Novità</h2><pre>27 giugno 2026  Bollettino n. 9\n12 giugno 2026  Accordo con l'università</pre>", "2026-06-27",
    ),
    "preformatted list, year last": ("<pre>20.05.2026  Mitgliederversammlung\n08.03.2026  Messe</pre>", "2026-05-20"),
    "preformatted list, full width": ("<pre>２０２６年１月６日　総会を開催\n２０２５年１２月６日　例会を開催</pre>", "2026-01-06"),
    "preformatted list": ("<pre>更新履歴\n2026/05/01 会員名簿を更新\n2026/04/01 リンクを追加\n</pre>", "2026-05-01"),
    "deadline in a column of its own": (
        ("<table><tr><th>公募開始</th><th>名称</th><th>申込締切</th></tr>"
        "<tr><td>2026年5月24日</td><td>助成A</td><td>2026年9月30日</td></tr></table>"),
        "2026-05-24",
    ),
    "posted by a machine": ("<ul><li>見学会の報告 -- 2026-05-08 (金) 10:00:00</li><li>例会の報告 -- 2026-04-08 (水) 10:00:00</li></ul>", "2026-05-08"),
    "short years in a preformatted list": ("<pre>更新履歴\n02/11/20 会員名簿を更新\n02/10/09 リンクを追加\n</pre>", "2002-11-20"),
    "day of a change beside that of a post": (
        ("<h1>題名</h1><p><time class='entry-date published' datetime='2024-03-05'>2024年3月5日</time>"
        "<time class='updated' datetime='2026-06-20'>2026年6月20日</time></p>"),
        "2024-03-05",
    ),
    "one day for both": ("<h1>題名</h1><p><time class='entry-date published updated' datetime='2024-03-05'>2024年3月5日</time></p>", "2024-03-05"),
    "furigana": ("<ul><li><ruby>2026年<rt>ねん</rt></ruby>9月<rt>がつ</rt>12日 題</li><li>2026年9月1日 題</li></ul>", "2026-09-12"),
    "year heading": ("<h3>2025年</h3><ul><li>12月10日 忘年会</li><li>3月2日 総会</li></ul>", "2025-12-10"),
    "fiscal heading": ("<h3>令和6年度</h3><ul><li>2月10日 研究会</li><li>5月2日 総会</li></ul>", "2025-02-10"),
    "no year, weekday": ("<ul><li>10月14日(水) 見学会の報告</li></ul>", "2026-10-14"),
    "time element": ('<article><h2>Title</h2><time datetime="2026-04-05T10:00:00+09:00">5 days ago</time></article>', "2026-04-05"),
    "posted by label": ("<p>本文がここに続く。</p><p>掲載日：2026年2月3日</p>", "2026-02-03"),
    "past event": ("<p>開催日時: 2026/10/11 19:00</p>", "2026-10-11"),
    "past range counts with its last day": ("<ul><li>2026年10月1日～3日 展示会</li></ul>", "2026-10-03"),
    "days in addresses": ('<ul><li><a href="/news/2026/05/20/">題</a></li><li><a href="/news/2026/04/02/">題</a></li></ul>', "2026-05-20"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), LISTS.values(), ids=LISTS)
def test_the_latest_post_is_read_from_each_kind_of_list(body: str, expected: str) -> None:
    assert latest(body) == expected


NO_POSTS = {
    "copyright year": "<p>© 2026 All rights reserved</p>",
    "as of": "<p>会員数は2026年4月1日現在120社です。</p>",
    "from a day on": "<p>規則は2026年4月1日以降に適用します</p>",
    "stamp behind the day": "<p>2026年4月1日更新</p>",
    "deadline": "<p>申込締切：2026年10月31日</p>",
    "until": "<p>2026年10月31日まで</p>",
    "founded": "<p>設立：2010年4月1日</p>",
    "fiscal year": "<p>2026年度</p>",
    "year alone": "<ul><li>2026年</li><li>2025年</li></ul>",
    "build stamp": "<p>Page generated on 2026-11-01</p>",
    "today script": "<p>本日は 2026年11月20日</p>",
    "comment": '<div class="comments"><p>2026年11月1日 誰か</p></div>',
    "calendar": "<table><tr><td>日 月 火 水 木 金 土</td></tr></table>",
    "sample post": "<ul><li>2026-10-01 Hello world!</li></ul>",
    "phone": "<p>電話 03-2026-1101</p>",
    "version": "<p>v2026.10.1</p>",
    "prose without a deed": "<p>規則は2026年4月1日から適用され、詳しくは別に定める方針です</p>",
    "stamp": "<p>最終更新日：2026年10月1日</p>",
    "coming event": "<ul><li>2026年12月3日 講演会</li></ul>",
    "updated after published": "<p>最終更新日: 2026年7月7日</p>",
    "month of any year": "<ul><li>9月は一周年</li><li>4月から6月 旅行</li></ul>",
    "part of a sentence": "<p>投開票日は9月13日</p><p>7月25日のワークショップ</p>",
    "month behind a title": "<h1>部屋について(2026.4)</h1>",
    "history of the organisation": "<h2>沿革</h2><table><tr><td>2015年6月10日</td><td>一般社団法人化</td></tr></table>",
    "table of members": "<table><tr><th>会社</th><th>入会</th></tr><tr><td>甲</td><td>2018年4月1日</td></tr><tr><td>乙</td><td>2019年4月1日</td></tr></table>",
    "shares and sections": "<ul><li>1/2 中小企業</li><li>2/3 小規模企業</li></ul><p>4.15 系</p><p>1.10 目的</p>",
    "yearless under an old copyright": "<ul><li>4月1日 総会</li><li>3月10日 見学会</li></ul><p>© 2012</p>",
    "news of others": '<h3>関連団体のニュース</h3><ul><li>2026.05.01 <a href="http://b.example/1">甲の記事</a></li>'
    '<li>2026.04.01 <a href="http://c.example/2">乙の記事</a></li></ul>',
    "comments of visitors": '<div class="widget_recent_comments"><ul><li>たなか より (2026年5月3日)</li></ul></div>',
    "machines bought": "<table><tr><th>機械</th><th>導入年月</th></tr><tr><td>旋盤</td><td>2019年3月</td></tr><tr><td>研削盤</td><td>2018年3月</td></tr></table>",
    "course schedule without a year": "<h2>スケジュール</h2><table><tr><td>第3回</td><td>4/23</td><td>シェル</td></tr><tr><td>第4回</td><td>4/30</td><td>正規表現</td></tr></table>",
    "deadline in Italian": "<p>Scadenza: 31 marzo 2026</p>",
    "deadline in Swedish": "<p>Sista ansökningsdag 31 mars 2026</p>",
    "versions of a system": "<ul><li>対応ドライバ (Windows 7/8/10)</li></ul>",
    "number of a plot": "<table><tr><td>所在地</td><td>諏訪市四賀2020-10-3</td></tr></table>",
    "code": "<pre>Dec 4 2024 build</pre>",
}


@pytest.mark.parametrize("body", NO_POSTS.values(), ids=NO_POSTS)
def test_what_is_no_post_is_not_read_as_one(body: str) -> None:
    assert latest(body) == ""


def test_a_sentence_counts_only_where_lists_are_silent_or_old() -> None:
    told = "<p>当会は2026年8月1日に総会を開催しました。</p>"
    assert latest(told) == "2026-08-01"
    assert latest(told + "<ul><li>2026.07.01 題</li><li>2026.06.01 題</li></ul>") == "2026-07-01"
    assert latest(told + "<ul><li>2016.07.01 題</li><li>2016.06.01 題</li></ul>") == "2026-08-01"


def test_a_stamp_is_kept_as_a_stamp() -> None:
    (item,) = items_of("<p>最終更新日：2026年10月1日</p>")
    assert (item.kind, item.source, item.on) == (DateKind.UPDATED, DateSource.STAMP, date(2026, 10, 1))
    assert item.confidence >= 0.6


def test_a_stamp_of_the_day_of_the_visit_may_be_a_scripts() -> None:
    (item,) = items_of("<p>Last updated: November 20, 2026</p>")
    assert item.kind is DateKind.UPDATED
    assert item.confidence < 0.6


def test_yearless_dates_of_a_page_last_touched_years_ago_are_of_that_time() -> None:
    body = "<ul><li>2012.05.01 題</li><li>2012.04.01 題</li></ul><ul><li>6月3日 見学会</li><li>7月3日 例会</li></ul>"
    assert latest(body).startswith("2012-")


def test_the_order_of_day_and_month_follows_the_page() -> None:
    assert latest("<ul><li>06/12/2025 uno</li><li>25/11/2025 due</li></ul>", home="it") == "2025-12-06"
    assert latest("<ul><li>06/12/2025 一</li><li>11/25/2025 二</li></ul>", home="ja") == "2025-11-25"


def test_a_coming_event_is_a_sign_of_life_and_no_post() -> None:
    found = items_of("<ul><li>2026年12月3日 講演会</li><li>2026年10月3日 講演会</li></ul>")
    coming = dates.next_event(found, today=TODAY)
    assert coming is not None
    assert coming.on == date(2026, 12, 3)
    assert latest("<ul><li>2026年12月3日 講演会</li><li>2026年10月3日 講演会</li></ul>") == "2026-10-03"


def test_an_item_carries_its_words_title_and_link() -> None:
    item, *_ = items_of('<ul><li>令和８年10月１日 <a href="/n/1.html">総会のお知らせ</a></li></ul>')
    assert item.raw == "令和８年10月１日"
    assert item.title == "総会のお知らせ"
    assert item.link == "http://a.example/n/1.html"
    assert item.precision is Precision.DAY


def test_a_weekday_that_fits_another_year_moves_only_a_day_still_ahead() -> None:
    # 22 December 2027 is a Wednesday too; written for a past minute, it cannot be ahead of its own record.
    assert (
        latest("<ul><li>2004年12月1日(水) 記録</li><li>2005年12月22日(水) 記録</li></ul>", today=date(2006, 1, 6))
        == "2005-12-22"
    )


def test_endless_dates_end() -> None:
    body = "<ul>" + "<li>2026.10.01 x</li>" * 5_000 + "</ul>"
    assert len(items_of(body)) <= dates.MAX_ITEMS


def test_a_stamp_beside_a_publication_day_is_no_newer_post() -> None:
    assert latest("<p>公開日: June 17, 2026 · 最終更新日: July 07, 2026 · 著者: 山田</p>") == "2026-06-17"


def test_an_inferred_year_far_ahead_of_all_written_ones_is_not_believed() -> None:
    body = "<ul><li>2015.09.01 題</li><li>2014.08.01 題</li></ul>"
    other = "<p>7/26(日) 14:00 集まり</p>"
    day = date(2023, 12, 5)
    found = [*items_of(body, today=day), *items_of(other, today=day)]
    assert dates.posts(found, today=day, floor=FLOOR)[0].on == date(2015, 9, 1)
    alone = dates.posts(items_of(other, today=day), today=day, floor=FLOOR)
    assert [i.on for i in alone] == [date(2020, 7, 26)]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<article><h2>題の一</h2><time>2026年8月1日</time><p>本文がここに続く。</p></article>", "題の一"),
        ("<article><time>2026年8月1日</time><h2>題の二</h2><p>本文がここに続く。</p></article>", "題の二"),
        ("<p class=d>2026.08.01 (土) 19:00 –</p><h2>研究会の題</h2>", "研究会の題"),
        ("<h3>第八回例会</h3><p>開催日時: 2026/10/11 19:00 - 21:00</p>", "第八回例会"),
        ("<table><tr><td>2026.08.01</td><td>表の題</td></tr></table>", "表の題"),
        ("<p>2026年12月27日（会場：仙台市内）　光学部品 展示商談会</p>", "(会場:仙台市内) 光学部品 展示商談会"),
        ("<p>2026.08.01 [委員会] 議事録（第3回）</p>", "[委員会] 議事録(第3回)"),
        ("<p>総会（2026年8月1日）のお知らせ</p>", "総会 のお知らせ"),
        ("<ul><li>会報を発行しました [2026年8月1日]</li></ul>", "会報を発行しました"),
        ("<p>2026.08.01（19:00～）研究会</p>", "研究会"),
        ("<ul><li>（会報を発行しました 2026.08.01</li></ul>", "会報を発行しました"),
        ("<p>2026.08.01）総会のお知らせ</p>", "総会のお知らせ"),
        ("<p>2026.08.01（総会のお知らせ）</p>", "総会のお知らせ"),
        ("<p>2026.08.01（一）総会（二）</p>", "(一)総会(二)"),
        ("<p>この会は2026年8月1日に仙台で設立総会を開きました。</p>", "この会は…に仙台で設立総会を開きました"),
        ("<p>2026年8月1日に仙台で設立総会を開きました。</p>", "…に仙台で設立総会を開きました"),
        ("<p>この会は2026年8月1日の13:00から15時まで開きました。</p>", "この会は…の…から…まで開きました"),
        (
            "<p>この会の設立総会は仙台市の会館で2026年8月1日 13:00に開かれました。</p>",
            "この会の設立総会は仙台市の会館で…に開かれました",
        ),
        ("<p>第3回の総会（2026年8月1日）は仙台で開きました。</p>", "第3回の総会 は仙台で開きました"),
        # A heading over a list is not the name of its first item.
        ("<h2>入会の案内</h2><dl><dt>2026.08.01</dt><dd>会報を発行</dd></dl>", "会報を発行"),
        ("<h2>お知らせ</h2><div>2026.08.01</div><div>会報を発行</div>", "会報を発行"),
        ("<h2>最新ニュース &amp; トピックス</h2><div>2026.08.01</div><div>会報を発行</div>", "会報を発行"),
        (
            "<h2>皆さまへ</h2><div>2026.08.01</div><div>会報を発行</div><div>2026.07.01</div><div>総会を開催</div>",
            "会報を発行",
        ),
        ("<h2>会報を発行</h2><div>2026.08.01</div><div>本文がここに続く。</div>", "会報を発行"),
        ("<h2>会報を発行</h2><div>2026.08.01</div><p>本文</p><h2>総会</h2><div>2026.07.01</div>", "会報を発行"),
        (
            "<h1>会報を発行</h1><div>2026.08.01</div><div>本文がここに続く。</div><div>2026.07.01から</div>",
            "会報を発行",
        ),
        ("<h2>総会のお知らせ</h2><div>2026.08.01</div><div>本文がここに続く。</div>", "総会のお知らせ"),
        ("<h2>お知らせ</h2><div>2026.08.01</div>", "お知らせ"),
        # Nor is the kind of an item, which stands with its date.
        ("<div><div><p>Press release</p><p>2026.08.01</p></div><p>Website Revision</p></div>", "Website Revision"),
        ("<div><p>会報を発行</p><div><p>2026.08.01</p><p>お知らせ</p></div></div>", "会報を発行"),
        ("<div><p>お知らせ</p><p>2026.08.01</p></div>", "お知らせ"),
        # The words of the next item are not those of this one.
        ("<ul><li>会報を発行 (2026.08.01)</li><li>総会を開催 (2026.07.01)</li></ul>", "会報を発行"),
        ("<ul><li>会員募集のお知らせ 2026.08.01</li><li>会員の募集 2026.07.01</li></ul>", "会員募集のお知らせ"),
        ("<p>お知らせ 2026.08.01</p><p>題がここにある。</p>", "題がここにある。"),
        ("<p>お知らせ 2026.08.01</p><h3>7月1日から変わりました</h3>", "7月1日から変わりました"),
        ("<p>第3回セミナー開催：2026年8月1日</p>", "第3回セミナー開催"),
        ("<h2>題の三</h2><p>セミナー開催：2026年8月1日</p>", "題の三"),
        ("<p>開催日時：2026年8月1日</p>", ""),
    ],
)
def test_an_item_is_named_by_the_words_it_belongs_to(body: str, title: str) -> None:
    assert items_of(body)[0].title == title


@pytest.mark.parametrize("text", ["Hello world!", "サンプル投稿", "Welcome to Jekyll!"])
def test_a_post_that_came_with_a_theme_is_none(text: str) -> None:
    below = f"<article><h2>{text}</h2><time datetime='2026-08-29'>2026年8月29日</time><p>WordPress へようこそ。</p></article>"
    above = f"<div><span class=d>2026.08.29</span></div><h2>{text}</h2><p>本文</p>"
    assert latest(below) == ""
    assert latest(above) == ""


def test_an_event_that_a_page_only_announced_is_no_newer_than_its_news() -> None:
    body = "<p>(2025年6月23日更新)</p><p>●日時：2025年10月29日(水) 11:00～</p><ul><li>2025.06.01 題</li><li>2025.05.01 題</li></ul>"
    assert latest(body) == "2025-06-01"
    assert latest(body.replace("(2025年6月23日更新)", "")) == "2025-10-29"


def test_the_stamp_of_the_footer_is_no_entry_of_a_list_of_stamps() -> None:
    body = (
        "<p>公開日: June 17, 2024 · 最終更新日: July 07, 2024 · 著者: 山田</p>"
        "<footer><p>© Copyright 2025 Yamada. Powered by Jekyll. Last updated: May 15, 2025.</p></footer>"
    )
    assert latest(body) == "2024-06-17"


@pytest.mark.parametrize(
    ("body", "coming"),
    [
        ("<p>夏季休業：12月11日〜12月16日</p>", None),  # holidays come round every year
        ("<p>任期：2025年6月1日〜2027年5月31日</p>", None),  # a term is no event
        ("<table><tr><th>認証</th><th>有効期限</th></tr><tr><td>ISO9001</td><td>2027年3月31日</td></tr></table>", None),
        ("<ul><li>2026年12月1日〜2027年6月30日 企画展</li></ul>", None),  # a season
        ("<ul><li>2026年12月1日〜12月3日 展示会</li></ul>", "2026-12-01"),
        ("<ul><li>12月3日(木) 講演会</li><li>11月3日(火) 例会</li></ul>", "2026-12-03"),
    ],
)
def test_hours_terms_and_seasons_are_no_coming_events(body: str, coming: str | None) -> None:
    found = dates.next_event(items_of(body), today=TODAY)
    assert (found.on.isoformat() if found else None) == coming


def test_a_day_without_a_year_announces_nothing_on_a_site_that_fell_silent() -> None:
    announced = items_of("<table><tr><td>12月15日</td><td>納涼祭</td></tr></table>")
    news = items_of("<ul><li>2019-10-03 題</li><li>2019-09-03 題</li></ul>")
    fresh = items_of("<ul><li>2026-10-03 題</li><li>2026-09-03 題</li></ul>")
    assert dates.next_event([*announced, *news], today=TODAY) is None
    assert dates.next_event([*announced, *fresh], today=TODAY) is not None


def test_what_was_only_planned_is_no_newer_than_the_news() -> None:
    news = "<ul><li>2024.03.04 総会を開催しました</li><li>2024.02.04 例会を開催しました</li></ul>"
    assert latest(news + "<ul><li>2024.06.04 新棟完成予定</li></ul>") == "2024-03-04"
    assert latest(news + "<dl><dt>2024年6月4日</dt><dd>忘年会（予定）</dd></dl>") == "2024-03-04"
    assert latest(news + "<ul><li>2024.06.04 予定表を更新しました</li></ul>") == "2024-06-04"


@pytest.mark.parametrize(
    "text",
    [
        "build 2024-05-12 passed\nbuild 2024-05-11 passed",  # a log
        "2024年5月  12.5\n2024年4月  11.0",  # a table of figures
    ],
)
def test_preformatted_text_that_no_day_leads_is_no_list(text: str) -> None:
    assert not items_of(f"<pre>{text}</pre>")


def test_the_weekday_of_a_badge_belongs_to_its_day() -> None:
    badge = "<div>2026年5月</div><div>12日</div><div>火曜日</div>"
    (item,) = items_of(f"<div class=e>{badge}<h3>総会を開催しました</h3></div>")
    assert (item.on.isoformat(), item.raw) == ("2026-05-12", "2026年5月 12日 火曜日")


def test_preformatted_entries_in_full_width_are_lines_of_their_own() -> None:
    assert len(items_of("<pre>２０２６．１．６　総会を開催\n２０２５．１２．６　例会を開催</pre>")) == 2
