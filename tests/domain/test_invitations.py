"""Invitations: who may make them, how long they hold, and that only hashes are kept."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import accounts, codes, invitations
from diary.domain.accounts import Newcomer, actor_of
from diary.domain.errors import Invalid, InvitationOver, NotAllowed, NotFound, TooManyTries
from diary.domain.invitations import A_YEAR, LASTING, Offer
from diary.models import Account, Event, Invitation, Lab, Person, Role
from tests.builders import NOW, PASSWORD_HASH, a_lab, an_account

SECRET = "a key for tests only"


def made(db: Session, **offer: Any) -> tuple[Invitation, str]:
    """An invitation and its code."""
    invitation = invitations.invite(db, None, Offer(**{"role": Role.AUTHOR, **offer}), NOW, SECRET)
    assert invitation.uid is not None
    return invitation, invitations.code(invitation.uid, SECRET)


def joined(db: Session, code: str, name: str = "Amal", **more: Any) -> Account:
    """Somebody who has joined with a name alone."""
    return accounts.join(db, code, Newcomer(name, **more), None, NOW, SECRET)


# ---------------------------------------------------------------- codes and links


def test_only_a_hash_of_the_code_is_kept_and_the_code_can_be_shown_again(db: Session) -> None:
    invitation, code = made(db)
    assert len(code) == codes.LENGTH
    assert code.lower() not in invitation.token_hash
    assert invitation.token_hash == codes.code_hash(SECRET, code)
    assert invitation.uid is not None
    assert invitations.code(invitation.uid, SECRET) == code
    assert invitations.code(invitation.uid, "another key") != code


@pytest.mark.parametrize("as_typed", [str.lower, codes.in_groups, lambda code: f" {code[:5]}-{code[5:]} "])  # fmt: skip  # noqa: E501
def test_a_code_may_be_typed_in_any_case_and_in_groups(db: Session, as_typed) -> None:
    invitation, code = made(db)
    assert invitations.open_invitation(db, as_typed(code), NOW, SECRET) is invitation


def test_links_from_before_there_were_codes_go_on_working(db: Session) -> None:
    token = "x7Vw-0_" * 4
    old = Invitation(
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        role=Role.AUTHOR,
        kind="resident",
        uses_left=1,
        created_at=NOW,
        expires_at=NOW + timedelta(days=3),
    )
    db.add(old)
    db.flush()
    assert invitations.open_invitation(db, token, NOW, SECRET) is old
    with pytest.raises(NotFound):
        invitations.open_invitation(db, token.lower(), NOW, SECRET)
    with pytest.raises(InvitationOver):
        invitations.open_invitation(db, token, NOW + timedelta(days=3), SECRET)


@pytest.mark.parametrize("typed", ["", " ", "ABCDEFGHJK", "0" * 10, "\x01", "ع" * 10, "A" * 5_000])
def test_anything_else_leads_nowhere(db: Session, typed: str) -> None:
    made(db)
    with pytest.raises(NotFound):
        invitations.open_invitation(db, typed, NOW, SECRET)


# ---------------------------------------------------------------- who invites whom


@pytest.mark.parametrize(
    ("role", "offered", "own", "allowed"),
    [
        (Role.LEAD, Role.LEAD, False, True),
        (Role.COORDINATOR, Role.AUTHOR, True, True),
        (Role.COORDINATOR, Role.AUTHOR, False, False),
        (Role.COORDINATOR, Role.COORDINATOR, True, False),
        (Role.COORDINATOR, Role.LEAD, True, False),
        (Role.AUTHOR, Role.AUTHOR, True, False),
    ],
)
def test_who_may_invite_whom(
    db: Session, role: Role, offered: Role, own: bool, allowed: bool
) -> None:
    boden, portalen = a_lab(db, "boden"), a_lab(db, "portalen")
    actor = actor_of(an_account(db, "cora", role, labs=(boden,)))
    offer = Offer(offered, labs=((boden if own else portalen).slug,))
    if allowed:
        assert invitations.invite(db, actor, offer, NOW, SECRET).role is offered
        return
    with pytest.raises(NotAllowed):
        invitations.invite(db, actor, offer, NOW, SECRET)


def test_a_coordinator_may_not_invite_to_a_foreign_lab_beside_an_own_one(db: Session) -> None:
    boden = a_lab(db, "boden")
    a_lab(db, "portalen")
    actor = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(boden,)))
    for labs in ((), ("boden", "portalen")):
        with pytest.raises(NotAllowed):
            invitations.invite(db, actor, Offer(Role.AUTHOR, labs=labs), NOW, SECRET)


@pytest.mark.parametrize(
    ("offer", "problem"),
    [
        (Offer(Role.COORDINATOR), ("labs", "missing")),
        (Offer(Role.AUTHOR, labs=("nowhere",)), ("labs", "unknown_lab")),
        (Offer(Role.AUTHOR, uses=0), ("uses", "unknown_choice")),
        (Offer(Role.AUTHOR, uses=201), ("uses", "unknown_choice")),
        (Offer(Role.AUTHOR, note="x" * 81), ("note", "too_long")),
        (Offer(Role.AUTHOR, lasts=timedelta(days=400)), ("lasts", "unknown_choice")),
        (Offer(Role.LEAD, lasts=A_YEAR), ("lasts", "too_long_for_role")),
    ],
)
def test_an_offer_has_to_make_sense(db: Session, offer: Offer, problem: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        invitations.invite(db, None, offer, NOW, SECRET)
    assert {(problem.field, problem.key) for problem in error.value.problems} == {problem}


# ---------------------------------------------------------------- how long it holds


def test_an_invitation_for_two_is_over_after_two(db: Session) -> None:
    invitation, code = made(db, uses=2)
    for name in ("Amal", "Bo"):
        joined(db, code, name)
    assert (invitation.uses_left, invitation.joined) == (0, 2)
    with pytest.raises(InvitationOver):
        invitations.open_invitation(db, code, NOW, SECRET)


@pytest.mark.parametrize("lasts", LASTING)
def test_an_invitation_ends_with_its_time(db: Session, lasts: timedelta) -> None:
    _invitation, code = made(db, lasts=lasts)
    invitations.open_invitation(db, code, NOW + lasts - timedelta(seconds=1), SECRET)
    with pytest.raises(InvitationOver):
        invitations.open_invitation(db, code, NOW + lasts, SECRET)


def test_an_invitation_is_taken_back_by_its_maker_or_a_lead(db: Session, lab: Lab) -> None:
    cora, carl = (
        actor_of(an_account(db, name, Role.COORDINATOR, labs=(lab,))) for name in ("cora", "carl")
    )
    lea = actor_of(an_account(db, "lea", Role.LEAD))
    for taker in (cora, lea):
        made_by_cora = invitations.invite(
            db, cora, Offer(Role.AUTHOR, labs=("boden",)), NOW, SECRET
        )
        with pytest.raises(NotFound):
            invitations.revoke(db, carl, made_by_cora.id, NOW)
        assert invitations.is_open(made_by_cora, NOW)
        invitations.revoke(db, taker, made_by_cora.id, NOW)
        assert not invitations.is_open(made_by_cora, NOW)
    db.flush()
    taken = select(Event.actor_id).where(Event.action == "revoke_invitation").order_by(Event.id)
    assert db.scalars(taken).all() == [cora.account_id, lea.account_id]


# ---------------------------------------------------------------- joining by it


def test_a_name_is_enough_and_a_card_comes_with_it(db: Session, lab: Lab) -> None:
    _invitation, code = made(db, labs=("boden",))
    account = joined(db, code, "Amal Haddad", language="ar")
    assert (account.username, account.password_hash, account.language) == ("amal", None, "ar")
    assert (account.person.name, account.person.lab_id) == ("Amal Haddad", lab.id)
    db.flush()
    deeds = db.scalars(select(Event.action).order_by(Event.id)).all()
    assert deeds == ["invite", "join", "issue_card"]


def test_of_somebody_under_18_the_first_name_is_kept(db: Session) -> None:
    _invitation, code = made(db)
    account = joined(db, code, " Noor  Haddad", minor=True)
    assert (account.person.name, account.person.minor) == ("Noor", True)
    accounts.change_profile(db, account, accounts.Profile("Noor Maria Haddad"), NOW)
    assert account.person.name == "Noor"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEAD])
def test_whoever_reads_others_drafts_needs_a_password_and_gets_no_paper(
    db: Session, lab: Lab, role: Role
) -> None:
    _invitation, code = made(db, role=role, labs=("boden",))
    with pytest.raises(Invalid) as error:
        joined(db, code)
    assert [problem.field for problem in error.value.problems] == ["password"]
    newcomer = Newcomer("Petra", password="tre goda ord")
    accounts.join(db, code, newcomer, PASSWORD_HASH, NOW, SECRET)
    db.flush()
    assert "issue_card" not in db.scalars(select(Event.action)).all()


def test_many_of_one_name_may_join(db: Session) -> None:
    _invitation, code = made(db, uses=5)
    names = [joined(db, code, "Ali").username for _ in range(5)]
    assert names == ["ali", "ali2", "ali3", "ali4", "ali5"]


def test_a_form_that_is_sent_twice_is_known_for_a_moment(db: Session) -> None:
    invitation, code = made(db, uses=5)
    newcomer = Newcomer("Amal")
    first = accounts.join(db, code, newcomer, None, NOW, SECRET)
    assert accounts.just_joined(db, newcomer, NOW + timedelta(seconds=5)) is first
    assert accounts.just_joined(db, replace(newcomer, name="Bo"), NOW) is None
    later = NOW + timedelta(minutes=3)
    assert accounts.just_joined(db, newcomer, later) is None
    second = accounts.join(db, code, newcomer, None, later, SECRET)
    assert second.person.uid != first.person.uid
    assert invitation.joined == 2
    assert len(db.scalars(select(Person)).all()) == 2


def test_sixty_may_join_at_once_and_the_next_waits(db: Session) -> None:
    invitation, code = made(db, uses=200)
    for number in range(invitations.JOINS):
        joined(db, code, f"N{number}")
    with pytest.raises(TooManyTries) as error:
        joined(db, code)
    assert error.value.seconds == 600
    _other, another = made(db)
    joined(db, another)
    accounts.join(
        db, code, Newcomer("Bo"), None, NOW + invitations.JOINS_WITHIN, SECRET
    )  # fmt: skip
    assert invitation.joined == invitations.JOINS + 1
