"""What was saved comes back: whole, in either database, and without what was taken away since."""

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.domain import cards, erasures, errands, recall
from diary.domain.forgetting import forget_person
from diary.domain.mending import CHECKS
from diary.domain.upgrade import upgrade
from diary.media.storage import Storage
from diary.models import (
    Account,
    Letter,
    Outgoing,
    Picture,
    Post,
    SearchRow,
    State,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from diary.portability.archive import Archive, Damaged, Reader
from diary.portability.restore import FAR, Occupied
from tests.backups import LATER, contents, held, put_back, save, store_of
from tests.builders import NOW, PASSWORD, WAYS, a_lab, a_method, a_picture, a_post, an_account
from tests.conftest import browser_of
from tests.every_table import dump, fill, words_and_counts
from tests.following import a_subscriber

Place = Callable[[str], Settings]
BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@pytest.fixture
def filled(db: Session, store: Storage, alice: Account, lea: Account) -> Session:
    """Posts in every status with pictures, and somebody who follows."""
    a_lab(db)
    a_method(db)
    a_subscriber(db)
    for status in WAYS:
        a_post(db, alice, status, store=store, pictures=2, lab="boden", methods=("kor",))
    db.commit()
    return db


def asked(settings: Settings, statement: object) -> object:
    """What a diary answers to one question."""
    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            return session.scalar(statement)  # type: ignore[call-overload]
    finally:
        engine.dispose()


# ---------------------------------------------------------------- everything


@pytest.mark.parametrize("kinds", [("postgresql", "sqlite"), ("sqlite", "postgresql")])
def test_every_table_comes_back_in_either_database(
    place: Place, archive: Archive, kinds: tuple[str, str]
) -> None:
    last, lists = place("sqlite"), []
    engine = make_engine(last.database_url)
    upgrade(engine, NOW)
    fill(engine)
    before = dump(engine)
    engine.dispose()
    assert all(len(found) == 2 for name, found in before.items() if name != "state")
    for number, kind in enumerate(kinds):
        save(last, archive, number)
        lists.append(Reader(archive.newest()).manifest.last_ids)
        last = place(kind)
        put_back(last, archive)
        assert held(last) == before
    assert lists[0] == lists[1]


@BOTH
def test_what_is_derived_is_made_again_and_pictures_keep_their_bytes(
    filled: Session, settings: Settings, place: Place, archive: Archive, kind: str
) -> None:
    done, other = save(settings, archive), place(kind)
    restored = put_back(other, archive)
    files = contents(store_of(settings))
    assert contents(store_of(other)) == files
    assert (done.files, done.missing, restored.files) == (len(files), (), len(files))
    engine = make_engine(other.database_url)
    with Session(engine) as session:
        assert words_and_counts(session) == words_and_counts(filled)
        assert session.scalar(select(func.count()).select_from(SearchRow)) == 1
        assert {one.name: list(one.wrong(session)) for one in CHECKS} == {
            one.name: [] for one in CHECKS
        }
        before = filled.scalars(select(State.version)).one()
        assert session.scalars(select(State.version)).one() > before + FAR
    engine.dispose()


def test_everybody_can_still_log_in(
    db: Session, alice: Account, lea: Account, settings: Settings, place: Place, archive: Archive
) -> None:
    secret = "a key the diary has made"
    (settings.instance / "secret_key").write_text(secret)
    amal = an_account(db, "amal")
    amal.password_hash = None
    card = cards.code(cards.issue(db, amal, NOW, secret, by_id=lea.id).uid, secret)
    db.commit()
    save(replace(settings, secret_key=secret), archive)
    other = place("postgresql")
    (other.instance / "secret_key").write_text(other.secret_key)  # as any command makes one
    assert not put_back(other, archive).other_key
    key = other.instance / "secret_key"
    assert (key.read_text(), key.stat().st_mode & 0o777) == (secret, 0o600)
    app = create_app(replace(other, secret_key=key.read_text()), lambda: LATER)
    for name in ("alice", "lea"):
        form = {"name": name, "password": PASSWORD}
        assert browser_of(app).post("/login", data=form).status_code == 303
    assert browser_of(app).post("/card", data={"code": card}).status_code == 303
    app.extensions["diary"].sessions.kw["bind"].dispose()


def test_another_key_is_told(
    db: Session, settings: Settings, place: Place, archive: Archive
) -> None:
    save(settings, archive)  # whose key the environment names
    assert put_back(replace(place("sqlite"), secret_key="another one"), archive).other_key
    assert not put_back(place("sqlite"), archive).other_key


@BOTH
def test_numbers_never_come_again(
    db: Session, alice: Account, settings: Settings, place: Place, archive: Archive, kind: str
) -> None:
    gone = a_post(db, alice, Status.DRAFT)
    db.commit()
    db.execute(text("DELETE FROM working_copies"))
    db.execute(text("DELETE FROM posts"))
    db.commit()
    save(settings, archive)
    other = place(kind)
    put_back(other, archive)
    sessions = make_sessions(make_engine(other.database_url))
    with sessions() as session:
        begin_writing(session)
        post = a_post(session, session.get_one(Account, alice.id), Status.DRAFT)
        assert post.id == gone.id + 1
        session.rollback()
    sessions.kw["bind"].dispose()


def test_the_journal_stays_append_only(
    filled: Session, settings: Settings, place: Place, archive: Archive
) -> None:
    save(settings, archive)
    other = place("sqlite")
    put_back(other, archive)
    engine = make_engine(other.database_url)
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))
    engine.dispose()


# ---------------------------------------------------------------- never what is gone


@BOTH
def test_what_was_taken_away_since_stays_away(
    filled: Session, store: Storage, settings: Settings, place: Place, archive: Archive, kind: str
) -> None:
    post = filled.scalars(select(Post).where(Post.status == Status.PUBLISHED)).one()
    gone = a_picture(filled, store, post, "#dd5511")
    kept = gone.original_key
    filled.commit()
    save(settings, archive)
    recall.take_away(filled, gone, NOW, actor_id=None)
    sam = an_account(filled, "sam")
    errands.commit(filled, store)
    save(settings, archive, 1)
    forget_person(filled, sam.person, NOW)
    errands.commit(filled, store)
    list_ = erasures.lines(store)
    other = place(kind)
    put_back(other, archive, erased=tuple(list_.splitlines()))
    assert asked(other, select(Picture.recalled_at).where(Picture.id == gone.id))
    assert asked(other, text("SELECT count(*) FROM persons WHERE name = 'Sam'")) == 0
    assert kept not in contents(store_of(other))
    assert set(list_.splitlines()) <= set(erasures.lines(store_of(other)).splitlines())


@BOTH
def test_what_was_taken_away_goes_from_the_diary_that_was_there_too(
    filled: Session, store: Storage, settings: Settings, place: Place, archive: Archive, kind: str
) -> None:
    post = filled.scalars(select(Post).where(Post.status == Status.PUBLISHED)).one()
    picture = a_picture(filled, store, post, "#dd5511")
    filled.commit()
    save(settings, archive)
    other = place(kind)
    put_back(other, archive)
    files = recall.take_away(filled, picture, NOW, actor_id=None)
    errands.commit(filled, store)
    there = store_of(other)
    assert set(files) <= contents(there).keys()
    for key in files:
        os.utime(there.root / key, (0, 0))  # of before
    put_back(other, archive, over=True, erased=tuple(erasures.lines(store).splitlines()))
    assert contents(there).keys().isdisjoint(files)


def test_an_older_backup_heeds_the_lists_of_newer_ones(
    filled: Session, store: Storage, settings: Settings, place: Place, archive: Archive
) -> None:
    save(settings, archive)
    oldest = archive.newest()
    gone = filled.scalars(select(Picture).limit(1)).one()
    recall.take_away(filled, gone, NOW, actor_id=None)
    errands.commit(filled, store)
    save(settings, archive, 1)
    other = place("sqlite")
    alone = Archive(archive.root)
    alone.newest = lambda: oldest  # type: ignore[method-assign]
    put_back(other, alone)
    assert asked(other, select(Picture.recalled_at).where(Picture.id == gone.id))


# ---------------------------------------------------------------- whole or not at all


def spoil_content(archive: Archive) -> None:
    next(archive.root.glob("files/*/*")).write_bytes(b"rotten")


def lose_content(archive: Archive) -> None:
    next(archive.root.glob("files/*/*")).unlink()


def spoil_zip(archive: Archive) -> None:
    """In the middle of its largest member: what a header says twice may well differ."""
    data = bytearray(archive.newest().read_bytes())
    with zipfile.ZipFile(archive.newest()) as opened:
        largest = max(opened.infolist(), key=lambda member: member.compress_size)
        after = (one.header_offset for one in opened.infolist())
        end = min((one for one in after if one > largest.header_offset), default=opened.start_dir)
    data[end - largest.compress_size // 2 - 24] ^= 1  # a descriptor of 24 bytes stands at the end
    archive.newest().write_bytes(data)


def cut_zip(archive: Archive) -> None:
    data = archive.newest().read_bytes()
    archive.newest().write_bytes(data[: len(data) // 2])


def rewrite(archive: Archive, change: Callable[[str, bytes], bytes | None]) -> None:
    """The newest zip with changed members."""
    with zipfile.ZipFile(archive.newest()) as opened:
        members = {name: change(name, opened.read(name)) for name in opened.namelist()}
    with zipfile.ZipFile(archive.newest(), "w") as written:
        for name, data in members.items():
            if data is not None:
                written.writestr(name, data)


def change_a_row(archive: Archive) -> None:
    rewrite(archive, lambda name, data: data.replace(b"Alice", b"Malice"))


def drop_a_table(archive: Archive) -> None:
    rewrite(archive, lambda name, data: None if "posts" in name else data)


def come_from_the_future(archive: Archive) -> None:
    rewrite(
        archive,
        lambda name, data: (
            data.replace(b'"version": 1', b'"version": 2') if name == "manifest.json" else data
        ),
    )


def come_from_newer_tables(archive: Archive) -> None:
    rewrite(
        archive,
        lambda name, data: (
            data.replace(b'"revision": "', b'"revision": "9') if name == "manifest.json" else data
        ),
    )


def be_something_else(archive: Archive) -> None:
    rewrite(archive, lambda name, data: b"[]" if name == "manifest.json" else data)


@pytest.mark.parametrize(
    "damage",
    [
        spoil_content,
        lose_content,
        spoil_zip,
        cut_zip,
        change_a_row,
        drop_a_table,
        come_from_the_future,
        come_from_newer_tables,
        be_something_else,
    ],
)
def test_a_damaged_one_is_refused_before_anything_is_written(
    filled: Session, settings: Settings, place: Place, archive: Archive,
    damage: Callable[[Archive], None],
) -> None:  # fmt: skip
    save(settings, archive)
    damage(archive)
    other = place("sqlite")
    with pytest.raises(Damaged):
        put_back(other, archive)
    assert [path for path in other.instance.rglob("*") if path.name != "diary.db"] == []
    database = Path(other.database_url.removeprefix("sqlite:///"))
    assert not database.exists() or database.stat().st_size == 0


@BOTH
def test_a_diary_that_is_there_is_left_unless_told(
    filled: Session, settings: Settings, place: Place, archive: Archive, kind: str
) -> None:
    save(settings, archive)
    before = held(settings)
    other = place(kind)
    put_back(other, archive)
    engine = make_engine(other.database_url)
    with Session(engine) as session:
        begin_writing(session)
        a_post(session, session.scalars(select(Account)).first(), title="Later")  # type: ignore[arg-type]
        session.commit()
    there = dump(engine)
    engine.dispose()
    with pytest.raises(Occupied, match="--over"):
        put_back(other, archive)
    assert held(other) == there != before
    put_back(other, archive, over=True)
    assert held(other) == before


@BOTH
def test_one_that_is_in_use_is_left(
    filled: Session, settings: Settings, place: Place, archive: Archive, kind: str
) -> None:
    save(settings, archive)
    other = place(kind)
    engine = make_engine(other.database_url)
    upgrade(engine, NOW)
    with engine.connect() as open_one:
        open_one.execute(text("SELECT 1 FROM posts"))
        with pytest.raises(Occupied, match="in use"):
            put_back(other, archive, over=True)
    engine.dispose()
    put_back(other, archive)  # which is empty


def test_mail_and_sessions_can_be_left_behind(
    filled: Session, alice: Account, settings: Settings, place: Place, archive: Archive
) -> None:
    letters = select(func.count()).select_from(Letter)
    assert filled.scalar(letters) == 1
    filled.add(
        Outgoing(
            recipient="a@example.org", subject="", body="", lang="sv", queued_at=NOW, due_at=NOW
        )
    )
    filled.commit()
    save(settings, archive)
    other = place("sqlite")
    put_back(other, archive)
    assert asked(other, letters) == 1
    put_back(other, archive, over=True, drop_mail=True, sign_out=True)
    assert asked(other, letters) == 0
    assert asked(other, select(func.count()).select_from(Outgoing)) == 0
    assert asked(other, select(Account.epoch).where(Account.id == alice.id)) == alice.epoch + 1


def test_the_lead_is_told_when_the_last_backup_was(
    db: Session, settings: Settings, place: Place, archive: Archive
) -> None:
    save(settings, archive, 0.5)
    other = place("sqlite")
    put_back(other, archive)
    assert asked(other, select(State.backed_up_at)) == NOW + timedelta(days=0.5)
