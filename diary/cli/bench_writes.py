"""Fifty authors save, upload and send while two hundred readers read, on two servers."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from itertools import cycle
from math import inf
from random import Random
from threading import Event, Thread

from sqlalchemy.orm import Session, sessionmaker

from diary.cli.bench_authors import Author, lost, make_authors, write_together
from diary.cli.bench_load import HOST, part, served
from diary.demo.drawing import draw
from diary.models import begin_writing

AUTHORS, READERS, SERVERS = 50, 200, 2
PAUSE = 1.0
"""Seconds that everybody takes from one answer to the next deed."""
PHOTO = (1600, 1200)
SECONDS = 30.0
READ = ("/", "/archive", "/labs/boden", "/feed.atom")
DEEDS = ("begin", "save", "upload", "send", "read")


@dataclass(frozen=True, slots=True)
class Deed:
    """How often something was done and answered, and within which seconds."""

    database: str
    deed: str
    times: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Writes:
    """What was done, what went wrong for anybody, and what the database has not kept."""

    deeds: tuple[Deed, ...]
    errors: tuple[str, ...]
    lost: tuple[str, ...]


def measure(
    own: Mapping[str, str],
    sessions: sessionmaker[Session],
    *,
    authors: int = AUTHORS,
    readers: int = READERS,
    seconds: float = SECONDS,
    pause: float = PAUSE,
    posts: float = inf,
) -> Writes:
    """Serve the diary of these settings twice and let all of them work; it keeps what they write.

    It ends after so many seconds, or once each author has written so many posts.
    """
    with sessions() as session:
        begin_writing(session)
        names = make_authors(session, authors)
        session.commit()
        database = session.get_bind().dialect.name
    with ExitStack() as stack:
        ports = [stack.enter_context(served(own)).port for _ in range(SERVERS)]
        writing = [Author(name, ports, a_photo()) for name in names]
        reading = [Reader(port) for port, _ in zip(cycle(ports), range(readers), strict=False)]
        _work(writing, reading, seconds, pause, posts)
    with sessions() as session:
        gone = lost(session, [draft for author in writing for draft in author.drafts])
    spent = {deed: [one for who in writing for one in who.spent[deed]] for deed in DEEDS}
    spent["read"] = [one for reader in reading for one in reader.spent]
    deeds = (
        Deed(database, deed, len(times), part(times, 0.5), part(times, 0.99))
        for deed, times in spent.items()
    )
    errors = [error for author in writing for error in author.errors]
    errors += [error for reader in reading for error in reader.errors]
    return Writes(tuple(deeds), tuple(errors), tuple(gone))


def _work(
    writing: Sequence[Author],
    reading: Sequence["Reader"],
    seconds: float,
    pause: float,
    posts: float,
) -> None:
    for author in writing:
        author.come_in()  # a password takes long on purpose, so it is not part of the load
    enough, deadline = Event(), time.monotonic() + seconds
    readers = [Thread(target=reader.read, args=(enough, pause)) for reader in reading]
    for thread in readers:
        thread.start()
    authors = write_together(writing, enough, pause, posts)
    for thread in authors:
        thread.join(max(0, deadline - time.monotonic()))
    enough.set()
    for thread in (*authors, *readers):
        thread.join()


class Reader:
    """A visitor who reads one page after another."""

    def __init__(self, port: int) -> None:
        self.spent: list[float] = []
        self.errors: list[str] = []
        self._line = HTTPConnection(HOST, port, timeout=60)

    def read(self, enough: Event, pause: float) -> None:
        """Read until it is enough; nobody begins when all the others do."""
        enough.wait(Random(id(self)).uniform(0, pause))  # noqa: S311 (nothing secret)
        for path in cycle(READ):
            if enough.is_set():
                break
            self._ask(path)
            enough.wait(pause)
        self._line.close()

    def _ask(self, path: str) -> None:
        began = time.monotonic()
        try:
            self._line.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = self._line.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            self.errors.append(f"{path}: {type(error).__name__}: {error}")
            self._line.close()
            return
        self.spent.append(time.monotonic() - began)
        if answer.status != 200:
            self.errors.append(f"{path}: {answer.status}")


def a_photo() -> bytes:
    """A photo as a phone sends it, made smaller on the way."""
    file = BytesIO()
    draw("market", "boden", "bench").convert("RGB").resize(PHOTO).save(file, "JPEG", quality=85)
    return file.getvalue()
