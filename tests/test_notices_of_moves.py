"""Where life goes on: moves, mergers, and updates that go on elsewhere."""

import pytest
from noticed import HOME, read

from crawler.model import NoticeKind

SOCIAL = "<a href='https://www.facebook.com/hcc'>"
NEW_PLACES = [
    (
        f"<p>当ホームページの更新は終了しました。最新情報は{SOCIAL}Facebook</a>をご覧ください。</p>",
        "https://www.facebook.com/hcc",
    ),
    (
        f"<p>当ホームページの更新は終了しました。</p><p>最新情報は{SOCIAL}Facebook</a>をご覧ください。</p>",
        "https://www.facebook.com/hcc",
    ),
    (f"<p>当サイトは更新しておりません。今後は{SOCIAL}こちら</a>をご覧ください。</p>", "https://www.facebook.com/hcc"),
    (f"<p>This website is no longer updated. Follow us on {SOCIAL}Facebook</a>.</p>", "https://www.facebook.com/hcc"),
    (f"<p>This website is no longer updated. Find us on {SOCIAL}LinkedIn</a></p>", "https://www.facebook.com/hcc"),
    (
        "<p>This site is no longer updated, please see our new <a href='https://n.example.org/'>pages</a>.</p>",
        "https://n.example.org/",
    ),
    (
        "<p>当ホームページの更新は終了しました。最新情報は<a href='/news/'>お知らせ</a>をご覧ください。</p>",
        HOME + "news/",
    ),
]


@pytest.mark.parametrize(("body", "successor"), NEW_PLACES)
def test_updates_that_ended_with_a_place_to_look_went_on_there(body: str, successor: str) -> None:
    assert [(n.kind, n.successor) for n in read(body)] == [(NoticeKind.MOVED, successor)]


NO_NEW_PLACES = [
    "<p>当ホームページの更新は終了しました。</p><p>制作 <a href='https://maker.example.org/'>maker</a></p>",
    "<p>当ホームページの更新は終了しました。過去の成果は<a href='https://a.example.org/'>報告書</a>をご覧ください。</p>",
    "<p>当ホームページの更新は終了しました。最新情報はFacebookをご覧ください。</p>",
    "<p>This website is no longer updated.</p><footer><a href='https://m.example.org/'>Follow us on X</a></footer>",
    "<p>x</p><footer><p>This site is no longer updated.</p><p>Made by <a href='https://m.example.org/'>new site makers</a></p></footer>",
]


@pytest.mark.parametrize("body", NO_NEW_PLACES)
def test_updates_that_ended_beside_any_other_link_ended(body: str) -> None:
    assert [(n.kind, n.successor) for n in read(body)] == [(NoticeKind.UPDATES_ENDED, "")]


SUCCESSORS = [
    ("<p>当サイトは<a href='https://new.example.org/'>新サイト</a>へ移転しました。</p>", "https://new.example.org/"),
    ("<p>引っ越しの完了後、このサイトは残しますが更新はしていきません。<br><a href='https://n.example.org/'>新しいサイト</a></p>", "https://n.example.org/"),
    ("<p>This site has moved to https://new.example.org/hcc .</p>", "https://new.example.org/hcc"),
    ("<p>当センターは、北陸産業機構に統合されました。</p>", "北陸産業機構"),
    ("<p>Hakusan Carbon Cluster has merged with Hokuriku Materials Alliance.</p>", "Hokuriku Materials Alliance"),
    ("<p>当クラスターは2020年4月1日より「北陸素材協会」に名称を変更しました。</p>", "北陸素材協会"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "successor"), SUCCESSORS)
def test_a_move_or_merger_names_where_life_goes_on(body: str, successor: str) -> None:
    assert read(body)[0].kind in {NoticeKind.MOVED, NoticeKind.SUCCEEDED}
    assert read(body)[0].successor == successor


def test_one_move_told_in_three_sentences_is_one_notice() -> None:
    found = read(
        "<p>当ホームページは下記へ移転しました。<br>新しいアドレス：<a href='http://new.example.org/'>こちら</a><br>このページは今後更新しません。</p>"
    )
    assert [n.kind for n in found] == [NoticeKind.MOVED]


def test_an_end_of_updates_without_a_new_address_is_no_move() -> None:
    found = read("引っ越しの完了後、このサイトは記録として残しますが、更新はしていきません。")
    assert not any(n.successor for n in found)


def test_a_new_address_on_the_same_host_is_no_move() -> None:
    assert not any(n.successor for n in read("<p>当サイトは<a href='/new/'>新しいページ</a>へ移転しました。</p>"))


def test_somebody_elses_new_site_is_no_move() -> None:
    assert read("<p>金沢市の新しいサイトは<a href='https://city.example.org/'>こちら</a></p>") == ()
    assert read("<p>Our member has a new website <a href='https://m.example.org/'>here</a>.</p>") == ()


def test_a_link_in_the_footer_is_no_new_address() -> None:
    found = read("<p>当サイトは移転しました。</p><footer><a href='https://maker.example.org/'>制作</a></footer>")
    assert [(n.kind, n.successor) for n in found] == [(NoticeKind.MOVED, "")]
