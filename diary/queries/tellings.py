"""Who wrote a post and is to be told of it, and what somebody still has to tell."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from diary.models import Account, News, Person, Post, Revision, Telling
from diary.queries.people import Question, questions
from diary.queries.posts import Scope, visible_to

SHOWN = 50
TOLD_SHOWN_FOR = timedelta(days=1)
"""How long what was told can be taken for untold again."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody whose post was decided about, and what it is called: all that a letter needs."""

    name: str
    email: str
    language: str
    """What they have picked; empty if nothing."""
    post_id: int
    short: str
    heading: str
    lang: str
    dated: date


@dataclass(frozen=True, slots=True)
class ToTell:
    """News for a writer without e-mail; `told_by` has told them."""

    id: int
    news: News
    at: datetime
    told_by: str
    writer: Writer
    question: Question | None


def _newest() -> Select[Account, str, Post, Revision]:
    """Open accounts with their posts, as the newest revision says."""
    newest = select(func.max(Revision.id)).where(Revision.post_id == Post.id).correlate(Post)
    wanted = func.coalesce(Post.waiting_id, Post.live_id, newest.scalar_subquery())
    return (
        select(Account, Person.name, Post, Revision)
        .join(Person, Account.person_id == Person.id)
        .join(Post, Post.owner_id == Account.id)
        .join(Revision, Revision.id == wanted)
        .where(Account.closed_at.is_(None))
    )


def _writer(account: Account, name: str, post: Post, revision: Revision) -> Writer:
    return Writer(
        name=name,
        email=account.email or "",
        language=account.language or "",
        post_id=post.id,
        short=post.short,
        heading=revision.heading,
        lang=revision.lang,
        dated=revision.dated,
    )


def writer(session: Session, post_id: int) -> Writer | None:
    """The writer of a post, if they still have an account."""
    statement = _newest().where(Post.id == post_id)
    return next((_writer(*row) for row in session.execute(statement)), None)


def _to_tell(scope: Scope, now: datetime) -> Select[Telling]:
    """The news that somebody with this scope can tell others, but nobody tells themselves."""
    return (
        select(Telling)
        .join(Post, Telling.post_id == Post.id)
        .join(Account, Telling.account_id == Account.id)
        .where(visible_to(Scope(scope.everything, None, scope.lab_ids)), Telling.at <= now)
        .where(Account.closed_at.is_(None), Telling.account_id != (scope.owner_id or 0))
    )


def count(session: Session, scope: Scope, now: datetime) -> int:
    """How many writers' news wait to be told."""
    waiting = _to_tell(scope, now).where(Telling.told_at.is_(None))
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def listed(session: Session, scope: Scope, now: datetime) -> tuple[ToTell, ...]:
    """What is to be told, the oldest first, then what was told just now."""
    teller, theirs = aliased(Person), aliased(Account)
    recent = or_(Telling.told_at.is_(None), Telling.told_at > now - TOLD_SHOWN_FOR)
    ids = _to_tell(scope, now).where(recent).with_only_columns(Telling.id)
    statement = (
        _newest()
        .join(Telling, (Telling.post_id == Post.id) & (Telling.account_id == Account.id))
        .outerjoin(theirs, Telling.told_by_id == theirs.id)
        .outerjoin(teller, theirs.person_id == teller.id)
        .where(Telling.id.in_(ids))
        .order_by(Telling.told_at.is_not(None), Telling.at, Telling.id)
        .add_columns(Telling, teller.name)
        .limit(SHOWN)
    )
    found = session.execute(statement).all()
    asked = questions(session, [row[2] for row in found])
    return tuple(
        ToTell(
            id=telling.id,
            news=telling.news,
            at=telling.at,
            told_by=(told_by or "") if telling.told_at else "",
            writer=_writer(account, name, post, revision),
            question=asked[post.id],
        )
        for account, name, post, revision, telling, told_by in found
    )
