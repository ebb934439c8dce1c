"""Marking a device as shared, the lists of devices, and the day of last use."""

import re

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from diary.models import Account, Device, Event, Lab, Role
from diary.web.guards import SHARED_COOKIE
from tests.builders import PASSWORD, a_lab, an_account
from tests.conftest import Browser, Clock, browser_of
from tests.web.at_the_tablet import (
    come_in,
    is_in,
)
from tests.web.looking_after import ENGLISH, deeds


def test_marking_signs_the_coordinator_out_and_asks_who_is_writing(
    db: Session, as_coordinator: Browser
) -> None:
    assert "This is a shared device" in as_coordinator.get("/devices", headers=ENGLISH).text
    answer = as_coordinator.post("/devices", data={"lab": "boden", "name": " Köket "})
    assert answer.location == "/who"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SHARED_COOKIE))
    for part in ("Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert not is_in(as_coordinator)
    device = db.scalars(select(Device).where(Device.account_id.is_(None))).one()
    assert device.name == "Köket"
    own = db.scalars(select(Device).where(Device.account_id.is_not(None))).one()
    assert own.revoked_at is not None
    assert deeds(db) == ["revoke_device", "share_device"]
    assert "Who is writing?" in as_coordinator.get("/who", headers=ENGLISH).text


@pytest.mark.parametrize("slug", ["goteborg", ""])
def test_a_coordinator_shares_devices_of_their_own_places_only(
    db: Session, as_coordinator: Browser, slug: str
) -> None:
    a_lab(db, "goteborg")
    db.commit()
    assert as_coordinator.post("/devices", data={"lab": slug}).status_code == 422
    assert is_in(as_coordinator)
    assert db.scalars(select(Device).where(Device.account_id.is_(None))).all() == []


def test_the_lead_shares_a_device_of_no_place(
    db: Session, as_lead: Browser, alice: Account
) -> None:
    assert as_lead.post("/devices", data={"lab": ""}).location == "/who"
    assert come_in(as_lead, db, alice).location == "/write"


def test_a_forged_cookie_makes_no_shared_device(client: Browser, tablet: Browser) -> None:
    cookie = tablet.get_cookie(SHARED_COOKIE)
    assert cookie
    client.set_cookie(SHARED_COOKIE, cookie.value[:-2] + "xx")
    answer = client.get("/who")
    assert answer.location == "/login"
    assert f"{SHARED_COOKIE}=;" in answer.headers["Set-Cookie"]


def test_who_is_only_asked_on_a_shared_device(client: Browser) -> None:
    assert client.get("/who").location == "/login"
    assert client.get("/write").location == "/login?next=/write"
    assert "/who" not in client.get("/login").text


def test_a_shared_device_leads_to_who_and_offers_it_at_the_login(tablet: Browser) -> None:
    assert tablet.get("/write").location == "/who"
    assert tablet.get("/mine").location == "/who"
    assert 'href="/who"' in tablet.get("/login").text


# ---------------------------------------------------------------- lists


def test_shared_devices_are_listed_and_ended(
    db: Session, app: Flask, tablet: Browser, cora: Account, amal: Account, log_in
) -> None:
    come_in(tablet, db, amal)
    desk = log_in(cora)
    page = desk.get("/devices", headers=ENGLISH).text
    assert "Köket" in page
    assert "7 February 2020" in page
    (number,) = re.findall(r"/devices/(\d+)/revoke", page)
    assert desk.post(f"/devices/{number}/revoke").location == "/devices"
    assert not is_in(tablet)
    assert tablet.get("/who").location == "/login"
    assert tablet.get_cookie(SHARED_COOKIE) is None
    assert deeds(db)[-1] == "revoke_device"
    assert desk.post(f"/devices/{number}/revoke").status_code == 404


def test_a_coordinator_who_takes_this_devices_mark_away_frees_it(
    db: Session, tablet: Browser, cora: Account
) -> None:
    tablet.post("/login", data={"name": "cora", "password": PASSWORD})
    page = tablet.get("/devices", headers=ENGLISH).text
    assert "The device in front of you is shared." in page
    assert tablet.post("/devices", data={"lab": "boden"}).location == "/devices"
    (number,) = re.findall(r"/devices/(\d+)/revoke", page)
    tablet.post(f"/devices/{number}/revoke")
    assert tablet.get_cookie(SHARED_COOKIE) is None


def test_devices_of_other_places_are_not_a_coordinators(
    db: Session, tablet: Browser, lab: Lab, amal: Account, log_in
) -> None:
    elsewhere = a_lab(db, "goteborg")
    petra = an_account(db, "petra", Role.COORDINATOR, labs=(elsewhere,))
    db.commit()
    phone, desk = log_in(amal), log_in(petra)
    assert "Köket" not in desk.get("/devices").text
    assert desk.get(f"/people/{amal.id}/devices").status_code == 404
    for device in db.scalars(select(Device)):
        if device.account_id != petra.id and device.revoked_at is None:
            assert desk.post(f"/devices/{device.id}/revoke").status_code == 404
    assert is_in(phone)


def test_a_coordinator_signs_a_lost_phone_out(
    db: Session, as_coordinator: Browser, amal: Account, app: Flask
) -> None:
    db.commit()
    phone = browser_of(app)
    agent = "Mozilla/5.0 (Linux; Android 8.0; SM-G930F) AppleWebKit/537.36 Chrome/120.0 Safari/537"
    sent = {"name": "amal", "password": PASSWORD}
    phone.post("/login", data=sent, headers={"User-Agent": agent})
    page = as_coordinator.get(f"/people/{amal.id}/devices", headers=ENGLISH).text
    assert "Android · Chrome" in page
    assert "SM-G930F" not in page
    (number,) = re.findall(r"/devices/(\d+)/revoke", page)
    answer = as_coordinator.post(f"/devices/{number}/revoke")
    assert answer.location == f"/people/{amal.id}/devices"
    assert not is_in(phone)
    event = db.scalars(select(Event).where(Event.action == "revoke_device")).one()
    assert event.account_id == amal.id


def test_own_devices_are_listed_and_signed_out(
    db: Session, as_author: Browser, alice: Account, log_in
) -> None:
    others = [log_in(alice), log_in(alice)]
    page = as_author.get("/me/devices", headers=ENGLISH).text
    numbers = re.findall(r"/me/devices/(\d+)/sign-out", page)
    assert len(numbers) == 3
    assert page.count("This one") == 1
    assert as_author.post(f"/me/devices/{numbers[0]}/sign-out").location == "/me/devices"
    assert [is_in(browser) for browser in others].count(True) == 1
    as_author.post("/me/devices/sign-out-elsewhere")
    assert not any(is_in(browser) for browser in others)
    assert is_in(as_author)


def test_signing_this_device_out_is_logging_out(
    db: Session, as_author: Browser, alice: Account
) -> None:
    number = db.scalars(select(Device.id)).one()
    answer = as_author.post(f"/me/devices/{number}/sign-out")
    assert answer.location == "/"
    assert "Clear-Site-Data" in answer.headers
    assert not is_in(as_author)


def test_nobody_signs_out_a_strangers_device(
    db: Session, as_author: Browser, bob: Account, log_in
) -> None:
    other = log_in(bob)
    number = db.scalars(select(Device.id).where(Device.account_id == bob.id)).one()
    assert as_author.post(f"/me/devices/{number}/sign-out").status_code == 404
    assert as_author.post(f"/devices/{number}/revoke").status_code == 403
    assert is_in(other)


# ---------------------------------------------------------------- the day of last use


def test_the_day_of_last_use_is_noted_once_a_day(
    db: Session, app: Flask, as_author: Browser, clock: Clock
) -> None:
    writes: list[str] = []
    engine = app.extensions["diary"].sessions.kw["bind"]

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith(("UPDATE", "BEGIN IMMEDIATE")):
            writes.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    as_author.get("/mine")
    assert writes == []
    clock.pass_by(days=1)
    as_author.get("/mine")
    as_author.get("/mine")
    assert len([one for one in writes if one.startswith("UPDATE devices")]) == 1
    device = db.scalars(select(Device)).one()
    assert device.seen_on.isoformat() == "2020-02-08"
