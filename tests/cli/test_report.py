"""`diary report`: lines to read, a table to count with, and what it ends with."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from diary.cli import main
from diary.config import Settings
from diary.models import Account, Lab
from tests.builders import a_lab, a_post


@pytest.fixture(autouse=True)
def instance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The diary that commands work on."""
    monkeypatch.setenv("DIARY_INSTANCE", str(settings.instance))


@pytest.fixture
def told(db: Session, alice: Account, lab: Lab) -> None:
    """Two posts in different quarters, one of them of no lab."""
    a_post(db, alice, lab="boden")
    a_post(db, alice, dated=date(2019, 7, 1))
    db.commit()


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["report", *words])
    return result.exit_code, result.stdout, result.stderr


def test_nothing_is_out_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run() == (1, "", "No post is out yet.\n")
    monkeypatch.setenv("DIARY_INSTANCE", str(tmp_path / "new"))
    assert run() == (1, "", "No post is out yet.\n")


@pytest.mark.usefixtures("told")
def test_the_whole_journey_in_lines() -> None:
    status, said, _wrong = run()
    assert status == 0
    assert said.startswith("Dagboken: 2019-05 to 2019-07\n")
    assert "      1  Boden\n" in said
    assert said.endswith("silent months\n         2019-06\n")


@pytest.mark.usefixtures("told")
def test_a_quarter_of_a_lab_as_a_table() -> None:
    status, said, _wrong = run("--from", "2019-q2", "--to", "2019-Q2", "--lab", "boden", "--csv")
    assert status == 0
    rows = list(csv.DictReader(StringIO(said)))
    assert list(rows[0])[3:] == ["2019-04", "2019-05", "2019-06", "2019-Q2", "2019", "all"]
    assert (rows[0]["group"], rows[0]["2019-05"], rows[0]["all"]) == ("posts", "1", "1")
    assert not [row for row in rows if row["group"] == "labs"]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "maj"), "2019-Q2"),
        (("--from", "1990"), "at most 240 months"),
        (("--lab", "nirgends"), "there is no place"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    status, _out, wrong = run(*words)
    assert status == 2
    assert said in wrong


def test_no_name_is_a_formula(db: Session, alice: Account) -> None:
    a_lab(db, "boden", '=HYPERLINK("https://elsewhere.example")')
    a_post(db, alice, lab="boden")
    db.commit()
    _status, said, _wrong = run("--csv")
    assert [
        row["name"][:2] for row in csv.DictReader(StringIO(said)) if row["group"] == "labs"
    ] == ["'="]
