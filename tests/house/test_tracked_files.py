"""Nothing tracked tells on which machine or from which registry it was made."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REGISTRY = re.compile(r"https?://[\w.-]*(pypi|pythonhosted|npmjs|crates\.io|debian\.org)")
PLACES = {f"{place}/" for place in (ROOT, ROOT.parent, Path.home()) if place != Path("/")}


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so nothing is tracked")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="ignore")


def test_no_registry_and_no_folder_of_this_machine_is_named():
    def tells(text: str) -> bool:
        return bool(REGISTRY.search(text)) or any(place in text for place in PLACES)

    assert [path.name for path in _tracked() if tells(_text(path))] == []


def test_nothing_made_or_secret_is_tracked():
    made = {".mo", ".pyc", ".db", ".env"}
    tracked = _tracked()
    assert [path.name for path in tracked if {path.suffix, path.name} & made] == []
    assert [path.name for path in tracked if path.parent == ROOT / "uploads"] == [".gitkeep"]
