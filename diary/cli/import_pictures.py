"""The pictures of an import, prepared by a process for each processor while posts come in."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from diary.cli.workers import cores, end_with_parent
from diary.domain.incoming import Incoming, IncomingPicture, LeftOut
from diary.domain.pictures import new_row, store_files
from diary.media import memory
from diary.media.images import Prepared
from diary.media.storage import Storage, open_storage
from diary.models import Picture

FEW = 4
"""Pictures that are made here: to start the others takes as long."""

POSTS_AHEAD = 16

Making = Callable[[], Picture | None]
"""Gives the rows of a picture once its files are stored; raises as whatever reads and prepares."""


class Darkroom:
    """Where pictures are prepared and stored; to be used in a `with` block."""

    def __init__(self, storage_url: str, gate: Path) -> None:
        self._store = open_storage(storage_url)
        self._pool = ProcessPoolExecutor(cores(), get_context("spawn"), _begin, (storage_url, gate))
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def make(self, picture: IncomingPicture, data: bytes) -> Making:
        """Have a picture made of its file."""
        self._seen += 1
        if self._seen <= FEW:
            return partial(_make, self._store, picture.prepare, data)
        return self._pool.submit(_make_apart, picture.prepare, data).result


_stores: list[Storage] = []
"""A process's own."""


def _begin(storage_url: str, gate: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command says when it is enough
    end_with_parent()
    memory.wait_at(gate)
    _stores.append(open_storage(storage_url))


def _make_apart(prepare: Callable[[bytes], Prepared], data: bytes) -> Picture:
    return _make(_stores[0], prepare, data)


def _make(store: Storage, prepare: Callable[[bytes], Prepared], data: bytes) -> Picture:
    prepared = prepare(data)
    store_files(store, prepared)
    return new_row(prepared)


Item = Incoming | LeftOut
Begun = dict[IncomingPicture, Making]


def ahead(items: Iterable[Item], begin: Callable[[Item], Begun]) -> Iterator[tuple[Item, Begun]]:
    """Each post with its pictures, which are begun while posts before it still come in.

    Only a few posts are waited with, and no more pictures than keep all processors busy.
    """
    waiting: deque[tuple[Item, Begun]] = deque()
    for item in items:
        waiting.append((item, begin(item)))
        while len(waiting) > POSTS_AHEAD or sum(len(begun) for _, begun in waiting) > 2 * cores():
            yield waiting.popleft()
    yield from waiting
