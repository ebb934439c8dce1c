"""`kill -9` while a frozen site is brought up to date: no half file, and the next run mends it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_commands import diary
from tests.cli.test_export_site import HOME, export
from tests.links import walk

pytestmark = pytest.mark.drill


def test_a_killed_run_leaves_no_half_file(tmp_path: Path) -> None:
    assert diary(tmp_path, "demo", "--only-build").returncode == 0
    folder, site, whole = tmp_path / "instance/demo", tmp_path / "site", tmp_path / "whole"
    export(folder, site)
    shutil.copytree(site, whole)
    head = site / "frozen.json"
    head.write_text(head.read_text("utf-8").replace('"state": "', '"state": "old '), "utf-8")
    for name in ("posts", "archive"):
        shutil.rmtree(site / name)
    own = {"DIARY_INSTANCE": str(folder), "DIARY_BASE_URL": HOME}
    command = [sys.executable, "-m", "diary", "export", str(site), "--as", "site"]
    run = subprocess.Popen(command, env={**os.environ, **own}, start_new_session=True)
    while len(list(site.glob("posts/*/index.html"))) < 20:
        assert run.poll() is None
        time.sleep(0.05)
    run.kill()
    run.wait()
    for _ in range(100):  # what it had started ends with it
        try:
            os.killpg(run.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        os.killpg(run.pid, signal.SIGKILL)
        pytest.fail("Processes of the killed run live on.")
    for file in site.rglob("*.html"):
        assert file.read_bytes() == (whole / file.relative_to(site)).read_bytes()
    export(folder, site)
    assert {file.relative_to(site) for file in site.rglob("*")} == {
        file.relative_to(whole) for file in whole.rglob("*")
    }
    assert walk(site, HOME).dead == []
