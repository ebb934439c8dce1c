"""What is printed comes out on the sheet it is meant for, and its codes are read back."""

import re
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize
from sqlalchemy.orm import Session

from diary.domain import cards, invitations
from diary.domain.invitations import Offer
from diary.domain.settings import put
from diary.models import Account, Lab, Role
from tests.browser.conftest import log_in
from tests.builders import NOW, a_lab, an_account

pytestmark = pytest.mark.browser

SECRET = "a key for tests only"
MM = 96 / 25.4
"""CSS pixels in a millimetre (CSS Values and Units Level 3, section 5.2)."""
A4 = ViewportSize(width=round(210 * MM), height=round(297 * MM))


def pages_of(page: Page) -> int:
    """How many sheets a page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def codes_on(page: Page, scale: float = 1) -> list[str]:
    """What a reader finds on the printed page."""
    page.emulate_media(media="print")
    image: Image.Image = Image.open(BytesIO(page.screenshot(full_page=True)))
    if scale != 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)))
    return [found.text for found in zxingcpp.read_barcodes(image)]


def box_of(page: Page, selector: str) -> FloatRect:
    """Where something is printed, and how large, in pixels."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box


def is_size(page: Page, selector: str, width: float, height: float) -> bool:
    """Whether something is printed that large, in millimetres."""
    box = box_of(page, selector)
    return abs(box["width"] / MM - width) < 0.5 and abs(box["height"] / MM - height) < 0.5


def inside(page: Page, outer: str, inner: str) -> bool:
    """Whether all of something lies within something else, to a pixel."""
    return bool(
        page.evaluate(
            """([outer, inner]) => {
                const box = document.querySelector(outer).getBoundingClientRect();
                return [...document.querySelectorAll(inner)].every(one => {
                    const it = one.getBoundingClientRect();
                    return it.width > 0 && it.left >= box.left - 1 && it.right <= box.right + 1
                        && it.top >= box.top - 1 && it.bottom <= box.bottom + 1;
                });
            }""",
            [outer, inner],
        )
    )


@pytest.fixture
def desk(chromium: Browser):
    """A desk's browser window, as wide as the paper."""
    context = chromium.new_context(viewport=A4, locale="sv-SE")
    yield context.new_page()
    context.close()


def an_invitation(db: Session, *labs: str) -> tuple[int, str]:
    """An invitation's number and code."""
    made = invitations.invite(db, None, Offer(Role.AUTHOR, labs=labs, uses=100), NOW, SECRET)
    db.commit()
    assert made.uid is not None
    return made.id, invitations.code(made.uid, SECRET)


LONG = {
    "title": "Den gemensamma dagboken om allt som händer i våra fyra kvarter och lite till",
    "sentence": {"sv": "Vi som bor och arbetar här skriver om vad vi prövar varje vecka. " * 6},
}


@pytest.mark.parametrize("query", ["", "?lang=ar"])
@pytest.mark.parametrize("long", [False, True])
def test_a_poster_is_one_sheet_of_a4_and_is_read_back(
    db: Session, served, neighbourhood: Lab, desk: Page, query: str, long: bool
) -> None:
    base, _ = served
    labs = [neighbourhood.slug]
    if long:
        put(db, LONG)
        labs.append(a_lab(db, "ranneberg", "Vårt Rannebergen och alla dess många grannar").slug)
        labs.append(a_lab(db, "portal", "Portalen till Norrköpings Hageby och Navestad").slug)
    number, code = an_invitation(db, *labs)
    log_in(desk, base, "lea")
    desk.goto(f"{base}/invitations/{number}/poster{query}")
    assert pages_of(desk) == 1
    assert codes_on(desk) == [f"{base}/join/{code}"]
    assert is_size(desk, ".poster", 210, 296)
    picture = box_of(desk, ".poster .qr")["width"] / MM
    modules = int((desk.locator(".qr svg").get_attribute("viewBox") or "").split()[2])
    assert picture * (modules - 8) / modules >= 70
    for part in (".poster-place", ".poster-title", ".poster-sentence"):
        assert inside(desk, ".poster-head", part), part
    place = box_of(desk, ".poster-place")
    assert place["y"] + place["height"] <= box_of(desk, ".poster-title")["y"] + 1
    for part in (".qr", ".poster-address", ".poster-code", ".poster-holds span", ".poster-steps p"):
        assert inside(desk, ".poster", part), part
    middle = box_of(desk, ".poster-middle")
    head = box_of(desk, ".poster-head")
    assert head["y"] + head["height"] <= middle["y"] + 1
    assert not desk.locator("header .head").is_visible()


@pytest.mark.parametrize("scale", [0.5, 0.35])
def test_a_poster_is_read_from_further_away(
    db: Session, served, neighbourhood: Lab, desk: Page, scale: float
) -> None:
    base, _ = served
    number, code = an_invitation(db, neighbourhood.slug)
    log_in(desk, base, "lea")
    desk.goto(f"{base}/invitations/{number}/poster")
    assert codes_on(desk, scale) == [f"{base}/join/{code}"]


def people_with_cards(db: Session, lab: Lab, count: int) -> dict[int, str]:
    """The codes of people's cards, by account."""
    names = ("Amal", "أمل الخطيب", "Åsa-Märta Björkenstam von Hohenstaufen", "Tesfay", "X" * 80)
    found = {}
    for number in range(count):
        account: Account = an_account(db, f"person{number}")
        account.person.name = names[number % len(names)]
        account.person.lab_id = lab.id
        card = cards.issue(db, account, NOW, SECRET, by_id=None)
        found[account.id] = cards.code(card.uid, SECRET)
    db.commit()
    return found


@pytest.mark.parametrize("locale", ["sv-SE", "ar"])
def test_ten_cards_are_cut_from_a_sheet_and_all_are_read_back(
    db: Session, chromium: Browser, served, neighbourhood: Lab, tmp_path: Path, locale: str
) -> None:
    base, _ = served
    made = people_with_cards(db, neighbourhood, 12)
    context = chromium.new_context(viewport=A4, locale=locale, device_scale_factor=2)
    page = context.new_page()
    log_in(page, base, "cora")
    page.goto(f"{base}/cards")
    for box in page.locator("input[name=who]").all():
        if int(box.get_attribute("value") or 0) in made:
            box.check()
    page.click("#sheet button")
    page.wait_for_url("**/cards/sheet?**")
    assert pages_of(page) == 2
    read = codes_on(page)
    assert sorted(read) == sorted(f"{base}/card/{code}" for code in made.values())
    assert is_size(page, ".paper-card", 85, 54)
    assert page.evaluate(
        """[...document.querySelectorAll('.paper-card')].every(card => {
            const box = card.getBoundingClientRect();
            return [...card.children].every(one =>
                one.getBoundingClientRect().bottom <= box.bottom
                && (one.matches('.card-title, .card-place') || one.scrollWidth <= one.clientWidth));
        })"""
    )
    context.close()


def test_ones_own_card_prints_as_big_as_a_bank_card(
    db: Session, served, neighbourhood: Lab, desk: Page
) -> None:
    base, _ = served
    log_in(desk, base, "amal")
    desk.goto(f"{base}/me/card")
    desk.click("main form button")
    desk.wait_for_selector(".paper-card")
    assert pages_of(desk) == 1
    (read,) = codes_on(desk)
    assert read.startswith(f"{base}/card/")
    assert is_size(desk, ".paper-card", 85, 54)
