"""Who or what a notice is about: this page, this site, this project, somebody else; and when it holds."""

from datetime import date

import pytest
from noticed import HOME, NAMES, read

from crawler.model import NoticeKind

PAGE_ONLY = [
    "このページの更新は終了しました。",
    "このページは更新していません。",
    "このページは更新を停止しております。",
    "このページは閉鎖しました。",
    "<p>このページは移転しました。<a href='https://n.example.org/'>新しいページ</a></p>",
    "Diese Seite wird nicht mehr aktualisiert.",
    "This web page is no longer updated.",
    "Strona nie jest już aktualizowana.",
    "<p>Our web page has moved to https://n.example.org/ .</p>",
    "<p>Diese Seite ist umgezogen: https://n.example.org/ .</p>",
]


@pytest.mark.parametrize("body", PAGE_ONLY)
def test_this_page_is_the_site_on_the_home_page_only(body: str) -> None:
    assert read(body, url=HOME + "news/2019.html") == ()
    assert read(body, url=HOME + "2019.html") == ()
    assert len(read(body, url=HOME)) == 1
    assert len(read(body, url=HOME + "index.html")) == 1


def test_this_site_is_the_site_on_any_page() -> None:
    deep = HOME + "news/2019.html"
    assert [n.kind for n in read("このホームページの更新は終了しました。", url=deep)] == [NoticeKind.UPDATES_ENDED]
    assert [n.kind for n in read("This site is no longer updated.", url=deep)] == [NoticeKind.UPDATES_ENDED]


# Title and names of the host, and a project that ended.
PROJECTS = [
    ("MOBIプロジェクト", (), "MOBIプロジェクトは2018年3月31日に終了しました。", True),
    ("白山炭素繊維クラスター", NAMES, "MOBIプロジェクトは2018年3月31日に終了しました。", False),
    ("The MOBI project", (), "The MOBI project ended in December 2019.", True),
    ("The MOBI project", (), "The NEXT project ended in December 2019.", False),
    ("", ("MOBI Project",), "Our project ended in December 2019.", True),
    ("", ("MOBI Project",), "Our project NEXT ended in December 2019.", False),
    ("", NAMES, "Our project ended in December 2019.", False),
    ("", NAMES, "This project ended in December 2019.", True),
]


@pytest.mark.parametrize(("title", "names", "body", "told"), PROJECTS)
def test_a_project_that_ended_is_told_where_the_host_is_that_project(
    title: str, names: tuple[str, ...], body: str, told: bool
) -> None:
    expected = [NoticeKind.PROJECT_ENDED] if told else []
    assert [n.kind for n in read(body, title=title, names=names)] == expected


def test_a_title_without_a_subject_announces() -> None:
    found = read("<p>詳しくは下記。</p>", title="解散のお知らせ | 白山炭素繊維クラスター")
    assert [(n.kind, n.past) for n in found] == [(NoticeKind.ANNOUNCED, False)]


def test_an_address_in_the_margin_counts_in_the_line_of_the_notice() -> None:
    moved = "<p>x</p><footer><p>当サイトは<a href='https://n.example.org/'>新サイト</a>へ移転しました。</p></footer>"
    assert [n.successor for n in read(moved)] == ["https://n.example.org/"]
    assert read("<p>x</p><aside><p>当サイトは移転しました。</p></aside>") == ()


def test_a_day_to_come_makes_an_announcement_and_its_passing_an_end() -> None:
    body = "当会は2027年3月31日をもって解散いたします。"
    before, after = read(body), read(body, today=date(2027, 4, 1))
    assert [(n.kind, n.past) for n in before] == [(NoticeKind.ANNOUNCED, False)]
    assert [(n.kind, n.past) for n in after] == [(NoticeKind.ORG_ENDED, True)]
    assert before[0].quote == after[0].quote


def test_the_day_itself_is_no_longer_to_come() -> None:
    found = read("当会は2026年11月25日をもって解散いたします。")
    assert found[0].kind is NoticeKind.ORG_ENDED


PROGRAMME = "本プロジェクトは2018年3月31日をもって終了しました。"


def test_a_project_on_a_deep_page_is_one_of_many_unless_the_host_is_a_project() -> None:
    deep = HOME + "works/2018/fiber.html"
    assert read(PROGRAMME, url=deep) == ()
    assert [n.kind for n in read(PROGRAMME, url=deep, names=("白山プロジェクト",))] == [NoticeKind.PROJECT_ENDED]
    assert [n.kind for n in read(PROGRAMME, url=HOME)] == [NoticeKind.PROJECT_ENDED]


def test_legal_form_and_rebirth_are_no_end() -> None:
    assert read("当会は2020年3月に解散し、4月に一般社団法人として再出発しました。") == ()


def test_rules_are_passed_over() -> None:
    assert (
        read("<h1>会則</h1><p>本会は2020年3月31日をもって解散した。</p>", title="会則 | 白山炭素繊維クラスター") == ()
    )


def test_an_end_named_after_another_body_is_not_the_hosts() -> None:
    assert read("能登木材クラスターは2020年3月31日をもって解散しました。長年のご支援ありがとうございました。") == ()


def test_a_farewell_of_the_one_the_site_is_called_after_is_the_hosts() -> None:
    found = read(
        "能登木材クラスターは2020年3月31日をもって解散しました。長年のご支援ありがとうございました。",
        title="能登木材クラスター",
        names=(),
    )
    assert [n.kind for n in found] == [NoticeKind.ORG_ENDED]


def test_a_bare_heading_announces_and_claims_no_end() -> None:
    found = read("<ul><li><a href='a.pdf'>当協議会の解散のお知らせ</a></li></ul>")
    assert [(n.kind, n.past) for n in found] == [(NoticeKind.ANNOUNCED, False)]
