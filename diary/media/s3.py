"""The store in a bucket: any server that speaks S3."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, GenericError, NotFoundError
from obstore.store import S3Store

from diary.media.storage import (
    KEY,
    InvalidKey,
    NotStored,
    StorageAway,
    StoredObject,
    UnknownStorage,
)

KNOWN = "s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION (all but BUCKET may be left out)"
CONNECT = timedelta(seconds=2)
SILENCE = timedelta(seconds=3)
"""So long may the server say nothing, and be asked again; a page does without its picture."""
WHOLE = timedelta(seconds=20)
"""So long may one request take: 40 MB over a slow line between two machine rooms."""
REST_SECONDS = 2
"""So long is a store that did not answer not asked again: not every thread waits for it."""


class S3Storage:
    """Objects of a bucket whose keys begin with a prefix.

    Every method raises `StorageAway` while the server does not answer or refuses. An object is
    sent in one request, which stores all of it or nothing: no parts of one ever wait anywhere.
    """

    def __init__(self, bucket: str, prefix: str = "", endpoint: str = "", region: str = "") -> None:
        self._prefix = f"{prefix}/" if prefix else ""
        self._bucket, self._endpoint, self._region = bucket, endpoint, region
        self._client: S3Store | None = None
        self._rests_until = 0.0

    @property
    def _store(self) -> S3Store:
        """Made where it is first needed: its threads do not survive the forking of workers."""
        if self._client is None:
            self._client = _client(self._bucket, self._endpoint, self._region)
        return self._client

    def put(self, key: str, data: bytes, media_type: str) -> None:
        path = self._path(key)
        with self._named():
            obstore.put(
                self._store,
                path,
                data,
                attributes={"Content-Type": media_type},
                use_multipart=False,
            )

    def get(self, key: str) -> bytes:
        path = self._path(key)
        with self._named():
            try:
                return obstore.get(self._store, path).bytes().to_bytes()
            except (NotFoundError, FileNotFoundError):
                raise NotStored(key) from None

    def exists(self, key: str) -> bool:
        path = self._path(key)
        with self._named():
            try:
                obstore.head(self._store, path)
            except (NotFoundError, FileNotFoundError):
                return False
        return True

    def delete(self, key: str) -> None:
        path = self._path(key)
        with self._named():
            try:
                obstore.delete(self._store, path)
            except (NotFoundError, FileNotFoundError):
                return

    def add(self, key: str, line: bytes) -> None:
        # An object for each line: a list written anew could come late and undo another's line.
        name = f"{key}.lines/{time.time_ns()}-{secrets.token_hex(4)}"
        self.put(name, line + b"\n", "application/jsonl")

    def lines(self, key: str) -> bytes:
        return b"".join(self.get(one.key) for one in self.keys(f"{key}.lines/"))

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) + "/" if folder else self._prefix
        with self._named():
            found = [one for some in obstore.list(self._store, start) for one in some]
        named = sorted((one["path"].removeprefix(self._prefix), one) for one in found)
        for key, one in named:
            if key.startswith(prefix) and KEY.fullmatch(key):
                yield StoredObject(key, one["size"], one["last_modified"])

    def sweep(self, before: datetime) -> int:  # noqa: ARG002 (nothing is ever half sent)
        return 0

    def room(self) -> int | None:
        return None

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say that the store is away; while it rests, without asking it."""
        if time.monotonic() < self._rests_until:
            raise StorageAway("The store did not answer a moment ago.")
        try:
            yield
        except GenericError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise StorageAway(str(error).partition("\n")[0]) from error
        except BaseError as error:
            raise StorageAway(str(error).partition("\n")[0]) from error

    def _path(self, key: str) -> str:
        if not KEY.fullmatch(key):
            raise InvalidKey(key)
        return self._prefix + key


def open_s3(url: str) -> S3Storage:
    """The store at `s3://bucket/prefix?endpoint=…&region=…`. Raises UnknownStorage."""
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        _unknown()
    endpoint, region = options.pop("endpoint", ""), options.pop("region", "")
    prefix = parts.path.strip("/")
    server = urlsplit(endpoint)
    wrong = options or parts.fragment or parts.username or not parts.netloc
    wrong = wrong or (endpoint and (server.scheme not in {"http", "https"} or not server.hostname))
    if wrong or (prefix and not KEY.fullmatch(prefix)):
        _unknown()
    return S3Storage(parts.netloc, prefix, endpoint, region)


def _unknown() -> NoReturn:
    # It may hold what somebody took for a place for a key, so it is not repeated.
    raise UnknownStorage(f"The storage address in s3:// cannot be used; known is {KNOWN}")


def _client(bucket: str, endpoint: str, region: str) -> S3Store:
    """DIARY_STORAGE_KEY and DIARY_STORAGE_SECRET open it; without them what AWS's programs take."""
    given = {
        "endpoint": endpoint,
        "region": region or os.environ.get("AWS_REGION") or "us-east-1",
        "access_key_id": os.environ.get("DIARY_STORAGE_KEY"),
        "secret_access_key": os.environ.get("DIARY_STORAGE_SECRET"),
    }
    return S3Store(
        bucket,
        config={name: value for name, value in given.items() if value},  # type: ignore[arg-type]
        client_options={
            "allow_http": endpoint.startswith("http:"),
            "connect_timeout": CONNECT,
            "read_timeout": SILENCE,
            "timeout": WHOLE,
        },
        retry_config={"max_retries": 2, "retry_timeout": SILENCE},
    )
