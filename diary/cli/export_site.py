"""`diary export --as site`: the frozen site, made by one process for each processor."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from multiprocessing import get_context
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from diary.cli.downloads import clock
from diary.cli.export import Order, state_of
from diary.cli.workers import cores, end_with_parent
from diary.domain.errors import Overtaken
from diary.portability import site, site_folder
from diary.portability.site import Answer, Site, Written
from diary.portability.site_addresses import Addresses
from diary.portability.site_folder import Head
from diary.portability.source import Done
from diary.queries import frozen, whole
from diary.queries import site as queries
from diary.queries.kept import keeping

if TYPE_CHECKING:
    from flask import Flask

TRIES = 5
"""How often it begins anew because the diary was changed meanwhile."""
AT_ONCE = 16
"""Addresses that a process is handed at a time."""
RULES = {"rules/nginx.conf": site_folder.nginx, "rules/apache.conf": site_folder.apache}


def write(order: Order) -> Done:
    """Write the frozen site, or what has changed of the one that lies there.

    Raises Overtaken if the diary is changed each time that it is tried.
    """
    before = site_folder.head(order.path)
    order.path.mkdir(exist_ok=True)
    work = _prepare(order)
    with ProcessPoolExecutor(cores(), get_context("fork"), _begin, work) as pool:
        state, written = _tried(pool, order)
    return _finish(order, state, written, before)


def _tried(pool: ProcessPoolExecutor, order: Order) -> tuple[str, Written]:
    for _ in range(TRIES):
        state = state_of(order.diary)
        written = _freeze(pool, order)
        if state_of(order.diary) == state:
            return state, written
    raise Overtaken


def _finish(order: Order, state: str, written: Written, before: Head | None) -> Done:
    with order.diary.sessions() as session:
        posts, old = whole.count(session), sorted(frozen.old_addresses(session))
        title, shown = queries.site(session).title, whole.pictures(session)
    for file, rules in RULES.items():
        _put(order.path / file, rules(old).encode())
    _put(order.path / "README.txt", site_folder.readme(title, order.diary.home))
    written.files |= {*RULES, "README.txt"}
    head = Head(
        state=state,
        home=order.diary.home,
        day=clock().astimezone(order.settings.zone).date().isoformat(),
        posts=posts,
        pictures=shown,
        files=tuple(sorted(written.files)),
        missing=tuple(sorted(written.missing)),
    )
    site_folder.finish(order.path, head, before)
    return Done({}, posts, shown, head.missing)


def _put(path: Path, data: bytes) -> None:
    if not (path.is_file() and path.read_bytes() == data):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


# ---------------------------------------------------------------- the work, shared out


def _freeze(pool: ProcessPoolExecutor, order: Order) -> Written:
    """All files, page after page as they name each other."""
    done, known = Written(), set(site.SEEDS)
    with order.diary.sessions() as session:
        texts, old = site.highest(session), sorted(frozen.old_addresses(session))
    running = {pool.submit(_work, "pictures"), pool.submit(_work, "words")}
    running |= {pool.submit(_work, "texts", number) for number in range(texts + 1)}
    running |= _hand_out(pool, known)
    while running:
        finished, running = wait(running, return_when=FIRST_COMPLETED)
        found: set[str] = set()
        for one in finished:
            written: Written = one.result()
            done.files |= written.files
            done.missing += written.missing
            found |= written.onward
        found -= known
        known |= found
        order.goes_on(sum(address.startswith("/posts/") for address in found))
        running |= _hand_out(pool, found)
    pages = frozenset(done.files)
    done.files |= pool.submit(_work, "stubs", old, pages).result().files
    return done


def _hand_out(pool: ProcessPoolExecutor, addresses: Iterable[str]) -> set[Future[Written]]:
    return {pool.submit(_work, "pages", part) for part in _parts(sorted(addresses))}


def _parts(addresses: list[str]) -> Iterator[list[str]]:
    return (addresses[at : at + AT_ONCE] for at in range(0, len(addresses), AT_ONCE))


_mine: list[Site] = []
"""A process's own part."""
_answers: dict[Any, Any] = {}
"""What the diary has answered it in this piece of work: each language asks the same."""


def _prepare(order: Order) -> tuple[Site, list[Engine]]:
    """What all processes share: the program as it stands in memory, with an app of its own."""
    _answers.clear()  # an earlier run's
    app: Flask = resolve_name("diary.app:create_app")(  # known by name alone
        replace(order.settings, pictures_url=None)  # it holds its pictures itself
    )
    day = clock().astimezone(order.settings.zone).date()
    languages = tuple(resolve_name("diary.web.rendering:LANGUAGES"))
    with order.diary.sessions() as session:
        about = queries.site(session)
    addresses = Addresses(order.diary.home, about.main_language, languages)
    services = app.extensions["diary"]
    app.extensions["diary"] = replace(services, sessions=keeping(services.sessions, _answers))
    visitor = Visitor(app, order.diary.home, day)
    visitor("/", about.main_language)  # what each process would do first
    gc.collect()
    gc.freeze()  # looked at, a page of memory is no longer shared
    site = Site(order.diary, visitor, order.path, addresses, about.title)
    return site, [one.kw["bind"] for one in (services.sessions, order.diary.sessions)]


def _begin(site: Site, engines: list[Engine]) -> None:
    for engine in engines:
        engine.dispose(close=False)  # the connections are the parent's
    end_with_parent()
    _mine.append(site)


def _work(name: str, *what: Any) -> Written:
    _answers.clear()
    written: Written = getattr(_mine[0], name)(*what)
    return written


class Visitor:
    """Asks the diary as somebody without an account does."""

    def __init__(self, app: Flask, home: str, day: date) -> None:
        self._client, self._home = app.test_client(use_cookies=False), home
        self._environ = {resolve_name("diary.web.session:FROZEN"): day}

    def __call__(self, address: str, lang: str) -> Answer:
        with self._client.get(
            address,
            base_url=self._home,
            headers={"Accept-Language": lang},
            environ_overrides=self._environ,
        ) as answer:
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise RuntimeError(f"{address} cannot be shown: {answer.status}.")
            return Answer(
                answer.mimetype or "",
                answer.data,
                answer.headers.get("Location", ""),
                answer.status,
                tuple(answer.headers),
            )
