"""Whose turn it is to write into an SQLite file.

SQLite has a writer who must wait ask again and again, up to a tenth of a second apart. A process
with many writers then takes turn after turn, while another asks in vain until it is told that the
database is locked. Here they stand in line: the threads of a process at a lock, the first of each
process at a file, where the system wakes whoever waits.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

_TURN = "turn to write"


def stand_in_line(engine: Engine, seconds: float) -> None:
    """Let transactions that may write (`writing`) of all processes wait for each other.

    Within its own process one waits for `seconds` at most, then SQLite decides. To be called
    before anything that begins a transaction by itself.
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
        if not writing or record is None or not self._first.acquire(timeout=self._seconds):
            return
        # Opened anew each time: a process that was forked would share the turn of its parent.
        file = None
        with suppress(OSError):  # nothing can be made there: SQLite says so itself
            file = self._file.open("a")
            fcntl.flock(file, fcntl.LOCK_EX)
        record[_TURN] = file

    def give_back(self, _connection: object, record: Any) -> None:
        """The connection goes back into the pool: all is committed or rolled back."""
        if _TURN not in record.record_info:
            return
        file = record.record_info.pop(_TURN)
        if file is not None:
            fcntl.flock(file, fcntl.LOCK_UN)
            file.close()
        self._first.release()
