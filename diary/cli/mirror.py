"""`diary mirror`: keep a twin of another diary, from its feed alone."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import uid_of
from diary.cli.engines import open_engine
from diary.cli.mirror_posts import Source, Tally
from diary.config import load
from diary.domain import erasures
from diary.domain.content import MAX_LINE
from diary.domain.mirroring import NotMirrored, Original, mirror_of
from diary.media import memory
from diary.media.storage import Storage, open_storage
from diary.models import Mirror, MirrorDocument, begin_writing, make_sessions
from diary.portability.feed_documents import Unreadable
from diary.portability.fetching import Answer, NotFetched, ask, door, stands_within
from diary.portability.mirror_entries import uid_in
from diary.portability.mirror_walk import Ask, find
from diary.text.films import is_web
from diary.text.plain import tidy_line

MAX_BYTES = 50_000_000
"""Of a document or a picture."""


@click.command()
@click.argument("url", required=False)
@click.option(
    "--one-place", is_flag=True, help="All its posts stand under one place, called as it is."
)
@click.option("--every", type=click.IntRange(10), metavar="SECONDS", help="Go on, so often.")
def mirror(url: str | None, *, one_place: bool, every: int | None) -> None:
    """Keep a living twin of the diary at URL (its home page or its Atom feed).

    What comes out there comes here, with pictures, corrections and what is taken down. Broken off
    at any time it goes on where it stopped, and where nothing has changed it asks once. Without a
    URL all diaries that are mirrored here are brought up to date. URL may stand in the own network.
    The status is 1 if something could not be brought in: it is tried again the next time.
    """
    if url is not None and not is_web(url):
        raise click.UsageError("URL is the web address of another diary (https://…).")
    if one_place and url is None:
        raise click.UsageError("--one-place is said when a diary is first mirrored, with its URL.")
    settings = load()
    engine = open_engine(settings)
    if not inspect(engine).has_table("mirrors"):
        raise click.UsageError("There is no diary of this version here yet. Run `diary upgrade`.")
    memory.wait_at(settings.instance / "pictures.lock")
    try:
        with _alone(settings.instance / "mirror.lock"):
            desk = Desk(make_sessions(engine), open_storage(settings.storage_url), one_place)
            well = desk.bring_up_to_date(url)
            while every is not None:
                time.sleep(every)
                well = desk.bring_up_to_date(url)
    finally:
        engine.dispose()
    if not well:
        raise SystemExit(1)


@contextmanager
def _alone(gate: Path) -> Iterator[None]:
    """Two at once would fetch everything twice."""
    with gate.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException("`diary mirror` is running here already.") from None
        yield


@dataclass(frozen=True, slots=True)
class Desk:
    """Where other diaries are brought in."""

    sessions: sessionmaker[Session]
    store: Storage
    one_place: bool

    def bring_up_to_date(self, url: str | None) -> bool:
        """One diary or, without its address, all that are mirrored; whether all went well."""
        if url is not None:
            return self._one(url)
        with self.sessions() as session:
            named = session.scalars(select(Mirror.named).order_by(Mirror.id)).all()
        if not named:
            raise click.UsageError("No diary is mirrored here yet. Say whose: `diary mirror URL`.")
        return not [address for address in named if not self._one(address)]

    def _one(self, url: str) -> bool:
        try:
            title, tally = self._bring_in(url)
        except (NotFetched, Unreadable, NotMirrored) as why:
            click.echo(f"{url}: {why}", err=True)
            return False
        click.echo(f"{title}: {tally.in_words()}.")
        for line in tally.left_out:
            click.echo(f"  Not brought in: {line}", err=True)
        return not tally.left_out

    def _bring_in(self, url: str) -> tuple[str, Tally]:
        """Where nothing has changed since all was here, this asks once."""
        known, etag = self._known(url)
        place = door(urlsplit(url))
        within = known.within if known else stands_within(*place)
        get = partial(_get, place if within else None)
        if known and etag and not self.one_place and get(known.feed, etag).data is None:
            return known.title, Tally()
        head, feed = find(url, get)
        original = Original(
            uid=uid_in(head.id) or uid_of(head.id),
            named=url,
            within=within,
            feed=feed,
            home=head.home,
            title=tidy_line(head.title, MAX_LINE) or head.home,
            sentence=tidy_line(head.subtitle) if head.subtitle != head.title else "",
            lang=head.lang,
            licence=tidy_line(head.rights, MAX_LINE),
        )
        return original.title, self._source(original, get).bring_up_to_date()

    def _known(self, url: str) -> tuple[Mirror | None, str]:
        """The mirror of what was named so, and the ETag of its feed if all of it is here."""
        with self.sessions() as session:
            known = session.scalar(select(Mirror).where(Mirror.named == url))
            kept = known and session.get(MirrorDocument, (known.id, known.feed))
            return known, kept.etag if kept else ""

    def _source(self, original: Original, get: Ask) -> Source:
        with self.sessions() as session:
            begin_writing(session)
            now = datetime.now(UTC)
            found = mirror_of(session, original, now, one_place=self.one_place)
            session.commit()
            mirror_id = found.id
        listed = erasures.lines(self.store)
        erased = (*erasures.uids(listed, "person"), *erasures.uids(listed, "picture"))
        return Source(
            sessions=self.sessions,
            store=self.store,
            mirror_id=mirror_id,
            uid=original.uid,
            title=original.title,
            feed=original.feed,
            ask=get,
            erased=frozenset(erased),
        )


def _get(trusted: tuple[str, int] | None, address: str, etag: str) -> Answer:
    return ask(address, MAX_BYTES, etag, trusted=trusted)
