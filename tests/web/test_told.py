"""What writers are asked and told: in their own language, by mail, or by somebody who shares it."""

from sqlalchemy.orm import Session

from diary.models import Account, Status
from tests.builders import a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH

DARK = "The picture is too dark to make out. Have you another one?"
DARK_IN_SWEDISH = "Bilden är för mörk"


def test_beside_each_ready_question_stands_what_its_writer_will_read(
    db: Session, as_lead: Browser, as_author: Browser, alice: Account
) -> None:
    alice.language = "sv"
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert page.index(DARK) < page.index(DARK_IN_SWEDISH)
    assert 'lang="sv" dir="ltr">' + DARK_IN_SWEDISH in page
    assert DARK not in as_lead.get(f"/moderation/{post.id}", headers={"Accept-Language": "sv"}).text
    form = {"step": "return", "revision_id": post.waiting_id, "reason": "too_dark"}
    as_lead.post(f"/moderation/{post.id}/decide", data=form)
    assert DARK_IN_SWEDISH in as_author.get("/mine", headers={"Accept-Language": "sv"}).text


def test_who_has_picked_no_language_reads_the_one_they_write(
    db: Session, as_lead: Browser, alice: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED, lang="ar", body="الباب مفتوح اليوم.")
    db.commit()
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "The writer reads it in Arabic." in page
    assert page.count('class="note" lang="ar" dir="rtl">') == 7
