"""Work in processes of its own goes on until it is told, however Python starts processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import environment

SCRIPT = """
import multiprocessing, pathlib, sys, time
multiprocessing.set_start_method(sys.argv[1])
from diary.cli.aside import beside

def work(found, enough):
    found.write_text(str(enough()))
    while not enough():
        enough.wait(0.05)
    found.write_text("told")

found = pathlib.Path(sys.argv[2])
with beside(work, found):
    while not found.exists() or not found.read_text():
        time.sleep(0.02)
    print(found.read_text())
print(found.read_text())
"""


@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_it_is_not_enough_before_it_is_told(method: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, method, str(tmp_path / "found")],
        env=environment(tmp_path), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "told"]
