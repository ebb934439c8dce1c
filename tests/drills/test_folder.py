"""The whole demonstration out, into an empty diary and out again: the same bytes; killed while it
is written, nothing stands there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_commands import diary, environment
from tests.cli.test_export import files

pytestmark = pytest.mark.drill

KILLS = 5


def test_the_journey_goes_out_and_in_and_out_again(demonstration: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    one, two = tmp_path / "one", tmp_path / "two"
    for done in (
        diary(demonstration, "export", str(one), "--as", "folder"),
        diary(other, "upgrade"),
        diary(other, "import", str(one), "--from", "folder", "--publish"),
        diary(other, "export", str(two), "--as", "folder"),
    ):
        assert done.returncode == 0, done.stderr
    assert len(list(one.glob("posts/*/*.md"))) == 176
    assert len(list(one.glob("posts/*/*.webp"))) == 242
    assert files(one) == files(two)


def test_killed_it_leaves_nothing_where_it_was_to_stand(
    demonstration: Path, tmp_path: Path
) -> None:
    for number in range(KILLS):
        goal = tmp_path / f"{number}.zip"
        process = subprocess.Popen(
            [sys.executable, "-m", "diary", "export", str(goal), "--as", "folder"],
            env=environment(demonstration),
            cwd=demonstration,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(random.uniform(0.5, 3))
        os.kill(process.pid, signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            assert not goal.exists()
    assert diary(demonstration, "render").returncode == 0
