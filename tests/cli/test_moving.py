"""Moving house: `diary export --full` with a lead's word, and into an empty diary, all asleep."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.cli import main
from diary.config import Settings
from diary.domain import erasures
from diary.media.storage import Storage
from diary.models import (
    Account,
    Base,
    Consent,
    Device,
    Event,
    Handout,
    HandoutPicture,
    Picture,
    Post,
    Revision,
    Status,
    make_engine,
    make_sessions,
)
from diary.portability import rows
from diary.portability.archive import Reader
from diary.portability.moving import AWAKE, found
from tests.builders import NOW, PASSWORD, WAYS, a_post, erased
from tests.cli.test_commands import diary, environment_within, free_port
from tests.cli.test_export import files
from tests.conftest import SAME_ORIGIN, settings_in
from tests.following import a_subscriber


@pytest.fixture
def lived_in(
    db: Session,
    store: Storage,
    settings: Settings,
    alice: Account,
    lea: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """A diary with posts in every status, somebody who follows, a device, something recalled."""
    monkeypatch.setenv("DIARY_INSTANCE", str(settings.instance))
    a_subscriber(db)
    db.add(Device(account_id=alice.id, name="Telefon", made_at=NOW, seen_on=NOW.date()))
    alice.email = "alice@example.org"
    for status in WAYS:
        a_post(db, alice, status, store=store, pictures=1, title=f"Om {status}")
    erased(store, "picture", db.scalars(select(Picture.uid)).first(), NOW)  # type: ignore[arg-type]
    db.commit()
    return settings


def export(path: Path, *more: str, lead: str = "lea", password: str = PASSWORD) -> Result:
    words = ["export", str(path), "--as", "folder", "--full", "--lead", lead, *more]
    return CliRunner().invoke(main, words, input=f"{password}\n")


def empty(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    assert diary(folder, "upgrade").returncode == 0
    return folder


def move_in(folder: Path, path: Path) -> str:
    done = diary(folder, "import", str(path), "--from", "folder", "--full")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_table_goes_along_or_is_left_on_purpose(lived_in: Settings, tmp_path: Path) -> None:
    assert export(tmp_path / "full").exit_code == 0
    kept = set(Reader(found(tmp_path / "full")).manifest.tables)
    assert kept.isdisjoint(AWAKE)
    assert kept | AWAKE | rows.DERIVED | rows.PASSING == set(Base.metadata.tables)


def test_it_needs_a_leads_word_and_says_so_in_its_name(
    lived_in: Settings, db: Session, tmp_path: Path
) -> None:
    for done, said in (
        (export(tmp_path / "dagbok"), "dagbok-full"),
        (export(tmp_path / "full.zip"), "no zip"),
        (export(tmp_path / "full", lead=""), "--lead USERNAME"),
        (export(tmp_path / "full", lead="alice"), "no lead of this diary"),
        (export(tmp_path / "full", lead="nobody"), "no lead of this diary"),
        (export(tmp_path / "full", password="wrong"), "no lead of this diary"),
    ):
        assert done.exit_code == 2, done.output
        assert said in done.output
        assert not (tmp_path / "full").exists()
    assert "all that is not public" in export(tmp_path / "full", "--dry-run").output
    done = export(tmp_path / "full", "--to", "Kommunen")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "full").stat().st_mode & 0o077 == 0
    db.rollback()
    handout = db.scalars(select(Handout)).one()
    lead = db.scalars(select(Account.id).where(Account.username == "lea")).one()
    assert (handout.kind, handout.by_id, handout.receiver) == ("full", lead, "Kommunen")
    assert handout.posts == len(WAYS)
    held = db.scalar(select(func.count()).select_from(HandoutPicture))
    assert held == db.scalar(select(func.count()).select_from(Picture))
    deed = db.scalars(select(Event).where(Event.action == "export")).one()
    assert (deed.actor_id, deed.reason) == (lead, "full")


def test_all_moves_in_and_nobody_is_awake(lived_in: Settings, db: Session, tmp_path: Path) -> None:
    assert export(tmp_path / "full").exit_code == 0
    text = b"".join(
        data for path, data in files(tmp_path / "full").items() if not path.endswith(".webp")
    )
    assert b"alice@example.org" not in text
    other = empty(tmp_path, "other")
    assert f"{len(WAYS)} posts" in move_in(other, tmp_path / "full")
    engine = make_engine(f"sqlite:///{other / 'diary.db'}")
    with make_sessions(engine)() as session:
        for account in session.scalars(select(Account)):
            assert account.closed_at is not None
            assert (account.email, account.password_hash) == (None, None)
        for table in AWAKE:
            assert session.execute(Base.metadata.tables[table].select()).all() == [], table
        assert set(session.scalars(select(Post.status))) == set(WAYS)
        db.rollback()
        for kept in (Revision, Consent, Picture):
            counted = select(func.count()).select_from(kept)
            assert session.scalar(counted) == db.scalar(counted)
        deeds = select(Event.uid).where(Event.action.not_in(("export", "recall")))
        assert set(session.scalars(deeds)) == set(db.scalars(deeds))
        assert session.scalar(select(func.count()).where(Picture.recalled_at.is_not(None))) == 1
    engine.dispose()
    again = diary(other, "import", str(tmp_path / "full"), "--from", "folder", "--full")
    assert again.returncode == 2
    assert "empty diary" in again.stderr


def test_nobody_gets_in_and_nothing_is_sent(lived_in: Settings, tmp_path: Path) -> None:
    assert export(tmp_path / "full").exit_code == 0
    other = empty(tmp_path, "other")
    move_in(other, tmp_path / "full")
    browser = create_app(settings_in(other)).test_client()
    known = {"username": "lea", "password": PASSWORD}
    answer = browser.post("/login", data=known, headers=SAME_ORIGIN)
    assert answer.status_code >= 400
    assert browser.get("/me/devices").status_code != 200
    mail = {"DIARY_MAIL_URL": f"smtp://127.0.0.1:{free_port()}", "DIARY_MAIL_FROM": "a@example.org"}
    sent = diary(other, "deliver", **mail)
    assert (sent.returncode, sent.stdout) == (0, "0 sent, 0 waiting.\n"), sent.stderr
    assert "/join/" in diary(other, "invite").stdout


@pytest.mark.sqlite_only("PostgreSQL remembers the last number of tables for which SQLite does not")
def test_out_and_in_and_out_again_are_the_same_bytes(
    lived_in: Settings, db: Session, store: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.delete(erasures.KEY)
    assert export(tmp_path / "one-full").exit_code == 0
    other = empty(tmp_path, "other")
    move_in(other, tmp_path / "one-full")
    engine = make_engine(f"sqlite:///{other / 'diary.db'}")
    with make_sessions(engine)() as session:  # as the lead does who opens it, and then closes it
        lea = session.scalars(select(Account).where(Account.username == "lea")).one()
        lea.closed_at = None
        lea.password_hash = db.scalars(
            select(Account.password_hash).where(Account.username == "lea")
        ).one()
        session.commit()
    engine.dispose()
    for name, value in environment_within(other).items():
        monkeypatch.setenv(name, value)
    assert export(tmp_path / "two-full").exit_code == 0
    one, two = files(tmp_path / "one-full"), files(tmp_path / "two-full")
    assert list(one) == list(two)
    assert {path for path in one if one[path] != two[path]} == set()


def test_a_picture_is_taken_out_of_it_too(lived_in: Settings, db: Session, tmp_path: Path) -> None:
    path = tmp_path / "full"
    assert export(path).exit_code == 0
    before = Reader(found(path)).manifest
    post = select(Post.id).where(Post.status == Status.DRAFT)
    picture = db.scalars(select(Picture).where(Picture.post_id.in_(post))).one()
    token, name = picture.token, picture.original_key
    db.rollback()
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    done = diary(nowhere, "recall", token, str(picture.uid), "--in", str(path))
    assert done.returncode == 0, done.stderr
    assert "There is no diary here" in done.stderr
    reader = Reader(found(path))
    reader.check_members()
    row = next(row for row in reader.rows("tables/pictures.jsonl") if row["token"] == token)
    assert (row["original_key"], row["recalled_at"] is None) == ("", False)
    assert token not in (reader.read("tables/working_copies.jsonl") or b"").decode()
    assert str(picture.uid).encode() in (reader.read("erasures.jsonl") or b"")
    kept = {row["key"] for row in reader.rows("files.jsonl")}
    shared = db.scalars(select(Picture.id).where(Picture.original_key == name)).all()
    assert (name in kept) == (len(shared) > 1)
    assert (
        reader.manifest.members["tables/renditions.jsonl"].rows
        < before.members["tables/renditions.jsonl"].rows
    )
    folder = empty(tmp_path, "other")
    move_in(folder, path)
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with make_sessions(engine)() as session:
        again = session.scalars(select(Picture).where(Picture.token == token)).one()
        assert again.recalled_at is not None
    engine.dispose()


def test_a_backup_is_not_taken_for_it(lived_in: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    assert CliRunner().invoke(main, ["backup", str(folder / "private")]).exit_code == 0
    (folder / "diary.json").write_text(json.dumps({"format": "share-stories/folder", "version": 1}))
    done = diary(empty(tmp_path, "other"), "import", str(folder), "--from", "folder", "--full")
    assert done.returncode == 1
    assert "is no full export" in done.stderr
