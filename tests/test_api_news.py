"""The news by the interface, and as a feed that a reader of feeds understands."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from defusedxml import ElementTree as Xml
from made import AOBA
from pages import EVIL, NOW, Clock, ceased, serving
from pages import made as made_database

from crawler.policy import Policy
from db.desk import Desk
from pipelines.news import Trouble, look

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def desk_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server with news, and a token of a reviewer who reads Japanese."""
    path = tmp_path_factory.mktemp("news") / "d.db"
    evil = replace(AOBA, name_en=f"Aoba {EVIL}\x00\x1b[31m", name_ja="青葉]]><x/>クラスター")
    made_database(path, ceased(days=1), clusters=(evil,))
    with Desk.open(path, clock=Clock()) as desk:
        look(desk, NOW.date(), Policy(), Trouble(state="void:7", words="the run was void"))
        look(desk, NOW.date(), Policy(), None)
        desk.set_language("kato", "ja")
        token = desk.make_token("kato", "feed", 90, by="test")
    with serving(path, clock=Clock()) as address:
        yield address, token


def get(address: str, path: str, **headers: str) -> httpx.Response:
    return httpx.get(address + path, headers=headers, trust_env=False)


def basic(password: str) -> str:
    return "Basic " + b64encode(f"anybody:{password}".encode()).decode()


def test_news_are_told_with_their_evidence(desk_address: tuple[str, str]) -> None:
    address, token = desk_address
    told = get(address, "/api/news", Authorization=f"Bearer {token}").json()["news"]
    assert [(n["section"], n["cluster_id"]) for n in told] == [("crawl", ""), ("crawl", ""), ("ceased", "aoba")]
    assert told[0]["name"] == "夜間の巡回が再び行われるようになりました。"
    assert (told[1]["name"], told[1]["why"]) == ("夜間の巡回は無効でした", "the run was void")
    assert (told[2]["words"], told[2]["source"]) == ("解散しました。", "https://aoba.example/end")
    assert len(get(address, "/api/news?limit=1", Authorization=f"Bearer {token}").json()["news"]) == 1
    assert get(address, "/api/news?limit=0", Authorization=f"Bearer {token}").status_code == 422


def test_a_reader_of_feeds_comes_in_with_the_token_as_a_password(desk_address: tuple[str, str]) -> None:
    address, token = desk_address
    answer = get(address, "/api/news.atom", Authorization=basic(token))
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = Xml.fromstring(answer.content)
    entries = root.findall(f"{ATOM}entry")
    assert root.findtext(f"{ATOM}title") == "Clusterwatch：変わったこと"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    assert entries[2].findtext(f"{ATOM}title") == "青葉]]><x/>クラスター: 終了の疑い：ご確認ください"
    link = entries[2].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{address}/clusters/aoba"
    assert "解散しました。" in (entries[2].findtext(f"{ATOM}content") or "")
    assert (root.findtext(f"{ATOM}updated") or "").endswith("Z")


@pytest.mark.parametrize(
    "header", [basic("cw_wrong"), "Basic !!!", basic("x" * 300), "Basic " + b64encode(b"\xff").decode()]
)
def test_a_wrong_password_opens_no_feed(desk_address: tuple[str, str], header: str) -> None:
    address, _ = desk_address
    assert get(address, "/api/news.atom", Authorization=header).status_code == 401
    assert get(address, "/api/news.atom").status_code == 401
