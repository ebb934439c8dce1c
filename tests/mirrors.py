"""Diaries that run, and one that keeps twins of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import new_uid
from diary.app import create_app
from diary.cli import main
from diary.domain import errands, moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.moderation import Verdict
from diary.domain.recall import recall
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.media.storage import LocalStorage, Storage
from diary.models import (
    Account,
    Picture,
    Post,
    Revision,
    State,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from diary.queries import site
from tests.builders import HOUSE, NOW, a_content, a_lab, a_lead, a_method, a_post, an_account
from tests.cli.test_commands import environment_within
from tests.conftest import Browser, browser_of, settings_in
from tests.hubs import serving


@dataclass
class Source:
    """A diary that runs, and what it was asked for, with what it answered."""

    db: Session
    store: Storage
    writer: Account
    url: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)

    @property
    def uid(self) -> str:
        """The id of its feed."""
        return site.present(self.db).uid.urn

    def write(self, *titles: str, pictures: int = 1, **content: Any) -> list[Post]:
        """Posts of Amal, in Boden, with pictures."""
        said: dict[str, Any] = {"lab": "boden", "methods": ("kor",), **content}
        posts = [
            a_post(
                self.db,
                self.writer,
                store=self.store,
                pictures=pictures,
                title=title,
                **{"body": f"Vi *sjöng*: {title}.", **said},
            )
            for title in titles
        ]
        self.db.commit()
        return posts

    def decide(self, post: Post, step: Step, **more: Any) -> None:
        """A moderator's decision."""
        verdict = Verdict(step, post.waiting_id or post.live_id or 0, **more)
        moderation.decide(self.db, a_lead(self.db), post.id, verdict, NOW, HOUSE)
        self.db.commit()

    def correct(self, post: Post, note: str | None, **content: Any) -> None:
        """Another text goes out, with a note for readers or without one."""
        writing.save(self.db, actor_of(self.writer), post, a_content(**content), NOW)
        writing.submit(self.db, actor_of(self.writer), post, NOW, HOUSE)
        self.decide(post, Step.PUBLISH, correction=note)

    def recall(self, post: Post, which: int = 0) -> None:
        """A picture is taken away for good."""
        tokens = select(Picture.token).where(Picture.post_id == post.id).order_by(Picture.id)
        token = self.db.scalars(tokens).all()[which]
        recall(self.db, a_lead(self.db), post.id, token, NOW)
        errands.commit(self.db, self.store)


NAMES = [f"Inlägg {number}" for number in range(23)]
"""More than one archive document holds."""


@contextmanager
def running(
    app: Flask, db: Session, store: Storage, writer: Account, title: str
) -> Iterator[Source]:
    """A diary with one place and one way of working, behind HTTP."""
    put(db, {"title": title})
    a_lab(db, "boden", "BIS i Boden")
    a_method(db, "kor", "Kör")
    db.commit()
    made = Source(db, store, writer)

    def noting(environ: Any, start: Any) -> Any:
        def noted(status: str, *more: Any) -> Any:
            made.asked.append((environ["PATH_INFO"], int(status[:3])))
            return start(status, *more)

        return app(environ, noted)

    with serving(noting) as made.url:  # type: ignore[arg-type]  # any WSGI application
        yield made


def a_diary(folder: Path, migrated: Path) -> Path:
    """An empty diary of its own."""
    folder.mkdir()
    shutil.copy(migrated, folder / "diary.db")
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with make_sessions(engine)() as session:
        begin_writing(session)
        session.execute(update(State).values(uid=new_uid()))
        session.commit()
    engine.dispose()
    return folder


@contextmanager
def another(folder: Path, migrated: Path, title: str) -> Iterator[Source]:
    """A second diary that runs."""
    settings = settings_in(a_diary(folder, migrated))
    engine = make_engine(settings.database_url)
    with make_sessions(engine)() as db:
        begin_writing(db)
        writer, store = an_account(db), LocalStorage(folder / "uploads")
        with running(create_app(settings), db, store, writer, title) as made:
            yield made
    engine.dispose()


@dataclass
class Twin:
    """A diary in a folder of its own that mirrors others."""

    folder: Path
    sessions: sessionmaker[Session]

    def mirror(self, *words: str, status: int = 0) -> str:
        """Run the command; what it says."""
        env = environment_within(self.folder)
        done = CliRunner().invoke(main, ["mirror", *words], env=env)
        assert done.exit_code == status, (done.output, done.exception)
        return done.output.strip()

    def out(self, session: Session) -> dict[str, tuple[Post, Revision]]:
        """What is out, by heading, in the order it came out."""
        rows = select(Post, Revision).join(Revision, Post.live_id == Revision.id)
        chosen = rows.where(Post.status == Status.PUBLISHED).order_by(Post.sequence)
        return {live.heading: (post, live) for post, live in session.execute(chosen)}

    def titled(self) -> list[str]:
        """The headings of what is out."""
        with self.sessions() as session:
            return list(self.out(session))

    def called(self) -> str:
        """The diary's title."""
        with self.sessions() as session:
            return site.site(session).title

    def browser(self) -> Browser:
        """A visitor."""
        return browser_of(create_app(settings_in(self.folder)))

    @property
    def store(self) -> Storage:
        """Its files."""
        return LocalStorage(self.folder / "uploads")

    def has(self, key: str) -> bool:
        """Whether a file lies in its store."""
        return (self.folder / "uploads" / key).exists()


@contextmanager
def a_twin(folder: Path, migrated: Path) -> Iterator[Twin]:
    """An empty diary that is to mirror others."""
    engine = make_engine(f"sqlite:///{a_diary(folder, migrated) / 'diary.db'}")
    yield Twin(folder, make_sessions(engine))
    engine.dispose()


@contextmanager
def answering(status: int, data: bytes = b"", **headers: str) -> Iterator[str]:
    """A server with one answer; gives its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
