"""Taking pictures out of copies that are kept: a folder, a frozen site, a book, a bag, backups.

Nothing here needs the diary, which may be gone by then: a site and a book name pictures by their
tokens, a folder by their uids.
"""

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from diary.portability import bag, kept_book, kept_folder, kept_full, kept_site, kept_wacz
from diary.portability.archive import Archive, Damaged
from diary.portability.house import FILE
from diary.portability.moving import FOLDER as PRIVATE
from diary.portability.site_folder import HEAD

Changes = dict[str, bytes | None]
"""The new bytes of files by their paths; None: it goes."""
MADE_ANEW = {".pdf"}
"""What cannot be rewritten: it is named, to be made anew or deleted by hand."""
BROKEN = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, Damaged),
)
"""What a copy raises that may not be written to, or is not as it was made."""


@dataclass(frozen=True, slots=True)
class Named:
    """The pictures that are to go."""

    tokens: frozenset[str]
    uids: frozenset[str]


@dataclass(slots=True)
class Done:
    """What became of the copies at a path."""

    root: Path
    copies: list[Path] = field(default_factory=list)
    """What was looked through."""
    changed: int = 0
    """How many files were written anew or removed."""
    unsure: list[Path] = field(default_factory=list)
    """What cannot be looked into or rewritten."""

    def is_rid(self, place: Path) -> bool:
        """Whether what lies at a place within the path is a copy that holds none of them now."""

        def within(paths: list[Path]) -> bool:
            return any(path.is_relative_to(place) for path in paths)

        return place.is_relative_to(self.root) and within(self.copies) and not within(self.unsure)


def take_out(path: Path, named: Named, now: datetime) -> Done:
    """Take pictures out of all copies at a path, and write those anew that held one.

    Each file is written whole or not at all; broken off, it is finished when it is done again, and
    done again after that it changes nothing.
    """
    done = Done(path.resolve())
    _visit(done.root, named, now, done)
    return done


def _visit(path: Path, named: Named, now: datetime, done: Done) -> None:
    try:
        _look(path, named, now, done)
    except BROKEN:  # the others are to be rid of them all the same
        done.unsure.append(path)


def _look(path: Path, named: Named, now: datetime, done: Done) -> None:
    if path.is_file():
        _visit_file(path, named, now, done)
    elif (path / bag.DECLARATION).is_file():
        done.copies.append(path)
        with bag.changing(path):
            _visit(path / bag.PAYLOAD, named, now, done)
    elif (path / HEAD).is_file():
        done.copies.append(path)
        _in_folder(path, kept_site.changes(path, named.tokens), done)
    elif (path / FILE).is_file():
        done.copies.append(path)
        names = [file.relative_to(path).as_posix() for file in bag.files(path)]
        read = _reader(path)
        _in_folder(path, kept_folder.changes(names, read, named.uids), done)
        done.changed += kept_full.take_out(path / PRIVATE, named.tokens, named.uids, now)
    elif Archive(path).backups():
        done.copies.append(path)
        done.changed += kept_full.take_out(path, named.tokens, named.uids, now)
    else:
        for child in sorted(one for one in path.iterdir() if not one.is_symlink()):
            _visit(child, named, now, done)


def _visit_file(path: Path, named: Named, now: datetime, done: Done) -> None:
    suffix = path.suffix.lower()
    if suffix in MADE_ANEW:
        done.unsure.append(path)
    elif suffix == ".wacz":
        done.copies.append(path)
        done.changed += kept_wacz.take_out(path, named.tokens, now)
    elif suffix in {".epub", ".zip"}:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if suffix == ".epub":
                changes = kept_book.changes(names, archive.read, named.tokens, now)
            elif FILE in names:
                changes = kept_folder.changes(names, archive.read, named.uids)
            else:
                if any(map(_is_of_copy, names)):
                    done.unsure.append(path)
                return
        done.copies.append(path)
        _in_zip(path, changes)
        done.changed += len(changes)


def _is_of_copy(name: str) -> bool:
    """Whether a file in a zip tells that a copy was packed: of closing day, a site, a bag."""
    return PurePosixPath(name).name in {HEAD, FILE, bag.DECLARATION}


def _reader(root: Path) -> Callable[[str], bytes]:
    return lambda name: (root / name).read_bytes()


def _in_folder(root: Path, changes: Changes, done: Done) -> None:
    """In this order: what a picture is found by goes last, so that a second run finds it, too."""
    for name, data in changes.items():
        file = root / name
        if data is None:
            file.unlink(missing_ok=True)
            if file.parent != root and not any(file.parent.iterdir()):
                file.parent.rmdir()
        else:
            bag.replace(file, data)
    done.changed += len(changes)


def _in_zip(path: Path, changes: Changes) -> None:
    """Write a zip anew beside it, its entries in their order."""
    if not changes:
        return
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(unfinished, "w") as new:
            for entry in old.infolist():
                data = changes.get(entry.filename, b"")
                if data is None:
                    continue
                if entry.filename not in changes:
                    data = old.read(entry)
                new.writestr(entry, data, entry.compress_type)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
