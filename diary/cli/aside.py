"""Work in a process of its own, so that a program that forks afterwards carries nothing of it."""

import sys
from collections.abc import Callable
from multiprocessing import Process
from typing import Any

import click

from diary.cli import in_one_sentence


def aside(work: Callable[..., object], *args: Any) -> None:
    """Do it and wait for it; ends the program with its status if it has failed, which it has said.

    A store in a bucket has threads once it was used, and they do not survive a fork.
    """
    process = Process(target=_do, args=(work, args))
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
