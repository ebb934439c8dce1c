"""A diary that runs, and one that is to be its twin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.media.storage import Storage
from diary.models import Account
from tests.mirrors import Source, Twin, a_twin, running


@pytest.fixture
def settings(settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The fresh diary's settings, which commands find as well: those run within the test in the
    environment, programs of their own in the folder."""
    if database != "sqlite":
        monkeypatch.setenv("DIARY_DATABASE_URL", settings.database_url)
        (settings.instance / ".env").write_text(f"DIARY_DATABASE_URL={settings.database_url}\n")
    return settings


@pytest.fixture
def source(app: Flask, db: Session, store: Storage, alice: Account) -> Iterator[Source]:
    with running(app, db, store, alice, "Dagboken i Boden") as made:
        yield made


@pytest.fixture
def twin(tmp_path: Path, migrated: Path) -> Iterator[Twin]:
    with a_twin(tmp_path / "twin", migrated) as made:
        yield made
