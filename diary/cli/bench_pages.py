"""What visitors get per second: the diary's pages, beside the plainest ways to the same bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import event

from diary.cli import bench_yardsticks
from diary.cli.bench_journey import WORD, database_on, dropped, engine_of, lengthened
from diary.cli.bench_load import HOST, Reading, Server, read, served
from diary.cli.bench_server import postgres_server
from diary.cli.bench_yardsticks import FILE, Answer
from diary.cli.workers import cores
from diary.config import Settings

KINDS = {
    "home": "/",
    "post": "/posts/solen-vill-inte-ga-ner",
    "archive": "/archive",
    "month": "/archive/2019/05",
    "lab": "/labs/boden",
    "method": "/methods/integrationskor",
    "search": f"/search?q={quote(WORD)}",
    "feed": "/feed.atom",
    "archive document": "/feed/archive/3.atom",
    "304": "/",
}
POSTS = 176
"""Of the demonstration."""
SIZES = (POSTS, 100 * POSTS, 1000 * POSTS)
ROUNDS = 3
SECONDS, COLD_SECONDS, CONNECTIONS = 1, 3, 8
"""For each of them in each round; they take turns, so that all have the same luck."""
ACCEPTS = {"Accept-Encoding": "gzip", "Accept-Language": "sv"}
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding", "content-length"}
COLD = {"DIARY_CACHE_MB": "0"}


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of page: answers per second of the diary and of the yardsticks, `nginx` if it is
    installed; milliseconds of the warm diary, and its MB after all the load; queries when cold."""

    database: str
    posts: int
    kind: str
    warm: float
    cold: float
    wsgi: float
    flask: float
    nginx: float | None
    p50: float
    p99: float
    queries: int
    bytes: int
    memory: int

    @property
    def warm_to_wsgi(self) -> float:
        """The warm diary's share of what the bare WSGI callable answers."""
        return self.warm / self.wsgi

    @property
    def cold_to_flask(self) -> float:
        """The cold diary's share of what the bare Flask view answers."""
        return self.cold / self.flask


@dataclass(frozen=True, slots=True)
class Made:
    """How long a diary of so many posts took to make."""

    database: str
    posts: int
    seconds: float


def measure(demonstration: Settings, sizes: Sequence[int]) -> tuple[list[Page], list[Made]]:
    """Measure in copies of a demonstration, made as long as `sizes` say, on both databases.

    In the demonstration's settings the page cache must be off.
    """
    pages: list[Page] = []
    made: list[Made] = []
    with postgres_server("--shared_buffers=128MB", "--max_connections=100") as server:
        for times in (max(1, round(size / POSTS)) for size in sizes):
            file = Path(demonstration.instance) / f"pages-{times}.db"
            for url in (f"sqlite:///{file}", database_on(server, f"pages_{times}")):
                began = perf_counter()
                app = lengthened(demonstration, url, times)
                database = engine_of(app).dialect.name
                made.append(Made(database, times * POSTS, perf_counter() - began))
                pages.extend(_of(app, demonstration, url, times * POSTS))
                engine_of(app).dispose()
            dropped(server, f"pages_{times}")
            for part in file.parent.glob(f"{file.name}*"):
                part.unlink()
    return pages, made


def settings_of(settings: Settings, url: str) -> dict[str, str]:
    """What a server of that database is started with."""
    return {
        "DIARY_INSTANCE": str(settings.instance),
        "DIARY_DATABASE_URL": url,
        "DIARY_STORAGE_URL": settings.storage_url,
        "DIARY_SECRET_KEY": settings.secret_key,
    }


def _of(app: Flask, settings: Settings, url: str, posts: int) -> Iterator[Page]:
    """All kinds of pages of one diary."""
    own, database = settings_of(settings, url), engine_of(app).dialect.name
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="diary-bench-")))
        warm = stack.enter_context(served(own, workers=cores()))
        asked = list(_asked(warm))
        answers = [_answer(warm.port, path, headers) for path, headers in asked]
        bench_yardsticks.write(folder / "answers", answers)
        ways = _ways(stack, own, warm, folder, answers)
        best = [_best(ways, n, *one) for n, one in enumerate(asked)]
        memory = warm.memory
    for kind, answer, (path, headers), found in zip(KINDS, answers, asked, best, strict=True):
        rates: dict[str, Any] = {"nginx": None}
        rates |= {way: reading.per_second for way, reading in found.items()}
        yield Page(
            database,
            posts,
            kind,
            **rates,
            p50=found["warm"].p50 * 1000,
            p99=found["warm"].p99 * 1000,
            queries=_queries(app, path, headers),
            bytes=len(answer.body),
            memory=memory,
        )


def _asked(warm: Server) -> Iterator[tuple[str, dict[str, str]]]:
    """The address and the headers for each kind; 304 is what somebody gets who was there."""
    for kind, path in KINDS.items():
        tags = dict(_answer(warm.port, path, ACCEPTS).headers) if kind == "304" else {}
        yield path, ACCEPTS | ({"If-None-Match": tags["ETag"]} if tags else {})


def _answer(port: int, path: str, headers: Mapping[str, str]) -> Answer:
    line = HTTPConnection(HOST, port, timeout=60)
    line.request("GET", path, headers=dict(headers))
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status not in {200, 304}:
        raise RuntimeError(f"{path}: {answer.status} {answer.reason}")
    own = [
        (name.title() if name != "etag" else "ETag", value)
        for name, value in answer.getheaders()
        if name.lower() not in OF_THE_SERVER
    ]
    return Answer(f"{answer.status} {answer.reason}", own, body)


Way = Callable[[int, str, Mapping[str, str]], Reading]
"""Takes a kind's number, its address in the diary, and headers."""


def _ways(
    stack: ExitStack, own: Mapping[str, str], warm: Server, folder: Path, answers: Sequence[Answer]
) -> dict[str, Way]:
    """Servers of the same answers."""
    cold = stack.enter_context(served({**own, **COLD}, workers=cores()))
    bare = {**own, FILE: str(folder / "answers")}
    module = bench_yardsticks.__name__
    plain = {
        way: stack.enter_context(served(bare, f"{module}:bare_{way}", cores())).port
        for way in ("wsgi", "flask")
    }
    files = stack.enter_context(bench_yardsticks.nginx(folder / "nginx", answers))
    if files is not None:
        plain["nginx"] = files

    def page(port: int, seconds: int) -> Way:
        return lambda _number, path, headers: _read(port, path, headers, seconds)

    def numbered(port: int) -> Way:
        return lambda number, _path, headers: _read(port, f"/{number}", headers, SECONDS)

    return {
        "warm": page(warm.port, SECONDS),
        "cold": page(cold.port, COLD_SECONDS),
        **{way: numbered(port) for way, port in plain.items()},
    }


def _read(port: int, path: str, headers: Mapping[str, str], seconds: int) -> Reading:
    return read(port, path, headers, seconds=seconds, connections=CONNECTIONS)


def _best(
    ways: Mapping[str, Way], number: int, path: str, headers: Mapping[str, str]
) -> dict[str, Reading]:
    """Of each way its best round."""
    rounds = [{way: ask(number, path, headers) for way, ask in ways.items()} for _ in range(ROUNDS)]
    wrong = {way: one.wrong for found in rounds for way, one in found.items() if one.wrong}
    if wrong:
        raise RuntimeError(f"{path}: {wrong} answers were errors")
    return {
        way: max((found[way] for found in rounds), key=lambda one: one.per_second) for way in ways
    }


def _queries(app: Flask, path: str, headers: Mapping[str, str]) -> int:
    engine, client = engine_of(app), app.test_client()
    client.get(path, headers=headers)
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    client.get(path, headers=headers)
    event.remove(engine, "before_cursor_execute", note)
    return sum(not statement.startswith("BEGIN") for statement in statements)
