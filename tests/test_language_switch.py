"""The switch of language leads to a page, also from the answer to a form, whose address takes no GET."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from filled import Filled, serving_filled
from pages import Visitor


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with serving_filled(tmp_path_factory.mktemp("switch") / "desk.db") as found:
        yield found


@pytest.mark.parametrize(
    ("path", "fields", "stays"),
    [
        ("/answers/77/undo", {}, "/queue"),
        ("/account/password", {"new": "short"}, "/account"),
        ("/people/vera/link", {}, "/people/vera"),
        ("/clusters/cedar/retire", {"note": ""}, "/clusters/cedar/retire"),
        ("/clusters/aoba/letters", {"address": ""}, "/clusters/aoba"),
        ("/letters/77/replies", {}, "/letters"),
        ("/candidates/1/reject", {"reason": ""}, "/candidates"),
        ("/timetable/jobs/crawl", {"zone": "Mars"}, "/timetable/jobs/crawl"),
        ("/timetable/runs/1/pause", {}, "/timetable/runs/1"),
        ("UPLOAD/confirm", {"expected": "another list"}, "UPLOAD"),
    ],
)
def test_the_switch_of_language_leads_from_the_answer_to_a_form_to_a_page(
    desk: Filled, path: str, fields: dict[str, str], stays: str
) -> None:
    with Visitor(desk.address, "boss") as boss:
        page = boss.post(path.replace("UPLOAD", desk.upload), data=fields).text
        found = unescape(re.findall(r'name="next" value="([^"]*)"', page)[0])
        assert found == stays.replace("UPLOAD", desk.upload)
        assert boss.get(found).status_code == 200


def test_the_switch_of_language_keeps_the_filter(desk: Filled) -> None:
    with Visitor(desk.address, "boss") as boss:
        page = boss.get("/?prefecture=Miyagi&sort=latest").text
        assert 'name="next" value="/?prefecture=Miyagi&amp;sort=latest"' in page
        sent = boss.post("/account/language", data={"language": "ja", "next": "/?prefecture=Miyagi&sort=latest"})
        assert sent.headers["location"] == "/?prefecture=Miyagi&sort=latest"
