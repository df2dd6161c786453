"""Names, telephone numbers, postcodes and mail domains that identify an organisation."""

import pytest

from crawler.model import Cluster, Trait, TraitKind
from crawler.reading import identity
from crawler.reading.page import parse

HOME = "http://hakusan.example/"


def cluster(name_ja: str = "", name_en: str = "", **more: str) -> Cluster:
    return Cluster(cluster_id="x", name_en=name_en, name_ja=name_ja, website=HOME, **more)  # type: ignore[arg-type]  # only strings here


def traits(body: str, of: Cluster, title: str = "") -> list[tuple[TraitKind, str]]:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    found: tuple[Trait, ...] = identity.read(parse(html.encode(), HOME), of)
    assert all(trait.url == HOME for trait in found)
    return [(trait.kind, trait.value) for trait in found if trait.kind is not TraitKind.EMAIL]


def addresses(body: str) -> list[str]:
    found = identity.read(parse(f"<body>{body}</body>".encode(), HOME), HCC)
    return [trait.value for trait in found if trait.kind is TraitKind.EMAIL]


NAMES = [
    ("一般社団法人 白山炭素繊維機構", "", ("白山炭素繊維機構",)),
    ("公益財団法人白山炭素繊維機構", "", ("白山炭素繊維機構",)),
    ("特定非営利活動法人 白山森の会", "", ("白山森の会",)),
    ("NPO法人白山森の会", "", ("白山森の会",)),
    ("（一財）白山炭素繊維機構", "", ("白山炭素繊維機構",)),
    ("㈱白山炭素", "", ("白山炭素",)),
    ("白山炭素繊維クラスター（HCC）", "", ("白山炭素繊維クラスター", "HCC")),
    ("", "Hakusan Carbon Cluster (HCC)", ("Hakusan Carbon Cluster", "HCC")),
    ("", "Hakusan Carbon Cluster (HC)", ("Hakusan Carbon Cluster",)),
    ("", "Hakusan Carbon Cluster (Japan)", ("Hakusan Carbon Cluster",)),
    ("", "Leichtbau-Netzwerk Lahn e.V.", ("Leichtbau-Netzwerk Lahn",)),
    ("", "Hakusan Carbon Inc.", ("Hakusan Carbon",)),
    ("ＫＢＣ神山バイオ会議", "", ("KBC神山バイオ会議",)),
    ("クラスター協議会", "Cluster Network", ()),
    ("産業振興センター", "Industrial Promotion Center", ()),
    ("", "Bio", ()),
    ("", "", ()),
]


@pytest.mark.parametrize(("name_ja", "name_en", "names"), NAMES)
def test_names_are_taken_without_legal_form_and_never_generic_alone(
    name_ja: str, name_en: str, names: tuple[str, ...]
) -> None:
    assert identity.names_of(cluster(name_ja, name_en)) == names


HCC = cluster("白山炭素繊維・クラスター（ACT）", "Hakusan Carbon Cluster")
SEEN = [
    ("<h1>白山炭素繊維クラスター</h1>", (TraitKind.NAME, "白山炭素繊維・クラスター")),
    ("<footer>白山　炭素繊維 クラスター</footer>", (TraitKind.NAME, "白山炭素繊維・クラスター")),
    ("<header>HAKUSAN  CARBON CLUSTER</header>", (TraitKind.NAME_EN, "Hakusan Carbon Cluster")),
    ("<p>Ｈａｋｕｓａｎ Ｃａｒｂｏｎ Ｃｌｕｓｔｅｒの活動</p>", (TraitKind.NAME_EN, "Hakusan Carbon Cluster")),
    ("<p>Hakusan Carbon-Cluster</p>", (TraitKind.NAME_EN, "Hakusan Carbon Cluster")),
    ("<p>ACTの活動</p>", (TraitKind.NAME, "ACT")),
    ("<p>TEL：０７６－１２３－４５６７</p>", (TraitKind.PHONE, "0761234567")),
    ("<p>電話 076-123-4567</p>", (TraitKind.PHONE, "0761234567")),
    ("<p>Tel (076) 123-4567</p>", (TraitKind.PHONE, "0761234567")),
    ("<p>Phone +81-76-123-4567</p>", (TraitKind.PHONE, "0761234567")),
    ("<p>Phone +81 (0)76 123 4567</p>", (TraitKind.PHONE, "0761234567")),
    ("<p>Tel. +49 6421 123-456</p>", (TraitKind.PHONE, "+496421123456")),
    ("<p>〒920-0001 金沢市</p>", (TraitKind.POSTAL, "920-0001")),
    ("<p>920-0001 石川県金沢市</p>", (TraitKind.POSTAL, "920-0001")),
    ("<p>info@Hakusan.example.jp</p>", (TraitKind.EMAIL_DOMAIN, "hakusan.example.jp")),
    ("<p>info＠hakusan.example.jp</p>", (TraitKind.EMAIL_DOMAIN, "hakusan.example.jp")),
    ("<p>info[at]hakusan.example.jp</p>", (TraitKind.EMAIL_DOMAIN, "hakusan.example.jp")),
]


@pytest.mark.parametrize(("body", "trait"), SEEN)
def test_a_trait_is_seen_however_it_is_written(body: str, trait: tuple[TraitKind, str]) -> None:
    assert traits(body, HCC) == [trait]


UNSEEN = [
    "<p>Hakusan Carbon Clusters International</p>",
    "<p>We act together.</p>",
    "<p>FACTORY</p>",
    "<p>FAX 076-123-4568</p>",
    "<p>2024-01-15 から 2024-02-15 まで</p>",
    "<p>品番 920-0001</p>",
    "<p>someone@gmail.com</p>",
    "<p>白山の炭素繊維とクラスター</p>",
    "<p>@hakusan.example.jp</p>",
    "<p>info@hakusan</p>",
]


@pytest.mark.parametrize("body", UNSEEN)
def test_what_only_resembles_a_trait_is_none(body: str) -> None:
    assert traits(body, HCC) == []


def test_the_title_counts() -> None:
    assert traits("<p>ようこそ</p>", HCC, title="トップ｜白山炭素繊維クラスター") == [
        (TraitKind.NAME, "白山炭素繊維・クラスター")
    ]


def test_a_postcode_abroad_counts_before_the_clusters_own_city() -> None:
    german = cluster(name_en="Leichtbau-Cluster Lahntal", country="DE", city="Lahntal")
    assert (
        traits("<p>Am Ufer 3, 35094 Lahntal</p>", german)
        == [
            (TraitKind.NAME_EN, "Leichtbau-Cluster Lahntal"),
            (TraitKind.POSTAL, "35094"),
        ][1:]
    )
    assert traits("<p>10115 Berlin</p>", german) == []


def test_a_page_has_at_most_ten_traits() -> None:
    body = "".join(
        f"<p>白山炭素繊維クラスター 076-123-45{i:02} 〒920-00{i:02} a@h{i}.example.jp</p>" for i in range(40)
    )
    assert len(traits(body, HCC)) <= 10


@pytest.mark.parametrize(
    "piece", ["@a-a-", "@a-a-a-a-a-a-a-a.", "a@", "a@a.a.a.a.", "(at)", "+1 ", "a" * 60 + "@", "〒1 "]
)
@pytest.mark.timeout(10)  # a domain searched for at every letter takes minutes
def test_a_hostile_page_costs_no_more_than_a_long_one(piece: str) -> None:
    body = f"<p>{piece * (1900 // len(piece))}</p>" * 2000
    page = parse(body.encode(), HOME)
    assert identity.read(page, HCC) == ()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>info@Hakusan.example.jp</p>", ["info@hakusan.example.jp"]),
        ("<p>メール：jimu.kyoku＠hakusan.example.jp（事務局）</p>", ["jimu.kyoku@hakusan.example.jp"]),
        ("<p>info[at]hakusan.example.jp</p>", ["info@hakusan.example.jp"]),
        ("<p>hakusan.cluster@gmail.com</p>", ["hakusan.cluster@gmail.com"]),
        ("<p>a@a.example.jp b@b.example.jp c@c.example.jp</p>", ["a@a.example.jp", "b@b.example.jp"]),
        ("<p>a..b@hakusan.example.jp</p>", []),
        ("<p>.a@hakusan.example.jp</p>", []),
        ("<p>@hakusan.example.jp</p>", []),
        (f"<p>{'x' * 65}@hakusan.example.jp</p>", []),
        (f"<p>{'x' * 63}@hakusan.example.jp</p>", ["x" * 63 + "@hakusan.example.jp"]),
    ],
)
def test_an_address_to_write_to_is_read_whole(body: str, found: list[str]) -> None:
    assert addresses(body) == found
