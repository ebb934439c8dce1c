"""A resident's phone: the writing page at 360 pixels, and what the diary has of it afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain.content import Content, from_json
from diary.models import Post, Status, WorkingCopy
from tests.browser.conftest import log_in

expect.set_options(timeout=90_000)
SLOW = 60_000
"""Bytes per second that are sent on a slow network."""
PHONE: ViewportSize = {"width": 360, "height": 740}
WORDS = "Vi lagade soppa.\nDen blev god & varm."
SAVED = "Saved with us"
ON_THE_PHONE = "Saved on this phone"


@contextmanager
def a_phone(
    chromium: Browser, base: str, name: str = "amal"
) -> Iterator[tuple[Page, BrowserContext]]:
    """A phone somebody is logged in on, at the writing page. What a script complains of fails."""
    context = chromium.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="en-GB", base_url=base
    )
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.set_default_timeout(90_000)
    log_in(page, base, name)
    open_page(page, "/write")
    yield page, context
    context.close()
    assert complaints == []


def come_back(context: BrowserContext, address: str = "/write") -> Page:
    """Open the writing page anew, as after its tab was closed."""
    page = context.new_page()
    page.set_default_timeout(90_000)
    open_page(page, address)
    return page


def go_away(page: Page) -> None:
    """Close a page without a network: what it sends while it goes away is lost, too."""
    page.goto("about:blank")
    page.wait_for_timeout(500)  # no event tells how that ended
    page.close()


class Network:
    """The network of one page: slow, cut, or as it is."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def is_now(self, *, cut: bool = False, slow: bool = False) -> None:
        """Change it, in the middle of whatever is on its way."""
        self._session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": cut,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": SLOW if slow else -1,
            },
        )


def open_page(page: Page, address: str) -> None:
    """Open a writing page, its script at work."""
    page.goto(address)
    page.wait_for_selector("form.live")


def at_work(page: Page) -> None:
    """The worker has kept what it needs. One that could not is tried again with the next page."""
    while not page.evaluate(
        """async () => {
          const { serviceWorker } = navigator;
          const late = new Promise((done) => setTimeout(done, 60000));
          const changed = new Promise((done) => (serviceWorker.oncontrollerchange = done));
          await Promise.race([late, serviceWorker.controller || changed]);
          return Boolean(serviceWorker.controller);
        }"""
    ):
        page.reload()


def said(page: Page, words: str) -> None:
    """The state line says so."""
    expect(page.locator("#state")).to_contain_text(words)


def a_photo_file(folder: Path, name: str = "bild.jpg", size: tuple[int, int] = (900, 600)) -> str:
    """A photo that weighs something: noise does not compress."""
    noise = Random(name).randbytes(size[0] * size[1] * 3)
    file = BytesIO()
    Image.frombytes("RGB", size, noise).save(file, "JPEG", quality=80)
    path = folder / name
    path.write_bytes(file.getvalue())
    return str(path)


def choose(page: Page, *files: str) -> None:
    """Choose photos from the gallery."""
    page.set_input_files("#photos", list(files))


def pictures(page: Page):
    """The pictures that are with us."""
    return page.locator("#pictures > li[data-token]")


def new_posts(sessions: sessionmaker[Session]) -> list[Post]:
    """The posts that are not in the neighbourhood from the beginning, oldest first."""
    with sessions() as db:
        return list(db.scalars(select(Post).where(Post.id > 4).order_by(Post.id)))


def written(sessions: sessionmaker[Session]) -> Content:
    """What is being written on the only new post."""
    (post,) = new_posts(sessions)
    with sessions() as db:
        copy = db.scalars(select(WorkingCopy).where(WorkingCopy.post_id == post.id)).one()
        return from_json(copy.content)


def sent(sessions: sessionmaker[Session]) -> list[Status]:
    """How the new posts stand."""
    return [post.status for post in new_posts(sessions)]
