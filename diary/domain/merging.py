"""Merging: of two labs, methods or persons one goes, and all that pointed to it follows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    PrimaryKeyConstraint,
    UniqueConstraint,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from diary.domain import profile
from diary.domain.errors import Invalid, Overtaken, Problem
from diary.domain.guides import MAX_CHOSEN
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.domain.taxonomy import change_copies, ensure_lead, follow_in_copies, signed_by_another
from diary.models import Account, Alias, Event, Person
from diary.queries.aliases import Named, kind_of, of_kind
from diary.queries.merging import pointing_to


def merge(
    session: Session, actor: Actor, kind: type[Named], gone_id: int, kept_id: int, now: datetime
) -> None:
    """Merge one lab, method or person into another; done twice, it is done once.

    The old addresses lead on; no revision's words change, nor any post's address. Raises
    NotAllowed for anybody but a lead, Overtaken if one of them is no more, Invalid with what
    `problem` says.
    """
    ensure_lead(actor)
    show_change(session, now)  # locks: of two leads the second finds what the first has done
    if _is_done(session, kind, gone_id, kept_id):
        return
    gone, kept = session.get(kind, gone_id), session.get(kind, kept_id)
    if gone is None or kept is None or not (gone.name and kept.name):
        raise Overtaken
    wrong = problem(session, gone, kept)
    if wrong:
        raise Invalid((wrong,))
    _lead_on(session, kind, gone, kept)
    for column in pointing_to(kind):
        _repoint(session, column, gone.id, kept.id)
    session.expire_all()
    if isinstance(gone, Person) and isinstance(kept, Person):
        _merge_persons(session, gone, kept, now)
    else:
        _join_pictures(gone, kept)
        session.delete(gone)
        session.flush()
        follow_in_copies(session)
    by, what = actor.account_id, kind_of(kind)
    record(session, "merge", now, actor_id=by, subject_id=gone_id, other_id=kept_id, reason=what)


def problem(session: Session, gone: Named, kept: Named) -> Problem | None:
    """Why two cannot be merged: they are one, or each logs in with an account of their own."""
    if gone.id == kept.id:
        return Problem("into", "same")
    if isinstance(gone, Person):
        both = select(Account.id).where(Account.person_id.in_((gone.id, kept.id)))
        if len(session.scalars(both).all()) > 1:
            return Problem("into", "two_accounts")
    return None


def _is_done(session: Session, kind: type[Named], gone_id: int, kept_id: int) -> bool:
    if kind is not Person and session.get(kind, gone_id) is not None:
        return False
    done = select(Event.id).where(Event.action == "merge", Event.reason == kind_of(kind))
    done = done.where(Event.subject_id == gone_id, Event.other_id == kept_id)
    return session.scalar(done.limit(1)) is not None


def _lead_on(session: Session, kind: type[Named], gone: Named, kept: Named) -> None:
    old = update(Alias).where(of_kind(kind), Alias.target_id == gone.id)
    session.execute(old.values(target_id=kept.id))
    address = gone.slug
    if isinstance(gone, Person) and isinstance(kept, Person):
        gone.slug = None
        session.flush()
        kept.slug = kept.slug or address
    if address and address != kept.slug:
        session.add(Alias(kind=kind_of(kind), slug=address, target_id=kept.id))
    session.flush()


def _repoint(session: Session, column: Column[Any], gone: int, kept: int) -> None:
    table = column.table
    for others in _once_with(column):
        if others:
            # Who has both needs the kept one once.
            twice = select(*others).where(column == kept)
            session.execute(delete(table).where(column == gone, tuple_(*others).in_(twice)))
    session.execute(update(table).where(column == gone).values({column: kept}))


def _once_with(column: Column[Any]) -> Iterator[list[Column[Any]]]:
    """The columns together with which a value of this one may stand only once."""
    for key in column.table.constraints:
        if isinstance(key, PrimaryKeyConstraint | UniqueConstraint) and column in set(key.columns):
            yield [one for one in key.columns if one is not column]


def _join_pictures(gone: Named, kept: Named) -> None:
    """The pictures chosen for a page that is no more come after those of the one that stays."""
    if not isinstance(gone, Person) and not isinstance(kept, Person):
        kept.pictures = list(dict.fromkeys([*kept.pictures, *gone.pictures]))[:MAX_CHOSEN]


def _merge_persons(session: Session, gone: Person, kept: Person, now: datetime) -> None:
    """The row stays as a sign of where it went; nobody is found by it."""
    kept.lab_id = kept.lab_id or gone.lab_id
    kept.archived_at = kept.archived_at and gone.archived_at
    under_18 = gone.minor or kept.minor
    gone.name = gone.role = ""
    gone.lab_id = None
    gone.merged_into_id = kept.id
    session.flush()
    change_copies(session, lambda content: signed_by_another(content, gone.id, kept.id))
    if under_18:
        profile.make_minor(session, kept, now)
