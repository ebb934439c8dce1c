"""Yeses that stand: for a person in a lab until a day, with the signed paper if there is one."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import policy
from diary.domain.content import line_problems
from diary.domain.due import end_consents, note_due
from diary.domain.errors import Invalid, NotFound, NotPossible, Problem
from diary.domain.journal import locked_state, record
from diary.domain.policy import Actor, Facts
from diary.models import Consent, Given, Lab, StandingConsent, Use


@dataclass(frozen=True, slots=True)
class Yes:
    """What is filed: `lab` is a slug, "" the whole project; `guardian` spoke for a child."""

    name: str
    guardian: str
    lab: str
    given: Given | None
    use: Use
    until: date | None


def file(
    session: Session, actor: Actor, yes: Yes, now: datetime, zone: ZoneInfo
) -> StandingConsent:
    """Keep a yes. Raises Invalid per field."""
    lab_id, today = lab_of(session, actor, yes.lab), now.astimezone(zone).date()
    problems = (
        *line_problems("name", yes.name),
        *line_problems("guardian", yes.guardian),
        *([] if yes.name else [Problem("name", "missing")]),
        *([] if yes.given else [Problem("given", "missing")]),
        *([] if yes.until else [Problem("until", "missing")]),
        *([Problem("until", "past")] if yes.until and yes.until < today else []),
    )
    if problems or yes.given is None:
        raise Invalid(problems)
    standing = StandingConsent(
        uid=new_uid(),
        lab_id=lab_id,
        name=yes.name,
        guardian=yes.guardian,
        given=yes.given,
        use=yes.use,
        until=yes.until,
        made_at=now,
        made_by_id=actor.account_id,
    )
    session.add(standing)
    session.flush()
    record(session, "stand_consent", now, actor_id=actor.account_id, subject_id=standing.id)
    note_due(session, now, zone)
    return standing


def lab_of(session: Session, actor: Actor, slug: str) -> int | None:
    """The id of a lab whose people this moderator looks after; None is the whole project.

    Raises Invalid for any other.
    """
    lab_id = session.scalar(select(Lab.id).where(Lab.slug == slug)) if slug else None
    if (slug and lab_id is None) or not policy.reads(actor, Facts(None, lab_id)):
        raise Invalid((Problem("lab", "unknown_lab"),))
    return lab_id


def kept(session: Session, actor: Actor, which: int | UUID) -> StandingConsent:
    """A yes by its id or uid, locked, for who looks after its lab. Raises NotFound."""
    column = StandingConsent.uid if isinstance(which, UUID) else StandingConsent.id
    found = session.scalar(select(StandingConsent).where(column == which).with_for_update())
    if found is None or not policy.reads(actor, Facts(None, found.lab_id)):
        raise NotFound
    return found


def holds(standing: StandingConsent, today: date) -> bool:
    """Whether pictures can be decided by it: a form counts once its signed paper is filed."""
    signed = standing.given is not Given.FORM or standing.scan_key is not None
    over = standing.until is None or standing.until < today
    return signed and not over and standing.withdrawn_at is None


def withdraw(
    session: Session, actor: Actor, standing_id: int, now: datetime, zone: ZoneInfo
) -> None:
    """Take a yes back: the pictures decided by it go at once. A second time changes nothing."""
    locked_state(session)
    standing = kept(session, actor, standing_id)
    if standing.withdrawn_at is not None:
        return
    standing.withdrawn_at = now
    record(session, "withdraw_consent", now, actor_id=actor.account_id, subject_id=standing.id)
    end_consents(session, Consent.standing_id == standing.id, now, actor_id=actor.account_id)
    note_due(session, now, zone)


def file_paper(
    session: Session, actor: Actor, uid: UUID, key: str, media_type: str, now: datetime
) -> tuple[str, ...]:
    """File the picture, stored already, of the signed paper in the stead of any before.

    Returns the keys of files for `errands.commit`. Raises NotFound, NotPossible for a yes
    that was taken back.
    """
    standing = kept(session, actor, uid)
    if standing.withdrawn_at is not None:
        raise NotPossible("This yes was taken back.")
    before = standing.scan_key
    standing.scan_key, standing.scan_type = key, media_type
    record(session, "file_paper", now, actor_id=actor.account_id, subject_id=standing.id)
    return (before,) if before else ()


def remove_paper(
    session: Session, actor: Actor, standing_id: int, now: datetime
) -> tuple[str, ...]:
    """Remove the picture of the paper; what was decided by it stays. Returns as `file_paper`."""
    standing = kept(session, actor, standing_id)
    before = standing.scan_key
    if before is None:
        return ()
    standing.scan_key, standing.scan_type = None, ""
    record(session, "remove_paper", now, actor_id=actor.account_id, subject_id=standing.id)
    return (before,)
