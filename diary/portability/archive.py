"""The archive: a folder with one zip per backup, and the files of all of them by content.

docs/backup.md describes it. Everything in it is written beside its name and renamed when it is
whole, so that whatever was broken off is no backup.
"""

import fcntl
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self

from diary.media.storage import LocalStorage, NotStored, digest
from diary.portability.rows import KINDS

FORMAT = "share-stories-backup"
VERSION = 1
README = Path(__file__).with_name("backup.txt")
MANIFEST, FILES, ERASURES, KEY = "manifest.json", "files.jsonl", "erasures.jsonl", "secret_key"
_NAME = "diary-%Y%m%dT%H%M%S.%fZ.zip"
UNFINISHED = ".unfinished-backup"
_CHUNK = 1024**2


class Damaged(Exception):
    """A backup is not as it was made, or none; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the zip."""

    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of the store: its key there and its content; none if it was missing."""

    key: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: datetime
    program: str
    revision: str
    """Of the tables (migrations/versions)."""
    diary: str
    """The diary's uid."""
    tables: dict[str, dict[str, str]]
    """The columns of each, with their kinds (`rows.KINDS`)."""
    last_ids: dict[str, int]
    key_sha256: str
    """Of the secret key, which may lie elsewhere."""
    members: dict[str, Member] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """As it stands in the zip."""
        said = {"format": FORMAT, "version": VERSION, **asdict(self)}
        said["made_at"] = self.made_at.isoformat()
        return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Raises Damaged for anything else, or for a version that is not known yet."""
        try:
            said = json.loads(text)
            known = said.pop("format"), said.pop("version")
            if known[0] == FORMAT and known[1] > VERSION:
                raise Damaged("It was made by a newer version of the program. Upgrade this one.")
            said["made_at"] = datetime.fromisoformat(said["made_at"])
            said["members"] = {name: Member(**one) for name, one in said["members"].items()}
            words = {word for columns in said["tables"].values() for word in columns.values()}
            if known != (FORMAT, VERSION) or not words <= KINDS.keys():
                raise Damaged("It is no backup of a diary.")
            return cls(**said)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Damaged("Its manifest cannot be read.") from error


# ---------------------------------------------------------------- the folder


class Archive:
    """A folder of backups, open to its owner alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._store = LocalStorage(root)

    def backups(self) -> list[Path]:
        """All backups, the oldest first."""
        return sorted(self.root.glob("diary-*.zip"))

    def newest(self) -> Path:
        """The newest backup. Raises Damaged if there is none."""
        if not (found := self.backups()):
            raise Damaged(f"There is no backup in {self.root}.")
        return found[-1]

    def content(self, sha256: str) -> bytes:
        """A file's content. Raises Damaged if it is missing or not what it was."""
        try:
            data = self._store.get(_key(sha256))
        except NotStored:
            raise Damaged(f"{_key(sha256)} is missing.") from None
        if digest(data) != sha256:
            raise Damaged(f"{_key(sha256)} is damaged.")
        return data

    def holds(self, sha256: str) -> bool:
        """Whether a content lies here, whole."""
        try:
            self.content(sha256)
        except Damaged:
            return False
        return True

    def keep(self, data: bytes) -> str:
        """Lay a content in: its SHA-256. Raises StorageFull."""
        self._store.put(_key(sha256 := digest(data)), data, "application/octet-stream")
        return sha256

    def drop(self, kept: int) -> int:
        """Remove all but the newest backups and what only the others held: how many went.

        Raises Damaged if a backup is being written here, or if one that stays cannot be read.
        """
        with self.alone():
            gone, stays = self.backups()[:-kept], self.backups()[-kept:]
            held = {
                bytes.fromhex(file.sha256)
                for backup in stays
                for file in Reader(backup).files()
                if file.sha256
            }
            for backup in gone:
                backup.unlink()
            for one in self._store.keys("files/"):
                if bytes.fromhex(one.key.rpartition("/")[2]) not in held:
                    self._store.delete(one.key)
        return len(gone)

    @contextmanager
    def writing(self, now: datetime) -> Iterator[tuple[Path, Path]]:
        """Where to write a backup and what to call it once it is whole.

        Raises Damaged if another is being written here. What was broken off before is removed.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.alone():
            unfinished = self.root / UNFINISHED
            unfinished.unlink(missing_ok=True)
            self._store.sweep(now)
            (self.root / "README.txt").write_bytes(README.read_bytes())
            try:
                yield unfinished, self.root / now.astimezone(UTC).strftime(_NAME)
            finally:
                unfinished.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else writes here. Raises Damaged if somebody does."""
        with (self.root / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Damaged(f"Another backup is being written to {self.root}.") from None
            yield


def private_file(path: Path) -> IO[bytes]:
    """A new file, for its owner alone to read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _key(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


# ---------------------------------------------------------------- one backup


class Writer:
    """Writes one backup, a member after another and the manifest last."""

    def __init__(self, file: IO[bytes], now: datetime) -> None:
        self._file, self._now = file, now
        self._zip = zipfile.ZipFile(file, "w")
        self._members: dict[str, Member] = {}

    def lines(self, name: str, rows: Iterable[object]) -> Member:
        """A member of one row per line (JSON Lines)."""
        dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        return self._put(name, (dump(row).encode() + b"\n" for row in rows))

    def put(self, name: str, data: bytes) -> None:
        """A small member."""
        self._put(name, data.splitlines(keepends=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, and all of it to the disk."""
        manifest.members.update(self._members)
        self._put(MANIFEST, [manifest.to_json()])
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def _put(self, name: str, lines: Iterable[bytes]) -> Member:
        entry = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        entry.external_attr = 0o600 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        found, size, rows = hashlib.sha256(), 0, 0
        with self._zip.open(entry, "w", force_zip64=True) as member:
            for line in lines:
                member.write(line)
                found.update(line)
                size += len(line)
                rows += 1
        made = self._members[name] = Member(found.hexdigest(), size, rows)
        return made


class Reader:
    """Reads one backup. Raises Damaged for whatever is not as it was made."""

    def __init__(self, path: Path) -> None:
        with _named(path.name):
            self._zip = zipfile.ZipFile(path)
            self.manifest = Manifest.from_json(self._zip.read(MANIFEST))

    def files(self) -> Iterator[Kept]:
        """The files of the store."""
        return (Kept(**row) for row in self.rows(FILES))

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a member, one after another."""
        with _named(name), self._zip.open(name) as member:
            for line in member:
                yield json.loads(line)

    def read(self, name: str) -> bytes | None:
        """A small member; None if there is none."""
        if name not in self.manifest.members:
            return None
        with _named(name):
            return self._zip.read(name)

    def check_members(self) -> None:
        """Compare every member with what the manifest says of it."""
        needed = {FILES, *(f"tables/{name}.jsonl" for name in self.manifest.tables)}
        if missing := needed - self.manifest.members.keys():
            raise Damaged(f"{min(missing)} is missing.")
        for name, said in self.manifest.members.items():
            found, size = hashlib.sha256(), 0
            with _named(name), self._zip.open(name) as member:
                while chunk := member.read(_CHUNK):
                    found.update(chunk)
                    size += len(chunk)
            if (found.hexdigest(), size) != (said.sha256, said.bytes):
                raise Damaged(f"{name} is damaged.")


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Whatever reading a broken zip or row raises, as Damaged."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError) as error:
        raise Damaged(f"{name} cannot be read.") from error


def verify(archive: Archive, backup: Path, progress: Callable[[int, int], object]) -> Manifest:
    """Read all of a backup, its files too; raises Damaged for the first thing that is wrong.

    `progress` is told how many files of how many were read.
    """
    reader = Reader(backup)
    reader.check_members()
    total = reader.manifest.members[FILES].rows
    for number, file in enumerate(reader.files(), 1):
        if file.sha256:
            archive.content(file.sha256)
        progress(number, total)
    return reader.manifest


def erasures(archive: Archive) -> list[bytes]:
    """The lines of all lists of erasures here, each once: the newest backup knows most."""
    lines: dict[bytes, None] = {}
    for backup in archive.backups():
        with suppress(Damaged):  # another one's damage hinders nobody
            lines.update(dict.fromkeys((Reader(backup).read(ERASURES) or b"").splitlines()))
    return list(lines)
