"""Blurring: a picture gives way to one in which nobody can be recognised, for good."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from diary.domain import consents, recall
from diary.domain.consents import Ruling
from diary.domain.content import from_json, to_json
from diary.domain.errors import NotFound, Overtaken
from diary.domain.journal import locked_state
from diary.domain.pictures import add_picture
from diary.domain.policy import Actor, House
from diary.media.images import Prepared
from diary.models import (
    Consent,
    Decision,
    HandoutPicture,
    Objection,
    Picture,
    Post,
    ShownPicture,
    WorkingCopy,
)


def to_blur(
    session: Session, actor: Actor, post_id: int, token: str, house: House
) -> tuple[Post, Picture]:
    """A picture that this moderator may blur, and its post.

    Raises NotFound, NotAllowed, Overtaken if it was blurred or taken away before.
    """
    post = consents.to_decide(session, actor, post_id, house)
    picture = session.scalar(
        select(Picture).where(Picture.post_id == post.id, Picture.token == token)
    )
    if picture is None:
        raise NotFound
    if picture.recalled_at is not None:
        raise Overtaken
    return post, picture


def give_way(
    session: Session,
    actor: Actor,
    post_id: int,
    token: str,
    blurred: Prepared,
    now: datetime,
    house: House,
) -> tuple[Picture, tuple[str, ...]]:
    """Put a blurred picture, whose files are stored, wherever the one it was made of is shown.

    That one is emptied as by a recall, so that neither its address nor a backup shows it again.
    Returns the new picture, and the keys of files as `recall.recall` does. Raises what `to_blur`
    does.
    """
    locked_state(session)
    post, old = to_blur(session, actor, post_id, token, house)
    new = add_picture(
        session, post, blurred, now, account_id=old.uploaded_by_id, filename=old.filename
    )
    new.blurred_at, new.hidden_at = now, old.hidden_at
    _take_the_place(session, old, new)
    _take_over_consent(session, old, new)
    consent = session.get_one(Consent, new.id)
    consents.decide(session, consent, post, Ruling(Decision.NOBODY), actor, now)
    recall.tell_readers(session, new, now)
    return new, recall.empty(session, old, now, "blur", actor_id=actor.account_id)


def _take_the_place(session: Session, old: Picture, new: Picture) -> None:
    """In every revision and everything being written, and in what was asked or handed out."""
    shown = update(ShownPicture).where(ShownPicture.picture_id == old.id)
    session.execute(shown.values(picture_id=new.id))
    for copy in session.scalars(select(WorkingCopy).where(WorkingCopy.post_id == old.post_id)):
        content = from_json(copy.content)
        renamed = (
            replace(one, token=new.token) if one.token == old.token else one
            for one in content.pictures
        )
        copy.content = to_json(content.with_pictures(renamed))
    asked = update(Objection).where(Objection.picture_id == old.id, Objection.decided_at.is_(None))
    session.execute(asked.values(picture_id=new.id))
    # A receipt tells of copies that hold somebody, and these hold them as they were.
    handed = select(HandoutPicture.handout_id).where(HandoutPicture.picture_id == old.id)
    session.add_all(
        HandoutPicture(handout_id=handout_id, picture_id=new.id)
        for handout_id in session.scalars(handed).all()
    )


def _take_over_consent(session: Session, old: Picture, new: Picture) -> None:
    """What the writer said stays said."""
    said, consent = session.get_one(Consent, old.id), session.get_one(Consent, new.id)
    consent.claim = said.claim
    consent.claimed_by_id, consent.claimed_at = said.claimed_by_id, said.claimed_at
