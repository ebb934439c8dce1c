"""Sharing photos from the phone's gallery opens a draft with them, and does no more."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Status
from tests.browser.on_a_phone import (
    SAVED,
    a_phone,
    a_photo_file,
    at_work,
    pictures,
    said,
    sent,
    written,
)
from tests.builders import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("neighbourhood")]
Sessions = sessionmaker[Session]

PAGE = """<!doctype html><title>Another app</title>
<form id="share" method="post" enctype="multipart/form-data" action="{base}/write/share">
<input name="body" value="Titta vad vi gjorde"><input type="file" name="photos" multiple>
<button>Share</button></form>
<form id="write" method="post" action="{base}/write"><input name="body" value="Nej">
<button>Write</button></form>
"""


@pytest.fixture
def elsewhere(served) -> Iterator[str]:
    """A page on another site, with the form that a phone's menu for sharing sends."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.format(base=served[0]).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def share(page: Page, elsewhere: str, photo: str) -> None:
    """Share a photo and a few words from there."""
    page.goto(elsewhere)
    page.set_input_files("#share [name=photos]", photo)
    page.click("#share button")


def test_the_worker_takes_it_and_the_page_has_it(
    chromium: Browser, served, elsewhere: str, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        at_work(page)
        share(page, elsewhere, a_photo_file(tmp_path))
        expect(page.locator("#body")).to_have_value("Titta vad vi gjorde")
        expect(pictures(page)).to_have_count(1)
        said(page, SAVED)
    assert written(sessions).body == "Titta vad vi gjorde"
    assert len(written(sessions).pictures) == 1
    assert sent(sessions) == [Status.DRAFT]


def test_from_another_site_nobody_is_signed_in_and_the_words_wait_for_the_login(
    chromium: Browser, served, elsewhere: str, sessions: Sessions, tmp_path: Path
) -> None:
    context = chromium.new_context(locale="en-GB", service_workers="block")
    page = context.new_page()
    share(page, elsewhere, a_photo_file(tmp_path))
    page.fill("input[name=name]", "amal")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button:not([formaction])")
    expect(page.locator("main")).to_contain_text("Titta vad vi gjorde")
    expect(page.locator("main")).to_contain_text("picture")
    page.click("main form button")
    page.wait_for_url("**/write/5")
    expect(page.locator("#body")).to_have_value("Titta vad vi gjorde")
    context.close()
    assert sent(sessions) == [Status.DRAFT]


def test_any_other_write_from_there_is_refused(
    chromium: Browser, served, elsewhere: str, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.goto(elsewhere)
        with page.expect_navigation() as arrived:
            page.click("#write button")
        assert arrived.value.status == 403
    assert sent(sessions) == []
