"""Where the diary's files lie: a small interface, and the store in a local folder."""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

# No part begins with a dot or a slash: no "..", no absolute path, no hidden file.
KEY = re.compile(r"(?=.{1,200}$)[\w-][\w.-]*(/[\w-][\w.-]*)*", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT}
_UNFINISHED = ".unfinished-"


class StorageError(Exception):
    """Anything a store refuses. Its kinds are called by what is the matter."""


class StorageFull(StorageError):
    """No room left (disk or quota); what was there before is untouched."""


class StorageAway(StorageError):
    """The store does not answer, or does not let the diary in; what it holds is untouched."""


class NotStored(StorageError):
    """There is no object under this key."""


class InvalidKey(StorageError):
    """A key that no store takes: see `content_key` for how keys look."""


class UnknownStorage(StorageError):
    """A storage address of a kind that is not known."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One line of a store's listing; `modified` is aware, in UTC."""

    key: str
    size: int
    modified: datetime


class Storage(Protocol):
    """A flat store of whole objects.

    Every method raises `InvalidKey` for a key it cannot take, and `StorageAway`.
    """

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store all of `data` or nothing, replace what was there, make its age zero.

        Durable on return. Raises `StorageFull`.
        """

    def get(self, key: str) -> bytes:
        """Return the object's bytes. Raises `NotStored`."""

    def exists(self, key: str) -> bool:
        """Tell whether an object is stored under `key`."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""

    def add(self, key: str, line: bytes) -> None:
        """Add a line to the list `key`, durable on return. Raises `StorageFull`."""

    def lines(self, key: str) -> bytes:
        """The list `key` as it stands, each line with its end; nothing where there is none."""

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        """List the objects whose key begins with `prefix`, in the order of their keys."""

    def sweep(self, before: datetime) -> int:
        """Remove what writes broken off before that time left behind; return how many."""

    def room(self) -> int | None:
        """Tell how many bytes are free; None where nobody can say, as in a bucket."""


def content_key(kind: str, data: bytes, extension: str) -> str:
    """Return the key of `data` by its SHA-256: `originals/ab/ab12….jpg`."""
    name = digest(data)
    return f"{kind}/{name[:2]}/{name}.{extension}"


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_in(key: str) -> str | None:
    """Return the SHA-256 that a key says its object has; None for a key that says none."""
    stem = key.rpartition("/")[2].partition(".")[0]
    return stem if _DIGEST.fullmatch(stem) else None


def open_storage(url: str) -> Storage:
    """Return the store at `url`, `file:PATH` (absolute or below the working folder) or `s3://…`.

    Raises `UnknownStorage`, with a sentence that says what would be understood.
    """
    if url.startswith("s3://"):
        from diary.media.s3 import open_s3  # only who has a bucket loads what speaks to it

        return open_s3(url)
    scheme, _, path = url.partition(":")
    path = path.removeprefix("//") if path.startswith("///") else path
    if scheme != "file" or not path or path.startswith("//"):
        raise UnknownStorage(f"{url!r} is not a storage address; known is file:PATH or s3://…")
    return LocalStorage(Path(path))


class LocalStorage:
    """Objects as files below `root`, which is made with the first object."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 (files have none)
        path = self._path(key)
        with _full_disk_named():
            _make_folder(path.parent)
            _write(path, data)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotStored(key) from None

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        if self.exists(key):
            self._path(key).unlink(missing_ok=True)

    def add(self, key: str, line: bytes) -> None:
        with _full_disk_named():
            _make_folder(self.root)
        with _alone_in(self.root):
            self.put(key, self.lines(key) + line + b"\n", "application/jsonl")

    def lines(self, key: str) -> bytes:
        return self.get(key) if self.exists(key) else b""

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        found = ((path.relative_to(self.root).as_posix(), stat) for path, stat in _files(start))
        for key, stat in sorted(found):
            if key.startswith(prefix) and KEY.fullmatch(key):
                yield StoredObject(key, stat.st_size, _moment(stat))

    def sweep(self, before: datetime) -> int:
        left = [path for path, stat in _files(self.root) if _moment(stat) < before]
        unfinished = [path for path in left if path.name.startswith(_UNFINISHED)]
        for path in unfinished:
            path.unlink(missing_ok=True)
        return len(unfinished)

    def room(self) -> int | None:
        there = next(
            folder for folder in (self.root, *self.root.absolute().parents) if folder.is_dir()
        )
        return shutil.disk_usage(there).free

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise InvalidKey(key)
        return self.root / key


def _moment(stat: os.stat_result) -> datetime:
    return datetime.fromtimestamp(stat.st_mtime, UTC)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Walk the files below `folder`, but for those that vanish meanwhile."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                yield (path := Path(parent, name)), path.stat()


def _write(path: Path, data: bytes) -> None:
    """Write beside the goal, flush, then rename: a reader sees the whole object or none."""
    unfinished = path.with_name(_UNFINISHED + secrets.token_hex(8))
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, each new name flushed to the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Flush the folder's own list of names: without it a power cut can undo a rename."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One after another, whichever process asks."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(str(error)) from error
        raise
