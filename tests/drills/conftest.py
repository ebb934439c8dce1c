"""What drills work with."""

import shutil
from pathlib import Path

import pytest

from tests.cli.test_commands import diary


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a diary that is the demonstration."""
    root = tmp_path_factory.mktemp("demonstration")
    assert diary(root, "demo", "--only-build").returncode == 0
    shutil.copytree(root / "instance/demo", root / "diary")
    return root / "diary"
