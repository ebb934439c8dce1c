"""Publishing while 200 connections read: how soon everybody sees it, and who has to wait for it."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.bench_authors import make_authors
from diary.cli.bench_load import HOST, Reading, read, served
from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, Content
from diary.domain.policy import House
from diary.models import Account, begin_writing

CONNECTIONS, SERVERS = 200, 2
SECONDS = 10
TIMES = 4
"""Posts that come out in that time."""
SEEN_ON = ("/", "/archive", "/labs/boden", "/feed.atom")
WITHIN = 30
"""Seconds after which nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """Seconds until the last page of the last server showed the new post, at most and as told
    for each; 99 of 100 readers' milliseconds at rest and meanwhile; wrong answers."""

    database: str
    seen_within: float
    each: tuple[float, ...]
    rest_p99: float
    p99: float
    wrong: int

    @property
    def ratio(self) -> float:
        """How much longer readers wait while posts come out."""
        return self.p99 / self.rest_p99


def measure(own: Mapping[str, str], sessions: sessionmaker[Session]) -> Publishing:
    """Serve the diary of these settings twice, and publish in it."""
    with sessions() as session:
        begin_writing(session)
        make_authors(session, 1)  # the first is trusted
        session.commit()
        database = session.get_bind().dialect.name
    with ExitStack() as stack:
        ports = [stack.enter_context(served(own)).port for _ in range(SERVERS)]
        for port in ports:
            for path in SEEN_ON:
                _page(port, path)  # a server's very first page of a kind is another matter
        pool = stack.enter_context(ThreadPoolExecutor(SERVERS))
        rest = [one.result() for one in [pool.submit(_load, port) for port in ports]]
        loads = [pool.submit(_load, port) for port in ports]
        seen = []
        for number in range(TIMES):
            time.sleep(SECONDS / TIMES / 2)
            seen.append(_publish(sessions, ports, f"Nytt inlägg nummer {number}"))
        busy = [one.result() for one in loads]
    return Publishing(
        database,
        max(seen),
        tuple(seen),
        _worst(rest),
        _worst(busy),
        sum(one.wrong for one in (*rest, *busy)),
    )


def _load(port: int) -> Reading:
    headers = {"Accept-Encoding": "gzip"}
    return read(port, "/", headers, seconds=SECONDS, connections=CONNECTIONS // SERVERS)


def _worst(readings: Sequence[Reading]) -> float:
    return max(one.p99 for one in readings) * 1000


def _publish(sessions: sessionmaker[Session], ports: Sequence[int], title: str) -> float:
    """Seconds from the commit until every page of every server shows the post."""
    now = datetime.now(UTC)
    content = Content(
        dated=now.date(), title=title, body="Ord.", lab="boden", bylines=(BylineContent("Amal"),)
    )
    with sessions() as session:
        begin_writing(session)
        account = session.scalars(select(Account).where(Account.username == "author-0")).one()
        actor = actor_of(account)
        post = writing.start(session, actor, content, now)
        writing.submit(session, actor, post, now, House())
        session.commit()
    began = time.monotonic()
    for port in ports:
        for path in SEEN_ON:
            while title not in _page(port, path):
                if time.monotonic() - began > WITHIN:
                    raise RuntimeError(f"{path} does not show what was published.")
                time.sleep(0.02)
    return time.monotonic() - began


def _page(port: int, path: str) -> str:
    line = HTTPConnection(HOST, port, timeout=60)
    line.request("GET", path)
    page = line.getresponse().read().decode()
    line.close()
    return page
