"""Where somebody's name stands: what is known of a person, found by what they are called."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, null, or_, select
from sqlalchemy.orm import Session

from diary.models import (
    Account,
    Byline,
    Consent,
    Handout,
    Invitation,
    NeverShow,
    Objection,
    Outgoing,
    Person,
    Picture,
    Post,
    Revision,
    Sender,
    ShownPicture,
    StandingConsent,
    Subscriber,
)
from diary.models.engine import Base
from diary.text.plain import carries, tidy_line

PERSON, POST = "person", "post"
LOOSE: dict[str, Select[*tuple[Any, ...]]] = {
    "consent": select(Consent.picture_id, Picture.post_id, Consent.from_whom)
    .join(Picture, Picture.id == Consent.picture_id)
    .where(Consent.from_whom != ""),
    "standing": select(StandingConsent.id, null(), StandingConsent.name, StandingConsent.guardian),
    "never": select(NeverShow.id, null(), NeverShow.name, NeverShow.note),
    "request": select(
        Objection.id, Objection.post_id, Objection.words, Objection.contact, Objection.answer
    ),
    "sender": select(Sender.id, Sender.post_id, Sender.contact).where(Sender.contact != ""),
    "invitation": select(Invitation.id, null(), Invitation.note).where(Invitation.note != ""),
    "subscriber": select(Subscriber.id, null(), Subscriber.email),
    "mail": select(Outgoing.id, null(), Outgoing.recipient, Outgoing.subject, Outgoing.body),
    "handout": select(Handout.id, null(), Handout.receiver, Handout.place),
}
"""Where a name stands without a person: per kind its id, its post and the words to look in."""
TABLES: dict[str, type[Base]] = {
    "consent": Consent,
    "standing": StandingConsent,
    "never": NeverShow,
    "request": Objection,
    "sender": Sender,
    "invitation": Invitation,
    "subscriber": Subscriber,
    "mail": Outgoing,
    "handout": Handout,
}
KINDS = (PERSON, *TABLES, POST)


@dataclass(frozen=True, slots=True)
class Trace:
    """A place where a name stands, and what stands there."""

    kind: str
    id: int
    words: str
    post_id: int | None = None
    account_id: int | None = None
    posts: int = 0
    """How many a person's name stands under."""

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"


def find(session: Session, name: str) -> tuple[Trace, ...]:
    """All that carries a name, an address or a number, as words of its own.

    Two people of one name are two traces: whoever asks chooses among them.
    """
    wanted = {tidy_line(name).casefold()} - {""}
    if not wanted:
        return ()
    return (
        *_persons(session, wanted),
        *_loose(session, wanted),
        *_named_in_posts(session, wanted),
    )


def _persons(session: Session, wanted: set[str]) -> Iterable[Trace]:
    called, posts = defaultdict[int, set[str]](set), dict[int, int]()
    for person_id, name in session.execute(select(Byline.person_id, Byline.name).distinct()):
        called[person_id].add(name)
    counted = select(Byline.person_id, func.count(Revision.post_id.distinct()))
    for person_id, count in session.execute(counted.join(Revision).group_by(Byline.person_id)):
        posts[person_id] = count
    statement = (
        select(Person, Account.id, Account.username, Account.email)
        .outerjoin(Account, Account.person_id == Person.id)
        .order_by(Person.name, Person.id)
    )
    for person, account_id, username, email in session.execute(statement):
        ways = (username or "", email or "")
        if any(carries(one, wanted) for one in (person.name, *called[person.id], *ways)):
            yield Trace(
                kind=PERSON,
                id=person.id,
                words=", ".join(filter(None, (person.name, person.role, *ways))),
                account_id=account_id,
                posts=posts.get(person.id, 0),
            )


def _loose(session: Session, wanted: set[str]) -> Iterable[Trace]:
    for kind, statement in LOOSE.items():
        for found, post_id, *texts in session.execute(statement):
            # Who follows by mail is found by the whole address: half of one would list them.
            whole = kind == "subscriber"
            if any(text in wanted if whole else carries(text, wanted) for text in texts):
                yield Trace(kind, found, " · ".join(filter(None, texts)), post_id)


def _named_in_posts(session: Session, wanted: set[str]) -> Iterable[Trace]:
    """Posts that are out, wait or were taken down; what somebody has not sent is theirs alone."""
    shown = select(ShownPicture.revision_id, ShownPicture.alt, ShownPicture.caption)
    said = defaultdict[int, list[str]](list)
    for revision_id, *texts in session.execute(shown.add_columns(ShownPicture.credit)):
        said[revision_id].extend(texts)
    statement = select(Post.id, Revision).join(
        Revision, or_(Revision.id == Post.live_id, Revision.id == Post.waiting_id)
    )
    found: dict[int, str] = {}
    for post_id, one in session.execute(statement.order_by(Post.id, Revision.id)):
        words = (one.title, one.body, one.second_body, one.gist, one.scribe, *said[one.id])
        if any(carries(text, wanted) for text in words):
            found[post_id] = one.heading
    return (Trace(POST, post_id, heading, post_id) for post_id, heading in found.items())
