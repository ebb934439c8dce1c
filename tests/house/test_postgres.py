"""The PostgreSQL that other tests run on is a real one, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine, text

from diary.cli.bench_server import postgres_server


def _folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def test_it_answers_as_a_current_postgresql():
    with postgres_server() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT version()")).startswith("PostgreSQL ")
            assert connection.scalar(text("SELECT lower('ÅÄÖ')")) == "åäö"
        engine.dispose()
        assert _folder(url).is_dir()
    assert not _folder(url).exists()


def test_it_stops_when_the_tests_are_killed():
    script = (
        "from diary.cli.bench_server import postgres_server\n"
        "with postgres_server() as url: print(url, flush=True); input()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    folder = _folder(run.stdout.readline().strip())
    server = int((folder / "data/postmaster.pid").read_text().split()[0])
    run.kill()
    run.communicate()
    assert _ends(server)
    subprocess.run(["rm", "-r", str(folder)], check=True)


def _ends(process: int) -> bool:
    """Whether a process is gone within five seconds."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    return False
