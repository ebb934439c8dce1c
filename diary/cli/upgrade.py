"""`diary upgrade`: the database to the program's version, with a backup first."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from diary.cli.backup import FOLDER, is_there, note, save
from diary.cli.engines import open_engine
from diary.config import Settings, SettingsError, load
from diary.domain import shared_key
from diary.domain.errors import OtherKey
from diary.domain.journal import locked_state
from diary.domain.upgrade import is_current, is_newer
from diary.domain.upgrade import upgrade as migrate
from diary.models.engine import file_of
from diary.portability.archive import Archive


@click.command()
@click.option(
    "--backup", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Where to save everything before; else `backups` in the instance folder.",
)  # fmt: skip
@click.option("--no-backup", is_flag=True, help="Save nothing: there is a backup elsewhere.")
@click.option("--new-key", is_flag=True, help="From now on the secret key is the one set here.")
def upgrade(folder: Path | None, *, no_backup: bool, new_key: bool) -> None:
    """Bring the database to this program's version.

    If there is anything to do, everything is saved first, as by `diary backup`. Stop the diary
    before; the way back is the older program and `diary restore`.

    On PostgreSQL the diary knows its secret key again, so that no server starts with another. With
    --new-key it takes the present one: everybody has to log in anew, and what was printed or sent
    with the old one opens nothing any more.
    """
    settings = load()
    engine = open_engine(settings)
    was_there, was_current = is_there(engine), is_current(engine)
    bring_up(settings, engine, folder, backup=not no_backup, new_key=new_key)
    if not was_there:
        click.echo("An empty diary was made. `diary invite` lets its first lead in.")
    elif was_current:
        click.echo("The database was up to date.")
    else:
        click.echo("The database was brought to this program's version.")


def bring_up(
    settings: Settings,
    engine: Engine,
    folder: Path | None = None,
    *,
    backup: bool = True,
    new_key: bool = False,
) -> None:
    """Run the migrations that are missing; on a diary that is there a backup comes first.

    Raises ClickException if that cannot be made, or if a newer program has left the database: then
    nothing is changed; InUse; SettingsError as `hold_key` does.
    """
    done = None
    if is_newer(engine):
        raise click.ClickException(
            "A newer program has left the database. Run that one, or put a backup back."
        )
    if backup and is_there(engine) and not is_current(engine):
        done = save(settings, engine, Archive(folder or settings.instance / FOLDER))
    migrate(engine, datetime.now(UTC))
    hold_key(settings, engine, anew=new_key)
    if done:
        note(engine, done.at)


OTHER_KEY = (
    "The secret key here is not the one that this diary has on its other servers. Set "
    "DIARY_SECRET_KEY to the same on all of them (one that was made at the first start stands in "
    "the file secret_key in the instance folder); if there is to be a new one from now on, say "
    "`diary upgrade --new-key`."
)


def hold_key(settings: Settings, engine: Engine, *, anew: bool = False) -> None:
    """See to it that all servers of a diary have one key. Raises SettingsError for another one.

    A database that is a file has one server, where the key has always been its owner's affair.
    """
    if file_of(engine) is not None:
        return
    with Session(engine) as session:
        locked_state(session)
        try:
            shared_key.hold(session, settings.secret_key, anew=anew)
        except OtherKey as error:
            raise SettingsError(OTHER_KEY) from error
        session.commit()
