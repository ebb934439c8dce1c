"""Accounts: logging in, inviting and joining, and that one lead is always left."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import policy
from diary.domain.errors import (
    Invalid,
    InvitationOver,
    LastLead,
    NotAllowed,
    NotFound,
    Problem,
)
from diary.domain.journal import record
from diary.domain.policy import Actor
from diary.models import Account, Invitation, Kind, Lab, Person, Role
from diary.text.plain import has_control

INVITATION_LASTS = timedelta(days=14)
MIN_PASSWORD = 8
MAX_PASSWORD = 1_000
MAX_NAME = 80

hasher = PasswordHasher()
"""argon2id with the parameters of RFC 9106, section 4 (second recommended option)."""


def actor_of(account: Account) -> Actor:
    """The account as the rules see it."""
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.person.name,
        role=account.role,
        lab_ids=tuple(lab.id for lab in account.labs),
        trusted=account.trusted,
    )


def find(session: Session, account_id: int, epoch: int) -> Account | None:
    """The open account a session belongs to, unless its epoch has passed."""
    account = session.get(Account, account_id)
    if account is None or account.closed_at is not None or account.epoch != epoch:
        return None
    return account


def normal(name: str) -> str:
    """A user name or e-mail address as it is compared: without spaces around, in lower case."""
    return name.strip().casefold()


def candidate(session: Session, name: str) -> Account | None:
    """The open account with this user name or e-mail address."""
    wanted = normal(name)
    return session.scalar(
        select(Account).where(
            or_(Account.username == wanted, Account.email == wanted), Account.closed_at.is_(None)
        )
    )


_NOBODYS_HASH = hasher.hash(secrets.token_urlsafe())


def verify(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; takes as long for an account that does not exist."""
    try:
        hasher.verify(password_hash or _NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def set_password(session: Session, account: Account, password: str, now: datetime) -> None:
    """Give an account a new password and end its sessions; raises Invalid if it is too short."""
    _check_password(password)
    account.password_hash = hasher.hash(password)
    account.epoch += 1
    record(session, "set_password", now, actor_id=account.id, account_id=account.id)


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise Invalid((Problem("password", "password_short", {"limit": MIN_PASSWORD}),))
    if len(password) > MAX_PASSWORD:
        raise Invalid((Problem("password", "too_long", {"limit": MAX_PASSWORD}),))


# ---------------------------------------------------------------- inviting


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
    own labs; raises NotAllowed for the rest.
    """
    labs = list(session.scalars(select(Lab).where(Lab.slug.in_(offer.labs))))
    if actor is not None and not _may_invite(actor, offer, labs):
        raise NotAllowed
    token = secrets.token_urlsafe(24)
    session.add(
        Invitation(
            token_hash=token_hash(token),
            role=offer.role,
            kind=offer.kind,
            note=offer.note,
            labs=labs,
            uses_left=offer.uses,
            created_by_id=actor.account_id if actor else None,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    )
    record(session, "invite", now, actor_id=actor.account_id if actor else None)
    return token


def _may_invite(actor: Actor, offer: Offer, labs: Iterable[Lab]) -> bool:
    if policy.administers(actor):
        return True
    chosen = {lab.id for lab in labs}
    return (
        actor.role is Role.COORDINATOR
        and offer.role is Role.AUTHOR
        and bool(chosen)
        and chosen <= set(actor.lab_ids)
    )


def open_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation behind a link; raises NotFound or InvitationOver."""
    found = session.scalar(
        select(Invitation).where(Invitation.token_hash == token_hash(token)).with_for_update()
    )
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


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who joins has typed."""

    name: str
    username: str
    password: str
    byline_role: str = ""
    email: str = ""


def join(session: Session, token: str, newcomer: Newcomer, now: datetime) -> Account:
    """Make a person and an account from an invitation and use it up by one.

    Raises NotFound, InvitationOver, or Invalid with what is wrong per field.
    """
    invitation = open_invitation(session, token, now)
    wrong = tuple(_newcomer_problems(session, newcomer))
    if wrong:
        raise Invalid(wrong)
    invitation.uses_left -= 1
    person = Person(
        uid=new_uid(),
        name=newcomer.name.strip(),
        role=newcomer.byline_role.strip(),
        kind=invitation.kind,
        lab_id=invitation.labs[0].id if invitation.labs else None,
        created_at=now,
    )
    account = Account(
        person=person,
        username=normal(newcomer.username),
        email=normal(newcomer.email) or None,
        password_hash=hasher.hash(newcomer.password),
        role=invitation.role,
        trusted=invitation.role is Role.LEAD,
        labs=list(invitation.labs) if invitation.role is Role.COORDINATOR else [],
        epoch=0,
        created_at=now,
    )
    session.add(account)
    session.flush()
    record(session, "join", now, actor_id=account.id, account_id=account.id)
    return account


def _newcomer_problems(session: Session, newcomer: Newcomer) -> Iterable[Problem]:
    yield from _name_problems(newcomer)
    if "@" in newcomer.username:
        yield Problem("username", "username_with_at")
    elif _taken(session, newcomer.username):
        yield Problem("username", "username_taken")
    if newcomer.email and "@" not in newcomer.email:
        yield Problem("email", "not_an_address")
    elif newcomer.email and _taken(session, newcomer.email):
        yield Problem("email", "email_taken")
    try:
        _check_password(newcomer.password)
    except Invalid as error:
        yield from error.problems


def _name_problems(newcomer: Newcomer) -> Iterable[Problem]:
    for field, text in (("name", newcomer.name), ("username", newcomer.username)):
        if not text.strip():
            yield Problem(field, "missing")
        elif len(text) > MAX_NAME:
            yield Problem(field, "too_long", {"limit": MAX_NAME})
        elif has_control(text):
            yield Problem(field, "control")


def _taken(session: Session, name: str) -> bool:
    wanted = normal(name)
    statement = select(Account.id).where(or_(Account.username == wanted, Account.email == wanted))
    return session.scalar(statement) is not None


# ---------------------------------------------------------------- changing what somebody may


@dataclass(frozen=True, slots=True)
class Rights:
    """What the lead grants an account."""

    role: Role
    trusted: bool
    labs: tuple[str, ...]
    open: bool = True


def grant(session: Session, actor: Actor, account_id: int, rights: Rights, now: datetime) -> None:
    """Change what an account may do, or close it.

    Raises NotAllowed for anybody but a lead, LastLead if no open lead would be left.
    """
    if not policy.administers(actor):
        raise NotAllowed
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound
    stays_lead = rights.role is Role.LEAD and rights.open
    if account.role is Role.LEAD and not stays_lead and _open_leads(session) <= 1:
        raise LastLead
    if not rights.open:
        account.epoch += 1
    account.role = rights.role
    account.trusted = rights.trusted
    account.closed_at = None if rights.open else (account.closed_at or now)
    account.labs = list(session.scalars(select(Lab).where(Lab.slug.in_(rights.labs))))
    record(session, "grant", now, actor_id=actor.account_id, account_id=account.id)


def _open_leads(session: Session) -> int:
    leads = select(func.count()).where(Account.role == Role.LEAD, Account.closed_at.is_(None))
    return session.scalar(leads) or 0
