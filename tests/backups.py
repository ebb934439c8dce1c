"""Diaries that are saved and put back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from diary.config import Settings
from diary.media.storage import LocalStorage, Storage
from diary.models import make_engine
from diary.portability.archive import Archive
from diary.portability.backup import Done, Living, make
from diary.portability.restore import Restored, Wishes, restore
from tests.builders import NOW
from tests.every_table import dump

LATER = NOW + timedelta(days=1)


def save(settings: Settings, archive: Archive, days: float = 0) -> Done:
    """A backup of a diary."""
    engine = make_engine(settings.database_url)
    living = Living(engine, store_of(settings), settings)
    try:
        return make(living, archive, NOW + timedelta(days=days), lambda *_: None)
    finally:
        engine.dispose()


def put_back(settings: Settings, archive: Archive, **wishes: Any) -> Restored:
    """The newest backup into a place."""
    return restore(settings, archive.newest(), Wishes(**wishes), LATER, lambda *_: None)


def held(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """All rows of a diary, but for what a restore changes on purpose."""
    engine = make_engine(settings.database_url)
    try:
        return dump(engine)
    finally:
        engine.dispose()


def store_of(settings: Settings) -> LocalStorage:
    """The files of a diary."""
    return LocalStorage(Path(settings.storage_url.removeprefix("file:")))


def contents(store: Storage) -> dict[str, bytes]:
    """All files of a store."""
    found = store.keys()
    return {one.key: store.get(one.key) for one in found}
