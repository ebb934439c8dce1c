"""The whole journey from the feed alone: whoever has the address has the diary."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from lxml import etree
from reader import make_reader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.demo import loader
from diary.demo.content import Source
from diary.demo.loader import Workshop, build
from diary.domain.publishing import go_public
from diary.feeds import absolute
from diary.feeds.entries import content
from diary.media.images import Prepared, prepare
from diary.media.storage import LocalStorage, Storage
from diary.models import (
    Account,
    Picture,
    Post,
    Rendition,
    Revision,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from diary.portability import feed_documents
from diary.queries import posts, site
from diary.queries.cards import cards_of
from diary.web import entries as made_entries
from tests.builders import NOW, a_photo, a_post, an_account
from tests.conftest import Browser, Clock, settings_in
from tests.databases import Server
from tests.feeds.history import NS
from tests.hubs import serving
from tests.web.following_feeds import correct, path, read, withdraw

ALL = 176
Built = tuple[Path, str]
"""The folder of a diary, and its database."""
XML = pytest.mark.parametrize("kind", ["atom", "rss"])


@pytest.fixture(scope="module")
def built(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's folder, each picture another colour instead of a drawing."""
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copy(migrated, folder / "diary.db")
    fill(f"sqlite:///{folder / 'diary.db'}", folder)
    return folder


@pytest.fixture(scope="module")
def built_there(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The same in PostgreSQL."""
    folder = tmp_path_factory.mktemp("demonstration-there")
    with postgres.migrated() as url:
        fill(url, folder)
        yield folder, url


def fill(url: str, folder: Path) -> None:
    engine = make_engine(url)
    store = LocalStorage(folder / "uploads")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loader, "_drawn", coloured)
        build(Workshop(make_sessions(engine), store, NOW, lambda _done, _total: None))
    with engine.begin() as connection:  # the lead that the tests' builders make has this name
        reader = update(Account).where(Account.username == "reader")
        connection.execute(reader.values(username="another"))
    engine.dispose()


def coloured(sources: list[Source]) -> Iterator[tuple[Source, list[Prepared]]]:
    number = count()
    for source in sources:
        colours = [f"#{next(number) * 977 % 0xFFFFFF:06x}" for _ in source.drawings]
        yield source, [prepare(a_photo(colour)) for colour in colours]


@pytest.fixture
def settings(tmp_path: Path, database: str, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a copy of the demonstration."""
    settings = settings_in(tmp_path)
    if database == "sqlite":
        shutil.copytree(request.getfixturevalue("built"), tmp_path, dirs_exist_ok=True)
        yield settings
        return
    folder, there = request.getfixturevalue("built_there")
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    server: Server = request.getfixturevalue("postgres")
    with server.copy(there) as url:
        yield replace(settings, database_url=url)


@pytest.fixture
def alice(db: Session) -> Account:
    """Somebody who goes on writing."""
    account = an_account(db, "alice")
    db.commit()
    return account


# ---------------------------------------------------------------- the walker: feedparser alone


def walk(browser: Browser, address: str) -> dict[str, Any]:
    """All entries by id: from the newest document back; what is newer is right (RFC 5005, 4)."""
    entries: dict[str, Any] = {}
    while address:
        document = read(browser, address)
        assert not document.bozo
        for entry in document.entries:
            entries.setdefault(entry.id, entry)
        ways = {link.rel: link.href for link in document.feed.links}
        address = path(ways.get("prev-archive", ""))
    return entries


def text_of(entry: feedparser.FeedParserDict) -> str:
    """The content; of RSS the description, where a post without a summary has it there."""
    return str(entry.content[0].value if "content" in entry else entry.summary)


def documents(browser: Browser, kind: str) -> dict[str, tuple[bytes, str]]:
    """Every document that leads from the newest one back, and its ETag."""
    address, found = f"/feed.{kind}", {}
    while address:
        answer = browser.get(address)
        found[address] = answer.data, answer.headers["ETag"]
        links = feedparser.parse(answer.data).feed.links
        address = path({link.rel: link.href for link in links}.get("prev-archive", ""))
    return found


def changed(before: dict[str, tuple[bytes, str]], browser: Browser, kind: str) -> set[str]:
    """The documents that are others by now, by their bytes and by their ETag."""
    after = documents(browser, kind)
    by_bytes = {address for address in after if after[address][0] != before[address][0]}
    by_tag = {address for address in after if after[address][1] != before[address][1]}
    assert by_bytes == by_tag
    return by_tag


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
def test_the_import_of_feeds_walks_to_the_first_post(client: Browser, kind: str) -> None:
    walked = feed_documents.walk(f"/feed.{kind}", lambda address: client.get(path(address)).data)
    assert len({entry.id for one in walked for entry in one.entries}) == ALL


@XML
def test_every_post_is_rebuilt_byte_by_byte(
    app: Flask, db: Session, client: Browser, kind: str
) -> None:
    entries = walk(client, f"/feed.{kind}")
    found = posts.fetch(db, posts.published())
    assert len(entries) == len(found) == ALL
    with app.test_request_context():
        settings = site.site(db)
        cards = cards_of(db, found, settings.main_language)
        made = {one.urn: one for one in made_entries.entries(cards, settings)}
    for post, revision in found:
        entry = entries[post.uid.urn]
        assert entry.title == revision.heading
        assert entry.link == f"http://localhost/posts/{post.slug}"
        assert absolute(revision.html, entry.link) in text_of(entry)
        assert text_of(entry) == content(made[entry.id])
        assert post.published_at
        assert entry.published_parsed[:6] == post.published_at.timetuple()[:6]


@XML
def test_every_picture_is_fetched_byte_by_byte(
    db: Session, store: Storage, client: Browser, kind: str
) -> None:
    fetched = set()
    for entry in walk(client, f"/feed.{kind}").values():
        for medium in entry.get("media_content", []):
            with client.get(path(medium["url"])) as answer:
                assert answer.status_code == 200
                assert len(answer.data) == int(medium["filesize"])
                fetched.add((entry.id, answer.data))
        for enclosure in entry.get("enclosures", []):
            assert enclosure.href in {medium["url"] for medium in entry.media_content}
    statement = select(Post.uid, Rendition.key).join(Picture, Picture.post_id == Post.id)
    statement = statement.join(Rendition, Rendition.picture_id == Picture.id)
    stored = db.execute(statement.where(posts.PUBLIC, Rendition.extension == "jpg"))
    kept = {(uid.urn, store.get(key)) for uid, key in stored}
    assert len(kept) > 100
    assert fetched == kept


# ---------------------------------------------------------------- what moves, and what does not


@XML
def test_three_more_change_the_newest_documents_alone(
    db: Session, alice: Account, client: Browser, clock: Clock, kind: str
) -> None:
    before = documents(client, kind)
    assert len(before) == 10
    for _ in range(3):
        clock.pass_by(hours=1)
        begin_writing(db)
        a_post(db, alice, now=clock())
        db.commit()
    assert changed(before, client, kind) == {f"/feed.{kind}", f"/feed/archive/9.{kind}"}
    assert len(walk(client, f"/feed.{kind}")) == ALL + 3


@XML
def test_an_old_post_that_is_brought_in_late_changes_no_others(
    db: Session, alice: Account, client: Browser, clock: Clock, kind: str
) -> None:
    before = documents(client, kind)
    clock.pass_by(hours=1)
    begin_writing(db)
    post = a_post(db, alice, Status.SUBMITTED)
    revision = db.get_one(Revision, post.waiting_id)
    years_ago = datetime(2016, 5, 1, tzinfo=UTC)
    go_public(db, post, revision, clock(), zone=None, published_at=years_ago)
    post.status = Status.PUBLISHED
    db.commit()
    assert changed(before, client, kind) == {f"/feed.{kind}", f"/feed/archive/9.{kind}"}
    entry = walk(client, f"/feed.{kind}")[post.uid.urn]
    assert entry.published_parsed[:3] == (2016, 5, 1)


@XML
def test_taking_one_down_changes_its_document_and_the_newest(
    db: Session, client: Browser, clock: Clock, kind: str
) -> None:
    before = documents(client, kind)
    post = db.scalars(select(Post).where(Post.sequence == 50)).one()
    db.rollback()
    clock.pass_by(hours=1)
    withdraw(db, post, clock())
    assert changed(before, client, kind) == {f"/feed.{kind}", f"/feed/archive/3.{kind}"}


# ---------------------------------------------------------------- a reader that people use


def test_a_reader_misses_a_month_and_ends_with_the_same_posts(
    app: Flask, db: Session, alice: Account, clock: Clock
) -> None:
    """`reader` knows no tombstones: of Atom it keeps what has gone, of RSS the emptied item."""
    corrected = a_post(db, alice, title="Fel")
    db.commit()
    with serving(app) as base, make_reader(":memory:") as reader:
        rss, atom = f"{base}/feed.rss", f"{base}/feed.atom"
        for address in (rss, atom):
            reader.add_feed(address)
        reader.update_feeds(scheduled=False)
        assert reader.get_entry_counts(feed=rss).total == 20
        gone = be_away_a_month(db, alice, corrected, clock)
        reader.update_feeds(scheduled=False)

        news = {entry.id: entry for entry in reader.get_entries(feed=rss)}
        told = news[corrected.uid.urn].get_content()
        assert told
        assert "Rättat" in told.value
        with app.test_request_context(), force_locale("sv"):
            assert {news[uid].title for uid in gone} == {gettext("Taken down")}
        assert {news[uid].link for uid in gone} == {None}
        root = etree.fromstring(app.test_client().get(atom).data)
        dead = {one.get("ref") for one in root.iterfind("at:deleted-entry", NS)}
        assert dead == gone

        for number in range(1, 11):
            reader.add_feed(f"{base}/feed/archive/{number}.rss")
        reader.update_feeds(scheduled=False)
        known = {entry.id for entry in reader.get_entries() if entry.feed_url != atom}
    db.rollback()
    out = {post.uid.urn for post, _ in posts.fetch(db, posts.published())}
    assert known - gone == out
    assert len(out) == ALL


def be_away_a_month(db: Session, alice: Account, corrected: Post, clock: Clock) -> set[str]:
    """Thirty new posts, one corrected, thirty-one taken down: which have gone."""
    clock.pass_by(days=1)
    for _ in range(30):
        begin_writing(db)
        a_post(db, alice, now=clock())
        db.commit()
    correct(db, alice, corrected, clock(), "Rättat: det var i maj.")
    old = db.scalars(select(Post).where(Post.sequence.between(50, 80))).all()
    db.rollback()
    for post in old:
        withdraw(db, post, clock())
    clock.pass_by(days=29)
    return {post.uid.urn for post in old}
