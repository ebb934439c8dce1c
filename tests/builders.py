"""Plain functions that make rows for tests, each with sensible defaults."""

from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import accounts, erasures, moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, Content, PictureContent
from diary.domain.moderation import Verdict
from diary.domain.pictures import add_picture, store_files
from diary.domain.policy import Actor, House
from diary.domain.workflow import Step
from diary.media.images import Prepared, prepare
from diary.media.storage import Storage
from diary.models import (
    Account,
    Claim,
    Kind,
    Lab,
    Method,
    Person,
    Picture,
    Post,
    Role,
    Status,
)

NOW = datetime(2020, 2, 7, 12, 0, tzinfo=UTC)
PASSWORD = "share-stories"
PASSWORD_HASH = accounts.hasher.hash(PASSWORD)
HOUSE = House()


def a_lab(session: Session, slug: str = "boden", name: str = "") -> Lab:
    """A lab."""
    lab = Lab(
        uid=new_uid(),
        slug=slug,
        name=name or slug.title(),
        short_names={},
        summaries={},
        descriptions={},
        results={},
        partners=[],
    )
    session.add(lab)
    session.flush()
    return lab


def a_method(session: Session, slug: str = "kor", name: str = "") -> Method:
    """A method."""
    method = Method(
        uid=new_uid(), slug=slug, name=name or slug.title(), short_names={}, descriptions={}
    )
    session.add(method)
    session.flush()
    return method


def an_account(
    session: Session,
    username: str = "alice",
    role: Role = Role.AUTHOR,
    *,
    labs: tuple[Lab, ...] = (),
    trusted: bool = False,
    kind: Kind = Kind.RESIDENT,
) -> Account:
    """An account with a person; its password is PASSWORD."""
    account = Account(
        person=Person(uid=new_uid(), name=username.title(), kind=kind, created_at=NOW),
        username=username,
        password_hash=PASSWORD_HASH,
        role=role,
        trusted=trusted,
        epoch=0,
        labs=list(labs),
        created_at=NOW,
        promised_at=NOW,
    )
    session.add(account)
    session.flush()
    return account


def a_content(**values: object) -> Content:
    """Words for a post by Amal."""
    defaults: dict[str, object] = {
        "dated": date(2019, 5, 17),
        "title": "Solen vill inte gå ner",
        "body": "Vi satt ute till elva.",
        "bylines": (BylineContent("Amal", "ny i Boden"),),
    }
    return Content(**{**defaults, **values})  # type: ignore[arg-type]


def a_photo(colour: str = "#2d5d7b", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    """A small picture file in one colour."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


@cache
def a_prepared(colour: str = "#2d5d7b") -> Prepared:
    """A small picture, ready to be stored."""
    return prepare(a_photo(colour))


def a_picture(
    session: Session, store: Storage, post: Post, colour: str = "#2d5d7b", now: datetime = NOW
) -> Picture:
    """A stored picture that belongs to a post."""
    prepared = a_prepared(colour)
    store_files(store, prepared)
    return add_picture(session, post, prepared, now, account_id=post.owner_id)


def a_post(
    session: Session,
    owner: Account,
    status: Status = Status.PUBLISHED,
    *,
    store: Storage | None = None,
    pictures: int = 0,
    now: datetime = NOW,
    **content: object,
) -> Post:
    """A post brought to `status` on the way that people take; pictures need a `store`."""
    actor = actor_of(owner)
    post = writing.start(session, actor, a_content(**content), now)
    if pictures and store:
        _give_pictures(session, store, actor, post, pictures, now, content)
    _bring_to(session, actor, post, status, now)
    return post


def _give_pictures(
    session: Session,
    store: Storage,
    actor: Actor,
    post: Post,
    count: int,
    now: datetime,
    content: dict[str, object],
) -> None:
    shown = tuple(
        PictureContent(
            a_picture(session, store, post, f"#{n:02x}5d7b").token,
            alt=f"Bild {n}",
            caption=f"Text {n}",
            credit="Amal",
            claim=Claim.NOBODY,
        )
        for n in range(count)
    )
    writing.save(session, actor, post, a_content(**content, pictures=shown), now)


WAYS: dict[Status, tuple[Step, ...]] = {
    Status.DRAFT: (),
    Status.SUBMITTED: (Step.SUBMIT,),
    Status.HELD: (Step.SUBMIT, Step.HOLD),
    Status.RETURNED: (Step.SUBMIT, Step.RETURN),
    Status.PUBLISHED: (Step.SUBMIT, Step.PUBLISH),
    Status.WITHDRAWN: (Step.SUBMIT, Step.PUBLISH, Step.WITHDRAW),
}


def _bring_to(session: Session, actor: Actor, post: Post, status: Status, now: datetime) -> None:
    reader = a_lead(session)
    steps = WAYS[status]
    if actor.trusted:  # what they send is out at once
        steps = tuple(step for step in steps if step is not Step.PUBLISH)
    for step in steps:
        if step is Step.SUBMIT:
            writing.submit(session, actor, post, now, HOUSE)
            continue
        revision = post.waiting_id or post.live_id or 0
        verdict = Verdict(step, revision, words="Vem är på bilden?")
        moderation.decide(session, reader, post.id, verdict, now, HOUSE)
    session.flush()


def a_lead(session: Session) -> Actor:
    """The lead who reads what tests send, in any of their languages; made when first needed."""
    account = accounts.candidate(session, "reader") or an_account(session, "reader", Role.LEAD)
    account.reads = ["ar", "en", "fa", "so", "sv"]
    return actor_of(account)


def erased(store: Storage, kind: str, uid: UUID, now: datetime) -> None:
    """Something else that was taken away or forgotten once."""
    store.add(erasures.KEY, erasures.line(kind, uid, now).encode())
