"""Saved pages, pictures and what changed: shown with their words marked, and never as anything that could run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made import HOME, NEWS, NIGHT, verdict, visit
from pages import END, EVIL, Clock, Visitor, ceased, made, serving
from selectolax.lexbor import LexborHTMLParser
from shelved import Saved, hang, keep

from crawler.config import Storage
from crawler.model import Fetch, Outcome, Reason, Role, Verdict
from db.archive import Kept, KeptKind, KeptPage
from db.desk import Desk
from review.changes import chosen, paired
from review.comparing import Change
from review.harmless import disarmed, is_html, shown, text_of
from review.quotes import anchor

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
WORDS = "解散しました。"
PAGE = f"<html><head><title>青葉</title></head><body><nav><a href=/>トップ</a></nav><p>協議会は{WORDS}ご支援に感謝します。</p></body></html>"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return made(tmp_path / "desk.db")


@pytest.fixture
def kato(database: Path) -> Iterator[Visitor]:
    with serving(database, clock=Clock()) as address, Visitor(address, "kato") as visitor:
        yield visitor


def ended(days: float = 1, **fields: object) -> Verdict:
    reason = replace(END, url=HOME, raw=WORDS)
    return replace(ceased(days=days), reasons=(replace(reason, **fields),))  # type: ignore[arg-type]


def kept_page(body: str | bytes, content_type: str = "text/html", *, rendered: bool = False) -> KeptPage:
    sent = body if isinstance(body, bytes) else body.encode()
    return KeptPage(
        kept_id=1, url=HOME, final_url=HOME, role=Role.HOME, at=NIGHT, content_type=content_type, status=200,
        digest="0" * 64, n_bytes=len(sent), kind=KeptKind.RENDERED if rendered else KeptKind.RESPONSE, body=sent,
    )  # fmt: skip


# --- what is sent to a browser ---


@pytest.mark.parametrize(
    ("content_type", "body", "html"),
    [
        ("text/html", "<p>x", True),
        ("text/html; charset=Shift_JIS", "<p>x", True),
        ("TEXT/HTML", "<p>x", True),
        ("application/xhtml+xml", "<?xml version='1.0'?><html><p>x</html>", True),
        ("", "<p>x", True),
        ("", "<?xml version='1.0'?><svg onload='alert(1)'/>", False),
        ("image/svg+xml", "<svg onload='alert(1)'/>", False),
        ("application/xml", "<a/>", False),
        ("text/xml", "<?xml-stylesheet href='x'?><a/>", False),
        ("application/rss+xml", "<rss/>", False),
        ("application/json", "{}", False),
        ("text/plain", "<script>", False),
        ("text/html,image/svg+xml", "<svg/>", False),
        ("application/javascript", "alert(1)", False),
        ("multipart/x-mixed-replace", "x", False),
        ("text/html\r\nX: y", "<p>x", False),
    ],
)
def test_only_web_pages_are_shown_as_such_and_all_else_as_plain_text(content_type: str, body: str, html: bool) -> None:
    page = kept_page(body, content_type)
    assert is_html(page) is html
    assert shown(page).content_type == ("text/html" if html else "text/plain") + "; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE.encode("cp932"), "text/html; charset=Shift_JIS"),
        (PAGE.encode("euc_jp"), "text/html"),
        (PAGE.encode("iso2022_jp"), "text/html; charset=ISO-2022-JP"),
        (b"\xef\xbb\xbf" + PAGE.encode(), "text/html; charset=Shift_JIS"),
        (PAGE.encode("utf-16"), "text/html"),
        (PAGE.replace("<title>", "<meta charset=utf-7><title>").encode(), "text/html"),
    ],
)
def test_whatever_its_encoding_a_page_is_sent_in_the_one_it_is_declared_with(body: bytes, content_type: str) -> None:
    page = kept_page(body, content_type)
    assert WORDS in shown(page).content.decode("utf-8")
    assert "charset=" not in shown(page).content.decode("utf-8"), "nothing in the document says otherwise"
    assert WORDS in text_of(page).full


HOSTILE = """<base href=//e.example/><meta http-equiv=refresh content="0;url=//e.example/"><link rel=preconnect href=//e.example>
<LINK rel=stylesheet href=x><script>1</script><ScRiPt src=x></sCrIpT><iframe src=x srcdoc="<p>"></iframe><object data=x></object>
<embed src=x><frameset><frame src=x></frameset><template shadowrootmode=open><link rel=preconnect href=//e.example></template>
<svg><script>1</script><a xlink:href="javascript:1"><text>t</text></a></svg><a href="javascript:1" ping=x target=_top>link</a>
<map><area href=x></map><noscript><link rel=preconnect href=x></noscript>"""


def test_what_a_policy_does_not_cover_is_taken_out() -> None:
    nodes = LexborHTMLParser(disarmed(HOSTILE)).css("*")
    assert {n.tag for n in nodes} & {
        "script", "link", "base", "meta", "iframe", "object", "embed", "frame", "template",
    } == set()  # fmt: skip
    names = {name for n in nodes for name in n.attributes}
    assert names & {"href", "xlink:href", "ping", "target", "srcdoc"} == set()
    assert "link" in disarmed(HOSTILE)


@pytest.mark.parametrize("body", [b"", b"\x00" * 100, b"<" * 50_000, b"<div>" * 50_000, b"\xff\xfe<", b"<!--"])
@pytest.mark.timeout(20)
def test_a_broken_page_is_shown_too(body: bytes) -> None:
    page = kept_page(body)
    assert shown(page).content_type.startswith("text/html")
    text_of(page)


# --- the page about a saved page ---


def test_a_saved_page_is_shown_with_its_facts_and_the_quoted_words_marked(kato: Visitor, database: Path) -> None:
    keep(database, ended(), [Saved(body=PAGE)])
    answer = kato.get("/kept/1")
    assert answer.status_code == 200
    page = answer.text
    assert f'<mark id="{anchor(WORDS)}">{WORDS}</mark>' in page
    assert f'href="#{anchor(WORDS)}"' in page
    assert "25 Nov 2024, 18:00 UTC" in page
    assert re.search(r"SHA-256 [0-9a-f]{64}", page)
    assert '<iframe class="saved" sandbox src="/kept/1/page"' in page
    assert "frame-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_saved_page_itself_comes_with_a_policy_that_lets_nothing_run(kato: Visitor, database: Path) -> None:
    keep(database, ended(), [Saved(body=f"<script>alert(1)</script>{PAGE}{EVIL}")])
    answer = kato.get("/kept/1/page")
    parts = [part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";")]
    policy = {name: value for name, _, value in parts}
    assert policy == {
        "sandbox": "", "default-src": "'none'", "script-src": "'none'", "style-src": "'unsafe-inline'",
        "img-src": "data:", "form-action": "'none'", "base-uri": "'none'", "frame-ancestors": "'self'",
    }  # fmt: skip
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in answer.text


@pytest.mark.parametrize("path", ["/kept/99", "/kept/99/page", "/kept/99999999999999999999999", "/kept/x/page", "/kept/-1"])  # fmt: skip
def test_what_was_never_saved_is_not_found_under_the_usual_policy(kato: Visitor, path: str) -> None:
    answer = kato.get(path)
    assert answer.status_code in {404, 422}
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_page_of_either_of_two_visits_of_one_instant_is_shown(kato: Visitor, database: Path) -> None:
    for words in ("first", "second"):
        keep(database, ceased(), [Saved(body=f"<p>{words}</p>")])
    assert ["first" in kato.get("/kept/1").text, "second" in kato.get("/kept/2").text] == [True, True]


def test_a_stranger_gets_no_exception_from_the_policy(kato: Visitor, database: Path) -> None:
    keep(database, ended(), [Saved(body=PAGE)])
    with Visitor(str(kato.base_url)) as stranger:
        answer = stranger.get("/kept/1/page")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fkept%2F1%2Fpage")
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_a_page_whose_file_is_gone_says_so_and_the_case_stays(kato: Visitor, database: Path) -> None:
    keep(database, ended(), [Saved(body=PAGE + "<p>of this test alone, so that no text of it is known")])
    with Desk.open(database) as desk:
        folder = desk.archive(Storage().archive)
    assert folder is not None
    for file in folder.rglob("*.warc.gz"):
        file.write_bytes(b"damaged")
    assert kato.get("/kept/1").status_code == 410
    assert "cannot be read" in kato.get("/kept/1").text
    assert str(folder) not in kato.get("/kept/1").text
    assert kato.get("/kept/1/page").status_code == 404
    case = kato.get("/clusters/aoba")
    assert (case.status_code, WORDS in case.text) == (200, True)


def test_nothing_of_a_saved_page_becomes_markup_of_ours(kato: Visitor, database: Path) -> None:
    evil = Saved(
        body=f"<title>{EVIL}</title><p>&lt;script&gt;alert(2)&lt;/script&gt; {WORDS}",
        content_type=f'text/html; x="{EVIL}',
    )
    keep(database, ended(raw=f"<script>alert(2)</script> {WORDS}"), [evil])
    for path in ("/kept/1", "/clusters/aoba"):
        page = kato.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in kato.get("/kept/1").text


# --- pictures ---


@pytest.mark.parametrize("content_type", ["image/png", "image/webp"])
def test_a_picture_is_sent_with_its_own_type_and_shown_on_the_case(kato: Visitor, database: Path, content_type: str) -> None:  # fmt: skip
    keep(database, ended(), [Saved(body=PAGE)])
    number = hang(database, PNG, content_type=content_type)
    answer = kato.get(f"/pictures/{number}")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, content_type, PNG)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = kato.get("/clusters/aoba").text
    assert f'<img src="/pictures/{number}" width="40" height="30"' in page
    assert 'alt="The home page as a browser showed it at 24 Nov 2024, 18:00 UTC"' in page


def test_a_picture_that_is_not_there_is_not_found(kato: Visitor, database: Path) -> None:
    keep(database, ended(), [Saved(body=PAGE)])
    number = hang(database, PNG)
    with Desk.open(database) as desk:
        folder = desk.archive(Storage().archive)
    assert folder is not None
    next((folder / "pictures").iterdir()).write_bytes(b"<svg onload=alert(1)>")
    assert kato.get(f"/pictures/{number}").status_code == 404
    assert kato.get("/pictures/99").status_code == 404


# --- reasons with what stands around them ---


def test_a_reason_shows_the_sentence_around_its_words_and_leads_to_the_saved_page(
    kato: Visitor, database: Path
) -> None:
    keep(database, ended(), [Saved(body=PAGE)])
    page = kato.get("/clusters/aoba").text
    assert f"<blockquote>協議会は<mark>{WORDS}</mark></blockquote>" in page
    assert f'href="/kept/1#{anchor(WORDS)}"' in page


def test_words_that_only_an_earlier_visit_had_lead_to_that_one(kato: Visitor, database: Path) -> None:
    keep(database, verdict("aoba", 0), [Saved(body=PAGE)])
    keep(database, ended(), [Saved(body="<p>Nothing any more.</p>")])
    assert f'href="/kept/1#{anchor(WORDS)}"' in kato.get("/clusters/aoba").text


def test_words_that_no_saved_page_has_stand_alone_beside_the_page_of_then(kato: Visitor, database: Path) -> None:
    keep(database, ended(raw="別の言葉"), [Saved(body=PAGE)])
    page = kato.get("/clusters/aoba").text
    assert "<blockquote>別の言葉</blockquote>" in page
    assert '<a href="/kept/1">saved on' in page


def test_what_the_browser_showed_comes_before_what_the_server_sent(kato: Visitor, database: Path) -> None:
    pages = [Saved(body=PAGE), Saved(body=PAGE.replace("協議会は", "当会は"), rendered=True)]
    keep(database, ended(), pages)
    assert "<blockquote>当会は<mark>" in kato.get("/clusters/aoba").text


def test_a_case_without_anything_saved_is_shown_as_before(kato: Visitor, database: Path) -> None:
    keep(database, ended(), [])
    page = kato.get("/clusters/aoba").text
    assert f"<blockquote>{WORDS}</blockquote>" in page
    assert "/kept/" not in page
    assert "/changes" not in page


# --- what changed between two visits ---


def kept(url: str, digest: str = "a", *, rendered: bool = False) -> Kept:
    return Kept(
        kept_id=1, url=url, final_url=url, role=Role.HOME, at=NIGHT, content_type="text/html", status=200,
        digest=digest, n_bytes=1, kind=KeptKind.RENDERED if rendered else KeptKind.RESPONSE,
    )  # fmt: skip


def later(url: str, outcome: Outcome) -> Fetch:
    return Fetch(url=url, role=Role.NEWS, at=NIGHT, outcome=outcome)


@pytest.mark.parametrize(
    ("before", "after", "fetches", "changes"),
    [
        ([kept(HOME)], [kept(HOME)], [], [Change.SAME]),
        ([kept(HOME)], [kept(HOME, "b")], [], [Change.CHANGED]),
        ([], [kept(HOME)], [], [Change.NEW]),
        ([kept(NEWS)], [], [], [Change.UNASKED]),
        ([kept(NEWS)], [], [later(NEWS, Outcome.HTTP_404)], [Change.GONE]),
        ([kept(NEWS)], [], [later(NEWS, Outcome.NOT_MODIFIED)], [Change.SAME]),
        ([kept(NEWS)], [], [later(NEWS, Outcome.OK)], [Change.UNREAD]),
        ([kept(HOME)], [kept(HOME.replace("https", "http") + "index.html")], [], [Change.SAME]),
        ([kept(HOME, "a"), kept(HOME, "b", rendered=True)], [kept(HOME, "c"), kept(HOME, "b", rendered=True)], [], [Change.SAME]),
        ([kept(HOME), kept(NEWS)], [kept(NEWS, "b")], [], [Change.UNASKED, Change.CHANGED]),
        ([kept("javascript:1")], [kept("javascript:1")], [], []),
    ],
)  # fmt: skip
def test_what_became_of_a_page(
    before: list[Kept], after: list[Kept], fetches: list[Fetch], changes: list[Change]
) -> None:
    assert [p.change for p in paired(before, after, replace(visit(), fetches=tuple(fetches)))] == changes


def test_which_two_visits_are_compared() -> None:
    visits = [visit(days=n) for n in range(4)]
    kept_at = {v.started_at for v in visits[:3]}

    def pick(earlier: str, after: str) -> tuple[int, int] | None:
        pair = chosen(visits, kept_at, earlier, after)
        return (visits.index(pair[0]), visits.index(pair[1])) if pair else None

    at = [v.started_at.isoformat() for v in visits]
    assert pick("", "") == (1, 2)
    assert pick(at[0], at[2]) == (0, 2)
    assert pick(at[2], at[0]) == (0, 2), "the earlier one comes first"
    assert pick(at[0].replace("+", " "), at[3]) == (0, 3)
    assert pick(at[0], "yesterday") == (1, 2)
    assert pick(at[0], "2024-11-24T18:00:00") == (1, 2), "an instant without a zone is none"
    assert chosen(visits, set(), "", "") is None


def test_two_visits_are_compared_page_by_page(kato: Visitor, database: Path) -> None:
    old = "<p>協議会は会員を募集しています。</p><p>Members: 41</p>"
    new = "<p>協議会は会員を募集していました。</p><p>Members: 42</p><p>解散しました。</p>"
    counter = "<p>You are visitor {}</p>"
    keep(
        database,
        verdict("aoba", 0),
        [Saved(body=old), Saved(body=counter.format(7), url=NEWS), Saved(body="<p>x", url=HOME + "same")],
    )
    gone = later(HOME + "gone", Outcome.HTTP_404)
    pages = [
        Saved(body=new),
        Saved(body=counter.format(8), url=NEWS),
        Saved(body="<p >x", url=HOME + "same"),
        Saved(body="<p>y", url=HOME + "new"),
    ]
    keep(database, ended(), pages, fetches=[gone])
    form = kato.get("/clusters/aoba").text
    assert 'action="/clusters/aoba/changes"' in form
    page = kato.get("/clusters/aoba/changes?from=2024-11-24T18:00:00%2B00:00&to=2024-11-25T18:00:00%2B00:00").text
    assert "募集していま<del>" in page
    assert "<ins>" in page
    assert '<span class="unseen">put in: </span>' in page
    assert "Only numbers differ" in page
    assert "1 page is the same" in page
    assert 'tag-new">new</span>' in page
    assert kato.get("/clusters/nobody/changes").status_code == 404


def test_a_comparison_of_hostile_pages_is_only_text(kato: Visitor, database: Path) -> None:
    for days, words in ((0, "one"), (1, "two")):
        body = f"<p>&lt;script&gt;alert('{words}')&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</p>"
        keep(database, verdict("aoba", days), [Saved(body=body)])
    page = kato.get("/clusters/aoba/changes").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "alert(&#39;" in page


def test_fewer_than_two_visits_with_saved_pages_leave_nothing_to_compare(kato: Visitor, database: Path) -> None:
    keep(database, verdict("aoba", 0), [Saved(body="<p>x")])
    answer = kato.get("/clusters/aoba/changes")
    assert (answer.status_code, "There are no two visits" in answer.text) == (200, True)


def test_a_reason_without_words_still_leads_to_its_page(kato: Visitor, database: Path) -> None:
    word = replace(ceased(), reasons=(Reason(code="moved", text="The address moved.", url=HOME),))
    keep(database, word, [Saved(body=PAGE)])
    assert '<a href="/kept/1">saved on' in kato.get("/clusters/aoba").text
