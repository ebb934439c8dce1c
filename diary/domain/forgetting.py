"""Forgetting somebody: who they were goes, and all of theirs that is not out; what is out stays."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from diary.domain import erasures, pings, policy, subscriptions
from diary.domain.accounts import is_last_lead, normal
from diary.domain.content import from_json, to_json
from diary.domain.errors import LastLead, NotAllowed, NotFound, NotPossible
from diary.domain.journal import locked_state, record, show_news
from diary.domain.policy import Actor
from diary.domain.taxonomy import forget_addresses
from diary.domain.writing import erase
from diary.models import (
    Account,
    Byline,
    Card,
    Consent,
    Correction,
    Device,
    HandoutPicture,
    Message,
    Objection,
    Outgoing,
    Passkey,
    Person,
    Picture,
    Post,
    Provenance,
    Reading,
    Rendition,
    Revision,
    ShownPicture,
    Status,
    Subscriber,
    Telling,
    WorkingCopy,
)
from diary.text.plain import carries, tidy_line


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a forgetting did, and the files that nothing shows any more."""

    kept: tuple[int, ...]
    """Posts that stay out, without the name."""
    removed: tuple[int, ...]
    """Posts that were not out."""
    pictures: tuple[int, ...]
    files: tuple[str, ...]


def ask(session: Session, account: Account, now: datetime) -> None:
    """Ask to be forgotten; a lead confirms it. Raises LastLead for the only one."""
    locked_state(session)
    if is_last_lead(session, account):
        raise LastLead
    if account.forget_asked_at is None:
        account.forget_asked_at = now
        record(session, "ask_forget", now, actor_id=account.id, account_id=account.id)


def stay(session: Session, account: Account, now: datetime) -> None:
    """Take back that one asked."""
    if account.forget_asked_at is not None:
        account.forget_asked_at = None
        record(session, "stay", now, actor_id=account.id, account_id=account.id)


def forget(session: Session, actor: Actor, account_id: int, now: datetime) -> Forgotten:
    """Forget somebody who asked for it.

    Raises NotAllowed for anybody but a lead, NotFound, NotPossible for somebody who did not ask
    (or no longer does), LastLead. The report's files are for `errands.commit`.
    """
    locked_state(session)
    if not policy.administers(actor):
        raise NotAllowed
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound
    if account.forget_asked_at is None:
        raise NotPossible("They have not asked to be forgotten.")
    if is_last_lead(session, account):
        raise LastLead
    done = forget_person(session, account.person, now)
    record(session, "forget", now, actor_id=actor.account_id, account_id=account.id)
    return done


def forget_person(session: Session, person: Person, now: datetime) -> Forgotten:
    """Forget a person, and their account if they have one, without asking who wants it."""
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    names = _names_of(session, person)
    pictures: dict[int, tuple[str, ...]] = {}
    removed: tuple[int, ...] = ()
    if account is not None:
        pictures, removed = _remove_what_is_not_out(session, account)
    posts = _forget_name(session, person, account, names, now)
    _forget_mail(session, account, names)
    if account is not None:
        _stop_letters(session, account, now)
        _forget_words(session, account)
        _close(session, account, now)
    show_news(session, now)
    merged = select(Person.uid).where(Person.merged_into_id == person.id)
    for uid in (person.uid, *session.scalars(merged)):
        erasures.append(session, "person", uid, now)
    session.flush()
    out = select(Post.id).where(Post.id.in_(posts), Post.status == Status.PUBLISHED)
    return Forgotten(
        kept=tuple(session.scalars(out.order_by(Post.id))),
        removed=removed,
        pictures=tuple(pictures),
        files=tuple(sorted({key for keys in pictures.values() for key in keys})),
    )


# ---------------------------------------------------------------- posts that are not out


def _remove_what_is_not_out(
    session: Session, account: Account
) -> tuple[dict[int, tuple[str, ...]], tuple[int, ...]]:
    """Removes own posts that were never out, and empties all but what readers see of the others.

    Returns the files of each picture that went, and the posts that did. The row and the
    address of a post that was taken down stay, so that both are told as gone.
    """
    pictures: dict[int, tuple[str, ...]] = {}
    removed: list[int] = []
    for post in session.scalars(select(Post).where(Post.owner_id == account.id)):
        post.waiting_id = None
        session.flush()
        if post.sequence is None:
            pictures |= files_of(session, post, ())
            removed.append(post.id)
            erase(session, post)
        else:
            kept = post.live_id if post.status is Status.PUBLISHED else None
            pictures |= empty(session, post, kept)
            if kept is None and post.status is not Status.WITHDRAWN:
                post.status, post.publish_at = Status.DRAFT, None
            removed += [] if kept else [post.id]
    return pictures, tuple(removed)


def files_of(session: Session, post: Post, but: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The keys of the files of a post's pictures, but for some of these."""
    statement = (
        select(Picture.id, Picture.original_key, Rendition.key)
        .outerjoin(Rendition, Rendition.picture_id == Picture.id)
        .where(Picture.post_id == post.id, Picture.id.not_in(but))
    )
    found: dict[int, tuple[str, ...]] = {}
    for picture_id, original, size in session.execute(statement):
        found[picture_id] = (*found.get(picture_id, (original,)), *([size] if size else []))
    return found


_WORDS = ("title", "body", "html", "heading", "opening", "gist", "second_body", "second_html")
NOTHING = dict.fromkeys((*_WORDS, "scribe"), "")


def empty(session: Session, post: Post, kept: int | None) -> dict[int, tuple[str, ...]]:
    """Empties a post's revisions but one, and removes the pictures that one does not show."""
    others = select(Revision.id).where(Revision.post_id == post.id, Revision.id != (kept or 0))
    shown = select(ShownPicture.picture_id).where(ShownPicture.revision_id == (kept or 0))
    gone = files_of(session, post, set(session.scalars(shown)))
    session.execute(update(Revision).where(Revision.id.in_(others)).values(**NOTHING))
    session.execute(delete(ShownPicture).where(ShownPicture.revision_id.in_(others)))
    readings = update(Reading).where(Reading.revision_id.in_(others))
    session.execute(readings.values(gist="", note=""))
    if kept is None:
        session.execute(delete(Correction).where(Correction.post_id == post.id))
    remove_pictures(session, gone)
    names = update(Picture).where(Picture.post_id == post.id)
    session.execute(names.values(filename=""))
    return gone


def remove_pictures(session: Session, ids: Collection[int]) -> None:
    """Removes the rows of pictures that no revision shows any more."""
    requests = update(Objection).where(Objection.picture_id.in_(ids))
    session.execute(requests.values(picture_id=None))
    for column in (
        Rendition.picture_id,
        Consent.picture_id,
        HandoutPicture.picture_id,
        Picture.id,
    ):
        session.execute(delete(column.class_).where(column.in_(ids)))


# ---------------------------------------------------------------- the name


def _names_of(session: Session, person: Person) -> set[str]:
    """What a person was ever called, as it is compared."""
    bylines = session.scalars(select(Byline.name).where(Byline.person_id == person.id))
    return {tidy_line(name).casefold() for name in (person.name, *bylines)} - {""}


def _forget_name(
    session: Session, person: Person, account: Account | None, names: set[str], now: datetime
) -> set[int]:
    """Takes the name from all posts that carry it, which it returns, and from the person."""
    signed = select(Byline.revision_id).where(Byline.person_id == person.id)
    posts = set(session.scalars(select(Revision.post_id).where(Revision.id.in_(signed))))
    if account is not None:
        posts |= set(session.scalars(select(Post.id).where(Post.owner_id == account.id)))
    bylines = update(Byline).where(Byline.person_id == person.id)
    session.execute(bylines.values(name="", role=""))
    known = update(Provenance).where(Provenance.post_id.in_(posts))
    session.execute(known.values(evidence=[], notes={}))
    forget_credits(session, posts, names)
    forget_in_copies(session, person.id, names, posts)
    public = update(Post).where(Post.id.in_(posts), Post.status == Status.PUBLISHED)
    session.execute(public.values(updated_at=now))
    live = select(Post.live_id).where(Post.id.in_(posts), Post.status == Status.PUBLISHED)
    pings.forget_author(session, person)
    forget_addresses(session, person)
    pings.queue(session, session.scalars(live), now)
    person.name = person.role = ""
    person.lab_id = None
    return posts


def forget_credits(
    session: Session, posts: Collection[int], names: set[str]
) -> tuple[set[int], set[int]]:
    """Empties who wrote it down and who took the picture where that is one of the names.

    Returns the posts and the pictures it was taken from.
    """
    scribes, credited = set[int](), set[int]()
    theirs = select(Revision).where(Revision.post_id.in_(posts))
    for revision in session.scalars(theirs.options(selectinload(Revision.pictures))):
        if carries(revision.scribe, names):
            revision.scribe = ""
            scribes.add(revision.post_id)
        for shown in revision.pictures:
            if carries(shown.credit, names):
                shown.credit = ""
                credited.add(shown.picture_id)
    return scribes, credited


def forget_in_copies(session: Session, person_id: int, names: set[str], posts: set[int]) -> None:
    """What others are writing on these posts has the name in it, too."""
    for copy in session.scalars(select(WorkingCopy).where(WorkingCopy.post_id.in_(posts))):
        content = from_json(copy.content)
        bylines = tuple(
            replace(one, name="", role="") if one.person_id == person_id else one
            for one in content.bylines
        )
        pictures = tuple(
            replace(one, credit="") if carries(one.credit, names) else one
            for one in content.pictures
        )
        scribe = "" if carries(content.scribe, names) else content.scribe
        copy.content = to_json(replace(content, bylines=bylines, pictures=pictures, scribe=scribe))


# ---------------------------------------------------------------- the account


def _forget_words(session: Session, account: Account) -> None:
    session.execute(delete(WorkingCopy).where(WorkingCopy.account_id == account.id))
    session.execute(update(Message).where(Message.author_id == account.id).values(words=""))
    session.execute(update(Reading).where(Reading.reader_id == account.id).values(note=""))


def _forget_mail(session: Session, account: Account | None, names: set[str]) -> None:
    address = account.email if account else None
    for mail in session.scalars(select(Outgoing)):
        if mail.recipient == address or carries(f"{mail.subject} {mail.body}", names):
            session.delete(mail)


def _stop_letters(session: Session, account: Account, now: datetime) -> None:
    theirs = select(Subscriber).where(Subscriber.email == normal(account.email or ""))
    if follows := session.scalar(theirs.with_for_update()):
        subscriptions.stop(session, follows, now)


def _close(session: Session, account: Account, now: datetime) -> None:
    """Closes an account for good; what it signed in with is gone."""
    for column in (Device.account_id, Card.account_id, Passkey.account_id, Telling.account_id):
        session.execute(delete(column.class_).where(column == account.id))
    account.username = f"forgotten-{secrets.token_hex(8)}"
    account.email = account.password_hash = account.language = None
    account.forget_asked_at = account.promised_at = None
    account.trusted = False
    account.labs = []
    account.epoch += 1
    account.closed_at = now
