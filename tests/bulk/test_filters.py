"""The filters of the queue and of the overview, and the script that shows them within a page."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode

import pytest
from pages import Visitor, form

from review.pages import static_files

# --- the filter of the queue ---


@pytest.mark.parametrize(
    ("query", "first", "total"),
    [
        ("", "Elm", 6),
        ("?prefecture=Miyagi", "Dogwood", 4),
        ("?q=birch", "Birch", 1),
        ("?kind=moved", "Fir", 1),
        ("?kind=moved&prefecture=Osaka", "Fir", 1),
        ("?prefecture=Miyagi&at=ceased:birch", "Birch", 4),
    ],
)
def test_the_queue_shows_what_was_asked_for(kato: Visitor, query: str, first: str, total: int) -> None:
    page = kato.get(f"/queue{query}").text
    assert f"{first} Cluster" in page.split("<h1")[1].split("</h1>")[0]
    assert f" of {total}<" in page


def test_a_filter_that_fits_nothing_says_so(kato: Visitor) -> None:
    assert "No open question fits." in kato.get("/queue?kind=moved&prefecture=Miyagi").text
    assert "No open question fits." in kato.get("/queue?mine=1").text


def test_the_filter_stays_while_answering_and_undoing(kato: Visitor) -> None:
    page = kato.get("/queue?prefecture=Miyagi&kind=ceased&q=cluster")
    sent = kato.post("/answers", data=form(page, decision="alive"))
    assert sent.headers["location"] == "/queue?q=cluster&prefecture=Miyagi&kind=ceased&done=1"
    after = kato.get(sent.headers["location"])
    assert "Kept: Dogwood Cluster, still alive." in after.text
    assert "Cedar Cluster" in after.text.split("<h1")[1].split("</h1>")[0]
    (back,) = re.findall(r'name="back" value="(\?*[^"]*)"><button class="small" data-key="u"', after.text)
    undone = kato.post("/answers/1/undo", data={"back": back.replace("&amp;", "&")})
    assert undone.headers["location"].startswith("/queue?q=cluster&prefecture=Miyagi&kind=ceased&undone=1&at=")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/?kind=ceased", "kind=<script>", "\r\nX: y"])
def test_no_filter_leads_to_another_website(kato: Visitor, back: str) -> None:
    sent = kato.post("/answers", data=form(kato.get("/queue"), decision="skipped", back=back))
    assert sent.headers["location"] == "/queue?done=1"


def test_the_questions_before_and_after_have_keys(kato: Visitor) -> None:
    first, middle, last = (kato.get(f"/queue?at=ceased:{name}").text for name in ("elm", "cedar", "aoba"))
    assert ("arrowleft" in first, "arrowright" in first) == (False, True)
    assert re.search(r'href="/queue\?at=ceased%3Adogwood" data-key="arrowleft"', middle)
    assert re.search(r'href="/queue\?at=ceased%3Abirch" data-key="arrowright"', middle)
    assert 'href="/queue?at=moved%3Afir" data-key="arrowright"' in last


# --- htmx ---


def test_the_script_of_others_is_the_one_that_was_looked_at() -> None:
    script = static_files()["htmx.min.js"][0]
    assert hashlib.sha256(script).hexdigest() == "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
    digest = b64encode(hashlib.sha384(script).digest()).decode()
    assert digest == "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"


def test_htmx_runs_nothing_keeps_nothing_and_asks_nobody_else(kato: Visitor) -> None:
    (found,) = re.findall(r"<meta name=\"htmx-config\" content='([^']*)'>", kato.get("/queue").text)
    config = json.loads(found)
    wanted = {
        "allowEval": False, "allowScriptTags": False, "includeIndicatorStyles": False, "selfRequestsOnly": True,
        "historyCacheSize": 0, "refreshOnHistoryMiss": True,
    }  # fmt: skip
    assert {name: config[name] for name in wanted} == wanted


def test_a_part_of_the_overview_is_the_same_table(kato: Visitor) -> None:
    headers = {"HX-Request": "true", "HX-Target": "results"}
    for query in ("", "?q=elm", "?asked=1&sort=latest&way=down"):
        part, page = kato.get(f"/{query}", headers=headers), kato.get(f"/{query}")
        assert "<html" not in part.text
        table = part.text[part.text.index('<div id="results"') :].strip()
        assert " ".join(table.split()) in " ".join(page.text.split())


@pytest.mark.parametrize(
    ("path", "here", "pushed"),
    [
        ("/?q=elm&flag=&sort=name", "", "/?q=elm#mapping"),
        ("/?q=&flag=", "http://127.0.0.1/?q=elm", "/?#mapping"),
        ("/?q=elm&flag=", "http://127.0.0.1/?q=elm#mapping", "false"),
        ("/?sort=latest&page=3", "http://127.0.0.1/", "/?sort=latest&page=3#mapping"),
    ],
)
def test_the_address_of_a_filter_is_short_and_stands_once_in_the_history(
    kato: Visitor, path: str, here: str, pushed: str
) -> None:
    answer = kato.get(path, headers={"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": here})
    assert answer.headers["HX-Push-Url"] == pushed


def test_a_refusal_within_a_page_keeps_the_address_of_the_page(kato: Visitor) -> None:
    bad = {"cluster_id": "aoba"}
    assert kato.post("/answers", data=bad, headers={"HX-Request": "true"}).headers["HX-Replace-Url"] == "false"
    assert "HX-Replace-Url" not in kato.post("/answers", data=bad).headers
