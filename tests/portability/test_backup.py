"""A backup holds everything, each file once, and is one only when it is whole."""

import fcntl
import json
import os
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings
from diary.domain import errands, recall
from diary.media.storage import Storage
from diary.models import Account, Base, Picture, Post, Status, begin_writing
from diary.portability import backup as backups
from diary.portability import rows
from diary.portability.archive import Archive, Damaged, Reader, verify
from diary.portability.backup import Living, count
from diary.portability.rows import DERIVED, PASSING
from diary.queries.files import NAMES
from tests.backups import contents, save
from tests.builders import NOW, a_picture, a_post


def check(archive: Archive) -> None:
    """Read the newest backup and all its files."""
    verify(archive, archive.newest(), lambda *_: None)


def test_it_names_every_table(db: Session, settings: Settings, archive: Archive) -> None:
    save(settings, archive)
    manifest = Reader(archive.newest()).manifest
    assert set(manifest.tables) == set(Base.metadata.tables) - DERIVED - PASSING
    assert set(Base.metadata.tables) >= DERIVED | PASSING
    assert manifest.tables["passkeys"]["public_key"] == "bytes"


def test_every_column_that_names_a_file_is_known() -> None:
    named = {(name.class_.__tablename__, name.key) for name in NAMES}
    others = {
        ("posts", "form_key"), ("senders", "form_key"), ("provenances", "key"),
        ("settings", "key"), ("throttles", "key"), ("passkeys", "public_key"),
        ("public_files", "key"),
    }  # fmt: skip
    keys = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("key")
    }
    assert keys == named | others


def test_it_can_be_read_without_the_program(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    post = a_post(db, alice, store=store, pictures=1, title='Räven, "två"\nmöten')
    db.commit()
    save(settings, archive)
    with zipfile.ZipFile(archive.newest()) as opened:
        assert opened.testzip() is None
        assert "JSON Lines" in opened.read("README.txt").decode()
        lines = opened.read("tables/posts.jsonl").decode().splitlines()
        files = [json.loads(line) for line in opened.read("files.jsonl").splitlines()]
    (found,) = (json.loads(line) for line in lines)
    assert (found["uid"], found["published_at"]) == (str(post.uid), NOW.isoformat())
    for file in files:
        kept = archive.root / "files" / file["sha256"][:2] / file["sha256"]
        assert kept.read_bytes() == store.get(file["key"])


def test_only_what_is_new_is_copied(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    post = a_post(db, alice, Status.DRAFT, store=store, pictures=2)
    db.commit()
    first = save(settings, archive)
    assert first.added == first.files == len(contents(store)) > 2
    assert save(settings, archive, 1).added == 0
    a_picture(db, store, post, "#dd5511")
    db.commit()
    third = save(settings, archive, 2)
    assert third.added == third.files - first.files > 0
    assert len(archive.backups()) == 3


def test_nobody_else_may_read_it(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    a_post(db, alice, store=store, pictures=1)
    db.commit()
    before = os.umask(0)
    try:
        save(settings, archive)
    finally:
        os.umask(before)
    assert archive.root.stat().st_mode & 0o077 == 0


def test_who_writes_meanwhile_neither_waits_nor_is_in_it(
    db: Session, sessions: sessionmaker[Session], settings: Settings, alice: Account,
    archive: Archive, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    a_post(db, alice)
    db.commit()
    really = rows.read

    def read(connection, name, columns):
        if name == "accounts":  # the first of all tables that the post will stand in
            with sessions() as other:
                begin_writing(other)
                a_post(other, other.get_one(Account, alice.id), title="Meanwhile")
                other.commit()
        return really(connection, name, columns)

    monkeypatch.setattr(rows, "read", read)
    save(settings, archive)
    reader = Reader(archive.newest())
    found = [list(reader.rows(f"tables/{name}.jsonl")) for name in ("posts", "bylines")]
    assert [len(each) for each in found] == [1, 1]
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Post)) == 2


def test_what_is_recalled_meanwhile_is_not_missed(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    a_post(db, alice, store=store, pictures=1)
    db.commit()
    really = backups._copied

    def copied(*given):
        if picture := db.scalars(select(Picture).where(Picture.recalled_at.is_(None))).first():
            for key in recall.take_away(db, picture, NOW, actor_id=None):
                store.delete(key)
            errands.commit(db, store)
        return really(*given)

    monkeypatch.setattr(backups, "_copied", copied)
    done = save(settings, archive)
    assert (done.missing, done.added) == ((), 0)
    assert {file.sha256 for file in Reader(archive.newest()).files()} == {None}
    assert b"picture" in (Reader(archive.newest()).read("erasures.jsonl") or b"")


def test_a_file_that_is_missing_or_damaged_is_told(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    a_post(db, alice, store=store, pictures=2)
    db.commit()
    one, other = db.scalars(select(Picture.original_key))
    store.delete(one)
    store.put(other, b"not what it was", "image/jpeg")
    done = save(settings, archive)
    assert (done.missing, done.damaged) == ((one,), (other,))
    check(archive)


def test_what_the_archive_has_is_not_missed(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    a_post(db, alice, store=store, pictures=1)
    db.commit()
    save(settings, archive)
    store.delete(db.scalars(select(Picture.original_key)).one())
    assert save(settings, archive, 1).missing == ()
    check(archive)


def test_what_has_rotted_in_the_archive_is_copied_anew(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    a_post(db, alice, store=store, pictures=1)
    db.commit()
    save(settings, archive)
    kept = next(archive.root.glob("files/*/*"))
    kept.write_bytes(b"rotten")
    with pytest.raises(Damaged, match=kept.name):
        check(archive)
    assert save(settings, archive, 1).added == 1
    check(archive)


def test_the_key_lies_in_it_only_if_the_diary_has_made_it(
    db: Session, settings: Settings, archive: Archive
) -> None:
    save(settings, archive)
    assert Reader(archive.newest()).read("secret_key") is None
    (settings.instance / "secret_key").write_text("made once")
    save(settings, archive, 1)  # the environment names another one
    assert Reader(archive.newest()).read("secret_key") is None
    save(replace(settings, secret_key="made once"), archive, 2)
    assert Reader(archive.newest()).read("secret_key") == b"made once"


def test_one_at_a_time(db: Session, settings: Settings, archive: Archive) -> None:
    save(settings, archive)
    with (archive.root / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Damaged, match="Another backup"):
            save(settings, archive, 1)
    assert len(archive.backups()) == 1


def test_older_ones_go_with_what_only_they_hold(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    a_post(db, alice, store=store, pictures=2)
    db.commit()
    save(settings, archive)
    gone = db.scalars(select(Picture).limit(1)).one()
    for key in recall.take_away(db, gone, NOW, actor_id=None):
        store.delete(key)
    errands.commit(db, store)
    save(settings, archive, 1)
    save(settings, archive, 2)
    assert archive.drop(2) == 1
    assert len(archive.backups()) == 2
    left = {path.name for path in archive.root.glob("files/*/*")}
    assert left == {file.sha256 for file in Reader(archive.newest()).files()} - {None}
    check(archive)


def test_one_that_stays_and_cannot_be_read_keeps_the_others(
    db: Session, settings: Settings, archive: Archive
) -> None:
    for day in range(3):
        save(settings, archive, day)
    archive.newest().write_bytes(b"rotten")
    with pytest.raises(Damaged):
        archive.drop(1)
    assert len(archive.backups()) == 3


def test_it_says_before_how_much_is_to_be_copied(
    db: Session, store: Storage, settings: Settings, alice: Account, archive: Archive
) -> None:
    post = a_post(db, alice, Status.DRAFT, store=store, pictures=1)
    db.commit()
    done = save(settings, archive)
    a_picture(db, store, post, "#dd5511")
    db.commit()
    living = Living(db.get_bind(), store, settings)  # type: ignore[arg-type]
    files, new = count(living, archive)
    assert (files - new, new > 0) == (done.files, True)
