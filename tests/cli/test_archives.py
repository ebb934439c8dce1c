"""Every format of the folder that was ever released is read for ever. Never change an archive."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from diary.models import Consent, Post, make_engine, make_sessions
from diary.portability.house import VERSION
from tests.cli.test_commands import diary

ARCHIVES = Path(__file__).parents[1] / "data/archives"


def test_there_is_one_of_each_format() -> None:
    found = {file.name for file in ARCHIVES.iterdir()}
    assert found == {f"folder-{number}.zip" for number in range(1, VERSION + 1)}


@pytest.mark.parametrize("number", range(1, VERSION + 1))
def test_it_comes_in_whole(tmp_path: Path, migrated: Path, number: int) -> None:
    shutil.copy(migrated, tmp_path / "diary.db")
    archive = str(ARCHIVES / f"folder-{number}.zip")
    done = diary(tmp_path, "import", archive, "--from", "folder", "--publish")
    assert done.returncode == 0, done.stderr
    assert "Published: 2." in done.stdout
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")
    with make_sessions(engine)() as session:
        found = session.scalars(select(Post.slug).order_by(Post.dated)).all()
        assert found == ["sadd", "forsta-skorden"]
        assert len(session.scalars(select(Consent)).all()) == 1
    engine.dispose()
