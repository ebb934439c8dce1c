"""Logging in, joining, one's own account, the language."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.domain import accounts, invitations
from diary.domain.invitations import Offer
from diary.models import Account, Kind, Lab, Role, Throttle
from diary.web.accounts import local
from tests import builders
from tests.builders import NOW, PASSWORD, a_post, an_account
from tests.conftest import SAME_ORIGIN, Browser, Clock

ENGLISH = {"Accept-Language": "en"}
SECRET = "a key for tests only"
SECURE_SITE = "https://dagbok.example.org"


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP_HASH = CHEAP.hash(PASSWORD)


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real argon2id with light parameters: these tests hash a hundred times."""
    monkeypatch.setattr(accounts, "hasher", CHEAP)
    monkeypatch.setattr(accounts, "_nobodys_hash", lambda: CHEAP.hash("nobody's"))
    monkeypatch.setattr(builders, "PASSWORD_HASH", CHEAP_HASH)


def log_in_as(client: Browser, name: str = "alice", password: str = PASSWORD, **more: str):
    return client.post("/login", data={"name": name, "password": password, **more}, headers=ENGLISH)


def is_logged_in(client: Browser) -> bool:
    return client.get("/mine").status_code == 200


def an_invitation(db: Session, role: Role = Role.AUTHOR, lab: Lab | None = None) -> str:
    labs = (lab.slug,) if lab else ()
    made = invitations.invite(db, None, Offer(role, Kind.RESIDENT, labs), NOW, SECRET)
    db.commit()
    assert made.uid is not None
    return invitations.code(made.uid, SECRET)


# ---------------------------------------------------------------- logging in and out


@pytest.mark.parametrize("name", ["alice", " ALICE ", "Alice@Example.org"])
def test_user_name_and_address_both_open_the_door(
    db: Session, alice: Account, client: Browser, name: str
) -> None:
    alice.email = "alice@example.org"
    db.commit()
    answer = log_in_as(client, name)
    assert (answer.status_code, answer.location) == (303, "/write")
    assert is_logged_in(client)


def test_a_session_outlives_the_browser_window(alice: Account, client: Browser) -> None:
    cookie = log_in_as(client).headers["Set-Cookie"]
    assert "Expires=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(("name", "password"), [("alice", "guess"), ("nobody", PASSWORD), ("", "")])
def test_a_failed_try_keeps_the_name_and_sets_no_cookie(
    alice: Account, client: Browser, name: str, password: str
) -> None:
    answer = log_in_as(client, name, password, next="/mine")
    assert answer.status_code == 422
    assert f'value="{name}"' in answer.text
    assert 'value="/mine"' in answer.text
    assert "do not fit together" in answer.text
    assert f'value="{password or "-"}"' not in answer.text.replace(f'value="{name}"', "")
    assert "Set-Cookie" not in answer.headers


def test_a_closed_account_stays_out(db: Session, alice: Account, client: Browser) -> None:
    alice.closed_at = NOW
    db.commit()
    assert log_in_as(client).status_code == 422


def test_the_sixth_guess_waits_even_if_it_is_right(
    alice: Account, client: Browser, clock: Clock
) -> None:
    for _ in range(5):
        assert log_in_as(client, password="guess").status_code == 422
    answer = log_in_as(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Wait 1 second" in answer.text
    assert 'value="alice"' in answer.text
    assert "Set-Cookie" not in answer.headers
    clock.pass_by(seconds=1)
    assert log_in_as(client).status_code == 303


def test_many_names_from_one_address_wait_as_well(client: Browser) -> None:
    answers = [log_in_as(client, f"name{number}").status_code for number in range(31)]
    assert answers == [422] * 30 + [429]


def test_the_throttle_keeps_no_name_and_no_address(
    db: Session, alice: Account, client: Browser
) -> None:
    log_in_as(client, password="guess")
    keys = db.scalars(select(Throttle.key)).all()
    assert len(keys) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_logging_in_forgets_the_accounts_failed_tries(
    db: Session, alice: Account, client: Browser
) -> None:
    log_in_as(client, password="guess")
    log_in_as(client)
    assert db.scalar(select(Throttle.count).order_by(Throttle.count)) == 1
    assert len(db.scalars(select(Throttle)).all()) == 1


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        ("/mine?a=1", True),
        ("/posts/så-här", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("mine", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_diary_are_gone_on_to(path: str, stays: bool) -> None:
    assert local(path) == (path if stays else None)


def test_logging_in_goes_on_where_somebody_wanted_to_go(alice: Account, client: Browser) -> None:
    assert client.get("/mine?a=1").location == "/login?next=/mine?a%3D1"
    assert log_in_as(client, next="/mine?a=1").location == "/mine?a=1"


def test_logging_in_elsewhere_is_refused(alice: Account, app: Flask) -> None:
    sent = {"name": "alice", "password": PASSWORD}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = app.test_client().post("/login", data=sent, headers=headers)
        assert answer.status_code == 403


def test_logging_out_leaves_no_cookie(as_author: Browser) -> None:
    answer = as_author.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/")
    assert as_author.get_cookie("diary") is None
    assert not is_logged_in(as_author)


def test_demo_accounts_are_shown_in_the_demonstration_only(
    client: Browser, settings: Settings
) -> None:
    assert "share-stories" not in client.get("/login").text
    demo = create_app(replace(settings, demo=True)).test_client()
    text = demo.get("/login").text
    assert "share-stories" in text
    assert all(f"<dt>{name}</dt>" in text for name in ("resident", "reader", "coordinator", "lead"))


# ---------------------------------------------------------------- cookies

PUBLIC = (
    "/",
    "/labs",
    "/methods",
    "/archive",
    "/feeds",
    "/feed.atom",
    "/about",
    "/help",
    "/privacy",
    "/accessibility",
    "/login",
    "/labs.css",
    "/robots.txt",
    "/sitemap.xml",
    "/healthz",
    "/readyz",
    "/nowhere",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_gets_no_cookie(client: Browser, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


def test_reading_a_post_or_an_invitation_gives_no_cookie(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice)
    token = an_invitation(db)
    for address in (f"/posts/{post.slug}", f"/p/{post.short}", f"/join/{token}", "/join/wrong"):
        assert "Set-Cookie" not in client.get(address).headers


def test_picking_a_language_sets_the_one_cookie(client: Browser) -> None:
    answer = client.post("/language", data={"lang": "en", "next": "/about"})
    assert (answer.status_code, answer.location) == (303, "/about")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("language=en;")
    for part in ("Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    assert '<html lang="en"' in client.get("/about", headers={"Accept-Language": "sv"}).text


def test_an_unknown_language_or_a_foreign_next_changes_nothing(client: Browser) -> None:
    answer = client.post("/language", data={"lang": "xx", "next": "//evil.example"})
    assert answer.location == "/"
    assert "Set-Cookie" not in answer.headers


def test_behind_https_both_cookies_are_secure(settings: Settings, alice: Account) -> None:
    app = create_app(replace(settings, base_url=SECURE_SITE))
    client = app.test_client()
    for address, data in (
        ("/language", {"lang": "en"}),
        ("/login", {"name": "alice", "password": PASSWORD}),
    ):
        answer = client.post(address, data=data, headers=SAME_ORIGIN, base_url=SECURE_SITE)
        assert answer.headers.getlist("Set-Cookie")
        assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


# ---------------------------------------------------------------- one's own account


def test_a_new_password_ends_every_session_but_this_one(
    db: Session, alice: Account, as_author: Browser, log_in: Callable[[Account], Browser]
) -> None:
    elsewhere = log_in(alice)
    assert is_logged_in(elsewhere)
    answer = as_author.post("/me", data={"present": PASSWORD, "password": "tre andra ord"})
    assert (answer.status_code, answer.location) == (303, "/me")
    assert is_logged_in(as_author)
    assert not is_logged_in(elsewhere)
    db.refresh(alice)
    assert accounts.verify(alice.password_hash, "tre andra ord")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"present": "guess", "password": "tre andra ord"}, "present"),
        ({"present": PASSWORD, "password": "kort"}, "password"),
    ],
)
def test_a_password_is_changed_only_by_its_owner_and_to_a_good_one(
    as_author: Browser, sent: dict[str, str], field: str
) -> None:
    answer = as_author.post("/me", data=sent)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert not any(f'value="{word}"' in answer.text for word in sent.values())


def test_guessing_the_present_password_waits_too(as_author: Browser) -> None:
    guess = {"present": "guess", "password": "tre andra ord"}
    for _ in range(5):
        assert as_author.post("/me", data=guess).status_code == 422
    answer = as_author.post("/me", data=guess)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"


def test_name_role_and_address_can_be_changed(
    db: Session, alice: Account, as_author: Browser
) -> None:
    sent = {"name": " Alice  Ek ", "byline_role": "granne", "email": "Alice@Example.org"}
    assert as_author.post("/me", data=sent).status_code == 303
    text = as_author.get("/me").text
    assert 'value="Alice Ek"' in text
    assert 'value="granne"' in text
    assert 'value="alice@example.org"' in text
    assert "Sparat." in text or "Saved." in text


def test_a_wrong_profile_comes_back_with_what_was_typed(
    db: Session, alice: Account, as_author: Browser
) -> None:
    an_account(db, "bob").email = "bob@example.org"
    db.commit()
    sent = {"name": "", "byline_role": "gran\x01ne", "email": "bob@example.org"}
    answer = as_author.post("/me", data=sent)
    assert answer.status_code == 422
    for field in sent:
        assert f'id="{field}-wrong"' in answer.text
    assert 'value="bob@example.org"' in answer.text
