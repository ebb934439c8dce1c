"""Empty places for a diary, and an archive."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from diary.cli.bench_server import postgres_server
from diary.config import Settings
from diary.models import make_engine
from diary.portability.archive import Archive
from tests.conftest import settings_in


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server for a file of tests."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Settings]:
    """Makes empty places, in SQLite or in PostgreSQL; of the latter there is one at a time."""
    numbers = count()

    def made(kind: str) -> Settings:
        folder = tmp_path / f"place-{next(numbers)}"
        folder.mkdir()
        settings = settings_in(folder)
        if kind == "sqlite":
            return settings
        url = request.getfixturevalue("server")
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        return replace(settings, database_url=url)

    return made


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive that is not there yet."""
    return Archive(tmp_path / "archive")
