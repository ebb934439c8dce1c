"""Forgetting somebody wherever their name stands, and again after a backup was put back."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.cli.recall import take_away_again
from diary.config import Settings
from diary.domain import erasures, errands, objections, outbox, writing
from diary.domain import traces as rules
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent
from diary.domain.errors import LastLead, NotAllowed
from diary.domain.moderation import Verdict, decide
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Consent,
    Event,
    Given,
    Invitation,
    Kind,
    NeverShow,
    Objection,
    Picture,
    Post,
    Revision,
    Role,
    StandingConsent,
    State,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from diary.queries import traces
from tests.builders import HOUSE, NOW, a_content, a_lead, a_picture, a_post, an_account
from tests.domain.test_forgetting import everything

NAME = "Zsófiaqua"


@pytest.fixture
def post(db: Session, store: Storage, alice: Account) -> Post:
    """By Alice, with the name of somebody without an account wherever one can stand."""
    post = a_post(db, alice, Status.DRAFT)
    one, two, three = (a_picture(db, store, post, c) for c in ("#111111", "#222222", "#333333"))
    shown = [
        PictureContent(one.token, credit="Alice"),
        PictureContent(two.token, credit=f"Foto: {NAME}"),
        PictureContent(three.token, credit="Alice"),
    ]
    content = a_content(
        title="Ute", scribe=NAME, bylines=(BylineContent("Alice"),), pictures=tuple(shown)
    )
    writing.save(db, actor_of(alice), post, content, NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    decide(db, a_lead(db), post.id, Verdict(Step.PUBLISH, post.waiting_id or 0), NOW, HOUSE)
    a_post(db, alice, title="Under hennes namn", bylines=(BylineContent(NAME, "granne"),))
    db.get_one(Consent, one.id).from_whom = f"{NAME} och hennes mor"
    standing = StandingConsent(
        uid=new_uid(), name="Noor", guardian=NAME, given=Given.PAPER, made_at=NOW, scan_key="scan"
    )
    invitation = Invitation(
        uid=new_uid(), token_hash="x", role=Role.AUTHOR, kind=Kind.RESIDENT, note=f"till {NAME}",
        uses_left=1, created_at=NOW, expires_at=NOW,
    )  # fmt: skip
    db.add_all([standing, invitation, NeverShow(name=NAME, made_at=NOW)])
    db.flush()
    db.get_one(Consent, three.id).standing_id = standing.id
    objections.report_barrier(db, "Jag ser inget.", f"{NAME}, 070-123 45", "sv", NOW, 30)
    outbox.queue(db, "lea@example.org", f"{NAME} frågar", "…", "sv", NOW)
    db.commit()
    return post


def forget(db: Session, store: Storage) -> rules.Report:
    chosen = traces.find(db, NAME)
    done = rules.forget(db, a_lead(db), chosen, NAME, NOW)
    errands.commit(db, store)
    begin_writing(db)
    return done


def left(db: Session) -> list[tuple[str, str]]:
    return [(table, text) for table, text in everything(db) if NAME.casefold() in text.casefold()]


def test_no_row_names_them_any_more(db: Session, store: Storage, post: Post) -> None:
    version = db.scalars(select(State.version)).one()
    report = forget(db, store)
    db.commit()  # with it the words to be found by are made anew
    assert left(db) == []
    changed = [kind for kind, _ in report.changes]
    assert changed == [
        "picture", "standing", "picture", "never", "request", "invitation", "mail",
        "scribe", "credit", "look_at", "person", "post_kept",
    ]  # fmt: skip
    assert "scan" in report.files
    assert db.scalars(select(State.version)).one() > version
    assert traces.find(db, NAME) == ()


def test_a_yes_that_nobody_is_named_for_is_none(db: Session, store: Storage, post: Post) -> None:
    forget(db, store)
    gone = select(Picture.id).where(Picture.recalled_at.is_not(None)).order_by(Picture.id)
    pictures = db.scalars(select(Picture.id).order_by(Picture.id)).all()
    assert db.scalars(gone).all() == [pictures[0], pictures[2]]
    assert set(db.scalars(select(Consent.from_whom))) == {""}
    assert db.scalars(select(StandingConsent.id)).all() == []


def test_the_request_keeps_its_receipt(db: Session, store: Storage, post: Post) -> None:
    forget(db, store)
    one = db.scalars(select(Objection)).one()
    db.refresh(one)
    assert (one.words, one.contact, one.decided_at) == ("", "", None)
    assert one.token


def test_the_words_of_others_stay(db: Session, store: Storage, post: Post, alice: Account) -> None:
    other = a_post(db, alice, title=f"Om {NAME}", body="…")
    report = forget(db, store)
    assert db.get_one(Revision, other.live_id).title == f"Om {NAME}"
    assert ("look_at", other.id) in report.changes


def test_with_an_account_it_is_closed(db: Session, store: Storage, bob: Account) -> None:
    bob.person.name = NAME
    a_post(db, bob, Status.DRAFT, bylines=(BylineContent(NAME, person_id=bob.person_id),))
    report = forget(db, store)
    assert bob.closed_at == NOW
    assert [kind for kind, _ in report.changes] == ["person", "post_gone"]
    assert left(db) == []


def test_it_is_noted_by_ids_alone(db: Session, store: Storage, post: Post) -> None:
    forget(db, store)
    deeds = db.execute(
        select(Event.reason, Event.message_id).where(Event.action == "forget_person")
    ).all()
    assert len(deeds) == 8
    assert {message for _, message in deeds} == {None}
    assert NAME not in store.get("erasures.jsonl").decode()


def test_only_a_lead_may_and_one_stays(db: Session, store: Storage, cora: Account) -> None:
    with pytest.raises(NotAllowed):
        rules.forget(db, actor_of(cora), (), NAME, NOW)
    lead = an_account(db, "leader", Role.LEAD)
    lead.person.name = NAME
    found = traces.find(db, NAME)
    with pytest.raises(LastLead):
        rules.forget(db, actor_of(lead), found, NAME, NOW)


@pytest.mark.sqlite_only("its backup is a copy of the file")
def test_a_backup_that_is_put_back_forgets_them_again(
    db: Session, store: Storage, settings: Settings, post: Post, bob: Account, tmp_path: Path
) -> None:
    bob_id = bob.id
    db.get_one(Account, bob_id).person.name = NAME
    db.commit()
    db.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.commit()
    database = settings.instance / "diary.db"
    shutil.copy(database, tmp_path / "backup.db")
    forget(db, store)
    db.commit()
    db.close()
    db.get_bind().engine.dispose()
    shutil.copy(tmp_path / "backup.db", database)
    for ending in ("-wal", "-shm"):
        database.with_name(f"diary.db{ending}").unlink(missing_ok=True)
    engine = make_engine(settings.database_url)
    with make_sessions(engine)() as session:
        assert left(session)
    take_away_again(settings)
    with make_sessions(engine)() as session:
        # A mail has no uid; what is about to be sent is looked through by hand.
        assert {table for table, _ in left(session)} <= {"outbox"}
        assert session.get_one(Account, bob_id).closed_at is not None
        assert session.scalar(select(func.count()).select_from(NeverShow)) == 0
    engine.dispose()


def test_what_nobody_has_asked_for_stays(db: Session, store: Storage, post: Post) -> None:
    before = list(everything(db))
    assert rules.again(db, erasures.lines(store), NOW) == ()
    assert list(everything(db)) == before
