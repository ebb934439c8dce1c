"""Writing: drafts and their working copies, pictures, and sending."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from diary.addresses import new_short, new_uid
from diary.domain import policy
from diary.domain.calls import soonest
from diary.domain.consents import asked_since
from diary.domain.content import Content, PictureContent, from_json, problems, same, to_json
from diary.domain.due import expect
from diary.domain.ended import ensure_goes_on
from diary.domain.errors import NotAllowed, NotFound, NotPossible, Overtaken, Problem
from diary.domain.journal import locked_state, record
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import go_public
from diary.domain.revisions import content_of, lab_id, newest, newest_id, snapshot
from diary.domain.telling import overtake
from diary.domain.workflow import CHANGEABLE, DELETABLE, EDITABLE, Step, after
from diary.models import (
    Account,
    Byline,
    Consent,
    Correction,
    HandoutPicture,
    Lab,
    Letter,
    Message,
    Method,
    Objection,
    Outgoing,
    Picture,
    Post,
    Provenance,
    Reading,
    Rendition,
    Revision,
    RevisionLink,
    RevisionMethod,
    Sender,
    ShownPicture,
    Status,
    Telling,
    WorkingCopy,
)
from diary.queries import named


def start(
    session: Session, actor: Actor, content: Content, now: datetime, form_key: str | None = None
) -> Post:
    """A new draft with its working copy; the same `form_key` again gives the same draft."""
    if form_key:
        locked_state(session)  # of two taps at once the second finds what the first has made
        begun = session.scalar(
            select(Post).where(Post.owner_id == actor.account_id, Post.form_key == form_key)
        )
        if begun is not None:
            return begun
    post = Post(
        uid=new_uid(),
        short=new_short(),
        owner_id=actor.account_id,
        form_key=form_key,
        dated=content.dated,
        precision=content.precision,
        created_at=now,
        status=Status.DRAFT,
    )
    session.add(post)
    session.flush()
    save(session, actor, post, content, now)
    return post


def owned(session: Session, actor: Actor, post_id: int, *, to_change: bool = False) -> Post:
    """The actor's own post, locked if it is to be changed; raises NotFound for anybody else's."""
    post = session.get(Post, post_id, with_for_update=to_change or None)
    if post is None or post.owner_id != actor.account_id:
        raise NotFound
    return post


def writable(session: Session, actor: Actor, post_id: int, *, to_change: bool = False) -> Post:
    """The actor's own post, or one whose words they may change as a moderator; else NotFound."""
    post = session.get(Post, post_id, with_for_update=to_change or None)
    if post is None or not may_write(actor, post):
        raise NotFound
    return post


def may_write(actor: Actor, post: Post) -> bool:
    """Whether a post is the actor's own or, once it was sent, theirs to read as a moderator."""
    if post.owner_id == actor.account_id:
        return True
    sent = post.status is not Status.DRAFT
    return sent and policy.reads(actor, Facts(post.owner_id, post.lab_id))


def working_copy(session: Session, actor: Actor, post: Post) -> WorkingCopy:
    """What the actor is writing on a post; begun, if there is none, from its newest revision or,
    for somebody else's words, from what waits or is out."""
    found = _stored_copy(session, actor, post)
    if found is None:
        own = post.owner_id == actor.account_id
        present = None if own else session.get(Revision, post.waiting_id or post.live_id or 0)
        content = content_of(session, present or newest(session, post))
        found = WorkingCopy(
            post_id=post.id,
            account_id=actor.account_id,
            version=0,
            saved_at=post.created_at,
            content=to_json(content),
        )
    return found


def _stored_copy(session: Session, actor: Actor, post: Post) -> WorkingCopy | None:
    return session.scalar(
        select(WorkingCopy).where(
            WorkingCopy.post_id == post.id, WorkingCopy.account_id == actor.account_id
        )
    )


def sent_meanwhile(session: Session, actor: Actor, post: Post, copy: WorkingCopy) -> Content | None:
    """What somebody else has made of a post since the actor last wrote on it, if it differs."""
    last = session.get(Revision, newest_id(session, post.id) or 0)
    if last is None or last.made_by_id == actor.account_id or last.made_at <= copy.saved_at:
        return None
    theirs = content_of(session, last)
    return theirs if copy.version and not same(theirs, from_json(copy.content)) else None


def edition(session: Session, copy: WorkingCopy) -> str:
    """Names what a form was filled from: the newest revision and the working copy's version."""
    return f"{newest_id(session, copy.post_id) or 0}.{copy.version}"


def save(
    session: Session,
    actor: Actor,
    post: Post,
    content: Content,
    now: datetime,
    begun_from: str | None = None,
    tab: str = "",
) -> WorkingCopy:
    """Keep what the actor has written.

    `begun_from` is the edition the writing began from. Raises Overtaken if something else has
    been saved or sent since, so that no text is overwritten unseen; the same text sent twice is
    no harm, nor is an open page (`tab`) that goes on from its own save whose answer got lost.
    A page numbers its saves ("page.7"): an older one that comes late changes nothing.
    """
    stored = _stored_copy(session, actor, post)
    copy = stored or WorkingCopy(post_id=post.id, account_id=actor.account_id, version=0, tab="")
    if begun_from is not None and _is_overtaken(session, copy, begun_from, tab):
        kept = working_copy(session, actor, post)
        if not same(content, from_json(kept.content)):
            raise Overtaken
        return kept
    if stored is not None and _is_late(stored.tab, tab):
        return stored
    session.add(copy)
    copy.version += 1
    copy.tab = tab
    copy.saved_at = now
    copy.content = to_json(content)
    _keep_claims(session, actor, post, content, now)
    if post.status is Status.DRAFT:
        post.stand_on(content.dated, content.precision)
        post.lab_id = lab_id(session, content.lab)
    session.flush()
    return copy


def _is_overtaken(session: Session, copy: WorkingCopy, begun_from: str, tab: str) -> bool:
    present = edition(session, copy)
    if begun_from == present:
        return False
    same_revision = begun_from.partition(".")[0] == present.partition(".")[0]
    page = tab.partition(".")[0]
    return not (page and copy.tab.partition(".")[0] == page and same_revision)


def _is_late(latest: str, tab: str) -> bool:
    (page, _, number), (last_page, _, last) = tab.partition("."), latest.partition(".")
    if page != last_page or not (number.isdecimal() and last.isdecimal()):
        return False
    return int(number) < int(last)


def add_pictures(
    session: Session, actor: Actor, post: Post, tokens: Iterable[str], now: datetime
) -> None:
    """Put pictures that came by themselves at the end of what the actor is writing.

    That is no new version: the words that are being typed meanwhile are not overtaken by it.
    """
    copy = working_copy(session, actor, post)
    content = from_json(copy.content)
    have = {picture.token for picture in content.pictures}
    more = (PictureContent(token, credit=actor.name) for token in tokens if token not in have)
    copy.content = to_json(content.with_pictures((*content.pictures, *more)))
    copy.saved_at = now
    session.add(copy)
    session.flush()


def _keep_claims(
    session: Session, actor: Actor, post: Post, content: Content, now: datetime
) -> None:
    claims = {picture.token: picture.claim for picture in content.pictures}
    if not claims:
        return
    statement = (
        select(Consent, Picture.token)
        .join(Picture, Picture.id == Consent.picture_id)
        .where(Picture.post_id == post.id)
    )
    for consent, token in session.execute(statement):
        if token in claims and consent.claim != claims[token]:
            consent.claim = claims[token]
            consent.claimed_by_id = actor.account_id
            consent.claimed_at = now


def check(
    session: Session, content: Content, today: date, post_id: int | None = None
) -> tuple[Problem, ...]:
    """What is wrong with the content of a post; `today` is the day in the diary's time zone."""
    labs = session.scalars(select(Lab.slug)) if content.lab else ()
    methods = session.scalars(select(Method.slug)) if content.methods else ()
    found = problems(content, today=today, labs=set(labs), methods=set(methods))
    if content.inspired_by and named.post_at(session, content.inspired_by, but=post_id) is None:
        found = (*found, Problem("inspired_at", "no_such_post"))
    return found


def promise(session: Session, actor: Actor, now: datetime) -> None:
    """Note that somebody has read, before the first post, that it is public for good."""
    locked_state(session)  # as `accounts` does before it changes an account: never the other way
    account = session.get_one(Account, actor.account_id)
    account.promised_at = account.promised_at or now


def submit(session: Session, actor: Actor, post: Post, now: datetime, house: House) -> Status:
    """Send a post: it waits to be read or, from a trusted author, is out at once.

    What is out already and reads the same is left as it is. Raises NotPossible if it has been
    sent already or is empty.
    """
    copy = working_copy(session, actor, post)
    content = from_json(copy.content)
    live = session.get(Revision, post.live_id or 0)
    nothing_waits = post.status is Status.PUBLISHED and not post.waiting_id
    unchanged = live and nothing_waits and same(content, content_of(session, live))
    if not (live and unchanged) or asked_since(session, live.id):
        send(session, actor, post, content, now, house)
    session.execute(delete(WorkingCopy).where(WorkingCopy.id == copy.id))
    return post.status


def send(
    session: Session, actor: Actor, post: Post, content: Content, now: datetime, house: House
) -> Revision:
    """Send a content as its writer, whatever they are writing on; raises as `submit` does,
    and Ended."""
    step = Step.PUBLISH_OWN if actor.trusted else Step.SUBMIT
    ensure_goes_on(session)
    if not policy.may(actor, step, Facts(post.owner_id, post.lab_id), house):
        raise NotAllowed
    status = after(post.status, step)
    if content.is_empty:
        raise NotPossible("An empty post cannot be sent.")
    revision = snapshot(session, post, content, now, account_id=actor.account_id)
    post.waiting_id = revision.id
    post.submitted_at = now
    overtake(session, post.id)
    session.flush()
    record(session, step, now, actor_id=actor.account_id, post_id=post.id, revision_id=revision.id)
    if step is Step.PUBLISH_OWN:
        go_public(session, post, revision, now, zone=house.zone)
    else:
        expect(session, soonest(session, now))
    post.status = status
    return revision


def take_back(session: Session, actor: Actor, post: Post, now: datetime) -> None:
    """Take back what has not been published yet; the words become a draft again.

    What was written since it was sent goes before what was sent.
    """
    status = after(post.status, Step.TAKE_BACK)
    if post.waiting_id is None:
        raise NotPossible("Nothing waits to be read.")
    waiting = session.get_one(Revision, post.waiting_id)
    if _stored_copy(session, actor, post) is None:
        save(session, actor, post, content_of(session, waiting), now)
    post.waiting_id = None
    post.status = status
    record(
        session,
        Step.TAKE_BACK,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=waiting.id,
    )


def discard(session: Session, actor: Actor, post: Post, now: datetime) -> None:
    """Delete a draft with every row of it but the journal's."""
    if post.status not in DELETABLE:
        raise NotPossible("Only what has not been sent can be deleted.")
    erase(session, post)
    record(session, "delete", now, actor_id=actor.account_id, post_id=post.id)


def erase(session: Session, post: Post) -> None:
    """Remove every row of a post that was never out.

    The pictures' files become orphans, which mending removes.
    """
    pictures = select(Picture.id).where(Picture.post_id == post.id)
    revisions = select(Revision.id).where(Revision.post_id == post.id)
    for column, rows in (
        (ShownPicture.revision_id, revisions),
        (Byline.revision_id, revisions),
        (RevisionMethod.revision_id, revisions),
        (RevisionLink.revision_id, revisions),
        (Rendition.picture_id, pictures),
        (Consent.picture_id, pictures),
        (HandoutPicture.picture_id, pictures),
        (WorkingCopy.post_id, [post.id]),
        (Reading.post_id, [post.id]),
        (Telling.post_id, [post.id]),
        (Correction.post_id, [post.id]),
        (Letter.post_id, [post.id]),
        (Outgoing.post_id, [post.id]),
        (Objection.post_id, [post.id]),
        (Sender.post_id, [post.id]),
        (Revision.post_id, [post.id]),
        (Message.post_id, [post.id]),
        (Picture.post_id, [post.id]),
        (Provenance.post_id, [post.id]),
        (Post.id, [post.id]),
    ):
        session.execute(delete(column.class_).where(column.in_(rows)))


def editable(post: Post, actor: Actor) -> bool:
    """Whether the actor can write on: its writer unless it waits to be read (then it must be taken
    back first), a moderator while it is theirs to read; nobody what an earlier diary said."""
    if post.provenance and post.provenance.earlier:
        return False
    if post.owner_id != actor.account_id:
        return post.status in CHANGEABLE
    return post.status in EDITABLE and not (post.status is Status.PUBLISHED and post.waiting_id)
