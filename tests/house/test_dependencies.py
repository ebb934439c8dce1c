"""Every dependency has a reason, and the lock file holds them all."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["dev"]
    return {_plain(re.split(r"[\[>=<~! ]", line)[0]) for line in lines}


def _locked() -> set[str]:
    return {_plain(name) for name in re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE)}


def test_each_has_a_line_saying_why():
    decisions = (ROOT / "docs/decisions.md").read_text()
    listed = set(re.findall(r"^\| ([a-z][a-z0-9-]*) \| \S", decisions, re.MULTILINE))
    assert listed - {"package"} == _required()


def test_each_is_locked():
    assert _required() <= _locked()


def test_the_lock_file_says_which_files_and_not_where_from():
    entries = re.split(r"\n(?=\w)", LOCK)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
    assert "index-url" not in LOCK
