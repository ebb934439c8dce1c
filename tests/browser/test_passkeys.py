"""Passkeys in a real browser, with the authenticator that Chromium keeps for tests."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from diary.models import Lab
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_authenticator(page: Page) -> None:
    """As a phone has one: it keeps keys and knows its owner's finger."""
    developer = page.context.new_cdp_session(page)
    developer.send("WebAuthn.enable")
    developer.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})


@pytest.fixture
def base(served, neighbourhood: Lab) -> str:
    """The diary's address by a name: there are no passkeys for numbers."""
    return str(served[0]).replace("127.0.0.1", "localhost")


@pytest.fixture
def phone(chromium: Browser):
    """A phone."""
    context: BrowserContext = chromium.new_context(
        locale="en-GB", viewport={"width": 360, "height": 740}
    )
    yield context
    context.close()


def add_passkey(page: Page, base: str, name: str) -> None:
    """Make a passkey as people do."""
    page.goto(f"{base}/me/passkeys")
    page.fill("input[name=name]", name)
    page.get_by_role("button", name="Make a passkey").click()


def test_a_passkey_is_made_used_and_removed(base: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    give_authenticator(page)
    log_in(page, base, "amal")
    add_passkey(page, base, "Min telefon")
    expect(page.get_by_role("status")).to_contain_text("You can log in with this passkey")
    expect(page.get_by_role("heading", name="Min telefon")).to_be_visible()

    page.goto(f"{base}/me")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{base}/login?next=/me/passkeys")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{base}/me/passkeys")
    expect(page.get_by_text("last used")).to_be_visible()

    page.get_by_text("Remove", exact=True).click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    page.goto(f"{base}/me")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{base}/login")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("does not open the diary")


def test_the_same_device_has_one_passkey(base: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    give_authenticator(page)
    log_in(page, base, "amal")
    add_passkey(page, base, "Min telefon")
    expect(page.get_by_role("heading", name="Min telefon")).to_be_visible()
    add_passkey(page, base, "En till")
    expect(page.get_by_role("alert")).to_contain_text("Perhaps this device has one")
    expect(page.get_by_role("heading", name="En till")).to_have_count(0)


def test_whoever_has_none_is_told_and_logs_in_another_way(base: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    give_authenticator(page)
    page.goto(f"{base}/login")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    log_in(page, base, "amal")


@pytest.mark.parametrize("scripts", [True, False])
def test_where_there_can_be_none_nothing_is_offered(
    chromium: Browser, served, neighbourhood: Lab, scripts: bool
) -> None:
    address = served[0] if scripts else served[0].replace("127.0.0.1", "localhost")
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/login")
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()
    log_in(page, address, "amal")
    page.goto(f"{address}/me/passkeys")
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    expect(page.get_by_text("This browser has no passkeys")).to_be_visible()
    context.close()
