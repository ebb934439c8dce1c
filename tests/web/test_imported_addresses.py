"""Addresses that a post once had elsewhere lead on to where it stands."""

from sqlalchemy.orm import Session

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
