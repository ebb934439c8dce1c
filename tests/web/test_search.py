"""The search page: what it shows, how it says that nothing is found, and what it never finds."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Picture, SearchRow, Status
from tests.builders import WAYS, a_method, a_post
from tests.conftest import Browser

NAUGHTY = [
    '"', "*", '"*" AND', "'; DROP TABLE search; --", "NEAR(a b)", "a:b", "\x00", "<b>kör</b>",
    "-", "(", "كِتَاب", "\u202e kör", "å" * 5000, "kör " * 400, "!! & | <->", "\\",
]  # fmt: skip


def test_an_empty_query_asks_what_is_looked_for(client: Browser) -> None:
    page = client.get("/search")
    assert 'name="q"' in page.text
    assert '<meta name="robots" content="noindex">' in page.text


def test_hits_are_marked_and_everything_else_escaped(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="<i>Kör</i> & kaffe", body="Vi sjöng i `<b>` integrationskören.")
    db.commit()
    page = client.get("/search?q=kör").text
    assert "&lt;i&gt;<mark>Kör</mark>&lt;/i&gt; &amp; kaffe" in page
    assert "&lt;b&gt; <mark>integrationskören</mark>." in page


@pytest.mark.parametrize("status", sorted(WAYS.keys() - {Status.PUBLISHED}))
def test_nothing_unpublished_is_found(
    db: Session, alice: Account, client: Browser, status: Status
) -> None:
    a_post(db, alice, status, title="Hemlig granne")
    db.commit()
    assert "Hemlig" not in client.get("/search?q=granne").text
    assert db.query(SearchRow).count() == 0


def test_words_of_a_hidden_picture_go_with_it(
    db: Session, alice: Account, lea: Account, store, client: Browser
) -> None:
    post = a_post(db, alice, store=store, pictures=1)
    db.commit()
    row = db.query(SearchRow).filter_by(post_id=post.id).one()
    assert "2bild" in row.words.split()
    db.execute(update(Picture).values(hidden_at=post.published_at))
    db.commit()
    db.expire_all()
    row = db.query(SearchRow).filter_by(post_id=post.id).one()
    assert "2bild" not in row.words.split()


def test_a_method_is_found_by_its_new_name(db: Session, alice: Account, client: Browser) -> None:
    method = a_method(db, "kor", "Integrationskör")
    a_post(db, alice, methods=("kor",))
    db.commit()
    method.name = "Sånggrupp"
    db.commit()
    assert "Solen vill" in client.get("/search?q=sånggrupp").text
    assert "Solen vill" not in client.get("/search?q=integrationskör").text


def test_nothing_found_offers_words_that_stand_there(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="Integrationskören")
    db.commit()
    page = client.get("/search?q=integrationskörn").text
    assert 'href="/search?q=integrationsk%C3%B6ren"' in page
    assert 'href="/labs"' in page


def test_filters_stay_in_the_address_and_hits_go_on_by_value(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    for number in range(23):
        a_post(db, alice, title=f"Kör {number}", lab="boden" if number else "")
    db.commit()
    page = client.get("/search?q=kör").text
    assert "q=k%C3%B6r&amp;lab=boden" in page
    assert "q=k%C3%B6r&amp;after=1.4" in page
    rest = client.get("/search?q=kör&after=1.4").text
    assert [f"<mark>Kör</mark> {n}<" in rest for n in (3, 2, 1, 0)] == [False, True, True, True]
    assert "<mark>Kör</mark> 0<" not in client.get("/search?q=kör&lab=boden&after=1.4").text


def test_a_search_has_feeds(db: Session, alice: Account, client: Browser) -> None:
    a_post(db, alice, title="Körkväll")
    a_post(db, alice, title="Annat")
    db.commit()
    for kind in ("atom", "rss", "json"):
        feed = client.get(f"/search/feed.{kind}?q=kör").text
        assert "Körkväll" in feed
        assert "Annat" not in feed
    assert client.get("/search/feed.atom").status_code == 404


@pytest.mark.parametrize("asked", NAUGHTY)
def test_whatever_is_asked_is_answered(
    db: Session, alice: Account, client: Browser, asked: str
) -> None:
    a_post(db, alice, title="Kör")
    db.commit()
    for address in ("/search", "/search/feed.atom"):
        query = {"q": asked, "after": asked[:9], "year": "9999999", "voice": "x", "author": "x"}
        assert client.get(address, query_string=query).status_code in {200, 404}
        assert client.get(address, query_string={"q": asked}).status_code in {200, 404}
