"""Bringing posts in from elsewhere: once each, in their old order, with no letter and no ping.

Each post is a transaction of its own and known by its key, so that an import that was killed goes
on where it stopped. What is to be public goes out afterwards, in order of `dated`.
"""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_short, old_address, uid_of
from diary.domain.content import MAX_LINE, Content
from diary.domain.fitting import (
    Help,
    content,
    inspiring,
    kept_as,
    pictures_of,
    same,
    without_erased,
)
from diary.domain.incoming import Comment, Incoming, IncomingPicture, Standing
from diary.domain.journal import record
from diary.domain.publishing import free_slug, go_public, touch
from diary.domain.revisions import content_of, link, newest, snapshot
from diary.models import (
    Alias,
    Correction,
    Picture,
    Post,
    Provenance,
    Revision,
    Status,
)
from diary.queries import named
from diary.text.films import is_web
from diary.text.plain import slug as slug_of
from diary.text.plain import tidy, tidy_line

NOON = time(12, tzinfo=UTC)


class Outcome(enum.StrEnum):
    """What became of a post that was brought in."""

    NEW = "new"
    FILLED = "filled in"
    SAME = "as before"
    LEFT = "left alone"
    """Somebody has worked on it here since, or it was taken down or forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a post. `lost` are tags without a place; `led_away` old addresses that lead
    to other posts already; `waiting` whether a publishing import lets it out. `inspired_by` is the
    address of a post that may come out only later."""

    outcome: Outcome
    post_id: int
    dated: date
    waiting: bool = False
    inspired_by: str = ""
    lost: tuple[str, ...] = ()
    led_away: tuple[str, ...] = ()


def missing(session: Session, item: Incoming, help_: Help) -> tuple[IncomingPicture, ...]:
    """The pictures whose files have not come in yet; none of a post that is left alone."""
    wanted = without_erased(item, help_).pictures
    post = known(session, item) if wanted else None
    if post is None:
        return wanted
    if not _is_ours(post, newest(session, post)):
        return ()
    here = pictures_of(session, post)
    return tuple(one for one in wanted if kept_as(one) not in here)


def bring_in(
    session: Session,
    item: Incoming,
    now: datetime,
    help_: Help,
    made: Mapping[IncomingPicture, Picture] | None = None,
) -> Taken:
    """Make the post, or fill in what is there; done again it changes nothing.

    What is new waits to be read, even of a post that is out. `made` are the rows of pictures
    whose files are in the store.
    """
    item = without_erased(item, help_)
    post = known(session, item)
    if post is None:
        return _make(session, item, now, help_, made or {})
    return _fill_in(session, post, item, now, help_, made or {})


def known(session: Session, item: Incoming) -> Post | None:
    """The post that was made of it before, or that has its uid."""
    if item.post_id is not None:
        return session.get(Post, item.post_id)
    here = session.scalar(select(Provenance.post_id).where(Provenance.key == item.key))
    if here is not None:
        return session.get(Post, here)
    return session.scalar(select(Post).where(Post.uid == (item.uid or uid_of(item.key))))


def _make(
    session: Session,
    item: Incoming,
    now: datetime,
    help_: Help,
    made: Mapping[IncomingPicture, Picture],
) -> Taken:
    post = Post(
        uid=item.uid or uid_of(item.key),
        short=_short(session, item),
        dated=item.content.dated,
        precision=item.content.precision,
        created_at=now,
        status=Status.DRAFT,
        published_at=_published_at(item),
        provenance=Provenance(origin=item.origin, key=item.key, earlier=item.earlier),
    )
    session.add(post)
    session.flush()
    post.slug = free_slug(session, item.slug or slug_of(item.content.title), post.short)
    words, lost = content(session, post, item, now, help_, made)
    return _put(session, post, item, words, now, Outcome.NEW, lost)


def _short(session: Session, item: Incoming) -> str:
    """The short id it had, if nobody has it here: it may be printed on paper."""
    taken = item.short and session.scalar(select(Post.id).where(Post.short == item.short))
    return item.short if item.short and taken is None else new_short()


def _published_at(item: Incoming) -> datetime:
    return item.published_at or datetime.combine(item.content.dated, NOON)


def _fill_in(
    session: Session,
    post: Post,
    item: Incoming,
    now: datetime,
    help_: Help,
    made: Mapping[IncomingPicture, Picture],
) -> Taken:
    present, whence = newest(session, post), post.provenance
    if whence is None or (item.evidence and not whence.evidence) or not _is_ours(post, present):
        return Taken(outcome=Outcome.LEFT, post_id=post.id, dated=post.dated)
    words, lost = content(session, post, item, now, help_, made)
    if not same(content_of(session, present), words):
        if post.sequence is None:
            post.published_at = _published_at(item)
        return _put(session, post, item, words, now, Outcome.FILLED, lost)
    return Taken(
        outcome=Outcome.SAME,
        post_id=post.id,
        dated=words.dated,
        waiting=post.waiting_id is not None and item.standing is Standing.OUT,
        inspired_by=item.content.inspired_by,
        lost=lost,
        led_away=_note(session, post, item, lost),
    )


def _is_ours(post: Post, present: Revision) -> bool:
    """Whether nobody has touched it here, so that a better trace may fill it in."""
    return (
        present.made_by_id is None
        and post.owner_id is None
        and post.status in {Status.SUBMITTED, Status.PUBLISHED}
        and all(byline.name for byline in present.bylines)  # whoever has none was forgotten
    )


def _put(
    session: Session,
    post: Post,
    item: Incoming,
    content: Content,
    now: datetime,
    outcome: Outcome,
    lost: tuple[str, ...],
) -> Taken:
    revision = snapshot(session, post, content, now)
    if revision.inspired_by_id is None and (source := inspiring(session, content.inspired_by)):
        revision.inspired_by_id = source.id  # it has come in with this one
    post.waiting_id, post.submitted_at = revision.id, post.submitted_at or now
    if post.status is not Status.PUBLISHED:
        post.status = Status.SUBMITTED
    if outcome is Outcome.NEW:
        session.add_all(
            Correction(post_id=post.id, revision_id=revision.id, at=at, words=said)
            for at, said in item.corrections
        )
    led_away = _note(session, post, item, lost)
    record(session, "import", now, actor_id=None, post_id=post.id, revision_id=revision.id)
    return Taken(
        outcome=outcome,
        post_id=post.id,
        dated=content.dated,
        waiting=item.standing is Standing.OUT,
        inspired_by=item.content.inspired_by,
        lost=lost,
        led_away=led_away,
    )


def let_out(session: Session, post_id: int, now: datetime, inspired_by: str = "") -> bool:
    """Publish what an import has brought in and nobody has touched since; whether there was any.

    Whoever lets out many does so in order of `dated`, so that their sequences are.
    """
    post = session.get_one(Post, post_id)
    revision = session.get(Revision, post.waiting_id) if post.waiting_id else None
    if revision is None or not _is_ours(post, revision):
        return False
    if inspired_by and revision.inspired_by_id is None:
        revision.inspired_by_id = named.post_at(session, inspired_by, but=post.id)
    told = post.status is Status.PUBLISHED
    go_public(session, post, revision, now, zone=None)
    post.status = Status.PUBLISHED
    if told:
        touch(session, post, now)
    record(session, "let_out", now, actor_id=None, post_id=post.id, revision_id=revision.id)
    return True


def settle_links(session: Session, post_ids: Collection[int]) -> None:
    """Keep which posts the texts of these link to, now that all are out."""
    linking = select(Revision).join(Post, Post.live_id == Revision.id)
    where = Post.id.in_(post_ids), Revision.html.contains("/posts/")
    for revision in session.scalars(linking.where(*where)).all():
        link(session, revision)


# ---------------------------------------------------------------- what is kept beside it


def _note(session: Session, post: Post, item: Incoming, lost: tuple[str, ...]) -> tuple[str, ...]:
    """Keep where it comes from and what moderators should know; returns addresses taken before."""
    known = post.provenance
    assert known is not None  # noqa: S101 (whoever calls has seen it)
    source_url = tidy_line(item.source_url)
    known.origin, known.seen_on = item.origin, tidy_line(item.seen_on)
    known.earlier = item.earlier or known.earlier
    known.source_url = source_url if is_web(source_url) else ""
    if known.evidence != item.evidence:
        known.evidence = item.evidence
    notes = _notes(item, lost)
    if known.notes != notes:
        known.notes = notes
    return tuple(_keep_addresses(session, post, item.addresses))


def _notes(item: Incoming, lost: tuple[str, ...]) -> dict[str, Any]:
    said = {
        "standing": item.standing.value if item.standing is not Standing.OUT else "",
        "tags": list(lost),
        "comments": [_comment(one) for one in item.comments],
    }
    return {name: value for name, value in said.items() if value}


def _comment(comment: Comment) -> dict[str, str]:
    at = comment.at.isoformat() if comment.at else ""
    return {"name": tidy_line(comment.name, MAX_LINE), "words": tidy(comment.words), "at": at}


def _keep_addresses(session: Session, post: Post, addresses: Iterable[str]) -> Iterable[str]:
    """Where it once stood leads on to where it stands; the first to come has an address."""
    for address in addresses:
        key = old_address(tidy_line(address))
        alias = session.get(Alias, ("post", key)) if key else None
        if alias is not None and alias.target_id != post.id:
            yield address
        elif alias is None and key:
            session.add(Alias(kind="post", slug=key, target_id=post.id))
            session.flush()
