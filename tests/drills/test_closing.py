"""Closing day of the whole demonstration: one folder, each part with all posts and pictures."""

from pathlib import Path

import pytest

from diary.cli.handing_over import ALL
from tests.cli.test_commands import diary
from tests.links import walk

pytestmark = pytest.mark.drill


def test_the_demonstration_is_handed_over(tmp_path: Path) -> None:
    assert diary(tmp_path, "demo", "--only-build").returncode == 0
    folder, goal = tmp_path / "instance/demo", tmp_path / "handed-over"
    home = "https://dagboken.example"
    refused = diary(folder, "close", str(goal), DIARY_BASE_URL=home)
    assert refused.returncode == 1  # its queue waits
    done = diary(folder, "close", str(goal), "--anyway", DIARY_BASE_URL=home)
    assert done.returncode == 0, done.stderr
    for name in ALL:
        assert f"{name}: 176 posts, 242 pictures" in done.stdout
    assert walk(goal / "site", home).dead == []
    assert {path.name for path in goal.iterdir()} == {*ALL, "READ-FIRST.html", "READ-FIRST.txt"}
