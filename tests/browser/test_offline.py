"""Without a network the writing page opens all the same, and what is written there arrives once."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, expect
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Status
from tests.browser.conftest import Line, log_in
from tests.browser.on_a_phone import (
    ON_THE_PHONE,
    SAVED,
    WORDS,
    a_phone,
    a_photo_file,
    at_work,
    choose,
    new_posts,
    pictures,
    said,
    sent,
    written,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("neighbourhood")]
Sessions = sessionmaker[Session]


def test_one_opens_it_writes_and_it_arrives_once(
    chromium: Browser, line: Line, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, line.base) as (page, _):
        at_work(page)
        line.cut()
        page.goto("/write")
        expect(page.locator("#strip")).to_contain_text("No network")
        assert Axe().run(page).response["violations"] == []
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path))
        said(page, "Saved on this phone")
        page.reload()
        expect(page.locator("#body")).to_have_value(WORDS)
        expect(page.locator(".picture-row.waiting")).to_have_count(1)
        page.click("#send")
        expect(page.locator("#strip")).to_contain_text("as soon as there is a network")
        line.mend()
        page.wait_for_url("**/sent")
        page.goto("/write")
        expect(page.locator("#body")).to_have_value("")
    assert sent(sessions) == [Status.SUBMITTED]


def test_a_draft_goes_on_where_it_was(
    chromium: Browser, line: Line, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, line.base) as (page, _):
        at_work(page)
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path, "ett.jpg"))
        expect(pictures(page)).to_have_count(1)
        said(page, SAVED)
        line.cut()
        page.reload()
        expect(page.locator("#body")).to_have_value(WORDS)
        page.fill("#body", WORDS + "\nMer.")
        choose(page, a_photo_file(tmp_path, "två.jpg"))
        said(page, "Saved on this phone")
        page.goto("/write")  # another page, which tells where the words are
        expect(page.locator("#body")).to_have_value("")
        page.locator("a[href^='/write/']").click()
        expect(page.locator("#body")).to_have_value(WORDS + "\nMer.")
        line.mend()
        expect(pictures(page)).to_have_count(2)
        expect(page.locator("#body")).to_have_value(WORDS + "\nMer.")
        said(page, SAVED)
    assert written(sessions).body == WORDS + "\nMer."
    assert len(written(sessions).pictures) == 2


def test_the_worker_keeps_nothing_personal(
    chromium: Browser, line: Line, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, line.base) as (page, _):
        at_work(page)
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path))
        expect(pictures(page)).to_have_count(1)
        page.goto("/mine")
        page.goto("/write")
        kept = page.evaluate(
            """async () => {
              const all = [];
              for (const name of await caches.keys())
                for (const { url } of await (await caches.open(name)).keys()) all.push(url);
              const shell = await caches.match("/write/offline", { ignoreVary: true });
              return [all, await shell.text()];
            }"""
        )
    assert len(new_posts(sessions)) == 1
    addresses, shell = kept
    paths = [address.removeprefix(line.base).split("?")[0] for address in addresses]
    allowed = ("/write/offline", "/labs.css", "/static/", "/js/")
    assert [path for path in paths if not path.startswith(allowed)] == []
    assert "amal" not in shell.lower()
    assert "csrf" not in shell


def test_logging_out_warns_and_forgets(chromium: Browser, line: Line, sessions: Sessions) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    with a_phone(chromium, line.base) as (page, context):
        at_work(page)
        context.route("**/write/live", lambda route: route.abort())
        page.fill("#body", WORDS)
        said(page, "Saved on this phone")
        page.goto("/me", wait_until="networkidle")
        page.on("dialog", answer)
        page.click("form[action='/logout'] button")
        while not asked:
            page.wait_for_timeout(50)
        expect(page).to_have_url(f"{line.base}/me")
        page.click("form[action='/logout'] button")
        page.wait_for_url(f"{line.base}/")
        left = page.evaluate(
            """async () => [(await indexedDB.databases()).length, (await caches.keys()).length,
            (await navigator.serviceWorker.getRegistrations()).length]"""
        )
    assert "not with us yet" in asked[0]
    assert left == [0, 0, 0]


def test_every_way_out_asks_and_for_everybody(chromium: Browser, line: Line) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    with a_phone(chromium, line.base) as (open_tab, context):
        context.route("**/write/live", lambda route: route.abort())
        open_tab.fill("#body", WORDS)
        said(open_tab, ON_THE_PHONE)
        page = context.new_page()
        context.clear_cookies()
        log_in(page, line.base, "cora")
        page.goto("/me/devices")
        page.on("dialog", answer)
        page.wait_for_timeout(500)
        page.locator("form[data-unsent] button").click()
        page.wait_for_url(lambda address: "/me/devices" not in address)
        assert len(asked) == 1
        # Another tab that is still open keeps nothing anew.
        open_tab.bring_to_front()
        open_tab.fill("#body", WORDS + "!")
        expect(open_tab.locator("#state")).to_have_text("Not saved yet")
        assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_the_page_for_no_network_stays_after_logging_out(chromium: Browser, line: Line) -> None:
    """Where the browser does not know Clear-Site-Data."""
    with a_phone(chromium, line.base) as (page, context):
        at_work(page)

        def out(route) -> None:
            answer = route.fetch(max_redirects=0)
            headers = {k: v for k, v in answer.headers.items() if k != "clear-site-data"}
            route.fulfill(response=answer, headers=headers)

        context.route("**/logout", out)
        page.goto("/me")
        page.click("form[action='/logout'] button")
        page.wait_for_url(f"{line.base}/")
        log_in(page, line.base, "amal")
        page.goto("/write")
        line.cut()
        page.goto("/write")
        expect(page.locator("#strip")).to_contain_text("No network")
        line.mend()
