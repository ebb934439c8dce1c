"""Accounts: names, passwords, invitations, and that one lead is always left."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import accounts, invitations
from diary.domain.accounts import Newcomer, Profile, Rights, actor_of
from diary.domain.errors import (
    DiaryError,
    Invalid,
    InvitationOver,
    LastLead,
    NotAllowed,
    NotFound,
)
from diary.domain.invitations import Offer
from diary.models import Account, Event, Invitation, Kind, Lab, Role
from tests.builders import NOW, PASSWORD, PASSWORD_HASH, a_lab, an_account

AMAL = Newcomer("Amal", "amal", "tre goda ord", "ny i Boden")
TOO_LONG = "x" * (accounts.MAX_NAME + 1)


def wrong(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(problem.field, problem.key) for problem in error.value.problems}


def an_invitation(db: Session, offer: Offer | None = None) -> str:
    return invitations.invite(db, None, offer or Offer(Role.AUTHOR), NOW)


# ---------------------------------------------------------------- names and passwords


@pytest.mark.parametrize("name", ["alice", " ALICE\n", "Alice@Example.org"])
def test_an_account_is_found_however_its_name_is_typed(db: Session, name: str) -> None:
    account = an_account(db)
    account.email = "alice@example.org"
    assert accounts.candidate(db, name) is account


@pytest.mark.parametrize("name", ["", " ", "alic", "alice\x00", "%", "None"])
def test_nobody_is_found_by_anything_else(db: Session, name: str) -> None:
    an_account(db)
    assert accounts.candidate(db, name) is None


def test_a_name_with_an_accent_is_the_same_from_every_keyboard() -> None:
    assert accounts.normal("A\u030asa") == accounts.normal("Åsa") == "åsa"


def test_a_password_with_an_accent_is_the_same_from_every_keyboard() -> None:
    assert accounts.verify(accounts.hash_password("går bra nu"), "ga\u030ar bra nu")


def test_passwords_are_kept_by_argon2id_and_verified() -> None:
    assert PASSWORD_HASH.startswith("$argon2id$")
    assert accounts.verify(PASSWORD_HASH, PASSWORD)
    assert not accounts.verify(PASSWORD_HASH, PASSWORD.upper())
    assert not accounts.verify(None, PASSWORD)
    assert not accounts.verify("no hash", PASSWORD)


@pytest.mark.parametrize(
    ("password", "key"), [("7tecken", "password_short"), ("x" * 1001, "too_long")]
)
def test_a_password_is_neither_too_short_nor_too_long(password: str, key: str) -> None:
    with pytest.raises(Invalid) as error:
        accounts.hash_password(password)
    assert wrong(error) == {("password", key)}


def test_a_new_password_ends_sessions(db: Session) -> None:
    account = an_account(db)
    assert accounts.find(db, account.id, 0) is account
    accounts.set_password(db, account, PASSWORD_HASH, NOW)
    assert accounts.find(db, account.id, 0) is None
    assert accounts.find(db, account.id, 1) is account


# ---------------------------------------------------------------- inviting and joining


def test_only_a_hash_of_the_link_is_kept(db: Session) -> None:
    token = an_invitation(db)
    invitation = db.scalars(select(Invitation)).one()
    assert invitation.token_hash == invitations.token_hash(token)
    assert invitations.open_invitation(db, token, NOW) is invitation


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
        assert invitations.invite(db, actor, offer, NOW)
        return
    with pytest.raises(NotAllowed):
        invitations.invite(db, actor, offer, NOW)


def test_a_coordinator_may_not_invite_to_a_foreign_lab_beside_an_own_one(db: Session) -> None:
    boden = a_lab(db, "boden")
    a_lab(db, "portalen")
    actor = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(boden,)))
    for labs in ((), ("boden", "portalen")):
        with pytest.raises(NotAllowed):
            invitations.invite(db, actor, Offer(Role.AUTHOR, labs=labs), NOW)


@pytest.mark.parametrize(
    ("offer", "problem"),
    [
        (Offer(Role.COORDINATOR), ("labs", "missing")),
        (Offer(Role.AUTHOR, labs=("nowhere",)), ("labs", "unknown_lab")),
        (Offer(Role.AUTHOR, uses=0), ("uses", "unknown_choice")),
        (Offer(Role.AUTHOR, uses=31), ("uses", "unknown_choice")),
        (Offer(Role.AUTHOR, note=TOO_LONG), ("note", "too_long")),
    ],
)
def test_an_offer_has_to_make_sense(db: Session, offer: Offer, problem: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        invitations.invite(db, None, offer, NOW)
    assert wrong(error) == {problem}


def test_joining_makes_a_person_of_the_invitations_kind_and_lab(db: Session) -> None:
    boden = a_lab(db, "boden")
    token = an_invitation(db, Offer(Role.COORDINATOR, Kind.STAFF, ("boden",)))
    account = accounts.join(db, token, AMAL, PASSWORD_HASH, NOW)
    assert (account.role, account.labs, account.trusted) == (Role.COORDINATOR, [boden], False)
    person = account.person
    assert (person.name, person.role, person.kind) == ("Amal", "ny i Boden", Kind.STAFF)
    assert person.lab_id == boden.id
    assert person.slug is None


def test_an_author_looks_after_no_lab(db: Session, lab: Lab) -> None:
    token = an_invitation(db, Offer(Role.AUTHOR, labs=("boden",)))
    assert accounts.join(db, token, AMAL, PASSWORD_HASH, NOW).labs == []


def test_an_invitation_for_two_is_over_after_two(db: Session) -> None:
    token = an_invitation(db, Offer(Role.AUTHOR, uses=2))
    for name in ("amal", "bo"):
        accounts.join(db, token, Newcomer("N", name, "tre goda ord"), PASSWORD_HASH, NOW)
    with pytest.raises(InvitationOver):
        invitations.open_invitation(db, token, NOW)


def test_an_invitation_ends_with_its_time(db: Session) -> None:
    token = an_invitation(db)
    end = NOW + invitations.INVITATION_LASTS
    invitations.open_invitation(db, token, end - timedelta(seconds=1))
    with pytest.raises(InvitationOver):
        invitations.open_invitation(db, token, end)


def test_an_invitation_is_taken_back_by_its_maker_or_a_lead(db: Session, lab: Lab) -> None:
    cora = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(lab,)))
    carl = actor_of(an_account(db, "carl", Role.COORDINATOR, labs=(lab,)))
    token = invitations.invite(db, cora, Offer(Role.AUTHOR, labs=("boden",)), NOW)
    made = invitations.open_invitation(db, token, NOW)
    with pytest.raises(NotFound):
        invitations.revoke(db, carl, made.id, NOW)
    invitations.revoke(db, cora, made.id, NOW)
    with pytest.raises(InvitationOver):
        invitations.open_invitation(db, token, NOW)


@pytest.mark.parametrize(
    ("newcomer", "problems"),
    [
        (Newcomer("", "amal", "tre goda ord"), {("name", "missing")}),
        (Newcomer("\u200b", "amal", "tre goda ord"), {("name", "missing")}),
        (Newcomer("A\x01", "amal", "tre goda ord"), {("name", "control")}),
        (Newcomer(TOO_LONG, "amal", "tre goda ord"), {("name", "too_long")}),
        (Newcomer("Amal", "", "tre goda ord"), {("username", "missing")}),
        (Newcomer("Amal", "am@l", "tre goda ord"), {("username", "username_with_at")}),
        (Newcomer("Amal", "ALICE", "tre goda ord"), {("username", "username_taken")}),
        (Newcomer("Amal", "amal", "kort"), {("password", "password_short")}),
        (Newcomer("Amal", "amal", "tre goda ord", TOO_LONG), {("byline_role", "too_long")}),
        (Newcomer("Amal", "amal", "tre goda ord", "", "@"), {("email", "not_an_address")}),
        (
            Newcomer("Amal", "amal", "tre goda ord", "", "Alice@example.org"),
            {("email", "email_taken")},
        ),
        (Newcomer("", "", ""), {("name", "missing"), ("username", "missing"),
                                ("password", "password_short")}),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    db: Session, newcomer: Newcomer, problems: set[tuple[str, str]]
) -> None:
    an_account(db).email = "alice@example.org"
    token = an_invitation(db)
    with pytest.raises(Invalid) as error:
        accounts.check_newcomer(db, token, newcomer, NOW)
    assert wrong(error) == problems
    with pytest.raises(Invalid):
        accounts.join(db, token, newcomer, PASSWORD_HASH, NOW)
    assert db.scalars(select(Invitation)).one().uses_left == 1


@pytest.mark.parametrize(
    ("name", "username"),
    [("Åsa Berg", "åsa"), ("Alice", "alice2"), ("أمل", "أمل"), ("@ @Bo", "bo"), ("", "du")],
)
def test_a_free_user_name_is_made_from_any_name(db: Session, name: str, username: str) -> None:
    an_account(db, "alice")
    assert accounts.suggest_username(db, name) == username


# ---------------------------------------------------------------- one's own account


def test_ones_own_address_is_not_taken(db: Session) -> None:
    account = an_account(db)
    account.email = "alice@example.org"
    profile = Profile(" Alice  Ek ", "granne", "ALICE@example.org ")
    accounts.change_profile(db, account, profile, NOW)
    assert (account.person.name, account.email) == ("Alice Ek", "alice@example.org")
    accounts.change_profile(db, account, Profile("Alice"), NOW)
    assert account.email is None


# ---------------------------------------------------------------- changing what somebody may


@pytest.mark.parametrize("rights", [Rights(Role.AUTHOR, False, ()), Rights(Role.LEAD, True, (), open=False)])  # fmt: skip  # noqa: E501
def test_the_last_lead_stays(db: Session, rights: Rights) -> None:
    lea = an_account(db, "lea", Role.LEAD)
    closed = an_account(db, "lars", Role.LEAD)
    closed.closed_at = NOW
    with pytest.raises(LastLead):
        accounts.grant(db, actor_of(lea), lea.id, rights, NOW)
    closed.closed_at = None
    accounts.grant(db, actor_of(lea), lea.id, rights, NOW)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.COORDINATOR])
def test_only_a_lead_grants(db: Session, lab: Lab, role: Role) -> None:
    somebody = an_account(db, "cora", role, labs=(lab,))
    with pytest.raises(NotAllowed):
        accounts.grant(db, actor_of(somebody), somebody.id, Rights(Role.LEAD, True, ()), NOW)


@pytest.mark.parametrize(
    ("rights", "error"),
    [
        (Rights(Role.COORDINATOR, False, ()), Invalid),
        (Rights(Role.AUTHOR, False, ("nowhere",)), Invalid),
    ],
)
def test_rights_have_to_make_sense(db: Session, rights: Rights, error: type[DiaryError]) -> None:
    lea, alice = actor_of(an_account(db, "lea", Role.LEAD)), an_account(db)
    with pytest.raises(error):
        accounts.grant(db, lea, alice.id, rights, NOW)


def test_closing_ends_sessions_and_opening_brings_nobody_back_in(db: Session) -> None:
    lea, alice = actor_of(an_account(db, "lea", Role.LEAD)), an_account(db)
    accounts.grant(db, lea, alice.id, Rights(Role.AUTHOR, False, (), open=False), NOW)
    assert accounts.candidate(db, "alice") is None
    accounts.grant(db, lea, alice.id, Rights(Role.AUTHOR, False, ()), NOW)
    assert accounts.candidate(db, "alice") is alice
    assert accounts.find(db, alice.id, 0) is None


def test_every_deed_stands_in_the_journal_by_ids(db: Session) -> None:
    lea = an_account(db, "lea", Role.LEAD)
    token = invitations.invite(db, actor_of(lea), Offer(Role.AUTHOR), NOW)
    amal = accounts.join(db, token, AMAL, PASSWORD_HASH, NOW)
    accounts.change_profile(db, amal, Profile("Amal"), NOW)
    accounts.set_password(db, amal, PASSWORD_HASH, NOW)
    accounts.grant(db, actor_of(lea), amal.id, Rights(Role.AUTHOR, True, ()), NOW)
    db.flush()
    events = db.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.action, event.actor_id, event.account_id) for event in events] == [
        ("invite", lea.id, None),
        ("join", amal.id, amal.id),
        ("change_profile", amal.id, amal.id),
        ("set_password", amal.id, amal.id),
        ("grant", lea.id, amal.id),
    ]


def test_a_lead_who_joins_is_trusted(db: Session) -> None:
    token = an_invitation(db, Offer(Role.LEAD))
    account: Account = accounts.join(db, token, AMAL, PASSWORD_HASH, NOW)
    assert account.trusted
