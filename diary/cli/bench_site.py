"""What freezing a diary costs: time, memory, and what is left of it when nothing has changed."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from diary.config import Settings
from diary.models import make_engine, make_sessions
from diary.queries import whole


@dataclass(frozen=True, slots=True)
class Frozen:
    """Seconds for a site of so many posts, for an unchanged one, and MB that it took at most.

    `memory` counts every process as large as the largest.
    """

    posts: int
    first: float
    second: float
    memory: int

    @property
    def ratio(self) -> float:
        """What is left of the time where nothing has changed."""
        return self.second / self.first


def measure(settings: Settings) -> Frozen:
    """Freeze a diary twice."""
    with make_sessions(make_engine(settings.database_url))() as session:
        posts = whole.count(session)
    with TemporaryDirectory(prefix="diary-bench-") as folder:
        goal = Path(folder) / "site"
        (first, memory), (second, _) = _run(settings, goal), _run(settings, goal)
    return Frozen(posts, first, second, memory)


def _run(settings: Settings, goal: Path) -> tuple[float, int]:
    """Run the command as anybody does: seconds, and MB of all its processes."""
    own = {
        "DIARY_INSTANCE": str(settings.instance),
        "DIARY_DATABASE_URL": settings.database_url,
        "DIARY_STORAGE_URL": settings.storage_url,
    }
    began = time.perf_counter()
    command = [sys.executable, "-m", "diary", "export", str(goal), "--as", "site"]
    process = os.posix_spawn(sys.executable, command, {**os.environ, **own})
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"The site could not be frozen: {status}.")
    processes = 1 + len(os.sched_getaffinity(0))
    return time.perf_counter() - began, round(usage.ru_maxrss * processes / 1024)
