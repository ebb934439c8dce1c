"""What a phone has to fetch before it shows the first screen."""

import pytest
from playwright.sync_api import Browser, Response

from diary.models import Lab

pytestmark = pytest.mark.browser


def test_the_first_screen_of_the_home_page_is_light(
    chromium: Browser, served, neighbourhood: Lab
) -> None:
    base, _ = served
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True
    )
    page = context.new_page()
    answers: list[Response] = []
    # A builtin method cannot be a handler here: it takes no attributes.
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    page.goto(base, wait_until="networkidle")
    kinds = {answer.request.resource_type for answer in answers}
    sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    context.close()
    assert "script" not in kinds
    assert sizes[f"{base}/"] < 20_000
    # The pictures of this diary are tiny; a real first one weighs about 60 kB.
    assert sum(sizes.values()) < 190_000
