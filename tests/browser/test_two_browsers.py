"""Two browsers on one draft: no text is lost, and none is replaced unseen."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.models import WorkingCopy
from tests.browser.conftest import Line, log_in
from tests.browser.on_a_phone import (
    ON_THE_PHONE,
    SAVED,
    WORDS,
    a_phone,
    a_photo_file,
    choose,
    come_back,
    go_away,
    new_posts,
    open_page,
    pictures,
    said,
    written,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("neighbourhood")]
Sessions = sessionmaker[Session]
HERS, HIS = WORDS + "\nPå telefonen.", WORDS + "\nPå datorn."


def draft(page: Page, sessions: Sessions) -> str:
    """Begin a draft; gives its address."""
    page.fill("#body", WORDS)
    said(page, SAVED)
    (post,) = new_posts(sessions)
    return f"/write/{post.id}"


def test_both_texts_are_shown_and_mine_is_kept_only_when_i_say_so(
    chromium: Browser, served, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, _), a_phone(chromium, served[0]) as (other, _):
        address = draft(page, sessions)
        open_page(other, address)
        other.fill("#body", HIS)
        said(other, ON_THE_PHONE)
        said(other, SAVED)
        page.fill("#body", HERS)
        expect(page.locator("#meanwhile")).to_contain_text("På datorn.")
        expect(page.locator("#body")).to_have_value(HERS)
        assert written(sessions).body == HIS
        page.fill("#body", HERS + "!")
        page.wait_for_timeout(4000)
        assert written(sessions).body == HIS
        page.click("[data-keep-mine]")
        said(page, SAVED)
        assert written(sessions).body == HERS + "!"
        other.fill("#body", HIS + "!")
        expect(other.locator("#meanwhile")).to_contain_text("På telefonen.")
        expect(other.locator("#body")).to_have_value(HIS + "!")
        assert written(sessions).body == HERS + "!"


def test_what_stands_otherwise_is_shown_and_can_be_taken_instead(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _), a_phone(chromium, served[0]) as (other, _):
        address = draft(page, sessions)
        open_page(other, address)
        choose(other, a_photo_file(tmp_path))
        expect(pictures(other)).to_have_count(1)
        other.check("input[name=methods][value=kor]", force=True)
        said(other, ON_THE_PHONE)
        said(other, SAVED)
        page.fill("#body", HERS)
        expect(page.locator("#meanwhile")).to_contain_text("Integrationskör")
        expect(pictures(page)).to_have_count(1)
        page.click("[data-take-theirs]")
        expect(page.locator("#body")).to_have_value(WORDS)
        expect(page.locator("input[name=methods][value=kor]")).to_be_checked()
        page.wait_for_timeout(4000)
        assert written(sessions).body == WORDS


def test_sent_from_elsewhere_it_is_said_and_the_words_are_still_there(
    chromium: Browser, served, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, _), a_phone(chromium, served[0]) as (other, _):
        address = draft(page, sessions)
        open_page(other, address)
        other.check("input[name=promised]") if other.locator("#promise").count() else None
        other.click("#send")
        other.wait_for_url("**/sent")
        page.fill("#body", HERS)
        page.wait_for_url("**/sent")
        expect(page.locator("#typed-since textarea")).to_have_value(HERS)


def test_what_was_written_without_a_network_meets_what_was_saved_meanwhile(
    chromium: Browser, line: Line, sessions: Sessions
) -> None:
    with (
        a_phone(chromium, line.base) as (page, context),
        a_phone(chromium, line.base) as (other, _),
    ):
        address = draft(page, sessions)
        line.cut()
        page.fill("#body", HERS)
        said(page, "Saved on this phone")
        go_away(page)
        line.mend()
        open_page(other, address)
        other.fill("#body", HIS)
        said(other, ON_THE_PHONE)
        said(other, SAVED)
        again = come_back(context, address)
        expect(again.locator("#body")).to_have_value(HERS)
        expect(again.locator("#meanwhile")).to_contain_text("På datorn.")
        assert written(sessions).body == HIS


def test_two_tabs_of_one_phone_do_not_share_a_new_draft(
    chromium: Browser, served, sessions: Sessions
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        page.fill("#body", HERS)
        other = come_back(context)
        expect(other.locator("#body")).to_have_value("")
        other.fill("#body", HIS)
        said(other, ON_THE_PHONE)
        said(other, SAVED)
        page.bring_to_front()
        said(page, SAVED)
    with sessions() as db:
        bodies = {copy.content["body"] for copy in db.scalars(select(WorkingCopy))}
    assert bodies == {HERS, HIS}


@pytest.mark.parametrize(
    "old",
    [
        "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });",
        "delete AbortSignal.timeout;",
    ],
)
def test_on_an_older_phone_two_tabs_do_not_replace_each_other(
    chromium: Browser, served, sessions: Sessions, old: str
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        address = draft(page, sessions)
        context.add_init_script(old)
        open_page(page, address)
        other = come_back(context, address)
        other.wait_for_timeout(1500)
        expect(other.locator("#strip")).to_be_hidden()
        page.bring_to_front()
        page.fill("#body", HERS)
        said(page, ON_THE_PHONE)
        said(page, SAVED)
        assert written(sessions).body == HERS
        other.bring_to_front()
        other.fill("#body", HIS)
        expect(other.locator("#meanwhile")).to_contain_text("På telefonen.")
        assert written(sessions).body == HERS


def test_what_one_account_wrote_is_not_shown_to_another(
    chromium: Browser, line: Line, sessions: Sessions
) -> None:
    with a_phone(chromium, line.base) as (page, context):
        line.cut()
        page.fill("#body", HERS)
        said(page, "Saved on this phone")
        context.clear_cookies()
        line.mend()
        door = context.new_page()
        log_in(door, line.base, "cora")
        expect(page.locator("#strip")).to_contain_text("Somebody else")
        page.close()
        other = come_back(context)
        expect(other.locator("#body")).to_have_value("")
        other.wait_for_timeout(3500)
        assert new_posts(sessions) == []
