"""From the poster's address to a sent post with the keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Claim, Consent, Lab, Post, ShownPicture
from tests.browser.conftest import log_in
from tests.browser.on_a_phone import a_photo_file

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


def with_two_pictures(page: Page, folder: Path, *, scripts: bool) -> None:
    """Choose two pictures, answer the first one's question, and put it last."""
    tab_to(page, "#camera")
    with page.expect_file_chooser() as chooser:
        tab_to(page, "#photos")  # by then the page has heard that its file chooser is waited for
        page.keyboard.press("Space")
    chooser.value.set_files([a_photo_file(folder, name) for name in ("en.jpg", "två.jpg")])
    if not scripts:
        tab_to(page, "button[value=upload]")
        page.keyboard.press("Enter")
        page.wait_for_url("**#pictures")
    expect(page.locator("#pictures > li[data-token]")).to_have_count(2)
    tab_to(page, "#pictures li:first-child .claim-of input")
    page.keyboard.press("Space")
    tab_to(page, "#pictures li:first-child summary")
    page.keyboard.press("Enter")
    tab_to(page, "#pictures li:first-child button[value$=':down']")
    page.keyboard.press("Enter")
    expect(page.locator("#pictures li:last-child input[value=nobody]")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_post_is_written_and_sent_by_keyboard(
    chromium: Browser,
    served,
    neighbourhood: Lab,
    sessions: sessionmaker[Session],
    tmp_path: Path,
    scripts: bool,
) -> None:
    base, _ = served
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="sv-SE", java_script_enabled=scripts
    )
    page = context.new_page()
    log_in(page, base, "amal")
    page.goto(f"{base}/write")
    with_two_pictures(page, tmp_path, scripts=scripts)
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
    of_the_post = (
        select(Consent.claim)
        .join(ShownPicture, ShownPicture.picture_id == Consent.picture_id)
        .join(Post, Post.waiting_id == ShownPicture.revision_id)
        .where(Post.id > 4)
        .order_by(ShownPicture.position)
    )
    with sessions() as db:
        assert db.scalars(of_the_post).all() == [Claim.UNANSWERED, Claim.NOBODY]
