"""Processes that a command hands work to, one for each processor."""

import os
from multiprocessing import parent_process
from threading import Thread


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def end_with_parent() -> None:
    """Have this process end with the one that started it: killed, that can tell nobody to stop."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    assert parent is not None  # noqa: S101 (it is only called in a child)
    parent.join()
    os._exit(1)
