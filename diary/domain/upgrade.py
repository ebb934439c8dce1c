"""Bringing a database to the program's version."""

from datetime import datetime
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.config import ROOT
from diary.domain.errors import InUse
from diary.domain.indexing import index_missing
from diary.models import State, begin_writing
from diary.models.engine import wait_for_turn, was_held


def alembic_config(engine: Engine | Connection) -> Config:
    """Alembic's settings for this program's migrations, run on `engine`.

    On a connection they are part of its transaction.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, now: datetime) -> None:
    """Run the migrations that are missing, and make the one row that counts.

    Of several who do so at once one does, and the others find it done. Raises InUse, and has
    changed nothing then, if somebody holds what is to be changed and does not let go.
    """
    try:
        command.upgrade(alembic_config(engine), "head")
        with Session(engine) as session:
            _take_turn(session)
            if session.get(State, 1) is None:
                session.add(State(id=1, uid=new_uid(), changed_at=now))
            while index_missing(session):
                session.commit()
                _take_turn(session)
            session.commit()
    except OperationalError as error:
        if was_held(error):
            raise InUse from error
        raise


def _take_turn(session: Session) -> None:
    begin_writing(session)
    wait_for_turn(session.connection())


def knows(engine: Engine, revision: str) -> bool:
    """Whether the program has a migration: otherwise a newer program does."""
    try:
        ScriptDirectory.from_config(alembic_config(engine)).get_revision(revision)
    except CommandError:
        return False
    return True


def is_newer(engine: Engine) -> bool:
    """Whether a newer program has left the database."""
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    return revision is not None and not knows(engine, revision)


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the program's newest migration."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    """The program's newest migration: it is asked for every few seconds (`/readyz`)."""
    script = ScriptDirectory(str(Path(ROOT) / "migrations"))
    return script.get_current_head()
