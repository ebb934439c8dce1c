"""A diary served as `diary serve` does it, and visitors that read it as fast as it answers."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread

HOST = "127.0.0.1"
START_WITHIN = 60  # seconds
STOP_WITHIN = 40
APP = "diary.app:create_app"
# As `diary serve` runs it, without the processes beside it that send mails and make downloads.
RUN = (
    "import sys; from diary.cli.serve import run; from diary.config import load; "
    "run(sys.argv[1], load(), int(sys.argv[2]))"
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its port, and the process that all its processes come from."""

    port: int
    pid: int

    @property
    def memory(self) -> int:
        """MB of its largest process: its own, and its part of what it shares (PSS, on Linux)."""
        return max(map(kilobytes, family(self.pid))) // 1024


@contextmanager
def served(own: Mapping[str, str], factory: str = APP, workers: int = 1) -> Iterator[Server]:
    """Serve the WSGI application that `factory` names, with these settings, until the block ends.

    They name the diary's folder. Raises RuntimeError if it does not begin to answer.
    """
    port = free_port()
    command = [sys.executable, "-c", RUN, factory, str(workers)]
    environ = environment({**own, "HOST": HOST, "PORT": str(port)})
    with subprocess.Popen(command, env=environ, cwd=own["DIARY_INSTANCE"]) as process:
        try:
            wait_for(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_WITHIN)
            process.kill()


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """What a diary that is measured is started with: these settings, and none of a real one's."""
    others = {name: one for name, one in os.environ.items() if not name.startswith("DIARY_")}
    return {**others, **own}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server's process answers; raises RuntimeError if it does not."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, HTTPException):
            line = HTTPConnection(HOST, port, timeout=START_WITHIN)
            line.request("GET", "/healthz")
            line.getresponse()
            line.close()
            return
        time.sleep(0.02)
    raise RuntimeError("A server that was to be measured has not answered.")


def family(pid: int) -> Iterator[int]:
    """A process and all that came from it."""
    yield pid
    for thread in Path("/proc").glob(f"{pid}/task/*/children"):
        with suppress(OSError):  # it has just ended
            for child in thread.read_text().split():
                yield from family(int(child))


def kilobytes(pid: int) -> int:
    """What a process takes, what it shares counted in part (PSS); 0 where nobody tells."""
    with suppress(OSError, IndexError):
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(told.partition("\nPss:")[2].split()[0])
    return 0


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Reading:
    """What readers met: answers per second, seconds that half and 99 of 100 took at most."""

    per_second: float
    p50: float
    p99: float
    wrong: int
    """Answers that were none or told of an error."""


def read(
    port: int,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float = 2,
    connections: int = 16,
) -> Reading:
    """Let so many connections ask for a page, each again as soon as it has the answer.

    wrk does it if it is installed, else this process, which takes more of the processor itself.
    """
    headers = headers or {}
    if shutil.which("wrk"):
        return _by_wrk(port, path, headers, seconds, connections)
    return _by_threads(port, path, headers, seconds, connections)


# wrk's own report is for people; this one is for us, in microseconds (scripting API of wrk 4).
_REPORT = """done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"n":%d,"us":%d,"p50":%f,"p99":%f,"wrong":%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def _by_wrk(
    port: int, path: str, headers: Mapping[str, str], seconds: float, connections: int
) -> Reading:
    fields = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout=30s"]
    done = subprocess.run(
        [*command, *fields, "-s", "/dev/stdin", f"http://{HOST}:{port}{path}"],
        input=_REPORT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"^\{.*\}$", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    told = json.loads(found.group())
    rate = told["n"] / (told["us"] / 1e6)
    return Reading(rate, told["p50"] / 1e6, told["p99"] / 1e6, told["wrong"])


def _by_threads(
    port: int, path: str, headers: Mapping[str, str], seconds: float, connections: int
) -> Reading:
    spent: list[float] = []
    wrong: list[int] = []
    start = time.monotonic()
    end = start + seconds

    def ask() -> None:
        line = HTTPConnection(HOST, port, timeout=30)
        while (began := time.monotonic()) < end:
            try:
                line.request("GET", path, headers=dict(headers))
                answer = line.getresponse()
                answer.read()
            except (OSError, HTTPException):
                wrong.append(0)
                line.close()
                continue
            spent.append(time.monotonic() - began)
            if answer.status >= 400:
                wrong.append(answer.status)
        line.close()

    threads = [Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(spent) / (time.monotonic() - start)  # the last answers come after the end
    return Reading(rate, part(spent, 0.5), part(spent, 0.99), len(wrong))


def part(seconds: Sequence[float], share: float) -> float:
    """What this share of them took at most; 0 of none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
