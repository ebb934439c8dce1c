"""The commands that everybody starts with."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _make(*words: str) -> str:
    return subprocess.run(
        ["make", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("target", ["run", "upgrade", "test", "drill", "bench", "lint", "fmt"])
def test_make_knows_what_to_do(target: str):
    assert ".venv/bin/python" in _make("--dry-run", target)


def test_make_alone_tells_what_there_is():
    told = _make()
    assert "make run " in told
    assert "make test " in told


def test_ci_checks_and_tests():
    script = ROOT / ".ci/run"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.read_text().endswith("make lint\nmake test\n")
