"""Two residents in turn on one shared laptop: neither sees a word of the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import cards, codes
from diary.models import Account, Lab, WorkingCopy
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import faults
from tests.builders import NOW, a_photo, an_account
from tests.conftest import Clock

pytestmark = pytest.mark.browser

WORDS = "Jag vill inte att någon läser det här än."
SECRET = "a key for tests only"
KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}


@pytest.fixture
def digits(db: Session, neighbourhood: Lab) -> dict[str, str]:
    """Amal and Sara, who belong to Boden and have cards: their four digits by user name."""
    people = [db.scalars(select(Account).where(Account.username == "amal")).one()]
    people.append(an_account(db, "sara"))
    found = {}
    for account in people:
        account.person.lab_id = neighbourhood.id
        card = cards.issue(db, account, NOW, SECRET, by_id=None)
        found[account.username] = codes.pin_of(SECRET, card.uid)
    db.commit()
    return found


@pytest.fixture
def laptop(chromium: Browser, served: tuple, digits: dict[str, str]) -> Iterator[BrowserContext]:
    """A laptop that Cora has marked as shared."""
    context = a_laptop(chromium, served[0])
    yield context
    context.close()


def a_laptop(chromium: Browser, base: str, **more: object) -> BrowserContext:
    context = chromium.new_context(base_url=base, locale="en-GB", **more)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, base, "cora")
    page.goto("/devices")
    page.get_by_role("button", name="This is a shared device").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is writing?")
    page.close()
    return context


def come_in(page: Page, digits: dict[str, str], name: str) -> None:
    """Say who is writing."""
    page.goto("/who")
    page.get_by_label("Your name").fill(name.title())
    page.get_by_label("Your four digits").fill(digits[name])
    page.get_by_role("button", name="Write").click()
    expect(page.locator("#sitting")).to_contain_text(f"You write as {name.title()}")


def done(page: Page) -> None:
    page.get_by_role("button", name="I’m done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is writing?")


def sees(page: Page, words: str) -> bool:
    """Whether words stand anywhere on a page, fields included."""
    shown = """() => document.documentElement.outerHTML + [...document.querySelectorAll(
      'input, textarea')].map((field) => field.value).join()"""
    return words in page.evaluate(shown)


def no_word_by_going_back(page: Page) -> None:
    """The back button, as often as it goes, shows nothing of who was there before."""
    for _ in range(12):
        page.go_back()
        page.wait_for_load_state()
        assert not sees(page, WORDS), page.url
        assert not sees(page, "Amal, ")
        if page.url == "about:blank":
            break


def write(page: Page, photo: Path, scripts: bool) -> tuple[str, str]:
    """Write and be done without sending; gives the addresses of the picture and the draft."""
    page.goto("/write")
    page.fill("#body", WORDS)
    page.set_input_files("#photos", str(photo))
    if scripts:
        expect(page.locator("#pictures > li[data-token]")).to_have_count(1)
        expect(page.locator("#state")).to_contain_text("Saved with us")
        page.reload()
    else:
        page.get_by_role("button", name="Save").last.click()
    picture = page.locator("#pictures img").get_attribute("src") or ""
    assert picture.startswith("/pictures/")
    assert page.request.get(picture).status == 200
    page.goto("/mine")
    expect(page.locator("main")).to_contain_text(WORDS[:20])
    draft = page.get_by_role("link", name="Write on").get_attribute("href") or ""
    page.goto(draft)
    done(page)
    return picture, draft


@pytest.mark.parametrize("scripts", [True, False])
def test_two_in_turn_see_nothing_of_each_other(
    chromium: Browser, served, digits, tmp_path: Path, scripts: bool
) -> None:
    base, _ = served
    photo = tmp_path / "hemma.jpg"
    photo.write_bytes(a_photo("#a03c2e", (640, 480)))
    laptop = a_laptop(chromium, base, java_script_enabled=scripts)
    page = laptop.new_page()
    come_in(page, digits, "amal")
    picture, draft = write(page, photo, scripts)
    assert {cookie["name"] for cookie in laptop.cookies()} == {"shared"}
    if scripts:
        assert page.evaluate(KEPT) == NOTHING
        no_word_by_going_back(page)
    assert page.request.get(picture).status == 404

    come_in(page, digits, "sara")
    for path in ("/write", "/mine", "/me", "/"):
        page.goto(path)
        assert WORDS not in page.content(), path
    assert [page.request.get(path).status for path in (picture, draft)] == [404, 404]
    page.goto("/write")
    page.fill("#body", "Saras egna ord.")
    if scripts:
        no_word_by_going_back(page)
        page.goto("/mine")
    done(page)

    come_in(page, digits, "amal")
    assert page.url.endswith("/mine")
    page.goto(draft)
    assert WORDS in page.content()
    assert "Saras egna" not in page.content()
    laptop.close()


def test_sending_thanks_and_signs_out(laptop: BrowserContext, digits) -> None:
    page = laptop.new_page()
    come_in(page, digits, "amal")
    page.goto("/write")
    page.fill("#body", WORDS)
    page.click("#send")
    expect(page.locator("#thanked")).to_contain_text("Thank you, Amal!")
    assert page.evaluate(KEPT) == NOTHING
    page.reload()
    expect(page.locator("#thanked")).to_have_count(0)
    page.goto("/mine")
    assert page.url.endswith("/who")
    no_word_by_going_back(page)


def stop_time(page: Page) -> None:
    """From now on time passes only when told to, however slow this machine is."""
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))


def pass_by(page: Page, clock: Clock, seconds: int) -> None:
    """Time passes, for the diary and in the browser."""
    clock.pass_by(seconds=seconds)
    page.clock.run_for(1000 * seconds)


def test_the_last_minute_is_counted_down_and_then_it_is_over(
    laptop: BrowserContext, digits, clock: Clock, db: Session
) -> None:
    page = laptop.new_page()
    stop_time(page)
    come_in(page, digits, "amal")
    page.goto("/write")
    page.fill("#body", WORDS)
    page.locator("#body").blur()
    page.clock.run_for(4000)
    expect(page.locator("#state")).to_contain_text("Saved with us")
    still = page.locator("#still")
    pass_by(page, clock, 530)
    expect(still).to_be_hidden()
    pass_by(page, clock, 30)
    page.clock.run_for(2000)
    expect(still).to_be_visible()
    expect(still).to_contain_text("Are you still there?")
    assert 0 < int(page.locator("#seconds-left").inner_text()) <= 60
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Yes").click()
    expect(still).to_be_hidden()
    pass_by(page, clock, 500)
    expect(still).to_be_hidden()
    pass_by(page, clock, 101)
    page.clock.run_for(2000)
    page.wait_for_url("**/who")
    assert not sees(page, WORDS)
    no_word_by_going_back(page)
    assert (
        db.scalars(select(WorkingCopy).order_by(WorkingCopy.id.desc()))
        .first()
        .content[  # type: ignore[union-attr]
            "body"
        ]
        == WORDS
    )


def test_without_a_network_the_words_are_hidden_and_come_back_to_their_writer(
    laptop: BrowserContext, digits, clock: Clock
) -> None:
    page = laptop.new_page()
    stop_time(page)
    come_in(page, digits, "amal")
    page.goto("/write")
    laptop.set_offline(True)
    page.fill("#body", WORDS)
    pass_by(page, clock, 601)
    page.clock.run_for(2000)
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator("#body")).to_be_hidden()
    laptop.set_offline(False)
    page.clock.run_for(11_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is writing?")
    assert not sees(page, WORDS)
    page.get_by_label("Your name").fill("amal")
    page.get_by_label("Your four digits").fill(digits["amal"])
    page.get_by_role("button", name="Write").click()
    expect(page.locator("main")).to_contain_text(WORDS)


def test_done_without_a_network_hides_the_words_and_logs_out_when_it_is_back(
    laptop: BrowserContext, digits
) -> None:
    page = laptop.new_page()
    come_in(page, digits, "amal")
    page.goto("/write")
    page.fill("#body", "Först. ")
    expect(page.locator("#state")).to_contain_text("Saved with us")
    laptop.set_offline(True)
    page.locator("#body").press_sequentially(WORDS)
    page.get_by_role("button", name="I’m done").click()
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator("#body")).to_be_hidden()
    laptop.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is writing?", timeout=30_000)
    assert not sees(page, WORDS)
    come_in(page, digits, "amal")
    page.goto("/mine")
    expect(page.locator("main")).to_contain_text(WORDS[:10])


def test_a_tab_left_open_closes_when_somebody_else_is_in(laptop: BrowserContext, digits) -> None:
    page = laptop.new_page()
    come_in(page, digits, "amal")
    page.goto("/write")
    page.fill("#body", WORDS)
    other = laptop.new_page()
    other.goto("/")
    done(other)
    come_in(other, digits, "sara")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#sitting")).to_contain_text("You write as Sara")
    assert not sees(page, WORDS)


def test_who_is_answered_by_keyboard_alone(laptop: BrowserContext, digits) -> None:
    page = laptop.new_page()
    page.goto("/who")
    page.get_by_label("Your name").focus()
    page.keyboard.type("amal")
    page.keyboard.press("Tab")
    page.keyboard.type(digits["amal"])
    page.keyboard.press("Enter")
    expect(page.locator("#sitting")).to_contain_text("You write as Amal")
    page.get_by_role("button", name="I’m done").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is writing?")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("lang", ["sv", "ar"])
def test_axe_finds_nothing(
    chromium: Browser, served, digits, db: Session, width: int, scheme: str, lang: str
) -> None:
    base, _ = served
    laptop = a_laptop(
        chromium, base, viewport={"width": width, "height": 800}, color_scheme=scheme,
        bypass_csp=True, extra_http_headers={"Accept-Language": "en"},
    )  # fmt: skip
    page = laptop.new_page()
    laptop.set_extra_http_headers({"Accept-Language": lang})
    found = {path: check(page, base + path) for path in ("/who", "/login")}
    laptop.set_extra_http_headers({"Accept-Language": "en"})
    come_in(page, digits, "amal")
    laptop.set_extra_http_headers({"Accept-Language": lang})
    found |= {path: check(page, base + path) for path in ("/", "/write", "/me/devices")}
    amal = db.scalars(select(Account.id).where(Account.username == "amal")).one()
    laptop.clear_cookies()
    log_in(page, base, "cora")
    found |= {path: check(page, base + path) for path in ("/devices", f"/people/{amal}/devices")}
    laptop.close()
    assert {path: fault for path, fault in found.items() if fault} == {}


def check(page: Page, address: str) -> list[str]:
    wrong = faults(page, address)
    if page.locator("#still").count():
        page.evaluate("document.getElementById('still').hidden = false")
        wrong += [fault["id"] for fault in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("wider than the screen")
    return wrong
