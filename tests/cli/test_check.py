"""`diary check`: settings with their sources, and what is wrong, found and mended."""

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from diary.cli import main
from diary.config import Settings
from diary.media.storage import Storage
from diary.models import Account, Lab, Picture, Rendition, State
from tests.backups import contents, store_of
from tests.builders import a_method, a_post


@pytest.fixture(autouse=True)
def instance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the fresh diary."""
    monkeypatch.setenv("DIARY_INSTANCE", str(settings.instance))


def is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"


@pytest.fixture
def filled(db: Session, store: Storage, settings: Settings, alice: Account, lab: Lab) -> Session:
    """The diary with three posts that are out."""
    a_method(db)
    for number in range(3):
        a_post(
            db, alice, store=store, pictures=1, title=f"Nr {number}", lab="boden", methods=("kor",)
        )
    db.commit()
    return db


def check(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", *words])
    return result.exit_code, result.output


def test_all_is_well(filled: Session) -> None:
    status, said = check()
    assert (status, said.splitlines()[-1]) == (0, "All is well.")
    assert "No backup was ever made." in said


def test_settings_are_told_with_their_source_and_without_secrets(
    filled: Session, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIARY_MAIL_URL", "smtp://me:hush@mail.example.org")
    monkeypatch.setenv("DIARY_MAIL_FROM", "dagbok@example.org")
    monkeypatch.setenv("PORT", "")
    (tmp_path / ".env").write_text("DIARY_TIMEZONE=Europe/Oslo\nDIARY_SECRET_KEY=quiet\nPORT=9\n")
    _, said = check()
    lines = dict(line.split(maxsplit=1) for line in said.splitlines() if "  (" in line)
    assert lines["DIARY_INSTANCE"] == f"{settings.instance}  (environment)"
    assert lines["DIARY_TIMEZONE"] == "Europe/Oslo  (.env)"
    assert lines["DIARY_SECRET_KEY"] == "(secret)  (.env)"
    assert lines["DIARY_MAIL_URL"] == "smtp://me:(secret)@mail.example.org  (environment)"
    assert lines["DIARY_PICTURES_STORAGE_URL"] == "none  (default)"
    assert lines["PORT"] == "8000  (default)"
    assert "hush" not in said
    assert "quiet" not in said


HARMS = {
    "posts are found by other words": (
        "UPDATE search SET words = 'annat' WHERE sequence = 1",
        "DELETE FROM search WHERE sequence = 2",
        "UPDATE search SET lab_id = 0 WHERE sequence = 3",
    ),
    "index of the search": (
        "INSERT INTO search_fts(search_fts) VALUES ('delete-all')",
    ),
    "counts of the archive": ("UPDATE tallies SET posts = posts + 1",),
    "beyond the last sequence": ("UPDATE state SET sequence = 1",),
    "guards of the journal": ("DROP TRIGGER events_no_delete",),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMS)
def test_what_is_derived_is_made_again(filled: Session, name: str) -> None:
    if name.startswith("index") and not is_sqlite(filled):
        pytest.skip("A generated column cannot differ.")
    for harm in HARMS[name]:
        on = " ON events" if name.startswith("guards") and not is_sqlite(filled) else ""
        filled.execute(text(harm + on))
    filled.commit()
    status, said = check()
    assert status == 1
    assert name in said
    status, said = check("--mend")
    assert (status, said.splitlines()[-1]) == (0, "All is well.")
    assert " mended." in said
    assert " mended." not in check()[1]


@pytest.mark.sqlite_only("PostgreSQL sees to that itself")
def test_rows_that_point_nowhere_are_told(filled: Session) -> None:
    filled.commit()
    bare = filled.connection().connection.cursor()
    filled.rollback()
    bare.execute("PRAGMA foreign_keys=OFF")
    bare.execute("INSERT INTO account_labs VALUES (1, 99)")
    bare.execute("PRAGMA foreign_keys=ON")
    status, said = check("--mend")
    assert status == 1
    assert "1 rows point nowhere" in said


def test_a_size_that_is_missing_or_damaged_is_made_again(
    filled: Session, settings: Settings
) -> None:
    store = store_of(settings)
    before = contents(store)
    one, other = filled.scalars(select(Rendition.key).distinct().limit(2))
    store.delete(one)
    store.put(other, b"rotten", "image/webp")
    assert "lack sizes" in check()[1]
    assert check("--mend")[0] == 0
    assert contents(store) == before


def test_sizes_without_rows_are_made_again(filled: Session) -> None:
    filled.execute(text("DELETE FROM renditions"))
    filled.commit()
    assert check()[0] == 1
    assert check("--mend")[0] == 0
    filled.rollback()
    assert {picture.id for picture in filled.scalars(select(Picture))} == set(
        filled.scalars(select(Rendition.picture_id))
    )


def test_an_original_that_is_missing_or_damaged_is_told_and_left(
    filled: Session, settings: Settings
) -> None:
    store = store_of(settings)
    (key,) = filled.scalars(select(Picture.original_key).distinct())
    data = store.get(key)
    store.put(key, b"rotten", "image/jpeg")
    assert f"{key} is damaged" in check("--mend")[1]
    store.delete(key)
    status, said = check("--mend")
    assert status == 1
    assert f"{key} is missing" in said
    store.put(key, data, "image/jpeg")
    assert check()[0] == 0


def test_only_what_belongs_to_nothing_for_a_day_is_removed(
    filled: Session, settings: Settings
) -> None:
    store = store_of(settings)
    before = contents(store)
    yesterday = time.time() - 25 * 3600
    for key in ("originals/old.jpg", "originals/new.jpg", "erasures.jsonl", "downloads/7.zip.0"):
        store.put(key, b"", "")
        if "new" not in key:
            os.utime(store.root / key, (yesterday, yesterday))
    half = store.root / ".unfinished-1"
    half.write_bytes(b"")
    os.utime(half, (yesterday, yesterday))
    status, said = check()
    assert status == 1
    assert "1 files belong to nothing." in said
    assert check("--mend")[0] == 0
    assert contents(store).keys() - before.keys() == {
        "originals/new.jpg",
        "erasures.jsonl",
        "downloads/7.zip.0",
    }
    assert not half.exists()


def test_a_database_of_an_older_program_is_told(filled: Session) -> None:
    filled.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    filled.commit()
    status, said = check()
    assert status == 1
    assert "diary upgrade" in said


def test_the_last_backup_is_told(filled: Session, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["backup", str(tmp_path / "archive")])
    assert result.exit_code == 0, result.output
    filled.rollback()
    at = filled.scalars(select(State.backed_up_at)).one()
    assert at is not None
    assert f"Last backup: {at:%F %R} UTC" in check()[1]
