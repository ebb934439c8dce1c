"""Followed at once: the feeds name a hub, and a real one hands on what is published."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep

import feedparser
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.domain import pings
from diary.hub import teller
from diary.models import Account, Lab, begin_writing
from tests.builders import a_post
from tests.cli.test_commands import free_port
from tests.conftest import Browser, Clock, browser_of
from tests.hubs import hub, reader, serving

HUB = "https://hub.example.org/?for=all&more"
ADDRESSES = ("/feed", "/labs/boden/feed")


@pytest.fixture
def hubbed(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The fresh diary with a hub, as its settings make it."""
    app = create_app(replace(settings, hub_url=HUB, base_url="http://localhost"), clock)
    yield app
    app.extensions["diary"].sessions.kw["bind"].dispose()


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_xml_names_the_hub_and_itself(hubbed: Flask, lab: Lab, path: str, kind: str) -> None:
    answer = browser_of(hubbed).get(f"{path}.{kind}")
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    links = {link.rel: link.href for link in feed.feed.links}
    assert (links["hub"], links["self"]) == (HUB, f"http://localhost{path}.{kind}")
    assert answer.headers["Link"] == (
        f'<{HUB}>; rel="hub", <http://localhost{path}.{kind}>; rel="self"'
    )


def test_json_names_its_hubs(hubbed: Flask) -> None:
    answer = browser_of(hubbed).get("/feed.json")
    assert json.loads(answer.data)["hubs"] == [{"type": "WebSub", "url": HUB}]
    assert f'<{HUB}>; rel="hub"' in answer.headers["Link"]


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
def test_without_a_hub_none_is_named(client: Browser, kind: str) -> None:
    answer = client.get(f"/feed.{kind}")
    assert b"hub" not in answer.data
    assert "Link" not in answer.headers


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
def test_who_follows_is_handed_what_is_published(
    settings: Settings, db: Session, alice: Account, clock: Clock, tmp_path: Path, kind: str
) -> None:
    base = f"http://127.0.0.1:{(port := free_port())}"
    with hub(tmp_path) as hub_url, reader(tmp_path) as follower:
        app = create_app(replace(settings, hub_url=hub_url, base_url=base), clock)
        diary = app.extensions["diary"]
        with serving(app, port):
            follower.follow(f"{base}/feed.{kind}")
            with diary.sessions() as session:
                begin_writing(session)
                a_post(session, session.get_one(Account, alice.id), title="Nytt från Boden")
                session.commit()
            tell = teller(hub_url, base)
            assert (
                pings.deliver(diary.sessions, tell, clock) == 0
            )  # it might be handed the old feed
            clock.pass_by(seconds=1)
            sleep(1)
            assert pings.deliver(diary.sessions, tell, clock) == 1
        diary.sessions.kw["bind"].dispose()
    ((topic, body),) = follower.handed
    assert topic == f"{base}/feed.{kind}"
    assert "Nytt från Boden" in body.decode()


@pytest.mark.parametrize(
    "address",
    ["/feed/archive/1.atom", "/feed.json?before=20", "/archive/feed.rss?lab=boden"],
)
def test_what_no_hub_is_told_of_names_none(
    hubbed: Flask, db: Session, alice: Account, lab: Lab, address: str
) -> None:
    a_post(db, alice, lab="boden")
    db.commit()
    answer = browser_of(hubbed).get(address)
    assert answer.status_code == 200
    assert b"hub.example.org" not in answer.data
    assert "Link" not in answer.headers
