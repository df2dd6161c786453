"""Every way a visit can end: brought about on loopback in many variants, and recognised by the real spider."""

from __future__ import annotations

import subprocess
from collections import Counter
from datetime import UTC, datetime

import pytest
from faultnet import once
from processes import CLUSTERWATCH

from cli import faults
from crawler.errors import UsageError, WorkFailed
from crawler.model import Outcome, VisitOutcome
from crawler.policy import Policy
from crawler.reading.parking_names import parking
from samples.faults.catalogue import SCENES, Visited, all_variants, visited
from samples.faults.classes import MEANINGS, Means, read_classes
from samples.faults.outages import OF, outages
from samples.faults.recognised import Recognised, recognised
from samples.faults.signs import sign

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
CLASSES = read_classes()
FEWEST = 10  # variants of a class

Shown = tuple[list[Recognised], dict[str, tuple[str, str]], dict[str, tuple[VisitOutcome, tuple[str, ...]]]]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """All variants, visited once: what was recognised, the signs of the scenes, outcome and name servers by variant."""
    return once(tmp_path_factory, "faults", _shown)


def _shown() -> Shown:
    known = {v.name: v for v in all_variants()}
    seen, scenes = visited(tuple(known.values()), NOW)
    found = recognised(seen, outages(), CLASSES, Policy())
    ends = {s.variant.name: (s.visit.outcome, s.visit.fetches[0].name_servers) for s in seen}
    return found, {name: _scene(scene) for name, scene in scenes.items()}, ends


def _scene(seen: Visited) -> tuple[str, str]:
    return sign(seen.cluster, seen.visit, Policy()), str(seen.visit.outcome)


def test_every_class_has_variants_enough_each_with_a_host_of_its_own() -> None:
    variants = all_variants()
    counts = Counter(v.of for v in variants) + Counter({OF: len(outages())})
    assert set(counts) == set(CLASSES)
    assert {name: n for name, n in counts.items() if n < FEWEST} == {}
    assert len({v.host for v in variants}) == len(variants)


def test_the_table_of_classes_is_whole() -> None:
    assert len(CLASSES) == 47
    assert set(MEANINGS) == set(Means)
    assert [c.name for c in CLASSES.values() if not (c.kind and c.what and c.shown_as)] == []
    # Only what speaks for an end may raise a question, and never before the rules allow one.
    asked = {c.name: c.asked_after for c in CLASSES.values() if c.asked_after is not None}
    assert {CLASSES[name].means for name in asked} == {Means.SCORES}
    assert min(asked.values()) >= 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CLASSES)
def test_every_variant_is_recognised_as_its_class(shown: Shown, name: str) -> None:
    mine = [r for r in shown[0] if r.of.name == name]
    assert len(mine) >= FEWEST
    assert [(r.number, r.says, r.sign) for r in mine if not r.is_right] == []


def test_a_site_that_is_well_has_none_of_the_signs_of_another(shown: Shown) -> None:
    assert tuple(shown[1]) == SCENES
    assert shown[1]["well"] == ("read", "read")
    assert shown[1]["stranger"] == ("read_without_a_name", "read")


@pytest.mark.parametrize(
    ("means", "outcomes"),
    [
        (Means.FREEZES, {VisitOutcome.INCONCLUSIVE, VisitOutcome.FAILED}),  # a 503 of maintenance fails like any other
        (Means.LONG, {VisitOutcome.FAILED}),
        (Means.ALIVE, {VisitOutcome.READ}),
        (Means.PENDING, {VisitOutcome.READ}),
        (Means.MOVED, {VisitOutcome.READ}),
    ],
)
def test_what_a_class_means_is_how_its_visits_end(shown: Shown, means: Means, outcomes: set[VisitOutcome]) -> None:
    mine = {v.name: v.of for v in all_variants() if CLASSES[v.of].means is means}
    assert {name: shown[2][name][0] for name in mine if shown[2][name][0] not in outcomes} == {}


def test_servers_that_speak_only_old_tls_are_read(shown: Shown) -> None:
    mine = [v.name for v in all_variants() if v.of == "tls_legacy_only"]
    assert {shown[2][name][0] for name in mine} == {VisitOutcome.READ}


def test_the_name_servers_of_a_domain_are_kept_in_one_spelling(shown: Shown) -> None:
    assert shown[2]["dns-parking-ns-1"][1] == ("ns1.sedoparking.com", "ns2.sedoparking.com")
    assert shown[2]["dns-parking-ns-10"][1] == ("ns1.hugedomains.com", "ns2.hugedomains.com")
    assert shown[2]["dns-nxdomain-1"][1] == ()


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        (["ns1.sedoparking.com", "ns2.sedoparking.com"], "ns1.sedoparking.com"),
        (["NS1.Bodis.COM."], "ns1.bodis.com"),
        (["ns1.sedoparking.com", "ns1.hosting.example"], ""),  # some of them serve a website
        (["ns1.notbodis.com"], ""),
        (["ns1.dns.ne.jp", "ns2.dns.ne.jp"], ""),  # of a hosting company
        ([], ""),
    ],
)
def test_name_servers_park_when_all_of_them_are_a_parking_services(servers: list[str], found: str) -> None:
    assert parking(servers) == found


@pytest.mark.parametrize("outage", outages(), ids=lambda o: o.says)
def test_every_outage_of_our_own_voids_its_night(shown: Shown, outage: object) -> None:
    assert [r.sign for r in shown[0] if r.of.name == OF and r.says == getattr(outage, "says", "")] == ["void"]


# --- The command ---


def told(*options: str) -> subprocess.CompletedProcess[str]:
    command = [CLUSTERWATCH, "demo", *options, "--now", NOW.isoformat()]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)


def test_the_demo_shows_all_variants_of_a_class() -> None:
    done = told("--faults", "--class", "http_410")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("✓ http_410") == 10
    assert "All 10 variants recognised." in done.stdout


def test_the_demo_shows_our_own_outages_which_are_no_websites() -> None:
    done = told("--faults", "--class", OF)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("✓ own_outage") == len(outages())


def test_a_class_that_there_is_not_is_wrong_usage_and_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"'nonsense'.*dns_nxdomain.*stale"):
        faults.show_faults("nonsense", NOW)


def test_a_class_without_faults_is_wrong_usage() -> None:
    done = told("--class", "http_410")
    assert done.returncode == 2
    assert "--class goes with --faults" in done.stderr


def test_what_was_not_recognised_fails_the_demo_by_name() -> None:
    wrong = Recognised(of=CLASSES["http_410"], number=3, says="no words", sign=str(Outcome.HTTP_404), words="")
    right = Recognised(of=CLASSES["http_410"], number=1, says="Apache", sign=str(Outcome.HTTP_410), words="")
    with pytest.raises(WorkFailed, match=r"not recognised: http_410 3 \(no words\): http_404$"):
        faults._say([right, wrong], 2, one_each=False)
    with pytest.raises(WorkFailed, match="only 1 of 2 variants were visited"):
        faults._say([right], 2, one_each=False)
