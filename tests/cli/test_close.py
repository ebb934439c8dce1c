"""`diary close`: the journey ends, and one folder with all of it is handed over."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.cli.handing_over import ALL, make_ahead
from diary.config import Settings
from diary.domain.closing import end
from diary.domain.downloads import CLOSING_ZIP
from diary.domain.due import expect
from diary.domain.settings import put
from diary.media.pieced import PieceReader, Pieces
from diary.media.storage import Storage
from diary.models import Account, Consent, Edition, Event, Handout, Lab, Status, begin_writing
from diary.portability import downloads
from diary.portability.source import Source
from diary.queries.site import site
from tests.builders import HOUSE, NOW, a_post
from tests.cli.test_commands import diary
from tests.links import links, walk

HOME = "https://dagboken.example"


@pytest.fixture
def journey(db: Session, store: Storage, alice: Account, lab: Lab) -> None:
    """Three posts, one of them with two pictures."""
    put(db, {"title": "Grannarna & vi", "contact_name": "Petra", "main_language": "en"})
    a_post(db, alice, store=store, pictures=2, title="Ett", lab="boden")
    a_post(db, alice, title="Två")
    a_post(db, alice, title="Tre")
    db.commit()


def close(folder: Path, *words: str, status: int = 0) -> str:
    done = diary(folder, "close", *words, DIARY_BASE_URL=HOME)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_the_journey_ends_and_is_handed_over(db: Session, journey: None, tmp_path: Path) -> None:
    goal = tmp_path / "out" / "Handed over"
    close(tmp_path, str(goal), "--dry-run")
    assert site(db).ended_at is None
    db.rollback()
    told = close(tmp_path, str(goal), "--to", "Boden bibliotek")
    assert "book.epub: 3 posts, 2 pictures, 1 files." in told
    lying = {path.name for path in goal.iterdir()}
    assert lying == {*ALL, "READ-FIRST.html", "READ-FIRST.txt"}
    assert [one.name for one in goal.parent.iterdir()] == [goal.name]
    walked = walk(goal / "site", HOME)
    assert walked.dead == []
    assert "The journey ended on" in (goal / "site/index.html").read_text("utf-8")
    assert zipfile.ZipFile(goal / "book.epub").testzip() is None
    letter = (goal / "READ-FIRST.html").read_text("utf-8-sig")
    assert "Grannarna &amp; vi" in letter
    plain = (goal / "READ-FIRST.txt").read_text("utf-8-sig")
    assert "Grannarna & vi" in plain
    for words in ("Boden bibliotek", "Posts: 3. Pictures: 2.", "none leads to nothing", "Petra"):
        assert words in letter
        assert words in plain
    led = {link for link in links(goal / "READ-FIRST.html", HOME) if not link.startswith(HOME)}
    assert {"site/START.html", "book.epub", "book.pdf"} <= led
    assert all((goal / link).exists() for link in led)
    begin_writing(db)
    handouts = db.scalars(select(Handout).order_by(Handout.id)).all()
    assert [Path(one.place).name for one in handouts] == list(ALL)
    assert {one.receiver for one in handouts} == {"Boden bibliotek"}
    deeds = db.scalars(select(Event.action).where(Event.action.in_(("end_journey", "export"))))
    assert deeds.all() == ["end_journey", *["export"] * len(ALL)]
    db.rollback()
    close(tmp_path, str(goal), status=2)  # something lies there
    refused = diary(tmp_path, "import", str(goal), "--from", "folder")
    assert (refused.returncode, "has ended" in refused.stderr) == (2, True)
    assert "goes on" in close(tmp_path, "--reopen")
    assert "has not ended" in close(tmp_path, "--reopen", status=1)
    assert site(db).ended_at is None


def test_it_does_not_end_while_posts_wait(
    db: Session, journey: None, alice: Account, tmp_path: Path
) -> None:
    begin_writing(db)
    a_post(db, alice, Status.SUBMITTED, title="Väntar på Petra")
    db.commit()
    told = close(tmp_path, str(tmp_path / "goal"), status=1)
    assert "1 posts wait" in told
    assert "Väntar på Petra" in told
    assert site(db).ended_at is None
    assert not (tmp_path / "goal").exists()


def test_a_picture_without_its_file_hands_nothing_over(
    db: Session, journey: None, tmp_path: Path
) -> None:
    next((tmp_path / "uploads").rglob("*.webp")).unlink()
    told = close(tmp_path, str(tmp_path / "out/goal"), status=1)
    assert "diary check" in told
    assert "the journey has ended all the same" in told
    assert list((tmp_path / "out").iterdir()) == []
    assert site(db).ended_at is not None
    assert db.scalars(select(Handout)).all() == []


def test_a_yes_that_is_over_is_not_handed_over(db: Session, journey: None, tmp_path: Path) -> None:
    begin_writing(db)
    consent = db.scalars(select(Consent).order_by(Consent.picture_id)).first()
    assert consent is not None
    consent.until = NOW.date()
    expect(db, NOW)
    db.commit()
    told = close(tmp_path, str(tmp_path / "goal"))
    assert "book.epub: 3 posts, 1 pictures" in told


def test_nobody_is_invited_to_a_journey_that_has_ended(
    db: Session, journey: None, tmp_path: Path
) -> None:
    begin_writing(db)
    end(db, None, NOW, HOUSE.zone)
    db.commit()
    refused = diary(tmp_path, "invite")
    assert (refused.returncode, "close --reopen" in refused.stderr) == (2, True)


def test_nothing_is_closed_twice_or_without_a_place(tmp_path: Path) -> None:
    close(tmp_path, status=2)
    close(tmp_path, "x", "--reopen", status=2)
    assert "diary upgrade" in close(tmp_path, "x", status=2)


def test_the_lead_is_offered_it_as_a_zip(
    db: Session, journey: None, store: Storage, settings: Settings, sessions: object
) -> None:
    settings = replace(settings, base_url=HOME)
    source = Source(sessions, store, HOME)  # type: ignore[arg-type]
    assert not make_ahead(settings, source, lambda: False)  # the journey goes on
    close(settings.instance, str(settings.instance / "goal"))
    assert downloads.make(source, lambda: NOW, at_once=True)
    assert make_ahead(settings, source, lambda: False)
    assert not make_ahead(settings, source, lambda: False)  # it is there
    db.rollback()
    edition = db.scalars(select(Edition)).one()
    pieces = Pieces(**edition.files[CLOSING_ZIP])
    with zipfile.ZipFile(PieceReader(store, pieces)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert {name.split("/")[0] for name in names} == {*ALL, "READ-FIRST.html", "READ-FIRST.txt"}
    copies = db.scalars(select(Handout.kind).order_by(Handout.id.desc()).limit(1)).all()
    assert copies == ["closing"]
