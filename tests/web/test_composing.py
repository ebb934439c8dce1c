"""A letter as it is composed: in two languages, for any mail program, and easy to stop."""

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.domain import moderation
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent
from diary.domain.letters import gather
from diary.domain.moderation import Verdict
from diary.domain.outbox import Ready
from diary.domain.workflow import Step
from diary.mail import compose, sender
from diary.media.storage import Storage
from diary.models import (
    Account,
    Lab,
    Letter,
    Outgoing,
    Pace,
    Picture,
    Post,
    SecondKind,
    Setting,
    Status,
    Subscriber,
    begin_writing,
)
from diary.web.composing import Desk
from diary.web.session import Services
from tests.builders import HOUSE, NOW, a_method, a_post
from tests.conftest import Clock
from tests.following import a_subscriber, follow
from tests.mailbox import mailbox

HOST = "localhost"
AFTER = NOW + timedelta(days=7)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A diary with an address of its own."""
    return replace(settings, base_url=f"https://{HOST}")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Where letters are composed."""
    return Desk(app)


def ready(db: Session, desk: Desk) -> Ready | None:
    """The letter of the one subscriber, when all is due."""
    gather(db, AFTER)
    mail = db.scalars(select(Outgoing)).one()
    db.commit()
    made = desk.compose(mail)
    begin_writing(db)
    return made


def sent(made: Ready | None) -> EmailMessage:
    """The mail as it travels."""
    assert made
    with mailbox() as box:
        sender(box.server, HOST)(made.mail)
    return box.mails[0]


def page_of(made: Ready | None) -> Any:
    """The HTML of a letter, parsed."""
    assert made
    return lxml_html.document_fromstring(made.mail.html)


def text_of(made: Ready | None) -> str:
    """Its HTML without the tags."""
    return " ".join(page_of(made).text_content().split())


# ---------------------------------------------------------------- as a mail


def test_a_letter_says_what_it_is_and_how_to_stop_it(
    db: Session, desk: Desk, alice: Account
) -> None:
    a_subscriber(db)
    post = a_post(db, alice)
    made = ready(db, desk)
    mail = sent(made)
    assert made
    assert made.posts == (post.id,)
    assert mail["To"] == "sam@example.org"
    assert mail["Subject"] == "Solen vill inte gå ner – Dagboken"
    assert mail["List-Id"] == f"<letters.{HOST}>"
    assert re.fullmatch(rf"<https://{HOST}/unsubscribe/[\w.-]+>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"
    assert mail.get_content_type() == "multipart/alternative"
    parts = [part.get_content_type() for part in mail.iter_parts()]
    assert parts == ["text/plain", "text/html"]


def test_every_try_has_the_same_name(db: Session, desk: Desk, alice: Account) -> None:
    a_subscriber(db)
    a_post(db, alice)
    first, second = ready(db, desk), ready(db, desk)
    assert sent(first)["Message-ID"] == sent(second)["Message-ID"]


def test_no_header_is_broken_in_two(db: Session, desk: Desk, alice: Account) -> None:
    a_subscriber(db)
    a_post(db, alice, title="ن" * 100)
    made = ready(db, desk)
    assert made
    raw = bytes(compose(made.mail, f"d@{HOST}", HOST))
    assert re.search(rb"^List-Unsubscribe: ?(\r\n )?<https://\S+>\r$", raw, re.MULTILINE)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()


def test_without_encryption_there_is_no_stopping_with_one_click(
    db: Session, app: Flask, desk: Desk, alice: Account
) -> None:
    old: Services = app.extensions["diary"]
    plain = replace(old.settings, base_url=f"http://{HOST}")
    app.extensions["diary"] = replace(old, settings=plain)
    a_subscriber(db)
    a_post(db, alice)
    mail = sent(ready(db, desk))
    assert mail["List-Unsubscribe"].startswith(f"<http://{HOST}/")
    assert mail["List-Unsubscribe-Post"] is None


# ---------------------------------------------------------------- one post


@pytest.fixture
def whole(db: Session, store: Storage, lab: Lab, alice: Account) -> Post:
    """A post with all that a post can have, in Arabic, for a Swedish reader."""
    db.add(Setting(key="contact_name", value={"value": "Petra"}))
    db.add(Setting(key="contact_phone", value={"value": "0920-12 34 56"}))
    db.add(Setting(key="contact_email", value={"value": "petra@example.org"}))
    db.add(Setting(key="controller", value={"value": "Stiftelsen Tyréns"}))
    a_subscriber(db, lab=lab)
    return a_post(
        db,
        alice,
        store=store,
        pictures=2,
        title="الشمس",
        body="جلسنا خارجا. [هنا](/posts/annat)\n\n- واحد\n- [اثنان](post:2019-05-17-ett)",
        lang="ar",
        gist="Solen går inte ner",
        lab="boden",
        second_kind=SecondKind.TRANSLATION,
        second_lang="sv",
        second_body="Vi satt *ute*.",
        bylines=(BylineContent("أمل", "جديدة في بودن"), BylineContent("Petra", "samordnare")),
        scribe="Petra",
    )


def test_one_post_is_told_whole_in_its_own_language(db: Session, desk: Desk, whole: Post) -> None:
    made = ready(db, desk)
    page, text = page_of(made), text_of(made)
    assert page.xpath("//h1/@lang | //h1/@dir") == ["ar", "rtl"]
    assert page.xpath("string(//div[@lang='ar' and @dir='rtl']/p)").startswith("جلسنا خارجا")
    assert "Solen går inte ner" in text
    assert "Översättning till svenska Vi satt ute." in text
    assert "17 maj 2019 · Boden" in text
    assert "أمل, جديدة في بودن" in text
    assert "Petra, samordnare" in text
    assert "Petra skrev det här åt أمل." in text
    assert "Kontakt: Petra, 0920-12 34 56, petra@example.org" in text
    assert "Stiftelsen Tyréns" in text
    links = page.xpath("//a/@href")
    assert {f"https://{HOST}/posts/annat", f"https://{HOST}/posts/ett"} <= set(links)


def test_the_plain_text_says_the_same(db: Session, desk: Desk, whole: Post) -> None:
    made = ready(db, desk)
    assert made
    body = made.mail.body
    for words in (
        "الشمس", "Solen går inte ner", "- واحد", "Vi satt *ute*.", "17 maj 2019 · Boden",
        f"(https://{HOST}/posts/annat)", f"(https://{HOST}/posts/ett)",
        "أمل, جديدة في بودن", "Petra skrev det här åt أمل.", "Bild 1", "Text 1", "Amal",
        f"https://{HOST}/posts/{whole.slug}", f"https://{HOST}/unsubscribe/", "Boden",
        f"https://{HOST}/subscribe/me/", "Kontakt: Petra, 0920-12 34 56, petra@example.org",
    ):  # fmt: skip
        assert words in body
    assert "<" not in body.replace("<https", "")
    assert "\n\n\n\n" not in body


def test_pictures_are_linked_with_their_words_and_their_size(
    db: Session, desk: Desk, client: Any, whole: Post
) -> None:
    page = page_of(ready(db, desk))
    images = page.xpath("//img")
    assert [one.get("alt") for one in images] == ["Bild 0", "Bild 1"]
    assert [(one.get("width"), one.get("height")) for one in images] == [("64", "48")] * 2
    for one in images:
        address = one.get("src")
        assert address.startswith(f"https://{HOST}/pictures/")
        assert "?" not in address
        with client.get(address, base_url=f"https://{HOST}") as answer:
            assert answer.mimetype == "image/jpeg"


def test_nothing_is_fetched_but_pictures(db: Session, desk: Desk, whole: Post) -> None:
    page = page_of(ready(db, desk))
    assert not page.xpath("//link | //script | //style | //*[@background] | //iframe")
    assert "url(" not in lxml_html.tostring(page, encoding="unicode")
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]


def test_a_picture_taken_away_is_in_no_letter_that_waits(
    db: Session, desk: Desk, whole: Post
) -> None:
    db.execute(update(Picture).values(hidden_at=NOW))
    assert not page_of(ready(db, desk)).xpath("//img")


def test_a_large_picture_is_no_wider_than_the_letter(
    db: Session, desk: Desk, store: Storage, whole: Post
) -> None:
    from diary.models import Rendition

    jpeg = update(Rendition).where(Rendition.extension == "jpg")
    db.execute(jpeg.values(width=1600, height=1200))
    image = page_of(ready(db, desk)).xpath("//img")[0]
    assert (image.get("width"), image.get("height")) == ("568", "426")


def test_without_a_title_the_words_are_said_once(db: Session, desk: Desk, alice: Account) -> None:
    a_subscriber(db)
    a_post(db, alice, title="", body="Vi satt ute till elva.")
    made = ready(db, desk)
    assert text_of(made).count("Vi satt ute till elva.") == 2  # the first in <title>
    assert made
    assert made.mail.body.count("Vi satt ute till elva.") == 1


def test_what_is_edited_meanwhile_is_sent_as_it_is_out_with_what_was_wrong(
    db: Session, desk: Desk, alice: Account, lea: Account
) -> None:
    from diary.domain import writing
    from tests.builders import a_content

    a_subscriber(db)
    post = a_post(db, alice)
    writing.save(db, actor_of(alice), post, a_content(body="Till tolv."), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0, correction="Klockan var tolv.")
    moderation.decide(db, actor_of(lea), post.id, verdict, NOW, HOUSE)
    made = ready(db, desk)
    assert made
    assert "Till tolv." in text_of(made)
    assert "elva" not in made.mail.body
    assert "Rättat 7 februari 2020: Klockan var tolv." in text_of(made)
    assert "Rättat 7 februari 2020: Klockan var tolv." in made.mail.body


def test_tags_in_words_are_words(db: Session, desk: Desk, alice: Account) -> None:
    a_subscriber(db)
    a_post(db, alice, title="<b>&", bylines=(BylineContent("<i>", ""),))
    page = page_of(ready(db, desk))
    assert page.xpath("string(//h1)").strip() == "<b>&"
    assert not page.xpath("//b | //i")


# ---------------------------------------------------------------- several


def test_several_are_listed_in_the_order_they_came_out(
    db: Session, desk: Desk, store: Storage, lab: Lab, alice: Account
) -> None:
    a_subscriber(db, pace=Pace.WEEKLY)
    long = "Först. " + "Ord efter ord. " * 40 + "Sist."
    a_post(db, alice, title="Ett", body=long, lab="boden")
    a_post(db, alice, title="Två", store=store, pictures=2)
    gone = a_post(db, alice, title="Borta")
    gone.status = Status.WITHDRAWN
    made = ready(db, desk)
    page, text = page_of(made), text_of(made)
    assert made
    assert made.mail.subject == "2 nya inlägg – Dagboken"
    assert [one.text_content().strip() for one in page.xpath("//h2")] == ["Ett", "Två"]
    assert len(page.xpath("//img")) == 1
    assert "Först." in text
    assert "Sist." not in text
    assert "Borta" not in text
    assert "Först." in made.mail.body
    assert "Sist." not in made.mail.body
    assert len(page.xpath("//a[text()='Läs det i dagboken']")) == 2


def test_nothing_left_is_no_letter(db: Session, desk: Desk, alice: Account) -> None:
    a_subscriber(db)
    post = a_post(db, alice)
    gather(db, AFTER)
    post.status = Status.WITHDRAWN
    assert ready(db, desk) is None


def test_whoever_has_left_gets_none(db: Session, desk: Desk, alice: Account) -> None:
    a_subscriber(db)
    a_post(db, alice)
    gather(db, AFTER)
    mail = db.scalars(select(Outgoing)).one()
    db.expunge(mail)
    for table in (Letter, Outgoing):
        for row in db.scalars(select(table)):
            db.delete(row)
    db.delete(db.scalars(select(Subscriber)).one())
    db.commit()
    assert desk.compose(mail) is None


# ---------------------------------------------------------------- the frame


def test_the_frame_speaks_the_readers_language(
    db: Session, desk: Desk, lab: Lab, alice: Account
) -> None:
    follow(a_subscriber(db, lang="ar", lab=lab), method=a_method(db))
    a_post(db, alice, lab="boden")
    made = ready(db, desk)
    page = page_of(made)
    assert made
    assert made.mail.lang == "ar"
    assert page.xpath("/html/@lang | /html/@dir") == ["ar", "rtl"]
    assert page.xpath("//h1/@lang | //h1/@dir") == ["sv", "ltr"]
    assert page.xpath("//bdi[text()='Boden' or text()='Kor']/text()") == ["Boden", "Boden", "Kor"]
    assert "17 مايو 2019" in text_of(made)


# ---------------------------------------------------------------- without a visitor


def test_a_scheduled_post_goes_out_though_nobody_visits(
    db: Session, desk: Desk, alice: Account, lea: Account, clock: Clock
) -> None:
    a_subscriber(db)
    post = a_post(db, alice, Status.SUBMITTED)
    then = NOW + timedelta(days=1)
    verdict = Verdict(Step.SCHEDULE, post.waiting_id or 0, at=then)
    moderation.decide(db, actor_of(lea), post.id, verdict, NOW, HOUSE)
    db.commit()
    desk.release()
    assert not db.scalars(select(Letter)).all()
    db.rollback()
    clock.time = then
    desk.release()
    assert db.scalars(select(Letter.due_at)).all() == [then + timedelta(minutes=10)]
