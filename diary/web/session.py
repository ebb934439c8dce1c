"""What a request works with: the services, its one transaction and the time."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.wrappers import Response as WsgiResponse

from diary.config import Settings
from diary.domain import errands, throttle
from diary.media.storage import Storage
from diary.models import Task, begin_writing, only_reading

A_YEAR = timedelta(days=365)
"""How long a browser keeps what it is given for good."""


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What the process was started with."""

    settings: Settings
    sessions: sessionmaker[Session]
    store: Storage
    clock: Callable[[], datetime] = system_clock


def services() -> Services:
    """The services of the running diary."""
    found: Services = current_app.extensions["diary"]
    return found


FROZEN = "diary.frozen"
"""In the WSGI environment, which no visitor writes: the day on which a page is frozen."""


def frozen() -> date | None:
    """The day on which a page is frozen that no server will stand behind (`cli/export_site`)."""
    day: date | None = request.environ.get(FROZEN)
    return day


def now() -> datetime:
    """The time by the diary's clock."""
    return services().clock()


def today() -> date:
    """The day by the diary's clock, in its time zone."""
    return now().astimezone(services().settings.zone).date()


def base_url() -> str:
    """The diary's own address, without a slash at the end."""
    # `host_url` takes four times as long.
    return services().settings.base_url or f"{request.scheme}://{request.host}"


def reading() -> Session:
    """The request's session; outside `writing` it only reads."""
    if "db" not in g:
        g.db = only_reading(services().sessions)
    session: Session = g.db
    return session


def writing() -> Session:
    """The request's session in a transaction that may write; the request commits it once."""
    session = reading()
    if g.get("writes"):
        raise RuntimeError("Already writing: to begin once more would lose what was written.")
    begin_writing(session)
    g.writes = True
    return session


def release() -> None:
    """End the reading transaction: none is open while a page is rendered or a picture decoded."""
    if "db" in g and not g.get("writes"):
        g.db.rollback()


def commit_now() -> None:
    """Commit what the request has written; what comes after that only reads."""
    errands.commit(reading(), services().store)
    g.writes = False


def drop(files: Iterable[str]) -> None:
    """Commit, and remove the files that nothing names any more."""
    errands.note(reading(), Task.FILE, files, now())
    commit_now()


def undo() -> None:
    """Roll back what the request has written."""
    if "db" in g:
        g.db.rollback()
        g.writes = False


def throttle_key(kind: str, who: str) -> str:
    """The key that tries of a kind count under today, for `who` makes them or suffers them."""
    return throttle.key_of(services().settings.secret_key, kind, who, now())


def network() -> str:
    """Where the request comes from, as one household's addresses.

    An IPv6 subscriber has at least a /64 (RFC 4291, 2.5.4).
    """
    address = request.remote_addr or ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def keep_cookie(answer: WsgiResponse, name: str, value: str) -> None:
    """Have the browser keep a cookie for a year."""
    answer.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        secure=services().settings.https,
        httponly=True,
        samesite="Lax",
    )


def seal(value: object, purpose: str) -> str:
    """A value as signed text that only this diary can have made, for one purpose."""
    return _serializer(purpose).dumps(value)


def unseal(text: str, purpose: str, *, seconds: int | None = None) -> object:
    """The value sealed for a purpose, at most `seconds` ago; None for anything else."""
    try:
        return _serializer(purpose).loads(text, max_age=seconds)
    except BadData:
        return None


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt=purpose)


def init_app(app: Flask) -> None:
    """Commit after a view that wrote, roll back after one that raised, close in any case."""

    @app.after_request
    def commit(response: Response) -> Response:
        if g.get("writes"):
            try:
                commit_now()
            except SQLAlchemyError as error:  # a disk that is full is told here: as in a view
                said = current_app.handle_user_exception(error)
                return current_app.make_response(said)
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if "db" in g:
            g.pop("db").close()
