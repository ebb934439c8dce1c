"""The public store: copies of the renditions that are public now, and of nothing else.

What is public is read from the rows each time, not from what somebody has queued: a kill or a
store that is away can lose nothing. A row comes before its copy and goes after it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import picture_path
from diary.domain.journal import locked_state, show_change
from diary.media.storage import NotStored, Storage
from diary.models import Picture, PublicFile, Rendition, State, begin_writing
from diary.queries import public_files

FOLDER = "pictures/"
AT_ONCE = 200


class Public:
    """Keeps the public store as it is to be. Its methods raise StorageAway; to be called again."""

    def __init__(self, sessions: sessionmaker[Session], store: Storage, public: Storage) -> None:
        self._sessions, self._store, self._public = sessions, store, public
        self._version = 0

    def hold_against(self) -> None:
        """Remove what no row knows, and point at nothing that is not there.

        So a backup that was put back, or another store in the settings, needs nobody's thought.
        """
        there = {one.key for one in self._public.keys(FOLDER)}
        with self._sessions() as session:
            begin_writing(session)
            rows = session.execute(select(PublicFile.key, PublicFile.there))
            known = {one.key: one.there for one in rows}
            lost = [key for key, pointed_at in known.items() if pointed_at and key not in there]
            _point_away(session, lost)
            session.commit()
            for key in there - known.keys():
                # Asked once more: another server may bring it meanwhile.
                row = session.get(PublicFile, key)
                session.rollback()
                if row is None:
                    self._public.delete(key)
        self._version = 0

    def keep(self, now: datetime) -> None:
        """Take away what is not public any more, then bring what is; at once if nothing changed."""
        with self._sessions() as session:
            version = session.scalar(select(State.version)) or 0
        if version == self._version:
            return
        self._take_away()
        if self._bring():
            with self._sessions() as session:
                begin_writing(session)
                version = show_change(session, now).version
                session.commit()
        self._version = version

    def _take_away(self) -> None:
        with self._sessions() as session:
            begin_writing(session)
            gone = session.scalars(public_files.gone()).all()
            # First no page points at it, then it goes: what becomes public again waits its turn.
            _point_away(session, gone)
            session.commit()
            for key in gone:
                self._public.delete(key)
                begin_writing(session)
                session.execute(delete(PublicFile).where(PublicFile.key == key))
                session.commit()

    def _bring(self) -> bool:
        """Whether anything was brought."""
        brought, after = False, 0
        while True:
            with self._sessions() as session:
                begin_writing(session)
                locked_state(session)  # another server finds the rows made, not half made
                found = session.execute(_wanted(after)).all()
                files = {_key(token, one): one for token, one in found}
                known = set(
                    session.scalars(select(PublicFile.key).where(PublicFile.key.in_(files)))
                )
                session.add_all(
                    PublicFile(key=key, rendition_id=one.id, stamp=one.stamp)
                    for key, one in files.items()
                    if key not in known
                )
                session.commit()
            if not files:
                return brought
            done = [key for key, one in files.items() if self._copy(key, one)]
            after = max(one.id for one in files.values())
            with self._sessions() as session:
                begin_writing(session)
                still = set(done).difference(session.scalars(public_files.gone()))
                session.execute(
                    update(PublicFile).where(PublicFile.key.in_(still)).values(there=True)
                )
                session.commit()
            brought = brought or bool(done)

    def _copy(self, key: str, rendition: Rendition) -> bool:
        try:
            data = self._store.get(rendition.key)
        except NotStored:  # taken away at this very moment, or lost: `diary check` says so
            return False
        self._public.put(key, data, rendition.media_type)
        return True


def _wanted(after: int) -> Select[str, Rendition]:
    wanted = select(Picture.token, Rendition).where(
        Rendition.id > after, Rendition.id.in_(public_files.missing())
    )
    wanted = wanted.join(Rendition, Rendition.picture_id == Picture.id)
    return wanted.order_by(Rendition.id).limit(AT_ONCE)


def _key(token: str, one: Rendition) -> str:
    return picture_path(token, one.width, one.stamp, one.extension, one.crop).removeprefix("/")


def _point_away(session: Session, keys: Iterable[str]) -> None:
    for some in _some(keys):
        session.execute(update(PublicFile).where(PublicFile.key.in_(some)).values(there=False))


def _some(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(keys)
    while some := list(islice(left, AT_ONCE)):
        yield some
