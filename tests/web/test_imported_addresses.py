"""Addresses that a post once had elsewhere lead on to where it stands."""

import pytest
from sqlalchemy.orm import Session

from diary.addresses import old_address
from diary.models import Account, Alias, Status
from tests.builders import a_post
from tests.conftest import Browser


def test_an_imported_address_leads_on_for_good(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice)
    db.add(Alias(kind="post", slug="en_tratt_−_inget", target_id=post.id))
    db.commit()
    answer = client.get("/posts/en_tratt_%E2%88%92_inget")
    assert (answer.status_code, answer.location) == (301, f"/posts/{post.slug}")


def test_of_a_post_taken_down_it_says_so_and_of_a_waiting_one_nothing(
    db: Session, alice: Account, client: Browser
) -> None:
    for slug, status in (("gone", Status.WITHDRAWN), ("waiting", Status.SUBMITTED)):
        post = a_post(db, alice, status)
        db.add(Alias(kind="post", slug=slug, target_id=post.id))
    db.commit()
    assert client.get("/posts/gone").status_code == 410
    assert client.get("/posts/waiting").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/2019/05/sjung%20h%C3%B6gt/", "/2019/05/sjung%20h%C3%B6gt", "/?p=123", "/?p=123&x=1"],
)
def test_an_address_at_the_root_leads_on_too(
    db: Session, alice: Account, client: Browser, address: str
) -> None:
    post = a_post(db, alice)
    for old in ("https://dagbok.example/2019/05/sjung%20h%c3%b6gt/", "/?p=123"):
        db.add(Alias(kind="post", slug=old_address(old), target_id=post.id))
    db.commit()
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (301, f"/posts/{post.slug}")


def test_no_page_of_the_diary_is_shadowed(db: Session, alice: Account, client: Browser) -> None:
    post = a_post(db, alice)
    for old in ("about", "feed.atom", "labs"):
        db.add(Alias(kind="post", slug=old, target_id=post.id))
    db.commit()
    for path in ("/about", "/feed.atom", "/labs", "/?before=3", "/?p=124", "/?p=x"):
        assert client.get(path).status_code == 200, path


def test_at_the_root_too_only_what_is_out_leads_on(
    db: Session, alice: Account, client: Browser
) -> None:
    for slug, status in (("a/gone", Status.WITHDRAWN), ("a/waiting", Status.SUBMITTED)):
        db.add(Alias(kind="post", slug=slug, target_id=a_post(db, alice, status).id))
    db.commit()
    assert client.get("/a/gone").status_code == 410
    assert client.get("/a/waiting").status_code == 404
    assert client.get("/a/never").status_code == 404
    assert client.get("/a/%00").status_code == 404
    assert client.post("/a/gone").status_code in {403, 404}
