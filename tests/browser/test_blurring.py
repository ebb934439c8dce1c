"""Boxes drawn on a picture with the pointer, taken away again, and sent as drawn."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Picture
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of the picture to another, each as shares of its sides."""
    place = page.locator(".blur-board svg").bounding_box()
    assert place
    for press, (x, y) in ((page.mouse.down, start), (page.mouse.up, end)):
        page.mouse.move(place["x"] + place["width"] * x, place["y"] + place["height"] * y, steps=3)
        press()


def sides(page: Page) -> list[float]:
    """The numbers of the first box that would be sent."""
    return [float(side) for side in page.locator(".boxes input").first.input_value().split()]


@pytest.mark.parametrize("lang", ["sv", "ar"])
def test_a_box_is_drawn_and_blurred(
    db: Session, chromium: Browser, served: tuple[str, Flask], neighbourhood: Lab, lang: str
) -> None:
    base, _app = served
    old = db.scalars(select(Picture).order_by(Picture.id).limit(1)).one()
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale=lang)
    page = context.new_page()
    log_in(page, base, "lea")
    page.goto(f"{base}/moderation/{old.post_id}/pictures/{old.token}/blur")
    drag(page, (0.1, 0.2), (0.3, 0.6))
    drag(page, (0.9, 0.9), (0.5, 0.7))
    drag(page, (0.5, 0.5), (0.5, 0.5))
    assert page.locator(".blur-board rect").count() == 2
    assert sides(page) == pytest.approx([10, 20, 20, 40], abs=2)
    page.locator(".boxes button").first.click()
    assert page.locator(".blur-board rect").count() == 1
    assert sides(page) == pytest.approx([50, 70, 40, 20], abs=2)
    page.locator(".sure summary").click()
    page.locator(".sure button").click()
    page.wait_for_url(f"**/moderation/{old.post_id}#*")
    context.close()
    db.rollback()
    db.refresh(old)
    assert old.recalled_at is not None
