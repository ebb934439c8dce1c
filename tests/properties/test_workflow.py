"""No path through the workflow skips moderation, whoever does what in whatever order."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import afterwards, edits, moderation, sent, writing
from diary.domain import readers as reading
from diary.domain.accounts import actor_of
from diary.domain.due import release_due
from diary.domain.errors import DiaryError
from diary.domain.moderation import Verdict
from diary.domain.policy import Actor, House
from diary.domain.readers import Answer
from diary.domain.workflow import Step
from diary.models import Event, Post, Reading, Revision, Role, Status, begin_writing
from diary.queries.posts import published
from diary.queries.revisions import edited
from tests.builders import NOW, a_content, a_lab, an_account

PEOPLE = ("alice", "tove", "cora", "lea", "hanan")
people = st.sampled_from(PEOPLE)
# Each deed is tried by everybody, but what leads somewhere more often.
readers = st.sampled_from(("cora", "lea", "cora", "lea", *PEOPLE))
GISTS = st.sampled_from((None, None, "En rad"))
LANGS = st.sampled_from(("sv", "ar"))
steps = st.sampled_from((Step.PUBLISH,) * 6 + tuple(Step))


class Diary(RuleBasedStateMachine):
    """People write, send, take back, read and decide, on a real database."""

    posts = Bundle("posts")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.now = NOW
        self.house = House()
        self.sequences: dict[int, int] = {}
        self.read: dict[int, list[int]] = {}
        """Per post the revisions somebody may still have on their screen."""
        self.made: set[int] = set()

    @initialize(coordinators_publish=st.booleans())
    def move_in(self, coordinators_publish: bool) -> None:
        self.house = House(coordinators_publish=coordinators_publish)
        lab = a_lab(self.session)
        accounts = {
            "alice": an_account(self.session, "alice"),
            "tove": an_account(self.session, "tove", trusted=True),
            "cora": an_account(self.session, "cora", Role.COORDINATOR, labs=(lab,)),
            "lea": an_account(self.session, "lea", Role.LEAD),
            "hanan": an_account(self.session, "hanan"),
        }
        accounts["hanan"].reads, accounts["cora"].reads = ["ar"], ["ar", "sv"]
        self.actors = {name: actor_of(account) for name, account in accounts.items()}

    def try_to(self, deed: Callable[[Session, Actor], object], who: str) -> None:
        """Do something; a refusal leaves nothing behind, as a request's roll-back does."""
        self.now += timedelta(minutes=1)
        try:
            with self.session.begin_nested():
                deed(self.session, self.actors[who])
        except DiaryError:
            self.session.expire_all()

    def owner(self, post_id: int) -> str:
        owner = self.session.get_one(Post, post_id).owner_id
        return next(name for name, actor in self.actors.items() if actor.account_id == owner)

    @rule(
        target=posts,
        who=people,
        lab=st.sampled_from(["boden", "boden", ""]),
        lang=LANGS,
        sent=st.booleans(),
    )
    def write(self, who: str, lab: str, lang: str, sent: bool) -> int:
        content = a_content(lab=lab, lang=lang, bylines=())
        post_id = writing.start(self.session, self.actors[who], content, self.now).id
        if sent:
            self.send(post_id)
        return post_id

    @rule(post_id=posts, words=st.sampled_from(["ett", "två", "tre"]), lang=LANGS)
    def write_on(self, post_id: int, words: str, lang: str) -> None:
        self.try_to(
            lambda session, actor: writing.save(
                session,
                actor,
                writing.owned(session, actor, post_id),
                a_content(body=words, lab="boden", lang=lang, bylines=()),
                self.now,
            ),
            self.owner(post_id),
        )

    @rule(post_id=posts)
    def send(self, post_id: int) -> None:
        self.try_to(
            lambda session, actor: writing.submit(
                session, actor, writing.owned(session, actor, post_id), self.now, self.house
            ),
            self.owner(post_id),
        )
        waiting = self.session.get_one(Post, post_id).waiting_id
        if waiting is not None:
            self.read.setdefault(post_id, []).append(waiting)

    @rule(post_id=posts)
    def take_back(self, post_id: int) -> None:
        self.try_to(
            lambda session, actor: writing.take_back(
                session, actor, writing.owned(session, actor, post_id), self.now
            ),
            self.owner(post_id),
        )

    @rule(post_id=posts, who=people)
    def take_down(self, post_id: int, who: str) -> None:
        """Anybody tries; only its owner can, and only while it is out."""
        post = self.session.get_one(Post, post_id)
        may = post.status is Status.PUBLISHED and who == self.owner(post_id)
        before = post.status
        self.try_to(
            lambda session, actor: sent.take_down(
                session, actor, session.get_one(Post, post_id), self.now
            ),
            who,
        )
        now = self.session.get_one(Post, post_id).status
        assert now is (Status.WITHDRAWN if may else before)

    @rule(post_id=posts, who=readers, reader=people, answers=st.booleans())
    def ask_a_reader(self, post_id: int, who: str, reader: str, answers: bool) -> None:
        post = self.session.get_one(Post, post_id)
        revision, asked = post.waiting_id or post.live_id or 0, self.actors[reader].account_id
        self.try_to(
            lambda session, actor: reading.ask(
                session, actor, post_id, revision, asked, self.now, self.house
            ),
            who,
        )
        mine = select(Reading.id).where(Reading.post_id == post_id, Reading.reader_id == asked)
        for one in self.session.scalars(mine if answers else mine.limit(0)).all():
            self.try_to(partial(self.say_read, one), reader)

    def say_read(self, asked: int, session: Session, actor: Actor) -> None:
        reading.answer(session, actor, asked, Answer(fine=True), self.now)

    @rule(post_id=posts, who=readers, step=steps, newest=st.booleans(), gist=GISTS)
    def decide(self, post_id: int, who: str, step: Step, newest: bool, gist: str | None) -> None:
        """Anybody tries any step, on what waits now or on what was read long ago."""
        post = self.session.get_one(Post, post_id)
        current = post.waiting_id or post.live_id or 0
        revision = current if newest else self.read.get(post_id, [0])[0]
        at = self.now + timedelta(days=1)
        verdict = Verdict(step, revision, words="Hur?", at=at, gist=gist)
        self.try_to(
            lambda session, actor: moderation.decide(
                session, actor, post_id, verdict, self.now, self.house
            ),
            who,
        )

    @rule(post_id=posts, who=st.sampled_from(("cora", "lea")))
    def publish(self, post_id: int, who: str) -> None:
        """What leads furthest, tried often."""
        self.decide(post_id, who, Step.PUBLISH, newest=True, gist=None)

    @rule(post_id=posts, who=readers)
    def undo(self, post_id: int, who: str) -> None:
        self.try_to(
            lambda session, actor: afterwards.undo(session, actor, post_id, self.now, self.house),
            who,
        )

    @rule(post_id=posts, who=readers)
    def read_after(self, post_id: int, who: str) -> None:
        live = self.session.get_one(Post, post_id).live_id or 0
        self.try_to(
            lambda session, actor: afterwards.read_after(
                session, actor, post_id, live, self.now, self.house
            ),
            who,
        )

    @rule(post_id=posts, who=readers, words=st.sampled_from(["fyra", "fem"]))
    def change_words(self, post_id: int, who: str, words: str) -> None:
        """A moderator writes on somebody's post; others try, too."""

        def change(session: Session, actor: Actor) -> None:
            post = writing.writable(session, actor, post_id)
            content = a_content(body=words, lab="boden", bylines=())
            writing.save(session, actor, post, content, self.now)
            edits.change(session, actor, post, self.now)

        self.try_to(change, who)

    @rule(post_id=posts, refuses=st.booleans())
    def answer_to_change(self, post_id: int, refuses: bool) -> None:
        asked = edited(self.session, self.session.get_one(Post, post_id))
        if asked is None:
            return
        say = edits.refuse if refuses else edits.accept
        self.try_to(
            lambda session, actor: say(session, actor, post_id, asked.newest_id, self.now),
            self.owner(post_id),
        )
        post = self.session.get_one(Post, post_id)
        assert not refuses or post.live_id not in asked.ids

    @rule(post_id=posts, who=readers, oldest=st.booleans())
    def bring_back(self, post_id: int, who: str, oldest: bool) -> None:
        made = self.session.scalars(select(Revision.id).where(Revision.post_id == post_id)).all()
        post = self.session.get_one(Post, post_id)
        present, wanted = post.waiting_id or post.live_id or 0, min(made, default=0)
        self.try_to(
            lambda session, actor: edits.bring_back(
                session,
                actor,
                post_id,
                wanted if oldest else max(made, default=0),
                present,
                self.now,
                self.house,
            ),
            who,
        )

    @invariant()
    def no_revision_is_ever_lost(self) -> None:
        made = set(self.session.scalars(select(Revision.id)))
        assert self.made <= made
        self.made = made

    @rule(days=st.integers(0, 2))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        release_due(self.session, self.now, ZoneInfo("Europe/Stockholm"))

    @invariant()
    def everything_public_was_let_out_by_somebody_who_may(self) -> None:
        for post, live in self.session.execute(published()):
            assert self.let_out(post, live), f"{post} is public, and nobody let it out"

    def let_out(self, post: Post, live: Revision) -> bool:
        """Whether a moderator who did not write it read this very text, or a trusted one wrote."""
        events = self.session.scalars(select(Event).where(Event.revision_id == live.id))
        trusted = {a.account_id for a in self.actors.values() if a.trusted}
        moderators = {self.actors["lea"].account_id}
        if self.house.coordinators_publish:
            moderators.add(self.actors["cora"].account_id)
        return any(
            (
                event.action in {Step.PUBLISH, Step.SCHEDULE}
                and event.actor_id in moderators - {post.owner_id}
                and (live.lang == "sv" or self.read_by_somebody_who_can(event, live))
            )
            or (
                (event.action == Step.PUBLISH_OWN and event.actor_id == post.owner_id)
                and post.owner_id in trusted
            )
            for event in events
        )

    def read_by_somebody_who_can(self, event: Event, live: Revision) -> bool:
        """Whether who let out words in Arabic reads it, or has asked somebody who has read them."""
        if event.actor_id == self.actors["cora"].account_id:
            return True
        readings = select(Reading).where(
            Reading.revision_id == live.id, Reading.read_at.is_not(None)
        )
        able = {self.actors[name].account_id for name in ("hanan", "cora")}
        return any(one.reader_id in able for one in self.session.scalars(readings))

    @invariant()
    def a_sequence_is_given_once_and_kept(self) -> None:
        for post in self.session.scalars(select(Post).where(Post.sequence.is_not(None))):
            assert self.sequences.setdefault(post.id, post.sequence or 0) == post.sequence
        assert len(set(self.sequences.values())) == len(self.sequences)

    @invariant()
    def what_waits_has_something_to_read(self) -> None:
        waiting = Post.status.in_((Status.SUBMITTED, Status.HELD))
        empty = select(Post.id).where(waiting, Post.waiting_id.is_(None))
        assert self.session.scalars(empty).all() == []

    def teardown(self) -> None:
        begin_writing(self.session)


def test_no_path_skips_moderation(db: Session) -> None:
    run_state_machine_as_test(
        lambda: Diary(db),  # type: ignore[arg-type]
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
