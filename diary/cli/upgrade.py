"""`diary upgrade`: the database to the program's version, with a backup first."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from diary.cli.backup import FOLDER, is_there, note, save
from diary.config import Settings, load
from diary.domain.upgrade import is_current, is_newer
from diary.domain.upgrade import upgrade as migrate
from diary.models import make_engine
from diary.portability.archive import Archive


@click.command()
@click.option(
    "--backup", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Where to save everything before; else `backups` in the instance folder.",
)  # fmt: skip
@click.option("--no-backup", is_flag=True, help="Save nothing: there is a backup elsewhere.")
def upgrade(folder: Path | None, *, no_backup: bool) -> None:
    """Bring the database to this program's version.

    If there is anything to do, everything is saved first, as by `diary backup`. Stop the diary
    before; the way back is the older program and `diary restore`.
    """
    settings = load()
    engine = make_engine(settings.database_url)
    was_there, was_current = is_there(engine), is_current(engine)
    bring_up(settings, engine, folder, backup=not no_backup)
    if not was_there:
        click.echo("An empty diary was made. `diary invite` lets its first lead in.")
    elif was_current:
        click.echo("The database was up to date.")
    else:
        click.echo("The database was brought to this program's version.")


def bring_up(
    settings: Settings, engine: Engine, folder: Path | None = None, *, backup: bool = True
) -> None:
    """Run the migrations that are missing; on a diary that is there a backup comes first.

    Raises ClickException if that cannot be made, or if a newer program has left the database: then
    nothing is changed.
    """
    done = None
    if is_newer(engine):
        raise click.ClickException(
            "A newer program has left the database. Run that one, or put a backup back."
        )
    if backup and is_there(engine) and not is_current(engine):
        done = save(settings, engine, Archive(folder or settings.instance / FOLDER))
    migrate(engine, datetime.now(UTC))
    if done:
        note(engine, done.at)
