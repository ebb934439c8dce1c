"""Calling moderators to read: at once, each morning, and when nobody has read for a week."""

import enum
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import deputies, policy
from diary.domain.ended import ended_at
from diary.domain.journal import locked_state
from diary.domain.policy import Facts
from diary.models import Account, Event, Post, State, Told
from diary.queries import moderation, people
from diary.queries.posts import Scope

MORNING = time(7)
"""When those who want it daily are told, by the diary's clocks."""
A_WEEK = timedelta(days=7)
"""After so long without anybody reading all are told, and then again and again."""
EVERYTHING = Scope(everything=True)


class Call(enum.StrEnum):
    """Why moderators are told by themselves of what waits."""

    DAILY = "daily"
    NOBODY_READS = "nobody_reads"


def called_at_once(session: Session, post: Post, today: date) -> list[Account]:
    """Whose queue a post has just come into and who want to be told at once."""
    facts = Facts(post.owner_id, post.lab_id)
    return [
        account
        for account in people.moderators_reached(session)
        if account.told is Told.AT_ONCE
        and account.id != post.owner_id
        and policy.reads(deputies.reader(session, account, today), facts)
    ]


def called(session: Session, call: Call) -> list[Account]:
    """Whom a call goes to: for the morning's those who want it daily, for the week's all."""
    reached = people.moderators_reached(session)
    wanted = {Told.DAILY} if call is Call.DAILY else set(Told)
    return [account for account in reached if account.told in wanted]


def soonest(session: Session, now: datetime) -> datetime:
    """When, at the earliest, somebody is to be called of what has just been sent."""
    return now if called(session, Call.DAILY) else now + A_WEEK


def due(session: Session, zone: ZoneInfo) -> dict[Call, datetime]:
    """When each call is next due, as things stand; none while nothing waits, or at the end."""
    if ended_at(session) is not None:
        return {}
    state = session.scalars(select(State)).one()
    found = {}
    since = moderation.oldest(session, EVERYTHING)
    if since is not None and called(session, Call.DAILY):
        found[Call.DAILY] = morning_after(max(since, state.digest_at or since), zone)
    unread = moderation.oldest(session, EVERYTHING, put_off=False)
    if unread is not None:
        quiet = max(unread, state.reminded_at or unread, _last_decision(session) or unread)
        found[Call.NOBODY_READS] = quiet + A_WEEK
    return found


def call(session: Session, now: datetime, zone: ZoneInfo) -> frozenset[Call]:
    """Note the calls that are due by now as made, and say which: whoever asks lets them go out."""
    made = frozenset(one for one, at in due(session, zone).items() if at <= now)
    state = locked_state(session)
    if Call.DAILY in made:
        state.digest_at = now
    if Call.NOBODY_READS in made:
        state.reminded_at = now
    return made


def morning_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first morning after a moment, by the diary's clocks."""
    local = moment.astimezone(zone)
    today = datetime.combine(local.date(), MORNING, zone)
    later = datetime.combine(local.date() + timedelta(days=1), MORNING, zone)
    return (today if today > local else later).astimezone(UTC)


def _last_decision(session: Session) -> datetime | None:
    """When somebody last decided about any post."""
    decided = select(Event.at).where(Event.action.in_(policy.MODERATION))
    return session.scalar(decided.order_by(Event.id.desc()).limit(1))
