"""Sharing a post in a real browser, and its sheet for the wall on real paper."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Lab
from tests.browser.test_poster import A4, codes_on, inside, is_size, pages_of
from tests.builders import a_post

pytestmark = pytest.mark.browser

LONG = "Det långa inlägget om allt som hände på gården den sommaren då ingen ville gå hem, " * 2
ARABIC = {"lang": "ar", "title": "مقهى اللغة في بودن", "body": "جلسنا معا في الخارج. " * 30,
          "gist": "Språkkaféet i Boden satt ute."}  # fmt: skip


@pytest.fixture(params=["sv-SE", "ar"])
def desk(chromium: Browser, request: pytest.FixtureRequest):
    """A desk's browser window, as wide as the paper."""
    context = chromium.new_context(viewport=A4, locale=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("pictures", [0, 1])
@pytest.mark.parametrize(
    "words",
    [{}, {"title": LONG, "body": "Vi satt ute. " * 60}, {"title": "", "body": "Hej."}, ARABIC],
    ids=["short", "long", "untitled", "arabic"],
)
def test_the_sheet_is_one_a4_and_is_read_back(
    db: Session, served, neighbourhood: Lab, alice: Account, store: Storage, desk: Page,
    words: dict[str, Any], pictures: int,
) -> None:  # fmt: skip
    base, _ = served
    put(db, {"contact_name": "Petra " * 8, "contact_phone": "070-123 45 67"})
    post = a_post(db, alice, store=store, pictures=pictures, lab=neighbourhood.slug, **words)
    db.commit()
    desk.goto(f"{base}/posts/{post.slug}/poster")
    assert pages_of(desk) == 1
    assert codes_on(desk) == [f"{base}/p/{post.short}"]
    assert is_size(desk, ".poster", 210, 296)
    parts = [".poster-title", ".poster-place", ".poster-small", ".poster-address", ".poster-from"]
    for part in [*parts, *([".poster-picture"] if pictures else [])]:
        assert inside(desk, ".poster", part), part
    if pictures:
        box = desk.locator(".poster-picture").bounding_box()
        assert box is not None
        assert box["height"] > 150


def test_a_phone_that_can_share_is_handed_the_address(
    db: Session, served, alice: Account, chromium: Browser
) -> None:
    base, _ = served
    post = a_post(db, alice)
    db.commit()
    page = chromium.new_page(locale="en-GB")
    page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page.goto(f"{base}/posts/{post.slug}")
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Choose an app").click()
    assert page.evaluate("window.shared") == {
        "title": "Solen vill inte gå ner",
        "url": f"{base}/p/{post.short}",
    }
    page.context.close()


def test_a_desk_copies_the_link_and_prints(
    db: Session, served, alice: Account, chromium: Browser
) -> None:
    base, _ = served
    post = a_post(db, alice)
    db.commit()
    context = chromium.new_context(
        locale="en-GB", permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(f"{base}/posts/{post.slug}")
    page.get_by_text("Share", exact=True).click()
    assert page.get_by_role("button", name="Choose an app").count() == 0
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{base}/p/{post.short}"
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed") is True
    context.close()


def test_without_a_script_nothing_stands_there_that_does_nothing(
    db: Session, served, alice: Account, chromium: Browser
) -> None:
    base, _ = served
    post = a_post(db, alice)
    db.commit()
    context = chromium.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/posts/{post.slug}")
    page.get_by_text("Share", exact=True).click()
    assert page.get_by_text(f"{base}/p/{post.short}").first.is_visible()
    assert page.locator("[data-deed]:visible").count() == 0
    assert page.get_by_alt_text("QR code").is_visible()
    context.close()
