"""The main job: a resident writes, the lead publishes, everybody reads."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from diary.models import Lab
from tests.browser.conftest import log_in
from tests.builders import a_photo
from tests.databases import BOTH

pytestmark = pytest.mark.browser


def nobody_is_seen(page: Page) -> None:
    """The lead decides what the resident has left unanswered."""
    for index in range(2):
        panel = page.locator("details.consent").nth(index)
        panel.locator("summary").first.click()
        panel.get_by_role("button", name="Ingen känns igen").click()


@pytest.mark.parametrize("database", BOTH)
@pytest.mark.parametrize("scripts", [True, False])
def test_write_publish_read(
    chromium: Browser, served, neighbourhood: Lab, tmp_path: Path, scripts: bool
) -> None:
    base, _ = served
    photos = []
    for number, colour in enumerate(("#a03c2e", "#2f6b4f")):
        path = tmp_path / f"photo {number}.jpg"
        path.write_bytes(a_photo(colour, (640, 480)))
        photos.append(str(path))

    resident = chromium.new_context(java_script_enabled=scripts, locale="sv-SE")
    page = resident.new_page()
    log_in(page, base, "amal")
    page.goto(f"{base}/write")
    page.fill("textarea[name=body]", "Idag kom grytan.\nDen var för liten.")
    page.set_input_files("#photos", photos)
    page.click("button[name=action][value=send]")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tack")
    page.goto(f"{base}/mine")
    expect(page.locator("main")).to_contain_text("läser först")

    lead = chromium.new_context(java_script_enabled=scripts, locale="sv-SE")
    page = lead.new_page()
    log_in(page, base, "lea")
    page.goto(f"{base}/moderation")
    expect(page.locator("main")).to_contain_text("Idag kom grytan.")
    nobody_is_seen(page)
    page.click("button[name=step][value=publish]")

    visitor = chromium.new_context(java_script_enabled=scripts, locale="sv-SE")
    page = visitor.new_page()
    page.goto(base)
    page.get_by_role("link", name="Idag kom grytan.").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Idag kom grytan.")
    pictures = page.locator("article figure img")
    expect(pictures).to_have_count(2)
    for index in range(2):
        picture = pictures.nth(index)
        picture.scroll_into_view_if_needed()
        address = picture.get_attribute("src")
        assert page.request.get(f"{base}{address}").status == 200
    slug = page.url.rsplit("/", 1)[1]
    page.goto(f"{base}/archive")
    assert page.locator(f"a[href='/posts/{slug}']").count() >= 1
    for kind in ("atom", "rss", "json"):
        assert "Idag kom grytan" in page.request.get(f"{base}/feed.{kind}").text()
    assert visitor.cookies() == []
    for context in (resident, lead, visitor):
        context.close()
