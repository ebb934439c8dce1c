"""A diary that runs, and one that is to be its twin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account
from tests.mirrors import Source, Twin, a_twin, running


@pytest.fixture
def source(app: Flask, db: Session, store: Storage, alice: Account) -> Iterator[Source]:
    with running(app, db, store, alice, "Dagboken i Boden") as made:
        yield made


@pytest.fixture
def twin(tmp_path: Path, migrated: Path) -> Iterator[Twin]:
    with a_twin(tmp_path / "twin", migrated) as made:
        yield made
