"""Every dependency has a reason, and the lock file holds them all."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(lines: list[str]) -> set[str]:
    return {_plain(re.split(r"[\[>=<~! ]", line)[0]) for line in lines}


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNNING, DEV = _names(PROJECT["dependencies"]), _names(PROJECT["optional-dependencies"]["dev"])


def _locked() -> set[str]:
    return {_plain(name) for name in re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE)}


def test_each_has_a_line_saying_why():
    decisions = (ROOT / "docs/decisions.md").read_text()
    listed = set(re.findall(r"^\| ([a-z][a-z0-9-]*) \| \S", decisions, re.MULTILINE))
    assert listed - {"package"} == RUNNING | DEV


def test_each_is_locked():
    assert _locked() >= RUNNING | DEV


def test_the_image_goes_without_what_only_the_tests_need():
    steps = (ROOT / "Containerfile").read_text()
    dropped = set(re.findall(r"pip uninstall --yes (.+)", steps)[0].split())
    locked = re.split(r"\n(?=\w)", LOCK)
    kept = [entry for entry in locked if _plain(entry.partition("==")[0]) in dropped]
    askers = {_plain(name) for entry in kept for name in re.findall(r"# (?:via)? *([\w-]+)", entry)}
    assert dropped <= DEV - RUNNING
    assert askers - {"via", "share-stories"} <= DEV - RUNNING


def test_the_lock_file_says_which_files_and_not_where_from():
    entries = re.split(r"\n(?=\w)", LOCK)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
    assert "index-url" not in LOCK
