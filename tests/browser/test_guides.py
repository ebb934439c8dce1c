"""A way of working as it is printed: a guide of two pages, its code read back."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from diary.demo.content import load_yaml
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Voice
from tests.browser.test_poster import codes_on, pages_of
from tests.builders import a_lab, a_method, a_post

pytestmark = pytest.mark.browser

CONTACT = {"contact_name": "Petra", "contact_phone": "011-123 45", "contact_email": "p@example.org"}
LONG = "Vi lärde oss att det tar tid, och att kaffe hjälper. " * 12


@pytest.fixture
def tried(db: Session, alice: Account, store: Storage, served: tuple[str, Flask]) -> str:
    """The demonstration's ways of working, each with four lessons learnt in four places."""
    methods: list[dict[str, Any]] = load_yaml("methods")
    for item in methods:
        method = a_method(db, item["slug"], item["name"]["sv"])
        method.short_names, method.descriptions = item["short"], item["description"]
        method.steps, method.needs = item.get("steps", {}), item.get("needs", {})
        method.sources = [{**one, "year": ""} for one in item.get("sources", [])]
    db.flush()
    for place in ("boden", "rannebergen", "portalen", "lina-hage"):
        a_lab(db, place)
        a_post(
            db,
            alice,
            store=store,
            pictures=1,
            title=f"Det vi lärde oss i {place}",
            body=LONG,
            lab=place,
            voice=Voice.LESSON,
            methods=tuple(item["slug"] for item in methods),
        )
    put(db, CONTACT)
    db.commit()
    return served[0]


def test_every_way_of_working_prints_on_two_pages(chromium: Browser, tried: str) -> None:
    for lang in ("sv", "en", "ar"):
        page = chromium.new_page(java_script_enabled=False, locale=lang)
        counts = {}
        told = [item for item in load_yaml("methods") if item["core"] or lang == "sv"]
        for item in told:
            page.goto(f"{tried}/methods/{item['slug']}")
            counts[item["slug"]] = pages_of(page)
        assert set(counts.values()) == {2}, (lang, counts)
        page.close()


def test_its_code_leads_to_the_page(chromium: Browser, tried: str) -> None:
    page = chromium.new_page(java_script_enabled=False)
    address = f"{tried}/methods/integrationskor"
    page.goto(address)
    assert page.locator(".guide-code").is_hidden()
    assert codes_on(page, 2) == [address]
    page.close()
