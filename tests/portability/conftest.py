"""Empty places for a diary, and an archive."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from diary.config import Settings
from diary.portability.archive import Archive
from tests.conftest import settings_in
from tests.databases import Server


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Settings]]:
    """Makes empty places, in SQLite or in PostgreSQL."""
    numbers = count()

    def made(kind: str) -> Settings:
        folder = tmp_path / f"place-{next(numbers)}"
        folder.mkdir()
        settings = settings_in(folder)
        if kind == "sqlite":
            return settings
        server: Server = request.getfixturevalue("postgres")
        return replace(settings, database_url=stack.enter_context(server.empty()))

    with ExitStack() as stack:
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive that is not there yet."""
    return Archive(tmp_path / "archive")
