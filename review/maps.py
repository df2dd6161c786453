"""The map: every cluster that fits the filter where it is, and a table beside it that says the same."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from fastapi import FastAPI, Request
from markupsafe import Markup
from starlette.responses import Response

from db.desk import Desk
from pipelines.maps.drawing import map_svg, place_name
from pipelines.maps.lines import map_lines
from pipelines.maps.placing import MapLine, placed
from pipelines.narrowing import selected
from pipelines.questions import OpenQuestion, open_questions, reviews
from review.filters import Filter, choices, people_choices
from review.pages import render, spoken_in
from review.world import world_of

# Of more clusters the marks would have a radius of less than 3 units of the picture, and the table 2,000 rows.
MOST = 2000


def add_routes(app: FastAPI) -> None:
    """Add this module's route."""
    app.add_api_route("/map", show_map, methods=["GET"], response_model=None)


def show_map(request: Request) -> Response:
    """The map of the clusters that fit the filter."""
    world = world_of(request)
    shown = Filter.of(request)
    language = spoken_in(request).language
    with world.desk() as desk:
        asked = open_questions(desk, world.today, world.config.policy)
        lines = _lines(request, desk, shown, asked)
        fields = choices(request, desk) | people_choices(request, asked)
    few = lines if len(lines) <= MOST else []
    # What map_svg gives holds no word of anybody that it has not escaped.
    picture = Markup(map_svg(few, language=language, link=_case))  # noqa: S704
    return render(
        request,
        "map.html",
        filter=shown,
        choices=fields,
        total=len(lines),
        most=MOST,
        items=placed(few),
        picture=picture,
        place_name=partial(place_name, language=language),
    )


def _lines(request: Request, desk: Desk, shown: Filter, asked: list[OpenQuestion]) -> list[MapLine]:
    """The clusters that fit, by name."""
    world = world_of(request)
    ids = desk.ids(selected(desk, shown.parts(), world.today, world.config.policy, asked))
    found = map_lines(
        desk.clusters(ids), desk.current_of(ids), reviews(desk, ids), language=spoken_in(request).language
    )
    return sorted(found, key=lambda line: (line.name.casefold(), line.cluster_id))


def _case(cluster_id: str) -> str:
    return f"/clusters/{quote(cluster_id, safe='')}"
