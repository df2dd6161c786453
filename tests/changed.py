"""A desk on which everything has happened between two days that can be compared: visits, answers, and the registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from made import NIGHT
from pages import EVIL, Clock, with_people

from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import Config
from crawler.model import (
    Cluster,
    EnglishWitness,
    Fetch,
    LanguageShare,
    Notice,
    NoticeKind,
    Outcome,
    PageKind,
    PageLanguage,
    PageReading,
    Partner,
    PartnerRegion,
    PartnerTie,
    Role,
    RunKind,
    RunState,
    Visit,
    VisitOutcome,
)
from db.desk import Desk
from pipelines import runs

EARLIER, LATER = (NIGHT + timedelta(days=10)).date(), (NIGHT + timedelta(days=40)).date()
TODAY = NIGHT + timedelta(days=60)
NAMES = {
    "acorn": "どんぐりクラスター", "birch": "白樺クラスター", "cedar": "杉クラスター", "dogwood": "花水木クラスター",
    "elder": "接骨木クラスター", "fig": "無花果クラスター", "ginkgo": "銀杏クラスター", "hazel": "榛クラスター", "ivy": "蔦クラスター",
    "juniper": "杜松クラスター", "kiwi": "", "larch": "落葉松クラスター", "nutmeg": "肉豆蔻クラスター", "oak": "楢クラスター",
}  # fmt: skip
ENDED = "当協議会は2024年12月をもちまして解散いたしました。"
TIES = "当協議会は2024年11月、ドイツのミュンヘン・バイオクラスターと協力覚書を締結しました。"


def home(cluster_id: str) -> str:
    return f"https://{cluster_id}.example/"


def registered(cluster_id: str) -> Cluster:
    return Cluster(
        cluster_id=cluster_id, name_en=f"{cluster_id.capitalize()} Cluster", name_ja=NAMES[cluster_id],
        website=home(cluster_id),
    )  # fmt: skip


def page(cluster_id: str, **fields: object) -> PageReading:
    """The home page, in Japanese unless the fields say otherwise."""
    plain = PageReading(
        url=home(cluster_id), role=Role.HOME, kind=PageKind.CONTENT, n_letters=900,
        language=PageLanguage(language="ja", letters=900, confidence=0.95),
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]  # whatever a page has


def english(cluster_id: str) -> PageReading:
    shares = (LanguageShare(language="en", share=1.0),)
    words = PageLanguage(language="en", shares=shares, letters=1500, confidence=0.95)
    return page(
        cluster_id,
        url=f"{home(cluster_id)}en/",
        role=Role.ENGLISH,
        language=words,
        n_letters=1500,
        english=((EnglishWitness.PAGE_TEXT, ""),),
    )


def ended(cluster_id: str) -> PageReading:
    said = Notice(
        kind=NoticeKind.ORG_ENDED, url=home(cluster_id), quote=ENDED, first_person=True, past=True, confidence=0.9
    )
    return page(cluster_id, notices=(said,))


def with_partner(cluster_id: str) -> PageReading:
    tie = Partner(
        region=PartnerRegion.EU, tie=PartnerTie.AGREEMENT, url=home(cluster_id), quote=TIES, country="DE",
        on=date(2024, 11, 1), confidence=0.9,
    )  # fmt: skip
    return page(cluster_id, partners=(tie,))


def looks() -> Iterable[tuple[int, str, tuple[PageReading, ...], str]]:
    """Day, cluster, pages, and where the home page led to."""
    for name in NAMES:
        plain = (page(name),)
        for day in (1, 2, 20, 21):
            if (name == "kiwi" and day < 20) or (name == "nutmeg" and day > 2):
                continue
            late = day >= 20
            pages = {
                "acorn": (ended(name),) if late else plain,
                "cedar": plain if late else (ended(name),),
                "dogwood": (page(name), english(name)) if late else plain,
                "juniper": (with_partner(name),) if late else plain,
            }.get(name, plain)
            yield day, name, pages, "https://elder-new.example/" if name == "elder" and late else ""


def changed(path: Path) -> Path:
    """The database, with people who may sign in."""
    clock = Clock(NIGHT)
    with Desk.open(path, create=True, clock=clock) as desk:
        desk.upsert_clusters([registered(name) for name in NAMES if name != "kiwi"], by="test")
        said = False
        for day, name, pages, led_to in sorted(looks(), key=lambda look: look[:2]):
            if day >= 20 and not said:
                _between(desk, clock)
                said = True
            _look(desk, day, name, pages, led_to)
        clock.now = NIGHT + timedelta(days=30)
        _later(desk)
        void = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=40), ["oak"])
        desk.void_run(void.run_id, "our network was out")
    return with_people(path)


def _look(desk: Desk, day: int, name: str, pages: tuple[PageReading, ...], led_to: str) -> None:
    at = NIGHT + timedelta(days=day)
    (cluster,) = desk.clusters([name], retired=True)
    run = desk.begin_run(RunKind.NIGHTLY, at, [name])
    fetch = Fetch(url=cluster.website, role=Role.HOME, at=at, outcome=Outcome.OK, status=200, final_url=cluster.website)
    visit = Visit(
        cluster_id=name, started_at=at, elapsed_s=1.0, outcome=VisitOutcome.READ, fetches=(fetch,), pages=pages,
        website=cluster.website, moved_to=led_to,
    )  # fmt: skip
    runs.take_in(desk, run.run_id, cluster, visit, Config())
    desk.end_run(run.run_id, RunState.DONE)


def _between(desk: Desk, clock: Clock) -> None:
    clock.now = NIGHT + timedelta(days=15)
    desk.upsert_clusters([registered("kiwi"), replace(registered("ginkgo"), name_en="Ginkgo Alliance")], by="test")
    _answer(desk, "birch", Decision.CEASED, note=f"They told us by telephone. {EVIL}")
    _answer(desk, "fig", Decision.MOVED, address="https://fig-new.example/", note="A card came.")
    _answer(desk, "larch", Decision.WRONG_ADDRESS, address="https://larch-right.example/", note="A slip of ours.")


def _answer(desk: Desk, name: str, decision: Decision, note: str, address: str = "") -> None:
    kind = QuestionKind.CEASED if decision is Decision.CEASED else QuestionKind.MOVED
    at = NIGHT + timedelta(days=15)
    given = Answer(
        cluster_id=name, question=kind, decision=decision, by="kato", at=at, verdict_at=at, note=note, address=address
    )
    desk.answer(given, seen=0)


def _later(desk: Desk) -> None:
    def seen(name: str) -> str:
        entry = desk.entry(name)
        assert entry is not None
        return entry.record.digest

    desk.retire_cluster("hazel", seen=seen("hazel"), by="boss", note="entered twice")
    desk.merge_clusters("ivy", "juniper", chosen={}, seen=(seen("ivy"), seen("juniper")), by="boss")
