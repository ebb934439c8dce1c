"""Feeds as readers' programs fetch them."""

import json

import feedparser
import pytest
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Origin, Provenance, Status
from tests.builders import a_method, a_post
from tests.conftest import Browser

KINDS = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_diary_has_valid_feeds(client: Browser, kind: str) -> None:
    answer = client.get(f"/feed.{kind}")
    assert answer.status_code == 200
    assert answer.mimetype == KINDS[kind]


@pytest.mark.parametrize(
    "address", ["/feed.atom", "/labs/boden/feed.rss", "/methods/kor/feed.atom"]
)
def test_a_feed_carries_the_whole_post(
    db: Session, alice: Account, lab: Lab, store, client: Browser, address: str
) -> None:
    a_method(db, "kor")
    post = a_post(db, alice, store=store, pictures=2, lab="boden", methods=("kor",))
    db.commit()
    feed = feedparser.parse(client.get(address).data)
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{post.uid}"
    assert entry.link == f"http://localhost/posts/{post.slug}"
    assert "Vi satt ute till elva." in entry.content[0].value
    assert "<p" in entry.content[0].value
    assert "&lt;" not in entry.content[0].value
    assert entry.content[0].value.count("<img") == 2
    assert {tag.term for tag in entry.tags} >= {"boden", "kor"} or "rss" in address


def test_the_newest_twenty_by_sequence(db: Session, alice: Account, client: Browser) -> None:
    for number in range(22):
        a_post(db, alice, title=f"Nummer {number}")
    db.commit()
    items = json.loads(client.get("/feed.json").data)["items"]
    assert [item["title"] for item in items] == [f"Nummer {n}" for n in range(21, 1, -1)]


@pytest.mark.parametrize("status", [s for s in Status if s not in {"published", "scheduled"}])
def test_a_feed_holds_nothing_unpublished(
    db: Session, alice: Account, client: Browser, status: Status
) -> None:
    a_post(db, alice, status, title="Hemligt")
    db.commit()
    assert all(b"Hemligt" not in client.get(f"/feed.{kind}").data for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_not_changed_is_answered_with_304(
    db: Session, alice: Account, client: Browser, clock, kind: str
) -> None:
    a_post(db, alice)
    db.commit()
    first = client.get(f"/feed.{kind}")
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_date = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(f"/feed.{kind}", headers=by_tag).status_code == 304
    assert client.get(f"/feed.{kind}", headers=by_date).status_code == 304
    clock.pass_by(minutes=1)
    a_post(db, alice, title="Nytt", now=clock())
    db.commit()
    assert client.get(f"/feed.{kind}", headers=by_tag).status_code == 200
    assert client.get(f"/feed.{kind}", headers=by_date).status_code == 200


def test_unknown_scopes_have_no_feed(client: Browser) -> None:
    for address in ("/labs/nix/feed.atom", "/methods/nix/feed.rss", "/authors/nix/feed.json"):
        assert client.get(address).status_code == 404


def test_the_feeds_page_lists_them_with_absolute_addresses(client: Browser, lab: Lab) -> None:
    text = client.get("/feeds").text
    assert "http://localhost/feed.atom" in text
    assert "http://localhost/labs/boden/feed.rss" in text


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_post_comes_from_is_plain_in_feeds_too(
    db: Session, alice: Account, client: Browser, kind: str
) -> None:
    example, recovered = a_post(db, alice), a_post(db, alice, title="Återfunnen", body="")
    db.add(Provenance(post_id=example.id, origin=Origin.EXAMPLE))
    source = "https://example.org/spår"
    db.add(Provenance(post_id=recovered.id, origin=Origin.TITLE, source_url=source))
    db.commit()
    text = client.get(f"/feed.{kind}", headers={"Accept-Language": "en"}).data.decode()
    assert "Exempeltext" in text
    assert "Återfunnet i offentliga spår" in text
    assert "example.org/sp" in text
