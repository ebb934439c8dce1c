"""`diary backup`, `restore` and `upgrade`, as they are typed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from diary.domain.upgrade import alembic_config, upgrade
from diary.models import Post, State, make_engine
from diary.portability.archive import Archive, Reader
from tests.builders import NOW, a_post, an_account
from tests.cli.test_commands import diary


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A diary with a post."""
    folder = tmp_path / "there"
    folder.mkdir()
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    upgrade(engine, NOW)
    with Session(engine) as session:
        a_post(session, an_account(session))
        session.commit()
    engine.dispose()
    return folder


def opened(folder: Path) -> Engine:
    return make_engine(f"sqlite:///{folder / 'diary.db'}")


def test_there_and_back(there: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "archive", tmp_path / "other"
    other.mkdir()
    planned = diary(there, "backup", str(archive), "--dry-run")
    assert planned.stdout == "0 files, 0 of them to copy.\n"
    assert not archive.exists()
    saved = diary(there, "backup", str(archive))
    assert saved.returncode == 0, saved.stderr
    (backup,) = Archive(archive).backups()
    assert str(backup) in saved.stdout
    assert backup.stat().st_mode & 0o777 == 0o600
    checked = diary(other, "restore", str(archive), "--dry-run")
    assert (checked.returncode, "whole and can go here" in checked.stdout) == (0, True)
    back = diary(other, "restore", str(backup))
    assert back.returncode == 0, back.stderr
    assert (other / "secret_key").read_text() == (there / "secret_key").read_text()
    assert (other / "diary.db").stat().st_mode & 0o777 == 0o600
    assert diary(other, "check").stdout.endswith("All is well.\n")
    again = diary(other, "restore", str(archive))
    assert (again.returncode, "--over" in again.stderr) == (2, True)
    assert diary(other, "restore", str(archive), "--over").returncode == 0


def test_what_cannot_be_done_is_said_in_a_sentence(there: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    none = diary(nowhere, "backup")
    assert (none.returncode, "diary upgrade" in none.stderr) == (2, True)
    empty = diary(nowhere, "restore", str(nowhere))
    assert (empty.returncode, "no backup in" in empty.stderr) == (1, True)
    (nowhere / "diary-1.zip").write_bytes(b"none")
    broken = diary(there, "restore", str(nowhere), "--over")
    assert (broken.returncode, "diary-1.zip cannot be read" in broken.stderr) == (1, True)
    file = tmp_path / "file"
    file.write_text("")
    into_a_file = diary(there, "backup", str(file / "within"))
    assert into_a_file.returncode == 1
    among = diary(there, "backup", str(there / "uploads/backups"))
    assert (among.returncode, "among the diary's files" in among.stderr) == (1, True)
    assert not (there / "uploads").exists()
    assert diary(there, "backup", str(tmp_path / "archive")).returncode == 0
    (tmp_path / "list").write_text('{"at": "2020"}\n')
    words = str(tmp_path / "archive"), "--erasures", str(tmp_path / "list"), "--over"
    unlisted = diary(there, "restore", *words)
    assert (unlisted.returncode, "list of erasures cannot be read" in unlisted.stderr) == (1, True)
    for done in (none, empty, broken, into_a_file, among, unlisted):
        assert "Traceback" not in done.stderr


def test_a_list_of_erasures_is_heeded(there: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "archive", tmp_path / "other"
    other.mkdir()
    assert diary(there, "backup", str(archive)).returncode == 0
    with Session(opened(there)) as session:
        uid = session.scalar(text("SELECT uid FROM persons WHERE id = 1"))
    erased = tmp_path / "erasures.jsonl"
    erased.write_text(f'{{"at": "2020-02-08T12:00:00+00:00", "kind": "person", "uid": "{uid}"}}\n')
    done = diary(other, "restore", str(archive), "--erasures", str(erased))
    assert done.returncode == 0, done.stderr
    with Session(opened(other)) as session:
        assert session.scalar(text("SELECT name FROM persons WHERE id = 1")) == ""


def test_only_the_newest_are_kept(there: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    said = [diary(there, "backup", str(archive), "--keep", "2").stdout for _ in range(3)]
    assert [one.splitlines()[-1][0] for one in said] == ["0", "0", "1"]
    assert len(Archive(archive).backups()) == 2


@pytest.fixture
def older(there: Path) -> Path:
    """The diary as an older program has left it."""
    engine = opened(there)
    command.downgrade(alembic_config(engine), "0004")
    engine.dispose()
    return there


@pytest.mark.parametrize("deed", ["upgrade", "invite"])
def test_everything_is_saved_before_the_database_is_changed(
    older: Path, tmp_path: Path, deed: str
) -> None:
    before = datetime.now(UTC)
    done = diary(older, deed)
    assert done.returncode == 0, done.stderr
    archive = Archive(older / "backups")
    assert Reader(archive.newest()).manifest.revision == "0004"
    with Session(opened(older)) as session:
        at = session.scalars(select(State.backed_up_at)).one()
    assert at is not None
    assert at >= before
    other = tmp_path / "other"
    other.mkdir()
    back = diary(other, "restore", str(archive.root))
    assert back.returncode == 0, back.stderr
    with Session(opened(other)) as session:
        assert session.scalars(select(Post.id)).all() == [1]
    assert diary(other, "check").stdout.endswith("All is well.\n")
    assert diary(older, deed).returncode == 0
    assert len(archive.backups()) == 1  # nothing was to be done


def test_upgrade_says_what_it_has_done(older: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    for folder, said in (
        (new, "An empty diary was made."),
        (new, "The database was up to date."),
        (older, "The database was brought to this program's version."),
        (older, "The database was up to date."),
    ):
        done = diary(folder, "upgrade")
        assert (done.returncode, said in done.stdout) == (0, True), done.stdout + done.stderr
    assert not (new / "backups").exists()


@pytest.mark.parametrize("command", [("upgrade",), ("check",)])
def test_a_database_of_a_newer_program_is_left(there: Path, command: tuple[str, ...]) -> None:
    with opened(there).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    done = diary(there, *command)
    assert (done.returncode, "A newer program" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not (there / "backups").exists()


def test_nothing_is_changed_if_nothing_can_be_saved(older: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert diary(older, "upgrade", "--backup", str(file / "within")).returncode == 1
    with opened(older).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0004"
    assert diary(older, "upgrade", "--no-backup").returncode == 0
    assert not (older / "backups").exists()
