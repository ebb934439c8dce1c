"""Closing day: what waits, ending the journey, and the folder that is handed over."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import closing as rules
from diary.domain.downloads import CLOSING_ZIP
from diary.domain.errors import Invalid, NotPossible, PostsWait, Problem
from diary.queries import closing as queries
from diary.queries import downloads
from diary.web.downloads import sent, size_of
from diary.web.forms import Form, line
from diary.web.guards import Access, access, member
from diary.web.rendering import diary_site, page
from diary.web.session import now, reading, services, undo, writing
from diary.web.tending import blueprint


@blueprint.route("/overview/closing", methods=["GET", "POST"])
@access(Access.LEAD)
def closing() -> ResponseReturnValue:
    """What is done and what waits; the button that ends the journey, or lets it go on."""
    if request.method != "POST":
        return _page(Form({}))
    try:
        if request.form.get("do") == "go_on":
            rules.reopen(writing(), member(), now(), services().settings.zone)
            flash(_("The journey goes on. Everybody can write again."), "good")
        else:
            _end()
            flash(_("The journey has ended. Nothing new is written any more."), "good")
    except Invalid as error:
        undo()
        return _page(Form(request.form, error.problems), 422)
    except NotPossible:  # a second tap, or another lead
        undo()
    return redirect(url_for(".closing"), 303)


def _end() -> None:
    """End the journey, if its name is typed so that it is no slip; raises Invalid."""
    name, anyway = diary_site().title, "anyway" in request.form
    if line(request.form.get("name", "")).casefold() != name.casefold():
        raise Invalid((Problem("name", "other_name", {"name": name}),))
    try:
        rules.end(writing(), member(), now(), services().settings.zone, anyway=anyway)
    except PostsWait as error:
        raise Invalid((Problem("anyway", "posts_wait"),)) from error


@blueprint.get("/overview/closing/everything.zip")
@access(Access.LEAD)
def handed_over() -> ResponseReturnValue:
    """The folder that is handed over, as a zip; a part of it, where one is asked for."""
    edition = downloads.newest(reading())
    if edition is None or CLOSING_ZIP not in edition.files or not diary_site().ended_at:
        return redirect(url_for(".closing"), 303)  # taken back meanwhile; that page says so
    return sent(edition, CLOSING_ZIP, "application/zip")


def _page(form: Form, status: int = 200) -> Response:
    edition = downloads.newest(reading())
    made = edition.files.get(CLOSING_ZIP) if edition and diary_site().ended_at else None
    return page(
        "admin/closing.html",
        status_code=status,
        form=form,
        found=queries.checklist(reading()),
        made=made and edition and edition.made_at,
        size=size_of(made["size"]) if made else "",
    )
