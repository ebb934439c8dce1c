"""Runs the migrations on the engine that `diary upgrade` (or alembic itself) hands over."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from diary.config import load
from diary.models import Base, guard_journal, make_engine


def check_foreign_keys(connection: Connection) -> None:
    """Refuse a migration that leaves rows pointing nowhere."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise RuntimeError(f"The migration left rows without their parents: {broken[:5]}")


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
    """Run the migrations in a transaction of their own."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # With foreign keys on, a rebuilt parent table would take its children along.
        # The pragma is deaf inside a transaction, so it comes before the first statement.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.execution_options(writing=True).begin():
            migrate(connection)
            if sqlite:
                check_foreign_keys(connection)
    finally:
        if sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


given = context.config.attributes.get("engine") or make_engine(load().database_url)
if isinstance(given, Connection):
    migrate(given)
else:
    with given.connect() as opened:
        migrate_alone(opened)
