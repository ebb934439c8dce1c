"""What is known of somebody, with an account or without: found by their name, taken out."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import recall
from diary.domain.journal import record
from diary.portability import takeout
from diary.queries import traces
from diary.queries.traces import Trace
from diary.web.guards import Access, access, member
from diary.web.parcels import as_zip
from diary.web.rendering import absolute, diary_site, page
from diary.web.session import now, reading, writing
from diary.web.tending import blueprint, typed


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
    recall.hand_out(db, "own", actor_id, parcel.pictures, now())
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
