"""The matrix: which way of working was tried where, and how it came there."""

from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from diary.domain.travels import Matrix, Story, Thread, matrix, stories
from diary.queries import site, travel
from diary.queries.journey import NO_LAB
from diary.queries.rows import LabRef, MethodRef
from diary.text.plain import direction
from diary.web.guards import Access, access
from diary.web.rendering import language, page
from diary.web.session import reading as db
from diary.web.travels import Drawing, Scale, drawn

blueprint = Blueprint("matrix", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A way of working, with what there is of it in each column."""

    method: MethodRef
    cells: tuple[Thread | None, ...]


@blueprint.get("/archive/matrix")
@access(Access.PUBLIC)
def index() -> ResponseReturnValue:
    """Numbers and first days by place and way of working; above, how each of them travelled."""
    lang = language()
    labs = site.labs(db(), lang, archived=True)
    methods = site.methods(db(), lang, retired=True)
    cells = matrix(travel.tried(db()), labs)
    found = stories(cells, methods, travel.steps(db()))
    columns = _columns(cells, labs)
    return page(
        "journey/matrix.html",
        stories=_with_drawings(found, cells),
        columns=columns,
        rows=_rows(cells, methods, columns),
        untried=[way for way in methods if way.id not in cells and not way.retired_at],
        no_lab=NO_LAB,
    )


def _columns(cells: Matrix, labs: tuple[LabRef, ...]) -> tuple[LabRef | None, ...]:
    """The places that have posts; last, if it has any, the whole project."""
    used = {lab_id for places in cells.values() for lab_id in places}
    project = (None,) if None in used else ()
    return (*(lab for lab in labs if lab.id in used), *project)


def _rows(
    cells: Matrix, methods: tuple[MethodRef, ...], columns: tuple[LabRef | None, ...]
) -> tuple[Row, ...]:
    return tuple(
        Row(way, tuple(cells[way.id].get(lab.id if lab else None) for lab in columns))
        for way in methods
        if way.id in cells
    )


def _with_drawings(found: tuple[Story, ...], cells: Matrix) -> tuple[tuple[Story, Drawing], ...]:
    """All along the same time, that of the whole journey, so that they can be compared."""
    threads = [thread for places in cells.values() for thread in places.values()]
    firsts = [thread.first for thread in threads if thread.first]
    lasts = [thread.months[-1][0].replace(day=28) for thread in threads if thread.months]
    if not (firsts and lasts):
        return ()
    scale = Scale(min(firsts), max(lasts), mirrored=direction(language()) == "rtl")
    return tuple((story, drawn(story, scale)) for story in found)
