"""What lets happen what is due, for commands: the whole diary is started only if there is any."""

from datetime import UTC, datetime
from pkgutil import resolve_name
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings
from diary.queries import site


def is_due(sessions: sessionmaker[Session]) -> bool:
    """Whether something is to happen by itself that nobody's visit has let happen yet."""
    with sessions() as session:
        due = site.present(session).due
    return due is not None and due <= datetime.now(UTC)


def release_due(settings: Settings, sessions: sessionmaker[Session]) -> None:
    """Let happen what is due: where nobody visits, a yes that is over has not ended yet."""
    if is_due(sessions):
        desk(settings).release()


def desk(settings: Settings) -> Any:
    """What lets out what is due, and composes mails."""
    return resolve_name("diary.app:create_desk")(settings)
