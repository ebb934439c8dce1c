"""Forgetting somebody: what goes, what stays, and that nothing with their name is left."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Session

from diary.domain import accounts, cards, devices, forgetting, outbox, sent, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent, from_json
from diary.domain.errors import LastLead, NotAllowed, NotFound, NotPossible
from diary.domain.moderation import Verdict, decide
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Card,
    Claim,
    Device,
    Event,
    Message,
    Outgoing,
    Passkey,
    Picture,
    Post,
    Reading,
    Rendition,
    Revision,
    Role,
    State,
    Status,
    Telling,
    WorkingCopy,
)
from diary.models.engine import Base
from diary.queries import people, posts
from diary.queries.cards import stream
from tests.builders import HOUSE, NOW, a_content, a_lead, a_picture, a_post, an_account
from tests.following import a_subscriber

NAME = "Zsófiaqua"
"""A name that stands nowhere else."""
LATER = NOW + timedelta(days=1)


@pytest.fixture
def zsofi(db: Session) -> Account:
    """Somebody with all that an account can have."""
    account = an_account(db, "zsofiaqua")
    profile = accounts.Profile(NAME, f"granne till {NAME}", "zsofiaqua@example.org", "sv")
    accounts.change_profile(db, account, profile, NOW)
    devices.add(db, account, f"{NAME}s telefon", NOW, NOW.date())
    cards.issue(db, account, NOW, "a key", by_id=None)
    db.add(
        Passkey(
            account_id=account.id, credential_id=b"1", public_key=b"2", sign_count=0,
            name=f"{NAME}s nyckel", made_at=NOW,
        )
    )  # fmt: skip
    db.commit()
    return account


def signed(account: Account, **more: object) -> dict[str, Any]:
    """A content by somebody."""
    one = BylineContent(NAME, "granne", person_id=account.person_id)
    return {"bylines": (one,), "scribe": f"Petra och {NAME}", **more}


def forget(db: Session, store: Storage, account: Account) -> forgetting.Forgotten:
    forgetting.ask(db, account, NOW)
    return forgetting.forget(db, store, a_lead(db), account.id, LATER)


def counts(report: forgetting.Forgotten) -> tuple[int, int, int]:
    """Posts kept, posts removed, pictures gone."""
    return len(report.kept), len(report.removed), len(report.pictures)


def everything(db: Session) -> Iterable[tuple[str, str]]:
    """All texts of the database, with the table they stand in."""
    db.flush()
    for table in Base.metadata.sorted_tables:
        if not inspect(db.connection()).has_table(table.name):
            continue
        for row in db.execute(select(table)):
            yield from ((table.name, str(value)) for value in row if value is not None)


def test_no_row_holds_the_name_any_more(
    db: Session, store: Storage, zsofi: Account, cora: Account
) -> None:
    for status in (*Status,):
        if status is Status.SCHEDULED:
            continue
        post = a_post(db, zsofi, status, store=store, **signed(zsofi))
        picture = a_picture(db, store, post)
        picture.filename = f"{NAME}.jpg"
    told = a_post(db, zsofi, Status.RETURNED, **signed(zsofi))
    sent.answer(db, actor_of(zsofi), told, f"Det är jag, {NAME}", NOW)
    # A coordinator wrote for them, and has begun to change it.
    theirs = a_post(db, cora, **signed(zsofi, lab="boden"))
    writing.save(db, actor_of(cora), theirs, a_content(**signed(zsofi)), NOW)
    a_subscriber(db, "zsofiaqua")
    outbox.queue(db, "zsofiaqua@example.org", "Hej", "…", "sv", NOW)
    outbox.queue(db, "lea@example.org", "Bort", f"{NAME} har tagit bort något.", "sv", NOW)
    forget(db, store, zsofi)
    left = [(t, text) for t, text in everything(db) if NAME.casefold() in text.casefold()]
    assert left == []
    assert "zsofiaqua" not in str(list(everything(db))).casefold()


def test_what_is_out_stays_without_the_name(db: Session, store: Storage, zsofi: Account) -> None:
    post = a_post(db, zsofi, store=store, pictures=1, title="Solen", **signed(zsofi))
    before = db.scalars(select(State.version)).one()
    report = forget(db, store, zsofi)
    assert counts(report) == (1, 0, 0)
    assert (report.kept, report.files) == ((post.id,), ())
    (card,) = stream(db, posts.published()).posts
    assert (card.title, card.slug, card.updated_at) == ("Solen", post.slug, LATER)
    assert [(one.name, one.role, one.page) for one in card.bylines] == [("", "", None)]
    assert card.scribe == ""
    assert card.pictures[0].credit == "Amal"  # somebody else's name
    assert db.scalars(select(State.version)).one() > before


def test_what_they_said_as_a_reader_goes_and_nobody_tells_them_anything(
    db: Session, store: Storage, zsofi: Account, alice: Account
) -> None:
    zsofi.email, zsofi.reads = None, ["so"]
    out = a_post(db, zsofi)
    asked = a_post(db, alice, Status.SUBMITTED, body="Waa furan tahay.", lang="so")
    reader = Reading(
        post_id=asked.id,
        revision_id=asked.waiting_id or 0,
        reader_id=zsofi.id,
        asked_at=NOW,
        read_at=NOW,
        note=f"Läst av {NAME}",
    )
    db.add(reader)
    assert [one.post_id for one in db.scalars(select(Telling))] == [out.id]
    forget(db, store, zsofi)
    db.refresh(reader)
    assert reader.note == ""
    assert db.scalars(select(Telling)).all() == []


def test_a_credit_with_the_name_is_emptied(db: Session, store: Storage, zsofi: Account) -> None:
    post = a_post(db, zsofi, Status.DRAFT, **signed(zsofi))
    shown = [
        PictureContent(a_picture(db, store, post, colour).token, credit=credit, claim=Claim.NOBODY)
        for colour, credit in (
            ("#111111", f"Foto: {NAME.upper()}"),
            ("#222222", f"{NAME}s mor"),
            ("#333333", "Amal"),
        )
    ]
    writing.save(db, actor_of(zsofi), post, a_content(**signed(zsofi, pictures=shown)), NOW)
    writing.submit(db, actor_of(zsofi), post, NOW, HOUSE)
    decide(db, a_lead(db), post.id, Verdict(Step.PUBLISH, post.waiting_id or 0), NOW, HOUSE)
    forget(db, store, zsofi)
    (card,) = stream(db, posts.published()).posts
    assert [picture.credit for picture in card.pictures] == ["", f"{NAME}s mor", "Amal"]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.HELD, Status.RETURNED])
def test_what_was_never_out_goes_with_its_pictures(
    db: Session, store: Storage, zsofi: Account, status: Status
) -> None:
    a_post(db, zsofi, status, store=store, pictures=2, **signed(zsofi))
    files = {found.key for found in store.keys("")}
    report = forget(db, store, zsofi)
    db.commit()
    assert counts(report) == (0, 1, 2)
    assert set(report.files) == files
    for table in (Post, Revision, Picture, Rendition, WorkingCopy, Message):
        assert db.scalar(select(func.count()).select_from(table)) == 0, table
    forgetting.drop_files(db, store, report.files, datetime.now(UTC) + timedelta(minutes=1))
    assert [found.key for found in store.keys("")] == ["erasures.jsonl"]


def test_files_that_somebody_else_uses_or_has_just_sent_stay(
    db: Session, store: Storage, zsofi: Account, alice: Account
) -> None:
    a_post(db, zsofi, Status.DRAFT, store=store, pictures=1, **signed(zsofi))
    report = forget(db, store, zsofi)
    forgetting.drop_files(db, store, report.files, datetime.now(UTC) - timedelta(minutes=1))
    assert all(store.exists(key) for key in report.files)
    a_post(db, alice, Status.DRAFT, store=store, pictures=1)
    forgetting.drop_files(db, store, report.files, datetime.now(UTC) + timedelta(minutes=1))
    assert all(store.exists(key) for key in report.files)


def test_what_was_taken_down_is_emptied_but_stays_gone(
    db: Session, store: Storage, zsofi: Account, lea: Account
) -> None:
    post = a_post(db, zsofi, Status.WITHDRAWN, store=store, pictures=1, **signed(zsofi))
    report = forget(db, store, zsofi)
    assert counts(report) == (0, 1, 1)
    assert posts.was_public(db, slug=post.slug)
    live = db.get_one(Revision, post.live_id or 0)
    assert (live.title, live.body, live.html, live.pictures) == ("", "", "", [])
    with pytest.raises(NotPossible):
        decide(db, actor_of(lea), post.id, Verdict(Step.RESTORE, live.id), NOW, HOUSE)


def test_only_the_live_words_of_what_is_out_stay(
    db: Session, store: Storage, zsofi: Account
) -> None:
    post = a_post(db, zsofi, store=store, pictures=1, **signed(zsofi, body="Ute."))
    live = stream(db, posts.published()).posts[0]
    one_more = a_picture(db, store, post, "#abcdef")
    shown = [
        PictureContent(token, claim=Claim.NOBODY)
        for token in (live.pictures[0].token, one_more.token)
    ]
    changed = a_content(**signed(zsofi, body="Väntar.", pictures=shown))
    writing.save(db, actor_of(zsofi), post, changed, NOW)
    writing.submit(db, actor_of(zsofi), post, NOW, HOUSE)
    report = forget(db, store, zsofi)
    assert counts(report) == (1, 0, 1)
    assert post.waiting_id is None
    assert set(db.scalars(select(Revision.body))) == {"Ute.", ""}
    (card,) = stream(db, posts.published()).posts
    assert [picture.token for picture in card.pictures] == [live.pictures[0].token]


def test_the_account_is_closed_for_good(db: Session, store: Storage, zsofi: Account) -> None:
    epoch = zsofi.epoch
    forget(db, store, zsofi)
    assert zsofi.closed_at == LATER
    assert zsofi.epoch > epoch
    assert (zsofi.email, zsofi.password_hash, zsofi.language) == (None, None, None)
    assert accounts.candidate(db, "zsofiaqua") is None
    for table in (Device, Card, Passkey, Outgoing):
        assert db.scalar(select(func.count()).select_from(table)) == 0, table
    assert (zsofi.person.name, zsofi.person.role, zsofi.person.slug) == ("", "", None)


def test_others_keep_what_is_theirs(
    db: Session, store: Storage, zsofi: Account, alice: Account
) -> None:
    devices.add(db, alice, "", NOW, NOW.date())
    draft = a_post(db, alice, Status.DRAFT, store=store, pictures=1)
    a_post(db, alice, Status.RETURNED)
    before = from_json(writing.working_copy(db, actor_of(alice), draft).content)
    report = forget(db, store, zsofi)
    assert counts(report) == (0, 0, 0)
    after = from_json(writing.working_copy(db, actor_of(alice), draft).content)
    assert after == before
    assert db.scalars(select(Message.words)).all() == ["Vem är på bilden?"]
    assert db.scalar(select(func.count()).select_from(Device)) == 1


def test_it_is_noted_by_ids_alone(db: Session, store: Storage, zsofi: Account) -> None:
    forget(db, store, zsofi)
    event = db.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.action, event.account_id, event.message_id) == ("forget", zsofi.id, None)
    line = json.loads(store.get("erasures.jsonl"))
    assert line == {"at": LATER.isoformat(), "kind": "person", "uid": str(zsofi.person.uid)}


def test_erasures_are_added_line_by_line(
    db: Session, store: Storage, zsofi: Account, alice: Account
) -> None:
    uids = [str(account.person.uid) for account in (zsofi, alice)]
    forget(db, store, zsofi)
    forget(db, store, alice)
    lines = store.get("erasures.jsonl").decode().splitlines()
    assert [json.loads(line)["uid"] for line in lines] == uids


# ---------------------------------------------------------------- who may, and when


def test_nobody_is_forgotten_without_asking(db: Session, store: Storage, alice: Account) -> None:
    with pytest.raises(NotPossible):
        forgetting.forget(db, store, a_lead(db), alice.id, NOW)
    forgetting.ask(db, alice, NOW)
    forgetting.stay(db, alice, NOW)
    with pytest.raises(NotPossible):
        forgetting.forget(db, store, a_lead(db), alice.id, NOW)
    assert not store.exists("erasures.jsonl")


def test_it_happens_once(db: Session, store: Storage, alice: Account) -> None:
    forget(db, store, alice)
    with pytest.raises(NotPossible):
        forgetting.forget(db, store, a_lead(db), alice.id, NOW)


def test_whose_account_was_closed_after_asking_is_forgotten_too(
    db: Session, store: Storage, zsofi: Account
) -> None:
    forgetting.ask(db, zsofi, NOW)
    zsofi.closed_at = NOW
    db.flush()
    assert [one.name for one in people.asking_to_be_forgotten(db)] == [NAME]
    forgetting.forget(db, store, a_lead(db), zsofi.id, LATER)
    db.flush()
    assert people.asking_to_be_forgotten(db) == ()
    assert zsofi.person.name == ""


def test_many_revisions_take_few_queries(db: Session, store: Storage, zsofi: Account) -> None:
    def asked(posts_more: int) -> int:
        for _ in range(posts_more):
            a_post(db, zsofi, store=store, pictures=1, **signed(zsofi))
        db.flush()
        db.expire_all()
        count: list[str] = []
        note = lambda *args: count.append(args[2])  # noqa: E731
        event.listen(db.connection(), "before_cursor_execute", note)
        forgetting._forget_name(db, zsofi.person, zsofi, {"nobody"}, NOW)
        event.remove(db.connection(), "before_cursor_execute", note)
        return len(count)

    assert asked(1) == asked(4)


def test_only_a_lead_confirms(db: Session, store: Storage, alice: Account, cora: Account) -> None:
    forgetting.ask(db, alice, NOW)
    for actor in (actor_of(alice), actor_of(cora)):
        with pytest.raises(NotAllowed):
            forgetting.forget(db, store, actor, alice.id, NOW)
    with pytest.raises(NotFound):
        forgetting.forget(db, store, a_lead(db), 999, NOW)


def test_the_last_lead_cannot_be_forgotten(db: Session, store: Storage, lea: Account) -> None:
    with pytest.raises(LastLead):
        forgetting.ask(db, lea, NOW)
    other = an_account(db, "other", Role.LEAD)
    forgetting.ask(db, lea, NOW)
    other.closed_at = NOW
    with pytest.raises(LastLead):
        forgetting.forget(db, store, actor_of(lea), lea.id, NOW)
