"""Moderation: a decision names the revision it was made on and is journaled with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from diary.domain import consents, policy, readers, sent_in, telling
from diary.domain.content import Content, line_problems
from diary.domain.due import expect
from diary.domain.errors import (
    Ended,
    Invalid,
    NotAllowed,
    NotFound,
    NotPossible,
    NotRead,
    Overtaken,
    Problem,
)
from diary.domain.journal import record
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import go_public, let_out_again, take_in, touch
from diary.domain.revisions import content_of, snapshot
from diary.domain.telling import Letter
from diary.domain.workflow import TRANSITIONS, Step, after
from diary.models import Account, Correction, Method, Post, Reading, Revision, Status, Voice
from diary.text.plain import has_control, tidy_line

REASONS = (
    "who_is_in_the_picture",
    "too_dark",
    "describe_the_picture",
    "who_took_the_picture",
    "private_detail",
    "when_and_where",
    "say_more",
)
"""Ready questions, kept as keys and shown to each author in their own language."""
WHY_TAKEN_DOWN = (
    "asked_by_somebody_in_it",
    "wrong_facts",
    "tells_something_private",
    "posted_twice",
    "other",
)
"""Why something is taken down: to the author in their language, to readers never."""

MAX_WORDS = 2_000

OFFERED = (
    Step.PUBLISH,
    Step.RETURN,
    Step.HOLD,
    Step.SCHEDULE,
    Step.WITHDRAW,
    Step.RESTORE,
)
"""The steps that have a button."""
LETS_OUT = frozenset({Step.PUBLISH, Step.SCHEDULE})
"""Whoever takes these answers for words that nobody outside has seen."""
FARTHEST = timedelta(days=365)
"""How far ahead a post can be scheduled."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What a post is kept under: the slugs of methods, and the kind of post."""

    methods: tuple[str, ...]
    voice: Voice | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator decides: a step, on which revision, with what question.

    `at` is when a scheduled post goes out; `correction` the line that readers are told with what
    is published anew, None where it does not matter to them; `gist` the line in the main language
    it goes out with and `filing` what it is kept under, None for its own; `found` whether it is one
    of a rebuilt journey's posts, None where that is not asked.
    """

    step: Step
    revision_id: int
    reason: str = ""
    words: str = ""
    at: datetime | None = None
    correction: str | None = None
    gist: str | None = None
    filing: Filing | None = None
    found: bool | None = None


def decide(
    session: Session,
    actor: Actor,
    post_id: int,
    verdict: Verdict,
    now: datetime,
    house: House,
    letter: Letter | None = None,
) -> Post:
    """Carry out a decision; `letter` tells its writer of it, if they have an address.

    Raises NotFound for a post that is not this moderator's, NotAllowed for a step they may not
    take, Overtaken if another revision waits by now, NotPossible from a status without that
    step, Ended for all but taking down once the journey has ended, NotRead for one in a language
    nobody has read it in, Invalid for a question or a correction without words and for taking down
    without a reason.
    """
    post = _on_the_desk(session, actor, post_id, verdict, house)
    status = after(post.status, verdict.step)
    _check_words(verdict)
    _check_filing(session, verdict)
    _check_time(verdict, now)
    corrects = _corrects(post, verdict)
    was_out, revision_id = post.live_id, verdict.revision_id
    if verdict.step in LETS_OUT:
        revision_id = _ready(session, actor, post, verdict, now, house)
    _carry_out(session, post, verdict.step, now, house.zone)
    if corrects:
        _correct(session, actor, post, verdict.correction or "", now)
    post.status = status
    _set_time(session, post, verdict)
    telling.overtake(session, post.id)
    telling.tell(session, actor, post, verdict.step, post.publish_at or now, letter)
    record(
        session,
        verdict.step,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=revision_id,
        subject_id=verdict.revision_id,
        other_id=was_out,  # undoing it brings that back
        reason=verdict.reason or None,
        words=verdict.words,
    )
    return post


def _ready(
    session: Session, actor: Actor, post: Post, verdict: Verdict, now: datetime, house: House
) -> int:
    """The revision that goes out, filed and with its pictures settled."""
    if post.waiting_id is None:
        raise NotPossible("Nothing waits to be published.")
    readers.check_read(session, actor, verdict.revision_id, house)
    consents.settle(session, actor, post, verdict.revision_id, now)
    post.waiting_id = _filed(session, post, verdict)
    if verdict.found is not None:
        sent_in.tell_found(session, post, verdict.found)
    return post.waiting_id


def let_out(
    session: Session,
    actor: Actor,
    chosen: Iterable[tuple[int, int]],
    now: datetime,
    house: House,
    letters: Mapping[int, Letter | None],
) -> int:
    """Publish several waiting posts of trusted authors, as (post id, revision id): how many.

    They are read afterwards, as what these authors send now. What somebody has decided or changed
    meanwhile, or cannot read, waits on. Raises NotFound and NotAllowed as `decide` does, the
    latter for an author who is not trusted, too.
    """
    done = 0
    for post_id, revision_id in chosen:
        if not session.scalar(
            select(Account.trusted)
            .join(Post, Post.owner_id == Account.id)
            .where(Post.id == post_id)
        ):
            raise NotAllowed
        try:
            verdict = Verdict(Step.PUBLISH, revision_id)
            post = decide(session, actor, post_id, verdict, now, house, letters.get(post_id))
        except (NotRead, Overtaken, NotPossible):
            continue
        post.read_id = None
        done += 1
    return done


def steps(
    actor: Actor, facts: Facts, status: Status, waits: bool, house: House
) -> tuple[Step, ...]:
    """What this moderator can do with a post now; `waits` is whether a revision waits."""
    return tuple(
        step
        for step in offered(house)
        if policy.may(actor, step, facts, house)
        and status in TRANSITIONS[step]
        and (waits or step not in {*LETS_OUT, Step.RETURN})
    )


def offered(house: House) -> tuple[Step, ...]:
    """The steps that have a button: once the journey has ended, only the one out of sight."""
    return (Step.WITHDRAW,) if house.ended else OFFERED


def _on_the_desk(
    session: Session, actor: Actor, post_id: int, verdict: Verdict, house: House
) -> Post:
    """The post to decide about, locked, if this moderator may do so and what they read waits."""
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        raise NotFound
    facts = Facts(post.owner_id, post.lab_id)
    if not policy.reads(actor, facts):
        raise NotFound
    if verdict.step not in OFFERED or not policy.may(actor, verdict.step, facts, house):
        raise NotAllowed
    if verdict.step not in offered(house):
        raise Ended
    if verdict.revision_id != (post.waiting_id or post.live_id):
        raise Overtaken
    return post


def _filed(session: Session, post: Post, verdict: Verdict) -> int:
    """The revision to let out: what was read or, where it is filed otherwise, the same with that.

    It is nobody's edit, so that writer and time stay; and it is as read as the other was.
    """
    read = session.get_one(Revision, verdict.revision_id)
    content = content_of(session, read)
    filed = content if verdict.gist is None else replace(content, gist=tidy_line(verdict.gist))
    if verdict.filing is not None:
        filed = replace(filed, methods=verdict.filing.methods, voice=verdict.filing.voice)
    if _in_order(filed) == _in_order(content):
        return read.id
    made = snapshot(session, post, filed, read.made_at, account_id=read.made_by_id)
    moved = update(Reading).where(Reading.revision_id == read.id)
    session.execute(moved.values(revision_id=made.id))
    return made.id


def _in_order(content: Content) -> Content:
    return replace(content, methods=tuple(sorted(content.methods)))


def _check_words(verdict: Verdict) -> None:
    withdraws = verdict.step is Step.WITHDRAW
    if verdict.reason and verdict.reason not in (WHY_TAKEN_DOWN if withdraws else REASONS):
        raise Invalid((Problem("why" if withdraws else "reason", "unknown_reason"),))
    if has_control(verdict.words):
        raise Invalid((Problem("words", "control"),))
    if len(verdict.words) > MAX_WORDS:
        raise Invalid((Problem("words", "too_long", {"limit": MAX_WORDS}),))
    if verdict.step is Step.RETURN and not (verdict.reason or verdict.words.strip()):
        raise Invalid((Problem("words", "question_missing"),))
    if wrong := tuple(line_problems("gist", verdict.gist or "")):
        raise Invalid(wrong)
    if withdraws and verdict.reason in {"", "other"} and not verdict.words.strip():
        raise Invalid((Problem("why", "reason_missing"),))


def _check_filing(session: Session, verdict: Verdict) -> None:
    slugs = set(verdict.filing.methods) if verdict.filing else set()
    if slugs - set(session.scalars(select(Method.slug).where(Method.slug.in_(slugs)))):
        raise Invalid((Problem("methods", "unknown_choice"),))


def _check_time(verdict: Verdict, now: datetime) -> None:
    if verdict.step is Step.SCHEDULE and (
        verdict.at is None or not now < verdict.at <= now + FARTHEST
    ):
        raise Invalid((Problem("at", "not_ahead"),))


def _corrects(post: Post, verdict: Verdict) -> bool:
    """Whether readers of what is out are told what was wrong; raises Invalid for no words."""
    if verdict.correction is None or verdict.step is not Step.PUBLISH or post.live_id is None:
        return False
    problems = tuple(line_problems("correction", verdict.correction, needed=True))
    if problems:
        raise Invalid(problems)
    return True


def _correct(session: Session, actor: Actor, post: Post, words: str, now: datetime) -> None:
    """Keep the note that readers see, and announce the post again."""
    session.add(
        Correction(post_id=post.id, revision_id=post.live_id or 0, at=now, words=tidy_line(words))
    )
    touch(session, post, now)
    record(
        session,
        "correct",
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=post.live_id,
    )


def _set_time(session: Session, post: Post, verdict: Verdict) -> None:
    post.publish_at = verdict.at if verdict.step is Step.SCHEDULE else None
    if post.publish_at:
        expect(session, post.publish_at)


def _carry_out(session: Session, post: Post, step: Step, now: datetime, zone: ZoneInfo) -> None:
    if step is Step.PUBLISH:
        go_public(session, post, session.get_one(Revision, post.waiting_id or 0), now, zone=zone)
        post.read_id = post.live_id
    elif step is Step.RETURN:
        if post.waiting_id is None:
            raise NotPossible("Nothing waits to be answered.")
        post.waiting_id = None
    elif step is Step.WITHDRAW:
        take_in(session, post, now)
    elif step is Step.RESTORE:
        if is_emptied(session.get_one(Revision, post.live_id or 0)):
            raise NotPossible("Its writer was forgotten, and its words with them.")
        let_out_again(session, post, now, zone)


def is_emptied(revision: Revision) -> bool:
    """Whether its writer was forgotten, and its words with them."""
    return not (revision.title or revision.body or revision.pictures)
