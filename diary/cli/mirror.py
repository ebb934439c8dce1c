"""`diary mirror`: keep a twin of another diary, from its feed alone."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import uid_of
from diary.cli.mirror_posts import Source, Tally
from diary.config import load
from diary.domain import erasures
from diary.domain.mirroring import NotMirrored, Original, mirror_of
from diary.media import memory
from diary.media.storage import Storage, open_storage
from diary.models import Mirror, begin_writing, make_engine, make_sessions
from diary.portability.feed_documents import Unreadable
from diary.portability.fetching import NotFetched, ask, door
from diary.portability.mirror_entries import uid_in
from diary.portability.mirror_walk import Ask, find
from diary.text.films import is_web

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
    engine = make_engine(settings.database_url)
    if not inspect(engine).has_table("mirrors"):
        raise click.UsageError("There is no diary of this version here yet. Run `diary upgrade`.")
    memory.wait_at(settings.instance / "pictures.lock")
    sessions, store = make_sessions(engine), open_storage(settings.storage_url)
    with _alone(settings.instance / "mirror.lock"):
        while True:
            well = _all(sessions, store, url, one_place=one_place)
            if every is None:
                break
            time.sleep(every)
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


def _all(
    sessions: sessionmaker[Session], store: Storage, url: str | None, *, one_place: bool
) -> bool:
    """Bring one or all up to date; whether all went well."""
    if url is not None:
        return _one(sessions, store, url, one_place=one_place)
    with sessions() as session:
        feeds = session.scalars(select(Mirror.feed).order_by(Mirror.id)).all()
    if not feeds:
        raise click.UsageError("No diary is mirrored here yet. Say whose: `diary mirror URL`.")
    well = [
        _one(sessions, store, feed, one_place=False) for feed in feeds
    ]  # all, whatever one does
    return all(well)


def _one(sessions: sessionmaker[Session], store: Storage, url: str, *, one_place: bool) -> bool:
    trusted = door(urlsplit(url))
    asking = partial(ask, trusted=trusted)
    get: Ask = lambda address, etag: asking(address, MAX_BYTES, etag)  # noqa: E731
    try:
        source = _source(sessions, store, url, get, one_place=one_place)
        if source is None:
            return True
        tally = source.bring_up_to_date()
    except (NotFetched, Unreadable, NotMirrored) as why:
        click.echo(f"{url}: {why}", err=True)
        return False
    _tell(source.title, tally)
    return not tally.left_out


def _source(
    sessions: sessionmaker[Session], store: Storage, url: str, get: Ask, *, one_place: bool
) -> Source | None:
    """What is at an address, and what is known of it; None if nothing has changed there."""
    with sessions() as session:
        known = session.scalar(select(Mirror).where(Mirror.feed == url))
        etag = Source.etag_of(session, known) if known else ""
        if known and etag and get(url, etag).data is None:
            _tell(known.title, Tally())
            return None
    head, feed = find(url, get)
    original = Original(
        uid=uid_in(head.id) or uid_of(head.id),
        feed=feed,
        home=head.home,
        title=head.title or head.home,
        sentence=head.subtitle if head.subtitle != head.title else "",
        lang=head.lang,
        licence=head.rights,
    )
    with sessions() as session:
        begin_writing(session)
        mirror = mirror_of(session, original, datetime.now(UTC), one_place=one_place)
        session.commit()
        erased = {uid for kind in ("person", "picture") for uid in erasures.uids(store, kind)}
        return Source(sessions, store, mirror.id, original.title, feed, get, frozenset(erased))


def _tell(title: str, tally: Tally) -> None:
    click.echo(f"{title}: {tally.in_words()}.")
    for line in tally.left_out:
        click.echo(f"  Not brought in: {line}", err=True)
