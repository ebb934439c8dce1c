"""In Arabic every page runs from right to left, fits a phone and shuts nobody out."""

import pytest
from playwright.sync_api import Browser

from diary.models import Lab
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import LEAD, PUBLIC, WRITER, faults

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
BROKEN = """() => [
    document.documentElement.dir !== "rtl" && "not from right to left",
    document.documentElement.lang !== "ar" && "not in Arabic",
    document.documentElement.scrollWidth > innerWidth && "scrolls sideways",
].filter(Boolean)"""
DIRECTION = "e => getComputedStyle(e).direction"
LEFT = "e => e.getBoundingClientRect().left"
SIDES = ("earlier", "later")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
@pytest.mark.parametrize(
    ("name", "addresses"), [(None, PUBLIC), ("amal", WRITER), ("lea", LEAD)],
    ids=["public", "writer", "lead"],
)  # fmt: skip
def test_every_page_runs_from_right_to_left(
    chromium: Browser, served, neighbourhood: Lab, size, scheme, name, addresses
) -> None:
    base, _ = served
    context = chromium.new_context(
        viewport=size, color_scheme=scheme, locale="ar-SY", bypass_csp=True
    )
    page = context.new_page()
    if name:
        log_in(page, base, name)
    found = {address: faults(page, base + address) + page.evaluate(BROKEN) for address in addresses}
    context.close()
    assert {address: fault for address, fault in found.items() if fault} == {}


def test_a_text_keeps_its_own_direction(chromium: Browser, served, neighbourhood: Lab) -> None:
    base, _ = served
    for language, own, foreign in (("ar", "rtl", "ltr"), ("sv", "ltr", "rtl")):
        page = chromium.new_page(locale=language)
        page.goto(base)
        assert page.eval_on_selector("main", DIRECTION) == own
        found = page.locator(f'main :is(h2, h3) [dir="{foreign}"]').all()
        assert {title.evaluate(DIRECTION) for title in found} == {foreign}
        page.close()


@pytest.mark.parametrize(("language", "earlier_first"), [("sv", True), ("ar", False)])
def test_the_pages_turn_the_way_one_reads(
    chromium: Browser, served, neighbourhood: Lab, language, earlier_first
) -> None:
    base, _ = served
    page = chromium.new_page(locale=language)
    page.goto(f"{base}/posts/bara-rubrik")
    page.click(".turn .earlier")
    page.wait_for_selector(".turn .later")
    earlier, later = (page.eval_on_selector(f".turn .{side}", LEFT) for side in SIDES)
    page.close()
    assert (earlier < later) is earlier_first
