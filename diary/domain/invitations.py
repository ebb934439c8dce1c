"""Invitations: a link, a QR code and a short code to join by. Only a code's hash is kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import codes, policy, throttle
from diary.domain.content import line_problems
from diary.domain.errors import Invalid, InvitationOver, NotAllowed, NotFound, Problem
from diary.domain.journal import record
from diary.domain.policy import Actor
from diary.models import Invitation, Kind, Lab, Role
from diary.text.plain import tidy_line

INVITATION_LASTS = timedelta(days=14)
A_YEAR = timedelta(days=365)
LASTING = (INVITATION_LASTS, timedelta(days=92), A_YEAR)
"""How long an invitation may hold."""
MAX_USES = 200
MAX_NOTE = 80
JOINS = 60
JOINS_WITHIN = timedelta(minutes=10)
"""So many may join by one invitation at once: two classes, and not a whole town."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation leads to."""

    role: Role
    kind: Kind = Kind.RESIDENT
    labs: tuple[str, ...] = ()
    uses: int = 1
    note: str = ""
    lasts: timedelta = INVITATION_LASTS


def token_hash(token: str) -> str:
    """What was kept of a link before there were codes: random, so a plain SHA-256 was enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def code(uid: UUID, secret: str) -> str:
    """What stands on a poster to be scanned or typed."""
    return codes.code_of(secret, "invitation", uid)


def invite(
    session: Session, actor: Actor | None, offer: Offer, now: datetime, secret: str
) -> Invitation:
    """Make an invitation; its `code` can be worked out again, so that it can be shown again.

    `actor` is None on the command line. The lead invites anybody, a coordinator authors to their
    own labs; raises NotAllowed for the rest, Invalid for an offer that makes no sense.
    """
    labs = labs_of(session, offer.labs)
    wrong = tuple(offer_problems(offer, labs))
    if wrong:
        raise Invalid(wrong)
    if actor and not policy.invites(actor, offer.role, {lab.id for lab in labs}):
        raise NotAllowed
    uid = new_uid()
    invitation = Invitation(
        uid=uid,
        token_hash=codes.code_hash(secret, code(uid, secret)),
        role=offer.role,
        kind=offer.kind,
        note=tidy_line(offer.note),
        labs=labs,
        uses_left=offer.uses,
        created_by_id=actor.account_id if actor else None,
        created_at=now,
        expires_at=now + offer.lasts,
    )
    session.add(invitation)
    session.flush()
    record(session, "invite", now, actor_id=actor.account_id if actor else None)
    return invitation


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
    if offer.lasts not in LASTING:
        yield Problem("lasts", "unknown_choice")
    elif offer.lasts >= A_YEAR and not policy.may_last_long(offer.role):
        yield Problem("lasts", "too_long_for_role")
    yield from line_problems("note", offer.note, MAX_NOTE)


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Whether somebody can still join by it."""
    return (
        invitation.revoked_at is None and invitation.uses_left > 0 and invitation.expires_at > now
    )


def open_invitation(session: Session, typed: str, now: datetime, secret: str) -> Invitation:
    """The invitation behind a code or an old link; raises NotFound or InvitationOver."""
    hashes = (codes.code_hash(secret, typed), token_hash(typed))
    found = session.scalar(select(Invitation).where(Invitation.token_hash.in_(hashes)))
    if found is None:
        raise NotFound
    if not is_open(found, now):
        raise InvitationOver
    return found


def use_up(session: Session, invitation: Invitation, now: datetime, secret: str) -> None:
    """One more has joined; raises TooManyTries if too many do at once, wherever they are."""
    key = throttle.key_of(secret, "joins", str(invitation.id), now)
    throttle.spend(session, key, JOINS, JOINS_WITHIN, now)
    invitation.uses_left -= 1
    invitation.joined += 1


def own(session: Session, actor: Actor, invitation_id: int) -> Invitation:
    """An invitation that is this person's to look after: the lead's are all; raises NotFound."""
    found = session.get(Invitation, invitation_id)
    if found is None or not (policy.administers(actor) or found.created_by_id == actor.account_id):
        raise NotFound
    return found


def revoke(session: Session, actor: Actor, invitation_id: int, now: datetime) -> None:
    """Make an invitation useless from now on; the lead's or one's own."""
    own(session, actor, invitation_id).revoked_at = now
    record(session, "revoke_invitation", now, actor_id=actor.account_id)
