"""Ten photos of 12 megapixels, sent two at a time to a real server of two processes."""

import json
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from diary.config import Settings
from diary.media.storage import LocalStorage
from diary.models import Account, Picture, make_engine
from tests.builders import PASSWORD
from tests.cli.test_commands import environment, first_answer, free_port
from tests.media.builders import distance, piece_of
from tests.media.phones import TEN, as_seen

pytestmark = pytest.mark.drill
TICKS = 100
"""Of a second, in /proc (USER_HZ)."""
ROOM = 400


@dataclass
class Server:
    """A served diary and what its processes have used."""

    process: "subprocess.Popen[bytes]"
    port: int
    peak: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def pids(self) -> list[int]:
        """The server and its workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def seconds(self) -> float:
        """Processor time of all of them."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in self.pids())
        return sum(sum(map(int, stat.split()[11:13])) for stat in stats) / TICKS

    def memory(self) -> int:
        """Megabytes of all of them; what they share is counted once (Pss)."""
        rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids())
        return (
            sum(int(re.findall(r"^Pss: +(\d+)", text, re.MULTILINE)[0]) for text in rollups) // 1024
        )

    def watch(self) -> None:
        """Note the highest memory until `done`."""
        while not self.done.wait(0.02):
            self.peak = max(self.peak, self.memory())


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "diary", "serve", "--workers", "2"]
    with subprocess.Popen(command, env=environment(folder, PORT=str(port)), cwd=folder) as process:
        try:
            first_answer(port)
            yield Server(process, port)
        finally:
            process.terminate()


class Phone:
    """A browser with cookies, logged in as alice."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.csrf = ""
        self.send("/login", name="alice", password=PASSWORD)
        self.csrf = self._token("/write")

    def _token(self, path: str) -> str:
        with self.opener.open(self.base + path) as answer:
            found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.read().decode())
        assert found
        return found[1]

    def send(self, path: str, **fields: Any) -> bytes:
        boundary, body = encode_multipart({"csrf_token": self.csrf, **fields})
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Sec-Fetch-Site": "same-origin",
            "Accept": "text/html" if path == "/login" else "application/json",
        }
        request = urllib.request.Request(self.base + path, body, headers)  # noqa: S310 (our own)
        with self.opener.open(request, timeout=60) as answer:
            return bytes(answer.read())


def test_ten_photos_come_out_right_and_fit_into_400_megabytes(
    tmp_path: Path, settings: Settings, alice: Account
) -> None:
    photos = {kind: make() for kind, make in TEN.items()}
    with served(tmp_path) as server:
        phone = Phone(server.port)
        post = json.loads(phone.send("/write/live", body="Tio bilder", form_key="ten"))["post"]
        idle, start, before = server.memory(), time.monotonic(), server.seconds()
        watcher = threading.Thread(target=server.watch)
        watcher.start()
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda data: upload(phone, post, data), photos.values()))
        spent, waited = server.seconds() - before, time.monotonic() - start
        server.done.set()
        watcher.join()
    print(  # noqa: T201 (a drill may tell times, no test asserts them)
        f"\n{spent / len(photos):.2f} s of processor time a photo, {waited:.1f} s in all; "
        f"{idle} MB at first, {server.peak} MB at most"
    )
    assert [answer["sha256"] for answer in answers] == [
        sha256(data).hexdigest() for data in photos.values()
    ]
    assert server.peak < ROOM
    assert_all_is_there(settings, dict(zip(photos, answers, strict=True)), photos)


def upload(phone: Phone, post: int, data: bytes) -> dict[str, str]:
    file = FileStorage(BytesIO(data), "IMG_0001.jpg")
    answer: dict[str, str] = json.loads(phone.send(f"/write/{post}/photos", photo=file))
    return answer


def assert_all_is_there(
    settings: Settings, answers: dict[str, dict[str, str]], photos: dict[str, bytes]
) -> None:
    store = LocalStorage(Path(settings.storage_url.removeprefix("file:")))
    engine = make_engine(settings.database_url)
    with Session(engine) as session:
        for kind, answer in answers.items():
            picture = session.scalars(select(Picture).filter_by(token=answer["token"])).one()
            assert min(picture.width, picture.height) >= 3000, kind
            upright = picture.height > picture.width
            sizes = [(size.extension, bool(size.crop)) for size in picture.renditions]
            assert sizes.count(("webp", False)) == 3
            assert sizes.count(("jpg", False)) == 1
            assert sizes.count(("webp", True)) == (2 if upright else 0), kind
            seen = as_seen(photos[kind])
            files = [(picture.original_key, ""), *((r.key, r.crop) for r in picture.renditions)]
            for key, crop in files:
                assert_right(store.get(key), seen.resize((picture.width, picture.height)), crop)
    engine.dispose()


def assert_right(data: bytes, like: Image.Image, crop: str) -> None:
    """Clean and upright."""
    for trace in (b"Exif\0", b"ICC_PROFILE", b"http://ns.adobe.com"):
        assert trace not in data
    with Image.open(BytesIO(data)) as image:
        assert not image.getexif()
        assert distance(image, piece_of(like, crop)) < 8
