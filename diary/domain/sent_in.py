"""What people still have of a rebuilt journey: sent in without an account, and read first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_short, new_uid
from diary.domain.accounts import MAX_NAME
from diary.domain.content import BylineContent, Content, PictureContent, line_problems
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.journal import locked_state, record
from diary.domain.pictures import add_picture
from diary.domain.revisions import lab_id, snapshot
from diary.domain.writing import check
from diary.media.images import Prepared
from diary.models import Kind, Origin, Post, Precision, Provenance, Sender, Status
from diary.queries.missing import is_found
from diary.queries.site import site


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody sends: a text or pictures, its day if they know it, whose it is.

    `contact` says how they can be reached, if they like.
    """

    form_key: str
    body: str
    lang: str
    dated: date | None = None
    lab: str = ""
    name: str = ""
    contact: str = ""


class Photo(Protocol):
    """A picture whose files are stored."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def prepared(self) -> Prepared: ...


def ensure_asked(session: Session) -> None:
    """Raise NotFound in a living diary: nothing is missing there."""
    if not site(session).journey_posts:
        raise NotFound


def send_in(
    session: Session, found: Found, photos: Sequence[Photo], now: datetime, today: date
) -> Post:
    """A post that waits to be read; the same form again gives the same post.

    Raises NotFound in a living diary, Invalid per field.
    """
    locked_state(session)
    ensure_asked(session)
    known = select(Post).join(Sender).where(Sender.form_key == found.form_key)
    if (post := session.scalar(known)) is not None:
        return post
    content = _content(found, today)
    _refuse(session, found, content, bool(photos), today)
    post = Post(
        uid=new_uid(),
        short=new_short(),
        dated=content.dated,
        precision=content.precision,
        lab_id=lab_id(session, content.lab),
        created_at=now,
        submitted_at=now,
        status=Status.SUBMITTED,
    )
    session.add(post)
    session.flush()
    content = replace(
        content,
        bylines=(BylineContent(found.name, kind=Kind.GUEST),) if found.name else (),
        pictures=tuple(_pictures(session, post, found, photos, now)),
    )
    revision = snapshot(session, post, content, now)
    post.waiting_id = revision.id
    who = {"form_key": found.form_key, "at": now, "contact": found.contact}
    session.add(Sender(uid=new_uid(), post_id=post.id, **who))
    record(session, "send_in", now, actor_id=None, post_id=post.id, revision_id=revision.id)
    return post


def tell_found(session: Session, post: Post, found: bool) -> None:
    """Note whether a post that nothing imported is one of the rebuilt journey's."""
    if is_found(session, post.id) in {found, None}:
        return
    kept = session.get(Provenance, post.id) or Provenance(post_id=post.id)
    kept.origin = Origin.FULL if found else Origin.WRITTEN
    session.add(kept)


def _content(found: Found, today: date) -> Content:
    """What was sent, as a post's content; its day may be unknown until a moderator knows better."""
    return Content(
        dated=found.dated or today,
        precision=Precision.DAY if found.dated else Precision.UNKNOWN,
        body=found.body,
        lang=found.lang,
        lab=found.lab,
    )


def _refuse(
    session: Session, found: Found, content: Content, has_photos: bool, today: date
) -> None:
    wrong: Iterable[Problem] = (
        *((Problem("body", "missing"),) if not (found.body.strip() or has_photos) else ()),
        *check(session, content, today),
        *line_problems("name", found.name, MAX_NAME),
        *line_problems("contact", found.contact),
    )
    if problems := tuple(wrong):
        raise Invalid(problems)


def _pictures(
    session: Session, post: Post, found: Found, photos: Sequence[Photo], now: datetime
) -> Iterable[PictureContent]:
    for photo in photos:
        row = add_picture(
            session, post, photo.prepared, now, filename=photo.name, sent_sha256=photo.sha256
        )
        yield PictureContent(row.token, credit=found.name)
