"""Two at once: each gets an answer, and what they do is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask, request
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.domain import letters
from diary.domain.journal import locked_state
from diary.models import Account, Card, Letter, Subscriber
from diary.web.forgotten import LINK
from diary.web.letters import stop_address
from diary.web.session import seal
from tests.builders import HOUSE, NOW, a_post
from tests.conftest import Browser, browser_of
from tests.following import a_subscriber


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


@pytest.mark.postgresql_only("it looks who waits for whom")
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


def test_a_page_that_takes_long_holds_up_no_other(settings: Settings) -> None:
    app = create_app(settings, lambda: NOW)
    long = Event()

    @app.before_request
    def wait() -> None:
        if request.path == "/labs":
            long.wait(20)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(browser_of(app).get, "/labs")
        assert browser_of(app).get("/").status_code == 200
        assert not waiting.done()
        long.set()
        assert waiting.result().status_code == 200
