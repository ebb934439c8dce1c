"""What the pages of labs and methods tell besides their posts: sources, and chosen pictures."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import line_problems
from diary.domain.errors import Invalid, NotAllowed, NotFound, Overtaken, Problem
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.models import Lab, Method
from diary.queries import aliases, chosen
from diary.text.films import is_web

MAX_SOURCES = 6
MAX_CHOSEN = 6
YEARS = range(1900, 2100)

Source = Mapping[str, str]
"""A `title`, `publisher`, `year` and web address `url`; any may be empty but the title."""


def ensure_tells(actor: Actor, page: Lab | Method) -> None:
    """Raise NotAllowed for anybody but the lead and the coordinators whose lab it is about."""
    if not policy.tells_of(actor, about(page)):
        raise NotAllowed


def about(page: Lab | Method) -> int | None:
    """The lab whose coordinators say what a page tells: of a method where it was first tried."""
    return page.id if isinstance(page, Lab) else page.first_lab_id


def source_problems(sources: Iterable[Source]) -> Iterable[Problem]:
    """What is wrong with sources; the title of the first is the field `source-0-title`."""
    for number, source in enumerate(sources):
        yield from line_problems(f"source-{number}-title", source["title"], needed=True)
        yield from line_problems(f"source-{number}-publisher", source["publisher"])
        yield from year_problems(f"source-{number}-year", source["year"])
        if source["url"] and not is_web(source["url"]):
            yield Problem(f"source-{number}-url", "not_a_link")


def year_problems(field: str, year: str, least: str = "") -> Iterable[Problem]:
    """What is wrong with a year that may be empty, and must not lie before the `least`."""
    first, last = least or str(YEARS[0]), str(YEARS[-1])
    if year and not (re.fullmatch("[0-9]{4}", year) and first <= year <= last):
        yield Problem(field, "not_within", {"least": first, "limit": last})


def choose(
    session: Session,
    actor: Actor,
    kind: type[Lab] | type[Method],
    slug: str,
    deed: str,
    token: str,
    now: datetime,
) -> None:
    """Take a picture to a page (`add`), from it (`drop`), or one place further ahead (`up`).

    What is shown no more falls out at the same time; done twice, it is done once. Raises
    NotAllowed, NotFound, Overtaken if no reader sees the picture among the page's posts, and
    Invalid for one too many.
    """
    show_change(session, now)  # locks, so that of two choices none is lost
    page = aliases.at(session, kind, slug)
    if page is None:
        raise NotFound
    ensure_tells(actor, page)
    kept = [one.picture.token for one in chosen.pictures(session, page)]
    if deed == "add" and token not in kept:
        if not chosen.may_be_chosen(session, page, token):
            raise Overtaken
        kept.append(token)
    elif deed == "drop" and token in kept:
        kept.remove(token)
    elif deed == "up" and token in kept[1:]:
        place = kept.index(token)
        kept[place - 1 : place + 1] = token, kept[place - 1]
    if len(kept) > MAX_CHOSEN:
        raise Invalid((Problem("pictures", "too_many_chosen", {"limit": MAX_CHOSEN}),))
    if kept != page.pictures:
        page.pictures = kept
        what = aliases.kind_of(kind)
        by = actor.account_id
        record(session, "choose_pictures", now, actor_id=by, subject_id=page.id, reason=what)
