"""Runs the migrations on the engine that `diary upgrade` (or alembic itself) hands over."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from diary.config import load
from diary.models import Base, guard_journal, make_engine
from diary.models.engine import point_nowhere, rebuilding, wait_for_turn


def of_the_models(name: str | None, kind: str, parents: Any) -> bool:
    """Whether the models are to know something: what feeds on the search rows they do not."""
    if kind == "column" and parents.get("table_name") == "search":
        return name != "vector"
    return not (name or "").startswith(("search_fts", "ix_search_vector"))


def migrate(connection: Connection) -> None:
    """Run the migrations, the journal's triggers with them, within a transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=of_the_models,
    )
    with context.begin_transaction():
        context.run_migrations()
    guard_journal(connection)


def migrate_alone(connection: Connection) -> None:
    """Run the migrations in a transaction of their own, one who does so after another."""
    with rebuilding(connection), connection.execution_options(writing=True).begin():
        wait_for_turn(connection)
        migrate(connection)
        if broken := point_nowhere(connection):
            raise RuntimeError(f"The migration left rows without their parents: {broken[:5]}")


given = context.config.attributes.get("engine") or make_engine(load().database_url)
if isinstance(given, Connection):
    migrate(given)
else:
    with given.connect() as opened:
        migrate_alone(opened)
