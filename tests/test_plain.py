"""The technical words of visits and of the audit are said in plain words, every one of them, in both languages."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from made import FULL_VISIT

from crawler import frontier
from crawler.answers import Decision
from crawler.frontier import Candidate, Frontier, Known
from crawler.international import International
from crawler.letters import EntryKind
from crawler.model import Certificate, Fetch, Outcome, Role
from crawler.policy import Budget
from pipelines.bulk import DECISIONS
from review.plain import EXPLAINED, PURPOSES, STOPS, Hop, Plain, chain
from review.texts import texts
from review.trail import DETAILS, WHAT, Trail
from spiders import course, fetch, visit

TODAY = date(2024, 11, 25)
FETCH = FULL_VISIT.fetches[0]
ENGLISH, JAPANESE = Plain(texts("en")), Plain(texts("ja"))


def test_every_outcome_and_purpose_is_explained() -> None:
    assert set(EXPLAINED) == set(Outcome)
    assert set(PURPOSES) == set(Role)
    for outcome in Outcome:
        assert JAPANESE.explained(outcome) != ENGLISH.explained(outcome)


# --- why a visit ended ---


def texts_of(module: ModuleType, *names: str) -> set[str]:
    """Every text that a module gives to a name or field of these names, or returns in a function of these names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        values: list[ast.expr | None] = []
        if (isinstance(node, ast.Assign) and any(_name(t) in names for t in node.targets)) or (
            isinstance(node, ast.keyword) and node.arg in names
        ):
            values = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name in names:
            values = [n.value for n in ast.walk(node) if isinstance(n, ast.Return)]
        found |= {text for value in values if (text := _text(value))}
    return found


def _name(target: ast.expr) -> str:
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def _text(value: ast.expr | None) -> str:
    """A text of the source, with 7 in the place of what varies."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in value.values)
    return ""


def stops() -> set[str]:
    """Everything in the program that says why a visit ended."""
    return (
        texts_of(frontier, "_spent", "next")
        | texts_of(course, "_stopped", "stopped")
        | texts_of(visit, "stopped")
        | texts_of(fetch, "_spent")
    )


def test_every_reason_to_stop_is_a_sentence_in_both_languages() -> None:
    assert len(stops()) == len(STOPS), "each is known here, and no other"
    for words in stops():
        assert any(pattern.fullmatch(words) for pattern, _ in STOPS), words
        assert not ENGLISH.stopped(words).startswith("It ended because:")
        assert JAPANESE.stopped(words).isascii() is False
        assert "budget" not in JAPANESE.stopped(words)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (Known(pages=25), "It ended at our limit of 25 pages a visit."),
        (Known(n_bytes=20_000_000), "It ended at our limit of 20,000,000 bytes a visit."),
        (Known(elapsed_s=90.0), "It ended at our limit of 90 seconds a visit."),
        (Known(), "It ended because every promising page was read."),
    ],
)
def test_what_the_frontier_really_says_is_understood(known: Known, says: str) -> None:
    budget = replace(Budget(), max_pages=25, max_bytes=20_000_000, max_seconds=90.0)
    stop = Frontier(budget, TODAY).next(known)
    assert isinstance(stop, str)
    assert ENGLISH.stopped(stop) == says


def test_a_visit_that_knows_enough_says_so() -> None:
    waiting = Frontier(Budget(), TODAY)
    waiting.add([Candidate(url="http://a.example/x", role=Role.OTHER, promise=0.01)])
    stop = waiting.next(Known(latest=TODAY - timedelta(days=3)))
    assert isinstance(stop, str)
    assert JAPANESE.stopped(stop) == "これ以上読んでも判定は変わらないため、終了しました。"


def test_an_unknown_reason_to_stop_is_kept() -> None:
    assert ENGLISH.stopped("it {knew} enough") == "It ended because: it {knew} enough"
    assert JAPANESE.stopped("x") == "終了の理由：x"


# --- certificates, name servers, redirects ---


@pytest.mark.parametrize(
    ("tls", "says"),
    [
        ("certificate has expired", "has run out"),
        ("certificate is not yet valid", "not valid yet"),
        ("self-signed certificate", "made its certificate itself"),
        ("self-signed certificate in certificate chain", "made its certificate itself"),
        ("Hostname mismatch, certificate is not valid for 'a.example'.", "for another name"),
        ("unable to get local issuer certificate", "cannot be traced"),
        ("EE certificate key too weak", "do not trust"),
        ("<script>", "do not trust"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said_plainly(tls: str, says: str) -> None:
    assert says in ENGLISH.fault(tls)
    assert JAPANESE.fault(tls) != ENGLISH.fault(tls)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (Certificate(issuer="Trust K.K.", expires_on=TODAY), "certificate by Trust K.K., until 25 Nov 2024"),
        (Certificate(issuer="{x}"), "certificate by {x}"),
        (Certificate(), "certificate by ?"),
    ],
)
def test_a_certificate_is_told_with_who_signed_it_and_until_when(found: Certificate, says: str) -> None:
    assert ENGLISH.certificate(found) == says


@pytest.mark.parametrize(
    ("said", "address", "says"),
    [
        ("NXDOMAIN", "", "The name server: “This name does not exist.”"),
        ("SERVFAIL", "", "The name server: “I cannot find out.”"),
        ("REFUSED", "", "The name server: “I do not answer you.”"),
        ("NODATA", "", "The name server: “The name exists and has no address.”"),
        ("no answer", "", "The name server: No answer came."),
        ("192.0.2.1", "192.0.2.1", ""),
        ("192.0.2.1, 2001:db8::1", "192.0.2.1", "The name leads to 192.0.2.1, 2001:db8::1"),
        ("10.0.0.1", "", "The name leads to 10.0.0.1"),
        ("", "", ""),
        ("<b>", "", ""),
    ],
)
def test_what_the_name_server_said_is_told(said: str, address: str, says: str) -> None:
    assert ENGLISH.name_server(replace(FETCH, dns=said, address=address)) == says


def asked(**fields: object) -> Fetch:
    base = Fetch(url="http://a.example/", role=Role.HOME, at=FULL_VISIT.started_at, outcome=Outcome.OK)
    return replace(base, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fetched", "hops"),
    [
        (asked(final_url="http://a.example/"), [("http://a.example/", None)]),
        (asked(), [("http://a.example/", None)]),
        (
            asked(redirects=("http://a.example/",), redirect_statuses=(301,), final_url="https://a.example/"),
            [("http://a.example/", 301), ("https://a.example/", None)],
        ),
        (
            asked(redirects=("http://a.example/", "http://b.example/"), redirect_statuses=(301, 302), final_url="http://c.example/"),
            [("http://a.example/", 301), ("http://b.example/", 302), ("http://c.example/", None)],
        ),
        (
            asked(redirects=("http://a.example/",), redirect_statuses=(302,), final_url="http://a.example/"),
            [("http://a.example/", 302), ("http://a.example/", None)],
        ),
        (
            asked(outcome=Outcome.DNS_NXDOMAIN, redirects=("http://a.example/", "http://gone.example/")),
            [("http://a.example/", None), ("http://gone.example/", None)],
        ),
        (asked(final_url="http://b.example/"), [("http://a.example/", None), ("http://b.example/", None)]),
    ],
)  # fmt: skip
def test_the_chain_of_a_request_is_told_once_and_in_order(fetched: Fetch, hops: list[tuple[str, int | None]]) -> None:
    assert chain(fetched) == tuple(Hop(url, status) for url, status in hops)


# --- the audit ---

DB = Path(__file__).parents[1] / "db"


def audit_calls() -> list[ast.Call]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(DB.glob("*.py"))]
    return [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_audit"
    ]


def test_everything_that_is_written_into_the_audit_has_words() -> None:
    fixed = {c.args[1].value for c in audit_calls() if isinstance(c.args[1], ast.Constant)}
    varying = {_text(c.args[1]) for c in audit_calls() if isinstance(c.args[1], ast.JoinedStr)}
    assert varying == {"answer:7", "letter:7", "bulk:7", "partners:7"}
    of_many = {f"bulk:{d}" for d in DECISIONS}
    of_partners = {f"partners:{k}" for k in (*International, "withdrawn")}
    of_answers = {f"answer:{d}" for d in Decision} | {f"letter:{k}" for k in EntryKind}
    assert set(WHAT) == fixed | of_answers | of_many | of_partners
    assert set(DETAILS) >= {k.arg for c in audit_calls() for k in c.keywords if k.arg}


@pytest.mark.parametrize("code", sorted(WHAT))
def test_the_audit_is_told_in_japanese(code: str) -> None:
    assert not Trail(texts("ja")).what(code).isascii()


def test_an_unknown_code_of_the_audit_stands_as_it_is() -> None:
    told = Trail(texts("ja"))
    assert (told.what("danced"), told.detail("steps")) == ("danced", "steps")
