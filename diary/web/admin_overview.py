"""The lead's page: what waits, and whether the diary is safe."""

from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from diary.queries.overview import overview as looked_over
from diary.web.guards import Access, access
from diary.web.rendering import page
from diary.web.session import reading, services, today
from diary.web.stores import late
from diary.web.tending import blueprint

LITTLE_ROOM = 2 * 10**9
"""Bytes free below which the lead should do something: some thousand photos."""


@blueprint.get("/overview")
@access(Access.LEAD)
def overview() -> ResponseReturnValue:
    """What the lead should know at a glance, and where everything is looked after."""
    found, zone = looked_over(reading()), services().settings.zone
    room = services().store.room()
    days = (today() - found.oldest.astimezone(zone).date()).days if found.oldest else 0
    return page(
        "admin/overview.html",
        found=found,
        days=days,
        room=None if room is None else format_decimal(round(room / 10**9, 1)),
        little_room=room is not None and room < LITTLE_ROOM,
        stores=late(),
        sends_mail=services().settings.mail is not None,
    )
