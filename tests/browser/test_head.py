"""What a page's head tells machines does not trouble a browser."""

import json

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Lab
from tests.builders import a_post

pytestmark = pytest.mark.browser


def test_no_page_makes_the_browser_complain(
    chromium: Browser, served, db: Session, alice: Account, lab: Lab, store: Storage
) -> None:
    post = a_post(db, alice, title="</script>Ute", lab="boden", store=store, pictures=1)
    db.commit()
    about_it = f"/posts/{post.slug}"
    base, _ = served
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", "/labs/boden", about_it, "/archive", "/about"):
        answer = page.goto(base + path, wait_until="networkidle")
        assert answer is not None
        assert answer.ok
        assert page.locator("link[rel=canonical]").get_attribute("href") == base + path
    page.goto(base + about_it)
    text = page.locator("script[type='application/ld+json']").text_content()
    assert json.loads(text or "")["headline"] == "</script>Ute"
    page.close()
    assert complaints == []
