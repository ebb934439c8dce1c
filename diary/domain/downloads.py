"""What is made ahead for whoever takes the diary along: closed by default.

An edition's row is there from its beginning. As soon as a post that was public changes, all rows
go, in the same transaction (`domain.indexing`): what is offered is taken back at once, and what is
in the making finds that it has gone. New posts leave an edition as it is; a newer one follows.
"""

import re
from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from diary.domain.errors import Overtaken
from diary.media.storage import Storage
from diary.models import Edition, State
from diary.queries import downloads, site

PREFIX = "downloads/"
CLOSING_ZIP = "closing.zip"
"""The name of closing day's folder among what is made ahead; only a lead is sent it."""
QUIET = timedelta(minutes=1)
"""How long nothing public must have changed before an edition is made …"""
PAUSE = timedelta(minutes=15)
"""… and how long after the last one, unless that was taken back."""
LEASE = timedelta(minutes=5)
"""For how long somebody who makes one may be silent."""
KEPT = 2
"""The newest, and the one before it, which somebody may still be fetching."""
_PIECE = re.compile(rf"{PREFIX}(\d+)\.")


def close(session: Session) -> None:
    """Take back all there is, made or in the making; whoever does so has locked `State`."""
    session.execute(delete(Edition))


def begin(session: Session, now: datetime, *, at_once: bool = False) -> int | None:
    """Begin an edition if one is due: its number. None if not, or if somebody makes one."""
    # Who begins must read what has changed, and who takes back must see what has begun.
    session.execute(select(State.id).with_for_update())
    now_public, newest = site.present(session), downloads.newest(session)
    making = select(Edition.id).where(Edition.made_at.is_(None), Edition.alive_at > now - LEASE)
    if session.scalar(making.limit(1)) is not None:
        return None
    if newest is not None and newest.version == now_public.version:
        return None
    rested = newest is None or newest.made_at is None or now - newest.made_at >= PAUSE
    if not at_once and (now - now_public.changed_at < QUIET or not rested):
        return None
    return begun(session, now_public.version, now)


def begun(session: Session, version: int, now: datetime) -> int:
    """The number of an edition that begins now, whether one is due or not."""
    edition = Edition(version=version, begun_at=now, alive_at=now)
    session.add(edition)
    session.flush()
    return edition.id


def keep_on(session: Session, edition_id: int, now: datetime) -> None:
    """Say that it is still being made; raises Overtaken if what it holds has changed."""
    alive = update(Edition).where(Edition.id == edition_id).values(alive_at=now)
    if not session.execute(alive.returning(Edition.id)).all():
        raise Overtaken


def finish(session: Session, edition_id: int, files: dict[str, Any], now: datetime) -> None:
    """Offer an edition; raises Overtaken as `keep_on` does."""
    keep_on(session, edition_id, now)
    session.execute(
        update(Edition).where(Edition.id == edition_id).values(files=files, made_at=now)
    )
    kept = select(Edition.id).where(Edition.made_at.is_not(None)).order_by(Edition.id.desc())
    newest = session.scalars(kept.limit(KEPT)).all()
    over = Edition.alive_at < now - LEASE
    session.execute(
        delete(Edition).where(Edition.id.not_in(newest), Edition.made_at.is_not(None) | over)
    )


def add(
    session: Session, edition_id: int, name: str, pieces: dict[str, Any], now: datetime
) -> None:
    """Put one more file into an edition that is offered.

    Raises Overtaken as `keep_on` does, or if another server has put it there.
    """
    keep_on(session, edition_id, now)
    edition = session.get_one(Edition, edition_id)
    if name in edition.files:
        raise Overtaken
    edition.files = {**edition.files, name: pieces}


def drop(session: Session, edition_id: int) -> None:
    """Give up one that could not be made."""
    session.execute(delete(Edition).where(Edition.id == edition_id))


def pieces(store: Storage) -> set[str]:
    """The keys of all pieces in the store."""
    return {one.key for one in store.keys(PREFIX)}


def offered(session: Session) -> set[int]:
    """The numbers of all editions that are whole."""
    return set(session.scalars(select(Edition.id).where(Edition.made_at.is_not(None))))


def drop_incomplete(session: Session, editions: set[int], stored: Container[str]) -> None:
    """Take back those of these editions that lack a piece: a backup was put back without them.

    They are from before what is `stored` was listed: another server may have finished one since.
    """
    made = select(Edition).where(Edition.id.in_(editions))
    for edition in session.scalars(made).all():
        keys = (key for file in edition.files.values() for key in file["keys"])
        if not all(key in stored for key in keys):
            session.delete(edition)
    session.flush()


def sweep(session: Session, store: Storage, stored: Iterable[str]) -> None:
    """Remove those of these pieces whose edition has gone; only reads rows."""
    known = set(session.scalars(select(Edition.id)))
    session.rollback()
    for key in stored:
        found = _PIECE.match(key)
        if found is None or int(found[1]) not in known:
            store.delete(key)
