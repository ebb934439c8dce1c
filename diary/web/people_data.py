"""What is known of somebody, with an account or without: found by name, taken out, forgotten."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import handouts
from diary.domain import traces as rules
from diary.domain.errors import NotFound
from diary.domain.journal import record
from diary.portability import takeout
from diary.queries import traces
from diary.queries.traces import Trace
from diary.text import spreadsheet
from diary.web.guards import Access, access, member
from diary.web.parcels import as_zip
from diary.web.rendering import absolute, diary_site, page
from diary.web.session import drop, now, reading, seal, today, unseal, writing
from diary.web.tending import blueprint, typed

REPORT = "forgotten"


@blueprint.route("/people/data", methods=["GET", "POST"])
@access(Access.LEAD)
def people_data() -> ResponseReturnValue:
    """Where a name stands; sent as a form, so that it stands in no address and no log."""
    return _data_page(typed("name"))


def _data_page(name: str, *, nothing_chosen: bool = False, status: int = 200) -> Response:
    return page(
        "admin/people_data.html",
        status_code=status,
        name=name,
        found=traces.find(reading(), name),
        nothing_chosen=nothing_chosen,
    )


def _chosen() -> list[Trace]:
    """What was ticked of all that carries the name; nothing else can be asked for."""
    ticked = set(request.form.getlist("trace"))
    return [one for one in traces.find(reading(), typed("name")) if str(one) in ticked]


@blueprint.post("/people/data/take-out")
@access(Access.LEAD)
def take_out_data() -> ResponseReturnValue:
    """What was chosen as a zip file."""
    chosen = _chosen()
    if not chosen:
        return _data_page(typed("name"), nothing_chosen=True, status=422)
    parcel, readme = takeout.gather_traces(reading(), chosen, absolute), _readme()
    db, actor_id = writing(), member().account_id
    handouts.hand_out(db, "own", actor_id, parcel.pictures, now())
    for one in chosen:
        record(
            db, "take_out_data", now(), actor_id=actor_id, account_id=one.account_id,
            post_id=one.post_id, subject_id=one.id, reason=one.kind,
        )  # fmt: skip
    return as_zip(parcel, readme)


def _readme() -> str:
    said = (
        _("This is what “%(title)s” knows of somebody.", title=diary_site().title),
        _("Each folder that begins with person holds what they have written, with pictures."),
        _("named.json: what others have noted with their name. In named: posts and pictures."),
        _("Others may stand in it, too: look through it before you hand it over."),
    )
    return "\r\n\r\n".join(said) + "\r\n"


@blueprint.post("/people/data/forget")
@access(Access.LEAD)
def forget_data() -> ResponseReturnValue:
    """Forget what was chosen, and say what was changed."""
    name, chosen = typed("name"), _chosen()
    if not chosen:
        return _data_page(name, nothing_chosen=True, status=422)
    return forgotten(rules.forget(writing(), member(), chosen, name, now()))


def forgotten(report: rules.Report) -> Response:
    """The report of a forgetting, once that is committed and its files are gone."""
    drop(report.files)
    ids: dict[str, list[int]] = {}
    for kind, key in report.changes:
        ids.setdefault(kind, []).append(key)
    return page("admin/forgotten.html", changes=ids, at=now(), sealed=seal(report.changes, REPORT))


@blueprint.post("/people/data/report")
@access(Access.LEAD)
def report_data() -> ResponseReturnValue:
    """The report to save: kinds and ids as a table, no names."""
    changes = unseal(request.form.get("report", ""), REPORT)
    if not isinstance(changes, list):
        raise NotFound
    lines = [
        spreadsheet.row(("what", "id")),
        *(spreadsheet.row((kind, key)) for kind, key in changes),
    ]
    answer = Response(lines, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"forgotten-{today()}.csv")
    return answer
