"""The whole diary on PostgreSQL: every page for every role, and a post's way."""

import csv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.bench_server import postgres_server
from diary.config import Settings
from diary.domain import letters, pings, recall
from diary.domain.journal import locked_state
from diary.domain.upgrade import upgrade
from diary.media.storage import Storage
from diary.models import (
    HAS_HUB,
    Account,
    Byline,
    Card,
    Lab,
    Letter,
    Picture,
    Post,
    Revision,
    Status,
    Subscriber,
    make_engine,
)
from diary.portability.downloads import make
from diary.portability.whole import Source
from diary.queries import whole
from diary.web.forgotten import LINK
from diary.web.letters import stop_address
from diary.web.session import seal
from tests.builders import HOUSE, NOW, WAYS, a_lab, a_method, a_post
from tests.conftest import Browser, Clock, browser_of, settings_in
from tests.following import a_subscriber
from tests.web.filling_in import send
from tests.web.test_guards import ARGUMENTS, rules


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server for this file."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, server: str) -> Settings:
    """Settings of a fresh diary on that server."""
    engine = make_engine(server)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    upgrade(engine, NOW)
    engine.dispose()
    return replace(settings_in(tmp_path), database_url=server)


@pytest.fixture
def filled(db: Session, lea: Account, alice: Account, lab: Lab, store) -> dict[str, Any]:
    """Posts in every status, the lead's and Alice's; what stands in their addresses."""
    a_method(db, "kor")
    about: dict[str, Any] = {"lab": "boden", "methods": ("kor",)}
    posts = [
        a_post(db, owner, status, store=store, pictures=1, **about)
        for owner in (alice, lea)
        for status in WAYS
    ]
    db.commit()
    slug = next(post.slug for post in posts if post.status is Status.PUBLISHED)
    own = {"slug": slug or "", "month": 5, "post_id": posts[-1].id}
    return {**ARGUMENTS, **own}


def test_every_page_answers_every_role(
    app: Flask, db: Session, filled: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    adapter = app.url_map.bind("localhost")
    slugs = {"lab": "boden", "method": "kor"}
    for who in ("client", "as_author", "as_coordinator", "as_lead"):
        browser = request.getfixturevalue(who)
        for rule in rules(app):
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            named = {name: filled.get(name, "x") for name in rule.arguments}
            kind = rule.endpoint.partition(".")[2].removesuffix("_feed")
            if kind in slugs:
                named["slug"] = slugs[kind]
            answer = browser.get(adapter.build(rule.endpoint, named))
            assert answer.status_code < 500, (who, rule.rule)
        asked = "?lab=boden&method=kor&kind=resident"
        for address in ("/archive", "/archive/2019/05", f"/posts/{filled['slug']}"):
            assert browser.get(f"{address}{asked}").status_code == 200


def test_a_post_is_written_published_and_withdrawn(
    db: Session, as_author: Browser, as_lead: Browser, client: Browser
) -> None:
    answer = send(as_author, title="På en annan server", action="send")
    assert answer.status_code == 303
    post = db.scalars(select(Post).order_by(Post.id.desc())).first()
    assert post is not None
    assert post.status is Status.SUBMITTED
    decide(as_lead, post, "publish", post.waiting_id)
    db.rollback()
    db.refresh(post)
    assert "På en annan server" in client.get("/").text
    assert client.get(f"/posts/{post.slug}").status_code == 200
    decide(as_lead, post, "withdraw", post.live_id)
    assert client.get(f"/posts/{post.slug}").status_code == 410


def decide(browser: Browser, post: Post, step: str, revision_id: int | None) -> None:
    form = {"step": step, "revision_id": revision_id, "words": "Någon ångrade sig."}
    assert browser.post(f"/moderation/{post.id}/decide", data=form).status_code == 303


@pytest.mark.usefixtures("filled")
def test_the_report_counts_its_months(as_lead: Browser) -> None:
    table = as_lead.get("/moderation/report.csv").text.splitlines()
    rows = {row["key"]: row for row in csv.DictReader(table) if row["key"]}
    assert [rows[key]["2019-05"] for key in ("boden", "kor", "resident")] == ["2", "2", "2"]
    done = as_lead.post("/moderation/report", data={"comment": "Klart", "do": "hand_in"})
    assert "Klart" in as_lead.get(done.location).text


def test_somebody_takes_all_out_and_is_forgotten(
    db: Session, filled: dict[str, Any], as_author: Browser, as_lead: Browser, alice: Account
) -> None:
    out = select(Post).where(Post.owner_id == alice.id, Post.status == Status.PUBLISHED)
    post = db.scalars(out).one()
    db.rollback()
    assert as_author.post(f"/write/{post.id}/take-down").status_code == 303
    assert f"/moderation/{post.id}/seen" in as_lead.get("/moderation").text
    with as_author.post("/me/take-out") as answer:
        assert answer.status_code == 200
    as_author.post("/me/forget", data={"action": "ask"})
    assert as_lead.post(f"/people/{alice.id}/forget").status_code == 200
    assert db.scalars(select(Post.status).where(Post.owner_id == alice.id)).all() == (
        [Status.WITHDRAWN] * 2
    )


def test_two_taps_at_once_leave_one_card_and_one_password(
    db: Session, app: Flask, alice: Account, log_in: Callable[[Account], Browser]
) -> None:
    taps = [log_in(alice) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        cards = list(pool.map(lambda browser: browser.post("/me/card").status_code, taps))
    assert cards == [303] * 6
    assert len(db.scalars(select(Card).where(Card.revoked_at.is_(None))).all()) == 1
    db.rollback()
    with app.test_request_context():
        address = f"/forgotten/{seal([alice.id, alice.epoch], LINK)}"
    strangers = [browser_of(app) for _ in range(6)]
    form = {"password": "tre goda ord"}
    with ThreadPoolExecutor(6) as pool:
        chosen = sorted(pool.map(lambda one: one.post(address, data=form).status_code, strangers))
    assert chosen == [303] + [410] * 5


def test_places_and_people_are_renamed_merged_and_split(
    db: Session, filled: dict[str, Any], alice: Account, as_lead: Browser, client: Browser
) -> None:
    other = a_lab(db, "norr")
    amal = db.scalars(select(Byline.person_id).order_by(Byline.person_id.desc())).first() or 0
    db.commit()
    lab = db.scalars(select(Lab.id).where(Lab.slug == "boden")).one()
    as_lead.post("/places/boden/address", data={"address": "gamla"})
    assert client.get("/archive?lab=boden").location == "/archive?lab=gamla"
    for kind, gone, kept in (("lab", lab, other.id), ("person", amal, alice.person_id)):
        answer = as_lead.post(f"/merge/{kind}", data={"gone": gone, "into": kept})
        assert answer.status_code == 303
    assert client.get("/labs/gamla").location == client.get("/labs/boden").location == "/labs/norr"
    db.rollback()
    posts = db.scalars(
        select(Revision.post_id)
        .join(Byline, Byline.revision_id == Revision.id)
        .join(Post, Revision.post_id == Post.id)
        .where(Byline.person_id == alice.person_id, Post.status != Status.DRAFT)
    ).all()
    answer = as_lead.post(
        f"/names/{alice.person_id}/split", data={"name": "Amal", "post": posts[0]}
    )
    assert answer.status_code == 303
    for address in ("/overview", "/names?after=1", f"/names/{alice.person_id}/split?before=9"):
        assert as_lead.get(address).status_code == 200


def test_pings_are_queued_once_and_sent(
    db: Session, alice: Account, sessions: sessionmaker[Session], clock: Clock
) -> None:
    db.info[HAS_HUB] = True
    a_post(db, alice)
    a_post(db, alice, title="Ett till")
    db.commit()
    told: list[str] = []
    assert pings.deliver(sessions, told.append, clock) == 1
    assert pings.deliver(sessions, told.append, clock) == 0
    assert told == ["/feed"]


def test_whoever_stops_while_a_post_comes_out_is_left_alone(
    db: Session, app: Flask, alice: Account, client: Browser
) -> None:
    post, sam = a_post(db, alice), a_subscriber(db)
    locked_state(db).due = None  # nothing else makes the visitor wait for it
    db.commit()
    with app.test_request_context():
        stop = stop_address(sam.uid)
    locked_state(db)
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(client.post, stop)
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not db.scalar(waits) and not stopping.done():
            pass
        letters.queue(db, post, NOW, HOUSE.zone)
        db.commit()
        assert stopping.result().status_code == 200
    assert [db.scalar(select(func.count()).select_from(one)) for one in (Subscriber, Letter)] == [
        0,
        0,
    ]


def test_what_anybody_may_take_along_is_made_and_taken_back(
    app: Flask, db: Session, client: Browser, filled: dict[str, Any], clock: Clock, store: Storage,
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(whole, "AT_ONCE", 1)
    clock.pass_by(days=1)
    assert make(Source(sessions, store, "https://diary.example"), clock)
    with client.get("/archive/download/posts.json", headers={"Range": "bytes=0-0"}) as answer:
        assert (answer.status_code, answer.data) == (206, b"[")
    with client.get("/archive/download/posts.json") as answer:
        rows = answer.get_json()
    db.rollback()
    out = db.scalars(select(Post).where(Post.status == Status.PUBLISHED)).all()
    assert len(rows) == len(out) > 1
    recall.hide(db, db.scalars(select(Picture)), clock(), actor_id=None)
    db.commit()
    assert client.get("/archive/download/posts.json").status_code == 503
