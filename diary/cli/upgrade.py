"""`diary upgrade`: the database to the program's version."""

from datetime import UTC, datetime

import click

from diary.config import load
from diary.domain.upgrade import upgrade as bring_up
from diary.models import make_engine


@click.command()
def upgrade() -> None:
    """Bring the database to this program's version.

    Make a copy of the instance folder first; docs/operations.md says how.
    """
    bring_up(make_engine(load().database_url), datetime.now(UTC))
    click.echo("The database is up to date.")
