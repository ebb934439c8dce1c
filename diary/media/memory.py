"""What keeps pictures within a small server's memory.

Twelve megapixels take a hundred megabytes while they are decoded, sixty-four five hundred. So one
picture at a time is decoded on the whole machine (`alone`), each process works on one at a time
(`one_at_a_time`), and what is freed goes back at once.
"""

import ctypes
import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import ParamSpec, TypeVar

from PIL import Image

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")

_turn = Lock()
_gate: Path | None = None
_M_MMAP_THRESHOLD = -3

# glibc would keep freed megabytes for each thread that ever decoded a picture: ten photos, two at
# a time, took 580 MB instead of 370 (mallopt(3)). Other C libraries have no such function.
with suppress(AttributeError, OSError):
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 12 * 1024**2)
# A few of Pillow's blocks of at most 16 MB serve from one step to the next: getting fresh memory
# from the system is a tenth of the work.
Image.core.set_blocks_max(3)  # type: ignore[attr-defined]


def one_at_a_time(work: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """Let the other threads of the process wait their turn."""

    @wraps(work)
    def waiting(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        with _turn:
            return work(*args, **kwargs)

    return waiting


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
