"""Revisions: unchanging snapshots made from what somebody wrote, and written on from again.

What is derived from their words can be made again by a newer recipe.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from babel import UnknownLocaleError
from babel.dates import format_date
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid, short_path
from diary.domain.content import BylineContent, Content, PictureContent
from diary.domain.errors import NotFound
from diary.domain.journal import show_change
from diary.models import (
    Byline,
    Consent,
    Lab,
    Method,
    Person,
    Picture,
    Post,
    Precision,
    Revision,
    RevisionLink,
    ShownPicture,
)
from diary.queries import named
from diary.text import markdown
from diary.text.plain import first_name, heading, rest_after

OPENING_LENGTH = 220
LINK = re.compile(r'href="/posts/([a-z0-9-]+)"')
"""A link to a post, as `markdown.render` writes it."""
UNDATED_WORDS = {"sv": "Utan datum", "en": "Without a date", "ar": "بلا تاريخ"}
AT_ONCE = 100
"""How many revisions are made again in one go."""


def newest_id(session: Session, post_id: int) -> int | None:
    """The id of the revision made last, if there is one."""
    return session.scalar(select(func.max(Revision.id)).where(Revision.post_id == post_id))


def newest(session: Session, post: Post) -> Revision:
    """The revision made last; raises NotFound if none was."""
    found = session.get(Revision, newest_id(session, post.id) or 0)
    if found is None:
        raise NotFound
    return found


def snapshot(
    session: Session,
    post: Post,
    content: Content,
    now: datetime,
    *,
    account_id: int | None = None,
) -> Revision:
    """An unchanging revision of a content, with what is derived from its words."""
    revision = Revision(
        post_id=post.id,
        made_by_id=account_id,
        made_at=now,
        title=content.title,
        body=content.body,
        lang=content.lang,
        gist=content.gist,
        second_kind=content.second_kind,
        second_lang=content.second_lang,
        second_body=content.second_body,
        scribe=content.scribe,
        dated=content.dated,
        precision=content.precision,
        lab_id=lab_id(session, content.lab),
        voice=content.voice,
        inspired_by_id=named.post_at(session, content.inspired_by, but=post.id),
        **_derived(content),
        methods=_methods(session, content.methods),
        bylines=[*_bylines(session, content.bylines, now)],
        pictures=[*_shown(session, post, content.pictures)],
    )
    session.add(revision)
    session.flush()
    link(session, revision)
    if post.live_id is None:
        post.stand_on(content.dated, content.precision)
        post.lab_id = revision.lab_id
    return revision


def _derived(text: Content | Revision) -> dict[str, Any]:
    html = markdown.render(text.body)
    called = heading(text.title, html)
    return {
        "html": html,
        "second_html": markdown.render(text.second_body),
        "heading": called or _day(text),
        "opening": rest_after(html, "" if text.title else called, OPENING_LENGTH),
        "recipe": markdown.RECIPE,
    }


def _day(text: Content | Revision) -> str:
    """What pictures without a word are called: nothing that stands with them, as they may go."""
    if text.precision is Precision.UNKNOWN:
        return UNDATED_WORDS.get(text.lang, UNDATED_WORDS["en"])
    try:
        return format_date(text.dated, "d MMMM y", locale=text.lang)
    except UnknownLocaleError:
        return text.dated.isoformat()


def outdated(session: Session) -> int:
    """How many revisions' texts were derived by an older recipe."""
    old = select(func.count()).where(Revision.recipe < markdown.RECIPE)
    return session.scalar(old) or 0


def remake(session: Session, now: datetime) -> int:
    """Make anew what an older recipe derived from the words of some revisions: how many.

    To be called, and committed, until it answers 0; no other writer waits for long meanwhile.
    """
    old = select(Revision).where(Revision.recipe < markdown.RECIPE).limit(AT_ONCE)
    found = session.scalars(old).all()
    for revision in found:
        made = _derived(revision)
        for name, value in made.items():
            setattr(revision, name, value)
        link(session, revision)
    if found:
        session.flush()
        show_change(session, now)
    return len(found)


def link(session: Session, revision: Revision) -> None:
    """Keep which other posts a revision's texts link to, as far as there are any by now."""
    session.execute(delete(RevisionLink).where(RevisionLink.revision_id == revision.id))
    slugs = set(LINK.findall(revision.html + revision.second_html))
    found = named.posts_at(session, slugs) - {revision.post_id}
    session.add_all(RevisionLink(revision_id=revision.id, post_id=one) for one in sorted(found))
    session.flush()


def lab_id(session: Session, slug: str) -> int | None:
    """The id of the lab with this slug; None for no lab."""
    return session.scalar(select(Lab.id).where(Lab.slug == slug)) if slug else None


def _methods(session: Session, slugs: tuple[str, ...]) -> list[Method]:
    return list(session.scalars(select(Method).where(Method.slug.in_(slugs)))) if slugs else []


def _bylines(session: Session, bylines: Iterable[BylineContent], now: datetime) -> Iterable[Byline]:
    given = tuple(bylines)
    minors = _minors(session, [byline.person_id for byline in given if byline.person_id])
    for position, byline in enumerate(given):
        person_id = byline.person_id
        if person_id is None:
            # A name typed is somebody new: two people may share it, and merging is done by hand.
            person = Person(
                uid=new_uid(), name=byline.name, role=byline.role, kind=byline.kind, created_at=now
            )
            session.add(person)
            session.flush()
            person_id = person.id
        yield Byline(
            person_id=person_id,
            position=position,
            name=first_name(byline.name) if person_id in minors else byline.name,
            role=byline.role,
            kind=byline.kind,
        )


def _minors(session: Session, person_ids: Collection[int]) -> set[int]:
    statement = select(Person.id).where(Person.id.in_(person_ids), Person.minor)
    return set(session.scalars(statement))


def _shown(
    session: Session, post: Post, pictures: tuple[PictureContent, ...]
) -> Iterable[ShownPicture]:
    statement = select(Picture.token, Picture.id).where(Picture.post_id == post.id)
    ids: dict[str, int] = dict(list(session.execute(statement)))
    for position, picture in enumerate(p for p in pictures if p.token in ids):
        yield ShownPicture(
            picture_id=ids[picture.token],
            position=position,
            alt=picture.alt,
            caption=picture.caption,
            credit=picture.credit,
            link=picture.link,
            focus_x=picture.focus_x,
            focus_y=picture.focus_y,
        )


def content_of(session: Session, revision: Revision) -> Content:
    """A revision as something to write on."""
    return Content(
        dated=revision.dated,
        title=revision.title,
        body=revision.body,
        lang=revision.lang,
        lang_chosen=True,
        gist=revision.gist,
        second_kind=revision.second_kind,
        second_lang=revision.second_lang,
        second_lang_chosen=True,
        second_body=revision.second_body,
        scribe=revision.scribe,
        precision=revision.precision,
        lab=revision.lab.slug if revision.lab else "",
        methods=tuple(method.slug for method in revision.methods),
        voice=revision.voice,
        inspired_by=_inspired_by(session, revision),
        bylines=tuple(BylineContent(b.name, b.role, b.kind, b.person_id) for b in revision.bylines),
        pictures=tuple(_written(session, shown) for shown in revision.pictures),
    )


def _inspired_by(session: Session, revision: Revision) -> str:
    post = session.get(Post, revision.inspired_by_id or 0)
    return short_path(post.short) if post else ""


def _written(session: Session, shown: ShownPicture) -> PictureContent:
    consent = session.get_one(Consent, shown.picture_id)
    return PictureContent(
        token=shown.picture.token,
        alt=shown.alt,
        caption=shown.caption,
        credit=shown.credit,
        link=shown.link,
        claim=consent.claim,
        focus_x=shown.focus_x,
        focus_y=shown.focus_y,
    )
