"""Which pages are shown in a browser, by what came of it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made import FULL_VISIT, NIGHT, stored, verdict
from visits import NOW, listed, visited

from crawler.config import Config
from crawler.model import PageKind, Rendering, RunKind
from crawler.policy import Budget
from db.store import Store
from pipelines import runs

HOME = "http://a.example.jp/"
AGAIN = timedelta(days=Budget().render_again_days)
WORDS = "<p>" + "青葉協議会は、地域の企業と大学を結び、産業の振興を図っています。" * 12 + "</p>"
SHELL = '<html><body><div id="root"></div><script src="/app.js"></script></body></html>'
PLAIN = f"<html><body><h1>青葉協議会</h1>{WORDS}</body></html>"  # nothing says that a script would fill it
FILLED = (
    f'<html><body><header>{WORDS}</header><main><h1>お知らせ</h1><div id="n"></div></main>'
    '<script src="/app.js"></script></body></html>'
)
DATED = f"<html><body><h1>お知らせ</h1>{WORDS}{listed('2026年6月1日 研究会を開催', '2026年5月1日 総会を開催')}</body></html>"


def known(kind: PageKind, *, worth: bool, ago: timedelta = timedelta(days=1)) -> Rendering:
    return Rendering(url=HOME, source=kind, worth=worth, at=NOW - ago)


@pytest.mark.parametrize(
    ("source", "before", "is_shown"),
    [
        pytest.param(SHELL, None, True, id="a shell"),
        pytest.param(PLAIN, None, False, id="a page with words"),
        pytest.param(PLAIN, known(PageKind.CONTENT, worth=True), True, id="known to need one"),
        pytest.param(SHELL, known(PageKind.SHELL, worth=False), False, id="known to need none"),
        pytest.param(SHELL, known(PageKind.SHELL, worth=False, ago=AGAIN), True, id="known for long"),
        pytest.param(
            SHELL, known(PageKind.SHELL, worth=False, ago=AGAIN - timedelta(seconds=1)), False, id="not for long enough"
        ),
        pytest.param(SHELL, known(PageKind.CONTENT, worth=False), True, id="another kind of page by now"),
        pytest.param(SHELL, known(PageKind.SHELL, worth=True, ago=3 * AGAIN), True, id="long known to need one"),
    ],
)
def test_what_is_known_decides_whether_a_page_is_shown(source: str, before: Rendering | None, is_shown: bool) -> None:
    visit = visited({HOME: source}, shown={HOME: DATED}, renderings=[before] if before else [])
    assert any(f.rendered for f in visit.fetches) is is_shown


@pytest.mark.parametrize(
    ("source", "shown", "worth"),
    [
        pytest.param(SHELL, DATED, True, id="a shell became a page"),
        pytest.param(SHELL, PLAIN, True, id="a shell became a page without a date"),
        pytest.param(SHELL, SHELL, False, id="a shell stayed one"),
        pytest.param(FILLED, DATED, True, id="dates came"),
        pytest.param(FILLED, FILLED, False, id="nothing came"),
    ],
)
def test_it_is_remembered_whether_a_browser_showed_more(source: str, shown: str, worth: bool) -> None:
    visit = visited({HOME: source}, shown={HOME: shown})
    told = [f for f in visit.fetches if f.rendered]
    assert [f.worth for f in told] == [worth]
    assert told[0].source is (PageKind.SHELL if source == SHELL else PageKind.CONTENT)


def test_a_page_that_came_to_do_without_a_browser_is_left_alone_again() -> None:
    first = visited({HOME: DATED}, shown={HOME: DATED}, renderings=[known(PageKind.SHELL, worth=True)])
    shown = next(f for f in first.fetches if f.rendered)
    assert not shown.worth
    assert shown.source is PageKind.CONTENT
    again = Rendering(url=HOME, source=shown.source, worth=shown.worth, at=shown.at)
    assert not any(f.rendered for f in visited({HOME: DATED}, shown={HOME: DATED}, renderings=[again]).fetches)


@pytest.mark.parametrize(("kind", "known_pages"), [(RunKind.NIGHTLY, 1), (RunKind.RESCAN, 0)])
def test_a_second_look_asks_the_browser_anew(tmp_path: Path, kind: RunKind, known_pages: int) -> None:
    shown = replace(FULL_VISIT.fetches[0], rendered=True, source=PageKind.SHELL)
    with Store.open(stored(tmp_path / "c.db"), create=False) as store:
        run_id = store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        store.add_visit(run_id, replace(FULL_VISIT, fetches=(shown,)), verdict())
        (plan,) = runs.plans(store, kind, ["aoba"], now=NIGHT, config=Config())
    assert len(plan.renderings) == known_pages
