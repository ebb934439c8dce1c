"""Where the pictures of an import are found: in a folder, and on the network only if asked to."""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from diary.media.images import MAX_BYTES
from diary.portability import saved
from diary.portability.fetching import NotFetched
from diary.text.films import is_web

_SIZED = re.compile(r"-(?:\d+x\d+|scaled)(?=\.\w+(?:\?.*)?$)")
"""How WordPress calls smaller copies: `bild-300x200.jpg`, `bild-scaled.jpg`."""

Fetch = Callable[[str, int], bytes]


class NoPicture(Exception):
    """A picture's file was not found; the message says why in plain words."""


class Finder:
    """Files below a folder, found by as much of an address as fits: `2019/05/bild.jpg`.

    `folder` None: there is none. `fetching` None: nothing is fetched from the network.
    """

    def __init__(self, folder: Path | None, fetching: Fetch | None = None) -> None:
        self._fetch = fetching
        self._files: dict[str, list[Path]] = defaultdict(list)
        self._root = folder or Path()
        for file in saved.files(folder) if folder else ():
            self._files[file.name.casefold()].append(file)

    def find(self, source: str) -> bytes:
        """The file of a picture by its address or its path in the export; raises NoPicture."""
        file = self._file(source) or self._file(_SIZED.sub("", source))
        if file is not None:
            if file.stat().st_size > MAX_BYTES:
                raise NoPicture(f"larger than {MAX_BYTES // 1024**2} MB")
            return file.read_bytes()
        if self._fetch is None or not is_web(source):
            raise NoPicture("not in the folder" if self._files else "no folder with it was given")
        try:
            return self._fetch(source, MAX_BYTES)
        except NotFetched as error:
            raise NoPicture(str(error)) from error

    def _file(self, source: str) -> Path | None:
        """The one file whose end of the path is the longest that fits; None if two fit as well."""
        wanted = _parts(source)
        candidates = self._files.get(wanted[-1], []) if wanted else []
        fits = [(_common(wanted, self._below(file)), file) for file in candidates]
        best = max((fit for fit, _ in fits), default=0)
        found = [file for fit, file in fits if fit == best]
        return found[0] if len(found) == 1 else None

    def _below(self, file: Path) -> list[str]:
        return [part.casefold() for part in file.relative_to(self._root).parts]


def _parts(source: str) -> list[str]:
    path = unquote(urlsplit(source).path) if is_web(source) else source
    return [part.casefold() for part in PurePosixPath(path).parts if part not in {"/", ".", ".."}]


def _common(one: list[str], other: list[str]) -> int:
    """How many parts two paths share, from their ends."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
