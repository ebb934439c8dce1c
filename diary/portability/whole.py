"""All that is public as a folder of plain files, one after another: docs/format.md describes it."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from string import Template
from typing import IO, Protocol

from sqlalchemy import Select
from sqlalchemy.orm import Session, sessionmaker

from diary.media.storage import NotStored, Storage
from diary.models import Post, Revision
from diary.portability import heads
from diary.portability.house import FILE, FORMAT, GONE, PACKAGE, VERSION
from diary.portability.source import Done, Source
from diary.portability.table import Table, package, withdrawn
from diary.queries import site, whole
from diary.queries.whole import PictureFile, Taken

README = Path(__file__).with_name("readme.txt")


class Target(Protocol):
    """Where the files go."""

    def put(self, path: str, data: bytes) -> None:
        """Write a file at a relative path."""


class Folder:
    """A folder on the disk, which is there already."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: str, data: bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


class Zip:
    """A zip file, made as it goes; pictures, which are packed already, as they are."""

    def __init__(self, file: IO[bytes], now: datetime) -> None:
        self._archive, self._now = zipfile.ZipFile(file, "w"), now

    def put(self, path: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(path, self._now.timetuple()[:6])
        entry.external_attr = 0o644 << 16
        is_text = path.endswith((".md", ".txt", ".csv", ".json"))
        kind = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
        self._archive.writestr(entry, data, kind)

    def close(self) -> None:
        """Write the list of contents, without which it is no zip."""
        self._archive.close()


def write(source: Source, target: Target, goes_on: Callable[[], object]) -> Done:
    """Write all that is public now; `goes_on` is called after each post, and may raise.

    No transaction is open while a file is read or written, and one picture at a time is held.
    """
    table, pictures, missing = Table(source.home), 0, list[str]()
    for taken in walk(source.sessions):
        names = {}
        for nth, picture in enumerate(taken.card.pictures, 1):
            file = taken.files[picture.token]
            try:
                key, data = _best(source.store, file)
            except NotStored:
                missing.append(file.shown)
                continue
            names[picture.token] = f"{_stem(taken)}-{nth}.{key.rpartition('.')[2]}"
            target.put(f"{_year(taken)}/{names[picture.token]}", data)
            pictures += 1
        target.put(f"{_year(taken)}/{_stem(taken)}.md", heads.post(taken, names).encode())
        table.add(taken)
        goes_on()
    files = _around(source, table)
    for path, data in files.items():
        target.put(path, data)
    return Done(files, len(table), pictures, tuple(missing))


def walk(
    sessions: sessionmaker[Session], chosen: Select[Post, Revision] | None = None
) -> Iterator[Taken]:
    """All published posts in the journey's order, or those chosen among them."""
    after: tuple[date, int] | None = None
    place: Counter[date] = Counter()
    while True:
        with sessions() as session:
            found = whole.part(session, after, place, chosen)
        yield from found
        if len(found) < whole.AT_ONCE:
            return
        last = found[-1].card
        after = last.stands_on, last.sequence or 0


def _best(store: Storage, file: PictureFile) -> tuple[str, bytes]:
    """The key and bytes of what is taken along: never more of a picture than pages show.

    The original, if it is no larger than twice what they show: a drawing without loss is.
    """
    if file.original:
        with suppress(NotStored):
            data = store.get(file.original)
            if len(data) <= 2 * file.bytes:
                return file.original, data
    return file.shown, store.get(file.shown)


def _year(taken: Taken) -> str:
    return f"posts/{taken.card.dated.year}"


def _stem(taken: Taken) -> str:
    """The name of a post's file; an address that an import brought may be no name for one."""
    if heads.NAME.fullmatch(taken.card.slug):
        return taken.name
    return whole.named(taken.card.dated, taken.card.short)


# ---------------------------------------------------------------- around the posts


def _around(source: Source, table: Table) -> dict[str, bytes]:
    with source.sessions() as session:
        about, uid = site.site(session), site.present(session).uid
        house = {
            "format": FORMAT,
            "version": VERSION,
            "title": about.title,
            "sentence": dict(about.sentence),
            "main_language": about.main_language,
            "licence": about.licence,
            "licence_url": about.licence_url,
            "funder": about.funder,
            "partners": list(about.partners),
            "focus_areas": whole.goals(session),
            "labs": whole.labs(session),
            "methods": whole.methods(session),
        }
        gone = whole.withdrawn(session)
    words = {
        "title": about.title,
        "home": source.home,
        "licence": about.licence,
        "years": years(table.days),
    }
    return {
        "posts.csv": table.csv(),
        "posts.json": table.json(),
        GONE: withdrawn(gone),
        PACKAGE: package(about, uid, source.home, table.days),
        FILE: (json.dumps(house, ensure_ascii=False, indent=2) + "\n").encode(),
        "LICENCE.txt": f"{about.licence}\n{about.licence_url}\n".encode(),
        "README.txt": Template(README.read_text("utf-8")).substitute(words).encode(),
    }


def years(days: list[date]) -> str:
    """From which year to which."""
    found = sorted({day.year for day in (days[:1] + days[-1:])})
    return "–".join(map(str, found))
