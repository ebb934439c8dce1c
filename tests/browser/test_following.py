"""Following from a browser: a feed that is opened, and its address, copied with one tap."""

import pytest
from playwright.sync_api import Browser

from diary.models import Lab

pytestmark = pytest.mark.browser


def test_a_feed_opens_as_a_page_and_its_address_is_copied(
    chromium: Browser, served, neighbourhood: Lab
) -> None:
    base, _ = served
    context = chromium.new_context(locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{base}/feeds")
    page.locator("summary", has_text="Places").click()
    page.locator("main a[href$='/labs/boden/feed.rss']").click()
    page.get_by_role("heading", name="BIS i Boden").wait_for()
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/labs/boden/feed.rss")
    raw = page.get_by_role("link", name="Show the feed itself").get_attribute("href")
    assert raw
    answer = page.request.get(raw)
    assert answer.headers["content-type"].startswith("application/rss+xml")
    context.close()
