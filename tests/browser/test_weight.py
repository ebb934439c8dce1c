"""What a phone has to fetch before it shows the first screen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response

from diary.models import Lab
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser


def fetched(page: Page, address: str) -> tuple[set[str], dict[str, int]]:
    """What a phone fetches for a page: kinds of things, and bytes by address."""
    answers: list[Response] = []
    # A builtin method cannot be a handler here: it takes no attributes.
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    page.goto(address, wait_until="networkidle")
    kinds = {answer.request.resource_type for answer in answers}
    sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    page.context.close()
    return kinds, sizes


def phone(chromium: Browser, **options: Any) -> Page:
    """A page on a phone that has never been here."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, **options
    )
    return context.new_page()


def test_the_first_screen_of_the_home_page_is_light(
    chromium: Browser, served, neighbourhood: Lab
) -> None:
    base, _ = served
    kinds, sizes = fetched(phone(chromium), base)
    assert "script" not in kinds
    assert sizes[f"{base}/"] < 20_000
    # The pictures of this diary are tiny; a real first one weighs about 60 kB.
    assert sum(sizes.values()) < 190_000


@pytest.mark.parametrize("language", ["sv-SE", "ar"])
def test_the_writing_page_is_light_for_a_phone_that_has_never_been_here(
    chromium: Browser, served, neighbourhood: Lab, language: str
) -> None:
    base, _ = served
    known = phone(chromium, locale=language)
    log_in(known, base, "amal")
    state = known.context.storage_state()
    known.context.close()
    kinds, sizes = fetched(phone(chromium, locale=language, storage_state=state), f"{base}/write")
    assert "script" in kinds
    assert sum(sizes.values()) < 150_000, sizes
