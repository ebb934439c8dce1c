"""Reading feeds as programs do, and what moderators do meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import feedparser
from flask import Flask
from lxml import etree
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Post, begin_writing
from tests.builders import HOUSE, a_content, a_lead
from tests.conftest import Browser
from tests.feeds.history import NS


def decide(db: Session, post: Post, step: Step, now: datetime, **more) -> None:
    revision = post.waiting_id or post.live_id or 0
    verdict = Verdict(step, revision, **more)
    moderation.decide(db, a_lead(db), post.id, verdict, now, HOUSE)


def withdraw(db: Session, post: Post, now: datetime) -> None:
    begin_writing(db)
    decide(db, post, Step.WITHDRAW, now, reason="wrong_facts")
    db.commit()


def correct(db: Session, writer: Account, post: Post, now: datetime, words: str | None) -> None:
    """Publish a post anew, with a note to readers or without."""
    begin_writing(db)
    actor = actor_of(writer)
    writing.save(db, actor, post, a_content(title=post.slug or "", body="Rätt."), now)
    writing.submit(db, actor, post, now, HOUSE)
    decide(db, post, Step.PUBLISH, now, correction=words)
    db.commit()


def path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def read(browser: Browser, address: str) -> feedparser.FeedParserDict:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return feedparser.parse(answer.data, sanitize_html=False, resolve_relative_uris=False)


def titles(browser: Browser, address: str) -> list[str]:
    return [entry.title for entry in read(browser, address).entries]


def links(browser: Browser, address: str) -> dict[str, str]:
    found = read(browser, address).feed.links
    ways = {"first", "previous", "next", "last", "prev-archive", "next-archive", "current", "self"}
    return {link.rel: path(link.href) for link in found if link.rel in ways}


def dead(browser: Browser, address: str) -> list[str]:
    """What Atom says is gone."""
    root = etree.fromstring(browser.get(address).data)
    return [gone.get("ref") for gone in root.iterfind("at:deleted-entry", NS)]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    engine, asked = app.extensions["diary"].sessions.kw["bind"], []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
