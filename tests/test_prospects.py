"""Links as leads, and what speaks for a lead being a cluster: tables of cases on both sides of the threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crawler.config import Discover
from crawler.model import Outcome, PageKind
from crawler.reading.outlinks import link_lists, outlinks
from crawler.reading.page import parse
from crawler.scouting import Outlink, Scouted, ScoutedPage, SourceKind
from pipelines import prospects
from pipelines.leads import Known, Lead, Mention, countries_of, is_platform, leads, name_of
from pipelines.prospects import Surroundings, distinct, is_worth_a_look, prospect
from review.prospects import BODIES, PAGES, PATTERNS, in_words
from review.sentences import matchers
from review.texts import texts

TODAY = date(2026, 11, 24)
AROUND = Surroundings(today=TODAY, countries=countries_of({"JP", "GB"}), names={"aoba": "Aoba Photonics"})
LEAST = Discover().least_score
SITE = "http://a.example/"
LINKS = "http://aoba.example/links"


def mention(name: str = "", source: str = "aoba", kind: SourceKind = SourceKind.CLUSTER, **more: str) -> Mention:
    return Mention(source=source, kind=kind, page=more.pop("page", LINKS), url=more.pop("url", SITE), name=name, **more)


def lead(name: str, *more: Mention, website: str = SITE) -> Lead:
    return Lead(domain="a.example", website=website, name=name, mentions=(mention(name), *more))


def home(title: str = "", **more: object) -> ScoutedPage:
    read = ScoutedPage(
        url=SITE, outcome=Outcome.OK, final_url=SITE, kind=PageKind.CONTENT, title=title, language="ja",
        latest=date(2026, 11, 1), latest_raw="2026.11.1",
    )  # fmt: skip
    return replace(read, **more)  # type: ignore[arg-type]  # of its own fields


PORTAL = mention("x", "http://portal.example/", SourceKind.PORTAL, page="http://portal.example/list")
MINISTRY = mention("x", "https://www.meti.go.jp/", SourceKind.PORTAL, page="https://www.meti.go.jp/cluster")


@pytest.mark.parametrize(
    ("name", "score"),
    [
        # Words of clusters, with a living home page in Japanese: 40 or less for the name, 5 for the link, 20 for the home.
        ("青葉クラスター", 65),
        ("青葉光バレー", 65),
        ("青葉ロボット産業振興協議会", 75),
        ("Aoba Photonics Cluster", 75),
        ("Windenergie-Netzwerk Weser", 65),
        ("青葉コンソーシアム", 65),
        ("青葉医療機器研究会", 55),  # a word that others use too, and one of an industry
        ("青葉研究会", 45),
        ("青葉ネットワークフォーラム", 55),  # two words that others use too
        ("青葉フォーラム", 45),
        ("青葉ものづくりセンター", 45),
        ("青葉センター", 35),
        # What only looks like one.
        ("青葉バレーボール協会", -25),
        ("クラスター計算機の青葉", 25),
        ("青葉クラスター分析", 25),
        ("日本光学協議会", 25),  # of the whole country
        ("日本光学産業クラスター", 65),  # unless it is called a cluster
        ("青葉新聞", -35),
        ("青葉バイオ銀行", -25),
        ("青葉ネットワークショップ", -15),
        ("青葉観光協会", -25),
        ("青葉県", -35),
        ("青葉大学", -25),
        ("青葉大学発イノベーション推進協議会", 65),
        ("青葉病院", -15),
        ("青葉商工会議所", -15),
        ("青葉光学会", -15),
        ("株式会社青葉光バレー", 20),
        ("青葉機械(株)", -10),
        ("青葉機械健康保険組合", -5),
        ("ものづくり補助金", -5),
    ],
)
def test_a_name_and_a_living_home_page(name: str, score: int) -> None:
    assert prospect(lead(name), home(), AROUND).score == score


@pytest.mark.parametrize(
    ("more", "read", "score", "code"),
    [
        ((), None, 35, "not_asked"),
        ((), home(), 55, "alive"),
        ((), home(latest=None), 50, "alive"),
        ((), home(latest=date(2025, 5, 25)), 55, "recent"),
        ((), home(latest=date(2025, 5, 24)), 50, "alive"),
        ((), home(language="en"), 50, "alive"),
        ((), home(ended="解散いたしました。"), -5, "ended"),
        ((), home(kind=PageKind.PARKED), -45, "others"),
        ((), home(kind=PageKind.HIJACKED), -45, "others"),
        ((), home(kind=PageKind.MAINTENANCE), 35, "no_page"),
        ((), home(outcome=Outcome.DNS_NXDOMAIN, kind=None), -5, "gone"),
        ((), home(outcome=Outcome.HTTP_404, kind=None), -5, "gone"),
        ((), home(outcome=Outcome.ROBOTS_DISALLOW, kind=None), 35, "unread"),
        ((), home(outcome=Outcome.TCP_TIMEOUT, kind=None), 35, "unread"),
        ((mention(source="oki"),), None, 43, "linked"),
        ((mention(source="oki"), mention(source="bare"), mention(source="d"), mention(source="e")), None, 59, "linked"),
        ((PORTAL,), None, 50, "portal"),
        ((PORTAL, MINISTRY), None, 55, "public_portal"),
        ((mention(source="oki", heading="クラスター一覧"),), None, 48, "heading"),
    ],
)
def test_what_counts_beside_the_name(
    more: tuple[Mention, ...], read: ScoutedPage | None, score: int, code: str
) -> None:
    # A name with two words that others use too: 30; and one link: 5.
    found = prospect(replace(lead("青葉ネットワークフォーラム", *more), mentions=(mention(), *more)), read, AROUND)
    assert code in {ground.code for ground in found.grounds}
    assert found.score == score


@pytest.mark.parametrize(
    ("website", "score"),
    [
        ("https://a.or.jp/", 50),
        ("https://a.org.uk/", 50),
        ("https://a.example/", 45),
        ("https://a.co.jp/", 50),  # called a cluster, so the company's address does not matter
        ("https://www.a.lg.jp/x/", 50),
        ("https://www.a-shinkin.jp/", -10),
    ],
)
def test_the_address_counts_too(website: str, score: int) -> None:
    assert prospect(replace(lead("青葉クラスター"), website=website), None, AROUND).score == score


@pytest.mark.parametrize(
    ("website", "code"),
    [
        ("https://a.co.jp/", "company"),
        ("https://www.meti.go.jp/", "public"),
        ("https://www.pref.aoba.jp/", "public"),
        ("https://a.ac.jp/", "university"),
        ("https://shop.a.jp/", "shop"),
        ("https://a.or.jp/", ""),
    ],
)
def test_an_address_that_is_no_clusters(website: str, code: str) -> None:
    grounds = prospect(replace(lead("青葉"), website=website), None, AROUND).grounds
    assert {g.code for g in grounds if g.points < 0} == ({code} if code else set())


def test_a_home_page_names_what_links_do_not() -> None:
    found = prospect(lead(""), home("青葉水素クラスター推進協議会"), AROUND)
    assert (found.name, found.score) == ("青葉水素クラスター推進協議会", 75)
    assert prospect(lead(""), home("青葉銀行"), AROUND).score == -35
    assert prospect(lead(""), None, AROUND).name == "a.example"


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        (lead("青葉センター"), True),  # 15
        (lead(""), False),
        (replace(lead(""), mentions=(mention(source="a"), mention(source="b"))), False),  # 13
        (replace(lead(""), mentions=(mention(source="a"), mention(source="b"), mention(source="c"))), True),
        (lead("", PORTAL), True),
        (lead("青葉新聞", PORTAL, MINISTRY), False),
    ],
)
def test_only_the_likely_ones_are_looked_at(found: Lead, worth: bool) -> None:
    assert is_worth_a_look(found, AROUND) is worth


def test_addresses_that_end_at_one_domain_are_one_proposal_and_at_a_known_one_none() -> None:
    moved = prospect(
        replace(lead("青葉クラスター"), domain="old.example"), home(final_url="https://new.example/x"), AROUND
    )
    new = prospect(replace(lead("青葉"), domain="new.example", website="https://new.example/"), None, AROUND)
    assert moved.website == "https://new.example/x"
    assert distinct([new, moved], ()) == [moved]
    assert distinct([new, moved], {"new.example"}) == []


# --- links ---

PAGE = """<title>リンク</title><nav><a href="/links.html">リンク集</a> <a href="/about.html">概要</a>
<a href="/news/links-between-east-and-west-are-growing-fast">links between east and west are growing fast</a>
<a href="/x">会員企業</a> <a href="/p/partners/">協働</a> <a href="p2.html">次へ</a></nav><main><h2>クラスター</h2><ul>
<li><a href="https://a.example/">青葉クラスター</a></li>
<li>白帆ネットワーク <a href="http://www.b.example/">http://www.b.example/</a></li>
<li><a href="https://c.example/"><img src="x.gif" alt="クレセント協議会"></a></li>
<li><a href="https://d.example/"><img src="x.gif"></a></li>
<li><a href="https://news.a.example/1">2</a> <a href="https://news.a.example/2">3</a> <a href="https://a.example/4">4</a></li>
<li><a href="http://self.example/z">中</a> <a href="mailto:x@e.example">mail</a> <a href="javascript:alert(1)">js</a></li>
</ul></main>"""


def test_the_links_that_lead_elsewhere_with_the_words_at_them() -> None:
    found = outlinks(parse(PAGE.encode(), "http://www.self.example/page"))
    assert [(link.url, name_of(link), link.heading) for link in found] == [
        ("https://a.example/", "青葉クラスター", "クラスター"),
        ("http://www.b.example/", "白帆ネットワーク", "クラスター"),
        ("https://news.a.example/1", "2", "クラスター"),
        ("https://news.a.example/2", "3", "クラスター"),
        ("https://c.example/", "クレセント協議会", ""),  # pictures are no text of a line
        ("https://d.example/", "", ""),
    ]


def test_the_pages_that_list_others_the_surest_first() -> None:
    page = parse(PAGE.encode(), "http://www.self.example/page")
    lists = [url.removeprefix("http://www.self.example") for url, _ in link_lists(page)]
    assert lists == ["/links.html", "/x", "/p/partners/"]
    assert ("http://www.self.example/p2.html", 0.8) in link_lists(page, pages_on=True)


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("青葉クラスター", "", "青葉クラスター"),
        ("こちら", "青葉クラスターのサイトは", "青葉クラスターのサイトは"),
        ("ホームページ", "青葉クラスター | ホームページ", "青葉クラスター"),
        ("https://a.example/", "https://a.example/", ""),
        ("", "", ""),
        ("公式サイト", "詳細", ""),
        ("あ" * 80, "", "あ" * 80),
        ("あ" * 81, "", ""),
        ("公式サイト" * 30 + "x", "", ""),  # that two ways lead to each of them costs nothing
    ],
)
def test_what_a_link_calls_an_organisation(text: str, line: str, name: str) -> None:
    assert name_of(Outlink(url=SITE, text=text, line=line)) == name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.facebook.com/aoba", True),
        ("https://x.com/aoba", True),
        ("https://maps.google.co.jp/", True),
        ("https://twitter.com.a.example/", False),
        ("https://box.com/", False),
        ("https://line-cluster.jp/", False),
    ],
)
def test_networks_and_services_are_nobodys_own(url: str, expected: bool) -> None:
    assert is_platform(url) is expected


def walk(site_id: str, *links: Outlink, kind: PageKind = PageKind.CONTENT) -> Scouted:
    page = ScoutedPage(url=LINKS, outcome=Outcome.OK, final_url=LINKS, kind=kind, links=links)
    return Scouted(site_id=site_id, kind=SourceKind.CLUSTER, pages=(page,))


def test_what_is_known_is_no_lead_and_each_organisation_is_one() -> None:
    a = Outlink(url="https://www.a.example/en/index.html", text="Aoba")
    better = Outlink(url="http://a.example/x", text="青葉クラスター")
    known = Outlink(url="https://b.example/", text="B")
    named = Outlink(url="https://c.example/", text="ＣＥＤＡＲ Cluster")
    parked = walk("z", Outlink(url="https://d.example/", text="D"), kind=PageKind.PARKED)
    found = leads(
        [walk("aoba", a, known, named), walk("oki", better), parked],
        Known(domains=frozenset({"b.example"}), names=frozenset({"cedarcluster"})),
    )
    assert [(one.domain, one.website, one.name) for one in found] == [
        ("a.example", "http://a.example/", "青葉クラスター")
    ]
    assert {m.source for m in found[0].mentions} == {"aoba", "oki"}


def test_a_part_of_a_larger_site_keeps_its_folder() -> None:
    at = [
        "https://www.pref.aoba.jp/cluster/",
        "https://www.a.ac.jp/lab/cluster/",
        "http://home.example/~cluster/x.html",
    ]
    found = leads([walk("aoba", *(Outlink(url=url, text="光クラスター") for url in at))], Known())
    assert sorted(one.website for one in found) == sorted(at)


# --- words ---


def _said() -> list[str]:
    """A sentence of every kind."""
    names = ("青葉ロボットクラスター", "青葉フォーラム", "日本光センター", "青葉新聞")
    reads = [home(outcome=o, kind=None) for o in (Outcome.HTTP_404, Outcome.HTTP_403)]
    reads += [
        home(),
        home(language="ja", ended="終了しました。"),
        home(kind=PageKind.PARKED),
        home(kind=PageKind.LOGIN),
    ]
    found = [prospect(lead(name), read, AROUND) for name in names for read in (None, *reads)]
    found.append(prospect(lead("x", PORTAL, website="https://shop.a.jp/"), None, AROUND))
    found.append(prospect(lead("x", MINISTRY, mention(source="oki", heading="クラスター")), None, AROUND))
    return [ground.sentence for one in found for ground in one.grounds]


def test_every_reason_is_known_to_the_pages_and_no_other() -> None:
    said = [line.rpartition(" (")[0] if line.endswith(")") and " (" in line[-6:] else line for line in _said()]
    used = {next((p for m, p in matchers(PATTERNS) if m.match(text)), text) for text in said}
    assert used == set(PATTERNS)
    assert set(BODIES) == set(prospects.KINDS.values())
    assert set(PAGES) == set(prospects.PAGES.values())


def test_reasons_are_said_in_japanese_with_their_words_and_points() -> None:
    why = "\n".join(g.sentence for g in prospect(lead("青葉クラスター"), home(kind=PageKind.PARKED), AROUND).grounds)
    said = in_words(texts("ja"), why).splitlines()
    assert said[0] == "名称にクラスターを表す語「クラスター」があります：「青葉クラスター」。 (+40)"
    assert said[-1] == f"反証：アドレスに表示されるのはドメインの売り出しページです：{SITE} (-80)"
    assert in_words(texts("en"), why) == why
    assert in_words(texts("ja"), "linked from a page\nby hand") == "linked from a page\nby hand"
