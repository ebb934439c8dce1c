"""Every status × every step: what leads where, and that nothing else does."""

import pytest

from diary.domain.errors import NotPossible
from diary.domain.workflow import DELETABLE, EDITABLE, Step, after
from diary.models import Status

LEADS_TO = """
from         draft     submitted held      returned  scheduled published withdrawn
submit       submitted -         -         submitted -         published -
publish_own  published -         -         published -         published -
take_back    -         draft     draft     -         -         published -
hold         -         held      -         -         held      -         -
return       -         returned  returned  -         -         published -
schedule     -         scheduled scheduled -         -         -         -
publish      -         published published -         published published -
withdraw     -         -         -         -         -         withdrawn -
withdraw_own -         -         -         -         -         withdrawn -
restore      -         -         -         -         -         -         published
"""


def cells() -> list[tuple[Status, Step, str]]:
    head, *rows = [line.split() for line in LEADS_TO.strip().splitlines()]
    return [
        (Status(status), Step(step), goal)
        for step, *goals in rows
        for status, goal in zip(head[1:], goals, strict=True)
    ]


def test_the_table_names_every_status_and_step() -> None:
    named = {(status, step) for status, step, _goal in cells()}
    assert named == {(status, step) for status in Status for step in Step}


@pytest.mark.parametrize(("status", "step", "goal"), cells())
def test_each_step_from_each_status(status: Status, step: Step, goal: str) -> None:
    if goal == "-":
        with pytest.raises(NotPossible):
            after(status, step)
    else:
        assert after(status, step) == goal


def test_only_drafts_are_deleted_and_what_waits_is_not_written_on() -> None:
    assert {Status.DRAFT} == DELETABLE
    assert {Status.DRAFT, Status.RETURNED, Status.PUBLISHED} == EDITABLE


def test_the_public_is_reached_by_publishing_only() -> None:
    """No step of a writer without trust, and no other step of a moderator, leads to the public."""
    into = {
        step
        for step in Step
        for status in Status
        if status is not Status.PUBLISHED and _goal(status, step) is Status.PUBLISHED
    }
    assert into == {Step.PUBLISH, Step.PUBLISH_OWN, Step.RESTORE}


def _goal(status: Status, step: Step) -> Status | None:
    try:
        return after(status, step)
    except NotPossible:
        return None
