"""Quiet nights over local servers: what is asked again, and what servers that lie about changes can and cannot hide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from faultnet import NOW, Asked, FaultNetwork, Wire, clusters

from crawler.config import Config
from crawler.model import Fetch, Outcome, RunKind, Visit, VisitOutcome
from db.store import Store
from pipelines import runs
from schedules.crawling import Crawl, run_crawl

NEWS_LINK = '<a href="/news/">お知らせ一覧</a>'
ABOUT = "<p>当協議会は、地域の産業の振興を目的として、企業と大学の連携を進めています。会員を募集しています。</p>"


def listed(*entries: str) -> str:
    return "<ul>" + "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>"


def written(body: str) -> str:
    return (
        f"<!DOCTYPE html><html lang=ja><head><title>青葉</title></head><body><h1>青葉</h1>{ABOUT}{body}</body></html>"
    )


OLDER = "2026年4月1日 総会を開催しました", "2026年3月11日 見学会を開催しました"
NEWER = "2026年11月23日 研究会を開催しました"


@dataclass
class Website:
    """A website whose pages a test changes between two nights, and what its server says of them."""

    pages: dict[str, str] = field(
        default_factory=lambda: {"/": written(NEWS_LINK), "/news/": written(listed(*OLDER)), "/about/": written("")}
    )
    headers: Callable[[str, str], Mapping[str, str]] = lambda path, body: {}
    unchanged: Callable[[Asked, str], bool] = lambda asked, body: False  # whether it answers 304
    robots: int = 404  # status
    moved: dict[str, str] = field(default_factory=dict)  # path to path
    noise: int = 0  # another one in every answer
    failing: bool = False

    def __call__(self, wire: Wire, asked: Asked) -> None:
        if asked.path == "/robots.txt":
            wire.answer("", self.robots, Content_Type="text/plain")
        elif asked.path in self.moved:
            wire.answer("", 302, Location=self.moved[asked.path])
        elif self.failing or asked.path not in self.pages:
            wire.answer("not here", 503 if self.failing else 404)
        else:
            self._answer(wire, asked)

    def _answer(self, wire: Wire, asked: Asked) -> None:
        body = self.pages[asked.path]
        if self.noise:
            self.noise += 1
            body = body.replace(
                "</head>", f'<meta name="csrf-token" content="{self.noise}"><!-- {self.noise} --></head>'
            )
        told = {k.replace("-", "_"): v for k, v in self.headers(asked.path, body).items()}
        if self.unchanged(asked, body):
            wire.answer(b"", 304, **told)
        else:
            wire.answer(body, 200, **told)


@dataclass
class Nights:
    """A store, and one night after another over one website."""

    network: FaultNetwork
    store: Store
    config: Config
    days: int = 0

    def night(
        self, *, kind: RunKind = RunKind.NIGHTLY, config: Config | None = None, later: int = 1
    ) -> tuple[Visit, list[str]]:
        """The next night's visit, and what was asked of the server, robots.txt included."""
        self.network.asked.clear()
        crawl = self.crawl(kind=kind, config=config, later=later)
        assert not crawl.failed, crawl.log
        return self.store.visits("aoba")[-1], [asked.path for asked in self.network.asked]

    def crawl(self, *, kind: RunKind = RunKind.NIGHTLY, config: Config | None = None, later: int = 1) -> Crawl:
        at = NOW + timedelta(days=self.days)
        self.days += later
        return run_crawl(self.store, kind=kind, now=at, config=config or self.config)

    def latest(self) -> date | None:
        item = self.store.latest_verdicts()["aoba"].latest
        return item.on if item else None


@contextmanager
def nights(folder: Path, site: Website) -> Iterator[Nights]:
    with FaultNetwork() as network, Store.open(folder / "quiet.db", create=True) as store:
        store.upsert_clusters(clusters({"aoba": network.site("aoba.example", site)}))
        yield Nights(network, store, network.config(schedule={"full_visit_days": 30}))


def tagged(path: str, body: str) -> Mapping[str, str]:
    return {"ETag": f'"{hash(body) & 0xFFFFFF:x}"'}


def by_tag(asked: Asked, body: str) -> bool:
    return asked.headers.get("if-none-match") == tagged("", body)["ETag"]


def dated(path: str, body: str) -> Mapping[str, str]:
    return {"Last-Modified": "Mon, 01 Jun 2026 03:00:00 GMT"}


def by_date(asked: Asked, body: str) -> bool:
    return asked.headers.get("if-modified-since") == "Mon, 01 Jun 2026 03:00:00 GMT"


def packed(path: str, body: str) -> Mapping[str, str]:
    return {"ETag": tagged(path, body)["ETag"][:-1] + '-gzip"'}


def by_one_of_tags(asked: Asked, body: str) -> bool:
    return tagged("", body)["ETag"] in asked.headers.get("if-none-match", "")


def is_full(visit: Visit) -> bool:
    return visit.confirms is None and visit.outcome is VisitOutcome.READ


# --- A quiet night ---


@pytest.mark.parametrize(
    ("site", "outcome"),
    [
        (Website(headers=tagged, unchanged=by_tag), Outcome.NOT_MODIFIED),
        (Website(headers=dated, unchanged=by_date), Outcome.NOT_MODIFIED),
        (Website(headers=packed, unchanged=by_one_of_tags), Outcome.NOT_MODIFIED),
        (Website(), Outcome.OK),  # the same bytes
        (Website(noise=1), Outcome.OK),  # other bytes, the same words and links
        (Website(headers=lambda path, body: {"ETag": 'W/"one for all"'}), Outcome.OK),
    ],
    ids=["tag", "date", "packed", "bytes", "noise", "one tag"],
)
def test_a_quiet_night_asks_for_the_pages_that_would_show_news(tmp_path: Path, site: Website, outcome: Outcome) -> None:
    with nights(tmp_path, site) as told:
        first, _ = told.night()
        before = told.store.latest_verdicts()["aoba"]
        second, asked = told.night()
        after = told.store.latest_verdicts()["aoba"]
    assert is_full(first)
    assert asked == ["/", "/news/"]  # and no robots.txt, which is of the night before
    assert (second.confirms, second.outcome) == (first.started_at, VisitOutcome.READ)
    assert {f.outcome for f in second.fetches} == {outcome}
    assert second.pages == first.pages
    assert (after.latest, after.flag, after.reasons) == (before.latest, before.flag, before.reasons)
    assert after.last_reached_at == second.started_at


def test_many_quiet_nights_rest_on_the_same_reading_until_its_day(tmp_path: Path) -> None:
    with nights(tmp_path, Website()) as told:
        told.config = told.network.config(schedule={"full_visit_days": 5})
        made = [told.night()[0] for _ in range(8)]
    full = [n for n, visit in enumerate(made) if is_full(visit)]
    assert full[0] == 0
    assert 2 <= full[1] <= 5
    assert full[2:] == ([full[1] + 5] if full[1] + 5 < 8 else [])
    assert all(v.confirms == max(made[n].started_at for n in full if n < i) for i, v in enumerate(made) if v.confirms)


@pytest.mark.parametrize(
    ("site", "change", "again"),
    [
        (Website(headers=tagged, unchanged=by_tag), False, 0),
        (Website(), False, 0),
        (Website(), True, 1),
        (Website(noise=1), False, 1),  # only words tell that it is the same: of a page that somebody else may send
    ],
    ids=["tag", "bytes", "changed", "noise"],
)
def test_who_serves_a_name_is_asked_where_the_home_page_is_another(
    tmp_path: Path, site: Website, *, change: bool, again: int
) -> None:
    with nights(tmp_path, site) as told:
        asked = told.network.names.asked_servers
        told.night()
        before = asked["aoba.example"]
        if change:
            site.pages["/"] = written(f"{NEWS_LINK}<p>新しい案内</p>")
        told.night()
        assert asked["aoba.example"] - before == again
    assert before == 1


# --- A night with news ---


def _post(site: Website) -> None:
    site.pages["/news/"] = written(listed(NEWER, *OLDER))


def _new_section(site: Website) -> None:
    site.pages["/"] = written(NEWS_LINK + '<a href="/topics/">トピックス</a>')
    site.pages["/topics/"] = written(listed(NEWER))


@pytest.mark.parametrize("change", [_post, _new_section])
@pytest.mark.parametrize(
    ("headers", "unchanged"), [(tagged, by_tag), (lambda path, body: {}, lambda asked, body: False)]
)
def test_news_on_the_pages_that_are_asked_are_found_the_same_night(
    tmp_path: Path, change: Callable[[Website], None], headers: object, unchanged: object
) -> None:
    site = Website(headers=headers, unchanged=unchanged)  # type: ignore[arg-type]
    with nights(tmp_path, site) as told:
        told.night()
        change(site)
        visit, asked = told.night()
        assert told.latest() == date(2026, 11, 23)
    assert is_full(visit)
    got = [f.url for f in visit.fetches if f.outcome is Outcome.OK]
    assert len(got) == len(set(got))  # no page was sent twice
    assert len(asked) == len(visit.fetches)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: site.moved.update({"/news/": "/about/"}),
        lambda site: site.pages.pop("/news/"),
        lambda site: setattr(site, "failing", True),
        lambda site: site.pages.update({"/": "<title>Domain for sale</title><h1>This domain is for sale</h1>"}),
        lambda site: site.pages.update({"/": written("")}),  # a link less
    ],
    ids=["moved", "gone", "failing", "parked", "link"],
)
def test_whatever_else_has_changed_is_looked_at_in_full(tmp_path: Path, change: Callable[[Website], object]) -> None:
    site = Website()
    with nights(tmp_path, site) as told:
        told.night()
        change(site)
        visit, _ = told.night()
        plan = told.store.plan(["aoba"])[0]
    assert visit.confirms is None
    if visit.outcome is not VisitOutcome.READ:
        assert plan.last is None  # the next night looks at everything again


# --- Servers that lie ---


def _always(asked: Asked, body: str) -> bool:
    return "if-none-match" in asked.headers or "if-modified-since" in asked.headers


def test_a_server_that_says_unchanged_for_ever_hides_news_until_the_next_full_reading_only(tmp_path: Path) -> None:
    site = Website(headers=dated, unchanged=_always)
    with nights(tmp_path, site) as told:
        told.config = told.network.config(schedule={"full_visit_days": 4})
        told.night()
        _post(site)
        seen = [told.latest() for _ in range(5) if told.night()]
    assert seen[0] == date(2026, 4, 1)
    assert seen[-1] == date(2026, 11, 23)


def test_a_server_that_says_unchanged_to_everybody_is_not_believed(tmp_path: Path) -> None:
    site = Website()
    with nights(tmp_path, site) as told:
        told.night()
        _post(site)
        site.unchanged = lambda asked, body: asked.path == "/"
        visit, _ = told.night()
    assert visit.confirms is None
    assert visit.outcome is VisitOutcome.INCONCLUSIVE  # it has no page for anybody


@pytest.mark.parametrize(
    "headers",
    [
        lambda path, body: {"ETag": '"1"'},  # one for all pages
        lambda path, body: {"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT"},
        lambda path, body: {"Last-Modified": "Fri, 01 Jan 2038 00:00:00 GMT"},
        lambda path, body: {"Last-Modified": f"{NOW:%a, %d %b %Y %H:%M:%S} GMT"},
        lambda path, body: {"Last-Modified": "yesterday"},
    ],
    ids=["one tag", "epoch", "future", "now", "no date"],
)
def test_validators_that_tell_nothing_are_not_sent_back(tmp_path: Path, headers: object) -> None:
    site = Website(headers=headers, unchanged=_always)  # type: ignore[arg-type]
    with nights(tmp_path, site) as told:
        told.night()
        _post(site)
        told.night()
        assert told.latest() == date(2026, 11, 23)


# --- When everything is read ---


def test_a_second_look_reads_everything_and_asks_for_robots(tmp_path: Path) -> None:
    with nights(tmp_path, Website(headers=tagged, unchanged=by_tag)) as told:
        told.night()
        visit, asked = told.night(kind=RunKind.RESCAN)
        conditional = [a for a in told.network.asked if "if-none-match" in a.headers]
        after, _ = told.night()
    assert is_full(visit)
    assert "/robots.txt" in asked
    assert conditional == []
    assert after.confirms == visit.started_at


@pytest.mark.parametrize("what", ["settings", "address", "program"])
def test_what_a_reading_rested_on_having_changed_everything_is_read(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nights(tmp_path, Website()) as told:
        told.night()
        if what == "settings":
            told.config = told.network.config(schedule={"full_visit_days": 30}, policy={"post_confidence": 0.55})
        elif what == "address":
            (cluster,) = told.store.clusters()
            told.store.upsert_clusters(clusters({"aoba": cluster.website + "index.html"}))
        else:
            monkeypatch.setattr(runs, "program", lambda: "another")
        visit, _ = told.night()
    assert visit.confirms is None


# --- robots.txt ---


def test_robots_are_asked_for_every_second_night(tmp_path: Path) -> None:
    with nights(tmp_path, Website()) as told:
        asked = [told.night()[1] for _ in range(5)]
    assert ["/robots.txt" in night for night in asked] == [True, False, True, False, True]


def test_a_site_whose_robots_cannot_be_read_any_more_is_visited_by_the_last_ones_and_never_lost(tmp_path: Path) -> None:
    site = Website()
    with nights(tmp_path, site) as told:
        told.night(later=2)
        site.robots = 500
        by_the_last, _ = told.night(later=40)
        without, _ = told.night()
    assert by_the_last.outcome is VisitOutcome.READ
    assert (without.outcome, _first(without).outcome) == (VisitOutcome.INCONCLUSIVE, Outcome.ROBOTS_DISALLOW)


def _first(visit: Visit) -> Fetch:
    return visit.fetches[0]
