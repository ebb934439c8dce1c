"""What stands beside the diary's pages gives the same bytes, and is asked in the same way."""

import shutil
from pathlib import Path

import pytest
from werkzeug.test import Client

from diary.cli import bench_load, bench_yardsticks
from diary.cli.bench_load import part, served
from diary.cli.bench_pages import _answer
from diary.cli.bench_yardsticks import FILE, Answer, nginx
from tests.cli.test_commands import at_once

PAGE = Answer("200 OK", [("Content-Type", "text/html"), ("ETag", '"1"')], "Så är det.".encode())
SAME = Answer("304 NOT MODIFIED", [("ETag", '"1"')], b"")
WAYS = {"wrk": bench_load._by_wrk, "threads": bench_load._by_threads}


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with two answers."""
    bench_yardsticks.write(tmp_path / "answers", [PAGE, SAME])
    monkeypatch.setenv(FILE, str(tmp_path / "answers"))
    return tmp_path / "answers"


@pytest.mark.parametrize("make", [bench_yardsticks.bare_wsgi, bench_yardsticks.bare_flask])
def test_bare_applications_answer_as_the_diary_did(make, answers: Path):
    client = Client(make())
    for number, one in enumerate((PAGE, SAME)):
        answer = client.get(f"/{number}")
        assert (answer.status, answer.data) == (one.status, one.body)
        assert {*one.headers} <= {*answer.headers.items()}


@pytest.mark.parametrize("way", WAYS)
def test_readers_count_what_they_are_answered(way: str, answers: Path, tmp_path: Path):
    if way == "wrk" and shutil.which("wrk") is None:
        pytest.skip("wrk is not installed")
    own = {FILE: str(answers), "DIARY_INSTANCE": str(tmp_path)}
    with served(own, f"{bench_yardsticks.__name__}:bare_flask") as server:
        assert _answer(server.port, "/0", {}).body == PAGE.body
        found = WAYS[way](server.port, "/0", {}, 1, 2)
        nothing = WAYS[way](server.port, "/nothing", {}, 1, 2)
        assert server.memory > 0
    assert found.per_second > 0
    assert 0 < found.p50 <= found.p99
    assert found.wrong == 0
    assert nothing.wrong > 0


def test_a_server_that_is_measured_knows_no_setting_of_a_real_diary(
    answers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real, own = tmp_path / "real", {FILE: str(answers), "DIARY_INSTANCE": str(tmp_path)}
    real.mkdir()
    (real / ".env").write_text("DIARY_TIMEZONE=Nowhere/AtAll\n")
    monkeypatch.chdir(real)
    monkeypatch.setenv("DIARY_LOG", "nonsense")
    with served(own, f"{bench_yardsticks.__name__}:bare_flask") as server:
        assert _answer(server.port, "/0", {}).body == PAGE.body


def test_nginx_gives_the_plain_bytes(tmp_path: Path):
    with nginx(tmp_path / "files", [PAGE]) as port:
        if port is None:
            pytest.skip("nginx is not installed")
        assert _answer(port, "/0", {}).body == PAGE.body


def test_of_a_hundred_readers_99_waited_no_longer():
    waited = [number / 100 for number in range(100)]
    assert (part(waited, 0.5), part(waited, 0.99), part([], 0.5)) == (0.5, 0.99, 0.0)


def test_a_file_for_the_figures_that_cannot_be_written_is_told_before_they_are_measured(
    tmp_path: Path,
):
    done = at_once(tmp_path, "bench", "--json", str(tmp_path / "nowhere/figures.json"))
    assert done.exit_code == 2
    assert "--json" in done.output


def test_numbers_of_posts_that_are_none_are_refused(tmp_path: Path):
    done = at_once(tmp_path, "bench", "--posts", "176,viele")
    assert done.exit_code == 2
    assert "176,17600" in done.output
