"""Accounts: logging in, joining, and that one lead is always left."""

import secrets
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import cards, invitations, policy
from diary.domain.content import line_problems
from diary.domain.errors import (
    Invalid,
    LastLead,
    NotAllowed,
    NotFound,
    Problem,
)
from diary.domain.invitations import Offer, labs_of, offer_problems
from diary.domain.journal import locked_state, record, show_change
from diary.domain.policy import Actor
from diary.models import Account, Invitation, Lab, Person, Role
from diary.text.plain import first_name, free, has_control, tidy_line

MIN_PASSWORD = 8
MAX_PASSWORD = 1_000
MAX_NAME = 80
MAX_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
JUST_NOW = timedelta(minutes=2)
"""A form sent again within this time is a double tap, and later somebody else at the same phone."""

hasher = PasswordHasher()
"""argon2id with the parameters of RFC 9106, section 4 (second recommended option)."""


def actor_of(account: Account, absent: Collection[Account] = ()) -> Actor:
    """The account as the rules see it; it reads in the place of those who are `absent`, too."""
    readers = (account, *absent)
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.person.name,
        role=account.role,
        lab_ids=tuple(dict.fromkeys(lab.id for reader in readers for lab in reader.labs)),
        trusted=account.trusted,
        for_the_lead=any(one.role is Role.LEAD for one in absent),
        reads=tuple(account.reads),
        language=account.language,
    )


def find(
    session: Session, account_id: int, epoch: int, *, to_change: bool = False
) -> Account | None:
    """The open account a session belongs to, unless its epoch has passed.

    `to_change` keeps others from changing it until the transaction ends.
    """
    account = session.get(
        Account, account_id, with_for_update=to_change, populate_existing=to_change
    )
    if account is None or account.closed_at is not None or account.epoch != epoch:
        return None
    return account


def normal(name: str) -> str:
    """A user name or e-mail address as it is compared: one tidy line in lower case."""
    return tidy_line(name).casefold()


def candidate(session: Session, name: str) -> Account | None:
    """The open account with this user name or e-mail address."""
    wanted = normal(name)
    if not wanted or has_control(name):
        return None
    return session.scalar(
        select(Account).where(
            or_(Account.username == wanted, Account.email == wanted), Account.closed_at.is_(None)
        )
    )


@cache
def _nobodys_hash() -> str:
    """Made when it is first needed: it takes a third of the time in which a server starts."""
    return hasher.hash(secrets.token_urlsafe())


def verify(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; takes as long for an account that does not exist.

    It takes long by design: call it, as `hash_password`, with no transaction open.
    """
    try:
        hasher.verify(password_hash or _nobodys_hash(), _as_typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def hash_password(password: str) -> str:
    """What is kept of a new password; raises Invalid if it is too short or too long."""
    wrong = tuple(_password_problems(password))
    if wrong:
        raise Invalid(wrong)
    return hasher.hash(_as_typed(password))


def _as_typed(password: str) -> str:
    """The same for every keyboard: an å may come as one character or two (RFC 8265, 4.2.2)."""
    return unicodedata.normalize("NFC", password)


def _password_problems(password: str) -> Iterable[Problem]:
    if len(password) < MIN_PASSWORD:
        yield Problem("password", "password_short", {"limit": MIN_PASSWORD})
    elif len(password) > MAX_PASSWORD:
        yield Problem("password", "too_long", {"limit": MAX_PASSWORD})


def set_password(session: Session, account: Account, password_hash: str, now: datetime) -> None:
    """Give an account a new password and end its sessions."""
    account.password_hash = password_hash
    account.epoch += 1
    record(session, "set_password", now, actor_id=account.id, account_id=account.id)


# ---------------------------------------------------------------- joining


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who joins has typed: a name is enough.

    `uid` is the form's own, so that the same form sent twice makes one person.
    """

    name: str
    username: str = ""
    password: str = ""
    byline_role: str = ""
    email: str = ""
    minor: bool = False
    language: str | None = None
    uid: UUID = field(default_factory=new_uid)


def check_newcomer(
    session: Session, code: str, newcomer: Newcomer, now: datetime, secret: str
) -> None:
    """Whether somebody may join as they have typed, before their password is hashed.

    Raises NotFound, InvitationOver, or Invalid with what is wrong per field.
    """
    invitation = invitations.open_invitation(session, code, now, secret)
    wrong = tuple(_newcomer_problems(session, newcomer, invitation.role))
    if wrong:
        raise Invalid(wrong)


def just_joined(session: Session, newcomer: Newcomer, now: datetime) -> Account | None:
    """The account that a form has made a moment ago: it was sent twice, with the same name."""
    since = now - JUST_NOW
    found = session.scalar(
        select(Account)
        .join(Person)
        .where(Person.uid == newcomer.uid, Account.created_at > since, Account.closed_at.is_(None))
    )
    if found is None or found.person.name != name_shown(newcomer.name, minor=found.person.minor):
        return None
    return found


def join(
    session: Session,
    code: str,
    newcomer: Newcomer,
    password_hash: str | None,
    now: datetime,
    secret: str,
) -> Account:
    """Make a person and an account from an invitation and use it up by one.

    Whoever needs no password gets a card at once. Raises what `check_newcomer` does, as somebody
    else may have been faster, and TooManyTries if too many join at once.
    """
    locked_state(session)  # one after another, so that no user name is given away twice
    check_newcomer(session, code, newcomer, now, secret)
    invitation = invitations.open_invitation(session, code, now, secret)
    invitations.use_up(session, invitation, now, secret)
    account = _account_of(session, newcomer, invitation, now)
    account.password_hash = password_hash
    session.add(account)
    session.flush()
    record(session, "join", now, actor_id=account.id, account_id=account.id)
    if not policy.needs_password(account.role):
        cards.issue(session, account, now, secret, by_id=account.id)
    return account


def _account_of(
    session: Session, newcomer: Newcomer, invitation: Invitation, now: datetime
) -> Account:
    role = invitation.role
    used = session.scalar(select(Person.id).where(Person.uid == newcomer.uid))
    person = Person(
        uid=new_uid() if used else newcomer.uid,
        name=name_shown(newcomer.name, minor=newcomer.minor),
        role=tidy_line(newcomer.byline_role),
        kind=invitation.kind,
        lab_id=invitation.labs[0].id if invitation.labs else None,
        minor=newcomer.minor,
        created_at=now,
    )
    return Account(
        person=person,
        username=normal(newcomer.username) or suggest_username(session, newcomer.name),
        email=normal(newcomer.email) or None,
        role=role,
        trusted=policy.begins_trusted(role),
        labs=list(invitation.labs) if policy.keeps_labs(role) else [],
        language=newcomer.language,
        epoch=0,
        created_at=now,
    )


def name_shown(name: str, *, minor: bool) -> str:
    """A name as it is kept: of somebody under 18 the first word alone."""
    return first_name(name) if minor else tidy_line(name)


def suggest_username(session: Session, name: str) -> str:
    """A free user name made from a name: "Åsa Berg" becomes `åsa`, the next one `åsa2`."""
    first = normal(name).replace("@", " ").strip().partition(" ")[0]
    wanted = tidy_line(first, 30) or "du"
    return free(wanted, lambda name: _taken(session, name), "")


def _newcomer_problems(session: Session, newcomer: Newcomer, role: Role) -> Iterable[Problem]:
    yield from _profile_problems(session, newcomer)
    yield from line_problems("username", newcomer.username, MAX_NAME)
    if "@" in newcomer.username:
        yield Problem("username", "username_with_at")
    elif _taken(session, newcomer.username):
        yield Problem("username", "username_taken")
    if newcomer.password or policy.needs_password(role):
        yield from _password_problems(newcomer.password)


def _taken(session: Session, name: str, but: int | None = None) -> bool:
    """Whether an account other than `but` goes by this user name or address."""
    wanted = normal(name)
    if not wanted or has_control(name):
        return False
    statement = select(Account.id).where(
        or_(Account.username == wanted, Account.email == wanted), Account.id != (but or 0)
    )
    return session.scalar(statement) is not None


# ---------------------------------------------------------------- one's own account


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody says of themselves."""

    name: str
    byline_role: str = ""
    email: str = ""
    language: str | None = None


def change_profile(session: Session, account: Account, profile: Profile, now: datetime) -> None:
    """Change one's own name, role words, address and language; bylines keep those of then.

    Raises Invalid with what is wrong per field.
    """
    locked_state(session)
    wrong = tuple(_profile_problems(session, profile, account.id))
    if wrong:
        raise Invalid(wrong)
    account.person.name = name_shown(profile.name, minor=account.person.minor)
    account.person.role = tidy_line(profile.byline_role)
    account.email = normal(profile.email) or None
    account.language = profile.language
    record(session, "change_profile", now, actor_id=account.id, account_id=account.id)
    show_change(session, now)  # an author's page carries the name


def _profile_problems(
    session: Session, profile: "Profile | Newcomer", account_id: int | None = None
) -> Iterable[Problem]:
    yield from line_problems("name", profile.name, MAX_NAME, needed=True)
    yield from line_problems("byline_role", profile.byline_role, MAX_NAME)
    yield from line_problems("email", profile.email, MAX_EMAIL)
    if profile.email and "@" not in profile.email.strip()[1:-1]:
        yield Problem("email", "not_an_address")
    elif profile.email and _taken(session, profile.email, account_id):
        yield Problem("email", "email_taken")


# ---------------------------------------------------------------- changing what somebody may


@dataclass(frozen=True, slots=True)
class Rights:
    """What the lead grants an account."""

    role: Role
    trusted: bool
    labs: tuple[str, ...]
    open: bool = True


def looked_after(session: Session, actor: Actor, account_id: int) -> Account:
    """An account that somebody looks after: the lead any, a coordinator their authors'.

    Raises NotFound for others.
    """
    account = session.get(Account, account_id)
    if account is None or not policy.hands_cards(actor, account.role, account.person.lab_id):
        raise NotFound
    return account


def grant(session: Session, actor: Actor, account_id: int, rights: Rights, now: datetime) -> None:
    """Change what an account may do, or close it.

    Raises NotAllowed for anybody but a lead, LastLead if no open lead would be left, Invalid for
    an unknown lab, a coordinator without one, or somebody without a password who comes to need one.
    Whoever comes to need one is logged out everywhere, and their card is worth nothing.
    """
    locked_state(session)  # two leads must not shut each other out at the same moment
    if not policy.administers(actor):
        raise NotAllowed
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound
    labs = labs_of(session, rights.labs)
    wrong = tuple(offer_problems(Offer(rights.role, labs=rights.labs), labs))
    if wrong:
        raise Invalid(wrong)
    rises = policy.needs_password(rights.role) and not policy.needs_password(account.role)
    if rises and account.password_hash is None:
        raise Invalid((Problem("role", "no_password"),))
    stays_lead = rights.role is Role.LEAD and rights.open
    if not stays_lead and is_last_lead(session, account):
        raise LastLead
    if rises:
        cards.revoke(session, account.id, now)
    if rises or not rights.open:
        account.epoch += 1
    if rights.open and account.person.archived_at is not None:
        account.person.archived_at = None  # whoever logs in is not put away
        show_change(session, now)
    for deed in _apply(account, rights, labs, now):
        record(session, deed, now, actor_id=actor.account_id, account_id=account.id)


def _apply(account: Account, rights: Rights, labs: list[Lab], now: datetime) -> Iterable[str]:
    """Grants the rights, and tells what deeds that were: trust is one of its own."""
    if account.trusted != rights.trusted:
        account.trusted = rights.trusted
        yield "trust" if rights.trusted else "trust_no_more"
    before = account.role, account.closed_at is None, set(account.labs)
    account.role = rights.role
    account.closed_at = None if rights.open else (account.closed_at or now)
    account.labs = labs
    if before != (rights.role, rights.open, set(labs)):
        yield "grant"


def is_last_lead(session: Session, account: Account) -> bool:
    """Whether nobody would lead the diary without this account."""
    if account.role is not Role.LEAD or account.closed_at is not None:
        return False
    leads = select(func.count()).where(Account.role == Role.LEAD, Account.closed_at.is_(None))
    return (session.scalar(leads) or 0) <= 1
