"""From an Arabic post nobody reads to its writer being told, on a phone and on a desk."""

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from diary.domain.accounts import candidate
from diary.models import Lab, Status
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import faults
from tests.builders import a_post, an_account

pytestmark = pytest.mark.browser

SHARES = "navigator.share = async (what) => { window.shared = what.text; };"
"""As a phone that has a share sheet."""


@pytest.fixture
def waiting(db: Session, neighbourhood: Lab) -> int:
    """A post in Arabic that waits, and Hanan, who reads that."""
    an_account(db, "hanan").reads = ["ar"]
    amal = candidate(db, "amal")
    assert amal is not None
    post = a_post(db, amal, Status.SUBMITTED, lang="ar", title="", body="الباب مفتوح.", lab="boden")
    db.commit()
    return post.id


def fit(page: Page) -> None:
    """The page is whole, and nothing sticks out of it."""
    assert faults(page, page.url) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_reader_reads_and_the_writer_is_told(
    chromium: Browser, served, waiting: int, width: int, scheme
) -> None:
    base, _ = served

    def enter(name: str) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            bypass_csp=True,
            locale="en",
        )
        context.add_init_script(SHARES)
        page = context.new_page()
        log_in(page, base, name)
        return page

    lead, hanan = enter("lea"), enter("hanan")
    lead.goto(f"{base}/moderation/{waiting}")
    expect(lead.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    fit(lead)
    lead.get_by_role("button", name="Ask Hanan to read").click()
    hanan.goto(base)
    hanan.get_by_role("link", name="Asked to read (1)").click()
    fit(hanan)
    hanan.get_by_label("One line in Swedish").fill("Dörren är öppen.")
    hanan.get_by_role("button", name="I have read it. It can go out").click()
    expect(hanan.get_by_text("There is nothing to read for you now.")).to_be_visible()
    lead.goto(f"{base}/moderation/{waiting}")
    expect(lead.locator("#gist")).to_have_value("Dörren är öppen.")
    fit(lead)
    lead.get_by_role("button", name="Publish", exact=True).click()
    lead.get_by_role("link", name="To tell").first.click()
    fit(lead)
    lead.get_by_role("button", name="Share").last.click()
    assert "/p/" in lead.evaluate("window.shared")
    lead.get_by_role("button", name="Told", exact=True).last.click()
    expect(lead.get_by_role("heading", name="Just told")).to_be_visible()
    fit(lead)
    lead.goto(f"{base}/me/reading")
    fit(lead)
    for page in (lead, hanan):
        page.context.close()
