"""Whole visits over websites in memory: where a visit goes, what it finds, when it stops."""

from __future__ import annotations

import pytest
from visits import judged, latest, listed, visited

from crawler.model import Activity, English, Outcome, VisitOutcome

PROSE = (
    "<p>青葉協議会は、地域の企業と大学を結び、新しい産業を育てるために活動している団体です。会員を募集しています。</p>"
)
ENGLISH = (
    "<p>The Aoba Cluster links the companies and universities of our region with each other and with the world.</p>"
    "<p>It was founded to help small companies to find partners for research and for the development of products.</p>"
    "<p>We are open to visits of delegations from abroad and look forward to hearing from you at any time.</p>"
)
NEWS = listed("2026.06.01 総会を開催しました", "2026.05.01 見学会を開催しました")


@pytest.mark.parametrize("label", ["日本語", "Japanese", "JP"])
def test_from_an_english_home_page_the_home_language_is_read_too(label: str) -> None:
    pages = {
        "http://a.example.jp/": f'<html lang=en><body>{ENGLISH}<a href="/ja/">{label}</a></body></html>',
        "http://a.example.jp/ja/": f"<html><body>{PROSE}{NEWS}</body></html>",
    }
    visit = visited(pages)
    assert latest(visit) == "2026-06-01"
    assert judged(visit).languages[0] in {"en", "ja"}


def test_an_english_site_without_english_addresses_is_read_to_its_news() -> None:
    pages = {
        "http://a.example.jp/": f'<body>{ENGLISH}<a href="/achievements/">Achievements</a></body>',
        "http://a.example.jp/achievements/": f"<body>{ENGLISH}{listed('2026-05-20 Award received', '2026-04-20 Visit')}</body>",
    }
    assert latest(visited(pages, home_language="en")) == "2026-05-20"


def test_a_laboratory_is_not_alive_by_the_news_of_its_university() -> None:
    pages = {
        "http://lab.univ.ac.jp/": f"<body>{PROSE}{listed('2019.04.01 異動', '2018.04.01 異動')}"
        '<a href="http://www.univ.ac.jp/news/">お知らせ</a></body>',
        "http://www.univ.ac.jp/news/": f"<body>{NEWS}</body>",
    }
    assert latest(visited(pages, website="http://lab.univ.ac.jp/")) == "2019-04-01"


def test_a_redirect_to_an_inner_page_leaves_the_whole_host_the_clusters_own() -> None:
    pages = {
        "http://a.example.jp/portal/index.html": f'<body>{PROSE}<a href="/news/">お知らせ</a></body>',
        "http://a.example.jp/news/": f"<body>{PROSE}{NEWS}</body>",
    }
    assert (
        latest(visited(pages, redirects={"http://a.example.jp/": "http://a.example.jp/portal/index.html"}))
        == "2026-06-01"
    )


def test_a_folder_on_a_portal_is_not_alive_by_the_portals_news_nor_english_by_its_pages() -> None:
    pages = {
        "http://pref.example.jp/sangyo/cluster/": f'<body><header><a href="/en/">English</a></header>{PROSE}'
        '<a href="/sangyo/news/">お知らせ</a></body>',
        "http://pref.example.jp/sangyo/news/": f"<body>{NEWS}</body>",
        "http://pref.example.jp/en/": f"<body>{ENGLISH}{listed('2026-06-20 Road works', '2026-06-10 Fire drill')}</body>",
    }
    visit = visited(pages, website="http://pref.example.jp/sangyo/cluster/")
    assert latest(visit) == ""
    assert judged(visit).english is English.NONE


def test_a_folder_that_is_gone_from_a_portal_is_not_replaced_by_its_root() -> None:
    pages = {"http://pref.example.jp/": f"<body>{NEWS}</body>"}
    visit = visited(pages, website="http://pref.example.jp/sangyo/cluster/")
    assert visit.failure is Outcome.HTTP_404
    assert visit.pages == ()


def test_news_behind_unlabelled_links_are_found_within_the_budget() -> None:
    links = "".join(f'<a href="/p{n}.html"><img src="{n}.gif"></a>' for n in range(1, 9))
    pages = {"http://a.example.jp/": f"<body>{PROSE}{links}</body>"}
    pages |= {f"http://a.example.jp/p{n}.html": f"<body>{PROSE}</body>" for n in range(1, 9)}
    pages["http://a.example.jp/p8.html"] = f"<body>{PROSE}{NEWS}</body>"
    assert latest(visited(pages)) == "2026-06-01"


def test_an_inner_frame_is_a_part_of_the_page() -> None:
    pages = {
        "http://a.example.jp/": f'<body>{PROSE}<iframe src="k.html"></iframe></body>',
        "http://a.example.jp/k.html": f"<body>{NEWS}</body>",
    }
    assert latest(visited(pages)) == "2026-06-01"


def test_calendars_do_not_eat_the_budget() -> None:
    months = "".join(f'<a href="/cal.php?year=2026&month={n}">{n}月</a>' for n in range(1, 13))
    pages = {
        "http://a.example.jp/": f'<body>{PROSE}{months}<a href="/a/b/c.html">会の様子</a></body>',
        "http://a.example.jp/a/b/c.html": f"<body>{PROSE}{listed('2024.05.01 例会', '2024.04.01 例会')}</body>",
    }
    pages |= {
        f"http://a.example.jp/cal.php?year=2026&month={n}": "<body><p>予定はありません。</p></body>"
        for n in range(1, 13)
    }
    assert latest(visited(pages)) == "2024-05-01"


def test_a_news_page_that_a_script_fills_is_shown_in_the_browser() -> None:
    empty = '<body><header>青葉協議会</header><h1>お知らせ</h1><div id="news-list"></div><script src="/app.js"></script></body>'
    pages = {
        "http://a.example.jp/": f'<body>{PROSE}<a href="/news/">お知らせ</a></body>',
        "http://a.example.jp/news/": empty,
    }
    filled = empty.replace('<div id="news-list"></div>', NEWS)
    assert latest(visited(pages, shown={"http://a.example.jp/news/": filled})) == "2026-06-01"


def test_a_visit_stops_when_nothing_more_can_change_the_answer() -> None:
    many = "".join(f'<a href="/x{n}.html">会の案内{n}</a>' for n in range(50))
    pages = {"http://a.example.jp/": f"<body>{PROSE}{listed('2026.06.30 総会', '2026.06.01 例会')}{many}</body>"}
    pages |= {f"http://a.example.jp/x{n}.html": f"<body>{PROSE}</body>" for n in range(50)}
    visit = visited(pages)
    assert visit.stopped == "nothing more can change the answer"
    assert len(visit.pages) <= 2
    assert judged(visit).activity is Activity.ACTIVE


TO_NEW = '<html><head><meta http-equiv="refresh" content="0;url=https://b.example.org/"></head><body></body></html>'


def test_a_home_page_that_only_leads_to_another_domain_is_followed_as_a_redirect_is() -> None:
    pages = {"http://a.example.jp/": TO_NEW, "https://b.example.org/": PROSE + NEWS}
    visit = visited(pages)
    assert (visit.outcome, visit.moved_to) == (VisitOutcome.READ, "https://b.example.org/")
    assert latest(visit) == "2026-06-01"


def test_a_home_page_is_followed_to_another_domain_once_only() -> None:
    there = TO_NEW.replace("b.example.org", "c.example.net")
    pages = {"http://a.example.jp/": TO_NEW, "https://b.example.org/": there, "https://c.example.net/": PROSE}
    visit = visited(pages)
    assert visit.outcome is VisitOutcome.INCONCLUSIVE
    assert "https://c.example.net/" not in {f.url for f in visit.fetches}


def test_a_domain_for_sale_behind_a_page_that_leads_on_is_a_loss() -> None:
    sale = "<title>For sale</title><p>This domain name is for sale.</p>"
    visit = visited({"http://a.example.jp/": TO_NEW, "https://b.example.org/": sale})
    assert visit.outcome is VisitOutcome.LOST


def test_where_a_page_leads_to_a_dead_address_nothing_is_said() -> None:
    visit = visited({"http://a.example.jp/": TO_NEW})
    assert (visit.outcome, visit.moved_to) == (VisitOutcome.INCONCLUSIVE, "")


def test_another_domain_is_read_where_the_home_page_leads_there() -> None:
    pages = {
        "http://neu.example.com/": f'<body>{PROSE}<a href="/news/">お知らせ</a></body>',
        "http://neu.example.com/news/": f"<body>{PROSE}{NEWS}</body>",
    }
    visit = visited(pages, redirects={"http://a.example.jp/": "http://neu.example.com/"})
    assert visit.moved_to == "http://neu.example.com/"
    assert latest(visit) == "2026-06-01"
