"""A folder of files, or a zip of one: read by name, nothing unpacked, no link followed."""

import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from diary.domain.incoming import NotReadable
from diary.portability import saved

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
"""What reading a damaged zip raises, or one that is locked or packed in an unknown way."""


class TooLarge(Exception):
    """A file has more bytes than it may."""


class Files(Protocol):
    """Files by their names, as `posts/2019/a.md`."""

    names: tuple[str, ...]

    def read(self, name: str, limit: int) -> bytes:
        """A file's bytes; raises KeyError, TooLarge, or NotReadable if it is damaged."""


def opened(path: Path) -> Files:
    """What lies in a folder or a zip file; a lone file is all there is. Raises NotReadable."""
    return _Zip(path) if path.is_file() and zipfile.is_zipfile(path) else _Folder(path)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._files = {saved.name_of(file, path): file for file in saved.files(path)}
        self.names = tuple(self._files)

    def read(self, name: str, limit: int) -> bytes:
        file = self._files[name]
        if file.stat().st_size > limit:
            raise TooLarge(name)
        return file.read_bytes()


class _Zip:
    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise NotReadable(f"{path.name} is a damaged zip file.") from error
        entries = (one.filename for one in self._archive.infolist() if not one.is_dir())
        self.names = tuple(sorted(entries))

    def read(self, name: str, limit: int) -> bytes:
        try:
            with self._archive.open(name) as file:
                data = file.read(limit + 1)
        except _DAMAGED as error:
            raise NotReadable(f"{name} in the zip file is damaged.") from error
        if len(data) > limit:  # what a zip says of its sizes may be a lie
            raise TooLarge(name)
        return data
