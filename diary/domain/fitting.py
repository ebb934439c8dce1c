"""Fitting a post from elsewhere into this diary: its place, ways, persons and pictures here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import post_named, short_path, uid_of
from diary.domain.content import (
    MAX_BODY,
    MAX_LINE,
    MAX_WORDS_ON_PICTURE,
    BylineContent,
    Content,
    PictureContent,
)
from diary.domain.incoming import Author, Incoming, IncomingPicture, kind_of
from diary.domain.pictures import add_row
from diary.domain.placing import LAB, METHOD, Places, full
from diary.models import Claim, Consent, Lab, Person, Picture, Post
from diary.text.plain import first_name, tidy, tidy_line

LONGEST_SOURCE = 200
"""Characters that a picture's `filename` keeps of where it came from, from the end."""


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


def without_erased(item: Incoming, help_: Help) -> Incoming:
    """The post without persons and pictures that were forgotten or taken away here for good."""
    authors = tuple(a for a in item.authors if person_uid(item.world, a) not in help_.erased)
    pictures = tuple(p for p in item.pictures if picture_uid(item, p) not in help_.erased)
    evidence = item.evidence if authors == item.authors else []
    return replace(item, authors=authors, pictures=pictures, evidence=evidence)


# ---------------------------------------------------------------- what it says


def content(
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
        add_row(session, post, row, now, uid=picture_uid(item, one), filename=kept_as(one))
        session.get_one(Consent, row.id).claim = one.claim
    tokens = pictures_of(session, post)
    pictures = tuple(
        PictureContent(
            token=tokens[source],
            alt=tidy(one.alt)[:MAX_WORDS_ON_PICTURE],
            caption=tidy(one.caption)[:MAX_WORDS_ON_PICTURE],
            credit=tidy_line(one.credit, MAX_LINE),
            link=one.link,
            focus_x=one.focus_x,
            focus_y=one.focus_y,
        )
        for one in item.pictures
        if (source := kept_as(one)) in tokens
    )
    bylines = (_byline(session, item.world, one, now, placed.lab, help_) for one in item.authors)
    words = replace(
        item.content,
        title=tidy_line(item.content.title, MAX_LINE),
        body=tidy(item.content.body)[:MAX_BODY],
        gist=tidy_line(item.content.gist, MAX_LINE),
        inspired_by=_settled(session, item.content.inspired_by),
        lab=placed.lab,
        methods=placed.methods,
        bylines=tuple(byline for byline in bylines if byline),
        pictures=pictures,
    )
    return words, placed.lost


def inspiring(session: Session, address: str) -> Post | None:
    """The post that gave the idea, by its address here; it may be waiting, too."""
    match post_named(address):
        case ("posts", slug):
            return session.scalar(select(Post).where(Post.slug == slug))
        case (_, short):
            return session.scalar(select(Post).where(Post.short == short))
    return None


def _settled(session: Session, address: str) -> str:
    found = inspiring(session, address)
    return short_path(found.short) if found else ""


def _tags(item: Incoming) -> Iterable[str]:
    if item.content.lab:
        yield full(LAB, item.content.lab)
    yield from (full(METHOD, slug) for slug in item.content.methods)
    yield from item.tags


def _byline(
    session: Session, world: str, author: Author, now: datetime, lab: str, help_: Help
) -> BylineContent | None:
    """None for somebody without a name or who was forgotten here; of minors the first name."""
    name, role = tidy_line(author.name, MAX_LINE), tidy_line(author.role, MAX_LINE)
    plain = BylineContent(name, role, author.kind or kind_of(role))
    known = session.get(Person, help_.places.person(author) or 0)
    if known is None and name:
        known = person(session, world, plain, now, lab, uid=person_uid(world, author))
    if known is None or not known.name:
        return None
    return replace(plain, name=first_name(name) if known.minor else name, person_id=known.id)


def same(present: Content, content: Content) -> bool:
    """Whether a reader would see no difference."""
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


# ---------------------------------------------------------------- pictures


def picture_uid(item: Incoming, picture: IncomingPicture) -> UUID:
    """The uid that a picture of a post has for good: brought in again, it is the same."""
    return picture.uid or uid_of(f"{item.key}/picture/{picture.source}")


def kept_as(picture: IncomingPicture) -> str:
    """What the picture's row is called, by which it is found again."""
    return picture.source[-LONGEST_SOURCE:]


def pictures_of(session: Session, post: Post) -> dict[str, str]:
    """The tokens of a post's pictures by where they came from."""
    rows = session.execute(
        select(Picture.filename, Picture.token).where(Picture.post_id == post.id)
    )
    return {filename: token for filename, token in rows}  # noqa: C416 (not pairs to mypy)
