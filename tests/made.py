"""Values made by hand for the tests of the store and the command: a cluster, a visit with every field set, a verdict, a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from crawler.model import (
    Activity,
    Certificate,
    Cluster,
    DatedItem,
    DateKind,
    DateSource,
    English,
    EnglishWitness,
    Family,
    Fetch,
    Flag,
    LanguageShare,
    LastReading,
    Notice,
    NoticeKind,
    Outcome,
    PageBefore,
    PageKind,
    PageLanguage,
    PageReading,
    Partner,
    PartnerRegion,
    PartnerStance,
    PartnerTie,
    Precision,
    Reason,
    RobotsCopy,
    Role,
    RunKind,
    RunState,
    Trait,
    TraitKind,
    Verdict,
    Visit,
    VisitOutcome,
)
from db.store import Store

NIGHT = datetime(2024, 11, 24, 18, 0, tzinfo=UTC)
WALL = datetime(2024, 11, 25, 3, 0, tzinfo=UTC)  # by the clock on the wall of the tests of the store
HOME = "https://aoba.example/"
NEWS = "https://aoba.example/news/"

AOBA = Cluster(
    cluster_id="aoba",
    name_en="Aoba Photonics Cluster",
    website=HOME,
    name_ja="青葉フォトニクス・クラスター推進協議会",
    website_en="https://aoba.example/en/",
    other_hosts=("blog.aoba.example", "https://aoba2.example/"),
    home_language="ja",
    country="JP",
    prefecture="Miyagi",
    city="Sendai",
    lat=38.268,
    lon=140.87,
    sector="Photonics",
    programme="Regional Innovation Strategy",
    period_start="2009",
    period_end="2014-03",
    operator="事務局",
    notes="two\nlines",
    extra=(("sources", "a | b"), ("備考2", "値")),
)
BARE = Cluster(cluster_id="bare", name_en="Bare Cluster", website="")
CEDAR = Cluster(cluster_id="cedar", name_en="Cedar Cluster", website="http://cedar.example/", name_ja="杉クラスター")

POST = DatedItem(
    url=NEWS,
    on=date(2024, 10, 12),
    precision=Precision.DAY,
    kind=DateKind.POST,
    source=DateSource.LIST_ITEM,
    raw="2024年10月12日",
    title="会員企業を募集しています",
    link="https://aoba.example/news/12",
    language="ja",
    confidence=0.9,
    until=date(2024, 10, 14),
    note="stands in a dated list",
)

LAST = LastReading(
    read_at=NIGHT,
    pages=(PageBefore(url=HOME, role=Role.HOME, final_url=HOME + "index.html", etag='"abc"', fingerprint="f0"),),
    until=date(2024, 12, 1),
    basis="b0",
)
ROBOTS = RobotsCopy(origin="https://aoba.example", text="User-agent: *\nDisallow: /private/\n", at=NIGHT)

FULL_VISIT = Visit(
    cluster_id="aoba",
    started_at=NIGHT,
    day=date(2024, 11, 25),  # in Japan
    elapsed_s=3.25,
    outcome=VisitOutcome.READ,
    fetches=(
        Fetch(
            url=HOME,
            role=Role.HOME,
            at=NIGHT + timedelta(seconds=1),
            outcome=Outcome.OK,
            status=200,
            final_url=HOME + "index.html",
            redirects=("http://aoba.example/",),
            redirect_statuses=(301,),
            elapsed_s=0.5,
            n_bytes=1234,
            content_type="text/html; charset=utf-8",
            etag='"abc"',
            last_modified="Tue, 24 Nov 2024 00:00:00 GMT",
            address="192.0.2.1",
            tls="certificate has expired",
            certificate=Certificate(issuer="Kagawa Trust", expires_on=date(2024, 11, 1), hosts=("aoba.example",)),
            dns="192.0.2.1",
            name_servers=("ns1.a.example",),
            rendered=False,
            source=PageKind.CONTENT,
            detail="fine",
            digest="0" * 64,
            fingerprint="f0",
        ),
        Fetch(url=NEWS, role=Role.NEWS, at=NIGHT, outcome=Outcome.NOT_MODIFIED, status=304, rendered=True),
    ),
    pages=(
        PageReading(
            url=HOME + "index.html",
            role=Role.HOME,
            kind=PageKind.CONTENT,
            title="青葉",
            language=PageLanguage(
                language="ja",
                shares=(LanguageShare(language="ja", share=0.9), LanguageShare(language="en", share=0.1)),
                declared="en",
                letters=900,
                confidence=0.95,
            ),
            dates=(POST,),
            notices=(
                Notice(
                    kind=NoticeKind.MOVED,
                    url=HOME,
                    quote="移転しました",
                    subject="当サイト",
                    on=date(2024, 1, 2),
                    first_person=True,
                    past=True,
                    successor="https://new.example/",
                    confidence=0.8,
                ),
            ),
            partners=(
                Partner(
                    region=PartnerRegion.EU,
                    tie=PartnerTie.AGREEMENT,
                    url=HOME,
                    quote="ドイツの団体と覚書の締結を検討しています。",
                    stance=PartnerStance.AIM,
                    country="DE",
                    organisation="光学クラスター",
                    on=date(2024, 1, 3),
                    precision=Precision.DAY,
                    confidence=0.9,
                ),
            ),
            traits=(Trait(kind=TraitKind.NAME, value="青葉", url=HOME),),
            english=((EnglishWitness.LINK, "https://aoba.example/en/"),),
            text_digest="d1",
            n_letters=900,
            sure="words",
            said="s0",
        ),
    ),
    website=HOME,
    reached=HOME + "index.html",
    moved_to="new.example",
    failure=Outcome.HTTP_404,
    stopped="it knew enough",
)


def visit(cluster_id: str = "aoba", days: float = 0, outcome: VisitOutcome = VisitOutcome.READ) -> Visit:
    """The visit so many days after the first night."""
    later = timedelta(days=days)
    day = date(2024, 11, 25) + later
    return replace(FULL_VISIT, cluster_id=cluster_id, started_at=NIGHT + later, day=day, outcome=outcome)


def verdict(cluster_id: str = "aoba", days: float = 0, flag: Flag = Flag.JAPANESE_ONLY) -> Verdict:
    """A verdict with every field set."""
    return Verdict(
        cluster_id=cluster_id,
        decided_at=NIGHT + timedelta(days=days),
        policy="policy-1",
        activity=Activity.ACTIVE,
        english=English.NONE,
        flag=flag,
        reasons=(
            Reason(
                code="recent_post",
                text="The newest post is of 12 October 2024.",
                family=Family.LIFE,
                points=-6.0,
                url=NEWS,
                raw="2024年10月12日",
                overturned_by="No post for 18 months.",
            ),
        ),
        points=-6.0,
        confidence=0.9,
        latest=POST,
        english_latest=POST,
        next_event=POST,
        languages=("ja", "en"),
        reachability="read",
        last_reached_at=NIGHT,
        failing_since=NIGHT,
        moved_to="new.example",
    )


def stored(path: Path, *clusters: Cluster, nights: int = 1) -> Path:
    """A database with these clusters (three by default), the first of them visited on so many nights."""
    registry = clusters or (AOBA, BARE, CEDAR)
    with Store.open(path, create=True) as store:
        store.upsert_clusters(registry)
        first = registry[0].cluster_id
        for night in range(nights):
            run = store.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=night), [first])
            store.add_visit(run.run_id, visit(first, night), verdict(first, night))
            store.end_run(run.run_id, RunState.DONE)
    return path


def run_of(store: Store, *ids: str, kind: RunKind = RunKind.NIGHTLY) -> int:
    return store.start_run(kind, NIGHT, ids or ("aoba", "bare", "cedar"))
