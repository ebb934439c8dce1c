"""How a post moves from status to status. Pure; nothing else changes a status."""

import enum
from datetime import timedelta

from diary.domain.errors import NotPossible
from diary.models import Status


class Step(enum.StrEnum):
    """What somebody does with a post."""

    SUBMIT = "submit"
    PUBLISH_OWN = "publish_own"
    """A trusted author's post goes out at once and is read afterwards."""
    TAKE_BACK = "take_back"
    HOLD = "hold"
    RETURN = "return"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    WITHDRAW_OWN = "withdraw_own"
    """The writer takes down what is out; only a moderator restores it."""
    RESTORE = "restore"


_WAITING = (Status.SUBMITTED, Status.HELD)

TRANSITIONS: dict[Step, dict[Status, Status]] = {
    # An edit of a published post waits while the live text stays: the status does not change.
    Step.SUBMIT: {
        Status.DRAFT: Status.SUBMITTED,
        Status.RETURNED: Status.SUBMITTED,
        Status.PUBLISHED: Status.PUBLISHED,
    },
    Step.PUBLISH_OWN: {
        Status.DRAFT: Status.PUBLISHED,
        Status.RETURNED: Status.PUBLISHED,
        Status.PUBLISHED: Status.PUBLISHED,
    },
    Step.TAKE_BACK: dict.fromkeys(_WAITING, Status.DRAFT) | {Status.PUBLISHED: Status.PUBLISHED},
    # Whoever has set a time may think better of it.
    Step.HOLD: dict.fromkeys((Status.SUBMITTED, Status.SCHEDULED), Status.HELD),
    Step.RETURN: dict.fromkeys(_WAITING, Status.RETURNED) | {Status.PUBLISHED: Status.PUBLISHED},
    Step.SCHEDULE: dict.fromkeys(_WAITING, Status.SCHEDULED),
    Step.PUBLISH: dict.fromkeys((*_WAITING, Status.SCHEDULED, Status.PUBLISHED), Status.PUBLISHED),
    Step.WITHDRAW: {Status.PUBLISHED: Status.WITHDRAWN},
    Step.WITHDRAW_OWN: {Status.PUBLISHED: Status.WITHDRAWN},
    Step.RESTORE: {Status.WITHDRAWN: Status.PUBLISHED},
}

UNDONE = {
    Step.PUBLISH: Status.SUBMITTED,
    Step.RETURN: Status.SUBMITTED,
    Step.HOLD: Status.SUBMITTED,
    Step.SCHEDULE: Status.SUBMITTED,
    Step.WITHDRAW: Status.PUBLISHED,
    Step.RESTORE: Status.WITHDRAWN,
}
"""Where a post stands again when a moderator's step is undone; an edit of one that is out leaves
it out either way."""
REFUSED = dict.fromkeys(
    (Status.SUBMITTED, Status.SCHEDULED, Status.PUBLISHED), Status.SUBMITTED
) | {Status.HELD: Status.HELD}
"""Where a post stands when its writer refuses what a moderator made of their words; where that is
not out, what is out stays out."""
UNDONE_WITHIN = timedelta(minutes=10)
"""How long a decision can be undone; its writer is told after that, so that no letter is wrong."""
DELETABLE = frozenset({Status.DRAFT})
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.PUBLISHED})
"""Where the author may write on; what is sent must be taken back first."""
CHANGEABLE = frozenset({*_WAITING, Status.PUBLISHED})
"""Where a moderator may change somebody's words."""


def after(status: Status, step: Step) -> Status:
    """The status a step leads to; raises NotPossible if the step cannot be taken from `status`."""
    try:
        return TRANSITIONS[step][status]
    except KeyError:
        raise NotPossible(f"A post that is {status} cannot be taken the step {step}.") from None
