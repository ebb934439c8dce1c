"""Scan, choose a name, write: on a phone, without scripts, by keyboard, in three languages."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy.orm import Session

from diary.domain import invitations
from diary.domain.invitations import Offer
from diary.models import Lab, Role
from tests.browser.conftest import log_in
from tests.builders import NOW

pytestmark = pytest.mark.browser

SECRET = "a key for tests only"
PHONE = ViewportSize(width=360, height=740)
IN_INSTAGRAM = (
    "Mozilla/5.0 (Linux; Android 14; SM-A546B; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 Instagram 334.0.0.42.95 Android"
)


@pytest.fixture
def link(db: Session, served, neighbourhood: Lab) -> str:
    """What the poster's code holds."""
    base, _ = served
    made = invitations.invite(db, None, Offer(Role.AUTHOR, labs=("boden",), uses=9), NOW, SECRET)
    db.commit()
    assert made.uid is not None
    return f"{base}/join/{invitations.code(made.uid, SECRET)}"


@pytest.mark.parametrize("scripts", [True, False])
def test_scan_choose_a_name_write(chromium: Browser, served, link: str, scripts: bool) -> None:
    base, _ = served
    phone = chromium.new_context(java_script_enabled=scripts, viewport=PHONE, locale="en")
    page = phone.new_page()
    page.goto(link)
    page.fill("#name", "Nadia")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/me/card")
    code = page.locator(".card-code").inner_text()
    page.get_by_role("main").get_by_role("link", name="Write", exact=True).click()
    page.wait_for_url("**/write")
    expect(page.locator("textarea[name=body]")).to_be_visible()

    tablet = chromium.new_context(java_script_enabled=scripts, locale="en")
    other = tablet.new_page()
    other.goto(f"{base}/card/{code.replace(' ', '')}")
    expect(other.get_by_role("heading", level=1)).to_have_text("Is that you, Nadia?")
    assert tablet.cookies() == []
    other.get_by_role("button", name="Yes, let me in").click()
    other.wait_for_url("**/write")

    third = chromium.new_context(java_script_enabled=scripts, locale="en")
    typed = third.new_page()
    typed.goto(f"{base}/login")
    typed.fill("#code", code.lower())
    typed.locator("form[action='/card'] button").click()
    typed.wait_for_url("**/write")
    for context in (phone, tablet, third):
        context.close()


def test_by_keyboard_alone(chromium: Browser, link: str) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(link)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "name":
            break
    page.keyboard.type("Nadia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/card")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main a.button.wide')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/write")
    context.close()


def faults(page: Page) -> list[str]:
    """What axe says against a page, and whether it is too wide."""
    found = Axe().run(page).response["violations"]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [
        *(f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found),
        *(["too wide"] if too_wide else []),
    ]


@pytest.mark.parametrize(
    ("locale", "width", "scheme"),
    [("sv-SE", 360, "light"), ("en", 1280, "dark"), ("ar", 360, "dark"), ("ar", 1280, "light")],
)
def test_axe_finds_nothing(
    chromium: Browser, served, link: str, locale: str, width: int, scheme: str
) -> None:
    base, _ = served
    looks: dict[str, Any] = {
        "viewport": {"width": width, "height": 800},
        "locale": locale,
        "color_scheme": scheme,
        "bypass_csp": True,
    }
    found = {}
    visitor = chromium.new_context(**looks, user_agent=IN_INSTAGRAM)
    page = visitor.new_page()
    for address in (link, f"{base}/join", f"{base}/card", f"{base}/join/AAAAA", f"{base}/login"):
        page.goto(address)
        found[address] = faults(page)
    page.goto(link)
    page.click("summary")
    page.fill("#email", "ingen adress")
    page.locator("main form .button.wide").click()
    page.wait_for_selector("#email-wrong")
    found["came back"] = faults(page)
    page.fill("#email", "")
    page.fill("#name", "Nadia")
    page.locator("main form .button.wide").click()
    page.wait_for_url("**/me/card")
    found["own card"] = faults(page)
    card = page.locator(".card-code").inner_text().replace(" ", "")
    page.goto(link)
    found["in already"] = faults(page)
    visitor.close()

    moderator = chromium.new_context(**looks)
    page = moderator.new_page()
    page.goto(f"{base}/card/{card}")
    found["card"] = faults(page)
    log_in(page, base, "lea")
    page.goto(f"{base}/card/{card}")
    found["somebody else's card"] = faults(page)
    for address in ("/invitations", "/invitations/1", "/invitations/1/poster", "/cards",
                    "/cards/1", "/cards/sheet?who=1", "/me/card"):  # fmt: skip
        page.goto(base + address)
        found[address] = faults(page)
    moderator.close()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_a_browser_inside_an_app_shows_the_way_out(chromium: Browser, served, link: str) -> None:
    base, _ = served
    context = chromium.new_context(user_agent=IN_INSTAGRAM, viewport=PHONE, locale="en")
    page = context.new_page()
    page.goto(link)
    expect(page.locator(".in-app")).to_contain_text("Instagram")
    way_out = page.locator(".in-app a").get_attribute("href") or ""
    assert way_out.startswith(link.replace("http://", "intent://") + "#Intent;scheme=http;")
    page.goto(f"{base}/login?next=/write")
    assert "/login?next=/write#Intent;" in (page.locator(".in-app a").get_attribute("href") or "")
    assert context.cookies() == []
    context.close()
