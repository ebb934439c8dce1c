"""One picture at a time, whichever process decodes it; and words go first."""

import fcntl
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from threading import current_thread, get_native_id

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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no niceness")
def test_work_on_pictures_gives_way_and_nothing_else_does() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)

    @memory.one_at_a_time
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    assert niceness() == max(own, memory.NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_one_works_on_pictures_also_in_a_process_that_was_forked() -> None:
    where = memory.one_at_a_time(current_thread)
    assert where() is where() is not current_thread()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            signal.alarm(20)  # a thread that has not come along would never answer
            os._exit(0 if where() is not current_thread() else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def test_failures_come_back_to_whoever_asked() -> None:
    def fail() -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        memory.one_at_a_time(fail)()
