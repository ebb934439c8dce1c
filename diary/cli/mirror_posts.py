"""Bringing a mirrored diary up to date: document by document, post by post, each for itself."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from rich.console import Console
from rich.progress import track
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain import mirroring
from diary.domain.fitting import Help
from diary.domain.forgetting import drop_files
from diary.domain.importing import Outcome, known, missing, settle_links
from diary.domain.incoming import Incoming, IncomingPicture
from diary.domain.mirroring import Twin
from diary.domain.pictures import new_row, store_files
from diary.domain.placing import LAB, METHOD, Place, Places
from diary.media import images
from diary.media.storage import Storage
from diary.models import Mirror, MirrorDocument, Origin, Picture, begin_writing
from diary.portability.feed_documents import Unreadable
from diary.portability.fetching import NotFetched
from diary.portability.mirror_entries import Sheet, TwinEntry, digest, id_of, read, sheet
from diary.portability.mirror_walk import Ask, Step, Walk, is_gone, status
from diary.text.names import fold

_SIZE = re.compile(r"(.*/pictures/[^/]+)/[^/]+")
"""A picture of a diary has many sizes, and its address one for each."""
BAR = Console(stderr=True)
GONE = "gone"
PICTURES = "pictures"


@dataclass
class Tally:
    """What was done, and what could not be."""

    done: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        """In one line."""
        words = {
            Outcome.NEW: "new",
            Outcome.FILLED: "changed",
            GONE: "taken down",
            PICTURES: "pictures taken away",
            Outcome.LEFT: "left alone",
        }
        said = [f"{self.done[key]} {word}" for key, word in words.items() if self.done[key]]
        return ", ".join(said) or "nothing new"


@dataclass
class Source:
    """A diary that is mirrored, and how it is asked."""

    sessions: sessionmaker[Session]
    store: Storage
    mirror_id: int
    title: str
    feed: str
    ask: Ask
    erased: frozenset[UUID]
    tally: Tally = field(default_factory=Tally)

    @staticmethod
    def etag_of(session: Session, mirror: Mirror) -> str:
        """Of the newest document, if all was brought in since; "" if not."""
        kept = session.get(MirrorDocument, (mirror.id, mirror.feed))
        return kept.etag if kept and mirror.whole_at else ""

    def bring_up_to_date(self) -> Tally:
        """Bring in what has changed, from the oldest on; raises NotFetched, Unreadable.

        A document counts as brought in when all its entries are; the newest one when all
        documents are and nothing has changed meanwhile.
        """
        with self.sessions() as session:
            mirror = session.get_one(Mirror, self.mirror_id)
            kept = mirroring.documents(session, mirror)
        first = self.ask(self.feed, "")
        newest = sheet(first.data or b"", self.feed)
        walk = Walk()
        try:
            walk.go(newest.older, kept, self.ask)
            said = {key: value for one in kept.values() for key, value in one.entries.items()}
            here: dict[str, str] = {}
            gone: set[str] = set()
            for step in walk.steps:
                if step.at is None:
                    here |= kept[step.address].entries
                    continue
                found = walk.read(step)
                gone |= {*found.gone}
                here |= self._document(step, found, said)
        finally:
            walk.close()
        last = self.ask(self.feed, first.etag) if walk.steps else first
        settled = last is first or last.data is None
        newest = newest if settled else sheet(last.data or b"", self.feed)
        gone |= {*newest.gone}
        whole = not self.tally.left_out and settled
        step = Step(self.feed, first.etag if whole else "", newest.older, (0, 0))
        here |= self._document(step, newest, said)
        self._take_down(here, gone, all_known=bool(walk.steps))
        self._note_whole({one.address for one in walk.steps} | {self.feed}, whole=whole)
        return self.tally

    # ------------------------------------------------------------ documents

    def _document(self, step: Step, found: Sheet, said: dict[str, str]) -> dict[str, str]:
        """Bring in its entries, the oldest first, and note that they are."""
        digests, ids, before = {}, [], len(self.tally.left_out)
        label = f"{self.title}: {PurePosixPath(urlsplit(step.address).path).name}"
        for entry in track(found.entries[::-1], label, console=BAR, transient=True):
            name = id_of(entry)
            digests[name] = digest(entry)
            if said.get(name) == digests[name]:
                continue
            try:
                ids.append(self._entry(entry, step.address))
                said[name] = digests[name]
            except Unreadable as why:
                self.tally.left_out.append(str(why))
        whole = len(self.tally.left_out) == before
        with self.sessions() as session:
            begin_writing(session)
            settle_links(session, [one for one in ids if one])
            session.merge(
                MirrorDocument(
                    mirror_id=self.mirror_id,
                    address=step.address,
                    etag=step.etag if whole else "",
                    onward=list(step.older),
                    entries=digests if whole else {},
                )
            )
            session.commit()
        return digests

    def _take_down(self, here: dict[str, str], gone: set[str], *, all_known: bool) -> None:
        """What has a tombstone goes, and what is nowhere any more if its page says so, too."""
        with self.sessions() as session:
            out = mirroring.out_here(session, session.get_one(Mirror, self.mirror_id))
        for key, (post_id, url) in out.items():
            name = key.removeprefix("mirror/")
            if name in here:
                continue
            if name in gone or (all_known and is_gone(url, self.ask)):
                with self.sessions() as session:
                    begin_writing(session)
                    now = datetime.now(UTC)
                    files = mirroring.withdraw(session, post_id, now)
                    session.commit()
                    drop_files(session, self.store, files, now)
                self.tally.done[GONE] += 1

    def _note_whole(self, addresses: set[str], *, whole: bool) -> None:
        with self.sessions() as session:
            begin_writing(session)
            session.execute(
                delete(MirrorDocument).where(
                    MirrorDocument.mirror_id == self.mirror_id,
                    MirrorDocument.address.not_in(addresses),
                )
            )
            if whole:
                session.get_one(Mirror, self.mirror_id).whole_at = datetime.now(UTC)
            session.commit()

    # ------------------------------------------------------------ one post

    def _entry(self, element: Any, address: str) -> int | None:
        entry = read(element, address)
        item = self._item(entry)
        with self.sessions() as session:
            item = _as_kept(session, item)
            wanted = missing(session, item, Help(erased=self.erased))
            gone = mirroring.no_longer_shown(session, item)
        recalled = tuple(key for key, source in gone if status(source, self.ask) == 410)
        made = {one: row for one in wanted if (row := self._picture(entry, one))}
        twin = Twin(item, entry.corrections, tuple(key for key, _ in gone), recalled)
        now = datetime.now(UTC)
        with self.sessions() as session:
            begin_writing(session)
            mirror = session.get_one(Mirror, self.mirror_id)
            twin = replace(twin, item=_placed(session, mirror, entry, item, now))
            help_ = Help(places=_places(twin.item), erased=self.erased)
            done = mirroring.take(session, self.store, mirror, twin, now, help_, made)
            post = known(session, item)
            post_id = post.id if post else None
            session.commit()
            drop_files(session, self.store, done.files, now)
        self.tally.done[done.outcome] += 1
        self.tally.done[PICTURES] += done.recalled
        return post_id

    def _item(self, entry: TwinEntry) -> Incoming:
        pictures = (replace(one, read=partial(self._file, one.source)) for one in entry.pictures)
        return Incoming(
            key=f"mirror/{entry.id}",
            world=f"mirror/{self.mirror_id}",
            content=entry.content,
            authors=entry.authors,
            pictures=tuple(pictures),
            origin=Origin(entry.provenance) if entry.provenance in set(Origin) else Origin.MOVED,
            source_url=entry.url,
            slug=PurePosixPath(urlsplit(entry.url).path).name[:80],
            published_at=entry.published,
            uid=entry.uid,
        )

    def _file(self, address: str) -> bytes:
        return self.ask(address, "").data or b""

    def _picture(self, entry: TwinEntry, picture: IncomingPicture) -> Picture | None:
        """The rows of a picture whose files are stored now; None if it is not to be had."""
        try:
            prepared = picture.prepare(picture.read() if picture.read else b"")
        except NotFetched as why:
            self.tally.left_out.append(f"{entry.url}: {picture.source}: {why}")
        except images.ImageRefused:
            pass  # it is none that this diary keeps, today or tomorrow
        else:
            store_files(self.store, prepared)
            return new_row(prepared)
        return None


def _identity(address: str) -> str:
    size = _SIZE.fullmatch(address)
    return size[1] if size else address


def _as_kept(session: Session, item: Incoming) -> Incoming:
    """Pictures that are here already are called as they were when they came."""
    post = known(session, item)
    if post is None:
        return item
    rows = session.scalars(select(Picture.filename).where(Picture.post_id == post.id))
    names = {_identity(name): name for name in rows if name}
    pictures = (
        replace(one, source=names.get(_identity(one.source), one.source)) for one in item.pictures
    )
    return replace(item, pictures=tuple(pictures))


def _placed(
    session: Session, mirror: Mirror, entry: TwinEntry, item: Incoming, now: datetime
) -> Incoming:
    """With the place and the ways here that the source's are."""
    lab, methods = "", []
    if mirror.lab_id is not None:
        lab = mirroring.lab(session, mirror, "", "", "", now)
    for one in entry.places:
        key = f"{one.scheme}/{one.term}"
        if one.kind == "labs" and not lab:
            lab = mirroring.lab(session, mirror, key, one.term, one.name, now)
        elif one.kind == "methods":
            methods.append(mirroring.method(session, key, one.term, one.name, now))
    return replace(item, content=replace(item.content, lab=lab, methods=tuple(methods)))


def _places(item: Incoming) -> Places:
    labs: Iterable[str] = [item.content.lab] if item.content.lab else []
    places = [Place(LAB, one, ()) for one in labs]
    places += [Place(METHOD, one, ()) for one in item.content.methods]
    return Places({fold(one.full): one for one in places})
