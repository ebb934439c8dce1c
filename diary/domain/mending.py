"""Holding what the diary has against itself, and putting right what can be: for `diary check`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from diary.domain import counting, downloads, erasures, indexing
from diary.media.storage import InvalidKey, NotStored, Storage, digest, digest_in
from diary.models import Post, State, begin_writing, guard_journal
from diary.models.engine import lacking_guards, point_nowhere
from diary.queries import files, search

AT_ONCE = 500
A_DAY = timedelta(days=1)
"""So long may a file lie in the store before its row is there."""

Wrong = Collection[Any]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is to hold; `wrong` finds where it does not, and changes nothing."""

    name: str
    wrong: Callable[[Session], Wrong]
    mend: Callable[[Session, Wrong], object] | None = None
    """Puts it right; the caller commits. None: only a backup can."""


def _damaged_index(session: Session) -> Wrong:
    begin_writing(session)
    return (error,) if (error := search.damage(session)) else ()


def _beyond(session: Session) -> Wrong:
    last = select(State.sequence).scalar_subquery()
    return session.scalars(select(Post.sequence).where(Post.sequence > last)).all()


def _count_on(session: Session, wrong: Wrong) -> None:
    state = session.scalars(select(State).with_for_update()).one()
    state.sequence = max(state.sequence, *wrong)


CHECKS = (
    Check("rows point nowhere", lambda session: point_nowhere(session.connection())),
    Check(
        "guards of the journal are missing",
        lambda session: lacking_guards(session.connection()),
        lambda session, _: guard_journal(session.connection()),
    ),
    Check("posts are found by other words than they have", indexing.astray, indexing.index),
    Check(
        "damage in the index of the search",
        _damaged_index,
        lambda session, _: search.rebuild(session),
    ),
    Check(
        "counts of the archive are wrong",
        counting.astray,
        lambda session, _: counting.count_all(session),
    ),
    Check("posts stand beyond the last sequence", _beyond, _count_on),
)


# ---------------------------------------------------------------- files


@dataclass(frozen=True, slots=True)
class Files:
    """What is wrong with the store."""

    missing: tuple[str, ...]
    """Keys that rows name and that nothing lies under."""
    damaged: tuple[str, ...]
    """Keys whose files are not what they were."""
    orphans: tuple[str, ...]
    """Keys that no row names, of files older than a day."""


def look(session: Session, store: Storage, now: datetime, progress: Callable[[], object]) -> Files:
    """Read every file that a row names, and look what else lies there.

    `progress` is called for each.
    """
    keys = session.scalars(union(*(select(name) for name in files.NAMES))).all()
    session.rollback()  # no transaction is open while files are read
    missing, damaged = [], []
    for key in filter(None, keys):
        whole = _is_whole(store, key)
        if whole is None:
            missing.append(key)
        elif not whole:
            damaged.append(key)
        progress()
    # Some may have been taken away since the rows were read.
    missing = [key for some in _some(missing) for key in sorted(files.named(session, some))]
    return Files(tuple(missing), tuple(damaged), tuple(_orphans(session, store, now)))


def _is_whole(store: Storage, key: str) -> bool | None:
    """Whether a file is what it was; None if it is not there."""
    try:
        data = store.get(key)
    except (NotStored, InvalidKey):
        return None
    return digest_in(key) in {None, digest(data)}


def _orphans(session: Session, store: Storage, now: datetime) -> Iterator[str]:
    old = (
        one.key
        for one in store.keys("")
        if one.modified < now - A_DAY
        and not one.key.startswith(erasures.KEY)
        and not one.key.startswith(downloads.PREFIX)  # they are swept by who makes them
    )
    for some in _some(old):
        named = files.named(session, some)
        yield from (key for key in some if key not in named)


def _some(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(keys)
    while some := list(islice(left, AT_ONCE)):
        yield some
