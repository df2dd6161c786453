"""Candidates for the registry: each organisation is asked about once, and accepted in one step with its row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR
from pages import EVIL, Clock

from crawler.errors import RefusedInput
from db.candidate_files import read_candidates
from db.candidates import CandidateDecided, CandidateState, Found, Kept, name_key, site_key
from db.desk import Desk
from db.registrar import IdTaken
from review.candidates import as_cluster

SITE = Found(name="Shizuoka Bio", website="https://www.shizuoka-bio.example/", why="linked", score=0.5)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.db", create=True, clock=Clock()) as opened:
        opened.upsert_clusters([AOBA, BARE, CEDAR])
        yield opened


@pytest.mark.parametrize(
    ("website", "key"),
    [
        ("https://www.a.example/", "a.example"),
        ("http://a.example", "a.example"),
        ("https://news.a.example/index.html", "a.example"),
        ("https://a.example/en/", "a.example"),
        ("https://a.example/bio/ja/index.html", "a.example/bio"),
        ("https://a.example/Bio/x.html", "a.example/bio"),
        ("https://a.example/bio", "a.example"),
        ("https://www.pref.aichi.jp/bio/", "pref.aichi.jp/bio"),
        ("http://192.0.2.1/x/", "192.0.2.1/x"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_what_the_addresses_of_one_organisation_share(website: str, key: str) -> None:
    assert site_key(website) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Aoba Photonics", "aobaphotonics"),
        ("ＡＯＢＡ　photonics!", "aobaphotonics"),
        ("青葉・フォトニクス 協議会", "青葉フォトニクス協議会"),
        (" - ", ""),
    ],
)
def test_what_the_spellings_of_one_name_share(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("again", "is_new"),
    [
        (SITE, False),
        (replace(SITE, name="Another name"), False),
        (replace(SITE, website="http://shizuoka-bio.example/en/index.html", name=""), False),
        (replace(SITE, website=""), False),
        (replace(SITE, name="ＳＨＩＺＵＯＫＡ・ＢＩＯ", website="https://elsewhere.example/"), False),
        (replace(SITE, name="Another", website="https://shizuoka-bio.example/other/"), True),
        (Found(name="Another"), True),
    ],
)
@pytest.mark.parametrize("state", list(CandidateState))
def test_a_known_one_is_counted_and_never_opened_again(
    desk: Desk, again: Found, is_new: bool, state: CandidateState
) -> None:
    assert desk.add_candidates([SITE], by="boss") == Kept(1, 0, 0)
    if state is CandidateState.REJECTED:
        desk.reject_candidate(1, by="boss", reason="a company")
    elif state is CandidateState.ACCEPTED:
        desk.accept_candidate(1, as_cluster(SITE, "shizuoka"), by="boss")
    kept = desk.add_candidates([again], by="boss")
    known = Kept(0, 1, 0) if state is CandidateState.OPEN else Kept(0, 0, 1)
    assert kept == (Kept(1, 0, 0) if is_new else known)
    first = desk.candidate(1)
    assert first is not None
    assert (first.state, first.times_found) == (state, 1 if is_new else 2)


def test_accepting_adds_the_row_and_closes_the_candidate_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add_candidates([SITE], by="boss")
    cluster = as_cluster(SITE, "shizuoka")
    with pytest.raises(IdTaken):
        desk.accept_candidate(1, replace(cluster, cluster_id="aoba"), by="boss")
    with monkeypatch.context() as patched:
        patched.setattr(desk, "_decide", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("a kill")))
        with pytest.raises(RuntimeError):
            desk.accept_candidate(1, cluster, by="boss")
    assert desk.entry("shizuoka") is None
    desk.accept_candidate(1, cluster, by="boss", note="known")
    found = desk.candidate(1)
    assert found is not None
    assert (found.state, found.cluster_id, found.decided_by) == (CandidateState.ACCEPTED, "shizuoka", "boss")
    assert desk.clusters(["shizuoka"]) == [cluster]
    assert [e.what for e in desk.audit()][:3] == ["candidate:accepted", "registry:added", "candidates:added"]


def test_a_decision_is_made_once(desk: Desk) -> None:
    desk.add_candidates([SITE], by="boss")
    desk.reject_candidate(1, by="boss", reason="a company")
    with pytest.raises(CandidateDecided, match="was rejected by boss"):
        desk.accept_candidate(1, as_cluster(SITE, "shizuoka"), by="kato")
    with pytest.raises(CandidateDecided, match="was rejected by boss"):
        desk.reject_candidate(1, by="kato", reason="x")
    with pytest.raises(CandidateDecided, match="there is no candidate 9"):
        desk.reject_candidate(9, by="kato", reason="x")
    assert desk.entry("shizuoka") is None


@pytest.mark.parametrize(
    ("found", "cluster_id"),
    [
        (Found(name="x", website="http://www.aoba.example/index.html"), "aoba"),
        (Found(name="x", website="https://aoba.example/bio/"), None),
        (Found(name="x", website="https://aoba2.example/"), "aoba"),
        (Found(name="x", website="https://cedar.example/en/"), "cedar"),
        (Found(name="x", proposed_id="BARE"), "bare"),
        (Found(name="x", website="https://a.example/"), None),
        (Found(name="Bare Cluster"), None),
    ],
)
@pytest.mark.parametrize("retired", [False, True])
def test_one_that_the_registry_has_says_so(desk: Desk, found: Found, cluster_id: str | None, retired: bool) -> None:
    if retired:
        desk.retire(["aoba", "bare", "cedar"])
    desk.add_candidates([found], by="boss")
    expected = {1: cluster_id} if cluster_id else {}
    assert desk.in_registry(desk.candidates_in(CandidateState.OPEN)) == expected


def test_the_best_come_first_and_those_without_a_score_last(desk: Desk) -> None:
    scores: list[float | None] = [0.2, None, 0.9, 0.5]
    desk.add_candidates([Found(name=f"n{i}", score=score) for i, score in enumerate(scores)], by="boss")
    names = [[c.found.name for c in desk.candidates_in(CandidateState.OPEN, worst_first=w)] for w in (False, True)]
    assert names == [["n2", "n3", "n0", "n1"], ["n0", "n3", "n2", "n1"]]
    assert desk.candidate_counts() == {CandidateState.OPEN: 4, CandidateState.ACCEPTED: 0, CandidateState.REJECTED: 0}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE candidates SET state = 'accepted', decided_by = 'x', decided_at = 'y'",
        "UPDATE candidates SET state = 'rejected'",
        "UPDATE candidates SET state = 'lost'",
        (
            "INSERT INTO candidates (site_key, name_key, name, name_ja, website, proposed_id, why, source, found_at, "
            "last_found_at) SELECT site_key, 'n', name, name_ja, website, proposed_id, why, source, found_at, "
            "last_found_at FROM candidates"
        ),
    ],
)
def test_the_table_admits_no_nonsense(desk: Desk, tmp_path: Path, statement: str) -> None:
    desk.add_candidates([SITE], by="boss")
    raw = sqlite3.connect(tmp_path / "desk.db")
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)
    raw.close()


def test_what_is_known_of_a_candidate_fills_the_form_of_a_cluster() -> None:
    cluster = as_cluster(Found(name="青葉協議会", website="https://a.example/", why="w", source="https://s/"), "a")
    assert (cluster.name_en, cluster.name_ja) == ("", "青葉協議会")
    assert cluster.extra == (("source", "https://s/"), ("why", "w"))
    assert as_cluster(SITE, "s").name_en == "Shizuoka Bio"


# --- files ---


def test_a_file_of_candidates_is_read_like_a_registry(tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    path.write_text("名称;ホームページ;理由;score;other\n青葉;https://a.example/;会員一覧;0,5;x\nBio;;;0.7;\n;;;;z\n")
    report = read_candidates(path)
    assert report.accepted == (Found(name="Bio", score=0.7),)
    assert [(i.row, i.column) for i in report.issues] == [(2, "score"), (4, "name")]
    path.write_text(f'name,website\n"{EVIL.replace(chr(34), chr(34) * 2)}",\nx,javascript:alert(1)\n')
    report = read_candidates(path)
    assert [f.name for f in report.accepted] == [EVIL]
    assert "is no web address" in report.issues[0].reason


def test_a_file_without_names_and_addresses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("why,score\nx,1\n")
    with pytest.raises(RefusedInput, match="no column name and no column website"):
        read_candidates(tmp_path / "x.csv")
