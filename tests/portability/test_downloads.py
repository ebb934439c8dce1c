"""What is made ahead: when, of what, and that it is taken back with what it holds."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import frontmatter
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.domain import downloads as editions
from diary.domain import moderation, recall
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent
from diary.domain.errors import Overtaken
from diary.domain.journal import show_change
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.media.pieced import PieceReader, Pieces
from diary.media.storage import Storage
from diary.models import Account, Edition, Kind, Lab, Picture, Post, Precision, State, begin_writing
from diary.portability.downloads import make
from diary.portability.source import Source
from diary.portability.table import FIELDS
from diary.queries import downloads, whole
from tests.builders import HOUSE, a_method, a_post
from tests.conftest import Clock


@pytest.fixture
def source(sessions: sessionmaker[Session], store: Storage) -> Source:
    return Source(sessions, store, "https://diary.example")


@pytest.fixture
def later(clock: Clock) -> Clock:
    """A clock by which it has been quiet for long."""
    clock.pass_by(days=1)
    return clock


def file_of(source: Source, name: str) -> bytes:
    with source.sessions() as session:
        edition = downloads.newest(session)
    assert edition is not None
    return PieceReader(source.store, Pieces(**edition.files[name])).read()


def pieces(source: Source) -> list[str]:
    return [one.key for one in source.store.keys("downloads/")]


def offered(source: Source) -> bool:
    with source.sessions() as session:
        return downloads.newest(session) is not None


def test_the_table_tells_what_posts_are_and_not_who_wrote_them(
    db: Session, source: Source, alice: Account, lab: Lab, later: Clock
) -> None:
    a_method(db, "kor")
    a_method(db, "bin")
    people = BylineContent("Amal", "ny i Boden"), BylineContent("Petra", kind=Kind.STAFF)
    post = a_post(
        db, alice, title="=HYPERLINK(1)", body="Ett *två* tre", lab="boden", store=source.store,
        methods=("kor", "bin"), bylines=people, pictures=2,
    )  # fmt: skip
    a_post(db, alice, title="Tyst", precision=Precision.UNKNOWN)
    db.commit()
    assert make(source, later)
    text = file_of(source, "posts.csv").decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert list(first) == [field.name for field in FIELDS]
    assert "Amal" not in text
    assert "Petra" not in text
    assert first["title"] == "'=HYPERLINK(1)"
    assert (first["lab"], first["writers"]) == ("boden", "resident;staff")
    assert set(first["methods"].split(";")) == {"kor", "bin"}
    assert (first["words"], first["pictures"], first["date"]) == ("3", "2", "2019-05-17")
    assert first["address"] == f"https://diary.example/posts/{post.slug}"
    assert [second[name] for name in ("title", "lab", "date", "precision")] == [
        *("Tyst", "", "", "unknown")
    ]
    rows = json.loads(file_of(source, "posts.json"))
    assert rows[0]["writers"] == ["resident", "staff"]
    assert [row["uid"] for row in rows] == [first["uid"], second["uid"]]
    assert [row["date"] for row in rows] == ["2019-05-17", ""]
    package = json.loads(file_of(source, "datapackage.json"))
    assert package["temporal"] == {"start": "2019-05-17", "end": "2019-05-17"}
    columns = [field["name"] for field in package["resources"][0]["schema"]["fields"]]
    assert columns == list(first)


def test_the_zip_holds_posts_with_their_pictures_and_the_terms(
    db: Session, source: Source, alice: Account, later: Clock
) -> None:
    a_post(db, alice, pictures=1, store=source.store, body="Rad\n\n---\n\n*två*")
    db.commit()
    make(source, later)
    archive = zipfile.ZipFile(io.BytesIO(file_of(source, "diary.zip")))
    assert archive.testzip() is None
    stem = "posts/2019/2019-05-17-solen-vill-inte-ga-ner"
    post: Any = frontmatter.loads(archive.read(f"{stem}.md").decode())
    assert (post["title"], post.content) == ("Solen vill inte gå ner", "Rad\n\n---\n\n*två*")
    assert [(one["file"], one["alt"], one["consent"]) for one in post["pictures"]] == [
        ("2019-05-17-solen-vill-inte-ga-ner-1.webp", "Bild 0", "nobody")
    ]
    assert archive.read(f"{stem}-1.webp").startswith(b"RIFF")
    assert archive.read("LICENCE.txt").startswith(b"CC BY 4.0\nhttps://creativecommons.org/")
    assert "Dagboken, 2019. https://diary.example" in archive.read("README.txt").decode()
    assert archive.read("posts.csv") == file_of(source, "posts.csv")


def test_it_is_made_when_it_was_quiet_and_not_twice(
    db: Session, source: Source, alice: Account, clock: Clock
) -> None:
    a_post(db, alice)
    db.commit()
    clock.pass_by(seconds=30)
    assert not make(source, clock)
    clock.pass_by(seconds=31)
    assert make(source, clock)
    assert not make(source, clock)
    begin_writing(db)
    a_post(db, alice, title="Ett till", now=clock())
    db.commit()
    assert offered(source)
    clock.pass_by(minutes=2)
    assert not make(source, clock), "a newer one waits for a while"
    clock.pass_by(minutes=14)
    assert make(source, clock)
    assert len(json.loads(file_of(source, "posts.json"))) == 2


def withdraw(db: Session, source: Source, lea: Account, clock: Clock) -> None:
    begin_writing(db)
    post = db.scalars(select(Post)).one()
    verdict = Verdict(Step.WITHDRAW, post.live_id or 0, words="Fel")
    moderation.decide(db, actor_of(lea), post.id, verdict, clock(), HOUSE)
    db.commit()


def take_picture_away(db: Session, source: Source, lea: Account, clock: Clock) -> None:
    begin_writing(db)
    picture = db.scalars(select(Picture)).one()
    recall.recall(db, actor_of(lea), picture.post_id, picture.token, clock())
    db.commit()


def hide_picture(db: Session, source: Source, lea: Account, clock: Clock) -> None:
    begin_writing(db)
    recall.hide(db, db.scalars(select(Picture)), clock(), actor_id=None)
    db.commit()


def end_by_statement(db: Session, source: Source, lea: Account, clock: Clock) -> None:
    begin_writing(db)
    db.execute(update(Picture).values(hidden_at=clock()))
    show_change(db, clock())
    db.commit()


DEEDS = [withdraw, take_picture_away, hide_picture, end_by_statement]


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_taken_down_takes_all_along_at_once(
    db: Session,
    source: Source,
    alice: Account,
    lea: Account,
    later: Clock,
    deed: Callable[[Session, Source, Account, Clock], None],
) -> None:
    a_post(db, alice, pictures=1, store=source.store)
    db.commit()
    make(source, later)
    assert offered(source)
    deed(db, source, lea, later)
    assert not offered(source)
    later.pass_by(seconds=30)
    assert not make(source, later)
    assert pieces(source) == []
    later.pass_by(seconds=31)
    assert make(source, later)
    held = zipfile.ZipFile(io.BytesIO(file_of(source, "diary.zip"))).namelist()
    assert not [name for name in held if name.endswith(".webp")]


def test_a_change_while_it_is_made_undoes_it(
    db: Session, source: Source, alice: Account, lea: Account, later: Clock
) -> None:
    a_post(db, alice, pictures=1, store=source.store)
    db.commit()

    def meanwhile() -> bool:
        hide_picture(db, source, lea, later)
        return False

    assert not make(source, later, meanwhile)
    assert not offered(source)
    assert pieces(source) == []


def test_broken_off_nothing_is_offered_and_the_next_round_begins_anew(
    db: Session, source: Source, alice: Account, later: Clock
) -> None:
    a_post(db, alice)
    db.commit()
    with pytest.raises(InterruptedError):
        make(source, later, lambda: True)
    assert not offered(source)
    assert make(source, later)


def test_whoever_was_killed_is_waited_for_no_longer_than_the_lease(
    db: Session, source: Source, alice: Account, later: Clock
) -> None:
    a_post(db, alice)
    db.add(Edition(version=1, begun_at=later(), alive_at=later()))
    db.commit()
    source.store.put("downloads/1.diary.zip.0", b"half", "application/zip")
    assert not make(source, later)
    later.pass_by(minutes=6)
    assert make(source, later)
    assert not make(source, later)
    assert "downloads/1.diary.zip.0" not in pieces(source)


def test_the_one_before_stays_for_those_who_are_fetching_it(
    db: Session, source: Source, alice: Account, later: Clock
) -> None:
    a_post(db, alice)
    db.commit()
    kept = []
    for _ in range(3):
        assert make(source, later)
        kept.append({key.partition(".")[0] for key in pieces(source)})
        db.execute(update(State).values(version=State.version + 1, changed_at=later()))
        db.commit()
        later.pass_by(hours=1)
    make(source, later)
    assert [len(one) for one in kept] == [1, 2, 3]
    assert len(db.scalars(select(Edition)).all()) == 2
    db.rollback()


def test_one_whose_pieces_did_not_come_back_from_a_backup_is_made_anew(
    db: Session, source: Source, alice: Account, later: Clock
) -> None:
    a_post(db, alice)
    db.commit()
    make(source, later)
    source.store.delete(pieces(source)[0])
    assert make(source, later)
    assert file_of(source, "posts.csv")


def test_one_that_another_server_ends_meanwhile_stays(
    source: Source, later: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = editions.pieces

    def slowly(store: Storage) -> set[str]:
        monkeypatch.setattr(editions, "pieces", listed)
        found = listed(store)
        assert make(source, later, at_once=True)  # the other one
        return found

    monkeypatch.setattr(editions, "pieces", slowly)
    assert not make(source, later, at_once=True)
    assert offered(source)


def test_of_two_who_add_the_same_file_one_does(source: Source, later: Clock) -> None:
    assert make(source, later, at_once=True)
    with source.sessions() as session:
        begin_writing(session)
        edition_id = session.scalars(select(Edition.id)).one()
        editions.add(session, edition_id, "one.zip", {"keys": ["first"]}, later())
        with pytest.raises(Overtaken):
            editions.add(session, edition_id, "one.zip", {"keys": ["second"]}, later())


def test_many_posts_come_in_parts_in_order_of_day_and_place(
    db: Session, source: Source, alice: Account, later: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "AT_ONCE", 2)
    for title in ("a", "b", "c", "d", "e"):
        a_post(db, alice, title=title)
    a_post(db, alice, title="z", dated=date(2019, 5, 16))
    db.commit()
    make(source, later)
    rows = json.loads(file_of(source, "posts.json"))
    assert [row["title"] for row in rows] == ["z", "a", "b", "c", "d", "e"]
    archive = zipfile.ZipFile(io.BytesIO(file_of(source, "diary.zip")))
    posts: list[Any] = [
        frontmatter.loads(archive.read(name).decode())
        for name in archive.namelist()
        if name.endswith(".md")
    ]
    assert [(one["title"], one.get("place")) for one in posts] == [
        ("z", None), ("a", None), ("b", 2), ("c", 3), ("d", 4), ("e", 5),
    ]  # fmt: skip


def test_the_book_is_made_ahead_in_both_forms(
    db: Session, source: Source, alice: Account, later: Clock
) -> None:
    a_post(db, alice, store=source.store, pictures=1)
    db.commit()
    assert make(source, later)
    with zipfile.ZipFile(io.BytesIO(file_of(source, "book.epub"))) as archive:
        assert archive.read("mimetype") == b"application/epub+zip"
        assert b"Solen vill inte" in archive.read("book/chapter-1.xhtml")
    assert file_of(source, "book.pdf").startswith(b"%PDF-")


def test_where_no_book_can_be_made_the_rest_is_offered(
    db: Session, source: Source, alice: Account, later: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_post(db, alice)
    db.commit()
    monkeypatch.setattr("diary.portability.typesetting.FONTS", {"Literata": "no/such.woff2"})
    assert make(source, later)
    with source.sessions() as session:
        edition = downloads.newest(session)
    assert edition is not None
    assert "book.pdf" not in edition.files
    assert "diary.zip" in edition.files
