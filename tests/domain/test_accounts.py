"""Accounts: names, passwords, invitations, and that one lead is always left."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import accounts, cards, invitations
from diary.domain.accounts import Newcomer, Profile, Rights, actor_of
from diary.domain.errors import (
    DiaryError,
    Invalid,
    LastLead,
    NotAllowed,
)
from diary.domain.invitations import Offer
from diary.models import Account, Event, Invitation, Kind, Lab, Role
from tests.builders import NOW, PASSWORD, PASSWORD_HASH, a_lab, an_account

AMAL = Newcomer("Amal", "amal", "tre goda ord", "ny i Boden")
SECRET = "a key for tests only"
TOO_LONG = "x" * (accounts.MAX_NAME + 1)


def wrong(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(problem.field, problem.key) for problem in error.value.problems}


def an_invitation(db: Session, offer: Offer | None = None) -> str:
    return code_of(invitations.invite(db, None, offer or Offer(Role.AUTHOR), NOW, SECRET))


def code_of(invitation: Invitation) -> str:
    assert invitation.uid is not None
    return invitations.code(invitation.uid, SECRET)


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


def test_joining_makes_a_person_of_the_invitations_kind_and_lab(db: Session) -> None:
    boden = a_lab(db, "boden")
    token = an_invitation(db, Offer(Role.COORDINATOR, Kind.STAFF, ("boden",)))
    account = accounts.join(db, token, AMAL, PASSWORD_HASH, NOW, SECRET)
    assert (account.role, account.labs, account.trusted) == (Role.COORDINATOR, [boden], False)
    person = account.person
    assert (person.name, person.role, person.kind) == ("Amal", "ny i Boden", Kind.STAFF)
    assert person.lab_id == boden.id
    assert person.slug is None


def test_an_author_looks_after_no_lab(db: Session, lab: Lab) -> None:
    token = an_invitation(db, Offer(Role.AUTHOR, labs=("boden",)))
    assert accounts.join(db, token, AMAL, PASSWORD_HASH, NOW, SECRET).labs == []


@pytest.mark.parametrize(
    ("newcomer", "problems"),
    [
        (Newcomer("", "amal", "tre goda ord"), {("name", "missing")}),
        (Newcomer("\u200b", "amal", "tre goda ord"), {("name", "missing")}),
        (Newcomer("A\x01", "amal", "tre goda ord"), {("name", "control")}),
        (Newcomer(TOO_LONG, "amal", "tre goda ord"), {("name", "too_long")}),
        (Newcomer("Amal", "a\x01", "tre goda ord"), {("username", "control")}),
        (Newcomer("Amal", "am@l", "tre goda ord"), {("username", "username_with_at")}),
        (Newcomer("Amal", "ALICE", "tre goda ord"), {("username", "username_taken")}),
        (Newcomer("Amal", "amal", "kort"), {("password", "password_short")}),
        (Newcomer("Amal", "amal", "tre goda ord", TOO_LONG), {("byline_role", "too_long")}),
        (Newcomer("Amal", "amal", "tre goda ord", "", "@"), {("email", "not_an_address")}),
        (
            Newcomer("Amal", "amal", "tre goda ord", "", "Alice@example.org"),
            {("email", "email_taken")},
        ),
        (Newcomer("", "am@l", "kort"), {("name", "missing"), ("username", "username_with_at"),
                                        ("password", "password_short")}),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    db: Session, newcomer: Newcomer, problems: set[tuple[str, str]]
) -> None:
    an_account(db).email = "alice@example.org"
    token = an_invitation(db)
    with pytest.raises(Invalid) as error:
        accounts.check_newcomer(db, token, newcomer, NOW, SECRET)
    assert wrong(error) == problems
    with pytest.raises(Invalid):
        accounts.join(db, token, newcomer, PASSWORD_HASH, NOW, SECRET)
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


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEAD])
def test_rising_makes_the_card_worthless_and_ends_sessions(
    db: Session, lab: Lab, role: Role
) -> None:
    lea, alice = actor_of(an_account(db, "lea", Role.LEAD)), an_account(db)
    cards.issue(db, alice, NOW, SECRET, by_id=None)
    rights = Rights(role, False, (lab.slug,))
    accounts.grant(db, lea, alice.id, rights, NOW)
    assert cards.of(db, alice.id) is None
    assert accounts.find(db, alice.id, 0) is None
    accounts.grant(db, lea, alice.id, rights, NOW)
    assert accounts.find(db, alice.id, 1) is alice


def test_nobody_rises_without_a_password(db: Session, lab: Lab) -> None:
    lea, alice = actor_of(an_account(db, "lea", Role.LEAD)), an_account(db)
    alice.password_hash = None
    with pytest.raises(Invalid) as caught:
        accounts.grant(db, lea, alice.id, Rights(Role.COORDINATOR, False, (lab.slug,)), NOW)
    assert [problem.field for problem in caught.value.problems] == ["role"]


def test_every_deed_stands_in_the_journal_by_ids(db: Session) -> None:
    lea = an_account(db, "lea", Role.LEAD)
    token = code_of(invitations.invite(db, actor_of(lea), Offer(Role.AUTHOR), NOW, SECRET))
    amal = accounts.join(db, token, AMAL, PASSWORD_HASH, NOW, SECRET)
    accounts.change_profile(db, amal, Profile("Amal"), NOW)
    accounts.set_password(db, amal, PASSWORD_HASH, NOW)
    accounts.grant(db, actor_of(lea), amal.id, Rights(Role.AUTHOR, True, ()), NOW)
    db.flush()
    events = db.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.action, event.actor_id, event.account_id) for event in events] == [
        ("invite", lea.id, None),
        ("join", amal.id, amal.id),
        ("issue_card", amal.id, amal.id),
        ("change_profile", amal.id, amal.id),
        ("set_password", amal.id, amal.id),
        ("trust", lea.id, amal.id),
    ]


def test_trust_is_a_deed_of_its_own_and_what_stays_is_none(db: Session) -> None:
    lea = actor_of(an_account(db, "lea", Role.LEAD))
    amal = an_account(db, "amal")
    lab = a_lab(db)
    for rights in (
        Rights(Role.AUTHOR, False, ()),
        Rights(Role.AUTHOR, True, ()),
        Rights(Role.AUTHOR, True, ()),
        Rights(Role.COORDINATOR, False, (lab.slug,)),
        Rights(Role.COORDINATOR, False, (lab.slug,), open=False),
    ):
        accounts.grant(db, lea, amal.id, rights, NOW)
    db.flush()
    told = db.scalars(select(Event.action).where(Event.account_id == amal.id).order_by(Event.id))
    assert told.all() == ["trust", "trust_no_more", "grant", "grant"]


def test_a_lead_who_joins_is_trusted(db: Session) -> None:
    token = an_invitation(db, Offer(Role.LEAD))
    account: Account = accounts.join(db, token, AMAL, PASSWORD_HASH, NOW, SECRET)
    assert account.trusted
