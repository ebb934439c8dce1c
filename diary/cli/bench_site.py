"""What freezing a diary costs: time, memory, and what is left of it when nothing has changed."""

import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from diary.cli.bench_load import environment, family, kilobytes
from diary.cli.bench_pages import settings_of
from diary.cli.engines import open_engine
from diary.config import Settings
from diary.models import make_sessions
from diary.queries import whole

EVERY_SECONDS = 0.5
"""How often memory is looked at."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Seconds for a site of so many posts, for an unchanged one, and MB that it took at most.

    `memory` is that of all processes together, what they share counted once (PSS, on Linux).
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
    with make_sessions(open_engine(settings))() as session:
        posts = whole.count(session)
    with TemporaryDirectory(prefix="diary-bench-") as folder:
        goal = Path(folder) / "site"
        (first, memory), (second, _) = _run(settings, goal), _run(settings, goal)
    return Frozen(posts, first, second, memory)


def _run(settings: Settings, goal: Path) -> tuple[float, int]:
    """Run the command as anybody does: seconds, and MB of all its processes."""
    environ = environment(settings_of(settings, settings.database_url))
    began, most, status = time.perf_counter(), 0, None
    command = [sys.executable, "-m", "diary", "export", str(goal), "--as", "site"]
    with subprocess.Popen(command, env=environ, cwd=settings.instance) as running:
        while status is None:
            with suppress(subprocess.TimeoutExpired):
                status = running.wait(EVERY_SECONDS)
            most = max(most, sum(map(kilobytes, family(running.pid))))
    if status:
        raise RuntimeError(f"The site could not be frozen: {status}.")
    return time.perf_counter() - began, most // 1024
