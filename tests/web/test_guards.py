"""The guards: closed by default, one gate for every write, no cookie for visitors."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from diary.config import Settings
from diary.models import Account, Lab
from diary.web.guards import OWN_DEVICE_ONLY, Access, access_of
from tests.builders import a_post
from tests.conftest import SAME_ORIGIN, Browser, Clock, a_device

PUBLIC = {
    "cards.by_code", "cards.card", "joining.by_code", "joining.join",
    "accounts.language", "accounts.login", "accounts.logout",
    "devices.done", "devices.sitting", "devices.who",
    "downloads.file", "downloads.index",
    "feeds.archive", "feeds.archive_feed", "feeds.author_feed", "feeds.feed", "feeds.lab_feed",
    "feeds.method_feed", "feeds.search_feed",
    "following.index", "following.listed",
    "frozen.who",
    "forgotten.ask", "forgotten.choose",
    "objections.barrier", "objections.receipt", "objections.report", "objections.send",
    "sent_in.form", "sent_in.thanks",
    "journey.archive", "journey.beginning", "journey.month", "journey.undated", "journey.year",
    "matrix.index",
    "pages.about", "pages.accessibility", "pages.healthz", "pages.help", "pages.labs_css",
    "oembed.oembed", "pages.privacy", "pages.readyz", "pages.robots",
    "pages.press",
    "passkeys.options_to_sign_in", "passkeys.sign_in",
    "phone.manifest", "phone.module", "phone.offline", "phone.worker",
    "pictures.rendition",
    "previews.of_diary", "previews.of_lab", "previews.of_method", "previews.of_post",
    "reading.author", "reading.home", "reading.lab", "reading.labs", "reading.method",
    "reading.methods", "reading.post", "reading.short",
    "search.results", "sitemap.pages", "sitemap.part", "sitemap.whole",
    "sharing.code", "sharing.poster",
    "static",
    "subscriptions.asked", "subscriptions.confirm", "subscriptions.mine", "subscriptions.stop",
    "subscriptions.subscribe",
}  # fmt: skip
"""Every endpoint a visitor may call: whoever opens another one says so here."""

ARGUMENTS = {"status": 1, "post_id": 1, "slug": "x", "year": 2019, "month": 1, "format": "atom",
             "width": 480, "account_id": 1, "passkey_id": 1, "invitation_id": 1, "lang": "sv",
             "device_id": 99, "objection_id": 1, "telling_id": 1, "reading_id": 1,
             "revision_id": 1, "person_id": 1, "kind": "lab", "report_id": 1, "standing_id": 1,
             "n": 1, "one_id": 1, "number": 1,
             "uid": "6f1b2c1e-5b1f-4a57-9a55-0d5b2b3c4d5e"}  # fmt: skip


def rules(app: Flask) -> list[Rule]:
    """Every address of the diary."""
    return list(app.url_map.iter_rules())


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    with app.app_context():
        silent = {rule.endpoint for rule in rules(app) if access_of(rule.endpoint) is None}
    assert silent == set()


def test_what_is_public_stands_on_the_list(app: Flask) -> None:
    with app.app_context():
        levels = {rule.endpoint: access_of(rule.endpoint) for rule in rules(app)}
    public = {name for name, level in levels.items() if level in {Access.PUBLIC, Access.FORM}}
    assert public == PUBLIC


def refused(browser: FlaskClient, app: Flask, rule: Rule) -> bool:
    """Whether a browser is turned away from an address at the door."""
    values = {name: ARGUMENTS.get(name, "x") for name in rule.arguments}
    if "token" in rule.arguments and rule.endpoint.startswith("pictures"):
        return False
    with app.test_request_context():
        address = app.url_map.bind("localhost").build(
            rule.endpoint, values, method="GET" if "GET" in (rule.methods or ()) else "POST"
        )
    method = "GET" if "GET" in (rule.methods or ()) else "POST"
    answer = browser.open(address, method=method, headers=SAME_ORIGIN)
    answer.close()
    assert answer.status_code < 500, address
    at_login = answer.status_code == 303 and answer.location.startswith("/login")
    return answer.status_code == 403 or at_login


@pytest.mark.parametrize(
    ("who", "closed"),
    [
        ("client", {Access.MEMBER, Access.MODERATOR, Access.LEAD}),
        ("as_author", {Access.MODERATOR, Access.LEAD}),
        ("as_coordinator", {Access.LEAD}),
        ("as_lead", set()),
    ],
)
def test_each_role_is_turned_away_where_it_may_not_enter(
    app: Flask, request: pytest.FixtureRequest, who: str, closed: set[Access]
) -> None:
    browser = request.getfixturevalue(who)
    for rule in rules(app):
        if rule.endpoint in {"static", "accounts.logout", "devices.done", "devices.who"}:
            continue
        with app.app_context():
            level = access_of(rule.endpoint)
        assert refused(browser, app, rule) == (level in closed), (who, rule.rule)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
    ],
)
def test_a_write_from_elsewhere_is_refused(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post("/login", data={"name": "alice"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [SAME_ORIGIN, {"Origin": "http://localhost"}])
def test_a_write_from_the_own_pages_is_let_in(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post("/login", data={"name": "alice"}, headers=headers)
    assert answer.status_code == 422


def test_a_signed_in_write_needs_its_token(app: Flask, alice: Account) -> None:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = f"{alice.id}.{alice.epoch}.{a_device(app, alice)}"
    answer = browser.post("/write", data={"body": "Hej"}, headers=SAME_ORIGIN)
    assert answer.status_code == 400


def test_no_page_gives_a_visitor_a_cookie(
    app: Flask, db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    a_post(db, alice, lab="boden")
    db.commit()
    for rule in rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        values = {name: ARGUMENTS.get(name, "x") for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, values)
        assert "Set-Cookie" not in client.get(address).headers, address


def test_every_answer_carries_the_safety_headers(client: Browser) -> None:
    for address in ("/", "/nix", "/write", "/feed.atom", "/static/css/base.css"):
        with client.get(address) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Permissions-Policy" in headers
        assert "Strict-Transport-Security" not in headers


def test_behind_https_cookies_are_secure_and_https_stays(settings: Settings, clock: Clock) -> None:
    from dataclasses import replace

    from diary.app import create_app

    app = create_app(replace(settings, base_url="https://dagbok.example.org"), clock)
    answer = app.test_client().get("/", base_url="https://dagbok.example.org")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"]


def test_another_host_is_refused(client: Browser) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_members_pages_are_never_stored(as_author: Browser) -> None:
    assert as_author.get("/").headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in as_author.get("/mine").headers


def test_what_four_digits_do_not_open_is_there(app: Flask) -> None:
    assert set(app.view_functions) >= OWN_DEVICE_ONLY
