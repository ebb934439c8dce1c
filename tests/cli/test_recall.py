"""`diary recall`: a picture by its address, and all that was recalled once more."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.cli import main
from diary.config import Settings
from diary.domain import downloads
from diary.media.storage import Storage, digest_in
from diary.models import Account, Picture
from diary.portability.archive import Archive, Reader, verify
from tests.builders import a_post, erased


@pytest.fixture
def picture(
    db: Session, store: Storage, settings: Settings, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> Picture:
    """A picture that is out, in the diary that commands work on."""
    monkeypatch.setenv("DIARY_INSTANCE", str(settings.instance))
    a_post(db, alice, store=store, pictures=1)
    picture = db.scalars(select(Picture)).one()
    picture.token = f"-{picture.token[1:]}"  # as a token may begin
    db.commit()
    return picture


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["recall", *words])
    return result.exit_code, result.output


def test_by_its_address(db: Session, picture: Picture) -> None:
    address = f"https://dagbok.example.org/pictures/{picture.token}/480-0123456789ab.webp"
    assert run(address, "--dry-run") == (0, "To take away: 1.\n")
    db.refresh(picture)
    assert picture.recalled_at is None
    assert run(address) == (0, "Taken away: 1.\n")
    db.rollback()
    assert db.get_one(Picture, picture.id).recalled_at is not None
    status, said = run(picture.token)
    assert status == 1
    assert "is no picture here" in said


def test_what_was_made_ahead_goes_with_it(db: Session, store: Storage, picture: Picture) -> None:
    edition = downloads.begun(db, 1, datetime.now(UTC))
    piece = f"{downloads.PREFIX}{edition}.diary.zip"
    store.put(piece, b"with the picture in it", "application/zip")
    db.commit()
    assert run(picture.token)[0] == 0
    assert not store.exists(piece)


def test_nothing_named_is_a_mistake(picture: Picture) -> None:
    assert run()[0] == 2


def test_once_more(db: Session, store: Storage, picture: Picture) -> None:
    erased(store, "picture", picture.uid, datetime.now(UTC))
    assert run("--again")[0] == 0
    db.refresh(picture)
    assert picture.recalled_at is not None


def test_backups_hold_it_until_it_is_taken_out_of_them(
    db: Session, store: Storage, picture: Picture, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    for _ in range(2):
        assert CliRunner().invoke(main, ["backup", str(folder)]).exit_code == 0
    key = f"files/*/{digest_in(picture.original_key)}"
    token = picture.token
    db.rollback()
    status, said = run(token)
    assert status == 0
    assert "Backups made before hold it" in said
    assert list(folder.glob(key))
    status, said = run(token, "--in", str(folder))
    assert (status, said) == (0, f"{folder}: 2 files changed or removed.\n")
    assert not list(folder.glob(key))
    for backup in Archive(folder).backups():
        verify(Archive(folder), backup, lambda *_: None)
        assert backup.stat().st_mode & 0o777 == 0o600
        (row,) = Reader(backup).rows("tables/pictures.jsonl")
        assert row["recalled_at"]
    assert run(token, "--in", str(folder))[1] == f"{folder}: 0 files changed or removed.\n"
    next(folder.glob("diary-*.zip")).write_bytes(b"broken")
    status, said = run(token, "--in", str(folder))
    assert (status, "cannot be changed" in said) == (1, True)
