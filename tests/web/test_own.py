"""One's own account: language, password, a page about oneself, taking all out, being forgotten."""

import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import accounts
from diary.domain.content import BylineContent
from diary.media.storage import Storage
from diary.models import Account, Lab, Person, Role, Status
from tests.builders import PASSWORD, a_post, an_account
from tests.conftest import Browser
from tests.web.filling_in import posts
from tests.web.looking_after import ENGLISH, deeds, version, wrong_fields

LogIn = Callable[[Account], Browser]


def fresh(db: Session, account: Account) -> Account:
    db.rollback()
    db.refresh(account)
    db.refresh(account.person)
    return account


def save(browser: Browser, **fields: str):
    sent = {"name": "Alice", "byline_role": "", "email": "", "language": "", **fields}
    return browser.post("/me", data=sent, headers={"Accept-Language": "sv"})


# ---------------------------------------------------------------- language, password


def test_a_language_is_kept_and_spoken_at_once(
    as_author: Browser, db: Session, alice: Account
) -> None:
    answer = save(as_author, language="en")
    assert answer.status_code == 303
    assert fresh(db, alice).language == "en"
    page = as_author.get("/me", headers={"Accept-Language": "sv"}).text
    assert "My account" in page
    assert "Saved." in page
    assert '<option value="en" selected>' in page


def test_no_language_of_ones_own_leaves_it_to_the_browser(
    as_author: Browser, db: Session, alice: Account
) -> None:
    alice.language = "en"
    db.commit()
    save(as_author)
    assert fresh(db, alice).language is None
    assert as_author.get_cookie("language") is None


def test_a_language_that_there_is_not(as_author: Browser, db: Session, alice: Account) -> None:
    answer = save(as_author, language="xx", name="Alice Ek")
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"language"}
    assert 'value="Alice Ek"' in answer.text


def test_a_first_password_asks_for_no_present_one(
    as_author: Browser, db: Session, alice: Account
) -> None:
    alice.password_hash = None
    db.commit()
    assert 'name="present"' not in as_author.get("/me").text
    assert as_author.post("/me", data={"password": "tre andra ord"}).status_code == 303
    assert accounts.verify(fresh(db, alice).password_hash, "tre andra ord")
    assert 'name="present"' in as_author.get("/me").text


@pytest.mark.parametrize("present", [{}, {"present": ""}, {"present": "guess"}])
def test_a_further_one_cannot_do_without(
    as_author: Browser, db: Session, alice: Account, present: dict[str, str]
) -> None:
    answer = as_author.post("/me", data={"password": "tre andra ord", **present})
    assert answer.status_code == 422
    assert accounts.verify(fresh(db, alice).password_hash, PASSWORD)


# ---------------------------------------------------------------- a page about oneself


def test_a_page_is_made_and_taken_away_at_once(
    as_author: Browser, client: Browser, db: Session, alice: Account
) -> None:
    assert client.get("/authors/alice").status_code == 404
    a_post(db, alice, bylines=(BylineContent("Alice", person_id=alice.person_id),))
    db.commit()
    before = version(db)
    as_author.post("/me/page", data={"action": "open", "grown_up": "1"})
    assert client.get("/authors/alice").status_code == 200
    assert 'href="/authors/alice"' in as_author.get("/me").text
    assert 'href="/authors/alice"' in client.get(f"/posts/{posts(db)[0].slug}").text
    as_author.post("/me/page", data={"action": "close"})
    assert client.get("/authors/alice").status_code == 404
    assert client.get("/authors/alice/feed.atom").status_code == 404
    assert "/authors/alice" not in client.get(f"/posts/{posts(db)[0].slug}").text
    db.rollback()
    assert version(db) == before + 2
    assert deeds(db)[-2:] == ["open_page", "close_page"]


def test_it_is_for_grown_ups_who_say_so(as_author: Browser, db: Session, alice: Account) -> None:
    answer = as_author.post("/me/page", data={"action": "open"})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"grown_up"}
    assert fresh(db, alice).person.slug is None


def test_two_of_the_same_name_have_two_pages(
    as_author: Browser, log_in: LogIn, db: Session, alice: Account
) -> None:
    other = an_account(db, "alice2")
    other.person.name = "Alice"
    db.commit()
    for browser in (as_author, log_in(other), as_author):
        browser.post("/me/page", data={"action": "open", "grown_up": "1"})
    db.rollback()
    slugs = db.scalars(select(Person.slug).where(Person.name == "Alice").order_by(Person.id))
    assert list(slugs) == ["alice", "alice-2"]


def test_under_18_there_is_no_page_and_only_a_first_name(
    as_author: Browser, client: Browser, db: Session, alice: Account
) -> None:
    save(as_author, name="Alice Ek")
    as_author.post("/me/page", data={"action": "open", "grown_up": "1"})
    as_author.post("/me/minor")
    person = fresh(db, alice).person
    assert (person.minor, person.slug, person.name) == (True, None, "Alice")
    assert client.get("/authors/alice-ek").status_code == 404
    answer = as_author.post("/me/page", data={"action": "open", "grown_up": "1"})
    assert answer.status_code == 422
    page = as_author.get("/me").text
    assert "grown_up" not in page
    assert "/me/minor" not in page
    save(as_author, name="Alice Ek")
    assert fresh(db, alice).person.name == "Alice"


def test_only_who_looks_after_them_says_that_they_are_18(
    as_author: Browser,
    as_coordinator: Browser,
    as_lead: Browser,
    db: Session,
    alice: Account,
    bob: Account,
    lab: Lab,
) -> None:
    alice.person.lab_id = lab.id
    alice.person.minor = bob.person.minor = True
    db.commit()
    assert as_author.post(f"/people/{alice.id}/grown-up").status_code == 403
    assert as_coordinator.post(f"/people/{bob.id}/grown-up").status_code == 404
    assert as_lead.post("/people/999/grown-up").status_code == 404
    theirs = f"/people/{alice.id}/devices"
    assert f"/people/{alice.id}/grown-up" in as_coordinator.get(theirs).text
    assert as_coordinator.post(f"/people/{alice.id}/grown-up").location == theirs
    assert f"/people/{alice.id}/grown-up" not in as_coordinator.get(theirs).text
    assert f"/people/{bob.id}/grown-up" in as_lead.get(f"/people/{bob.id}").text
    assert as_lead.post(f"/people/{bob.id}/grown-up").location == f"/people/{bob.id}"
    assert not fresh(db, alice).person.minor
    assert not fresh(db, bob).person.minor


# ---------------------------------------------------------------- taking everything out


def test_everything_can_be_taken_out(
    as_author: Browser, db: Session, store: Storage, alice: Account
) -> None:
    a_post(db, alice, store=store, pictures=2, title="Solen vill inte gå ner")
    a_post(db, alice, Status.DRAFT)
    db.commit()
    answer = as_author.post("/me/take-out", headers=ENGLISH)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert ".zip" in answer.headers["Content-Disposition"]
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    answer.close()
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    assert {"README.txt", "account.json", "2019-05-17-solen-vill-inte-ga-ner/post.md"} <= set(
        archive.namelist()
    )
    assert "This is all you have written" in archive.read("README.txt").decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_no_transaction_is_open_while_it_is_made(
    app: Flask, as_author: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import g

    from diary.portability import takeout

    seen: list[bool] = []
    write = takeout.write

    def note(*args: object) -> None:
        seen.append(g.db.in_transaction())
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(takeout, "write", note)
    with as_author.post("/me/take-out") as answer:
        assert answer.status_code == 200
    assert seen == [False]


# ---------------------------------------------------------------- being forgotten


def test_asking_and_staying(
    as_author: Browser, as_lead: Browser, as_coordinator: Browser, db: Session, alice: Account
) -> None:
    page = as_author.get("/me/forget", headers=ENGLISH).text
    assert "This goes" in page
    assert "This stays" in page
    as_author.post("/me/forget", data={"action": "ask"})
    assert fresh(db, alice).forget_asked_at is not None
    assert "Alice asks to be forgotten" in as_lead.get("/moderation", headers=ENGLISH).text
    assert "asks to be forgotten" not in as_coordinator.get("/moderation", headers=ENGLISH).text
    assert f"/people/{alice.id}/forget" in as_lead.get(f"/people/{alice.id}").text
    as_author.post("/me/forget", data={"action": "stay"})
    assert fresh(db, alice).forget_asked_at is None
    assert f"/people/{alice.id}/forget" not in as_lead.get(f"/people/{alice.id}").text
    assert deeds(db)[-2:] == ["ask_forget", "stay"]


def test_the_lead_forgets(
    as_author: Browser,
    as_lead: Browser,
    client: Browser,
    db: Session,
    store: Storage,
    alice: Account,
) -> None:
    oneself = (BylineContent("Alice", "granne", person_id=alice.person_id),)
    post = a_post(db, alice, title="Solen", bylines=oneself)
    a_post(db, alice, Status.DRAFT, store=store, pictures=1, bylines=oneself)
    db.commit()
    as_author.post("/me/forget", data={"action": "ask"})
    answer = as_lead.post(f"/people/{alice.id}/forget", headers=ENGLISH)
    assert answer.status_code == 200
    assert "Posts that stay out without the name: 1" in answer.text
    assert "Pictures that are gone: 1" in answer.text
    for page in (f"/posts/{post.slug}", "/", "/feed.atom", "/feed.rss", "/feed.json"):
        text = client.get(page, headers={"Accept-Language": "sv"}).text
        assert "Alice" not in text, page
        assert "Någon" in text, page
    assert as_author.get("/me").status_code == 303
    assert as_lead.post(f"/people/{alice.id}/forget").status_code == 409
    for page in ("/moderation", "/moderation/events", f"/moderation/{post.id}", "/people"):
        seen = as_lead.get(page)
        assert seen.status_code == 200
        assert "Alice" not in seen.text
    assert as_lead.get(f"/people/{alice.id}").status_code == 404
    assert store.get("erasures.jsonl")


def test_only_the_lead_may(as_coordinator: Browser, as_author: Browser, alice: Account) -> None:
    as_author.post("/me/forget", data={"action": "ask"})
    for browser in (as_coordinator, as_author):
        assert browser.post(f"/people/{alice.id}/forget").status_code == 403
    assert as_author.get("/me").status_code == 200


def test_nobody_is_forgotten_who_did_not_ask(as_lead: Browser, db: Session, alice: Account) -> None:
    assert as_lead.post(f"/people/{alice.id}/forget").status_code == 409
    assert fresh(db, alice).closed_at is None


def test_the_only_lead_is_told_so(as_lead: Browser, db: Session, lea: Account) -> None:
    assert (
        "<form method"
        not in as_lead.get("/me/forget").text.partition("<main")[2].partition("</main")[0]
    )
    assert as_lead.post("/me/forget", data={"action": "ask"}).status_code == 409
    an_account(db, "other", Role.LEAD)
    db.commit()
    assert as_lead.post("/me/forget", data={"action": "ask"}).status_code == 303


def test_under_18_what_is_out_already_carries_the_first_name_alone(
    db: Session, alice: Account, as_author: Browser, client: Browser
) -> None:
    bylines = (BylineContent("Alice Ek", person_id=alice.person_id), BylineContent("Bo Ek"))
    post = a_post(db, alice, bylines=bylines)
    db.commit()
    address = client.get(f"/p/{post.short}").location
    assert "Alice Ek" in client.get(address).text
    before = client.get("/feed.atom")
    assert "Alice Ek" in before.text
    as_author.post("/me/minor")
    for path in (address, "/", "/feed.atom"):
        answer = client.get(path, headers={"If-None-Match": before.headers.get("ETag", "")})
        assert answer.status_code == 200
        assert "Alice Ek" not in answer.text
        assert "Alice" in answer.text
        assert "Bo Ek" in answer.text
    assert "Alice Ek" not in as_author.get(f"/write/{post.id}").text
