"""Phones that are full, storage that never answers, a network with a login of its own: nothing is
lost unsaid."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Status
from tests.browser.on_a_phone import (
    ON_THE_PHONE,
    SAVED,
    WORDS,
    a_phone,
    a_photo_file,
    choose,
    said,
    sent,
    written,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("neighbourhood")]
Sessions = sessionmaker[Session]

FULL = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...key) {
  if (%s) throw new DOMException("full", "QuotaExceededError");
  return put.call(this, value, ...key);
};
0"""
ASKS = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"


def test_a_photo_that_found_no_room_is_asked_about_on_leaving(
    chromium: Browser, served, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        page.evaluate(FULL % "this.name === 'photos'")
        context.route("**/photos", lambda route: None)
        page.fill("#body", WORDS)
        said(page, SAVED)
        assert not page.evaluate(ASKS)
        choose(page, a_photo_file(tmp_path))
        page.wait_for_timeout(4000)
        assert page.evaluate(ASKS)
        context.unroute_all()


def test_a_full_phone_still_has_what_it_kept(chromium: Browser, served) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        context.route("**/write/live", lambda route: route.abort())
        page.fill("#body", WORDS)
        said(page, ON_THE_PHONE)
        page.wait_for_timeout(500)
        context.add_init_script(FULL % "true")
        page.goto("/about")
        page.goto("/write")
        expect(page.locator("#body")).to_have_value(WORDS)


def test_a_phone_that_never_answers_is_not_waited_for(
    chromium: Browser, served, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        context.add_init_script("IDBFactory.prototype.open = () => ({});")
        page.goto("/write")
        page.wait_for_selector("form.live")
        page.fill("#body", WORDS)
        said(page, SAVED)
        page.wait_for_timeout(4000)
        said(page, SAVED)
        assert written(sessions).body == WORDS


def test_an_answer_from_elsewhere_is_no_thanks(
    chromium: Browser, served, sessions: Sessions
) -> None:
    def astray(route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=302, headers={"location": "/privacy"})
        else:
            route.continue_()

    with a_phone(chromium, served[0]) as (page, context):
        page.fill("#body", WORDS)
        said(page, SAVED)
        context.route(re.compile(r"/write/[0-9]+$"), astray)
        page.click("#send")
        expect(page.locator("#strip")).to_contain_text("as soon as there is a network")
        assert sent(sessions) == [Status.DRAFT]
        context.unroute_all()
        page.wait_for_url("**/sent")
