"""Feeds as readers' programs fetch them."""

import json

import feedparser
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import afterwards, recall
from diary.domain.workflow import Step
from diary.models import Account, Lab, Origin, Picture, Provenance, Status, begin_writing
from tests.builders import HOUSE, a_lab, a_lead, a_method, a_post
from tests.conftest import Browser, Clock
from tests.web.following_feeds import dead, decide, links, read, titles, withdraw

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


def test_a_full_document_does_not_change_when_the_next_is_begun(
    db: Session, alice: Account, client: Browser
) -> None:
    for number in range(20):
        a_post(db, alice, title=f"Nummer {number}")
    db.commit()
    full = client.get("/feed/archive/1.atom")
    assert links(client, "/feed.atom")["prev-archive"] == "/feed/archive/1.atom"
    assert links(client, "/feed/archive/1.atom")["next-archive"] == "/feed/archive/2.atom"
    assert titles(client, "/feed/archive/2.atom") == []
    begin_writing(db)
    a_post(db, alice, title="Nästa")
    db.commit()
    again = client.get("/feed/archive/1.atom")
    assert (again.data, again.headers["ETag"]) == (full.data, full.headers["ETag"])
    assert titles(client, "/feed/archive/2.atom") == ["Nästa"]
    assert links(client, "/feed.atom")["prev-archive"] == "/feed/archive/2.atom"


def test_a_publication_that_is_undone_leaves_a_tombstone(
    db: Session, alice: Account, client: Browser, clock: Clock
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    decide(db, post, Step.PUBLISH, clock())
    db.commit()
    assert dead(client, "/feed.atom") == []
    begin_writing(db)
    clock.pass_by(minutes=1)
    afterwards.undo(db, a_lead(db), post.id, clock(), HOUSE)
    db.commit()
    assert dead(client, "/feed.atom") == [f"urn:uuid:{post.uid}"]


def test_a_recalled_picture_moves_updated_of_an_old_post(
    db: Session, alice: Account, store, client: Browser, clock: Clock
) -> None:
    post = a_post(db, alice, store=store, pictures=1, title="Med bild")
    for number in range(20):
        a_post(db, alice, title=f"Nummer {number}")
    token = db.scalars(select(Picture.token).where(Picture.post_id == post.id)).one()
    db.commit()
    assert "Med bild" not in titles(client, "/feed.atom")
    begin_writing(db)
    clock.pass_by(days=1)
    recall.recall(db, a_lead(db), post.id, token, clock())
    db.commit()
    (entry,) = [one for one in read(client, "/feed.atom").entries if one.title == "Med bild"]
    assert entry.updated_parsed[:3] == (2020, 2, 8)
    assert token not in client.get("/feed.atom").text


def test_tombstones_and_corrections_stay_within_their_scope(
    db: Session, alice: Account, client: Browser, clock: Clock
) -> None:
    a_lab(db, "boden"), a_lab(db, "lina"), a_method(db, "kor"), a_method(db, "cafe")
    alice.person.slug = "alice"
    post = a_post(db, alice, lab="boden", methods=("kor",), voice="insight")
    db.commit()
    withdraw(db, post, clock())
    own = ("/labs/boden", "/methods/kor", "/archive")
    for home in own:
        query = "?lab=boden&voice=insight" if home == "/archive" else ""
        assert dead(client, f"{home}/feed.atom{query}") == [f"urn:uuid:{post.uid}"], home
    others = ("/labs/lina/feed.atom", "/methods/cafe/feed.atom", "/archive/feed.atom?lab=lina")
    for address in (*others, "/archive/feed.atom?lab=boden&voice=thought"):
        assert dead(client, address) == [], address


def test_a_filter_that_is_unknown_has_no_feed(client: Browser, lab: Lab) -> None:
    for query in ("lab=nix", "method=nix", "voice=nix", "kind=nix", "lab=boden&voice=nix"):
        assert client.get(f"/archive/feed.atom?{query}").status_code == 404, query
