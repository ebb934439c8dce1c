"""A twin of another diary: what is out there is out here, and what has gone there goes here.

The twin keeps no history: of a post that was changed or taken down at its source nothing is left
here but what the source shows. What somebody has worked on here stays as it is, but goes with it.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from diary.addresses import uid_of
from diary.domain import importing
from diary.domain.content import Content
from diary.domain.ended import ended_at
from diary.domain.fitting import Help, kept_as, without_erased
from diary.domain.forgetting import NOTHING, files_of, remove_pictures
from diary.domain.founding import House, found
from diary.domain.importing import Outcome
from diary.domain.incoming import Incoming, IncomingPicture
from diary.domain.journal import record, show_change
from diary.domain.publishing import take_in, touch
from diary.domain.recall import take_away
from diary.domain.settings import LICENCES, put
from diary.domain.workflow import Step
from diary.models import (
    Account,
    Byline,
    Correction,
    Event,
    Lab,
    Method,
    Mirror,
    MirrorDocument,
    Person,
    Picture,
    Post,
    Provenance,
    Revision,
    ShownPicture,
    State,
    Status,
    Subscription,
)
from diary.text.plain import free
from diary.text.plain import slug as slug_of

WITHDRAWN, RESTORED = "mirror_withdraw", "mirror_restore"
"""In the journal: what a source did, and the twin with it."""
SPOKEN = ("sv", "en", "ar")
"""What a diary's main language may be."""
SAID = ("named", "within", "feed", "home", "title", "licence")
"""What is kept of how another diary is named and asked for."""


class NotMirrored(Exception):
    """The diary at an address cannot be mirrored; the message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Original:
    """What another diary says of itself at the head of its feed."""

    uid: UUID
    named: str
    """Its address as somebody named it, and whether that is in the own network."""
    within: bool
    feed: str
    home: str
    title: str
    sentence: str = ""
    lang: str = ""
    licence: str = ""


def mirror_of(session: Session, original: Original, now: datetime, *, one_place: bool) -> Mirror:
    """The mirror of a diary, begun if this is the first time; its title and address may change.

    An empty diary takes over what the first one is called. With `one_place` all its posts stand
    under one place that is called as it is. Raises NotMirrored where another diary stands at its
    address now, for this diary itself, and for a new one once the journey here has ended.
    """
    if session.scalar(select(State.uid)) == original.uid:
        raise NotMirrored("This diary stands there itself.")
    there = (Mirror.feed == original.feed) | (Mirror.named == original.named)
    other = session.scalar(select(Mirror).where(there, Mirror.uid != original.uid))
    if other is not None:
        raise NotMirrored(f"Another diary stands there now, no longer “{other.title}”.")
    mirror = session.scalar(select(Mirror).where(Mirror.uid == original.uid))
    if mirror is None:
        if ended_at(session) is not None:
            raise NotMirrored("The journey here has ended. `diary close --reopen` lets it go on.")
        mirror = _begin(session, original, now, one_place=one_place)
    if one_place and mirror.lab_id is None:
        raise NotMirrored("Its posts are here already, under its own places: they stay there.")
    said = {name: getattr(original, name) for name in SAID}
    if any(getattr(mirror, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(mirror, name, value)
        session.flush()
        _say_originals(session)
        show_change(session, now)
    return mirror


def _begin(session: Session, original: Original, now: datetime, *, one_place: bool) -> Mirror:
    if session.scalar(select(func.count(Mirror.id))) == 0:
        found(session, House(values=_called(original)), now)
    said = {name: getattr(original, name) for name in SAID}
    mirror = Mirror(uid=original.uid, **said)
    session.add(mirror)
    session.flush()
    if one_place:
        mirror.lab_id = _new_lab(session, mirror, str(original.uid), original.title, "", now).id
    _say_originals(session)
    show_change(session, now)
    return mirror


def _say_originals(session: Session) -> None:
    """Every page names them: among the settings they cost none a query."""
    rows = session.execute(select(Mirror.title, Mirror.home).order_by(Mirror.id))
    put(session, {"originals": [{"title": title, "home": home} for title, home in rows]})


def _called(original: Original) -> dict[str, Any]:
    """What an empty diary takes over: the settings that the other one's feed tells of."""
    lang = original.lang if original.lang in SPOKEN else "sv"
    values: dict[str, Any] = {"title": original.title, "main_language": lang}
    if original.sentence:
        values["sentence"] = {lang: original.sentence}
    if original.licence in LICENCES:
        values |= {"licence": original.licence, "licence_url": LICENCES[original.licence]}
    return values


# ---------------------------------------------------------------- places and ways


def lab(session: Session, mirror: Mirror, term: str, name: str, now: datetime) -> str:
    """The slug of the place here that one of a diary's is, made the first time.

    `term` names it there. Two diaries' places are two, even if they are called the same.
    """
    if mirror.lab_id is not None:
        return session.get_one(Lab, mirror.lab_id).slug
    if not term:
        return ""
    key = f"{mirror.uid}/labs/{term}"
    known = session.scalar(select(Lab).where(Lab.uid == uid_of(key)))
    return (known or _new_lab(session, mirror, key, name, term, now)).slug


def _new_lab(
    session: Session, mirror: Mirror, key: str, name: str, term: str, now: datetime
) -> Lab:
    called, slugs = (set(session.scalars(select(one))) for one in (Lab.name, Lab.slug))
    made = Lab(
        uid=uid_of(key),
        slug=free(slug_of(term) or slug_of(name) or "place", slugs.__contains__),
        name=_apart(name, mirror, called),
        short_names={},
        summaries={},
        descriptions={},
        results={},
        partners=[],
        position=(session.scalar(select(func.max(Lab.position))) or 0) + 1,
    )
    session.add(made)
    session.flush()
    record(session, "save_lab", now, actor_id=None, subject_id=made.id)
    return made


def _apart(name: str, mirror: Mirror, called: Collection[str]) -> str:
    """A name of its own: another diary may have a place that is called so."""
    return name if name not in called else free(f"{name} ({mirror.title})", called.__contains__)


def method(session: Session, mirror: Mirror, term: str, name: str, now: datetime) -> str:
    """The slug of the way of working here: diaries that work alike can be read side by side."""
    wanted = slug_of(term) or slug_of(name) or "way"
    known = session.scalar(select(Method).where((Method.slug == wanted) | (Method.name == name)))
    if known is None:
        known = Method(
            uid=uid_of(f"{mirror.uid}/methods/{term}"),
            slug=wanted,
            name=name,
            short_names={},
            descriptions={},
            position=(session.scalar(select(func.max(Method.position))) or 0) + 1,
        )
        session.add(known)
        session.flush()
        record(session, "save_method", now, actor_id=None, subject_id=known.id)
    return known.slug


# ---------------------------------------------------------------- one post

_LINK = re.compile(r"(?<=\]\()https?://[^\s)]+(?=\))")


def linked(session: Session, mirror: Mirror, content: Content) -> Content:
    """With links to other posts there as links to their twins, as far as these are here by now."""
    texts = content.body, content.second_body
    addresses = {one for text in texts for one in _LINK.findall(text)}
    rows = select(Provenance.source_url, Post.slug).join(Post, Post.id == Provenance.post_id)
    here = rows.where(Provenance.mirror_id == mirror.id, Provenance.source_url.in_(addresses))
    twins = {url: f"/posts/{slug}" for url, slug in session.execute(here)}
    body, second = (_LINK.sub(lambda at: twins.get(at[0], at[0]), text) for text in texts)
    return replace(content, body=body, second_body=second)


@dataclass(frozen=True, slots=True)
class Twin:
    """A post as its source shows it: `gone` are ids of pictures here that it shows no more, those
    of `recalled` were taken away there for good."""

    item: Incoming
    corrections: tuple[tuple[datetime, str], ...] = ()
    gone: tuple[int, ...] = ()
    recalled: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a post here, and the files that nothing shows any more."""

    outcome: Outcome
    files: tuple[str, ...] = ()
    recalled: int = 0


def may_take(session: Session, mirror_id: int, item: Incoming) -> bool:
    """Whether a post is new here or came from this mirror, whatever ids its feed names."""
    post = importing.known(session, item)
    whence = post.provenance if post else None
    return post is None or (whence is not None and whence.mirror_id == mirror_id)


def lacking(session: Session, item: Incoming, help_: Help) -> tuple[IncomingPicture, ...]:
    """The pictures whose files are to be fetched: all of a post that comes back."""
    post = importing.known(session, item)
    if post is not None and _went_with_its_source(session, post):
        return without_erased(item, help_).pictures
    return importing.missing(session, item, help_)


def no_longer_shown(session: Session, item: Incoming) -> tuple[tuple[int, str], ...]:
    """The pictures of a post here that its source does not show any more: ids and addresses."""
    post = importing.known(session, item)
    if post is None:
        return ()
    shown = {kept_as(one) for one in item.pictures}
    rows = select(Picture.id, Picture.filename).where(
        Picture.post_id == post.id, Picture.recalled_at.is_(None), Picture.filename != ""
    )
    return tuple((key, name) for key, name in session.execute(rows) if name not in shown)


def take(
    session: Session,
    mirror: Mirror,
    twin: Twin,
    now: datetime,
    help_: Help,
    made: Mapping[IncomingPicture, Picture],
) -> Done:
    """Make a post here what it is at its source; done again it changes nothing.

    A post that this mirror may not take is left alone, and so are the words of one that somebody
    has worked on here, or taken down, and of all once the journey here has ended.
    """
    if not may_take(session, mirror.id, twin.item):
        return Done(Outcome.LEFT)
    post = importing.known(session, twin.item)
    if ended_at(session) is not None:
        files = _take_pictures(session, post, twin, now, left=True) if post else ()
        return Done(Outcome.LEFT, files, len(twin.recalled))
    if post is not None and _went_with_its_source(session, post):
        post.status = Status.PUBLISHED
        record(session, RESTORED, now, actor_id=None, post_id=post.id)
        touch(session, post, now)
    taken = importing.bring_in(session, twin.item, now, help_, made)
    post = session.get_one(Post, taken.post_id)
    if post.provenance is not None:
        post.provenance.mirror_id = mirror.id
    changed = taken.waiting and importing.let_out(session, post.id, now)
    if taken.outcome is not Outcome.LEFT and _correct(session, post, twin.corrections):
        changed = True
        touch(session, post, now)
    files = _take_pictures(session, post, twin, now, left=taken.outcome is Outcome.LEFT)
    if taken.outcome is not Outcome.LEFT:
        files += _let_go(session, post)
    outcome = Outcome.FILLED if changed and taken.outcome is Outcome.SAME else taken.outcome
    return Done(outcome, files, len(twin.recalled))


def _went_with_its_source(session: Session, post: Post) -> bool:
    """Whether nobody here has taken it down, but the mirror."""
    if post.status is not Status.WITHDRAWN:
        return False
    deeds = (WITHDRAWN, Step.WITHDRAW, Step.WITHDRAW_OWN)
    last = select(Event.action).where(Event.post_id == post.id, Event.action.in_(deeds))
    return session.scalar(last.order_by(Event.id.desc()).limit(1)) == WITHDRAWN


def _correct(session: Session, post: Post, said: Iterable[tuple[datetime, str]]) -> bool:
    """Let the notes below a post be those of its source; whether any is another."""
    of_post = select(Correction).where(Correction.post_id == post.id).order_by(Correction.id)
    known = [(one.at, one.words) for one in session.scalars(of_post)]
    if known == [*said]:
        return False
    session.execute(delete(Correction).where(Correction.post_id == post.id))
    session.add_all(
        Correction(post_id=post.id, revision_id=post.live_id or 0, at=at, words=words)
        for at, words in said
    )
    return True


def _take_pictures(
    session: Session, post: Post, twin: Twin, now: datetime, *, left: bool
) -> tuple[str, ...]:
    """Take away what was recalled there; of a post that is left alone all that has gone."""
    files: tuple[str, ...] = ()
    for key in twin.gone if left else twin.recalled:
        picture = session.get(Picture, key)
        if picture is not None and picture.post_id == post.id:
            files += take_away(session, picture, now, actor_id=None)
    return files


def _let_go(session: Session, post: Post) -> tuple[str, ...]:
    """Leave of a post nothing but what is out; returns the files of pictures that went."""
    session.flush()
    kept = (post.live_id if post.status is Status.PUBLISHED else None) or 0
    others = select(Revision.id).where(Revision.post_id == post.id, Revision.id != kept)
    shown = select(ShownPicture.picture_id).where(ShownPicture.revision_id == kept)
    recalled = select(Picture.id).where(
        Picture.post_id == post.id, Picture.recalled_at.is_not(None)
    )
    gone = files_of(session, post, {*session.scalars(shown), *session.scalars(recalled)})
    session.execute(update(Revision).where(Revision.id.in_(others)).values(**NOTHING))
    session.execute(delete(ShownPicture).where(ShownPicture.revision_id.in_(others)))
    remove_pictures(session, gone)
    signed = select(Byline.person_id).where(Byline.revision_id.in_(others)).distinct()
    persons = session.scalars(signed).all()
    session.execute(delete(Byline).where(Byline.revision_id.in_(others)))
    _remove_unnamed(session, persons)
    session.expire_all()
    return tuple(key for keys in gone.values() for key in keys)


def _remove_unnamed(session: Session, ids: Collection[int]) -> None:
    """Whoever stands under nothing any more came with a post, and goes with it."""
    needed = (Byline.person_id, Account.person_id, Subscription.person_id, Person.merged_into_id)
    gone = delete(Person).where(Person.id.in_(ids), Person.slug.is_(None))
    for column in needed:
        gone = gone.where(Person.id.not_in(select(column).where(column.is_not(None))))
    session.execute(gone)


def withdraw(session: Session, post_id: int, now: datetime) -> tuple[str, ...]:
    """Take down a post that has gone at its source; returns the files that went with it."""
    post = session.get_one(Post, post_id)
    if post.status is not Status.PUBLISHED:
        return ()
    post.status, post.waiting_id = Status.WITHDRAWN, None
    take_in(session, post, now)
    session.execute(delete(Correction).where(Correction.post_id == post.id))
    record(session, WITHDRAWN, now, actor_id=None, post_id=post.id)
    return _let_go(session, post)


# ---------------------------------------------------------------- what is known of the source


def documents(session: Session, mirror: Mirror) -> dict[str, MirrorDocument]:
    """The documents of the source's feed that were brought in whole, by address."""
    chosen = select(MirrorDocument).where(MirrorDocument.mirror_id == mirror.id)
    return {one.address: one for one in session.scalars(chosen)}


def out_here(session: Session, mirror: Mirror) -> dict[str, tuple[int, str]]:
    """The posts of a mirror that are out here: by their key, id and address at the source."""
    rows = session.execute(
        select(Provenance.key, Post.id, Provenance.source_url)
        .join(Post, Post.id == Provenance.post_id)
        .where(Provenance.mirror_id == mirror.id, Post.status == Status.PUBLISHED)
    )
    return {key or "": (post_id, url) for key, post_id, url in rows}
