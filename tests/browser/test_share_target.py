"""Sharing photos from the phone's gallery opens a draft with them, and does no more."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Account, Status
from tests.browser.conftest import log_in
from tests.browser.on_a_phone import (
    SAVED,
    a_phone,
    a_photo_file,
    at_work,
    new_posts,
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


@pytest.fixture
def from_the_menu(served: tuple[str, Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    """No page can send what the phone's menu sends, as that says it comes from no page."""
    _base, app = served
    answer = app.wsgi_app

    def said(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/write/share":
            environ["HTTP_SEC_FETCH_SITE"] = "none"
        return answer(environ, start)

    monkeypatch.setattr(app, "wsgi_app", said)


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


@pytest.mark.usefixtures("from_the_menu")
def test_a_full_phone_hands_it_to_the_server(
    chromium: Browser, served, elsewhere: str, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        at_work(page)
        (worker,) = context.service_workers
        worker.evaluate(
            "() => { IDBObjectStore.prototype.put = () => { throw new Error('full'); }; }"
        )
        share(page, elsewhere, a_photo_file(tmp_path))
        page.wait_for_url("**/write/5")
        expect(page.locator("#body")).to_have_value("Titta vad vi gjorde")
        expect(pictures(page)).to_have_count(1)
    assert len(written(sessions).pictures) == 1


def test_it_goes_to_whoever_is_logged_in_now(
    chromium: Browser, served, elsewhere: str, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        at_work(page)
        context.clear_cookies()
        log_in(page, served[0], "cora")
        share(page, elsewhere, a_photo_file(tmp_path))
        expect(page.locator("#body")).to_have_value("Titta vad vi gjorde")
        said(page, SAVED)
    (post,) = new_posts(sessions)
    with sessions() as db:
        assert db.get_one(Account, post.owner_id).username == "cora"


@pytest.mark.usefixtures("from_the_menu")
def test_where_nobody_is_signed_in_the_words_wait_for_the_login(
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


@pytest.mark.parametrize("form", ["#share", "#write"])
def test_another_site_writes_nothing(
    chromium: Browser, served, elsewhere: str, sessions: Sessions, form: str
) -> None:
    context = chromium.new_context(locale="en-GB", service_workers="block")
    page = context.new_page()
    log_in(page, served[0], "amal")
    page.goto(elsewhere)
    with page.expect_navigation() as arrived:
        page.click(f"{form} button")
    assert arrived.value.status == 403
    context.close()
    assert sent(sessions) == []
