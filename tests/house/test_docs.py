"""The documents name what there is, and all of it."""

import re
from pathlib import Path

import click
import pytest

from diary.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
SETTING = re.compile(r"DIARY_[A-Z_]+")


def _commands(text: str) -> set[str]:
    """The words after `diary` where something is to be typed."""
    return set(re.findall(r"(?:bin/|`)diary ([a-z]+)", text))


def _options(command: str) -> set[str]:
    found = main.get_command(click.Context(main), command)
    assert found
    return {name for parameter in found.params for name in parameter.opts}


def _options_that_are_none(text: str) -> list[tuple[str, str]]:
    """Those that stand after a command which has no such option."""
    typed = re.findall(r"(?:bin/|`)diary ([a-z]+)([^`\n#]*)", text)
    named = (
        (command, one) for command, words in typed for one in re.findall(r" (--[a-z-]+)", words)
    )
    return [(command, one) for command, one in named if one not in _options(command)]


def test_the_readme_gives_the_two_commands():
    assert re.search(r"^    make run\b", README, re.MULTILINE)
    assert re.search(r"^    make test\b", README, re.MULTILINE)


def test_the_readme_lists_every_setting_and_no_other():
    listed = set(re.findall(r"^\| `(DIARY_[A-Z_]+)`", README, re.MULTILINE))
    assert listed == set(SETTING.findall((ROOT / "diary/config.py").read_text()))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_exists(document: Path):
    text = document.read_text()
    assert _commands(text) <= set(COMMANDS)
    assert _options_that_are_none(text) == []
    assert set(SETTING.findall(text)) <= set(SETTING.findall(README))
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_changes_are_told_version_by_version():
    changes = (ROOT / "CHANGES.md").read_text()
    headings = re.findall(r"^## (.+)$", changes, re.MULTILINE)
    assert changes.startswith("# Changes\n\n## ")
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \d{4}-\d\d-\d\d", name) for name in headings[1:])
    entries = [line for line in changes.splitlines() if line and not line.startswith("#")]
    assert all(line.startswith(("- ", "  ")) for line in entries)
