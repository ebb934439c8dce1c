"""The plainest ways to the bytes of a page, for the diary to be measured beside."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response

from diary.cli.bench_load import HOST, free_port, wait_for
from diary.cli.workers import cores

FILE = "BENCH_ANSWERS"
"""The environment variable that names the file with the answers."""
NGINX = """daemon off; worker_processes {processes}; pid {folder}/pid; error_log stderr crit; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000;
  server {{ listen {host}:{port}; root {folder}; add_header Content-Encoding gzip; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the diary has answered: status, headers and bytes."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def write(path: Path, answers: Sequence[Answer]) -> None:
    """Keep answers for the two bare applications; the first one stands at /0."""
    rows = [(one.status, one.headers, one.body.decode("latin-1")) for one in answers]
    path.write_text(json.dumps(rows))


def _answers() -> list[Answer]:
    rows = json.loads(Path(os.environ[FILE]).read_text())
    return [
        Answer(status, [(name, value) for name, value in headers], body.encode("latin-1"))
        for status, headers, body in rows
    ]


def bare_wsgi() -> Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]:
    """A WSGI application that does nothing but answer."""
    answers = {f"/{n}": one for n, one in enumerate(_answers())}

    def answer(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        one = answers.get(environ["PATH_INFO"], answers["/0"])
        start_response(one.status, one.headers)
        return [one.body]

    return answer


def bare_flask() -> Flask:
    """A Flask application with one view that does nothing but answer."""
    app, answers = Flask("bare", static_folder=None), _answers()

    @app.get("/<int:number>")
    def view(number: int) -> Response:
        one = answers[number]
        return Response(one.body, one.status, one.headers)

    return app


@contextmanager
def nginx(folder: Path, answers: Sequence[Answer]) -> Iterator[int | None]:
    """Serve the bytes as plain files at /0, /1 …; the port, or None where there is no nginx.

    Of a 304 that is an empty file.
    """
    program = shutil.which("nginx")
    if program is None:
        yield None
        return
    folder.mkdir()
    for number, one in enumerate(answers):
        (folder / str(number)).write_bytes(one.body)
    port, user = free_port(), "user root;" if os.geteuid() == 0 else ""
    rules = NGINX.format(folder=folder, host=HOST, port=port, user=user, processes=cores())
    (folder / "nginx.conf").write_text(rules)
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()
