"""The journal as a table, for whoever has to account for it."""

from collections.abc import Iterator

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Event
from diary.text import spreadsheet
from diary.web.guards import Access, access
from diary.web.session import services, today

blueprint = Blueprint("journal", __name__)

COLUMNS = tuple(column.key for column in Event.__table__.columns if column.key != "id")
AT_ONCE = 1_000


@blueprint.get("/moderation/events.csv")
@access(Access.LEAD)
def table() -> ResponseReturnValue:
    """All deeds from the first on, as CSV (RFC 4180): ids, keys and times, no words and no names.

    It is sent as it is read, so that any number of rows takes the same memory.
    """
    answer = Response(_rows(services().sessions), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"events-{today()}.csv")
    return answer


def _rows(sessions: sessionmaker[Session]) -> Iterator[str]:
    """In a session of their own, as the request's ends before the last row is sent."""
    yield spreadsheet.row(COLUMNS)
    columns = [Event.__table__.c[name] for name in COLUMNS]
    statement = select(*columns).order_by(Event.id).execution_options(yield_per=AT_ONCE)
    with sessions() as session:
        for row in session.execute(statement):
            yield spreadsheet.row(row)
