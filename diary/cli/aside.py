"""Work in a process of its own, so that a program that forks afterwards carries nothing of it."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import click

from diary.cli import in_one_sentence
from diary.media.memory import NICENESS

FORK = get_context("fork")
"""Said, as Python 3.14 would have another process start them, which is then their parent."""


def aside(work: Callable[..., object], *args: Any) -> None:
    """Do it and wait for it; ends the program with its status if it has failed, which it has said.

    A store in a bucket has threads once it was used, and they do not survive a fork.
    """
    process = FORK.Process(target=_do, args=(work, args))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode if process.exitcode > 0 else 1)


def _do(work: Callable[..., object], args: tuple[Any, ...]) -> None:
    try:
        with in_one_sentence():
            work(*args)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


class Enough:
    """Whether work beside a server is to end: it was told to, or whoever began it is gone."""

    def __init__(self) -> None:
        self._told, self._parent = FORK.Event(), os.getpid()

    def __call__(self) -> bool:
        return self._told.is_set() or os.getppid() != self._parent

    def wait(self, seconds: float) -> None:
        """Pause, until it is told at most."""
        self._told.wait(seconds)

    def tell(self) -> None:
        """It is enough."""
        self._told.set()


@contextmanager
def beside(work: Callable[..., None], *args: Any) -> Iterator[None]:
    """Have it done meanwhile; it is called with an `Enough` as well, and ends soon after that.

    A server that forks its workers must have no thread beside it.
    """
    enough = Enough()
    process = FORK.Process(target=_do_beside, args=(work, args, enough))
    process.start()
    try:
        yield
    finally:
        enough.tell()
        process.join()


def _do_beside(work: Callable[..., None], args: tuple[Any, ...], enough: Enough) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # no signal ends it between a deed and its note
    os.nice(NICENESS)
    work(*args, enough)
