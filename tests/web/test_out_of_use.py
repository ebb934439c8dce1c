"""Ways of working that are retired, and names that are put away: what is written stays."""

import pytest
from sqlalchemy.orm import Session

from diary.domain.content import BylineContent
from diary.models import Account, Lab, begin_writing
from tests.builders import a_method, a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH, deeds, version


@pytest.fixture
def sung(db: Session, alice: Account, lab: Lab) -> None:
    """A post about singing in a choir, in which Alice sang."""
    a_method(db, "kor", "Kör")
    signed = BylineContent("Alice", "granne", person_id=alice.person_id)
    a_post(db, alice, lab="boden", methods=("kor",), bylines=(signed,))
    db.commit()


def test_a_retired_way_of_working_is_not_offered_and_what_was_written_stays(
    sung: None, db: Session, as_lead: Browser, as_author: Browser, client: Browser
) -> None:
    assert 'value="kor"' in as_author.get("/write").text
    assert as_lead.post("/ways/kor/use", data={"use": "no"}).location == "/ways/kor"
    assert 'value="kor"' not in as_author.get("/write").text
    for address in ("/methods/kor", "/methods"):
        assert "Used until February 2020" in client.get(address, headers=ENGLISH).text
    assert "Solen vill inte" in client.get("/methods/kor").text
    assert client.get("/methods/kor/feed.atom").status_code == 200
    for address in ("/archive?method=kor", "/feeds", "/sitemap.xml"):
        assert "kor" in client.get(address).text
    assert "Used until" in as_lead.get("/ways", headers=ENGLISH).text
    assert as_lead.post("/ways/kor/use", data={"use": "yes"}).status_code == 303
    assert 'value="kor"' in as_author.get("/write").text
    assert "Used until" not in client.get("/methods/kor", headers=ENGLISH).text
    assert deeds(db)[-2:] == ["retire", "bring_into_use"]


def test_a_post_keeps_the_retired_way_of_working_while_it_is_written_on(
    sung: None, as_lead: Browser, as_author: Browser
) -> None:
    as_lead.post("/ways/kor/use", data={"use": "no"})
    text = as_author.get("/write/1").text
    assert 'value="kor" checked' in text
    assert "Kör" in text


def test_done_twice_it_is_said_once(sung: None, db: Session, as_lead: Browser) -> None:
    before = version(db)
    db.commit()
    for _ in range(2):
        as_lead.post("/ways/kor/use", data={"use": "no"})
    db.rollback()
    assert deeds(db).count("retire") == 1
    assert version(db) > before


def test_whoever_is_put_away_has_no_page_and_is_not_offered(
    sung: None, db: Session, alice: Account, as_lead: Browser, as_coordinator: Browser,
    client: Browser,
) -> None:  # fmt: skip
    begin_writing(db)
    alice.closed_at = alice.created_at
    alice.person.slug = "alice"
    db.commit()
    address, offered = f"/names/{alice.person_id}/use", f'<option value="{alice.person_id}"'
    assert offered in as_coordinator.get("/write").text
    assert 'href="/authors/alice"' in client.get("/labs/boden").text
    assert as_lead.post(address, data={"use": "no"}).status_code == 303
    assert offered not in as_coordinator.get("/write").text
    for path in ("/authors/alice", "/authors/alice/feed.atom"):
        assert client.get(path).status_code == 404
    for path in ("/labs/boden", "/feed.atom", "/posts/solen-vill-inte-ga-ner"):
        text = client.get(path).text
        assert "Alice" in text
        assert "/authors/alice" not in text
    assert as_lead.post(address, data={"use": "yes"}).status_code == 303
    assert client.get("/authors/alice").status_code == 200
    assert deeds(db)[-2:] == ["archive", "bring_into_use"]


def test_whoever_may_log_in_again_is_brought_back(
    sung: None, db: Session, alice: Account, as_lead: Browser, client: Browser
) -> None:
    begin_writing(db)
    alice.closed_at = alice.person.archived_at = alice.created_at
    alice.person.slug = "alice"
    db.commit()
    assert client.get("/authors/alice").status_code == 404
    as_lead.post(f"/people/{alice.id}", data={"role": "author", "open": "1"})
    assert client.get("/authors/alice").status_code == 200


def test_whoever_logs_in_is_not_put_away(
    sung: None, db: Session, alice: Account, as_lead: Browser
) -> None:
    address = f"/names/{alice.person_id}/use"
    answer = as_lead.post(address, data={"use": "no"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "They have an account. Close it first" in answer.text
    assert "archive" not in deeds(db)
