"""The list of those who are never to be shown: it warns moderators, and nobody else sees it."""

from datetime import datetime

from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import line_problems, text_problems
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.journal import record
from diary.domain.policy import Actor, Facts
from diary.domain.standing import lab_of
from diary.models import NeverShow

MAX_NOTE = 1_000


def keep(session: Session, actor: Actor, name: str, note: str, lab: str, now: datetime) -> None:
    """Put a name on the list of a lab (its slug; "" is the whole project). Raises Invalid."""
    lab_id = lab_of(session, actor, lab)
    problems = (
        *([] if name else [Problem("name", "missing")]),
        *line_problems("name", name),
        *text_problems("note", note, MAX_NOTE),
    )
    if problems:
        raise Invalid(problems)
    one = NeverShow(lab_id=lab_id, name=name, note=note, made_at=now, made_by_id=actor.account_id)
    session.add(one)
    session.flush()
    record(session, "never_show", now, actor_id=actor.account_id, subject_id=one.id)


def remove(session: Session, actor: Actor, one_id: int, now: datetime) -> None:
    """Take a name off the list. Raises NotFound for one of a lab that is not this moderator's."""
    one = session.get(NeverShow, one_id, with_for_update=True)
    if one is None or not policy.reads(actor, Facts(None, one.lab_id)):
        raise NotFound
    session.delete(one)
    record(session, "show_after_all", now, actor_id=actor.account_id, subject_id=one_id)
