"""Bringing a mirrored diary up to date: document by document, post by post, each for itself."""

import re
from collections import Counter
from collections.abc import Mapping
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

from diary.addresses import uid_of
from diary.domain import errands, mirroring
from diary.domain.ended import ended_at
from diary.domain.fitting import Help
from diary.domain.importing import Outcome, known, settle_links
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
from diary.text.films import joined
from diary.text.names import fold
from diary.text.plain import slug

_SIZE = re.compile(r".*(/pictures/[^/]+)(/[^/]+)")
"""A picture of a diary has an address for each size; what comes before the size stays, wherever the
diary moves."""
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
            PICTURES: "with a picture taken away",
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
    uid: UUID
    title: str
    feed: str
    ask: Ask
    erased: frozenset[UUID]
    tally: Tally = field(default_factory=Tally)
    failed: set[str] = field(default_factory=set)
    """Ids of entries that could not be brought in whole, or not any more as the journey here has
    ended: they are read again the next time."""

    def bring_up_to_date(self) -> Tally:
        """Bring in what has changed, from the oldest on; raises NotFetched, Unreadable.

        A document counts as brought in when all its entries are; the newest one when all
        documents are and nothing has changed meanwhile.
        """
        with self.sessions() as session:
            kept = mirroring.documents(session, session.get_one(Mirror, self.mirror_id))
        said: dict[str, str] = {}
        for one in sorted(kept.values(), key=lambda one: one.address == self.feed):
            said |= one.entries  # the newest document was brought in last
        first = self.ask(self.feed, "")
        newest = sheet(first.data or b"", self.feed)
        with Walk() as walk:
            walk.go(newest.older, kept, self.ask)
            here, gone = self._older(walk, kept, said)
        last = self.ask(self.feed, first.etag) if walk.steps else first
        settled = last is first or last.data is None
        newest = newest if settled else sheet(last.data or b"", self.feed)
        settled = settled and not self.failed
        step = Step(self.feed, first.etag if settled else "", newest.older, None)
        here |= self._document(step, newest, said)
        self._take_down(here, gone | {*newest.gone}, all_known=bool(walk.steps))
        self._forget_but({self.feed, *(one.address for one in walk.steps)})
        return self.tally

    def _older(
        self, walk: Walk, kept: Mapping[str, MirrorDocument], said: dict[str, str]
    ) -> tuple[dict[str, str], set[str]]:
        """Bring in the older documents: the digests of all entries by id, and which have gone."""
        here, gone = dict[str, str](), set[str]()
        for step in walk.steps:
            if step.at is None:
                here |= kept[step.address].entries
                continue
            found = walk.read(step)
            here |= self._document(step, found, said)
            gone |= {*found.gone}
        return here, gone

    # ------------------------------------------------------------ documents

    def _document(self, step: Step, found: Sheet, said: dict[str, str]) -> dict[str, str]:
        """Bring in its entries, the oldest first, and note that they are."""
        digests = {id_of(entry): digest(entry) for entry in found.entries}
        new = [one for one in found.entries[::-1] if said.get(id_of(one)) != digests[id_of(one)]]
        label = f"{self.title}: {PurePosixPath(urlsplit(step.address).path).name}"
        shown = track(new, label, console=BAR, transient=True, disable=not BAR.is_terminal)
        ids = [self._entry(entry, step.address) for entry in shown]
        said |= digests
        whole = self.failed.isdisjoint(digests)
        digests |= dict.fromkeys(self.failed & digests.keys(), "")
        with self.sessions() as session:
            begin_writing(session)
            settle_links(session, [one for one in ids if one])
            session.merge(
                MirrorDocument(
                    mirror_id=self.mirror_id,
                    address=step.address,
                    etag=step.etag if whole else "",
                    onward=list(step.older),
                    entries=digests,
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
                    errands.commit(session, self.store, files, now)
                self.tally.done[GONE] += 1

    def _forget_but(self, addresses: set[str]) -> None:
        """Documents that are nowhere any more."""
        nowhere = MirrorDocument.address.not_in(addresses)
        with self.sessions() as session:
            begin_writing(session)
            ours = delete(MirrorDocument).where(MirrorDocument.mirror_id == self.mirror_id)
            session.execute(ours.where(nowhere))
            session.commit()

    # ------------------------------------------------------------ one post

    def _entry(self, element: Any, address: str) -> int | None:
        """Bring in an entry; the post's id, None if it cannot be read."""
        try:
            entry = read(element, address)
        except Unreadable as why:
            self._fail(id_of(element), str(why))
            return None
        item = self._item(entry)
        with self.sessions() as session:
            if not mirroring.may_take(session, self.mirror_id, item):
                self.tally.done[Outcome.LEFT] += 1
                return None
            item, ended = _as_kept(session, item), ended_at(session) is not None
            wanted = () if ended else mirroring.lacking(session, item, Help(erased=self.erased))
            gone = mirroring.no_longer_shown(session, item)
        where = ((key, joined(entry.url, _within(source))) for key, source in gone)
        recalled = tuple(key for key, address in where if status(address, self.ask) == 410)
        made = {one: row for one in wanted if (row := self._picture(entry, one))}
        twin = Twin(item, entry.corrections, tuple(key for key, _ in gone), recalled)
        now = datetime.now(UTC)
        with self.sessions() as session:
            begin_writing(session)
            mirror = session.get_one(Mirror, self.mirror_id)
            if ended:
                self.failed.add(entry.id)
            else:
                twin = replace(twin, item=_placed(session, mirror, entry, item, now))
            help_ = Help(places=_places(twin.item), erased=self.erased)
            done = mirroring.take(session, mirror, twin, now, help_, made)
            post = known(session, item)
            post_id = post.id if post else None
            errands.commit(session, self.store, done.files, now)
        self.tally.done[done.outcome] += 1
        self.tally.done[PICTURES] += done.recalled
        return post_id

    def _fail(self, name: str, why: str) -> None:
        self.failed.add(name)
        self.tally.left_out.append(why)

    def _item(self, entry: TwinEntry) -> Incoming:
        key = f"mirror/{entry.id}"
        pictures = (
            replace(
                one,
                read=partial(self._file, one.source),
                uid=uid_of(f"{key}/picture/{_identity(one.source)}"),
            )
            for one in entry.pictures
        )
        return Incoming(
            key=key,
            world=f"mirror/{self.uid}",
            content=entry.content,
            authors=entry.authors,
            pictures=tuple(pictures),
            origin=Origin(entry.provenance) if entry.provenance in set(Origin) else Origin.MOVED,
            source_url=entry.url,
            slug=slug(PurePosixPath(urlsplit(entry.url).path).name),
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
            self._fail(entry.id, f"{entry.url}: {picture.source}: {why}")
        except images.ImageRefused:
            pass  # it is none that this diary keeps, today or tomorrow
        else:
            store_files(self.store, prepared)
            return new_row(prepared)
        return None


def _identity(address: str) -> str:
    size = _SIZE.fullmatch(address)
    return size[1] if size else address


def _within(address: str) -> str:
    """Where in a diary a picture of it stands; any other's address as it is."""
    size = _SIZE.fullmatch(address)
    return size[1] + size[2] if size else address


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
    """With the place, the ways and the linked posts here that the source's are."""
    term, name = next(((p.term, p.name) for p in entry.places if p.kind == "labs"), ("", ""))
    methods = [
        mirroring.method(session, mirror, one.term, one.name, now)
        for one in entry.places
        if one.kind == "methods"
    ]
    lab = mirroring.lab(session, mirror, term, name, now)
    content = replace(item.content, lab=lab, methods=tuple(methods))
    return replace(item, content=mirroring.linked(session, mirror, content))


def _places(item: Incoming) -> Places:
    places = [Place(LAB, item.content.lab, ())] if item.content.lab else []
    places += [Place(METHOD, one, ()) for one in item.content.methods]
    return Places({fold(one.full): one for one in places})
