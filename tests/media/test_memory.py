"""One picture at a time, whichever process decodes it."""

import fcntl
from pathlib import Path

import pytest

from diary.app import create_app
from diary.media import memory
from tests.conftest import settings_in


def is_free(file: Path) -> bool:
    """Whether another process would get the file's lock at once."""
    with file.open() as other:
        try:
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_others_wait_at_a_file_of_the_diarys_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_gate", None)
    with memory.alone():
        pass
    create_app(settings_in(tmp_path))
    gate = tmp_path / "pictures.lock"
    assert gate.stat().st_mode & 0o077 == 0
    with memory.alone():
        assert not is_free(gate)
        assert is_free(Path(memory.__file__))
    assert is_free(gate)
