"""Consent: what a moderator decides about the people in a picture, and yeses that stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import line_problems
from diary.domain.due import note_due
from diary.domain.errors import Invalid, NotAllowed, NotFound, Overtaken, Problem
from diary.domain.journal import locked_state, record
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import touch
from diary.domain.standing import holds
from diary.domain.workflow import Step
from diary.models import (
    Claim,
    Consent,
    Decision,
    Given,
    Picture,
    Post,
    ShownPicture,
    StandingConsent,
    Status,
    Use,
)

ACCEPTED = {Claim.NOBODY: Decision.NOBODY, Claim.YES: Decision.YES}
"""What the writer's word comes to when a moderator goes by it; anything else shows nothing."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator decides about a picture; what belongs to a yes is None or empty else.

    `from_whom` is a name, or "child, guardian …"; moderators alone see it. `until` is the last
    day it holds.
    """

    decision: Decision
    from_whom: str = ""
    given: Given | None = None
    use: Use | None = None
    until: date | None = None
    standing_id: int | None = None
    """Of the yes that stands, from which all this is taken and with which it ends."""


def rule(
    session: Session,
    actor: Actor,
    post_id: int,
    token: str,
    ruling: Ruling,
    now: datetime,
    house: House,
    zone: ZoneInfo,
) -> None:
    """Decide about one picture of a post; deciding anew replaces what was decided before.

    Raises NotFound, NotAllowed, Invalid per field, Overtaken if the standing yes was taken back.
    """
    post = to_decide(session, actor, post_id, house)
    consent = session.scalar(
        select(Consent)
        .join(Picture, Picture.id == Consent.picture_id)
        .where(Picture.post_id == post.id, Picture.token == token, Picture.recalled_at.is_(None))
    )
    if consent is None:
        raise NotFound
    today = now.astimezone(zone).date()
    if ruling.standing_id is not None:
        ruling = _from_standing(session, ruling.standing_id, post, today)
    problems = tuple(_problems(ruling, today))
    if problems:
        raise Invalid(problems)
    decide(session, consent, post, ruling, actor, now)
    consent.withdrawn_at = None
    if post.status is Status.PUBLISHED:
        touch(session, post, now)
    note_due(session, now, zone)


def rule_all(
    session: Session,
    actor: Actor,
    tokens: Iterable[str],
    ruling: Ruling,
    now: datetime,
    house: House,
    zone: ZoneInfo,
) -> int:
    """Decide alike about those of many pictures that nobody has decided about; tells how many.

    Raises what `rule` does.
    """
    locked_state(session)  # what another decides meanwhile is left as it is
    statement = (
        select(Picture.post_id, Picture.token)
        .join(Consent, Consent.picture_id == Picture.id)
        .where(Picture.token.in_(list(tokens)), Picture.recalled_at.is_(None))
        .where(Consent.decision.is_(None))
    )
    found = session.execute(statement.order_by(Picture.id)).all()
    for post_id, token in found:
        rule(session, actor, post_id, token, ruling, now, house, zone)
    return len(found)


def settle(session: Session, actor: Actor, post: Post, revision_id: int, now: datetime) -> None:
    """Whoever lets a post out has seen what its writer says of each picture and goes by it.

    A picture nobody has said yes to stays out until a moderator decides otherwise: from now on
    nothing the writer claims changes what readers see.
    """
    for consent in _undecided(session, revision_id):
        decision = ACCEPTED.get(consent.claim, Decision.NO)
        decide(session, consent, post, Ruling(decision), actor, now)


def asked_since(session: Session, revision_id: int) -> bool:
    """Whether the writer has a better answer now for a picture that stayed out."""
    undecided = _undecided(session, revision_id)
    return any(one.decision is not None and one.claim in ACCEPTED for one in undecided)


def to_decide(session: Session, actor: Actor, post_id: int, house: House) -> Post:
    """The post, locked, for somebody who may publish it. Raises NotFound, NotAllowed."""
    post = session.get(Post, post_id, with_for_update=True)
    facts = Facts(post.owner_id, post.lab_id) if post else Facts(None, None)
    if post is None or post.status is Status.DRAFT or not policy.reads(actor, facts):
        raise NotFound
    if not policy.may(actor, Step.PUBLISH, facts, house):
        raise NotAllowed
    return post


def _undecided(session: Session, revision_id: int) -> list[Consent]:
    """The pictures to decide about; one that stayed out is again, if its writer has asked since."""
    asked_since = (Consent.decision == Decision.NO) & (Consent.claimed_at > Consent.decided_at)
    statement = (
        select(Consent)
        .join(ShownPicture, ShownPicture.picture_id == Consent.picture_id)
        .where(ShownPicture.revision_id == revision_id)
        .where(Consent.decision.is_(None) | asked_since)
        .order_by(ShownPicture.position)
    )
    return list(session.scalars(statement))


def decide(
    session: Session, consent: Consent, post: Post, ruling: Ruling, actor: Actor, now: datetime
) -> None:
    """Put a ruling down, and journal it."""
    yes = ruling.decision is Decision.YES
    consent.decision = ruling.decision
    consent.decided_by_id, consent.decided_at = actor.account_id, now
    consent.from_whom = ruling.from_whom if yes else ""
    consent.given, consent.use = (ruling.given, ruling.use) if yes else (None, None)
    consent.until = ruling.until if yes else None
    consent.standing_id, consent.reminded_at = ruling.standing_id if yes else None, None
    record(
        session,
        "decide_picture",
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        picture_id=consent.picture_id,
        reason=ruling.decision,
    )


def _from_standing(session: Session, standing_id: int, post: Post, today: date) -> Ruling:
    """A ruling that says what the standing yes says; one of another lab is as good as none."""
    found = session.get(StandingConsent, standing_id, with_for_update=True)
    if found is None or found.lab_id not in {None, post.lab_id}:
        raise NotFound
    if not holds(found, today):
        raise Overtaken
    whom = f"{found.name} ({found.guardian})" if found.guardian else found.name
    return Ruling(Decision.YES, whom, found.given, found.use, found.until, found.id)


def _problems(ruling: Ruling, today: date) -> Iterable[Problem]:
    yield from line_problems("from_whom", ruling.from_whom)
    if ruling.until is not None and ruling.until < today:
        yield Problem("until", "past")
