"""The pictures of a place's or a way of working's page: chosen among those of its posts."""

from collections.abc import Iterable

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain.errors import Invalid, Problem
from diary.domain.guides import MAX_CHOSEN, choose, ensure_tells
from diary.models import Lab, Method
from diary.queries import aliases, cards, chosen
from diary.web.forms import Form
from diary.web.guards import Access, access, member
from diary.web.moved import led_on
from diary.web.reading import cursor
from diary.web.rendering import language, page
from diary.web.session import now, reading, undo, writing
from diary.web.tending import blueprint, typed


@blueprint.route("/places/<slug>/pictures", methods=["GET", "POST"])
@access(Access.MODERATOR)
def place_pictures(slug: str) -> ResponseReturnValue:
    """Choose the pictures of a place's page."""
    return _pictures(Lab, slug)


@blueprint.route("/ways/<slug>/pictures", methods=["GET", "POST"])
@access(Access.MODERATOR)
def way_pictures(slug: str) -> ResponseReturnValue:
    """Choose the pictures of a way of working's page."""
    return _pictures(Method, slug)


def _pictures(kind: type[Lab] | type[Method], slug: str) -> ResponseReturnValue:
    found = aliases.at(reading(), kind, slug)
    if found is None:
        return led_on(kind, slug)
    ensure_tells(member(), found)
    if request.method != "POST":
        return _page(found)
    deed = typed("deed")
    try:
        choose(writing(), member(), kind, slug, deed, typed("picture"), now())
    except Invalid as error:
        undo()
        return _page(found, error.problems, 422)
    flash(_("The picture is on the page.") if deed == "add" else _("Changed."), "good")
    return redirect(url_for(str(request.endpoint), slug=slug, before=cursor()), 303)


def _page(found: Lab | Method, problems: Iterable[Problem] = (), status: int = 200) -> Response:
    db = reading()
    of_lab = isinstance(found, Lab)
    part = cards.stream(db, chosen.posts_of(found), before=cursor(), lang=language())
    mine = chosen.pictures(db, found)
    taken = {one.picture.token for one in mine}
    others = [one for one in chosen.of_cards(part.posts) if one.picture.token not in taken]
    return page(
        "admin/page_pictures.html",
        status_code=status,
        form=Form({}, problems),
        name=found.name,
        slug=found.slug,
        tab="admin.places" if of_lab else "admin.ways",
        back=url_for("admin.place" if of_lab else "admin.way", slug=found.slug),
        home=url_for("reading.lab" if of_lab else "reading.method", slug=found.slug),
        limit=MAX_CHOSEN,
        chosen=mine,
        others=others,
        older=part.after,
    )
