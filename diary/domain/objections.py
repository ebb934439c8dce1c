"""What anybody may ask without an account, with a receipt: "this is me, please take it down",
and to be helped where they cannot get at something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import new_token, new_uid
from diary.domain import policy, recall, telling
from diary.domain.content import line_problems, text_problems
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.journal import locked_state, record
from diary.domain.policy import Actor, Facts
from diary.domain.publishing import take_in
from diary.domain.telling import Letter
from diary.domain.workflow import Step, after
from diary.models import Objection, Picture, Post, Status

MAX_WORDS = 2_000
A_DAY = timedelta(days=1)

WHY = "asked_by_somebody_in_it"
"""Why a post is taken down that somebody asked about (`moderation.WHY_TAKEN_DOWN`)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks: `token` of the picture, or "" for the text; `contact` if they like."""

    token: str
    words: str
    contact: str
    lang: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the lead has set: whether a picture goes out of sight at once, how many a day may
    (against vandals), and within how many days the answer comes."""

    hide: bool
    a_day: int
    answer_days: int


def ask(session: Session, short: str, asked: Asked, now: datetime, terms: Terms) -> Objection:
    """Take in a request about a published post.

    Raises NotFound for a post or picture that is not out, Invalid per field.
    """
    locked_state(session)
    post = session.scalar(select(Post).where(Post.short == short, Post.status == Status.PUBLISHED))
    if post is None:
        raise NotFound
    _refuse(asked)
    picture = _asked_for(session, post, asked.token)
    hides = picture is not None and terms.hide and _hidden_today(session, now) < terms.a_day
    objection = Objection(
        uid=new_uid(),
        token=new_token(),
        post_id=post.id,
        picture_id=picture.id if picture else None,
        at=now,
        answer_by=now + timedelta(days=terms.answer_days),
        words=asked.words,
        contact=asked.contact,
        lang=asked.lang,
        hid=hides,
    )
    session.add(objection)
    session.flush()
    record(
        session,
        "object",
        now,
        actor_id=None,
        post_id=post.id,
        picture_id=objection.picture_id,
        subject_id=objection.id,
    )
    if picture and hides:
        recall.hide(session, (picture,), now, actor_id=None)
    return objection


def report_barrier(
    session: Session, words: str, contact: str, lang: str, now: datetime, answer_days: int
) -> Objection:
    """Take in what somebody cannot get at in the diary; raises Invalid per field."""
    locked_state(session)
    asked = Asked("", words, contact, lang)
    _refuse(asked, (Problem("words", "missing"),) if not words else ())
    objection = Objection(
        uid=new_uid(),
        token=new_token(),
        at=now,
        answer_by=now + timedelta(days=answer_days),
        words=words,
        contact=contact,
        lang=lang,
    )
    session.add(objection)
    session.flush()
    record(session, "report_barrier", now, actor_id=None, subject_id=objection.id)
    return objection


def answer(
    session: Session,
    actor: Actor,
    objection_id: int,
    now: datetime,
    *,
    away: bool,
    words: str,
    letter: Letter | None = None,
) -> tuple[str, ...]:
    """Decide about a request: the picture (or, for the text, the post) goes, or it stays.

    What somebody cannot get at is only answered. `letter` tells the writer of a post that goes.

    Returns the keys of files, as `recall.recall` does. Raises NotFound, Invalid. Decided twice,
    the second decision holds, but what was taken away stays away.
    """
    locked_state(session)
    objection, post = _readable(session, actor, objection_id)
    problems = tuple(text_problems("words", words, MAX_WORDS))
    if problems:
        raise Invalid(problems)
    files: tuple[str, ...] = ()
    picture = session.get(Picture, objection.picture_id or 0)
    if picture is not None and away:
        files = recall.take_away(session, picture, now, actor_id=actor.account_id)
    elif picture is not None:
        recall.show_again(session, picture, now, actor_id=actor.account_id)
    elif away and post is not None and post.status is Status.PUBLISHED:
        _withdraw(session, actor, post, now, letter)
    objection.decided_at, objection.decided_by_id = now, actor.account_id
    objection.recalled, objection.answer = away if post else None, words
    record(
        session,
        "answer_objection",
        now,
        actor_id=actor.account_id,
        post_id=objection.post_id,
        picture_id=objection.picture_id,
        subject_id=objection.id,
    )
    return files


def _withdraw(
    session: Session, actor: Actor, post: Post, now: datetime, letter: Letter | None
) -> None:
    post.status = after(post.status, Step.WITHDRAW)
    take_in(session, post, now)
    telling.overtake(session, post.id)
    telling.tell(session, actor, post, Step.WITHDRAW, now, letter)
    record(
        session,
        Step.WITHDRAW,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=post.live_id,
        reason=WHY,
    )


def _readable(session: Session, actor: Actor, objection_id: int) -> tuple[Objection, Post | None]:
    objection = session.get(Objection, objection_id)
    if objection is None:
        raise NotFound
    post = session.get(Post, objection.post_id or 0)
    theirs = policy.reads(actor, Facts(post.owner_id, post.lab_id)) if post else actor.reads_all
    if not theirs:
        raise NotFound
    return objection, post


def _asked_for(session: Session, post: Post, token: str) -> Picture | None:
    if not token:
        return None
    picture = session.scalar(
        select(Picture).where(Picture.post_id == post.id, Picture.token == token)
    )
    if picture is None:
        raise NotFound
    return picture


def _hidden_today(session: Session, now: datetime) -> int:
    hidden = select(func.count()).select_from(Objection)
    return session.scalar(hidden.where(Objection.hid, Objection.at > now - A_DAY)) or 0


def _refuse(asked: Asked, more: Iterable[Problem] = ()) -> None:
    problems: Iterable[Problem] = (
        *more,
        *text_problems("words", asked.words, MAX_WORDS),
        *line_problems("contact", asked.contact),
    )
    if wrong := tuple(problems):
        raise Invalid(wrong)
