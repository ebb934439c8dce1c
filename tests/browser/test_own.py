"""One's own pages in a real browser: in every language, at phone width, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import accounts, forgetting, sent
from diary.domain.accounts import actor_of
from diary.models import Account, Lab, Post, Status
from tests.browser.conftest import log_in
from tests.builders import NOW, a_post

pytestmark = pytest.mark.browser

SETTINGS = [(360, "light", "sv"), (360, "dark", "en"), (1280, "light", "ar"), (360, "light", "ar")]
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture
def amal(db: Session, neighbourhood: Lab) -> Account:
    """Somebody with posts that stand everywhere, who has asked to be forgotten."""
    account = accounts.candidate(db, "amal")
    assert account
    for status in Status:
        if status is not Status.SCHEDULED:
            a_post(db, account, status, title=f"Ett {status} inlägg med en ganska lång rubrik")
    down = a_post(db, account, title="Borttaget")
    sent.take_down(db, actor_of(account), down, NOW)
    forgetting.ask(db, account, NOW)
    db.commit()
    return account


def found(db: Session, status: Status) -> Post:
    return db.scalars(select(Post).where(Post.status == status).order_by(Post.id.desc())).all()[0]


def context(chromium: Browser, base: str, lang: str, **more: object) -> BrowserContext:
    made = chromium.new_context(bypass_csp=True, **more)  # type: ignore[arg-type]
    made.add_cookies([{"name": "language", "value": lang, "url": base}])
    return made


def faults(page: Page, address: str) -> list[str]:
    page.goto(address)
    page.evaluate(OPEN_ALL)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    told = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in told] + (
        ["too wide"] if wide else []
    )


@pytest.mark.parametrize(("width", "scheme", "lang"), SETTINGS)
def test_axe_finds_nothing(
    chromium: Browser, served, db: Session, amal: Account, width: int, scheme: str, lang: str
) -> None:
    base, _ = served
    viewport = {"width": width, "height": 800}
    told: dict[str, list[str]] = {}
    own = [f"/write/{found(db, status).id}/sent" for status in (Status.SUBMITTED, Status.RETURNED)]
    for name, addresses in (
        ("amal", ["/mine", "/me", "/me/forget", *own]),
        ("lea", ["/moderation", f"/people/{amal.id}"]),
    ):
        made = context(chromium, base, lang, viewport=viewport, color_scheme=scheme)
        page = made.new_page()
        log_in(page, base, name)
        told |= {address: faults(page, base + address) for address in addresses}
        made.close()
    assert {address: fault for address, fault in told.items() if fault} == {}


def test_without_scripts_one_answers_takes_down_and_leaves(
    chromium: Browser, served, db: Session, amal: Account
) -> None:
    base, _ = served
    made = context(chromium, base, "en", java_script_enabled=False)
    page = made.new_page()
    log_in(page, base, "amal")
    asked, out = found(db, Status.RETURNED).id, found(db, Status.PUBLISHED).id
    page.goto(f"{base}/mine")
    page.fill(f"#words-{asked}", "Det är jag.")
    page.click(f"form[action='/write/{asked}/answer'] button[value=send]")
    assert page.url == f"{base}/write/{asked}/sent"
    page.click("text=My posts >> nth=-1")
    form = f"form[action='/write/{out}/take-down']"
    page.click(f"details:has({form}) summary")
    page.click(f"{form} button")
    assert page.locator(form).count() == 0
    page.goto(f"{base}/me")
    with page.expect_download() as download:
        page.click("text=Download everything")
    assert download.value.suggested_filename.endswith(".zip")
    page.goto(f"{base}/me/forget")
    page.click("text=I stay after all")
    assert page.locator("text=Ask to be forgotten").count() == 1
    made.close()
    db.rollback()
    statuses = dict(list(db.execute(select(Post.id, Post.status))))
    assert (statuses[asked], statuses[out]) == (Status.SUBMITTED, Status.WITHDRAWN)
