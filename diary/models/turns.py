"""Whose turn it is to write into an SQLite file.

SQLite has a writer who must wait ask again and again, up to a tenth of a second apart. A process
with many writers then takes turn after turn, while another asks in vain until it is told that the
database is locked. Here they stand in line: the threads of a process at a lock, the first of each
process at a file, where the system wakes whoever waits. Who has waited for too long goes on without
its turn, and SQLite decides.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import IO, Any

from sqlalchemy import Connection, Engine, event

_TURN = "turn to write"


def stand_in_line(engine: Engine, seconds: float) -> None:
    """Let transactions that may write (`writing`) of all processes wait for each other.

    One waits for `seconds` at most in its own process, and as long for others. To be called before
    anything that begins a transaction by itself.
    """
    if engine.url.database:
        turns = _Turns(Path(f"{engine.url.database}-turn"), seconds)
        event.listen(engine, "begin", turns.take)
        event.listen(engine, "checkin", turns.give_back)


class _Turns:
    def __init__(self, file: Path, seconds: float) -> None:
        self._file, self._seconds, self._first = file, seconds, Lock()

    def take(self, connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        record = connection.connection.record_info
        if not writing or record is None or _TURN in record:  # it may begin anew in its turn
            return
        if not self._first.acquire(timeout=self._seconds):
            return
        # Opened anew each time: a process that was forked would share the turn of its parent.
        record[_TURN] = None
        with suppress(OSError):  # nothing can be made there: SQLite says so itself
            record[_TURN] = _locked(self._file, self._seconds)

    def give_back(self, _connection: object, record: Any) -> None:
        """The connection goes back into the pool: all is committed or rolled back."""
        if _TURN not in record.record_info:
            return
        file = record.record_info.pop(_TURN)
        if file is not None:
            _unlock(file)
        self._first.release()


def _locked(path: Path, seconds: float) -> IO[str] | None:
    """The file, for oneself alone; None if others did not let go of it in time."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _waited(file, seconds)
    return file


def _waited(file: IO[str], seconds: float) -> IO[str] | None:
    """As `_locked`, by a thread: the system itself waits without an end."""
    decided, locked, given_up = Lock(), Event(), Event()

    def wait() -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
        with decided:
            locked.set()
            if given_up.is_set():
                _unlock(file)

    Thread(target=wait, daemon=True).start()
    locked.wait(seconds)
    with decided:
        if locked.is_set():
            return file
        given_up.set()
        return None


def _unlock(file: IO[str]) -> None:
    fcntl.flock(file, fcntl.LOCK_UN)  # a process that was forked meanwhile has it open still
    file.close()
