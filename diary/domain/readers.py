"""Readers: nobody lets out what nobody who knows its language has read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import line_problems, text_problems
from diary.domain.errors import Invalid, NotFound, NotRead, Overtaken, Problem
from diary.domain.journal import record
from diary.domain.policy import Actor, Facts, House
from diary.models import Account, Post, Reading, Revision
from diary.queries import readings
from diary.text.plain import tidy_line

MAX_NOTE = 2_000


def languages(revision: Revision) -> set[str]:
    """The languages of a revision's words; none for pictures without any."""
    below = (text for shown in revision.pictures for text in (shown.alt, shown.caption))
    own = {revision.lang} if any((revision.title, revision.body, *below)) else set()
    return own | ({revision.second_lang or revision.lang} if revision.second_body else set())


def unread(session: Session, actor: Actor, revision_id: int, house: House) -> frozenset[str]:
    """The languages of a revision that the actor does not read, and nobody who was asked has."""
    readers = (
        select(Account)
        .join(Reading, Reading.reader_id == Account.id)
        .where(Reading.revision_id == revision_id, Reading.read_at.is_not(None))
    )
    known = policy.tongues(actor.reads, actor.language, house).union(
        *(_tongues(reader, house) for reader in session.scalars(readers))
    )
    return frozenset(languages(session.get_one(Revision, revision_id)) - known)


def check_read(session: Session, actor: Actor, revision_id: int, house: House) -> None:
    """Raise NotRead for words that neither the actor nor anybody who was asked has read."""
    if unread(session, actor, revision_id, house):
        raise NotRead


def _tongues(account: Account, house: House) -> frozenset[str]:
    return policy.tongues(account.reads, account.language, house)


def candidates(
    session: Session, actor: Actor, post_owner_id: int | None, langs: Collection[str], house: House
) -> list[Account]:
    """Who can be asked: all others that read one of the languages, but for the post's writer."""
    others = select(Account).where(
        Account.closed_at.is_(None), Account.id.not_in((actor.account_id, post_owner_id or 0))
    )
    found = session.scalars(others.order_by(Account.id))
    return [account for account in found if _tongues(account, house).intersection(langs)]


def ask(
    session: Session,
    actor: Actor,
    post_id: int,
    revision_id: int,
    reader_id: int,
    now: datetime,
    house: House,
    gist: str = "",
) -> bool:
    """Ask somebody to read what waits; asked twice they are asked once. Whether that is new.

    `gist` is the line in the main language as far as the moderator knows it. Raises NotFound,
    Overtaken if another revision waits by now, Invalid for somebody who does not read what is
    unread, and for a line that cannot be kept.
    """
    post = session.get(Post, post_id, with_for_update=True)
    if post is None or not policy.reads(actor, Facts(post.owner_id, post.lab_id)):
        raise NotFound
    if revision_id != (post.waiting_id or post.live_id):
        raise Overtaken
    langs = unread(session, actor, revision_id, house)
    able = candidates(session, actor, post.owner_id, langs, house)
    if reader_id not in {account.id for account in able}:
        raise Invalid((Problem("reader", "unknown_choice"),))
    if wrong := tuple(line_problems("gist", gist)):
        raise Invalid(wrong)
    asked = Reading.revision_id == revision_id, Reading.reader_id == reader_id
    if session.scalar(select(Reading.id).where(*asked)) is not None:
        return False
    session.add(
        Reading(
            post_id=post.id,
            revision_id=revision_id,
            reader_id=reader_id,
            asked_by_id=actor.account_id,
            asked_at=now,
            gist=gist,
        )
    )
    record(
        session,
        "ask_reader",
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=revision_id,
        account_id=reader_id,
    )
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says: nothing speaks against it or something does, the one line, a remark."""

    fine: bool
    gist: str = ""
    note: str = ""


def answer(session: Session, actor: Actor, reading_id: int, answer: Answer, now: datetime) -> None:
    """Keep what a reader says; until it is decided they can say otherwise.

    Raises NotFound for what somebody else was asked to read or what is decided, Invalid per field.
    """
    found = session.scalar(
        readings.open_to(actor.account_id).where(Reading.id == reading_id).with_for_update()
    )
    if found is None:
        raise NotFound
    wrong = (
        *line_problems("gist", answer.gist),
        *text_problems("note", answer.note, MAX_NOTE),
    )
    if wrong:
        raise Invalid(wrong)
    found.read_at, found.fine = now, answer.fine
    found.gist, found.note = tidy_line(answer.gist), answer.note
    record(
        session,
        "reader_answer",
        now,
        actor_id=actor.account_id,
        post_id=found.post_id,
        revision_id=found.revision_id,
    )
