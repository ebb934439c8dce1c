"""On a bad network nothing typed and no finished photo is lost, and nothing is sent twice."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings
from diary.models import Picture, Status
from tests.browser.conftest import Line
from tests.browser.on_a_phone import (
    ON_THE_PHONE,
    SAVED,
    WORDS,
    Network,
    a_phone,
    a_photo_file,
    choose,
    come_back,
    go_away,
    new_posts,
    pictures,
    said,
    sent,
    written,
)
from tests.builders import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("neighbourhood")]
Sessions = sessionmaker[Session]
ROOT = Path(__file__).parents[2]
MORE = WORDS + "\nOch så diskade vi."


def send_it(page: Page) -> None:
    """Press the big button, and wait for the thanks."""
    page.click("#send")
    page.wait_for_url("**/sent")


def test_words_are_saved_by_themselves(chromium: Browser, served, sessions: Sessions) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.fill("#body", WORDS)
        said(page, ON_THE_PHONE)
        said(page, SAVED)
        assert written(sessions).body == WORDS
        (post,) = new_posts(sessions)
        assert page.url.endswith(f"/write/{post.id}")
        page.reload()
        expect(page.locator("#body")).to_have_value(WORDS)


def test_each_photo_is_with_us_as_it_was_sent(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    files = [a_photo_file(tmp_path, f"bild {number}.jpg") for number in range(3)]
    with a_phone(chromium, served[0]) as (page, _):
        choose(page, *files)
        expect(pictures(page)).to_have_count(3)
        page.fill("#body", WORDS)
        send_it(page)
    assert sent(sessions) == [Status.SUBMITTED]
    with sessions() as db:
        stored = set(db.scalars(select(Picture.sent_sha256).where(Picture.post_id > 4)))
    assert stored == {hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files}


def test_the_network_is_cut_in_the_middle_of_an_upload(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        network = Network(page)
        page.fill("#body", WORDS)
        said(page, SAVED)
        network.is_now(slow=True)
        choose(page, *(a_photo_file(tmp_path, f"bild {number}.jpg") for number in range(3)))
        half_way = page.locator(".waiting .progress", has_text=re.compile(r"Sending [1-9]"))
        expect(half_way.first).to_be_visible()
        network.is_now(cut=True)
        page.fill("#body", MORE)
        said(page, ON_THE_PHONE)
        expect(page.locator("#strip")).to_contain_text("No network")
        assert len(written(sessions).pictures) < 3
        network.is_now()
        expect(pictures(page)).to_have_count(3)
        said(page, SAVED)
        expect(page.locator("#strip")).to_be_hidden()
        assert written(sessions).body == MORE
        assert len(written(sessions).pictures) == 3


def test_an_answer_that_gets_lost_is_no_other_text(
    chromium: Browser, served, sessions: Sessions
) -> None:
    lost = []

    def lose(route) -> None:
        route.fetch()
        lost.append(route.abort())

    with a_phone(chromium, served[0]) as (page, context):
        context.route("**/write/live", lose, times=1)
        page.fill("#body", WORDS)
        expect(page.locator("#strip")).to_be_visible()
        page.fill("#body", MORE)
        said(page, SAVED)
        expect(page.locator("#meanwhile")).to_be_empty()
    assert lost
    assert written(sessions).body == MORE


@pytest.mark.parametrize("in_another_tab", [False, True])
def test_the_session_ends_before_sending(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path, in_another_tab: bool
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        page.fill("#body", WORDS)
        said(page, SAVED)
        context.clear_cookies()
        page.fill("#body", MORE)
        choose(page, a_photo_file(tmp_path))
        expect(page.locator("#strip")).to_contain_text("logged out")
        said(page, ON_THE_PHONE)
        door = page
        if in_another_tab:
            door = context.new_page()
            door.goto("/login")
        else:
            page.click("#strip a")
        door.fill("input[name=name]", "amal")
        door.fill("input[name=password]", PASSWORD)
        door.click("main form button:not([formaction])")
        door.wait_for_url("**/write**")
        page.bring_to_front()
        expect(page.locator("#body")).to_have_value(MORE)
        expect(pictures(page)).to_have_count(1)
        send_it(page)
    assert sent(sessions) == [Status.SUBMITTED]


def test_the_tab_is_closed_without_a_network(
    chromium: Browser, line: Line, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, line.base) as (page, context):
        line.cut()
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path))
        said(page, ON_THE_PHONE)
        go_away(page)
        assert new_posts(sessions) == []
        line.mend()
        again = come_back(context)
        expect(again.locator("#body")).to_have_value(WORDS)
        expect(pictures(again)).to_have_count(1)
        said(again, SAVED)
        assert written(sessions).body == WORDS
        other = come_back(context)
        expect(other.locator("#body")).to_have_value("")


def test_the_tab_is_closed_at_once(chromium: Browser, served, sessions: Sessions) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        page.fill("#body", WORDS)
        said(page, ON_THE_PHONE)
        page.close(run_before_unload=True)
        again = come_back(context)
        said(again, SAVED)
        assert written(sessions).body == WORDS


def test_going_away_and_back_keeps_the_words(chromium: Browser, served, sessions: Sessions) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.fill("#body", WORDS)
        said(page, ON_THE_PHONE)
        page.goto("/about")
        page.go_back()
        expect(page.locator("#body")).to_have_value(WORDS)
        said(page, SAVED)
        assert written(sessions).body == WORDS


def test_what_was_pressed_to_be_sent_goes_when_the_network_is_back(
    chromium: Browser, line: Line, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, line.base) as (page, context):
        line.cut()
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path))
        page.click("#send")
        expect(page.locator("#strip")).to_contain_text("as soon as there is a network")
        go_away(page)
        line.mend()
        again = context.new_page()
        again.goto("/write")
        again.wait_for_url("**/sent")
        other = come_back(context)
        expect(other.locator("#body")).to_have_value("")
    assert sent(sessions) == [Status.SUBMITTED]


def test_a_photo_chosen_while_sending_waits_goes_along(
    chromium: Browser, line: Line, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, line.base) as (page, _):
        page.fill("#body", WORDS)
        said(page, SAVED)
        line.cut()
        page.fill("#body", MORE)
        page.click("#send")
        expect(page.locator("#strip")).to_contain_text("as soon as there is a network")
        page.get_by_role("button", name="Do not send yet").click()
        page.click("#send")
        choose(page, a_photo_file(tmp_path))
        line.mend()
        page.wait_for_url("**/sent")
    with sessions() as db:
        assert len(db.scalars(select(Picture).where(Picture.post_id > 4)).all()) == 1
    assert sent(sessions) == [Status.SUBMITTED]


SLOW_SEND = """() => {
  const plain = window.fetch;
  window.fetch = async (path, options) => {
    const answer = await plain(path, options);
    const sends = options?.body?.get?.("action") === "send";
    if (sends) await new Promise((go) => (window.arrive = go));
    return answer;
  };
}"""


def test_what_is_written_while_the_answer_is_on_its_way_is_kept(
    chromium: Browser, served, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.fill("#body", WORDS)
        said(page, SAVED)
        page.evaluate(SLOW_SEND)
        page.click("#send")
        while not page.evaluate("!!window.arrive"):
            page.wait_for_timeout(50)
        page.locator("#body").press_sequentially(" Mer.")
        expect(page.locator("#body")).to_have_value(WORDS)
        # What a script or a microphone writes all the same.
        page.evaluate(
            """more => {
              const body = document.getElementById("body");
              body.value += more;
              body.dispatchEvent(new Event("input", { bubbles: true }));
              window.arrive();
            }""",
            " Mer.",
        )
        page.wait_for_url("**/sent")
        expect(page.locator("#since")).to_have_value(WORDS + " Mer.")
        page.get_by_role("button", name="Make it a new draft").click()
        expect(page.locator("#body")).to_have_value(WORDS + " Mer.")
        said(page, SAVED)
    assert sent(sessions) == [Status.SUBMITTED, Status.DRAFT]


def test_a_double_tap_makes_one_post(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path))
        page.evaluate("send => { send.click(); send.click(); }", page.query_selector("#send"))
        page.wait_for_url("**/sent")
    assert sent(sessions) == [Status.SUBMITTED]


def test_a_wrong_field_is_said_and_loses_nothing(
    chromium: Browser, served, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.fill("#body", WORDS)
        page.evaluate("document.querySelector('[name=dated]').value = '2031-01-01'")
        page.click("#send")
        expect(page.locator(".wrong[data-live]")).to_contain_text("has not come yet")
        expect(page.locator("#body")).to_have_value(WORDS)
        assert written(sessions).body == WORDS
        page.fill("[name=dated]", "2020-02-01")
        send_it(page)
    assert sent(sessions) == [Status.SUBMITTED]


def test_a_shared_device_keeps_nothing_in_the_browser(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    def mark(route) -> None:
        answer = route.fetch()
        html = answer.text().replace('id="writing"', 'id="writing" data-shared')
        route.fulfill(response=answer, body=html)

    with a_phone(chromium, served[0]) as (_, context):
        context.route(re.compile(r"/write(/\d+)?$"), mark)
        again = come_back(context)
        again.fill("#body", WORDS)
        expect(again.locator("#state")).to_have_text("Not saved yet")
        choose(again, a_photo_file(tmp_path))
        expect(pictures(again)).to_have_count(1)
        said(again, SAVED)
        kept = again.evaluate(
            """async () => [(await indexedDB.databases()).length, (await caches.keys()).length,
            (await navigator.serviceWorker.getRegistrations()).length, localStorage.length]"""
        )
        assert kept == [0, 0, 0, 0]
        assert written(sessions).body == WORDS


# ---------------------------------------------------------------- the server


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Server:
    """`diary serve`, started and killed."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.environ = {
            **os.environ,
            "PORT": str(port),
            "PYTHONPATH": str(ROOT),
            "DIARY_INSTANCE": str(settings.instance),
            "DIARY_SECRET_KEY": settings.secret_key,
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "diary", "serve", "--workers", "1"]
        self.process = subprocess.Popen(
            command, env=self.environ, cwd=self.environ["DIARY_INSTANCE"], start_new_session=True
        )
        for _ in range(600):
            try:
                urlopen(f"{self.base}/healthz").close()  # noqa: S310 (this machine)
            except OSError:
                time.sleep(0.1)
            else:
                return
        self.kill()
        raise TimeoutError

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(settings: Settings, port: int) -> Iterator[Server]:
    """The diary as it is served in earnest."""
    started = Server(settings, port)
    yield started
    started.kill()


def test_the_server_is_killed_and_started_again(
    chromium: Browser, server: Server, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, server.base) as (page, _):
        page.fill("#body", WORDS)
        choose(page, a_photo_file(tmp_path, "ett.jpg"))
        expect(pictures(page)).to_have_count(1)
        network = Network(page)
        network.is_now(slow=True)
        choose(page, a_photo_file(tmp_path, "två.jpg"))
        expect(page.locator(".waiting .progress")).to_contain_text(re.compile(r"Sending [1-9]"))
        server.kill()
        page.fill("#body", MORE)
        said(page, ON_THE_PHONE)
        server.start()
        network.is_now()
        expect(pictures(page)).to_have_count(2)
        said(page, SAVED)
        assert written(sessions).body == MORE
        assert len(written(sessions).pictures) == 2
        send_it(page)
    assert sent(sessions) == [Status.SUBMITTED]
