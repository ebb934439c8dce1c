"""From the poster's address to a sent post with the keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from diary.models import Lab
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser

LONGEST_WAY = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, which then has to be seen."""
    for _ in range(LONGEST_WAY):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} cannot be reached by Tab")
    styled = page.evaluate(
        """() => {
          const seen = [document.activeElement, ...document.activeElement.parentElement.children,
            document.activeElement.closest("label")];
          return seen.some((one) => one && getComputedStyle(one).outlineStyle !== "none");
        }"""
    )
    assert styled, f"{selector} does not show that it has the focus"
    seen = page.evaluate(
        """() => {
          const one = document.activeElement;
          const whole = one.closest("label") ?? one;
          const place = whole.getBoundingClientRect();
          const middle = [place.x + place.width / 2, place.y + place.height / 2];
          return whole.contains(document.elementFromPoint(...middle));
        }"""
    )
    assert seen, f"{selector} is hidden behind something"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_post_is_written_and_sent_by_keyboard(
    chromium: Browser, served, neighbourhood: Lab, scripts: bool
) -> None:
    base, _ = served
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="sv-SE", java_script_enabled=True
    )
    page = context.new_page()
    log_in(page, base, "amal")
    if not scripts:
        page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{base}/write")
    tab_to(page, "#camera")
    tab_to(page, "#photos")
    tab_to(page, "#body")
    page.keyboard.type("Skrivet utan mus.")
    for value in ("kor", ""):  # the first and the last of them
        tab_to(page, f"input[name=methods][value='{value}']")
    page.keyboard.press("Space")
    tab_to(page, "#rest > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#title")
    page.keyboard.type("Med tangenter")
    tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tack")
    expect(page.locator("#typed-since")).to_be_hidden()
    page.goto(f"{base}/mine")
    expect(page.locator("main")).to_contain_text("Med tangenter")
    context.close()
