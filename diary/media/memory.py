"""What keeps pictures within a small server's memory.

Twelve megapixels take a hundred megabytes while they are decoded, sixty-four five hundred. So one
picture at a time is decoded on the whole machine (`alone`), each process works on one at a time
(`one_at_a_time`), and what is freed goes back at once. Whoever waits for words goes first.
"""

import ctypes
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from functools import wraps
from pathlib import Path
from threading import get_native_id
from typing import ParamSpec, TypeVar

from PIL import Image

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")

NICENESS = 10
"""How far work on pictures, and what is done beside a server, gives way: a tenth of a processor
that others want (sched(7))."""

_worker: ThreadPoolExecutor
_gate: Path | None = None
_M_MMAP_THRESHOLD = -3

_LIBC = ctypes.CDLL(None)
# glibc would keep freed megabytes for each thread that ever decoded a picture: ten photos, two at
# a time, took 580 MB instead of 370 (mallopt(3)). Other C libraries have no such function.
with suppress(AttributeError, OSError):
    _LIBC.mallopt(_M_MMAP_THRESHOLD, 12 * 1024**2)
# A few of Pillow's blocks of at most 16 MB serve from one step to the next: getting fresh memory
# from the system is a tenth of the work.
Image.core.set_blocks_max(3)  # type: ignore[attr-defined]


def one_at_a_time(work: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """Have it done in turn by the process's one thread for pictures, which gives way to all others.

    Such work must not call other such work.
    """

    @wraps(work)
    def in_turn(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        return _worker.submit(tidily, *args, **kwargs).result()

    def tidily(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        try:
            return work(*args, **kwargs)
        finally:  # what Pillow and glibc keep would stay: 30 MB of each process
            Image.core.clear_cache()  # type: ignore[attr-defined]
            with suppress(AttributeError):
                _LIBC.malloc_trim(0)

    return in_turn


def _give_way() -> None:
    if sys.platform == "linux":  # only there does each thread have a niceness of its own
        own = os.getpriority(os.PRIO_PROCESS, get_native_id())
        os.setpriority(os.PRIO_PROCESS, get_native_id(), max(own, NICENESS))


def _begin() -> None:
    global _worker  # noqa: PLW0603 (one process, one thread)
    _worker = ThreadPoolExecutor(1, "pictures", _give_way)


_begin()
os.register_at_fork(after_in_child=_begin)  # a thread does not come along


def wait_at(gate: Path) -> None:
    """Have all processes that name the same file wait for each other in `alone`.

    The diary's own file, as whoever may open it can keep the diary waiting; and one that may be
    written, without which NFS gives no lock (flock(2)).
    """
    global _gate  # noqa: PLW0603 (one machine, one gate)
    gate.touch(mode=0o600)
    _gate = gate


@contextmanager
def alone() -> Iterator[None]:
    """Let all other processes wait; one that dies lets go (flock(2)).

    Held while a picture is decoded and its original encoded, not while its sizes are: so two
    workers still keep two cores busy. Without a gate nobody else is waited for.
    """
    with _gate.open("a") if _gate else nullcontext() as gate:
        if gate is not None:
            fcntl.flock(gate, fcntl.LOCK_EX)
        yield
