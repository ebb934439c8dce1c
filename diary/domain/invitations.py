"""Invitations: links to join by. Only a token's hash is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import line_problems
from diary.domain.errors import Invalid, InvitationOver, NotAllowed, NotFound, Problem
from diary.domain.journal import record
from diary.domain.policy import Actor
from diary.models import Invitation, Kind, Lab, Role
from diary.text.plain import tidy_line

INVITATION_LASTS = timedelta(days=14)
MAX_USES = 30
MAX_NOTE = 80


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation leads to."""

    role: Role
    kind: Kind = Kind.RESIDENT
    labs: tuple[str, ...] = ()
    uses: int = 1
    note: str = ""


def token_hash(token: str) -> str:
    """What is kept of a token. It is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(session: Session, actor: Actor | None, offer: Offer, now: datetime) -> str:
    """Make an invitation and return its token, which is shown once and not kept.

    `actor` is None on the command line. The lead invites anybody, a coordinator authors to their
    own labs; raises NotAllowed for the rest, Invalid for an offer that makes no sense.
    """
    labs = labs_of(session, offer.labs)
    wrong = tuple(offer_problems(offer, labs))
    if wrong:
        raise Invalid(wrong)
    if actor and not policy.invites(actor, offer.role, {lab.id for lab in labs}):
        raise NotAllowed
    token = secrets.token_urlsafe(24)
    session.add(
        Invitation(
            token_hash=token_hash(token),
            role=offer.role,
            kind=offer.kind,
            note=tidy_line(offer.note),
            labs=labs,
            uses_left=offer.uses,
            created_by_id=actor.account_id if actor else None,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    )
    record(session, "invite", now, actor_id=actor.account_id if actor else None)
    return token


def labs_of(session: Session, slugs: Iterable[str]) -> list[Lab]:
    """The labs with these slugs; unknown ones are left out."""
    return list(session.scalars(select(Lab).where(Lab.slug.in_(tuple(slugs)))))


def offer_problems(offer: Offer, labs: list[Lab]) -> Iterable[Problem]:
    """What makes no sense in an offer; `labs` are those found by its slugs."""
    if len(labs) != len(set(offer.labs)):
        yield Problem("labs", "unknown_lab")
    elif policy.keeps_labs(offer.role) and not labs:
        yield Problem("labs", "missing")
    if not 1 <= offer.uses <= MAX_USES:
        yield Problem("uses", "unknown_choice")
    yield from line_problems("note", offer.note, MAX_NOTE)


def open_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation behind a link; raises NotFound or InvitationOver."""
    found = session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if found is None:
        raise NotFound
    if found.revoked_at or found.uses_left < 1 or found.expires_at <= now:
        raise InvitationOver
    return found


def revoke(session: Session, actor: Actor, invitation_id: int, now: datetime) -> None:
    """Make an invitation useless from now on; the lead's or one's own."""
    found = session.get(Invitation, invitation_id)
    if found is None or not (policy.administers(actor) or found.created_by_id == actor.account_id):
        raise NotFound
    found.revoked_at = now
    record(session, "revoke_invitation", now, actor_id=actor.account_id)
