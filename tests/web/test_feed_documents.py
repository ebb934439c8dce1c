"""What stands in which document of a feed, for how long, and what changes it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.domain.journal import show_change
from diary.domain.workflow import Step
from diary.models import Account, Lab, Post, State, begin_writing, make_engine, make_sessions
from diary.web import cache
from diary.web.session import Services
from tests.builders import NOW, a_lab, a_method, a_post, an_account
from tests.conftest import Browser, Clock, settings_in
from tests.databases import Server
from tests.web.following_feeds import (
    correct,
    dead,
    decide,
    links,
    path,
    read,
    statements,
    titles,
    withdraw,
)

KINDS = ("atom", "rss", "json")


@pytest.fixture(scope="module")
def written(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-five posts, laid in once: two full archive documents and one begun.

    All are of one way of working, every third is from Boden.
    """
    path = tmp_path_factory.mktemp("written") / "diary.db"
    shutil.copy(migrated, path)
    write(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def written_there(postgres: Server) -> Iterator[str]:
    """The same in PostgreSQL."""
    with postgres.migrated() as url:
        write(url)
        yield url


def write(url: str) -> None:
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        begin_writing(session)
        alice = an_account(session, "alice")
        a_lab(session), a_method(session)
        for n in range(1, 46):
            lab = "" if n % 3 else "boden"
            a_post(session, alice, title=f"Nummer {n}", lab=lab, methods=("kor",))
        session.commit()
    engine.dispose()


@pytest.fixture
def settings(
    tmp_path: Path, written: Path, database: str, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """Settings of a diary with these posts."""
    settings = settings_in(tmp_path)
    if database == "sqlite":
        shutil.copy(written, tmp_path / "diary.db")
        yield settings
        return
    server: Server = request.getfixturevalue("postgres")
    with server.copy(request.getfixturevalue("written_there")) as url:
        yield replace(settings, database_url=url)


@pytest.fixture
def journey(db: Session) -> list[Post]:
    """The posts."""
    found = [*db.scalars(select(Post).order_by(Post.sequence))]
    db.rollback()
    return found


@pytest.fixture
def alice(db: Session) -> Account:
    """Their writer."""
    return db.scalars(select(Account).where(Account.username == "alice")).one()


@pytest.fixture
def lab(db: Session) -> Lab:
    """Boden."""
    return db.scalars(select(Lab)).one()


# ---------------------------------------------------------------- cut into documents


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_the_whole_diary_is_cut_by_sequence(journey, client: Browser, kind: str) -> None:
    assert links(client, f"/feed.{kind}") == {
        "self": f"/feed.{kind}",
        "prev-archive": f"/feed/archive/3.{kind}",
    }
    expected = {1: range(20, 0, -1), 2: range(40, 20, -1), 3: range(45, 40, -1)}
    for number, posts in expected.items():
        address = f"/feed/archive/{number}.{kind}"
        assert titles(client, address) == [f"Nummer {n}" for n in posts]
        ways = {"self": address, "current": f"/feed.{kind}"}
        if number > 1:
            ways["prev-archive"] = f"/feed/archive/{number - 1}.{kind}"
        if number < 3:
            ways["next-archive"] = f"/feed/archive/{number + 1}.{kind}"
        assert links(client, address) == ways
    for unknown in ("0", "4", "9" * 30, "x"):
        assert client.get(f"/feed/archive/{unknown}.{kind}").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_other_scopes_go_on_page_by_page(journey, client: Browser, kind: str) -> None:
    address = f"/methods/kor/feed.{kind}"
    seen: list[str] = []
    pages: list[str] = []
    while address:
        pages.append(address)
        if kind == "json":
            document = json.loads(client.get(address).data)
            seen += [item["title"] for item in document["items"]]
            address = path(document.get("next_url", ""))
            continue
        seen += titles(client, address)
        ways = links(client, address)
        assert ways["self"] == address
        if pages[1:]:
            assert (ways["first"], ways["previous"]) == (pages[0], pages[-2])
        address = ways.get("next", "")
    assert seen == [f"Nummer {n}" for n in range(45, 0, -1)]
    assert len(pages) == 3


def test_json_feed_goes_on_through_the_whole_diary(journey, client: Browser) -> None:
    address, seen = "/feed.json", []
    while address:
        document = json.loads(client.get(address).data)
        seen += [item["title"] for item in document["items"]]
        address = path(document.get("next_url", ""))
    assert seen == [f"Nummer {n}" for n in range(45, 0, -1)]


# ---------------------------------------------------------------- corrections and tombstones


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_an_old_post_that_is_corrected_is_told_of_for_thirty_days(
    db: Session, journey, alice: Account, client: Browser, clock: Clock, kind: str
) -> None:
    newest = [f"Nummer {n}" for n in range(45, 25, -1)]
    clock.pass_by(days=1)
    correct(db, alice, journey[4], clock(), "Det var i maj.")
    correct(db, alice, journey[5], clock(), None)  # a typo is no news
    assert titles(client, f"/feed.{kind}") == [*newest, journey[4].slug]
    clock.pass_by(days=30, seconds=-1)
    assert titles(client, f"/feed.{kind}") == [*newest, journey[4].slug]
    before = client.get(f"/feed.{kind}").headers["ETag"]
    clock.pass_by(seconds=1)
    answer = client.get(f"/feed.{kind}", headers={"If-None-Match": before})
    assert answer.status_code == 200  # it ends by itself, and who asks is told
    assert titles(client, f"/feed.{kind}") == newest


def test_what_has_gone_is_told_of_for_thirty_days_and_buried_for_a_year(
    db: Session, journey, client: Browser, clock: Clock
) -> None:
    gone = f"urn:uuid:{journey[4].uid}"
    withdraw(db, journey[4], clock())
    for address in ("/feed.atom", "/feed/archive/1.atom"):
        assert dead(client, address) == [gone]
    tag = client.get("/feed/archive/1.atom").headers["ETag"]
    clock.pass_by(days=30)
    assert dead(client, "/feed.atom") == []
    assert dead(client, "/feed/archive/1.atom") == [gone]
    unmoved = client.get("/feed/archive/1.atom", headers={"If-None-Match": tag})
    assert unmoved.status_code == 304
    clock.pass_by(days=335)
    answer = client.get("/feed/archive/1.atom", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert dead(client, "/feed/archive/1.atom") == []
    assert len(titles(client, "/feed/archive/1.atom")) == 19  # a gap for good
    db.rollback()
    assert db.scalars(select(State.due)).one() is None


@pytest.mark.parametrize("kind", ["rss", "json"])
def test_where_there_are_no_tombstones_the_item_is_emptied(
    app: Flask, db: Session, journey, client: Browser, clock: Clock, kind: str
) -> None:
    withdraw(db, journey[44], clock())
    text = client.get(f"/feed.{kind}").data.decode()
    assert f"urn:uuid:{journey[44].uid}" in text
    with app.test_request_context(), force_locale("sv"):
        assert gettext("This post was taken down.") in text
    assert "Nummer 45" not in text
    assert f"/posts/{journey[44].slug}" not in text


def test_what_comes_back_is_alive_and_told_of(
    db: Session, journey, client: Browser, clock: Clock
) -> None:
    withdraw(db, journey[4], clock())
    begin_writing(db)
    clock.pass_by(days=1)
    decide(db, journey[4], Step.RESTORE, clock())
    db.commit()
    assert dead(client, "/feed.atom") == []
    assert "Nummer 5" in titles(client, "/feed.atom")


# ---------------------------------------------------------------- a part of the archive


def test_a_filter_of_the_archive_has_a_feed(journey, client: Browser) -> None:
    feed = read(client, "/archive/feed.atom?lab=boden")
    assert feed.feed.title.startswith("Boden – ")
    assert [entry.title for entry in feed.entries] == [f"Nummer {n}" for n in range(45, 0, -3)]
    assert len(titles(client, "/archive/feed.rss?lab=-")) == 20
    assert links(client, "/archive/feed.rss?lab=-")["next"].startswith(
        "/archive/feed.rss?lab=-&before="
    )


def test_without_a_filter_it_is_the_whole_diary(journey, client: Browser) -> None:
    whole = client.get("/archive/feed.atom?utm_source=x")
    assert whole.data == client.get("/feed.atom").data


# ---------------------------------------------------------------- ids


def test_ids_stay_whatever_happens_to_addresses(
    db: Session, app: Flask, journey, lab: Lab, client: Browser, settings: Settings
) -> None:
    def ids(browser: Browser) -> list[list[str]]:
        scopes = ("/feed", "/labs/boden/feed", "/archive/feed")
        found = []
        for scope in scopes:
            query = f"?lab={lab.slug}" if scope == "/archive/feed" else ""
            feed = read(browser, f"{scope}.atom{query}".replace("/boden/", f"/{lab.slug}/"))
            found.append([feed.feed.id, *(entry.id for entry in feed.entries)])
        return found

    before = ids(client)
    begin_writing(db)
    lab.slug = "bagaregarden"
    for post in journey:
        post.slug = f"ny-{post.slug}"
    show_change(db, NOW)
    db.commit()
    present = app.extensions["diary"]
    elsewhere = Settings(
        instance=settings.instance,
        database_url=settings.database_url,
        storage_url=settings.storage_url,
        secret_key=settings.secret_key,
        base_url="https://en-annan-dagbok.example",
    )
    app.extensions["diary"] = Services(elsewhere, present.sessions, present.store, present.clock)
    browser = Browser(app, app.response_class)
    browser.environ_base["HTTP_HOST"] = "en-annan-dagbok.example"
    assert ids(browser) == before
    assert "https://en-annan-dagbok.example/posts/ny-" in browser.get("/feed.atom").text


# ---------------------------------------------------------------- polite


@pytest.mark.parametrize(
    "address",
    ["/feed.atom", "/feed.rss", "/feed.json", "/feed/archive/1.atom", "/labs/boden/feed.rss"],
)
def test_304_is_answered_without_touching_the_posts(
    app: Flask, journey, client: Browser, address: str
) -> None:
    tag = client.get(address).headers["ETag"]
    with statements(app) as asked:
        answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert asked
    assert [one for one in asked if "posts" in one or "revisions" in one] == []


@pytest.mark.parametrize("address", ["/feed.atom", "/feed/archive/1.rss", "/feed.json?before=9"])
def test_a_feed_only_reads(app: Flask, journey, client: Browser, address: str) -> None:
    with statements(app) as asked:
        client.get(address)
    assert {one.split()[0] for one in asked} <= {"SELECT", "BEGIN"}


def test_an_archive_document_is_known_by_its_own_bytes(
    db: Session, journey, alice: Account, client: Browser, clock: Clock
) -> None:
    first = client.get("/feed/archive/1.atom")
    tag = {"If-None-Match": first.headers["ETag"]}
    clock.pass_by(minutes=1)
    begin_writing(db)
    a_post(db, alice, title="Nytt", now=clock())
    db.commit()
    assert client.get("/feed/archive/1.atom", headers=tag).status_code == 304
    again = client.get("/feed/archive/1.atom")
    assert again.data == first.data
    assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
    clock.pass_by(minutes=1)
    withdraw(db, journey[3], clock())
    assert client.get("/feed/archive/1.atom", headers=tag).status_code == 200
    second = client.get("/feed/archive/2.atom").headers["ETag"]
    assert second not in {first.headers["ETag"], again.headers["ETag"]}


def test_each_coding_of_a_document_has_its_own_etag(journey, client: Browser) -> None:
    tags = {
        client.get("/feed/archive/1.atom", headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in ("identity", "gzip", "br")
    }
    assert len(tags) == 3


def test_however_its_number_is_written_a_document_is_kept_once(
    client: Browser, db: Session, alice: Account
) -> None:
    a_post(db, alice)
    db.commit()
    tag = client.get("/feed/archive/1.atom").headers["ETag"]
    kept = len(cache._contents)
    assert client.get("/feed/archive/0001.atom").headers["ETag"] == tag
    assert len(cache._contents) == kept
