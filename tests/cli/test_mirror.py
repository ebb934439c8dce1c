"""`diary mirror`: a twin of a diary that runs, from its feed alone."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import new_uid
from diary.cli import main
from diary.domain import moderation
from diary.domain.moderation import Verdict
from diary.domain.recall import recall
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Lab,
    Picture,
    Post,
    Revision,
    State,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_method, a_post
from tests.conftest import Clock
from tests.hubs import serving


@dataclass
class Twin:
    """A diary in a folder of its own that mirrors others."""

    folder: Path
    sessions: sessionmaker[Session]

    def mirror(self, *words: str, status: int = 0) -> str:
        """Run the command."""
        done = CliRunner().invoke(
            main, ["mirror", *words], env={"DIARY_INSTANCE": str(self.folder)}
        )
        assert done.exit_code == status, done.output
        return done.output.strip()

    def out(self) -> dict[str, Post]:
        """What is out, by heading."""
        with self.sessions() as session:
            session.expire_on_commit = False
            rows = select(Revision.heading, Post).join(Post, Post.live_id == Revision.id)
            chosen = rows.where(Post.status == Status.PUBLISHED).order_by(Post.sequence)
            return {heading: post for heading, post in session.execute(chosen)}  # noqa: C416


@pytest.fixture
def twin(tmp_path: Path, migrated: Path) -> Iterator[Twin]:
    folder = tmp_path / "twin"
    folder.mkdir()
    shutil.copy(migrated, folder / "diary.db")
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with make_sessions(engine)() as session:
        begin_writing(session)
        session.execute(update(State).values(uid=new_uid()))  # a diary of its own
        session.commit()
    yield Twin(folder, make_sessions(engine))
    engine.dispose()


@pytest.fixture
def source(app: Flask, db: Session) -> Iterator[str]:
    """The address of the diary that the other fixtures fill."""
    put(db, {"title": "Dagboken i Boden"})
    a_lab(db, "boden", "BIS i Boden")
    a_method(db, "kor", "Kör")
    db.commit()
    with serving(app) as base:
        yield base


def write(db: Session, store: Storage, alice: Account, count: int, **more: object) -> list[Post]:
    """Posts with a picture each."""
    posts = [
        a_post(
            db, alice, store=store, pictures=1, lab="boden", methods=("kor",),
            title=f"Inlägg {number}", body=f"Vi *sjöng* {number} sånger.", **more,
        )
        for number in range(count)
    ]  # fmt: skip
    db.commit()
    return posts


def decide(db: Session, post: Post, step: Step, **more: object) -> None:
    db.rollback()
    verdict = Verdict(step, post.waiting_id or post.live_id or 0, **more)  # type: ignore[arg-type]
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)
    db.commit()


def test_an_empty_diary_becomes_a_twin_and_follows(
    db: Session, store: Storage, alice: Account, source: str, twin: Twin, clock: Clock
) -> None:
    posts = write(db, store, alice, 23)
    assert twin.mirror(source) == "Dagboken i Boden: 23 new."
    out = twin.out()
    assert list(out) == [f"Inlägg {number}" for number in range(23)]
    assert [one.uid for one in out.values()] == [one.uid for one in posts]
    assert [one.dated for one in out.values()] == [one.dated for one in posts]
    with twin.sessions() as session:
        assert session.scalars(select(Lab.name)).all() == ["BIS i Boden"]
        first = session.scalars(select(Revision).order_by(Revision.id)).first()
        assert first is not None
        assert first.body == "Vi *sjöng* 0 sånger."
        assert [(one.name, one.role) for one in first.bylines] == [("Amal", "ny i Boden")]
        shown = first.pictures[0]
        assert (shown.alt, shown.caption, shown.credit) == ("Bild 0", "Text 0", "Amal")
        assert [way.slug for way in first.methods] == ["kor"]
    assert twin.mirror(source) == "Dagboken i Boden: nothing new."

    write(db, store, alice, 3)
    gone, pictured = posts[3], posts[7]
    decide(db, gone, Step.WITHDRAW, reason="wrong_facts")
    token = db.scalars(select(Picture.token).where(Picture.post_id == pictured.id)).one()
    recall(db, store, a_lead(db), pictured.id, token, NOW)
    db.commit()
    with twin.sessions() as session:
        mine = session.scalars(select(Picture).join(Post).where(Post.uid == pictured.uid)).one()
        key = mine.original_key
    said = twin.mirror()
    assert "3 new" in said
    assert "1 taken down" in said
    assert "1 pictures taken away" in said
    with twin.sessions() as session:
        mine = session.scalars(select(Picture).join(Post).where(Post.uid == pictured.uid)).one()
        assert mine.recalled_at is not None
        assert not (twin.folder / "uploads" / key).exists()
        left = session.scalars(select(Post).where(Post.uid == gone.uid)).one()
        assert left.status is Status.WITHDRAWN
        assert session.get_one(Revision, left.live_id).body == ""
        assert not session.scalars(select(Picture).where(Picture.post_id == left.id)).all()
