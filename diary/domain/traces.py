"""Forgetting somebody wherever their name stands: by account or without, and after a backup."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from diary.domain import erasures, errands, policy, recall, subscriptions
from diary.domain.accounts import is_last_lead
from diary.domain.errors import LastLead, NotAllowed
from diary.domain.forgetting import Forgotten, forget_credits, forget_in_copies, forget_person
from diary.domain.journal import locked_state, record, show_change
from diary.domain.policy import Actor
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Consent,
    Person,
    Picture,
    Post,
    Revision,
    ShownPicture,
    StandingConsent,
    Task,
    begin_writing,
)
from diary.queries.traces import PERSON, POST, TABLES, Trace
from diary.text.plain import tidy_line

EMPTIED: dict[str, dict[str, str]] = {
    "request": {"words": "", "contact": "", "answer": ""},
    "invitation": {"note": ""},
    "sender": {"contact": ""},
    "handout": {"receiver": "", "place": ""},
}
"""Rows that stay without words; the others go."""
Change = tuple[str, int]
"""What was changed: a kind and an id."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a forgetting has changed, and the files that nothing names any more."""

    changes: tuple[Change, ...]
    files: tuple[str, ...]


def forget(
    session: Session,
    actor: Actor,
    chosen: Iterable[Trace],
    name: str,
    now: datetime,
) -> Report:
    """Forget what was chosen among all that carries a name.

    One rule holds for pictures: a yes that nobody can be named for is none, so the picture goes
    for good. Raises NotAllowed for anybody but a lead, LastLead. The report's files
    are for `errands.commit`.
    """
    locked_state(session)
    if not policy.administers(actor):
        raise NotAllowed
    changes: list[Change] = []
    files: list[str] = []
    # A person comes last: with them posts go that others of these may name.
    for one in sorted(chosen, key=lambda trace: trace.kind == PERSON):
        done = _forget(session, actor, one, name, now)
        changes += done.changes
        files += done.files
        record(
            session, "forget_person", now, actor_id=actor.account_id, account_id=one.account_id,
            post_id=one.post_id, subject_id=one.id, reason=one.kind,
        )  # fmt: skip
    show_change(session, now)
    session.flush()
    return Report(tuple(dict.fromkeys(changes)), tuple(dict.fromkeys(files)))


def report_of(person_id: int, done: Forgotten) -> Report:
    """A person's forgetting as a report."""
    lists = {"post_kept": done.kept, "post_gone": done.removed, "picture": done.pictures}
    gone = tuple((kind, key) for kind, keys in lists.items() for key in keys)
    return Report(((PERSON, person_id), *gone), done.files)


def _forget(session: Session, actor: Actor, one: Trace, name: str, now: datetime) -> Report:
    if one.kind == PERSON:
        account = session.get(Account, one.account_id or 0)
        if account is not None and is_last_lead(session, account):
            raise LastLead
        return report_of(one.id, forget_person(session, session.get_one(Person, one.id), now))
    if one.kind == POST:
        return _forget_in_post(session, one.id, name, now)
    if one.kind == "consent":
        return _forget_pictures(session, Consent.picture_id == one.id, actor, now)
    table: Any = TABLES[one.kind]
    row = session.get_one(table, one.id)
    done = Report((), ())
    if one.kind == "standing":
        done = _forget_pictures(session, Consent.standing_id == one.id, actor, now)
        done = Report(done.changes, (*done.files, *([row.scan_key] if row.scan_key else [])))
    if uid := getattr(row, "uid", None):
        erasures.append(session, one.kind, uid, now)
    _erase(session, one.kind, table.id == one.id)
    return Report(((one.kind, one.id), *done.changes), done.files)


def _forget_in_post(session: Session, post_id: int, name: str, now: datetime) -> Report:
    """Takes a name from below pictures and from who wrote it down; the words are the writer's."""
    names = {tidy_line(name).casefold()}
    scribes, credited = forget_credits(session, {post_id}, names)
    forget_in_copies(session, 0, names, {post_id})
    for kind, table, ids in (("scribe", Post, scribes), ("credit", Picture, credited)):
        for uid in session.scalars(select(table.uid).where(table.id.in_(ids))):
            erasures.append(session, kind, uid, now)
    changes = *(("scribe", key) for key in scribes), *(("credit", key) for key in credited)
    return Report((*changes, ("look_at", post_id)), ())


def _forget_pictures(
    session: Session, theirs: ColumnElement[bool], actor: Actor, now: datetime
) -> Report:
    """Takes away the pictures that a yes was for."""
    found = select(Picture).join(Consent, Consent.picture_id == Picture.id).where(theirs)
    pictures = session.scalars(found.order_by(Picture.id)).all()
    files = [
        key
        for picture in pictures
        for key in recall.take_away(session, picture, now, actor_id=actor.account_id)
    ]
    session.execute(update(Consent).where(theirs).values(from_whom=""))
    return Report(tuple(("picture", picture.id) for picture in pictures), tuple(files))


def _erase(session: Session, kind: str, which: ColumnElement[bool]) -> None:
    """Empties or removes rows of a kind."""
    table = TABLES[kind]
    if kind in EMPTIED:
        session.execute(update(table).where(which).values(**EMPTIED[kind]))
        return
    if kind == "standing":
        ids = select(StandingConsent.id).where(which)
        rests = update(Consent).where(Consent.standing_id.in_(ids))
        session.execute(rests.values(standing_id=None))
    if kind == "subscriber":
        subscriptions.remove(session, which)
        return
    session.execute(delete(table).where(which))


def heed(session: Session, store: Storage, now: datetime) -> None:
    """Take away and forget again all on the list of erasures, and note the files as errands.

    Raises StorageAway.
    """
    listed = erasures.lines(store)
    begin_writing(session)
    gone = (*recall.again(session, listed, now), *again(session, listed, now))
    errands.note(session, Task.FILE, gone, now)
    session.commit()


def again(session: Session, listed: bytes, now: datetime) -> tuple[str, ...]:
    """Forget again whom a backup that was put back has brought along; returns keys of files."""

    def erased(kind: str) -> tuple[UUID, ...]:
        return erasures.uids(listed, kind)

    called = select(Byline.person_id).where(Byline.name != "")
    back = select(Person).where(
        Person.uid.in_(erased(PERSON)), or_(Person.name != "", Person.id.in_(called))
    )
    people = session.scalars(back.order_by(Person.id)).all()
    files = [key for person in people for key in forget_person(session, person, now).files]
    filed = select(StandingConsent.scan_key).where(
        StandingConsent.uid.in_(erased("standing")), StandingConsent.scan_key.is_not(None)
    )
    files += filter(None, session.scalars(filed))
    for kind in ("standing", "never", "subscriber", *EMPTIED):
        table: Any = TABLES[kind]
        _erase(session, kind, table.uid.in_(erased(kind)))
    # What was written since then is somebody else's.
    for uid, at in erasures.last(listed, "scribe").items():
        post = select(Post.id).where(Post.uid == uid).scalar_subquery()
        older = update(Revision).where(Revision.post_id == post, Revision.made_at <= at)
        session.execute(older.values(scribe=""))
    for uid, at in erasures.last(listed, "credit").items():
        picture = select(Picture.id).where(Picture.uid == uid).scalar_subquery()
        before = select(Revision.id).where(Revision.made_at <= at)
        shown = update(ShownPicture).where(ShownPicture.picture_id == picture)
        session.execute(shown.where(ShownPicture.revision_id.in_(before)).values(credit=""))
    return tuple(files)
