"""Roles × steps × whose post and which lab: who may do what."""

from itertools import product

import pytest

from diary.domain import policy
from diary.domain.policy import MODERATION, Actor, Facts, House
from diary.domain.workflow import Step
from diary.models import Role

OPEN = House()
OTHERS_POST, OWN_POST = 99, 1
BODEN, PORTALEN = 10, 20

PEOPLE = {
    "author": Actor(1, 1, "Alice", Role.AUTHOR),
    "trusted": Actor(1, 1, "Tove", Role.AUTHOR, trusted=True),
    "coordinator": Actor(1, 1, "Cora", Role.COORDINATOR, (BODEN,)),
    "lead": Actor(1, 1, "Lea", Role.LEAD, trusted=True),
}
WRITING = {Step.SUBMIT, Step.TAKE_BACK, Step.WITHDRAW_OWN}
DECIDING = set(MODERATION)
LETTING_OUT = {Step.PUBLISH, Step.SCHEDULE, Step.RESTORE}

MAY: dict[tuple[str, int, int | None], set[Step]] = {
    ("author", OWN_POST, BODEN): WRITING,
    ("trusted", OWN_POST, BODEN): WRITING | {Step.PUBLISH_OWN},
    ("coordinator", OWN_POST, BODEN): WRITING | (DECIDING - LETTING_OUT),
    ("coordinator", OWN_POST, PORTALEN): WRITING,
    ("coordinator", OTHERS_POST, BODEN): DECIDING,
    ("lead", OWN_POST, BODEN): WRITING | {Step.PUBLISH_OWN} | (DECIDING - LETTING_OUT),
    ("lead", OWN_POST, None): WRITING | {Step.PUBLISH_OWN} | (DECIDING - LETTING_OUT),
    ("lead", OTHERS_POST, BODEN): DECIDING,
    ("lead", OTHERS_POST, PORTALEN): DECIDING,
    ("lead", OTHERS_POST, None): DECIDING,
    ("trusted", OWN_POST, PORTALEN): WRITING | {Step.PUBLISH_OWN},
    ("trusted", OWN_POST, None): WRITING | {Step.PUBLISH_OWN},
    ("author", OWN_POST, PORTALEN): WRITING,
    ("author", OWN_POST, None): WRITING,
    ("coordinator", OWN_POST, None): WRITING,
    ("lead", OWN_POST, PORTALEN): WRITING | {Step.PUBLISH_OWN} | (DECIDING - LETTING_OUT),
}
"""What is not named here, nobody may."""

CASES = list(product(PEOPLE, (OWN_POST, OTHERS_POST), (BODEN, PORTALEN, None)))


def allowed(actor: Actor, post: Facts, house: House = OPEN) -> set[Step]:
    return {step for step in Step if policy.may(actor, step, post, house)}


@pytest.mark.parametrize(("who", "owner", "lab"), CASES)
def test_each_role_on_each_post(who: str, owner: int, lab: int | None) -> None:
    assert allowed(PEOPLE[who], Facts(owner, lab)) == MAY.get((who, owner, lab), set())


def test_the_lead_may_let_moderators_publish_their_own() -> None:
    house = House(own_posts=True)
    assert allowed(PEOPLE["coordinator"], Facts(OWN_POST, BODEN), house) >= LETTING_OUT
    assert allowed(PEOPLE["lead"], Facts(OWN_POST, None), house) >= LETTING_OUT
    assert not allowed(PEOPLE["author"], Facts(OWN_POST, BODEN), house) & LETTING_OUT


def test_the_lead_may_keep_publishing_to_themselves() -> None:
    house = House(coordinators_publish=False)
    asking = DECIDING - LETTING_OUT
    assert allowed(PEOPLE["coordinator"], Facts(OTHERS_POST, BODEN), house) == asking
    assert allowed(PEOPLE["lead"], Facts(OTHERS_POST, BODEN), house) == DECIDING


def test_a_post_without_an_owner_is_nobodys_own() -> None:
    for who in PEOPLE.values():
        assert not allowed(who, Facts(None, BODEN)) - DECIDING


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_role_reaches(who: str) -> None:
    scope = policy.scope(PEOPLE[who])
    assert scope.owner_id == 1
    assert scope.everything == (who == "lead")
    assert scope.lab_ids == ((BODEN,) if who == "coordinator" else ())


def test_a_visitor_reaches_nothing() -> None:
    scope = policy.scope(None)
    assert (scope.everything, scope.owner_id, scope.lab_ids) == (False, None, ())


def test_labs_left_on_an_authors_account_open_nothing() -> None:
    once_coordinator = Actor(1, 1, "Cora", Role.AUTHOR, (BODEN,))
    assert policy.scope(once_coordinator).lab_ids == ()
    assert not policy.reads(once_coordinator, Facts(OTHERS_POST, BODEN))
    assert not policy.moderates(once_coordinator)
