"""The numbers for Prometheus, of all processes together."""

import re
import time
import urllib.error
import urllib.request
from pathlib import Path

from diary.cli.metrics import Waiting
from diary.models import make_engine, make_sessions
from tests.cli.test_commands import diary, first_answer, free_port, served


def numbers(port: int) -> dict[str, float]:
    """What Prometheus reads."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(count) for name, count in (re.split(r" (?=\S+$)", one) for one in lines
            if not one.startswith("#"))}  # fmt: skip


def test_requests_are_counted_by_route_over_all_processes(tmp_path: Path) -> None:
    port, shown = free_port(), free_port()
    environ = {"DIARY_METRICS_PORT": str(shown)}
    with served(tmp_path, port, workers=2, **environ):
        first_answer(port)
        before = sum(count for name, count in numbers(shown).items() if 'route="/"' in name)
        for _ in range(20):
            first_answer(port)
        time.sleep(0.1)
        found = numbers(shown)
        home = {name: count for name, count in found.items() if 'route="/"' in name}
        assert sum(home.values()) == before + 20
        kept = [count for name, count in home.items() if 'kept="true"' in name]
        assert sum(kept) >= 18  # each process makes it once
        assert found['diary_request_seconds_count{kept="true"}'] == sum(kept)
        assert found['diary_waiting{kind="posts"}'] == 0
        taken = diary(tmp_path, "serve", PORT=str(free_port()), **environ)
    assert taken.returncode == 2
    assert f"Port {shown} on 127.0.0.1 cannot be used (Address already in use)" in taken.stderr
    assert "Traceback" not in taken.stderr


def test_what_waits_is_left_out_while_the_database_is_away() -> None:
    engine = make_engine("postgresql+psycopg://someone@127.0.0.1:1/diary")
    assert [*Waiting(make_sessions(engine)).collect()] == []
