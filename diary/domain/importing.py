"""Bringing posts in from elsewhere: once each, in their old order, with no letter and no ping.

Each post is a transaction of its own and known by its key, so that an import that was killed goes
on where it stopped. What is to be public goes out afterwards, in order of `dated`.
"""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_short, old_address, uid_of
from diary.domain.content import MAX_BODY, BylineContent, Content, PictureContent
from diary.domain.incoming import Author, Comment, Incoming, IncomingPicture, Standing, kind_of
from diary.domain.journal import record
from diary.domain.pictures import add_row
from diary.domain.placing import LAB, METHOD, Places, full
from diary.domain.publishing import free_slug, go_public, touch
from diary.domain.revisions import content_of, newest, snapshot
from diary.models import (
    Alias,
    Claim,
    Consent,
    Lab,
    Person,
    Picture,
    Post,
    Provenance,
    Revision,
    Status,
)
from diary.text.plain import slug as slug_of

NOON = time(12, tzinfo=UTC)
LONGEST_SOURCE = 200
"""Characters that a picture's `filename` keeps of where it came from, from the end."""


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
    to other posts already; `waiting` whether a publishing import lets it out."""

    outcome: Outcome
    post_id: int
    dated: date
    waiting: bool = False
    lost: tuple[str, ...] = ()
    led_away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What an import goes by: places for tags, persons for authors, who was forgotten here."""

    places: Places = field(default_factory=Places)
    erased: Collection[UUID] = frozenset()
    """The uids of persons and pictures that are never to come back."""


def person(
    session: Session,
    world: str,
    byline: BylineContent,
    now: datetime,
    lab: str = "",
    *,
    uid: UUID | None = None,
) -> Person:
    """The person of a name (or uid) within a world, made the first time; of merged ones the one
    that was kept."""
    uid = uid or person_uid(world, Author(name=byline.name))
    found = session.scalar(select(Person).where(Person.uid == uid))
    while found is not None and found.merged_into_id is not None:
        found = session.get_one(Person, found.merged_into_id)
    if found is None:
        found = Person(
            uid=uid,
            name=byline.name,
            role=byline.role,
            kind=byline.kind,
            lab_id=session.scalar(select(Lab.id).where(Lab.slug == lab)),
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found


def person_uid(world: str, author: Author) -> UUID:
    """The uid that an author has for good: brought in again, it is the same person."""
    return author.uid or uid_of(f"{world}/person/{author.key or author.name}")


def _without_erased(item: Incoming, help_: Help) -> Incoming:
    """The post without persons and pictures that were forgotten or taken away here for good."""
    authors = tuple(a for a in item.authors if person_uid(item.world, a) not in help_.erased)
    pictures = tuple(p for p in item.pictures if picture_uid(item, p) not in help_.erased)
    evidence = item.evidence if authors == item.authors else []
    return replace(item, authors=authors, pictures=pictures, evidence=evidence)


# ---------------------------------------------------------------- pictures


def missing(session: Session, item: Incoming, help_: Help) -> tuple[IncomingPicture, ...]:
    """The pictures whose files have not come in yet; none of a post that is left alone."""
    wanted = _without_erased(item, help_).pictures
    post = _post(session, item) if wanted else None
    if post is None:
        return wanted
    if not _is_ours(post, newest(session, post)):
        return ()
    known = _pictures(session, post)
    return tuple(one for one in wanted if _kept_as(one) not in known)


def picture_uid(item: Incoming, picture: IncomingPicture) -> UUID:
    """The uid that a picture of a post has for good: brought in again, it is the same."""
    return picture.uid or uid_of(f"{item.key}/picture/{picture.source}")


def _kept_as(picture: IncomingPicture) -> str:
    return picture.source[-LONGEST_SOURCE:]


def _pictures(session: Session, post: Post) -> dict[str, str]:
    """The tokens of a post's pictures by where they came from."""
    rows = session.execute(
        select(Picture.filename, Picture.token).where(Picture.post_id == post.id)
    )
    return {filename: token for filename, token in rows}  # noqa: C416 (not pairs to mypy)


# ---------------------------------------------------------------- one post


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
    item = _without_erased(item, help_)
    post = _post(session, item)
    if post is None:
        return _make(session, item, now, help_, made or {})
    return _fill_in(session, post, item, now, help_, made or {})


def _post(session: Session, item: Incoming) -> Post | None:
    if item.post_id is not None:
        return session.get(Post, item.post_id)
    known = session.scalar(select(Provenance.post_id).where(Provenance.key == item.key))
    if known is not None:
        return session.get(Post, known)
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
        provenance=Provenance(origin=item.origin, key=item.key),
    )
    session.add(post)
    session.flush()
    post.slug = free_slug(session, item.slug or slug_of(item.content.title), post.short)
    content, lost = _content(session, post, item, now, help_, made)
    return _put(session, post, item, content, now, Outcome.NEW, lost)


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
    present, known = newest(session, post), post.provenance
    if known is None or (item.evidence and not known.evidence) or not _is_ours(post, present):
        return Taken(outcome=Outcome.LEFT, post_id=post.id, dated=post.dated)
    content, lost = _content(session, post, item, now, help_, made)
    if not _same(content_of(session, present), content):
        if post.sequence is None:
            post.published_at = _published_at(item)
        return _put(session, post, item, content, now, Outcome.FILLED, lost)
    return Taken(
        outcome=Outcome.SAME,
        post_id=post.id,
        dated=content.dated,
        waiting=post.waiting_id is not None and item.standing is Standing.OUT,
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
    post.waiting_id, post.submitted_at = revision.id, post.submitted_at or now
    if post.status is not Status.PUBLISHED:
        post.status = Status.SUBMITTED
    led_away = _note(session, post, item, lost)
    record(session, "import", now, actor_id=None, post_id=post.id, revision_id=revision.id)
    return Taken(
        outcome=outcome,
        post_id=post.id,
        dated=content.dated,
        waiting=item.standing is Standing.OUT,
        lost=lost,
        led_away=led_away,
    )


def let_out(session: Session, post_id: int, now: datetime) -> bool:
    """Publish what an import has brought in and nobody has touched since; whether there was any.

    Whoever lets out many does so in order of `dated`, so that their sequences are.
    """
    post = session.get_one(Post, post_id)
    revision = session.get(Revision, post.waiting_id) if post.waiting_id else None
    if revision is None or not _is_ours(post, revision):
        return False
    told = post.status is Status.PUBLISHED
    go_public(session, post, revision, now, zone=None)
    post.status = Status.PUBLISHED
    if told:
        touch(session, post, now)
    record(session, "let_out", now, actor_id=None, post_id=post.id, revision_id=revision.id)
    return True


# ---------------------------------------------------------------- what it says


def _content(
    session: Session,
    post: Post,
    item: Incoming,
    now: datetime,
    help_: Help,
    made: Mapping[IncomingPicture, Picture],
) -> tuple[Content, tuple[str, ...]]:
    """The content with its place, ways, persons and pictures; and the tags without a place."""
    placed = help_.places.place(_tags(item))
    for one, row in made.items():
        add_row(session, post, row, now, uid=picture_uid(item, one), filename=_kept_as(one))
        session.get_one(Consent, row.id).claim = one.claim
    tokens = _pictures(session, post)
    pictures = tuple(
        PictureContent(
            token=tokens[source],
            alt=one.alt,
            caption=one.caption,
            credit=one.credit,
            link=one.link,
            focus_x=one.focus_x,
            focus_y=one.focus_y,
        )
        for one in item.pictures
        if (source := _kept_as(one)) in tokens
    )
    bylines = (_byline(session, item.world, one, now, placed.lab, help_) for one in item.authors)
    content = replace(
        item.content,
        body=item.content.body[:MAX_BODY],
        lab=placed.lab,
        methods=placed.methods,
        bylines=tuple(byline for byline in bylines if byline),
        pictures=pictures,
    )
    return content, placed.lost


def _tags(item: Incoming) -> Iterable[str]:
    if item.content.lab:
        yield full(LAB, item.content.lab)
    yield from (full(METHOD, slug) for slug in item.content.methods)
    yield from item.tags


def _byline(
    session: Session, world: str, author: Author, now: datetime, lab: str, help_: Help
) -> BylineContent | None:
    """None for somebody who was forgotten here."""
    plain = BylineContent(author.name, author.role, author.kind or kind_of(author.role))
    known = help_.places.person(author)
    if known is not None:
        return replace(plain, person_id=known)
    found = person(session, world, plain, now, lab, uid=person_uid(world, author))
    return replace(plain, person_id=found.id) if found.name else None


def _same(present: Content, content: Content) -> bool:
    return _seen(present) == _seen(content)


def _seen(content: Content) -> Content:
    """What a reader sees; a language that was guessed again is the same."""
    bylines = tuple(BylineContent(one.name, one.role) for one in content.bylines)
    pictures = tuple(replace(one, claim=Claim.UNANSWERED) for one in content.pictures)
    return replace(
        content,
        methods=tuple(sorted(content.methods)),
        bylines=bylines,
        pictures=pictures,
        lang_chosen=True,
        second_lang_chosen=True,
    )


# ---------------------------------------------------------------- what is kept beside it


def _note(session: Session, post: Post, item: Incoming, lost: tuple[str, ...]) -> tuple[str, ...]:
    """Keep where it comes from and what moderators should know; returns addresses taken before."""
    known = post.provenance
    assert known is not None  # noqa: S101 (whoever calls has seen it)
    known.origin, known.source_url, known.seen_on = item.origin, item.source_url, item.seen_on
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
    return {"name": comment.name, "words": comment.words, "at": at}


def _keep_addresses(session: Session, post: Post, addresses: Iterable[str]) -> Iterable[str]:
    """Where it once stood leads on to where it stands; the first to come has an address."""
    for address in addresses:
        key = old_address(address)
        alias = session.get(Alias, ("post", key)) if key else None
        if alias is not None and alias.target_id != post.id:
            yield address
        elif alias is None and key:
            session.add(Alias(kind="post", slug=key, target_id=post.id))
            session.flush()
