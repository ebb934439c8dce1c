"""axe finds nothing on any kind of page, light and dark, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from diary.models import Lab
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser

PUBLIC = (
    "/", "/posts/solen-vill-inte-ga-ner", "/posts/bara-rubrik", "/labs", "/labs/boden",
    "/posts/solen-vill-inte-ga-ner?lab=boden",
    "/methods", "/methods/kor", "/archive", "/archive?lab=boden", "/archive/2019",
    "/archive/2019/05", "/archive/2019/05?whole=1", "/archive/matrix", "/feeds", "/feed.rss",
    "/about", "/help",
    "/privacy", "/accessibility", "/accessibility/report", "/login", "/forgotten",
    "/forgotten?asked=1",
    "/press", "/posts/solen-vill-inte-ga-ner/poster", "/subscribe", "/subscribe/asked",
    "/search", "/search?q=solen", "/search?q=solem", "/archive/send-in", "/archive/send-in/thanks",
    "/archive/download", "/ingenting",
)  # fmt: skip
WRITER = ("/write", "/mine", "/history/1", "/me", "/me/passkeys")
LEAD = (
    "/moderation", "/moderation/1", "/moderation/events", "/moderation/requests", "/people",
    "/people/data", "/invitations", "/places",
    "/ways", "/settings", "/history/1", "/history/1/1", "/write/1",
    "/overview", "/names", "/names/1", "/names/1/split", "/names/1/merge",
    "/names/1/merge?into=2", "/places/boden", "/places/boden/merge", "/ways/kor",
    "/moderation/report", "/moderation/report/posts",
    "/moderation/consents", "/moderation/never-shown", "/moderation/pictures",
)  # fmt: skip
SETTINGS = [(1280, "light"), (360, "dark")]


def faults(page: Page, address: str) -> list[str]:
    """What axe says against a page, each with its place."""
    page.goto(address)
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


@pytest.mark.parametrize(("width", "scheme"), SETTINGS)
@pytest.mark.parametrize(
    ("name", "addresses"), [(None, PUBLIC), ("amal", WRITER), ("lea", LEAD)],
    ids=["public", "writer", "lead"],
)  # fmt: skip
def test_axe_finds_nothing(
    chromium: Browser, served, neighbourhood: Lab, width, scheme, name, addresses
) -> None:
    base, _ = served
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    if name:
        log_in(page, base, name)
    found = {address: faults(page, base + address) for address in addresses}
    overflowing = []
    for address in addresses:
        page.goto(base + address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            overflowing.append(address)
    context.close()
    assert {address: fault for address, fault in found.items() if fault} == {}
    assert overflowing == []


def test_no_page_breaks_its_own_policy(chromium: Browser, served, neighbourhood: Lab) -> None:
    base, _ = served
    context = chromium.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, base, "lea")
    for address in (*PUBLIC[:-1], *WRITER, *LEAD):
        page.goto(base + address)
    context.close()
    assert complaints == []
