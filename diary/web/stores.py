"""What the lead is told of stores that do not do what was asked of them."""

from datetime import timedelta

from flask_babel import gettext as _

from diary.queries import public_files
from diary.web.session import now, reading
from diary.web.sheet import moment

A_MINUTE = timedelta(minutes=1)
"""So long is the usual way of things."""


def late() -> tuple[str, ...]:
    """A sentence for each thing that waits for longer; readers of a recalled picture first."""
    behind = public_files.behind(reading(), now() - A_MINUTE)
    said = []
    if behind.outside:
        said.append(
            _(
                "Files taken away that still lie in the public store: %(number)s, since %(day)s.",
                number=behind.outside.number,
                day=moment(behind.outside.since),
            )
        )
    if behind.tasks:
        said.append(
            _(
                "Tasks that wait for the store of pictures: %(number)s, since %(day)s.",
                number=behind.tasks.number,
                day=moment(behind.tasks.since),
            )
        )
    if said:
        said[-1] += " " + _("The diary keeps trying. Ask whoever looks after the server.")
    return tuple(said)
