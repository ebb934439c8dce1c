"""What others see of a person: a page about them, and that somebody is under 18."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from diary.domain.calls import soonest
from diary.domain.content import Content, from_json, to_json
from diary.domain.due import expect
from diary.domain.errors import Invalid, Problem
from diary.domain.journal import locked_state, record, show_change
from diary.domain.publishing import touch
from diary.domain.taxonomy import forget_addresses
from diary.models import (
    Account,
    Byline,
    Person,
    Post,
    Revision,
    ShownPicture,
    Status,
    Told,
    WorkingCopy,
)
from diary.queries import aliases
from diary.text.plain import first_name, free, slug


def open_page(session: Session, account: Account, now: datetime, *, grown_up: bool) -> None:
    """Give somebody who asks for it a page with what they have written.

    Raises Invalid for somebody under 18, and without their word that they are not.
    """
    locked_state(session)  # one after another, so that no address is given away twice
    person = account.person
    if person.minor or not grown_up:
        raise Invalid((Problem("grown_up", "grown_up"),))
    if person.slug is None:
        person.slug = _free_slug(session, person)
        _note(session, "open_page", account, now)


def _free_slug(session: Session, person: Person) -> str:
    wanted = slug(person.name) or "author"
    return free(wanted, aliases.taken(session, Person).__contains__)


def close_page(session: Session, account: Account, now: datetime) -> None:
    """Take the page away at once; nothing remembers its address."""
    if account.person.slug is not None:
        forget_addresses(session, account.person)
        _note(session, "close_page", account, now)


def mark_minor(
    session: Session, account: Account, now: datetime, *, minor: bool, by_id: int
) -> None:
    """Say that somebody is under 18 (the first name alone, no page), or is not any more."""
    if account.person.minor == minor:
        return
    if minor:
        make_minor(session, account.person, now)
    else:
        account.person.minor = False
    _note(session, "mark_minor" if minor else "lift_minor", account, now, by_id)


def make_minor(session: Session, person: Person, now: datetime) -> None:
    """What being under 18 means: no page, and the first name alone wherever a post, out or not,
    carries more of it."""
    person.minor = True
    person.name = first_name(person.name)
    forget_addresses(session, person)
    signed = select(Byline.revision_id).where(Byline.person_id == person.id)
    cut = set()
    for byline in session.scalars(select(Byline).where(Byline.person_id == person.id)):
        first = first_name(byline.name)
        if byline.name != first:
            credit = update(ShownPicture).where(ShownPicture.credit == byline.name)
            credit = credit.where(ShownPicture.revision_id.in_(signed))
            session.execute(credit.values(credit=first))
            cut.add(byline.revision_id)
            byline.name = first
    for post in session.scalars(select(Post).where(Post.live_id.in_(cut))):
        if post.status is Status.PUBLISHED:
            touch(session, post, now)
    posts = select(Revision.post_id).where(Revision.id.in_(signed))
    own = select(Account.id).where(Account.person_id == person.id)
    theirs = Post.id.in_(posts) | Post.owner_id.in_(own)
    copies = select(WorkingCopy).join(Post, WorkingCopy.post_id == Post.id).where(theirs)
    for copy in session.scalars(copies):
        copy.content = to_json(_cut(from_json(copy.content), person.id))


def _cut(content: Content, person_id: int) -> Content:
    names = {one.name for one in content.bylines if one.person_id == person_id}
    bylines = tuple(
        replace(one, name=first_name(one.name)) if one.person_id == person_id else one
        for one in content.bylines
    )
    pictures = tuple(
        replace(one, credit=first_name(one.credit)) if one.credit in names else one
        for one in content.pictures
    )
    return replace(content, bylines=bylines, pictures=pictures)


def set_reading(
    session: Session, account: Account, reads: Iterable[str], told: Told, now: datetime
) -> None:
    """Keep which languages somebody reads, and when they are told of posts that wait."""
    account.reads, account.told = sorted(set(reads)), told
    session.flush()
    expect(session, soonest(session, now))
    record(session, "change_profile", now, actor_id=account.id, account_id=account.id)


def _note(
    session: Session, action: str, account: Account, now: datetime, by_id: int | None = None
) -> None:
    record(session, action, now, actor_id=by_id or account.id, account_id=account.id)
    show_change(session, now)
