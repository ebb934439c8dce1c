"""The commands, run as programs."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dotenv import dotenv_values

from diary.cli import main

ROOT = Path(__file__).parents[2]


def diary(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command of a diary in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "diary", *arguments],
        env=environment(folder, **environ),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def at_once(folder: Path, *arguments: str) -> Result:
    """As `diary`, for a command that needs no process of its own."""
    return CliRunner().invoke(main, arguments, env=environment_within(folder))


def environment_within(folder: Path) -> dict[str, str]:
    """What names a diary to a command that runs within the test."""
    url = dotenv_values(folder / ".env").get("DIARY_DATABASE_URL") or ""
    return {"DIARY_INSTANCE": str(folder), "DIARY_DATABASE_URL": url}


def environment(folder: Path, **environ: str) -> dict[str, str]:
    """What a command is started with."""
    own = {"DIARY_INSTANCE": str(folder), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    return {**own, **environ}


def test_every_command_explains_itself(tmp_path: Path) -> None:
    listed = diary(tmp_path, "--help").stdout
    commands = re.findall(r"^  (\w+)  ", listed, re.MULTILINE)
    assert {"bench", "demo", "invite", "serve", "upgrade"} <= set(commands)


def test_the_first_lead_is_invited_by_a_link(tmp_path: Path) -> None:
    done = diary(tmp_path, "invite", DIARY_BASE_URL="https://dagbok.example.org")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"https://dagbok\.example\.org/join/[2-9A-Z]{10}\n", done.stdout)


def test_an_invitation_to_no_place_is_refused(tmp_path: Path) -> None:
    done = diary(tmp_path, "invite", "--role", "coordinator", "--lab", "ingenstans")
    assert done.returncode == 2
    assert "--lab" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_said_in_one_sentence(tmp_path: Path) -> None:
    nobody = "postgresql://someone:geheim@127.0.0.1:1/diary"
    done = diary(tmp_path, "upgrade", DIARY_DATABASE_URL=nobody)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The database cannot be reached. See that it runs")
    assert done.stderr.count("\n") == 1
    assert "geheim" not in done.stderr


def test_a_database_file_that_cannot_be_opened_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "diary.db").mkdir()
    done = diary(tmp_path, "upgrade")
    assert (done.returncode, done.stdout) == (1, "")
    assert "belong to this user. (unable to open database file)\n" in done.stderr


def test_a_wrong_setting_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = diary(tmp_path, "upgrade", DIARY_TIMEZONE="Europe/Boden")
    assert done.returncode == 2
    assert "DIARY_TIMEZONE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_of_no_known_kind_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = diary(tmp_path, "serve", DIARY_STORAGE_URL="s3://", PORT=str(free_port()))
    assert done.returncode == 2
    assert "s3://" in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_others_needs_a_base_address(tmp_path: Path) -> None:
    done = diary(tmp_path, "serve", HOST="0.0.0.0")  # noqa: S104 (refused is what is tested)
    assert done.returncode == 2
    assert "DIARY_BASE_URL" in done.stderr


def test_no_processes_are_no_server(tmp_path: Path) -> None:
    done = diary(tmp_path, "serve", "--workers", "0")
    assert done.returncode == 2
    assert "--workers" in done.stderr


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(folder: Path, port: int, workers: int = 1, **environ: str) -> Iterator[None]:
    """A diary served in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "diary", "serve", "--workers", str(workers)],
        env=environment(folder, PORT=str(port), **environ),
        cwd=folder,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            yield
        finally:
            server.terminate()


def first_answer(port: int) -> bytes:
    """The home page, as soon as it comes."""
    for _ in range(900):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    pytest.fail("The server has not answered.")


def test_a_real_diary_is_served_on_its_first_day(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, port):
        page = first_answer(port)
        taken = diary(tmp_path, "serve", PORT=str(port))
    assert b"<h1>Dagboken</h1>" in page
    assert b"share-stories" not in page
    assert taken.returncode == 2
    assert str(port) in taken.stderr


def test_the_demonstration_says_where_it_is_built_before_it_is(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "diary", "demo", "--only-build"],
        env=environment(tmp_path / "real"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as building:
        assert building.stdout
        said = [building.stdout.readline() for _ in range(2)]
        building.kill()
    assert str(tmp_path / "instance/demo") in said[0]
    assert said[1].startswith("DIARY_INSTANCE is left alone")
    assert not (tmp_path / "real").exists()
